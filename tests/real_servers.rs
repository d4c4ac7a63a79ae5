//! connspec against programs that others wrote: a certified authorization server (npm's oidc-provider), a real browser
//! in which the pages are read and clicked as a person does, and the file Playwright makes of a login.
//!
//! Both are heavy, so they are asked for with `CONNSPEC_REAL_SERVERS=1` once `npm ci` ran in `tests/real-servers` and
//! `chromium` and `chromedriver` can be started; otherwise every test says that it is skipped.
//! `CONNSPEC_SCREENSHOTS=FOLDER` keeps what the browser showed.

#![allow(clippy::print_stderr, reason = "a skipped test says so")]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "acceptance/support.rs"]
#[allow(dead_code, reason = "the acceptance tests use the rest")]
mod support;

#[path = "real-servers/browser.rs"]
mod browser;
#[path = "real-servers/person.rs"]
mod person;
#[path = "real-servers/server.rs"]
#[allow(dead_code, reason = "the tests of stores use the rest")]
mod server;

#[path = "real-servers/academy.rs"]
mod academy;
#[path = "real-servers/fixtures.rs"]
mod fixtures;
#[path = "real-servers/har.rs"]
mod har;
#[path = "real-servers/life.rs"]
mod life;
#[path = "real-servers/refusals.rs"]
mod refusals;

/// Whether the servers and the browser were asked for; says so when not.
fn asked_for() -> bool {
    let asked = std::env::var("CONNSPEC_REAL_SERVERS").is_ok_and(|value| value == "1");
    if !asked {
        eprintln!("skipped: real servers and a browser are only used with CONNSPEC_REAL_SERVERS=1");
    }
    asked
}
