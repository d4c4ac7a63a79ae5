//! From a request block to the request that goes out: steps 2 to 5 of communication.md §3.

mod body;
mod condition;
mod headers;
mod ignored;
mod json;
mod multipart;
mod options;
mod query;
mod redirect;
mod repeat;
pub(crate) mod signature;
mod url;

use connspec_exchange::Request;
use connspec_spec::RequestBlock;
use connspec_spec::compat::QueryInToken;

pub use redirect::{Redirect, address};
pub use repeat::{MAX_RUNS, again};

use crate::context::Context;
use crate::decision::Decisions;
use crate::error::RunError;
use crate::phase::Phase;
use crate::secrets;
use crate::temp;
use crate::turn::{Environment, Turn};

/// What became of a request block.
#[derive(Clone, Debug, PartialEq)]
pub enum Prepared {
    /// `condition` was not met: nothing is sent, the flow goes on with the next request.
    Skipped,
    /// There is no `url`: nothing is sent, the flow goes on with the next request.
    NoUrl,
    /// This is to be sent.
    Send(Box<Request>),
}

/// Evaluates a request block in Make's order (communication.md §3): `temp`, `condition`, then everything that
/// makes up the request. `temp` of `context` grows; what `log.sanitize` hides is learnt as a secret.
///
/// # Errors
/// An expression that cannot be evaluated, a URL that is none, a value that cannot be sent.
///
/// # Example
/// ```
/// use connspec_exchange::{Response, Secrets};
/// use connspec_iml::{Collection, FixedHost};
/// use connspec_runner::{Context, Decisions, Environment, OAuth, Phase, Prepared, interpret, prepare};
/// use connspec_spec::{Compat, LoadOptions, layout::load_text};
///
/// let text = r#"{"communication": {
///     "url": "https://api.example/me",
///     "headers": {"authorization": "Bearer {{parameters.apiKey}}"},
///     "response": {"uid": "{{body.id}}", "error": "{{body.reason}}"}
/// }}"#;
/// let definition = load_text("connection.json", text, &LoadOptions::default())?.definition;
/// let request = &definition.communication().block("api").expect("a basic connection has one")[0];
///
/// let (host, compat, secrets) = (FixedHost::new(0, "UTC", 1), Compat::default(), Secrets::new());
/// let environment =
///     Environment { definition: &definition, host: &host, compat: &compat, secrets: &secrets, block: "api", index: 0 };
/// let form: Collection = [("apiKey", "k-1")].into_iter().collect();
/// let mut context = Context::new(Phase::Basic, form, Collection::new(), OAuth::default());
/// let mut decisions = Decisions::new();
///
/// let Prepared::Send(sent) = prepare(request, &mut context, &environment, &mut decisions)? else { panic!() };
/// assert_eq!(sent.headers.get("authorization"), Some("Bearer k-1"));
///
/// let answer = Response::json(200, &serde_json::json!({"id": 7}));
/// let effects = interpret(request, Ok(&answer), &mut context, &environment, &mut decisions)?;
/// assert_eq!(effects.uid.as_deref(), Some("7"));
///
/// let refusal = Response::json(401, &serde_json::json!({"reason": "no such key"}));
/// let error = interpret(request, Ok(&refusal), &mut context, &environment, &mut decisions).unwrap_err();
/// assert_eq!(error.to_string(), "RuntimeError: no such key");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn prepare(
    request: &RequestBlock,
    context: &mut Context,
    environment: &Environment<'_>,
    decisions: &mut Decisions,
) -> Result<Prepared, RunError> {
    Turn::take(request, environment, decisions, |turn, decisions| assemble(turn, context, decisions))
}

fn assemble(turn: &Turn<'_>, context: &mut Context, decisions: &mut Decisions) -> Result<Prepared, RunError> {
    let Turn { request, environment, .. } = *turn;
    secrets::learn_context(context, environment.secrets);
    secrets::note_useless_paths(request, decisions);
    ignored::note(turn, decisions)?;
    show_query(turn, context, decisions);
    temp::remember(turn, request.temp.as_ref(), context, decisions)?;
    if !condition::holds(turn, context, decisions)? {
        return Ok(Prepared::Skipped);
    }
    let Some(url) = url::evaluate(turn, context, decisions)? else {
        return Ok(Prepared::NoUrl);
    };
    let method = options::method(turn, context)?;
    let headers = headers::evaluate(turn, context, decisions)?;
    let query = query::evaluate(turn, context, decisions)?;
    let body = body::evaluate(turn, &method, context, decisions)?;

    let mut sent = Request::new(&method, query::join(&url, query.as_ref(), environment.compat.qs_policy, decisions));
    sent.headers = headers;
    let content = body.value().clone();
    body.attach(&mut sent, turn, decisions);
    headers::complete(&mut sent.headers, environment.compat, decisions);
    options::apply(turn, &mut sent, context, decisions)?;
    secrets::learn_request(request, &sent, &content, environment.secrets);
    signature::sign(turn, &mut sent, context, decisions)?;
    sent.options.confidential = secrets::confidential(&sent, environment.secrets);
    sent = sent.with_label(environment.block, environment.index);
    Ok(Prepared::Send(Box::new(sent)))
}

/// Shows `query` to `token` as the switch says, and names the switch where the block reads what the callback brought.
fn show_query(turn: &Turn<'_>, context: &mut Context, decisions: &mut Decisions) {
    if context.phase() != Phase::Token {
        return;
    }
    let visible = turn.environment.compat.query_in_token == QueryInToken::Visible;
    context.show_query_in_token(visible);
    let read = turn.read_at(&turn.request.pointer);
    let reads = read.iter().filter(|path| path.first().is_some_and(|root| root == "query"));
    let brought = |path: &Vec<String>| path.get(1).is_none_or(|name| context.query().get(name).is_some());
    if !context.query().is_undefined() && reads.clone().any(brought) {
        let text = if visible { "is visible, as the callback brought it" } else { "is not visible in `token`" };
        decisions.switched(QueryInToken::SWITCH.key, "query", text);
    }
}
