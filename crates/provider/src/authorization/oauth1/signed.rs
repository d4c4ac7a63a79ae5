//! Reading the OAuth parameters of a request, wherever they stand (RFC 5849 §3.1, §3.5).

use url::{Url, form_urlencoded};

use super::problem::Problem;
use super::settings::SignatureMethod;
use super::signature::{base_string, decode};

/// A request as it came.
pub struct Incoming<'a> {
    /// The method.
    pub method: &'a str,
    /// The whole URL the client asked for, as it signed it.
    pub url: &'a str,
    /// The `Authorization` header.
    pub authorization: Option<&'a str>,
    /// The body, if it is `application/x-www-form-urlencoded`; no other body is signed
    /// (§3.4.1.3.1).
    pub form: Option<&'a [u8]>,
}

/// A request whose parameters were found and are complete, not yet verified. No `Debug`: a
/// PLAINTEXT signature is made of secrets.
pub struct Signed {
    protocol: Vec<(String, String)>,
    /// How it claims to be signed.
    pub method: SignatureMethod,
    /// What it must be the signature of.
    pub base_string: String,
}

impl Signed {
    /// Finds the OAuth parameters. Every refusal is a 400 (§3.2).
    pub fn read(incoming: &Incoming<'_>) -> Result<Self, Problem> {
        let url = Url::parse(incoming.url)
            .map_err(|_| Problem::bad_request("parameter_rejected", "the request's URL cannot be read"))?;
        let query: Vec<_> = url.query_pairs().into_owned().collect();
        let form: Vec<_> = form_urlencoded::parse(incoming.form.unwrap_or_default()).into_owned().collect();
        let header = incoming.authorization.map(read_header).transpose()?.flatten().unwrap_or_default();
        let places = [&header, &form, &query];
        let is_protocol = |pair: &&(String, String)| pair.0.starts_with("oauth_");
        if places.iter().filter(|place| place.iter().any(|pair| is_protocol(&pair))).count() > 1 {
            return Err(Problem::bad_request(
                "parameter_rejected",
                "the OAuth parameters stand in more than one place (RFC 5849 section 3.5)",
            ));
        }
        let all: Vec<_> = places.into_iter().flatten().cloned().collect();
        let protocol: Vec<_> = all.iter().filter(is_protocol).cloned().collect();
        if let Some((name, _)) =
            protocol.iter().enumerate().find_map(|(at, pair)| protocol[..at].iter().find(|known| known.0 == pair.0))
        {
            return Err(Problem::bad_request("parameter_rejected", format!("{name} came more than once")));
        }
        let signed_pairs: Vec<_> =
            all.into_iter().filter(|(name, _)| name != "oauth_signature" && name != "realm").collect();
        let base_string = base_string(incoming.method, &url, &signed_pairs);
        let mut signed = Self { protocol, method: SignatureMethod::Plaintext, base_string };
        signed.method = signed.checked_method()?;
        Ok(signed)
    }

    /// What every signed request must have (§3.1).
    fn checked_method(&self) -> Result<SignatureMethod, Problem> {
        if self.get("oauth_version").is_some_and(|version| version != "1.0") {
            return Err(Problem::bad_request("version_rejected", "oauth_version must be 1.0 or missing"));
        }
        self.require("oauth_consumer_key")?;
        self.require("oauth_signature")?;
        let method = SignatureMethod::from_name(self.require("oauth_signature_method")?)
            .ok_or_else(|| Problem::bad_request("signature_method_rejected", "use HMAC-SHA1 or PLAINTEXT"))?;
        if method != SignatureMethod::Plaintext {
            self.require("oauth_timestamp")?;
            self.require("oauth_nonce")?;
        }
        Ok(method)
    }

    /// An OAuth parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.protocol.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// An OAuth parameter, or the problem that it is missing.
    pub fn require(&self, name: &'static str) -> Result<&str, Problem> {
        self.get(name).filter(|value| !value.is_empty()).ok_or_else(|| Problem::absent(name))
    }
}

/// The pairs of an `Authorization: OAuth` header (§3.5.1); none for another scheme.
fn read_header(header: &str) -> Result<Option<Vec<(String, String)>>, Problem> {
    let malformed = || Problem::bad_request("parameter_rejected", "the Authorization header cannot be read");
    let Some((scheme, rest)) = header.split_once(' ') else { return Ok(None) };
    if !scheme.eq_ignore_ascii_case("oauth") {
        return Ok(None);
    }
    let mut pairs = Vec::new();
    for part in rest.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, quoted) = part.split_once('=').ok_or_else(malformed)?;
        let value = quoted.trim().strip_prefix('"').and_then(|text| text.strip_suffix('"'));
        let value = value.ok_or_else(malformed)?;
        pairs.push((decode(name.trim()).ok_or_else(malformed)?, decode(value).ok_or_else(malformed)?));
    }
    Ok(Some(pairs))
}
