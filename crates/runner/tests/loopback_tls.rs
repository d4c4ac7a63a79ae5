//! The callback listener with a certificate of its own, over real sockets on 127.0.0.1.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::sync::Arc;
use std::time::Duration;

use connspec_runner::callback::{CallbackSource, Loopback, LoopbackOptions, SelfSigned, Verdict};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{DigitallySignedStruct, Error, SignatureScheme};
use sha2::{Digest as _, Sha256};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// A person who compares the fingerprint and then goes on.
#[derive(Debug)]
struct Person {
    fingerprint: String,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Person {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let pairs: Vec<String> = Sha256::digest(certificate).iter().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!(pairs.join(":"), self.fingerprint);
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

async fn get(port: u16, fingerprint: String, target: &str) -> String {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let person = Person { fingerprint, provider: Arc::clone(&provider) };
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(person))
        .with_no_client_auth();
    let tcp = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let mut stream = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, tcp).await.unwrap();
    stream.write_all(format!("GET {target} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[tokio::test]
async fn a_callback_over_tls_arrives_and_plain_http_is_told_the_way() {
    let certificate = SelfSigned::new().unwrap();
    let fingerprint = certificate.fingerprint().to_owned();
    let listener =
        Loopback::bind(LoopbackOptions { tls: Some(certificate), ..LoopbackOptions::default() }).await.unwrap();
    let port = listener.port();
    assert_eq!(listener.redirect_uri().unwrap(), format!("https://127.0.0.1:{port}/oauth/cb/app"));

    let mut plain = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    plain.write_all(b"GET /oauth/cb/app?code=1 HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut told = Vec::new();
    let _ = plain.read_to_end(&mut told).await;
    let told = String::from_utf8(told).unwrap();
    assert!(told.is_empty() || (told.starts_with("HTTP/1.1 400") && told.contains("https")), "{told}");

    // A browser that breaks the handshake off, as one does before its person has said yes.
    let mut broken = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    broken.write_all(&[0x16, 3, 1]).await.unwrap();
    drop(broken);

    let browser = tokio::spawn(async move { get(port, fingerprint, "/oauth/cb/app?code=2&state=s").await });
    let callback = listener.next("", Duration::from_secs(20)).await.unwrap();
    assert_eq!(callback.query.get("code"), Some("2"), "the one over plain HTTP does not count");
    callback.accept();
    callback.answer(Verdict::Connected).await;
    let page = browser.await.unwrap();
    assert!(page.starts_with("HTTP/1.1 200") && page.contains("Connected"), "{page}");
}
