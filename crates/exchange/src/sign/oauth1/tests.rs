//! The examples of RFC 5849, every transport, every method.

use super::*;

/// The example of RFC 5849 §1.2: the printer of photos.
fn printer(nonce: &str, timestamp: i64) -> OAuth1 {
    OAuth1 {
        consumer_key: "dpf43f3p2l4k3l03".into(),
        consumer_secret: "kd94hf93k423kf44".into(),
        realm: Some("Photos".into()),
        nonce: nonce.into(),
        timestamp,
        without_version: true,
        ..OAuth1::default()
    }
}

fn signed(mut request: Request, oauth: &OAuth1) -> Request {
    oauth.sign(&mut request).unwrap();
    request
}

fn parameter(request: &Request, name: &str) -> Option<String> {
    let header = request.headers.get("authorization")?.strip_prefix("OAuth ")?;
    let parameters = header.split(", ").filter_map(|pair| pair.split_once('='));
    parameters.into_iter().find(|(key, _)| *key == name).map(|(_, value)| percent::decode(value.trim_matches('"')))
}

#[test]
fn the_three_requests_of_rfc_5849_section_1_2() {
    let mut initiate = printer("wIjqoS", 137_131_200);
    initiate.callback = Some("http://printer.example.com/ready".into());
    let request = signed(Request::new("POST", "https://photos.example.net/initiate"), &initiate);
    assert_eq!(
        request.headers.get("authorization"),
        Some(
            "OAuth realm=\"Photos\", oauth_callback=\"http%3A%2F%2Fprinter.example.com%2Fready\", oauth_consumer_key=\"dpf43f3p2l4k3l03\", oauth_nonce=\"wIjqoS\", oauth_signature=\"74KNZJeDHnMBp0EMJ9ZHt%2FXKycU%3D\", oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"137131200\""
        )
    );

    let mut token = printer("walatlh", 137_131_201);
    token.token = Some("hh5s93j4hdidpola".into());
    token.token_secret = Some("hdhd0244k9j7ao03".into());
    token.verifier = Some("hfdp7dh39dks9884".into());
    let request = signed(Request::new("POST", "https://photos.example.net/token"), &token);
    assert_eq!(parameter(&request, "oauth_signature").as_deref(), Some("gKgrFCywp7rO0OXSjdot/IHF7IU="));

    let mut photo = printer("chapoH", 137_131_202);
    photo.token = Some("nnch734d00sl2jdk".into());
    photo.token_secret = Some("pfkkdhi9sl3r4s00".into());
    let url = "http://photos.example.net/photos?file=vacation.jpg&size=original";
    let request = signed(Request::get(url), &photo);
    assert_eq!(parameter(&request, "oauth_signature").as_deref(), Some("MdpQcU8iPSUjWoN/UDMsK2sui9I="));
    assert_eq!(request.url, url);
}

#[test]
fn every_transport_carries_the_same_signature() {
    let mut oauth = printer("nonce", 1);
    oauth.token = Some("to/ken".into());
    let form = || Request::new("POST", "https://a.example/x?q=1#f").with_form([("a", "b c")]);
    let in_header = signed(form(), &oauth);
    let signature = parameter(&in_header, "oauth_signature").unwrap();

    oauth.transport = ParameterTransport::Query;
    let in_query = signed(form(), &oauth);
    assert!(
        in_query.url.starts_with("https://a.example/x?q=1&oauth_consumer_key=dpf43f3p2l4k3l03&"),
        "{}",
        in_query.url
    );
    assert!(in_query.url.ends_with("&oauth_token=to%2Fken#f"), "{}", in_query.url);
    assert!(in_query.url.contains(&percent::component(&signature)), "{}", in_query.url);
    assert_eq!(signed(Request::get("https://a.example/?"), &oauth).url.matches('?').count(), 1);

    oauth.transport = ParameterTransport::Body;
    let in_body = signed(form(), &oauth);
    let body = in_body.text().unwrap();
    assert!(body.starts_with("a=b+c&oauth_consumer_key=") && body.contains(&percent::component(&signature)), "{body}");
    assert!(!in_body.headers.contains("authorization"));
}

#[test]
fn a_body_transport_needs_a_form() {
    let oauth = OAuth1 { transport: ParameterTransport::Body, ..printer("n", 1) };
    let empty = signed(Request::new("POST", "https://a.example/"), &oauth);
    assert_eq!(empty.headers.get("content-type"), Some(FORM));
    assert!(empty.text().unwrap().starts_with("oauth_consumer_key="));
    for request in [
        Request::get("https://a.example/"),
        Request::new("POST", "https://a.example/").with_body("application/json", "{}"),
    ] {
        let mut unsigned = request.clone();
        assert_eq!(oauth.sign(&mut unsigned), Err(SignError::NotAForm));
        assert_eq!(unsigned, request);
    }
}

#[test]
fn form_bodies_are_signed_and_others_are_not() {
    let oauth = printer("n", 1);
    let signature = |request: Request| parameter(&signed(request, &oauth), "oauth_signature").unwrap();
    let post = || Request::new("POST", "https://a.example/");
    assert_ne!(signature(post().with_form([("a", "1")])), signature(post().with_form([("a", "2")])));
    assert_eq!(signature(post().with_form([("a", "1")])), signature(Request::new("POST", "https://a.example/?a=1")));
    assert_eq!(signature(post().with_body("application/json", "{}")), signature(post()));
}

#[test]
fn plaintext_is_both_secrets() {
    let mut oauth = printer("n", 1);
    oauth.signature_method = SignatureMethod::Plaintext;
    oauth.consumer_secret = "a&b".into();
    let request = Request::get("https://a.example/");
    assert_eq!(parameter(&signed(request.clone(), &oauth), "oauth_signature").as_deref(), Some("a%26b&"));
    oauth.token_secret = Some("c d".into());
    assert_eq!(parameter(&signed(request, &oauth), "oauth_signature").as_deref(), Some("a%26b&c%20d"));
}

#[test]
fn rsa_signs_the_base_string() {
    let mut oauth = printer("n", 1);
    oauth.signature_method = SignatureMethod::RsaSha1;
    let mut request = Request::get("https://a.example/");
    assert_eq!(oauth.sign(&mut request), Err(SignError::NoPrivateKey));
    let pem = include_str!("../../../testdata/rsa/pkcs8.pem");
    oauth.private_key = Some(pem.into());
    oauth.sign(&mut request).unwrap();
    let base = "GET&https%3A%2F%2Fa.example%2F&oauth_consumer_key%3Ddpf43f3p2l4k3l03%26oauth_nonce%3Dn%26oauth_signature_method%3DRSA-SHA1%26oauth_timestamp%3D1";
    let expected = STANDARD.encode(sign_sha1(pem, base.as_bytes()).unwrap());
    assert_eq!(parameter(&request, "oauth_signature"), Some(expected));
}

#[test]
fn bodies_are_hashed_when_asked_unless_they_are_forms() {
    let mut oauth = printer("n", 1);
    oauth.body_hash = BodyHash::Compute;
    let hash = |request: Request, oauth: &OAuth1| parameter(&signed(request, oauth), "oauth_body_hash");
    let post = || Request::new("POST", "https://a.example/");
    // The example of OAuth Request Body Hash 1.0, appendix A.
    let hello = post().with_body("text/plain", "Hello World!");
    assert_eq!(hash(hello.clone(), &oauth).as_deref(), Some("Lve95gjOVATpfV8EL5X4nxwjKHE="));
    assert_eq!(hash(Request::get("https://a.example/"), &oauth).as_deref(), Some("2jmj7l5rSw0yVb/vlWAYkK/YBwk="));
    assert_eq!(hash(post().with_form([("a", "b")]), &oauth), None);
    oauth.body_hash = BodyHash::Given("own".into());
    assert_eq!(hash(hello.clone(), &oauth).as_deref(), Some("own"));
    oauth.body_hash = BodyHash::None;
    assert_eq!(hash(hello, &oauth), None);
}

#[test]
fn names_and_debug() {
    assert_eq!(SignatureMethod::from_name("hmac-sha1"), Some(SignatureMethod::HmacSha1));
    assert_eq!(SignatureMethod::from_name("HMAC-SHA256"), None);
    assert_eq!(ParameterTransport::from_name("Body"), Some(ParameterTransport::Body));
    assert_eq!(ParameterTransport::from_name("cookie"), None);
    let mut oauth = printer("n", 1);
    oauth.token = Some("hunter-token".into());
    oauth.private_key = Some("hunter-key".into());
    let shown = format!("{oauth:?}");
    assert!(!shown.contains("kd94hf93k423kf44") && !shown.contains("hunter"), "{shown}");
    let mut relative = Request::get("/x");
    assert_eq!(oauth.sign(&mut relative), Err(SignError::InvalidUrl));
}

#[test]
fn the_version_is_sent_unless_left_out() {
    let mut oauth = printer("n", 1);
    assert_eq!(parameter(&signed(Request::get("https://a.example/"), &oauth), "oauth_version"), None);
    oauth.without_version = false;
    assert_eq!(parameter(&signed(Request::get("https://a.example/"), &oauth), "oauth_version").as_deref(), Some("1.0"));
}
