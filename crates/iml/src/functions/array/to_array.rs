//! `toArray`: a collection as an array of keys and values.

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "toArray",
    family: Family::Array,
    signature: "toArray(collectionOrArray)",
    doc: "Gives a collection with `key` and `value` for every member, in the order of `keys`; of an array the keys are the positions, \
          counted from 0.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new(
            "{{toArray(o)}}",
            r#"{"o": {"a": 1, "b": null}}"#,
            r#"[{"key": "a", "value": 1}, {"key": "b", "value": null}]"#,
        ),
        Example::new(
            "{{toArray(o)}}",
            r#"{"o": {"b": 1, "2": 2, "1": 3}}"#,
            r#"[{"key": "1", "value": 3}, {"key": "2", "value": 2}, {"key": "b", "value": 1}]"#,
        ),
        Example::new("{{toArray(l)}}", r#"{"l": ["x"]}"#, r#"[{"key": 0, "value": "x"}]"#),
        Example::new("{{toArray(x)}}", r#"{"x": null}"#, "[]"),
        Example::error("{{toArray('text')}}", "{}", "'text' is not a valid collection or array"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let entry = |key: Val<'a>, value: Val<'a>| call.make_collection([("key", key), ("value", value)]);
    let entries: Vec<_> = match call.argument(0) {
        Val::Collection(members) => {
            call.spend(members.len())?;
            members.enumerated().map(|(name, value)| entry(Val::Text(name), value)).collect::<Result<_, _>>()?
        }
        Val::Array(list) => {
            call.spend(list.len())?;
            let items = list.iter().enumerate();
            items.map(|(position, value)| entry(Val::Number(position as f64), value)).collect::<Result<_, _>>()?
        }
        Val::Undefined | Val::Null => Vec::new(),
        _ => return Err(call.refuse(0, "is not a valid collection or array")),
    };
    call.make_array(entries)
}
