//! The functions of the language: one folder for each family, one file for each function.
//!
//! Adding one: write `functions/<family>/<name>.rs` with a `FUNCTION`, and add its line to the family's
//! list. Its examples are tests.

mod array;
mod call;
mod date;
mod general;
mod math;
mod runtime;
mod text;

use std::sync::LazyLock;

pub(crate) use call::{Call, Context, LazyCall};
pub(crate) use text::pattern_mistake;

use crate::eval::Outcome;
use crate::{LanguageSwitch, Options};

/// One function: what it is called, what it means, what it does.
#[derive(Debug)]
pub struct Function {
    /// The name, as it is written in a call.
    pub name: &'static str,
    /// The family it belongs to.
    pub family: Family,
    /// How a call looks, optional arguments in brackets.
    pub signature: &'static str,
    /// What it gives, in a sentence or two.
    pub doc: &'static str,
    /// How many arguments make sense. More are ignored, missing ones are undefined (iml.md §9).
    pub arguments: Arguments,
    /// How sure it is that Make has it.
    pub standing: Standing,
    /// Examples with their results; each is executed as a test.
    pub examples: &'static [Example],
    pub(crate) run: Run,
}

/// The families of functions, as Make's documentation groups them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Choosing and reaching into values.
    General,
    /// Text and buffers.
    Text,
    /// Numbers.
    Math,
    /// Dates.
    Date,
    /// Arrays and collections.
    Array,
    /// What Make's runtime adds for custom apps: JSON, XML, signatures.
    Runtime,
}

/// How many arguments make sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arguments {
    /// Fewer lack something the function needs.
    pub least: usize,
    /// More are ignored; `None` when any number is used.
    pub most: Option<usize>,
}

impl Arguments {
    /// Exactly `count`.
    pub const fn exactly(count: usize) -> Self {
        Self { least: count, most: Some(count) }
    }

    /// From `least` to `most`.
    pub const fn between(least: usize, most: usize) -> Self {
        Self { least, most: Some(most) }
    }

    /// `least` or more.
    pub const fn at_least(least: usize) -> Self {
        Self { least, most: None }
    }
}

/// How sure it is that Make has a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Documented, or in published sources.
    Documented,
    /// Make has it, but it works only there: calling it is the error `only-in-make`.
    OnlyInMake,
    /// Seen in Make's palette, meaning unpublished: unknown unless
    /// [`Options::unconfirmed_functions`] is on.
    Unconfirmed,
}

/// A template, its variables, and what it gives.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The template.
    pub template: &'static str,
    /// The variables: a JSON object in the tagged form of cli.md.
    pub variables: &'static str,
    /// What it gives.
    pub expected: Expected,
    /// The clock, ISO 8601.
    pub now: &'static str,
    /// The scenario's zone.
    pub timezone: &'static str,
}

/// What an example gives.
#[derive(Debug, Clone, Copy)]
pub enum Expected {
    /// A value, as JSON in the tagged form of cli.md.
    Value(&'static str),
    /// An error whose message contains this.
    Error(&'static str),
}

impl Example {
    /// `template` with `variables` (JSON object) gives `expected` (JSON).
    pub const fn new(template: &'static str, variables: &'static str, expected: &'static str) -> Self {
        let expected = Expected::Value(expected);
        Self { template, variables, expected, now: "2024-03-15T10:20:30.456Z", timezone: "UTC" }
    }

    /// `template` with `variables` (JSON object) fails with a message that contains `message`.
    pub const fn error(template: &'static str, variables: &'static str, message: &'static str) -> Self {
        let example = Self::new(template, variables, "");
        Self { expected: Expected::Error(message), ..example }
    }

    /// The same at another instant (ISO 8601).
    pub const fn at(self, now: &'static str) -> Self {
        Self { now, ..self }
    }

    /// The same in another zone.
    pub const fn in_zone(self, timezone: &'static str) -> Self {
        Self { timezone, ..self }
    }
}

/// How a function runs.
#[derive(Clone, Copy)]
pub(crate) enum Run {
    /// Takes values.
    Eager(for<'a> fn(&Call<'a>) -> Outcome<'a>),
    /// Takes arguments it evaluates itself, or not.
    Lazy(for<'a> fn(&LazyCall<'a>) -> Outcome<'a>),
    /// Cannot run outside Make.
    OnlyInMake,
}

impl std::fmt::Debug for Run {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Run::Eager(_) => "Eager",
            Run::Lazy(_) => "Lazy",
            Run::OnlyInMake => "OnlyInMake",
        })
    }
}

/// Two functions are the same when they have the same name: names are unique.
impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

/// Declares a family's functions: one module, and one line of the list, for each.
macro_rules! family {
    ($($(#[$attribute:meta])* $name:ident),* $(,)?) => {
        $($(#[$attribute])* mod $name;)*

        pub(super) static FUNCTIONS: &[&crate::functions::Function] = &[$(&$name::FUNCTION),*];
    };
}
pub(crate) use family;

static FAMILIES: [&[&Function]; 6] =
    [general::FUNCTIONS, text::FUNCTIONS, math::FUNCTIONS, date::FUNCTIONS, array::FUNCTIONS, runtime::FUNCTIONS];

/// Sorted by length first: most comparisons of a search then need not look at the letters.
static BY_NAME: LazyLock<Vec<&'static Function>> = LazyLock::new(|| {
    let mut functions: Vec<_> = all().collect();
    functions.sort_unstable_by_key(|function| (function.name.len(), function.name));
    functions
});

/// Every function, family by family.
pub fn all() -> impl Iterator<Item = &'static Function> {
    FAMILIES.iter().flat_map(|family| family.iter().copied())
}

/// The function called `name`, whatever its standing.
pub fn named(name: &str) -> Option<&'static Function> {
    let wanted = (name.len(), name);
    let at = BY_NAME.binary_search_by(|function| (function.name.len(), function.name).cmp(&wanted)).ok()?;
    Some(BY_NAME[at])
}

/// The function `name` as a template with these `options` may call it.
pub(crate) fn callable(name: &str, options: &Options) -> Option<&'static Function> {
    let confirmed = |function: &Function| function.standing != Standing::Unconfirmed || options.unconfirmed_functions;
    named(name).filter(|function| confirmed(function) && (function.name != "base64url" || options.base64url))
}

/// The switch that decides whether there is a function `name`.
pub(crate) fn switch_of(name: &str) -> Option<LanguageSwitch> {
    let function = named(name)?;
    match function.standing {
        Standing::Unconfirmed => Some(LanguageSwitch::UnconfirmedFunctions),
        _ => (function.name == "base64url").then_some(LanguageSwitch::Base64url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Date, FixedHost, Scope, Template, Value};

    fn run(example: &Example) -> Result<Value, crate::Error> {
        let variables = serde_json::from_str(example.variables).expect("an example's variables are JSON");
        let variables = Value::from_tagged(&variables);
        let scope = Scope::from_collection(variables.as_collection().expect("an example's variables are an object"));
        let now = serde_json::json!({"$date": example.now});
        let Value::Date(Date { millis }) = Value::from_tagged(&now) else { panic!("{} is no date", example.now) };
        let options = Options { unconfirmed_functions: true, ..Options::default() };
        Template::parse_with(example.template, options).eval(&scope, &FixedHost::new(millis, example.timezone, 1))
    }

    #[test]
    fn every_example_holds() {
        let mut failures = Vec::new();
        for (function, example) in all().flat_map(|function| function.examples.iter().map(move |e| (function, e))) {
            let outcome = run(example);
            let holds = match (&outcome, example.expected) {
                (Ok(value), Expected::Value(expected)) => {
                    let expected = serde_json::from_str(expected).expect("an example's result is JSON");
                    value.to_tagged() == Value::from_tagged(&expected).to_tagged()
                }
                (Err(error), Expected::Error(message)) => error.message.contains(message),
                _ => false,
            };
            if !holds {
                failures.push(format!(
                    "{}: {} gave {outcome:?}, not {:?}",
                    function.name, example.template, example.expected
                ));
            }
        }
        assert!(failures.is_empty(), "{}", failures.join("\n"));
    }

    #[test]
    fn names_are_unique_and_every_function_is_described() {
        for function in all() {
            assert!(std::ptr::eq(named(function.name).unwrap(), function), "{} stands twice", function.name);
            assert!(function.signature.starts_with(function.name), "{}", function.name);
            assert!(!function.doc.is_empty(), "{}", function.name);
            assert!(!function.doc.contains(['\\', '\n']), "{} has a stray line break", function.name);
            let only_in_make = matches!(function.run, Run::OnlyInMake);
            assert_eq!(only_in_make, function.standing == Standing::OnlyInMake, "{}", function.name);
            assert!(only_in_make || !function.examples.is_empty(), "{} has no example", function.name);
        }
    }
}
