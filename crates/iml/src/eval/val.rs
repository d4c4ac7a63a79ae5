//! `Val`: a value during an evaluation, cheap to copy. What variables hold is borrowed from them; what
//! is made on the way lives in the evaluation's arena.

use crate::value::{Collection, Date, Value, in_javascript_order};

/// A value during an evaluation. `Copy`: texts and lists are references.
///
/// The tag fills a word: else a copy would move the bytes beside it in odd pieces, and wait for each.
#[derive(Debug, Clone, Copy)]
#[repr(u64)]
pub(crate) enum Val<'a> {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(&'a str),
    /// Make's `emptystring`: prints as nothing, yet truthy and not empty.
    EmptyString,
    Date(Date),
    Binary(&'a [u8]),
    Array(List<'a>),
    Collection(Members<'a>),
}

impl<'a> Val<'a> {
    /// JavaScript's truthiness (iml.md §6.5).
    #[inline]
    pub(crate) fn truthy(self) -> bool {
        match self {
            Val::Undefined | Val::Null => false,
            Val::Bool(bool) => bool,
            Val::Number(number) => number != 0.0 && !number.is_nan(),
            Val::Text(text) => !text.is_empty(),
            _ => true,
        }
    }

    /// True for null and undefined.
    #[inline]
    pub(crate) fn is_nullish(self) -> bool {
        matches!(self, Val::Undefined | Val::Null)
    }

    /// What a message calls a value of this kind.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Val::Undefined => "undefined",
            Val::Null => "null",
            Val::Bool(_) => "boolean",
            Val::Number(_) => "number",
            Val::Text(_) | Val::EmptyString => "text",
            Val::Date(_) => "date",
            Val::Binary(_) => "buffer",
            Val::Array(_) => "array",
            Val::Collection(_) => "collection",
        }
    }

    /// The member `name`: of a collection by its name, of an array by its position counted from 1;
    /// undefined when there is none, and of anything else (iml.md §8).
    #[inline]
    pub(crate) fn member(self, name: &str) -> Val<'a> {
        match self {
            Val::Collection(members) => members.get(name).unwrap_or(Val::Undefined),
            Val::Array(list) => position(name).map_or(Val::Undefined, |position| list.position(position)),
            _ => Val::Undefined,
        }
    }

    /// The item at a 1-based `position`, negative from the end; of a collection the member of that name.
    pub(crate) fn item(self, position: i64) -> Val<'a> {
        match self {
            Val::Array(list) => list.position(position),
            Val::Collection(members) => members.get(&position.to_string()).unwrap_or(Val::Undefined),
            _ => Val::Undefined,
        }
    }

    /// Walks a dotted path such as `u.n` or `2.name`, as `get`, `map` and `sort` take it: positions
    /// count from 1, and a member whose name is the whole path wins.
    pub(crate) fn dotted(self, path: &str) -> Val<'a> {
        if let Val::Collection(members) = self
            && let Some(value) = members.get(path)
        {
            return value;
        }
        path.split('.').fold(self, |value, name| value.member(name))
    }
}

/// `name` as a position, when it is digits and nothing else.
fn position(name: &str) -> Option<i64> {
    let digits = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit());
    if digits { name.parse().ok() } else { None }
}

impl<'a> From<&'a Value> for Val<'a> {
    #[inline]
    fn from(value: &'a Value) -> Self {
        // What most values are comes first: quicker to tell than by a jump through a table.
        if let Value::Text(text) = value {
            return Val::Text(text);
        }
        match value {
            Value::Undefined => Val::Undefined,
            Value::Null => Val::Null,
            Value::Bool(bool) => Val::Bool(*bool),
            Value::Number(number) => Val::Number(*number),
            Value::Text(text) => Val::Text(text),
            Value::EmptyString => Val::EmptyString,
            Value::Date(date) => Val::Date(*date),
            Value::Binary(bytes) => Val::Binary(bytes),
            Value::Array(items) => Val::Array(List::Given(items)),
            Value::Collection(members) => Val::Collection(Members::Given(members)),
        }
    }
}

/// The items of an array: a variable's, or made on the way.
#[derive(Debug, Clone, Copy)]
pub(crate) enum List<'a> {
    /// Borrowed from a variable.
    Given(&'a Vec<Value>),
    /// Made during the evaluation.
    Made(&'a [Val<'a>]),
}

impl<'a> List<'a> {
    /// An array without items.
    pub(crate) const EMPTY: List<'static> = List::Made(&[]);

    pub(crate) fn len(self) -> usize {
        match self {
            List::Given(items) => items.len(),
            List::Made(items) => items.len(),
        }
    }

    /// The item at `index`, counted from 0.
    pub(crate) fn get(self, index: usize) -> Option<Val<'a>> {
        match self {
            List::Given(items) => items.get(index).map(Val::from),
            List::Made(items) => items.get(index).copied(),
        }
    }

    /// The item at `position`, counted from 1; negative from the end; 0 is undefined (iml.md §8).
    pub(crate) fn position(self, position: i64) -> Val<'a> {
        let index = match position {
            1.. => usize::try_from(position - 1).ok(),
            0 => None,
            _ => usize::try_from(position.unsigned_abs()).ok().and_then(|back| self.len().checked_sub(back)),
        };
        index.and_then(|index| self.get(index)).unwrap_or(Val::Undefined)
    }

    pub(crate) fn iter(self) -> Items<'a> {
        match self {
            List::Given(items) => Items::Given(items.iter()),
            List::Made(items) => Items::Made(items.iter()),
        }
    }

    /// Hands every item to `each` until one fails. Where speed counts, better than a loop over [`List::iter`], which
    /// asks at each item anew which list it is in.
    #[inline]
    pub(crate) fn try_each<E>(self, mut each: impl FnMut(Val<'a>) -> Result<(), E>) -> Result<(), E> {
        match self {
            List::Given(items) => items.iter().try_for_each(|item| each(Val::from(item))),
            List::Made(items) => items.iter().try_for_each(|item| each(*item)),
        }
    }

    /// Whether both are the same array, not merely alike.
    pub(crate) fn same(self, other: List<'_>) -> bool {
        match (self, other) {
            (List::Given(left), List::Given(right)) => std::ptr::eq(left, right),
            (List::Made(left), List::Made(right)) => std::ptr::eq(left, right) && !left.is_empty(),
            _ => false,
        }
    }
}

/// The items of a list, one after another.
#[derive(Debug, Clone)]
pub(crate) enum Items<'a> {
    Given(std::slice::Iter<'a, Value>),
    Made(std::slice::Iter<'a, Val<'a>>),
}

impl<'a> Iterator for Items<'a> {
    type Item = Val<'a>;

    #[inline]
    fn next(&mut self) -> Option<Val<'a>> {
        match self {
            Items::Given(items) => items.next().map(Val::from),
            Items::Made(items) => items.next().copied(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        match self {
            Items::Given(items) => items.size_hint(),
            Items::Made(items) => items.size_hint(),
        }
    }

    /// Sums and the like ask once which list it is.
    #[inline]
    fn fold<B, F: FnMut(B, Val<'a>) -> B>(self, start: B, mut fold: F) -> B {
        match self {
            Items::Given(items) => items.fold(start, |folded, item| fold(folded, Val::from(item))),
            Items::Made(items) => items.fold(start, |folded, item| fold(folded, *item)),
        }
    }
}

impl DoubleEndedIterator for Items<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        match self {
            Items::Given(items) => items.next_back().map(Val::from),
            Items::Made(items) => items.next_back().copied(),
        }
    }
}

impl ExactSizeIterator for Items<'_> {}

/// The members of a collection: a variable's, or made on the way.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Members<'a> {
    /// Borrowed from a variable.
    Given(&'a Collection),
    /// Made during the evaluation; names are unique.
    Made(&'a [(&'a str, Val<'a>)]),
}

impl<'a> Members<'a> {
    pub(crate) fn len(self) -> usize {
        match self {
            Members::Given(members) => members.len(),
            Members::Made(members) => members.len(),
        }
    }

    #[inline]
    pub(crate) fn get(self, name: &str) -> Option<Val<'a>> {
        match self {
            Members::Given(members) => members.get(name).map(Val::from),
            Members::Made(members) => members.iter().find(|(member, _)| *member == name).map(|(_, value)| *value),
        }
    }

    /// The members in order.
    pub(crate) fn iter(self) -> impl Iterator<Item = (&'a str, Val<'a>)> + Clone {
        let (given, made) = match self {
            Members::Given(members) => (Some(members), [].as_slice()),
            Members::Made(members) => (None, members),
        };
        let given = given.into_iter().flat_map(Collection::iter).map(|(name, value)| (name, Val::from(value)));
        given.chain(made.iter().copied())
    }

    /// The members as JavaScript enumerates those of an object: see [`Collection::in_javascript_order`].
    pub(crate) fn enumerated(self) -> impl Iterator<Item = (&'a str, Val<'a>)> {
        in_javascript_order(self.iter())
    }

    /// Whether both are the same collection, not merely alike.
    pub(crate) fn same(self, other: Members<'_>) -> bool {
        match (self, other) {
            (Members::Given(left), Members::Given(right)) => std::ptr::eq(left, right),
            (Members::Made(left), Members::Made(right)) => std::ptr::eq(left, right) && !left.is_empty(),
            _ => false,
        }
    }
}
