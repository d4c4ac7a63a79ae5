//! What is shown of a run, and in which form.

use std::path::PathBuf;

use clap::Args;

/// What is shown of a run.
#[derive(Clone, Debug, Default, Args)]
pub struct Shown {
    /// Print the report as one JSON object
    #[arg(long)]
    pub json: bool,

    /// Show secret values in --json
    #[arg(long)]
    pub reveal: bool,

    /// Show headers and bodies of every request and response
    #[arg(short, long)]
    pub verbose: bool,

    /// Write everything that --verbose shows to a file
    #[arg(long, value_name = "FILE")]
    pub log_file: Option<PathBuf>,

    /// Whether stdout belongs to the result alone: no timeline
    #[arg(skip)]
    pub quiet: bool,
}
