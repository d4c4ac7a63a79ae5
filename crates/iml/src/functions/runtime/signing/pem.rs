//! Private keys in PEM (RFC 7468).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A private key's DER, and the form it has. No `Debug`: it is a secret.
pub(super) struct PrivateKey {
    #[cfg_attr(not(feature = "rsa"), allow(dead_code, reason = "only signing reads it"))]
    pub(super) der: Vec<u8>,
    pub(super) form: Form,
}

/// What a block's label says about its content.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// `PRIVATE KEY`: PKCS #8 (RFC 5958), of any kind.
    Pkcs8,
    /// `RSA PRIVATE KEY`: PKCS #1 (RFC 8017).
    Rsa,
    /// `EC PRIVATE KEY`: SEC 1 (RFC 5915).
    Elliptic,
}

/// The object identifier 1.2.840.10045.2.1, id-ecPublicKey (RFC 5480), in DER.
const ELLIPTIC: [u8; 9] = [0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];

impl PrivateKey {
    /// Whether it is a key for an elliptic curve. In PKCS #8 the kind stands near the beginning.
    pub(super) fn is_elliptic(&self) -> bool {
        let beginning = &self.der[..self.der.len().min(32)];
        match self.form {
            Form::Elliptic => true,
            Form::Rsa => false,
            Form::Pkcs8 => beginning.windows(ELLIPTIC.len()).any(|window| window == ELLIPTIC),
        }
    }
}

/// Whether the bytes are a text that begins like a key in PEM.
pub(super) fn is_key(bytes: &[u8]) -> bool {
    bytes.trim_ascii_start().starts_with(b"-----BEGIN ")
}

/// The first private key in `bytes`, as strictly as OpenSSL reads it: text may stand before it, on other lines.
///
/// # Errors
/// In words, without the content.
pub(super) fn private_key(bytes: &[u8]) -> Result<PrivateKey, String> {
    let text = std::str::from_utf8(bytes).map_err(|_| "it is not text".to_owned())?;
    if text.contains("-----\\n") {
        return Err("its line breaks are written as \\n; write real ones, as replace() can".to_owned());
    }
    let mut labels = Vec::new();
    let mut rest = text;
    while let Some((label, content, after)) = block(rest)? {
        let form = match label {
            "PRIVATE KEY" => Some(Form::Pkcs8),
            "RSA PRIVATE KEY" => Some(Form::Rsa),
            "EC PRIVATE KEY" => Some(Form::Elliptic),
            "ENCRYPTED PRIVATE KEY" => return Err("it is encrypted".to_owned()),
            _ => None,
        };
        if let Some(form) = form {
            if content.contains("ENCRYPTED") {
                return Err("it is encrypted".to_owned());
            }
            let base64: String = content.split_ascii_whitespace().collect();
            let der = STANDARD.decode(base64).map_err(|_| "its content is not Base64".to_owned())?;
            return Ok(PrivateKey { der, form });
        }
        labels.push(label);
        rest = after;
    }
    match labels.as_slice() {
        [] => Err("no line of it begins with -----BEGIN".to_owned()),
        labels => Err(format!("it holds {} instead", labels.join(", "))),
    }
}

/// The label and content of the first block, and what comes after it.
fn block(text: &str) -> Result<Option<(&str, &str, &str)>, String> {
    let Some((before, opened)) = text.split_once("-----BEGIN ") else { return Ok(None) };
    if !before.is_empty() && !before.ends_with(['\n', '\r']) {
        return Err(match before.trim_ascii() {
            "" => "blanks stand before its -----BEGIN; trim() takes them away".to_owned(),
            _ => "its -----BEGIN stands within a line".to_owned(),
        });
    }
    let no_end = || "it has no end".to_owned();
    let (label, content) = opened.split_once("-----").ok_or_else(no_end)?;
    let end = format!("-----END {label}-----");
    let (content, after) = content.split_once(end.as_str()).ok_or_else(no_end)?;
    let begins_a_line = content.trim_start_matches([' ', '\t']).starts_with(['\n', '\r']);
    if !begins_a_line || !content.ends_with(['\n', '\r']) {
        return Err("blanks stand where its line breaks should, at least after BEGIN and before END: \
             it must be stored with them"
            .to_owned());
    }
    Ok(Some((label, content, after)))
}
