//! Which address a connection should send as `redirect_uri`, so that the rules about it tell one story.

use memchr::memchr2_iter;

use crate::site::Phase;
use crate::subject::Connection;

/// The callback of the instance the user is on.
pub const OWN: &str = "{{oauth.localRedirectUri}}";

/// Providers that document the address on integromat.com as the one to register.
const REGISTERED: &[&str] = &["app-academy.make.com"];

/// Whether the provider has the address on integromat.com registered for everyone.
pub fn wants_the_old_address(connection: &Connection<'_>) -> bool {
    connection.first_request(Phase::Authorize).is_some_and(|authorize| authorize.goes_to(REGISTERED))
}

/// Whether a text holds the path of Make's callbacks, plain or percent-encoded.
pub fn names_a_callback(text: &str) -> bool {
    // Few texts hold so much as these two letters.
    let bytes = text.as_bytes();
    if !memchr2_iter(b'c', b'C', bytes).any(|at| matches!(bytes.get(at + 1), Some(b'b' | b'B'))) {
        return false;
    }
    let text = text.to_lowercase().replace("%2f", "/").replace("%3a", ":");
    let is_make = ["make.com", "integromat.com", "make.celonis.com"].iter().any(|host| text.contains(host));
    text.contains("/oauth/cb/") && is_make
}

/// What `authorize` and `token` should both send, by what each of them sends now: the better of the two, the first when
/// they are alike; the instance's own where neither is advised.
pub fn advised<'t>(connection: &Connection<'_>, asked: &'t str, redeemed: Option<&'t str>) -> &'t str {
    let worst = |text: &str| {
        let is_old = text.contains("oauth.redirectUri");
        match text {
            _ if is_old && wants_the_old_address(connection) => 0,
            _ if is_old || names_a_callback(text) => 2,
            _ if text.contains("oauth.makeRedirectUri") => 1,
            // A variable with more around it: a slash too many.
            _ if text.contains("{{") && !(text.starts_with("{{") && text.ends_with("}}")) => 1,
            _ => 0,
        }
    };
    let best = [Some(asked), redeemed].into_iter().flatten().min_by_key(|text| worst(text));
    best.filter(|text| worst(text) < 2).unwrap_or(OWN)
}
