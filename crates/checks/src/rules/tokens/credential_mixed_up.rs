//! `credential-mixed-up`: one credential where the name says another.

use connspec_diagnostics::{Diagnostic, Fix, Severity};
use connspec_iml::ast::{Expr, ExprKind, Piece};
use connspec_spec::Kind;

use super::header::{is_authorization, summands};
use super::signed_with::signed_with;
use crate::rule::{Check, Findings, Rule};
use crate::secrets::{is_as, is_secret_name, normal};
use crate::site::{Holding, Phase, Read, Site};
use crate::subject::{Connection, Whole};
use crate::symbolic::{STORE_ROOTS, bare, call, ends_as, names_an_expiry, text, whole};

pub static RULE: Rule = Rule {
    code: "CS0528",
    name: "credential-mixed-up",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A parameter, a header or a stored key whose name says which credential it is gets another one: `refresh_token` the access
token, `client_secret` the client's id, `accessToken` the refresh token of the answer, `password` the user name. Also a
Basic header with the password in front of the user name, one of them twice, or something else than a colon between
them, and `query.state` as the code; in OAuth 1 `token_secret` or `verifier` the token, `consumer_secret` the key; and one
with a blank beside it within the quotes. It is a warning where the id token is stored as the access token: some services
take it. Of `ifempty` each choice is looked at. The bearer of base and modules is looked at too. As a warning
also `info` of OAuth 2 with a Basic header: of the access token that is stored under another name, or of the client's id
and secret where no request of it sends the token.

## Why
Each credential is good for one thing, and as it was issued, without a blank. The provider refuses the other with
`invalid_grant`, `invalid_client` or 401.

## Example
```jsonc connection
{
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "refresh_token", "refresh_token": "{{data.accessToken}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Instead
```jsonc connection
{
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "refresh_token", "refresh_token": "{{data.refreshToken}}" }
  },
  "token": { "url": "https://api.acme.test/oauth/token" }
}
```

## Source
RFC 5849 §2.3, §3.4.2; RFC 6749 §4, §6; RFC 6750 §2.1; RFC 7617 §2.
"#;

/// What a name says about the credential behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Credential {
    AccessToken,
    RefreshToken,
    ClientId,
    ClientSecret,
    Code,
    CodeVerifier,
    User,
    Password,
}

impl Credential {
    fn named(name: &str) -> Option<Self> {
        const NAMES: &[(&str, Credential)] = &[
            ("accesstoken", Credential::AccessToken),
            ("refreshtoken", Credential::RefreshToken),
            ("clientid", Credential::ClientId),
            ("consumerkey", Credential::ClientId),
            ("clientsecret", Credential::ClientSecret),
            ("consumersecret", Credential::ClientSecret),
            ("code", Credential::Code),
            ("authcode", Credential::Code),
            ("authorizationcode", Credential::Code),
            ("codeverifier", Credential::CodeVerifier),
            ("username", Credential::User),
            ("user", Credential::User),
            ("login", Credential::User),
            ("password", Credential::Password),
        ];
        // The last letter decides against nearly all of them.
        let last = name.bytes().rfind(u8::is_ascii_alphanumeric)?.to_ascii_lowercase();
        let mut alike = NAMES.iter().filter(|(known, _)| known.as_bytes().last() == Some(&last));
        alike.find(|(known, _)| is_as(name, known)).map(|(_, credential)| *credential)
    }

    fn words(self) -> &'static str {
        match self {
            Self::AccessToken => "the access token",
            Self::RefreshToken => "the refresh token",
            Self::ClientId => "the client's id",
            Self::ClientSecret => "the client's secret",
            Self::Code => "the code",
            Self::CodeVerifier => "the code verifier",
            Self::User => "the user name",
            Self::Password => "the password",
        }
    }
}

/// What a Basic header is made of.
const PAIR: &str = "write base64(user + ':' + password)";

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    whole.connections.iter().for_each(|connection| of_connection(connection, findings));
    let elsewhere = whole.others.iter().flat_map(|other| &other.sites).filter(|site| site.holds(Holding::Expression));
    for site in elsewhere.filter(|site| matches!(site.path(), ["headers", _])) {
        mixed(site, findings);
        turned(site, findings);
    }
}

fn of_connection(connection: &Connection<'_>, findings: &mut Findings) {
    let is_oauth1 = connection.definition.kind == Kind::OAuth1;
    if !is_oauth1 {
        basic_in_info(connection, findings);
    }
    for site in connection.sites.iter().filter(|site| site.holds(Holding::Expression)) {
        mixed(site, findings);
        turned(site, findings);
        padded(site, findings);
        if let Some(value) = whole(site.template).filter(|_| is_oauth1) {
            each_choice(site, value, &mut |read| {
                if let Some((given, wanted)) = signed_with(connection, site, read) {
                    findings.push(told(site, read, given, wanted));
                }
            });
        }
    }
}

fn told(site: &Site<'_>, read: &Read<'_>, given: &str, wanted: &str) -> Diagnostic {
    RULE.finding(format!("`{}` is {given}, and {wanted} belongs here", read.segments.join(".")))
        .at(read.place)
        .why("each credential is good for one thing: the provider refuses the other")
        .help(format!("name {wanted} here"))
        .in_block(&site.block)
}

fn mixed(site: &Site<'_>, findings: &mut Findings) {
    if !matches!(site.path(), ["qs" | "body", ..] | ["headers", _] | ["response", "data" | "temp", _]) {
        return;
    }
    let value = if site.path().first() == Some(&"headers") {
        site.template.expressions().next().map(|expression| &expression.expr)
    } else {
        whole(site.template)
    };
    let Some(value) = value.filter(|value| matches!(bare(value).kind, ExprKind::Path(_) | ExprKind::Call(_))) else {
        return;
    };
    let wanted = match site.path() {
        ["qs" | "body", .., name] | ["response", "data" | "temp", name] => Credential::named(name),
        ["headers", name] if is_bearer(site, name) => Some(Credential::AccessToken),
        _ => None,
    };
    let Some(wanted) = wanted else { return };
    each_choice(site, value, &mut |read| mixed_choice(site, wanted, read, findings));
}

/// The variables that a value may be: itself, or what `ifempty` chooses among.
fn each_choice<'s, 'a>(site: &'s Site<'a>, value: &'s Expr, found: &mut impl FnMut(&'s Read<'a>)) {
    match call(site.template, value) {
        Some(("ifempty", choices)) => choices.iter().for_each(|choice| each_choice(site, choice, found)),
        Some(_) => {}
        None => site.read_at(bare(value).span).into_iter().for_each(found),
    }
}

fn mixed_choice(site: &Site<'_>, wanted: Credential, read: &Read<'_>, findings: &mut Findings) {
    if wanted == Credential::AccessToken && matches!(site.phase, Phase::Token | Phase::Refresh) && is_id_token(read) {
        findings.push(id_token(site, read));
        return;
    }
    if wanted == Credential::Code && matches!(read.segments, [root, name] if root == "query" && name == "state") {
        findings.push(told(site, read, "the state", wanted.words()));
        return;
    }
    let is_end = |name: &str| names_an_expiry(name) && !ends_as(name, "token");
    if wanted == Credential::AccessToken
        && read.segments.len() > 1
        && read.segments.last().is_some_and(|name| is_end(name))
    {
        findings.push(told(site, read, "when the token ends", wanted.words()));
        return;
    }
    let given = read.segments.last().and_then(|last| Credential::named(last).or_else(|| verifier(wanted, read, last)));
    let Some(given) = given.filter(|given| *given != wanted) else { return };
    // An id may be a key of its own; a bearer may be any secret but the ones that belong to the token endpoint. A
    // service may take anything else for the two halves of its login.
    let is_login = |one: Credential| matches!(one, Credential::User | Credential::Password);
    // Where it is ended, the refresh token may be the one.
    let is_ended = site.phase == Phase::Invalidate && site.path().first() == Some(&"headers");
    let is_other_name = match (wanted, given) {
        (Credential::AccessToken, Credential::ClientId) => true,
        (Credential::AccessToken, Credential::RefreshToken) => is_ended,
        _ => false,
    };
    if is_other_name || is_login(wanted) != is_login(given) {
        return;
    }
    findings.push(told(site, read, given.words(), wanted.words()));
}

/// Where the code belongs, `temp.verifier` is that of PKCE.
fn verifier(wanted: Credential, read: &Read<'_>, name: &str) -> Option<Credential> {
    (wanted == Credential::Code && read.root() == "temp" && is_as(name, "verifier")).then_some(Credential::CodeVerifier)
}

/// `"{{body.refresh_token}} "`: in a query or a body the blank is sent, in `data` stored. Around a header's value blanks do not
/// count (RFC 9110 §5.5).
fn padded(site: &Site<'_>, findings: &mut Findings) {
    let [one, other] = site.template.ast() else { return };
    let (blank, expression) = match (one, other) {
        (Piece::Text(blank), Piece::Expression(expression)) | (Piece::Expression(expression), Piece::Text(blank)) => {
            (*blank, expression)
        }
        _ => return,
    };
    let is_sent = matches!(site.path(), ["qs" | "body", .., _] | ["response", "data" | "temp", _]);
    if !is_sent || !site.template.source()[blank.range()].trim().is_empty() {
        return;
    }
    let is_credential = |name: &str| is_secret_name(name) || Credential::named(name).is_some();
    let read = site.read_at(bare(&expression.expr).span).and_then(|read| read.segments.last());
    if is_credential(site.key()) || read.is_some_and(|last| is_credential(last)) {
        findings.push(
            RULE.finding("a blank within the quotes becomes part of the credential")
                .at(site.place(blank))
                .why("the service compares it with the one that it issued, and refuses it")
                .help("take the blank out")
                .fix(Fix::suggestion("take the blank out").replace(site.place(blank), ""))
                .in_block(&site.block),
        );
    }
}

fn is_id_token(read: &Read<'_>) -> bool {
    matches!(read.segments, [root, .., last] if root == "body" && last == "id_token")
}

/// Some services take the id token, so this is no more than a warning.
fn id_token(site: &Site<'_>, read: &Read<'_>) -> Diagnostic {
    let mut finding = RULE
        .finding("the id token is stored as the access token")
        .at(read.place)
        .why("it tells the client who is connected: a service that wants the access token refuses it")
        .help("store `body.access_token`, unless the service says that it takes the id token")
        .in_block(&site.block);
    finding.severity = Severity::Warning;
    finding
}

/// Whether a header is `Bearer {{…}}` outside the requests that exchange tokens.
fn is_bearer(site: &Site<'_>, name: &str) -> bool {
    let source = site.template.source();
    let is_plain = site.template.ast().len() == 2 && site.template.expressions().count() == 1;
    let asks = matches!(site.phase, Phase::Info | Phase::Invalidate | Phase::Base | Phase::Component);
    let is_scheme = source.get(..7).is_some_and(|start| start.eq_ignore_ascii_case("bearer "));
    name.eq_ignore_ascii_case("authorization") && is_plain && asks && is_scheme
}

/// `Basic` in `info` of OAuth 2: with the access token, or with the client's id and secret instead of it.
fn basic_in_info(connection: &Connection<'_>, findings: &mut Findings) {
    let is_basic = |site: &&Site<'_>| {
        is_authorization(site) && site.template.source().get(..6).is_some_and(|it| it.eq_ignore_ascii_case("basic "))
    };
    for site in connection.sites_of(Phase::Info).filter(is_basic) {
        let [Piece::Text(_), Piece::Expression(only)] = site.template.ast() else { continue };
        // Of `accessToken` it is `basic-auth-not-encoded` that says so, in every request.
        let is_told = |read: &Read<'_>| read.key().is_some_and(|key| ends_as(key, "accesstoken"));
        let is_access_token =
            |read: &&Read<'_>| !is_told(read) && stored_token(connection, read) == Some(Credential::AccessToken);
        if let Some(read) = site.read_at(bare(&only.expr).span).filter(is_access_token) {
            let mut finding = RULE
                .finding(format!("`{}` is the access token, and is sent as `Basic`", read.segments.join(".")))
                .at(read.place)
                .why("`Basic` is for user name and password: services take the token as `Bearer` and refuse this with 401")
                .help(format!("write `Bearer {{{{{}}}}}`, or the scheme that the service names", read.segments.join(".")))
                .in_block(&site.block);
            finding.severity = Severity::Warning;
            findings.push(finding);
        } else if is_pair_of_client(site, &only.expr) && !sends_token(connection) {
            let mut finding = RULE
                .finding("`info` sends the client's id and secret, and nowhere the token")
                .at(site.node.place)
                .why("they say which app asks, not who is connected: a token that is not valid is never noticed")
                .help("send the token that `token` has stored: `Bearer {{connection.accessToken}}`")
                .in_block(&site.block);
            finding.severity = Severity::Warning;
            findings.push(finding);
        }
    }
}

/// Which token `token` stores under the key of the store that is read.
fn stored_token(connection: &Connection<'_>, read: &Read<'_>) -> Option<Credential> {
    let key = read.key().filter(|_| STORE_ROOTS.contains(&read.root()) && read.segments.len() == 2)?;
    let mut writes = connection.names.writes_of("data", key);
    let write = writes.find(|write| write.phase == Some(Phase::Token))?;
    let last =
        connection.site_of(write.value?)?.reads().iter().rev().find(|read| read.root() == "body")?.segments.last()?;
    Credential::named(last)
}

/// `base64(clientId + ':' + clientSecret)`.
fn is_pair_of_client(site: &Site<'_>, expr: &Expr) -> bool {
    let Some(("base64", [pair, ..])) = call(site.template, expr) else { return false };
    let given = |part: &Expr| Credential::named(site.read_at(part.span)?.segments.last()?);
    match summands(pair).as_slice() {
        [id, _, secret] => (given(id), given(secret)) == (Some(Credential::ClientId), Some(Credential::ClientSecret)),
        _ => false,
    }
}

/// Whether some request of `info` sends what `token` got, or may; also where nobody can say what that is.
fn sends_token(connection: &Connection<'_>) -> bool {
    let mut of_token = connection.names.of_store().filter(|write| write.phase == Some(Phase::Token));
    let gets_token = of_token.any(|write| ends_as(write.key, "token"));
    let may_be_token = |read: &Read<'_>| {
        let is_stored =
            || read.key().is_some_and(|key| connection.names.writes_of("data", key).any(|write| write.phase.is_some()));
        match read.root() {
            "temp" | "body" | "headers" => true,
            root if STORE_ROOTS.contains(&root) => read.segments.len() < 2 || is_stored(),
            _ => false,
        }
    };
    let mut sites = connection.sites_of(Phase::Info).filter(|site| !site.is_response_side());
    !gets_token || connection.names.writes_unknown_data || sites.any(|site| site.reads().iter().any(may_be_token))
}

/// `Basic {{base64(password + ':' + user)}}`, and a pair without its colon.
fn turned(site: &Site<'_>, findings: &mut Findings) {
    if !is_authorization(site) {
        return;
    }
    let template = &site.template;
    let is_basic = |text: &str| text.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("basic "));
    let behind: Vec<&Expr> = if is_basic(template.source()) {
        template.expressions().map(|expression| &expression.expr).collect()
    } else {
        match whole(template).map(summands).as_deref() {
            Some([scheme, pair]) if text(template, scheme).is_some_and(is_basic) => vec![*pair],
            _ => return,
        }
    };
    let arguments = behind.into_iter().filter_map(|expr| call(template, expr));
    for argument in arguments.filter(|(name, _)| *name == "base64").filter_map(|(_, arguments)| arguments.first()) {
        let parts = summands(argument);
        let key = |expr: &Expr| site.read_at(expr.span).and_then(|read| read.segments.last()).map(|last| normal(last));
        let is_user = |name: &str| ["user", "username", "login", "email", "clientid", "consumerkey"].contains(&name);
        let is_secret = |name: &str| name.ends_with("password") || name.ends_with("secret");
        let finding = match parts.as_slice() {
            [first, colon, last] if text(template, colon) == Some(":") => {
                let (first_key, last_key) = (key(first), key(last));
                let is_turned = first_key.as_deref().is_some_and(is_secret) && last_key.as_deref().is_some_and(is_user);
                let is_twice = first_key == last_key;
                match first_key.as_deref().filter(|_| is_turned || is_twice) {
                    Some(_) if is_turned => Some((first.span, "the password stands in front of the user name", PAIR)),
                    Some(key) if is_user(key) => {
                        Some((last.span, "the user name stands where the password belongs", PAIR))
                    }
                    Some("password") => Some((first.span, "the password stands where the user name belongs", PAIR)),
                    _ => None,
                }
            }
            [first, between, last]
                if text(template, between).is_some_and(|text| matches!(text.trim(), ":" | ";" | "," | ""))
                    && key(first).as_deref().is_some_and(is_user)
                    && key(last).as_deref().is_some_and(is_secret) =>
            {
                Some((between.span, "something else than a colon stands between user name and password", PAIR))
            }
            [first, last]
                if key(first).as_deref().is_some_and(is_user) && key(last).as_deref().is_some_and(is_secret) =>
            {
                Some((argument.span, "no colon stands between user name and password", PAIR))
            }
            _ => None,
        };
        if let Some((span, message, help)) = finding {
            findings.push(
                RULE.finding(message)
                    .at(site.place(span))
                    .why("HTTP Basic is the Base64 of `user:password`: every request is refused")
                    .help(help)
                    .in_block(&site.block),
            );
        }
    }
}
