//! `pkce-challenge-wrong`: the challenge, worked out for a few verifiers, is not theirs.

use std::sync::LazyLock;

use connspec_diagnostics::{Fix, Severity};
use connspec_iml::{Collection, FixedHost, Scope, Template, Value};

use super::{challenge, verifier_key};
use crate::rule::{Check, Findings, Rule};
use crate::sending::Sent;
use crate::subject::Connection;
use crate::symbolic::{is_random, steps, whole};

pub static RULE: Rule = Rule {
    code: "CS0407",
    name: "pkce-challenge-wrong",
    severity: Severity::Error,
    documentation: DOCUMENTATION,
    check: Check::Connection(check),
};

const DOCUMENTATION: &str = r#"
The expression of `code_challenge` does not give the challenge of the verifier that `token` sends. It is worked out for
a few verifiers and compared with the standard's.

## Why
The provider works the challenge out from the verifier and compares. A hexadecimal digest, a padding left at the end, or
a `+` that stays is another text: it answers `invalid_grant`, always or every now and then.

## Example
```jsonc connection
{
  "authorize": {
    "temp": { "verifier": "{{uuid}}{{uuid}}" },
    "url": "https://api.acme.test/oauth/authorize",
    "qs": { "code_challenge": "{{sha256(temp.verifier, 'base64')}}", "code_challenge_method": "S256" }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code_verifier": "{{temp.verifier}}" } }
}
```

## Instead
```jsonc connection
{
  "authorize": {
    "temp": { "verifier": "{{uuid}}{{uuid}}" },
    "url": "https://api.acme.test/oauth/authorize",
    "qs": {
      "code_challenge": "{{replace(replace(replace(sha256(temp.verifier, 'base64'), '+', '-'), '/', '_'), '=', '')}}",
      "code_challenge_method": "S256"
    }
  },
  "token": { "url": "https://api.acme.test/oauth/token", "body": { "code_verifier": "{{temp.verifier}}" } }
}
```

## Fix
The chain of `replace` is suggested for S256.

## Source
RFC 7636 §4.2, §4.6.
"#;

/// So many verifiers are tried whose digests hold more than one of a character that has to be replaced, for each of them.
const OF_EACH: usize = 2;

fn check(connection: &Connection<'_>, findings: &mut Findings) {
    let Some((authorize, sent)) = challenge(connection) else { return };
    let method = authorize.sends("code_challenge_method");
    let is_hashed = match (&method, method.literal()) {
        (_, Some("S256")) => true,
        (_, Some("plain")) => false,
        // Without a method another rule asks for one where it matters.
        (Sent::Absent, _) if super::is_hashed(connection, &sent) => true,
        _ => return,
    };
    let Some(key) = verifier_key(connection) else { return };
    let Some((template, place)) = made_of(connection, &sent, &key) else { return };
    let chain = format!("replace(replace(replace(sha256(temp.{key}, 'base64'), '+', '-'), '/', '_'), '=', '')");
    let right = if is_hashed { format!("{{{{{chain}}}}}") } else { format!("{{{{temp.{key}}}}}") };
    if template.source() == right || agrees(&template, &key, is_hashed) != Some(false) {
        return;
    }
    let written = serde_json::Value::from(right.as_str()).to_string();
    findings.push(
        RULE.finding("this is not the challenge of the verifier")
            .at(place)
            .why("the provider works it out from the verifier, finds another text and answers `invalid_grant`")
            .help(format!("write `{right}`"))
            .fix(Fix::suggestion("write the challenge of the standard").replace(place, written))
            .in_block(authorize.block),
    );
}

/// The expression that makes the challenge from nothing but the verifier, and where it stands: what is sent, or the
/// `temp` key that is.
fn made_of(
    connection: &Connection<'_>,
    sent: &Sent<'_>,
    verifier: &str,
) -> Option<(Template, connspec_diagnostics::Place)> {
    let Sent::Member(member) = sent else { return None };
    let sent = member.value.template()?.clone();
    let reads_verifier_only = |template: &Template| {
        let variables = template.variables();
        !variables.is_empty()
            && !is_random(template)
            && variables.iter().all(|variable| !variable.computed && variable.segments == ["temp", verifier])
    };
    if reads_verifier_only(&sent) {
        return Some((sent, member.value.place));
    }
    let steps = steps(&sent, whole(&sent)?)?;
    let [root, key] = steps else { return None };
    let writes = connection.sites.iter().filter(|site| {
        (site.is_under(&["temp"]) || site.is_under(&["response", "temp"]))
            && site.phase.keeps_temp()
            && site.key() == key
    });
    let writes: Vec<_> = writes.collect();
    let [write] = writes.as_slice() else { return None };
    // In the very `temp` that makes the verifier it would be empty: another rule tells that.
    let same_temp = connection.names.writes_of("temp", verifier).any(|other| {
        other.phase == Some(write.phase) && other.request == write.request && other.before == write.is_under(&["temp"])
    });
    (root == "temp" && !same_temp && reads_verifier_only(write.template))
        .then(|| (write.template.clone(), write.node.place))
}

/// Whether the expression gives the challenge of every verifier; none where it cannot be worked out.
fn agrees(template: &Template, key: &str, is_hashed: bool) -> Option<bool> {
    let host = FixedHost::new(0, "UTC", 0);
    for (verifier, challenge) in CHALLENGES.iter() {
        let mut temp = Collection::new();
        temp.insert(key, verifier.clone());
        let temp = Value::Collection(temp);
        let found = template.eval(&Scope::new().with("temp", &temp), &host).ok()?;
        if found != *(if is_hashed { challenge } else { verifier }) {
            return Some(false);
        }
    }
    Some(true)
}

/// Verifiers and their challenges by RFC 7636 §4.2, method S256.
static CHALLENGES: LazyLock<Vec<(Value, Value)>> = LazyLock::new(|| {
    let standard = "{{replace(replace(replace(sha256(verifier, 'base64'), '+', '-'), '/', '_'), '=', '')}}";
    let (standard, host) = (Template::parse(standard), FixedHost::new(0, "UTC", 0));
    let pairs = (0..).map(|number| {
        let verifier = Value::from(format!("verifier-{number:03}-of-the-forty-three-characters-or-more"));
        let challenge = standard.eval(&Scope::new().with("verifier", &verifier), &host);
        (verifier, challenge.expect("the standard's own words"))
    });
    let mut wanted = [("-", OF_EACH), ("_", OF_EACH)];
    let mut chosen = Vec::new();
    for (verifier, challenge) in pairs {
        let repeats = |mark: &str| challenge.as_text().is_some_and(|text| text.matches(mark).count() > 1);
        if let Some((_, left)) = wanted.iter_mut().find(|(mark, left)| *left > 0 && repeats(mark)) {
            *left -= 1;
            chosen.push((verifier, challenge));
        } else if wanted.iter().all(|(_, left)| *left == 0) {
            break;
        }
    }
    chosen
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slip_shows_with_one_of_the_verifiers() {
        let right = "{{replace(replace(replace(sha256(temp.v, 'base64'), '+', '-'), '/', '_'), '=', '')}}";
        assert_eq!(agrees(&Template::parse(right), "v", true), Some(true));
        for wrong in [
            right.replace("'+', '-'", "'+', '+'"),
            right.replace("'/', '_'", "'/', '/'"),
            right.replace("'=', ''", "'=', '='"),
            right.replace("'+', '-'", "'+', '_'"),
            // Without the flag g an expression replaces the first only.
            right.replace("'+'", r"'/\\+/'").replace(r"\\", r"\"),
            right.replace("'/', '_'", r"'/\//', '_'"),
        ] {
            assert_eq!(agrees(&Template::parse(&wrong), "v", true), Some(false), "{wrong}");
        }
        assert_eq!(agrees(&Template::parse("{{temp.v}}"), "v", false), Some(true));
        assert_eq!(agrees(&Template::parse("{{temp.v}}"), "v", true), Some(false));
    }
}
