//! The origins a definition talks to, as far as they are written in it: whether an origin mapping can be meant.

use std::collections::BTreeSet;

use connspec_diagnostics::suggest::nearest;
use connspec_exchange::OriginMapping;
use connspec_runner::Report;
use connspec_spec::Definition;
use connspec_spec::dialect::Manifest;
use url::{Origin, Url};

use crate::failure::Failure;

/// The addresses of every request, its base among them, as they are written.
pub fn addresses(definition: &Definition) -> Vec<&str> {
    let base = definition
        .base
        .as_ref()
        .and_then(|base| base.node.as_ref())
        .and_then(|node| node.get("baseUrl"))
        .and_then(|url| url.as_str());
    let blocks = definition.communication().blocks().into_iter();
    let urls = blocks.flat_map(|block| &block.requests).filter_map(|request| request.url.as_ref());
    let of_manifest = definition.manifest().into_iter().flat_map(Manifest::items);
    let of_manifest = of_manifest.filter_map(|item| item.url.as_ref()).map(|url| url.value.source());
    urls.map(|url| url.value.source()).chain(base).chain(of_manifest).collect()
}

/// Whether the host of an address comes out of an expression: it may be any.
pub fn is_computed(url: &str) -> bool {
    url.split("://").nth(1).unwrap_or(url).split(['/', '?']).next().unwrap_or_default().contains("{{")
}

/// The origin of an absolute address, `https://api.example.com`.
fn origin(url: &str) -> Option<String> {
    let authority = url.find("://")? + 3;
    let end = url[authority..].find(['/', '?', '#', '{']).map_or(url.len(), |length| authority + length);
    match Url::parse(&url[..end]).ok()?.origin() {
        origin @ Origin::Tuple(..) => Some(origin.ascii_serialization()),
        Origin::Opaque(_) => None,
    }
}

/// Refuses a mapping for an origin that the definition does not name, although it names all it talks to: requests would go
/// to the real one, secrets included. `also`: addresses asked for besides.
pub fn refuse_unknown(definition: &Definition, mappings: &[OriginMapping], also: &[String]) -> Result<(), Failure> {
    let addresses = addresses(definition);
    if addresses.iter().any(|url| is_computed(url)) {
        return Ok(());
    }
    let also = also.iter().map(String::as_str);
    let known: BTreeSet<String> = addresses.iter().copied().chain(also).filter_map(origin).collect();
    let is_known = |from: &String| known.contains(from) || is_mentioned(definition, from);
    let Some(unknown) = mappings.iter().map(OriginMapping::from).find(|from| !is_known(from)) else { return Ok(()) };
    let failure = Failure::unexamined(format!(
        "--map-origin: the definition names no {unknown}, so nothing would be sent to it, and its requests would go to the \
         real provider"
    ));
    Err(match nearest(&unknown, known.iter().map(String::as_str)) {
        Some(near) => failure.help(format!("did you mean {near}?")),
        None => failure.help(format!("it talks to {}", known.into_iter().collect::<Vec<_>>().join(", "))),
    })
}

/// Whether the files of a definition hold an address of this origin, whatever it is for: requests may be led on to it.
fn is_mentioned(definition: &Definition, from: &str) -> bool {
    let begins = |text: &str| {
        text.match_indices(from).any(|(at, _)| {
            let after = text[at + from.len()..].chars().next();
            after.is_none_or(|next| !next.is_alphanumeric() && !".:-_@".contains(next))
        })
    };
    definition.sources.iter().any(|(_, file)| begins(file.text()))
}

/// The mappings that no request of a run needed, unless the definition names them for other requests. Where nothing was
/// sent, nothing was needed.
pub fn unused<'m>(
    definition_names: &[String],
    mappings: &'m [OriginMapping],
    report: &Report,
) -> Vec<&'m OriginMapping> {
    let sent = report.steps.iter().filter(|step| !step.skipped);
    let asked = sent.clone().filter_map(|step| step.request.as_ref()).map(|request| request.url.as_str());
    let led = sent.filter_map(|step| step.response.as_ref());
    let led = led.flat_map(|response| response.hops.iter().map(|hop| hop.url.as_str()).chain([response.url.as_str()]));
    let browser = report.authorization.iter().map(|authorization| authorization.url.as_str());
    let visited: BTreeSet<String> = asked.chain(led).chain(browser).filter_map(origin).collect();
    let is_unused = |mapping: &&OriginMapping| {
        let from = mapping.from();
        !visited.is_empty() && !visited.contains(&from) && !definition_names.contains(&from)
    };
    mappings.iter().filter(is_unused).collect()
}

/// The origins of a definition's requests, as far as they are written in it.
pub fn named(definition: &Definition) -> Vec<String> {
    addresses(definition).into_iter().filter(|url| !is_computed(url)).filter_map(origin).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_origin_of_an_address_ends_where_its_path_begins() {
        for (url, expected) in [
            ("https://api.acme.test/me?x={{a}}", Some("https://api.acme.test")),
            ("https://API.acme.test:443", Some("https://api.acme.test")),
            ("http://api.acme.test:8080{{temp.path}}", Some("http://api.acme.test:8080")),
            ("/me", None),
            ("{{common.base}}/me", None),
        ] {
            assert_eq!(origin(url).as_deref(), expected, "{url}");
        }
        for url in ["https://{{a}}/x", "{{a}}", "https://{{a}}.acme.test", "https://x.{{a}}?"] {
            assert!(is_computed(url), "{url}");
        }
        for url in ["https://a.test/{{x}}", "/{{x}}", "https://a.test?{{x}}"] {
            assert!(!is_computed(url), "{url}");
        }
    }
}
