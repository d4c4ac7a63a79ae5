//! Integration manifests: fragments name what they lack, a folder that holds both dialects is judged by both, and real
//! manifests are read without a panic.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test that looks for files, and says what it found"
)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use connspec_checks::check;
use connspec_diagnostics::Diagnostic;
use connspec_spec::App;
use connspec_spec::layout::{Disk, Memory, load_app_from};

fn load(files: &[(&str, &str)], path: &str) -> App {
    let files: Memory = files.iter().map(|(path, text)| (PathBuf::from(path), *text)).collect();
    load_app_from(&files, Path::new(path)).unwrap()
}

/// What is found in a manifest of this text, of one code.
fn found(text: &str, code: &str) -> Vec<(String, String)> {
    let app = load(&[("manifest.json", text)], "manifest.json");
    let place = |finding: &Diagnostic| app.sources.slice(finding.place.unwrap()).to_owned();
    let of_code = check(&app).into_iter().filter(|finding| finding.code == code);
    of_code.map(|finding| (finding.message.clone(), place(&finding))).collect()
}

/// chiefonboarding.md §1 and §2: what a manifest, `oauth`, a request cannot do without.
#[test]
fn a_fragment_names_what_is_missing() {
    const OAUTH: &str = r#""oauth": {"authenticate_url": "https://a.test?response_type=code"}"#;
    for (text, missing) in [
        (r#"{"form": []}"#.to_owned(), vec!["the manifest lacks `execute`"]),
        (r#"{"exists": {}, "revoke": []}"#.to_owned(), vec!["the manifest lacks `execute`"]),
        (r#"{"schedule": "* * * * *"}"#.to_owned(), vec!["the manifest lacks `execute` and `data_structure`"]),
        (r#"{"execute": [], "action": "create"}"#.to_owned(), vec!["the manifest lacks `data_structure`"]),
        (format!("{{{OAUTH}, \"execute\": []}}"), vec!["`oauth` lacks `access_token`"]),
        (format!("{{{OAUTH}}}"), vec!["`oauth` lacks `access_token`", "the manifest lacks `execute`"]),
        (
            r#"{"oauth": {"without_code": true}, "execute": []}"#.to_owned(),
            vec!["`oauth` lacks `authenticate_url` and `access_token`"],
        ),
        (r#"{"execute": [{"method": "GET"}]}"#.to_owned(), vec!["the request `execute[1]` lacks `url`"]),
        (
            r#"{"execute": [], "oauth": {"authenticate_url": "https://a.test", "access_token": {"method": "GET"}}}"#
                .to_owned(),
            vec!["the request `oauth.access_token` lacks `url`"],
        ),
        (r#"{"execute": [{"url": "", "method": "GET"}]}"#.to_owned(), vec!["the request `execute[1]` lacks `url`"]),
        (r#"{"execute": [], "form": [{"id": "", "name": "x"}]}"#.to_owned(), vec!["`form[0]` lacks `id`"]),
        // What has another shape is there, and has a finding of its own.
        (r#"{"execute": {"url": "https://a.test"}}"#.to_owned(), vec![]),
        (r#"{"execute": [{"url": ["https://a.test"], "method": ["GET"]}]}"#.to_owned(), vec![]),
        (r#"{"execute": [], "data_structure": ["email"]}"#.to_owned(), vec![]),
        (r#"{"execute": [], "oauth": {"authenticate_url": {}, "access_token": []}}"#.to_owned(), vec![]),
        (
            r#"{"execute": [], "oauth": {"authenticate_url": "", "access_token": {}}}"#.to_owned(),
            vec!["`oauth` lacks `authenticate_url` and `access_token`"],
        ),
        (r#"{"execute": [{"url": "https://a.test", "polling": {"interval": "5", "amount": 1}}]}"#.to_owned(), vec![]),
        (r#"{"execute": [], "form": [{"name": "x"}]}"#.to_owned(), vec!["`form[0]` lacks `id`"]),
        (
            r#"{"execute": [{"url": "https://a.test", "continue_if": {"value": "x"}}]}"#.to_owned(),
            vec!["`continue_if` lacks `response_notation`"],
        ),
        (
            r#"{"execute": [{"url": "https://a.test", "polling": {"amount": 1}}]}"#.to_owned(),
            vec!["`polling` lacks `interval`"],
        ),
    ] {
        let mut messages: Vec<String> = found(&text, "CS0031").into_iter().map(|(message, _)| message).collect();
        messages.sort();
        assert_eq!(messages, missing, "{text}");
    }
}

#[test]
fn a_list_of_a_manifest_s_own_findings_has_every_place() {
    let text = r#"{"header": {}, "oauth": {}, "execute": [{"url": "http://a.test", "status_code": [200]}]}"#;
    for (code, place) in [
        ("CS1101", "\"header\""),
        ("CS1104", "\"url\""),
        ("CS1107", "\"oauth\""),
        ("CS1121", "http://"),
        ("CS1122", "200"),
    ] {
        let found = found(text, code);
        assert_eq!(found.iter().map(|(_, place)| place.as_str()).collect::<Vec<_>>(), [place], "{code}: {found:?}");
    }
}

/// Each mistake is said once, at its place, and nothing that is right is accused.
#[test]
fn each_mistake_is_said_once() {
    let codes = |text: &str| {
        let app = load(&[("manifest.json", text)], "manifest.json");
        let place = |finding: &Diagnostic| app.sources.slice(finding.place.unwrap()).to_owned();
        let found = check(&app).into_iter().filter(|finding| finding.severity > connspec_diagnostics::Severity::Info);
        found.map(|finding| format!("{} {}", finding.code, place(&finding))).collect::<Vec<_>>()
    };
    for (text, found) in [
        // A method of another shape is no missing one.
        (r#"{"execute": [{"url": "https://a.test", "method": ["GET"]}]}"#, vec![r#"CS0010 ["GET"]"#]),
        (r#"{"execute": [{"url": "https://a.test", "method": ""}]}"#, vec![r#"CS1104 """#]),
        (r#"{"execute": {"url": "https://a.test"}}"#, vec![r#"CS0010 {"url": "https://a.test"}"#]),
        (
            r#"{"execute": [{"url": "https://a.test", "method": "GET", "polling": {"interval": "5", "amount": 1},
                "continue_if": {"response_notation": "a", "value": "b"}}]}"#,
            vec![r#"CS0010 "5""#],
        ),
        // Python counts as far as it needs; a key that stands twice is lost there, too.
        (r#"{"execute": [{"url": "https://a.test", "method": "POST", "data": {"n": 123456789012345678901}}]}"#, vec![]),
        (r#"{"execute": [], "execute": []}"#, vec![r#"CS0109 "execute""#]),
        // Choices that nothing names, and a request that fetches some.
        (r#"{"execute": [], "form": [{"id": "A", "name": "a", "type": "choice"}]}"#, vec![r#"CS1103 "id""#]),
        (
            r#"{"execute": [], "form": [{"id": "A", "name": "a", "type": "choice", "url": "https://a.test", "method": "GET",
                "headers": {"X": "{{ nobody }}"}}]}"#,
            vec!["CS1117 nobody"],
        ),
        // A tag without its end is no secret, no name and no address of another shape.
        (
            r#"{"execute": [{"url": "https://a.test/{{ email", "method": "GET", "headers": {"X-Token": "{{ TOKEN }"}}]}"#,
            vec!["CS1140 {{ email", "CS1140 {{ TOKEN }"],
        ),
    ] {
        assert_eq!(codes(text), found, "{text}");
    }
}

/// A piece out of the documentation, without the braces around it: what it is shows, and Make's rules say nothing.
#[test]
fn members_without_braces_are_told_by_what_they_hold() {
    for (text, lacks) in [
        (
            "\"oauth\": {\n  \"authenticate_url\": \"https://a.test?response_type=code\",\n  \"refresh\": {}\n},\n",
            vec!["CS0001 :", "CS0031 oauth", "CS0031 manifest"],
        ),
        ("\"data_structure\": {\"email\": \"mail\"}", vec!["CS0001 :", "CS0031 manifest"]),
    ] {
        let app = load(&[("piece.json", text)], "piece.json");
        let found = check(&app);
        assert!(
            found.iter().all(|finding| finding.code.starts_with("CS00") || finding.code.starts_with("CS11")),
            "{found:?}"
        );
        let codes: Vec<&str> = found.iter().map(|finding| finding.code).collect();
        for wanted in lacks {
            let (code, _) = wanted.split_once(' ').unwrap();
            assert!(codes.contains(&code), "{wanted}: {codes:?}");
        }
        let syntax = found.iter().find(|finding| finding.code == "CS0001").unwrap();
        assert!(syntax.message.contains("outside of any object"), "{}", syntax.message);
    }
}

/// A folder with a manifest beside a base of Make's: each dialect's rules see their own.
#[test]
fn a_folder_that_holds_both_dialects() {
    const BASE: &str = r#"{"baseUrl": "https://api.acme.test", "headers": {"x-key": "{{nosuch(1)}}"}}"#;
    const OTHER: &str = r#"{
        "headers": {"Authorization": "Bearer {{ oauth.access_token }}"},
        "execute": [{"url": "http://api.acme.test/users", "method": "POST", "data": {"a": "{{ TYPO }}"}}]
    }"#;
    let app = load(&[("app/acme.json", OTHER), ("app/general/base.iml.json", BASE)], "app");
    assert!(app.base.is_some() && app.connections[0].is_manifest());
    let in_file = |name: &str| {
        let found = check(&app).into_iter();
        let here = found
            .filter(|finding| finding.place.is_some_and(|place| app.sources.get(place.source).name().ends_with(name)));
        here.map(|finding| finding.code).collect::<Vec<_>>()
    };
    assert_eq!(in_file("base.iml.json"), ["CS0805"]);
    let in_manifest = in_file("acme.json");
    assert!(in_manifest.contains(&"CS1121") && in_manifest.contains(&"CS1117"), "{in_manifest:?}");
    assert!(in_manifest.iter().all(|code| code.starts_with("CS11")), "{in_manifest:?}");
}

#[test]
fn rules_run_over_real_manifests() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/chiefonboarding");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: no corpus at {}", folder.display());
        return;
    };
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut files = 0;
    for entry in entries {
        let path = entry.unwrap().path();
        let app = load_app_from(&Disk, &path).unwrap();
        files += 1;
        for finding in check(&app) {
            assert!(finding.place.is_some(), "{}: {}", path.display(), finding.message);
            *counts.entry((finding.code, finding.rule)).or_default() += 1;
        }
    }
    println!("{files} manifests");
    for ((code, rule), count) in counts {
        println!("{code} {rule:<36} {count:>4}");
    }
}

/// Every item of chiefonboarding.md §7, by its first words, and the rule that looks for it. That a rule finds what it is
/// for its documentation and fixtures show (`rules.rs`).
const WORTH_HAVING: &[(&str, &str)] = &[
    ("refresh missing", "integration-refresh-missing"),
    ("status_code integers", "integration-status-code-numbers"),
    ("code cannot reach body", "integration-code-in-query"),
    ("secret in literal url/manifest", "integration-secret-in-source"),
    ("manifest Authorization leaking into token call", "integration-header-leak"),
    ("nested data with cast default", "integration-nested-data"),
    ("missing redirect_url", "integration-redirect-missing"),
    ("response_type absent", "integration-response-type-missing"),
    ("offline access flag missing", "integration-offline-access-missing"),
    ("`oauth.` field never returned", "integration-oauth-field"),
    ("values needing |safe", "integration-needs-safe"),
    ("http scheme", "integration-http-scheme"),
    ("expires_in absent but refresh defined", "integration-refresh-unused"),
    ("without_code with response_type=code", "integration-without-code-conflict"),
    ("unknown id in template", "integration-unknown-variable"),
    ("reserved user field names reused as ids", "integration-reserved-id"),
    ("method missing", "integration-method-missing"),
    ("secret flag omitted", "integration-secret-flag-missing"),
    ("description missing on generate", "integration-description-missing"),
];

#[test]
fn every_check_worth_having_is_a_rule() {
    let names: Vec<&str> = connspec_checks::rules().map(|rule| rule.name).collect();
    for (item, rule) in WORTH_HAVING {
        assert!(names.contains(rule), "{item}: there is no rule `{rule}`");
    }
    let reference = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/chiefonboarding.md");
    let Ok(text) = std::fs::read_to_string(&reference) else {
        eprintln!("skipped: the reference is not here to be compared with");
        return;
    };
    let section = text.split("## 7.").nth(1).unwrap().lines().skip(1).find(|line| !line.is_empty()).unwrap();
    let items: Vec<&str> = section.trim_end_matches('.').split(';').map(str::trim).collect();
    assert_eq!(items.len(), WORTH_HAVING.len(), "{items:?}");
    for (item, (known, _)) in items.iter().zip(WORTH_HAVING) {
        assert!(item.starts_with(known), "`{item}` is not `{known}`");
    }
}
