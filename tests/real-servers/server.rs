//! The authorization server of `oidc.mjs`, and the definition made for it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use connspec_exchange::{Live, LiveOptions, ProxySettings, Request, Response, Transport};

use crate::support::{Ran, Sandbox, Waiting, block_on};

/// The secret of the client that `oidc.mjs` knows.
pub const CLIENT_SECRET: &str = "oidc-client-secret-7f3a9c";

/// Where the definition believes the server to be.
const ORIGIN: &str = "https://login.acme.test";

/// A running server. It ends with the test: its standard input closes, whatever becomes of us.
pub struct Server {
    child: Child,
    /// Its base URL, which is its issuer as well.
    pub url: String,
}

impl Server {
    /// Starts it on a free port.
    pub fn start() -> Self {
        let mut child = Command::new("node")
            .arg(folder().join("oidc.mjs"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node can be started");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "the server printed `{line}`; did `npm ci` run?");
        Self { child, url }
    }

    /// The value of `--map-origin`.
    pub fn map(&self) -> String {
        format!("{ORIGIN}={}", self.url)
    }

    /// Runs a command on saved connections against this server, and gives its report.
    pub fn run(&self, sandbox: &Sandbox, arguments: &[&str]) -> Ran {
        let map = self.map();
        sandbox.run(&[arguments, &["--map-origin", &map]].concat())
    }

    /// The access token that is saved under `name`.
    pub fn token(&self, sandbox: &Sandbox, name: &str) -> String {
        self.run(sandbox, &["token", name]).ended(0).stdout.trim().to_owned()
    }

    /// Starts `connect` or `record` with `definition` and waits for the address it prints.
    pub fn begin(&self, sandbox: &Sandbox, command: &str, definition: &Path, further: &[&str]) -> Waiting {
        let map = self.map();
        let secret = format!("clientSecret={CLIENT_SECRET}");
        let definition = definition.to_str().unwrap();
        let arguments =
            [command, definition, "--no-browser", "--map-origin", &map, "-p", "clientId=connspec-app", "-p", &secret];
        sandbox.start(&[&arguments, further].concat())
    }

    /// Asks for the person behind an access token, as any client may.
    pub fn userinfo(&self, token: &str) -> Response {
        let request = Request::get(format!("{}/me", self.url)).with_header("authorization", format!("Bearer {token}"));
        send(&request)
    }

    /// How many requests its token endpoint has had.
    pub fn token_requests(&self) -> u64 {
        let answer = send(&Request::get(format!("{}/test/token-requests", self.url)));
        String::from_utf8(answer.body).unwrap().parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One request, without a proxy and without following where it leads.
pub fn send(request: &Request) -> Response {
    let live = Live::with_options(LiveOptions { proxy: ProxySettings::none(), ..LiveOptions::default() });
    block_on(live.send(request)).unwrap()
}

/// Whether `npm ci` has installed it.
pub fn is_there() -> bool {
    folder().join("node_modules/oidc-provider").exists()
}

/// This folder.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/real-servers")
}

/// The definition for this server.
pub fn definition() -> PathBuf {
    folder().join("oidc.connection.json")
}
