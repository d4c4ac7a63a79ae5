//! One file per command: its arguments, and what it does.

mod check;
mod completions;
mod connect;
mod connections;
mod convert;
mod demo;
mod eval;
mod explain;
mod export;
mod import;
mod info;
mod invalidate;
mod man;
mod reauthorize;
mod record;
mod refresh;
mod replay;
mod request;
mod run;
mod serve;
mod specs;
mod store;
mod token;

use std::ffi::OsString;

use clap::{Args, FromArgMatches, Subcommand};

use crate::failure::Outcome;

/// The commands, in the order in which one meets them.
#[derive(Debug, Subcommand)]
pub enum Command {
    Demo(demo::Demo),
    Check(check::Check),
    Explain(explain::Explain),
    Connect(Box<connect::Connect>),
    Info(info::Info),
    Refresh(refresh::Refresh),
    Invalidate(invalidate::Invalidate),
    Reauthorize(reauthorize::Reauthorize),
    Token(token::Token),
    Request(Box<request::Request>),
    Run(Box<run::Run>),
    Convert(convert::Convert),
    Connections(connections::Connections),
    Record(Box<record::Record>),
    Replay(replay::Replay),
    Import(import::Import),
    Export(export::Export),
    Serve(serve::Serve),
    Eval(eval::Eval),
    Specs(specs::Specs),
    Store(store::Store),
    Completions(completions::Completions),
    Man(man::Man),
}

impl Command {
    /// `check`, when that is what is asked for and nothing is wrong with its arguments. Putting together those of all
    /// other commands takes as long as checking some ten connections; whoever asks for help or needs it waits for it.
    pub fn check_at_once(arguments: impl Iterator<Item = OsString>) -> Option<Self> {
        let mut arguments = arguments.skip(1);
        arguments.next().filter(|name| name == "check")?;
        let parser = check::Check::augment_args(clap::Command::new("check")).no_binary_name(true);
        let matches = parser.try_get_matches_from(arguments).ok()?;
        check::Check::from_arg_matches(&matches).ok().map(Self::Check)
    }

    /// Whether stdout was promised one report object, whatever happens (docs/cli.md).
    pub fn promises_report(&self) -> bool {
        match self {
            Self::Connect(connect) => connect.shown.json,
            Self::Info(info) => info.named.shown.json,
            Self::Refresh(refresh) => refresh.named.shown.json,
            Self::Invalidate(invalidate) => invalidate.named.shown.json,
            Self::Reauthorize(reauthorize) => reauthorize.named.shown.json,
            Self::Request(request) => request.named.shown.json,
            Self::Run(run) => run.shown.json,
            Self::Record(record) => record.shown.json,
            _ => false,
        }
    }
}

/// Runs one command to its end.
pub async fn run(command: Command) -> Outcome {
    match command {
        Command::Demo(demo) => demo.run().await,
        Command::Check(check) => check.run().await,
        Command::Explain(explain) => explain.run(),
        Command::Connect(connect) => connect.run().await,
        Command::Info(info) => info.run().await,
        Command::Refresh(refresh) => refresh.run().await,
        Command::Invalidate(invalidate) => invalidate.run().await,
        Command::Reauthorize(reauthorize) => reauthorize.run().await,
        Command::Token(token) => token.run().await,
        Command::Request(request) => request.run().await,
        Command::Run(run) => run.run().await,
        Command::Convert(convert) => convert.run(),
        Command::Connections(connections) => connections.run().await,
        Command::Record(record) => record.run().await,
        Command::Replay(replay) => replay.run().await,
        Command::Import(import) => import.run(),
        Command::Export(export) => export.run(),
        Command::Serve(serve) => serve.run().await,
        Command::Eval(eval) => eval.run(),
        Command::Store(store) => store.run().await,
        Command::Specs(specs) => specs.run(),
        Command::Completions(completions) => completions.run(),
        Command::Man(man) => man.run(),
    }
}
