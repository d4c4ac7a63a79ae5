//! The interactive prompt: history, completion of functions and variables, the result with its type.

use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;

use connspec_iml::functions::{all, named};
use connspec_iml::{Root, Template, Value};
use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::history::FileHistory;
use rustyline::{CompletionType, Config, Context, Editor, Helper, Highlighter, Hinter, Validator};

use super::{described, functions, host, readable, scope};
use crate::failure::{Failure, Outcome};
use crate::options::data_folder;
use crate::output;

const HELP: &str = "\
An expression gives its value and type; braces may be left out: addMinutes(now, 5)
  name = expression   keeps a value as a variable
  ?name               shows a function
  Tab completes functions and variables, Ctrl-D ends";

/// Reads expressions until the end of the input.
pub fn run(vars: Value, now: Option<String>, timezone: &str) -> Outcome {
    let mut session = Session { vars, now, timezone: timezone.to_owned() };
    if !std::io::stdin().is_terminal() {
        for line in std::io::stdin().lock().lines() {
            let line = line.map_err(|error| Failure::unexamined(format!("stdin cannot be read: {error}")))?;
            session.answer(&line)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    output::say(output::painter_for_stderr().dim(HELP));
    let config = Config::builder().completion_type(CompletionType::List).build();
    let mut editor: Editor<Names, FileHistory> = Editor::with_config(config).map_err(Failure::unexamined)?;
    let history = data_folder().ok().map(|folder| folder.join("eval-history"));
    if let Some(path) = &history {
        // The first time there is none.
        let _ = editor.load_history(path);
    }
    loop {
        editor.set_helper(Some(Names::of(&session.vars)));
        match editor.readline("iml> ") {
            Ok(line) => {
                // History is a comfort; a line that cannot be remembered is evaluated all the same.
                let _ = editor.add_history_entry(&line);
                session.answer(&line)?;
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(Failure::unexamined(format!("the terminal cannot be read: {error}"))),
        }
    }
    if let Some(path) = history {
        let saved = path.parent().map_or(Ok(()), std::fs::create_dir_all).is_ok() && editor.save_history(&path).is_ok();
        if !saved {
            output::say("the history could not be saved");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The variables and the clock of a prompt.
struct Session {
    vars: Value,
    now: Option<String>,
    timezone: String,
}

impl Session {
    /// Evaluates one line and prints what it gives.
    fn answer(&mut self, line: &str) -> Result<(), Failure> {
        let line = line.trim();
        if line.is_empty() {
            return Ok(());
        }
        if let Some(name) = line.strip_prefix('?') {
            return match named(name.trim()) {
                Some(function) => output::print(functions::page(function)),
                None if name.trim().is_empty() => output::print(HELP),
                None => output::print(format_args!("there is no function `{}`", name.trim())),
            };
        }
        let (name, expression) = assignment(line).map_or((None, line), |(name, rest)| (Some(name), rest));
        let template = if expression.contains("{{") { expression.to_owned() } else { format!("{{{{{expression}}}}}") };
        let parsed = Template::parse(&template);
        for finding in parsed.findings().iter().filter(|finding| finding.severity != connspec_iml::Severity::Error) {
            output::print(format_args!("{}: {}", finding.severity, finding.message))?;
        }
        let host = host(self.now.as_deref(), &self.timezone)?;
        match parsed.eval(&scope(&self.vars), &host) {
            Ok(value) => {
                let kind = output::painter_for_stdout().dim(format!("({})", value.kind()));
                output::print(format_args!("{} {kind}", readable(&value)))?;
                if let (Some(name), Value::Collection(vars)) = (name, &mut self.vars) {
                    vars.insert(name, value);
                }
                Ok(())
            }
            Err(error) => output::print(described(&template, &error)),
        }
    }
}

/// `name = expression`, which the language itself has no assignment for.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.split_once('=')?;
    let name = name.trim();
    let is_name = name.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && name.chars().all(|character| character.is_alphanumeric() || character == '_');
    (is_name && !rest.starts_with('=')).then_some((name, rest.trim()))
}

/// Completes names of functions, roots and variables.
#[derive(Helper, Highlighter, Hinter, Validator)]
struct Names {
    names: Vec<String>,
}

impl Names {
    fn of(vars: &Value) -> Self {
        let own = vars.as_collection().into_iter().flat_map(|vars| vars.keys().map(str::to_owned).collect::<Vec<_>>());
        let functions = all().map(|function| format!("{}(", function.name));
        let mut names: Vec<String> = own.chain(Root::names().map(str::to_owned)).chain(functions).collect();
        names.sort();
        names.dedup();
        Self { names }
    }
}

impl Completer for Names {
    type Candidate = String;

    fn complete(&self, line: &str, position: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let before = &line[..position];
        let start = before
            .rfind(|character: char| !character.is_alphanumeric() && character != '_')
            .map_or(0, |at| at + before[at..].chars().next().map_or(0, char::len_utf8));
        let word = &before[start..];
        let fitting = self.names.iter().filter(|name| !word.is_empty() && name.starts_with(word)).cloned();
        Ok((start, fitting.collect()))
    }
}
