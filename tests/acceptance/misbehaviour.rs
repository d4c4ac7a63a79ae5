//! A provider that misbehaves in every named way: each ends in the documented error, in time, without a secret.

use std::time::{Duration, Instant};

use connspec_provider::academy::{Decision, Person};
use connspec_provider::faults::Fault;

use crate::support::Sandbox;

/// Fault, exit code, `error.type` (empty: it connects), words of the message, block.
///
/// Types: communication.md §7 (status defaults) and §8 (transport); cli.md for those Make has no name for. The bundled
/// definition's own `error` entries decide where it has one.
const OUTCOMES: &[(&str, &str, &str, &str)] = &[
    ("wrong-unit", "", "", ""),
    ("refresh-expired", "", "", ""),
    ("missing-scope", "RuntimeError", "lacks the scope connect", "info"),
    ("error-message-callback", "ConnectionError", "did not grant access", "authorize"),
    ("other-person", "", "", ""),
    ("html-error-page", "ConnectionError", "[502]", "token"),
    ("empty-400", "RuntimeError", "[400]", "token"),
    ("error-with-200", "DataError", "no access token", "token"),
    ("json-as-text-plain", "", "", ""),
    ("expires-in-as-text", "", "", ""),
    ("missing-token-type", "", "", ""),
    ("rate-limited", "RateLimitError", "[429]", "token"),
    ("redirect-to-another-host", "RuntimeError", "elsewhere.invalid", "token"),
    ("endless-redirect", "LimitExceeded", "21 redirects", "token"),
    ("gzip-bomb", "DataError", "Invalid JSON", "token"),
    // The bytes stand inside the token: as JavaScript reads them, it is another token, which the Academy does not know.
    ("invalid-utf8", "InvalidAccessTokenError", "does not accept the access token", "info"),
    ("duplicate-headers", "", "", ""),
    ("huge-header", "LimitExceeded", "headers", "token"),
    ("slow-body", "ProviderUnreachable", "did not answer completely", "token"),
    ("body-cut-short", "ProviderUnreachable", "before its answer was complete", "token"),
    ("reset-connection", "ProviderUnreachable", "broke the connection off", "token"),
    ("lost-answer", "ProviderUnreachable", "closed the connection", "token"),
    ("wrong-content-length", "DataError", "Invalid JSON", "token"),
];

/// The bundled definition with a timeout of its own, so that nobody waits 40 seconds for the slow one.
fn impatient(sandbox: &Sandbox) {
    sandbox.run(&["specs", "copy", "academy-v2", "app"]).ended(0);
    let path = sandbox.path("app/connections/academy-v2/academy-v2.oauth-communication.iml.json");
    let text = std::fs::read_to_string(&path).unwrap();
    let guard = r#""condition": "{{temp.code}}","#;
    assert_eq!(text.matches(guard).count(), 1);
    std::fs::write(&path, text.replace(guard, &format!(r#"{guard} "timeout": 2000,"#))).unwrap();
}

#[test]
fn every_fault_is_in_the_table() {
    let named: Vec<_> = OUTCOMES.iter().map(|(fault, ..)| *fault).collect();
    let all: Vec<_> = Fault::all().map(Fault::name).collect();
    assert_eq!(named, all);
}

#[test]
fn each_fault_ends_as_documented() {
    let sandbox = Sandbox::new();
    impatient(&sandbox);
    let mut wrong = Vec::new();
    for (fault, kind, words, block) in OUTCOMES {
        let served = sandbox.academy(&["--fault", fault]);
        let map = served.map();
        let waiting = sandbox.start(&["connect", "app", "--json", "--no-save", "--no-browser", "--map-origin", &map]);
        let begun = Instant::now();
        waiting.consent(Person::JaneBlack, Decision::Allow);
        let ran = waiting.finish().hides(&["academy-demo-secret"]);
        assert!(begun.elapsed() < Duration::from_secs(20), "{fault} took {:?}", begun.elapsed());
        let error = &ran.json()["error"];
        let as_documented = if kind.is_empty() {
            ran.code() == 0 && error.is_null()
        } else {
            let placed = error["location"]["line"].is_u64();
            let message = error["message"].as_str().unwrap_or_default();
            ran.code() == 1 && error["type"] == *kind && error["block"] == *block && message.contains(words) && placed
        };
        if !as_documented {
            wrong.push(format!("{fault}: exit {}, {error}", ran.code()));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), OUTCOMES.len(), wrong.join("\n"));
}
