//! From an item to the request that goes out.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use connspec_diagnostics::{Place, Span};
use connspec_exchange::Request;
use connspec_spec::compat::{CodeInUrl, ManifestState};
use connspec_spec::dialect::template::Rendered;
use connspec_spec::dialect::{HeaderTemplate, Item, Manifest, Template, named};
use connspec_spec::{Compat, Definition, Directive};

use super::Variables;
use super::form::{self, Body};
use super::{multipart, pritunl};
use crate::{Decisions, ErrorType, RunError};

/// `requests` is given two minutes.
const TIMEOUT: Duration = Duration::from_secs(120);

/// Builds the request of `item`; `code` is what the callback brought, where it is to be appended.
pub(crate) fn prepare(
    definition: &Definition,
    manifest: &Manifest,
    item: &Item,
    variables: &Variables,
    code: Option<&str>,
    compat: &Compat,
    decisions: &mut Decisions,
) -> Result<Request, RunError> {
    let writer = Writer { definition, variables };
    let Some(url) = &item.url else {
        return Err(RunError::new(
            ErrorType::DefinitionError,
            "the request has no `url`, so there is nowhere to send it",
        )
        .at(item.place));
    };
    let address = match code {
        Some(code) => writer.with_code(url, code, compat, decisions)?,
        None => writer.text(url, decisions)?,
    };
    let mut request = Request::new(item.method(), requoted(&address));
    request.options.timeout = TIMEOUT;
    let own = if item.headers.is_empty() { &manifest.headers } else { &item.headers };
    for (name, value) in writer.headers(own, decisions)? {
        request.headers.set(name, value);
    }
    if let Some(data) = &item.data {
        let rendered = data.value.template().render(variables).map_err(|error| {
            RunError::new(ErrorType::DefinitionError, error.message)
                .in_directive(named(&data.pointer))
                .at(data.value.place(error.span))
        })?;
        note(&data.pointer, &rendered, decisions);
        let text = rendered.text.replace("&nbsp;", "");
        if item.files.is_empty() {
            let body = if item.casts() { cast(&text, &data.pointer, decisions) } else { Body::Text(text) };
            attach(&mut request, body, &data.pointer, data.place)?;
        } else {
            multipart::attach(&mut request, item, &text, variables)?;
        }
    } else if !item.files.is_empty() {
        multipart::attach(&mut request, item, "", variables)?;
    }
    if let Some(signature) = &item.extra_headers {
        pritunl::sign(&mut request, &address, &signature.value, variables)
            .map_err(|error| error.in_directive(named(&signature.pointer)).at(signature.place))?;
    }
    if !request.headers.contains("user-agent") {
        request.headers.set("user-agent", concat!("connspec/", env!("CARGO_PKG_VERSION")));
    }
    Ok(request)
}

/// Asks for the next page: GET with the manifest's headers.
pub(crate) fn next_page(
    definition: &Definition,
    manifest: &Manifest,
    address: &str,
    variables: &Variables,
    decisions: &mut Decisions,
) -> Result<Request, RunError> {
    let mut request = Request::new("GET", requoted(address));
    request.options.timeout = TIMEOUT;
    for (name, value) in headers_of(definition, &manifest.headers, variables, decisions)? {
        request.headers.set(name, value);
    }
    if !request.headers.contains("user-agent") {
        request.headers.set("user-agent", concat!("connspec/", env!("CARGO_PKG_VERSION")));
    }
    Ok(request)
}

/// A text of the manifest, rendered.
pub(crate) fn rendered(
    definition: &Definition,
    directive: &Directive<Template>,
    variables: &Variables,
    decisions: &mut Decisions,
) -> Result<String, RunError> {
    Writer { definition, variables }.text(directive, decisions)
}

/// The address of the authorization page, and the state that was put into it.
pub(crate) fn page(
    definition: &Definition,
    url: &Directive<Template>,
    variables: &Variables,
    state: &str,
    compat: &Compat,
    decisions: &mut Decisions,
) -> Result<String, RunError> {
    let writer = Writer { definition, variables };
    let text = requoted(&writer.text(url, decisions)?);
    if compat.manifest_state == ManifestState::None {
        let words = "no `state` is sent and any callback is taken for this attempt's, as the original does it";
        decisions.switched(ManifestState::SWITCH.key, named(&url.pointer), words);
        return Ok(text);
    }
    let (front, fragment) = match text.split_once('#') {
        Some((front, fragment)) => (front.to_owned(), format!("#{fragment}")),
        None => (text, String::new()),
    };
    let (path, query) = front.split_once('?').unwrap_or((front.as_str(), ""));
    let kept = query.split('&').filter(|pair| !pair.is_empty() && pair.split('=').next() != Some("state"));
    let query: Vec<String> = kept.map(str::to_owned).chain([format!("state={state}")]).collect();
    let words = "a random `state` was added and is compared at the callback; the original sends none, so anybody could \
                 slip in a foreign account (RFC 6749 §10.12)";
    decisions.switched(ManifestState::SWITCH.key, named(&url.pointer), words);
    Ok(format!("{path}?{}{fragment}", query.join("&")))
}

/// The headers, rendered; `Basic` credentials encoded.
pub(crate) fn headers_of(
    definition: &Definition,
    headers: &[HeaderTemplate],
    variables: &Variables,
    decisions: &mut Decisions,
) -> Result<Vec<(String, String)>, RunError> {
    Writer { definition, variables }.headers(headers, decisions)
}

struct Writer<'a> {
    definition: &'a Definition,
    variables: &'a Variables,
}

impl Writer<'_> {
    fn text(&self, directive: &Directive<Template>, decisions: &mut Decisions) -> Result<String, RunError> {
        self.rendered(&directive.value, directive, 0, decisions)
    }

    /// Renders `template`, which begins `offset` bytes into the directive's text.
    fn rendered(
        &self,
        template: &Template,
        directive: &Directive<Template>,
        offset: usize,
        decisions: &mut Decisions,
    ) -> Result<String, RunError> {
        let rendered = template.render(self.variables).map_err(|error| {
            let span = Span::new(error.span.start as usize + offset, error.span.end as usize + offset);
            let failed =
                RunError::new(ErrorType::DefinitionError, error.message).in_directive(named(&directive.pointer));
            let place = self.definition.locate(&directive.pointer, "", span);
            failed.at(place.unwrap_or(directive.place))
        })?;
        note(&directive.pointer, &rendered, decisions);
        Ok(rendered.text.replace("&nbsp;", ""))
    }

    /// The code is appended to the address, as it is (chiefonboarding.md §3.4).
    fn with_code(
        &self,
        url: &Directive<Template>,
        code: &str,
        compat: &Compat,
        decisions: &mut Decisions,
    ) -> Result<String, RunError> {
        let joint = if url.value.source().contains('?') { "&code=" } else { "?code=" };
        let encoded: String = url::form_urlencoded::byte_serialize(code.as_bytes()).collect();
        let numbered = code.strip_prefix('«').and_then(|code| code.strip_suffix('»')).is_some_and(is_numbered);
        // Most codes are letters and digits, and go the same way under every value.
        let differs = !numbered && (encoded != code || ["{{", "{%", "{#"].iter().any(|mark| code.contains(mark)));
        let directive = named(&url.pointer);
        let mut say = |words: &str| match differs {
            true => decisions.switched(CodeInUrl::SWITCH.key, directive.as_str(), words),
            false => decisions.note(directive.as_str(), words),
        };
        match compat.code_in_url {
            CodeInUrl::Template => {
                say("the code was appended before the template was rendered");
                let template = Template::parse(&format!("{}{joint}{code}", url.value.source()));
                self.rendered(&template, url, 0, decisions)
            }
            CodeInUrl::Encoded => {
                say("the code was appended percent-encoded");
                Ok(format!("{}{joint}{encoded}", self.text(url, decisions)?))
            }
            CodeInUrl::Raw => {
                let read_otherwise = !numbered && code.contains(['+', '&', '#', '%', ' ']);
                let words = if read_otherwise {
                    "the code was appended as it is; it holds characters that a server reads as something else"
                } else {
                    "the code was appended as it is"
                };
                say(words);
                Ok(format!("{}{joint}{code}", self.text(url, decisions)?))
            }
        }
    }

    fn headers(
        &self,
        headers: &[HeaderTemplate],
        decisions: &mut Decisions,
    ) -> Result<Vec<(String, String)>, RunError> {
        let mut sent = Vec::new();
        for header in headers {
            let refuse = |message: String| {
                Err(RunError::new(ErrorType::RuntimeError, message)
                    .in_directive(named(&header.value.pointer))
                    .at(header.value.place))
            };
            let name = header
                .name_template
                .render(self.variables)
                .map(|name| name.text)
                .unwrap_or_else(|_| header.name.clone());
            let value = match &header.basic {
                None if header.name == "Authorization" && header.value.value.source().starts_with("Basic") => {
                    return refuse("nothing stands behind `Basic`, at which the original fails".to_owned());
                }
                None => self.text(&header.value, decisions)?,
                Some((credentials, offset)) => {
                    let credentials = self.rendered(credentials, &header.value, *offset, decisions)?;
                    if !without_placeholders(&credentials).is_ascii() {
                        return refuse(
                            "the credentials after `Basic` are not plain ASCII, which the original cannot encode"
                                .to_owned(),
                        );
                    }
                    format!("Basic {}", STANDARD.encode(credentials))
                }
            };
            let control = |byte: u8| (byte < 0x20 && byte != b'\t') || byte == 0x7f;
            let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
            if name.is_empty() || !name.bytes().all(token) || value.bytes().any(control) {
                return refuse(format!(
                    "the header `{}` cannot be sent: its name or value holds what HTTP cannot carry",
                    header.name
                ));
            }
            sent.push((name, value));
        }
        Ok(sent)
    }
}

/// Parses the text again; what is no JSON goes out as it is.
fn cast(text: &str, pointer: &str, decisions: &mut Decisions) -> Body {
    match serde_json::from_str(text) {
        Ok(value) => {
            if let serde_json::Value::Object(members) = &value
                && let Some((name, _)) = members.iter().find(|(_, value)| value.is_object())
            {
                let words = format!("`{name}` is an object: of it only the names of its members are sent, as a form");
                decisions.note(named(pointer), words);
            }
            form::body(&value)
        }
        Err(_) => {
            let words = "the text is no JSON once the variables are in it (a line break, a backslash or a quote did that), \
                         so it was sent as it is";
            decisions.note(named(pointer), words);
            Body::Text(text.to_owned())
        }
    }
}

fn attach(request: &mut Request, body: Body, pointer: &str, place: Place) -> Result<(), RunError> {
    match body {
        Body::Empty => {}
        Body::Text(text) => request.body = Some(text.into_bytes()),
        Body::Form(text) => {
            if !request.headers.contains("content-type") {
                request.headers.set("content-type", "application/x-www-form-urlencoded");
            }
            request.body = Some(text.into_bytes());
        }
        Body::Unsendable(what) => {
            let message = format!("`data` is {what}, which cannot be sent as a form; set `cast_data_to_json` to false");
            return Err(RunError::new(ErrorType::RuntimeError, message).in_directive(named(pointer)).at(place));
        }
    }
    Ok(())
}

/// Says what autoescaping did.
fn note(pointer: &str, rendered: &Rendered, decisions: &mut Decisions) {
    for escaped in &rendered.escaped {
        let expression = &escaped.expression;
        let words = format!(
            "autoescaping changed the value of `{{{{ {expression} }}}}`: `& < > \" '` became entities such as `&amp;`; write \
             `{{{{ {expression}|safe }}}}`"
        );
        decisions.note(named(pointer), words);
    }
    for missing in &rendered.missing {
        decisions
            .note(named(pointer), format!("`{}` does not exist, so nothing stands in its place", missing.expression));
    }
}

/// The address as urllib3 and `requote_uri` of `requests` leave it: path, query and fragment each encoded by itself.
fn requoted(url: &str) -> String {
    let url = &whole_placeholders(url.trim_start());
    let after_scheme = url.find("://").map_or(0, |at| at + 3);
    let tail = url[after_scheme..].find(['/', '?', '#']).map_or(url.len(), |at| after_scheme + at);
    let (front, rest) = url.split_at(tail);
    let (rest, fragment) = rest.split_once('#').map_or((rest, None), |(rest, fragment)| (rest, Some(fragment)));
    let (path, query) = rest.split_once('?').map_or((rest, None), |(path, query)| (path, Some(query)));
    let path = if path.is_empty() && after_scheme > 0 { "/".to_owned() } else { encoded(path) };
    let query = query.map(|query| format!("?{}", encoded(query))).unwrap_or_default();
    let fragment = fragment.map(|fragment| format!("#{}", encoded(fragment))).unwrap_or_default();
    format!("{front}{path}{query}{fragment}")
}

/// `«code#1»` stands for a secret in a fixture and in what is told without being sent. Its `#` begins no fragment.
fn whole_placeholders(url: &str) -> String {
    let mut pieces = url.split('«');
    let mut whole = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        whole.push('«');
        match piece.split_once('»') {
            Some((name, rest)) if is_numbered(name) => {
                whole.push_str(&name.replace('#', "%23"));
                whole.push('»');
                whole.push_str(rest);
            }
            _ => whole.push_str(piece),
        }
    }
    whole
}

/// A text without what a fixture writes for its secrets.
fn without_placeholders(text: &str) -> String {
    let mut pieces = text.split('«');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once('»') {
            Some((name, rest)) if is_numbered(name) => plain.push_str(rest),
            _ => {
                plain.push('«');
                plain.push_str(piece);
            }
        }
    }
    plain
}

/// `code#1`.
fn is_numbered(name: &str) -> bool {
    name.split_once('#').is_some_and(|(name, number)| {
        !name.is_empty()
            && name.chars().all(char::is_alphanumeric)
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// One component: what it cannot hold is encoded, what is encoded needlessly is not. One `%` that begins no encoding
/// makes all of them literal.
fn encoded(component: &str) -> String {
    const KEPT: &[u8] = b"!$&'()*+,/:;=?@~_.-";
    let bytes = component.as_bytes();
    let hex = |at: usize| component.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    let all_valid = bytes.iter().enumerate().all(|(at, byte)| *byte != b'%' || hex(at).is_some());
    let mut quoted = String::with_capacity(component.len());
    let mut at = 0;
    while at < bytes.len() {
        let byte = bytes[at];
        at += 1;
        match (byte, hex(at - 1).filter(|_| all_valid)) {
            (b'%', Some(code)) => {
                at += 2;
                if code.is_ascii_alphanumeric() || b"-._~".contains(&code) {
                    quoted.push(char::from(code));
                } else {
                    quoted.push_str(&format!("%{code:02X}"));
                }
            }
            (byte, _) if byte.is_ascii_alphanumeric() || KEPT.contains(&byte) => quoted.push(char::from(byte)),
            (byte, _) => quoted.push_str(&format!("%{byte:02X}")),
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_a_placeholder_begins_no_fragment() {
        for (url, expected) in [
            ("https://a.test/t?code=«code#1»&x=«a»#«b#2»", "https://a.test/t?code=«code%231»&x=«a»#«b%232»"),
            // Nothing but what a fixture writes is one.
            ("https://a.test/?q=«code#x»", "https://a.test/?q=«code#x»"),
            ("https://a.test/?q=«#1»", "https://a.test/?q=«#1»"),
            ("https://a.test/?q=«code#1", "https://a.test/?q=«code#1"),
            ("https://a.test/#1", "https://a.test/#1"),
        ] {
            assert_eq!(whole_placeholders(url), expected);
        }
        for (credentials, plain) in
            [("me:«secret#1»", "me:"), ("«a#1»:«b#12»x", ":x"), ("«a»:é", "«a»:é"), ("me:«secret#1", "me:«secret#1")]
        {
            assert_eq!(without_placeholders(credentials), plain);
        }
        assert_eq!(requoted("https://a.test/t?code=«code#1»"), "https://a.test/t?code=%C2%ABcode%231%C2%BB");
    }
}
