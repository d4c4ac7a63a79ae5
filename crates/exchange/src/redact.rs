//! Secrets: learnt with a name, found wherever they travel, shown as `«name»`.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

/// The secret values of a run. Clones share what they know.
///
/// `Debug` shows names only.
#[derive(Clone, Default)]
pub struct Secrets {
    known: Arc<Mutex<Vec<(String, String)>>>,
}

impl Secrets {
    /// Nothing is secret yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Remembers `value` as a secret called `name`.
    pub fn learn(&self, name: &str, value: &str) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if value.chars().count() >= 4 && known.iter().all(|(_, other)| other != value) {
            known.push((name.to_owned(), value.to_owned()));
        }
    }

    /// `text` with every secret replaced by `«name»`.
    pub fn redact(&self, text: &str) -> String {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().fold(text.to_owned(), |text, (name, value)| {
            text.replace(value, &format!("«{name}»"))
        })
    }

    /// `value` with every secret replaced in its keys and texts.
    pub fn redact_json(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.redact(text)),
            Value::Array(items) => items.iter().map(|item| self.redact_json(item)).collect(),
            Value::Object(members) => members
                .iter()
                .map(|(key, value)| (self.redact(key), self.redact_json(value)))
                .collect(),
            other => other.clone(),
        }
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        formatter
            .debug_list()
            .entries(known.iter().map(|(name, _)| name))
            .finish()
    }
}
