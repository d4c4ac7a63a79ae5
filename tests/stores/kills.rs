//! The program killed (SIGKILL) at random instants of `connect` and of `refresh`, and what the next run finds: a whole
//! store, every token that was told, and either a way on or the words for what the person must do.
//!
//! 20 kills in an ordinary run, 500 with `CONNSPEC_LONG`, or as many as `CONNSPEC_KILLS` says, over each database.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use connspec_exchange::{Live, Request, Transport};
use connspec_provider::academy::{self, Decision, Person};
use serde_json::Value;

use crate::is_long;
use crate::place::{Kind, Place};
use crate::support::{Ran, Sandbox, Served, block_on};

/// What happened, for the line at the end.
#[derive(Default)]
struct Counts {
    kills: u32,
    /// Killed before anything was told, or after the whole report was.
    told: u32,
    /// The next run found that a refresh had been sent and not answered.
    unanswered: u32,
    /// The next run went on by itself.
    continued: u32,
    /// The next run said that the person must authorize again, and how; doing so helped.
    reauthorized: u32,
}

pub fn whole_stores_and_a_way_on(kind: Kind) {
    let usual = if is_long() { 500 } else { 20 };
    let kills: u32 = std::env::var("CONNSPEC_KILLS").map_or(usual, |text| text.parse().expect("a number"));
    let sandbox = Sandbox::new();
    let scene = Scene { place: Place::new(kind, &sandbox), served: sandbox.academy(&[]), sandbox };
    let mut counts = Counts::default();

    // How long either takes when nobody kills it: the kills fall within that.
    let began = Instant::now();
    let mut connect = scene.connect();
    agree(&mut connect);
    assert!(connect.wait().unwrap().success(), "{kind}: it connects when nobody kills it");
    let connecting = began.elapsed();
    let began = Instant::now();
    scene.refresh().ended(0);
    let refreshing = began.elapsed();
    let mut last = scene.saved();

    for kill in 0..kills {
        let told = if kill % 2 == 0 {
            let child = scene.connect();
            killed(child, moment(connecting), agree)
        } else {
            let child = scene.spawn(&["refresh", "jane", "--force"]);
            killed(child, moment(refreshing), |_| ())
        };
        counts.kills += 1;
        let found = scene.saved();
        if let Some(token) = told {
            counts.told += 1;
            assert_eq!(found.token, token, "{kind}, kill {kill}: what was told is saved");
        }
        assert!(found.version >= last.version, "{kind}, kill {kill}: a saved version is gone");
        scene.go_on(kind, kill, found.unanswered, &mut counts);
        last = scene.saved();
        assert!(!last.unanswered, "{kind}, kill {kill}: it is settled");
    }
    assert!(counts.unanswered > 0 || kills < 100, "{kind}: no kill fell between the sending and the answer");
    println!(
        "{kind}: {} kills of connect and refresh: 0 stores damaged, 0 of {} acknowledged tokens lost; {} refreshes were \
         left unanswered and known; {} times the next run went on, {} times it said to reauthorize, which helped",
        counts.kills, counts.told, counts.unanswered, counts.continued, counts.reauthorized
    );
}

/// A moment up to a little more than `usual`.
fn moment(usual: Duration) -> Duration {
    let mut random = [0; 4];
    getrandom::fill(&mut random).unwrap();
    usual.mul_f64(1.1 * f64::from(u32::from_le_bytes(random)) / f64::from(u32::MAX))
}

/// Lets `child` work as far as it comes within `life`, kills it, and gives the access token of the report it printed, if
/// it came to print one.
fn killed(mut child: Child, life: Duration, work: fn(&mut Child)) -> Option<String> {
    let mut stdout = child.stdout.take().unwrap();
    let pid = child.id().to_string();
    let killer = std::thread::spawn(move || {
        // The moment of the kill is the point; nothing waits for it.
        std::thread::sleep(life);
        let _ = std::process::Command::new("kill").args(["-KILL", &pid]).stderr(Stdio::null()).status();
    });
    work(&mut child);
    let mut printed = String::new();
    stdout.read_to_string(&mut printed).unwrap();
    // Not waited for before: its number must not be somebody else's when it is killed.
    killer.join().unwrap();
    child.wait().unwrap();
    let report: Value = serde_json::from_str(&printed).ok()?;
    match report["outcome"].as_str() {
        Some("connected" | "refreshed") => {
            Some(report["connection"]["data"]["accessToken"].as_str().unwrap().to_owned())
        }
        _ => None,
    }
}

/// Answers the consent page as far as the child lives to see it.
fn agree(child: &mut Child) {
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    while stderr.read_line(&mut line).unwrap_or(0) > 0 {
        if let Some(url) = line.trim().strip_prefix("Open: ") {
            let live = Live::new();
            // A child that was killed answers nothing.
            block_on(async {
                if let Ok(back) = academy::consent(&live, url, Person::JaneBlack, Decision::Allow).await {
                    let _ = live.send(&Request::get(back)).await;
                }
            });
            break;
        }
        line.clear();
    }
    let mut rest = Vec::new();
    let _ = stderr.read_to_end(&mut rest);
}

/// A store, a provider, and the program between them.
struct Scene {
    place: Place,
    served: Served,
    sandbox: Sandbox,
}

/// The connection as it is saved.
struct Found {
    token: String,
    version: u64,
    unanswered: bool,
}

impl Scene {
    fn spawn(&self, arguments: &[&str]) -> Child {
        let map = self.served.map();
        let further = ["--json", "--reveal", "--store", &self.place.url, "--map-origin", &map];
        let mut command = self.sandbox.command(&[arguments, &further].concat());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    fn connect(&self) -> Child {
        self.spawn(&["connect", "academy-v2", "--no-browser", "--name", "jane", "--replace"])
    }

    fn refresh(&self) -> Ran {
        self.sandbox.run(&["refresh", "jane", "--force", "--json", "--store", &self.place.url])
    }

    /// Looks at the store as the next process does: it must be whole.
    fn saved(&self) -> Found {
        let store = self.place.open(&self.sandbox);
        let found = block_on(async {
            let page = store.list(None, 10).await.unwrap();
            assert_eq!((page.connections.len(), page.unreadable), (1, Vec::new()));
            let saved = store.load("jane").await.unwrap();
            store.close().await;
            Found {
                token: saved.data["accessToken"].as_str().unwrap().to_owned(),
                version: saved.version,
                unanswered: saved.refresh.presented.is_some(),
            }
        });
        self.place.check_integrity();
        found
    }

    /// The next run of the person: it goes on, or says what to do, and doing it helps.
    fn go_on(&self, kind: Kind, kill: u32, unanswered: bool, counts: &mut Counts) {
        counts.unanswered += u32::from(unanswered);
        // A killed holder's lease lasts up to 30 s; nobody waits for that here.
        self.place.execute("UPDATE connspec_connections SET lease_until = 0");
        let next = self.refresh();
        if unanswered {
            assert!(next.stderr.contains("was never answered"), "{kind}, kill {kill}: {}", next.stderr);
        }
        if next.code() == 0 {
            counts.continued += 1;
        } else {
            let report = next.ended(1).json();
            let message = report["error"]["message"].as_str().unwrap();
            assert!(message.contains("connspec reauthorize 'jane'"), "{kind}, kill {kill}: {message}");
            let mut again = self.spawn(&["reauthorize", "jane", "--no-browser"]);
            agree(&mut again);
            assert!(again.wait().unwrap().success(), "{kind}, kill {kill}: reauthorizing helps");
            counts.reauthorized += 1;
        }
        let token = self.saved().token;
        let request = Request::get(format!("{}/api/v2/info", self.served.url));
        let answer = block_on(Live::new().send(&request.with_header("authorization", format!("Bearer {token}"))));
        assert_eq!(answer.unwrap().status, 200, "{kind}, kill {kill}: the saved token works");
    }
}
