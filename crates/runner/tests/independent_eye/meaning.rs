//! What a server should understand of a case, by the reference: null and undefined are left out, a list repeats its
//! name, a file is a buffer or `{value, options}` (communication.md §5 qs, type; RFC 7578).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value as Json, json};

use crate::cases::{Case, Encoding, Members, Piece};

/// JSON pointers into the server's answer, and what must stand there.
pub(crate) fn of(case: &Case) -> Json {
    let mut meant = Map::new();
    let no_qs = Members(Vec::new());
    let qs = case.qs.as_ref().unwrap_or(&no_qs);
    meant.insert("/query/pairs".to_owned(), pairs(qs, Style::Query));
    if case.nests {
        meant.insert("/query/nested".to_owned(), nested(qs));
    }
    let Some(body) = &case.body else { return Json::Object(meant) };
    meant.insert("/type".to_owned(), json!(media_type(case.encoding)));
    match case.encoding {
        Encoding::Multipart => {
            meant.insert("/parts".to_owned(), parts(body));
        }
        encoding => {
            let style = if encoding == Encoding::UrlencodedBrackets { Style::Brackets } else { Style::Query };
            let pairs = pairs(body, style);
            let fields = pairs.as_array().unwrap().iter().map(|pair| json!({ "name": pair[0], "value": pair[1] }));
            meant.insert("/parts".to_owned(), fields.collect());
            if case.nests {
                let nested = if style == Style::Brackets { bracketed(body) } else { nested(body) };
                meant.insert("/nested".to_owned(), nested);
            }
        }
    }
    Json::Object(meant)
}

fn media_type(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Multipart => "multipart/form-data",
        _ => "application/x-www-form-urlencoded",
    }
}

/// How lists are told from single values.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// `a=1&a=2`
    Query,
    /// `a[]=1&a[]=2`
    Brackets,
}

/// Names and values in order.
fn pairs(members: &Members, style: Style) -> Json {
    let mut found = Vec::new();
    for (name, piece) in &members.0 {
        pairs_of(&mut found, name, piece, style);
    }
    json!(found)
}

fn pairs_of(found: &mut Vec<(String, String)>, name: &str, piece: &Piece, style: Style) {
    match piece {
        Piece::List(items) => {
            let name = if style == Style::Brackets { format!("{name}[]") } else { name.to_owned() };
            items.iter().for_each(|item| pairs_of(found, &name, item, style));
        }
        Piece::Group(members) => {
            members.0.iter().for_each(|(key, member)| pairs_of(found, &format!("{name}[{key}]"), member, style));
        }
        scalar => found.extend(text(scalar).map(|text| (name.to_owned(), text))),
    }
}

/// What those understand who nest: a name that is repeated is a list.
fn nested(members: &Members) -> Json {
    nest(members, &|texts: Vec<String>| match texts.len() {
        0 => None,
        1 => Some(json!(texts[0])),
        _ => Some(json!(texts)),
    })
}

/// As [`nested`], where `[]` tells a list of one from a single value.
fn bracketed(members: &Members) -> Json {
    nest(members, &|texts: Vec<String>| (!texts.is_empty()).then(|| json!(texts)))
}

fn nest(members: &Members, list: &dyn Fn(Vec<String>) -> Option<Json>) -> Json {
    let understood = members.0.iter().filter_map(|(name, piece)| {
        let value = match piece {
            Piece::List(items) => list(items.iter().filter_map(text).collect()),
            Piece::Group(members) => Some(nest(members, list)).filter(|group| !group.as_object().unwrap().is_empty()),
            scalar => text(scalar).map(Json::String),
        };
        Some((name.clone(), value?))
    });
    Json::Object(understood.collect())
}

/// A scalar as text; none when nothing is sent.
fn text(piece: &Piece) -> Option<String> {
    match piece {
        Piece::Null | Piece::Undefined => None,
        Piece::Bool(bool) => Some(bool.to_string()),
        Piece::Number(_, text) => Some((*text).to_owned()),
        Piece::Literal(text) | Piece::FromForm(text) => Some(text.clone()),
        other => panic!("{other:?} is no scalar"),
    }
}

/// The fields and files of a form.
fn parts(members: &Members) -> Json {
    let mut found = Vec::new();
    for (name, piece) in &members.0 {
        part(&mut found, &quoted(name), piece);
    }
    json!(found)
}

fn part(found: &mut Vec<Json>, name: &str, piece: &Piece) {
    let file = |bytes: &[u8], filename: Option<&str>, content_type: Option<&str>| {
        json!({
            "name": name,
            "filename": quoted(filename.unwrap_or("file")),
            "type": content_type.unwrap_or("application/octet-stream"),
            "base64": STANDARD.encode(bytes),
        })
    };
    match piece {
        Piece::List(items) => items.iter().for_each(|item| part(found, name, item)),
        // "Objects removed unless they are a file spec".
        Piece::Group(_) => {}
        Piece::Buffer(bytes) => found.push(file(bytes, None, None)),
        Piece::File { bytes, name, content_type } => found.push(file(bytes, name.as_deref(), *content_type)),
        scalar => found.extend(text(scalar).map(|text| json!({ "name": name, "value": text }))),
    }
}

/// The three characters that browsers escape between the quotes (WHATWG HTML §4.10.21.8); servers leave them so.
fn quoted(name: &str) -> String {
    name.replace('\n', "%0A").replace('\r', "%0D").replace('"', "%22")
}
