//! Lists of scopes: reading them from a request and comparing them (RFC 6749 §3.3).

use super::error::{Error, ErrorCode, Reason};
use super::settings::{Client, ScopeSeparator};

/// Splits a `scope` parameter, keeping the order and dropping repetitions. A character that
/// RFC 6749 §3.3 does not allow in a scope is `invalid_scope`.
pub fn parse(text: &str, separator: ScopeSeparator) -> Result<Vec<String>, Error> {
    let divides = |c: char| c == ' ' || (separator == ScopeSeparator::SpaceOrComma && c == ',');
    let mut scopes: Vec<String> = Vec::new();
    for scope in text.split(divides).filter(|scope| !scope.is_empty()) {
        if !scope.chars().all(|c| matches!(c, '!' | '#'..='[' | ']'..='~')) {
            return Err(refusal(Reason::UnknownScope, "a scope contains a character that is not allowed"));
        }
        if !scopes.iter().any(|known| known == scope) {
            scopes.push(scope.to_owned());
        }
    }
    Ok(scopes)
}

/// The scopes a client asks for, its default ones when it names none, refused when the client
/// may not have them.
pub fn requested(parameter: Option<&str>, client: &Client, separator: ScopeSeparator) -> Result<Vec<String>, Error> {
    let scopes = match parameter {
        Some(text) => parse(text, separator)?,
        None => client.default_scopes.clone(),
    };
    if scopes.is_empty() && !client.scopes.is_empty() {
        return Err(refusal(Reason::UnknownScope, "the request names no scope and there is no default"));
    }
    match scopes.iter().find(|scope| !client.scopes.is_empty() && !client.scopes.contains(scope)) {
        Some(unknown) => Err(refusal(
            Reason::UnknownScope,
            format!("the client may not ask for the scope {unknown}; it may ask for {}", client.scopes.join(" ")),
        )),
        None => Ok(scopes),
    }
}

/// The scopes of a refreshed access token: those asked for, which must be among the granted ones
/// (RFC 6749 §6).
pub fn narrowed(parameter: Option<&str>, granted: &[String], separator: ScopeSeparator) -> Result<Vec<String>, Error> {
    let Some(text) = parameter else { return Ok(granted.to_vec()) };
    let scopes = parse(text, separator)?;
    match scopes.iter().find(|scope| !granted.contains(scope)) {
        Some(wider) => {
            Err(refusal(Reason::WidenedScope, format!("the scope {wider} was not granted; a refresh cannot add it")))
        }
        None => Ok(scopes),
    }
}

fn refusal(reason: Reason, text: impl Into<String>) -> Error {
    Error::new(ErrorCode::InvalidScope, reason, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn rfc6749_section_3_3_scopes_are_divided_by_spaces() {
        assert_eq!(parse("a b  a c", ScopeSeparator::Space).unwrap(), words("a b c"));
        assert_eq!(parse("a,b", ScopeSeparator::Space).unwrap(), words("a,b"));
        assert_eq!(parse("a,b c", ScopeSeparator::SpaceOrComma).unwrap(), words("a b c"));
        assert_eq!(parse("a \"b", ScopeSeparator::Space).unwrap_err().code, ErrorCode::InvalidScope);
    }

    #[test]
    fn rfc6749_section_6_a_refresh_may_narrow_but_not_widen() {
        let granted = words("read write");
        assert_eq!(narrowed(None, &granted, ScopeSeparator::Space).unwrap(), granted);
        assert_eq!(narrowed(Some("read"), &granted, ScopeSeparator::Space).unwrap(), words("read"));
        assert_eq!(
            narrowed(Some("read admin"), &granted, ScopeSeparator::Space).unwrap_err().reason,
            Reason::WidenedScope
        );
    }
}
