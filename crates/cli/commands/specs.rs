//! `connspec specs`: the bundled definitions; take one out to start from.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use connspec_diagnostics::suggest::nearest;
use connspec_spec::bundled;
use serde_json::json;

use crate::failure::{Failure, Outcome};
use crate::output;

/// List the bundled definitions, or take one out to start from
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  connspec specs copy academy-v2 my-app")]
pub struct Specs {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List them
    List {
        /// Print an array of {"name","summary"}
        #[arg(long)]
        json: bool,
    },
    /// Write one into a new folder
    Copy {
        /// Its name
        name: String,
        /// The folder, which must not exist or be empty
        folder: PathBuf,
    },
}

impl Specs {
    pub fn run(&self) -> Outcome {
        match &self.action {
            Action::List { json } => list(*json),
            Action::Copy { name, folder } => copy(name, folder),
        }
    }
}

fn list(json: bool) -> Outcome {
    if json {
        let all: Vec<_> =
            bundled::ALL.iter().map(|bundled| json!({ "name": bundled.name, "summary": bundled.summary })).collect();
        output::print(format_args!("{:#}", serde_json::Value::Array(all)))?;
        return Ok(ExitCode::SUCCESS);
    }
    let width = bundled::ALL.iter().map(|bundled| bundled.name.len()).max().unwrap_or_default();
    for bundled in bundled::ALL {
        output::print(format_args!("{:<width$}  {}", bundled.name, bundled.summary))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn copy(name: &str, folder: &Path) -> Outcome {
    let Some(found) = bundled::find(name) else {
        let names = bundled::ALL.iter().map(|bundled| bundled.name);
        let failure = Failure::unexamined(format!("there is no bundled definition `{name}`"));
        return Err(match nearest(name, names) {
            Some(near) => failure.help(format!("did you mean `{near}`?")),
            None => failure.help("`connspec specs list` lists them all"),
        });
    };
    write_new(folder, found.files.iter().copied())?;
    for (path, _) in found.files {
        output::print(folder.join(path).display())?;
    }
    output::say(format_args!(
        "Look for mistakes with `connspec check {0}`, try it with `connspec connect {0}`.",
        folder.display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Writes files into a folder that must be new or empty.
///
/// # Errors
/// When there is something already, or a file cannot be written.
pub fn write_new<'a>(folder: &Path, files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<(), Failure> {
    let occupied = std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if occupied || folder.is_file() {
        return Err(Failure::unexamined(format!("{} is there already, and nothing is overwritten", folder.display()))
            .help("give a folder that does not exist yet"));
    }
    for (path, text) in files {
        let target = folder.join(path);
        let written =
            target.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&target, text));
        written.map_err(|error| Failure::unexamined(format!("{} cannot be written: {error}", target.display())))?;
    }
    Ok(())
}
