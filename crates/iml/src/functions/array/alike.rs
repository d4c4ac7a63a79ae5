//! When two items count as the same: collections and arrays by deep equality, all else by text form. Sets of items
//! keep the functions that look for repetitions linear.

use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};

use crate::eval::{Members, Val, same_text_form};

/// Up to so many items, comparing one after the other is faster than hashing them.
pub(super) const SCANNED: usize = 16;

/// An item, equal to every item alike.
#[derive(Clone, Copy)]
pub(super) struct Alike<'a>(pub(super) Val<'a>);

impl PartialEq for Alike<'_> {
    fn eq(&self, other: &Self) -> bool {
        alike(self.0, other.0)
    }
}

impl Eq for Alike<'_> {}

impl Hash for Alike<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        hash(self.0, state);
    }
}

/// Whether one of `items` is like `wanted`. Most items are texts: those are compared in place.
#[inline]
pub(super) fn any_alike(items: &[Val<'_>], wanted: Val<'_>) -> bool {
    let Val::Text(wanted_text) = wanted else { return items.iter().any(|item| alike(*item, wanted)) };
    items.iter().any(|item| match *item {
        Val::Text(text) => text == wanted_text,
        other => alike_otherwise(other, wanted),
    })
}

#[inline]
fn alike(left: Val<'_>, right: Val<'_>) -> bool {
    match (left, right) {
        (Val::Text(left), Val::Text(right)) => left == right,
        _ => alike_otherwise(left, right),
    }
}

fn alike_otherwise(left: Val<'_>, right: Val<'_>) -> bool {
    match (left, right) {
        (Val::Collection(_) | Val::Array(_), _) | (_, Val::Collection(_) | Val::Array(_)) => deeply_equal(left, right),
        _ => same_text_form(left, right),
    }
}

/// Equality within collections and arrays: of values of one kind only, so that 1 is not `"1"`. NaN equals itself.
fn deeply_equal(left: Val<'_>, right: Val<'_>) -> bool {
    match (left, right) {
        (Val::Collection(left), Val::Collection(right)) => left.len() == right.len() && same_members(left, right),
        (Val::Array(left), Val::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right.iter()).all(|(left, right)| deeply_equal(left, right))
        }
        (Val::Undefined, Val::Undefined) | (Val::Null, Val::Null) | (Val::EmptyString, Val::EmptyString) => true,
        (Val::Bool(left), Val::Bool(right)) => left == right,
        (Val::Number(left), Val::Number(right)) => left == right || (left.is_nan() && right.is_nan()),
        (Val::Text(left), Val::Text(right)) => left == right,
        (Val::Date(left), Val::Date(right)) => left == right,
        (Val::Binary(left), Val::Binary(right)) => left == right,
        _ => false,
    }
}

/// Whether every member of `left` has its equal in `right`. Collections made on the way have no index, so that
/// large ones get one here.
fn same_members(left: Members<'_>, right: Members<'_>) -> bool {
    if left.len() <= SCANNED {
        return left.iter().all(|(name, value)| right.get(name).is_some_and(|other| deeply_equal(value, other)));
    }
    let right: HashMap<&str, Val<'_>> = right.iter().collect();
    left.iter().all(|(name, value)| right.get(name).is_some_and(|other| deeply_equal(value, *other)))
}

/// What is alike has the same hash: of a collection the order of the members does not count, so only
/// their number and names do, summed up.
fn hash<H: Hasher>(value: Val<'_>, state: &mut H) {
    match value {
        Val::Collection(members) => {
            let one = |(name, value): (&str, Val<'_>)| {
                let mut hasher = std::hash::DefaultHasher::new();
                name.hash(&mut hasher);
                hash(value, &mut hasher);
                hasher.finish()
            };
            members.iter().map(one).fold(0u64, u64::wrapping_add).hash(state);
        }
        Val::Array(list) => list.iter().for_each(|item| hash(item, state)),
        Val::Text(text) => text.hash(state),
        Val::Undefined | Val::Null | Val::EmptyString => "".hash(state),
        Val::Bool(bool) => bool.to_string().hash(state),
        Val::Number(number) => crate::number::to_text(number).hash(state),
        Val::Date(date) => date.to_iso().hash(state),
        Val::Binary(bytes) => String::from_utf8_lossy(bytes).hash(state),
    }
}

/// A set of items: a list in place while it is small.
#[expect(clippy::large_enum_variant, reason = "a set lives as long as one call and never moves; no allocation pays")]
pub(super) enum Items<'a> {
    Few { items: [Val<'a>; SCANNED], count: usize },
    Many(HashSet<Alike<'a>>),
}

impl<'a> Items<'a> {
    /// An empty set that is to hold up to `capacity` items.
    pub(super) fn with_capacity(capacity: usize) -> Self {
        if capacity <= SCANNED {
            Items::Few { items: [Val::Undefined; SCANNED], count: 0 }
        } else {
            Items::Many(HashSet::with_capacity(capacity))
        }
    }

    /// A set of these items.
    pub(super) fn of(items: impl ExactSizeIterator<Item = Val<'a>>) -> Self {
        let mut set = Self::with_capacity(items.len());
        for item in items {
            set.insert(item);
        }
        set
    }

    pub(super) fn contains(&self, item: Val<'a>) -> bool {
        match self {
            Items::Few { items, count } => any_alike(&items[..*count], item),
            Items::Many(items) => items.contains(&Alike(item)),
        }
    }

    /// Adds the item; false when one alike is there already.
    #[inline]
    pub(super) fn insert(&mut self, item: Val<'a>) -> bool {
        match self {
            Items::Many(items) => items.insert(Alike(item)),
            Items::Few { items, count } => {
                let is_new = !any_alike(&items[..*count], item);
                if is_new {
                    items[*count] = item;
                    *count += 1;
                }
                is_new
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Collection, Value};

    #[test]
    fn few_and_many_answer_alike() {
        let members = |names: [&str; 2]| -> Value {
            let members: Collection = names.into_iter().map(|name| (name, name.to_owned())).collect();
            members.into()
        };
        let values = [
            Value::Number(1.0),
            Value::from("1"),
            Value::Null,
            Value::EmptyString,
            Value::Number(f64::NAN),
            Value::from("NaN"),
            Value::Number(-0.0),
            Value::Number(0.0),
            Value::Bool(true),
            Value::from("true"),
            Value::Binary(b"true".to_vec()),
            members(["a", "b"]),
            members(["b", "a"]),
            members(["a", "c"]),
            Value::Array(vec![]),
            Value::Array(vec![Value::Null]),
            Value::from("{object}"),
        ];
        for left in &values {
            for right in &values {
                let (left, right) = (Val::from(left), Val::from(right));
                let (mut few, mut many) = (Items::with_capacity(1), Items::with_capacity(100));
                assert!(few.insert(left) && many.insert(left));
                assert_eq!(few.contains(right), many.contains(right), "{left:?} {right:?}");
            }
        }
    }
}
