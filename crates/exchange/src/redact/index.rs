//! Finds many secrets in one pass over a text.

use std::collections::HashMap;

use super::base64_forms::{base64_forms, base64_run};
use super::views::View;

/// The length every pattern has at least; the first bytes of a pattern are its key in the index.
pub(super) const KEY_LENGTH: usize = 4;

type Key = [u8; KEY_LENGTH];

/// In which form a secret was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecretForm {
    /// As it is, or behind URL or JSON escapes.
    Text,
    /// Within Base64.
    Base64,
}

struct Pattern {
    bytes: Vec<u8>,
    secret: usize,
    form: SecretForm,
}

/// One occurrence: byte offsets into the original text, and the secret's position in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    pub start: usize,
    pub end: usize,
    pub secret: usize,
    pub form: SecretForm,
}

/// All forms of all secrets, by their first four bytes.
#[derive(Default)]
pub(super) struct Index {
    patterns: HashMap<Key, Vec<Pattern>>,
    /// Which two bytes a pattern begins with: nearly every place of a long text is passed over by a look here.
    heads: Vec<bool>,
    spaces: bool,
}

impl Index {
    /// Adds every form of `value`, which is at least [`KEY_LENGTH`] bytes long.
    pub fn add(&mut self, secret: usize, value: &str) {
        self.spaces |= value.contains(' ');
        // What a secret holds may be taken for an escape: `a%2Fb`, put into an address as it is, arrives as `a/b`.
        for View { bytes, .. } in View::all(value, true) {
            let is_telling = bytes.iter().filter(|byte| !byte.is_ascii_whitespace()).count() >= KEY_LENGTH;
            if is_telling && bytes != value.as_bytes() {
                self.add_pattern(bytes.into_owned(), secret, SecretForm::Text);
            }
        }
        for value in with_entities(value) {
            self.add_pattern(value.as_bytes().to_vec(), secret, SecretForm::Text);
            for inner in encoded_before_base64(&value) {
                for form in base64_forms(inner.as_bytes()) {
                    self.add_pattern(form.into_bytes(), secret, SecretForm::Base64);
                }
            }
        }
    }

    fn add_pattern(&mut self, bytes: Vec<u8>, secret: usize, form: SecretForm) {
        let Some(key) = bytes.first_chunk::<KEY_LENGTH>() else { return };
        self.heads.resize(1 << 16, false);
        self.heads[head(key)] = true;
        let patterns = self.patterns.entry(*key).or_default();
        // Longest first: a token that begins with another one is shown as itself. The sort is
        // stable, so of equal patterns the first learnt wins.
        patterns.push(Pattern { bytes, secret, form });
        patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.bytes.len()));
    }

    /// Every occurrence, in order, none of which lies within another. Occurrences may overlap.
    pub fn find(&self, text: &str) -> Vec<Hit> {
        if self.patterns.is_empty() || text.len() < KEY_LENGTH {
            return Vec::new();
        }
        let mut hits = Vec::new();
        for view in View::all(text, self.spaces) {
            self.find_in(&view, text, &mut hits);
        }
        hits.sort_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end)));
        let mut reach = 0;
        hits.retain(|hit| {
            let outside = hit.end > reach;
            reach = reach.max(hit.end);
            outside
        });
        hits
    }

    fn find_in(&self, view: &View<'_>, text: &str, hits: &mut Vec<Hit>) {
        for (at, window) in view.bytes.windows(KEY_LENGTH).enumerate() {
            if !self.heads[head(window)] {
                continue;
            }
            let Some(patterns) = window.first_chunk().and_then(|key: &Key| self.patterns.get(key)) else {
                continue;
            };
            let rest = &view.bytes[at..];
            let Some(pattern) = patterns.iter().find(|pattern| rest.starts_with(&pattern.bytes)) else {
                continue;
            };
            let (start, end) = view.original(at, at + pattern.bytes.len());
            let (start, end) = match pattern.form {
                SecretForm::Text => to_characters(text, start, end),
                SecretForm::Base64 => {
                    let run = base64_run(text, start, end, false);
                    (run.start, run.end)
                }
            };
            hits.push(Hit { start, end, secret: pattern.secret, form: pattern.form });
        }
    }
}

/// The position of a text's first two bytes in [`Index::heads`].
fn head(bytes: &[u8]) -> usize {
    usize::from(bytes[0]) << 8 | usize::from(bytes[1])
}

/// The value, and as it reads once it has been escaped for HTML or XML: pages echo it so, and the templates of integration
/// manifests escape whatever they put in.
fn with_entities(value: &str) -> Vec<String> {
    let mut forms = vec![value.to_owned()];
    if !value.contains(['&', '<', '>', '"', '\'']) {
        return forms;
    }
    let escaped = value.replace('&', "&amp;").replace('<', "&lt;");
    for greater in [">", "&gt;"] {
        for double in ["\"", "&quot;", "&#34;"] {
            for single in ["'", "&#x27;", "&#39;", "&apos;"] {
                let form = escaped.replace('>', greater).replace('"', double).replace('\'', single);
                if !forms.contains(&form) {
                    forms.push(form);
                }
            }
        }
    }
    forms
}

/// The texts that are put into Base64 for a secret: itself, form-encoded as RFC 6749 §2.3.1 asks for
/// Basic credentials (in the two encodings in use), and as part of a JSON text.
fn encoded_before_base64(value: &str) -> Vec<String> {
    let mut forms = vec![value.to_owned()];
    let form_encoded: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
    let percent_encoded = crate::encode::percent::component(value);
    let json = serde_json::Value::from(value).to_string();
    let json = json.trim_matches('"').to_owned();
    for form in [form_encoded, percent_encoded, json] {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms
}

/// Widens the range so that it cuts no character.
fn to_characters(text: &str, mut start: usize, mut end: usize) -> (usize, usize) {
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    while !text.is_char_boundary(end) {
        end += 1;
    }
    (start, end)
}
