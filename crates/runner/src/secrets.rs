//! What a run must hide: the paths of `log.sanitize`, and fields that are credentials by their name.

use connspec_exchange::{Request, Response, SanitizePaths, Secrets, is_secret_field, secret_name};
use connspec_iml::Value;
use connspec_spec::RequestBlock;

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
