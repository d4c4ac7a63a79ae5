//! `digest-arguments`: a digest in an encoding there is not, or with key and encoding exchanged.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Diagnostic, Fix, Severity};
use connspec_iml::ast::Expr;

use super::kinds::each_node;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::{is_secret_name, normal};
use crate::site::{Holding, Site};
use crate::symbolic::{call, steps, text};

pub static RULE: Rule = Rule {
    code: "CS0844",
    name: "digest-arguments",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Call, check),
};

const DOCUMENTATION: &str = r#"
A call of `sha1`, `sha256` or `sha512` with an encoding that does not exist (`'hexx'`), with the key where the encoding
belongs, or with an encoding where the key belongs; and a slip in the encoding of `toBinary` or `toString`.

## Why
The second argument is how the result is written: `hex`, `base64` or `latin1`. The third is the key of an HMAC, the
fourth how the key is written: `text`, `hex`, `base64` or `binary`. Without its key the signature is a plain digest, or
the expression fails: the service refuses it.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "x-signature": "{{sha256(parameters.user; 'hexx'; parameters.secret)}}" }
}
```
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "x-signature": "{{sha256(parameters.user; parameters.secret; 'hex')}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "headers": { "x-signature": "{{sha256(parameters.user; 'hex'; parameters.secret)}}" }
}
```

## Fix
The encoding that is meant, or the right order, is suggested.

## Source
iml-functions.json (`sha1`, `sha256`, `sha512`, `toBinary`, `toString`); RFC 2104.
"#;

const OF_RESULTS: &[&str] = &["hex", "base64", "latin1"];
const OF_KEYS: &[&str] = &["text", "hex", "base64", "binary"];
/// Not documented, and known to the platform beneath: they may work.
const PERHAPS: &[&str] =
    &["base64url", "binary", "utf8", "utf-8", "ascii", "utf16le", "utf-16le", "ucs2", "ucs-2", "buffer"];

/// How bytes are written or read as text.
const OF_BYTES: &[&str] = &["utf8", "hex", "base64", "ascii", "latin1", "binary"];

fn check(site: &Site<'_>, findings: &mut Findings) {
    if !site.template.calls_any(&["sha1", "sha256", "sha512", "toBinary", "toString"]) {
        return;
    }
    each_node(site.template, &mut |expr| {
        let (encoding, more) = match call(site.template, expr) {
            Some(("sha1" | "sha256" | "sha512", [_, encoding, more @ ..])) => (encoding, more),
            Some((name @ ("toBinary" | "toString"), [_, encoding])) => {
                of_bytes(site, name, encoding, findings);
                return;
            }
            _ => return,
        };
        if is_key(site, encoding) {
            findings.push(key_as_encoding(site, encoding, more.first()));
            return;
        }
        if let Some(key) = more.first()
            && names(site, key, OF_RESULTS)
            && text(site.template, encoding).is_some_and(|text| !text.is_empty() && !is_known(text, OF_RESULTS))
        {
            findings.push(exchanged(site, encoding, key, "the encoding"));
            return;
        }
        unknown(site, encoding, OF_RESULTS, "of a digest", findings);
        match more {
            [key] if names(site, key, OF_RESULTS) => findings.push(encoding_as_key(site, key, None)),
            [key, of_key, ..] if names(site, key, OF_KEYS) && is_key(site, of_key) => {
                findings.push(encoding_as_key(site, key, Some(of_key)));
            }
            [key, of_key, ..] => {
                unknown(site, of_key, OF_KEYS, "of a key", findings);
                if names(site, of_key, &["binary"]) && text(site.template, key).is_some_and(|key| !key.is_empty()) {
                    findings.push(
                        told(site, of_key, "the key is a text, and `binary` takes a buffer".to_owned())
                            .help("leave the encoding of the key out, or give the key by `toBinary`"),
                    );
                }
            }
            _ => {}
        }
    });
}

/// A slip in the encoding of bytes.
fn of_bytes(site: &Site<'_>, function: &str, encoding: &Expr, findings: &mut Findings) {
    let Some(written) = text(site.template, encoding).filter(|text| !is_known(text, OF_BYTES)) else { return };
    let Some(near) = nearest(written, OF_BYTES.iter().copied()) else { return };
    findings.push(
        told(site, encoding, format!("`{written}` is no encoding of bytes"))
            .why(format!("`{function}` fails, or reads other bytes than are meant"))
            .help(format!("did you mean '{near}'?"))
            .fix(Fix::suggestion(format!("write '{near}'")).replace(site.place(encoding.span), format!("'{near}'"))),
    );
}

fn told(site: &Site<'_>, at: &Expr, message: String) -> Diagnostic {
    RULE.finding(message)
        .at(site.place(at.span))
        .why("the expression fails, or the digest is another one than the service expects")
        .help("the call is sha256(text, [encoding], [key], [keyEncoding])")
        .in_block(&site.block)
}

fn unknown(site: &Site<'_>, encoding: &Expr, known: &[&'static str], what: &str, findings: &mut Findings) {
    let Some(written) = text(site.template, encoding) else { return };
    if written.is_empty() || is_known(written, known) {
        return;
    }
    let finding = told(site, encoding, format!("`{written}` is no encoding {what}"));
    let place = site.place(encoding.span);
    findings.push(match nearest(written, known.iter().copied()) {
        Some(near) => finding
            .help(format!("did you mean '{near}'?"))
            .fix(Fix::suggestion(format!("write '{near}'")).replace(place, format!("'{near}'"))),
        None => finding.help(format!("there are {}", known.join(", "))),
    });
}

/// `sha256(text; parameters.secret)`, perhaps with the encoding behind it.
fn key_as_encoding(site: &Site<'_>, key: &Expr, behind: Option<&Expr>) -> Diagnostic {
    let written = &site.template.source()[key.span.range()];
    match behind {
        Some(behind) if names(site, behind, OF_RESULTS) => exchanged(site, key, behind, "the encoding"),
        Some(_) => told(site, key, format!("`{written}` stands where the encoding belongs")),
        None => {
            let right = format!("'hex'; {written}");
            told(site, key, format!("`{written}` stands where the encoding belongs: the digest is made without a key"))
                .help(format!("write the encoding in front of it: `{right}`"))
                .fix(Fix::suggestion("put 'hex' in front of it").replace(site.place(key.span), right))
        }
    }
}

fn encoding_as_key(site: &Site<'_>, encoding: &Expr, key: Option<&Expr>) -> Diagnostic {
    match key {
        Some(key) => exchanged(site, encoding, key, "the key"),
        None => {
            let written = &site.template.source()[encoding.span.range()];
            told(site, encoding, format!("{written} stands where the key belongs"))
        }
    }
}

/// `first` stands where `what` belongs, which is `second`.
fn exchanged(site: &Site<'_>, first: &Expr, second: &Expr, what: &str) -> Diagnostic {
    let written = |expr: &Expr| &site.template.source()[expr.span.range()];
    let message = format!("`{}` stands where {what} belongs", written(first).trim_matches(['\'', '"']));
    told(site, first, message).fix(
        Fix::suggestion("exchange the two")
            .replace(site.place(first.span), written(second))
            .replace(site.place(second.span), written(first)),
    )
}

/// Whether an encoding is one of those, or one that may work all the same.
fn is_known(written: &str, known: &[&str]) -> bool {
    known.iter().chain(PERHAPS).any(|known| known.eq_ignore_ascii_case(written))
}

/// Whether an argument is literally one of these names.
fn names(site: &Site<'_>, expr: &Expr, names: &[&str]) -> bool {
    text(site.template, expr).is_some_and(|text| names.contains(&text))
}

/// Whether an argument is a key by its name: `parameters.secret`, `common.signingKey`.
fn is_key(site: &Site<'_>, expr: &Expr) -> bool {
    steps(site.template, expr).is_some_and(|steps| match steps {
        [root, .., name] => {
            matches!(root.as_str(), "parameters" | "common" | "connection" | "data" | "temp")
                && (is_secret_name(name) || normal(name).ends_with("key"))
        }
        _ => false,
    })
}
