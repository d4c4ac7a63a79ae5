//! JSON5 as people write it, with a limit on nesting: the parser itself recurses without one.

use serde_json::Value;

/// The deepest nesting read, as serde_json has it.
const DEEPEST: usize = 128;

/// Why a text is neither JSON nor JSON5.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}{}", in_words(*place))]
pub struct Malformed {
    /// What is wrong.
    pub message: String,
    /// Line and column of it, from 1; the column in characters.
    pub place: Option<(usize, usize)>,
}

fn in_words(place: Option<(usize, usize)>) -> String {
    place.map_or_else(String::new, |(line, column)| format!(" (line {line}, column {column})"))
}

/// Reads JSON, or JSON5 where it is not JSON.
///
/// # Errors
/// What is wrong, with its place.
pub fn parse(text: &str) -> Result<Value, Malformed> {
    if let Ok(value) = serde_json::from_str(text) {
        return Ok(value);
    }
    if nesting(text) > DEEPEST {
        return Err(Malformed { message: format!("it nests deeper than {DEEPEST} levels"), place: None });
    }
    json5::from_str(text).map_err(|error| {
        let place = error.position().map(|at| (at.line + 1, at.column + 1));
        let message = error.code().map_or_else(|| error.to_string(), |code| code.to_string());
        Malformed { message, place }
    })
}

/// How deep brackets and braces nest, those in strings and comments aside.
fn nesting(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut depth, mut deepest) = (0, 0_usize, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'[' | b'{' => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            quote @ (b'"' | b'\'') => at = end_of_string(bytes, at + 1, quote),
            b'/' if bytes[at..].starts_with(b"//") => at = end_of_line(text, at),
            b'/' if bytes[at..].starts_with(b"/*") => {
                at = text[at + 2..].find("*/").map_or(bytes.len(), |length| at + 2 + length + 1);
            }
            _ => {}
        }
        at += 1;
    }
    deepest
}

/// Where the closing quote stands, or the end of the text.
fn end_of_string(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at
}

/// Where the line ends; JSON5 knows four ends of lines (JSON5 §8.1).
fn end_of_line(text: &str, at: usize) -> usize {
    text[at..].find(['\n', '\r', '\u{2028}', '\u{2029}']).map_or(text.len(), |length| at + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_is_counted_outside_strings_and_comments() {
        let table = [
            ("", 0),
            ("{a: [1, {}]}", 3),
            ("[] [] []", 1),
            ("]]] [", 1),
            (r#"["[[[", '{{"{', "\"[["]"#, 1),
            ("// it's [[[\n[", 1),
            ("// it's [[[\u{2028}[[", 2),
            ("/* ' [[ */ [ /* [", 1),
            ("\"unterminated [[[", 0),
            ("[\"\\", 1),
        ];
        for (text, expected) in table {
            assert_eq!(nesting(text), expected, "{text}");
        }
    }

    #[test]
    fn depth_within_the_limit_is_read_and_beyond_it_refused() {
        let nested = |depth: usize| format!("{}1,{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&nested(100)).is_ok());
        assert!(parse(&nested(129)).unwrap_err().message.contains("128"));
        assert_eq!(parse("{a: 1, /* b */}").unwrap(), serde_json::json!({"a": 1}));
        let error = parse("{\n  \"a\": ]\n}").unwrap_err();
        assert_eq!((error.place, error.to_string().as_str()), (Some((2, 8)), "expected value (line 2, column 8)"));
    }
}
