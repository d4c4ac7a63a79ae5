//! Processes times tasks that all want one expired connection refreshed, at a server that takes a refresh token sent
//! twice for theft and revokes the winner's tokens with it (RFC 9700 §4.14.2).

use std::collections::BTreeSet;
use std::io::Write;
use std::process::ChildStdin;
use std::time::Instant;

use crate::by_hand;
use crate::is_long;
use crate::place::{Kind, Place};
use crate::server::{Server, definition};
use crate::support::{Sandbox, block_on};
use crate::worker::{Answer, Orders, Worker};

const PROCESSES: usize = 4;
const TASKS: usize = 8;

/// A time that is over.
const LONG_AGO: &str = "2020-01-01T00:00:00.000Z";

/// demand.md 1 and 2.
pub fn one_request_a_round(kind: Kind) {
    let rounds = if is_long() { 200 } else { 10 };
    let (sandbox, server) = (Sandbox::new(), Server::start());
    let place = Place::new(kind, &sandbox);
    let connecting = server.begin(&sandbox, "connect", &definition(), &["--name", "jane", "--store", &place.url]);
    by_hand::log_in(&server, &connecting);
    connecting.finish().ended(0);

    let orders =
        Orders { url: place.url.clone(), key: sandbox.path("data/connspec/key"), map: server.map(), tasks: TASKS };
    let mut workers: Vec<Worker> = (0..PROCESSES).map(|_| Worker::start(&orders)).collect();
    workers.iter_mut().for_each(Worker::is_ready);
    let before = server.token_requests();
    let mut seen = BTreeSet::new();
    let began = Instant::now();
    for round in 1..=rounds {
        expire(&place, &sandbox);
        workers.iter_mut().for_each(|worker| go(&mut worker.stdin));
        let answers: Vec<Answer> = workers.iter_mut().flat_map(Worker::answers).collect();
        assert_eq!(answers.len(), PROCESSES * TASKS);
        for answer in &answers {
            assert_eq!(answer.error, None, "{kind}, round {round}");
            assert_eq!(answer.status, 200, "{kind}, round {round}: the server knows the token of every caller");
        }
        let tokens: BTreeSet<String> = answers.into_iter().map(|answer| answer.token).collect();
        assert_eq!(tokens.len(), 1, "{kind}, round {round}: all have the winner's token");
        assert!(seen.insert(tokens.into_iter().next().unwrap()), "{kind}, round {round}: it is a new one");
        assert_eq!(server.token_requests(), before + round, "{kind}, round {round}: one token request");
    }
    let took = began.elapsed();
    let requests = server.token_requests() - before;
    drop(workers);

    expire(&place, &sandbox);
    let token = server.run(&sandbox, &["token", "jane", "--store", &place.url]).ended(0).stdout;
    assert!(!seen.contains(token.trim()));
    assert_eq!(server.userinfo(token.trim()).status, 200, "the connection still refreshes afterwards");
    println!(
        "{kind}: {rounds} rounds × {TASKS} tasks × {PROCESSES} processes: {requests} token requests, {} working tokens \
         handed out, the connection still refreshes; {:.1} s",
        rounds as usize * TASKS * PROCESSES,
        took.as_secs_f64()
    );
}

/// Lets the access token end now.
fn expire(place: &Place, sandbox: &Sandbox) {
    let store = place.open(sandbox);
    block_on(async {
        let mut connection = store.load("jane").await.unwrap();
        assert!(connection.data.insert("expires".to_owned(), LONG_AGO.into()).is_some());
        store.save(&connection).await.unwrap();
        store.close().await;
    });
}

fn go(stdin: &mut ChildStdin) {
    stdin.write_all(b"go\n").unwrap();
    stdin.flush().unwrap();
}
