//! A body with files, as `requests` and urllib3 write it.

use connspec_exchange::Request;
use connspec_spec::dialect::Item;
use serde_json::Value;

use super::{Variables, form};
use crate::{ErrorType, RunError};

/// Puts the files of `item` into the request, with `data` before them.
///
/// # Errors
/// When a file was never kept, or `data` is a text, which cannot stand beside files.
pub(super) fn attach(request: &mut Request, item: &Item, data: &str, variables: &Variables) -> Result<(), RunError> {
    let mut body = Vec::new();
    let boundary = &variables.boundary;
    for (name, value) in fields(item, data)? {
        part(&mut body, boundary, &format!("name=\"{}\"", quoted(&name)), value.as_bytes());
    }
    for pair in &item.files {
        let (field, name) = &pair.value;
        let Some(content) = variables.files.get(name) else {
            let message = format!("`{name}` could not be found among the files kept with `save_as_file`");
            return Err(RunError::new(ErrorType::RuntimeError, message)
                .in_directive(connspec_spec::dialect::named(&pair.pointer))
                .at(pair.place));
        };
        part(&mut body, boundary, &format!("name=\"{}\"; filename=\"{}\"", quoted(field), quoted(name)), content);
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    if !request.headers.contains("content-type") {
        request.headers.set("content-type", format!("multipart/form-data; boundary={boundary}"));
    }
    request.body = Some(body);
    Ok(())
}

fn fields(item: &Item, data: &str) -> Result<Vec<(String, String)>, RunError> {
    let cast = item.casts().then(|| serde_json::from_str::<Value>(data).ok()).flatten();
    match cast {
        Some(value @ (Value::Object(_) | Value::Null | Value::Bool(false))) => Ok(form::parts(&value)),
        None if data.is_empty() => Ok(Vec::new()),
        _ => {
            let message = "`data` is a text, which cannot be sent beside files; make it an object, and leave \
                           `cast_data_to_json` true";
            Err(RunError::new(ErrorType::RuntimeError, message)
                .at(item.data.as_ref().map_or(item.place, |data| data.place)))
        }
    }
}

fn part(body: &mut Vec<u8>, boundary: &str, disposition: &str, content: &[u8]) {
    body.extend_from_slice(format!("--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n").as_bytes());
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n");
}

/// A name between quotes (WHATWG HTML, multipart/form-data encoding).
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
