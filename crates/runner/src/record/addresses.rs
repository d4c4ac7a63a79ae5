//! Where a definition sends its requests, as far as that is written in it.

use connspec_spec::Definition;
use connspec_spec::dialect::Manifest;

/// The addresses of every request, without their query, `*` in the place of each expression. Where the browser is sent is
/// none of them.
pub fn addresses(definition: &Definition) -> Vec<String> {
    let blocks = definition.communication().blocks();
    let requests = blocks.iter().filter(|block| block.name != "authorize").flat_map(|block| &block.requests);
    let urls = requests.filter_map(|request| request.url.as_ref()).map(|url| url.value.source());
    let manifest = definition.manifest();
    let items = manifest.into_iter().flat_map(Manifest::items).filter_map(|item| item.url.as_ref());
    urls.chain(items.map(|url| url.value.source())).map(pattern).collect()
}

/// Those of them that are asked before the browser is sent away.
pub fn addresses_before(definition: &Definition) -> Vec<String> {
    let blocks = definition.communication().blocks();
    let before = blocks.iter().filter(|block| matches!(block.name.as_str(), "preauthorize" | "requestToken"));
    let urls = before.flat_map(|block| &block.requests).filter_map(|request| request.url.as_ref());
    urls.map(|url| pattern(url.value.source())).collect()
}

/// `https://{{parameters.host}}/me?x=1` as `https://*/me`.
fn pattern(url: &str) -> String {
    let mut pattern = String::new();
    let mut rest = url;
    while let Some((before, after)) = rest.split_once("{{") {
        pattern.push_str(before);
        pattern.push('*');
        rest = after.split_once("}}").map_or("", |(_, behind)| behind);
    }
    pattern.push_str(rest);
    pattern.split(['?', '#']).next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_stand_for_any_text() {
        assert_eq!(pattern("https://{{parameters.host}}/{{a}}/me?x={{b}}#c"), "https://*/*/me");
        assert_eq!(pattern("https://a.example/token"), "https://a.example/token");
        assert_eq!(pattern("{{common.base}}/x{{"), "*/x*");
    }
}
