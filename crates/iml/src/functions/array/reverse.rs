//! `reverse`: an array from the end to the beginning.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "reverse",
    family: Family::Array,
    signature: "reverse(array)",
    doc: "Gives the items in reverse order.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{reverse(l)}}", r#"{"l": [1, 2, 3]}"#, "[3, 2, 1]"),
        Example::new("{{reverse(l)}}", r#"{"l": null}"#, "[]"),
        Example::error("{{reverse('abc')}}", "{}", "'abc' is not a valid array"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let list = call.list(0)?;
    call.spend(list.len())?;
    call.make_array(list.iter().rev())
}
