//! Refreshing: RFC 6749 section 6, RFC 9700 section 4.14.

use connspec_provider::authorization::{Client, Grant, Lifetime, Redirects, Rotation};

use crate::support::{REDIRECT, client, member, provider, provider_with, refusal, tokens};

fn invalid_grant() -> (u16, String) {
    (400, "invalid_grant".to_owned())
}

#[tokio::test]
async fn rfc9700_section_4_14_2_reuse_revokes_the_whole_family() {
    let provider = provider(|_| {});
    let (_, first) = provider.connect().await;
    let (access, second) = tokens(&provider.refresh(&first).await);
    assert_ne!(first, second);
    assert_eq!(refusal(&provider.refresh(&first).await), invalid_grant());
    assert!(!provider.accepts(&access), "the winner's access token is gone");
    assert_eq!(refusal(&provider.refresh(&second).await), invalid_grant(), "and its refresh token");
}

#[tokio::test]
async fn rfc9700_section_4_14_2_another_grant_of_the_same_person_is_not_touched() {
    let provider = provider(|_| {});
    let (_, first) = provider.connect().await;
    let (other_access, other_refresh) = provider.connect().await;
    provider.refresh(&first).await;
    provider.refresh(&first).await;
    assert!(provider.accepts(&other_access));
    assert_eq!(provider.refresh(&other_refresh).await.status, 200);
}

#[tokio::test]
async fn rotation_without_revocation_refuses_the_old_token_alone() {
    let provider = provider(|app| app.rotation = Rotation::Rotate);
    let (_, first) = provider.connect().await;
    let (access, second) = tokens(&provider.refresh(&first).await);
    assert_eq!(refusal(&provider.refresh(&first).await), invalid_grant());
    assert!(provider.accepts(&access));
    assert_eq!(provider.refresh(&second).await.status, 200);
}

#[tokio::test]
async fn a_grace_window_forgives_a_lost_answer_for_a_while() {
    let provider = provider(|app| app.rotation = Rotation::Grace(10_000));
    let (_, first) = provider.connect().await;
    assert_eq!(provider.refresh(&first).await.status, 200);
    provider.clock.advance(9_999);
    let (access, second) = tokens(&provider.refresh(&first).await);
    provider.clock.advance(1);
    assert_eq!(refusal(&provider.refresh(&first).await), invalid_grant());
    assert!(!provider.accepts(&access));
    assert_eq!(refusal(&provider.refresh(&second).await), invalid_grant());
}

#[tokio::test]
async fn rfc6749_section_6_an_answer_may_bring_no_new_refresh_token() {
    let provider = provider(|app| app.rotation = Rotation::Keep);
    let (_, refresh) = provider.connect().await;
    for _ in 0..2 {
        let response = provider.refresh(&refresh).await;
        assert_eq!((response.status, member(&response, "refresh_token")), (200, None));
        assert!(provider.accepts(&member(&response, "access_token").unwrap()));
    }
}

#[tokio::test]
async fn rfc6749_section_6_the_scope_may_be_narrowed_but_not_widened() {
    let provider = provider(|app| app.rotation = Rotation::Keep);
    let (_, refresh) = provider.connect().await;
    let ask = |scope| [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str()), ("scope", scope)];
    let narrow = provider.token(&ask("a")).await;
    assert_eq!(member(&narrow, "scope").as_deref(), Some("a"));
    let bearer = format!("Bearer {}", member(&narrow, "access_token").unwrap());
    assert!(provider.server.bearer(Some(&bearer), Some("a")).is_ok());
    assert!(provider.server.bearer(Some(&bearer), Some("b")).is_err());
    let wide = provider.token(&ask("a c")).await;
    assert_eq!(refusal(&wide), (400, "invalid_scope".to_owned()));
    let again = provider.refresh(&refresh).await;
    assert_eq!(member(&again, "scope").as_deref(), Some("a b"), "the grant itself stays as wide as it was");
}

#[tokio::test]
async fn rfc6749_section_6_a_refresh_token_belongs_to_its_client() {
    let redirects = Redirects::Registered(vec![REDIRECT.to_owned()]);
    let other = Client::confidential("other", "secret2", redirects);
    let provider = provider_with(vec![client(), other], |_| {});
    let (_, refresh) = provider.connect().await;
    let pairs = [("grant_type", "refresh_token"), ("refresh_token", refresh.as_str())];
    assert_eq!(refusal(&provider.token_as(Some("other:secret2"), &pairs).await), invalid_grant());
    assert_eq!(provider.refresh(&refresh).await.status, 200);
}

#[tokio::test]
async fn rfc6749_section_5_2_an_expired_refresh_token_is_invalid_grant() {
    let provider = provider(|app| app.refresh_lifetime = Some(Lifetime::seconds(7200)));
    let (_, refresh) = provider.connect().await;
    provider.clock.advance(7_199_999);
    let (_, second) = tokens(&provider.refresh(&refresh).await);
    provider.clock.advance(7_200_000);
    assert_eq!(refusal(&provider.refresh(&second).await), invalid_grant());
}

#[tokio::test]
async fn rfc6749_section_1_5_a_client_without_the_grant_gets_no_refresh_token() {
    let provider = provider(|app| app.grants = vec![Grant::AuthorizationCode]);
    let response = provider.redeem(&provider.code(&[]).await, &[]).await;
    assert_eq!((response.status, member(&response, "refresh_token")), (200, None));
    assert_eq!(refusal(&provider.refresh("x").await), (400, "unauthorized_client".to_owned()));
}

#[tokio::test]
async fn consent_may_be_narrower_than_the_request() {
    let provider = provider_with(vec![client()], |settings| settings.withheld_scopes = vec!["b".to_owned()]);
    let response = provider.redeem(&provider.code(&[]).await, &[]).await;
    assert_eq!(member(&response, "scope").as_deref(), Some("a"), "RFC 6749 section 5.1: told when it differs");
}

/// What real servers do to eight tasks that refresh at once, and permissive mocks do not
/// (demand.md, "Measured in the peers").
#[tokio::test]
async fn rfc9700_section_4_14_2_eight_refreshes_at_once_leave_nobody_with_a_token() {
    let provider = provider(|_| {});
    let (_, refresh) = provider.connect().await;
    let mut winners = Vec::new();
    for _ in 0..8 {
        let response = provider.refresh(&refresh).await;
        if response.status == 200 {
            winners.push(tokens(&response));
        }
    }
    let [(access, next)] = winners.as_slice() else { panic!("{} winners", winners.len()) };
    assert!(!provider.accepts(access));
    assert_eq!(refusal(&provider.refresh(next).await), invalid_grant());
}
