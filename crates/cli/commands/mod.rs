//! One file per command: its arguments, and what it does.

mod check;
mod completions;
mod eval;
mod explain;
mod man;
mod serve;
mod specs;

use clap::Subcommand;

use crate::failure::Outcome;

/// The commands, in the order in which one meets them.
#[derive(Debug, Subcommand)]
pub enum Command {
    Check(check::Check),
    Explain(explain::Explain),
    Serve(serve::Serve),
    Eval(eval::Eval),
    Specs(specs::Specs),
    Completions(completions::Completions),
    Man(man::Man),
}

/// Runs one command to its end.
pub async fn run(command: Command) -> Outcome {
    match command {
        Command::Check(check) => check.run(),
        Command::Explain(explain) => explain.run(),
        Command::Serve(serve) => serve.run().await,
        Command::Eval(eval) => eval.run(),
        Command::Specs(specs) => specs.run(),
        Command::Completions(completions) => completions.run(),
        Command::Man(man) => man.run(),
    }
}
