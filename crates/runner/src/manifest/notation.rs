//! Dotted paths into answers (`response_notation`, `store_data`, `data_from`), as ChiefOnboarding walks them.

use serde_json::Value;

/// What stands at a path.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Looked {
    /// This.
    Found(Value),
    /// Nothing: a member or an element that is not there.
    Missing,
    /// The path goes into what has no members, at which the original breaks off.
    Broken(String),
}

/// Walks `path`; an empty one is the value itself.
pub(crate) fn look_up(path: &str, value: &Value) -> Looked {
    let mut value = value;
    if path.is_empty() {
        return Looked::Found(value.clone());
    }
    for step in path.split('.') {
        let next = match value {
            Value::Object(members) => members.get(step),
            Value::Array(elements) => match step.trim().parse::<i64>() {
                Ok(index) if index < 0 => usize::try_from(-index)
                    .ok()
                    .and_then(|back| elements.len().checked_sub(back))
                    .and_then(|at| elements.get(at)),
                Ok(index) => usize::try_from(index).ok().and_then(|at| elements.get(at)),
                Err(_) => return Looked::Broken(format!("`{step}` of `{path}` is no position in a list")),
            },
            _ => return Looked::Broken(format!("`{step}` of `{path}` stands in something that has no members")),
        };
        match next {
            Some(next) => value = next,
            None => return Looked::Missing,
        }
    }
    Looked::Found(value.clone())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_are_walked_as_in_the_original() {
        let answer = json!({"a": {"b": [1, {"c": null}]}, "": 7, "t": "x"});
        for (path, expected) in [
            ("a.b.0", Looked::Found(json!(1))),
            ("a.b.-1.c", Looked::Found(json!(null))),
            ("a.b.2", Looked::Missing),
            ("a.b.-3", Looked::Missing),
            ("nobody", Looked::Missing),
            ("", Looked::Found(answer.clone())),
        ] {
            assert_eq!(look_up(path, &answer), expected, "{path}");
        }
        for path in ["a.b.x", "t.y", "a.b.1.c.d"] {
            assert!(matches!(look_up(path, &answer), Looked::Broken(_)), "{path}");
        }
    }
}
