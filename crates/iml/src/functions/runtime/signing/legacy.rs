//! RSA signatures that aws-lc-rs refuses to make, because they are too weak for anything new: with MD5, SHA-1 and
//! SHA-224, and with keys of less than 2048 bits. Node makes them. RSASSA-PKCS1-v1_5 by RFC 8017 §8.2.1, on the big
//! numbers already in the tree.

use num_bigint::BigUint;
use sha2::{Digest as _, Sha256};

use super::Hash;
use super::pem::{Form, PrivateKey};

/// The object identifier of RSA keys, 1.2.840.113549.1.1.1.
const RSA_ENCRYPTION: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];

/// The most bits a modulus may have; beyond it a signature would take seconds.
const LARGEST_MODULUS: u64 = 8192;

/// The parts of an RSA private key that signing needs. No `Debug`: it is a secret.
pub(super) struct RsaKey {
    modulus: BigUint,
    public_exponent: BigUint,
    private_exponent: BigUint,
}

impl RsaKey {
    /// Reads the key.
    ///
    /// # Errors
    /// In words, without the key: it is of another kind, or not readable.
    pub(super) fn read(key: &PrivateKey) -> Result<Self, String> {
        const NO_RSA: &str = "the key is no RSA key that can be read";
        let pkcs1 = match key.form {
            Form::Rsa => Some(key.der.as_slice()),
            Form::Pkcs8 => within_pkcs8(&key.der),
            Form::Elliptic => return Err("the key is for an elliptic curve, not for RSA".to_owned()),
        };
        let key = pkcs1.and_then(Self::from_pkcs1).ok_or(NO_RSA)?;
        let (modulus, exponent) = (key.modulus.bits(), key.private_exponent.bits());
        // Arithmetic modulo an even number or one is not RSA.
        if modulus < 2 || exponent > modulus || !key.modulus.bit(0) {
            return Err(NO_RSA.to_owned());
        }
        if modulus > LARGEST_MODULUS {
            return Err(format!("the key has more than {LARGEST_MODULUS} bits"));
        }
        Ok(key)
    }

    /// `RSAPrivateKey` of RFC 8017 appendix A.1.2.
    fn from_pkcs1(der: &[u8]) -> Option<Self> {
        let mut key = Der(Der(der).next(Der::SEQUENCE)?);
        key.next(Der::INTEGER)?;
        let mut number = || key.next(Der::INTEGER).map(BigUint::from_bytes_be);
        Some(Self { modulus: number()?, public_exponent: number()?, private_exponent: number()? })
    }

    /// How many bits the modulus has.
    pub(super) fn bits(&self) -> u64 {
        self.modulus.bits()
    }

    /// The signature of `message`.
    ///
    /// # Errors
    /// When the key is too small for the hash.
    pub(super) fn sign(&self, hash: Hash, message: &[u8]) -> Result<Vec<u8>, String> {
        let content = [prefix(hash), &hash.digest(message)].concat();
        let length = self.modulus.bits().div_ceil(8) as usize;
        if length < content.len() + 11 {
            return Err(format!("a key of {} bits is too small for this hash", self.bits()));
        }
        // EMSA-PKCS1-v1_5 (RFC 8017 §9.2): 00 01 FF … FF 00, then what is signed.
        let mut padded = vec![0xff; length - content.len()];
        (padded[0], padded[1]) = (0, 1);
        *padded.last_mut().expect("the padding has eleven bytes or more") = 0;
        padded.extend(content);
        let signature = self.apply(&BigUint::from_bytes_be(&padded)).to_bytes_be();
        let mut full = vec![0; length - signature.len()];
        full.extend(signature);
        Ok(full)
    }

    /// `message` to the power of the private exponent, blinded: the time it takes tells nothing about the exponent to
    /// whoever chose the message. The blinding factor is a digest of key and message, unknown outside and the same in
    /// every replay.
    fn apply(&self, message: &BigUint) -> BigUint {
        let seed = [self.private_exponent.to_bytes_be(), message.to_bytes_be()].concat();
        let factor = BigUint::from_bytes_be(&Sha256::digest(&seed)) | BigUint::from(1_u8);
        let Some(inverse) = factor.modinv(&self.modulus) else {
            // The factor shares a prime with the modulus: practically impossible, and no harm.
            return message.modpow(&self.private_exponent, &self.modulus);
        };
        let blinded = message * factor.modpow(&self.public_exponent, &self.modulus) % &self.modulus;
        blinded.modpow(&self.private_exponent, &self.modulus) * inverse % &self.modulus
    }
}

/// The RSA key in `PrivateKeyInfo` of RFC 5958 §2.
fn within_pkcs8(der: &[u8]) -> Option<&[u8]> {
    let mut info = Der(Der(der).next(Der::SEQUENCE)?);
    info.next(Der::INTEGER)?;
    let algorithm = Der(info.next(Der::SEQUENCE)?).next(Der::OBJECT_IDENTIFIER)?;
    if algorithm == RSA_ENCRYPTION { info.next(Der::OCTET_STRING) } else { None }
}

/// The DER encoding of "this is a digest by that hash" (RFC 8017 §9.2 note 1).
fn prefix(hash: Hash) -> &'static [u8] {
    match hash {
        Hash::Md5 => b"\x30\x20\x30\x0c\x06\x08\x2a\x86\x48\x86\xf7\x0d\x02\x05\x05\x00\x04\x10",
        Hash::Sha1 => b"\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14",
        Hash::Sha224 => b"\x30\x2d\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x04\x05\x00\x04\x1c",
        Hash::Sha256 => b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20",
        Hash::Sha384 => b"\x30\x41\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x02\x05\x00\x04\x30",
        Hash::Sha512 => b"\x30\x51\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x03\x05\x00\x04\x40",
    }
}

/// Reads DER values (ITU-T X.690) one after the other.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    const INTEGER: u8 = 0x02;
    const OCTET_STRING: u8 = 0x04;
    const OBJECT_IDENTIFIER: u8 = 0x06;
    const SEQUENCE: u8 = 0x30;

    /// The contents of the next value, when it has this tag.
    fn next(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (&[found, first], rest) = self.0.split_first_chunk()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(first - 0x80))?;
                (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
            }
            _ => return None,
        };
        let (contents, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        (found == tag).then_some(contents)
    }
}
