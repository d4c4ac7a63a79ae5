//! What the prompt answers to one line.

use connspec_iml::ast::Keyword;
use connspec_iml::functions::named;
use connspec_iml::{Options, Value};

use super::super::world::World;
use super::super::{functions, readable, said};
use crate::failure::Failure;
use crate::output;

pub(super) const HELP: &str = "\
An expression gives its value and type; braces may be left out: addMinutes(now, 5)
  let name = expression   gives a variable a value; where the name is new, `let` may be left out
  a = b                   compares, as in the language, where a has a value; a == b always does
  vars                    lists the variables
  help name, ?name        shows a function
  help                    shows this
  exit, quit, Ctrl-D      ends; Tab completes functions, variables and their members";

/// The variables, the clock and the bounds of a prompt.
pub(super) struct Session {
    vars: Value,
    now: Option<String>,
    timezone: String,
    options: Options,
}

/// What one line leads to.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// The result, for stdout.
    pub(super) result: Option<String>,
    /// What is said besides, for stderr.
    pub(super) said: Vec<String>,
    /// Whether the session is over.
    pub(super) ends: bool,
}

impl Answer {
    fn of(result: impl Into<String>) -> Self {
        Self { result: Some(result.into()), ..Self::default() }
    }

    fn saying(words: impl Into<String>) -> Self {
        Self { said: vec![words.into()], ..Self::default() }
    }
}

/// What a line asks for.
enum Meaning<'l> {
    /// A value.
    Value(&'l str),
    /// A value for a variable, which may have had another.
    Keep { name: &'l str, expression: &'l str },
    /// `a = b` where `a` has a value.
    Compare { name: &'l str, line: &'l str },
    /// Something `let` cannot give a value.
    NoName(&'l str),
}

impl Session {
    pub(super) fn new(vars: Value, now: Option<String>, timezone: String, options: Options) -> Self {
        Self { vars, now, timezone, options }
    }

    pub(super) fn vars(&self) -> &Value {
        &self.vars
    }

    /// Evaluates one line, or does what it asks for.
    ///
    /// # Errors
    /// When the machine has no randomness.
    pub(super) fn answer(&mut self, line: &str) -> Result<Answer, Failure> {
        let line = line.trim();
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            [] => return Ok(Answer::default()),
            ["exit" | "quit" | "exit()" | "quit()" | ":q" | ":quit"] => {
                return Ok(Answer { ends: true, ..Answer::default() });
            }
            ["help" | "?" | ":help" | "help()"] => return Ok(Answer::of(HELP)),
            ["help" | "?", name] => return Ok(function(name)),
            ["vars"] if self.vars.get("vars").is_none() => return Ok(self.list()),
            [name] if name.starts_with('?') => return Ok(function(&name[1..])),
            _ => {}
        }
        let mut answer = match self.meaning(line) {
            Meaning::Value(expression) => self.evaluate(expression)?.0,
            Meaning::Compare { name, line } => {
                let mut answer = self.evaluate(line)?.0;
                answer.said.push(format!("`{name}` has a value, so `=` compares; `let {line}` gives it another"));
                answer
            }
            Meaning::Keep { name, expression } => self.keep(name, expression)?,
            Meaning::NoName(name) => Answer::saying(match Keyword::named(name) {
                Some(_) => format!("`{name}` is a word of the language and keeps its meaning; choose another name"),
                None => format!("`{name}` is no name for a variable: letters, digits and _, not a digit first"),
            }),
        };
        answer.said.retain(|words| !words.is_empty());
        Ok(answer)
    }

    fn meaning<'l>(&self, line: &'l str) -> Meaning<'l> {
        let (told, rest) = match line.strip_prefix("let ") {
            Some(rest) if rest.contains('=') => (true, rest.trim_start()),
            _ => (false, line),
        };
        let Some((name, expression)) = rest.split_once('=') else { return Meaning::Value(line) };
        let (name, expression) = (name.trim(), expression.trim());
        let is_name = name.starts_with(|first: char| first.is_alphabetic() || first == '_')
            && name.chars().all(|character| character.is_alphanumeric() || character == '_');
        if told {
            return match is_name && Keyword::named(name).is_none() {
                true => Meaning::Keep { name, expression },
                false => Meaning::NoName(name),
            };
        }
        if !is_name || expression.starts_with('=') || Keyword::named(name).is_some() {
            return Meaning::Value(line);
        }
        match self.vars.get(name) {
            Some(_) => Meaning::Compare { name, line },
            None => Meaning::Keep { name, expression },
        }
    }

    /// The value with its type, and what there is to say.
    fn evaluate(&self, expression: &str) -> Result<(Answer, Option<Value>), Failure> {
        let template = if expression.contains("{{") { expression.to_owned() } else { format!("{{{{{expression}}}}}") };
        let world = World::new(self.now.as_deref(), &self.timezone, &self.vars)?;
        let said = said::evaluate(&template, &self.vars, &world, self.options);
        let value = said.outcome.ok();
        let result = value.as_ref().map(|value| format!("{} {}", readable(value), kind(value)));
        Ok((Answer { result, said: said.drawn, ends: false }, value))
    }

    /// Gives a variable a value and says what became of it.
    fn keep(&mut self, name: &str, expression: &str) -> Result<Answer, Failure> {
        if expression.is_empty() {
            return Ok(Answer::saying(format!("`{name} =` has no expression: write let {name} = 5")));
        }
        let (mut answer, value) = self.evaluate(expression)?;
        if let (Some(value), Value::Collection(vars)) = (value, &mut self.vars) {
            // What it was may be a credential as well as what it is.
            let mut seen = Vec::from_iter(vars.get(name).cloned().map(|before| (name, before)));
            let was = seen
                .first()
                .map_or(String::new(), |(_, before)| format!("; it was {} {}", readable(before), kind(before)));
            seen.push((name, value.clone()));
            vars.insert(name, value);
            let seen = seen.into_iter().map(|(name, value)| Value::Collection([(name, value)].into_iter().collect()));
            let world = World::new(self.now.as_deref(), &self.timezone, &Value::Array(seen.collect()))?;
            answer.result = answer.result.map(|result| world.hide(&format!("{name} is now {result}{was}")));
        }
        Ok(answer)
    }

    /// Every variable with its type.
    fn list(&self) -> Answer {
        let Some(vars) = self.vars.as_collection().filter(|vars| !vars.is_empty()) else {
            return Answer::of("there are no variables; `let name = expression` makes one, --vars FILE reads them");
        };
        let lines: Vec<String> = vars.iter().map(|(name, value)| format!("{name} {}", kind(value))).collect();
        Answer::of(lines.join("\n"))
    }
}

/// The type as it stands behind a result.
fn kind(value: &Value) -> String {
    let kind = match value {
        Value::Array(items) => format!("(array of {})", items.len()),
        value => format!("({})", value.kind()),
    };
    output::painter_for_stdout().dim(kind)
}

fn function(name: &str) -> Answer {
    let name = name.trim_end_matches("()");
    match named(name) {
        Some(function) => Answer::of(functions::page(function)),
        None => Answer::saying(functions::unknown(name).words()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        let vars = Value::from_json(&serde_json::json!({ "x": 3, "body": { "user": "Ann" } }));
        Session::new(vars, Some("2026-01-01T00:00:00Z".to_owned()), "UTC".to_owned(), Options::default())
    }

    #[test]
    fn every_line_says_what_it_did() {
        let mut session = session();
        // In one session: what is kept by one line is there for the next.
        let table = [
            ("1 + 2", "3 (number)", ""),
            ("body.user", "Ann (text)", ""),
            ("{{x}}!", "3! (text)", ""),
            ("now", "2026-01-01T00:00:00.000Z (date)", ""),
            ("split('a,b', ',')", "[\n  \"a\",\n  \"b\"\n] (array of 2)", ""),
            ("y = x * 2", "y is now 6 (number)", ""),
            ("y", "6 (number)", ""),
            ("y = 6", "true (boolean)", "`y` has a value, so `=` compares; `let y = 6` gives it another"),
            ("y", "6 (number)", ""),
            ("y == 7", "false (boolean)", ""),
            ("let y = 7", "y is now 7 (number); it was 6 (number)", ""),
            ("let y = y + 1", "y is now 8 (number); it was 7 (number)", ""),
            ("body.user = 'Ann'", "true (boolean)", ""),
            ("let body.user = 5", "", "`body.user` is no name for a variable"),
            ("let now = 5", "", "`now` is a word of the language"),
            ("let z =", "", "`z =` has no expression"),
            ("true = 1", "true (boolean)", "mixed-comparison"),
            ("let password = 'hunter2'", "password is now «password» (text)", ""),
            ("let password = 'hunter3'", "password is now «password» (text); it was «password» (text)", ""),
            ("vars", "x (number)\nbody (collection)\ny (number)\npassword (text)", ""),
            ("x * 'a'", "", "x = 3"),
            ("password * 1", "", "«password»"),
            ("help uper", "", "did you mean `upper`?"),
            ("", "", ""),
        ];
        for (line, result, said) in table {
            let answer = session.answer(line).expect("it answers");
            assert_eq!(answer.result.as_deref().unwrap_or_default(), result, "{line}");
            let words = answer.said.join("\n");
            assert!(words.contains(said) && words.is_empty() == said.is_empty(), "{line}: {words}");
            assert!(!words.contains("hunter"), "{words}");
            assert!(!answer.ends, "{line}");
        }
    }

    #[test]
    fn help_exit_and_quit_are_understood() {
        let mut session = session();
        for line in ["help", "?", " help "] {
            assert_eq!(session.answer(line).expect("it answers").result.as_deref(), Some(HELP));
        }
        for line in ["help upper", "?upper", "? upper", "help upper()"] {
            assert!(
                session.answer(line).expect("it answers").result.expect("a page").contains("upper(text)"),
                "{line}"
            );
        }
        for line in ["exit", "quit", " quit ", "exit()", ":q"] {
            assert!(session.answer(line).expect("it answers").ends, "{line}");
        }
        assert!(!session.answer("{{exit}}").expect("it answers").ends);
    }
}
