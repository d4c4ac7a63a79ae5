//! Signatures of messages: the algorithms of JSON Web Signature (RFC 7518 §3.1), and keys in PEM.
//!
//! HMAC is always there; RSA and elliptic curves come with the cargo feature `rsa`.

#[cfg(feature = "rsa")]
mod asymmetric;
#[cfg(feature = "rsa")]
mod legacy;
mod pem;
pub(super) mod thumbprint;

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};

/// A hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    /// The hash that Node's `crypto.sign` calls `name`, in OpenSSL's many ways: `sha256`, `SHA-256`, `RSA-SHA256`,
    /// `sha256WithRSAEncryption`.
    pub(super) fn named(name: &str) -> Option<Self> {
        let lower = name.to_ascii_lowercase();
        let name = lower.strip_prefix("rsa-").or_else(|| lower.strip_suffix("withrsaencryption")).unwrap_or(&lower);
        let name = name.strip_prefix("ssl3-").unwrap_or(name);
        Some(match name {
            "md5" => Self::Md5,
            "sha1" | "sha-1" => Self::Sha1,
            "sha224" | "sha-224" | "sha2-224" => Self::Sha224,
            "sha256" | "sha-256" | "sha2-256" => Self::Sha256,
            "sha384" | "sha-384" | "sha2-384" => Self::Sha384,
            "sha512" | "sha-512" | "sha2-512" => Self::Sha512,
            _ => return None,
        })
    }

    /// The digest of `message`.
    fn digest(self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Md5 => Md5::digest(message).to_vec(),
            Self::Sha1 => Sha1::digest(message).to_vec(),
            Self::Sha224 => Sha224::digest(message).to_vec(),
            Self::Sha256 => Sha256::digest(message).to_vec(),
            Self::Sha384 => Sha384::digest(message).to_vec(),
            Self::Sha512 => Sha512::digest(message).to_vec(),
        }
    }
}

/// How a hash becomes a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    /// With a shared secret (RFC 2104).
    Hmac,
    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2).
    RsaPkcs1,
    /// RSASSA-PSS (RFC 8017 §8.1); the salt is random.
    RsaPss,
    /// ECDSA, two numbers side by side (RFC 7518 §3.4); every signature is another.
    Ecdsa,
}

/// An algorithm of RFC 7518 §3.1.
#[derive(Debug)]
pub(super) struct Algorithm {
    pub(super) name: &'static str,
    scheme: Scheme,
    hash: Hash,
}

static ALGORITHMS: [Algorithm; 12] = [
    Algorithm { name: "HS256", scheme: Scheme::Hmac, hash: Hash::Sha256 },
    Algorithm { name: "HS384", scheme: Scheme::Hmac, hash: Hash::Sha384 },
    Algorithm { name: "HS512", scheme: Scheme::Hmac, hash: Hash::Sha512 },
    Algorithm { name: "RS256", scheme: Scheme::RsaPkcs1, hash: Hash::Sha256 },
    Algorithm { name: "RS384", scheme: Scheme::RsaPkcs1, hash: Hash::Sha384 },
    Algorithm { name: "RS512", scheme: Scheme::RsaPkcs1, hash: Hash::Sha512 },
    Algorithm { name: "PS256", scheme: Scheme::RsaPss, hash: Hash::Sha256 },
    Algorithm { name: "PS384", scheme: Scheme::RsaPss, hash: Hash::Sha384 },
    Algorithm { name: "PS512", scheme: Scheme::RsaPss, hash: Hash::Sha512 },
    Algorithm { name: "ES256", scheme: Scheme::Ecdsa, hash: Hash::Sha256 },
    Algorithm { name: "ES384", scheme: Scheme::Ecdsa, hash: Hash::Sha384 },
    Algorithm { name: "ES512", scheme: Scheme::Ecdsa, hash: Hash::Sha512 },
];

impl Algorithm {
    /// The algorithm `name`; names are case-sensitive (RFC 7515 §4.1.1).
    pub(super) fn named(name: &str) -> Option<&'static Algorithm> {
        ALGORITHMS.iter().find(|algorithm| algorithm.name == name)
    }

    /// The signature of `message`: with the secret itself for HS*, else with a private key in PEM. `small_keys` says
    /// whether an RSA key may have less than 2048 bits, which RFC 7518 §3.3 forbids.
    ///
    /// # Errors
    /// In words, without the key: it is empty, of the wrong kind or not readable, or the feature is missing.
    pub(super) fn sign(&self, key: &[u8], message: &[u8], small_keys: bool) -> Result<Vec<u8>, String> {
        if key.is_empty() {
            return Err("the key is empty".to_owned());
        }
        if self.scheme == Scheme::Hmac {
            return match pem::is_key(key) {
                true => Err(format!("{} takes a secret, not a key in PEM", self.name)),
                false => Ok(mac(self.hash, key, message)),
            };
        }
        let key = pem::private_key(key).map_err(|why| format!("{} takes a private key in PEM: {why}", self.name))?;
        sign_with(&key, self.scheme, self.hash, message, small_keys)
    }
}

/// The signature of `message` with a private key in PEM, of whichever kind and size it is, as Node's `crypto.sign` gives
/// it: RSASSA-PKCS1-v1_5, or ECDSA as ASN.1 (RFC 3279 §2.2.3).
///
/// # Errors
/// In words, without the key.
pub(super) fn sign_like_node(hash: Hash, key: &[u8], message: &[u8]) -> Result<Vec<u8>, String> {
    let key = pem::private_key(key).map_err(|why| format!("the key is no private key in PEM: {why}"))?;
    if key.is_elliptic() {
        sign_on_any_curve(&key, hash, message)
    } else {
        sign_with(&key, Scheme::RsaPkcs1, hash, message, true)
    }
}

#[cfg(feature = "rsa")]
use asymmetric::{sign as sign_with, sign_on_any_curve};

#[cfg(not(feature = "rsa"))]
const NO_RSA: &str = "signing with a private key needs connspec-iml's cargo feature `rsa`";

#[cfg(not(feature = "rsa"))]
fn sign_with(_: &pem::PrivateKey, _: Scheme, _: Hash, _: &[u8], _: bool) -> Result<Vec<u8>, String> {
    Err(NO_RSA.to_owned())
}

#[cfg(not(feature = "rsa"))]
fn sign_on_any_curve(_: &pem::PrivateKey, _: Hash, _: &[u8]) -> Result<Vec<u8>, String> {
    Err(NO_RSA.to_owned())
}

/// The HMAC of `message`.
fn mac(hash: Hash, key: &[u8], message: &[u8]) -> Vec<u8> {
    fn of<M: Mac + KeyInit>(key: &[u8], message: &[u8]) -> Vec<u8> {
        let mut mac = <M as KeyInit>::new_from_slice(key).expect("an HMAC takes keys of any length");
        mac.update(message);
        mac.finalize().into_bytes().to_vec()
    }
    match hash {
        Hash::Md5 => of::<Hmac<Md5>>(key, message),
        Hash::Sha1 => of::<Hmac<Sha1>>(key, message),
        Hash::Sha224 => of::<Hmac<Sha224>>(key, message),
        Hash::Sha256 => of::<Hmac<Sha256>>(key, message),
        Hash::Sha384 => of::<Hmac<Sha384>>(key, message),
        Hash::Sha512 => of::<Hmac<Sha512>>(key, message),
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    /// RFC 7515 Appendix A.1, the HMAC example.
    #[test]
    fn hs256_is_the_one_of_rfc_7515() {
        let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        let message = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
             eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        let key = URL_SAFE_NO_PAD.decode(key).unwrap();
        let signature = Algorithm::named("HS256").unwrap().sign(&key, message.as_bytes(), false).unwrap();
        assert_eq!(URL_SAFE_NO_PAD.encode(signature), "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
    }

    /// RFC 4231 §4.3, test case 2.
    #[test]
    fn the_longer_hashes_are_those_of_rfc_4231() {
        let message = b"what do ya want for nothing?";
        let table = [
            ("HS256", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (
                "HS384",
                "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
            ),
            (
                "HS512",
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd\
                 caeab1a34d4a6b4b636e070a38bce737",
            ),
        ];
        for (name, expected) in table {
            let signature = Algorithm::named(name).unwrap().sign(b"Jefe", message, false).unwrap();
            assert_eq!(hex::encode(signature), expected);
        }
    }

    #[test]
    fn hashes_have_openssls_names() {
        // Each tried with `crypto.sign` of Node 20.
        let table = [
            ("md5", Some(Hash::Md5)),
            ("RSA-MD5", Some(Hash::Md5)),
            ("ssl3-md5", Some(Hash::Md5)),
            ("SHA1", Some(Hash::Sha1)),
            ("RSA-SHA1", Some(Hash::Sha1)),
            ("ssl3-sha1", Some(Hash::Sha1)),
            ("sha224", Some(Hash::Sha224)),
            ("SHA-256", Some(Hash::Sha256)),
            ("SHA2-256", Some(Hash::Sha256)),
            ("rsa-sha256", Some(Hash::Sha256)),
            ("sha256WithRSAEncryption", Some(Hash::Sha256)),
            ("sha384", Some(Hash::Sha384)),
            ("RSA-SHA512", Some(Hash::Sha512)),
            ("RS256", None),
            ("", None),
        ];
        for (name, expected) in table {
            assert_eq!(Hash::named(name), expected, "{name}");
        }
    }

    #[test]
    fn a_key_of_the_wrong_kind_is_refused_and_not_shown() {
        let pem = b"-----BEGIN PUBLIC KEY-----\nc2VjcmV0\n-----END PUBLIC KEY-----\n";
        let table: [(&str, &[u8], &str); 8] = [
            ("HS256", b"", "the key is empty"),
            ("HS256", pem, "takes a secret, not a key in PEM"),
            ("RS256", b"secret", "no line of it begins with -----BEGIN"),
            (
                "RS256",
                b"-----BEGIN PRIVATE KEY----- c2Vj cmV0 -----END PRIVATE KEY-----",
                "blanks stand where its line breaks should",
            ),
            ("RS256", b" -----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----", "blanks stand before"),
            ("RS256", pem, "PUBLIC KEY"),
            ("ES256", b"-----BEGIN PRIVATE KEY-----\\nc2VjcmV0\\n-----END PRIVATE KEY-----", "line breaks"),
            (
                "PS256",
                b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nc2VjcmV0\n-----END ENCRYPTED PRIVATE KEY-----",
                "encrypted",
            ),
        ];
        for (name, key, expected) in table {
            let message = Algorithm::named(name).unwrap().sign(key, b"x", false).unwrap_err();
            assert!(message.contains(expected) && !message.contains("c2VjcmV0"), "{message}");
        }
    }
}
