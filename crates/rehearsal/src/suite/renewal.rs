//! Bringing a fixture up to date with what its definition does now (`replay --update`).

use std::path::Path;

use connspec_exchange::Fixture;
use connspec_runner::record::{renew as replay_renewing, replay};
use connspec_spec::Compat;
use serde_json::{Map, Value};

use super::{Advice, Definitions, Opened};

/// How much of a fixture is brought up to date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// What is expected at the end.
    Expectations,
    /// The requests and the address of the browser, too.
    Exchanges,
}

/// A fixture brought up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewed {
    /// What changes, one line each; empty: nothing does.
    pub changes: Vec<String>,
    /// The new text of the file.
    pub text: String,
}

/// Why a fixture is not brought up to date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NotRenewed {
    /// In words.
    pub reason: String,
    /// What to do instead, where that is the same for many.
    pub advice: Option<Advice>,
}

impl From<String> for NotRenewed {
    fn from(reason: String) -> Self {
        Self { reason, advice: None }
    }
}

impl From<&str> for NotRenewed {
    fn from(reason: &str) -> Self {
        reason.to_owned().into()
    }
}

/// The order of a fixture's keys.
const KEYS: [&str; 12] = [
    "version",
    "spec",
    "specHash",
    "steps",
    "clock",
    "seed",
    "compat",
    "inputs",
    "authorize",
    "callback",
    "exchanges",
    "expect",
];

/// What the fixture at `path` becomes. Nothing is written. Whatever the update is not about stays as it stands in the
/// file, members of others included.
///
/// # Errors
/// Why it cannot be brought up to date, and what to do instead.
pub async fn renew(
    path: &Path,
    definitions: &Definitions,
    compat: &(dyn Fn(Compat) -> Compat + Sync),
    renewal: Renewal,
) -> Result<Renewed, NotRenewed> {
    let opened = Opened::read(path, definitions).map_err(|(_, message)| message)?;
    let compat = compat(opened.compat.clone());
    let turned = opened.turned_otherwise(&compat);
    let Opened { text, fixture, loaded, .. } = opened;
    let replayed = match renewal {
        Renewal::Expectations => replay(&fixture, &loaded.definition, &compat).await,
        Renewal::Exchanges => replay_renewing(&fixture, &loaded.definition, &compat).await,
    };
    if !replayed.report.examined {
        return Err(replayed.report.message().unwrap_or_default().into());
    }
    match renewal {
        Renewal::Expectations if replayed.sends_otherwise() => {
            let reason = "not updated: what is sent differs, and not only how the flow ends".to_owned();
            return Err(NotRenewed { reason, advice: Some(Advice::Exchanges) });
        }
        Renewal::Exchanges if replayed.mismatch.is_some() => {
            return Err(
                "not updated: the flow sends a request for which the fixture has no answer; record it again".into()
            );
        }
        _ => {}
    }
    let updated = replayed.updated(&fixture, &loaded.definition).map_err(|error| format!("not updated: {error}"))?;
    let Ok(Value::Object(before)) = serde_json::from_str(&text) else {
        return Err(
            "not updated: the file is JSON5, and writing it anew would lose its comments; change it by hand".into()
        );
    };
    let mut after = patched(&before, &fixture, &updated, renewal);
    if !turned.is_empty() {
        let mut compat = fixture.compat.clone();
        compat.extend(turned.into_iter().map(|(key, value)| (key.to_owned(), value.into())));
        after.insert("compat".to_owned(), compat.into());
    }
    let after = sorted(after);
    let mut changes = Vec::new();
    compare("", Some(&Value::Object(before)), Some(&after), &mut changes);
    let text = serde_json::to_string_pretty(&after).map_err(|error| error.to_string())?;
    Ok(Renewed { changes, text: text + "\n" })
}

/// `before` with what differs between the two fixtures.
fn patched(before: &Map<String, Value>, old: &Fixture, new: &Fixture, renewal: Renewal) -> Map<String, Value> {
    let mut after = before.clone();
    if old.expect != new.expect && (old.expect.is_some() || fails(new)) {
        after.insert("expect".to_owned(), new.expect.clone().unwrap_or_default());
    }
    if let Some(hash) = new.spec_hash.as_deref().filter(|_| old.spec_hash.is_some() || renewal == Renewal::Exchanges) {
        after.insert("specHash".to_owned(), hash.into());
    }
    if renewal == Renewal::Exchanges {
        match &new.authorize {
            Some(url) => after.insert("authorize".to_owned(), url.as_str().into()),
            None => after.remove("authorize"),
        };
        if old.exchanges != new.exchanges {
            after.insert("exchanges".to_owned(), exchanges(before, old, new));
        }
    }
    after
}

/// The members of a fixture in the order of the format.
fn sorted(mut after: Map<String, Value>) -> Value {
    let mut sorted = Map::new();
    for key in KEYS {
        sorted.extend(after.remove_entry(key));
    }
    sorted.extend(after);
    Value::Object(sorted)
}

fn fails(fixture: &Fixture) -> bool {
    fixture.expect.as_ref().is_some_and(|expected| expected.get("error").is_some())
}

/// The new exchanges; those that are as before keep what the file says about them.
fn exchanges(before: &Map<String, Value>, old: &Fixture, new: &Fixture) -> Value {
    let mut known: Vec<_> = old.exchanges.iter().enumerate().collect();
    let written = new.exchanges.iter().map(|exchange| {
        let kept = known.iter().position(|(_, other)| *other == exchange).map(|at| known.remove(at).0);
        let raw = kept.and_then(|index| before.get("exchanges")?.get(index)).cloned();
        raw.unwrap_or_else(|| serde_json::to_value(exchange).unwrap_or_default())
    });
    written.collect()
}

/// Lines for everything in which the two values differ.
fn compare(pointer: &str, before: Option<&Value>, after: Option<&Value>, lines: &mut Vec<String>) {
    let below = |name: &str| format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"));
    match (before, after) {
        _ if before == after => {}
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            for name in old.keys().chain(new.keys().filter(|name| !old.contains_key(*name))) {
                compare(&below(name), old.get(name), new.get(name), lines);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            for index in 0..old.len().max(new.len()) {
                compare(&below(&index.to_string()), old.get(index), new.get(index), lines);
            }
        }
        (old, new) => {
            lines.extend(old.map(|old| format!("- {pointer}: {old}")));
            lines.extend(new.map(|new| format!("+ {pointer}: {new}")));
        }
    }
}
