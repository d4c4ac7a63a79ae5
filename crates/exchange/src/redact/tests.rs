//! Every form a secret travels in, and what must stay untouched.

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use proptest::prelude::*;
use serde_json::json;

fn knowing(pairs: &[(&str, &str)]) -> Secrets {
    let secrets = Secrets::new();
    for (name, value) in pairs {
        secrets.learn(name, value);
    }
    secrets
}

#[test]
fn every_form_is_found() {
    let secret = "s3cr/t +é\"\\";
    let secrets = knowing(&[("key", secret)]);
    let basic = |text: String| {
        [STANDARD.encode(&text), STANDARD_NO_PAD.encode(&text), URL_SAFE.encode(&text), URL_SAFE_NO_PAD.encode(&text)]
    };
    let mut forms = vec![
        secret.to_owned(),
        "s3cr%2Ft%20%2B%C3%A9%22%5C".to_owned(),
        "s3cr%2ft%20%2b%c3%a9%22%5c".to_owned(),
        "s3cr%2Ft+%2B%C3%A9%22%5C".to_owned(),
        "s3cr/t%20%2Bé%22%5C".to_owned(),
        "s3cr%252Ft%2520%252B%25C3%25A9%2522%255C".to_owned(),
        r#"s3cr\/t +\u00e9\"\\"#.to_owned(),
        serde_json::to_string(&serde_json::to_string(secret).unwrap()).unwrap(),
    ];
    for user in ["", "u", "us", "use", "user:"] {
        forms.extend(basic(format!("{user}{secret}")));
        forms.extend(basic(format!("{user}s3cr%2Ft+%2B%C3%A9%22%5C:more")));
    }
    for form in forms {
        let shown = secrets.redact(&format!("<{form}>"));
        assert!(shown.contains("«key»"), "{form} → {shown}");
        assert!(secrets.contains_secret(&form).is_some(), "{form}");
        assert!(secrets.contains_secret(&shown).is_none(), "{form} → {shown}");
    }
}

/// As Django writes entities (`html.escape` of Python), and as most others do.
#[test]
fn what_is_escaped_for_html_is_found() {
    let secrets = knowing(&[("key", "it's <a> \"b\" & c")]);
    for form in ["it&#x27;s &lt;a&gt; &quot;b&quot; &amp; c", "it&#39;s &lt;a&gt; &quot;b&quot; &amp; c"] {
        let encoded: String = url::form_urlencoded::byte_serialize(form.as_bytes()).collect();
        for sent in [form.to_owned(), encoded, STANDARD.encode(format!("user:{form}"))] {
            let shown = secrets.redact(&format!("<{sent}>"));
            assert!(shown.contains("«key»") && !shown.contains("it"), "{sent} → {shown}");
        }
    }
}

/// A secret put into an address or a JSON text as it is, and read there as what it happens to spell.
#[test]
fn what_escapes_within_a_secret_mean_is_found() {
    let secrets = knowing(&[("key", "s p+a%2Fc=e"), ("other", r"back\slash\u0041")]);
    for form in ["s p+a%2Fc=e", "s%20p+a%2Fc=e", "s p+a/c=e", "s p a/c=e", r"back\slash\u0041", "back\\slashA"] {
        let shown = secrets.redact(&format!("<{form}>"));
        assert!(shown == "<«key»>" || shown == "<«other»>", "{form} → {shown}");
    }
    // What would be nothing but white space stays.
    assert_eq!(knowing(&[("key", "++++")]).redact("    x ++++"), "    x «key»");
}

#[test]
fn what_is_shown_instead() {
    let secrets = knowing(&[
        ("clientSecret", "hunter2!"),
        ("accessToken", "abcdefgh"),
        ("idToken", "abcdefghijkl"),
        ("other", "ghijklmnop"),
    ]);
    let table = [
        ("nothing here", "nothing here"),
        ("", ""),
        ("Bearer abcdefgh", "Bearer «accessToken»"),
        ("abcdefghijkl", "«idToken»"),
        ("hunter2!hunter2!", "«clientSecret»«clientSecret»"),
        ("xabcdefghijklmnopx", "x«idToken»«other»x"),
        ("Basic dXNlcjpodW50ZXIyIQ==", "Basic «clientSecret»"),
        ("client_secret=hunter2%21&a=b", "client_secret=«clientSecret»&a=b"),
        ("«accessToken» is hidden already", "«accessToken» is hidden already"),
        ("ünïcode hunter2! ünïcode", "ünïcode «clientSecret» ünïcode"),
    ];
    for (text, expected) in table {
        assert_eq!(secrets.redact(text), expected, "{text}");
    }
}

#[test]
fn the_first_name_of_a_value_stays() {
    let secrets = Secrets::new();
    assert_eq!(secrets.learn("accessToken", "abcdefgh"), Learned::New);
    assert_eq!(secrets.learn("token", "abcdefgh"), Learned::Known);
    assert_eq!(secrets.redact("abcdefgh"), "«accessToken»");
}

#[test]
fn short_values_hide_only_their_own_member() {
    let secrets = Secrets::new();
    assert_eq!(secrets.learn("pin", "123"), Learned::TooShort);
    assert_eq!(secrets.learn("empty", ""), Learned::Empty);
    assert_eq!(secrets.redact("page=123"), "page=123");
    let shown = secrets.redact_json(&json!({"pin": "123", "page": "123", "deep": [{"Pin": "123"}]}));
    assert_eq!(shown, json!({"pin": "«pin»", "page": "123", "deep": [{"Pin": "«pin»"}]}));
    assert_eq!(secrets.placeholder("123"), None);
}

#[test]
fn json_is_searched_in_keys_values_and_numbers() {
    let secrets = knowing(&[("key", "s3cret\"x"), ("pin", "123456")]);
    let value = json!({"s3cret\"x": ["s3cret\"x", {"a": "[\"s3cret\\\"x\"]"}], "n": 123456, "m": 1234567, "t": true, "z": null});
    assert_eq!(
        secrets.redact_json(&value),
        json!({"«key»": ["«key»", {"a": "[\"«key»\"]"}], "n": "«pin»", "m": 1234567, "t": true, "z": null})
    );
}

#[test]
fn placeholders_number_the_values_of_one_name() {
    let secrets =
        knowing(&[("accessToken", "first-token"), ("accessToken", "second-token"), ("refreshToken", "third-token")]);
    assert_eq!(
        secrets.to_placeholders("second-token first-token third-token first-token"),
        "«accessToken#2» «accessToken#1» «refreshToken#1» «accessToken#1»"
    );
    assert_eq!(secrets.placeholder("second-token").as_deref(), Some("«accessToken#2»"));
    assert_eq!(secrets.placeholder("unknown"), None);
}

#[test]
fn a_name_cannot_break_the_marks() {
    assert_eq!(knowing(&[("a»#1«b", "secret-value")]).redact("secret-value"), "«a1b»");
}

#[test]
fn names_within_marks_are_no_secrets() {
    let secrets = knowing(&[("password", "password"), ("token", "the-token")]);
    let shown = secrets.redact("password=password&x=the-token");
    assert_eq!(shown, "«password»=«password»&x=«token»");
    assert_eq!(secrets.redact(&shown), shown);
    assert_eq!(secrets.contains_secret(&shown), None);
    assert_eq!(secrets.contains_secret("«password#1»"), None);
    assert!(secrets.contains_secret("«other password»").is_some());
    assert!(secrets.contains_secret("« password").is_some());
    assert!(secrets.contains_secret("«token» the-token").is_some());
    assert!(secrets.contains_secret("«token#the-token»").is_some());
}

#[test]
fn placeholders_are_no_secrets() {
    let secrets = Secrets::new();
    assert_eq!(secrets.learn("accessToken", "«accessToken#2»"), Learned::Placeholder);
    assert_eq!(secrets.redact("Bearer «accessToken#2»"), "Bearer «accessToken#2»");
    assert_eq!(secrets.learn("accessToken", "«accessToken»"), Learned::New);
}

#[test]
fn clones_share_and_debug_shows_names_only() {
    let secrets = Secrets::new();
    let same = secrets.clone();
    same.learn("accessToken", "hunter2-hunter2");
    assert_eq!(secrets.redact("hunter2-hunter2"), "«accessToken»");
    assert_eq!(format!("{secrets:?}"), r#"Secrets(["accessToken"])"#);
}

#[test]
fn a_finding_names_the_secret_and_the_place() {
    let secrets = knowing(&[("accessToken", "abcdefgh")]);
    assert_eq!(
        secrets.contains_secret("Bearer abcdefgh"),
        Some(FoundSecret { name: "accessToken".into(), offset: 7, form: SecretForm::Text })
    );
    assert_eq!(secrets.contains_secret("Bearer"), None);
}

#[test]
fn hostile_texts_end() {
    let secrets = knowing(&[("key", "aaaa"), ("key", "aaaaaaaa"), ("emoji", "😀😀😀😀")]);
    for text in
        ["a".repeat(100_000), "%61".repeat(30_000), "\\".repeat(100_000), "\\u0061".repeat(20_000), "%".repeat(100_000)]
    {
        let shown = secrets.redact(&text);
        assert!(secrets.contains_secret(&shown).is_none());
    }
    assert_eq!(secrets.redact("x😀😀😀😀😀"), "x«emoji»«emoji»");
}

proptest! {
    #[test]
    fn nothing_of_a_secret_is_left(
        values in prop::collection::vec("[ -~]{4,12}|[a-é+/&=%\"\\\\ ]{4,8}", 1..4),
        text in "[ -~]{0,20}",
        form in 0..7_usize,
    ) {
        let secrets = Secrets::new();
        let mut whole = text.clone();
        for (index, value) in values.iter().enumerate() {
            secrets.learn(&format!("s{index}"), value);
            whole.push_str(value);
            whole.push_str(&text);
        }
        let travelling = match form {
            0 => whole,
            1 => crate::encode::percent::component(&whole),
            2 => url::form_urlencoded::byte_serialize(whole.as_bytes()).collect(),
            3 => serde_json::to_string(&whole).unwrap(),
            4 => STANDARD.encode(&whole),
            5 => URL_SAFE_NO_PAD.encode(&whole),
            _ => crate::encode::percent::component(&serde_json::to_string(&whole).unwrap()),
        };
        let shown = secrets.redact(&travelling);
        prop_assert!(secrets.contains_secret(&travelling).is_some(), "{travelling}");
        for value in &values {
            prop_assert!(!shown.contains(value.as_str()), "{value} in {shown}");
        }
    }
}
