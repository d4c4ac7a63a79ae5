//! Redeeming codes: RFC 6749 section 4.1.3, RFC 7636 section 4.5.

use connspec_exchange::{Request, Transport as _};
use connspec_provider::InProcess;
use connspec_provider::authorization::{
    Client, ClientAuthentication, Endpoints, Lifetime, Pkce, Redirects, Unit, router_at,
};
use serde_json::json;

use crate::support::{BASE, CHALLENGE, REDIRECT, VERIFIER, client, member, provider, provider_with, refusal, tokens};

fn refused(status: u16, error: &str) -> (u16, String) {
    (status, error.to_owned())
}

#[tokio::test]
async fn rfc6749_section_5_1_a_token_answer() {
    let provider = provider(|_| {});
    let response = provider.redeem(&provider.code(&[]).await, &[]).await;
    assert_eq!(response.headers.get("cache-control"), Some("no-store"));
    assert_eq!(response.headers.get("pragma"), Some("no-cache"));
    let body = response.body_json().unwrap();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], json!(3600));
    assert_eq!(body["scope"], "a b");
    let (access, _) = tokens(&response);
    let holder = provider.server.bearer(Some(&format!("bearer {access}")), Some("a")).unwrap();
    assert_eq!((holder.person.as_deref(), holder.client_id.as_str()), (Some("alice"), "app"));
}

#[tokio::test]
async fn rfc6749_section_4_1_2_a_code_is_good_for_one_use_and_the_second_revokes() {
    let provider = provider(|_| {});
    let code = provider.code(&[]).await;
    let (access, refresh) = tokens(&provider.redeem(&code, &[]).await);
    assert!(provider.accepts(&access));
    assert_eq!(refusal(&provider.redeem(&code, &[]).await), refused(400, "invalid_grant"));
    assert!(!provider.accepts(&access));
    assert_eq!(refusal(&provider.refresh(&refresh).await), refused(400, "invalid_grant"));
}

#[tokio::test]
async fn rfc6749_section_4_1_2_a_code_expires() {
    let provider = provider(|_| {});
    let code = provider.code(&[]).await;
    provider.clock.advance(60_000);
    assert_eq!(refusal(&provider.redeem(&code, &[]).await), refused(400, "invalid_grant"));
}

#[tokio::test]
async fn rfc6749_section_4_1_3_the_redirect_uri_must_be_the_same() {
    let provider = provider(|_| {});
    for uri in ["https://app.example/cb?", "https://app.example/other", ""] {
        let code = provider.code(&[]).await;
        let response = provider.redeem(&code, &[("redirect_uri", uri)]).await;
        assert_eq!(refusal(&response), refused(400, "invalid_grant"), "{uri}");
        assert_eq!(provider.redeem(&code, &[]).await.status, 200, "a mistake does not spoil the code");
    }
}

#[tokio::test]
async fn rfc6749_section_4_1_3_a_code_belongs_to_its_client() {
    let other = Client::confidential("other", "secret2", Redirects::Registered(vec![REDIRECT.to_owned()]));
    let provider = provider_with(vec![client(), other], |_| {});
    let code = provider.code(&[]).await;
    let pairs = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", REDIRECT)];
    let stolen = provider.token_as(Some("other:secret2"), &pairs).await;
    assert_eq!(refusal(&stolen), refused(400, "invalid_grant"));
    assert_eq!(provider.redeem(&code, &[]).await.status, 200);
}

#[tokio::test]
async fn rfc6749_section_5_2_errors_of_the_token_endpoint() {
    let provider = provider(|_| {});
    let table: &[(&str, &str, &str)] = &[
        ("grant_type", "", "invalid_request"),
        ("grant_type", "urn:example:other", "unsupported_grant_type"),
        ("grant_type", "password", "unauthorized_client"),
        ("code", "", "invalid_request"),
        ("code", "made-up", "invalid_grant"),
    ];
    for (name, value, error) in table {
        let code = provider.code(&[]).await;
        let response = provider.redeem(&code, &[(name, value)]).await;
        assert_eq!(refusal(&response), refused(400, error), "{name}={value}");
        assert_eq!(response.headers.get("cache-control"), Some("no-store"));
    }
}

#[tokio::test]
async fn rfc6749_section_5_2_a_client_that_tried_basic_is_told_the_scheme() {
    let provider = provider(|_| {});
    let pairs = [("grant_type", "authorization_code"), ("code", "x"), ("client_id", "app"), ("client_secret", "no")];
    let by_header = provider.token_as(Some("app:no"), &pairs[..2]).await;
    assert_eq!(refusal(&by_header), refused(401, "invalid_client"));
    assert!(by_header.headers.get("www-authenticate").unwrap().starts_with("Basic "));
    let by_body = provider.token_as(None, &pairs).await;
    assert_eq!(refusal(&by_body), refused(401, "invalid_client"));
}

#[tokio::test]
async fn rfc6749_section_3_2_the_token_endpoint_takes_a_form_by_post() {
    let provider = provider(|_| {});
    let url = format!("{BASE}/token");
    let by_get = provider.send(Request::get(format!("{url}?grant_type=authorization_code&code=x"))).await;
    assert_eq!(by_get.status, 405);
    let by_json = provider.send(Request::new("POST", url).with_json(&json!({ "grant_type": "password" }))).await;
    assert_eq!(refusal(&by_json), refused(400, "invalid_request"));
    let twice = provider.token(&[("grant_type", "authorization_code"), ("code", "1"), ("code", "2")]).await;
    assert_eq!(refusal(&twice), refused(400, "invalid_request"));
}

#[tokio::test]
async fn rfc7636_section_4_6_the_verifier_must_fit() {
    let provider = provider(|app| app.pkce = Pkce::Required);
    let challenge = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    for wrong in ["", CHALLENGE, "short"] {
        let code = provider.code(&challenge).await;
        let response = provider.redeem(&code, &[("code_verifier", wrong)]).await;
        assert_eq!(refusal(&response), refused(400, "invalid_grant"), "{wrong}");
        assert_eq!(provider.redeem(&code, &[("code_verifier", VERIFIER)]).await.status, 200);
    }
}

#[tokio::test]
async fn rfc9700_section_2_1_1_a_downgrade_is_noticed() {
    let provider = provider(|_| {});
    let response = provider.redeem(&provider.code(&[]).await, &[("code_verifier", VERIFIER)]).await;
    assert_eq!(refusal(&response), refused(400, "invalid_grant"));
}

#[tokio::test]
async fn rfc7636_a_server_that_does_not_know_the_extension_ignores_it() {
    let provider = provider(|app| app.pkce = Pkce::None);
    let challenge = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    let code = provider.code(&challenge).await;
    assert_eq!(provider.redeem(&code, &[("code_verifier", "anything")]).await.status, 200);
}

#[tokio::test]
async fn rfc8252_section_8_4_a_public_client_redeems_with_its_verifier_alone() {
    let redirects = Redirects::Registered(vec!["http://127.0.0.1/cb".to_owned()]);
    let provider = provider_with(vec![Client::public("app", redirects)], |_| {});
    let redirect = "http://127.0.0.1:50999/cb";
    let code = provider
        .code(&[("redirect_uri", redirect), ("code_challenge", CHALLENGE), ("code_challenge_method", "S256")])
        .await;
    let pairs = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", redirect),
        ("client_id", "app"),
        ("code_verifier", VERIFIER),
    ];
    assert_eq!(provider.token_as(None, &pairs).await.status, 200);
}

#[tokio::test]
async fn rfc6749_section_2_3_1_a_client_registered_for_the_body_is_refused_by_basic() {
    let provider = provider(|app| app.authentication = vec![ClientAuthentication::Body]);
    let response = provider.redeem(&provider.code(&[]).await, &[]).await;
    assert_eq!(refusal(&response), refused(401, "invalid_client"));
}

#[tokio::test]
async fn lifetimes_are_told_in_the_configured_unit_or_not_at_all() {
    let minutes = provider(|app| app.access_lifetime = Some(Lifetime::minutes(90)));
    let response = minutes.redeem(&minutes.code(&[]).await, &[]).await;
    assert_eq!(response.body_json().unwrap()["expires_in"], json!(90));
    minutes.clock.advance(Lifetime::of(90, Unit::Minutes).millis - 1);
    assert!(minutes.accepts(&tokens(&response).0));
    minutes.clock.advance(1);
    assert!(!minutes.accepts(&tokens(&response).0));

    let forever = provider(|app| app.access_lifetime = None);
    let response = forever.redeem(&forever.code(&[]).await, &[]).await;
    assert_eq!(response.body_json().unwrap().get("expires_in"), None);
    forever.clock.advance(Lifetime::of(1_000_000, Unit::Hours).millis);
    assert!(forever.accepts(&member(&response, "access_token").unwrap()));
}

#[tokio::test]
async fn endpoints_may_stand_at_any_path_and_read_json() {
    let odd = Endpoints {
        authorize: "/{tenant}/authorize".to_owned(),
        token: vec!["/v1/*/token".to_owned(), "/v1/refresh".to_owned()],
        revoke: None,
        accept_json: true,
    };
    let provider = provider(|_| {});
    let transport = InProcess(router_at(provider.server.clone(), odd));
    let send = async |request: Request| transport.send(&request).await.unwrap();
    let page = send(Request::get(provider.authorize_url(&[]).replace("/authorize", "/{tenant}/authorize"))).await;
    assert_eq!(page.status, 404, "a URL cannot hold a brace: it arrives encoded");
    let code = provider.code(&[]).await;
    let body = json!({
        "grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT,
        "client_id": "app", "client_secret": "secret",
    });
    let redeemed = send(Request::new("POST", format!("{BASE}/v1/*/token")).with_json(&body)).await;
    let (_, refresh) = tokens(&redeemed);
    let body = json!({
        "grant_type": "refresh_token", "refresh_token": refresh, "client_id": "app", "client_secret": "secret",
    });
    tokens(&send(Request::new("POST", format!("{BASE}/v1/refresh")).with_json(&body)).await);
    for path in ["/token", "/revoke", "/v1/x/token"] {
        assert_eq!(send(Request::new("POST", format!("{BASE}{path}"))).await.status, 404, "{path}");
    }
}
