//! `url-and-qs-both`: two queries of which one is lost.

use connspec_diagnostics::{Fix, Severity, Span};
use connspec_iml::Template;
use connspec_iml::ast::Piece;
use connspec_spec::Node;
use hashbrown::HashSet;
use serde_json::Value as Json;

use crate::edit::insert_members;
use crate::request::Address;
use crate::rule::{Check, Findings, Rule};
use crate::site::Site;
use crate::subject::Whole;

pub static RULE: Rule = Rule {
    code: "CS0206",
    name: "url-and-qs-both",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
A query in `url` and a `qs` beside it.
Base, modules, remote procedures and the requests of webhooks are looked at too; not a `qs` that only the base has.

## Why
Where there is a `qs`, even an empty one, Make's documented rule drops the query of the `url`; newer versions merge the
two. Either way the file does not say what is sent.

## Example
```jsonc connection
{ "url": "https://api.acme.test/me?fields=id", "qs": { "key": "{{parameters.apiKey}}" } }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/me", "qs": { "fields": "id", "key": "{{parameters.apiKey}}" } }
```

## Fix
Moving the query into `qs` is suggested: under the documented rule the service then receives what it did not before.

## Source
communication.md §5 `qs`. Our runner's switch for it is `qsPolicy`.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    let of_connections = whole.connections.iter().flat_map(|connection| connection.each_request());
    of_connections.filter_map(|request| request.url_site()).for_each(|url| examine(url, findings));
    whole.other_sites().filter(|site| site.path() == ["url"]).for_each(|url| examine(url, findings));
}

fn examine(url: &Site<'_>, findings: &mut Findings) {
    let Some(qs) = url.owner.member("qs").filter(|qs| !qs.value.is_null()) else { return };
    let Some(start) = Address::of(url.template).query_start() else { return };
    let query = Span::new(start, url.template.source().len());
    // `…?` with nothing behind it is no query.
    if query.len() == 1 {
        return;
    }
    let mut finding = RULE
        .finding("a query in `url` and a `qs`")
        .at(url.place(query))
        .also(qs.key_place, "this replaces it")
        .why("where there is a `qs`, Make drops the query of the `url`; newer versions merge the two")
        .help("move the query into `qs`")
        .in_block(&*url.block);
    if let Some(members) = as_members(url.template, start + 1).filter(|members| fits(members, &qs.value)) {
        let edits = insert_members(&url.app.sources, &qs.value, &members);
        let fix = Fix::suggestion("move the query into `qs`");
        finding = finding.fix(fix.replace(url.place(query), "").with_edits(edits));
    }
    findings.push(finding);
}

/// The query behind `start` as members of `qs`; none when something in it means more than it says: a fragment, an
/// escape, a name from an expression.
fn as_members(template: &Template, start: usize) -> Option<Vec<(&str, Json)>> {
    let source = template.source();
    let mut ends: Vec<usize> = Vec::new();
    for piece in template.ast() {
        let Piece::Text(span) = piece else { continue };
        let from = span.range().start.max(start);
        let Some(text) = source.get(from..span.range().end) else { continue };
        if text.contains(['#', '%', '+', '?']) {
            return None;
        }
        ends.extend(text.match_indices('&').map(|(at, _)| from + at));
    }
    ends.push(source.len());
    let mut at = start;
    let pairs = ends.into_iter().map(|end| {
        let pair = &source[at..end];
        at = end + 1;
        let (name, value) = pair.split_once('=')?;
        (!name.is_empty() && !name.contains('{')).then(|| (name, Json::from(value)))
    });
    pairs.collect()
}

/// Whether `qs` is an object that has none of the names, and no name comes twice.
fn fits(members: &[(&str, Json)], qs: &Node) -> bool {
    let mut names: HashSet<&str> = qs.members().iter().map(|member| member.key.as_str()).collect();
    qs.is_object() && members.iter().all(|(name, _)| names.insert(name))
}
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_split_outside_expressions() {
        for (url, members) in [
            ("x?a=1&b={{if(c, '&d=1', '')}}e", Some(vec![("a", "1"), ("b", "{{if(c, '&d=1', '')}}e")])),
            ("x?a==1", Some(vec![("a", "=1")])),
            ("x?a=1&", None),
            ("x?{{a}}=1", None),
            ("x?a=1#b", None),
            ("x?a=%20", None),
        ] {
            let template = Template::parse(url);
            let wanted =
                members.map(|members| members.into_iter().map(|(name, value)| (name, Json::from(value))).collect());
            assert_eq!(as_members(&template, 2), wanted, "{url}");
        }
    }
}
