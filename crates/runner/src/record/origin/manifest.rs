//! Which place of an integration manifest produced a field of a request, or a part of the connection.

use connspec_diagnostics::Place;
use connspec_spec::Definition;
use connspec_spec::dialect::{Item, Manifest};

use super::{nearest, place};
use crate::report::Step;

/// Where the field at `pointer` of what `block` sends comes from.
pub(super) fn of(definition: &Definition, manifest: &Manifest, block: &str, pointer: &str) -> Option<Place> {
    let oauth = manifest.oauth.as_ref()?;
    if block == "authorize" {
        return place(oauth.value.authenticate_url.as_ref()).or(Some(oauth.key));
    }
    let Some(item) = item(manifest, block) else { return Some(oauth.key) };
    let (part, field) = pointer.strip_prefix('/')?.split_once('/').unwrap_or((&pointer[1..], ""));
    let header = |name: &str| {
        // Headers of its own replace all of the manifest's (chiefonboarding.md §2).
        let headers = if item.headers.is_empty() { &manifest.headers } else { &item.headers };
        headers.iter().find(|header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value.place)
    };
    let found = match part {
        "method" => place(item.method.as_ref()),
        "url" | "query" => place(item.url.as_ref()),
        "headers" if field == "content-type" => header(field).or_else(|| place(item.cast_data_to_json.as_ref())),
        "headers" => header(field),
        "body" => item.data.as_ref().and_then(|data| nearest(definition, &data.pointer, field)),
        _ => None,
    };
    found.or(Some(item.place))
}

/// What wrote the member `name` of the connection's data: the last exchange of tokens. What the form asked for was
/// written by no request.
pub(super) fn of_data(manifest: &Manifest, steps: &[Step], name: &str) -> Option<Place> {
    if name.split('.').next() != Some("oauth") {
        return None;
    }
    let sent = steps.iter().rev().filter(|step| !step.skipped);
    sent.filter_map(|step| item(manifest, &step.block)).next().map(|item| item.place)
}

/// The request that `block` sends (chiefonboarding.md §3).
fn item<'m>(manifest: &'m Manifest, block: &str) -> Option<&'m Item> {
    let oauth = &manifest.oauth.as_ref()?.value;
    match block {
        "token" => oauth.access_token.as_ref(),
        "refresh" => oauth.refresh.as_ref(),
        _ => None,
    }
}
