//! `escapeHTML`: text that HTML shows as it is.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "escapeHTML",
    family: Family::Text,
    signature: "escapeHTML(text)",
    doc: "Gives the text with & < > as character references; quotes stay.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{escapeHTML('<b>Hello</b>')}}", "{}", r#""&lt;b&gt;Hello&lt;/b&gt;""#),
        Example::new("{{escapeHTML(x)}}", r#"{"x": "a & \"b\" 'c' &amp;"}"#, r#""a &amp; \"b\" 'c' &amp;amp;""#),
        Example::new("{{escapeHTML(x)}}", r#"{"x": null}"#, r#""""#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    call.make_text(call.text(0)?.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}
