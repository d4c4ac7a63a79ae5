//! Members of OAuth 2 requests that stand for a parameter of the standard which is not sent.

use connspec_spec::Member;

use crate::parameters::{JWT_BEARER, OF_AUTHORIZE, OF_TOKEN, is_one_slip, meant_parameter};
use crate::providers::NAMES_OF_THEIR_OWN;
use crate::request::header;
use crate::sending::Request;
use crate::site::{Phase, Read};
use crate::subject::Connection;
use crate::symbolic::ends_as;

/// The members of a request that stand for a parameter of the standard, with the name they ought to have. A request
/// that is no OAuth has none.
pub(crate) fn misnamed<'a>(connection: &Connection<'a>, request: &Request<'_, 'a>) -> Vec<(&'a Member, &'static str)> {
    let names = match request.phase {
        Phase::Authorize if connection.exchanges_code() => OF_AUTHORIZE,
        Phase::Token | Phase::Refresh if is_oauth(connection, request) => OF_TOKEN,
        Phase::Invalidate if revokes(request) => &["client_id", "client_secret", "token_type_hint"],
        Phase::Invalidate => &[],
        _ => return Vec::new(),
    };
    if request.goes_to(NAMES_OF_THEIR_OWN) {
        return Vec::new();
    }
    let objects = ["qs", "body"].into_iter().filter_map(|key| request.node.get(key));
    let members = objects.flat_map(|object| object.effective_members());
    let is_missing = |name: &str| request.sends(name).is_absent();
    let grant_type = request.sends("grant_type");
    let grant = grant_type.literal();
    members
        .filter_map(|member| {
            let meant = meant_parameter(&member.key, names, is_missing)
                .or_else(|| with_a_slip(connection, request, member).filter(|name| is_missing(name)))
                .or_else(|| in_other_words(connection, request, grant, member).filter(|name| is_missing(name)))?;
            Some((member, meant))
        })
        .collect()
}

/// The parameter with a name so short that many others are near it, where its value shows that it is meant.
fn with_a_slip(connection: &Connection<'_>, request: &Request<'_, '_>, member: &Member) -> Option<&'static str> {
    if is_scope_with_a_slip(connection, request, member) {
        return Some("scope");
    }
    let name = match request.phase {
        Phase::Invalidate => "token",
        Phase::Token => "code",
        _ => return None,
    };
    let is_own = member.key.eq_ignore_ascii_case(name) || member.key.strip_suffix('s') == Some(name);
    if is_own || !is_one_slip(member.key.as_bytes(), name.as_bytes()) {
        return None;
    }
    if name == "code" && request.sends("grant_type").literal() != Some("authorization_code") {
        return None;
    }
    let reads = connection.site_of(&member.value)?.reads();
    let holds_it = |read: &Read<'_>| read.segments.last().is_some_and(|last| ends_as(last, name));
    reads.iter().any(holds_it).then_some(name)
}

/// `scoep` with the scopes that Make asks for.
fn is_scope_with_a_slip(connection: &Connection<'_>, request: &Request<'_, '_>, member: &Member) -> bool {
    let key = member.key.as_str();
    request.phase != Phase::Invalidate
        && key != "scopes"
        && !key.eq_ignore_ascii_case("scope")
        && is_one_slip(key.as_bytes(), b"scope")
        && connection.site_of(&member.value).is_some_and(|site| site.reads_variable(&["oauth", "scope"]))
}

fn is_oauth(connection: &Connection<'_>, request: &Request<'_, '_>) -> bool {
    let is_named_so = request.url().is_some_and(|url| url.contains("/oauth"));
    connection.exchanges_code()
        || is_named_so
        || ["grant_type", "assertion"].iter().any(|name| request.sends(name).is_there())
}

/// Whether the request ends a token by RFC 7009.
fn revokes(request: &Request<'_, '_>) -> bool {
    request.url().is_some_and(|url| url.to_ascii_lowercase().contains("revo"))
}

/// The parameter that a word of everyday speech stands for; only where the request is certainly of the grant that has
/// it.
fn in_other_words(
    connection: &Connection<'_>,
    request: &Request<'_, '_>,
    grant: Option<&str>,
    member: &Member,
) -> Option<&'static str> {
    let reads = |roots: &[&str], is_meant: &dyn Fn(&str) -> bool| {
        let site = connection.site_of(&member.value);
        site.is_some_and(|site| {
            let mut reads = site.reads().iter();
            reads.any(|read| roots.contains(&read.root()) && read.key().is_some_and(is_meant))
        })
    };
    let is_redirect = || reads(&["oauth"], &|key| key.to_ascii_lowercase().ends_with("redirecturi"));
    let shows_client = || request.sends("client_id").is_there();
    let asks_for_code = || request.phase == Phase::Authorize && request.sends("response_type").is_there();
    let of_code = || asks_for_code() || grant == Some("authorization_code");
    match member.key.as_str() {
        "redirect" | "callback" if of_code() && is_redirect() => Some("redirect_uri"),
        "scopes"
            if (asks_for_code() && shows_client() || grant.is_some()) && reads(&["oauth"], &|key| key == "scope") =>
        {
            Some("scope")
        }
        "secret" if shows_client() && header(request.node, "authorization").is_none() => {
            let is_revoked = || revokes(request) && request.sends("token").is_there();
            let is_known = grant.is_some() || (request.phase == Phase::Invalidate && is_revoked());
            is_known.then_some("client_secret")
        }
        "user" | "email" | "login" if grant == Some("password") => Some("username"),
        "pass" | "passwd" if grant == Some("password") => Some("password"),
        "token" | "refresh" if request.phase == Phase::Refresh && grant == Some("refresh_token") => {
            Some("refresh_token")
        }
        "refresh_token" if request.phase == Phase::Invalidate && revokes(request) => Some("token"),
        _ if grant == Some(JWT_BEARER) => in_words_of_assertions(request, member),
        _ => None,
    }
}

fn in_words_of_assertions(request: &Request<'_, '_>, member: &Member) -> Option<&'static str> {
    match member.key.as_str() {
        // With its type it is how the client shows who it is (RFC 7523 §2.2).
        "client_assertion" if !request.sends("client_assertion_type").is_absent() => None,
        "jwt" | "client_assertion" => Some("assertion"),
        other => meant_parameter(other, &["assertion"], |_| true),
    }
}
