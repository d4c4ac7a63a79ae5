//! `indexOf`: where a text occurs in another.

use super::units;
use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "indexOf",
    family: Family::Text,
    signature: "indexOf(text, search, [start])",
    doc: "Gives the position of the first occurrence at or after `start`, counted from 0 in UTF-16 code units; \
          -1 when there is none.",
    arguments: Arguments::between(2, 3),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{indexOf('Workfront'; 'o')}}", "{}", "1"),
        Example::new("{{indexOf('Workfront'; 'o'; 3)}}", "{}", "6"),
        Example::new("{{indexOf('abc'; 'z')}}", "{}", "-1"),
        Example::new("{{indexOf('abc'; 'a'; -5)}}", "{}", "0"),
        Example::new("{{indexOf(x; 'a')}}", r#"{"x": "😀a"}"#, "2"),
        Example::new("{{indexOf('abc'; ''; 9)}}", "{}", "3"),
        Example::new("{{indexOf(x; 'a')}}", r#"{"x": null}"#, "-1"),
        Example::new("{{indexOf(1234; 34)}}", "{}", "2"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let (text, search) = (call.text(0)?, call.text(1)?);
    let start = units::position(call.number(2), units::length(text));
    if search.is_empty() {
        return Ok(Val::Number(start as f64));
    }
    let from = units::byte_at(text, start);
    let found = text[from..].find(search).map(|byte| units::length(&text[..from + byte]));
    Ok(Val::Number(found.map_or(-1.0, |position| position as f64)))
}
