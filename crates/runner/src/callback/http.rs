//! As much of HTTP/1.1 as a callback needs: one bounded request head in, one page out, then close.

use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

/// The largest request head read; an authorization code in a URL stays far below it.
const HEAD_LIMIT: usize = 32 * 1024;

/// How long a browser may take to send its request, and to agree on TLS before it.
pub(super) const HEAD_PATIENCE: Duration = Duration::from_secs(10);

/// The request line of a callback.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: Option<String>,
}

/// What cannot be answered with the page asked for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// Nothing usable arrived: no answer is owed.
    Silence,
    /// More than [`HEAD_LIMIT`].
    TooLarge,
    /// Not HTTP.
    Malformed,
}

/// Reads one request head, bounded in size and time.
pub(super) async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> Result<Head, Unreadable> {
    match tokio::time::timeout(HEAD_PATIENCE, read_bounded(stream)).await {
        Ok(Ok(bytes)) => parse(&bytes).ok_or(Unreadable::Malformed),
        Ok(Err(unreadable)) => Err(unreadable),
        Err(_) => Err(Unreadable::Silence),
    }
}

async fn read_bounded(stream: &mut (impl AsyncRead + Unpin)) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    let mut chunk = [0_u8; 4096];
    loop {
        let count = stream.read(&mut chunk).await.map_err(|_| Unreadable::Silence)?;
        if count == 0 {
            return Err(if bytes.is_empty() { Unreadable::Silence } else { Unreadable::Malformed });
        }
        bytes.extend_from_slice(&chunk[..count]);
        if bytes.windows(4).any(|window| window == b"\r\n\r\n") {
            return Ok(bytes);
        }
        if bytes.len() > HEAD_LIMIT {
            return Err(Unreadable::TooLarge);
        }
    }
}

fn parse(bytes: &[u8]) -> Option<Head> {
    let text = std::str::from_utf8(bytes).ok()?;
    let mut words = text.lines().next()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    if words.next().is_some() || !version.starts_with("HTTP/1.") || !target.starts_with('/') {
        return None;
    }
    let (path, query) = match target.split_once('?') {
        Some((path, query)) => (path, Some(query.to_owned())),
        None => (target, None),
    };
    Some(Head { method: method.to_owned(), path: path.to_owned(), query })
}

/// Sends a page and closes. The code in the address must reach neither a cache nor another site (RFC 9700 §4.2).
pub(super) async fn write_page(stream: &mut (impl AsyncWrite + Unpin), status: u16, html: &str, with_body: bool) {
    let head = format!(
        "HTTP/1.1 {status} {}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\
         cache-control: no-store\r\nreferrer-policy: no-referrer\r\nx-content-type-options: nosniff\r\n\
         content-security-policy: default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'\r\n\
         connection: close\r\n\r\n",
        reason(status),
        html.len(),
    );
    // A browser that went away is no failure of the flow.
    let _ = stream.write_all(head.as_bytes()).await;
    if with_body {
        let _ = stream.write_all(html.as_bytes()).await;
    }
    let _ = stream.shutdown().await;
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        410 => "Gone",
        431 => "Request Header Fields Too Large",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        _ => "Answer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_line_is_taken_apart() {
        type Target = Option<(&'static str, Option<&'static str>)>;
        let table: [(&str, Target); 6] = [
            ("GET /oauth/cb/app?code=1 HTTP/1.1\r\nhost: x\r\n\r\n", Some(("/oauth/cb/app", Some("code=1")))),
            ("GET / HTTP/1.0\r\n\r\n", Some(("/", None))),
            ("GET http://evil.example/ HTTP/1.1\r\n\r\n", None),
            ("GET /\r\n\r\n", None),
            ("GET / HTTP/1.1 more\r\n\r\n", None),
            ("\u{16}\u{3}\u{1}\r\n\r\n", None),
        ];
        for (text, expected) in table {
            let head = parse(text.as_bytes());
            let found = head.as_ref().map(|head| (head.path.as_str(), head.query.as_deref()));
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
