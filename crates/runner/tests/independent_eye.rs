//! Requests as a server understands them that nobody here wrote: node's `http`, busboy and qs on loopback.
//!
//! Skipped unless `CONNSPEC_CROSS_CHECK=1`; needs node and `npm ci` in `tests/cross-check/`. The requests are the
//! same in every run; `CONNSPEC_CROSS_CHECK_SEED=7` makes others. What a request means is computed from the
//! generated values by `meaning.rs`, which shares nothing with the code that writes requests.
#![allow(clippy::disallowed_methods, reason = "a test is asked for, and given its seed, by the environment")]
#![allow(clippy::print_stderr, reason = "a test tells what it did")]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "independent_eye/cases.rs"]
mod cases;
#[path = "independent_eye/meaning.rs"]
mod meaning;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use connspec_exchange::{Live, LiveOptions, ProxySettings, Request, Secrets, Transport as _};
use connspec_iml::{Collection, FixedHost};
use connspec_runner::{Context, Decisions, Environment, OAuth, Phase, Prepared, prepare};
use connspec_spec::layout::load_text;
use connspec_spec::{Compat, LoadOptions};
use serde_json::{Value as Json, json};

use cases::{Case, Encoding};

#[test]
fn a_server_of_others_understands_what_the_definition_means() {
    if std::env::var_os("CONNSPEC_CROSS_CHECK").is_none_or(|value| value != "1") {
        eprintln!("skipped: set CONNSPEC_CROSS_CHECK=1 to be read by node, busboy and qs");
        return;
    }
    let seed = std::env::var("CONNSPEC_CROSS_CHECK_SEED")
        .map_or(0x5eed, |seed| seed.parse().expect("CONNSPEC_CROSS_CHECK_SEED is a number"));
    let cases = cases::all(seed);
    assert!(cases.len() >= 150, "only {} requests", cases.len());
    let server = Server::start();
    let live = Live::with_options(LiveOptions { proxy: ProxySettings::none(), ..LiveOptions::default() });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut differences = Vec::new();
    let mut versions = Json::Null;
    for case in &cases {
        let request = request(case, &server.url);
        let answer = runtime.block_on(live.send(&request)).unwrap_or_else(|error| panic!("{error}\n{case:#?}"));
        let mut understood: Json = serde_json::from_slice(&answer.body).unwrap();
        versions = understood["versions"].take();
        let meant = meaning::of(case);
        if let Some((what, meant, understood)) = difference(&meant, &understood) {
            differences.push(format!("{case:?}\n  {what}\n  meant:      {meant}\n  understood: {understood}"));
        }
    }
    let (count, differing) = (cases.len(), differences.len());
    assert!(differences.is_empty(), "{differing} of {count} requests differ:\n{}", differences.join("\n"));
    eprintln!("{count} requests understood as meant by {versions}");
    for encoding in Encoding::ALL {
        let of_this = cases.iter().filter(|case| case.encoding == encoding);
        eprintln!("  {encoding:?}: {}", of_this.count());
    }
}

/// The first member of what was meant that was not understood so.
fn difference(meant: &Json, understood: &Json) -> Option<(String, Json, Json)> {
    if let Some(error) = understood.get("error") {
        return Some(("error".to_owned(), Json::Null, error.clone()));
    }
    let members = meant.as_object().unwrap().iter();
    let mut differing = members.filter(|(pointer, meant)| understood.pointer(pointer) != Some(meant));
    differing.next().map(|(pointer, meant)| {
        (pointer.clone(), meant.clone(), understood.pointer(pointer).cloned().unwrap_or_default())
    })
}

/// The request that the runner makes of a definition which says what the case says.
fn request(case: &Case, origin: &str) -> Request {
    let mut block = json!({ "url": format!("{origin}/eye"), "method": "GET" });
    let mut form = Collection::new();
    if let Some(body) = &case.body {
        block["method"] = json!("POST");
        block["type"] = json!(case.encoding.body_type());
        block["body"] = body.template("body", &mut form);
    }
    if let Some(qs) = &case.qs {
        block["qs"] = qs.template("qs", &mut form);
    }
    let text = json!({ "communication": block }).to_string();
    let definition = load_text("eye.json", &text, &LoadOptions::default()).unwrap().definition;
    let mut compat = Compat::default();
    if case.encoding == Encoding::UrlencodedBrackets {
        compat.set("urlencodedLists=brackets").unwrap();
    }
    let (host, secrets) = (FixedHost::new(0, "UTC", 1), Secrets::new());
    let environment = Environment {
        definition: &definition,
        host: &host,
        compat: &compat,
        secrets: &secrets,
        block: "api",
        index: 0,
    };
    let request = &definition.communication().block("api").unwrap()[0];
    let mut context = Context::new(Phase::Basic, form, Collection::new(), OAuth::default());
    match prepare(request, &mut context, &environment, &mut Decisions::new()) {
        Ok(Prepared::Send(request)) => *request,
        other => panic!("{other:?}\n{text}"),
    }
}

/// The script, listening; it ends with the test.
struct Server {
    process: Child,
    url: String,
}

impl Server {
    fn start() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cross-check");
        assert!(folder.join("node_modules/busboy").is_dir(), "run `npm ci` in tests/cross-check first");
        let mut process = Command::new("node")
            .arg("eye/server.mjs")
            .current_dir(folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node is installed");
        let mut port = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut port).unwrap();
        let url = format!("http://127.0.0.1:{}", port.trim());
        Self { process, url }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
