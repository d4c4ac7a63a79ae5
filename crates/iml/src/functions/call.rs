//! What a function sees of its call: arguments in the kind it needs, and makers for its result.
//!
//! The helpers word every complaint about an argument once, and follow iml.md §12 C17 for null: `""`
//! for texts, nothing for dates.

use connspec_diagnostics::Span;

use crate::eval::{
    ArrayBuilder, Evaluation, List, Members, Outcome, TextBuilder, Val, compare, loosely_equal, to_number,
    unknown_function,
};
use crate::moment::Zone;
use crate::{Date, Error, Host, LanguageSwitch, Options, ast};

/// Where a call stands.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) evaluation: &'a Evaluation<'a>,
    pub(crate) call: &'a ast::Call,
    pub(crate) span: Span,
}

/// A call with its arguments evaluated. Arguments count from 0.
pub(crate) struct Call<'a> {
    context: Context<'a>,
    arguments: &'a [Val<'a>],
}

impl<'a> Call<'a> {
    pub(crate) fn new(context: Context<'a>, arguments: &'a [Val<'a>]) -> Self {
        Self { context, arguments }
    }

    /// Tells the host that the value of `switch` settles what this call does.
    pub(crate) fn relied_on(&self, switch: LanguageSwitch) {
        self.context.evaluation.host.relied_on(switch);
    }

    /// How many arguments are written.
    pub(crate) fn count(&self) -> usize {
        self.arguments.len()
    }

    /// The argument as it is; undefined when it is missing.
    #[inline]
    pub(crate) fn argument(&self, index: usize) -> Val<'a> {
        self.arguments.get(index).copied().unwrap_or(Val::Undefined)
    }

    /// Every argument.
    pub(crate) fn arguments(&self) -> &'a [Val<'a>] {
        self.arguments
    }

    /// The argument's text form (iml.md §6.2); `""` for null and undefined.
    pub(crate) fn text(&self, index: usize) -> Outcome<'a, &'a str> {
        self.text_of(self.argument(index))
    }

    /// The argument's text form; `None` for null and undefined.
    #[inline]
    pub(crate) fn optional_text(&self, index: usize) -> Outcome<'a, Option<&'a str>> {
        match self.argument(index) {
            Val::Undefined | Val::Null => Ok(None),
            value => self.text_of(value).map(Some),
        }
    }

    /// The argument as JavaScript's `Number()` gives it: NaN when it is no number, which is no error.
    pub(crate) fn number(&self, index: usize) -> f64 {
        to_number(self.argument(index))
    }

    /// The argument as a number; `None` for null and undefined.
    pub(crate) fn optional_number(&self, index: usize) -> Option<f64> {
        let value = self.argument(index);
        (!value.is_nullish()).then(|| to_number(value))
    }

    /// The argument as a whole number: cut towards zero, 0 when it is no number; `None` for null and
    /// undefined. Infinities are the largest and the smallest number.
    pub(crate) fn optional_integer(&self, index: usize) -> Option<i64> {
        self.optional_number(index).map(|number| number as i64)
    }

    /// The argument's truthiness (iml.md §6.5).
    pub(crate) fn truthy(&self, index: usize) -> bool {
        self.argument(index).truthy()
    }

    /// The argument's items; none for null and undefined, an error for anything but an array.
    #[inline]
    pub(crate) fn list(&self, index: usize) -> Outcome<'a, List<'a>> {
        self.optional_list(index).map(|list| list.unwrap_or(List::EMPTY))
    }

    /// The argument's items; `None` for null and undefined, an error for anything but an array.
    #[inline]
    pub(crate) fn optional_list(&self, index: usize) -> Outcome<'a, Option<List<'a>>> {
        match self.argument(index) {
            Val::Array(list) => Ok(Some(list)),
            Val::Undefined | Val::Null => Ok(None),
            _ => Err(self.refuse(index, "is not a valid array")),
        }
    }

    /// The argument's members; `None` for null and undefined, an error for anything but a collection.
    pub(crate) fn optional_collection(&self, index: usize) -> Outcome<'a, Option<Members<'a>>> {
        match self.argument(index) {
            Val::Collection(members) => Ok(Some(members)),
            Val::Undefined | Val::Null => Ok(None),
            _ => Err(self.refuse(index, "is not a valid collection")),
        }
    }

    /// The argument's bytes: a buffer's own, else the UTF-8 bytes of the text form.
    pub(crate) fn bytes(&self, index: usize) -> Outcome<'a, &'a [u8]> {
        match self.argument(index) {
            Val::Binary(bytes) => Ok(bytes),
            value => self.text_of(value).map(str::as_bytes),
        }
    }

    /// The argument as an instant (iml.md §6.4): a date, epoch milliseconds, or text in a published
    /// shape, read in the scenario's zone when it has no offset. `None` for null and undefined; an
    /// error for anything else.
    pub(crate) fn date(&self, index: usize) -> Outcome<'a, Option<Date>> {
        let date = match self.argument(index) {
            Val::Undefined | Val::Null => return Ok(None),
            Val::Date(date) => Some(date),
            Val::Number(millis) if millis.is_finite() => Date::from_millis(millis as i64),
            Val::Text(text) => self.context.evaluation.date_of_text(text),
            _ => None,
        };
        date.map(Some).ok_or_else(|| self.refuse(index, "is not a valid date"))
    }

    /// The argument as a zone's name; the scenario's zone when it is missing, empty, or names none of the
    /// tz database (iml-tokens.md §2).
    pub(crate) fn zone(&self, index: usize) -> Outcome<'a, Zone> {
        let scenario = self.scenario_zone();
        Ok(self.optional_text(index)?.map_or(scenario, |name| Zone::named_or(name, scenario)))
    }

    /// The scenario's zone.
    pub(crate) fn scenario_zone(&self) -> Zone {
        self.context.evaluation.zone()
    }

    /// JavaScript's `<` and `>`; `None` when the values cannot be ordered.
    pub(crate) fn compare(&self, left: Val<'a>, right: Val<'a>) -> Option<std::cmp::Ordering> {
        compare(self.context.evaluation, left, right)
    }

    /// JavaScript's `==`.
    pub(crate) fn loosely_equal(&self, left: Val<'a>, right: Val<'a>) -> bool {
        loosely_equal(self.context.evaluation, left, right)
    }

    /// The text form of any value, such as an item of a list.
    pub(crate) fn text_of(&self, value: Val<'a>) -> Outcome<'a, &'a str> {
        self.context.evaluation.text(value, self.context.span)
    }

    /// Appends the text form of `value` to `out`, within the bound on output.
    pub(crate) fn write_text(&self, value: Val<'a>, out: &mut String) -> Outcome<'a, ()> {
        self.context.evaluation.write_text(value, out, self.context.span)
    }

    /// The clock, randomness, the scenario's zone.
    pub(crate) fn host(&self) -> &'a dyn Host {
        self.context.evaluation.host
    }

    /// Bounds and switches.
    pub(crate) fn options(&self) -> &'a Options {
        self.context.evaluation.options
    }

    /// Counts `steps` towards the bound on work: call it before a loop, with its length.
    #[inline]
    pub(crate) fn spend(&self, steps: usize) -> Outcome<'a, ()> {
        self.context.evaluation.spend(steps as u64, self.context.span)
    }

    /// Refuses to make more than the bound on output: call it before making `bytes` bytes outside the
    /// makers below, such as when a text is repeated.
    pub(crate) fn account(&self, bytes: usize) -> Outcome<'a, ()> {
        self.context.evaluation.account(bytes, self.context.span)
    }

    /// A text to be written part by part, with room for `expected` bytes, as result.
    pub(crate) fn text_builder(&self, expected: usize) -> TextBuilder<'a> {
        TextBuilder::with_room(self.context.evaluation, expected, self.context.span)
    }

    /// An array to be made item by item, with room for `expected` items, as result.
    #[inline]
    pub(crate) fn array_builder(&self, expected: usize) -> Outcome<'a, ArrayBuilder<'a>> {
        ArrayBuilder::new(self.context.evaluation, expected, self.context.span)
    }

    /// A text as result.
    pub(crate) fn make_text(&self, text: impl AsRef<str>) -> Outcome<'a> {
        self.context.evaluation.made_text(text, self.context.span)
    }

    /// A buffer as result.
    pub(crate) fn make_binary(&self, bytes: impl AsRef<[u8]>) -> Outcome<'a> {
        self.context.evaluation.made_binary(bytes, self.context.span)
    }

    /// An array as result.
    pub(crate) fn make_array(&self, items: impl IntoIterator<Item = Val<'a>>) -> Outcome<'a> {
        self.context.evaluation.made_array(items, self.context.span)
    }

    /// A collection as result; of two members with one name the later wins, at the earlier's place.
    pub(crate) fn make_collection(&self, members: impl IntoIterator<Item = (&'a str, Val<'a>)>) -> Outcome<'a> {
        self.context.evaluation.made_collection(members, self.context.span)
    }

    /// An instant as result; an error beyond what JavaScript's `Date` holds.
    pub(crate) fn make_date(&self, millis: i64) -> Outcome<'a> {
        Date::from_millis(millis).map(Val::Date).ok_or_else(|| self.fail("the result is not a valid date"))
    }

    /// A copy of an owned value as result, such as one read from JSON.
    pub(crate) fn make_value(&self, value: &crate::Value) -> Outcome<'a> {
        self.context.evaluation.keep(value, self.context.span)
    }

    /// Where the call stands, for [`Call::failure`].
    pub(crate) fn span(&self) -> Span {
        self.context.span
    }

    /// An error about the call as a whole: `message` completes "`name`: …".
    pub(crate) fn fail(&self, message: impl std::fmt::Display) -> Box<Error> {
        self.failure("function-failed", message, self.context.span)
    }

    /// An error about one argument: `complaint` completes "'value' …", such as "is not a valid array".
    pub(crate) fn refuse(&self, index: usize, complaint: &str) -> Box<Error> {
        let value = match self.argument(index) {
            value @ (Val::Array(_) | Val::Collection(_) | Val::Binary(_)) => self.context.evaluation.shown(value),
            value => format!("'{}'", self.context.evaluation.shown(value).trim_matches('"')),
        };
        let written = self.context.call.arguments.get(index);
        let span = written.map(|argument| argument.span).filter(|span| !span.is_empty());
        let message = format!("{value} {complaint} (argument {})", index + 1);
        self.failure("invalid-argument", message, span.unwrap_or(self.context.span))
    }

    /// The error of a function that is switched off.
    pub(crate) fn unknown(&self) -> Box<Error> {
        let name = &self.context.call.name;
        unknown_function(name.resolve(self.context.evaluation.source), name.span)
    }

    /// An error with a code of its own.
    pub(crate) fn failure(&self, code: &'static str, message: impl std::fmt::Display, span: Span) -> Box<Error> {
        let name = self.context.call.name.resolve(self.context.evaluation.source);
        let function = self.context.call.function.filter(|_| !code.starts_with("limit-"));
        let help = function.map_or(String::new(), |function| format!("the call is {}", function.signature));
        let mut error = Error::new(code, format!("`{name}`: {message}"), span).help(help);
        error.function = Some(name.into());
        Box::new(error)
    }
}

/// A call whose arguments are evaluated only when asked for.
pub(crate) struct LazyCall<'a> {
    context: Context<'a>,
}

impl<'a> LazyCall<'a> {
    pub(crate) fn new(context: Context<'a>) -> Self {
        Self { context }
    }

    /// Evaluates the argument at `index`; undefined when it is missing.
    pub(crate) fn eval(&self, index: usize) -> Outcome<'a> {
        match self.context.call.arguments.get(index) {
            Some(argument) => self.context.evaluation.eval(argument),
            None => Ok(Val::Undefined),
        }
    }
}
