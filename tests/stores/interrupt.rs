//! A person interrupts the program (Ctrl-C) while a refresh is on its way.

use std::io::BufReader;
use std::process::{Child, Command, Stdio};

use connspec_provider::academy::{Decision, Person};

use crate::gate::Gate;
use crate::place::{Kind, Place};
use crate::skew::{finished, until};
use crate::support::{Sandbox, block_on};

/// The answer is waited for, unless the person insists; then the next run knows of it.
pub fn the_answer_is_waited_for(kind: Kind) {
    let sandbox = Sandbox::new();
    let place = Place::new(kind, &sandbox);
    let served = sandbox.academy(&[]);
    let (gate, map) = Gate::before(&served);
    let connecting = ["connect", "academy-v2", "--no-browser", "--name", "jane", "--store", &place.url];
    let waiting = sandbox.start(&[&connecting[..], &["--map-origin", &map]].concat());
    waiting.consent(Person::JaneBlack, Decision::Allow);
    waiting.finish().ended(0);
    let saved = || {
        let store = place.open(&sandbox);
        block_on(async {
            let (saved, state) = (store.load("jane").await.unwrap(), store.lease_state("jane").await.unwrap());
            store.close().await;
            (saved.data["refreshToken"].clone(), saved.refresh.presented, state.held)
        })
    };
    let (before, _, _) = saved();

    for (round, insists) in [(1, false), (2, true)] {
        gate.set(false);
        let refresh = ["refresh", "jane", "--force", "--json", "--store", &place.url];
        let mut child = sandbox.command(&refresh).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        gate.stands_at(round);
        interrupt(&child);
        let mut told = BufReader::new(child.stderr.take().unwrap());
        until(&mut told, "A refresh was sent: waiting for its answer");
        if insists {
            interrupt(&child);
            finished(child).ended(130);
            gate.set(true);
            let (_, presented, _) = saved();
            assert!(presented.is_some(), "the next run knows that it was sent");
        } else {
            gate.set(true);
            // It ended by itself or was ended: with what came either way.
            let ran = finished(child);
            assert!([0, 130].contains(&ran.code()), "{}", ran.stdout);
            let (after, presented, held) = saved();
            assert_ne!(after, before, "the answer was saved");
            assert_eq!((presented, held), (None, None));
        }
    }
}

fn interrupt(child: &Child) {
    let status = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(status.success());
}
