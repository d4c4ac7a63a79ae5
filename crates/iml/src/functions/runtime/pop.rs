//! `pop`: the last item of an array.

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "pop",
    family: Family::Runtime,
    signature: "pop(array)",
    doc: "Gives the last item, undefined when there is none or the value is no array. Make takes the item out of the \
          variable as well; here variables never change.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{pop(l)}}", r#"{"l": [1, 2]}"#, "2"),
        Example::new("{{pop(l)}}{{pop(l)}}", r#"{"l": [1, 2]}"#, r#""22""#),
        Example::new("{{pop(l)}}", r#"{"l": []}"#, r#"{"$undefined": true}"#),
        Example::new("{{pop('a')}}", "{}", r#"{"$undefined": true}"#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    Ok(match call.argument(0) {
        Val::Array(list) => list.position(-1),
        _ => Val::Undefined,
    })
}
