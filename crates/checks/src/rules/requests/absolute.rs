//! Whether an address has a scheme, and what it is without the one that is missing.

use connspec_diagnostics::suggest;

/// What of an address follows its scheme, when it has a host and `https://` is missing or misspelt: `api.acme.test/me`,
/// `//api.acme.test`, `htps://api.acme.test`, `{{parameters.host}}.acme.test`.
pub(super) fn without_scheme(text: &str) -> Option<&str> {
    let text = text.trim_start();
    let slashes = |text: &str| text.len() - text.trim_start_matches(['/', '\\']).len();
    let rest = match text.split_once(':') {
        Some((scheme, rest)) if is_like_http(scheme) => &rest[slashes(rest)..],
        _ if text.starts_with("//") => &text[2..],
        _ => match text.split_once("//") {
            Some((scheme, rest)) if is_like_http(scheme) => rest,
            _ => text,
        },
    };
    let host = rest.split(['/', '?', '#', ':']).next()?;
    let ends_in_a_domain = host.rsplit_once('.').is_some_and(|(name, domain)| {
        !name.is_empty() && domain.len() >= 2 && domain.chars().all(|letter| letter.is_ascii_alphabetic())
    });
    let is_variable = VARIABLES.iter().any(|root| host.starts_with(root));
    let is_file = ENDINGS_OF_FILES.iter().any(|end| host.ends_with(end));
    let is_host = ends_in_a_domain && !host.starts_with('.') && !is_variable && !is_file;
    (is_host || (rest.len() < text.len() && !rest.is_empty())).then_some(rest)
}

/// Variables without their braces, which look like a host.
pub(super) const VARIABLES: &[&str] = &["parameters.", "connection.", "data.", "common.", "temp.", "body.", "oauth."];

/// Paths that look like one: `me.json`.
const ENDINGS_OF_FILES: &[&str] = &[".json", ".xml", ".php", ".asp", ".aspx", ".html", ".do", ".ashx"];

/// Whether somebody may have meant `http` or `https`.
fn is_like_http(scheme: &str) -> bool {
    let scheme = scheme.to_ascii_lowercase();
    !scheme.is_empty() && scheme.len() <= 7 && suggest::nearest(&scheme, ["https", "http"]).is_some()
}

/// Whether an address that begins with `start` has a scheme, or may get one from the expression behind it.
pub(super) fn is_absolute(start: &str, is_whole: bool) -> bool {
    let begins = |text: &str, with: &str| {
        text.as_bytes().get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with.as_bytes()))
    };
    let schemes = ["https://", "http://"];
    schemes.iter().any(|scheme| begins(start, scheme) || (!is_whole && begins(scheme, start)))
        || (is_whole && start.is_empty())
}
