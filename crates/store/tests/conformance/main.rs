//! One suite for every backend: whatever a store is, it behaves like this.

#![allow(clippy::unwrap_used)] // a test may panic

#[path = "../common/mod.rs"]
mod common;
#[cfg(feature = "postgres")]
#[path = "../common/old_schema.rs"]
mod old_schema;
#[path = "../common/trials.rs"]
mod trials;

mod leases;
mod pending;
mod records;
mod refreshes;
mod sealed;

use std::process::ExitCode;
use std::sync::Arc;

use common::{Place, place_at};
use connspec_store::{ConnectionStore, MemoryStore};
#[cfg(feature = "postgres")]
use libtest_mimic::Trial;
use trials::trial;

/// One test per case, for the backend whose place `$open` makes.
macro_rules! suite {
    ($backend:literal, $open:path, [$($group:ident: $($case:ident)+;)+]) => {
        vec![$($(trial(concat!($backend, "::", stringify!($group), "::", stringify!($case)), || {
            Box::pin(async { $group::$case($open().await).await })
        }),)+)+]
    };
}

/// The cases that hold for every backend, and those for the ones that seal.
macro_rules! for_every_backend {
    ($backend:literal, $open:path) => {
        suite!($backend, $open, [
            records: what_is_saved_is_loaded_by_another_process
                an_unknown_name_is_said_to_be_unknown
                a_name_is_taken_once_whoever_comes_first
                a_save_over_a_version_that_is_gone_is_refused
                of_many_saves_of_one_version_exactly_one_succeeds
                a_save_of_a_removed_connection_does_not_bring_it_back
                impossible_names_are_refused
                names_of_any_script_and_shape_are_kept_apart
                a_list_is_read_page_by_page;
            pending: a_pending_authorization_survives_a_restart_and_is_taken_once
                a_forged_state_is_refused_and_spoils_nothing
                after_fifteen_minutes_it_is_expired_and_gone
                expired_ones_are_forgotten_when_the_next_begins
                a_clock_that_is_ahead_forgets_nobody_elses
                a_state_waits_once
                of_many_callbacks_exactly_one_gets_it;
            leases: a_lease_has_one_holder_until_it_is_given_back
                a_dead_holders_lease_is_taken_over_and_it_can_do_no_more_harm
                a_lease_that_ran_out_announces_nothing_even_if_nobody_took_it
                a_renewed_lease_goes_on
                the_callers_clock_decides_nothing
                a_lease_leaves_the_version_alone_and_a_save_the_lease
                a_lease_of_nothing_is_not_found
                a_connection_made_again_under_its_name_starts_without_a_lease
                of_many_who_ask_at_once_exactly_one_gets_the_lease;
            refreshes: of_many_who_want_it_one_sends_it_and_all_get_its_tokens
                it_is_announced_before_it_is_sent_and_saved_before_it_is_told
                nothing_is_sent_where_nothing_is_due
                a_permanent_failure_is_told_to_all_and_sent_once
                those_who_waited_are_told_of_any_failure
                a_temporary_failure_backs_off_and_then_goes_on
                an_unanswered_refresh_is_repeated_once_and_then_backs_off
                clocks_that_disagree_do_no_harm
                after_a_holder_died_the_next_one_knows_what_was_sent
                those_who_insist_share_the_refresh_under_way
                the_lease_is_renewed_while_the_refresh_runs
                patience_has_an_end
                an_edit_during_the_refresh_is_kept
                a_reauthorization_during_the_refresh_wins
                tokens_that_cannot_be_saved_are_handed_over
                one_flight_serves_the_tasks_of_a_process
                a_caller_who_leaves_does_not_take_the_answer_along
                a_crash_while_refreshing_does_not_block_the_next;
        ])
    };
}

macro_rules! for_those_that_seal {
    ($backend:literal, $open:path) => {
        suite!($backend, $open, [
            sealed: the_wrong_key_says_so_and_changes_nothing
                after_a_rotation_only_the_new_key_opens
                a_rotation_with_the_wrong_key_changes_nothing
                a_rotation_stopped_half_way_goes_on
                a_store_can_be_sealed_later_and_unsealed_again
                a_rotation_of_several_pages_reaches_every_record;
        ])
    };
}

fn main() -> ExitCode {
    let mut trials = for_every_backend!("memory", memory_place);
    trials.extend(for_every_backend!("file", file_place));
    trials.extend(for_those_that_seal!("file", file_place));
    #[cfg(feature = "sqlite")]
    {
        trials.extend(for_every_backend!("sqlite", sqlite_place));
        trials.extend(for_those_that_seal!("sqlite", sqlite_place));
    }
    #[cfg(feature = "postgres")]
    trials.extend(of_postgres().into_iter().map(trials::where_there_is_postgres));
    trials::run(trials, None)
}

#[cfg(feature = "postgres")]
fn of_postgres() -> Vec<Trial> {
    let mut trials = for_every_backend!("postgres", postgres_place);
    trials.extend(for_those_that_seal!("postgres", postgres_place));
    for (schema, dump) in
        [(1, include_str!("../schemas/postgres-1.sql")), (2, include_str!("../schemas/postgres-2.sql"))]
    {
        trials.push(trial(format!("postgres::schema::schema_{schema}_is_brought_up_to_date"), move || {
            Box::pin(async move {
                let url = common::postgres_url().await;
                old_schema::is_brought_up_to_date(&url, &url, schema, dump).await;
            })
        }));
    }
    trials.push(trial("postgres::schema::many_who_make_the_same_database_at_once_all_can_use_it", || {
        Box::pin(async { old_schema::many_make_it_at_once(common::postgres_url().await).await })
    }));
    trials
}

#[cfg(feature = "sqlite")]
async fn sqlite_place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("a b%/č#?.db").display());
    place_at(url, folder).await
}

#[cfg(feature = "postgres")]
async fn postgres_place() -> Place {
    place_at(common::postgres_url().await, tempfile::tempdir().unwrap()).await
}

/// Memory has no other process: both handles are the same store.
async fn memory_place() -> Place {
    let store: Arc<dyn ConnectionStore> = Arc::new(MemoryStore::new());
    Place { url: "memory:".to_owned(), first: store.clone(), second: store, folder: tempfile::tempdir().unwrap() }
}

async fn file_place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("file:{}", folder.path().join("a/store").display());
    place_at(url, folder).await
}
