//! `map`: one property of every item.

use std::collections::HashSet;

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "map",
    family: Family::Array,
    signature: "map(array, key, [filterKey], [filterValues])",
    doc: "Gives the property at the key (a dotted path) of every item; undefined where an item lacks it. With a \
          filter key, only of the items whose property there has one of the comma-separated texts.",
    arguments: Arguments::between(2, 4),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{map(l, 'u.n')}}", r#"{"l": [{"u": {"n": 2}}, {"u": {"n": 1}}]}"#, "[2, 1]"),
        Example::new(
            "{{map(l, 'to', 'label', 'work, home')}}",
            r#"{"l": [{"to": "a", "label": "work"}, {"to": "b", "label": "Work"}, {"to": "c", "label": "home"}]}"#,
            r#"["a", "c"]"#,
        ),
        Example::new(
            "{{map(l, 'to', 'id', 1)}}",
            r#"{"l": [{"to": "a", "id": "1"}, {"to": "b", "id": 11}]}"#,
            r#"["a"]"#,
        ),
        Example::new(
            "{{map(l, 'x')}}",
            r#"{"l": [{"x": 1}, {}, null]}"#,
            r#"[1, {"$undefined": true}, {"$undefined": true}]"#,
        ),
        Example::new("{{map(l, 2)}}", r#"{"l": [["a", "b"]]}"#, r#"["b"]"#),
        Example::new("{{map(l, 'x')}}", r#"{"l": null}"#, "[]"),
        Example::error("{{map(6, 'x')}}", "{}", "'6' is not a valid array"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let (list, key) = (call.list(0)?, call.text(1)?);
    call.spend(list.len())?;
    let Some(filter) = call.optional_text(2)?.filter(|filter| !filter.is_empty()) else {
        return call.make_array(list.iter().map(|item| item.dotted(key)));
    };
    let wanted: HashSet<&str> = call.text(3)?.split(',').map(str::trim).collect();
    let mut kept = Vec::new();
    let mut text = String::new();
    for item in list.iter() {
        let holds = match item.dotted(filter) {
            Val::Text(text) => wanted.contains(text),
            value => {
                text.clear();
                call.write_text(value, &mut text)?;
                wanted.contains(text.as_str())
            }
        };
        if holds {
            kept.push(item.dotted(key));
        }
    }
    call.make_array(kept)
}
