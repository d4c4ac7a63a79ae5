//! Names of connections: which are allowed.

use crate::{Result, StoreError, StoreErrorKind};

/// The longest name, in bytes of UTF-8: every byte percent-encoded it still
/// fits into the 255 bytes file systems allow for a file name.
pub const MAX_NAME_BYTES: usize = 80;

/// Refuses names no backend could keep: empty, longer than
/// [`MAX_NAME_BYTES`], with control characters, or with space at an end.
/// Errors: `InvalidName`.
pub fn check_name(name: &str) -> Result<()> {
    let fault = if name.is_empty() {
        "is empty"
    } else if name.len() > MAX_NAME_BYTES {
        "is longer than 80 bytes"
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
            "the name {shown:?} {fault}, so no connection can be saved under it; choose a name of 1 to 80 visible characters"
        ),
    ))
}

/// What a person types to authorize the connection `name` again, fit to be pasted into a shell.
pub fn reauthorize_command(name: &str) -> String {
    let end_of_options = if name.starts_with('-') { "-- " } else { "" };
    format!("connspec reauthorize {end_of_options}{}", shell_quoted(name))
}

/// What a person types to have new tokens fetched for the connection `name` now, whatever failed before.
pub fn refresh_command(name: &str) -> String {
    let end_of_options = if name.starts_with('-') { "-- " } else { "" };
    format!("connspec refresh --force {end_of_options}{}", shell_quoted(name))
}

/// `text` as one word of a POSIX shell.
pub fn shell_quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The name as part of a file name: `a`–`z`, `0`–`9`, `-` and `_` stand for
/// themselves, every other byte is `%XX`. So names that differ only in case
/// stay apart on file systems that ignore case, and none leaves its folder.
pub(crate) fn to_file_stem(name: &str) -> String {
    use std::fmt::Write;
    name.bytes().fold(String::new(), |mut stem, byte| {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' => stem.push(char::from(byte)),
            _ => write!(stem, "%{byte:02X}").expect("writing to a String cannot fail"),
        }
        stem
    })
}

/// The name a file stem stands for; `None` where it is not one of ours.
pub(crate) fn from_file_stem(stem: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut rest = stem.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        rest = tail;
        if byte == b'%' {
            let (digits, tail) = rest.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = tail;
        } else {
            bytes.push(byte);
        }
    }
    let name = String::from_utf8(bytes).ok()?;
    let ours = check_name(&name).is_ok() && to_file_stem(&name) == stem;
    ours.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::{check_name, from_file_stem, reauthorize_command, to_file_stem};

    #[test]
    fn a_name_becomes_a_file_name_and_comes_back() {
        for (name, stem) in [
            ("academy", "academy"),
            ("Academy", "%41cademy"),
            ("../x", "%2E%2E%2Fx"),
            ("ü", "%C3%BC"),
            ("a%b", "a%25b"),
        ] {
            assert_eq!(to_file_stem(name), stem);
            assert_eq!(from_file_stem(stem).as_deref(), Some(name));
        }
        assert!(to_file_stem(&"\u{10FFFF}".repeat(20)).len() <= 240);
        for foreign in ["", "Academy", "%2f", "%", "%4", "%FF", "a.b", "%+1"] {
            assert_eq!(from_file_stem(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn the_command_can_be_pasted_whatever_the_name() {
        for (name, command) in [
            ("Jane Black", "connspec reauthorize 'Jane Black'"),
            ("Jane's $HOME", r"connspec reauthorize 'Jane'\''s $HOME'"),
            ("--force", "connspec reauthorize -- '--force'"),
        ] {
            assert_eq!(reauthorize_command(name), command);
        }
    }

    #[test]
    fn ordinary_names_pass_and_impossible_ones_do_not() {
        for name in ["academy", "My account (work)", "../../etc/passwd", "čau/ü", "CON"] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", " a", "a ", "a\nb", "a\0b", &"x".repeat(81)] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn every_name_comes_back_from_its_file_stem(name in ".{1,20}") {
            let back = from_file_stem(&to_file_stem(&name));
            assert_eq!(back, check_name(&name).is_ok().then_some(name));
        }

        #[test]
        fn whatever_a_file_is_called_it_is_a_name_of_ours_or_none(stem in "[%a-fA-F0-9+.\\PC]{0,12}") {
            if let Some(name) = from_file_stem(&stem) {
                assert_eq!(to_file_stem(&name), stem);
            }
        }
    }
}
