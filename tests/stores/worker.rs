//! A process of its own (this test binary again) whose tasks all want the token of one connection at the same moment.

use std::io::{BufRead, BufReader, Lines, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::Arc;

use connspec_exchange::{Following, Live, LiveOptions, Mapped, OriginMapping, ProxySettings, Request, Transport};
use connspec_runner::Runner;
use connspec_spec::{Definition, LoadOptions};
use connspec_store::KeySource;
use serde::{Deserialize, Serialize};
use tokio::sync::Barrier;

use crate::server::definition;

/// The environment variable that makes this binary a worker; it holds [`Orders`] as JSON.
pub const ORDERS: &str = "CONNSPEC_STORES_TEST_WORKER";

/// What a worker is told.
#[derive(Debug, Serialize, Deserialize)]
pub struct Orders {
    /// The store.
    pub url: String,
    /// The file of its key.
    pub key: PathBuf,
    /// Where the provider really is: `FROM=TO`.
    pub map: String,
    /// How many tasks ask at once.
    pub tasks: usize,
}

/// What a task got.
#[derive(Debug, Serialize, Deserialize)]
pub struct Answer {
    /// The access token; empty where there is none.
    pub token: String,
    /// What the provider says to it.
    pub status: u16,
    pub error: Option<String>,
}

/// A running worker. It ends with its standard input.
pub struct Worker {
    child: Child,
    pub stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Worker {
    pub fn start(orders: &Orders) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .env(ORDERS, serde_json::to_string(orders).unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, stdin, lines: BufReader::new(stdout).lines() }
    }

    /// Waits until it has opened the store.
    pub fn is_ready(&mut self) {
        assert_eq!(self.line(), "ready");
    }

    /// What its tasks got in this round.
    pub fn answers(&mut self) -> Vec<Answer> {
        serde_json::from_str(&self.line()).unwrap()
    }

    fn line(&mut self) -> String {
        self.lines.next().expect("the worker lives").unwrap()
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a worker does: for every line it reads, all tasks ask for the token and show it to the provider.
pub fn work(orders: &Orders) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let sealing = KeySource::File(orders.key.clone()).resolve().unwrap();
        let store = Arc::from(connspec_store::open(&orders.url, sealing).await.unwrap());
        let live = Live::with_options(LiveOptions { proxy: ProxySettings::none(), ..LiveOptions::default() });
        let mapping = OriginMapping::parse(&orders.map, false).unwrap();
        let transport: Arc<dyn Transport> = Arc::new(Following::new(Mapped::new(live, vec![mapping])));
        let runner = Runner::new(Arc::clone(&transport)).with_store(store);
        let definition = Arc::new(connspec_spec::load(definition(), &LoadOptions::default()).unwrap().definition);
        tell("ready");
        for line in std::io::stdin().lines() {
            assert_eq!(line.unwrap(), "go");
            let start = Arc::new(Barrier::new(orders.tasks));
            let tasks = (0..orders.tasks).map(|_| {
                let (runner, definition, transport) = (runner.clone(), definition.clone(), transport.clone());
                let start = Arc::clone(&start);
                tokio::spawn(async move {
                    start.wait().await;
                    ask(&runner, &definition, transport.as_ref()).await
                })
            });
            let mut answers = Vec::new();
            for task in tasks.collect::<Vec<_>>() {
                answers.push(task.await.unwrap());
            }
            tell(&serde_json::to_string(&answers).unwrap());
        }
    });
}

async fn ask(runner: &Runner, definition: &Definition, transport: &dyn Transport) -> Answer {
    let token = match runner.token(definition, "jane").await {
        Ok(token) => token,
        Err(report) => return Answer { token: String::new(), status: 0, error: report.message() },
    };
    let request = Request::get("https://login.acme.test/me").with_header("authorization", format!("Bearer {token}"));
    match transport.send(&request).await {
        Ok(answer) => Answer { token, status: answer.status, error: None },
        Err(error) => Answer { token, status: 0, error: Some(error.to_string()) },
    }
}

/// On stdout, at once.
fn tell(line: &str) {
    let mut stdout = std::io::stdout().lock();
    writeln!(stdout, "{line}").unwrap();
    stdout.flush().unwrap();
}
