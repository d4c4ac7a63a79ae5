//! `distinct`: an array without repetitions.

use crate::eval::{Outcome, Val, same_text_form};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "distinct",
    family: Family::Array,
    signature: "distinct(array, [key])",
    doc: "Gives the array without repetitions, the first of each kept: collections and arrays are compared \
          deeply, all else by text form. With a key (a dotted path) only that property is compared.",
    arguments: Arguments::between(1, 2),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{distinct(l)}}", r#"{"l": [1, 2, 1]}"#, "[1, 2]"),
        Example::new("{{distinct(l)}}", r#"{"l": [{"a": 1}, {"a": 1}]}"#, r#"[{"a": 1}]"#),
        Example::new("{{distinct(l, 'u.n')}}", r#"{"l": [{"u": {"n": 1}, "x": 1}, {"u": {"n": 1}, "x": 2}]}"#, r#"[{"u": {"n": 1}, "x": 1}]"#),
        Example::error("{{distinct('a')}}", "{}", "'a' is not a valid array"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let (list, key) = (call.list(0)?, call.optional_text(1)?);
    let compared = |item: Val<'a>| key.map_or(item, |key| item.dotted(key));
    let mut kept: Vec<(Val<'a>, Val<'a>)> = Vec::with_capacity(list.len());
    for item in list.iter() {
        call.spend(kept.len() + 1)?;
        let value = compared(item);
        if !kept.iter().any(|(_, known)| alike(*known, value)) {
            kept.push((item, value));
        }
    }
    call.make_array(kept.into_iter().map(|(item, _)| item))
}

/// Collections and arrays deeply, all else by text form.
fn alike(left: Val<'_>, right: Val<'_>) -> bool {
    match (left, right) {
        (Val::Collection(left), Val::Collection(right)) => {
            left.len() == right.len()
                && left.iter().all(|(name, value)| right.get(name).is_some_and(|other| alike(value, other)))
        }
        (Val::Array(left), Val::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right.iter()).all(|(left, right)| alike(left, right))
        }
        (Val::Collection(_) | Val::Array(_), _) | (_, Val::Collection(_) | Val::Array(_)) => false,
        _ => same_text_form(left, right),
    }
}
