//! How things look: results to stdout, everything else to stderr, colour only on a terminal.

mod style;
pub mod timeline;

use std::fmt::Display;
use std::io::{IsTerminal, Write};

pub use style::{Paint, painter_for_stderr, painter_for_stdout};

pub use connspec_runner::report::moment;

use connspec_diagnostics::render::{HumanOptions, human};

use crate::failure::Failure;

/// Prints a result line to stdout.
///
/// # Errors
/// When stdout cannot be written; a closed pipe (`| head`) ends the program quietly.
pub fn print(text: impl Display) -> Result<(), Failure> {
    print_bytes(format!("{text}\n").as_bytes())
}

/// Prints bytes to stdout as they are.
///
/// # Errors
/// As [`print()`].
pub fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(bytes).and_then(|()| stdout.flush()) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => Err(Failure::unexamined(format!("stdout cannot be written: {error}"))),
    }
}

/// Says something on stderr; what cannot be said is dropped.
pub fn say(text: impl Display) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Says on stderr what is wrong.
pub fn complain(message: &str) {
    let paint = painter_for_stderr();
    say(format_args!("{} {message}", paint.red("error:")));
}

/// Says on stderr what to do.
pub fn advise(help: &str) {
    let paint = painter_for_stderr();
    say(format_args!("{} {help}", paint.cyan("help:")));
}

/// Whether a person sits at both ends: questions may be asked.
pub fn is_interactive() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// A finding as the terminal shows it.
pub fn finding(sources: &connspec_diagnostics::SourceMap, finding: &connspec_diagnostics::Diagnostic) -> String {
    let options = HumanOptions { colour: painter_for_stdout().is_on(), width: 0 };
    human(sources, finding, options)
}

/// A text as one word of a shell's command line.
pub fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@._-+/:".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}
