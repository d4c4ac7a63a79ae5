//! `access-token-not-renewed`: the renewal does not store the access token it is made for.

use std::cell::LazyCell;

use connspec_diagnostics::{Fix, Severity};
use hashbrown::HashSet;
use serde_json::json;
use smol_str::SmolStr;

use super::lives::{DataWrite, data_writes, refresh};
use crate::edit::{insert_member, rename_member};
use crate::rule::{Check, Findings, Rule};
use crate::site::{Phase, Site};
use crate::subject::{Connection, Whole};
use crate::symbolic::{STORE_ROOTS, Stored, ends_as, plain, steps, whole};

pub static RULE: Rule = Rule {
    code: "CS0541",
    name: "access-token-not-renewed",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::App(check),
};

const DOCUMENTATION: &str = r#"
`token` stores the access token under a key that `refresh` does not write: the line is missing there, or the key has
another name. Also the other way round: `refresh` stores the access token that requests read, and `token` stores none.

## Why
The new access token is thrown away, and requests go on with the old one. An hour after connecting every call fails
with 401, although the renewals succeed. What only `refresh` stores is missing until the first renewal. A token that only `token` itself reads, on the way to another, is left alone, and
so is a second one that the provider gives beside the first, or in another answer: a renewal may leave it as it is.

## Example
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "accessToken": "{{body.access_token}}", "refreshToken": "{{body.refresh_token}}" } }
  },
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "refresh_token", "refresh_token": "{{data.refreshToken}}" },
    "response": { "data": { "token": "{{body.access_token}}" } }
  }
}
```

## Instead
```jsonc connection
{
  "authorize": { "url": "https://api.acme.test/oauth/authorize" },
  "token": {
    "url": "https://api.acme.test/oauth/token",
    "response": { "data": { "accessToken": "{{body.access_token}}", "refreshToken": "{{body.refresh_token}}" } }
  },
  "refresh": {
    "url": "https://api.acme.test/oauth/token",
    "body": { "grant_type": "refresh_token", "refresh_token": "{{data.refreshToken}}" },
    "response": { "data": { "accessToken": "{{body.access_token}}" } }
  }
}
```

## Fix
The name that `token` uses is suggested, or its line.

## Source
RFC 6749 §5.1, §6; connection.md §6.
"#;

fn check(whole: &Whole<'_>, findings: &mut Findings) {
    whole.connections.iter().for_each(|connection| examine(whole, connection, findings));
}

fn examine<'a>(whole: &Whole<'a>, connection: &Connection<'a>, findings: &mut Findings) {
    let Some(renewal) = refresh(connection).filter(|_| !connection.names.writes_unknown_data) else { return };
    let is_oauth = renewal.sends("grant_type").literal() == Some("refresh_token");
    if !is_oauth {
        return;
    }
    let first = access_tokens(connection, Phase::Token);
    if first.is_empty() {
        only_renewed(whole, connection, findings);
    }
    let renewed: HashSet<&str> =
        data_writes(connection, Phase::Refresh).into_iter().map(|write| write.member.key.as_str()).collect();
    let is_renewed = |key: &str| renewed.contains(key);
    if first.iter().all(|write| is_renewed(&write.member.key)) {
        return;
    }
    let again = access_tokens(connection, Phase::Refresh);
    // Of two keys for it one may be a relic, or a step on the way; it matters where it is read.
    let has_another = first.iter().any(|write| is_renewed(&write.member.key));
    let kept: Vec<_> = first.iter().filter(|write| is_renewed(&write.member.key)).filter_map(answer_of).collect();
    let lost = lost_answer(&first, &again);
    // A second token beside the one that is renewed, or behind the one that is lost, need not be renewed.
    let is_the_renewed = |write: &DataWrite<'_, '_>| {
        let answer = answer_of(write);
        if has_another { answer.is_some_and(|answer| kept.contains(&answer)) } else { answer == lost }
    };
    let read = LazyCell::new(|| read_keys(whole, connection));
    let first_keys: HashSet<&str> = first.iter().map(|write| write.member.key.as_str()).collect();
    let other = again.iter().find(|other| !first_keys.contains(other.member.key.as_str()));
    for write in first.iter().filter(|write| !is_renewed(&write.member.key) && is_the_renewed(write)) {
        let key = write.member.key.as_str();
        if has_another && !read.contains(key) {
            continue;
        }
        let data = renewal.member(&["response", "data"]);
        let sources = &connection.definition.sources;
        let mut finding = match other {
            Some(other) => RULE
                .finding(format!("`refresh` stores the access token as `{}`, and `token` as `{key}`", other.member.key))
                .at(other.member.key_place)
                .help(format!("call it `{key}`"))
                .fix(Fix::suggestion(format!("call it `{key}`")).with_edits(rename_member(other.member, key))),
            None => RULE
                .finding(format!("`refresh` does not store the new `{key}`"))
                .at(data.map_or_else(|| renewal.key_place(), |data| data.key_place))
                .help(format!("write `{key}` in `response.data` of `refresh` as `{}` does", write.block)),
        };
        if let (None, Some(data), Some(value)) =
            (other, data.filter(|data| data.value.is_object()), write.member.value.as_str())
        {
            let edits = insert_member(sources, &data.value, key, &json!(value));
            finding = finding.fix(Fix::suggestion("store the new access token").with_edits(edits));
        }
        findings.push(
            finding
                .why("requests go on with the old access token: once it has ended, every call fails with 401")
                .also(write.member.key_place, "stored here, and never again")
                .in_block(renewal.block),
        );
    }
}

/// An access token that requests read, which `refresh` stores and nothing before it.
fn only_renewed<'a>(whole: &Whole<'a>, connection: &Connection<'a>, findings: &mut Findings) {
    const LATER: &[Phase] = &[Phase::Refresh, Phase::Invalidate];
    let Some(token) = connection.requests_of(Phase::Token).filter(|token| token.node.get("url").is_some()).last()
    else {
        return;
    };
    let again = access_tokens(connection, Phase::Refresh);
    let is_missing = |write: &&DataWrite<'_, '_>| {
        let key = write.member.key.as_str();
        // A name that differs in its spelling alone is that of `access-token-name-mismatch`.
        let is_spelt_alike =
            || data_writes(connection, Phase::Token).iter().any(|first| plain(&first.member.key) == plain(key));
        connection.stored_before(key, LATER) == Stored::No && !is_spelt_alike()
    };
    let Some(missing) = again.iter().find(is_missing) else { return };
    let key = missing.member.key.as_str();
    if !reads_outside_renewal(whole, connection, key) {
        return;
    }
    let data = token.member(&["response", "data"]);
    let mut finding = RULE
        .finding(format!("`{}` does not store `{key}`, and `{}` does", token.block, missing.block))
        .at(data.map_or_else(|| token.key_place(), |data| data.key_place))
        .why("until the first renewal there is no access token: every call fails with 401")
        .help(format!("write `{key}` in `response.data` of `{}` as well", token.block))
        .also(missing.member.key_place, "stored here, and nowhere before")
        .in_block(token.block);
    if let (Some(data), Some(value)) = (data.filter(|data| data.value.is_object()), missing.member.value.as_str()) {
        let edits = insert_member(&connection.definition.sources, &data.value, key, &json!(value));
        finding = finding.fix(Fix::suggestion("store the access token").with_edits(edits));
    }
    findings.push(finding);
}

/// Whether a request of the app reads a key of the store, other than those that renew and end the tokens.
fn reads_outside_renewal<'a>(whole: &Whole<'a>, connection: &Connection<'a>, key: &str) -> bool {
    let own = connection.sites.iter().filter(|site| !matches!(site.phase, Phase::Refresh | Phase::Invalidate));
    let others = whole.others.iter().flat_map(|other| &other.sites);
    let mut reads = own.chain(others).flat_map(|site| site.reads());
    reads.any(|read| STORE_ROOTS.contains(&read.root()) && read.key() == Some(key))
}

/// What a phase stores of `body.access_token` itself.
fn access_tokens<'c, 'a>(connection: &'c Connection<'a>, phase: Phase) -> Vec<DataWrite<'c, 'a>> {
    let is_access_token = |site: &Site<'_>| {
        let steps = whole(site.template).and_then(|expr| steps(site.template, expr));
        steps.filter(|steps| steps[0] == "body").and_then(<[_]>::last).is_some_and(|last| ends_as(last, "accesstoken"))
    };
    data_writes(connection, phase).into_iter().filter(|write| write.site.is_some_and(is_access_token)).collect()
}

/// Where a token comes from: the request of the phase, and its path in the answer.
type Answer<'t> = (usize, &'t [SmolStr]);

fn answer_of<'c>(write: &DataWrite<'c, '_>) -> Option<Answer<'c>> {
    let site = write.site?;
    Some((site.request, steps(site.template, whole(site.template)?)?))
}

/// Of the tokens that `token` stores, none of which `refresh` does, the one it must be about: that of the path it reads
/// itself, or else the one nearest to the top of the last answer.
fn lost_answer<'c>(first: &[DataWrite<'c, '_>], again: &[DataWrite<'c, '_>]) -> Option<Answer<'c>> {
    let read: Vec<_> = again.iter().filter_map(|write| Some(answer_of(write)?.1)).collect();
    let answers = || first.iter().filter_map(answer_of);
    let is_read = |answer: &Answer<'_>| read.contains(&answer.1);
    let nearest = |(request, path): &Answer<'_>| (std::cmp::Reverse(*request), path.len());
    answers().filter(is_read).min_by_key(nearest).or_else(|| answers().min_by_key(nearest))
}

/// The keys that requests of the app read, but for those of `token`, which may read what came a step before.
fn read_keys<'s, 'a>(whole: &'s Whole<'a>, connection: &'s Connection<'a>) -> HashSet<&'s str> {
    let own = connection.sites.iter().filter(|site| site.phase != Phase::Token);
    let others = whole.others.iter().flat_map(|other| &other.sites);
    let reads = own.chain(others).flat_map(|site| site.reads());
    reads.filter(|read| STORE_ROOTS.contains(&read.root())).filter_map(|read| read.key()).collect()
}
