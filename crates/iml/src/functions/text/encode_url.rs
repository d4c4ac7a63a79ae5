//! `encodeURL`: text as a part of a URL.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "encodeURL",
    family: Family::Text,
    signature: "encodeURL(text)",
    doc: "Gives the text percent-encoded for one part of a URL, as JavaScript's encodeURIComponent does: letters, \
          digits and - _ . ! ~ * ' ( ) stay.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{encodeURL('Automate your workflow')}}", "{}", r#""Automate%20your%20workflow""#),
        Example::new("{{encodeURL(x)}}", r#"{"x": "a/b?c=d&e+é"}"#, r#""a%2Fb%3Fc%3Dd%26e%2B%C3%A9""#),
        Example::new("{{encodeURL(x)}}", r#"{"x": "-_.!~*'()"}"#, r#""-_.!~*'()""#),
        Example::new("{{encodeURL(x)}}", r#"{"x": null}"#, r#""""#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let text = call.text(0)?;
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.extend([byte >> 4, byte & 15].map(|digit| char::from(b"0123456789ABCDEF"[usize::from(digit)])));
        }
    }
    call.make_text(encoded)
}
