//! `toCollection`: an array of keys and values as a collection.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "toCollection",
    family: Family::Array,
    signature: "toCollection(array, keyField, valueField)",
    doc: "Gives a collection with one member for every item: its name is the item's property at the key field, \
          its value the one at the value field. The last item with a name wins; an item without a name is left out.",
    arguments: Arguments::exactly(3),
    standing: Standing::Documented,
    examples: &[
        Example::new(
            "{{toCollection(l, 'key', 'value')}}",
            r#"{"l": [{"key": "a", "value": 1}, {"key": "b", "value": 2}]}"#,
            r#"{"a": 1, "b": 2}"#,
        ),
        Example::new(
            "{{toCollection(l, 'k', 'v.x')}}",
            r#"{"l": [{"k": 5, "v": {"x": 1}}, {"k": "5", "v": {"x": 2}}]}"#,
            r#"{"5": 2}"#,
        ),
        Example::new("{{toCollection(l, 'k', 'v')}}", r#"{"l": [{"v": 1}, {"k": null, "v": 2}, "x"]}"#, "{}"),
        Example::new("{{toCollection(l, 'k', 'v')}}", r#"{"l": null}"#, "{}"),
        Example::error("{{toCollection('x', 'k', 'v')}}", "{}", "'x' is not a valid array"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let (list, key_field, value_field) = (call.list(0)?, call.text(1)?, call.text(2)?);
    call.spend(list.len())?;
    let mut members = Vec::with_capacity(list.len());
    for item in list.iter() {
        let key = item.dotted(key_field);
        if !key.is_nullish() {
            members.push((call.text_of(key)?, item.dotted(value_field)));
        }
    }
    call.make_collection(members)
}
