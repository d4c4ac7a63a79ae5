//! Two programs that live hours apart (`faketime`) and want the same connection refreshed.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use connspec_provider::academy::{Decision, Person};

use crate::gate::Gate;
use crate::place::{Kind, Place};
use crate::support::{Ran, Sandbox};

/// Whether a program's clock can be moved here.
pub fn has_faketime() -> bool {
    LIBRARY.is_some()
}

/// What `faketime` loads into a program. Loaded by ourselves there is no other process between. It is asked once, and
/// again where it fails: it names its semaphore by its process, and a killed one of the same number leaves it behind.
static LIBRARY: LazyLock<Option<String>> = LazyLock::new(|| (0..5).find_map(|_| library()));

fn library() -> Option<String> {
    let told = Command::new("faketime").args(["-f", "+1h", "sh", "-c", "echo $LD_PRELOAD"]).output().ok()?;
    let library = String::from_utf8(told.stdout).ok()?.trim().to_owned();
    (!library.is_empty()).then_some(library)
}

/// The clocks of the first program and of the second, in the notation of `faketime`.
const HOURS: [(&str, &str); 4] = [("-3h", "+3h"), ("+3h", "-3h"), ("+0", "+9d"), ("+40s", "+0")];

/// One request while both want it; and once the first is dead, the second takes over.
pub fn one_refresh_whatever_the_clocks_say(kind: Kind) {
    let sandbox = Sandbox::new();
    let place = Place::new(kind, &sandbox);
    let served = sandbox.academy(&[]);
    let (gate, map) = Gate::before(&served);
    let connecting = ["connect", "academy-v2", "--no-browser", "--name", "jane", "--store", &place.url];
    let waiting = sandbox.start(&[&connecting[..], &["--map-origin", &map]].concat());
    waiting.consent(Person::JaneBlack, Decision::Allow);
    waiting.finish().ended(0);

    for (number, (first, second)) in HOURS.into_iter().enumerate() {
        gate.set(false);
        let before = gate.came();
        let winner = refreshing(&sandbox, &place, first);
        gate.stands_at(before + 1);
        let mut loser = refreshing(&sandbox, &place, second);
        let mut told = BufReader::new(loser.stderr.take().unwrap());
        let said = until(&mut told, "is refreshing this connection: waiting for its result");
        assert!(said.contains("process"), "{said}");
        gate.set(true);
        for child in [winner, loser] {
            let ran = finished(child).ended(0);
            assert_eq!(ran.json()["outcome"], "refreshed", "{first} {second}: {}", ran.stdout);
        }
        assert_eq!(gate.came(), before + 1, "{kind}: one token request, {first} against {second}");

        // The first one dies with its request on the way. Its lease ends by the clock it was taken by: here at once.
        gate.set(false);
        let mut dying = refreshing(&sandbox, &place, first);
        gate.stands_at(before + 2);
        dying.kill().unwrap();
        dying.wait().unwrap();
        place.execute("UPDATE connspec_connections SET lease_until = lease_until - lease_length");
        gate.set(true);
        let heir = finished(refreshing(&sandbox, &place, second));
        assert!(heir.stderr.contains("was never answered"), "{kind}, round {number}: {}", heir.stderr);
        // The Academy may have rotated the token already; then it says so, and what helps.
        if heir.code() != 0 {
            let message = heir.ended(1).json()["error"]["message"].as_str().unwrap().to_owned();
            assert!(message.contains("connspec reauthorize 'jane'"), "{message}");
            let again = ["reauthorize", "jane", "--no-browser", "--store", &place.url];
            let waiting = sandbox.start(&again);
            waiting.consent(Person::JaneBlack, Decision::Allow);
            waiting.finish().ended(0);
        }
    }
    println!(
        "{kind}: {} pairs of clocks hours apart: one token request each, and each dead holder replaced",
        HOURS.len()
    );
}

/// A refresh in a program whose clock is moved.
fn refreshing(sandbox: &Sandbox, place: &Place, moved: &str) -> Child {
    let mut command = sandbox.command(&["refresh", "jane", "--force", "--json", "--store", &place.url]);
    command.env("LD_PRELOAD", LIBRARY.as_deref().unwrap()).env("FAKETIME", moved);
    // What is moved is the time of day; how long something takes stays as it is.
    command.env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("DONT_FAKE_MONOTONIC", "1");
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

/// What is said up to the line with `words`.
pub fn until(lines: &mut impl BufRead, words: &str) -> String {
    let mut said = String::new();
    while !said.contains(words) {
        let read = lines.read_line(&mut said).unwrap();
        assert!(read > 0, "it never said {words:?}: {said}");
    }
    said
}

pub fn finished(mut child: Child) -> Ran {
    let (mut stdout, mut stderr) = (String::new(), String::new());
    if let Some(mut pipe) = child.stderr.take() {
        pipe.read_to_string(&mut stderr).unwrap();
    }
    child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
    Ran { status: child.wait().unwrap(), stdout, stderr }
}
