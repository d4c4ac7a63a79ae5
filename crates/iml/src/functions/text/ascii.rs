//! `ascii`: text with nothing but ASCII characters.

use icu_normalizer::DecomposingNormalizerBorrowed;

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "ascii",
    family: Family::Text,
    signature: "ascii(text, [removeDiacritics])",
    doc: "Gives the text without every character that is not ASCII; with `removeDiacritics` true letters lose \
          their accents and stay.",
    arguments: Arguments::between(1, 2),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{ascii('ěMščařžkýáeíé')}}", "{}", r#""Make""#),
        Example::new("{{ascii('ěščřž'; true)}}", "{}", r#""escrz""#),
        Example::new("{{ascii('Łódź 😀'; true)}}", "{}", r#""odz ""#),
        Example::new("{{ascii(x)}}", r#"{"x": null}"#, r#""""#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let text = call.text(0)?;
    let only_ascii = |text: &str| text.chars().filter(char::is_ascii).collect::<String>();
    call.make_text(match call.truthy(1) {
        true => only_ascii(&DecomposingNormalizerBorrowed::new_nfd().normalize(text)),
        false => only_ascii(text),
    })
}
