//! `slice`: some consecutive items of an array.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "slice",
    family: Family::Array,
    signature: "slice(array, start, [end])",
    doc: "Gives the items from the start up to, but not including, the end. Positions count from 0, negative \
          ones from the end of the array.",
    arguments: Arguments::between(2, 3),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{slice(l; 2)}}", r#"{"l": [1, 2, 3]}"#, "[3]"),
        Example::new("{{slice(l; 0; 2)}}", r#"{"l": [1, 2, 3]}"#, "[1, 2]"),
        Example::new("{{slice(l; -1)}}", r#"{"l": [1, 2, 3]}"#, "[3]"),
        Example::new("{{slice(l; -9; -1)}}", r#"{"l": [1, 2, 3]}"#, "[1, 2]"),
        Example::new("{{slice(l; 2; 1)}}", r#"{"l": [1, 2, 3]}"#, "[]"),
        Example::new("{{slice(l; 1; 99)}}", r#"{"l": [1, 2, 3]}"#, "[2, 3]"),
        Example::new("{{slice(l; 1)}}", r#"{"l": null}"#, "[]"),
        Example::error("{{slice('abc'; 1)}}", "{}", "'abc' is not a valid array"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let list = call.list(0)?;
    let length = list.len();
    let start = position(call.optional_integer(1).unwrap_or(0), length);
    let end = call.optional_integer(2).map_or(length, |end| position(end, length));
    call.spend(end.saturating_sub(start))?;
    call.make_array((start..end).filter_map(|index| list.get(index)))
}

/// Where JavaScript's `slice` cuts: within the array, counted from its end when negative.
fn position(position: i64, length: usize) -> usize {
    let distance = usize::try_from(position.unsigned_abs()).unwrap_or(usize::MAX);
    if position < 0 { length.saturating_sub(distance) } else { distance.min(length) }
}
