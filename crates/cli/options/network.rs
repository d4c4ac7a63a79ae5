//! How requests leave this machine.

use std::path::PathBuf;

use clap::Args;

use crate::failure::Failure;

/// How requests leave this machine.
#[derive(Debug, Default, Args)]
pub struct Network {
    /// Send requests and the browser for origin FROM to TO instead, e.g.
    /// https://api.example.com=http://127.0.0.1:8080
    #[arg(long, value_name = "FROM=TO")]
    pub map_origin: Vec<String>,

    /// Let --map-origin lead to another machine
    #[arg(long)]
    pub allow_remote_map: bool,

    /// Let requests go to private and link-local addresses
    #[arg(long)]
    pub allow_private: bool,

    /// Trust the certificates of this PEM file besides the system's
    #[arg(long, value_name = "FILE")]
    pub cacert: Option<PathBuf>,
}

impl Network {
    /// The PEM text of `--cacert`.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn certificates(&self) -> Result<Option<String>, Failure> {
        let Some(path) = &self.cacert else { return Ok(None) };
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::unexamined(format!("--cacert {} cannot be read: {error}", path.display())))?;
        Ok(Some(text))
    }
}
