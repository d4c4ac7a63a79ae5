//! `connspec export`: a fixture as another tool reads it.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use connspec_exchange::{Fixture, export};
use connspec_rehearsal::suite;

use crate::failure::{Failure, Outcome};
use crate::{files, output};

/// Write a fixture as another tool reads it
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  connspec export har fixtures/academy-v2/whole-life.json -o life.har")]
pub struct Export {
    /// What kind of file to write
    kind: Kind,

    /// The fixture
    fixture: PathBuf,

    /// The file to write; default: stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,

    /// Replace a file that is there
    #[arg(long, requires = "output")]
    replace: bool,
}

/// Files that can be written.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    /// HAR 1.2; secrets stay placeholders
    Har,
}

impl Export {
    pub fn run(&self) -> Outcome {
        if let Some(path) = self.output.as_ref().filter(|path| !self.replace && path.exists()) {
            return Err(Failure::unexamined(format!("{} is there already", path.display()))
                .help("write it to another file, or replace this one with --replace"));
        }
        let text = suite::read(&self.fixture)
            .map_err(|message| Failure::unexamined(format!("{}: {message}", self.fixture.display())))?;
        let fixture =
            Fixture::from_text(&text).map_err(|error| Failure::unexamined(suite::placed(&self.fixture, &error)))?;
        let Kind::Har = self.kind;
        let text = export::har(&fixture);
        let Some(path) = &self.output else {
            output::print(text.trim_end())?;
            return Ok(ExitCode::SUCCESS);
        };
        let word = if path.exists() { "replaced" } else { "written" };
        files::write(path, &format!("{}\n", text.trim_end()))
            .map_err(|error| Failure::unexamined(format!("{} cannot be written: {error}", path.display())))?;
        output::say(format_args!("{word}: {}", path.display()));
        Ok(ExitCode::SUCCESS)
    }
}
