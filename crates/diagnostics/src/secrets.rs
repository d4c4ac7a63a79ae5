//! Which names stand for secrets, which texts look like one, and a text with its secrets hidden.
//!
//! One notion for all who ask "is this secret?": the rules that look for it, and the renderers, which quote files that
//! hold it. Names are those of pitfalls.md 103 and 114 to 118, as authors write them.

use smol_str::SmolStr;
use std::borrow::Cow;
use std::ops::Range;

mod issued;
mod literals;

pub use issued::{IssuedKey, issued_keys};
pub use literals::secret_literals;

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

/// The letters that a secret name may end with.
const LASTS: [bool; 128] = {
    let (mut lasts, mut at) = ([false; 128], 0);
    while at < WHOLE.len() + ENDINGS.len() {
        let word = if at < WHOLE.len() { WHOLE[at] } else { ENDINGS[at - WHOLE.len()] }.as_bytes();
        lasts[word[word.len() - 1] as usize] = true;
        at += 1;
    }
    lasts
};

/// Names that end like a secret and are none.
const HARMLESS: &[&str] = &["pagetoken", "nexttoken", "synctoken", "continuationtoken", "cursortoken", "deltatoken"];

/// A name without case and punctuation: `access_token`, `accessToken` and `Access-Token` are one.
pub fn normal(name: &str) -> SmolStr {
    name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Whether a key, header, field or variable of this name holds a secret.
pub fn is_secret_name(name: &str) -> bool {
    // This is asked of nearly every name, so nothing is put on the heap: the end of a name decides, mostly its last letter.
    let Some(last) = letters_from_end(name).next() else { return false };
    if !LASTS[usize::from(last)] {
        return false;
    }
    const LONGEST: usize = 32;
    let mut letters = [0; LONGEST];
    let mut start = LONGEST;
    for letter in letters_from_end(name).take(LONGEST) {
        start -= 1;
        letters[start] = letter;
    }
    let name = &letters[start..];
    let ends = |words: &[&str]| {
        let mut alike = words.iter().filter(|word| word.as_bytes().last() == Some(&last));
        alike.any(|word| name.ends_with(word.as_bytes()))
    };
    let is_whole = || WHOLE.iter().any(|whole| name == whole.as_bytes());
    (ends(ENDINGS) && !ends(HARMLESS)) || is_whole()
}

/// The letters and digits of a name from its end, without case.
fn letters_from_end(name: &str) -> impl Iterator<Item = u8> {
    name.bytes().rev().filter(u8::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase())
}

/// Whether the [normal form](normal) of a name ends so.
fn ends_as(name: &str, ending: &str) -> bool {
    let mut letters = letters_from_end(name);
    ending.bytes().rev().all(|wanted| letters.next() == Some(wanted))
}

/// Whether this is the [normal form](normal) of a name.
pub fn is_as(name: &str, wanted: &str) -> bool {
    letters_from_end(name).eq(wanted.bytes().rev())
}

/// Whether a literal of this name is a secret whatever it looks like: a client's own, which no user types and which
/// nobody leaves out but by mistake.
pub fn is_client_secret(name: &str) -> bool {
    ["clientsecret", "consumersecret", "appsecret"].iter().any(|ending| ends_as(name, ending))
}

/// Whether `value`, a text without expressions, is a secret written out under `name`.
pub fn is_written_out(name: &str, value: &str) -> bool {
    (is_client_secret(name) && is_one_word(value)) || (is_secret_name(name) && looks_generated(value))
}

/// Whether a text can be a secret that somebody has chosen: no sentence, no template, and no variable whose braces are
/// missing.
fn is_one_word(text: &str) -> bool {
    const ROOTS: &[&str] = &["parameters", "connection", "common", "data", "temp", "body", "headers", "query", "oauth"];
    let is_path = text.split_once('.').is_some_and(|(root, _)| ROOTS.contains(&root));
    !text.is_empty() && !is_path && !text.contains(|letter: char| letter.is_whitespace() || "{}".contains(letter))
}

/// Of how many letters what looks generated must be.
const SHORTEST: usize = 16;
/// How many bits each of them must carry.
const FEWEST_BITS: f64 = 3.0;

/// Whether a text looks like a generated key, secret or token: long, letters and digits mixed without much
/// repetition, and none of the words people write where a secret shall come.
pub fn looks_generated(text: &str) -> bool {
    let plain = text.len() >= SHORTEST
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.+/=:~!@#$%^&*".contains(&byte));
    plain && is_mixed(text) && !is_placeholder(text)
}

/// Whether a text is long, and letters and digits are mixed in it without much repetition.
fn is_mixed(text: &str) -> bool {
    text.len() >= SHORTEST
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
        && bits_per_character(text) >= FEWEST_BITS
}

/// What people write in the place of a secret.
const PLACEHOLDERS: &[&str] = &[
    "example",
    "placeholder",
    "changeme",
    "change-me",
    "change_me",
    "replace",
    "insert",
    "sample",
    "dummy",
    "xxxx",
    "redacted",
    "http",
    "....",
];
/// The same, but a generated text may hold it by chance.
const BY_CHANCE: &[&str] = &["your", "todo", "demo", "fake", "test", "0123456789", "123456789", "abcdef"];

fn is_placeholder(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let holds = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    holds(PLACEHOLDERS) || (holds(BY_CHANCE) && !is_generated_around(text, &lower))
}

/// Whether a text is generated although words stand in it: what is left without them is mixed, changes between capitals,
/// small letters and digits as often as nobody would write it, and does not count on (`a1b2c3d4`).
fn is_generated_around(text: &str, lower: &str) -> bool {
    let mut rest = text.as_bytes().to_vec();
    let words = BY_CHANCE.iter().flat_map(|word| lower.match_indices(word).map(|(at, word)| at..at + word.len()));
    words.for_each(|word| rest[word].fill(b'-'));
    rest.retain(|byte| *byte != b'-');
    let Ok(rest) = str::from_utf8(&rest) else { return false };
    let class = |byte: u8| (byte.is_ascii_digit(), byte.is_ascii_uppercase());
    let pairs = || rest.as_bytes().windows(2);
    let changes = pairs().filter(|pair| class(pair[0]) != class(pair[1])).count();
    let counts = rest.as_bytes().windows(3).filter(|three| three[2] == three[0].wrapping_add(1)).count();
    is_mixed(rest) && changes * 3 >= rest.len() && counts * 3 < rest.len()
}

/// Shannon's entropy of the text's characters.
fn bits_per_character(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    text.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    let length = text.len() as f64;
    let share = |count: &u32| f64::from(*count) / length;
    counts.iter().filter(|count| **count > 0).map(|count| -share(count) * share(count).log2()).sum()
}

/// A text of the same length, in bytes and in columns, with its [secret literals](secret_literals) made unreadable.
pub fn hidden(text: &str) -> Cow<'_, str> {
    let secrets = secret_literals(text);
    if secrets.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(masked(text, &secrets)) }
}

/// `text` with these ranges, in order, made unreadable.
pub(crate) fn masked(text: &str, secrets: &[Range<usize>]) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for secret in secrets {
        shown.push_str(&text[at..secret.start]);
        shown.extend(text[secret.clone()].chars().map(mask));
        at = secret.end;
    }
    shown.push_str(&text[at..]);
    shown
}

/// A sign that takes as many bytes, and as many UTF-16 units, as the letter it stands for.
fn mask(letter: char) -> char {
    match letter.len_utf8() {
        1 => '*',
        2 => '·',
        3 => '•',
        _ => '🔒',
    }
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

    #[test]
    fn words_in_a_generated_text_do_not_make_it_a_placeholder() {
        for text in [
            "k7Fq2pZxabcdef9LmN4vRt8WbYx3",
            "9f86abcdef081884c7d659a2feaa0c55ad015",
            "k7Fq2pZxTest9LmN4vRt8WbYx3",
            "4eC39HdemoqLyjWDarjtT1zdp7dc",
            "k7Fq2pZx123456789LmN4vRt8WbY",
        ] {
            assert!(looks_generated(text), "{text}");
        }
        for text in [
            "abcdef1234567890abcdef1234567890",
            "0123456789abcdef0123456789ABCDEF",
            "YOUR_API_KEY_12345678",
            "yourApiKey1234567890abcdef",
            "test-a1b2c3d4e5f6g7h8i9j0k1l2",
            "my-test-client-secret-2024-for-acme",
            "acme-abcdef-2024-prod-version-1",
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        ] {
            assert!(!looks_generated(text), "{text}");
        }
    }

    #[test]
    fn a_clients_secret_needs_no_look() {
        for value in ["acme-demo-secret", "hunter2", "geheim·€😀", "YOUR_CLIENT_SECRET"] {
            assert!(is_written_out("client_secret", value), "{value}");
            assert!(!is_written_out("password", value), "{value}");
        }
        for value in ["", "{{common.clientSecret}}", "common.clientSecret", "The secret of the app"] {
            assert!(!is_written_out("clientSecret", value), "{value}");
        }
    }

    #[test]
    fn what_is_hidden_keeps_its_length() {
        let text = r#"{ "client_secret": "a·€😀z", "x": "?api_key=k7Fq2pZx9LmN4vRt8WbY&y" }"#;
        let shown = hidden(text);
        assert_eq!(shown, r#"{ "client_secret": "*·•🔒*", "x": "?api_key=********************&y" }"#);
        assert_eq!((shown.len(), shown.encode_utf16().count()), (text.len(), text.encode_utf16().count()));
    }
}
