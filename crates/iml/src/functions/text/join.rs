//! `join`: the items of an array as one text.

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "join",
    family: Family::Text,
    signature: "join(array, [separator])",
    doc: "Gives the texts of the items with the separator between them, a comma when it is missing.",
    arguments: Arguments::between(1, 2),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{join(l, ', ')}}", r#"{"l": ["a", "b"]}"#, r#""a, b""#),
        Example::new("{{join(l)}}", r#"{"l": ["a", null, 1]}"#, r#""a,,1""#),
        Example::new("{{join(l, '')}}", r#"{"l": ["a", "b"]}"#, r#""ab""#),
        Example::error("{{join(x, ',')}}", r#"{"x": "text"}"#, "'text' is not a valid array"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let (list, separator) = (call.list(0)?, call.optional_text(1)?.unwrap_or(","));
    call.spend(list.len())?;
    let mut text = call.text_builder(list.iter().map(|item| usual_length(item) + separator.len()).sum());
    let mut is_first = true;
    list.try_each(|item| {
        if !std::mem::take(&mut is_first) {
            text.push_str(separator)?;
        }
        text.push(item)
    })?;
    text.finish()
}

/// How long the text form of `item` is, or may be.
fn usual_length(item: Val<'_>) -> usize {
    if let Val::Text(text) = item { text.len() } else { 8 }
}
