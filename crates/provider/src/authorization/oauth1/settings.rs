//! What an OAuth 1 provider is told.

use std::fmt;

use super::super::settings::{Redirects, User};

/// How an OAuth 1 provider behaves. Plain data.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The origin that signatures are made for, such as `https://api.example`; none: plain HTTP
    /// and whatever the `Host` header names (RFC 5849 §3.4.1.2).
    pub origin: Option<String>,
    /// The registered applications.
    pub consumers: Vec<Consumer>,
    /// The people who may consent.
    pub people: Vec<User>,
    /// The signature methods that are accepted.
    pub methods: Vec<SignatureMethod>,
    /// How far a timestamp may be from the provider's clock, in milliseconds.
    pub timestamp_window: i64,
    /// How long temporary credentials live, in milliseconds.
    pub temporary_lifetime: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            origin: None,
            consumers: Vec::new(),
            people: Vec::new(),
            methods: vec![SignatureMethod::HmacSha1, SignatureMethod::Plaintext],
            timestamp_window: 300_000,
            temporary_lifetime: 900_000,
        }
    }
}

/// A registered application: the RFC's "client", long called the consumer. `Debug` hides the
/// secret.
#[derive(Clone)]
pub struct Consumer {
    /// `oauth_consumer_key`
    pub key: String,
    /// The shared secret.
    pub secret: String,
    /// The name on the consent page.
    pub name: String,
    /// Where a person may be sent back to. `oob` is always accepted.
    pub callbacks: Redirects,
}

impl fmt::Debug for Consumer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Consumer")
            .field("key", &self.key)
            .field("callbacks", &self.callbacks)
            .finish_non_exhaustive()
    }
}

/// How a request is signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignatureMethod {
    /// RFC 5849 §3.4.2
    HmacSha1,
    /// RFC 5849 §3.4.4
    Plaintext,
}

impl SignatureMethod {
    /// The value of `oauth_signature_method`.
    pub fn name(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HMAC-SHA1",
            Self::Plaintext => "PLAINTEXT",
        }
    }

    /// The method that `oauth_signature_method` names; case matters.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::HmacSha1, Self::Plaintext].into_iter().find(|method| method.name() == name)
    }
}
