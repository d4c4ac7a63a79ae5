//! `flatten`: the items of inner arrays in the outer one.

use crate::eval::{List, Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "flatten",
    family: Family::Array,
    signature: "flatten(array, [depth])",
    doc: "Gives a new array in which inner arrays are replaced by their items, as many levels deep as the \
          depth says; one level when it is missing.",
    arguments: Arguments::between(1, 2),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{flatten(l)}}", r#"{"l": [1, [2, [3]]]}"#, "[1, 2, [3]]"),
        Example::new("{{flatten(l; 2)}}", r#"{"l": [1, [2, [3]]]}"#, "[1, 2, 3]"),
        Example::new("{{flatten(l; 0)}}", r#"{"l": [1, [2]]}"#, "[1, [2]]"),
        Example::new("{{flatten(l; 9)}}", r#"{"l": [[], [[null]], {"a": [1]}]}"#, r#"[null, {"a": [1]}]"#),
        Example::new("{{flatten(l)}}", r#"{"l": null}"#, "[]"),
        Example::error("{{flatten('a')}}", "{}", "'a' is not a valid array"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let (list, depth) = (call.list(0)?, call.optional_integer(1).unwrap_or(1));
    let mut items = Vec::with_capacity(list.len());
    append(call, list, depth, &mut items)?;
    call.make_array(items)
}

fn append<'a>(call: &Call<'a>, list: List<'a>, depth: i64, items: &mut Vec<Val<'a>>) -> Outcome<'a, ()> {
    call.spend(list.len())?;
    for item in list.iter() {
        match item {
            Val::Array(inner) if depth > 0 => append(call, inner, depth - 1, items)?,
            item => items.push(item),
        }
    }
    Ok(())
}
