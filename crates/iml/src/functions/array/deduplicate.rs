//! `deduplicate`: an array without repetitions.

use super::distinct::without_repetitions;
use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "deduplicate",
    family: Family::Array,
    signature: "deduplicate(array)",
    doc: "Gives the array without repetitions, as `distinct` without a key does.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{deduplicate(l)}}", r#"{"l": ["a", "a", "b"]}"#, r#"["a", "b"]"#),
        Example::new(
            "{{deduplicate(l, 'k')}}",
            r#"{"l": [{"k": 1, "x": 1}, {"k": 1, "x": 2}]}"#,
            r#"[{"k": 1, "x": 1}, {"k": 1, "x": 2}]"#,
        ),
        Example::new("{{deduplicate(l)}}", r#"{"l": null}"#, "[]"),
        Example::error("{{deduplicate(5)}}", "{}", "'5' is not a valid array"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    without_repetitions(call)
}
