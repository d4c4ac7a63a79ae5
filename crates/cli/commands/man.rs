//! `connspec man`: the manual page, from the arguments themselves.

use std::process::ExitCode;

use clap::{Args, CommandFactory};

use crate::failure::{Failure, Outcome};
use crate::output;

/// Print the manual page
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  connspec man | man -l -")]
pub struct Man {}

impl Man {
    pub fn run(&self) -> Outcome {
        let mut page = Vec::new();
        clap_mangen::Man::new(crate::Cli::command()).render(&mut page).map_err(Failure::unexamined)?;
        output::print_bytes(&page)?;
        Ok(ExitCode::SUCCESS)
    }
}
