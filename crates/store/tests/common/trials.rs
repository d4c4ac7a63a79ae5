//! Tests as a list made while the program runs, so that what cannot run here is counted as ignored.
#![allow(dead_code, clippy::print_stderr)] // each test binary takes what it needs

use std::pin::Pin;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

/// A test that is being run.
pub type Running = Pin<Box<dyn Future<Output = ()>>>;

/// The test `name`, on a runtime of its own.
pub fn trial(name: impl Into<String>, run: impl FnOnce() -> Running + Send + 'static) -> Trial {
    Trial::test(name, move || {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(2).enable_all().build().map_err(|error| error.to_string())?;
        runtime.block_on(run());
        Ok(())
    })
}

/// The same test, ignored where there is no PostgreSQL.
#[cfg(feature = "postgres")]
pub fn where_there_is_postgres(trial: Trial) -> Trial {
    trial.with_ignored_flag(std::env::var_os(crate::common::POSTGRES).is_none())
}

/// Runs them as `cargo test` asks for, as many `at_once` unless it says, and tells why some are ignored.
pub fn run(trials: Vec<Trial>, at_once: Option<usize>) -> ExitCode {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = arguments.test_threads.or(at_once);
    let ignored = trials.iter().filter(|trial| trial.has_ignored_flag()).count();
    if ignored > 0 && !arguments.list {
        eprintln!(
            "{ignored} tests are ignored: {} names no database; see crates/store/tests/postgres.sh",
            crate::common::POSTGRES
        );
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}
