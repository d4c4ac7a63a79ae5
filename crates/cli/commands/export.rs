//! `connspec export`: a fixture as another tool reads it.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use connspec_exchange::{Fixture, export};
use connspec_rehearsal::suite;

use crate::failure::{Failure, Outcome};
use crate::output;

/// Write a fixture as another tool reads it
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  connspec export har fixtures/academy-v2/whole-life.json > life.har")]
pub struct Export {
    /// What kind of file to write
    kind: Kind,

    /// The fixture
    fixture: PathBuf,
}

/// Files that can be written.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// HAR 1.2; secrets stay placeholders
    Har,
}

impl Export {
    pub fn run(&self) -> Outcome {
        let text = suite::read(&self.fixture)
            .map_err(|message| Failure::unexamined(format!("{}: {message}", self.fixture.display())))?;
        let fixture =
            Fixture::from_text(&text).map_err(|error| Failure::unexamined(suite::placed(&self.fixture, &error)))?;
        let Kind::Har = self.kind;
        output::print(export::har(&fixture).trim_end())?;
        Ok(ExitCode::SUCCESS)
    }
}
