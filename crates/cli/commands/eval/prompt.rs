//! The interactive prompt: history, completion of functions and variables, the result with its type.

mod complete;
mod session;

use std::io::{BufRead, IsTerminal};
use std::process::ExitCode;

use connspec_iml::{Options, Value};
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{CompletionType, Config, Editor};

use super::history::History;
use crate::failure::{Failure, Outcome};
use crate::options::data_folder;
use crate::output;
use complete::Names;
use session::{HELP, Session};

/// Reads expressions until the end of the input, `exit` or `quit`.
pub fn run(vars: Value, now: Option<String>, timezone: &str, options: Options, remember: bool) -> Outcome {
    let mut session = Session::new(vars, now, timezone.to_owned(), options);
    if !std::io::stdin().is_terminal() {
        for line in std::io::stdin().lock().lines() {
            let line = line.map_err(|error| Failure::unexamined(format!("stdin cannot be read: {error}")))?;
            if !answer(&mut session, &line)? {
                break;
            }
        }
        return Ok(ExitCode::SUCCESS);
    }
    let history = data_folder().ok().filter(|_| remember).map(|folder| History::at(folder.join("eval-history")));
    let paint = output::painter_for_stderr();
    output::say(paint.dim(HELP));
    if let Some(history) = &history {
        let kept = format!("  lines are kept, without texts, in {}; --no-history keeps none", history.path().display());
        output::say(paint.dim(kept));
    }
    let config = Config::builder().completion_type(CompletionType::List).build();
    let mut editor: Editor<Names, DefaultHistory> =
        Editor::with_history(config, DefaultHistory::new()).map_err(Failure::unexamined)?;
    for line in history.iter().flat_map(History::lines) {
        // History is a comfort; a line that cannot be remembered is evaluated all the same.
        let _ = editor.add_history_entry(line);
    }
    let mut writable = true;
    loop {
        editor.set_helper(Some(Names::of(session.vars())));
        match editor.readline("iml> ") {
            Ok(line) => {
                let _ = editor.add_history_entry(&line);
                if let Some(Err(error)) = history.as_ref().map(|history| history.add(&line, session.vars()))
                    && std::mem::replace(&mut writable, false)
                {
                    output::say(format_args!("the history cannot be written: {error}"));
                }
                if !answer(&mut session, &line)? {
                    break;
                }
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(Failure::unexamined(format!("the terminal cannot be read: {error}"))),
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Answers one line; false when it ends the session.
fn answer(session: &mut Session, line: &str) -> Result<bool, Failure> {
    let answer = session.answer(line)?;
    answer.said.iter().for_each(output::say);
    if let Some(result) = &answer.result {
        output::print(result)?;
    }
    Ok(!answer.ends)
}
