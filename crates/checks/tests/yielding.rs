//! Misspelt names seeded into a definition that is right: mending it gives the definition back, and no fix of another
//! finding copies the misspelling or writes the right name beside it. Of a slip the slip is told, and nothing that follows
//! from it.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::disallowed_methods, reason = "definitions are files")]

use std::path::{Path, PathBuf};

use connspec_checks::check;
use connspec_checks::mend::{Fixes, changes};
use connspec_diagnostics::Severity;
use connspec_spec::layout::{Memory, load_app_from};

const PLACE: &str = "app/communication.jsonc";

/// The communication of a bundled definition.
fn bundled(spec: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../specs/{spec}/connections/{spec}"));
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_communication = |path: &PathBuf| path.to_str().unwrap().ends_with("communication.iml.json");
    std::fs::read_to_string(files.into_iter().find(is_communication).unwrap()).unwrap()
}

/// The text with all fixes of this sort, again and again until nothing changes.
fn mended(text: &str, which: Fixes) -> String {
    let mut text = text.to_owned();
    for _ in 0..10 {
        let files: Memory = [(PathBuf::from(PLACE), text.as_str())].into_iter().collect();
        let app = load_app_from(&files, PLACE).unwrap();
        match changes(&app.sources, &check(&app), which).pop() {
            Some(change) => text = change.text,
            None => return text,
        }
    }
    panic!("mending does not end:\n{text}");
}

/// What is misspelt: the spec, what stands in it, what is written instead.
const MISSPELT: &[(&str, &str, &str)] = &[
    ("oauth2-pkce", "\"code_verifier\": \"{{temp", "\"code_verifer\": \"{{temp"),
    ("oauth2-pkce", "\"code_verifier\": \"{{temp", "\"codeVerifier\": \"{{temp"),
    ("oauth2-pkce", "\"refresh_token\": \"{{data", "\"refreshToken\": \"{{data"),
    ("oauth2-authorization-code", "\"client_secret\": \"{{", "\"clientSecret\": \"{{"),
    ("oauth2-authorization-code", "\"client_secret\": \"{{", "\"client_secrt\": \"{{"),
    ("oauth2-authorization-code", "\"grant_type\": \"authorization_code", "\"granttype\": \"authorization_code"),
    ("oauth2-password", "\"password\": \"{{", "\"pasword\": \"{{"),
    // The list has the right name already; the other is read in one place only.
    (
        "oauth2-authorization-code",
        "\"accessToken\": \"{{body.access_token}}\",\n                \"refreshToken\"",
        "\"accessToken\": \"{{body.acess_token}}\",\n                \"refreshToken\"",
    ),
    (
        "oauth2-authorization-code",
        "\"refreshToken\": \"{{body.refresh_token",
        "\"refreshToken\": \"{{body.refrsh_token",
    ),
    ("oauth2-pkce", "\"token\": \"{{data", "\"tokn\": \"{{data"),
    ("oauth2-pkce", "\"authorization\": \"Bearer", "\"autorization\": \"Bearer"),
    ("oauth2-pkce", "    \"token\": {", "    \"accessToken\": {"),
    ("oauth2-pkce", "    \"refresh\": {", "    \"refesh\": {"),
    ("oauth2-pkce", "\"response\": {", "\"reponse\": {"),
    ("oauth2-pkce", "\"data\": {", "\"dta\": {"),
    ("oauth2-pkce", "\"qs\": {", "\"params\": {"),
    ("oauth2-pkce", "\"sanitize\": [", "\"sanitise\": ["),
];

#[test]
fn mending_a_misspelt_name_gives_the_definition_back() {
    for (spec, right, wrong) in MISSPELT {
        let text = bundled(spec);
        assert!(text.contains(right), "{spec}: {right}");
        let mutant = text.replacen(right, wrong, 1);
        let safe = mended(&mutant, Fixes::Safe);
        assert_eq!(safe, mutant, "{spec}: {wrong}: only a person knows whether the name is meant");
        assert_eq!(mended(&mutant, Fixes::All), mended(&text, Fixes::All), "{spec}: {wrong}");
    }
}

#[test]
fn a_name_that_somebody_stands_by_is_hidden_as_it_is() {
    // The provider calls it so, and a comment says it: then the list must name it (communication.md §5).
    let text = bundled("oauth2-pkce").replacen(
        "\"code_verifier\": \"{{temp",
        "// connspec-ignore CS0324, CS0401: Acme calls it so\n            \"codeVerifier\": \"{{temp",
        1,
    );
    let mended = mended(&text, Fixes::All);
    assert!(mended.contains("\"request.body.codeVerifier\""), "{mended}");
    assert!(mended.contains("\"codeVerifier\": \"{{temp"), "{mended}");
}

/// Rule, severity and reason of everything found in a communication section.
fn told(text: &str) -> Vec<(&'static str, Severity, String)> {
    let files: Memory = [(PathBuf::from(PLACE), text)].into_iter().collect();
    let found = check(&load_app_from(&files, PLACE).unwrap());
    found.into_iter().map(|finding| (finding.rule, finding.severity, finding.why)).collect()
}

#[test]
fn a_slip_weighs_what_follows_from_it() {
    let text = bundled("oauth2-pkce");
    let reason = "Make ignores keys it does not know";
    let none = format!("{reason}: this one has no effect");
    let callback = format!("{reason}, this one too: nothing keeps the code that comes back in the callback");
    for (right, wrong, severity, why) in [
        ("\"metadata\": {", "\"metdata\": {", Severity::Warning, &none),
        ("\"method\": \"POST\"", "\"methd\": \"POST\"", Severity::Warning, &none),
        ("\"response\": {", "\"resposne\": {", Severity::Error, &callback),
        ("\"temp\": {\n                \"code\"", "\"tmp\": {\n                \"code\"", Severity::Error, &callback),
    ] {
        assert!(text.contains(right), "{right}");
        let found = told(&text.replacen(right, wrong, 1));
        assert_eq!(found, [("unknown-directive", severity, why.clone())], "{wrong}");
    }
}

#[test]
fn each_of_several_slips_weighs_what_follows_from_it() {
    let slips = [
        ("\"metadata\": {", "\"metdata\": {"),
        ("    \"token\": {", "    \"tokn\": {"),
        ("\"temp\": {\n                \"code\"", "\"tmp\": {\n                \"code\""),
    ];
    let text = slips.iter().fold(bundled("oauth2-pkce"), |text, (right, wrong)| text.replacen(right, wrong, 1));
    let found: Vec<_> = told(&text).into_iter().map(|(rule, severity, _)| (rule, severity)).collect();
    let (temp, metadata) = (("unknown-directive", Severity::Error), ("unknown-directive", Severity::Warning));
    assert_eq!(found, [temp, ("unknown-phase", Severity::Error), metadata]);
}

#[test]
fn what_follows_from_a_slip_is_told_where_the_slip_is_not() {
    let (temp, slip) = ("\"temp\": {\n                \"code\"", "\"tmp\": {\n                \"code\"");
    let silenced = format!("// connspec-ignore CS0104: nobody reads it\n            {slip}");
    let found = told(&bundled("oauth2-pkce").replacen(temp, &silenced, 1));
    let found: Vec<_> = found.into_iter().map(|(rule, ..)| rule).collect();
    assert_eq!(found, ["code-not-captured", "temp-never-written"]);
}

#[test]
fn a_path_with_the_right_name_is_wrong_where_somebody_stands_by_the_other() {
    let text = bundled("oauth2-pkce");
    let rules = |text: &str| told(text).into_iter().map(|(rule, ..)| rule).collect::<Vec<_>>();
    let slip = text.replacen("\"token\": \"{{data", "\"tokn\": \"{{data", 1);
    assert_eq!(rules(&slip), ["oauth-parameter-misspelt"]);
    let meant = "// connspec-ignore CS0324: Acme calls it so\n            \"tokn\": \"{{data";
    assert_eq!(rules(&text.replacen("\"token\": \"{{data", meant, 1)), ["sanitize-wrong-path"]);
}

#[test]
fn no_safe_fix_hides_a_name_with_a_slip() {
    for (text, slip) in [
        // Read between backticks, where the finding about the name has no fix.
        (bundled("oauth2-pkce").replacen("\"{{body.refresh_token", "\"{{body.`refrsh_token`", 1), "refrsh_token"),
        // By itself in its part of the answer: nothing says that the name is the standard's.
        (bundled("oauth2-pkce").replacen("\"{{body.access_token}}\",\n", "\"{{body.it.acess_token}}\",\n", 9), "acess_token"),
        // A login of the service's own, which no finding about names looks at.
        (bundled("login-then-token").replacen("\"password\": \"{{", "\"pasword\": \"{{", 1).replacen("\"request.body.password\", ", "", 1), "pasword"),
        (r#"{ "url": "https://a.test/token", "method": "POST", "body": { "client_secrt": "{{common.clientSecret}}" } }"#.to_owned(), "client_secrt"),
    ] {
        assert!(text.contains(slip), "{slip}");
        let path = format!(".{slip}\"");
        assert!(!mended(&text, Fixes::Safe).contains(&path), "{slip}");
        assert!(mended(&text, Fixes::All).contains(&path), "{slip}: where it is meant, it can be hidden");
    }
}

#[test]
fn a_path_with_a_usual_name_is_not_made_wrong() {
    let slip = bundled("api-key").replacen("\"x-api-key\": \"{{", "\"x-api-kye\": \"{{", 1);
    assert_eq!(mended(&slip, Fixes::All), slip);
    let files: Memory = [(PathBuf::from(PLACE), slip.as_str())].into_iter().collect();
    let found = check(&load_app_from(&files, PLACE).unwrap());
    let help: Vec<_> = found.iter().map(|finding| (finding.rule, finding.help.as_str())).collect();
    assert_eq!(help, [("sanitize-wrong-path", "is `x-api-kye` a slip? Send it as `x-api-key`, and the path is right")]);
    // The other way round the path is what is wrong.
    let path = bundled("api-key").replacen("headers.x-api-key", "headers.x-api-kye", 1);
    assert_eq!(mended(&path, Fixes::All), bundled("api-key"));
}
