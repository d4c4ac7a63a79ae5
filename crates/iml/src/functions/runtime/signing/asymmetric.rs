//! Signing with private keys, by aws-lc-rs.

use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P256K1_SHA256_ASN1_SIGNING,
    ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING,
    ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
    RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding,
};

use super::legacy::RsaKey;
use super::pem::{Form, PrivateKey};
use super::{Hash, Scheme};

/// The least bits of an RSA key that is safe to use (RFC 7518 §3.3).
const SAFE_BITS: u64 = 2048;

/// The signature of `message`; `small_keys` says whether an RSA key may have less than 2048 bits.
///
/// # Errors
/// In words, when the key does not fit the scheme.
pub(super) fn sign(
    key: &PrivateKey,
    scheme: Scheme,
    hash: Hash,
    message: &[u8],
    small_keys: bool,
) -> Result<Vec<u8>, String> {
    match scheme {
        Scheme::Hmac => Err("HMAC takes a secret, not a private key".to_owned()),
        Scheme::RsaPkcs1 | Scheme::RsaPss => rsa(key, scheme, hash, message, small_keys),
        Scheme::Ecdsa => elliptic(key, curve(hash)?, message),
    }
}

fn rsa(key: &PrivateKey, scheme: Scheme, hash: Hash, message: &[u8], small_keys: bool) -> Result<Vec<u8>, String> {
    let pair = match key.form {
        Form::Pkcs8 => RsaKeyPair::from_pkcs8(&key.der),
        Form::Rsa => RsaKeyPair::from_der(&key.der),
        Form::Elliptic => return Err("the key is for an elliptic curve, not for RSA".to_owned()),
    };
    if let (Ok(pair), Some(padding)) = (pair, padding(scheme, hash)) {
        let mut signature = vec![0; pair.public_modulus_len()];
        let signed = pair.sign(padding, &SystemRandom::new(), message, &mut signature);
        return signed.map(|()| signature).map_err(|_| "RSA cannot sign".to_owned());
    }
    let key = RsaKey::read(key)?;
    let bits = key.bits();
    if bits < SAFE_BITS && !small_keys {
        return Err(format!("the RSA key has {bits} bits, less than the {SAFE_BITS} that are safe"));
    }
    match scheme {
        Scheme::RsaPkcs1 => key.sign(hash, message),
        _ => Err(format!("RSA-PSS cannot sign with this key of {bits} bits")),
    }
}

fn elliptic(key: &PrivateKey, (curve, name): Curve, message: &[u8]) -> Result<Vec<u8>, String> {
    let pair = pair_on(key, curve)?.ok_or_else(|| format!("the key is none for the curve {name}"))?;
    let signature = pair.sign(&SystemRandom::new(), message).map_err(|_| CANNOT_SIGN.to_owned())?;
    Ok(signature.as_ref().to_vec())
}

const CANNOT_SIGN: &str = "ECDSA cannot sign";

/// The key on this curve, `None` when it is for another.
fn pair_on(key: &PrivateKey, curve: &'static EcdsaSigningAlgorithm) -> Result<Option<EcdsaKeyPair>, String> {
    match key.form {
        Form::Pkcs8 => Ok(EcdsaKeyPair::from_pkcs8(curve, &key.der).ok()),
        Form::Elliptic => Ok(EcdsaKeyPair::from_private_key_der(curve, &key.der).ok()),
        Form::Rsa => Err("the key is for RSA, not for an elliptic curve".to_owned()),
    }
}

/// The ECDSA signature of `message` as ASN.1, on the curve of the key and with any hash, as Node makes it.
///
/// # Errors
/// In words, when the key is for none of the curves P-256, P-384, P-521 and secp256k1.
pub(super) fn sign_on_any_curve(key: &PrivateKey, hash: Hash, message: &[u8]) -> Result<Vec<u8>, String> {
    let curves: [(&EcdsaSigningAlgorithm, &digest::Algorithm); 4] = [
        (&ECDSA_P256_SHA256_ASN1_SIGNING, &digest::SHA256),
        (&ECDSA_P384_SHA384_ASN1_SIGNING, &digest::SHA384),
        (&ECDSA_P521_SHA512_ASN1_SIGNING, &digest::SHA512),
        (&ECDSA_P256K1_SHA256_ASN1_SIGNING, &digest::SHA256),
    ];
    for (curve, its_hash) in curves {
        if let Some(pair) = pair_on(key, curve)? {
            // ECDSA signs a number: of a longer digest its first bits, a shorter one as it is (FIPS 186-5 §6.4.1).
            let mut number = hash.digest(message);
            number.truncate(its_hash.output_len());
            let mut digest = vec![0; its_hash.output_len() - number.len()];
            digest.append(&mut number);
            let digest = Digest::import_less_safe(&digest, its_hash).map_err(|_| CANNOT_SIGN.to_owned())?;
            let signature = pair.sign_digest(&digest).map_err(|_| CANNOT_SIGN.to_owned())?;
            return Ok(signature.as_ref().to_vec());
        }
    }
    Err("the key is for none of the curves P-256, P-384, P-521 and secp256k1".to_owned())
}

/// The padding, where aws-lc-rs has it.
fn padding(scheme: Scheme, hash: Hash) -> Option<&'static dyn RsaEncoding> {
    Some(match (scheme, hash) {
        (Scheme::RsaPss, Hash::Sha256) => &RSA_PSS_SHA256,
        (Scheme::RsaPss, Hash::Sha384) => &RSA_PSS_SHA384,
        (Scheme::RsaPss, Hash::Sha512) => &RSA_PSS_SHA512,
        (_, Hash::Sha256) => &RSA_PKCS1_SHA256,
        (_, Hash::Sha384) => &RSA_PKCS1_SHA384,
        (_, Hash::Sha512) => &RSA_PKCS1_SHA512,
        (_, Hash::Md5 | Hash::Sha1 | Hash::Sha224) => return None,
    })
}

type Curve = (&'static EcdsaSigningAlgorithm, &'static str);

/// The curve that goes with a hash (RFC 7518 §3.4).
fn curve(hash: Hash) -> Result<Curve, String> {
    match hash {
        Hash::Sha256 => Ok((&ECDSA_P256_SHA256_FIXED_SIGNING, "P-256")),
        Hash::Sha384 => Ok((&ECDSA_P384_SHA384_FIXED_SIGNING, "P-384")),
        Hash::Sha512 => Ok((&ECDSA_P521_SHA512_FIXED_SIGNING, "P-521")),
        Hash::Md5 | Hash::Sha1 | Hash::Sha224 => Err("no curve goes with this hash".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA1_ASN1, ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED,
        RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents,
        UnparsedPublicKey,
    };
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::super::{Algorithm, pem, sign_like_node};
    use super::*;

    /// The RSA key of RFC 7515 Appendix A.2.1: n, e, d, p, q, dp, dq, qi.
    const RSA: [&str; 8] = [
        "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pC\
         gNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg6\
         65xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRW\
         yuXpoQ",
        "AQAB",
        "Eq5xpGnNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui395IW_GO-pW\
         J1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4D4qAdGcopV_0ZHHzQlBjudU2Qv\
         Xt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOneufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRu\
         OopznQ",
        "4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDc\
         mnPGBY5t7yLc1QlQ5xHdwW1VhvKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc",
        "uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAmZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-\
         TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBBypeeF6689rjcJIDEz9RWdc",
        "BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9YkxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV2\
         zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1XsmvkxHQAdYo0",
        "h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_-\
         kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU",
        "IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIBi87w93IKLEdfnbJtoO\
         PLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U",
    ];

    /// The key of RFC 7515 Appendix A.3.1 on the curve P-256: d, x, y.
    const ELLIPTIC: [&str; 3] = [
        "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI",
        "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    ];

    /// What RFC 7515 signs in Appendix A.2.1.
    const MESSAGE: &[u8] = b"eyJhbGciOiJSUzI1NiJ9.\
        eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    fn bytes(base64: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(base64).unwrap()
    }

    /// A DER element.
    fn der(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = content.len();
        let mut element = match length {
            0..=0x7f => vec![tag, length as u8],
            0x80..=0xff => vec![tag, 0x81, length as u8],
            _ => vec![tag, 0x82, (length >> 8) as u8, length as u8],
        };
        element.extend(content);
        element
    }

    /// A DER integer: positive, thus with a leading zero where the first bit is set.
    fn integer(number: &[u8]) -> Vec<u8> {
        let sign = if number[0] & 0x80 == 0 { &[][..] } else { &[0][..] };
        der(0x02, &[sign, number].concat())
    }

    fn in_pem(label: &str, der: &[u8]) -> Vec<u8> {
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der)).into_bytes()
    }

    /// `RSAPrivateKey` of RFC 8017 Appendix A.1.2.
    fn pkcs1() -> Vec<u8> {
        let numbers = std::iter::once(integer(&[0])).chain(RSA.map(|number| integer(&bytes(number))));
        der(0x30, &numbers.collect::<Vec<_>>().concat())
    }

    /// `ECPrivateKey` of RFC 5915 §3.
    fn sec1() -> Vec<u8> {
        let curve = [0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
        let point = der(0xa1, &der(0x03, &[&[0][..], &point()].concat()));
        der(0x30, &[integer(&[1]), der(0x04, &bytes(ELLIPTIC[0])), curve.to_vec(), point].concat())
    }

    fn point() -> Vec<u8> {
        [&[4][..], &bytes(ELLIPTIC[1]), &bytes(ELLIPTIC[2])].concat()
    }

    /// `PrivateKeyInfo` of RFC 5958 §2 around an RSA key.
    fn pkcs8() -> Vec<u8> {
        let rsa = [0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];
        der(0x30, &[integer(&[0]), rsa.to_vec(), der(0x04, &pkcs1())].concat())
    }

    fn sign(name: &str, key: &[u8]) -> Result<Vec<u8>, String> {
        Algorithm::named(name).unwrap().sign(key, MESSAGE, false)
    }

    #[test]
    fn rs256_is_the_one_of_rfc_7515() {
        let expected = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9u\
            JdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO\
            --xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlU\
            PQGe77Rw";
        for key in [in_pem("RSA PRIVATE KEY", &pkcs1()), in_pem("PRIVATE KEY", &pkcs8())] {
            assert_eq!(URL_SAFE_NO_PAD.encode(sign("RS256", &key).unwrap()), expected);
            assert_eq!(URL_SAFE_NO_PAD.encode(sign_like_node(Hash::Sha256, &key, MESSAGE).unwrap()), expected);
        }
    }

    #[test]
    fn random_signatures_verify() {
        let (rsa, elliptic) = (in_pem("PRIVATE KEY", &pkcs8()), in_pem("EC PRIVATE KEY", &sec1()));
        let public = RsaPublicKeyComponents { n: bytes(RSA[0]), e: bytes(RSA[1]) };
        public.verify(&RSA_PSS_2048_8192_SHA256, MESSAGE, &sign("PS256", &rsa).unwrap()).unwrap();
        let signature = sign("ES256", &elliptic).unwrap();
        assert_eq!(signature.len(), 64);
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point()).verify(MESSAGE, &signature).unwrap();
        let signature = sign_like_node(Hash::Sha256, &elliptic, MESSAGE).unwrap();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point()).verify(MESSAGE, &signature).unwrap();
        let signature = sign_like_node(Hash::Sha1, &elliptic, MESSAGE).unwrap();
        UnparsedPublicKey::new(&ECDSA_P256_SHA1_ASN1, point()).verify(MESSAGE, &signature).unwrap();
    }

    #[test]
    fn what_the_library_refuses_is_signed_too() {
        let key = in_pem("PRIVATE KEY", &pkcs8());
        // The same in both ways, where there are both.
        let both = pem::private_key(&key).unwrap();
        let read = RsaKey::read(&both).unwrap();
        for hash in [Hash::Sha256, Hash::Sha384, Hash::Sha512] {
            assert_eq!(read.sign(hash, MESSAGE).unwrap(), sign_like_node(hash, &key, MESSAGE).unwrap());
        }
        let public = RsaPublicKeyComponents { n: bytes(RSA[0]), e: bytes(RSA[1]) };
        let signature = sign_like_node(Hash::Sha1, &key, MESSAGE).unwrap();
        public.verify(&RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY, MESSAGE, &signature).unwrap();
        assert_eq!(sign_like_node(Hash::Md5, &key, MESSAGE).unwrap().len(), 256);
    }

    #[test]
    fn a_key_that_does_not_fit_is_refused() {
        let (rsa, elliptic) = (in_pem("PRIVATE KEY", &pkcs8()), in_pem("EC PRIVATE KEY", &sec1()));
        let table = [
            ("ES256", &rsa, "curve P-256"),
            ("ES384", &elliptic, "curve P-384"),
            ("RS256", &elliptic, "not for RSA"),
            ("RS256", &in_pem("PRIVATE KEY", b"nonsense"), "no RSA key"),
            ("ES512", &in_pem("RSA PRIVATE KEY", &pkcs1()), "not for an elliptic curve"),
        ];
        for (name, key, expected) in table {
            let message = sign(name, key).unwrap_err();
            assert!(message.contains(expected), "{message}");
        }
    }
}
