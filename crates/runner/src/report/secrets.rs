//! Which values of a flow are secret, told by the name they travel under.

use connspec_exchange::{Request, Response, Secrets, body_to_value, is_secret_field, secret_name};
use serde_json::{Map, Value};

/// Words that make a name a secret's wherever they stand in it (in lower case, without separators).
const PARTS: &[&str] = &[
    "accesskey",
    "apikey",
    "assertion",
    "authorization",
    "cookie",
    "credential",
    "jwt",
    "otp",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "session",
    "signature",
    "signingkey",
    "token",
    "verifier",
];

/// Names that are secret as a whole: in `data`, `temp` and `query` they hold what authorizes.
const NAMES: &[&str] = &["auth", "authcode", "code", "key", "nonce", "pass", "pin", "pwd", "sid", "state"];

/// Words that turn a secret's name into one about it: when it ends, where it comes from.
const ABOUT: &[&str] = &["endpoint", "expir", "issued", "lifetime", "method", "type", "uri", "url"];

/// Whether a value called `name` is to be hidden.
pub fn is_secret_name(name: &str) -> bool {
    let folded: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    if ABOUT.iter().any(|word| folded.contains(word)) {
        return false;
    }
    is_secret_field(name) || NAMES.contains(&folded.as_str()) || PARTS.iter().any(|part| folded.contains(part))
}

/// Remembers as secrets what stands under a secret's name, at any depth.
pub fn learn_by_name(secrets: &Secrets, members: &Map<String, Value>) {
    for (name, value) in members {
        if is_secret_name(name) {
            secrets.learn_json(&secret_name(name), value);
        } else {
            learn_inside(secrets, value);
        }
    }
}

fn learn_inside(secrets: &Secrets, value: &Value) {
    match value {
        Value::Object(members) => learn_by_name(secrets, members),
        Value::Array(values) => values.iter().for_each(|value| learn_inside(secrets, value)),
        _ => {}
    }
}

/// Remembers what an answer brings under a secret's name, whatever the definition reads of it: members of a JSON body,
/// pairs of a form, header fields.
pub fn learn_answer(secrets: &Secrets, response: &Response) {
    match body_to_value(&response.headers, &response.body) {
        Some(Value::String(text)) if !text.contains(['<', '{', ' ']) && text.contains('=') => {
            for (name, value) in url::form_urlencoded::parse(text.as_bytes()).filter(|(name, _)| is_secret_name(name)) {
                secrets.learn(&secret_name(&name), &value);
            }
        }
        Some(body) => learn_inside(secrets, &body),
        None => {}
    }
    if let Ok(text) = std::str::from_utf8(&response.body) {
        learn_written(secrets, text);
    }
    // Mislabelled JSON is JSON all the same.
    if let Some(body) = response.body_json() {
        learn_inside(secrets, &body);
    }
    for (name, value) in response.headers.iter().filter(|(name, _)| is_secret_name(name)) {
        secrets.learn(&secret_name(name), value);
    }
}

/// Remembers what a request sends under a secret's name and nobody knows yet, because it is written into the definition:
/// parameters, pairs of a form, members of a JSON body, and what stands behind the scheme of `Authorization`.
pub fn learn_sent(secrets: &Secrets, request: &Request) {
    let learn = |name: &str, value: &str| {
        if secrets.redact(value) == value {
            secrets.learn(&secret_name(name), value);
        }
    };
    let learn_pairs = |text: &str| {
        let pairs = url::form_urlencoded::parse(text.as_bytes());
        pairs.filter(|(name, _)| is_secret_field(name)).for_each(|(name, value)| learn(&name, &value));
    };
    learn_pairs(request.url.split_once('?').map_or("", |(_, query)| query.split('#').next().unwrap_or_default()));
    if let Some(text) = request.text() {
        match serde_json::from_str::<Value>(text) {
            Ok(body) => each_field(&body, &learn),
            Err(_) if text.contains(['{', '<', '\n']) => learn_written(secrets, text),
            Err(_) => learn_pairs(text),
        }
    }
    if let Some((_, credentials)) = request.headers.get("authorization").and_then(|value| value.split_once(' ')) {
        learn("authorization", credentials.trim());
    }
}

/// Hands on every text that stands under the name of a credential.
fn each_field(value: &Value, hand_on: &dyn Fn(&str, &str)) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if is_secret_field(name) => hand_on(name, text),
                    other => each_field(other, hand_on),
                }
            }
        }
        Value::Array(values) => values.iter().for_each(|value| each_field(value, hand_on)),
        _ => {}
    }
}

/// Remembers what stands behind a secret's name in what looks like JSON, readable or not: a body that was cut short
/// within a token still shows most of it.
fn learn_written(secrets: &Secrets, text: &str) {
    for (at, _) in text.match_indices("\":").chain(text.match_indices("\" :")) {
        let name = text[..at].rsplit('"').next().unwrap_or_default();
        let value = text[at + 1..].trim_start_matches([' ', ':', '\t', '\r', '\n']).strip_prefix('"');
        let Some(value) = value.filter(|_| is_secret_name(name)) else { continue };
        let end = closing_quote(value).unwrap_or(value.len());
        let written = &value[..end];
        let meant = serde_json::from_str(&format!("\"{written}\"")).unwrap_or_else(|_| written.to_owned());
        secrets.learn(&secret_name(name), &meant);
    }
}

/// Where a JSON text that has begun ends.
fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(at, character)| {
        let closes = character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
        closes.then_some(at)
    })
}

/// Remembers every value of `members` as a secret: common data, password fields.
pub fn learn_every(secrets: &Secrets, members: &Map<String, Value>) {
    for (name, value) in members {
        secrets.learn_json(&secret_name(name), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_secrets() {
        let secret = "accessToken access_token refreshToken client_secret clientSecret apiKey API-Key x-api-key password \
                      code state code_verifier codeVerifier Authorization set-cookie id_token oauth_verifier \
                      oauth_signature session_id key";
        let plain = "token_type tokenType expires expires_in refresh_expires_in tokenExpires clientId scope grant_type \
                     code_challenge_method user id statusCode redirect_uri monkey country_code";
        for name in secret.split_whitespace() {
            assert!(is_secret_name(name), "{name}");
        }
        for name in plain.split_whitespace() {
            assert!(!is_secret_name(name), "{name}");
        }
    }

    #[test]
    fn values_are_learnt_at_any_depth() {
        let secrets = Secrets::new();
        let body = serde_json::json!({"result": [{"access_token": "hunter2hunter2", "user": "Jane Doe"}]});
        learn_by_name(&secrets, body.as_object().unwrap());
        assert_eq!(secrets.redact("hunter2hunter2 is Jane Doe"), "«accessToken» is Jane Doe");
    }

    #[test]
    fn an_answer_is_searched_whatever_it_is_called() {
        let body = r#"{"access_token": "hunter2hunter2"}"#;
        let table = [
            Response::json(200, &serde_json::json!({"access_token": "hunter2hunter2"})),
            Response::new(200).with_body("text/plain", body),
            Response::new(200).with_body("image/png", body),
            Response::new(200).with_body("text/html", "oauth_token=hunter2hunter2&x=1"),
            Response::new(200).with_header("x-auth-token", "hunter2hunter2"),
            Response::json(200, &serde_json::json!(null))
                .with_body("application/json", r#"{"access_token": "hunter2hunter2", "ref"#),
            Response::new(200).with_body("application/json", r#"{"id": 1, "access_token" : "hunter2hunter2"#),
        ];
        for response in table {
            let secrets = Secrets::new();
            learn_answer(&secrets, &response);
            assert!(!secrets.redact("hunter2hunter2").contains("hunter2"), "{response:?}");
        }
    }
}
