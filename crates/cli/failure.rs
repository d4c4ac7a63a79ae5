//! How a command ends when it does not end well: the exit codes of docs/cli.md and one message.

use std::fmt::Display;
use std::process::ExitCode;

use connspec_exchange::Secrets;
use connspec_runner::{ErrorReport, ErrorType, Outcome as End, Report, Reveal};

use crate::output;

/// Exit code: the thing examined is at fault.
pub const AT_FAULT: u8 = 1;
/// Exit code: it could not be examined.
pub const UNEXAMINED: u8 = 2;
/// Exit code: interrupted by the person.
pub const INTERRUPTED: u8 = 130;

/// Why a command stopped.
#[derive(Debug)]
pub struct Failure {
    code: u8,
    message: String,
    help: Option<String>,
    kind: ErrorType,
    /// Whether the report of the run was printed before.
    is_told: bool,
}

impl Failure {
    /// The thing examined is at fault: a flow that was refused, a fixture that differs, a broken definition.
    pub fn at_fault(message: impl Display) -> Self {
        Self::new(AT_FAULT, message.to_string(), ErrorType::RuntimeError)
    }

    /// It could not be examined: bad arguments, an unreadable file, a port that is taken, an unknown name.
    pub fn unexamined(message: impl Display) -> Self {
        Self::new(UNEXAMINED, message.to_string(), ErrorType::RuntimeError)
    }

    /// The person pressed Ctrl-C.
    pub fn interrupted() -> Self {
        Self::new(INTERRUPTED, "interrupted".to_owned(), ErrorType::ExecutionInterruptedError)
    }

    fn new(code: u8, message: String, kind: ErrorType) -> Self {
        Self { code, message, help: None, kind, is_told: false }
    }

    /// The same failure, the definition's fault.
    #[must_use]
    pub fn of_definition(self) -> Self {
        Self { kind: ErrorType::DefinitionError, ..self }
    }

    /// The same failure of a run whose report is printed already.
    #[must_use]
    pub fn told(self) -> Self {
        Self { is_told: true, ..self }
    }

    /// What it says.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What it advises.
    pub fn advice(&self) -> Option<&str> {
        self.help.as_deref()
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

    /// Where stdout was promised a report (`--json`), prints one that holds nothing but this.
    pub fn print_as_report(&self) {
        if self.is_told {
            return;
        }
        let report = Report::new(End::Failed, Secrets::new()).failed(ErrorReport::new(self.kind, self.words()));
        // A stdout that cannot be written is no more use for saying so; stderr is told below.
        let _ = output::print(format_args!("{:#}", report.to_json(Reveal::Nothing)));
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
