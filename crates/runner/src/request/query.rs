//! `qs`, and what becomes of the query written in `url` (communication.md §5 qs).

use connspec_exchange::encode::percent;
use connspec_iml::Value;
use connspec_spec::compat::{QsCollections, QsPolicy};

use super::url::Address;
use crate::context::Context;
use crate::decision::Decisions;
use crate::error::RunError;
use crate::turn::Turn;
use crate::words;

/// The pairs of `qs` in order; none when there is no `qs`.
pub(super) type Query = Vec<(String, String)>;

/// The evaluated `qs`: undefined and null are left out, a list repeats its name, a collection nests in brackets.
pub(super) fn evaluate(
    turn: &Turn<'_>,
    context: &Context,
    decisions: &mut Decisions,
) -> Result<Option<Query>, RunError> {
    let Some(directive) = &turn.request.qs else { return Ok(None) };
    let value = turn.value(directive, context)?;
    let Some(members) = value.as_collection() else {
        if !value.is_nullish() {
            decisions.note("qs", format!("ignored: it is {}, not a collection", words::kind(&value)));
        }
        return Ok(None);
    };
    let mut query = Query::new();
    for (name, value) in members.iter() {
        match value {
            Value::Undefined | Value::Null => {
                decisions.note(format!("qs.{name}"), format!("left out: it is {}", words::kind(value)));
            }
            Value::Collection(_) => {
                let (key, directive) = (QsCollections::SWITCH.key, format!("qs.{name}"));
                match turn.environment.compat.qs_collections {
                    QsCollections::Brackets => {
                        let text = "a collection was written with brackets, which Make does not promise";
                        decisions.switched(key, directive, text);
                        push(&mut query, name.to_owned(), value);
                    }
                    QsCollections::Empty => {
                        decisions.switched(key, directive, "a collection was written as an empty value");
                        query.push((name.to_owned(), String::new()));
                    }
                }
            }
            _ => push(&mut query, name.to_owned(), value),
        }
    }
    Ok(Some(query))
}

fn push(query: &mut Query, name: String, value: &Value) {
    match value {
        Value::Undefined | Value::Null => {}
        Value::Array(items) => items.iter().for_each(|item| push(query, name.clone(), item)),
        Value::Collection(members) => {
            members.iter().for_each(|(key, member)| push(query, format!("{name}[{key}]"), member));
        }
        scalar => query.push((name, scalar.to_text())),
    }
}

/// Pairs as the text of a query, everything but RFC 3986's unreserved characters escaped.
pub(super) fn write(query: &Query) -> String {
    let pairs = query.iter().map(|(name, value)| format!("{}={}", percent::component(name), percent::component(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// The address with its own query and `qs` brought together as the switch `qsPolicy` says.
pub(super) fn join(address: &Address, qs: Option<&Query>, policy: QsPolicy, decisions: &mut Decisions) -> String {
    let Some(qs) = qs else { return address.text_with(address.query.as_deref()) };
    let Some(own) = &address.query else { return address.text_with(Some(&write(qs))) };
    let unnamed = |pair: &&str| {
        let name = percent::decode(pair.split('=').next().unwrap_or_default());
        !pair.is_empty() && !qs.iter().any(|(other, _)| *other == name)
    };
    let mut parts: Vec<String> = own.split('&').filter(unnamed).map(str::to_owned).collect();
    if parts.is_empty() {
        decisions.note("qs", "names everything that is in the query of `url`, and wins");
        return address.text_with(Some(&write(qs)));
    }
    match policy {
        QsPolicy::Replace => {
            decisions.switched(QsPolicy::SWITCH.key, "qs", "replaced the query written in `url`");
            address.text_with(Some(&write(qs)))
        }
        QsPolicy::Merge => {
            decisions.switched(QsPolicy::SWITCH.key, "qs", "was merged with the query written in `url`");
            parts.extend(Some(write(qs)).filter(|written| !written.is_empty()));
            address.text_with(Some(&parts.join("&")))
        }
    }
}
