//! `if`: one of two values, by a condition.

use crate::eval::Outcome;
use crate::functions::{Arguments, Example, Family, Function, LazyCall, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "if",
    family: Family::General,
    signature: "if(condition, then, [else])",
    doc: "Gives `then` when the condition is truthy, otherwise `else`, which is undefined when missing. \
          Only the chosen one is evaluated.",
    arguments: Arguments::between(2, 3),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{if(1 = 2; 'A'; 'B')}}", "{}", r#""B""#),
        Example::new("{{if(x, 1)}}", "{}", r#"{"$undefined": true}"#),
        Example::new("{{if('0', 1, 2)}}", "{}", "1"),
        Example::new("{{if(true, 1, 'a' * 2)}}", "{}", "1"),
    ],
    run: Run::Lazy(run),
};

fn run<'a>(call: &LazyCall<'a>) -> Outcome<'a> {
    let chosen = if call.eval(0)?.truthy() { 1 } else { 2 };
    call.eval(chosen)
}
