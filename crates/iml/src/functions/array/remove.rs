//! `remove`: an array without some values.

use super::alike::Items;
use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "remove",
    family: Family::Array,
    signature: "remove(array, value1, [value2, …])",
    doc: "Gives the array without the items that have the text form of one of the values. Null is not the empty \
          text here. Only texts, numbers, booleans and null are removed: collections, arrays, dates and buffers \
          always stay.",
    arguments: Arguments::at_least(2),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{remove(l, 2, 'x')}}", r#"{"l": [1, 2, "x", 2]}"#, "[1]"),
        Example::new("{{remove(l, '1')}}", r#"{"l": [1, 11]}"#, "[11]"),
        Example::new("{{remove(l, '')}}", r#"{"l": ["", null]}"#, "[null]"),
        Example::new("{{remove(l, null)}}", r#"{"l": ["", null]}"#, r#"[""]"#),
        Example::new("{{remove(l, first(l))}}", r#"{"l": [{"a": 1}]}"#, r#"[{"a": 1}]"#),
        Example::new(
            "{{remove(l, now, '2024-03-15T10:20:30.456Z')}}",
            r#"{"l": [{"$date": "2024-03-15T10:20:30.456Z"}, "2024-03-15T10:20:30.456Z", {"$binary": ""}]}"#,
            r#"[{"$date": "2024-03-15T10:20:30.456Z"}, {"$binary": ""}]"#,
        ),
        Example::new("{{remove(l, 1)}}", r#"{"l": null}"#, "[]"),
        Example::error("{{remove('a', 'a')}}", "{}", "'a' is not a valid array"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let list = call.list(0)?;
    let values = call.arguments().get(1..).unwrap_or_default();
    call.spend(list.len() + values.len())?;
    let removes_null = values.iter().any(|value| value.is_nullish());
    let texts: Vec<_> = values.iter().copied().filter(|value| !value.is_nullish()).collect();
    let texts = Items::of(texts.into_iter());
    let kept: Vec<_> = list
        .iter()
        .filter(|item| match item {
            Val::Collection(_) | Val::Array(_) | Val::Date(_) | Val::Binary(_) => true,
            Val::Undefined | Val::Null => !removes_null,
            _ => !texts.contains(*item),
        })
        .collect();
    call.make_array(kept)
}
