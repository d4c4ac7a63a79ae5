//! Which parameters an error asks for: names only, read from the words providers use.

use serde_json::Value;

/// Words by which errors say that something is wanted.
const WANTING: [&str; 6] = ["missing", "mandatory", "must", "need", "require", "specify"];

/// Words that stand beside the name of a parameter.
const NOUNS: [&str; 6] = ["argument", "field", "header", "param", "parameter", "property"];

/// Parameters of OAuth 2 and its extensions that have become mandatory somewhere (RFC 6749, RFC 7636, RFC 8707,
/// OpenID Connect Core).
const KNOWN: [&str; 14] = [
    "audience",
    "client_assertion",
    "client_id",
    "client_secret",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "grant_type",
    "nonce",
    "prompt",
    "redirect_uri",
    "resource",
    "response_type",
    "scope",
];

/// Longer words are no names of parameters.
const LONGEST: usize = 40;

/// The names that `error`, an answer or a callback's query, asks for.
pub(super) fn parameters(error: &Value) -> Vec<String> {
    let mut found = Vec::new();
    collect(error, &mut found);
    found
}

fn collect(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => of_text(text, found),
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(members) => members.values().for_each(|member| collect(member, found)),
        _ => {}
    }
}

fn of_text(text: &str, found: &mut Vec<String>) {
    let lower = text.to_ascii_lowercase();
    if !WANTING.iter().any(|word| lower.contains(word)) {
        return;
    }
    let is_part = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '-');
    let words: Vec<&str> = text.split(|character| !is_part(character)).filter(|word| !word.is_empty()).collect();
    let is_noun = |at: Option<&&str>| {
        at.is_some_and(|word| NOUNS.contains(&word.trim_end_matches('s').to_ascii_lowercase().as_str()))
    };
    for (at, word) in words.iter().enumerate() {
        let quoted = ['\'', '"', '`'].iter().any(|quote| text.contains(&format!("{quote}{word}{quote}")));
        let beside = is_noun(at.checked_sub(1).and_then(|before| words.get(before))) || is_noun(words.get(at + 1));
        let named = quoted || word.contains('_');
        let is_name = KNOWN.contains(word) || beside && named;
        if is_name && word.len() <= LONGEST && !found.iter().any(|known| known == word) {
            found.push((*word).to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_are_read_and_values_are_not() {
        let table = [
            (
                json!({"error": "invalid_request", "error_description": "code_challenge is required"}),
                vec!["code_challenge"],
            ),
            (json!({"error_description": "The request is missing a required parameter: resource"}), vec!["resource"]),
            (json!({"errors": [{"message": "Missing parameter 'tenant'."}]}), vec!["tenant"]),
            (json!({"message": "You must send the account_id parameter"}), vec!["account_id"]),
            (json!({"error_description": "the token s3cr3t_value is expired"}), vec![]),
            (json!({"error_description": "a required thing: s3cr3t_value"}), vec![]),
            (json!("code_challenge"), vec![]),
            (json!(7), vec![]),
        ];
        for (error, expected) in table {
            assert_eq!(parameters(&error), expected, "{error}");
        }
    }
}
