//! The callback listener over real sockets on 127.0.0.1, any free port (RFC 8252 §7.3, §8).

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::time::Duration;

use connspec_runner::callback::{CallbackError, CallbackSource, Loopback, LoopbackOptions, Verdict};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const PATIENCE: Duration = Duration::from_secs(20);

async fn bind() -> Loopback {
    Loopback::bind(LoopbackOptions::default()).await.unwrap()
}

/// Sends `bytes` and answers everything that comes back.
async fn send(port: u16, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    // A listener that has seen enough may close before everything is written.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

async fn get(port: u16, target: &str) -> String {
    send(port, format!("GET {target} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").as_bytes()).await
}

#[tokio::test]
async fn rfc8252_7_3_the_redirect_uri_names_127_0_0_1_and_the_port() {
    let listener = bind().await;
    assert_eq!(listener.redirect_uri().unwrap(), format!("http://127.0.0.1:{}/oauth/cb/app", listener.port()));
}

#[tokio::test]
async fn the_browser_comes_back_to_the_path_the_switch_names() {
    // connection.md §4.2, §11: `app`, the connection's name, or the package, which is `app-oauth1` for OAuth 1.
    let text = r#"{"communication": {"requestToken": {}, "authorize": {}, "accessToken": {}}}"#;
    let loaded = connspec_spec::layout::load_text("x.json", text, &Default::default()).unwrap();
    let mut definition = loaded.definition;
    definition.name = "my crm".to_owned();
    for (value, target) in [
        ("app", "/oauth/cb/app?code=1"),
        ("connection", "/oauth/cb/my%20crm?code=1"),
        ("package", "/oauth/cb/app-oauth1?code=1"),
    ] {
        let mut compat = connspec_spec::Compat::default();
        compat.set(&format!("callbackPath={value}")).unwrap();
        let path = connspec_runner::callback::callback_path(&definition, &compat);
        let listener = Loopback::bind(LoopbackOptions { path, ..LoopbackOptions::default() }).await.unwrap();
        let path = target.split('?').next().unwrap();
        assert_eq!(listener.redirect_uri().unwrap(), format!("http://127.0.0.1:{}{path}", listener.port()));
        let browser = tokio::spawn(get_owned(listener.port(), target));
        let callback = listener.next("", PATIENCE).await.unwrap();
        assert_eq!(callback.query.get("code"), Some("1"), "{value}");
        callback.accept();
        callback.answer(Verdict::Connected).await;
        assert!(browser.await.unwrap().starts_with("HTTP/1.1 200"), "{value}");
    }
}

#[tokio::test]
async fn rfc8252_8_a_callback_arrives_and_the_person_reads_what_became_of_it() {
    let listener = bind().await;
    let browser = tokio::spawn(get_owned(listener.port(), "/oauth/cb/app?code=c%20d&state=s"));
    let callback = listener.next("", PATIENCE).await.unwrap();
    assert_eq!((callback.query.get("code"), callback.query.get("state")), (Some("c d"), Some("s")));
    assert!(!format!("{callback:?}").contains("c d"));
    callback.accept();
    callback.answer(Verdict::Connected).await;
    let page = browser.await.unwrap();
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.contains("Connected") && page.contains("You may close this page."), "{page}");
    let second = get(listener.port(), "/oauth/cb/app?code=c&state=s").await;
    assert!(second.starts_with("HTTP/1.1 410") && second.contains("answered already"), "{second}");
}

async fn get_owned(port: u16, target: &'static str) -> String {
    get(port, target).await
}

#[tokio::test]
async fn rfc9700_4_2_the_page_of_a_callback_keeps_the_code_from_caches_and_other_sites() {
    let listener = bind().await;
    let browser = tokio::spawn(get_owned(listener.port(), "/oauth/cb/app?code=the-code&state=s"));
    let callback = listener.next("", PATIENCE).await.unwrap();
    callback.accept();
    callback.answer(Verdict::Connected).await;
    let page = browser.await.unwrap();
    for header in ["cache-control: no-store", "referrer-policy: no-referrer", "default-src 'none'", "connection: close"]
    {
        assert!(page.contains(header), "{header}: {page}");
    }
    assert!(!page.contains("the-code") && !page.contains("<script") && !page.contains("://"), "{page}");
}

#[tokio::test]
async fn a_refused_callback_gets_its_page_and_the_next_one_is_heard() {
    let listener = bind().await;
    let forged = tokio::spawn(get_owned(listener.port(), "/oauth/cb/app?code=1&state=forged"));
    let callback = listener.next("", PATIENCE).await.unwrap();
    callback.answer(Verdict::Refused("That was <forged>.".into())).await;
    let page = forged.await.unwrap();
    assert!(page.starts_with("HTTP/1.1 400") && page.contains("That was &lt;forged&gt;."), "{page}");
    let real = tokio::spawn(get_owned(listener.port(), "/oauth/cb/app?code=2&state=real"));
    let callback = listener.next("", PATIENCE).await.unwrap();
    assert_eq!(callback.query.get("code"), Some("2"));
    callback.answer(Verdict::Denied("The person said no.".into())).await;
    assert!(real.await.unwrap().contains("The person said no."));
}

#[tokio::test]
async fn everything_else_is_turned_away_and_uses_nothing_up() {
    let listener = bind().await;
    let port = listener.port();
    let large = format!("GET /oauth/cb/app?x={} HTTP/1.1\r\n", "y".repeat(64 * 1024));
    let table: [(Vec<u8>, &str); 6] = [
        (b"GET /favicon.ico HTTP/1.1\r\n\r\n".to_vec(), "HTTP/1.1 404"),
        (b"GET / HTTP/1.1\r\n\r\n".to_vec(), "HTTP/1.1 404"),
        (b"POST /oauth/cb/app HTTP/1.1\r\ncontent-length: 0\r\n\r\n".to_vec(), "HTTP/1.1 405"),
        (b"HEAD /oauth/cb/app?code=1&state=s HTTP/1.1\r\n\r\n".to_vec(), "HTTP/1.1 405"),
        (b"\x16\x03\x01 nonsense\r\n\r\n".to_vec(), "HTTP/1.1 400"),
        (large.into_bytes(), "HTTP/1.1 431"),
    ];
    for (bytes, status) in table {
        let answer = send(port, &bytes).await;
        let shown = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned();
        // The system may drop an answer to a request that was still being written.
        assert!(answer.starts_with(status) || (status.ends_with("431") && answer.is_empty()), "{shown}: {answer}");
    }
    // A connection that says nothing blocks nobody.
    let _silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let real = tokio::spawn(get_owned(port, "/oauth/cb/app?state=real"));
    let callback = listener.next("", PATIENCE).await.unwrap();
    callback.answer(Verdict::Connected).await;
    assert!(real.await.unwrap().starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_port_that_is_taken_is_an_error_in_words_and_waiting_has_an_end() {
    let listener = bind().await;
    let options = LoopbackOptions { port: listener.port(), ..LoopbackOptions::default() };
    let Err(error) = Loopback::bind(options).await else { panic!("the port was taken") };
    assert!(matches!(error, CallbackError::Port { .. }) && error.to_string().contains("--callback-port"), "{error}");
    assert_eq!(listener.next("", Duration::from_millis(1)).await.unwrap_err(), CallbackError::Timeout);
}
