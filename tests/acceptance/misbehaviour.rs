//! A provider that misbehaves in every named way: each ends in the documented error, in time, without a secret.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
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

/// A self-signed server, as far as the client can tell: nobody it trusts has signed the certificate.
fn untrusted(mut stream: TcpStream) {
    use rustls::pki_types::pem::PemObject as _;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    const CERTIFICATE: &[u8] = include_bytes!("../../crates/exchange/testdata/tls/server.pem");
    const KEY: &[u8] = include_bytes!("../../crates/exchange/testdata/tls/server.key");
    let chain = CertificateDer::pem_slice_iter(CERTIFICATE).map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = versions.unwrap().with_no_client_auth().with_single_cert(chain, key).unwrap();
    let mut connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
    // The handshake fails: that is what is tested.
    let _ = connection.complete_io(&mut stream);
}

/// Plain HTTP where TLS is expected.
fn plain(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 1024]);
    let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
}

/// Not a byte, until the client gives up.
fn silent(mut stream: TcpStream) {
    let _ = stream.read_to_end(&mut Vec::new());
}

/// A port every connection of which gets `manners`.
fn served(manners: fn(TcpStream)) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || listener.incoming().for_each(|stream| manners(stream.unwrap())));
    port
}

#[test]
fn servers_that_are_none_end_as_documented() {
    type Manners = fn(TcpStream);
    let sandbox = Sandbox::new();
    impatient(&sandbox);
    // communication.md §8: certificates are a RuntimeError; docs/compatibility.md for the rest.
    let table: [(&str, Manners, &str, &str, &str); 3] = [
        ("bad-tls", untrusted, "https", "RuntimeError", "certificate of localhost"),
        ("no-tls", plain, "https", "RuntimeError", "The TLS connection to localhost"),
        ("no-answer", silent, "http", "ProviderUnreachable", "did not answer completely within"),
    ];
    for (name, manners, scheme, kind, words) in table {
        let map = format!("{}={scheme}://localhost:{}", crate::support::ACADEMY, served(manners));
        let waiting = sandbox.start(&["connect", "app", "--json", "--no-save", "--no-browser", "--map-origin", &map]);
        let address = url::Url::parse(&waiting.url).unwrap();
        let state = address.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let begun = Instant::now();
        waiting.visit(&format!("{}?code=c&state={state}", waiting.redirect_uri()));
        let ran = waiting.finish().hides(&["academy-demo-secret"]).ended(1);
        assert!(begun.elapsed() < Duration::from_secs(20), "{name} took {:?}", begun.elapsed());
        let error = &ran.json()["error"];
        assert_eq!(error["type"], kind, "{name}: {error}");
        assert_eq!(error["block"], "token", "{name}: {error}");
        assert!(error["message"].as_str().unwrap().contains(words), "{name}: {error}");
    }
}

/// The bomb and the endless header are met in less memory than the gigabyte the bomb unpacks to.
#[cfg(target_os = "linux")]
#[test]
fn memory_stays_flat() {
    let sandbox = Sandbox::new();
    impatient(&sandbox);
    let path = sandbox.path("app/connections/academy-v2/academy-v2.oauth-communication.iml.json");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace(r#""timeout": 2000,"#, r#""timeout": 10000, "gzip": true,"#)).unwrap();
    for fault in ["gzip-bomb", "huge-header"] {
        let served = sandbox.academy(&["--fault", fault]);
        let map = served.map();
        let arguments = ["connect", "app", "--json", "--no-save", "--no-browser", "--map-origin", &map];
        let waiting = sandbox.start_within(900_000, &arguments);
        waiting.consent(Person::JaneBlack, Decision::Allow);
        let error = waiting.finish().ended(1).json()["error"].clone();
        assert_eq!(error["type"], "LimitExceeded", "{fault}: {error}");
    }
}
