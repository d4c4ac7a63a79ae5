//! `connspec completions SHELL`: completions for a shell, from the arguments themselves.

use std::process::ExitCode;

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::failure::Outcome;
use crate::output;

/// Print the completions of a shell
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  connspec completions bash > ~/.local/share/bash-completion/completions/connspec")]
pub struct Completions {
    /// The shell
    shell: Shell,
}

impl Completions {
    pub fn run(&self) -> Outcome {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut crate::Cli::command(), "connspec", &mut script);
        output::print_bytes(&script)?;
        Ok(ExitCode::SUCCESS)
    }
}
