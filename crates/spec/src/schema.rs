//! The JSON Schema of a connection's communication section, made from the [`vocabulary`](crate::vocabulary).
//!
//! It is for editors: completion, descriptions, and what cannot work marked while it is typed. It rejects what the
//! model cannot read, switches and counts that are objects or lists, and `authorize` as a list; nothing else, since
//! Make's runtime takes more than its editor does. Every value may be an IML text or null, and unknown keys are
//! allowed. What needs more than the shape of one value is for the checks.
//!
//! `docs/schema/connection.schema.json` is this schema written down; `tests/schema.rs` keeps it so.

use serde_json::{Map, Value as Json, json};

use crate::vocabulary::{
    BLOCK_DESCRIPTIONS, DOCUMENTED_ERROR_TYPES, DirectiveWord, ERROR_TYPES, InConnection, METADATA_TYPES,
    OAUTH_SIGNING, OAUTH1_BLOCKS, OAUTH2_BLOCKS, REQUEST_DIRECTIVES, RESPONSE_DIRECTIVES, RESPONSE_TYPES, Shape,
};

/// The blocks that make a connection one of OAuth 1, see [`Kind::of`](crate::Kind::of).
const OAUTH1_MARKS: &[&str] = &["requestToken", "accessToken"];

/// A status, as a key of `error`.
const STATUS: &str = "^[0-9]{3}$";

/// A status, a range of them, or all, as a key of `response.type`.
const STATUS_RANGE: &str = r"^(\*|[0-9]{3}|[0-9]{3} *- *[0-9]{3})$";

/// The schema, draft 7: what VS Code understands whole.
pub fn connection_schema() -> Json {
    let mut schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "The communication of a Make connection",
        "description": "One request or a list of them, or the blocks of an OAuth connection. Every value may be an IML text such as `{{parameters.apiKey}}`.",
        "type": ["object", "array"],
        "items": reference("request"),
        "properties": offered_blocks(),
        "if": any_of(OAUTH1_MARKS),
        "then": { "properties": blocks(OAUTH1_BLOCKS) },
        "else": {
            "if": any_of(OAUTH2_BLOCKS),
            "then": { "properties": blocks(OAUTH2_BLOCKS) },
            "else": { "if": { "type": "object" }, "then": reference("request") },
        },
        "definitions": {
            "request": { "type": "object", "properties": directives(REQUEST_DIRECTIVES) },
            "response": { "type": "object", "properties": directives(RESPONSE_DIRECTIVES) },
            "oauth": keys(OAUTH_SIGNING),
        },
    });
    add_markdown(&mut schema);
    schema
}

/// Repeats every description for VS Code, which takes `description` for plain text and shows its backticks.
fn add_markdown(schema: &mut Json) {
    match schema {
        Json::Object(members) => {
            members.values_mut().for_each(add_markdown);
            if let Some(Json::String(text)) = members.get("description")
                && text.contains('`')
            {
                members.insert("markdownDescription".to_owned(), text.clone().into());
            }
        }
        Json::Array(elements) => elements.iter_mut().for_each(add_markdown),
        _ => {}
    }
}

fn reference(definition: &str) -> Json {
    json!({ "$ref": format!("#/definitions/{definition}") })
}

/// Every block, so that an editor offers it in an empty file.
fn offered_blocks() -> Json {
    let described = BLOCK_DESCRIPTIONS.iter().map(|(name, description)| (*name, json!({ "description": description })));
    object(described)
}

/// Objects that have at least one of these keys.
fn any_of(names: &[&str]) -> Json {
    let required: Vec<Json> = names.iter().map(|name| json!({ "required": [name] })).collect();
    json!({ "type": "object", "anyOf": required })
}

/// The blocks of one kind of connection. A block may be a list, except the one address a browser is sent to.
fn blocks(names: &[&str]) -> Json {
    let one_or_several = json!({
        "type": ["object", "array", "null"],
        "if": { "type": "object" },
        "then": reference("request"),
        "items": reference("request"),
    });
    let one = json!({ "type": ["object", "null"], "if": { "type": "object" }, "then": reference("request") });
    let mut properties: Map<String, Json> = Map::new();
    if names.contains(&"requestToken") {
        let description = "How all requests are signed; keys of a request's own `oauth` win.";
        properties.insert("oauth".to_owned(), described(collection(reference("oauth")), description));
    }
    for name in names {
        let schema = if *name == "authorize" { &one } else { &one_or_several };
        properties.insert((*name).to_owned(), schema.clone());
    }
    Json::Object(properties)
}

fn directives(words: &[DirectiveWord]) -> Json {
    object(words.iter().map(|word| (word.name, directive(word))))
}

fn directive(word: &DirectiveWord) -> Json {
    let schema = match word.in_connection {
        InConnection::Forbidden => {
            // Understood by VS Code: struck through, and not offered.
            json!({ "deprecationMessage": "This has no effect in a connection.", "doNotSuggest": true })
        }
        InConnection::Allowed | InConnection::Undocumented => shape(word.shape),
    };
    let schema = if MEANT_AS_TEXT.contains(&word.name) { without_numbers(schema) } else { schema };
    described(schema, word.description)
}

/// Directives of which a number or a boolean would mean nothing.
const MEANT_AS_TEXT: &[&str] = &["url", "method"];

fn without_numbers(schema: Json) -> Json {
    json!({ "allOf": [schema, { "type": ["string", "null"] }] })
}

/// What a value of this shape may be; IML texts and null besides.
fn shape(of: Shape) -> Json {
    match of {
        Shape::Any => json!({}),
        Shape::Text => text(),
        Shape::Word(words) => word(words),
        Shape::Flag => json!({ "type": ["boolean", "string", "number", "null"] }),
        Shape::Count => json!({ "type": ["number", "string", "boolean", "null"] }),
        Shape::Collection => json!({ "type": ["object", "string", "null"], "pattern": AN_EXPRESSION }),
        Shape::Signing => collection(reference("oauth")),
        Shape::Condition => truth(json!({
            "condition": { "description": "The request is sent when this is true." },
            "default": { "description": "Has no effect in a connection." },
        })),
        Shape::Repeat => json!({ "type": ["object", "null"], "properties": {
            "condition": { "description": "Evaluated after each run; reads `temp`, not `body`." },
            "delay": described(shape(Shape::Count), "Milliseconds between two runs."),
            "limit": described(shape(Shape::Count), "How many runs there are at most; 1000 whatever is written."),
        } }),
        Shape::Log => json!({ "type": ["object", "null"], "properties": {
            "sanitize": {
                "description": "Paths such as `request.headers.authorization` or `response.body.access_token`.",
                "type": ["array", "null"],
                "items": { "examples": SANITIZE_EXAMPLES },
            },
        } }),
        Shape::Response => {
            json!({ "if": { "type": "object" }, "then": reference("response"), "type": ["object", "null"] })
        }
        Shape::ResponseType => json!({
            "type": ["string", "object", "null"],
            "anyOf": [{ "enum": RESPONSE_TYPES }, {}],
            "patternProperties": { STATUS_RANGE: word(RESPONSE_TYPES) },
        }),
        Shape::Valid => truth(json!({
            "condition": { "description": "The answer is valid when this is true." },
            "message": { "description": "What is said when it is not." },
            "type": error_type(),
        })),
        Shape::Error => json!({
            "type": ["string", "object", "number", "boolean", "null"],
            "properties": error_entry(),
            "patternProperties": {
                STATUS: {
                    "description": "What is said for this status.",
                    "type": ["string", "object", "number", "boolean", "null"],
                    "properties": error_entry(),
                },
            },
        }),
        Shape::Metadata => json!({ "type": ["object", "null"], "properties": {
            "type": described(word(METADATA_TYPES), "What `value` is."),
            "value": { "description": "The name or address the user knows the account by." },
        } }),
    }
}

/// The paths an editor offers first.
const SANITIZE_EXAMPLES: &[&str] = &[
    "request.headers.authorization",
    "request.body.client_secret",
    "request.body.code",
    "request.body.refresh_token",
    "response.body.access_token",
    "response.body.refresh_token",
];

fn text() -> Json {
    json!({ "type": ["string", "number", "boolean", "null"] })
}

/// A text; an editor offers these words.
fn word(words: &[&str]) -> Json {
    json!({ "anyOf": [{ "enum": words }, text()] })
}

/// A truth value, or an object of these keys.
fn truth(properties: Json) -> Json {
    json!({ "type": ["boolean", "string", "number", "object", "null"], "properties": properties })
}

/// A text with an expression in it, or an empty one.
const AN_EXPRESSION: &str = "\\{\\{|^\\s*$";

/// An object as `schema` says, or an expression that gives one.
fn collection(schema: Json) -> Json {
    json!({ "type": ["object", "string", "null"], "pattern": AN_EXPRESSION, "if": { "type": "object" }, "then": schema })
}

fn keys(keys: &[(&str, &str)]) -> Json {
    json!({ "type": "object", "properties": object(keys.iter().map(|(key, about)| (*key, json!({ "description": about })))) })
}

fn error_entry() -> Json {
    json!({ "message": { "description": "The message, such as `[{{statusCode}}] {{body.error}}`." }, "type": error_type() })
}

/// The error types; what else is written there is taken for a RuntimeError, so nothing is rejected.
fn error_type() -> Json {
    let types: Vec<_> = ERROR_TYPES.iter().chain(DOCUMENTED_ERROR_TYPES).collect();
    json!({ "description": "The type of the error; RuntimeError when absent.", "anyOf": [{ "enum": types }, {}] })
}

fn described(mut schema: Json, description: &str) -> Json {
    if let Json::Object(members) = &mut schema {
        members.shift_insert(0, "description".to_owned(), description.into());
    }
    schema
}

fn object<'a>(members: impl Iterator<Item = (&'a str, Json)>) -> Json {
    Json::Object(members.map(|(name, schema)| (name.to_owned(), schema)).collect())
}
