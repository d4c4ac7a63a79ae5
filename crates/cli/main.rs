//! The command line: the only place that prints, prompts and reads the environment.
//!
//! `commands/` holds one file per command (its arguments and what it does), `options/` the options several
//! commands share, `output/` how things look.

mod commands;
mod failure;
mod files;
mod options;
mod origins;
mod output;
mod prompt;
mod session;
mod stdin;

use std::process::ExitCode;

use clap::Parser;

use commands::Command;
use failure::Failure;

/// Checks, connects, replays and rehearses Make connection definitions on your own machine.
///
/// Results go to stdout, everything else to stderr. Exit codes: 0 done and fine, 1 the thing examined is
/// at fault, 2 it could not be examined, 130 interrupted.
#[derive(Debug, Parser)]
#[command(name = "connspec", version, propagate_version = true, max_term_width = 100, after_help = EXAMPLE)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLE: &str = "\
Examples:
  connspec demo              the whole life of a connection, on this machine alone
  connspec check .           every mistake of the app in this folder
  connspec connect ./my-app  connect with a real browser and see every request";

fn main() -> ExitCode {
    if cfg!(panic = "abort") {
        end_at_panic();
    }
    let command = Command::check_at_once(std::env::args_os()).unwrap_or_else(|| Cli::parse().command);
    let promises_report = command.promises_report();
    let outcome = match command {
        Command::Check(check) if !check.is_watching() => check.run_once(),
        command => match in_runtime(command) {
            Ok(outcome) => outcome,
            Err(code) => return code,
        },
    };
    match outcome {
        Ok(code) => code,
        Err(failure) => {
            if promises_report {
                failure.print_as_report();
            }
            failure.report()
        }
    }
}

/// Has a panic end the program with its message and Rust's usual code. Aborting would leave a core file, which would hold
/// secrets.
fn end_at_panic() {
    const PANICKED: i32 = 101;
    let tell = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        tell(panic);
        std::process::exit(PANICKED);
    }));
}

/// Runs a command that waits: for the network, for a store, for Ctrl-C.
fn in_runtime(command: Command) -> Result<failure::Outcome, ExitCode> {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            output::complain(&format!("the runtime could not start: {error}"));
            return Err(ExitCode::from(failure::UNEXAMINED));
        }
    };
    let outcome = runtime.block_on(async {
        let (tell, told) = tokio::sync::oneshot::channel();
        tokio::spawn(end_when_interrupted(tell));
        tokio::select! {
            outcome = commands::run(command) => outcome,
            Ok(()) = told => Err(Failure::interrupted()),
        }
    });
    runtime.shutdown_background();
    Ok(outcome)
}

/// Has the command end when the person wants it to. One that waits without listening, for a pipe or a disk that says
/// nothing, is ended a second later.
async fn end_when_interrupted(tell: tokio::sync::oneshot::Sender<()>) {
    const GRACE: std::time::Duration = std::time::Duration::from_secs(1);
    interrupted().await;
    if tell.send(()).is_err() {
        return;
    }
    tokio::time::sleep(GRACE).await;
    Failure::interrupted().report();
    std::process::exit(failure::INTERRUPTED.into());
}

/// Ready when the person wants the program to end and nothing is lost by it, or wants it a second time.
async fn interrupted() {
    let ctrl_c = async || {
        if tokio::signal::ctrl_c().await.is_err() {
            // Without signals nobody can interrupt.
            std::future::pending::<()>().await;
        }
    };
    ctrl_c().await;
    if !session::UNANSWERED.any() {
        return;
    }
    let answered = async {
        output::say(
            "A refresh was sent: waiting for its answer, because the token that was sent may be worth nothing without it. \
             Interrupt again to end at once.",
        );
        session::UNANSWERED.none_left().await;
    };
    tokio::select! {
        biased; // listens before it says so
        () = ctrl_c() => {}
        () = answered => {}
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn arguments_are_consistent_and_every_command_shows_an_example() {
        let mut command = super::Cli::command();
        command.build();
        for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
            let help = sub.clone().render_long_help().to_string();
            assert!(help.contains("Example"), "{} shows no example", sub.get_name());
        }
        command.debug_assert();
    }
}
