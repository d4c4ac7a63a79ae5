//! What a run must hide: the paths of `log.sanitize`, and fields that are credentials by their name.

use connspec_exchange::{Request, Response, SanitizePath, SanitizePaths, Secrets, is_secret_field, secret_name};
use connspec_iml::Value;
use connspec_spec::RequestBlock;

use crate::context::Context;
use crate::decision::Decisions;

/// Learns the credentials among the variables, so that no message about an expression shows one.
pub(crate) fn learn_context(context: &Context, secrets: &Secrets) {
    for variables in [context.data(), context.common(), context.temp(), context.query()] {
        learn_value(variables, secrets);
    }
    // Worth as much as a password until it has been exchanged (RFC 6749 §4.1.2).
    if let Some(code) = context.query().get("code").and_then(Value::as_text) {
        secrets.learn("code", code);
    }
}

/// Notes each path of the block's `log.sanitize` that hides nothing (communication.md §5: it leaks silently).
pub(crate) fn note_useless_paths(request: &RequestBlock, decisions: &mut Decisions) {
    for path in request.log.iter().flat_map(|log| log.sanitize.iter()) {
        if let Err(problem) = SanitizePath::parse(&path.path) {
            decisions.note("log.sanitize", problem.to_string());
        }
    }
}

/// The paths of the block's `log.sanitize`.
pub fn sanitize_paths(request: &RequestBlock) -> SanitizePaths {
    let paths = request.log.iter().flat_map(|log| log.sanitize.iter());
    SanitizePaths::new(paths.map(|path| path.path.as_str()))
}

/// Learns what `sent`, made from `request` with `body`, must hide.
pub(crate) fn learn_request(request: &RequestBlock, sent: &Request, body: &Value, secrets: &Secrets) {
    sanitize_paths(request).learn(secrets, sent, None);
    learn_value(body, secrets);
}

/// Learns what `response`, read as `body`, must hide.
pub(crate) fn learn_response(request: &RequestBlock, response: &Response, body: &Value, secrets: &Secrets) {
    // The paths of the request have been learnt when it was prepared; an empty one stands for it.
    sanitize_paths(request).learn(secrets, &Request::get(""), Some(response));
    learn_value(body, secrets);
}

/// Learns every text in `value` whose name says that it is a credential.
pub fn learn_value(value: &Value, secrets: &Secrets) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| learn_value(item, secrets)),
        Value::Collection(members) => {
            for (name, member) in members.iter() {
                match member {
                    Value::Text(text) if is_secret_field(name) => {
                        secrets.learn(&secret_name(name), text);
                    }
                    other => learn_value(other, secrets),
                }
            }
        }
        _ => {}
    }
}
