//! `content-type-header-without-type`: a header that does not fit the body.

use connspec_diagnostics::{Fix, Severity};
use connspec_spec::Node;

use crate::edit::{insert_member, replace_value};
use crate::request::{header, literal, method};
use crate::rule::{Check, Findings, Rule};
use crate::site::Phase;
use crate::subject::Connection;

pub static RULE: Rule = Rule {
    code: "CS0214",
    name: "content-type-header-without-type",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
A header that promises a form, and a body that is sent as JSON.

## Why
`type` decides how the body is written, and it is JSON when absent. The header only changes what the service is told: it
reads `{"grant_type":…}` as a form and finds no parameter in it.

## Example
```jsonc connection
{
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "method": "POST",
    "headers": { "content-type": "application/x-www-form-urlencoded" },
    "body": { "grant_type": "client_credentials" }
  }
}
```

## Instead
```jsonc connection
{
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "method": "POST",
    "type": "urlencoded",
    "body": { "grant_type": "client_credentials" }
  }
}
```

## Fix
Sets `type` to `urlencoded`: safe for an object. A body that is a text is suggested to be sent as `text`.

## Source
communication.md §5 `type`.
"#;

/// How a body is written: as the header promises, and as `type` says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    Json,
    Form,
    Multipart,
}

impl Written {
    fn promised(header: &str) -> Option<Self> {
        let header = header.to_ascii_lowercase();
        let kinds = [
            ("application/x-www-form-urlencoded", Self::Form),
            ("multipart/form-data", Self::Multipart),
            ("application/json", Self::Json),
        ];
        kinds.into_iter().find(|(name, _)| header.contains(name)).map(|(_, kind)| kind)
    }

    /// What `type` says; none when that is another way, or not known.
    fn by_type(request: &Node) -> Option<Self> {
        match request.get("type").filter(|node| !node.is_null()) {
            None => Some(Self::Json),
            Some(_) => match literal(request, "type")? {
                "json" => Some(Self::Json),
                "urlencoded" => Some(Self::Form),
                "multipart/form-data" => Some(Self::Multipart),
                _ => None,
            },
        }
    }

    /// The value of `type` that writes it so.
    fn as_type(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Form => "urlencoded",
            Self::Multipart => "multipart/form-data",
        }
    }

    fn named(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Form => "a form",
            Self::Multipart => "a multipart form",
        }
    }
}

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    for (phase, block, request) in connection.requests() {
        let Some(header) = header(request, "content-type") else { continue };
        let Some(promised) = Written::promised(header.value.as_str().unwrap_or_default()) else { continue };
        let Some(sent) = Written::by_type(request).filter(|sent| *sent != promised) else { continue };
        let is_sent = phase != Phase::Authorize && method(request).is_none_or(|method| method != "GET");
        let body = request.get("body").filter(|body| is_sent && !body.is_null());
        let Some(body) = body else { continue };
        let is_text = body.template().is_some_and(|text| text.whole_expression().is_none());
        let kind = if is_text { "text" } else { promised.as_type() };
        let title = format!("set `type` to `{kind}`");
        // A form that the header alone calls something else may work as it is.
        let is_sure = body.is_object() && (promised, sent) == (Written::Form, Written::Json);
        let fix = if is_sure { Fix::safe(title) } else { Fix::suggestion(title) };
        let sources = &connection.app.sources;
        let edits = match request.get("type") {
            Some(written) => replace_value(sources, written, &kind.into()),
            None => insert_member(sources, request, "type", &kind.into()),
        };
        let found = RULE
            .finding(format!("the header promises {}, but the body is sent as {}", promised.named(), sent.named()))
            .at(header.value.place)
            .in_block(block);
        findings.push(match promised {
            Written::Json => found
                .why("`type` decides how the body is written; the service reads as JSON what is none")
                .help("take the header out, or set `type` to `json` if the service wants JSON"),
            _ => found
                .why("`type` decides how the body is written; without it that is JSON, in which the service finds no parameter")
                .help(format!("set `type` to `{kind}`"))
                .fix(fix.with_edits(edits)),
        });
    }
}
