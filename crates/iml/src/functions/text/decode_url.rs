//! `decodeURL`: text out of a part of a URL.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "decodeURL",
    family: Family::Text,
    signature: "decodeURL(text)",
    doc: "Gives the text with its percent escapes decoded, as JavaScript's decodeURIComponent does; `+` stays. An \
          escape that is cut short, or that is no UTF-8, is an error.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{decodeURL('Automate%20your%20workflow')}}", "{}", r#""Automate your workflow""#),
        Example::new("{{decodeURL('a+b%2B%c3%a9')}}", "{}", r#""a+b+é""#),
        Example::new("{{decodeURL(x)}}", r#"{"x": null}"#, r#""""#),
        Example::error("{{decodeURL('%E0%A4%A')}}", "{}", "malformed escape"),
        Example::error("{{decodeURL('100%')}}", "{}", "malformed escape"),
        Example::error("{{decodeURL('%ff')}}", "{}", "malformed escape"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let text = call.text(0)?;
    let decoded = decode(text.as_bytes()).and_then(|bytes| String::from_utf8(bytes).ok());
    call.make_text(decoded.ok_or_else(|| call.refuse(0, "has a malformed escape"))?)
}

fn decode(mut text: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len());
    while let [first, rest @ ..] = text {
        if *first == b'%' {
            let [high, low, after @ ..] = rest else { return None };
            bytes.push((hex_digit(*high)? << 4) | hex_digit(*low)?);
            text = after;
        } else {
            bytes.push(*first);
            text = rest;
        }
    }
    Some(bytes)
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}
