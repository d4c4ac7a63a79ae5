//! OAuth 1 signatures (RFC 5849), as Make's `oauth` directive describes them (communication.md §5
//! oauth).

mod base_string;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::{Digest as _, Sha1};
use url::Url;

use super::rsa::{PrivateKeyError, sign_sha1};
use crate::Request;
use crate::encode::percent;
use crate::message::media_type;

pub use base_string::base_string;

/// The media type whose pairs are part of the signature (RFC 5849 §3.4.1.3.1).
const FORM: &str = "application/x-www-form-urlencoded";

/// What a request is signed with.
///
/// `Debug` shows no secret.
#[derive(Clone, Default)]
pub struct OAuth1 {
    /// `oauth_consumer_key`: who the application is.
    pub consumer_key: String,
    /// The application's secret, for HMAC-SHA1 and PLAINTEXT.
    pub consumer_secret: String,
    /// The application's RSA key in PEM, for RSA-SHA1.
    pub private_key: Option<String>,
    /// `oauth_token`: the request token or the access token, once there is one.
    pub token: Option<String>,
    /// The token's secret.
    pub token_secret: Option<String>,
    /// `oauth_verifier`: what the browser came back with.
    pub verifier: Option<String>,
    /// `oauth_callback`: where the browser is to come back to (RFC 5849 §2.1).
    pub callback: Option<String>,
    /// `realm` of the header; not signed.
    pub realm: Option<String>,
    /// How to sign.
    pub signature_method: SignatureMethod,
    /// Where the parameters go.
    pub transport: ParameterTransport,
    /// `oauth_body_hash` for bodies that are not forms.
    pub body_hash: BodyHash,
    /// `oauth_nonce`: a new one for each request.
    pub nonce: String,
    /// `oauth_timestamp`, in Unix seconds.
    pub timestamp: i64,
    /// Leave out `oauth_version=1.0`, which is optional (RFC 5849 §3.1) and usually sent.
    pub without_version: bool,
}

/// How to sign (RFC 5849 §3.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SignatureMethod {
    /// `HMAC-SHA1`
    #[default]
    HmacSha1,
    /// `RSA-SHA1`
    RsaSha1,
    /// `PLAINTEXT`: the secrets themselves; for TLS only.
    Plaintext,
}

/// Where the parameters go (RFC 5849 §3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ParameterTransport {
    /// The `Authorization` header.
    #[default]
    Header,
    /// The query of the URL.
    Query,
    /// The form body.
    Body,
}

/// Whether the body is hashed (OAuth Request Body Hash 1.0).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum BodyHash {
    /// No `oauth_body_hash`.
    #[default]
    None,
    /// The Base64 of the body's SHA-1; left out for forms, which are signed anyway.
    Compute,
    /// A value of the author's own.
    Given(String),
}

/// Why a request cannot be signed. The message holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignError {
    /// The URL is not absolute.
    #[error("the request cannot be signed: its URL is not absolute")]
    InvalidUrl,
    /// `transport_method: body` without a form to put the parameters in.
    #[error(
        "`transport_method: body` needs a request with `type: urlencoded`, since the parameters become part of the form"
    )]
    NotAForm,
    /// RSA-SHA1 without a key.
    #[error("RSA-SHA1 needs `private_key`, an RSA key in PEM")]
    NoPrivateKey,
    /// The key cannot be used.
    #[error(transparent)]
    PrivateKey(#[from] PrivateKeyError),
}

impl SignatureMethod {
    /// The method of that name, in whatever case.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::HmacSha1, Self::RsaSha1, Self::Plaintext]
            .into_iter()
            .find(|method| method.name().eq_ignore_ascii_case(name))
    }

    /// The name that goes into `oauth_signature_method`.
    pub fn name(self) -> &'static str {
        match self {
            Self::HmacSha1 => "HMAC-SHA1",
            Self::RsaSha1 => "RSA-SHA1",
            Self::Plaintext => "PLAINTEXT",
        }
    }
}

impl ParameterTransport {
    /// The transport that `transport_method` names: `header`, `query` or `body`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "header" => Some(Self::Header),
            "query" => Some(Self::Query),
            "body" => Some(Self::Body),
            _ => None,
        }
    }
}

impl OAuth1 {
    /// Signs `request`: adds the parameters and `oauth_signature` to its header, query or form.
    ///
    /// Query and form of the request are part of what is signed, so nothing may change them later.
    ///
    /// # Errors
    /// [`SignError`], in words; the request is as it was.
    pub fn sign(&self, request: &mut Request) -> Result<(), SignError> {
        let url = Url::parse(&request.url).map_err(|_| SignError::InvalidUrl)?;
        let form = self.form(request);
        if self.transport == ParameterTransport::Body && form.is_none() {
            return Err(SignError::NotAForm);
        }
        let mut parameters = self.parameters(request, form.is_some());
        let mut signed: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        signed.extend(form.into_iter().flatten());
        signed.extend(parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let signature = self.signature(&base_string(&request.method, &url, &signed))?;
        parameters.push(("oauth_signature", signature));
        parameters.sort();
        match self.transport {
            ParameterTransport::Header => self.write_header(request, &parameters),
            ParameterTransport::Query => write_query(request, &parameters),
            ParameterTransport::Body => write_body(request, &parameters),
        }
        Ok(())
    }

    /// The pairs of the body if it is a form. A POST without any body counts when the parameters are
    /// to become one.
    fn form(&self, request: &Request) -> Option<Vec<(String, String)>> {
        match (media_type(&request.headers).as_deref(), request.body.as_deref().unwrap_or_default()) {
            (Some(FORM), body) => Some(url::form_urlencoded::parse(body).into_owned().collect()),
            (None, []) if self.transport == ParameterTransport::Body && request.method != "GET" => Some(Vec::new()),
            _ => None,
        }
    }

    /// The protocol parameters but the signature (RFC 5849 §3.1).
    fn parameters(&self, request: &Request, is_form: bool) -> Vec<(&'static str, String)> {
        let mut parameters = vec![
            ("oauth_consumer_key", self.consumer_key.clone()),
            ("oauth_nonce", self.nonce.clone()),
            ("oauth_signature_method", self.signature_method.name().to_owned()),
            ("oauth_timestamp", self.timestamp.to_string()),
        ];
        let optional =
            [("oauth_token", &self.token), ("oauth_verifier", &self.verifier), ("oauth_callback", &self.callback)];
        parameters.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value.clone()?))));
        if !self.without_version {
            parameters.push(("oauth_version", "1.0".to_owned()));
        }
        let hash = match &self.body_hash {
            BodyHash::Given(hash) => Some(hash.clone()),
            BodyHash::Compute if !is_form => {
                Some(STANDARD.encode(Sha1::digest(request.body.as_deref().unwrap_or_default())))
            }
            BodyHash::Compute | BodyHash::None => None,
        };
        parameters.extend(hash.map(|hash| ("oauth_body_hash", hash)));
        parameters
    }

    fn signature(&self, base_string: &str) -> Result<String, SignError> {
        let token_secret = self.token_secret.as_deref().unwrap_or_default();
        let key = format!("{}&{}", percent::component(&self.consumer_secret), percent::component(token_secret));
        match self.signature_method {
            SignatureMethod::Plaintext => Ok(key),
            SignatureMethod::HmacSha1 => {
                let mut mac = Hmac::<Sha1>::new_from_slice(key.as_bytes()).expect("HMAC takes keys of any length");
                mac.update(base_string.as_bytes());
                Ok(STANDARD.encode(mac.finalize().into_bytes()))
            }
            SignatureMethod::RsaSha1 => {
                let pem = self.private_key.as_deref().ok_or(SignError::NoPrivateKey)?;
                Ok(STANDARD.encode(sign_sha1(pem, base_string.as_bytes())?))
            }
        }
    }

    /// RFC 5849 §3.5.1.
    fn write_header(&self, request: &mut Request, parameters: &[(&str, String)]) {
        let realm = self.realm.iter().map(|realm| format!("realm=\"{}\"", realm.replace(['"', '\\'], "")));
        let rest = parameters.iter().map(|(name, value)| format!("{name}=\"{}\"", percent::component(value)));
        let parts: Vec<String> = realm.chain(rest).collect();
        request.headers.set("Authorization", format!("OAuth {}", parts.join(", ")));
    }
}

fn encoded(parameters: &[(&str, String)]) -> String {
    let pairs: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{name}={}", percent::component(value))).collect();
    pairs.join("&")
}

/// RFC 5849 §3.5.3.
fn write_query(request: &mut Request, parameters: &[(&str, String)]) {
    let (before, fragment) = match request.url.split_once('#') {
        Some((before, fragment)) => (before, format!("#{fragment}")),
        None => (request.url.as_str(), String::new()),
    };
    let joint = match before.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    request.url = format!("{before}{joint}{}{fragment}", encoded(parameters));
}

/// RFC 5849 §3.5.2.
fn write_body(request: &mut Request, parameters: &[(&str, String)]) {
    let mut body = request.body.take().unwrap_or_default();
    if !body.is_empty() {
        body.push(b'&');
    }
    body.extend_from_slice(encoded(parameters).as_bytes());
    request.body = Some(body);
    if media_type(&request.headers).is_none() {
        request.headers.set("content-type", FORM);
    }
}

impl fmt::Debug for OAuth1 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("OAuth1")
            .field("consumer_key", &self.consumer_key)
            .field("signature_method", &self.signature_method)
            .field("transport", &self.transport)
            .field("has_token", &self.token.is_some())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
