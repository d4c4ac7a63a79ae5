//! What a run must hide: the paths of `log.sanitize`, and fields that are credentials by their name.

use std::collections::BTreeSet;

use connspec_exchange::{Request, Response, SanitizePath, SanitizePaths, Secrets, is_secret_field, secret_name};
use connspec_iml::{JsonTemplate, Template, Value};
use connspec_spec::{Definition, RequestBlock};

use crate::context::Context;
use crate::decision::Decisions;
use crate::report::is_secret_name;

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

/// The names of the headers of `sent` that hold a known secret.
pub(crate) fn confidential(sent: &Request, secrets: &Secrets) -> Vec<String> {
    let holding = sent.headers.iter().filter(|(_, value)| secrets.redact(value) != *value);
    holding.map(|(name, _)| name.to_ascii_lowercase()).collect()
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

/// The members of `data` and `temp` that a definition fills from credentials, whatever it calls them:
/// `"one": "{{body.access_token}}"`, directly or by way of another such member. A saved connection is read without the
/// answer that would tell.
pub(crate) fn credential_members(definition: &Definition) -> BTreeSet<String> {
    let blocks = definition.communication().blocks();
    let requests = blocks.iter().flat_map(|block| &block.requests);
    let written = requests.flat_map(|request| {
        let response = request.response.as_ref();
        let of_response = response.into_iter().flat_map(|response| [&response.temp, &response.data]);
        std::iter::once(&request.temp).chain(of_response).flatten().map(|directive| &directive.value)
    });
    let members: Vec<(&str, &JsonTemplate)> = written
        .filter_map(|template| if let JsonTemplate::Object(members) = template { Some(members) } else { None })
        .flat_map(|members| members.iter().map(|(name, template)| (name.as_str(), template)))
        .collect();
    let mut found = BTreeSet::new();
    loop {
        let before = found.len();
        for (name, template) in &members {
            if template.templates().iter().any(|(_, template)| hands_on(template, &found)) {
                found.insert((*name).to_owned());
            }
        }
        if found.len() == before {
            return found;
        }
    }
}

/// Whether the value of `template` is, or holds, a credential: nothing but a variable that is one, or `ifempty` of some.
fn hands_on(template: &Template, known: &BTreeSet<String>) -> bool {
    let source = template.source();
    let calls = source.matches('(').count();
    if calls > source.matches("ifempty(").count() {
        return false;
    }
    template.variables().iter().any(|variable| match variable.segments.as_slice() {
        [root, name] if matches!(root.as_str(), "data" | "connection" | "parameters" | "temp") => {
            known.contains(name.as_str()) || is_secret_name(name)
        }
        [.., last] => is_secret_name(last),
        [] => false,
    })
}
