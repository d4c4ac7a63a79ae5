//! An answer as expressions see it: `body`, `headers`, `statusCode` (communication.md §4).

use connspec_exchange::Response;
use connspec_iml::{Collection, Value};

use crate::context::Answer;

/// The variables of `response`, whose body was read as `body`.
pub(super) fn visible(response: &Response, body: Value) -> Answer {
    Answer { body, headers: headers(response).into(), status_code: f64::from(response.status).into() }
}

/// Names in lower case. `set-cookie` is always a list, since cookies may hold commas; any other header that
/// occurs more than once is joined with `, ` (RFC 9110 §5.3), as Node does.
fn headers(response: &Response) -> Collection {
    let mut headers = Collection::new();
    for (name, value) in response.headers.iter() {
        let name = name.to_ascii_lowercase();
        let is_cookie = name == "set-cookie";
        match headers.get_mut(&name) {
            Some(Value::Array(values)) => values.push(value.into()),
            Some(Value::Text(text)) => {
                text.push_str(", ");
                text.push_str(value);
            }
            Some(_) => {}
            None if is_cookie => {
                headers.insert(name, vec![Value::from(value)]);
            }
            None => {
                headers.insert(name, value);
            }
        }
    }
    headers
}
