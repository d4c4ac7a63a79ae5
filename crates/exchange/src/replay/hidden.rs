//! What of a sent value is not shown: it may be a real secret that nobody knows as one.

use serde_json::Value;

use crate::Secrets;
use crate::redact::is_secret_field;

/// Stands for a value that is not shown, since its field is made for secrets and nobody knows whether it is one.
pub const HIDDEN: &str = "«hidden»";

/// What may stand before a credential (the registry of RFC 9110 §16.4.1, and words in use beside it).
const SCHEMES: [&str; 8] = ["apikey", "basic", "bearer", "digest", "dpop", "key", "oauth", "token"];

/// `sent` as it may be shown beside what was `recorded` in `field`. Known secrets show their name. Where a placeholder was
/// recorded or the field is made for secrets, anything but one placeholder does not show, a scheme before it aside; nothing
/// is nothing.
pub(super) fn shown(field: &str, recorded: Option<&Value>, sent: &Value, secrets: &Secrets) -> Option<Value> {
    let text = match recorded {
        Some(Value::String(text)) => text.clone(),
        other => other.map_or_else(String::new, Value::to_string),
    };
    let scheme = credential(&text);
    let shown = Around { recorded: &text, scheme }.hide(field, scheme.is_some(), secrets.redact_json(sent));
    let was_secret = scheme.is_some() || is_made_for_secrets(field);
    (!(was_secret && shown.as_str() == Some(""))).then_some(shown)
}

/// `text` with known secrets by their names; what stands next to one may be the rest of a longer secret.
pub(super) fn redacted(text: &str, secrets: &Secrets) -> String {
    without_rests(&secrets.redact(text), "")
}

fn is_made_for_secrets(field: &str) -> bool {
    is_secret_field(field) || is_authorization(field) || field == "cookie"
}

fn is_authorization(field: &str) -> bool {
    matches!(field, "authorization" | "proxy-authorization")
}

/// What was recorded where a value is sent.
struct Around<'a> {
    recorded: &'a str,
    /// The scheme before the recorded placeholder.
    scheme: Option<&'a str>,
}

impl Around<'_> {
    fn hide(&self, field: &str, secret: bool, value: Value) -> Value {
        let secret = secret || is_made_for_secrets(field);
        match value {
            Value::String(text) if secret => match text.is_empty() || self.is_placeholder(&text) {
                true => Value::String(text),
                false => match self.kept_scheme(field, &text) {
                    Some(scheme) => format!("{scheme} {HIDDEN}").into(),
                    None => HIDDEN.into(),
                },
            },
            Value::Number(_) if secret => HIDDEN.into(),
            Value::String(text) => Value::String(without_rests(&text, self.recorded)),
            Value::Array(items) => items.into_iter().map(|item| self.hide(field, secret, item)).collect(),
            Value::Object(members) => {
                members.into_iter().map(|(key, member)| (key.clone(), self.hide(&key, secret, member))).collect()
            }
            other => other,
        }
    }

    /// Whether `text` is one placeholder, alone or behind a scheme that everybody knows or that was recorded.
    fn is_placeholder(&self, text: &str) -> bool {
        credential(text).is_some_and(|scheme| scheme.is_empty() || self.is_scheme(scheme))
    }

    fn is_scheme(&self, word: &str) -> bool {
        SCHEMES.iter().copied().chain(self.scheme).any(|known| known.eq_ignore_ascii_case(word))
    }

    /// The scheme before what is hidden, where there is a scheme: that another one is sent is no secret.
    fn kept_scheme<'t>(&self, field: &str, text: &'t str) -> Option<&'t str> {
        let has_scheme = is_authorization(field) || self.scheme.is_some_and(|scheme| !scheme.is_empty());
        let (scheme, _) = text.split_once(' ').filter(|_| has_scheme)?;
        self.is_scheme(scheme).then_some(scheme)
    }
}

/// The scheme (or nothing) before the one placeholder that `text` is; none where it is anything else.
fn credential(text: &str) -> Option<&str> {
    let (scheme, rest) = match text.find('«')? {
        0 => ("", text),
        open => (text[..open].strip_suffix(' ')?, &text[open..]),
    };
    let is_word = scheme.chars().all(|character| character.is_ascii_alphanumeric() || character == '-');
    (is_word && end_of(rest) == Some(rest.len())).then_some(scheme)
}

/// Where the placeholder ends with which `text` begins.
fn end_of(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '«' => depth += 1,
            '»' if depth <= 1 => return Some(at + character.len_utf8()),
            '»' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// `text` without words that a known secret is only a part of, unless the rest was `recorded` next to a placeholder, too.
fn without_rests(text: &str, recorded: &str) -> String {
    let in_word = |character: char| character.is_alphanumeric() || "-_.~+%".contains(character);
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('«') {
        let Some(length) = end_of(&rest[open..]) else { break };
        let (before, after) = (&rest[..open], &rest[open + length..]);
        let placeholder = &rest[open..open + length];
        let left = &before[before.trim_end_matches(in_word).len()..];
        let right = &after[..after.len() - after.trim_start_matches(in_word).len()];
        // Placeholders of the fixture have a number, and stand for themselves.
        let known = placeholder.contains('#')
            || (left.is_empty() || recorded.contains(&format!("{left}«")))
                && (right.is_empty() || recorded.contains(&format!("»{right}")));
        if known {
            shown.push_str(before);
            shown.push_str(placeholder);
            rest = after;
        } else {
            shown.push_str(&before[..before.len() - left.len()]);
            shown.push_str(HIDDEN);
            rest = &after[right.len()..];
        }
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_sent_value_is_one_placeholder_or_hidden() {
        let secrets = Secrets::new();
        secrets.learn("clientId", "academy-demo");
        // field, recorded, sent, shown
        let table = [
            // A longer secret that nobody knows holds a shorter one.
            ("client_secret", json!("«clientSecret#1»"), json!("academy-demo-secret"), json!("«hidden»")),
            ("client_secret", json!("«clientSecret#1»"), json!("academy-demo"), json!("«clientId»")),
            ("client_secret", json!("«clientSecret#1»"), json!("«accessToken#1»"), json!("«accessToken#1»")),
            ("client_secret", json!("«clientSecret#1»"), json!("«accessToken#1»x"), json!("«hidden»")),
            ("client_secret", json!("«clientSecret#1»"), json!(""), Value::Null),
            ("client_secret", json!(null), json!("academy-demo-secret"), json!("«hidden»")),
            ("x", json!("«clientSecret#1»"), json!("academy-demo-secret"), json!("«hidden»")),
            ("x", json!("«clientSecret#1»"), json!("anything"), json!("«hidden»")),
            ("x", json!("«pin#1»"), json!(123_456), json!("«hidden»")),
            ("x", json!("«pin#1»"), json!({"a": ["real"]}), json!({"a": ["«hidden»"]})),
            ("password", json!("none"), json!({"a": 1}), json!({"a": "«hidden»"})),
            (
                "authorization",
                json!("bearer «accessToken#1»"),
                json!("Bearer academy-demo"),
                json!("Bearer «clientId»"),
            ),
            (
                "authorization",
                json!("bearer «accessToken#1»"),
                json!("Bearer academy-demo-x"),
                json!("Bearer «hidden»"),
            ),
            // That another scheme is sent is no secret.
            ("authorization", json!("Basic «base64:«a#1»:«b#1»»"), json!("Bearer hunter2"), json!("Bearer «hidden»")),
            ("authorization", json!(null), json!("token hunter2"), json!("token «hidden»")),
            ("authorization", json!("«apiKey#1»"), json!("hunter2"), json!("«hidden»")),
            ("authorization", json!("Own-Scheme «a#1»"), json!("own-scheme hunter2"), json!("own-scheme «hidden»")),
            ("x-auth", json!("Bearer «accessToken#1»"), json!("Bearer real"), json!("Bearer «hidden»")),
            ("password", json!("«password#1»"), json!("token of my love"), json!("«hidden»")),
            ("authorization", json!("bearer «accessToken#1»"), json!("hunter2 academy-demo"), json!("«hidden»")),
            ("authorization", json!("Own-Scheme «a#1»"), json!("Own-Scheme «b#1»"), json!("Own-Scheme «b#1»")),
            ("x-auth", json!("Bearer «accessToken#1»"), json!("real"), json!("«hidden»")),
            // Anywhere else what is not secret shows, but no rest of a word that begins like a secret.
            ("x", json!("one"), json!("two"), json!("two")),
            ("x", json!(""), json!("a=academy-demo&b=2"), json!("a=«clientId»&b=2")),
            ("x", json!(null), json!("id academy-demo-secret, 1"), json!("id «hidden», 1")),
            ("x", json!(null), json!({"y": "my-academy-demo"}), json!({"y": "«hidden»"})),
            (
                "url",
                json!("https://«host#1».example.com/a"),
                json!("https://academy-demo.example.com/b"),
                json!("https://«clientId».example.com/b"),
            ),
        ];
        for (field, recorded, sent, expected) in table {
            let recorded = (!recorded.is_null()).then_some(recorded);
            let shown = shown(field, recorded.as_ref(), &sent, &secrets).unwrap_or_default();
            assert_eq!(shown, expected, "{field}: {recorded:?}, {sent}");
        }
        assert_eq!(redacted("https://a/academy-demo-secret/x", &secrets), "https://a/«hidden»/x");
    }
}
