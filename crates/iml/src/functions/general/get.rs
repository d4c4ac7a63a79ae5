//! `get`: a path computed at run time.

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "get",
    family: Family::General,
    signature: "get(collectionOrArray, path)",
    doc: "Gives what stands at a path computed at run time: names separated by dots, positions of an array \
          counted from 1. What is missing is undefined.",
    arguments: Arguments::exactly(2),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{get(l, 1 + 1)}}", r#"{"l": ["x", "y"]}"#, r#""y""#),
        Example::new("{{get(l, '2.n')}}", r#"{"l": [{"n": 1}, {"n": 2}]}"#, "2"),
        Example::new("{{get(o, 'some property')}}", r#"{"o": {"some property": 4}}"#, "4"),
        Example::new("{{get(l, 0)}}", r#"{"l": ["x"]}"#, r#"{"$undefined": true}"#),
        Example::new("{{get(x, 'a')}}", r#"{"x": null}"#, r#"{"$undefined": true}"#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    match call.argument(1) {
        Val::Number(position) if position.fract() == 0.0 => Ok(call.argument(0).item(position as i64)),
        _ => Ok(call.argument(0).dotted(call.text(1)?)),
    }
}
