//! How a request is sent: `method`, `timeout`, redirects, `ca`, `gzip` (communication.md §5, §10).

use std::time::Duration;

use connspec_exchange::Request;
use connspec_iml::Value;
use connspec_spec::compat::RedirectSpelling;
use connspec_spec::model::Spellings;

use crate::context::Context;
use crate::decision::Decisions;
use crate::error::{ErrorType, RunError};
use crate::turn::Turn;

/// Milliseconds a request may take when nothing sensible is written.
const DEFAULT_TIMEOUT: f64 = 40_000.0;
/// Milliseconds a request may take at most.
const LONGEST_TIMEOUT: f64 = 300_000.0;

/// `method` in upper case, GET when there is none.
pub(super) fn method(turn: &Turn<'_>, context: &Context) -> Result<String, RunError> {
    let Some(directive) = &turn.request.method else { return Ok("GET".to_owned()) };
    let text = turn.text(directive, context)?.to_text();
    let method = text.trim().to_ascii_uppercase();
    if method.is_empty() {
        return Ok("GET".to_owned());
    }
    if method.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)) {
        return Ok(method);
    }
    Err(turn.refuse(ErrorType::RuntimeError, "the `method` is no HTTP method (RFC 9110 §9.1)", &directive.pointer))
}

/// Writes the options of `request` that say how it is sent.
pub(super) fn apply(
    turn: &Turn<'_>,
    request: &mut Request,
    context: &Context,
    decisions: &mut Decisions,
) -> Result<(), RunError> {
    let block = turn.request;
    let options = &mut request.options;
    let flag = |directive: &Option<connspec_spec::Directive<bool>>, default| {
        directive.as_ref().map_or(default, |directive| directive.value)
    };
    let spelling = turn.environment.compat.redirect_spelling;
    options.follow_redirects = either(&block.follow_redirects, spelling, "followRedirects", decisions);
    options.follow_all_redirects = either(&block.follow_all_redirects, spelling, "followAllRedirects", decisions);
    options.gzip = flag(&block.gzip, false);
    options.reject_unauthorized = flag(&block.reject_unauthorized, true);
    if !options.reject_unauthorized {
        decisions.note("rejectUnauthorized", "false: the certificate is not verified, so anybody may be answering");
    }
    if let Some(ca) = &block.ca {
        options.ca = Some(turn.text(ca, context)?.to_text()).filter(|pem| !pem.trim().is_empty());
    }
    options.timeout = timeout(turn, context, decisions);
    Ok(())
}

/// A redirect flag in the spelling that counts; true when it is not written.
fn either(flag: &Spellings, policy: RedirectSpelling, name: &str, decisions: &mut Decisions) -> bool {
    let (plural, singular) = (flag.plural.as_ref(), flag.singular.as_ref());
    let under = |policy: RedirectSpelling| match policy {
        RedirectSpelling::Both => plural.or(singular),
        RedirectSpelling::Plural => plural,
        RedirectSpelling::Singular => singular,
    };
    let follows = |policy| under(policy).is_none_or(|flag| flag.value);
    let other = name.trim_end_matches('s');
    let (directive, text) = match (under(policy), plural, singular) {
        (None, Some(_), _) => (name, format!("ignored: only `{other}` is understood")),
        (None, _, Some(_)) => (other, format!("ignored: only `{name}` is understood")),
        (Some(_), None, Some(_)) => (other, format!("understood as `{name}`")),
        (Some(_), Some(_), Some(_)) if policy == RedirectSpelling::Singular => (other, format!("wins over `{name}`")),
        (Some(_), Some(_), Some(_)) => (name, format!("wins over `{other}`")),
        _ => (name, "understood in this spelling".to_owned()),
    };
    let all = [RedirectSpelling::Both, RedirectSpelling::Plural, RedirectSpelling::Singular];
    if all.into_iter().any(|policy_of_others| follows(policy_of_others) != follows(policy)) {
        decisions.switched(RedirectSpelling::SWITCH.key, directive, text);
    }
    follows(policy)
}

/// `timeout`, else `common.timeout`, else 40 s; never more than 300 s.
fn timeout(turn: &Turn<'_>, context: &Context, decisions: &mut Decisions) -> Duration {
    let written = turn.written(&format!("{}/timeout", turn.request.pointer));
    let (directive, wanted) = match &turn.request.timeout {
        Some(timeout) => ("timeout", Some(timeout.value)),
        None if written => ("timeout", None),
        None => match context.common().get("timeout") {
            Some(value) => ("common.timeout", number(value)),
            None => return Duration::from_millis(DEFAULT_TIMEOUT as u64),
        },
    };
    let millis = match wanted {
        Some(millis) if millis > LONGEST_TIMEOUT => {
            decisions.note(directive, "shortened to 300000 ms, the longest there is");
            LONGEST_TIMEOUT
        }
        Some(millis) if millis >= 1.0 => millis,
        _ => {
            decisions.note(directive, "is no number of milliseconds, so it is 40000");
            DEFAULT_TIMEOUT
        }
    };
    Duration::from_millis(millis as u64)
}

fn number(value: &Value) -> Option<f64> {
    value.as_number().or_else(|| value.as_text()?.trim().parse().ok())
}
