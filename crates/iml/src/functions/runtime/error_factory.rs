//! `errorFactory`: an error as a value.

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "errorFactory",
    family: Family::Runtime,
    signature: "errorFactory(errorType, message)",
    doc: "Gives an error of one of Make's types as a collection of `name` and `message`; it does not fail. A type \
          Make does not know becomes `RuntimeError`.",
    arguments: Arguments::exactly(2),
    standing: Standing::Documented,
    examples: &[
        Example::new(
            "{{errorFactory('DataError', 'No such user')}}",
            "{}",
            r#"{"name": "DataError", "message": "No such user"}"#,
        ),
        Example::new("{{errorFactory('Oops', 404)}}", "{}", r#"{"name": "RuntimeError", "message": "404"}"#),
    ],
    run: Run::Eager(run),
};

/// The types of communication.md §7 error: canonical, documented, and known to the runtime.
const TYPES: [&str; 20] = [
    "RuntimeError",
    "DataError",
    "RateLimitError",
    "OutOfSpaceError",
    "ConnectionError",
    "InvalidConfigurationError",
    "InvalidAccessTokenError",
    "IncompleteDataError",
    "DuplicateDataError",
    "UnknownError",
    "InconsistencyError",
    "UnexpectedError",
    "MaxResultsExceededError",
    "MaxFileSizeExceededError",
    "ModuleTimeoutError",
    "ScenarioTimeoutError",
    "OperationsLimitExceededError",
    "DataSizeLimitExceededError",
    "ExecutionInterruptedError",
    "Warning",
];

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let (given, message) = (call.text(0)?, call.text(1)?);
    let name = TYPES.iter().find(|known| **known == given).unwrap_or(&"RuntimeError");
    call.make_collection([("name", Val::Text(name)), ("message", Val::Text(message))])
}
