//! `arrayDiff`: what one array has and another lacks.

use super::alike::Items;
use crate::LanguageSwitch;
use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "arrayDiff",
    family: Family::Array,
    signature: "arrayDiff(array1, array2)",
    doc: "Gives the items of the first array that the second lacks, compared as `distinct` compares. Seen in \
          Make's palette; its meaning is unpublished.",
    arguments: Arguments::exactly(2),
    standing: Standing::Unconfirmed,
    examples: &[
        Example::new("{{arrayDiff(a, b)}}", r#"{"a": [1, 2, 3, 1], "b": ["2"]}"#, "[1, 3, 1]"),
        Example::new("{{arrayDiff(a, b)}}", r#"{"a": [{"x": 1}], "b": [{"x": 1}]}"#, "[]"),
        Example::new("{{arrayDiff(a, b)}}", r#"{"a": [1], "b": null}"#, "[1]"),
        Example::error("{{arrayDiff(a, 2)}}", r#"{"a": [1]}"#, "'2' is not a valid array"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    call.relied_on(LanguageSwitch::UnconfirmedFunctions);
    let (left, right) = (call.list(0)?, call.list(1)?);
    call.spend(left.len() + right.len())?;
    let right = Items::of(right.iter());
    call.make_array(left.iter().filter(|item| !right.contains(*item)))
}
