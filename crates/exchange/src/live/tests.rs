//! The network at its worst: servers that are slow, broken, hostile or absent.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

use super::*;
use crate::testing::{answer, read_request, serve, serve_bytes, serve_text};

/// Options that owe nothing to the environment the tests run in.
fn options() -> LiveOptions {
    LiveOptions { proxy: ProxySettings::none(), ..LiveOptions::default() }
}

fn live() -> Live {
    Live::with_options(options())
}

async fn fail(live: &Live, request: &Request) -> TransportError {
    live.send(request).await.expect_err("the exchange should fail")
}

fn get(address: SocketAddr) -> Request {
    Request::get(format!("http://{address}/path?token=hunter2"))
}

#[tokio::test]
async fn one_exchange_both_ways() {
    let address = serve_text(|request| {
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        answer("201 Created", "X-Two: a\r\nX-Two: b\r\nX-Latin: caf\u{e9}\r\n", &format!("{head}\n--\n{body}"))
    })
    .await;
    let request = Request::new("POST", format!("http://{address}/a%20b/?q=1#fragment"))
        .with_header("X-API-key", "k")
        .with_header("Accept", "application/json")
        .with_header("content-length", "999")
        .with_body("text/plain", "héllo");
    let response = live().send(&request).await.unwrap();
    assert_eq!(response.status, 201);
    assert_eq!(response.headers.get_all("x-two").collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(response.headers.get("x-latin"), Some("café"));
    assert_eq!(response.url, request.url);
    let text = response.text().unwrap();
    assert!(text.starts_with("POST /a%20b/?q=1 HTTP/1.1\r\n"), "{text}");
    for line in [
        "X-Api-Key: k",
        "Accept: application/json",
        "Content-Length: 6",
        "Content-Type: text/plain",
        &format!("Host: {address}"),
    ] {
        assert!(text.contains(&format!("\r\n{line}")), "{line} in {text}");
    }
    assert!(!text.contains("*/*") && !text.contains("Accept-Encoding") && !text.contains("User-Agent"), "{text}");
    assert!(text.ends_with("--\nhéllo"), "{text}");
}

#[tokio::test]
async fn an_empty_post_announces_its_length_and_a_get_has_none() {
    let address = serve_text(|request| answer("200 OK", "", request)).await;
    let url = format!("http://{address}/");
    for (method, expected) in [("POST", true), ("PUT", true), ("PATCH", true), ("GET", false), ("DELETE", false)] {
        let response = live().send(&Request::new(method, &url)).await.unwrap();
        assert_eq!(response.text().unwrap().contains("Content-Length: 0"), expected, "{method}");
    }
}

#[tokio::test]
async fn broken_answers_have_their_kinds() {
    use TransportErrorKind::{CutShort, Protocol, TooLarge};
    let huge_header = format!("HTTP/1.1 200 OK\r\nX-Huge: {}\r\nContent-Length: 0\r\n\r\n", "x".repeat(1_000_000));
    let many_headers = format!("HTTP/1.1 200 OK\r\n{}\r\n", "X-Many: x\r\n".repeat(5_000));
    let large_header = format!("HTTP/1.1 200 OK\r\nX-Large: {}\r\nContent-Length: 0\r\n\r\n", "x".repeat(300_000));
    let table: [(&str, &str, TransportErrorKind); 11] = [
        ("no answer", "", CutShort),
        ("half a head", "HTTP/1.1 200 OK\r\nContent-Le", CutShort),
        ("a body cut short", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", CutShort),
        ("chunks cut short", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", CutShort),
        ("not HTTP", "SSH-2.0-OpenSSH_9.2\r\n\r\n", Protocol),
        ("a length that is none", "HTTP/1.1 200 OK\r\nContent-Length: ten\r\n\r\nabc", Protocol),
        ("two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc", Protocol),
        ("a chunk size that is none", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab", Protocol),
        ("a huge header", &huge_header, TooLarge),
        ("too many headers", &many_headers, TooLarge),
        ("a large header", &large_header, TooLarge),
    ];
    for (case, bytes, expected) in table {
        let address = serve_bytes(bytes).await;
        let error = fail(&live(), &get(address)).await;
        assert_eq!(error.kind, expected, "{case}: {error}");
        assert!(error.message.contains("127.0.0.1"), "{case}: {error}");
        assert!(!error.message.contains("hunter2"), "{case}: {error}");
    }
}

#[tokio::test]
async fn a_slow_server_times_out_wherever_it_is_slow() {
    let stalls = ["", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"];
    for beginning in stalls {
        let address = serve(move |mut stream, _| async move {
            read_request(&mut stream).await;
            let _ = stream.write_all(beginning.as_bytes()).await;
            std::future::pending::<()>().await;
        })
        .await;
        let mut request = get(address);
        request.options.timeout = Duration::from_millis(80);
        let error = fail(&live(), &request).await;
        assert_eq!(error.kind, TransportErrorKind::Timeout, "{beginning}");
        assert!(error.message.contains("80 ms"), "{error}");
    }
}

#[tokio::test]
async fn refused_and_reset() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    assert_eq!(fail(&live(), &get(address)).await.kind, TransportErrorKind::Refused);

    let address = serve(|mut stream, _| async move {
        read_request(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc").await;
        // Closing without lingering sends RST.
        let socket = stream.into_std().unwrap();
        let socket = socket2::Socket::from(socket);
        socket.set_linger(Some(Duration::ZERO)).unwrap();
    })
    .await;
    assert_eq!(fail(&live(), &get(address)).await.kind, TransportErrorKind::Reset);
}

#[tokio::test]
async fn an_endless_body_is_stopped() {
    let sent = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&sent);
    let address = serve(move |mut stream, _| {
        let counter = Arc::clone(&counter);
        async move {
            read_request(&mut stream).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
            while stream.write_all(&[b'x'; 65_536]).await.is_ok() {
                counter.fetch_add(65_536, Ordering::SeqCst);
            }
        }
    })
    .await;
    let live = Live::with_options(LiveOptions { max_body: 1_000_000, ..options() });
    assert_eq!(fail(&live, &get(address)).await.kind, TransportErrorKind::TooLarge);
    assert!(sent.load(Ordering::SeqCst) < 50_000_000);

    let announced = serve_bytes("HTTP/1.1 200 OK\r\nContent-Length: 1000001\r\n\r\n").await;
    assert_eq!(fail(&live, &get(announced)).await.kind, TransportErrorKind::TooLarge);
}

fn gzipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    let body = encoder.finish().unwrap();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.into_bytes(), body].concat()
}

#[tokio::test]
async fn compression_only_when_asked_and_within_limits() {
    let address = serve_bytes(gzipped(b"hello")).await;
    let mut request = get(address);
    let raw = live().send(&request).await.unwrap();
    assert_eq!(raw.body[..2], [0x1f, 0x8b], "left as it came");
    request.options.gzip = true;
    assert_eq!(live().send(&request).await.unwrap().body, b"hello");

    let mut request = get(serve_bytes(gzipped(&vec![0; 20_000_000])).await);
    request.options.gzip = true;
    assert_eq!(fail(&live(), &request).await.kind, TransportErrorKind::TooLarge);

    let asked = serve_text(|request| answer("200 OK", "", request)).await;
    let mut request = get(asked);
    request.options.gzip = true;
    let response = live().send(&request).await.unwrap();
    assert!(response.text().unwrap().contains("Accept-Encoding: gzip, deflate\r\n"));
}

#[tokio::test]
async fn urls_and_headers_that_cannot_be_sent() {
    use TransportErrorKind::{InvalidUrl, Other};
    for url in ["", "/relative", "ftp://a.example/", "https://", "http://a b/", "file:///etc/passwd", "http://[::1"] {
        let error = fail(&live(), &Request::get(url)).await;
        assert_eq!(error.kind, InvalidUrl, "{url}: {error}");
    }
    let break_in = Request::get("http://127.0.0.1:1/").with_header("X-A", "b\r\nInjected: hunter2");
    let error = fail(&live(), &break_in).await;
    assert_eq!(error.kind, Other);
    assert!(error.message.contains("X-A") && !error.message.contains("hunter2"), "{error}");
    let error = fail(&live(), &Request::get("http://127.0.0.1:1/").with_header("Bad Name", "x")).await;
    assert!(error.message.contains("Bad Name"), "{error}");
    let error = fail(&live(), &Request::new("GE T", "http://127.0.0.1:1/")).await;
    assert!(error.message.contains("GE T"), "{error}");
}

/// Answers every name with the same addresses.
struct FixedLookup(Vec<&'static str>);

impl HostLookup for FixedLookup {
    fn lookup<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        let addresses = self.0.iter().map(|ip| SocketAddr::new(ip.parse().unwrap(), 0)).collect();
        Box::pin(std::future::ready(Ok(addresses)))
    }
}

fn resolving_to(addresses: &[&'static str]) -> LiveOptions {
    LiveOptions { lookup: Arc::new(FixedLookup(addresses.to_vec())), ..options() }
}

#[tokio::test]
async fn names_are_judged_by_where_they_lead() {
    let address = serve_bytes(answer("200 OK", "", "reached")).await;
    let url = |host: &str| Request::get(format!("http://{host}:{}/", address.port()));

    let refused = Live::with_options(resolving_to(&["127.0.0.1"]));
    let error = fail(&refused, &url("rebind.example")).await;
    assert_eq!(error.kind, TransportErrorKind::BlockedAddress);
    assert!(error.message.contains("rebind.example (127.0.0.1)"), "{error}");
    assert_eq!(refused.send(&url("localhost")).await.unwrap().body, b"reached");

    let metadata = Live::with_options(resolving_to(&["169.254.169.254", "10.0.0.1"]));
    assert_eq!(fail(&metadata, &url("metadata.example")).await.kind, TransportErrorKind::BlockedAddress);

    let mut allowed = resolving_to(&["127.0.0.1"]);
    allowed.addresses.allow_private = true;
    assert_eq!(Live::with_options(allowed).send(&url("intranet.example")).await.unwrap().body, b"reached");

    let nowhere = Live::with_options(resolving_to(&[]));
    assert_eq!(fail(&nowhere, &url("missing.example")).await.kind, TransportErrorKind::Dns);
}

#[tokio::test]
async fn every_hop_of_a_redirect_is_judged() {
    let targets = [
        "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://0.0.0.0/",
        "http://2852039166/",
        "http://0xa9fea9fe/",
        "http://0251.0376.0251.0376/",
        "http://100.64.0.1/",
        "http://[::ffff:169.254.169.254]/",
        "http://[::ffff:a00:1]/",
        "http://[fd00::1]/",
        "http://[fe80::1]/",
        "http://inner.example/",
    ];
    for target in targets {
        let last = serve_bytes(answer("307 Temporary", &format!("Location: {target}\r\n"), "")).await;
        let location = format!("Location: http://{last}/second\r\n");
        let first = serve_bytes(answer("302 Found", &location, "")).await;
        let live = Live::with_options(resolving_to(&["192.168.0.7"]));
        let error = crate::Following::new(live).send(&get(first)).await.unwrap_err();
        assert_eq!(error.kind, TransportErrorKind::BlockedAddress, "{target}: {error}");
        assert!(!error.message.contains("hunter2"), "{error}");
    }
}

#[tokio::test]
async fn many_small_headers_are_bounded_too() {
    let many = |count: usize| (0..count).map(|n| format!("X-{n}: v\r\n")).collect::<String>();
    let some = serve_bytes(answer("200 OK", &many(90), "hello")).await;
    assert_eq!(live().send(&get(some)).await.unwrap().headers.get("x-89"), Some("v"));
    let endless = serve_bytes(answer("200 OK", &many(50_000), "hello")).await;
    assert_eq!(fail(&live(), &get(endless)).await.kind, TransportErrorKind::TooLarge);
}

#[tokio::test]
async fn a_proxy_may_be_private_and_is_not_used_for_this_machine() {
    let proxy = serve_text(|request| answer("200 OK", "", &format!("proxied {request}"))).await;
    let mut options = resolving_to(&["127.0.0.1"]);
    options.proxy.http = Some(format!("http://proxy.corp:{}", proxy.port()));
    let live = Live::with_options(options);
    let response = live.send(&Request::get("http://public.example/x")).await.unwrap();
    assert!(response.text().unwrap().starts_with("proxied GET http://public.example/x"), "{:?}", response.text());

    let here = serve_bytes(answer("200 OK", "", "direct")).await;
    assert_eq!(live.send(&get(here)).await.unwrap().body, b"direct");
    let error = fail(&live, &Request::get(format!("http://proxy.corp:{}/", proxy.port()))).await;
    assert_eq!(error.kind, TransportErrorKind::BlockedAddress);
}

const AUTHORITY: &str = include_str!("../../testdata/tls/ca.pem");

/// A TLS server on a free port that answers `hello`; `alerts` handshakes are refused first.
async fn serve_tls(alerts: usize) -> SocketAddr {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let chain =
        CertificateDer::pem_slice_iter(include_bytes!("../../testdata/tls/server.pem")).map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("../../testdata/tls/server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    serve(move |mut stream, number| {
        let acceptor = acceptor.clone();
        async move {
            if number < alerts {
                // A TLS record: alert, TLS 1.2, two bytes: fatal, handshake_failure (RFC 8446 §6).
                let _ = stream.write_all(&[21, 3, 3, 0, 2, 2, 40]).await;
                let _ = stream.shutdown().await;
                return;
            }
            let Ok(mut stream) = acceptor.accept(stream).await else { return };
            let _ = stream.write_all(answer("200 OK", "", "hello").as_bytes()).await;
            let _ = stream.shutdown().await;
        }
    })
    .await
}

fn get_tls(address: SocketAddr) -> Request {
    Request::get(format!("https://localhost:{}/", address.port()))
}

#[tokio::test]
async fn certificates_are_verified_unless_the_definition_says_otherwise() {
    let address = serve_tls(0).await;
    let error = fail(&live(), &get_tls(address)).await;
    assert_eq!(error.kind, TransportErrorKind::Tls);
    assert!(error.message.contains("certificate of localhost"), "{error}");

    let mut with_authority = get_tls(address);
    with_authority.options.ca = Some(AUTHORITY.to_owned());
    assert_eq!(live().send(&with_authority).await.unwrap().body, b"hello");

    let option = Live::with_options(LiveOptions { ca: Some(AUTHORITY.to_owned()), ..options() });
    assert_eq!(option.send(&get_tls(address)).await.unwrap().body, b"hello");

    let mut trusting = get_tls(address);
    trusting.options.reject_unauthorized = false;
    assert_eq!(live().send(&trusting).await.unwrap().body, b"hello");

    let mut nonsense = get_tls(address);
    nonsense.options.ca = Some("not a certificate".to_owned());
    let error = fail(&live(), &nonsense).await;
    assert_eq!(error.kind, TransportErrorKind::Tls);
    assert!(error.message.contains("BEGIN CERTIFICATE"), "{error}");
}

#[tokio::test]
async fn a_refused_handshake_is_tried_once_more() {
    let mut request = get_tls(serve_tls(1).await);
    request.options.ca = Some(AUTHORITY.to_owned());
    let response = live().send(&request).await.unwrap();
    assert_eq!((response.body.as_slice(), response.repeated), (&b"hello"[..], true));

    let mut request = get_tls(serve_tls(2).await);
    request.options.ca = Some(AUTHORITY.to_owned());
    assert_eq!(fail(&live(), &request).await.kind, TransportErrorKind::TlsAlert);
}

#[tokio::test]
async fn the_client_is_built_once_and_connections_are_reused() {
    let connections = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&connections);
    let address = serve(move |mut stream, _| {
        counter.fetch_add(1, Ordering::SeqCst);
        async move {
            while !read_request(&mut stream).await.is_empty() {
                let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await;
            }
        }
    })
    .await;
    let live = live();
    for _ in 0..3 {
        assert_eq!(live.clone().send(&get(address)).await.unwrap().status, 204);
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}
