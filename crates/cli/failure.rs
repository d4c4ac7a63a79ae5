//! How a command ends when it does not end well: the exit codes of docs/cli.md and one message.

use std::fmt::Display;
use std::process::ExitCode;

use crate::output;

/// Exit code: the thing examined is at fault.
pub const AT_FAULT: u8 = 1;
/// Exit code: it could not be examined.
pub const UNEXAMINED: u8 = 2;
/// Exit code: interrupted by the person.
const INTERRUPTED: u8 = 130;

/// Why a command stopped.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    message: String,
    help: Option<String>,
}

impl Failure {
    /// The thing examined is at fault: a flow that was refused, a fixture that differs, a broken definition.
    pub fn at_fault(message: impl Display) -> Self {
        Self { code: AT_FAULT, message: message.to_string(), help: None }
    }

    /// It could not be examined: bad arguments, an unreadable file, a port that is taken, an unknown name.
    pub fn unexamined(message: impl Display) -> Self {
        Self { code: UNEXAMINED, message: message.to_string(), help: None }
    }

    /// The person pressed Ctrl-C.
    pub fn interrupted() -> Self {
        Self { code: INTERRUPTED, message: "interrupted".to_owned(), help: None }
    }

    /// What it says.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What it says, advice included.
    pub fn words(&self) -> String {
        match &self.help {
            Some(help) => format!("{}; {help}", self.message),
            None => self.message.clone(),
        }
    }

    /// The same failure with advice.
    #[must_use]
    pub fn help(mut self, help: impl Display) -> Self {
        self.help = Some(help.to_string());
        self
    }

    /// Says it on stderr and gives the exit code.
    pub fn report(self) -> ExitCode {
        if !self.message.is_empty() {
            output::complain(&self.message);
        }
        if let Some(help) = &self.help {
            output::advise(help);
        }
        ExitCode::from(self.code)
    }
}

/// What every command returns.
pub type Outcome = Result<ExitCode, Failure>;
