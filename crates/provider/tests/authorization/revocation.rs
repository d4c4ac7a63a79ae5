//! Revocation (RFC 7009) and bearer tokens (RFC 6750).

use connspec_provider::authorization::{Client, ErrorCode, Reason, Redirects};

use crate::support::{REDIRECT, client, provider, provider_with, refusal};

#[tokio::test]
async fn rfc7009_section_2_1_a_refresh_token_takes_its_access_tokens_along() {
    let provider = provider(|_| {});
    let (access, refresh) = provider.connect().await;
    let pairs = [("token", refresh.as_str()), ("token_type_hint", "access_token")];
    let response = provider.post("/revoke", Some("app:secret"), &pairs).await;
    assert_eq!(response.status, 200, "a wrong hint does not matter");
    assert!(!provider.accepts(&access));
    assert_eq!(refusal(&provider.refresh(&refresh).await), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn rfc7009_section_2_1_an_access_token_goes_alone() {
    let provider = provider(|_| {});
    let (access, refresh) = provider.connect().await;
    provider.post("/revoke", Some("app:secret"), &[("token", &access)]).await;
    assert!(!provider.accepts(&access));
    assert_eq!(provider.refresh(&refresh).await.status, 200);
}

#[tokio::test]
async fn rfc7009_section_2_2_an_unknown_token_is_success() {
    let provider = provider(|_| {});
    let response = provider.post("/revoke", Some("app:secret"), &[("token", "made-up")]).await;
    assert_eq!(response.status, 200);
}

#[tokio::test]
async fn rfc7009_section_2_1_the_client_must_authenticate_and_own_the_token() {
    let other = Client::confidential("other", "secret2", Redirects::Registered(vec![REDIRECT.to_owned()]));
    let provider = provider_with(vec![client(), other], |_| {});
    let (access, _) = provider.connect().await;
    let pairs = [("token", access.as_str())];
    let anonymous = provider.post("/revoke", None, &pairs).await;
    assert_eq!(refusal(&anonymous), (401, "invalid_client".to_owned()));
    let stranger = provider.post("/revoke", Some("other:secret2"), &pairs).await;
    assert_eq!(refusal(&stranger), (400, "invalid_grant".to_owned()));
    let nothing = provider.post("/revoke", Some("app:secret"), &[]).await;
    assert_eq!(refusal(&nothing), (400, "invalid_request".to_owned()));
    assert!(provider.accepts(&access));
}

#[tokio::test]
async fn rfc6750_section_3_1_refusals_of_bearer_tokens() {
    let provider = provider(|_| {});
    let (access, _) = provider.connect().await;
    let refused = |header: Option<&str>, scope| {
        let error = provider.server.bearer(header, scope).unwrap_err();
        (error.code, error.reason)
    };
    assert_eq!(refused(None, None), (ErrorCode::InvalidToken, Reason::MissingAccessToken));
    assert_eq!(refused(Some("Basic eA=="), None).1, Reason::MissingAccessToken);
    assert_eq!(refused(Some("Bearer made-up"), None).1, Reason::UnknownAccessToken);
    let header = format!("Bearer {access}");
    assert_eq!(refused(Some(&header), Some("c")), (ErrorCode::InsufficientScope, Reason::MissingScope));
    provider.clock.advance(3_600_000);
    assert_eq!(refused(Some(&header), None).1, Reason::ExpiredAccessToken);
}
