//! Faults below HTTP: a small HTTP/1.1 server that knows how to be rude. One request for each
//! connection; whatever is not struck by the fault is answered properly.

use std::io;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, Response};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt as _;

use super::Fault;
use super::answers::is_token_request;

/// The largest request that is read.
const REQUEST_LIMIT: usize = 4 * 1024 * 1024;
/// The largest answer that is sent.
const ANSWER_LIMIT: usize = 4 * 1024 * 1024;
/// The pause after each byte of a slow body.
const SLOW: Duration = Duration::from_secs(1);

/// Answers connections until `stopped` is done; those under way then are dropped.
pub(crate) async fn serve(listener: TcpListener, router: Router, fault: Fault, stopped: impl Future<Output = ()>) {
    let mut connections = JoinSet::new();
    let mut stopped = std::pin::pin!(stopped);
    loop {
        tokio::select! {
            () = &mut stopped => return,
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(connection(stream, router.clone(), fault));
                }
            }
            // Finished connections are taken out; that the peer went away is not our trouble.
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(mut stream: TcpStream, router: Router, fault: Fault) -> io::Result<()> {
    let Some(request) = read_request(&mut stream).await? else {
        return stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").await;
    };
    let struck = is_token_request(request.method(), request.uri().path());
    if struck && fault == Fault::ResetConnection {
        return stream.set_zero_linger();
    }
    let Ok(answer) = router.oneshot(request).await;
    match fault {
        _ if !struck => write_answer(&mut stream, answer, |length| (length, length)).await?,
        Fault::LostAnswer => {}
        Fault::SlowBody => write_slowly(&mut stream, answer).await?,
        Fault::BodyCutShort => write_answer(&mut stream, answer, |length| (length, length / 2)).await?,
        Fault::WrongContentLength => write_answer(&mut stream, answer, |length| (length / 2, length)).await?,
        _ => write_answer(&mut stream, answer, |length| (length, length)).await?,
    }
    stream.shutdown().await
}

/// Reads one request with `Content-Length`; none if it is not one.
async fn read_request(stream: &mut TcpStream) -> io::Result<Option<Request<Body>>> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if bytes.len() > REQUEST_LIMIT || stream.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    };
    let Some((builder, length)) = parse_head(&bytes[..head_end]) else { return Ok(None) };
    let mut body = bytes.split_off(head_end);
    while body.len() < length {
        if body.len() > REQUEST_LIMIT || stream.read_buf(&mut body).await? == 0 {
            return Ok(None);
        }
    }
    body.truncate(length);
    Ok(builder.body(Body::from(body)).ok())
}

/// Request line and headers, and the length of the body.
fn parse_head(head: &[u8]) -> Option<(axum::http::request::Builder, usize)> {
    let text = std::str::from_utf8(head).ok()?;
    let mut lines = text.trim_end().split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, target) = (words.next()?, words.next()?);
    let mut builder = Request::builder().method(method).uri(target);
    let mut length = 0;
    for line in lines {
        let (name, value) = line.split_once(':')?;
        if name.eq_ignore_ascii_case("content-length") {
            length = value.trim().parse().ok()?;
        }
        builder = builder.header(name, value.trim());
    }
    Some((builder, length))
}

/// Writes an answer; `lengths` turns the true length of the body into the announced and the sent.
async fn write_answer(
    stream: &mut TcpStream,
    answer: Response<Body>,
    lengths: impl FnOnce(usize) -> (usize, usize),
) -> io::Result<()> {
    let (head, body) = answer.into_parts();
    let body = to_bytes(body, ANSWER_LIMIT).await.map_err(io::Error::other)?;
    let (announced, sent) = lengths(body.len());
    stream.write_all(&head_bytes(head.status.as_u16(), &head.headers, announced)).await?;
    stream.write_all(&body[..sent]).await
}

async fn write_slowly(stream: &mut TcpStream, answer: Response<Body>) -> io::Result<()> {
    let (head, body) = answer.into_parts();
    let body = to_bytes(body, ANSWER_LIMIT).await.map_err(io::Error::other)?;
    stream.write_all(&head_bytes(head.status.as_u16(), &head.headers, body.len())).await?;
    for byte in body {
        stream.write_all(&[byte]).await?;
        tokio::time::sleep(SLOW).await;
    }
    Ok(())
}

fn head_bytes(status: u16, headers: &HeaderMap, length: usize) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} \r\n").into_bytes();
    for (name, value) in headers.iter().filter(|(name, _)| *name != "content-length") {
        head.extend_from_slice(name.as_str().as_bytes());
        head.extend_from_slice(b": ");
        head.extend_from_slice(value.as_bytes());
        head.extend_from_slice(b"\r\n");
    }
    head.extend_from_slice(format!("content-length: {length}\r\nconnection: close\r\n\r\n").as_bytes());
    head
}
