//! Names of connections: which are allowed.

use crate::{Result, StoreError, StoreErrorKind};

/// The longest name, in bytes of UTF-8.
pub const MAX_NAME_BYTES: usize = 200;

/// Refuses names no backend could keep: empty, longer than
/// [`MAX_NAME_BYTES`], with control characters, or with space at an end.
/// Errors: `InvalidName`.
pub fn check_name(name: &str) -> Result<()> {
    let fault = if name.is_empty() {
        "is empty"
    } else if name.len() > MAX_NAME_BYTES {
        "is longer than 200 bytes"
    } else if name.chars().any(char::is_control) {
        "holds a control character"
    } else if name.trim() != name {
        "begins or ends with a space"
    } else {
        return Ok(());
    };
    let shown: String = name.chars().take(40).collect();
    Err(StoreError::new(
        StoreErrorKind::InvalidName,
        format!(
            "the name {shown:?} {fault}, so no connection can be saved under it; choose a name of 1 to 200 visible characters"
        ),
    ))
}

#[cfg(test)]
mod tests {
    use super::check_name;

    #[test]
    fn ordinary_names_pass_and_impossible_ones_do_not() {
        for name in [
            "academy",
            "My account (work)",
            "../../etc/passwd",
            "čau/ü",
            "CON",
        ] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", " a", "a ", "a\nb", "a\0b", &"x".repeat(201)] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
    }
}
