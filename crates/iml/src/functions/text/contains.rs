//! `contains`: whether a text has a part, or an array an item.

use crate::eval::{List, Outcome, Val, same_text_form};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "contains",
    family: Family::Text,
    signature: "contains(textOrArray, search, [ignoreCase])",
    doc: "Tells whether the text has the searched text in it, or the array an item that reads like it. With \
          `ignoreCase` true capital and small letters are the same. False for null.",
    arguments: Arguments::between(2, 3),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{contains('Hello World'; 'Hello')}}", "{}", "true"),
        Example::new("{{contains('Hello'; 'hello')}}", "{}", "false"),
        Example::new("{{contains('Hello'; 'hELLO'; true)}}", "{}", "true"),
        Example::new("{{contains(l, 'b')}}", r#"{"l": ["a", "b"]}"#, "true"),
        Example::new("{{contains(l, '1')}}", r#"{"l": [1, 2]}"#, "true"),
        Example::new("{{contains(l, 'b')}}", r#"{"l": ["abc"]}"#, "false"),
        Example::new("{{contains(l, 'B', true)}}", r#"{"l": ["a", "b"]}"#, "true"),
        Example::new("{{contains(x, 'a')}}", r#"{"x": null}"#, "false"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let ignore_case = call.truthy(2);
    let found = match call.argument(0) {
        Val::Undefined | Val::Null => false,
        Val::Array(list) => {
            call.spend(list.len())?;
            if ignore_case {
                has_item_ignoring_case(call, list)?
            } else {
                list.iter().any(|item| same_text_form(item, call.argument(1)))
            }
        }
        _ if ignore_case => call.text(0)?.to_lowercase().contains(&call.text(1)?.to_lowercase()),
        _ => call.text(0)?.contains(call.text(1)?),
    };
    Ok(Val::Bool(found))
}

fn has_item_ignoring_case<'a>(call: &Call<'a>, list: List<'a>) -> Outcome<'a, bool> {
    let search = call.text(1)?.to_lowercase();
    for item in list.iter() {
        if call.text_of(item)?.to_lowercase() == search {
            return Ok(true);
        }
    }
    Ok(false)
}
