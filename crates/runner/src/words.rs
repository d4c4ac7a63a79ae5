//! Values in words, for decisions: what a person needs to understand one, without showing a text that may be
//! a secret.

use connspec_iml::{JsonTemplate, Scope, Template, Value, Variable};

use crate::decision::Decisions;

/// A value's kind with its article: `a text`, `undefined`.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Undefined => "undefined",
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::Text(_) | Value::EmptyString => "a text",
        Value::Date(_) => "a date",
        Value::Binary(_) => "a buffer",
        Value::Array(_) => "an array",
        Value::Collection(_) => "a collection",
    }
}

/// A value as far as it can be shown: texts, lists and collections by kind only.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Bool(_) | Value::Number(_) | Value::Date(_) => value.to_text(),
        Value::Text(text) if text.is_empty() => "an empty text".to_owned(),
        Value::Text(text) if looks_like_a_date(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "an empty array".to_owned(),
        _ => kind(value).to_owned(),
    }
}

/// A failed evaluation with the variables it mentions: numbers and dates as they are, texts by kind only.
pub(crate) fn failure(error: &connspec_iml::Error) -> String {
    let held = error.variables.iter().map(|(name, value)| {
        let is_text = value.strip_prefix('"').is_some_and(|text| !text.starts_with('"') && !looks_like_a_date(text));
        format!("{name} = {}", if is_text { "a text" } else { value })
    });
    let held = held.collect::<Vec<_>>().join(", ");
    if held.is_empty() { error.message.clone() } else { format!("{} (with {held})", error.message) }
}

/// What a template was and what its variables held: `` `{{data.expires < now}}` with data.expires = … ``.
pub(crate) fn expression(template: &JsonTemplate, scope: &Scope<'_>) -> String {
    let JsonTemplate::Text(template) = template else { return String::new() };
    let mut words = format!("`{}`", template.source());
    let mut held = variables(template, scope);
    held.dedup();
    if !held.is_empty() {
        words.push_str(" with ");
        words.push_str(&held.join(", "));
    }
    words
}

/// Notes each variable that left a hole in a text: `Bearer {{data.token}}` without a token (pitfalls.md 36).
pub(crate) fn note_holes(directive: &str, template: &Template, scope: &Scope<'_>, decisions: &mut Decisions) {
    if template.whole_expression().is_some() {
        return;
    }
    let paths: Vec<_> = template.expressions().map(|expression| expression.expr.span).collect();
    for variable in template.variables() {
        // Only a variable on its own: what an expression makes of it may well be meant.
        if !variable.computed && paths.contains(&variable.span) && value_of(variable, scope).is_nullish() {
            let (name, kind) = (variable.segments.join("."), kind(value_of(variable, scope)));
            decisions.note(directive, format!("{name} is {kind}, so nothing stands in its place"));
        }
    }
}

fn value_of<'v>(variable: &Variable, scope: &Scope<'v>) -> &'v Value {
    let mut value = scope.get(&variable.segments[0]);
    for step in &variable.segments[1..] {
        value = value.and_then(|value| follow(value, step));
    }
    value.unwrap_or(&Value::Undefined)
}

fn variables(template: &Template, scope: &Scope<'_>) -> Vec<String> {
    let known = template.variables().iter().filter(|variable| !variable.computed);
    known.map(|variable| format!("{} = {}", variable.segments.join("."), shown(value_of(variable, scope)))).collect()
}

/// One step of a path: a member by name, an item by its position from 1 or, negative, from the end.
pub(crate) fn follow<'v>(value: &'v Value, step: &str) -> Option<&'v Value> {
    match value {
        Value::Array(items) => {
            let position: i64 = step.parse().ok()?;
            let index = if position < 0 { items.len() as i64 + position } else { position - 1 };
            items.get(usize::try_from(index).ok()?)
        }
        _ => value.get(step),
    }
}

/// `2026-01-02T…`: dates come back from the store as texts.
fn looks_like_a_date(text: &str) -> bool {
    let pattern = b"dddd-dd-ddTdd:dd";
    text.len() >= pattern.len()
        && text.bytes().zip(pattern).all(|(byte, wanted)| match wanted {
            b'd' => byte.is_ascii_digit(),
            _ => byte == *wanted,
        })
}

#[cfg(test)]
mod tests {
    use connspec_iml::{Collection, Date};

    use super::*;

    #[test]
    fn texts_stay_unsaid_and_dates_do_not() {
        let data: Collection = [
            ("token", Value::from("hush-hush")),
            ("expires", "2026-01-02T03:04:05.678Z".into()),
            ("list", Value::Array(vec![Date { millis: 0 }.into()])),
        ]
        .into_iter()
        .collect();
        let data = Value::from(data);
        let scope = Scope::new().with("data", &data);
        let template =
            JsonTemplate::Text(Template::parse("{{data.token && data.expires < now && data.list[1] && data.none}}"));
        let words = expression(&template, &scope);
        assert!(!words.contains("hush-hush"), "{words}");
        assert!(words.contains("data.token = a text, data.expires = 2026-01-02T03:04:05.678Z"), "{words}");
        assert!(words.ends_with("data.list.1 = 1970-01-01T00:00:00.000Z, data.none = undefined"), "{words}");
    }
}
