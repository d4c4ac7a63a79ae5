//! What the rules about PKCE ask for: the challenge, the verifier it was made of, and who sends them.

use crate::sending::{Request, Sent};
use crate::site::Phase;
use crate::subject::Connection;
use crate::symbolic::{calls, steps, whole};

/// `authorize` with the challenge it certainly sends.
pub(super) fn challenge<'c, 'a>(connection: &'c Connection<'a>) -> Option<(Request<'c, 'a>, Sent<'a>)> {
    let authorize = connection.first_request(Phase::Authorize).filter(|_| connection.exchanges_code())?;
    let sent = authorize.sends("code_challenge");
    sent.is_there().then_some((authorize, sent))
}

/// The request that brings the code back; the first one when none shows that it does.
pub(super) fn token_that_redeems<'c, 'a>(connection: &'c Connection<'a>) -> Option<Request<'c, 'a>> {
    let mut requests = connection.requests_of(Phase::Token);
    requests.clone().find(|request| request.sends("code").is_there()).or_else(|| requests.next())
}

/// The `temp` key that `token` sends as verifier.
pub(super) fn verifier_key(connection: &Connection<'_>) -> Option<String> {
    let sent = connection.requests_of(Phase::Token).find_map(|token| token.sends("code_verifier").template())?;
    match steps(&sent, whole(&sent)?)? {
        [root, key] if root == "temp" => Some(key.to_string()),
        _ => None,
    }
}

/// Whether a challenge is a digest: it calls `sha256`, or reads a `temp` key whose expression does.
pub(super) fn is_hashed(connection: &Connection<'_>, sent: &Sent<'_>) -> bool {
    let Some(template) = sent.template() else { return false };
    if calls(&template, "sha256") {
        return true;
    }
    let Some(steps) = whole(&template).and_then(|expr| steps(&template, expr)) else { return false };
    let [root, key] = steps else { return false };
    root == "temp"
        && connection.sites.iter().any(|site| {
            let is_write = site.is_under(&["temp"]) || site.is_under(&["response", "temp"]);
            is_write && site.key() == key && calls(site.template, "sha256")
        })
}
