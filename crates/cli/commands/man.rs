//! `connspec man`: the manual pages, from the arguments themselves.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory};

use crate::failure::{Failure, Outcome};
use crate::output;

/// Print the manual page, of one command or of all
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  connspec man | man -l -
  connspec man connect | man -l -
  connspec man --all ~/.local/share/man/man1")]
pub struct Man {
    /// The command; none: connspec as a whole. Commands within commands follow: `connections list`
    #[arg(value_name = "COMMAND")]
    command: Vec<String>,

    /// Write the pages of all commands into this folder
    #[arg(long, value_name = "FOLDER", conflicts_with = "command")]
    all: Option<PathBuf>,
}

impl Man {
    pub fn run(&self) -> Outcome {
        let mut command = crate::Cli::command().disable_help_subcommand(true);
        if let Some(folder) = &self.all {
            let written = std::fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder));
            written.map_err(|error| Failure::unexamined(format!("{}: {error}", folder.display())))?;
            output::say(format_args!("written: one page a command into {}", folder.display()));
            return Ok(ExitCode::SUCCESS);
        }
        // Fills in the full names (`connspec connections list`), which a page's heading and synopsis show.
        command.build();
        let mut shown = &command;
        for name in &self.command {
            shown = shown.find_subcommand(name).ok_or_else(|| unknown(name, shown))?;
        }
        let mut page = Vec::new();
        clap_mangen::Man::new(shown.clone()).render(&mut page).map_err(Failure::unexamined)?;
        output::print_bytes(&page)?;
        Ok(ExitCode::SUCCESS)
    }
}

fn unknown(name: &str, within: &clap::Command) -> Failure {
    let known = || within.get_subcommands().map(clap::Command::get_name);
    let failure = Failure::unexamined(format!("`{}` has no command `{name}`", within.get_name()));
    match connspec_diagnostics::suggest::nearest(name, known()) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help(format!("there are {}", known().collect::<Vec<_>>().join(", "))),
    }
}
