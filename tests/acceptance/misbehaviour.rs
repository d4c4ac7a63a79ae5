//! A provider that misbehaves in every named way: each ends in the documented error, in time, with flat memory, without
//! a secret.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use connspec_provider::academy::{Decision, Person};
use connspec_provider::faults::Fault;

use crate::support::{ACADEMY, Ran, Sandbox, Served};

/// Fault, exit code, `error.type` (empty: it connects), words of the message, block.
///
/// Types: communication.md §7 (status defaults) and §8 (transport); cli.md for those Make has no name for. The bundled
/// definition's own `error` entries decide where it has one.
const OUTCOMES: &[(&str, &str, &str, &str)] = &[
    ("wrong-unit", "", "", ""),
    ("refresh-expired", "", "", ""),
    ("missing-scope", "RuntimeError", "lacks the scope connect", "info"),
    ("error-message-callback", "ConnectionError", "did not grant access", "authorize"),
    ("other-person", "", "", ""),
    ("html-error-page", "ConnectionError", "[502]", "token"),
    ("empty-400", "RuntimeError", "[400]", "token"),
    ("error-with-200", "DataError", "no access token", "token"),
    ("json-as-text-plain", "", "", ""),
    ("expires-in-as-text", "", "", ""),
    ("missing-token-type", "", "", ""),
    ("rate-limited", "RateLimitError", "[429]", "token"),
    ("redirect-to-another-host", "RuntimeError", "elsewhere.invalid", "token"),
    ("endless-redirect", "LimitExceeded", "21 redirects", "token"),
    ("gzip-bomb", "DataError", "Invalid JSON", "token"),
    // The bytes stand inside the token: as JavaScript reads them, it is another token, which the Academy does not know.
    ("invalid-utf8", "InvalidAccessTokenError", "does not accept the access token", "info"),
    ("duplicate-headers", "", "", ""),
    ("huge-header", "LimitExceeded", "headers", "token"),
    ("slow-body", "ProviderUnreachable", "did not answer completely", "token"),
    ("body-cut-short", "ProviderUnreachable", "before its answer was complete", "token"),
    ("reset-connection", "ProviderUnreachable", "broke the connection off", "token"),
    ("lost-answer", "ProviderUnreachable", "closed the connection", "token"),
    ("wrong-content-length", "DataError", "Invalid JSON", "token"),
];

/// How long the request of a block may take, in milliseconds, so that nobody waits 40 seconds for a slow provider.
const TIMEOUT: u64 = 2_000;

/// What a run may take beyond that: starting the program, the other requests, a busy machine.
const SLACK: Duration = Duration::from_secs(18);

/// The largest body that is read, in kilobytes.
const LARGEST_BODY: i64 = 16 * 1024;

/// What a body within that limit may be kept as: its bytes, its text, Base64 in the report; in kilobytes.
const KEPT_BODY: i64 = 2 * LARGEST_BODY;

/// What the peak of memory may differ by from one run to the next, in kilobytes.
const NOISE: i64 = 8 * 1024;

/// The bundled definition with a timeout of its own, asking for compressed answers if `gzip`.
fn impatient(sandbox: &Sandbox, folder: &str, gzip: bool) {
    sandbox.run(&["specs", "copy", "academy-v2", folder]).ended(0);
    let path = sandbox.path(&format!("{folder}/connections/academy-v2/academy-v2.oauth-communication.iml.json"));
    let text = std::fs::read_to_string(&path).unwrap();
    let guard = r#""condition": "{{temp.code}}","#;
    assert_eq!(text.matches(guard).count(), 1);
    std::fs::write(&path, text.replace(guard, &format!(r#"{guard} "timeout": {TIMEOUT}, "gzip": {gzip},"#))).unwrap();
}

#[test]
fn every_fault_is_in_the_table() {
    let named: Vec<_> = OUTCOMES.iter().map(|(fault, ..)| *fault).collect();
    let all: Vec<_> = Fault::all().map(Fault::name).collect();
    assert_eq!(named, all);
}

/// One way to misbehave, and what must come of it.
struct Misbehaviour {
    name: &'static str,
    provider: Provider,
    /// `error.type`; empty: it connects.
    kind: &'static str,
    words: &'static str,
    block: &'static str,
    /// The definition's folder.
    app: &'static str,
    /// What the peak of memory may be above that of a run with a provider that behaves, in kilobytes.
    allowance: i64,
}

/// Who misbehaves.
enum Provider {
    /// The Academy, with a fault of its own.
    Academy(&'static str),
    /// A server that is none, reached by this scheme.
    Port(&'static str, fn(TcpStream)),
}

/// Every way there is: the faults of the catalogue, the bomb once more where it is unpacked, and servers that are none.
fn misbehaviours() -> Vec<Misbehaviour> {
    let academy = |fault, kind, words, block, app, allowance| Misbehaviour {
        name: fault,
        provider: Provider::Academy(fault),
        kind,
        words,
        block,
        app,
        allowance,
    };
    let mut all: Vec<_> = OUTCOMES
        .iter()
        .map(|(fault, kind, words, block)| {
            // Five megabytes that unpack to a gigabyte: an answer like any other where nobody unpacks it.
            let kept = if *fault == "gzip-bomb" { KEPT_BODY } else { 0 };
            academy(fault, kind, words, block, "app", kept + NOISE)
        })
        .collect();
    let unpacked = academy("gzip-bomb", "LimitExceeded", "decompressed body", "token", "zipped", LARGEST_BODY + NOISE);
    all.push(Misbehaviour { name: "gzip-bomb-unpacked", ..unpacked });
    // communication.md §8: certificates are a RuntimeError; docs/compatibility.md for the rest.
    type Manners = fn(TcpStream);
    let ports: [(&str, &str, Manners, &str, &str, i64); 5] = [
        ("bad-tls", "https", untrusted, "RuntimeError", "certificate of localhost", NOISE),
        ("no-tls", "https", plain, "RuntimeError", "The TLS connection to localhost", NOISE),
        ("no-answer", "http", silent, "ProviderUnreachable", "did not answer completely within", NOISE),
        ("endless-body", "http", endless_body, "LimitExceeded", "larger than 16777216 bytes", LARGEST_BODY + NOISE),
        ("endless-headers", "http", endless_headers, "LimitExceeded", "headers", NOISE),
    ];
    all.extend(ports.into_iter().map(|(name, scheme, manners, kind, words, allowance)| Misbehaviour {
        name,
        provider: Provider::Port(scheme, manners),
        kind,
        words,
        block: "token",
        app: "app",
        allowance,
    }));
    all
}

/// How a run went.
struct Measured {
    ran: Ran,
    took: Duration,
    /// The most memory it held at once, in kilobytes.
    peak: i64,
}

/// Connects `app` by a provider that answers at the end of `map`; the browser comes back as `back` has it.
fn connect(sandbox: &Sandbox, app: &str, map: &str, back: impl FnOnce(&crate::support::Waiting)) -> Measured {
    let noted = sandbox.path("peak");
    let arguments = ["connect", app, "--json", "--no-save", "--no-browser", "--map-origin", map];
    let waiting = sandbox.start_between(GO_BETWEEN, &noted, &arguments);
    let begun = Instant::now();
    back(&waiting);
    let ran = waiting.finish();
    let peak = std::fs::read_to_string(&noted).unwrap().parse().unwrap();
    Measured { ran: ran.json_only(), took: begun.elapsed(), peak }
}

/// Connects to the Academy, which may have a fault.
fn connect_to_academy(sandbox: &Sandbox, app: &str, served: &Served) -> Measured {
    connect(sandbox, app, &served.map(), |waiting| {
        waiting.consent(Person::JaneBlack, Decision::Allow);
    })
}

impl Misbehaviour {
    fn run(&self, sandbox: &Sandbox) -> Measured {
        match self.provider {
            Provider::Academy(fault) => connect_to_academy(sandbox, self.app, &sandbox.academy(&["--fault", fault])),
            Provider::Port(scheme, manners) => {
                let map = format!("{ACADEMY}={scheme}://localhost:{}", served(manners));
                connect(sandbox, self.app, &map, |waiting| {
                    let address = url::Url::parse(&waiting.url).unwrap();
                    let state = address.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
                    waiting.visit(&format!("{}?code=c&state={state}", waiting.redirect_uri()));
                })
            }
        }
    }

    /// What is not as documented.
    fn fault_of(&self, measured: &Measured, flat: i64) -> Option<String> {
        let (ran, error) = (&measured.ran, &measured.ran.json()["error"]);
        let as_documented = if self.kind.is_empty() {
            ran.code() == 0 && error.is_null()
        } else {
            let placed = error["location"]["line"].is_u64();
            let says = error["message"].as_str().unwrap_or_default().contains(self.words);
            ran.code() == 1 && error["type"] == self.kind && error["block"] == self.block && says && placed
        };
        let in_time = measured.took < Duration::from_millis(TIMEOUT) + SLACK;
        let is_flat = measured.peak - flat <= self.allowance;
        let shown = format!("{}: exit {}, {error}", self.name, ran.code());
        match (as_documented, in_time, is_flat) {
            (true, true, true) => None,
            (false, ..) => Some(shown),
            (_, false, _) => Some(format!("{} took {:?}", self.name, measured.took)),
            _ => Some(format!("{} held {} kB, {flat} kB are held without it", self.name, measured.peak)),
        }
    }
}

#[test]
fn each_misbehaviour_ends_as_documented_in_time_and_with_flat_memory() {
    let sandbox = Sandbox::new();
    impatient(&sandbox, "app", false);
    impatient(&sandbox, "zipped", true);
    let behaved = connect_to_academy(&sandbox, "app", &sandbox.academy(&[]));
    assert_eq!(behaved.ran.code(), 0, "{}", behaved.ran.stderr);
    let flat = behaved.peak;
    let mut table = vec![format!("{:<26}{:>10} kB{:>14}{:>9} s  outcome", "misbehaviour", "peak", "allowed", "took")];
    let row = |name: &str, measured: &Measured, allowance: i64| {
        let error = &measured.ran.json()["error"];
        let outcome = error["type"].as_str().unwrap_or("connected").to_owned();
        let (peak, took) = (measured.peak, measured.took.as_secs_f32());
        format!("{name:<26}{peak:>10}   {:>14}{took:>9.1}    {outcome}", flat + allowance)
    };
    table.push(row("none", &behaved, NOISE));
    let mut wrong = Vec::new();
    let all = misbehaviours();
    for misbehaviour in &all {
        let measured = misbehaviour.run(&sandbox);
        table.push(row(misbehaviour.name, &measured, misbehaviour.allowance));
        wrong.extend(misbehaviour.fault_of(&measured, flat));
        measured.ran.hides(&["academy-demo-secret"]);
    }
    eprintln!("{}\n{} misbehaviours, {} not as documented", table.join("\n"), all.len(), wrong.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), all.len(), wrong.join("\n"));
}

/// The test below, by its name in this program.
pub const GO_BETWEEN: &str = "misbehaviour::a_process_that_measures_another";

/// Not a test but the process between this one and a run: it runs the program with the arguments it is given by
/// [`Sandbox::start_between`] and notes the most memory that one held. A process of its own, since the kernel counts for
/// all children of a process at once, and takes its parent's memory for a child's own until the child has begun.
#[cfg(unix)]
#[test]
#[ignore = "started by each_misbehaviour_ends_as_documented_in_time_and_with_flat_memory"]
fn a_process_that_measures_another() {
    use nix::sys::resource::{UsageWho, getrusage};
    let (Some(arguments), Some(noted)) = (std::env::var("GO_BETWEEN").ok(), std::env::var_os("GO_BETWEEN_NOTES"))
    else {
        panic!("this is started by another test");
    };
    let arguments: Vec<String> = serde_json::from_str(&arguments).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_connspec"));
    let status = command.args(arguments).stdin(Stdio::null()).status().unwrap();
    let peak = getrusage(UsageWho::RUSAGE_CHILDREN).unwrap().max_rss();
    std::fs::write(noted, peak.to_string()).unwrap();
    std::process::exit(status.code().unwrap_or(-1));
}

/// A self-signed server, as far as the client can tell: nobody it trusts has signed the certificate.
fn untrusted(mut stream: TcpStream) {
    use rustls::pki_types::pem::PemObject as _;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    const CERTIFICATE: &[u8] = include_bytes!("../../crates/exchange/testdata/tls/server.pem");
    const KEY: &[u8] = include_bytes!("../../crates/exchange/testdata/tls/server.key");
    let chain = CertificateDer::pem_slice_iter(CERTIFICATE).map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = rustls::ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = versions.unwrap().with_no_client_auth().with_single_cert(chain, key).unwrap();
    let mut connection = rustls::ServerConnection::new(Arc::new(config)).unwrap();
    // The handshake fails: that is what is tested.
    let _ = connection.complete_io(&mut stream);
}

/// Plain HTTP where TLS is expected.
fn plain(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 1024]);
    let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n");
}

/// Not a byte, until the client gives up.
fn silent(mut stream: TcpStream) {
    let _ = stream.read_to_end(&mut Vec::new());
}

/// A body without end.
fn endless_body(mut stream: TcpStream) {
    read_head(&mut stream);
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n";
    let _ = stream.write_all(head.as_bytes());
    let blanks = [b' '; 64 * 1024];
    while stream.write_all(&blanks).is_ok() {}
}

/// Header fields without end.
fn endless_headers(mut stream: TcpStream) {
    read_head(&mut stream);
    let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n");
    while stream.write_all(b"x-more: and more and more and more\r\n").is_ok() {}
}

/// The request's head, so that closing the connection later resets nothing.
fn read_head(stream: &mut TcpStream) {
    let mut read = Vec::new();
    let mut byte = [0];
    while !read.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|count| count > 0) {
        read.push(byte[0]);
    }
}

/// A port every connection of which gets `manners`.
fn served(manners: fn(TcpStream)) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || listener.incoming().for_each(|stream| manners(stream.unwrap())));
    port
}
