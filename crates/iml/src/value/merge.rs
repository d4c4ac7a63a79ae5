//! Deep merging as `temp` and `data` need it: lodash's `merge` (iml.md §3).

use super::Value;

impl Value {
    /// Merges `self` into `target`: collections member by member, arrays index by index (never
    /// shrinking), anything else replaces; undefined is skipped, null is written.
    pub fn merge_into(&self, target: &mut Value) {
        match (self, &mut *target) {
            (Value::Undefined, _) => {}
            (Value::Collection(source), Value::Collection(members)) => {
                for (name, value) in source.iter() {
                    match members.get_mut(name) {
                        Some(existing) => value.merge_into(existing),
                        None => {
                            members.insert(name, without_undefined(value));
                        }
                    }
                }
            }
            (Value::Array(source), Value::Array(items)) => {
                for (index, value) in source.iter().enumerate() {
                    match items.get_mut(index) {
                        Some(existing) => value.merge_into(existing),
                        None => items.push(without_undefined(value)),
                    }
                }
            }
            _ => *target = without_undefined(self),
        }
    }
}

/// A copy in which undefined members are left out, as a merge into nothing would leave them.
fn without_undefined(value: &Value) -> Value {
    match value {
        Value::Collection(members) => {
            let kept = members.iter().filter(|(_, value)| !value.is_undefined());
            Value::Collection(kept.map(|(name, value)| (name, without_undefined(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(without_undefined).collect()),
        _ => value.clone(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn merged(target: serde_json::Value, source: serde_json::Value) -> serde_json::Value {
        let mut target = Value::from_tagged(&target);
        Value::from_tagged(&source).merge_into(&mut target);
        target.to_tagged()
    }

    #[test]
    fn merges_as_lodash_does() {
        let undefined = json!({"$undefined": true});
        let table = [
            (json!({"a": {"x": 1}}), json!({"a": {"y": 2}}), json!({"a": {"x": 1, "y": 2}})),
            (json!({"a": 1}), json!({"a": undefined}), json!({"a": 1})),
            (json!({"a": 1}), json!({"a": null}), json!({"a": null})),
            (json!({"a": [1, 2, 3]}), json!({"a": [9]}), json!({"a": [9, 2, 3]})),
            (json!({"a": [1]}), json!({"a": [undefined, 2]}), json!({"a": [1, 2]})),
            (json!({"a": [1]}), json!({"a": {"x": 1}}), json!({"a": {"x": 1}})),
            (json!({}), json!({"b": {"c": undefined, "d": 1}}), json!({"b": {"d": 1}})),
        ];
        for (target, source, expected) in table {
            assert_eq!(merged(target, source), expected);
        }
    }
}
