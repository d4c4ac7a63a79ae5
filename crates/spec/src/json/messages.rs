//! The words for what can be wrong with a JSON text.

use connspec_diagnostics::{Diagnostic, Fix, Place, Span};
use jsonc_parser::errors::ParseErrorKind as Kind;

use crate::rules;

pub(super) const REFUSED: &str = "Make refuses to save a section that is not valid JSON";

/// The finding for an error of the parser; `written` is the text of its range.
pub(super) fn syntax(kind: &Kind, written: &str, place: Place) -> Diagnostic {
    let finding = |message: &str, help: &str| rules::JSON_SYNTAX.finding(message).at(place).why(REFUSED).help(help);
    match kind {
        Kind::ExpectedComma => finding("a comma is missing here", "put a `,` between the two entries")
            .fix(Fix::suggestion("insert the comma").replace(place, ",")),
        Kind::SingleQuotedStringsNotAllowed => finding(
            "a text in single quotes",
            "use double quotes; a double quote inside an expression is written `\\\"`",
        ),
        Kind::ExpectedStringObjectProperty => {
            finding(&format!("the key `{written}` has no quotes"), "put the key in double quotes")
                .fix(Fix::suggestion("quote the key").replace(place, format!("\"{written}\"")))
        }
        Kind::ExpectedColonAfterObjectKey => finding("a colon is missing after this key", "write `\"key\": value`"),
        Kind::ExpectedObjectValue => finding("a key without a value", "write `\"key\": value`"),
        Kind::MultipleRootJsonValues if written.starts_with(':') => finding(
            "a key outside of any object",
            "put `{` before the first key and `}` behind the last value: a file holds one object",
        ),
        Kind::MultipleRootJsonValues => finding(
            "text after the end of the JSON value",
            "a file holds one value; look for a bracket closed too early, or remove what follows",
        ),
        Kind::String(problem) => text_problem(problem, place),
        Kind::UnterminatedArray => finding("this list is never closed", "add the missing `]`"),
        Kind::UnterminatedObject => finding("this object is never closed", "add the missing `}`"),
        Kind::UnterminatedCommentBlock => finding("this comment is never closed", "add the missing `*/`"),
        Kind::UnexpectedCloseBrace => {
            finding("a `}` that closes nothing", "remove it, or close the list before it with `]`")
        }
        Kind::UnexpectedCloseBracket => {
            finding("a `]` that closes nothing", "remove it, or close the object before it with `}`")
        }
        Kind::UnexpectedColon => finding("a colon where a value should stand", "write `\"key\": value`"),
        Kind::UnexpectedComma => {
            finding("a comma where a value should stand", "remove the comma, or write the value before it")
        }
        Kind::UnexpectedWord | Kind::UnexpectedToken | Kind::UnexpectedTokenInObject => unexpected(written, place),
        Kind::HexadecimalNumbersNotAllowed
        | Kind::UnaryPlusNumbersNotAllowed
        | Kind::BareDecimalPointNumbersNotAllowed
        | Kind::NonFiniteNumbersNotAllowed
        | Kind::ExpectedDigit
        | Kind::ExpectedDigitFollowingNegativeSign
        | Kind::ExpectedPlusMinusOrDigitInNumberLiteral => finding(
            "this is no JSON number",
            "JSON numbers are decimal, such as `12`, `-0.5` or `1e3`; anything else must be a text",
        ),
        other => finding(&format!("not valid JSON: {}", other.to_string().to_lowercase()), "correct the text here"),
    }
}

/// A text that ends within an expression, because that quotes with the same marks: `"{{a + ":" + b}}"`.
pub(super) fn quote_in_braces(written: &str, is_closed: bool, place: Place) -> Diagnostic {
    let shown = if is_closed && written.len() <= 40 { format!("'{written}'") } else { "'…'".to_owned() };
    rules::JSON_SYNTAX
        .finding("this double quote ends the text in the middle of its expression")
        .at(place)
        .why(REFUSED)
        .help(format!("within an expression write single quotes: `{shown}`"))
}

fn text_problem(problem: &jsonc_parser::ParseStringErrorKind, place: Place) -> Diagnostic {
    use jsonc_parser::ParseStringErrorKind as Problem;
    let (message, help) = match problem {
        Problem::UnterminatedStringLiteral => ("this text is never closed", "add the missing `\"`"),
        Problem::InvalidUnicodeEscapeSequence(_) => {
            ("half of a surrogate pair", "write both halves, such as `\\ud83d\\ude00`, or the character itself")
        }
        Problem::ExpectedFourHexDigits => ("`\\u` without four hexadecimal digits", "write for example `\\u00e9`"),
        _ => (
            "JSON knows no such escape",
            "known are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX; a backslash itself is written `\\\\`",
        ),
    };
    let place = Place::new(place.source, first_line_only(place.span, problem));
    rules::JSON_SYNTAX.finding(message).at(place).why(REFUSED).help(help)
}

/// An unclosed text "ends" at the end of the file; only its opening quote is worth pointing at.
fn first_line_only(span: Span, problem: &jsonc_parser::ParseStringErrorKind) -> Span {
    match problem {
        jsonc_parser::ParseStringErrorKind::UnterminatedStringLiteral => {
            Span { start: span.start, end: span.start + 1 }
        }
        _ => span,
    }
}

fn unexpected(written: &str, place: Place) -> Diagnostic {
    let finding = |message: String, help: &str| rules::JSON_SYNTAX.finding(message).at(place).why(REFUSED).help(help);
    match written {
        "True" | "False" | "TRUE" | "FALSE" => {
            let right = written.to_lowercase();
            finding(format!("`{written}` is no JSON"), "booleans are written in small letters")
                .fix(Fix::suggestion(format!("write `{right}`")).replace(place, right))
        }
        "None" | "nil" | "undefined" | "NULL" | "Null" => {
            finding(format!("`{written}` is no JSON"), "write `null`, or leave the key out")
        }
        _ if written.starts_with(['“', '”', '„', '‘', '’', '«', '»']) => {
            finding("typographic quotes are no JSON quotes".to_owned(), "replace them with straight double quotes `\"`")
        }
        _ if written.is_empty() => finding("something is missing here".to_owned(), "write a value"),
        _ => finding(
            format!("`{}` is not expected here", written.chars().take(40).collect::<String>()),
            "a text must stand in double quotes; known words are true, false and null",
        ),
    }
}

/// A text that runs over the end of its line. With `parsed` the author meant it so; without, a quote is missing.
pub(super) fn line_break_in_text(place: Place, parsed: bool) -> Diagnostic {
    if parsed {
        rules::JSON_SYNTAX
            .finding("a line break inside a text")
            .at(place)
            .why(REFUSED)
            .help("write the line break as `\\n`, or close the text with `\"` if it should end here")
    } else {
        rules::JSON_SYNTAX
            .finding("this text is not closed")
            .at(place)
            .why("a text ends on the line it began on; everything after it is read wrongly")
            .help("add the missing `\"`")
    }
}

/// Brackets nested beyond the limit.
pub(super) fn too_deep(place: Place, limit: usize) -> Diagnostic {
    rules::TOO_DEEP
        .finding(format!("brackets nested more than {limit} deep"))
        .at(place)
        .why("no definition needs it; such a file is damaged or made to harm")
        .help("flatten the structure")
}

/// A file without any value.
pub(super) fn empty(place: Place) -> Diagnostic {
    rules::JSON_SYNTAX
        .finding("the file holds no JSON value")
        .at(place)
        .why(REFUSED)
        .help("an empty section is `{}` or `[]`")
}

/// Bytes that are no UTF-8.
pub(super) fn encoding(bytes: &[u8], place: Place) -> Diagnostic {
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let message = if utf16 { "the file is UTF-16, not UTF-8" } else { "the file is not UTF-8 from here on" };
    rules::ENCODING
        .finding(message)
        .at(place)
        .why("JSON is UTF-8 (RFC 8259 §8.1); other readers would show wrong characters or nothing")
        .help("save the file as UTF-8")
}
