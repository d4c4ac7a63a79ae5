//! The thumbprint of a shared secret (RFC 7638): the hash of its JSON Web Key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::Hash;

/// The thumbprint of `secret` as a JSON Web Key of type `oct` (RFC 7518 §6.4), whose required members are `k` and
/// `kty`, in URL-safe Base64.
pub(in crate::functions::runtime) fn of_secret(secret: &[u8], hash: Hash) -> String {
    of_key(&format!(r#"{{"k":"{}","kty":"oct"}}"#, URL_SAFE_NO_PAD.encode(secret)), hash)
}

/// The thumbprint of a JSON Web Key that has only the required members, sorted and without blanks (RFC 7638 §3).
fn of_key(key: &str, hash: Hash) -> String {
    URL_SAFE_NO_PAD.encode(hash.digest(key.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7638 §3.1.
    #[test]
    fn the_thumbprint_is_the_one_of_rfc_7638() {
        let modulus = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKR\
             XjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZg\
             nYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls\
             1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let key = format!(r#"{{"e":"AQAB","kty":"RSA","n":"{modulus}"}}"#);
        assert_eq!(of_key(&key, Hash::Sha256), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }
}
