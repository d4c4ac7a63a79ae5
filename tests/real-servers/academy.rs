//! The consent page of the bundled Academy, read and clicked in a browser.

use crate::asked_for;
use crate::browser::Browser;
use crate::support::Sandbox;

const HEADING: &str = "Your custom app would like to use your account";

#[test]
fn jane_black_is_chosen_and_allows() {
    if !asked_for() {
        return;
    }
    let (sandbox, browser) = (Sandbox::new(), Browser::start());
    let served = sandbox.academy(&[]);
    let waiting = sandbox.start(&["connect", "academy-v2", "--no-browser", "--json", "--map-origin", &served.map()]);
    browser.open(&waiting.url);
    let page = browser.page(HEADING);
    assert!(page.contains("Custom App Academy") && page.contains("Jane Black") && page.contains("John Doe"), "{page}");
    browser.press("label:has(input[value=jane-black])");
    browser.press("button[name=decision][value=allow]");
    let page = browser.page("Connected");
    assert!(page.contains("The connection is made. You may close this page."), "{page}");
    let report = waiting.finish().ended(0).json();
    assert_eq!(report["outcome"], "connected");
    assert_eq!(report["connection"]["name"], "Jane Black");
}

#[test]
fn a_denial_is_said_on_the_page_and_in_the_report() {
    if !asked_for() {
        return;
    }
    let (sandbox, browser) = (Sandbox::new(), Browser::start());
    let served = sandbox.academy(&[]);
    let waiting = sandbox.start(&["connect", "academy-v2", "--no-browser", "--json", "--map-origin", &served.map()]);
    browser.open(&waiting.url);
    browser.page(HEADING);
    browser.press("button[name=decision][value=deny]");
    let page = browser.page("Access denied");
    assert!(page.contains("Nothing was connected. You may close this page."), "{page}");
    let report = waiting.finish().ended(1).json();
    assert_eq!(report["outcome"], "failed");
    assert_eq!(report["error"]["type"], "AccessDenied");
}

#[test]
fn a_callback_over_tls_is_reached_by_whoever_goes_on_past_the_warning() {
    if !asked_for() {
        return;
    }
    let (sandbox, browser) = (Sandbox::new(), Browser::start_trusting());
    let served = sandbox.academy(&[]);
    let map = served.map();
    let waiting =
        sandbox.start(&["connect", "academy-v2", "--no-browser", "--json", "--callback-tls", "--map-origin", &map]);
    assert!(waiting.redirect_uri().starts_with("https://127.0.0.1:"), "{}", waiting.redirect_uri());
    browser.open(&waiting.url);
    browser.page(HEADING);
    browser.press("button[name=decision][value=allow]");
    browser.page("Connected");
    assert!(browser.url().starts_with("https://127.0.0.1:"), "{}", browser.url());
    let ran = waiting.finish().ended(0);
    assert_eq!(ran.json()["outcome"], "connected");
    assert!(ran.stderr.contains("fingerprint"), "{}", ran.stderr);
}
