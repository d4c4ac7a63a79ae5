//! What findings advise where several things could be done: the words, not the places.

use connspec_checks::check;
use connspec_diagnostics::Severity;
use connspec_spec::layout::{Memory, load_app_from};

/// The help and the title of the fix of the findings of one code.
fn advice(code: &str, text: &str) -> Vec<(String, Option<String>)> {
    let app = load_app_from(&Memory::from([("acme.jsonc", text)]), "acme.jsonc").expect("it can be read");
    let findings = check(&app).into_iter().filter(|finding| finding.code == code);
    findings.map(|finding| (finding.help, finding.fix.map(|fix| fix.title))).collect()
}

#[test]
fn a_block_of_oauth1_is_not_taken_for_one_of_oauth2() {
    let text = r#"{
        "requestToken": { "url": "https://api.acme.test/request_token" },
        "access_token": { "url": "https://api.acme.test/access_token" }
    }"#;
    let fix = Some("rename `access_token` to `accessToken`".to_owned());
    assert_eq!(advice("CS0102", text), [("did you mean `accessToken`?".to_owned(), fix)]);
    let of_oauth2 = text.replace("requestToken", "authorize");
    let fix = Some("rename `access_token` to `token`".to_owned());
    assert_eq!(advice("CS0102", &of_oauth2), [("did you mean `token`?".to_owned(), fix)]);
}

#[test]
fn a_lost_verifier_is_made_in_authorize() {
    let text = r#"{
        "authorize": {
            "url": "https://api.acme.test/authorize",
            "response": { "temp": { "code": "{{query.code}}" } }
        },
        "token": {
            "url": "https://api.acme.test/token",
            "body": { "code": "{{temp.code}}", "code_verifier": "{{temp.codeVerifier}}" }
        }
    }"#;
    let help = r#"add `"codeVerifier": "{{uuid}}{{uuid}}"` to `authorize.temp`"#;
    assert_eq!(advice("CS0326", text), [(help.to_owned(), None)]);
}

#[test]
fn a_literal_verifier_is_no_common_data() {
    let text = r#"{
        "authorize": {
            "temp": { "codeVerifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" },
            "url": "https://api.acme.test/authorize"
        },
        "token": {
            "url": "https://api.acme.test/token",
            "body": { "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk" }
        }
    }"#;
    let help = "make a new one for each connection: `{{uuid}}{{uuid}}` in `authorize.temp`";
    assert_eq!(advice("CS0616", text), [(help.to_owned(), None), (help.to_owned(), None)]);
}

#[test]
fn what_needs_no_request_is_made_in_authorize() {
    let text = r#"{
        "preauthorize": { "temp": { "codeVerifier": "{{uuid}}{{uuid}}" } },
        "authorize": { "url": "https://api.acme.test/authorize" },
        "token": { "url": "https://api.acme.test/token" }
    }"#;
    let help = "move its `temp` to `authorize`, which is the place for what needs no request";
    assert_eq!(advice("CS0203", text), [(help.to_owned(), None)]);
}

#[test]
fn a_verifier_that_nothing_brings_is_less_certain() {
    let text = |callback: &str| {
        let text = r#"{
            "oauth": { "consumer_key": "k", "consumer_secret": "{{common.secret}}" },
            "requestToken": { "url": "https://api.acme.test/r" },
            "authorize": { "url": "https://api.acme.test/a", "response": { "valid": "{{query.CALLBACK}}" } },
            "accessToken": { "url": "https://api.acme.test/x", "oauth": { "token": "{{temp.token}}" } }
        }"#;
        let text = text.replace("CALLBACK", callback);
        let app = load_app_from(&Memory::from([("acme.jsonc", text.as_str())]), "acme.jsonc").expect("it can be read");
        let finding = check(&app).into_iter().find(|finding| finding.code == "CS0921").expect("it is found");
        finding.severity.to_string()
    };
    assert_eq!(text("oauth_verifier"), "error");
    assert_eq!(text("oauth_token"), "warning");
}

#[test]
fn a_list_is_asked_for_where_the_review_asks_for_it() {
    let secret = r#""headers": { "x-api-key": "{{connection.apiKey}}" }"#;
    let module = format!(r#"{{ "url": "/users", {secret} }}"#);
    let webhook = format!(r#"{{ "url": "https://api.acme.test/hooks", {secret} }}"#);
    let files = Memory::from([
        ("acme/metadata.json", r#"{ "name": "acme" }"#),
        ("acme/base.imljson", r#"{ "baseUrl": "https://api.acme.test" }"#),
        ("acme/connections/acme/api.imljson", r#"{ "url": "https://api.acme.test/me" }"#),
        ("acme/modules/get/api.imljson", &module),
        ("acme/webhooks/events/attach.imljson", &webhook),
    ]);
    let app = load_app_from(&files, "acme").expect("it can be read");
    let found = check(&app).into_iter().filter(|finding| finding.code == "CS0701");
    let told: Vec<_> =
        found.map(|finding| (finding.block.unwrap_or_default(), finding.severity, finding.help)).collect();
    let help = r#"add `"log": {"sanitize": ["request.headers.x-api-key"]}`"#;
    let wanted = [
        ("get".to_owned(), Severity::Error, format!("{help}, here or in the base, which every module inherits")),
        ("events".to_owned(), Severity::Info, help.to_owned()),
    ];
    assert_eq!(told, wanted);
}
