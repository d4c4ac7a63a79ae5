//! The authorization endpoint and what it sends back.

use connspec_exchange::Request;
use connspec_provider::authorization::{Grant, Pkce, Redirects};
use connspec_provider::consent;

use crate::support::{BASE, CHALLENGE, REDIRECT, client, parameter, provider, provider_with};

#[tokio::test]
async fn rfc6749_section_4_1_2_the_callback_brings_code_and_state() {
    let location = provider(|_| {}).allowed(&[("state", "a&b=c d")]).await;
    assert!(location.as_str().starts_with("https://app.example/cb?code="));
    assert_eq!(parameter(&location, "state").as_deref(), Some("a&b=c d"));
    assert_eq!(parameter(&location, "iss"), None);
}

#[tokio::test]
async fn rfc6749_section_4_1_2_1_denial_is_access_denied() {
    let provider = provider(|_| {});
    let url = provider.authorize_url(&[]);
    let location = consent::answer(&provider.transport, &url, Some("alice"), false).await.unwrap();
    let location = location.parse().unwrap();
    assert_eq!(parameter(&location, "error").as_deref(), Some("access_denied"));
    assert!(parameter(&location, "error_description").is_some());
    assert_eq!(parameter(&location, "state").as_deref(), Some("xyz"));
}

#[tokio::test]
async fn rfc6749_section_4_1_2_1_errors_travel_by_redirect() {
    let table: &[(&[(&str, &str)], &str)] = &[
        (&[("response_type", "")], "invalid_request"),
        (&[("response_type", "token")], "unsupported_response_type"),
        (&[("scope", "a d")], "invalid_scope"),
        (&[("scope", "")], "invalid_scope"),
        (&[("code_challenge", CHALLENGE), ("code_challenge_method", "S512")], "invalid_request"),
    ];
    let provider = provider(|_| {});
    for (changes, error) in table {
        let response = provider.send(Request::get(provider.authorize_url(changes))).await;
        assert_eq!(response.status, 302, "{changes:?}");
        let location = response.headers.get("location").unwrap().parse().unwrap();
        assert_eq!(parameter(&location, "error").as_deref(), Some(*error), "{changes:?}");
        assert_eq!(parameter(&location, "state").as_deref(), Some("xyz"), "{changes:?}");
    }
}

#[tokio::test]
async fn rfc6749_section_4_1_2_1_an_unauthorized_client() {
    let provider = provider(|app| app.grants = vec![Grant::ClientCredentials]);
    let location = provider.allowed(&[]).await;
    assert_eq!(parameter(&location, "error").as_deref(), Some("unauthorized_client"));
}

#[tokio::test]
async fn rfc9700_section_4_11_nobody_is_sent_to_an_address_that_is_not_registered() {
    let provider = provider(|_| {});
    for changes in [
        [("redirect_uri", "https://evil.example/cb")],
        [("redirect_uri", "https://app.example/cb/../evil")],
        [("client_id", "nobody")],
        [("client_id", "")],
    ] {
        let response = provider.send(Request::get(provider.authorize_url(&changes))).await;
        assert_eq!((response.status, response.headers.get("location")), (400, None), "{changes:?}");
        assert_eq!(response.media_type().as_deref(), Some("text/html"));
    }
}

#[tokio::test]
async fn rfc6749_section_3_1_a_repeated_parameter_is_refused_without_a_redirect() {
    let provider = provider(|_| {});
    let url = format!("{}&redirect_uri=https%3A%2F%2Fevil.example", provider.authorize_url(&[]));
    let response = provider.send(Request::get(url)).await;
    assert_eq!((response.status, response.headers.get("location")), (400, None));
}

#[tokio::test]
async fn rfc6749_section_3_1_2_3_the_only_registered_address_need_not_be_named() {
    let provider = provider(|_| {});
    let location = provider.allowed(&[("redirect_uri", "")]).await;
    assert!(location.as_str().starts_with(REDIRECT), "{location}");
    let code = parameter(&location, "code").unwrap();
    assert_eq!(provider.redeem(&code, &[("redirect_uri", "")]).await.status, 200);
    let two = |app: &mut connspec_provider::authorization::Client| {
        app.redirects = Redirects::Registered(vec![REDIRECT.into(), "https://app.example/other".into()]);
    };
    let provider = crate::support::provider(two);
    let response = provider.send(Request::get(provider.authorize_url(&[("redirect_uri", "")]))).await;
    assert_eq!((response.status, response.headers.get("location")), (400, None));
}

#[tokio::test]
async fn rfc9207_section_2_success_and_error_carry_the_issuer() {
    let issuer = "https://provider.example";
    let provider = provider_with(vec![client()], |settings| settings.issuer = Some(issuer.to_owned()));
    let allowed = provider.allowed(&[]).await;
    assert_eq!(parameter(&allowed, "iss").as_deref(), Some(issuer));
    let refused = provider.allowed(&[("scope", "unknown")]).await;
    assert!(parameter(&refused, "error").is_some());
    assert_eq!(parameter(&refused, "iss").as_deref(), Some(issuer));
}

#[tokio::test]
async fn rfc7636_section_4_4_1_a_missing_challenge_is_told_by_redirect() {
    let provider = provider(|app| app.pkce = Pkce::Required);
    let location = provider.allowed(&[]).await;
    assert_eq!(parameter(&location, "error").as_deref(), Some("invalid_request"));
    assert_eq!(parameter(&location, "error_description").as_deref(), Some("code challenge required"));
}

#[tokio::test]
async fn rfc6749_section_3_1_unknown_parameters_are_ignored() {
    let location = provider(|_| {}).allowed(&[("access_type", "offline"), ("nonce", "1")]).await;
    assert!(parameter(&location, "code").is_some());
}

#[tokio::test]
async fn rfc9700_section_4_12_the_form_is_answered_with_303() {
    let provider = provider(|_| {});
    let page = provider.send(Request::get(provider.authorize_url(&[]))).await;
    let (_, rest) = page.text().unwrap().split_once("name=\"ticket\" value=\"").unwrap();
    let ticket = rest.split_once('"').unwrap().0;
    let form = [("ticket", ticket), ("person", "bob"), ("decision", "allow")];
    let response = provider.send(Request::new("POST", format!("{BASE}/authorize")).with_form(form)).await;
    assert_eq!(response.status, 303);
}
