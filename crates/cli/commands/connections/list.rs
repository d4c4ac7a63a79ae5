//! `connspec connections list`: one page of what is saved, and how to see the next.

use std::process::ExitCode;

use connspec_exchange::{Clock, SystemClock};
use connspec_store::{ConnectionStore, ConnectionSummary, Page, shell_quoted};
use serde_json::{Value, json};

use super::presented;
use crate::failure::{Failure, Outcome, UNEXAMINED};
use crate::options::Store;
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
    Ok(if page.unreadable.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(UNEXAMINED) })
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
            [connection.name.clone(), account(connection), state(connection, now).to_owned(), spec]
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

/// The address of a store as it may be shown: a hint must not print a password a second time.
fn without_password(address: &str) -> String {
    let Ok(mut url) = url::Url::parse(address) else { return address.to_owned() };
    if !url.has_host() {
        return address.to_owned(); // a file
    }
    let named: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    if named.iter().any(|(name, _)| name == "password") {
        let kept = named.iter().map(|(name, value)| (name, if name == "password" { "PASSWORD" } else { value }));
        url.query_pairs_mut().clear().extend_pairs(kept);
    } else if url.password().is_none() {
        return address.to_owned();
    }
    if url.password().is_some() && url.set_password(Some("PASSWORD")).is_err() {
        return "URL".to_owned();
    }
    url.to_string()
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

/// The end of a long path.
fn short(spec: &str) -> String {
    const LONGEST: usize = 40;
    let length = spec.chars().count();
    if length <= LONGEST {
        spec.to_owned()
    } else {
        format!("…{}", spec.chars().skip(length - LONGEST + 1).collect::<String>())
    }
}

/// Columns as wide as their widest cell.
fn table<const N: usize>(head: [&str; N], rows: Vec<[String; N]>) -> String {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([head[column].len()]).max().unwrap_or_default()
    };
    let line = |cells: [&str; N]| {
        let padded: Vec<String> =
            cells.iter().enumerate().map(|(column, cell)| format!("{cell:<0$}", width(column))).collect();
        padded.join("  ").trim_end().to_owned()
    };
    let body = rows.iter().map(|row| line(std::array::from_fn(|column| row[column].as_str())));
    std::iter::once(line(head)).chain(body).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

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
