//! `startcase`: text with a capital letter at the start of every word.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::number::is_space;

pub(super) static FUNCTION: Function = Function {
    name: "startcase",
    family: Family::Text,
    signature: "startcase(text)",
    doc: "Gives the text with the first letter of every word in upper case and all others in lower case. \
          A word begins after white space.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{startcase('hello WORLD')}}", "{}", r#""Hello World""#),
        Example::new("{{startcase(' well-known  facts')}}", "{}", r#"" Well-known  Facts""#),
        Example::new("{{startcase(x)}}", r#"{"x": null}"#, r#""""#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let lower = call.text(0)?.to_lowercase();
    let mut text = String::with_capacity(lower.len());
    let mut within_word = false;
    for char in lower.chars() {
        if within_word {
            text.push(char);
        } else {
            text.extend(char.to_uppercase());
        }
        within_word = !is_space(char);
    }
    call.make_text(text)
}
