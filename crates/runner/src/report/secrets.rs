//! Which values of a flow are secret, told by the name they travel under.

use connspec_exchange::{Secrets, is_secret_field, secret_name};
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
}
