//! Dotted paths into answers (`response_notation`, `store_data`, `data_from`), as ChiefOnboarding walks them.

use serde_json::Value;

/// Walks `path`; an empty one is the value itself. A member or an element that is not there, a position that is no
/// number, a step into what has no members: all of that is nothing, as in the original, which may wait for it to come.
pub(crate) fn look_up<'v>(path: &str, value: &'v Value) -> Option<&'v Value> {
    if path.is_empty() {
        return Some(value);
    }
    path.split('.').try_fold(value, |value, step| match value {
        Value::Object(members) => members.get(step),
        Value::Array(elements) => element(elements, step.trim().parse().ok()?),
        _ => None,
    })
}

/// An element by its position, counted from the end where it is negative.
fn element(elements: &[Value], position: i64) -> Option<&Value> {
    let at = match usize::try_from(position) {
        Ok(at) => at,
        Err(_) => elements.len().checked_sub(usize::try_from(position.checked_neg()?).ok()?)?,
    };
    elements.get(at)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_are_walked_as_in_the_original() {
        let answer = json!({"a": {"b": [1, {"c": null}]}, "": 7, "t": "x"});
        for (path, expected) in [
            ("a.b.0", Some(json!(1))),
            ("a.b.-1.c", Some(json!(null))),
            ("a.b. 1 .c", Some(json!(null))),
            ("", Some(answer.clone())),
            ("a.b.2", None),
            ("a.b.-3", None),
            ("a.b.-9223372036854775808", None),
            ("nobody", None),
            ("a.b.x", None),
            ("a.b.1.5", None),
            ("t.y", None),
            ("t.0", None),
            ("a.b.1.c.d", None),
        ] {
            assert_eq!(look_up(path, &answer).cloned(), expected, "{path}");
        }
    }
}
