//! Options that several commands share, and how their values are read.

mod inputs;
mod network;
mod shown;
mod store;

pub use inputs::{Inputs, Values, read_json5, read_value};
pub use network::Network;
pub use shown::Shown;
#[cfg(feature = "keychain")]
pub use store::keychain_lock;
pub use store::{
    Store, data_folder, is_in_keychain, is_key_handed_in, key_file, rescue_folder, unopened, without_password,
};

use clap::Args;

/// Which definition.
#[derive(Debug, Args)]
pub struct Spec {
    /// A connection file, a connection folder, an app folder, a bundle, `-` for stdin, or a bundled name
    /// such as academy-v2
    pub spec: String,

    /// Which connection of an app that has several
    #[arg(long, value_name = "NAME")]
    pub connection: Option<String>,

    /// A switch where the evidence about Make is silent or disagrees (docs/compatibility.md)
    #[arg(long, value_name = "KEY=VALUE")]
    pub compat: Vec<String>,
}
