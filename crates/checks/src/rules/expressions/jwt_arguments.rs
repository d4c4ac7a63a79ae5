//! `jwt-arguments`: a token signed in a way there is not, or with the arguments of `jwt` in another order.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Fix, Severity};
use connspec_iml::ast::Expr;
use connspec_spec::Field;
use smol_str::SmolStr;

use super::kinds::each_node;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::{is_as, is_client_secret, is_secret_name, normal};
use crate::site::{Holding, Site};
use crate::symbolic::{call, steps, text};

pub static RULE: Rule = Rule {
    code: "CS0841",
    name: "jwt-arguments",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Call, check),
};

const DOCUMENTATION: &str = r#"
A call of `jwt` with an algorithm that does not exist (`'RSA256'`, `'rs256'`), with key and claims exchanged, with a
private key and no algorithm, or with an algorithm that takes a key of the other sort: HS256 and a private key, RS256 and
a client's secret or a password. A warning, where only the name of a key says that it is private: a few services call
their shared secret so.

## Why
The expression fails, or the token is signed as HS256, whose key is a shared secret: a service that holds the public key
refuses it. RS256 and ES256 sign with a private key in PEM and fail with anything else. Names of algorithms are compared
letter by letter.

## Example
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "temp": { "claims": { "iss": "{{parameters.id}}", "exp": "{{timestamp + 300}}" } },
  "headers": { "authorization": "Bearer {{jwt(temp.claims, parameters.privateKey, 'RSA256')}}" }
}
```

## Instead
```jsonc connection
{
  "url": "https://api.acme.test/me",
  "temp": { "claims": { "iss": "{{parameters.id}}", "exp": "{{timestamp + 300}}" } },
  "headers": { "authorization": "Bearer {{jwt(temp.claims, parameters.privateKey, 'RS256')}}" }
}
```

## Fix
The algorithm that is meant, or the right order, is suggested.

## Source
RFC 7518 §3.1, §3.2, §3.3; RFC 7515 §4.1.1; iml-functions.json (`jwt`).
"#;

const ALGORITHMS: &[&str] =
    &["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

fn check(site: &Site<'_>, findings: &mut Findings) {
    if !site.template.calls_any(&["jwt"]) {
        return;
    }
    each_node(site.template, &mut |expr| {
        let Some(("jwt", [claims, key, more @ ..])) = call(site.template, expr) else { return };
        if is_key(site, claims) && is_claims(site, key) {
            exchanged(site, claims, key, findings);
        }
        match more.first() {
            Some(algorithm) => {
                unknown(site, algorithm, findings);
                of_another_sort(site, key, algorithm, findings);
            }
            None if is_private(site, key) => lost(site, key, findings),
            None => {}
        }
    });
}

fn exchanged(site: &Site<'_>, claims: &Expr, key: &Expr, findings: &mut Findings) {
    let source = site.template.source();
    let (first, second) = (&source[claims.span.range()], &source[key.span.range()]);
    findings.push(
        RULE.finding(format!("`jwt` takes the claims first: `{first}` looks like the key"))
            .at(site.place(claims.span))
            .why("the key would be sent as the token's content, for everybody to read")
            .help("the call is jwt(payload, secret, [algorithm], [options])")
            .fix(
                Fix::suggestion("exchange the two")
                    .replace(site.place(claims.span), second)
                    .replace(site.place(key.span), first),
            )
            .in_block(&site.block),
    );
}

fn unknown(site: &Site<'_>, algorithm: &Expr, findings: &mut Findings) {
    let Some(written) = text(site.template, algorithm) else { return };
    if ALGORITHMS.contains(&written) || matches!(written, "none" | "") {
        return;
    }
    let place = site.place(algorithm.span);
    let finding = RULE
        .finding(format!("there is no algorithm `{written}`"))
        .at(place)
        .why("names of algorithms are compared letter by letter: the expression fails")
        .in_block(&site.block);
    findings.push(match meant(written) {
        Some(meant) => finding
            .help(format!("did you mean '{meant}'?"))
            .fix(Fix::suggestion(format!("write '{meant}'")).replace(place, format!("'{meant}'"))),
        None => finding.help("write 'HS256' for a shared secret, 'RS256' for an RSA key, 'ES256' for one of a curve"),
    });
}

/// An algorithm and a key that do not go together.
fn of_another_sort(site: &Site<'_>, key: &Expr, algorithm: &Expr, findings: &mut Findings) {
    let Some(written) = text(site.template, algorithm).filter(|written| ALGORITHMS.contains(written)) else { return };
    let is_shared = written.starts_with("HS");
    let (what, why) = if is_shared && is_private(site, key) {
        ("a private key", "it signs with a shared secret: a service that holds the public key refuses the token")
    } else if !is_shared && is_shared_secret(site, key) {
        ("a shared secret", "it signs with a private key in PEM, and fails with anything else")
    } else {
        return;
    };
    let meant = format!("{}{}", if is_shared { "RS" } else { "HS" }, &written[2..]);
    let place = site.place(algorithm.span);
    let mut finding = RULE
        .finding(format!("`{written}` and {what}"))
        .at(place)
        .why(why)
        .help(format!("write '{meant}', if that is what the service wants, or take the other key"))
        .fix(Fix::suggestion(format!("write '{meant}'")).replace(place, format!("'{meant}'")))
        .in_block(&site.block);
    if is_shared && !is_pem(site, key) {
        finding.severity = Severity::Warning;
    }
    findings.push(finding);
}

fn lost(site: &Site<'_>, key: &Expr, findings: &mut Findings) {
    findings.push(
        RULE.finding("a private key and no algorithm: the token is signed as HS256")
            .at(site.place(key.span))
            .why("HS256 takes a shared secret, not a key in PEM: signing fails, or nobody accepts the token")
            .help("name the algorithm behind the key, such as 'RS256'")
            .in_block(&site.block),
    );
}

/// The algorithm that is meant by `rs256`, `RSA256`, `HMAC-SHA256`.
fn meant(written: &str) -> Option<&'static str> {
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let family = normal(written).trim_end_matches(|letter: char| letter.is_ascii_digit()).to_owned();
    let family = match family.as_str() {
        "hs" | "hmac" | "hmacsha" | "sha" => "HS",
        "rs" | "rsa" | "rsasha" => "RS",
        "ps" | "rsapss" => "PS",
        "es" | "ecdsa" | "ec" => "ES",
        _ => return nearest(written, ALGORITHMS.iter().copied()),
    };
    ALGORITHMS.iter().copied().find(|known| *known == format!("{family}{digits}"))
}

/// Whether an argument is a key by its name: `parameters.key`, `common.clientSecret`.
fn is_key(site: &Site<'_>, expr: &Expr) -> bool {
    let is_of_user = |root: &str| matches!(root, "parameters" | "common" | "connection" | "data");
    steps(site.template, expr).is_some_and(|steps| match steps {
        [root, .., name] => is_of_user(root) && (is_secret_name(name) || normal(name).ends_with("key")),
        _ => false,
    })
}

/// Whether an argument holds claims by where it is read from.
fn is_claims(site: &Site<'_>, expr: &Expr) -> bool {
    steps(site.template, expr).is_some_and(|steps| match steps {
        [root, .., name] => {
            let name = normal(name);
            (root == "temp" && !is_secret_name(&name) && !name.ends_with("key"))
                || ["claims", "payload"].iter().any(|word| name.ends_with(word))
        }
        _ => false,
    })
}

/// Whether a key is private by its name, or written out in PEM.
fn is_private(site: &Site<'_>, expr: &Expr) -> bool {
    let is_named = |name: &SmolStr| normal(name).contains("privatekey");
    steps(site.template, expr).and_then(<[SmolStr]>::last).is_some_and(is_named) || is_named_pem(site, expr)
}

/// Whether a key is one in PEM: written out, by its name, or because a form asks for it so. Of others that are called
/// private some services make a shared secret.
fn is_pem(site: &Site<'_>, expr: &Expr) -> bool {
    is_named_pem(site, expr) || is_asked_for(site, expr, &["pem", "rsa", "begin"])
}

fn is_named_pem(site: &Site<'_>, expr: &Expr) -> bool {
    let is_written = text(site.template, expr).is_some_and(|text| text.contains("PRIVATE KEY-----"));
    let is_named = steps(site.template, expr).and_then(<[SmolStr]>::last).is_some_and(|name| {
        let name = normal(name);
        name.contains("rsakey") || name.ends_with("pem")
    });
    is_written || is_named
}

/// Whether a form asks for a private key under the name, with one of these words or by the sort of its field, or the
/// common data hold one.
fn is_asked_for(site: &Site<'_>, expr: &Expr, words: &[&str]) -> bool {
    let Some([root, name]) = steps(site.template, expr) else { return false };
    let asks = |field: &Field| {
        let mut said = [Some(&field.label), field.help.as_ref()].into_iter().flatten().map(|text| normal(text));
        field.multiline
            || !matches!(field.kind.as_str(), "text" | "password")
            || said.any(|text| words.iter().any(|word| text.contains(word)))
    };
    site.app.connections.iter().any(|definition| match root.as_str() {
        "common" => {
            let held = definition.common.get(name.as_str()).and_then(|value| value.as_str());
            definition.install_spec.field(name).is_some_and(asks) || held.is_some_and(|key| key.contains("PRIVATE KEY"))
        }
        _ => definition.parameters.field(name).is_some_and(asks),
    })
}

/// Whether a key is a text that both sides know: by its name, unless a field of that name asks for a private key.
fn is_shared_secret(site: &Site<'_>, expr: &Expr) -> bool {
    const OTHERS: &[&str] = &["sharedsecret", "sharedkey", "password", "apikey"];
    let Some([root, name]) = steps(site.template, expr) else { return false };
    let is_stored = matches!(root.as_str(), "parameters" | "connection" | "data" | "common");
    let is_named = is_client_secret(name) || OTHERS.iter().any(|other| is_as(name, other));
    is_stored && is_named && !is_asked_for(site, expr, &["private", "pem", "rsa", "begin"])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn algorithms_are_told_from_other_names_of_theirs() {
        for (written, algorithm) in [
            ("RSA256", Some("RS256")),
            ("rs256", Some("RS256")),
            ("HMAC-SHA256", Some("HS256")),
            ("SHA512", Some("HS512")),
            ("RSA-SHA256", Some("RS256")),
            ("ES-384", Some("ES384")),
            ("EdDSA", None),
        ] {
            assert_eq!(meant(written), algorithm, "{written}");
        }
    }
}
