//! RSA-SHA1 signatures (RFC 8017 §8.2, RFC 5849 §3.4.3).
//!
//! The cryptographic library in the tree refuses to sign with SHA-1, and rightly so; OAuth 1 knows
//! nothing newer. So the padding and the arithmetic are here, on the big numbers already in the tree.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use num_bigint::BigUint;
use sha1::{Digest as _, Sha1};

/// The DER encoding of "this is a SHA-1 digest" (RFC 8017 §9.2 note 1).
const SHA1_PREFIX: [u8; 15] =
    [0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, 0x05, 0x00, 0x04, 0x14];

/// The object identifier of RSA keys, 1.2.840.113549.1.1.1.
const RSA_ENCRYPTION: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// The largest modulus accepted, in bytes; beyond it a signature would take seconds.
const LARGEST_MODULUS: usize = 1024;

/// Why a private key cannot be used. The message holds nothing of the key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PrivateKeyError {
    /// There is no PEM block.
    #[error(
        "the private key is not PEM: it must begin with -----BEGIN PRIVATE KEY----- or -----BEGIN RSA PRIVATE KEY-----"
    )]
    NotPem,
    /// The key needs a passphrase.
    #[error(
        "the private key is encrypted with a passphrase. Decrypt it first: openssl pkcs8 -in key.pem -topk8 -nocrypt"
    )]
    Encrypted,
    /// The block is damaged.
    #[error("the private key is damaged: its contents cannot be read. Was it pasted completely?")]
    Damaged,
    /// It is another kind of key.
    #[error("the private key is not an RSA key, and RSA-SHA1 needs one")]
    NotRsa,
    /// The key is too small for the signature, or unreasonably large.
    #[error("the private key's size cannot be used: RSA keys of 512 to 8192 bits can")]
    Size,
}

/// The parts of an RSA private key that signing needs.
struct PrivateKey {
    modulus: BigUint,
    public_exponent: BigUint,
    private_exponent: BigUint,
}

/// The signature of `message` under a key in PEM, PKCS #1 or PKCS #8, unencrypted.
///
/// # Errors
/// [`PrivateKeyError`], in words.
pub(super) fn sign_sha1(pem: &str, message: &[u8]) -> Result<Vec<u8>, PrivateKeyError> {
    let key = PrivateKey::from_pem(pem)?;
    let length = usize::try_from(key.modulus.bits().div_ceil(8)).map_err(|_| PrivateKeyError::Size)?;
    let padded = padded(&Sha1::digest(message), length)?;
    let signature = key.apply(&BigUint::from_bytes_be(&padded)).to_bytes_be();
    let mut full = vec![0; length - signature.len()];
    full.extend(signature);
    Ok(full)
}

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2): `00 01 FF … FF 00`, then what is signed.
fn padded(digest: &[u8], length: usize) -> Result<Vec<u8>, PrivateKeyError> {
    let content = [&SHA1_PREFIX, digest].concat();
    if length < content.len() + 11 || length > LARGEST_MODULUS {
        return Err(PrivateKeyError::Size);
    }
    let mut padded = vec![0xff; length - content.len()];
    padded[0] = 0;
    padded[1] = 1;
    *padded.last_mut().expect("the padding has eleven bytes or more") = 0;
    padded.extend(content);
    Ok(padded)
}

impl PrivateKey {
    fn from_pem(pem: &str) -> Result<Self, PrivateKeyError> {
        let (label, der) = read_pem(pem)?;
        match label.as_str() {
            "RSA PRIVATE KEY" => Self::from_pkcs1(&der),
            "PRIVATE KEY" => Self::from_pkcs8(&der),
            "ENCRYPTED PRIVATE KEY" => Err(PrivateKeyError::Encrypted),
            "EC PRIVATE KEY" | "DSA PRIVATE KEY" => Err(PrivateKeyError::NotRsa),
            _ => Err(PrivateKeyError::NotPem),
        }
    }

    /// `RSAPrivateKey` of RFC 8017 appendix A.1.2.
    fn from_pkcs1(der: &[u8]) -> Result<Self, PrivateKeyError> {
        let mut outer = Der { rest: der };
        let mut key = Der { rest: outer.expect(Der::SEQUENCE)? };
        key.expect(Der::INTEGER)?;
        let mut number = || key.expect(Der::INTEGER).map(BigUint::from_bytes_be);
        let key = Self { modulus: number()?, public_exponent: number()?, private_exponent: number()? };
        // Arithmetic modulo an even number or one is not RSA.
        if key.modulus.bits() > 1 && key.modulus.bit(0) { Ok(key) } else { Err(PrivateKeyError::Damaged) }
    }

    /// `PrivateKeyInfo` of RFC 5208 §5.
    fn from_pkcs8(der: &[u8]) -> Result<Self, PrivateKeyError> {
        let mut outer = Der { rest: der };
        let mut info = Der { rest: outer.expect(Der::SEQUENCE)? };
        info.expect(Der::INTEGER)?;
        let mut algorithm = Der { rest: info.expect(Der::SEQUENCE)? };
        if algorithm.expect(Der::OBJECT_IDENTIFIER)? != RSA_ENCRYPTION {
            return Err(PrivateKeyError::NotRsa);
        }
        Self::from_pkcs1(info.expect(Der::OCTET_STRING)?)
    }

    /// `message` to the power of the private exponent, blinded: the time it takes tells nothing about
    /// the exponent to whoever chose the message. The blinding factor is a digest of key and message,
    /// unknown outside and the same in every replay.
    fn apply(&self, message: &BigUint) -> BigUint {
        let seed = [self.private_exponent.to_bytes_be(), message.to_bytes_be()].concat();
        let factor = BigUint::from_bytes_be(&Sha1::digest(&seed)) | BigUint::from(1_u8);
        let Some(inverse) = factor.modinv(&self.modulus) else {
            // The factor shares a prime with the modulus: practically impossible, and no harm.
            return message.modpow(&self.private_exponent, &self.modulus);
        };
        let blinded = message * factor.modpow(&self.public_exponent, &self.modulus) % &self.modulus;
        blinded.modpow(&self.private_exponent, &self.modulus) * inverse % &self.modulus
    }
}

/// The label and the contents of the first PEM block. Line breaks may have become spaces or `\n`, as
/// happens when keys are pasted into forms.
fn read_pem(pem: &str) -> Result<(String, Vec<u8>), PrivateKeyError> {
    let after = pem.split_once("-----BEGIN ").ok_or(PrivateKeyError::NotPem)?.1;
    let (label, after) = after.split_once("-----").ok_or(PrivateKeyError::NotPem)?;
    let (contents, _) = after.split_once("-----END").ok_or(PrivateKeyError::Damaged)?;
    if contents.contains("ENCRYPTED") {
        return Err(PrivateKeyError::Encrypted);
    }
    let base64: String = contents.replace("\\n", "").split_whitespace().collect();
    let der = STANDARD.decode(base64).map_err(|_| PrivateKeyError::Damaged)?;
    Ok((label.to_owned(), der))
}

/// Reads DER values (ITU-T X.690) one after the other.
struct Der<'a> {
    rest: &'a [u8],
}

impl<'a> Der<'a> {
    const INTEGER: u8 = 0x02;
    const OCTET_STRING: u8 = 0x04;
    const OBJECT_IDENTIFIER: u8 = 0x06;
    const SEQUENCE: u8 = 0x30;

    /// The contents of the next value, which has this tag.
    fn expect(&mut self, tag: u8) -> Result<&'a [u8], PrivateKeyError> {
        let (contents, rest) = self.split(tag).ok_or(PrivateKeyError::Damaged)?;
        self.rest = rest;
        Ok(contents)
    }

    fn split(&self, tag: u8) -> Option<(&'a [u8], &'a [u8])> {
        let (&found, rest) = self.rest.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(first - 0x80))?;
                (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
            }
            _ => return None,
        };
        if found == tag { rest.split_at_checked(length) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PKCS1: &str = include_str!("../../testdata/rsa/pkcs1.pem");
    const PKCS8: &str = include_str!("../../testdata/rsa/pkcs8.pem");
    const MESSAGE: &[u8] = include_bytes!("../../testdata/rsa/message.txt");
    const SIGNATURE: &str = include_str!("../../testdata/rsa/signature.txt");

    #[test]
    fn the_signature_is_the_one_openssl_makes() {
        let pasted = PKCS8.replace('\n', " ");
        let escaped = PKCS8.replace('\n', "\\n");
        for pem in [PKCS1, PKCS8, &pasted, &escaped] {
            assert_eq!(STANDARD.encode(sign_sha1(pem, MESSAGE).unwrap()), SIGNATURE.trim());
        }
        assert_ne!(STANDARD.encode(sign_sha1(PKCS1, b"another").unwrap()), SIGNATURE.trim());
    }

    #[test]
    fn keys_that_cannot_be_used() {
        use PrivateKeyError::{Damaged, Encrypted, NotPem, NotRsa, Size};
        let half = &PKCS8[..PKCS8.len() / 2];
        let shortened = PKCS1.replacen("MII", "", 1);
        let tiny = format!(
            "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END",
            STANDARD.encode([0x30, 12, 2, 1, 0, 2, 1, 35, 2, 1, 5, 2, 1, 5])
        );
        let even = format!(
            "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END",
            STANDARD.encode([0x30, 12, 2, 1, 0, 2, 1, 34, 2, 1, 5, 2, 1, 5])
        );
        let table = [
            ("", NotPem),
            ("s3cret", NotPem),
            ("-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----", NotPem),
            (half, Damaged),
            (&shortened, Damaged),
            ("-----BEGIN PRIVATE KEY-----\nMP////8=\n-----END PRIVATE KEY-----", Damaged),
            ("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAA==\n-----END ENCRYPTED PRIVATE KEY-----", Encrypted),
            (
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAA==\n-----END RSA PRIVATE KEY-----",
                Encrypted,
            ),
            (include_str!("../../testdata/rsa/ec.pem"), NotRsa),
            (&tiny, Size),
            (&even, Damaged),
        ];
        for (pem, expected) in table {
            assert_eq!(sign_sha1(pem, MESSAGE).unwrap_err(), expected, "{pem}");
        }
    }
}
