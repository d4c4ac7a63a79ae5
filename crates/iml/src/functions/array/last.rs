//! `last`: the last item of an array.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "last",
    family: Family::Array,
    signature: "last(array)",
    doc: "Gives the last item, undefined when there is none.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{last(l)}}", r#"{"l": [7, 8]}"#, "8"),
        Example::new("{{last(l)}}", r#"{"l": []}"#, r#"{"$undefined": true}"#),
        Example::new("{{last(missing)}}", "{}", r#"{"$undefined": true}"#),
        Example::error("{{last(o)}}", r#"{"o": {"a": 1}}"#, "is not a valid array"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    Ok(call.list(0)?.position(-1))
}
