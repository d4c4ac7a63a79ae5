//! Logging in at the authorization server without a browser: the same forms, filled in over plain HTTP.

use std::collections::BTreeMap;

use connspec_exchange::{Request, Response};
use url::Url;

use crate::server::{Server, send};
use crate::support::Waiting;

/// The most pages and redirects a login takes.
const STEPS: usize = 20;

/// Logs in as Jane at the address `waiting` printed, agrees, and takes the answer back to it.
pub fn log_in(server: &Server, waiting: &Waiting) {
    let mut cookies = BTreeMap::new();
    let mut forms = ["prompt=login&login=jane&password=any", "prompt=consent"].into_iter();
    let mut url = Url::parse(&waiting.url).unwrap();
    let home = Url::parse(&server.url).unwrap();
    for _ in 0..STEPS {
        let mut answer = ask(Request::get(url.as_str()), &mut cookies);
        if answer.status == 200 {
            // A page with a form, which is sent to where the page came from.
            let form = forms.next().expect("two pages: log in, and agree");
            let filled = Request::new("POST", url.as_str()).with_body("application/x-www-form-urlencoded", form);
            answer = ask(filled, &mut cookies);
        }
        let location = answer.headers.get("location").unwrap_or_else(|| panic!("{url} answered {}", answer.status));
        url = url.join(location).unwrap();
        if url.origin() != home.origin() {
            waiting.visit(url.as_str());
            return;
        }
    }
    panic!("the login did not come to an end");
}

/// Sends a request with the cookies, and keeps those that come.
fn ask(request: Request, cookies: &mut BTreeMap<String, String>) -> Response {
    let held: Vec<String> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let answer = send(&request.with_header("cookie", held.join("; ")));
    for cookie in answer.headers.get_all("set-cookie") {
        if let Some((name, value)) = cookie.split(';').next().and_then(|pair| pair.split_once('=')) {
            cookies.insert(name.to_owned(), value.to_owned());
        }
    }
    answer
}
