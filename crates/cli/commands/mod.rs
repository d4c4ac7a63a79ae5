//! One file per command: its arguments, and what it does.

mod completions;
mod eval;
mod man;
mod serve;

use clap::Subcommand;

use crate::failure::Outcome;

/// The commands, in the order in which one meets them.
#[derive(Debug, Subcommand)]
pub enum Command {
    Serve(serve::Serve),
    Eval(eval::Eval),
    Completions(completions::Completions),
    Man(man::Man),
}

/// Runs one command to its end.
pub async fn run(command: Command) -> Outcome {
    match command {
        Command::Serve(serve) => serve.run().await,
        Command::Eval(eval) => eval.run(),
        Command::Completions(completions) => completions.run(),
        Command::Man(man) => man.run(),
    }
}
