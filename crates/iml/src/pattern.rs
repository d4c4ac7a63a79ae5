//! Regular expressions outside expressions, such as those a form holds its fields to.

use crate::functions;

/// What is wrong with a regular expression of ECMAScript, written plainly or as `/pattern/flags`, in words that go on
/// behind a colon; none when it can be read.
///
/// ```
/// use connspec_iml::pattern_mistake;
///
/// assert_eq!(pattern_mistake("^[a-z0-9-]+$"), None);
/// assert_eq!(pattern_mistake("^([a-z]+$").as_deref(), Some("a `(` has no `)`"));
/// ```
pub fn pattern_mistake(written: &str) -> Option<String> {
    let mistake = functions::pattern_mistake(written, "")?;
    let literal = written.strip_prefix('/').and_then(|rest| rest.rsplit_once('/'));
    // Slashes may be a part of it.
    let is_literal = literal.is_some_and(|(body, flags)| functions::pattern_mistake(body, flags).is_none());
    (!is_literal).then_some(mistake)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_read_is_no_mistake() {
        for pattern in [
            "",
            "^/",
            "/^[a-z]+$/i",
            "(?<year>[0-9]{4})",
            "[^]",
            "a{,5}",
            "{",
            "]",
            "x{2",
            "\\d+",
            "\\-",
            "\\p{L}",
            "/a(/b)",
            "(?<!a)b",
            "(?=a)*",
            "\\u00e9",
            "\\c",
            "[a-z-0]",
            "(?:a|b)\\1",
        ] {
            assert_eq!(pattern_mistake(pattern), None, "{pattern}");
        }
        for pattern in ["(", ")", "[a-z", "*a", "a**", "a{2,1}", "[z-a]", "/(/i", "(?<a", "\\", "+", "a|*", "(?a)"] {
            assert!(pattern_mistake(pattern).is_some(), "{pattern}");
        }
        assert_eq!(pattern_mistake(&"(".repeat(9_000)), None);
    }
}
