//! `connspec connections list`: one page of what is saved, and how to see the next.

use std::process::ExitCode;

use connspec_exchange::{Clock, SystemClock};
use connspec_store::{ConnectionStore, ConnectionSummary, Page, shell_quoted};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::presented;
use crate::failure::{Failure, Outcome, UNEXAMINED};
use crate::options::{Store, rescue_folder, without_password};
use crate::output::{self, moment};

/// How many connections a page has unless said otherwise.
pub(super) const LIMIT: u16 = 100;

/// Which page of which store, as the person asked.
pub(super) struct Asked<'a> {
    pub(super) limit: u16,
    pub(super) after: Option<&'a str>,
    pub(super) store: &'a Store,
}

/// Prints the page; a record that cannot be read is told, and ends the command with exit code 2.
pub(super) async fn list(store: &dyn ConnectionStore, asked: &Asked<'_>, as_json: bool) -> Outcome {
    let page = store.list(asked.after, asked.limit.into()).await.map_err(Failure::unexamined)?;
    let now = SystemClock.now();
    for (name, error) in &page.unreadable {
        output::complain(&format!("`{name}` cannot be read: {error}"));
    }
    if as_json {
        output::print(format_args!("{:#}", to_json(&page, now)))?;
    } else {
        print_table(&page, asked, now)?;
    }
    remind_of_rescued();
    Ok(if page.unreadable.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(UNEXAMINED) })
}

/// Tokens that could not be saved wait to be brought back; they may belong to another store.
pub(super) fn remind_of_rescued() {
    let Ok(folder) = rescue_folder() else { return };
    for file in connspec_store::rescued_files(&folder).unwrap_or_default() {
        let file = shell_quoted(&file.display().to_string());
        output::say(format_args!(
            "{file} holds secrets that could not be saved: `connspec connections import {file}` brings them back"
        ));
    }
}

fn to_json(page: &Page, now: i64) -> Value {
    let connections: Vec<Value> = page.connections.iter().map(|connection| summary(connection, now)).collect();
    let unreadable = page.unreadable.iter().map(|(name, error)| json!({"name": name, "message": error.message}));
    json!({
        "connections": connections,
        "unreadable": unreadable.collect::<Vec<Value>>(),
        "next": page.next,
    })
}

fn print_table(page: &Page, asked: &Asked<'_>, now: i64) -> Result<(), Failure> {
    if !page.connections.is_empty() {
        let rows = page.connections.iter().map(|connection| {
            let spec = short(&connection.definition.spec);
            [connection.name.clone(), beginning(&account(connection)), state(connection, now).to_owned(), spec]
        });
        output::print(table(["NAME", "ACCOUNT", "STATE", "DEFINITION"], rows.collect()))?;
    } else if page.unreadable.is_empty() {
        match asked.after {
            Some(after) => output::say(format_args!("no saved connection comes after `{after}`")),
            None => output::say("nothing is saved yet: `connspec connect SPEC` makes a connection"),
        }
    }
    if let Some(next) = &page.next {
        output::say(format_args!("more: {}", command_for_more(asked, next)));
    }
    Ok(())
}

/// The command that lists the next page of the same list, fit to be pasted into a shell.
fn command_for_more(asked: &Asked<'_>, next: &str) -> String {
    // With `=`, because a name may begin with a dash.
    let mut command = format!("connspec connections list --after={}", shell_quoted(next));
    if asked.limit != LIMIT {
        command.push_str(&format!(" --limit {}", asked.limit));
    }
    if let Some(url) = &asked.store.store {
        command.push_str(&format!(" --store {}", shell_quoted(&without_password(url))));
    }
    command
}

fn summary(connection: &ConnectionSummary, now: i64) -> Value {
    json!({
        "name": connection.name,
        "definition": connection.definition.spec,
        "scope": connection.scope,
        "uid": connection.uid,
        "metadata": connection.metadata,
        "expires": connection.expires.map(moment),
        "created": moment(connection.created),
        "updated": moment(connection.updated),
        "state": state(connection, now),
        "needsReauthorization": connection.needs_reauthorization,
        "unanswered": connection.refresh.presented.as_ref().map(presented),
    })
}

fn account(connection: &ConnectionSummary) -> String {
    let value = connection.metadata.as_ref().and_then(|metadata| metadata["value"].as_str());
    value.or(connection.uid.as_deref()).unwrap_or("-").to_owned()
}

/// The state of a connection that needs nothing.
pub(super) const SAVED: &str = "saved";

/// What a person has to know first of a connection.
pub(super) fn state(connection: &ConnectionSummary, now: i64) -> &'static str {
    if connection.invalidated.is_some() {
        "invalidated"
    } else if connection.needs_reauthorization.is_some() {
        "connect again"
    } else if connection.expires.is_some_and(|deadline| deadline <= now) {
        "connect again: its time is over"
    } else if connection.refresh.presented.is_some() {
        "refresh unanswered"
    } else if connection.refresh.last_failure.is_some() {
        "refresh failed"
    } else {
        SAVED
    }
}

/// How many places of the terminal a cell takes at most.
const LONGEST: usize = 40;

/// The beginning of a long text, on one line: it is the provider's, and a terminal obeys some characters.
fn beginning(text: &str) -> String {
    let shown = visible(text);
    if shown.width() <= LONGEST {
        return shown;
    }
    let mut beginning = String::new();
    for character in shown.chars() {
        beginning.push(character);
        if beginning.width() >= LONGEST {
            beginning.pop();
            break;
        }
    }
    beginning + "…"
}

/// The text without characters a terminal obeys.
pub(super) fn visible(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{FFFD}' } else { character }).collect()
}

/// The end of a long path.
fn short(spec: &str) -> String {
    if spec.width() <= LONGEST {
        return spec.to_owned();
    }
    let fits = |(start, _): &(usize, char)| spec[*start..].width() < LONGEST;
    let start = spec.char_indices().find(fits).map_or(spec.len(), |(start, _)| start);
    format!("…{}", &spec[start..])
}

/// Columns as wide as their widest cell is on a terminal, where some letters take two places and some none.
fn table<const N: usize>(head: [&str; N], rows: Vec<[String; N]>) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].width());
        cells.chain([head[column].len()]).max().unwrap_or_default()
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let line = |cells: [&str; N]| {
        let padded: Vec<String> = cells
            .iter()
            .zip(widths)
            .map(|(cell, width)| format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width()))))
            .collect();
        padded.join("  ").trim_end().to_owned()
    };
    let body = rows.iter().map(|row| line(std::array::from_fn(|column| row[column].as_str())));
    std::iter::once(line(head)).chain(body).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other_whatever_the_letters_are_wide() {
        let rows = ["Jane", "山田太郎", "Zoe\u{301}", "👩‍👩‍👧"].map(|name| [name.to_owned(), "x".to_owned()]);
        let table = table(["NAME", "STATE"], rows.to_vec());
        for line in table.lines().skip(1) {
            let before = line.strip_suffix('x').unwrap();
            assert_eq!(before.width(), 10, "{line}\n{table}");
        }
        assert!(table.starts_with("NAME      STATE\nJane      x\n山田太郎  x\n"), "{table}");
    }

    #[test]
    fn what_a_provider_calls_an_account_stays_in_its_cell() {
        assert_eq!(beginning("Jane Black"), "Jane Black");
        assert_eq!(beginning("a\n\u{1b}[31mb\u{9b}c"), "a\u{FFFD}\u{FFFD}[31mb\u{FFFD}c");
        assert_eq!(beginning(&"x".repeat(41)), format!("{}…", "x".repeat(39)));
        let wide = beginning(&"山".repeat(30));
        assert!(wide.ends_with("山…") && wide.width() <= 40, "{wide}");
    }

    #[test]
    fn the_end_of_a_long_path_is_shown() {
        assert_eq!(short("/a/b"), "/a/b");
        let long = format!("/home/{}/app", "x".repeat(50));
        assert_eq!(short(&long), format!("…{}/app", "x".repeat(35)));
        let wide = short(&format!("/home/{}/app", "山".repeat(30)));
        assert!(wide.starts_with("…山") && wide.ends_with("山/app") && wide.width() <= 40, "{wide}");
    }

    #[test]
    fn the_hint_names_the_same_list_and_no_password() {
        let asked = |limit, store: Option<&str>| {
            let store = Store { store: store.map(str::to_owned) };
            command_for_more(&Asked { limit, after: None, store: &store }, "Jane's")
        };
        let next = r"connspec connections list --after='Jane'\''s'";
        for (limit, store, rest) in [
            (100, None, ""),
            (2, None, " --limit 2"),
            (100, Some("file:a b"), " --store 'file:a b'"),
            (100, Some("sqlite:/x/y?.db"), " --store 'sqlite:/x/y?.db'"),
            (100, Some("postgres://me@host/db?host=/x"), " --store 'postgres://me@host/db?host=/x'"),
            (3, Some("postgres://me:s3cret@host/db"), " --limit 3 --store 'postgres://me:PASSWORD@host/db'"),
            (
                100,
                Some("postgres://host/db?password=s3cret&a=b"),
                " --store 'postgres://host/db?password=PASSWORD&a=b'",
            ),
        ] {
            assert_eq!(asked(limit, store), format!("{next}{rest}"));
        }
    }
}
