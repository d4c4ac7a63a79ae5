//! Reading an answer without letting it grow beyond its limits.

use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use reqwest::header::HeaderMap;

use super::LiveOptions;
use super::failure::{Failure, classify};
use crate::{Headers, TransportError, TransportErrorKind};

/// The header fields of an answer; bytes that are not UTF-8 are read as Latin-1, as Node does.
pub(super) fn headers(map: &HeaderMap, limit: usize, host: &str) -> Result<Headers, TransportError> {
    let size: usize = map.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    if size > limit {
        return Err(too_large("headers", limit, host));
    }
    Ok(map.iter().map(|(name, value)| (name.as_str(), text(value.as_bytes()))).collect())
}

fn text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}

/// The whole body, at most `max_body` bytes of it.
pub(super) async fn body(
    response: &mut reqwest::Response,
    options: &LiveOptions,
    host: &str,
) -> Result<Vec<u8>, Failure> {
    let limit = options.max_body;
    let announced = response.content_length().unwrap_or(0);
    if announced > limit as u64 {
        return Err(too_large("body", limit, host).into());
    }
    let mut body = Vec::with_capacity(usize::try_from(announced).unwrap_or(0));
    while let Some(chunk) = response.chunk().await.map_err(|error| classify(&error, host))? {
        if body.len() + chunk.len() > limit {
            return Err(too_large("body", limit, host).into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Undoes the content coding (RFC 9110 §8.4.1). Codings other than gzip and deflate were not asked
/// for, and their bytes stay as they came.
pub(super) fn decompress(
    headers: &Headers,
    body: Vec<u8>,
    limit: usize,
    host: &str,
) -> Result<Vec<u8>, TransportError> {
    if body.is_empty() {
        return Ok(body);
    }
    let coding = headers.get("content-encoding").unwrap_or_default().trim().to_ascii_lowercase();
    let decoded = match coding.as_str() {
        "gzip" | "x-gzip" => read_bounded(MultiGzDecoder::new(body.as_slice()), limit),
        // Servers disagree on whether deflate has a zlib header; RFC 9110 §8.4.1.2 says it does.
        "deflate" => read_bounded(ZlibDecoder::new(body.as_slice()), limit)
            .or_else(|_| read_bounded(DeflateDecoder::new(body.as_slice()), limit)),
        _ => return Ok(body),
    };
    match decoded {
        Ok(decoded) if decoded.len() > limit => Err(too_large("decompressed body", limit, host)),
        Ok(decoded) => Ok(decoded),
        Err(_) => Err(TransportError::new(
            TransportErrorKind::Protocol,
            format!("{host} says its answer is {coding}, but it cannot be decompressed"),
        )),
    }
}

/// Reads one byte more than allowed, so that the caller can tell.
fn read_bounded(reader: impl Read, limit: usize) -> std::io::Result<Vec<u8>> {
    let mut decoded = Vec::new();
    reader.take(limit as u64 + 1).read_to_end(&mut decoded)?;
    Ok(decoded)
}

fn too_large(what: &str, limit: usize, host: &str) -> TransportError {
    TransportError::new(
        TransportErrorKind::TooLarge,
        format!("The {what} that {host} answered with is larger than {limit} bytes, so reading was stopped"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use std::io::Write;

    fn coded(coding: &str) -> Headers {
        Headers::from_iter([("Content-Encoding", coding)])
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn every_coding_is_undone() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(b"hello").unwrap();
        let mut raw = DeflateEncoder::new(Vec::new(), Compression::fast());
        raw.write_all(b"hello").unwrap();
        let two_members = [gzip(b"hel"), gzip(b"lo")].concat();
        let table = [
            ("gzip", gzip(b"hello")),
            ("X-GZIP", gzip(b"hello")),
            ("gzip", two_members),
            ("deflate", zlib.finish().unwrap()),
            ("deflate", raw.finish().unwrap()),
            ("identity", b"hello".to_vec()),
            ("br", b"hello".to_vec()),
            ("", b"hello".to_vec()),
        ];
        for (coding, body) in table {
            assert_eq!(decompress(&coded(coding), body, 5, "a.example").unwrap(), b"hello", "{coding}");
        }
        assert_eq!(decompress(&coded("gzip"), Vec::new(), 5, "a.example").unwrap(), b"");
    }

    #[test]
    fn a_bomb_is_stopped_and_damage_is_named() {
        let bomb = gzip(&vec![0; 10_000_000]);
        assert!(bomb.len() < 20_000);
        let error = decompress(&coded("gzip"), bomb, 1_000_000, "a.example").unwrap_err();
        assert_eq!(error.kind, TransportErrorKind::TooLarge);
        let mut damaged = gzip(b"hello hello");
        damaged.truncate(12);
        let error = decompress(&coded("gzip"), damaged, 100, "a.example").unwrap_err();
        assert_eq!(error.kind, TransportErrorKind::Protocol);
        assert!(error.message.contains("gzip"), "{error}");
    }
}
