//! `parseJSON`: the value a JSON text holds.

use crate::documents::json;
use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "parseJSON",
    family: Family::Runtime,
    signature: "parseJSON(text)",
    doc: "Gives the value a JSON text holds. Dates stay texts, since JSON has none. Null stays null.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{parseJSON(s)}}", r#"{"s": "[1, {\"a\": null}]"}"#, r#"[1, {"a": null}]"#),
        Example::new("{{parseJSON('\"x\"')}}", "{}", r#""x""#),
        Example::new("{{parseJSON(b)}}", r#"{"b": {"$binary": "dHJ1ZQ=="}}"#, "true"),
        Example::new("{{parseJSON(null)}}", "{}", "null"),
        Example::error("{{parseJSON('{bad')}}", "{}", "the text is not JSON: key must be a string (line 1, column 2)"),
        Example::error("{{parseJSON('')}}", "{}", "the text is not JSON: EOF"),
        Example::error("{{parseJSON(missing)}}", "{}", "there is no text"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    // To JavaScript it is the text `null`.
    if matches!(call.argument(0), Val::Null) {
        return Ok(Val::Null);
    }
    let text = call.optional_text(0)?.ok_or_else(|| call.fail("there is no text to read (argument 1)"))?;
    call.account(text.len())?;
    // What is wrong is told without the text, which may hold a secret.
    let value = json::read(text, call.options().output_bytes)
        .map_err(|invalid| call.fail(format!("the text is not JSON: {invalid}")))?;
    call.make_value(&value)
}
