//! Secrets that are written out in a text: any text, be it JSON, a piece of it, or broken.

use std::ops::Range;

use super::{SHORTEST, is_written_out, issued_keys, looks_generated};

/// Where secrets are written out, in order, without overlaps:
///
/// * a text behind a key that names one: `"client_secret": "…"`, with either kind of quotes;
/// * a parameter that names one: `?api_key=…`, `&client_secret=…`;
/// * what looks generated behind a scheme of authentication: `Bearer …`, `Basic …`, `Token …`;
/// * what looks generated in single quotes within an expression, and as a `default`;
/// * a private key in PEM;
/// * a key that shows by its beginning which service [issued it](issued_keys).
pub fn secret_literals(text: &str) -> Vec<Range<usize>> {
    if !may_hold_secrets(text) {
        return Vec::new();
    }
    let mut found: Vec<Range<usize>> = members(text)
        .chain(parameters(text))
        .chain(credentials(text))
        .chain(of_expressions(text))
        .chain(keys(text))
        .chain(issued_keys(text).map(|key| key.range))
        .collect();
    found.sort_by_key(|range| (range.start, range.end));
    found.dedup_by(|later, earlier| {
        let overlaps = later.start < earlier.end;
        if overlaps {
            earlier.end = earlier.end.max(later.end);
        }
        overlaps
    });
    found
}

/// Whether there can be any, decided in one pass: most sentences have none of what all secrets have. What looks generated,
/// or was issued, is a long word, and anything else stands behind a name.
fn may_hold_secrets(text: &str) -> bool {
    let mut word = 0;
    let is_sign = |(at, byte): (usize, u8)| {
        word = if byte.is_ascii_whitespace() { 0 } else { word + 1 };
        let is_member = || byte == b':' && text[at + 1..].trim_start().starts_with(is_quote);
        word >= SHORTEST || byte == b'=' || is_member()
    };
    text.bytes().enumerate().any(is_sign) || text.contains(BEGIN)
}

/// The values of `"name": "value"`.
fn members(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    text.match_indices(':').filter_map(|(colon, _)| {
        let behind = &text[colon + 1..];
        let start = colon + 1 + (behind.len() - behind.trim_start().len());
        let quote = text[start..].chars().next().filter(|quote| is_quote(*quote))?;
        let from = start + quote.len_utf8();
        let value = from..from + end_of_text(&text[from..], quote);
        let name = name_before(&text[..colon])?;
        let (scheme, credential) = without_scheme(&text[value.clone()]);
        let is_secret = is_written_out(name, credential) || (name == "default" && looks_generated(credential));
        is_secret.then_some(value.start + scheme..value.end)
    })
}

/// The values of `name=value` in a query or a form.
fn parameters(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    text.match_indices('=').filter_map(|(equals, _)| {
        let name = text[..equals].rsplit(|letter: char| !is_of_name(letter)).next()?;
        let end = |letter: char| letter.is_whitespace() || is_quote(letter) || "&#{}\\;,".contains(letter);
        let start = equals + 1;
        let value = start..start + text[start..].find(end).unwrap_or(text.len() - start);
        is_written_out(name, &text[value.clone()]).then_some(value)
    })
}

/// What looks generated behind the name of a scheme.
fn credentials(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    ["Bearer ", "Basic ", "Token ", "bearer ", "basic ", "token "].into_iter().flat_map(move |scheme| {
        text.match_indices(scheme).filter_map(move |(at, _)| {
            let start = at + scheme.len();
            let end = |letter: char| letter.is_whitespace() || is_quote(letter);
            let value = start..start + text[start..].find(end).unwrap_or(text.len() - start);
            looks_generated(&text[value.clone()]).then_some(value)
        })
    })
}

/// Operands and arguments in single quotes: `ifempty(parameters.key, '…')`.
fn of_expressions(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    text.match_indices('\'').filter_map(|(quote, _)| {
        let is_operand = text[..quote].trim_end().ends_with(['(', ',', ';', '+', '{']);
        let start = quote + 1;
        let value = start..start + end_of_text(&text[start..], '\'');
        (is_operand && looks_generated(&text[value.clone()])).then_some(value)
    })
}

/// How the first line of a private key ends.
const BEGIN: &str = "PRIVATE KEY-----";

/// Private keys in PEM, to their last line or the end of their text.
fn keys(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    text.match_indices(BEGIN).filter_map(|(at, _)| {
        let start = at + BEGIN.len();
        let rest = &text[start..];
        let end = rest.find("-----END").or_else(|| rest.find(is_quote)).unwrap_or(rest.len());
        (end > 0 && text[..at].rfind("-----").is_some_and(|dashes| text[dashes..at].starts_with("-----BEGIN")))
            .then_some(start..start + end)
    })
}

/// How much of a value is the name of a scheme, and the credential behind it.
pub(crate) fn without_scheme(value: &str) -> (usize, &str) {
    let schemes = ["bearer ", "basic ", "token "];
    let is_scheme = |scheme: &&str| value.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    let length = schemes.iter().find(|scheme| is_scheme(scheme)).map_or(0, |scheme| scheme.len());
    (length, &value[length..])
}

/// The key in front of a colon, in quotes or bare.
fn name_before(text: &str) -> Option<&str> {
    let text = text.trim_end();
    match text.strip_suffix(is_quote) {
        Some(open) => open.rsplit(is_quote).next(),
        None => text.rsplit(|letter: char| !is_of_name(letter)).next().filter(|name| !name.is_empty()),
    }
}

/// Where the text that began with `quote` ends; at the line's end where no quote closes it.
fn end_of_text(text: &str, quote: char) -> usize {
    let mut is_escaped = false;
    for (at, letter) in text.char_indices() {
        match letter {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '\n' => return at,
            _ if letter == quote || (quote == '“' && letter == '”') => return at,
            _ => {}
        }
    }
    text.len()
}

fn is_quote(letter: char) -> bool {
    matches!(letter, '"' | '\'' | '“' | '”')
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "_-.".contains(letter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        secret_literals(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn secrets_in_any_writing() {
        const KEY: &str = "k7Fq2pZx9LmN4vRt8WbY";
        for text in [
            format!(r#"{{ "x-api-key": "{KEY}" }}"#),
            format!(r#""apiKey" : '{KEY}'"#),
            format!("api_key: \"{KEY}\""),
            format!("\"password\":\n  \"{KEY}\""),
            format!(r#""authorization": "Bearer {KEY}""#),
            format!(r#""x": "Basic {KEY}""#),
            format!(r#""url": "https://a.test?x=1&access_token={KEY}#top""#),
            format!(r#""body": "client_id=a&client_secret={KEY}""#),
            format!(r#""token": "{KEY}, and never closed"#).replace(", and never closed", ""),
            format!("“client_secret”: “{KEY}”"),
            format!(r#""x": "{{{{ifempty(parameters.apiKey, '{KEY}')}}}}""#),
            format!(r#""default": "{KEY}""#),
            format!(r#""x": "-----BEGIN RSA PRIVATE KEY-----{KEY}-----END RSA PRIVATE KEY-----""#),
        ] {
            assert_eq!(found(&text), [KEY], "{text}");
        }
        assert_eq!(found(r#""client_secret": "hunter2", "scope": "a""#), ["hunter2"]);
        let issued = format!("glpat-{KEY}");
        assert_eq!(found(&format!(r#""x-acme": "a {issued} b""#)), [&*issued]);
    }

    #[test]
    fn short_secrets_are_found_in_short_texts() {
        for (text, secret) in [
            ("appsecret: 'x'", "x"),
            ("app-secret:“x”", "x"),
            ("app_secret=x", "x"),
            ("'Basic k7Fq2pZx9LmN4vRt'", "k7Fq2pZx9LmN4vRt"),
            ("-----BEGIN PRIVATE KEY----- a", " a"),
        ] {
            assert_eq!(found(text), [secret], "{text}");
        }
    }

    #[test]
    fn what_is_no_secret_stays_readable() {
        for text in [
            r#""client_secret": "{{common.clientSecret}}""#,
            r#""accessToken": "body.access_token""#,
            r#""type": "password", "label": "Client secret""#,
            r#""grant_type": "refresh_token""#,
            r#""client_secret": """#,
            r#""token": { "url": "https://api.acme.test/oauth2/token" }"#,
            "Bearer {{connection.accessToken}}",
            "a=b&client_secret={{common.secret}}",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }
}
