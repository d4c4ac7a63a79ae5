//! `escapeMarkdown`: text that Markdown shows as it is.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

/// The characters Markdown gives a meaning to. The documentation names # * _ ` | and says "etc."; the others
/// are those that Markdown lets one escape.
const SPECIAL: &str = "\\`*_{}[]()<>#+-.!|~";

pub(super) static FUNCTION: Function = Function {
    name: "escapeMarkdown",
    family: Family::Text,
    signature: "escapeMarkdown(text)",
    doc: "Gives the text with the special characters of Markdown as decimal character references.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{escapeMarkdown('# Title')}}", "{}", r#""&#35; Title""#),
        Example::new("{{escapeMarkdown(x)}}", r#"{"x": "*a*_b_`c`|"}"#, r#""&#42;a&#42;&#95;b&#95;&#96;c&#96;&#124;""#),
        Example::new("{{escapeMarkdown(x)}}", r#"{"x": null}"#, r#""""#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let text = call.text(0)?;
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        if SPECIAL.contains(char) {
            escaped.push_str(&format!("&#{};", u32::from(char)));
        } else {
            escaped.push(char);
        }
    }
    call.make_text(escaped)
}
