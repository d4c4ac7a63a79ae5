//! Signing with private keys, by aws-lc-rs.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING,
    ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair,
    EcdsaSigningAlgorithm, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384,
    RSA_PSS_SHA512, RsaEncoding,
};

use super::pem::{Form, PrivateKey};
use super::{Hash, Scheme};

/// The signature of `message`.
///
/// # Errors
/// In words, when the key does not fit the scheme.
pub(super) fn sign(key: &PrivateKey, scheme: Scheme, hash: Hash, message: &[u8]) -> Result<Vec<u8>, String> {
    match scheme {
        Scheme::Hmac => Err("HMAC takes a secret, not a private key".to_owned()),
        Scheme::RsaPkcs1 | Scheme::RsaPss => rsa(key, padding(scheme, hash), message),
        Scheme::Ecdsa | Scheme::EcdsaAsn1 => elliptic(key, curve(scheme, hash), message),
    }
}

fn rsa(key: &PrivateKey, padding: &'static dyn RsaEncoding, message: &[u8]) -> Result<Vec<u8>, String> {
    let pair = match key.form {
        Form::Pkcs8 => RsaKeyPair::from_pkcs8(&key.der),
        Form::Rsa => RsaKeyPair::from_der(&key.der),
        Form::Elliptic => return Err("the key is for an elliptic curve, not for RSA".to_owned()),
    };
    let pair = pair.map_err(|_| "the key is no RSA key of 2048 to 8192 bits".to_owned())?;
    let mut signature = vec![0; pair.public_modulus_len()];
    pair.sign(padding, &SystemRandom::new(), message, &mut signature).map_err(|_| "RSA cannot sign".to_owned())?;
    Ok(signature)
}

fn elliptic(key: &PrivateKey, (curve, name): Curve, message: &[u8]) -> Result<Vec<u8>, String> {
    let pair = match key.form {
        Form::Pkcs8 => EcdsaKeyPair::from_pkcs8(curve, &key.der),
        Form::Elliptic => EcdsaKeyPair::from_private_key_der(curve, &key.der),
        Form::Rsa => return Err("the key is for RSA, not for an elliptic curve".to_owned()),
    };
    let pair = pair.map_err(|_| format!("the key is none for the curve {name}"))?;
    let signature = pair.sign(&SystemRandom::new(), message).map_err(|_| "ECDSA cannot sign".to_owned())?;
    Ok(signature.as_ref().to_vec())
}

fn padding(scheme: Scheme, hash: Hash) -> &'static dyn RsaEncoding {
    match (scheme, hash) {
        (Scheme::RsaPss, Hash::Sha256) => &RSA_PSS_SHA256,
        (Scheme::RsaPss, Hash::Sha384) => &RSA_PSS_SHA384,
        (Scheme::RsaPss, Hash::Sha512) => &RSA_PSS_SHA512,
        (_, Hash::Sha256) => &RSA_PKCS1_SHA256,
        (_, Hash::Sha384) => &RSA_PKCS1_SHA384,
        (_, Hash::Sha512) => &RSA_PKCS1_SHA512,
    }
}

type Curve = (&'static EcdsaSigningAlgorithm, &'static str);

/// The curve that goes with a hash (RFC 7518 §3.4).
fn curve(scheme: Scheme, hash: Hash) -> Curve {
    match (scheme, hash) {
        (Scheme::EcdsaAsn1, Hash::Sha256) => (&ECDSA_P256_SHA256_ASN1_SIGNING, "P-256"),
        (Scheme::EcdsaAsn1, Hash::Sha384) => (&ECDSA_P384_SHA384_ASN1_SIGNING, "P-384"),
        (Scheme::EcdsaAsn1, Hash::Sha512) => (&ECDSA_P521_SHA512_ASN1_SIGNING, "P-521"),
        (_, Hash::Sha256) => (&ECDSA_P256_SHA256_FIXED_SIGNING, "P-256"),
        (_, Hash::Sha384) => (&ECDSA_P384_SHA384_FIXED_SIGNING, "P-384"),
        (_, Hash::Sha512) => (&ECDSA_P521_SHA512_FIXED_SIGNING, "P-521"),
    }
}
