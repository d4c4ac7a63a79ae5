//! `toDataStructure`: a description of sample data as Make's parameters.

use crate::documents::{json, xml};
use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "toDataStructure",
    family: Family::Runtime,
    signature: "toDataStructure(data, [type])",
    doc: "Gives parameters (`name`, `type`, `spec`) that describe sample data: a collection, an array of \
          collections, or a text in the format the type says, `json` (the default) or `xml`. An array is described \
          by its first item. What Make gives besides is unpublished.",
    arguments: Arguments::between(1, 2),
    standing: Standing::Documented,
    examples: &[
        Example::new(
            "{{toDataStructure(o)}}",
            r#"{"o": {"id": 1, "name": "x", "on": true, "at": {"$date": "2024-01-01T00:00:00Z"}, "file": {"$binary": ""}, "none": null}}"#,
            r#"[{"name": "id", "type": "number"}, {"name": "name", "type": "text"}, {"name": "on", "type": "boolean"}, {"name": "at", "type": "date"}, {"name": "file", "type": "buffer"}, {"name": "none", "type": "any"}]"#,
        ),
        Example::new(
            "{{toDataStructure(s)}}",
            r#"{"s": "{\"u\": {\"a\": 1}, \"l\": [2], \"m\": [{\"b\": 3}], \"e\": []}"}"#,
            r#"[{"name": "u", "type": "collection", "spec": [{"name": "a", "type": "number"}]}, {"name": "l", "type": "array", "spec": {"type": "number"}}, {"name": "m", "type": "array", "spec": [{"name": "b", "type": "number"}]}, {"name": "e", "type": "array"}]"#,
        ),
        Example::new(
            "{{toDataStructure('<a/>', 'xml')}}",
            "{}",
            r#"[{"name": "a", "type": "array", "spec": {"type": "text"}}]"#,
        ),
        Example::new("{{toDataStructure(null)}}", "{}", "[]"),
        Example::error("{{toDataStructure(5)}}", "{}", "'5' is not a collection"),
        Example::error("{{toDataStructure('a', 'csv')}}", "{}", "'csv' is not a type of sample data"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let data = match call.argument(0) {
        Val::Text(text) => sample(call, text)?,
        data => data,
    };
    match data {
        Val::Undefined | Val::Null => call.make_array([]),
        Val::Array(list) => described(call, list.position(1)),
        Val::Collection(_) => described(call, data),
        _ => Err(call.refuse(0, "is not a collection, nor an array of collections")),
    }
}

/// What a text in one of the formats holds.
fn sample<'a>(call: &Call<'a>, text: &'a str) -> Outcome<'a> {
    let allowed = call.options().output_bytes;
    call.account(text.len())?;
    let value = match call.text(1)? {
        "" | "json" => json::read(text, allowed),
        "xml" => xml::read(text, allowed),
        _ => return Err(call.refuse(1, "is not a type of sample data: json or xml")),
    };
    let value = value.map_err(|invalid| call.fail(format!("the sample cannot be read: {invalid}")))?;
    call.make_value(&value)
}

/// A parameter for each member.
fn described<'a>(call: &Call<'a>, value: Val<'a>) -> Outcome<'a> {
    let Val::Collection(members) = value else { return call.make_array([]) };
    call.spend(members.len())?;
    let parameters: Result<Vec<_>, _> = members
        .enumerated()
        .map(|(name, value)| {
            let specification = specification(call, value)?.map(|specification| ("spec", specification));
            let parameter = [("name", Val::Text(name)), ("type", Val::Text(kind(value)))];
            call.make_collection(parameter.into_iter().chain(specification))
        })
        .collect();
    call.make_array(parameters?)
}

/// What the parameter says about what is inside: parameters for a collection and for an array of them, a type
/// for an array of anything else.
fn specification<'a>(call: &Call<'a>, value: Val<'a>) -> Outcome<'a, Option<Val<'a>>> {
    let specification = match value {
        Val::Collection(_) => described(call, value)?,
        Val::Array(list) => match list.get(0) {
            None => return Ok(None),
            Some(item @ Val::Collection(_)) => described(call, item)?,
            Some(item) => {
                let inner = specification(call, item)?.map(|inner| ("spec", inner));
                call.make_collection([("type", Val::Text(kind(item)))].into_iter().chain(inner))?
            }
        },
        _ => return Ok(None),
    };
    Ok(Some(specification))
}

/// The type of a parameter; Make's `any` for what the sample does not tell.
fn kind(value: Val<'_>) -> &'static str {
    match value {
        Val::Undefined | Val::Null => "any",
        value => value.kind(),
    }
}
