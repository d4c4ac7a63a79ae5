//! A value as the text JavaScript's `JSON.stringify` gives (communication.md §5 body; ECMA-262 §25.5.2).

use connspec_iml::Value;

/// The JSON text of `value`: undefined members vanish, the others stand in JavaScript's order, undefined items and numbers JSON lacks are null, dates are
/// ISO texts, buffers Base64.
pub(super) fn text(value: &Value) -> String {
    let mut out = String::new();
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut String) {
    match value {
        // As JavaScript writes it: 9007199254740993 and 1e21 have no other form that it would read the same.
        Value::Number(number) if number.is_finite() => out.push_str(&value.to_text()),
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                write(item, out);
            }
            out.push(']');
        }
        Value::Collection(members) => {
            out.push('{');
            let mut first = true;
            for (name, member) in members.in_javascript_order().filter(|(_, member)| !member.is_undefined()) {
                out.push_str(if first { "" } else { "," });
                first = false;
                out.push_str(&serde_json::Value::from(name).to_string());
                out.push(':');
                write(member, out);
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_json().to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_come_first() {
        // ECMA-262, OrdinaryOwnPropertyKeys.
        let value = Value::from_json(&serde_json::json!({"b": 1, "10": 2, "9": 3, "a": null}));
        assert_eq!(text(&value), r#"{"9":3,"10":2,"b":1,"a":null}"#);
    }

    #[test]
    fn numbers_are_written_as_javascript_writes_them() {
        // ECMA-262 §6.1.6.1.20 Number::toString.
        let table = [
            (0.0, "0"),
            (-0.0, "0"),
            (1.5, "1.5"),
            (9_007_199_254_740_992.0, "9007199254740992"),
            (1e20, "100000000000000000000"),
            (1e21, "1e+21"),
            (1e-7, "1e-7"),
            (f64::NAN, "null"),
            (f64::INFINITY, "null"),
        ];
        for (number, expected) in table {
            assert_eq!(text(&Value::Number(number)), expected);
        }
    }

    #[test]
    fn texts_are_escaped_and_undefined_vanishes() {
        let value = Value::from_tagged(&serde_json::json!({
            "a\"": "line\nbreak \u{1}", "gone": {"$undefined": true}, "list": [{"$undefined": true}, {}], "at": {"$date": "2026-01-02T03:04:05.000Z"}
        }));
        assert_eq!(text(&value), r#"{"a\"":"line\nbreak \u0001","list":[null,{}],"at":"2026-01-02T03:04:05.000Z"}"#);
    }
}
