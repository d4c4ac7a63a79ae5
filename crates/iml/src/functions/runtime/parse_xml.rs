//! `parseXML`: the elements of an XML text.

use crate::documents::xml;
use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "parseXML",
    family: Family::Runtime,
    signature: "parseXML(text)",
    doc: "Gives the elements of an XML text in Make's shape: every element is in an array, also the root. An element \
          is its text, or a collection of its children with the text in `_value` and the attributes in \
          `_attributes`. Nothing is expanded from a document type.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{parseXML('<a><b>1</b><b>2</b><c/></a>')}}", "{}", r#"{"a": [{"b": ["1", "2"], "c": [""]}]}"#),
        Example::new(
            "{{parseXML(x)}}",
            r#"{"x": "<a k=\"v\">&lt;x</a>"}"#,
            r#"{"a": [{"_attributes": {"k": "v"}, "_value": "<x"}]}"#,
        ),
        Example::error("{{parseXML('<a><b></a>')}}", "{}", "the text is not XML"),
        Example::error("{{parseXML('')}}", "{}", "there is no element"),
        Example::error("{{parseXML(missing)}}", "{}", "there is no text"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let text = call.optional_text(0)?.ok_or_else(|| call.fail("there is no text to read (argument 1)"))?;
    call.account(text.len())?;
    // What is wrong is told without the text, which may hold a secret.
    let value = xml::read(text, call.options().output_bytes)
        .map_err(|invalid| call.fail(format!("the text is not XML: {invalid}")))?;
    call.make_value(&value)
}
