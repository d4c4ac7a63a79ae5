//! `GET /api/v2/authorize`: the consent page and where it leads.

use connspec_exchange::Request;
use connspec_provider::academy::{self, ConsentError, Decision, Person, Settings};

use crate::support::{Application, BASE, REDIRECT, parameter, refusal};

fn application() -> Application {
    Application::new(Settings::default())
}

#[tokio::test]
async fn the_page_shows_the_application_the_scopes_and_both_people() {
    let app = application();
    let page = app.send(Request::get(app.authorize_url(&[("scope", "connect read")]))).await;
    assert_eq!((page.status, page.media_type().as_deref()), (200, Some("text/html")));
    let html = page.text().unwrap();
    for shown in
        ["Your custom app", "academy-demo", "John Doe", "Jane Black", "<code>connect</code>", "<code>read</code>"]
    {
        assert!(html.contains(shown), "{shown} is missing from {html}");
    }
    assert!(!html.contains("<code>write</code>"));
    assert!(!html.contains("<script"));
    assert_eq!(html.matches("type=\"radio\"").count(), 2);
}

#[tokio::test]
async fn rfc6749_section_10_13_the_page_cannot_be_framed_or_kept() {
    let app = application();
    let page = app.send(Request::get(app.authorize_url(&[]))).await;
    assert_eq!(page.headers.get("x-frame-options"), Some("DENY"));
    assert!(page.headers.get("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
    assert_eq!(page.headers.get("cache-control"), Some("no-store"));
    assert_eq!(page.headers.get("referrer-policy"), Some("no-referrer"));
}

#[tokio::test]
async fn allow_leads_back_with_code_and_state() {
    let location = application().consent(Person::JaneBlack, Decision::Allow).await;
    assert!(location.as_str().starts_with(&format!("{REDIRECT}?")), "{location}");
    assert_eq!(parameter(&location, "state").as_deref(), Some("a/b c"));
    assert!(parameter(&location, "code").unwrap().len() >= 32);
    assert_eq!(parameter(&location, "error"), None);
}

#[tokio::test]
async fn deny_leads_back_with_an_error_its_message_and_the_state() {
    let location = application().consent(Person::JohnDoe, Decision::Deny).await;
    assert_eq!(parameter(&location, "error").as_deref(), Some("access_denied"));
    assert!(parameter(&location, "error.message").is_some());
    assert_eq!(parameter(&location, "state").as_deref(), Some("a/b c"));
    assert_eq!(parameter(&location, "code"), None);
}

#[tokio::test]
async fn a_state_that_was_not_sent_does_not_come_back() {
    let app = application();
    let url = app.authorize_url(&[("state", "")]);
    let location = academy::consent(&app.transport, &url, Person::JohnDoe, Decision::Allow).await.unwrap();
    assert!(!location.contains("state"), "{location}");
}

/// academy-api.md, gap 7: 400 missing or invalid parameter, 404 unknown client, 501 unsupported.
#[tokio::test]
async fn a_request_that_cannot_be_shown_is_answered_directly() {
    let app = application();
    type Case<'a> = (&'a [(&'a str, &'a str)], u16, &'a str);
    let table: &[Case<'_>] = &[
        (&[("client_id", "")], 400, "client_id"),
        (&[("client_id", "somebody-else")], 404, "client_id"),
        (&[("redirect_uri", "")], 400, "redirect_uri"),
        (&[("redirect_uri", "https://evil.example/cb")], 400, "redirect_uri"),
        (&[("response_type", "")], 400, "response_type"),
        (&[("response_type", "token")], 501, "response_type"),
        (&[("scope", "")], 400, "scope"),
    ];
    for (changes, status, word) in table {
        let response = app.send(Request::get(app.authorize_url(changes))).await;
        let (got, message) = refusal(&response);
        assert_eq!(got, *status, "{changes:?}: {message}");
        assert!(message.contains(word), "{changes:?}: {message}");
        assert!(!response.headers.contains("location"));
    }
    let twice = format!("{}&client_id=academy-demo", app.authorize_url(&[]));
    assert_eq!(refusal(&app.send(Request::get(twice)).await).0, 400);
}

#[tokio::test]
async fn a_browser_sees_a_page_instead_of_json() {
    let app = application();
    let url = app.authorize_url(&[("client_id", "<b>")]);
    let response = app.send(Request::get(url).with_header("accept", "text/html,*/*;q=0.8")).await;
    assert_eq!((response.status, response.media_type().as_deref()), (404, Some("text/html")));
}

#[tokio::test]
async fn an_unknown_scope_is_reported_on_the_callback() {
    let app = application();
    let url = app.authorize_url(&[("scope", "connect everything")]);
    let location = academy::consent(&app.transport, &url, Person::JohnDoe, Decision::Allow).await.unwrap();
    let location = location.parse().unwrap();
    assert_eq!(parameter(&location, "error").as_deref(), Some("invalid_scope"));
    assert!(parameter(&location, "error.message").unwrap().contains("everything"));
}

#[tokio::test]
async fn scopes_may_be_divided_by_commas_since_nobody_documents_the_separator() {
    let app = application();
    let page = app.send(Request::get(app.authorize_url(&[("scope", "connect,write")]))).await;
    let html = page.text().unwrap();
    assert!(html.contains("<code>connect</code>") && html.contains("<code>write</code>"));
}

#[tokio::test]
async fn any_loopback_address_and_makes_own_callback_are_accepted() {
    let app = application();
    for uri in [
        "http://localhost:1/x",
        "http://[::1]:2/cb?keep=1",
        "https://www.integromat.com/oauth/cb/app",
        "https://www.make.com/oauth/cb/app",
    ] {
        let url = app.authorize_url(&[("redirect_uri", uri)]);
        let location = academy::consent(&app.transport, &url, Person::JohnDoe, Decision::Allow).await.unwrap();
        assert!(location.starts_with(uri), "{location}");
    }
}

fn ticket(html: &str) -> String {
    let (_, rest) = html.split_once("name=\"ticket\" value=\"").unwrap();
    rest.split_once('"').unwrap().0.to_owned()
}

#[tokio::test]
async fn a_page_is_answered_once_and_only_by_who_has_seen_it() {
    let app = application();
    let page = app.send(Request::get(app.authorize_url(&[]))).await;
    let ticket = ticket(page.text().unwrap());
    let post = |ticket: &str| {
        Request::new("POST", format!("{BASE}/authorize")).with_form([
            ("ticket", ticket),
            ("person", "john-doe"),
            ("decision", "allow"),
        ])
    };
    assert_eq!(refusal(&app.send(post("guessed")).await).0, 400);
    let from_elsewhere = post(&ticket).with_header("sec-fetch-site", "cross-site");
    assert_eq!(refusal(&app.send(from_elsewhere).await).0, 400);
    let answered = app.send(post(&ticket).with_header("sec-fetch-site", "same-origin")).await;
    assert_eq!(answered.status, 303, "RFC 9700 section 4.12");
    assert_eq!(refusal(&app.send(post(&ticket)).await).0, 400, "twice");
}

#[tokio::test]
async fn a_page_that_waited_too_long_is_refused() {
    let app = application();
    let page = app.send(Request::get(app.authorize_url(&[]))).await;
    let ticket = ticket(page.text().unwrap());
    app.clock.advance(15 * 60_000);
    let form = [("ticket", ticket.as_str()), ("person", "john-doe"), ("decision", "allow")];
    let response = app.send(Request::new("POST", format!("{BASE}/authorize")).with_form(form)).await;
    assert_eq!(refusal(&response).0, 400);
}

#[tokio::test]
async fn the_helper_tells_why_there_was_no_page() {
    let app = application();
    let url = app.authorize_url(&[("client_id", "nobody")]);
    let error = academy::consent(&app.transport, &url, Person::JohnDoe, Decision::Allow).await.unwrap_err();
    let ConsentError::Refused { status: 404, message } = error else { panic!("{error}") };
    assert!(message.contains("client_id"), "{message}");
}
