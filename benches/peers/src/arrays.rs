//! Functions over arrays of 10, 1,000 and 100,000 items, beside the same work by hand over the same values.
//!
//! A large array no longer fits into the processor's caches, so that every program needs more time for each of its
//! items. What tells whether the cost is linear is the ratio to the work by hand: it must not grow with the array.

use std::collections::HashSet;
use std::hint::black_box;

use connspec_iml::{Collection, FixedHost, Scope, Template, Value};

use crate::engine::{Loop, keep, looped};

pub const SIZES: [usize; 3] = [10, 1_000, 100_000];

/// A template that tells a length, so that no time goes into copying a result out, and the same by hand.
struct Case {
    name: &'static str,
    template: &'static str,
    by_hand: fn(people: &[Value], names: &[Value]) -> usize,
}

const CASES: [Case; 7] = [
    Case {
        name: "`map`",
        template: "{{length(map(people, 'address.city'))}}",
        by_hand: |people, _| {
            people.iter().map(|person| member(member(person, "address"), "city")).collect::<Vec<_>>().len()
        },
    },
    Case {
        name: "`map` with a filter",
        template: "{{length(map(people, 'name', 'even', 'true'))}}",
        by_hand: |people, _| {
            let even = people.iter().filter(|person| member(person, "even") == &Value::Bool(true));
            even.map(|person| member(person, "name")).collect::<Vec<_>>().len()
        },
    },
    Case {
        name: "`sort` by a member",
        template: "{{length(sort(people, 'asc', 'name'))}}",
        by_hand: |people, _| {
            let mut sorted: Vec<_> = people.iter().map(|person| (text(member(person, "name")), person)).collect();
            sorted.sort_by_key(|(name, _)| *name);
            sorted.into_iter().map(|(_, person)| person).collect::<Vec<_>>().len()
        },
    },
    Case {
        name: "`distinct` of texts",
        template: "{{length(distinct(names))}}",
        by_hand: |_, names| {
            let mut seen = HashSet::with_capacity(names.len());
            names.iter().filter(|name| seen.insert(text(name))).collect::<Vec<_>>().len()
        },
    },
    Case {
        name: "`distinct` of collections",
        template: "{{length(distinct(people))}}",
        by_hand: |people, _| {
            let mut seen = HashSet::with_capacity(people.len());
            let same = |person: &Value| {
                let even = member(person, "even") == &Value::Bool(true);
                (
                    text(member(person, "name")).to_owned(),
                    even,
                    text(member(member(person, "address"), "city")).to_owned(),
                )
            };
            people.iter().filter(|person| seen.insert(same(person))).collect::<Vec<_>>().len()
        },
    },
    Case {
        name: "`merge`",
        template: "{{length(merge(names, names))}}",
        by_hand: |_, names| names.iter().chain(names).collect::<Vec<_>>().len(),
    },
    Case {
        name: "`join`",
        template: "{{length(join(names, ' '))}}",
        by_hand: |_, names| {
            let mut joined = String::with_capacity(names.len() * 10);
            for (at, name) in names.iter().enumerate() {
                if at > 0 {
                    joined.push(' ');
                }
                joined.push_str(text(name));
            }
            joined.len()
        },
    },
];

fn member<'v>(value: &'v Value, name: &str) -> &'v Value {
    value.as_collection().and_then(|members| members.get(name)).unwrap_or(&Value::Undefined)
}

fn text(value: &Value) -> &str {
    if let Value::Text(text) = value { text } else { "" }
}

/// Names that are all different and in no order.
fn name(at: usize) -> String {
    format!("n{:08x}", (at as u32).wrapping_mul(0x9e37_79b9))
}

fn person(at: usize) -> Value {
    let address: Collection = [("city", Value::from(name(at)))].into_iter().collect();
    let members: [(&str, Value); 3] =
        [("name", name(at).into()), ("even", Value::Bool(at.is_multiple_of(2))), ("address", address.into())];
    let members: Collection = members.into_iter().collect();
    members.into()
}

/// For each case its name and, for each size, how to run it in connspec and by hand; both give the same, which is
/// checked here.
pub fn works() -> Vec<(&'static str, Vec<[Loop; 2]>)> {
    let host = keep(FixedHost::new(0, "UTC", 1));
    let arrays = SIZES.map(|size| -> (&'static Value, &'static Value) {
        (
            keep(Value::Array((0..size).map(person).collect())),
            keep(Value::Array((0..size).map(|at| name(at).into()).collect())),
        )
    });
    let items = |array: &'static Value| if let Value::Array(items) = array { items.as_slice() } else { &[] };
    let work = |case: &Case| {
        let template = keep(Template::parse(case.template));
        let by_hand = case.by_hand;
        let loops = arrays.iter().map(|&(people, names)| {
            let scope = keep(Scope::new().with("people", people).with("names", names));
            let result = template.eval(scope, host).expect("the template evaluates");
            assert_eq!(result, Value::Number(by_hand(items(people), items(names)) as f64), "{}", case.template);
            [
                looped(move || template.eval(black_box(scope), host)),
                looped(move || by_hand(black_box(items(people)), black_box(items(names)))),
            ]
        });
        (case.name, loops.collect())
    };
    CASES.iter().map(work).collect()
}
