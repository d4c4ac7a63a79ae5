//! What comes in on stdin, where it stands for a file.

use std::io::{IsTerminal, Read};

use connspec_spec::layout::MAX_FILE_SIZE;

use crate::failure::Failure;
use crate::output;

/// All of stdin, to its end; a person who has to type it is told so.
///
/// # Errors
/// When it cannot be read, or is larger than a file may be.
pub fn read() -> Result<Vec<u8>, Failure> {
    let stdin = std::io::stdin();
    if stdin.is_terminal() {
        output::say("reading from the terminal; Ctrl-D ends the text");
    }
    let mut text = Vec::new();
    let read = stdin.lock().take(MAX_FILE_SIZE + 1).read_to_end(&mut text);
    read.map_err(|error| Failure::unexamined(format!("stdin cannot be read: {error}")))?;
    if text.len() as u64 > MAX_FILE_SIZE {
        let most = MAX_FILE_SIZE / 1024 / 1024;
        return Err(Failure::unexamined(format!("stdin holds more than {most} MiB"))
            .help("no section of a definition is that large; hand over one definition"));
    }
    Ok(text)
}
