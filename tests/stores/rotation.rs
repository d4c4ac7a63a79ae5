//! `connspec store rotate-key`, killed (SIGKILL) at random instants: the store opens afterwards, and the next one finishes.

use std::process::Stdio;
use std::time::{Duration, Instant};

use connspec_provider::academy::{Decision, Person};

use crate::is_long;
use crate::place::{Kind, Place};
use crate::support::Sandbox;

/// Enough records that a rotation takes a while.
const COPIES: u32 = 150;

pub fn killed_rotations_lose_nothing(kind: Kind) {
    let kills = if is_long() { 100 } else { 12 };
    let sandbox = Sandbox::new();
    let place = Place::new(kind, &sandbox);
    let served = sandbox.academy(&[]);
    let connecting = ["connect", "academy-v2", "--no-browser", "--name", "jane", "--store", &place.url];
    let waiting = sandbox.start(&[&connecting[..], &["--map-origin", &served.map()]].concat());
    waiting.consent(Person::JaneBlack, Decision::Allow);
    waiting.finish().ended(0);
    let token = sandbox.run(&["token", "jane", "--store", &place.url]).ended(0).stdout;
    let store = place.open(&sandbox);
    crate::support::block_on(async {
        let jane = store.load("jane").await.unwrap();
        for number in 0..COPIES {
            let copy = connspec_store::SavedConnection { name: format!("copy {number}"), version: 0, ..jane.clone() };
            store.save(&copy).await.unwrap();
        }
        store.close().await;
    });

    let rotate = ["store", "rotate-key", "--store", &place.url];
    let began = Instant::now();
    sandbox.run(&rotate).ended(0);
    let usual = began.elapsed();
    let key = sandbox.path("data/connspec/key");
    let mut stopped = 0;
    for kill in 0..kills {
        let before = std::fs::read_to_string(&key).unwrap();
        let mut child = sandbox.command(&rotate).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut random = [0];
        getrandom::fill(&mut random).unwrap();
        // The moment of the kill is the point; nothing waits for it.
        std::thread::sleep(Duration::from_secs_f64(usual.as_secs_f64() * 1.1 * f64::from(random[0]) / 255.0));
        child.kill().unwrap();
        let ended = child.wait().unwrap();
        let after = std::fs::read_to_string(&key).unwrap();
        // Begun, with its new key in the file, and not brought to its end.
        stopped += u32::from(after != before && !ended.success());
        let again = sandbox.run(&["token", "jane", "--store", &place.url]).ended(0).stdout;
        assert_eq!(again, token, "{kind}, kill {kill}");
        place.check_integrity();
        for name in ["copy 0", "copy 75", "copy 149"] {
            sandbox.run(&["connections", "show", name, "--store", &place.url]).ended(0);
        }
    }
    let finished = sandbox.run(&rotate).ended(0).stdout;
    assert!(finished.starts_with(&format!("{} records", COPIES + 1)), "{finished}");
    let earlier = std::fs::read_to_string(&key).unwrap().lines().count();
    assert!(earlier >= 2 + usize::try_from(stopped).unwrap(), "no key is ever dropped");
    assert_eq!(sandbox.run(&["token", "jane", "--store", &place.url]).ended(0).stdout, token);

    // Several at once take turns, or say that it is not theirs.
    let spawn = || sandbox.command(&rotate).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let at_once: Vec<_> = (0..6).map(|_| spawn()).collect();
    let mut done = 0;
    for child in at_once {
        let output = child.wait_with_output().unwrap();
        let words = String::from_utf8(output.stderr).unwrap();
        done += u32::from(output.status.success());
        assert!(output.status.success() || words.contains("locked for more than 5 seconds"), "{kind}: {words}");
    }
    assert!(done > 0, "{kind}: at least one of them");
    for name in ["copy 0", "copy 75", "copy 149"] {
        sandbox.run(&["connections", "show", name, "--store", &place.url]).ended(0);
    }
    assert_eq!(sandbox.run(&["token", "jane", "--store", &place.url]).ended(0).stdout, token);
    println!("{kind}: {kills} kills of rotate-key, {stopped} of them in the middle: every record opened after each");
}
