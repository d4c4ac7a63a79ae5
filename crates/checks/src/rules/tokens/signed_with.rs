//! What the signing of OAuth 1 takes for which of its keys.

use crate::secrets::{is_as, normal};
use crate::site::{Phase, Read, Site};
use crate::subject::Connection;
use crate::symbolic::{STORE_ROOTS, steps, whole};
use smol_str::SmolStr;

/// A credential of OAuth 1.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    ConsumerKey,
    ConsumerSecret,
    Token,
    TokenSecret,
    Verifier,
}

impl Part {
    /// The part that a key of `oauth`, or a name that says as much, stands for.
    fn named(name: &str) -> Option<Self> {
        const NAMES: &[(&str, Part)] = &[
            ("consumerkey", Part::ConsumerKey),
            ("consumersecret", Part::ConsumerSecret),
            ("token", Part::Token),
            ("oauthtoken", Part::Token),
            ("accesstoken", Part::Token),
            ("requesttoken", Part::Token),
            ("tokensecret", Part::TokenSecret),
            ("oauthtokensecret", Part::TokenSecret),
            ("accesstokensecret", Part::TokenSecret),
            ("requesttokensecret", Part::TokenSecret),
            ("verifier", Part::Verifier),
            ("oauthverifier", Part::Verifier),
        ];
        NAMES.iter().find(|(known, _)| is_as(name, known)).map(|(_, part)| *part)
    }

    fn words(self) -> &'static str {
        match self {
            Self::ConsumerKey => "the consumer's key",
            Self::ConsumerSecret => "the consumer's secret",
            Self::Token => "the token",
            Self::TokenSecret => "the token's secret",
            Self::Verifier => "the verifier",
        }
    }
}

/// Of a variable in the wrong place of the signing, or of what is kept for it: what it is, and what belongs there.
pub(super) fn signed_with(
    connection: &Connection<'_>,
    site: &Site<'_>,
    read: &Read<'_>,
) -> Option<(&'static str, &'static str)> {
    let (wanted, given) = match site.path() {
        ["oauth", key] => (Part::named(key)?, value_of(connection, read)?),
        [key] if site.phase == Phase::SharedOAuth => (Part::named(key)?, value_of(connection, read)?),
        ["temp", key] | ["response", "temp" | "data", key] => (kept_as(key)?, of_answer(read.segments)?),
        _ => return None,
    };
    (wanted != given).then(|| (given.words(), wanted.words()))
}

/// What a variable holds: by the answer it was taken from, or else by its name.
fn value_of(connection: &Connection<'_>, read: &Read<'_>) -> Option<Part> {
    let of_answer_or_name = || read.segments.last().and_then(|last| Part::named(last));
    let key = read.key().filter(|_| read.segments.len() == 2)?;
    let root = match read.root() {
        "temp" => "temp",
        root if STORE_ROOTS.contains(&root) => "data",
        "query" | "common" => return of_answer_or_name(),
        _ => return None,
    };
    let sites = connection.names.writes_of(root, key).filter_map(|write| connection.site_of(write.value?));
    let parts: Vec<_> = sites
        .map(|site| {
            let steps = whole(site.template).and_then(|expr| steps(site.template, expr));
            steps.and_then(of_answer)
        })
        .collect();
    match parts.as_slice() {
        // A field of the form: of its names only the consumer's say enough.
        [] => of_answer_or_name().filter(|part| matches!(part, Part::ConsumerKey | Part::ConsumerSecret)),
        [first, rest @ ..] => first.filter(|_| rest.iter().all(|other| other == first)),
    }
}

/// What a member of the answer, or a parameter of the callback, is.
fn of_answer(steps: &[SmolStr]) -> Option<Part> {
    match steps {
        [root, name] if root == "body" || root == "query" => match name.as_str() {
            "oauth_token" => Some(Part::Token),
            "oauth_token_secret" => Some(Part::TokenSecret),
            "oauth_verifier" => Some(Part::Verifier),
            _ => None,
        },
        _ => None,
    }
}

/// What a key of `temp` or `data` is there for.
fn kept_as(key: &str) -> Option<Part> {
    let name = normal(key);
    match () {
        () if name.ends_with("tokensecret") => Some(Part::TokenSecret),
        () if name.ends_with("verifier") => Some(Part::Verifier),
        () if name.ends_with("token") && !["secret", "verif"].iter().any(|other| name.contains(other)) => {
            Some(Part::Token)
        }
        () => None,
    }
}
