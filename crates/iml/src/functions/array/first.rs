//! `first`: the first item of an array.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "first",
    family: Family::Array,
    signature: "first(array)",
    doc: "Gives the first item, undefined when there is none.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{first(l)}}", r#"{"l": [7, 8]}"#, "7"),
        Example::new("{{first(l)}}", r#"{"l": []}"#, r#"{"$undefined": true}"#),
        Example::new("{{first(l)}}", r#"{"l": null}"#, r#"{"$undefined": true}"#),
        Example::error("{{first('text')}}", "{}", "'text' is not a valid array"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    Ok(call.list(0)?.position(1))
}
