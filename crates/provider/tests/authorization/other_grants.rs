//! Client credentials and passwords: RFC 6749 sections 4.3 and 4.4.

use connspec_provider::authorization::{Client, ClientAuthentication, Grant};

use connspec_provider::InProcess;
use connspec_provider::faults::{Fault, misbehave};

use crate::support::{Provider, member, provider, refusal, tokens};

fn with_grant(grant: Grant) -> Provider {
    provider(|app| app.grants = vec![grant, Grant::RefreshToken])
}

#[tokio::test]
async fn rfc6749_section_4_4_3_client_credentials_give_no_refresh_token() {
    let provider = with_grant(Grant::ClientCredentials);
    let response = provider.token(&[("grant_type", "client_credentials"), ("scope", "c")]).await;
    assert_eq!(response.status, 200);
    assert_eq!(member(&response, "refresh_token"), None);
    let bearer = format!("Bearer {}", member(&response, "access_token").unwrap());
    let access = provider.server.bearer(Some(&bearer), Some("c")).unwrap();
    assert_eq!((access.person, access.client_id.as_str()), (None, "app"));
}

#[tokio::test]
async fn rfc6749_section_3_3_default_scopes_stand_in_for_a_missing_scope() {
    let grant = [("grant_type", "client_credentials")];
    let without = with_grant(Grant::ClientCredentials);
    assert_eq!(refusal(&without.token(&grant).await), (400, "invalid_scope".to_owned()));
    let with = provider(|app| {
        app.grants = vec![Grant::ClientCredentials];
        app.default_scopes = vec!["a".to_owned()];
    });
    assert_eq!(member(&with.token(&grant).await, "scope").as_deref(), Some("a"));
}

#[tokio::test]
async fn rfc6749_section_4_4_a_public_client_has_no_credentials_to_show() {
    let provider = provider(|app: &mut Client| {
        app.grants = vec![Grant::ClientCredentials];
        app.secret = None;
        app.authentication = vec![ClientAuthentication::None];
    });
    let pairs = [("grant_type", "client_credentials"), ("client_id", "app"), ("scope", "a")];
    assert_eq!(refusal(&provider.token_as(None, &pairs).await), (400, "unauthorized_client".to_owned()));
}

#[tokio::test]
async fn rfc6749_section_4_3_2_a_password_gives_tokens() {
    let provider = with_grant(Grant::Password);
    let ask = |user, password| [("grant_type", "password"), ("username", user), ("password", password), ("scope", "a")];
    let (access, refresh) = tokens(&provider.token(&ask("alice", "wonderland")).await);
    assert!(provider.accepts(&access));
    assert_eq!(provider.refresh(&refresh).await.status, 200);
    for (user, password) in [("alice", "Wonderland"), ("nobody", "wonderland"), ("bob", "x")] {
        let response = provider.token(&ask(user, password)).await;
        assert_eq!(refusal(&response), (400, "invalid_grant".to_owned()), "{user}");
    }
    let response = provider.token(&ask("bob", "")).await;
    assert_eq!(refusal(&response), (400, "invalid_request".to_owned()));
}

#[tokio::test]
async fn the_fault_missing_token_type_leaves_out_what_rfc6749_section_5_1_requires() {
    let mut provider = with_grant(Grant::ClientCredentials);
    let grant = [("grant_type", "client_credentials"), ("scope", "a")];
    assert_eq!(member(&provider.token(&grant).await, "token_type").as_deref(), Some("Bearer"));
    provider.transport = InProcess(misbehave(provider.transport.0.clone(), Fault::MissingTokenType));
    let response = provider.token(&grant).await;
    assert!(member(&response, "access_token").is_some());
    assert_eq!(response.body_json().unwrap().get("token_type"), None);
}
