//! `capitalize`: text with a capital first letter.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "capitalize",
    family: Family::Text,
    signature: "capitalize(text)",
    doc: "Gives the text with its first character in upper case and the rest as it is.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{capitalize('make')}}", "{}", r#""Make""#),
        Example::new("{{capitalize('hello World')}}", "{}", r#""Hello World""#),
        Example::new("{{capitalize('élan')}}", "{}", r#""Élan""#),
        Example::new("{{capitalize(x)}}", r#"{"x": null}"#, r#""""#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let text = call.text(0)?;
    let Some(first) = text.chars().next() else { return call.make_text("") };
    let capital = first.to_uppercase();
    call.make_text(format!("{capital}{}", &text[first.len_utf8()..]))
}
