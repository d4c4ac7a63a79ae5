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

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents,
        UnparsedPublicKey,
    };
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

    use super::super::{Algorithm, sign_like_node};
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

    fn pem(label: &str, der: &[u8]) -> Vec<u8> {
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
        Algorithm::named(name).unwrap().sign(key, MESSAGE)
    }

    #[test]
    fn rs256_is_the_one_of_rfc_7515() {
        let expected = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9u\
            JdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO\
            --xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlU\
            PQGe77Rw";
        for key in [pem("RSA PRIVATE KEY", &pkcs1()), pem("PRIVATE KEY", &pkcs8())] {
            assert_eq!(URL_SAFE_NO_PAD.encode(sign("RS256", &key).unwrap()), expected);
            assert_eq!(URL_SAFE_NO_PAD.encode(sign_like_node(Hash::Sha256, &key, MESSAGE).unwrap()), expected);
        }
    }

    #[test]
    fn random_signatures_verify() {
        let (rsa, elliptic) = (pem("PRIVATE KEY", &pkcs8()), pem("EC PRIVATE KEY", &sec1()));
        let public = RsaPublicKeyComponents { n: bytes(RSA[0]), e: bytes(RSA[1]) };
        public.verify(&RSA_PSS_2048_8192_SHA256, MESSAGE, &sign("PS256", &rsa).unwrap()).unwrap();
        let signature = sign("ES256", &elliptic).unwrap();
        assert_eq!(signature.len(), 64);
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point()).verify(MESSAGE, &signature).unwrap();
        let signature = sign_like_node(Hash::Sha256, &elliptic, MESSAGE).unwrap();
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point()).verify(MESSAGE, &signature).unwrap();
    }

    #[test]
    fn a_key_that_does_not_fit_is_refused() {
        let (rsa, elliptic) = (pem("PRIVATE KEY", &pkcs8()), pem("EC PRIVATE KEY", &sec1()));
        let table = [
            ("ES256", &rsa, "curve P-256"),
            ("ES384", &elliptic, "curve P-384"),
            ("RS256", &elliptic, "not for RSA"),
            ("RS256", &pem("PRIVATE KEY", b"nonsense"), "no RSA key"),
            ("ES512", &pem("RSA PRIVATE KEY", &pkcs1()), "not for an elliptic curve"),
        ];
        for (name, key, expected) in table {
            let message = sign(name, key).unwrap_err();
            assert!(message.contains(expected), "{message}");
        }
    }
}
