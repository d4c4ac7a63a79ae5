//! `createXML`: a collection as XML text.

use crate::LanguageSwitch;
use crate::documents::xml;
use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "createXML",
    family: Family::Runtime,
    signature: "createXML(collection)",
    doc: "Gives the collection as XML, indented by two blanks, as xmlbuilder does: an array is one element for each \
          item, `@name` an attribute, `#text` text, `#cdata` CDATA, `#comment` a comment, `#raw` XML as it is, `?name` \
          an instruction. Null and empty arrays are left out. What `parseXML` gives in `#`, `$` and `!` has other \
          names here.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new(
            "{{createXML(o)}}",
            r#"{"o": {"a": {"@k": "v", "b": ["x & y", 2], "c": null, "d": ""}}}"#,
            r#""<?xml version=\"1.0\"?>\n<a k=\"v\">\n  <b>x &amp; y</b>\n  <b>2</b>\n  <d/>\n</a>""#,
        ),
        Example::new(
            "{{createXML(o)}}",
            r##"{"o": {"a": [{"@k": 1, "#text": "x"}]}}"##,
            r#""<?xml version=\"1.0\"?>\n<a k=\"1\">x</a>""#,
        ),
        Example::new(
            "{{createXML(o)}}",
            r##"{"o": {"?pi": "d", "a": {"#comment": "c", "#cdata": "<&", "#raw": "<b/>"}}}"##,
            r#""<?xml version=\"1.0\"?>\n<?pi d?>\n<a>\n  <!-- c -->\n  <![CDATA[<&]]>\n  <b/>\n</a>""#,
        ),
        Example::new("{{createXML(o)}}", r#"{"o": {"a": null}}"#, r#""<?xml version=\"1.0\"?>""#),
        Example::error("{{createXML(o)}}", r#"{"o": {}}"#, "there is no element to write"),
        Example::error("{{createXML(o)}}", r#"{"o": {"a b": 1}}"#, "'a b' is not a name"),
        Example::error("{{createXML('x')}}", "{}", "'x' is not a valid collection"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let members = call.optional_collection(0)?.ok_or_else(|| call.refuse(0, "is not a valid collection"))?;
    let options = call.options();
    let written = xml::write(members, options.output_bytes, options.xml_shape).map_err(|why| call.fail(why))?;
    if written.by_shape {
        call.relied_on(LanguageSwitch::XmlShape);
    }
    call.make_text(written.text)
}
