//! `sort`: an array in order.

use std::cmp::Ordering;

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "sort",
    family: Family::Array,
    signature: "sort(array, [order], [key])",
    doc: "Gives the items in order: `asc` (the default), `desc`, or without regard to case `asc ci` and `desc ci`. \
          Numbers and dates by size, texts by code unit, null last in either direction; equal ones keep their \
          order. With a key (a dotted path) by that property; a second argument that is no order is the key.",
    arguments: Arguments::between(1, 3),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{sort(l)}}", r#"{"l": [10, 9, 1]}"#, "[1, 9, 10]"),
        Example::new("{{sort(l; 'desc')}}", r#"{"l": [3, null, 1, 2]}"#, "[3, 2, 1, null]"),
        Example::new("{{sort(l)}}", r#"{"l": ["b", null, "A", "a", "B"]}"#, r#"["A", "B", "a", "b", null]"#),
        Example::new("{{sort(l; 'asc ci')}}", r#"{"l": ["b", "A", "a", "B"]}"#, r#"["A", "a", "b", "B"]"#),
        Example::new("{{sort(l; 'desc ci')}}", r#"{"l": ["b", "A", "a", "B"]}"#, r#"["b", "B", "A", "a"]"#),
        Example::new(
            "{{sort(l; 'desc'; 'u.n')}}",
            r#"{"l": [{"u": {"n": 1}}, {"u": {"n": 2}}]}"#,
            r#"[{"u": {"n": 2}}, {"u": {"n": 1}}]"#,
        ),
        Example::new(
            "{{sort(l; 'name')}}",
            r#"{"l": [{"name": "b"}, {"name": "a"}]}"#,
            r#"[{"name": "a"}, {"name": "b"}]"#,
        ),
        Example::new("{{sort(l)}}", r#"{"l": ["\uFFFD", "😀"]}"#, r#"["😀", "\uFFFD"]"#),
        Example::new(
            "{{sort(l)}}",
            r#"{"l": [{"$date": "2024-01-02T00:00:00Z"}, {"$date": "2024-01-01T00:00:00Z"}]}"#,
            r#"[{"$date": "2024-01-01T00:00:00Z"}, {"$date": "2024-01-02T00:00:00Z"}]"#,
        ),
        Example::new("{{sort(l)}}", r#"{"l": ["10", 9]}"#, r#"[9, "10"]"#),
        Example::new("{{sort(l)}}", r#"{"l": null}"#, "[]"),
        Example::error("{{sort('cab')}}", "{}", "'cab' is not a valid array"),
    ],
    run: Run::Eager(run),
};

/// What the second argument may say.
struct Order {
    descending: bool,
    ignores_case: bool,
}

impl Order {
    const ASCENDING: Order = Order { descending: false, ignores_case: false };

    fn named(word: &str) -> Option<Order> {
        Some(match word {
            "asc" => Order::ASCENDING,
            "desc" => Order { descending: true, ..Order::ASCENDING },
            "asc ci" => Order { ignores_case: true, ..Order::ASCENDING },
            "desc ci" => Order { descending: true, ignores_case: true },
            _ => return None,
        })
    }
}

/// An item beside what it is sorted by.
#[derive(Clone, Copy)]
struct Entry<'a> {
    sorted_by: Val<'a>,
    item: Val<'a>,
}

impl<'a> Entry<'a> {
    /// The text it is sorted by, when it is one, and the item.
    fn text(&self) -> Option<(&'a str, Val<'a>)> {
        if let Val::Text(text) = self.sorted_by { Some((text, self.item)) } else { None }
    }
}

/// The first byte of U+E000 in UTF-8: texts without it or a larger one have the same order in bytes and in code units.
const FIRST_OF_E000: u8 = 0xee;

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let list = call.list(0)?;
    let (order, key) = order_and_key(call)?;
    call.spend(list.len())?;
    let (mut entries, mut last) = (Vec::with_capacity(list.len()), Vec::new());
    for item in list.iter() {
        match key.map_or(item, |key| item.dotted(key)) {
            Val::Undefined | Val::Null => last.push(item),
            Val::Text(text) if order.ignores_case => {
                entries.push(Entry { sorted_by: call.make_text(text.to_lowercase())?, item });
            }
            sorted_by => entries.push(Entry { sorted_by, item }),
        }
    }
    let directed = |ordering: Ordering| if order.descending { ordering.reverse() } else { ordering };
    let texts: Option<Vec<_>> = entries.iter().map(|entry| entry.text()).collect();
    let sorted = match texts {
        // Texts have a total order, which the standard library sorts fastest.
        Some(mut texts) => {
            let plain = texts.iter().all(|(text, _)| text.bytes().all(|byte| byte < FIRST_OF_E000));
            if plain {
                texts.sort_by(|(left, _), (right, _)| directed(left.cmp(right)));
            } else {
                texts.sort_by(|(left, _), (right, _)| directed(by_code_unit(left, right)));
            }
            texts.into_iter().map(|(_, item)| item).collect::<Vec<_>>()
        }
        None => merge_sort(entries, |left, right| {
            let ordering = match (left.sorted_by, right.sorted_by) {
                (Val::Text(left), Val::Text(right)) => by_code_unit(left, right),
                (left, right) => call.compare(left, right).unwrap_or(Ordering::Equal),
            };
            directed(ordering)
        })
        .into_iter()
        .map(|entry| entry.item)
        .collect(),
    };
    call.make_array(sorted.into_iter().chain(last))
}

/// The second argument is the order, or else the key (iml-tokens.md §6).
fn order_and_key<'a>(call: &Call<'a>) -> Outcome<'a, (Order, Option<&'a str>)> {
    let key = call.optional_text(2)?.filter(|key| !key.is_empty());
    Ok(match call.optional_text(1)?.filter(|word| !word.is_empty()) {
        None => (Order::ASCENDING, key),
        Some(word) => match Order::named(word) {
            Some(order) => (order, key),
            None => (Order::ASCENDING, Some(word)),
        },
    })
}

/// The order of UTF-16 code units, told from UTF-8: the bytes order alike, but for characters beyond U+FFFF, which
/// surrogates put before U+E000 to U+FFFF.
fn by_code_unit(left: &str, right: &str) -> Ordering {
    match left.bytes().zip(right.bytes()).find(|(left, right)| left != right) {
        None => left.len().cmp(&right.len()),
        Some((0xf0.., 0xee | 0xef)) => Ordering::Less,
        Some((0xee | 0xef, 0xf0..)) => Ordering::Greater,
        Some((left, right)) => left.cmp(&right),
    }
}

/// A stable merge sort. JavaScript's `<` is no total order once kinds are mixed (`'a'`, `1` and `'b'`), for
/// which the standard library's sorts may panic.
fn merge_sort<T: Copy>(mut items: Vec<T>, compare: impl Fn(&T, &T) -> Ordering) -> Vec<T> {
    let mut merged = Vec::with_capacity(items.len());
    let mut width = 1;
    while width < items.len() {
        merged.clear();
        for pair in items.chunks(width * 2) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let ([first, left_rest @ ..], [second, right_rest @ ..]) = (left, right) {
                if compare(first, second) == Ordering::Greater {
                    merged.push(*second);
                    right = right_rest;
                } else {
                    merged.push(*first);
                    left = left_rest;
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        std::mem::swap(&mut items, &mut merged);
        width *= 2;
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_units_order_as_in_utf_16() {
        let texts =
            ["", "a", "ab", "b", "é", "\u{7ff}", "\u{d7ff}", "\u{e000}", "\u{ffff}", "😀", "😁", "a😀", "a\u{ffff}"];
        for (left, right) in texts.iter().flat_map(|left| texts.iter().map(move |right| (left, right))) {
            assert_eq!(by_code_unit(left, right), left.encode_utf16().cmp(right.encode_utf16()), "{left} {right}");
        }
    }

    #[test]
    fn the_merge_sort_agrees_with_the_standard_one() {
        let host = crate::FixedHost::new(0, "UTC", 3);
        for length in 0..70 {
            let items: Vec<_> = (0..length).map(|at| ((crate::Host::random(&host) * 10.0) as u8, at)).collect();
            let mut expected = items.clone();
            expected.sort_by_key(|(key, _)| *key);
            assert_eq!(merge_sort(items, |left, right| left.0.cmp(&right.0)), expected);
        }
    }

    #[test]
    fn an_order_that_contradicts_itself_loses_nothing() {
        let items: Vec<_> = (0..1000).collect();
        let mut sorted = merge_sort(items.clone(), |left: &i32, right| ((left * 7) % 5).cmp(&((right * 3) % 11)));
        sorted.sort_unstable();
        assert_eq!(sorted, items);
    }
}
