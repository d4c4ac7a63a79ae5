//! Secrets: learnt with a name, found in every form they travel in, shown as `«name»`.

mod base64_forms;
mod fields;
mod index;
mod sanitize;
mod views;

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, RwLock, RwLockReadGuard};

use serde_json::{Map, Value};

pub(crate) use base64_forms::base64_run;
pub use fields::{is_secret_field, secret_name};
pub use index::SecretForm;
pub use sanitize::{InvalidSanitizePath, SanitizePath, SanitizePaths, Sanitized};

use index::{Hit, Index};

use crate::placeholder::{Pattern, challenge, challenge_of};

/// Values shorter than this are not looked for within texts: replacing every `1` or `abc` would
/// wreck the output and give the value away by what is missing.
pub const SHORTEST_SECRET: usize = 4;

/// The secret values of a run. Clones share what they know.
///
/// A secret is found as it is, inside Base64 at any alignment (standard or URL-safe, padded or not,
/// so in `Basic` credentials too), behind URL escapes (`%20` or `+`, either case of hex, up to two
/// levels) and behind JSON escapes. The longest match wins; of one value learnt under two names the
/// first name is shown. The work is linear in the text.
///
/// `Debug` shows names only.
#[derive(Clone, Default)]
pub struct Secrets {
    known: Arc<RwLock<Known>>,
}

#[derive(Default)]
struct Known {
    entries: Vec<Entry>,
    by_value: HashMap<String, usize>,
    index: Index,
}

struct Entry {
    name: String,
    number: usize,
    /// The name and number of the verifier this is the PKCE challenge of.
    challenge_of: Option<String>,
}

/// What became of a value given to [`Secrets::learn`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Learned {
    /// It is hidden from now on.
    New,
    /// It was known already, perhaps under another name, which stays.
    Known,
    /// It has fewer than [`SHORTEST_SECRET`] characters and is hidden only by
    /// [`Secrets::redact_json`] as the whole text of a member of its name, whatever the
    /// spelling.
    TooShort,
    /// It is empty and hides nothing.
    Empty,
    /// It is, or holds, a placeholder of a fixture: the secret is hidden already.
    Placeholder,
}

/// Where a secret was found, without saying what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundSecret {
    /// The name it was learnt under.
    pub name: String,
    /// The byte offset in the text.
    pub offset: usize,
    /// The form it has there.
    pub form: SecretForm,
}

/// One place where a secret stands, as byte offsets.
pub(crate) struct Occurrence {
    pub start: usize,
    pub end: usize,
    pub form: SecretForm,
    pub name: String,
    pub placeholder: String,
}

impl Secrets {
    /// Nothing is secret yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Remembers `value` as a secret called `name`.
    pub fn learn(&self, name: &str, value: &str) -> Learned {
        if value.is_empty() {
            return Learned::Empty;
        }
        if !Pattern::parse(value).names().is_empty() {
            return Learned::Placeholder;
        }
        let mut known = self.known.write().expect("no holder of the lock panics");
        if known.by_value.contains_key(value) {
            return Learned::Known;
        }
        // The marks of a placeholder must not occur in its name.
        let name: String = name.chars().filter(|character| !matches!(character, '«' | '»' | '#')).collect();
        let number = 1 + known.entries.iter().filter(|entry| entry.name == name).count();
        let position = known.entries.len();
        known.by_value.insert(value.to_owned(), position);
        known.entries.push(Entry { name, number, challenge_of: None });
        if value.chars().count() < SHORTEST_SECRET {
            return Learned::TooShort;
        }
        known.index.add(position, value);
        Learned::New
    }

    /// Remembers every text below `value` as a secret called `name`.
    pub fn learn_json(&self, name: &str, value: &Value) {
        match value {
            Value::String(text) => {
                self.learn(name, text);
            }
            Value::Array(items) => items.iter().for_each(|item| self.learn_json(name, item)),
            Value::Object(members) => members.values().for_each(|member| self.learn_json(name, member)),
            _ => {}
        }
    }

    /// `text` with every secret replaced by `«name»`.
    pub fn redact(&self, text: &str) -> String {
        self.read().replace(text, |entry| format!("«{}»", entry.name))
    }

    /// `value` with every secret replaced by `«name»`, in keys and values, numbers included.
    pub fn redact_json(&self, value: &Value) -> Value {
        self.read().replace_json("", value, &|entry| format!("«{}»", entry.name))
    }

    /// `text` with every secret replaced by its placeholder `«name#n»`: equal values have equal
    /// placeholders, different values of one name are numbered in the order they were learnt.
    pub fn to_placeholders(&self, text: &str) -> String {
        self.read().replace(text, Entry::placeholder)
    }

    /// `value` with every secret replaced by its placeholder, see [`Secrets::to_placeholders`].
    pub fn to_placeholders_json(&self, value: &Value) -> Value {
        self.read().replace_json("", value, &Entry::placeholder)
    }

    /// The placeholder `«name#n»` of `value`, if exactly this value is known and long enough.
    pub fn placeholder(&self, value: &str) -> Option<String> {
        let known = self.read();
        let entry = &known.entries[*known.by_value.get(value)?];
        (value.chars().count() >= SHORTEST_SECRET).then(|| entry.placeholder())
    }

    /// The first secret that occurs in `text`, in whatever form.
    pub fn contains_secret(&self, text: &str) -> Option<FoundSecret> {
        let known = self.read();
        let hit = known.find(text).into_iter().next()?;
        Some(FoundSecret { name: known.entries[hit.secret].name.clone(), offset: hit.start, form: hit.form })
    }

    /// The names of all secrets, in the order they were learnt.
    pub fn names(&self) -> Vec<String> {
        self.read().entries.iter().map(|entry| entry.name.clone()).collect()
    }

    /// Every place in `text` where a secret stands, in order; none lies within another.
    pub(crate) fn occurrences(&self, text: &str) -> Vec<Occurrence> {
        let known = self.read();
        let hits = known.find(text).into_iter();
        hits.map(|Hit { start, end, secret, form }| {
            let entry = &known.entries[secret];
            Occurrence { start, end, form, name: entry.name.clone(), placeholder: entry.placeholder() }
        })
        .collect()
    }

    /// Every secret worth a search, with its name.
    pub(crate) fn values(&self) -> Vec<(String, String)> {
        let known = self.read();
        let long = known.by_value.iter().filter(|(value, _)| value.chars().count() >= SHORTEST_SECRET);
        let mut values: Vec<_> = long.map(|(value, position)| (*position, value)).collect();
        values.sort_unstable_by_key(|(position, _)| *position);
        values.into_iter().map(|(position, value)| (known.entries[position].name.clone(), value.clone())).collect()
    }

    /// Finds the PKCE challenges among the secrets: the placeholder of one tells its verifier.
    pub(crate) fn relate(&self) {
        let mut known = self.known.write().expect("no holder of the lock panics");
        let pairs: Vec<(usize, usize)> = known
            .by_value
            .iter()
            .filter_map(|(value, verifier)| Some((*known.by_value.get(&challenge(value))?, *verifier)))
            .collect();
        for (challenge, verifier) in pairs {
            let Entry { name, number, .. } = &known.entries[verifier];
            let verifier = format!("{name}#{number}");
            known.entries[challenge].challenge_of = Some(verifier);
        }
    }

    fn read(&self) -> RwLockReadGuard<'_, Known> {
        self.known.read().expect("no holder of the lock panics")
    }
}

impl Entry {
    fn placeholder(&self) -> String {
        match &self.challenge_of {
            Some(verifier) => challenge_of(verifier),
            None => format!("«{}#{}»", self.name, self.number),
        }
    }
}

impl Known {
    /// Every occurrence of a secret, but for those within marks: a password that reads `password` is
    /// shown as `«password»`, and that is fine.
    fn find(&self, text: &str) -> Vec<Hit> {
        let mut hits = self.index.find(text);
        if !hits.is_empty() && text.contains('«') {
            let marked = self.marked(text);
            hits.retain(|hit| !marked.iter().any(|range| range.start <= hit.start && hit.end <= range.end));
        }
        hits
    }

    /// Where the marked names of known secrets stand.
    fn marked(&self, text: &str) -> Vec<Range<usize>> {
        let mut marked = Vec::new();
        for (open, _) in text.match_indices('«') {
            let start = open + '«'.len_utf8();
            let Some(length) = text[start..].find(['«', '»']) else { break };
            let (name, number) = match text[start..start + length].split_once('#') {
                Some((name, number)) => (name, number),
                None => (&text[start..start + length], ""),
            };
            let numbered = number.bytes().all(|byte| byte.is_ascii_digit());
            if numbered && self.entries.iter().any(|entry| entry.name == name) {
                marked.push(open..start + length + '»'.len_utf8());
            }
        }
        marked
    }

    fn replace(&self, text: &str, show: impl Fn(&Entry) -> String) -> String {
        let hits = self.find(text);
        if hits.is_empty() {
            return text.to_owned();
        }
        let mut shown = String::with_capacity(text.len());
        let mut written = 0;
        for Hit { start, end, secret, .. } in hits {
            // Overlapping secrets show one after the other, and none of their text remains.
            shown.push_str(&text[written..start.max(written)]);
            shown.push_str(&show(&self.entries[secret]));
            written = end;
        }
        shown.push_str(&text[written..]);
        shown
    }

    fn replace_json(&self, key: &str, value: &Value, show: &impl Fn(&Entry) -> String) -> Value {
        match value {
            Value::String(text) => match self.short_secret(key, text) {
                Some(entry) => Value::String(show(entry)),
                None => Value::String(self.replace(text, show)),
            },
            Value::Number(number) => match self.by_value.get(&number.to_string()) {
                Some(position) if number.to_string().len() >= SHORTEST_SECRET => {
                    Value::String(show(&self.entries[*position]))
                }
                _ => value.clone(),
            },
            Value::Array(items) => items.iter().map(|item| self.replace_json(key, item, show)).collect(),
            Value::Object(members) => {
                let mut shown = Map::with_capacity(members.len());
                for (key, member) in members {
                    shown.insert(self.replace(key, show), self.replace_json(key, member, show));
                }
                Value::Object(shown)
            }
            Value::Null | Value::Bool(_) => value.clone(),
        }
    }

    /// The secret too short for a search, where a member of its name holds nothing else.
    fn short_secret(&self, key: &str, text: &str) -> Option<&Entry> {
        if text.chars().count() >= SHORTEST_SECRET {
            return None;
        }
        let entry = &self.entries[*self.by_value.get(text)?];
        (secret_name(&entry.name) == secret_name(key)).then_some(entry)
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Secrets").field(&self.names()).finish()
    }
}

#[cfg(test)]
mod tests;
