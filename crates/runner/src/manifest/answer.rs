//! What an answer does: whether it counts as a success, and the tokens in it.

use connspec_exchange::{Response, Secrets};
use connspec_spec::Compat;
use connspec_spec::compat::{ManifestStatus, StatusCodeNumbers};
use connspec_spec::dialect::{Item, named};
use serde_json::{Map, Value};

use super::{EXPIRING, Variables};
use crate::report::{iso, learn_by_name, parse_iso};
use crate::{Decisions, ErrorType, RunError};

/// Whether the token has ended: only where the last answer had `expires_in`, without any margin.
pub(crate) fn is_due(extra_args: &Map<String, Value>, now: i64) -> bool {
    let counts = extra_args.get("oauth").and_then(|oauth| oauth.get("expires_in")).is_some();
    let ends = extra_args.get(EXPIRING).and_then(Value::as_str).and_then(parse_iso);
    counts && ends.is_some_and(|ends| ends < now)
}

/// Takes the tokens of an answer: the whole of it the first time, merged into what is there at a refresh.
#[allow(clippy::too_many_arguments, reason = "an answer, what judges it, and what it changes")]
pub(crate) fn read_tokens(
    item: &Item,
    response: &Response,
    variables: &mut Variables,
    merge: bool,
    now: i64,
    compat: &Compat,
    secrets: &Secrets,
    decisions: &mut Decisions,
) -> Result<(), RunError> {
    judge(item, response, compat, secrets, decisions)?;
    let refuse = |message: String| Err(RunError::new(ErrorType::DataError, message).with_status(response.status));
    let Some(Value::Object(answer)) = response.body_json() else {
        return refuse("the answer is no JSON object, so there are no tokens in it".to_owned());
    };
    let lifetime = answer.get("expires_in").cloned();
    if let Some(lifetime) = &lifetime {
        let Some(seconds) = lifetime.as_f64() else {
            return refuse(
                "`expires_in` of the answer is no number; the original fails at that, and so does this".to_owned(),
            );
        };
        let ends = now.saturating_add((seconds * 1000.0) as i64);
        variables.extra_args.insert(EXPIRING.to_owned(), iso(ends).into());
        decisions
            .note("oauth", "`expires_in` counts as seconds; the token is refreshed once they are over, not before");
    }
    match variables.extra_args.get_mut("oauth") {
        Some(Value::Object(kept)) if merge => kept.extend(answer),
        _ => {
            if lifetime.is_none() {
                variables.extra_args.remove(EXPIRING);
                decisions.note("oauth", "the answer has no `expires_in`, so `refresh` is never used");
            }
            variables.extra_args.insert("oauth".to_owned(), Value::Object(answer));
        }
    }
    Ok(())
}

/// Whether the status counts as a success.
pub(crate) fn judge(
    item: &Item,
    response: &Response,
    compat: &Compat,
    secrets: &Secrets,
    decisions: &mut Decisions,
) -> Result<(), RunError> {
    let status = response.status.to_string();
    if let Some(codes) = item.status_code.as_ref().filter(|_| item.lists_statuses()) {
        let same = || codes.value.iter().filter(|code| code.text == status);
        if same().any(|code| code.is_text) {
            return Ok(());
        }
        let is_number = same().next().is_some();
        if is_number {
            let words = format!("{status} is written as a number");
            decisions.switched(StatusCodeNumbers::SWITCH.key, named(&codes.pointer), words);
            if compat.status_code_numbers == StatusCodeNumbers::Match {
                return Ok(());
            }
        }
        let hint =
            if is_number { "; it is in the list as a number, which never matches: write it in quotes" } else { "" };
        let message = format!(
            "the provider answered with status {status}, which is not in `status_code`{hint}{}",
            said(response, secrets)
        );
        return Err(failed(response, message).in_directive(named(&codes.pointer)).at(codes.place));
    }
    judge_status(response, compat, secrets, decisions)
}

/// Whether the status alone counts as a success, where no list says which do.
pub(crate) fn judge_status(
    response: &Response,
    compat: &Compat,
    secrets: &Secrets,
    decisions: &mut Decisions,
) -> Result<(), RunError> {
    let status = response.status;
    if status < 400 {
        return Ok(());
    }
    if compat.manifest_status == ManifestStatus::Accept {
        let words = format!("status {status} counts as a success, as the original has it");
        decisions.switched(ManifestStatus::SWITCH.key, "status_code", words);
        return Ok(());
    }
    decisions.switched(ManifestStatus::SWITCH.key, "status_code", format!("status {status} is no success"));
    Err(failed(response, format!("the provider answered with status {status}{}", said(response, secrets))))
}

/// How many characters of the provider's words are told.
const LONGEST: usize = 300;

fn failed(response: &Response, message: String) -> RunError {
    RunError::new(ErrorType::for_status(response.status), message).with_status(response.status)
}

/// The provider's own words, where it has some (RFC 6749 §5.2, and what others call them): secrets are hidden before
/// they are cut.
fn said(response: &Response, secrets: &Secrets) -> String {
    let Some(body) = response.body_json() else { return String::new() };
    let text = |pointer: &str| body.pointer(pointer)?.as_str().map(str::trim).filter(|text| !text.is_empty());
    let code = text("/error");
    let reason = ["/error_description", "/error/message", "/message", "/detail"].into_iter().find_map(text);
    let words: Vec<&str> = code.into_iter().chain(reason.filter(|reason| Some(*reason) != code)).collect();
    if words.is_empty() {
        return String::new();
    }
    if let Some(members) = body.as_object() {
        learn_by_name(secrets, members);
    }
    let words = secrets.redact(&words.join(": "));
    let mut short: String = words.chars().take(LONGEST).collect();
    if short.len() < words.len() {
        short.push('…');
    }
    format!(": {short}")
}
