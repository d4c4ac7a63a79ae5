//! How requests leave this machine.

use std::path::PathBuf;

use clap::Args;
use serde_json::{Map, Value};

use crate::failure::Failure;

/// How requests leave this machine.
#[derive(Clone, Debug, Default, Args)]
pub struct Network {
    /// Send requests and the browser for origin FROM to TO instead
    #[arg(long, value_name = "FROM=TO", long_help = MAP_ORIGIN_HELP)]
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

    /// Addresses that are asked for besides those of the definition
    #[arg(skip)]
    pub also: Vec<String>,

    /// Whether the mappings are those of a saved connection, given when it was made
    #[arg(skip)]
    pub is_recalled: bool,
}

const MAP_ORIGIN_HELP: &str = "Send requests and the browser for origin FROM to TO instead, e.g. \
    https://api.example.com=http://127.0.0.1:8080; a saved connection remembers it";

/// The setting of a saved connection that holds its origin mappings.
const MAP_ORIGIN: &str = "mapOrigin";

impl Network {
    /// What a saved connection remembers of it: where its provider really is.
    pub fn remembered(&self) -> Map<String, Value> {
        let mut settings = Map::new();
        if !self.map_origin.is_empty() {
            settings.insert(MAP_ORIGIN.to_owned(), self.map_origin.clone().into());
        }
        settings
    }

    /// The same options with the mappings a saved connection was made with, unless others were given.
    #[must_use]
    pub fn recalling(&self, settings: &Map<String, Value>) -> Self {
        let mut network = self.clone();
        if let (true, Some(Value::Array(saved))) = (self.map_origin.is_empty(), settings.get(MAP_ORIGIN)) {
            network.map_origin = saved.iter().filter_map(Value::as_str).map(str::to_owned).collect();
            // Whoever connected through another machine has allowed it then.
            network.allow_remote_map = true;
            network.is_recalled = true;
        }
        network
    }

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
