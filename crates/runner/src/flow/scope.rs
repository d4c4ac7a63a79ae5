//! Scopes: what is asked for, what was granted (connection.md §8).

use connspec_exchange::Response;

/// The scopes to ask for: the definition's own, those stored already, those asked for besides; each once.
pub fn requested<'a>(lists: impl IntoIterator<Item = &'a [String]>) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in lists.into_iter().flatten() {
        if !scope.is_empty() && !scopes.contains(scope) {
            scopes.push(scope.clone());
        }
    }
    scopes
}

/// The scopes a token answer names itself (RFC 6749 §5.1); empty: it says nothing.
pub(super) fn in_answer(response: &Response) -> Vec<String> {
    let scope = response.body_json().and_then(|body| body.get("scope")?.as_str().map(words));
    scope.unwrap_or_default()
}

/// `read,write delete` as three words.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split([' ', '\t', '\n', '\r', ',']).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The scopes asked for that were not granted (RFC 6749 §5.1).
pub(super) fn missing(requested: &[String], granted: &[String]) -> Vec<String> {
    requested.iter().filter(|scope| !granted.contains(scope)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_is_asked_for_once() {
        let lists = [vec!["a".to_owned(), "b".to_owned()], vec!["b".to_owned(), String::new(), "c".to_owned()]];
        assert_eq!(requested(lists.iter().map(Vec::as_slice)), ["a", "b", "c"]);
    }
}
