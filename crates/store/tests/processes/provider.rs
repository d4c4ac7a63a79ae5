//! A provider that rotates refresh tokens and punishes their reuse, shared by
//! processes as a file.

use std::fs::{self, File};
use std::path::Path;

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Provider {
    /// The refresh token in force; each refresh gives the next number.
    pub current: u64,
    /// Refreshes with the token before, whose answer was lost.
    pub repeated: u64,
    /// A token older than that, or one not given out yet: the family is revoked.
    pub revoked: bool,
}

/// The provider's state.
pub fn read(folder: &Path) -> Provider {
    let text = fs::read_to_string(folder.join("provider.json")).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// Presents `token`; answers the new one, or `None` when revoked. With
/// `forgives` the token before the current one gives the current one again, as
/// providers with a grace period do.
pub fn refresh(folder: &Path, token: u64, forgives: bool) -> Option<u64> {
    let lock = File::create(folder.join("provider.lock")).unwrap();
    lock.lock().unwrap();
    let mut provider = read(folder);
    if token == provider.current {
        provider.current += 1;
    } else if forgives && token + 1 == provider.current {
        provider.repeated += 1;
    } else {
        provider.revoked = true;
    }
    let draft = folder.join("provider.draft");
    fs::write(&draft, serde_json::to_string(&provider).unwrap()).unwrap();
    fs::rename(draft, folder.join("provider.json")).unwrap();
    (!provider.revoked).then_some(provider.current)
}
