//! Which names stand for secrets, and which texts look like one.
//!
//! One notion for every rule that asks "is this secret?": the names of pitfalls.md 103 and 114 to 118. The list is
//! for names as authors write them; [`crate::values`] says which expressions carry what stands behind a name.

use connspec_spec::{Definition, Field};

/// Names that are secret as a whole, in [normal form](normal).
const WHOLE: &[&str] = &["authorization", "cookie", "setcookie", "pass", "pwd", "bearer", "jwt"];

/// Endings of names that are secret, in [normal form](normal).
const ENDINGS: &[&str] = &[
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "apikey",
    "secretkey",
    "privatekey",
    "accesskey",
    "authkey",
    "sharedkey",
    "assertion",
    "codeverifier",
];

/// Names that end like a secret and are none.
const HARMLESS: &[&str] = &["pagetoken", "nexttoken", "synctoken", "continuationtoken", "cursortoken", "deltatoken"];

/// A name without case and punctuation: `access_token`, `accessToken` and `Access-Token` are one.
pub fn normal(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Whether a key, header, field or variable of this name holds a secret.
pub fn is_secret_name(name: &str) -> bool {
    let name = normal(name);
    if HARMLESS.iter().any(|harmless| name.ends_with(harmless)) {
        return false;
    }
    WHOLE.contains(&name.as_str()) || ENDINGS.iter().any(|ending| name.ends_with(ending))
}

/// Whether a form field asks for a secret: by its type, or by its name if it takes free text.
pub fn is_secret_field(field: &Field) -> bool {
    field.is_secret() || (field.kind == "text" && is_secret_name(&field.name))
}

/// Whether `parameters.key`, `connection.key`, `data.key`, `common.key` or `temp.key` is a secret of this connection.
pub fn is_secret_key(definition: &Definition, root: &str, key: &str) -> bool {
    let form = matches!(root, "parameters" | "connection" | "data");
    match definition.parameters.field(key).filter(|_| form) {
        Some(field) => is_secret_field(field),
        None => is_secret_name(key),
    }
}

/// Whether a text looks like a generated key, secret or token: long, letters and digits mixed without much
/// repetition, and none of the words people write where a secret shall come.
pub fn looks_generated(text: &str) -> bool {
    const SHORTEST: usize = 16;
    const FEWEST_BITS: f64 = 3.0;
    let plain = text.len() >= SHORTEST
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.+/=:~!@#$%^&*".contains(&byte));
    let mixed = text.bytes().any(|byte| byte.is_ascii_digit()) && text.bytes().any(|byte| byte.is_ascii_alphabetic());
    plain && mixed && !is_placeholder(text) && bits_per_character(text) >= FEWEST_BITS
}

fn is_placeholder(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "your",
        "example",
        "placeholder",
        "changeme",
        "change-me",
        "change_me",
        "replace",
        "insert",
        "todo",
        "demo",
        "sample",
        "dummy",
        "fake",
        "xxxx",
        "test",
        "0123456789",
        "123456789",
        "abcdef",
        "redacted",
        "http",
        "....",
    ];
    let text = text.to_ascii_lowercase();
    WORDS.iter().any(|word| text.contains(word))
}

/// Shannon's entropy of the text's characters.
fn bits_per_character(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    text.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let length = text.len() as f64;
    let share = |count: &u32| f64::from(*count) / length;
    counts.iter().filter(|count| **count > 0).map(|count| -share(count) * share(count).log2()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets() {
        for name in ["access_token", "refreshToken", "X-API-Key", "client_secret", "Authorization", "apiToken", "PWD"] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["token_type", "token_type_hint", "client_id", "public_key", "key_id", "nextPageToken", "tokens"] {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn texts_that_look_generated() {
        for text in ["k7Fq2pZx9LmN4vRt8WbY", "9f86d081884c7d659a2feaa0c55ad015"] {
            assert!(looks_generated(text), "{text}");
        }
        for text in
            ["academy-demo-secret", "your-client-secret-123", "application/json", "aaaaaaaaaaaaaaaa1", "2024-01-01"]
        {
            assert!(!looks_generated(text), "{text}");
        }
    }
}
