//! Saved connections under everything that may happen to them, through the program and through the library it is made
//! of: many processes at once, processes that are killed, disks that are full, servers that vanish, stores that are large.
//!
//! Each test runs over SQLite and over PostgreSQL. A test whose means are missing (`CONNSPEC_TEST_POSTGRES`, see
//! crates/store/tests/postgres.sh; `npm ci` in tests/real-servers) is counted as ignored. `CONNSPEC_LONG` asks for the
//! long forms, whose counts `just prove` prints.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a test says what it counted, and what is missing")]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "acceptance/support.rs"]
#[allow(dead_code, reason = "the acceptance tests use the rest")]
mod support;

#[path = "real-servers/by_hand.rs"]
mod by_hand;
#[path = "real-servers/server.rs"]
#[allow(dead_code, reason = "the tests with a browser use the rest")]
mod server;

#[path = "stores/contention.rs"]
mod contention;
#[path = "stores/faults.rs"]
mod faults;
#[path = "stores/gate.rs"]
mod gate;
#[path = "stores/interrupt.rs"]
mod interrupt;
#[path = "stores/kills.rs"]
mod kills;
#[path = "stores/place.rs"]
mod place;
#[path = "stores/relay.rs"]
mod relay;
#[path = "stores/rotation.rs"]
mod rotation;
#[path = "stores/scale.rs"]
mod scale;
#[path = "stores/skew.rs"]
mod skew;
#[path = "stores/worker.rs"]
mod worker;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

use crate::place::Kind;

fn main() -> ExitCode {
    if let Ok(orders) = std::env::var(worker::ORDERS) {
        match serde_json::from_str(&orders) {
            Ok(orders) => worker::work(&orders),
            Err(_) => scale::work(&serde_json::from_str(&orders).unwrap()),
        }
        return ExitCode::SUCCESS;
    }
    let mut trials = Vec::new();
    for kind in Kind::ALL {
        let mut add = |name: &str, can_run: bool, run: fn(Kind)| {
            let trial = Trial::test(format!("{kind}::{name}"), move || {
                run(kind);
                Ok(())
            });
            trials.push(trial.with_ignored_flag(!(kind.is_there() && can_run)));
        };
        add("eight_tasks_of_four_processes_send_one_refresh", server::is_there(), contention::one_request_a_round);
        add("killed_programs_leave_whole_stores_and_a_way_on", true, kills::whole_stores_and_a_way_on);
        add("one_refresh_whatever_the_clocks_say", skew::has_faketime(), skew::one_refresh_whatever_the_clocks_say);
        add("killed_rotations_lose_nothing", true, rotation::killed_rotations_lose_nothing);
        add("an_answer_on_its_way_is_waited_for_when_interrupted", true, interrupt::the_answer_is_waited_for);
        add("a_locked_database_is_told", true, faults::a_locked_database);
        add("a_newer_schema_is_told", true, faults::a_newer_schema);
        add("a_wrong_key_is_told", true, faults::a_wrong_key);
        add(
            "a_connection_that_could_not_be_saved_is_brought_back",
            kind == Kind::Sqlite || faults::is_on_a_socket(),
            faults::a_connection_that_could_not_be_saved_is_brought_back,
        );
        add("costs_do_not_grow_with_the_number_of_connections", true, scale::costs_do_not_grow);
        match kind {
            Kind::Sqlite => {
                add("a_limit_on_file_sizes_is_told_and_loses_nothing", true, faults::a_limit_on_file_sizes);
                add("a_full_disk_is_told_and_loses_nothing", faults::Disk::is_there(), faults::a_full_disk);
                add("a_read_only_folder_is_told", true, faults::a_read_only_folder);
                add("a_damaged_file_is_told_and_left_untouched", true, faults::a_damaged_file);
                add("a_dump_shows_no_token", faults::has_sqlite3(), faults::a_dump_shows_no_token);
            }
            Kind::Postgres => {
                add("a_vanished_server_is_told_and_loses_nothing", faults::is_on_a_socket(), faults::a_vanished_server);
            }
        }
    }
    let mut arguments = Arguments::from_args();
    // One by one: each starts enough processes of its own.
    arguments.test_threads = arguments.test_threads.or(Some(1));
    if !arguments.list {
        say_what_is_missing();
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn say_what_is_missing() {
    if !Kind::Postgres.is_there() {
        eprintln!("ignored over PostgreSQL: {} names no database", place::POSTGRES);
    }
    if !faults::Disk::is_there() {
        eprintln!("ignored: only root can mount the small disk of a_full_disk_…");
    }
    if !faults::has_sqlite3() {
        eprintln!("ignored: a_dump_shows_no_token needs the program sqlite3");
    }
    if !skew::has_faketime() {
        eprintln!("ignored: one_refresh_whatever_the_clocks_say needs the program faketime");
    }
    if !server::is_there() {
        eprintln!("ignored against oidc-provider: `npm ci` did not run in tests/real-servers");
    }
}

/// Whether the long forms were asked for.
fn is_long() -> bool {
    std::env::var_os("CONNSPEC_LONG").is_some()
}
