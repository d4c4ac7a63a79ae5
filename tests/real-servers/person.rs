//! What a person does in a browser on the pages of the authorization server.

use std::path::Path;

use crate::browser::Browser;
use crate::server::Server;
use crate::support::{Ran, Sandbox};

/// Connects Jane and saves her under `jane`.
pub fn connected(server: &Server, sandbox: &Sandbox, definition: &Path, browser: &Browser) -> Ran {
    let waiting = server.begin(sandbox, "connect", definition, &["--name", "jane", "--json"]);
    log_in(browser, &waiting.url);
    consent(browser);
    browser.page("Connected");
    waiting.finish().ended(0)
}

/// Opens the authorization page and logs in as Jane.
pub fn log_in(browser: &Browser, url: &str) {
    browser.open(url);
    browser.page("Sign-in");
    browser.fill("input[name=login]", "jane");
    browser.fill("input[name=password]", "no password is wrong here");
    browser.press("button[type=submit]");
}

/// Agrees on the page that says what is asked.
pub fn consent(browser: &Browser) {
    let page = browser.page("Authorize");
    assert!(page.contains("offline access"), "the page says what is asked:\n{page}");
    browser.press("button[type=submit]");
}
