//! Placeholders in fixtures: `«accessToken#1»` stands for a secret, `«base64:user:«password#1»»` for
//! the Base64 of what is inside, `«s256:«codeVerifier#1»»` for the PKCE challenge of the verifier.
//!
//! A text with placeholders is a pattern. Filled in, it gives a text; matched against one, it binds
//! each placeholder to what stands in its place, and the same placeholder to the same value.

use std::collections::HashMap;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use sha2::{Digest, Sha256};

use crate::encode::percent;

/// What each placeholder (`accessToken#1`) stands for in one run.
pub(crate) type Bindings = HashMap<String, String>;

/// A text with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pattern {
    parts: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Placeholder(String),
    Base64 {
        url_safe: bool,
        inner: Pattern,
    },
    /// The PKCE challenge of this verifier's placeholder (RFC 7636 §4.2).
    S256(String),
}

const OPEN: char = '«';
const CLOSE: char = '»';
const BASE64: &str = "base64:";
const BASE64_URL: &str = "base64url:";
const S256: &str = "s256:";

/// The length of a challenge: 32 bytes in Base64 without padding.
const CHALLENGE: usize = 43;

impl Pattern {
    /// Reads the placeholders of `text`; marks that belong to none are text.
    pub fn parse(text: &str) -> Self {
        Self::parse_level(text, true)
    }

    fn parse_level(text: &str, nesting: bool) -> Self {
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut rest = text;
        while let Some(open) = rest.find(OPEN) {
            let after = &rest[open + OPEN.len_utf8()..];
            let read = close_of(after).and_then(|close| Some((read_part(&after[..close], nesting)?, close)));
            plain.push_str(&rest[..open]);
            match read {
                Some((part, close)) => {
                    if !plain.is_empty() {
                        parts.push(Part::Text(std::mem::take(&mut plain)));
                    }
                    parts.push(part);
                    rest = &after[close + CLOSE.len_utf8()..];
                }
                None => {
                    plain.push(OPEN);
                    rest = after;
                }
            }
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Self { parts }
    }

    /// The placeholders in it, without their marks.
    pub fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        for part in &self.parts {
            match part {
                Part::Text(_) => {}
                Part::Placeholder(name) => names.push(name.as_str()),
                Part::Base64 { inner, .. } => names.extend(inner.names()),
                Part::S256(verifier) => names.push(verifier),
            }
        }
        names
    }

    /// The text with every placeholder replaced by what it is bound to; one that is not bound stands
    /// for itself.
    pub fn fill(&self, bindings: &Bindings) -> String {
        self.parts.iter().map(|part| part.fill(bindings)).collect()
    }

    /// Whether `actual` is this text for some values of the placeholders not bound yet, which are
    /// bound to them. A bound value may stand there URL-encoded. Bindings made before a failure stay:
    /// hand in a copy.
    pub fn matches(&self, actual: &str, bindings: &mut Bindings) -> bool {
        let mut rest = actual;
        for (index, part) in self.parts.iter().enumerate() {
            let taken = match part {
                Part::Text(text) => rest.starts_with(text.as_str()).then_some(text.len()),
                Part::Placeholder(name) => match bindings.get(name) {
                    Some(value) => {
                        forms(value).into_iter().filter(|form| rest.starts_with(form)).map(|form| form.len()).max()
                    }
                    None => {
                        let length = self.free_length(index, rest, bindings);
                        let value = &rest[..length];
                        // The browser took its challenge along before.
                        let fits = bindings.get(&promised(name)).is_none_or(|sent| *sent == challenge(value));
                        let free = length > 0 && fits && !stands_elsewhere(name, value, bindings);
                        if free {
                            bindings.insert(name.clone(), value.to_owned());
                        }
                        free.then_some(length)
                    }
                },
                Part::Base64 { inner, .. } => match_base64(inner, rest, bindings),
                Part::S256(verifier) => match_challenge(verifier, rest, bindings),
            };
            match taken {
                Some(length) => rest = &rest[length..],
                None => return false,
            }
        }
        rest.is_empty()
    }

    /// How much of `rest` the unbound placeholder at `index` takes: up to where the next part stands.
    fn free_length(&self, index: usize, rest: &str, bindings: &Bindings) -> usize {
        let next = match self.parts.get(index + 1) {
            None => return rest.len(),
            Some(next) => next.fill(bindings),
        };
        let last = index + 2 == self.parts.len();
        let found = if last { rest.rfind(&next) } else { rest.find(&next) };
        found.unwrap_or(rest.len())
    }
}

impl Part {
    fn fill(&self, bindings: &Bindings) -> String {
        match self {
            Part::Text(text) => text.clone(),
            Part::Placeholder(name) => bindings.get(name).cloned().unwrap_or_else(|| marked(name)),
            Part::Base64 { url_safe: true, inner } => URL_SAFE_NO_PAD.encode(inner.fill(bindings)),
            Part::Base64 { url_safe: false, inner } => STANDARD.encode(inner.fill(bindings)),
            Part::S256(verifier) => bindings.get(verifier).map_or_else(|| challenge_of(verifier), |it| challenge(it)),
        }
    }
}

/// A placeholder with its marks.
pub(crate) fn marked(name: &str) -> String {
    format!("{OPEN}{name}{CLOSE}")
}

/// The notation for the PKCE challenge of the verifier whose placeholder this is, without its marks.
pub(crate) fn challenge_of(verifier: &str) -> String {
    marked(&format!("{S256}{}", marked(verifier)))
}

/// The PKCE challenge of `verifier` (`S256`, RFC 7636 §4.2).
pub(crate) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

/// What a challenge is bound to that was sent before its verifier.
fn promised(verifier: &str) -> String {
    format!("{S256}{verifier}")
}

/// How long a value is that is no coincidence.
const DISTINCT: usize = 8;

/// Whether another placeholder was bound to `value` by what was sent. A recording has one placeholder for each value
/// ([`crate::Secrets::to_placeholders`]), so two of them stand for two. A placeholder is no value yet: what a definition
/// makes of it may read the same.
fn stands_elsewhere(name: &str, value: &str, bindings: &Bindings) -> bool {
    value.chars().count() >= DISTINCT
        && Pattern::parse(value).names().is_empty()
        && bindings.iter().any(|(other, bound)| other != name && bound == value && !other.starts_with(S256))
}

/// `url` up to its fragment; the `#` within a placeholder does not begin one.
pub(crate) fn without_fragment(url: &str) -> &str {
    let mut depth = 0_usize;
    for (at, character) in url.char_indices() {
        match character {
            OPEN => depth += 1,
            CLOSE => depth = depth.saturating_sub(1),
            '#' if depth == 0 => return &url[..at],
            _ => {}
        }
    }
    url
}

/// The notation for the Base64 text `encoded` of what `inner` describes.
pub(crate) fn base64_of(inner: &str, encoded: &str) -> String {
    let url_safe = encoded.contains(['-', '_']) || (!encoded.len().is_multiple_of(4) && !encoded.contains(['+', '/']));
    let kind = if url_safe { BASE64_URL } else { BASE64 };
    marked(&format!("{kind}{inner}"))
}

/// Decodes Base64 of either alphabet, padded or not.
pub(crate) fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let alphabet = if text.contains(['-', '_']) { &alphabet::URL_SAFE } else { &alphabet::STANDARD };
    let config = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(alphabet, config).decode(text).ok()
}

/// Where the mark that closes an open one stands, nested pairs aside.
fn close_of(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            OPEN => depth += 1,
            CLOSE if depth == 0 => return Some(at),
            CLOSE => depth -= 1,
            _ => {}
        }
    }
    None
}

fn read_part(content: &str, nesting: bool) -> Option<Part> {
    if nesting && let Some(inner) = content.strip_prefix(BASE64) {
        return Some(Part::Base64 { url_safe: false, inner: Pattern::parse_level(inner, false) });
    }
    if nesting && let Some(inner) = content.strip_prefix(BASE64_URL) {
        return Some(Part::Base64 { url_safe: true, inner: Pattern::parse_level(inner, false) });
    }
    if nesting && let Some(inner) = content.strip_prefix(S256) {
        return match &Pattern::parse_level(inner, false).parts[..] {
            [Part::Placeholder(verifier)] => Some(Part::S256(verifier.clone())),
            _ => None,
        };
    }
    let (name, number) = content.split_once('#')?;
    let numbered = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    (numbered && !name.is_empty() && !name.contains([OPEN, CLOSE])).then(|| Part::Placeholder(content.to_owned()))
}

/// The ways a value may be written where it is not decoded first.
pub(crate) fn forms(value: &str) -> [String; 4] {
    let form = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
    [value.to_owned(), percent::uri_component(value), percent::component(value), form]
}

fn match_base64(inner: &Pattern, rest: &str, bindings: &mut Bindings) -> Option<usize> {
    let length = rest
        .find(|character: char| !(character.is_ascii_alphanumeric() || "+/-_=".contains(character)))
        .unwrap_or(rest.len());
    let decoded = String::from_utf8(decode_base64(&rest[..length])?).ok()?;
    inner.matches(&decoded, bindings).then_some(length)
}

/// The challenge of a verifier: of a known one exactly its own, of one that is sent later any of the right form.
fn match_challenge(verifier: &str, rest: &str, bindings: &mut Bindings) -> Option<usize> {
    let expected =
        bindings.get(verifier).map(|value| challenge(value)).or_else(|| bindings.get(&promised(verifier)).cloned());
    if let Some(expected) = expected {
        return rest.starts_with(&expected).then_some(CHALLENGE);
    }
    let is_part = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    let length = rest.find(|character| !is_part(character)).unwrap_or(rest.len());
    if length != CHALLENGE {
        return None;
    }
    bindings.insert(promised(verifier), rest[..length].to_owned());
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound(pairs: &[(&str, &str)]) -> Bindings {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn filling_in() {
        let bindings = bound(&[
            ("token#1", "abc"),
            ("password#1", "pw"),
            ("verifier#1", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        ]);
        let table = [
            ("plain", "plain"),
            ("Bearer «token#1»", "Bearer abc"),
            ("«token#1»«token#2»", "abc«token#2»"),
            ("Basic «base64:user:«password#1»»", "Basic dXNlcjpwdw=="),
            ("«base64url:user:«password#1»»", "dXNlcjpwdw"),
            ("« not » a « placeholder#x» «#1» «", "« not » a « placeholder#x» «#1» «"),
            ("«base64:«base64:x»»", "wqtiYXNlNjQ6eMK7"),
            // RFC 7636 appendix B.
            ("«s256:«verifier#1»»", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"),
            ("«s256:«other#1»»", "«s256:«other#1»»"),
            ("«s256:x»", "«s256:x»"),
        ];
        for (pattern, expected) in table {
            assert_eq!(Pattern::parse(pattern).fill(&bindings), expected, "{pattern}");
        }
    }

    #[test]
    fn matching_binds_and_holds_to_it() {
        // pattern, text, what is bound before, what is bound afterwards (none: no match)
        type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], Option<&'a [(&'a str, &'a str)]>);
        let table: [Case<'_>; 16] = [
            ("plain", "plain", &[], Some(&[])),
            ("plain", "plainer", &[], None),
            ("plainer", "plain", &[], None),
            ("Bearer «t#1»", "Bearer abc", &[], Some(&[("t#1", "abc")])),
            ("Bearer «t#1»", "Bearer ", &[], None),
            ("Bearer «t#1»", "Bearer abc", &[("t#1", "abc")], Some(&[("t#1", "abc")])),
            ("Bearer «t#1»", "Bearer abd", &[("t#1", "abc")], None),
            ("Bearer «t#1»", "Bearer abcd", &[("t#1", "abc")], None),
            ("«t#1»-«t#1»", "abc-abc", &[], Some(&[("t#1", "abc")])),
            ("«t#1»-«t#1»", "abc-abd", &[], None),
            ("a=«t#1»&b=«u#1»&c", "a=1&b=2&c", &[], Some(&[("t#1", "1"), ("u#1", "2")])),
            ("/x/«t#1»/y", "/x/a%2Fb/y", &[("t#1", "a/b")], Some(&[("t#1", "a/b")])),
            ("Basic «base64:me:«p#1»»", "Basic bWU6aHVudGVyMg==", &[], Some(&[("p#1", "hunter2")])),
            ("Basic «base64:me:«p#1»»", "Basic bWU6aHVudGVyMg", &[("p#1", "hunter2")], Some(&[("p#1", "hunter2")])),
            ("Basic «base64:me:«p#1»»", "Basic bWU6aHVudGVyMg==", &[("p#1", "other")], None),
            ("Basic «base64:me:«p#1»»", "Basic ???", &[], None),
        ];
        for (pattern, text, before, after) in table {
            let mut bindings = bound(before);
            let matched = Pattern::parse(pattern).matches(text, &mut bindings);
            assert_eq!(matched, after.is_some(), "{pattern} on {text}");
            if let Some(after) = after {
                assert_eq!(bindings, bound(after), "{pattern} on {text}");
            }
        }
    }

    #[test]
    fn two_placeholders_do_not_stand_for_one_value() {
        // pattern, text, what is bound before, whether it matches
        let table = [
            ("«secret#1»", "client-one", bound(&[("id#1", "client-one")]), false),
            ("«id#2»", "client-one", bound(&[("id#1", "client-one")]), false),
            ("«id#1»:«secret#1»", "client-one:client-one", bound(&[]), false),
            ("«base64:«id#1»:«secret#1»»", "Y2xpZW50LW9uZTpjbGllbnQtb25l", bound(&[]), false),
            ("«secret#1»", "client-two", bound(&[("id#1", "client-one")]), true),
            ("«id#1»", "client-one", bound(&[("id#1", "client-one")]), true),
            // Short values are alike by chance.
            ("«secret#1»", "client1", bound(&[("id#1", "client1")]), true),
            ("«lower#1»", "«token#1»", bound(&[("token#1", "«token#1»")]), true),
            ("«codeChallenge#1»", "a-challenge", bound(&[("s256:codeVerifier#1", "a-challenge")]), true),
        ];
        for (pattern, text, mut before, expected) in table {
            assert_eq!(Pattern::parse(pattern).matches(text, &mut before), expected, "{pattern} on {text}");
        }
    }

    /// RFC 7636 appendix B: the browser takes the challenge along, the verifier follows.
    #[test]
    fn a_challenge_fits_its_verifier_whichever_comes_first() {
        let (verifier, sent) =
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        let matches =
            |pattern: &str, text: &str, bindings: &mut Bindings| Pattern::parse(pattern).matches(text, bindings);
        for other in [false, true] {
            let mut bindings = Bindings::new();
            assert!(matches("«s256:«v#1»»", sent, &mut bindings));
            let verifier = if other { "another-verifier" } else { verifier };
            assert_eq!(matches("«v#1»", verifier, &mut bindings), !other);
        }
        let mut known = bound(&[("v#1", verifier)]);
        assert!(matches("c=«s256:«v#1»»&x", &format!("c={sent}&x"), &mut known));
        assert!(!matches("«s256:«v#1»»", &sent.replace('E', "F"), &mut known));
        // Hexadecimal, padded, of the other alphabet: no challenge.
        for text in [
            "13d31e961a1ad8ec2f16b10c4c982e0876a878ad6df144566ee1894acb70f9c3",
            &format!("{sent}="),
            &sent.replace('-', "+"),
            "",
        ] {
            assert!(!matches("«s256:«v#1»»", text, &mut Bindings::new()), "{text}");
        }
    }

    #[test]
    fn fragments_begin_outside_placeholders() {
        let table = [
            ("https://a/x#y", "https://a/x"),
            ("https://«host#1»/x?t=«t#1»#«y#1»", "https://«host#1»/x?t=«t#1»"),
            ("https://a/x", "https://a/x"),
        ];
        for (url, expected) in table {
            assert_eq!(without_fragment(url), expected);
        }
    }

    #[test]
    fn base64_of_either_alphabet_and_padding() {
        for text in ["Pj4/Pz8=", "Pj4_Pz8=", "Pj4_Pz8", "Pj4/Pz8"] {
            assert_eq!(decode_base64(text).as_deref(), Some(b">>???".as_slice()), "{text}");
        }
        assert_eq!(decode_base64("P"), None);
        assert_eq!(base64_of("x", "eA=="), "«base64:x»");
        assert_eq!(base64_of("x", "eA"), "«base64url:x»");
    }
}
