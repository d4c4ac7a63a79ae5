//! Every place a secret may hide in.

use serde_json::json;

use super::super::*;

/// Every place a known secret may hide in: replaced, or the fixture is refused. None of the texts is left.
#[test]
fn a_known_secret_hides_nowhere() {
    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use sha1::Sha1;
    use sha2::{Digest as _, Sha256, Sha512};

    const SECRET: &str = "Xk9/pa+ss&\"<w>'0rd";
    let percent = crate::encode::percent::component;
    let form: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    let json = serde_json::to_string(SECRET).unwrap();
    let json = &json[1..json.len() - 1];
    let xml = SECRET.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    let hex = |bytes: &[u8]| -> String { bytes.iter().map(|byte| format!("{byte:02x}")).collect() };
    let jwt = |payload: &str| format!("{}.{}.c2ln", URL_SAFE_NO_PAD.encode("{}"), URL_SAFE_NO_PAD.encode(payload));
    let reversed: String = SECRET.chars().rev().collect();
    // Where it hides, the text, and what of it must not be left.
    let texts: Vec<(&str, String, String)> = vec![
        ("as it is", SECRET.into(), SECRET.into()),
        (
            "in a Basic header",
            format!("Basic {}", STANDARD.encode(format!("jane:{SECRET}"))),
            STANDARD.encode(format!("jane:{SECRET}")),
        ),
        (
            "in a Basic header, form-encoded first",
            format!("Basic {}", STANDARD.encode(format!("jane:{form}"))),
            STANDARD.encode(format!("jane:{form}")),
        ),
        (
            "in Base64 in a form",
            format!("a=b&pair={}&c=d", percent(&STANDARD.encode(format!("jane:{SECRET}")))),
            percent(&STANDARD.encode(format!("jane:{SECRET}"))),
        ),
        (
            "in Base64 for URLs",
            URL_SAFE_NO_PAD.encode(format!("a{SECRET}")),
            URL_SAFE_NO_PAD.encode(format!("a{SECRET}")),
        ),
        ("percent-encoded", percent(SECRET), percent(SECRET)),
        ("percent-encoded twice", percent(&percent(SECRET)), percent(&percent(SECRET))),
        ("percent-encoded in small letters", percent(SECRET).to_lowercase().replace("xk9", "Xk9"), "%2fpa%2bss".into()),
        ("in a form", format!("a=b&client_secret={form}"), form.clone()),
        ("in JSON in a text", format!("{{\"note\":\"{json}\"}}"), json.into()),
        ("in JSON in JSON", serde_json::to_string(&format!("{{\"note\":\"{json}\"}}")).unwrap(), "Xk9".into()),
        (
            "in the payload of a JWT",
            format!("Bearer {}", jwt(&format!("{{\"k\":\"{json}\"}}"))),
            URL_SAFE_NO_PAD.encode(format!("{{\"k\":\"{json}\"}}")),
        ),
        ("in a cookie", format!("lang=en; id={}", percent(SECRET)), percent(SECRET)),
        (
            "in the address of a redirect",
            format!("https://a.example/cb?next={}", percent(&format!("/x?k={}", percent(SECRET)))),
            "Xk9".into(),
        ),
        ("in the fragment of an address", format!("https://a.example/cb#k={}", percent(SECRET)), percent(SECRET)),
        ("before the host of an address", format!("https://jane:{}@a.example/", percent(SECRET)), percent(SECRET)),
        (
            "in a part of a form",
            format!("--B\r\nContent-Disposition: form-data; name=\"k\"\r\n\r\n{SECRET}\r\n--B--\r\n"),
            SECRET.into(),
        ),
        ("in an element of XML", format!("<a><b>{xml}</b></a>"), xml.clone()),
        ("in an attribute of XML", format!("<a b='{}'/>", xml.replace('\'', "&apos;")), "Xk9".into()),
        ("in a CDATA section", format!("<a><![CDATA[{SECRET}]]></a>"), SECRET.into()),
        ("behind the user", format!("jane:{SECRET}"), SECRET.into()),
        ("before the user", format!("{SECRET}:jane"), SECRET.into()),
        ("in capitals", SECRET.to_uppercase(), SECRET.to_uppercase()),
        ("in small letters", SECRET.to_lowercase(), SECRET.to_lowercase()),
        ("backwards", reversed.clone(), reversed),
        ("in hexadecimal", hex(SECRET.as_bytes()), hex(SECRET.as_bytes())),
        ("in hexadecimal, in capitals", hex(SECRET.as_bytes()).to_uppercase(), hex(SECRET.as_bytes()).to_uppercase()),
        ("its MD5", format!("x {}", hex(&md5::Md5::digest(SECRET))), hex(&md5::Md5::digest(SECRET))),
        ("its SHA-1", hex(&Sha1::digest(SECRET)), hex(&Sha1::digest(SECRET))),
        (
            "its SHA-256, in capitals",
            hex(&Sha256::digest(SECRET)).to_uppercase(),
            hex(&Sha256::digest(SECRET)).to_uppercase(),
        ),
        ("its SHA-512", hex(&Sha512::digest(SECRET)), hex(&Sha512::digest(SECRET))),
        (
            "its PKCE challenge",
            URL_SAFE_NO_PAD.encode(Sha256::digest(SECRET)),
            URL_SAFE_NO_PAD.encode(Sha256::digest(SECRET)),
        ),
    ];
    for (place, text, left) in texts {
        assert!(text.contains(&left), "{place}: the text holds what is looked for");
        let secrets = Secrets::new();
        secrets.learn("clientSecret", SECRET);
        if place.contains("PKCE") {
            secrets.learn("codeChallenge", &text);
        }
        // In every part of a fixture.
        let exchange = json!({"block": "token",
            "request": {"method": "POST", "url": format!("https://a.example/{text}"), "headers": {"x-a": text}, "body": text},
            "response": {"status": 200, "headers": {"location": text, "x-b": ["1", text]}, "body": {"echo": [{"deep": text}]}}});
        let fixture: Fixture = serde_json::from_value(json!({
            "version": 2, "inputs": {"parameters": {"a": text}}, "authorize": format!("https://a.example/?x={text}"),
            "callback": {"x": text}, "exchanges": [exchange], "expect": {"uid": text, "data": {"a": text}},
        }))
        .unwrap();
        let sealed = seal(fixture, &secrets).unwrap_or_else(|error| panic!("{place}: {error}")).to_text();
        for form in [left.clone(), serde_json::to_string(&left).unwrap().trim_matches('"').to_owned()] {
            assert!(!sealed.contains(&form), "{place}: `{form}` is left in\n{sealed}");
        }
        assert!(sealed.contains("«clientSecret") || sealed.contains("«s256:"), "{place}:\n{sealed}");
        let again = Fixture::from_text(&sealed).unwrap();
        assert_eq!(seal(again, &secrets).unwrap().to_text(), sealed, "{place}: sealing again changes nothing");
    }
}

/// What is no text cannot have a placeholder in it.
#[test]
fn a_binary_body_that_holds_a_secret_is_refused() {
    use std::io::Write as _;
    const SECRET: &str = "a-secret-of-mine";
    let packed = |zlib: bool| {
        let text = format!("{{\"token\":\"{SECRET}\"}}");
        if zlib {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(text.as_bytes()).unwrap();
            encoder.finish().unwrap()
        } else {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(text.as_bytes()).unwrap();
            encoder.finish().unwrap()
        }
    };
    let between = [&[0xff, 0xfe][..], SECRET.as_bytes(), &[0xff]].concat();
    let wide: Vec<u8> = [0xfeff].into_iter().chain(SECRET.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let mut cut = packed(false);
    cut.truncate(cut.len() - 6);
    let bodies = [
        ("between other bytes", between),
        ("in UTF-16", wide),
        ("in gzip", packed(false)),
        ("in gzip that is cut off", cut),
        ("in zlib", packed(true)),
    ];
    for (place, bytes) in bodies {
        let secrets = Secrets::new();
        secrets.learn("key", SECRET);
        let mut fixture = Fixture::new();
        let request = Request::new("POST", "https://a.example/").with_body("application/octet-stream", bytes.clone());
        for answered in [false, true] {
            let (request, response) = if answered {
                (
                    Request::get("https://a.example/"),
                    Response::new(200).with_body("application/octet-stream", bytes.clone()),
                )
            } else {
                (request.clone(), Response::new(200))
            };
            fixture.exchanges = vec![RecordedExchange {
                block: "token".into(),
                request: recorded_request(&request),
                response: recorded_response(&response, false),
            }];
            let part = if answered { "response" } else { "request" };
            let pointer = format!("/exchanges/0/{part}/body");
            assert_eq!(seal(fixture.clone(), &secrets), Err(RecordingError::SecretInBinary { pointer }), "{place}");
        }
    }
    // Other bytes are kept.
    let mut fixture = Fixture::new();
    let request = Request::new("POST", "https://a.example/").with_body("image/png", vec![0x1f, 0x8b, 0xff, 0x00]);
    fixture.exchanges.push(RecordedExchange {
        block: "token".into(),
        request: recorded_request(&request),
        response: RecordedResponse::default(),
    });
    assert!(seal(fixture, &Secrets::new()).is_ok());
}
