//! `parseXML`: the elements of an XML text.

use crate::documents::xml;
use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::{LanguageSwitch, XmlShape};

pub(super) static FUNCTION: Function = Function {
    name: "parseXML",
    family: Family::Runtime,
    signature: "parseXML(text)",
    doc: "Gives the elements of an XML text as xmlbuilder2's `convert` does, which is not the shape of an answer of \
          type xml: an element is its text, or a collection of its children, with the attribute `x` in `@x`, text in \
          `#`, CDATA in `$`, comments in `!`, instructions in `?` (numbered where there are several) and neighbours \
          of one name in an array. Where a name comes back after something else, `#` is a list of everything in its \
          order. &lt;, &gt; and &amp; stay as written; nothing is expanded from a document type.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new(
            "{{parseXML('<a><b>1</b><b>2</b><c/> t</a>')}}",
            "{}",
            r##"{"a": {"b": ["1", "2"], "c": {}, "#": " t"}}"##,
        ),
        Example::new(
            "{{parseXML(x)}}",
            r#"{"x": "<a k=\"v\">&lt;x</a>"}"#,
            r##"{"a": {"@k": "v", "#": "&lt;x"}}"##,
        ),
        Example::new(
            "{{parseXML('<a>t<b/>u</a>')}}",
            "{}",
            r##"{"a": {"#1": "t", "b": {}, "#2": "u"}}"##,
        ),
        Example::new(
            "{{parseXML('<a><b/><c/><b/></a>')}}",
            "{}",
            r##"{"a": {"#": [{"b": {}}, {"c": {}}, {"b": {}}]}}"##,
        ),
        Example::new(
            "{{parseXML('<a><![CDATA[<x>]]><!-- c --></a>')}}",
            "{}",
            r#"{"a": {"$": "<x>", "!": " c "}}"#,
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
    call.relied_on(LanguageSwitch::XmlShape);
    let read = match call.options().xml_shape {
        XmlShape::Objects => xml::read_objects,
        XmlShape::Answer => xml::read,
    };
    // What is wrong is told without the text, which may hold a secret.
    let value = read(text, call.options().output_bytes)
        .map_err(|invalid| call.fail(format!("the text is not XML: {invalid}")))?;
    call.make_value(&value)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::{FixedHost, Options, Scope, Template, Value, XmlShape};

    #[test]
    fn the_switch_gives_the_shape_of_an_answer() {
        let text = Value::from("<a k=\"v\">t<b>1</b></a>");
        let read = |xml_shape| {
            let template = Template::parse_with("{{parseXML(x)}}", Options { xml_shape, ..Options::default() });
            template.eval(&Scope::new().with("x", &text), &FixedHost::new(0, "UTC", 1)).unwrap().to_json()
        };
        assert_eq!(read(XmlShape::Objects), json!({"a": {"@k": "v", "#": "t", "b": "1"}}));
        // communication.md §7 type.
        assert_eq!(read(XmlShape::Answer), json!({"a": [{"_attributes": {"k": "v"}, "_value": "t", "b": ["1"]}]}));
    }
}
