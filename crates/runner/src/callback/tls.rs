//! A certificate for the callback, made for one run: for providers that accept no redirect URI over plain HTTP.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::CallbackError;
use super::http::HEAD_PATIENCE;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// The first byte of a TLS record that begins a handshake (RFC 8446 §5.1).
const HANDSHAKE: u8 = 0x16;

/// A certificate for 127.0.0.1 and localhost that nobody but its maker has signed. Its key never leaves the process.
#[derive(Clone)]
pub struct SelfSigned {
    acceptor: TlsAcceptor,
    fingerprint: String,
}

impl SelfSigned {
    /// Makes a key and a certificate, good from yesterday (clocks differ) to tomorrow.
    ///
    /// # Errors
    /// [`CallbackError::Broken`] when the system cannot make a key.
    pub fn new() -> Result<Self, CallbackError> {
        let made = |error: &dyn fmt::Display| CallbackError::Broken(format!("no certificate could be made: {error}"));
        let names = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
        let mut parameters = rcgen::CertificateParams::new(names).map_err(|error| made(&error))?;
        #[allow(clippy::disallowed_methods, reason = "the browser judges the certificate by the machine's own time")]
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let today = rcgen::date_time_ymd(1970, 1, 1) + since_1970;
        parameters.not_before = today - DAY;
        parameters.not_after = today + DAY;
        parameters.distinguished_name.push(rcgen::DnType::CommonName, "connspec, for this run only");
        let key = rcgen::KeyPair::generate().map_err(|error| made(&error))?;
        let certificate = parameters.self_signed(&key).map_err(|error| made(&error))?;
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| {
                builder.with_no_client_auth().with_single_cert(vec![certificate.der().clone()], private)
            })
            .map_err(|error| made(&error))?;
        Ok(Self { acceptor: TlsAcceptor::from(Arc::new(config)), fingerprint: fingerprint(certificate.der()) })
    }

    /// The SHA-256 of the certificate as browsers show it: `AB:CD:…`.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Whether the first byte is one of TLS. A browser that speaks HTTP is told so instead of being cut off.
    pub(super) async fn is_greeted_by(&self, stream: &TcpStream) -> bool {
        let mut first = [0_u8; 1];
        match tokio::time::timeout(HEAD_PATIENCE, stream.peek(&mut first)).await {
            Ok(Ok(1)) => first[0] == HANDSHAKE,
            // Nothing came: what follows ends by itself.
            _ => true,
        }
    }

    /// Agrees with a browser; nothing when it breaks off or takes too long.
    pub(super) async fn accept(&self, stream: TcpStream) -> Option<TlsStream<TcpStream>> {
        tokio::time::timeout(HEAD_PATIENCE, self.acceptor.accept(stream)).await.ok()?.ok()
    }
}

impl fmt::Debug for SelfSigned {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SelfSigned").field("fingerprint", &self.fingerprint).finish_non_exhaustive()
    }
}

fn fingerprint(der: &[u8]) -> String {
    let pairs: Vec<String> = Sha256::digest(der).iter().map(|byte| format!("{byte:02X}")).collect();
    pairs.join(":")
}
