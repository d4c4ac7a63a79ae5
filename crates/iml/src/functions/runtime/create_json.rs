//! `createJSON`: a value as JSON text.

use crate::documents::json;
use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "createJSON",
    family: Family::Runtime,
    signature: "createJSON(value)",
    doc: "Gives the value as JSON without spacing, as JavaScript's JSON.stringify does. Undefined members vanish, \
          names that are whole numbers come first, undefined items become null, dates are ISO text, a buffer is an \
          object with its bytes: base64() makes a text of it. Undefined itself stays undefined.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{createJSON(o)}}", r#"{"o": {"a": 1, "b": [true, null]}}"#, r#""{\"a\":1,\"b\":[true,null]}""#),
        Example::new("{{createJSON('x')}}", "{}", r#""\"x\"""#),
        Example::new(
            "{{createJSON(l)}}",
            r#"{"l": [{"$undefined": true}, {"$number": "NaN"}, 1e21]}"#,
            r#""[null,null,1e+21]""#,
        ),
        Example::new(
            "{{createJSON(d)}}",
            r#"{"d": {"$date": "2024-01-02T03:04:05.678Z"}}"#,
            r#""\"2024-01-02T03:04:05.678Z\"""#,
        ),
        Example::new(
            "{{createJSON(b)}}",
            r#"{"b": {"$binary": "AAH/"}}"#,
            r#""{\"type\":\"Buffer\",\"data\":[0,1,255]}""#,
        ),
        Example::new("{{createJSON(o)}}", r#"{"o": {"b": 1, "2": 2, "1": 3}}"#, r#""{\"1\":3,\"2\":2,\"b\":1}""#),
        Example::new("{{createJSON(null)}}", "{}", r#""null""#),
        Example::new("{{createJSON(missing)}}", "{}", r#"{"$undefined": true}"#),
        Example::new("{{parseJSON(createJSON(o)) = o}}", r#"{"o": "ü\n\""}"#, "true"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    match call.argument(0) {
        Val::Undefined => Ok(Val::Undefined),
        value => {
            let text = written(call, value)?;
            call.make_text(text)
        }
    }
}

/// The value as JSON text, within the bound on output.
pub(super) fn written<'a>(call: &Call<'a>, value: Val<'a>) -> Outcome<'a, String> {
    let mut text = String::new();
    let allowed = call.options().output_bytes;
    json::write(value, &mut text, allowed).map_err(|_| match call.account(allowed.saturating_add(1)) {
        Err(limit) => limit,
        Ok(()) => call.fail("the JSON text is too large"),
    })?;
    Ok(text)
}
