//! `extra_headers: "pritunl"`: the signed headers of Pritunl's API (its documentation, "API Authentication").

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use connspec_exchange::Request;
use connspec_spec::dialect::template::Variables as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::Variables;
use crate::{ErrorType, RunError};

/// Signs the request with `API_TOKEN` and `API_SECRET`; the moment and the nonce come with the variables.
///
/// # Errors
/// When it is another signature than Pritunl's, or one of the two is not there.
pub(super) fn sign(
    request: &mut Request,
    address: &str,
    signature: &str,
    variables: &Variables,
) -> Result<(), RunError> {
    let refuse = |message: String| Err(RunError::new(ErrorType::RuntimeError, message));
    if signature != "pritunl" {
        return refuse(format!("`extra_headers` can only be `pritunl`, not `{signature}`"));
    }
    let text = |name: &str| variables.get(name).and_then(serde_json::Value::as_str);
    let (Some(token), Some(secret)) = (text("API_TOKEN"), text("API_SECRET")) else {
        return refuse("`extra_headers` needs `API_TOKEN` and `API_SECRET`, which nothing has filled".to_owned());
    };
    let path = address.split_once("://").map_or(address, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let (moment, nonce) = (&variables.moment, &variables.nonce);
    let signed = [token, moment, nonce, &request.method, path].join("&");
    let mut code = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes a key of any length");
    code.update(signed.as_bytes());
    let signature = STANDARD.encode(code.finalize().into_bytes());
    for (name, value) in
        [("Auth-Token", token), ("Auth-Timestamp", moment), ("Auth-Nonce", nonce), ("Auth-Signature", &signature)]
    {
        request.headers.set(name, value);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_signature_is_that_of_the_documentation_s_recipe() {
        // base64(hmac_sha256("s3cret", "t0ken&1700000000&abc&GET&/user/1")), by Python's hmac.
        let extra = json!({"API_TOKEN": "t0ken", "API_SECRET": "s3cret"});
        let mut variables = Variables::new(extra.as_object().cloned().unwrap(), "");
        (variables.moment, variables.nonce) = ("1700000000".to_owned(), "abc".to_owned());
        let mut request = Request::get("https://vpn.test/user/1?x=1");
        sign(&mut request, "https://vpn.test/user/1?x=1", "pritunl", &variables).unwrap();
        assert_eq!(request.headers.get("auth-signature"), Some("m6Ao1YxFfZpl1K5x/Q+hM5a3HMsTUhuFBCP9aZqOr+k="));
        assert!(sign(&mut request, "", "aws", &variables).is_err());
        variables.extra_args.clear();
        assert!(sign(&mut request, "", "pritunl", &variables).is_err());
    }
}
