//! Conversion between kinds (iml.md §6), and making values within the bounds.

use std::fmt;

use bumpalo::collections::{String as ArenaString, Vec as ArenaVec};
use connspec_diagnostics::Span;

use super::{Evaluation, List, Members, Outcome, Val};
use crate::{Collection, Date, Error, Value, number};

/// JavaScript's `Number(value)`: null and blank text are 0, a date its milliseconds, undefined, a
/// collection and text that is no number NaN (iml.md §6.3).
pub(crate) fn to_number(value: Val<'_>) -> f64 {
    match value {
        Val::Number(number) => number,
        Val::Null | Val::EmptyString => 0.0,
        Val::Bool(bool) => f64::from(u8::from(bool)),
        Val::Text(text) => number::from_text(text),
        Val::Date(date) => date.millis as f64,
        Val::Binary(bytes) => std::str::from_utf8(bytes).map_or(f64::NAN, number::from_text),
        Val::Array(list) => match (list.len(), list.get(0)) {
            (0, _) => 0.0,
            (1, Some(Val::Bool(_) | Val::Date(_))) => f64::NAN,
            (1, Some(Val::Undefined)) => 0.0,
            (1, Some(only)) => to_number(only),
            _ => f64::NAN,
        },
        Val::Undefined | Val::Collection(_) => f64::NAN,
    }
}

/// Whether two values print alike, without making either text when both are texts or numbers.
pub(crate) fn same_text_form(left: Val<'_>, right: Val<'_>) -> bool {
    match (left, right) {
        (Val::Text(left), Val::Text(right)) => left == right,
        (Val::Number(left), Val::Number(right)) => left == right || (left.is_nan() && right.is_nan()),
        _ => {
            let mut texts = (String::new(), String::new());
            let unbounded = usize::MAX;
            append(left, &mut texts.0, unbounded).is_ok()
                && append(right, &mut texts.1, unbounded).is_ok()
                && texts.0 == texts.1
        }
    }
}

/// A text being written, within the bound on output: writing beyond it is the error `limit-output`.
pub(crate) struct TextBuilder<'a> {
    text: ArenaString<'a>,
    limit: usize,
    evaluation: &'a Evaluation<'a>,
    span: Span,
}

impl<'a> TextBuilder<'a> {
    pub(crate) fn new(evaluation: &'a Evaluation<'a>, span: Span) -> Self {
        // Room for what is usual, so that a text rarely grows.
        Self::with_room(evaluation, 64, span)
    }

    /// A text with room for `expected` bytes; more may come.
    #[inline]
    pub(crate) fn with_room(evaluation: &'a Evaluation<'a>, expected: usize, span: Span) -> Self {
        let limit = evaluation.options.output_bytes;
        Self { text: ArenaString::with_capacity_in(expected.min(limit), evaluation.arena), limit, evaluation, span }
    }

    /// Appends the text form of `value`.
    #[inline]
    pub(crate) fn push(&mut self, value: Val<'_>) -> Outcome<'a, ()> {
        if let Val::Text(text) = value { self.push_str(text) } else { self.push_other(value) }
    }

    fn push_other(&mut self, value: Val<'_>) -> Outcome<'a, ()> {
        self.evaluation.has_text(value, self.span)?;
        append(value, &mut self.text, self.limit).map_err(|fmt::Error| self.evaluation.too_much(self.span))
    }

    /// Appends `text`.
    #[inline]
    pub(crate) fn push_str(&mut self, text: &str) -> Outcome<'a, ()> {
        if self.text.len() + text.len() > self.limit {
            return Err(self.evaluation.too_much(self.span));
        }
        self.text.push_str(text);
        Ok(())
    }

    /// The text.
    pub(crate) fn finish(self) -> Outcome<'a> {
        self.evaluation.account(self.text.len(), self.span)?;
        Ok(Val::Text(self.text.into_bump_str()))
    }
}

/// An array being made, within the bound on output.
pub(crate) struct ArrayBuilder<'a> {
    items: ArenaVec<'a, Val<'a>>,
    evaluation: &'a Evaluation<'a>,
    span: Span,
}

impl<'a> ArrayBuilder<'a> {
    /// An array with room for `expected` items; more may come.
    #[inline]
    pub(crate) fn new(evaluation: &'a Evaluation<'a>, expected: usize, span: Span) -> Outcome<'a, Self> {
        evaluation.account(expected.saturating_mul(size_of::<Val<'_>>()), span)?;
        Ok(Self { items: ArenaVec::with_capacity_in(expected, evaluation.arena), evaluation, span })
    }

    /// Makes room for `more` items, which count towards the bound whether they come or not.
    fn reserve(&mut self, more: usize) -> Outcome<'a, ()> {
        self.evaluation.account(more.saturating_mul(size_of::<Val<'_>>()), self.span)?;
        self.items.reserve_exact(more);
        Ok(())
    }

    /// What is in it so far.
    #[inline]
    pub(crate) fn items(&self) -> &[Val<'a>] {
        &self.items
    }

    /// Appends an item.
    #[inline]
    pub(crate) fn push(&mut self, item: Val<'a>) -> Outcome<'a, ()> {
        if self.items.len() == self.items.capacity() {
            self.reserve(self.items.len().max(4))?;
        }
        self.items.push(item);
        Ok(())
    }

    /// Appends every item of `list`.
    pub(crate) fn extend(&mut self, list: List<'a>) -> Outcome<'a, ()> {
        if list.len() > self.items.capacity() - self.items.len() {
            self.reserve(list.len())?;
        }
        match list {
            List::Given(items) => self.items.extend(items.iter().map(Val::from)),
            List::Made(items) => self.items.extend_from_slice_copy(items),
        }
        Ok(())
    }

    /// The array.
    #[inline]
    pub(crate) fn finish(self) -> Val<'a> {
        Val::Array(List::Made(self.items.into_bump_slice()))
    }
}

/// A text that grows, on the heap or in an arena.
trait Growing: fmt::Write {
    fn length(&self) -> usize;
}

impl Growing for String {
    fn length(&self) -> usize {
        self.len()
    }
}

impl Growing for ArenaString<'_> {
    fn length(&self) -> usize {
        self.len()
    }
}

/// Appends the text form (iml.md §6.2) as long as `out` stays within `limit` bytes; the error is to go
/// beyond, since writing to memory does not fail.
fn append(value: Val<'_>, out: &mut impl Growing, limit: usize) -> fmt::Result {
    match value {
        Val::Undefined | Val::Null | Val::EmptyString => return Ok(()),
        Val::Text(text) if text.len() > limit.saturating_sub(out.length()) => return Err(fmt::Error),
        Val::Text(text) => return out.write_str(text),
        Val::Number(number) => number::write(number, out)?,
        Val::Bool(bool) => out.write_str(if bool { "true" } else { "false" })?,
        Val::Date(date) => date.write_iso(out)?,
        Val::Binary(bytes) => out.write_str(&String::from_utf8_lossy(bytes))?,
        Val::Array(list) => {
            for (index, item) in list.iter().enumerate() {
                if index > 0 {
                    out.write_char(',')?;
                }
                append(item, out, limit)?;
            }
        }
        Val::Collection(_) => out.write_str("{object}")?,
    }
    if out.length() > limit { Err(fmt::Error) } else { Ok(()) }
}

/// Appends the text form (iml.md §6.2) as long as `out` stays within `limit` bytes; false when it would not.
pub(crate) fn append_text(value: Val<'_>, out: &mut String, limit: usize) -> bool {
    append(value, out, limit).is_ok()
}

impl<'a> Evaluation<'a> {
    /// Counts `steps` towards the bound on work.
    #[inline]
    pub(crate) fn spend(&self, steps: u64, span: Span) -> Outcome<'static, ()> {
        let (left, overdrawn) = self.steps_left.get().overflowing_sub(steps);
        if overdrawn {
            return Err(self.too_long(span));
        }
        self.steps_left.set(left);
        Ok(())
    }

    #[cold]
    fn too_long(&self, span: Span) -> Box<Error> {
        self.steps_left.set(0);
        let message = format!("the evaluation takes more than {} steps", self.options.steps);
        Box::new(Error::new("limit-steps", message, span))
    }

    /// Counts `bytes` towards the bound on what is made.
    #[inline]
    pub(crate) fn account(&self, bytes: usize, span: Span) -> Outcome<'static, ()> {
        let (left, overdrawn) = self.bytes_left.get().overflowing_sub(bytes);
        if overdrawn {
            return Err(self.too_much(span));
        }
        self.bytes_left.set(left);
        Ok(())
    }

    #[cold]
    pub(super) fn too_much(&self, span: Span) -> Box<Error> {
        self.bytes_left.set(0);
        let message = format!("the evaluation makes more than {} bytes", self.options.output_bytes);
        Box::new(Error::new("limit-output", message, span))
    }

    /// What has a text form: a date beyond what JavaScript's holds has none (iml.md §6.2).
    fn has_text(&self, value: Val<'_>, span: Span) -> Outcome<'static, ()> {
        match value {
            Val::Collection(_) | Val::Array(_) if self.remarks.is_some() => {
                self.remark_text_of(value, span);
                Ok(())
            }
            Val::Date(date) if Date::from_millis(date.millis).is_none() => {
                let message = format!("a date {} milliseconds from 1970 is not valid", date.millis);
                Err(Box::new(Error::new("invalid-date", message, span)))
            }
            _ => Ok(()),
        }
    }

    /// Appends the text form of `value` to `out`, within the bound on output.
    #[inline]
    pub(crate) fn write_text(&self, value: Val<'_>, out: &mut String, span: Span) -> Outcome<'static, ()> {
        match value {
            // What most values are.
            Val::Text(text) if text.len() <= self.options.output_bytes.saturating_sub(out.len()) => {
                out.push_str(text);
                Ok(())
            }
            _ => self.write_text_form(value, out, span),
        }
    }

    fn write_text_form(&self, value: Val<'_>, out: &mut String, span: Span) -> Outcome<'static, ()> {
        self.has_text(value, span)?;
        append(value, out, self.options.output_bytes).map_err(|fmt::Error| self.too_much(span))
    }

    /// The text form of `value`; text is given as it is.
    pub(crate) fn text(&'a self, value: Val<'a>, span: Span) -> Outcome<'a, &'a str> {
        match value {
            Val::Text(text) => Ok(text),
            Val::Undefined | Val::Null | Val::EmptyString => Ok(""),
            Val::Bool(bool) => Ok(if bool { "true" } else { "false" }),
            _ => {
                let mut text = TextBuilder::new(self, span);
                text.push(value)?;
                match text.finish()? {
                    Val::Text(text) => Ok(text),
                    _ => unreachable!("a text builder gives a text"),
                }
            }
        }
    }

    /// A text made on the way.
    pub(crate) fn made_text(&'a self, text: impl AsRef<str>, span: Span) -> Outcome<'a> {
        let text = text.as_ref();
        self.account(text.len(), span)?;
        Ok(Val::Text(self.arena.alloc_str(text)))
    }

    /// A buffer made on the way.
    pub(crate) fn made_binary(&'a self, bytes: impl AsRef<[u8]>, span: Span) -> Outcome<'a> {
        let bytes = bytes.as_ref();
        self.account(bytes.len(), span)?;
        Ok(Val::Binary(self.arena.alloc_slice_copy(bytes)))
    }

    /// An array made on the way.
    pub(crate) fn made_array(&'a self, items: impl IntoIterator<Item = Val<'a>>, span: Span) -> Outcome<'a> {
        let items = items.into_iter();
        let mut made = ArrayBuilder::new(self, items.size_hint().0, span)?;
        for item in items {
            made.push(item)?;
        }
        Ok(made.finish())
    }

    /// A collection made on the way; of two members with one name the later wins, at the earlier's place.
    pub(crate) fn made_collection(
        &'a self,
        members: impl IntoIterator<Item = (&'a str, Val<'a>)>,
        span: Span,
    ) -> Outcome<'a> {
        let mut made: ArenaVec<'a, (&'a str, Val<'a>)> = ArenaVec::new_in(self.arena);
        let mut places = std::collections::HashMap::new();
        for (name, value) in members {
            self.account(size_of::<(&str, Val<'_>)>(), span)?;
            match places.insert(name, made.len()) {
                None => made.push((name, value)),
                Some(place) => {
                    made[place].1 = value;
                    places.insert(name, place);
                }
            }
        }
        Ok(Val::Collection(Members::Made(made.into_bump_slice())))
    }

    /// The owned value, within the bound on output.
    pub(crate) fn to_value(&self, value: Val<'_>, span: Span) -> Outcome<'static, Value> {
        Ok(match value {
            Val::Undefined => Value::Undefined,
            Val::Null => Value::Null,
            Val::Bool(bool) => Value::Bool(bool),
            Val::Number(number) => Value::Number(number),
            Val::EmptyString => Value::EmptyString,
            Val::Date(date) => Value::Date(date),
            Val::Text(text) => {
                self.account(text.len(), span)?;
                Value::Text(text.to_owned())
            }
            Val::Binary(bytes) => {
                self.account(bytes.len(), span)?;
                Value::Binary(bytes.to_vec())
            }
            Val::Array(list) => {
                let mut items = Vec::with_capacity(list.len());
                for item in list.iter() {
                    self.account(size_of::<Value>(), span)?;
                    items.push(self.to_value(item, span)?);
                }
                Value::Array(items)
            }
            Val::Collection(members) => {
                let mut owned = Collection::new();
                for (name, member) in members.iter() {
                    self.account(size_of::<(String, Value)>() + name.len(), span)?;
                    owned.insert(name, self.to_value(member, span)?);
                }
                Value::Collection(owned)
            }
        })
    }

    /// A copy of an owned value that lives as long as the evaluation.
    pub(crate) fn keep(&'a self, value: &Value, span: Span) -> Outcome<'a> {
        match value {
            Value::Undefined => Ok(Val::Undefined),
            Value::Null => Ok(Val::Null),
            Value::Bool(bool) => Ok(Val::Bool(*bool)),
            Value::Number(number) => Ok(Val::Number(*number)),
            Value::EmptyString => Ok(Val::EmptyString),
            Value::Date(date) => Ok(Val::Date(*date)),
            Value::Text(text) => self.made_text(text, span),
            Value::Binary(bytes) => self.made_binary(bytes, span),
            Value::Array(items) => {
                let items = items.iter().map(|item| self.keep(item, span)).collect::<Result<Vec<_>, _>>()?;
                self.made_array(items, span)
            }
            Value::Collection(members) => {
                let mut kept = Vec::with_capacity(members.len());
                for (name, value) in members.iter() {
                    self.account(name.len(), span)?;
                    kept.push((&*self.arena.alloc_str(name), self.keep(value, span)?));
                }
                self.made_collection(kept, span)
            }
        }
    }
}
