//! `createXML`: a collection as XML text.

use crate::documents::xml;
use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "createXML",
    family: Family::Runtime,
    signature: "createXML(collection)",
    doc: "Gives the collection as XML, indented by two blanks, in the shape `parseXML` gives: an array is one element \
          for each item, `_attributes` holds attributes and `_value` the text beside them (`@name` and `#text` do \
          too). Null is left out. There must be exactly one root element.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new(
            "{{createXML(o)}}",
            r#"{"o": {"a": {"_attributes": {"k": "v"}, "b": ["x & y", 2], "c": null, "d": ""}}}"#,
            r#""<?xml version=\"1.0\"?>\n<a k=\"v\">\n  <b>x &amp; y</b>\n  <b>2</b>\n  <d/>\n</a>""#,
        ),
        Example::new(
            "{{createXML(o)}}",
            r##"{"o": {"a": [{"@k": 1, "#text": "x"}]}}"##,
            r#""<?xml version=\"1.0\"?>\n<a k=\"1\">x</a>""#,
        ),
        Example::new(
            "{{createJSON(parseXML(createXML(parseXML(s))))}}",
            r#"{"s": "<a k='&quot;'>&lt;<b/>x</a>"}"#,
            r#""{\"a\":[{\"_attributes\":{\"k\":\"\\\"\"},\"_value\":\"<x\",\"b\":[\"\"]}]}""#,
        ),
        Example::error("{{createXML(o)}}", r#"{"o": {"a": 1, "b": 2}}"#, "exactly one root element, not 2"),
        Example::error("{{createXML(o)}}", r#"{"o": {"a b": 1}}"#, "'a b' is not a name"),
        Example::error("{{createXML('x')}}", "{}", "'x' is not a valid collection"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let members = call.optional_collection(0)?.ok_or_else(|| call.refuse(0, "is not a valid collection"))?;
    let text = xml::write(members, call.options().output_bytes).map_err(|why| call.fail(why))?;
    call.make_text(text)
}
