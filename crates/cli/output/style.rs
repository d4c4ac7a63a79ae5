//! Colour: only on a terminal, never with `NO_COLOR` (no-color.org) or a dumb terminal.

use std::fmt::Display;
use std::io::IsTerminal;

/// Colours text, or leaves it as it is.
#[derive(Clone, Copy, Debug)]
pub struct Paint {
    on: bool,
}

/// For text that goes to stdout.
pub fn painter_for_stdout() -> Paint {
    Paint { on: wanted(std::io::stdout().is_terminal()) }
}

/// For text that goes to stderr.
pub fn painter_for_stderr() -> Paint {
    Paint { on: wanted(std::io::stderr().is_terminal()) }
}

fn wanted(terminal: bool) -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    terminal && !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

impl Paint {
    /// A painter that never colours.
    pub fn plain() -> Self {
        Self { on: false }
    }

    /// Whether it colours.
    pub fn is_on(self) -> bool {
        self.on
    }

    fn wrap(self, code: &str, text: impl Display) -> String {
        if self.on { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_string() }
    }

    pub fn bold(self, text: impl Display) -> String {
        self.wrap("1", text)
    }

    pub fn dim(self, text: impl Display) -> String {
        self.wrap("2", text)
    }

    pub fn red(self, text: impl Display) -> String {
        self.wrap("31;1", text)
    }

    pub fn green(self, text: impl Display) -> String {
        self.wrap("32", text)
    }

    pub fn yellow(self, text: impl Display) -> String {
        self.wrap("33", text)
    }

    pub fn cyan(self, text: impl Display) -> String {
        self.wrap("36", text)
    }
}
