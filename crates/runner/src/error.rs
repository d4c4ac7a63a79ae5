//! Why a flow stopped: Make's error types, ours where Make has none, and the place in the definition.

use connspec_diagnostics::Place;

/// The type of an error: Make's name where Make has one, else one of cli.md's.
///
/// The first nine are the canonical ones of Make's editor; up to [`Warning`](Self::Warning) follow those its
/// documentation and runtime know besides (communication.md §7 error).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorType {
    /// The default: something went wrong.
    RuntimeError,
    /// The data is not as it should be.
    DataError,
    /// Too many requests.
    RateLimitError,
    /// The account at the provider is full.
    OutOfSpaceError,
    /// The provider cannot be reached or is in trouble.
    ConnectionError,
    /// The configuration cannot work.
    InvalidConfigurationError,
    /// The access token or the credentials are not accepted any more.
    InvalidAccessTokenError,
    /// The data is not complete yet.
    IncompleteDataError,
    /// The data is there already.
    DuplicateDataError,
    /// Documented by Make without further words.
    UnknownError,
    /// Documented by Make without further words.
    InconsistencyError,
    /// Documented by Make without further words.
    UnexpectedError,
    /// More results than allowed.
    MaxResultsExceededError,
    /// A file too large.
    MaxFileSizeExceededError,
    /// A module took too long.
    ModuleTimeoutError,
    /// A scenario took too long.
    ScenarioTimeoutError,
    /// Operations used up.
    OperationsLimitExceededError,
    /// Data transfer used up.
    DataSizeLimitExceededError,
    /// Somebody stopped the run.
    ExecutionInterruptedError,
    /// No error proper.
    Warning,
    /// The user refused consent (connection.md §4.3).
    AccessDenied,
    /// The callback's `state` is missing, unknown, used or too old (connection.md §4.2), or its `iss` names another server
    /// than the one that was asked (RFC 9207 §2.4).
    StateMismatch,
    /// Nobody came back from the browser in time.
    CallbackTimeout,
    /// There was no HTTP answer: refused, reset, no such host, too slow, cut short, no HTTP.
    ProviderUnreachable,
    /// The address is private or otherwise out of bounds (communication.md §8).
    BlockedAddress,
    /// One of our own limits: size, redirects, steps, nesting.
    LimitExceeded,
    /// The definition itself is at fault: an expression that cannot be evaluated, a URL that is none.
    DefinitionError,
}

/// Every type with its name, and whether definitions may name it.
const TYPES: &[(ErrorType, &str, bool)] = &[
    (ErrorType::RuntimeError, "RuntimeError", true),
    (ErrorType::DataError, "DataError", true),
    (ErrorType::RateLimitError, "RateLimitError", true),
    (ErrorType::OutOfSpaceError, "OutOfSpaceError", true),
    (ErrorType::ConnectionError, "ConnectionError", true),
    (ErrorType::InvalidConfigurationError, "InvalidConfigurationError", true),
    (ErrorType::InvalidAccessTokenError, "InvalidAccessTokenError", true),
    (ErrorType::IncompleteDataError, "IncompleteDataError", true),
    (ErrorType::DuplicateDataError, "DuplicateDataError", true),
    (ErrorType::UnknownError, "UnknownError", true),
    (ErrorType::InconsistencyError, "InconsistencyError", true),
    (ErrorType::UnexpectedError, "UnexpectedError", true),
    (ErrorType::MaxResultsExceededError, "MaxResultsExceededError", true),
    (ErrorType::MaxFileSizeExceededError, "MaxFileSizeExceededError", true),
    (ErrorType::ModuleTimeoutError, "ModuleTimeoutError", true),
    (ErrorType::ScenarioTimeoutError, "ScenarioTimeoutError", true),
    (ErrorType::OperationsLimitExceededError, "OperationsLimitExceededError", true),
    (ErrorType::DataSizeLimitExceededError, "DataSizeLimitExceededError", true),
    (ErrorType::ExecutionInterruptedError, "ExecutionInterruptedError", true),
    (ErrorType::Warning, "Warning", true),
    (ErrorType::AccessDenied, "AccessDenied", false),
    (ErrorType::StateMismatch, "StateMismatch", false),
    (ErrorType::CallbackTimeout, "CallbackTimeout", false),
    (ErrorType::ProviderUnreachable, "ProviderUnreachable", false),
    (ErrorType::BlockedAddress, "BlockedAddress", false),
    (ErrorType::LimitExceeded, "LimitExceeded", false),
    (ErrorType::DefinitionError, "DefinitionError", false),
];

impl ErrorType {
    /// The name of reports: `InvalidAccessTokenError`.
    pub fn name(self) -> &'static str {
        TYPES.iter().find(|entry| entry.0 == self).map_or("RuntimeError", |entry| entry.1)
    }

    /// The type a definition names in `error.type` or `valid.type`; none when Make does not know it.
    pub fn from_definition(name: &str) -> Option<Self> {
        TYPES.iter().find(|entry| entry.1 == name && entry.2).map(|entry| entry.0)
    }

    /// The type of a report's name, ours included.
    pub fn from_name(name: &str) -> Option<Self> {
        TYPES.iter().find(|entry| entry.1 == name).map(|entry| entry.0)
    }

    /// The type of an answer of `status` when the definition names none (communication.md §7 error).
    pub fn for_status(status: u16) -> Self {
        match status {
            429 => Self::RateLimitError,
            500..=599 => Self::ConnectionError,
            _ => Self::RuntimeError,
        }
    }

    /// What Make would do with it in a scenario (connection.md §12); while a connection is being created
    /// every type does the same: creation fails, the message is shown, nothing is stored.
    pub fn consequence(self) -> &'static str {
        match self {
            Self::DataError => "in a scenario the bundle goes to incomplete executions, if they are enabled",
            Self::RateLimitError => "in a scenario Make waits and tries again; the schedule stays on",
            Self::ConnectionError | Self::ProviderUnreachable => "in a scenario Make tries again later",
            Self::InvalidConfigurationError => "Make deactivates the scenario and notifies the user",
            Self::InvalidAccessTokenError => "Make deactivates the scenario and asks the user to reconnect",
            Self::AccessDenied | Self::StateMismatch | Self::CallbackTimeout => "Make creates no connection",
            Self::OutOfSpaceError | Self::IncompleteDataError | Self::DuplicateDataError => {
                "it has no effect on the connection"
            }
            _ => "in a scenario the run is rolled back; after three errors in a row scheduling stops",
        }
    }
}

impl std::fmt::Display for ErrorType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a request, and with it the flow, stopped.
#[derive(Clone, PartialEq, thiserror::Error)]
#[error("{kind}: {message}")]
pub struct RunError {
    /// Its type.
    pub kind: ErrorType,
    /// What the user would see.
    pub message: String,
    /// The answer's status, when there was one.
    pub status: Option<u16>,
    /// The block it happened in, such as `token`.
    pub block: String,
    /// The request within the block, from 0.
    pub index: usize,
    /// The directive at fault, such as `response.data.expires`; none when the provider is.
    pub directive: Option<String>,
    /// Where in the definition.
    pub place: Option<Place>,
    /// How long the provider asks to wait (`Retry-After`), in milliseconds.
    pub retry_after: Option<u64>,
}

/// The message may quote a provider: it is shown through a report, which redacts it.
impl std::fmt::Debug for RunError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("RunError")
            .field("kind", &self.kind)
            .field("status", &self.status)
            .field("block", &self.block)
            .field("index", &self.index)
            .field("directive", &self.directive)
            .field("place", &self.place)
            .finish_non_exhaustive()
    }
}

impl RunError {
    /// An error of `kind` with nothing but a message; the caller adds what it knows.
    pub fn new(kind: ErrorType, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            status: None,
            block: String::new(),
            index: 0,
            directive: None,
            place: None,
            retry_after: None,
        }
    }

    /// The same error, happened in request `index` of `block`.
    #[must_use]
    pub fn in_block(mut self, block: &str, index: usize) -> Self {
        block.clone_into(&mut self.block);
        self.index = index;
        self
    }

    /// The same error, caused by `directive`.
    #[must_use]
    pub fn in_directive(mut self, directive: impl Into<String>) -> Self {
        self.directive = Some(directive.into());
        self
    }

    /// The same error, at `place` of the definition.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same error, about an answer of `status`.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = Some(status);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        for (kind, name, in_definitions) in TYPES {
            assert_eq!(kind.name(), *name);
            assert_eq!(ErrorType::from_name(name), Some(*kind));
            assert_eq!(ErrorType::from_definition(name).is_some(), *in_definitions, "{name}");
        }
        assert_eq!(ErrorType::from_definition("AccountValidationError"), None);
    }

    #[test]
    fn statuses_have_the_types_of_the_reference() {
        // communication.md §7: 429 RateLimitError, 5xx ConnectionError, other 4xx RuntimeError.
        let types = [400, 401, 404, 429, 500, 503].map(ErrorType::for_status);
        assert_eq!(
            types,
            [
                ErrorType::RuntimeError,
                ErrorType::RuntimeError,
                ErrorType::RuntimeError,
                ErrorType::RateLimitError,
                ErrorType::ConnectionError,
                ErrorType::ConnectionError
            ]
        );
    }
}
