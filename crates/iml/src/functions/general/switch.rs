//! `switch`: the result of the first case that equals a value.

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "switch",
    family: Family::General,
    signature: "switch(value, case1, result1, [case2, result2, …], [else])",
    doc: "Gives the result of the first case that reads like the value: texts are compared, so 1 equals '1'. \
          Without such a case it gives the argument left over, or undefined when there is none.",
    arguments: Arguments::at_least(3),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{switch('B'; 'A'; 1; 'B'; 2; 'C'; 3)}}", "{}", "2"),
        Example::new("{{switch('X'; 'A'; 1; 'B'; 2; 4)}}", "{}", "4"),
        Example::new("{{switch('X'; 'A'; 1)}}", "{}", r#"{"$undefined": true}"#),
        Example::new("{{switch(1; '1'; 'one')}}", "{}", r#""one""#),
        Example::new("{{switch(true; 'true'; 'yes'; 'no')}}", "{}", r#""yes""#),
        Example::new("{{switch('b'; 'B'; 1; 'b'; 2; 'b'; 3)}}", "{}", "2"),
        Example::new("{{switch(x; ''; 'empty'; 'null'; 'nothing')}}", r#"{"x": null}"#, r#""nothing""#),
        Example::new("{{switch('X'; 'A'; 1; ; )}}", "{}", r#"{"$undefined": true}"#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let value = written(call, call.argument(0))?;
    let mut rest = call.arguments().get(1..).unwrap_or_default();
    while let [case, result, others @ ..] = rest {
        if written(call, *case)? == value {
            return Ok(*result);
        }
        rest = others;
    }
    Ok(rest.first().copied().unwrap_or(Val::Undefined))
}

/// The text a value is compared by: null and undefined by their names, as JavaScript's `String()` writes them,
/// so that neither equals the empty text.
fn written<'a>(call: &Call<'a>, value: Val<'a>) -> Outcome<'a, &'a str> {
    if value.is_nullish() { Ok(value.kind()) } else { call.text_of(value) }
}
