//! What findings about tokens advise, and how sure they are: the texts, the fixes and the severities, not the places.

use connspec_checks::check;
use connspec_diagnostics::{Diagnostic, Severity, apply_edits};
use connspec_spec::App;
use connspec_spec::layout::{Memory, load_app_from};

fn load(text: &str) -> App {
    load_app_from(&Memory::from([("acme.jsonc", text)]), "acme.jsonc").expect("it can be read")
}

/// The findings of one code.
fn found(code: &str, text: &str) -> Vec<Diagnostic> {
    check(&load(text)).into_iter().filter(|finding| finding.code == code).collect()
}

/// What the fix of the one finding makes of the text.
fn mended(code: &str, text: &str) -> String {
    let app = load(text);
    let mut findings = check(&app).into_iter().filter(|finding| finding.code == code);
    let fix = findings.next().expect("it is found").fix.expect("it can be mended");
    assert!(findings.next().is_none(), "one finding");
    let (source, of_source) = app.sources.iter().next().expect("it has a file");
    apply_edits(of_source.text(), source, &fix.edits).expect("the edits fit")
}

fn severity(code: &str, text: &str) -> Severity {
    let found = found(code, text);
    assert_eq!(found.len(), 1, "one finding");
    found[0].severity
}

/// An authorization code flow whose `refresh` goes by `condition` and whose blocks store `data`.
fn renewed(condition: &str, token: &str, refresh: &str) -> String {
    format!(
        r#"{{
            "authorize": {{ "url": "https://api.acme.test/oauth/authorize" }},
            "token": {{ "url": "https://api.acme.test/oauth/token", "response": {token} }},
            "refresh": {{
                {condition}
                "url": "https://api.acme.test/oauth/token",
                "body": {{ "grant_type": "refresh_token", "refresh_token": "{{{{data.`refresh-token`}}}}" }},
                "response": {refresh}
            }}
        }}"#
    )
}

#[test]
fn a_key_with_a_dash_is_read_in_backticks() {
    let token = r#"{ "data": { "refresh-token": "{{body.refresh_token}}" } }"#;
    let mended_text = mended("CS0513", &renewed("", token, token));
    assert!(mended_text.contains("{{ifempty(body.refresh_token, data.`refresh-token`)}}"), "{mended_text}");
    let refresh = r#"{ "data": { "accessToken": "{{body.access_token}}" } }"#;
    let mended_text = mended("CS0515", &renewed("", token, refresh));
    assert!(mended_text.contains("{{ifempty(body.refresh_token, data.`refresh-token`)}}"), "{mended_text}");
    let other = r#"{ "data": { "refresh-token": "{{ifempty(body.refresh_token, data.otherToken)}}" } }"#;
    let mended_text = mended("CS0513", &renewed("", token, other));
    assert!(mended_text.contains("{{ifempty(body.refresh_token, data.`refresh-token`)}}"), "{mended_text}");
    let ends = r#"{ "data": { "expires-at": "{{addSeconds(now, body.expires_in)}}" } }"#;
    let mended_text = mended("CS0504", &renewed("", ends, ends));
    assert!(mended_text.contains("{{data.`expires-at` < addMinutes(now, 1)}}"), "{mended_text}");
}

#[test]
fn a_plain_key_needs_no_backticks() {
    let ends = r#"{ "data": { "expires_2": "{{addSeconds(now, body.expires_in)}}" } }"#;
    let mended_text = mended("CS0504", &renewed("", ends, ends));
    assert!(mended_text.contains("{{data.expires_2 < addMinutes(now, 1)}}"), "{mended_text}");
}

/// `token` without a browser, whose data has the keys of the refresh token first.
fn without_browser(condition: &str) -> String {
    format!(
        r#"{{
            "token": {{
                {condition}
                "url": "https://api.acme.test/oauth/token",
                "body": {{ "grant_type": "client_credentials" }},
                "response": {{
                    "data": {{
                        "refreshToken": "{{{{body.refresh_token}}}}",
                        "refreshExpires": "{{{{addSeconds(now, body.refresh_expires_in)}}}}",
                        "access-token": "{{{{body.access_token}}}}",
                        "expires": "{{{{addSeconds(now, body.expires_in)}}}}"
                    }}
                }}
            }}
        }}"#
    )
}

#[test]
fn a_condition_goes_by_the_end_of_the_access_token() {
    let wanted = "{{if(data.`access-token`, data.expires < addMinutes(now, 1), true)}}";
    for (code, condition) in
        [("CS0501", ""), ("CS0501", r#""condition": "{{data.expires < now}}","#), ("CS0503", r#""condition": true,"#)]
    {
        let mended_text = mended(code, &without_browser(condition));
        assert!(mended_text.contains(wanted), "{code}: {mended_text}");
    }
    let both = r#"{
        "data": {
            "refreshExpires": "{{addSeconds(now, body.refresh_expires_in)}}",
            "expires": "{{addSeconds(now, body.expires_in)}}"
        }
    }"#;
    let mended_text = mended("CS0504", &renewed("", both, both));
    assert!(mended_text.contains("{{data.expires < addMinutes(now, 1)}}"), "{mended_text}");
    let mended_text = mended("CS0505", &renewed(r#""condition": "{{data.expiryDate < now}}","#, both, both));
    assert!(mended_text.contains("{{data.expires < now}}"), "{mended_text}");
}

#[test]
fn an_end_at_the_response_is_an_error_only_where_nothing_is_renewed() {
    let ends = r#""expires": "{{addSeconds(now, body.expires_in)}}" }"#;
    let other = format!(r#"{{ "data": {{ "validUntil": "{{{{addSeconds(now, body.expires_in)}}}}" }}, {ends}"#);
    let by_it = renewed(r#""condition": "{{data.validUntil < addMinutes(now, 5)}}","#, &other, "{}");
    assert_eq!(severity("CS0506", &by_it), Severity::Warning);
    let alone = format!(r#"{{ "data": {{ "accessToken": "{{{{body.access_token}}}}" }}, {ends}"#);
    assert_eq!(severity("CS0506", &renewed("", &alone, "{}")), Severity::Warning);
    let never = renewed(r#""condition": "{{data.expires < addMinutes(now, 5)}}","#, &alone, "{}");
    assert_eq!(severity("CS0506", &never), Severity::Error);
}

#[test]
fn what_a_server_may_ignore_or_take_is_a_warning() {
    let token = |sent: &str| {
        format!(
            r#"{{ "token": {{ "condition": "{{{{!data.accessToken}}}}", "url": "https://api.acme.test/oauth/token", "body": {{ {sent} }} }} }}"#
        )
    };
    let leftover = token(r#""grant_type": "client_credentials", "redirect_uri": "{{oauth.localRedirectUri}}""#);
    assert_eq!(severity("CS0520", &leftover), Severity::Warning);
    let code = token(r#""grant_type": "client_credentials", "code": "{{temp.code}}""#);
    assert_eq!(severity("CS0520", &code), Severity::Error);
    assert_eq!(severity("CS0526", &token(r#""grant_type": "device_code""#)), Severity::Warning);
    assert_eq!(severity("CS0526", &token(r#""grant_type": "authorisation_code""#)), Severity::Error);
}

#[test]
fn only_a_request_of_the_standard_certainly_needs_a_grant() {
    let exchange = |sent: &str, headers: &str| {
        format!(
            r#"{{
                "authorize": {{ "url": "https://api.acme.test/authorize" }},
                "token": {{ "url": "https://api.acme.test/token", {headers} "body": {{ "code": "{{{{temp.code}}}}"{sent} }} }}
            }}"#
        )
    };
    assert_eq!(severity("CS0519", &exchange(r#", "client_id": "{{common.clientId}}""#, "")), Severity::Error);
    let basic = r#""headers": { "authorization": "Basic {{base64(common.id + ':' + common.secret)}}" },"#;
    assert_eq!(severity("CS0519", &exchange("", basic)), Severity::Error);
    assert_eq!(severity("CS0519", &exchange(r#", "app_key": "{{common.key}}""#, "")), Severity::Warning);
}

#[test]
fn milliseconds_taken_from_a_date_may_be_meant() {
    let ends = r#"{ "data": { "expires": "{{addSeconds(now, body.expires_in)}}" } }"#;
    let taken = renewed(r#""condition": "{{data.expires - 300000 < now}}","#, ends, ends);
    assert_eq!(severity("CS0529", &taken), Severity::Warning);
    let compared = renewed(r#""condition": "{{data.expires < timestamp}}","#, ends, ends);
    assert_eq!(severity("CS0529", &compared), Severity::Error);
}

#[test]
fn text_is_never_read_by_the_names_of_oauth1_and_what_is_automatic_sometimes() {
    let text = |kind: &str| {
        format!(
            r#"{{
                "requestToken": {{ "url": "https://api.acme.test/r" }},
                "accessToken": {{
                    "url": "https://api.acme.test/x",
                    "response": {{ {kind} "data": {{ "accessToken": "{{{{body.oauth_token}}}}" }} }}
                }}
            }}"#
        )
    };
    assert_eq!(severity("CS0901", &text("")), Severity::Warning);
    assert_eq!(severity("CS0901", &text(r#""type": "text","#)), Severity::Error);
    let mended_text = mended("CS0901", &text(r#""type": "automatic","#));
    assert!(mended_text.contains(r#""type": "urlencoded""#), "{mended_text}");
}

#[test]
fn a_credential_gets_the_scheme_it_has_elsewhere() {
    let files = |scheme: &str| {
        let connection = r#"{
            "url": "https://api.acme.test/me",
            "headers": { "authorization": "SCHEME {{parameters.apiKey}}" }
        }"#;
        let manifest = r#"{
            "fileVersion": 1,
            "generalCodeFiles": { "base": "base.iml.json" },
            "components": {
                "connection": {
                    "acme": { "connectionType": "basic", "codeFiles": { "communication": "acme.communication.iml.json" } }
                }
            }
        }"#;
        let base = r#"{ "baseUrl": "https://api.acme.test", "headers": { "authorization": "{{connection.apiKey}}" } }"#;
        let files = Memory::from([
            ("acme/makecomapp.json", manifest),
            ("acme/acme.communication.iml.json", connection.replace("SCHEME", scheme).as_str()),
            ("acme/base.iml.json", base),
        ]);
        let app = load_app_from(&files, "acme").expect("it can be read");
        let found: Vec<_> = check(&app).into_iter().filter(|finding| finding.code == "CS0524").collect();
        assert_eq!(found.len(), 1, "one finding");
        found[0].fix.as_ref().expect("it can be mended").edits[0].text.clone()
    };
    assert_eq!(files("Token"), r#""Token {{connection.apiKey}}""#);
    assert_eq!(files("Bearer"), r#""Bearer {{connection.apiKey}}""#);
}

#[test]
fn a_renewal_that_asks_almost_rightly_is_told_once() {
    let text = r#"{
        "authorize": { "url": "https://api.acme.test/authorize" },
        "token": { "url": "https://api.acme.test/token" },
        "refresh": { "url": "https://api.acme.test/token", "body": { "grant_type": "refresh_tokens" } }
    }"#;
    assert_eq!((found("CS0516", text).len(), found("CS0526", text).len()), (1, 0));
}

#[test]
fn a_first_token_that_never_comes_is_told_once() {
    let text = r#"{
        "token": {
            "condition": "{{data.accessToken}}",
            "url": "https://api.acme.test/oauth/token",
            "response": { "data": { "accessToken": "{{body.access_token}}" } }
        }
    }"#;
    assert_eq!((found("CS0501", text).len(), found("CS0503", text).len()), (1, 0));
}

#[test]
fn another_spelling_of_the_grant_is_told_once() {
    let text = r#"{
        "authorize": { "url": "https://api.acme.test/authorize" },
        "token": {
            "url": "https://api.acme.test/token",
            "body": { "grantType": "authorization_code", "client_id": "{{common.id}}", "code": "{{temp.code}}" }
        }
    }"#;
    assert_eq!((found("CS0324", text).len(), found("CS0519", text).len()), (1, 0));
}

#[test]
fn the_code_that_the_callback_brings_is_not_read_from_where_it_is_kept() {
    let text = r#"{
        "authorize": {
            "url": "https://api.acme.test/oauth/authorize",
            "response": { "temp": { "code": "{{oauth.code}}" } }
        },
        "token": { "url": "https://api.acme.test/oauth/token" }
    }"#;
    assert!(mended("CS0314", text).contains(r#""code": "{{query.code}}""#));
}
