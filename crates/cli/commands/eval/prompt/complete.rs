//! Completion: functions, keywords, variables, and behind a dot the members of a variable.

use connspec_iml::ast::Keyword;
use connspec_iml::functions::{Standing, all};
use connspec_iml::{Root, Value};
use rustyline::completion::Completer;
use rustyline::{Context, Helper, Highlighter, Hinter, Validator};

/// Completes names.
#[derive(Helper, Highlighter, Hinter, Validator)]
pub(super) struct Names {
    vars: Value,
    names: Vec<String>,
}

impl Names {
    pub(super) fn of(vars: &Value) -> Self {
        let own = vars.as_collection().into_iter().flat_map(|vars| vars.keys().map(written).collect::<Vec<_>>());
        let keywords = Keyword::ALL.iter().map(|keyword| keyword.name().to_owned());
        let functions = all().filter(|function| function.standing == Standing::Documented);
        let functions = functions.map(|function| format!("{}(", function.name));
        let roots = Root::names().map(str::to_owned);
        let mut names: Vec<String> = own.chain(roots).chain(keywords).chain(functions).collect();
        names.sort();
        names.dedup();
        Self { vars: vars.clone(), names }
    }

    /// Where the word before `position` starts, and what it may become.
    fn candidates(&self, line: &str, position: usize) -> (usize, Vec<String>) {
        let before = &line[..position];
        let start = before
            .rfind(|character| !is_part(character))
            .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
        let word = &before[start..];
        let fitting = |names: Vec<String>| {
            names.into_iter().filter(|name| name.trim_start_matches('`').starts_with(word)).collect()
        };
        match before[..start].strip_suffix('.') {
            Some(path) => (start, fitting(self.members(path))),
            None if word.is_empty() => (start, Vec::new()),
            None => (start, fitting(self.names.clone())),
        }
    }

    /// The members of the variable that `text` ends with, such as `body.items[1]`.
    fn members(&self, text: &str) -> Vec<String> {
        let start = text.rfind(|character| !is_part(character) && !matches!(character, '.' | '[' | ']' | '`'));
        let path = &text[start.map_or(0, |at| at + text[at..].chars().next().map_or(0, char::len_utf8))..];
        let mut value = &self.vars;
        for step in path.split(['.', '[']) {
            let step = step.trim_end_matches(']').trim_matches('`');
            let next = match (value, step.parse::<usize>()) {
                (Value::Array(items), Ok(position)) => position.checked_sub(1).and_then(|index| items.get(index)),
                (Value::Array(items), Err(_)) if step.is_empty() => items.first(),
                _ => value.get(step),
            };
            let Some(next) = next else { return Vec::new() };
            value = next;
        }
        let mut names: Vec<String> = value
            .as_collection()
            .into_iter()
            .flat_map(|members| members.keys().map(written).collect::<Vec<_>>())
            .collect();
        names.sort();
        names
    }
}

/// A name as it is written in an expression: in backticks where it must be.
fn written(name: &str) -> String {
    let plain = name.starts_with(|first: char| is_part(first) && !first.is_ascii_digit()) && name.chars().all(is_part);
    if plain || name.contains('`') { name.to_owned() } else { format!("`{name}`") }
}

fn is_part(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

impl Completer for Names {
    type Candidate = String;

    fn complete(&self, line: &str, position: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        Ok(self.candidates(line, position))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_members_are_completed() {
        let vars = Value::from_json(&serde_json::json!({
            "body": { "user": { "id": 1, "first name": 2 }, "items": [{ "title": 1 }] }, "upperCase": 1,
        }));
        let names = Names::of(&vars);
        let table: [(&str, usize, &[&str]); 9] = [
            ("uppe", 0, &["upper(", "upperCase"]),
            ("1 + emptys", 4, &["emptystring"]),
            ("lower(bod", 6, &["body"]),
            ("body.", 5, &["items", "user"]),
            ("lower(body.us", 11, &["user"]),
            ("1+body.user.", 12, &["`first name`", "id"]),
            ("body.items[1].t", 14, &["title"]),
            ("body.nothing.", 13, &[]),
            ("", 0, &[]),
        ];
        for (line, start, expected) in table {
            let expected: Vec<String> = expected.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(names.candidates(line, line.len()), (start, expected), "{line}");
        }
    }
}
