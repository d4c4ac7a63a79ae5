//! `distinct`: an array without repetitions.

use super::alike::{Items, SCANNED, any_alike};
use crate::eval::{List, Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "distinct",
    family: Family::Array,
    signature: "distinct(array, [key])",
    doc: "Gives the array without repetitions, the first of each kept: collections and arrays are compared \
          deeply, all else by text form. With a key (a dotted path) only that property is compared.",
    arguments: Arguments::between(1, 2),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{distinct(l)}}", r#"{"l": [1, 2, 1]}"#, "[1, 2]"),
        Example::new("{{distinct(l)}}", r#"{"l": [1, "1", null, ""]}"#, "[1, null]"),
        Example::new("{{distinct(l)}}", r#"{"l": [{"a": 1, "b": 2}, {"b": 2, "a": 1}]}"#, r#"[{"a": 1, "b": 2}]"#),
        Example::new("{{distinct(l)}}", r#"{"l": [{"a": 1}, {"a": "1"}]}"#, r#"[{"a": 1}, {"a": "1"}]"#),
        Example::new(
            "{{distinct(l, 'u.n')}}",
            r#"{"l": [{"u": {"n": 1}, "x": 1}, {"u": {"n": 1}, "x": 2}]}"#,
            r#"[{"u": {"n": 1}, "x": 1}]"#,
        ),
        Example::new("{{distinct(l)}}", r#"{"l": null}"#, "[]"),
        Example::error("{{distinct('a')}}", "{}", "'a' is not a valid array"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    match call.optional_text(1)? {
        None | Some("") => without_repetitions(call),
        Some(key) => distinct_by(call, key),
    }
}

/// The first argument's items, but of those alike only the first.
pub(super) fn without_repetitions<'a>(call: &Call<'a>) -> Outcome<'a> {
    let list = call.list(0)?;
    if list.len() > SCANNED {
        return first_of_each(call, list, |item| item);
    }
    call.spend(list.len())?;
    let mut kept = call.array_builder(list.len())?;
    list.try_each(|item| if any_alike(kept.items(), item) { Ok(()) } else { kept.push(item) })?;
    Ok(kept.finish())
}

fn distinct_by<'a>(call: &Call<'a>, key: &str) -> Outcome<'a> {
    first_of_each(call, call.list(0)?, |item| item.dotted(key))
}

/// The items of `list`, but of those whose `compared` value is alike only the first.
fn first_of_each<'a>(call: &Call<'a>, list: List<'a>, compared: impl Fn(Val<'a>) -> Val<'a>) -> Outcome<'a> {
    call.spend(list.len())?;
    let mut seen = Items::with_capacity(list.len());
    let mut kept = call.array_builder(list.len())?;
    for item in list.iter() {
        if seen.insert(compared(item)) {
            kept.push(item)?;
        }
    }
    Ok(kept.finish())
}
