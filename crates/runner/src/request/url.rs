//! `url` and `encodeUrl`: from the evaluated text to the address that is requested (communication.md §5 url,
//! encodeUrl).

use connspec_exchange::encode::percent;
use connspec_spec::compat::EncodeUrlMode;

use crate::context::Context;
use crate::decision::Decisions;
use crate::error::{ErrorType, RunError};
use crate::turn::Turn;
use crate::words;

/// An absolute address in its parts, normalised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// Scheme, `://` and authority.
    origin: String,
    path: String,
    /// The address's own query, without `?`.
    pub(super) query: Option<String>,
    fragment: Option<String>,
}

/// How an address is normalised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Rules {
    encode: bool,
    mode: EncodeUrlMode,
}

/// The evaluated `url`, normalised; none when there is nothing to request.
pub(super) fn evaluate(
    turn: &Turn<'_>,
    context: &Context,
    decisions: &mut Decisions,
) -> Result<Option<Address>, RunError> {
    let Some(url) = &turn.request.url else {
        decisions.note("url", "there is none, so nothing was sent");
        return Ok(None);
    };
    let text = turn.text(url, context)?.to_text();
    let text = text.trim();
    if text.is_empty() {
        decisions.note("url", "it evaluated to nothing, so nothing was sent");
        return Ok(None);
    }
    let (rules, own_mode) = rules(turn, context, decisions)?;
    words::note_holes("url", url, &context.scope(), decisions);
    match Address::parse(text, rules) {
        Ok(address) => {
            let other = Rules { mode: rules.other_mode(), ..rules };
            if Address::parse(text, other).as_ref() != Ok(&address) {
                let text = format!("normalised the {} way", rules.mode.name());
                match own_mode {
                    true => decisions.note("encodeUrlMode", text),
                    false => decisions.switched(EncodeUrlMode::SWITCH.key, "url", text),
                }
            }
            Ok(Some(address))
        }
        Err(message) => Err(turn.refuse(ErrorType::RuntimeError, message, &url.pointer)),
    }
}

/// The rules, and whether the request itself names its mode.
fn rules(turn: &Turn<'_>, context: &Context, decisions: &mut Decisions) -> Result<(Rules, bool), RunError> {
    let encode = turn.request.encode_url.as_ref().is_none_or(|flag| flag.value);
    let mut own_mode = None;
    if let Some(directive) = &turn.request.encode_url_mode {
        own_mode = EncodeUrlMode::parse(&turn.text(directive, context)?.to_text());
        if own_mode.is_none() {
            decisions.note("encodeUrlMode", "ignored: it is neither `legacy` nor `uniform`");
        }
    }
    let mode = own_mode.unwrap_or(turn.environment.compat.encode_url_mode);
    Ok((Rules { encode, mode }, own_mode.is_some()))
}

impl Rules {
    fn other_mode(self) -> EncodeUrlMode {
        match self.mode {
            EncodeUrlMode::Legacy => EncodeUrlMode::Uniform,
            EncodeUrlMode::Uniform => EncodeUrlMode::Legacy,
        }
    }
}

impl Address {
    /// Reads and normalises an evaluated `url`.
    fn parse(text: &str, rules: Rules) -> Result<Self, String> {
        let (scheme, rest) = split_scheme(text)?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        let authority = normal_authority(scheme, authority, rules)?;
        let (rest, fragment) = match rest.split_once('#') {
            Some((rest, fragment)) => (rest, Some(escape_illegal(fragment))),
            None => (rest, None),
        };
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (rest, None),
        };
        Ok(Self {
            origin: format!("{scheme}://{authority}"),
            path: normal_path(path, rules),
            query: query.map(|query| normal_query(query, rules)).filter(|query| !query.is_empty()),
            fragment,
        })
    }

    /// The address without its query, as text: what a decision may show.
    pub(super) fn text_with(&self, query: Option<&str>) -> String {
        let mut text = format!("{}{}", self.origin, self.path);
        if let Some(query) = query.filter(|query| !query.is_empty()) {
            text.push('?');
            text.push_str(query);
        }
        if let Some(fragment) = &self.fragment {
            text.push('#');
            text.push_str(fragment);
        }
        text
    }
}

/// The scheme in lower case and what follows `://`.
fn split_scheme(text: &str) -> Result<(&'static str, &str), String> {
    for scheme in ["https", "http"] {
        let after = text.get(..scheme.len()).filter(|start| start.eq_ignore_ascii_case(scheme));
        if let Some(rest) = after.and_then(|_| text[scheme.len()..].strip_prefix("://")) {
            return Ok((scheme, rest));
        }
    }
    // An outline's stand-in for what an answer brings: `«baseUrl#1»`.
    if let Some((stand_in, _)) = text.strip_prefix('«').and_then(|rest| rest.split_once('»')) {
        return Err(format!("the address begins with «{stand_in}», which only an answer brings"));
    }
    let path = text.split(['?', '#']).next().unwrap_or_default();
    let why = if path.starts_with('/') { "a connection does not inherit the base's `baseUrl`, so " } else { "" };
    Err(format!("`{path}` is not a full address: {why}its `url` must start with `https://`"))
}

/// Without the dot at the host's end; in legacy mode without the scheme's default port.
fn normal_authority(scheme: &str, authority: &str, rules: Rules) -> Result<String, String> {
    let (user, host_and_port) = match authority.rsplit_once('@') {
        Some((user, rest)) => (format!("{user}@"), rest),
        None => (String::new(), authority),
    };
    let after_bracket = host_and_port.rfind(']').map_or(0, |at| at + 1);
    let (host, port) = match host_and_port[after_bracket..].rfind(':') {
        Some(at) => (&host_and_port[..after_bracket + at], Some(&host_and_port[after_bracket + at + 1..])),
        None => (host_and_port, None),
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    if authority.contains(|character: char| character.is_whitespace() || character.is_control()) {
        return Err("the `url` cannot be requested: its host holds a blank".to_owned());
    }
    if host.is_empty() || host.starts_with('.') {
        return Err("the `url` names no host: an expression in it evaluated to nothing".to_owned());
    }
    let default_port = if scheme == "https" { "443" } else { "80" };
    let port = match port {
        None | Some("") => String::new(),
        Some(port) if port == default_port && rules.mode == EncodeUrlMode::Legacy => String::new(),
        Some(port) => format!(":{port}"),
    };
    let authority = format!("{user}{host}{port}");
    match url::Url::parse(&format!("{scheme}://{authority}")) {
        Ok(_) => Ok(authority),
        Err(error) => Err(format!("the `url` cannot be requested: {error}")),
    }
}

/// Repeated slashes collapsed, a path of nothing but `/` left out, encoded like JavaScript's `encodeURI` unless
/// `encodeUrl` is false.
fn normal_path(path: &str, rules: Rules) -> String {
    let mut collapsed = String::with_capacity(path.len());
    for character in path.chars() {
        if character != '/' || !collapsed.ends_with('/') {
            collapsed.push(character);
        }
    }
    if collapsed == "/" {
        return String::new();
    }
    if rules.encode { percent::uri(&collapsed) } else { collapsed }
}

/// In legacy mode a further `?` becomes `&`, and under `encodeUrl: false` the query is decoded.
fn normal_query(query: &str, rules: Rules) -> String {
    match rules.mode {
        EncodeUrlMode::Uniform => escape_illegal(query),
        EncodeUrlMode::Legacy => {
            let query = query.replace('?', "&");
            let query = query.trim_matches('&');
            if rules.encode { escape_illegal(query) } else { decode_query(query) }
        }
    }
}

/// Escapes what cannot stand in a query at all (WHATWG URL, special-query percent-encode set); the rest, escapes
/// included, stays as written.
fn escape_illegal(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_graphic() && !matches!(character, '"' | '<' | '>' | '\'') {
            escaped.push(character);
        } else {
            escaped.push_str(&percent::component(character.encode_utf8(&mut [0; 4])));
        }
    }
    escaped
}

/// Decodes all escapes but those of ` `, `#`, `&`, `?` and `:`; a control character, which no address can hold,
/// is escaped again.
fn decode_query(query: &str) -> String {
    const KEPT: [&str; 5] = ["%20", "%23", "%26", "%3F", "%3A"];
    let mut decoded = String::with_capacity(query.len());
    let mut from = 0;
    for (at, _) in query.match_indices('%') {
        let kept =
            query.get(at..at + 3).is_some_and(|escape| KEPT.iter().any(|kept| kept.eq_ignore_ascii_case(escape)));
        if kept {
            decoded.push_str(&percent::decode(&query[from..at]));
            decoded.push_str(&query[at..at + 3]);
            from = at + 3;
        }
    }
    decoded.push_str(&percent::decode(&query[from..]));
    let legal = |character: char| match character.is_control() {
        true => percent::component(character.encode_utf8(&mut [0; 4])),
        false => character.to_string(),
    };
    decoded.chars().map(legal).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(text: &str, encode: bool, mode: EncodeUrlMode) -> String {
        match Address::parse(text, Rules { encode, mode }) {
            Ok(address) => address.text_with(address.query.as_deref()),
            Err(message) => message,
        }
    }

    #[test]
    fn normalisation_follows_the_reference() {
        // communication.md §5 url and encodeUrl, one line for each statement.
        let legacy = EncodeUrlMode::Legacy;
        let table = [
            ("https://a.example//users///7", true, legacy, "https://a.example/users/7"),
            ("https://a.example/", true, legacy, "https://a.example"),
            ("https://a.example/users/", true, legacy, "https://a.example/users/"),
            ("https://a.example:443/x", true, legacy, "https://a.example/x"),
            ("http://a.example:80/x", true, legacy, "http://a.example/x"),
            ("http://a.example:8080/x", true, legacy, "http://a.example:8080/x"),
            ("https://a.example:443/x", true, EncodeUrlMode::Uniform, "https://a.example:443/x"),
            ("https://a.example./x", true, legacy, "https://a.example/x"),
            ("https://a.example/x?", true, legacy, "https://a.example/x"),
            ("https://a.example/x?a=1?b=2", true, legacy, "https://a.example/x?a=1&b=2"),
            ("https://a.example/x?a=1?b=2", true, EncodeUrlMode::Uniform, "https://a.example/x?a=1?b=2"),
            ("https://a.example/a b", true, legacy, "https://a.example/a%20b"),
            ("https://a.example/a%2Fb", true, legacy, "https://a.example/a%252Fb"),
            ("https://a.example/a%2Fb", false, legacy, "https://a.example/a%2Fb"),
            ("https://a.example/x?q=%7B%20%23%26%3F%3a%7D", false, legacy, "https://a.example/x?q={%20%23%26%3F%3a}"),
            ("https://a.example/x?q=%7B%0A", false, legacy, "https://a.example/x?q={%0A"),
            ("https://a.example/x?q=%7B%7D", false, EncodeUrlMode::Uniform, "https://a.example/x?q=%7B%7D"),
            ("HTTPS://a.example/x#top", true, legacy, "https://a.example/x#top"),
            ("http://[::1]:3000//x", true, legacy, "http://[::1]:3000/x"),
            ("https://me:pw@a.example:443/x", true, legacy, "https://me:pw@a.example/x"),
        ];
        for (text, encode, mode, expected) in table {
            assert_eq!(normal(text, encode, mode), expected, "{text} {encode} {mode:?}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_in_words() {
        for (text, words) in [
            ("/me?token=abcd", "`/me` is not a full address"),
            ("example.com/me", "must start with `https://`"),
            ("ftp://a.example", "is not a full address"),
            ("«baseUrl#1»/me?x=1", "begins with «baseUrl#1», which only an answer brings"),
            ("https:///me", "names no host"),
            ("https://.example.com/me", "names no host"),
            ("https://a b/me", "cannot be requested"),
            ("https://a.example #x", "cannot be requested"),
            ("https://a.example:x/me", "cannot be requested"),
        ] {
            let message = normal(text, true, EncodeUrlMode::Legacy);
            assert!(message.contains(words), "{text}: {message}");
            assert!(!message.contains("abcd"), "{message}");
        }
    }
}
