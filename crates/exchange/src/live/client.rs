//! The HTTP clients behind [`super::Live`], each built when first needed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use reqwest::{Certificate, Client};

use super::LiveOptions;
use super::addresses::GuardedResolver;
use crate::{TransportError, TransportErrorKind};

/// How many clients are kept. Each certificate authority needs one of its own; a program that meets
/// more of them than this starts over rather than growing without end.
const KEPT: usize = 16;

/// What distinguishes one client from another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct ClientKey {
    /// Whether certificates will be needed: loading the system's takes over a millisecond
    /// (measured.md §4), so plain HTTP does without.
    pub tls: bool,
    /// Whether certificates are verified.
    pub verify: bool,
    /// A further certificate authority, PEM.
    pub ca: Option<String>,
    /// Whether proxies are bypassed.
    pub direct: bool,
}

/// The clients built so far.
#[derive(Default)]
pub(super) struct Clients {
    built: Mutex<HashMap<ClientKey, Client>>,
}

impl Clients {
    /// The client for `key`, built at most once.
    pub fn get(&self, key: &ClientKey, options: &LiveOptions) -> Result<Client, TransportError> {
        let mut built = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(client) = built.get(key) {
            return Ok(client.clone());
        }
        if built.len() >= KEPT {
            built.clear();
        }
        let client = build(key, options)?;
        built.insert(key.clone(), client.clone());
        Ok(client)
    }
}

fn build(key: &ClientKey, options: &LiveOptions) -> Result<Client, TransportError> {
    let resolver = GuardedResolver {
        lookup: Arc::clone(&options.lookup),
        policy: options.addresses,
        proxies: if key.direct { Default::default() } else { options.proxy.hosts() },
    };
    let mut builder = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .http1_only()
        .http1_title_case_headers()
        .dns_resolver(Arc::new(resolver));
    if !key.direct {
        let proxies = options.proxy.to_reqwest().map_err(|_| {
            TransportError::new(
                TransportErrorKind::Other,
                "The proxy's address cannot be read. Write it as http://host:port",
            )
        })?;
        builder = proxies.into_iter().fold(builder, |builder, proxy| builder.proxy(proxy));
    }
    if !key.tls {
        builder = builder.tls_certs_only([]);
    } else if !key.verify {
        builder = builder.tls_danger_accept_invalid_certs(true);
    } else if let Some(pem) = &key.ca {
        builder = builder.tls_certs_merge(authorities(pem)?);
    }
    builder.build().map_err(|_| {
        TransportError::new(
            TransportErrorKind::Tls,
            "The certificate authorities cannot be loaded, so no server's certificate could be verified",
        )
    })
}

/// The certificates of a PEM text.
fn authorities(pem: &str) -> Result<Vec<Certificate>, TransportError> {
    match Certificate::from_pem_bundle(pem.as_bytes()) {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(TransportError::new(
            TransportErrorKind::Tls,
            "`ca` holds no certificate. It must be PEM text with a BEGIN CERTIFICATE line",
        )),
    }
}
