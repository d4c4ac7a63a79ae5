//! `connspec connections`: the saved connections; secrets hidden unless `--reveal`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use connspec_store::{ConnectionStore, ConnectionSummary, SavedConnection};
use serde_json::{Value, json};

use crate::failure::{Failure, Outcome};
use crate::options::{Network, Shown, Store, read_value};
use crate::output::{self, moment};
use crate::session::{Session, print_address, saved, unknown};

/// List, show, remove, export and import saved connections
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  connspec connections
  connspec connections show 'Jane Black' --json
  connspec connections export 'Jane Black' -o jane.json")]
pub struct Connections {
    #[command(subcommand)]
    action: Option<Action>,

    #[command(flatten)]
    store: Store,

    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List them, by name
    List {
        /// How many at most
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=10_000))]
        limit: u16,
        /// Only names after this one: the next page
        #[arg(long, value_name = "NAME")]
        after: Option<String>,
    },
    /// Show one
    Show {
        /// Its name
        name: String,
        /// Show secret values
        #[arg(long)]
        reveal: bool,
    },
    /// Run its invalidate block and forget it
    Remove {
        /// Its name
        name: String,
        /// Forget it without telling the provider
        #[arg(long)]
        no_invalidate: bool,
        #[command(flatten)]
        network: Network,
    },
    /// Write one to a file, sealed with a passphrase
    Export {
        /// Its name
        name: String,
        /// The file; default: stdout
        #[arg(short, long, value_name = "FILE")]
        output: Option<PathBuf>,
        /// The passphrase as env:NAME or @FILE; asked for on a terminal
        #[arg(long, value_name = "SOURCE", conflicts_with = "reveal")]
        passphrase: Option<String>,
        /// Write it readable, with every secret
        #[arg(long)]
        reveal: bool,
    },
    /// Save one from an exported file
    Import {
        /// The file
        file: PathBuf,
        /// Save it under another name
        #[arg(long)]
        name: Option<String>,
        /// The passphrase as env:NAME or @FILE; asked for on a terminal
        #[arg(long, value_name = "SOURCE")]
        passphrase: Option<String>,
    },
}

impl Connections {
    pub async fn run(&self) -> Outcome {
        let store = self.store.open().await?;
        match &self.action {
            None => self.list(store.as_ref(), 100, None).await,
            Some(Action::List { limit, after }) => self.list(store.as_ref(), (*limit).into(), after.as_deref()).await,
            Some(Action::Show { name, reveal }) => self.show(store.as_ref(), name, *reveal).await,
            Some(Action::Remove { name, no_invalidate, network }) => {
                remove(store.into(), name, !no_invalidate, network).await
            }
            Some(Action::Export { name, output, passphrase, reveal }) => {
                let passphrase = (!reveal).then(|| ask(passphrase.as_deref(), true)).transpose()?;
                export(store.as_ref(), name, output.as_deref(), passphrase.as_deref()).await
            }
            Some(Action::Import { file, name, passphrase }) => {
                import(store.as_ref(), file, name.as_deref(), passphrase.as_deref()).await
            }
        }
    }

    async fn list(&self, store: &dyn ConnectionStore, limit: usize, after: Option<&str>) -> Outcome {
        let page = store.list(after, limit).await.map_err(Failure::unexamined)?;
        for (name, error) in &page.unreadable {
            output::say(format_args!("`{name}` cannot be read: {error}"));
        }
        if self.json {
            let all: Vec<Value> = page.connections.iter().map(summary).collect();
            output::print(format_args!("{:#}", json!({ "connections": all, "next": page.next })))?;
            return Ok(ExitCode::SUCCESS);
        }
        if page.connections.is_empty() {
            output::say("nothing is saved yet: `connspec connect SPEC` makes a connection");
            return Ok(ExitCode::SUCCESS);
        }
        let rows = page.connections.iter().map(|connection| {
            [connection.name.clone(), account(connection), state(connection), short(&connection.definition.spec)]
        });
        output::print(table(["NAME", "ACCOUNT", "STATE", "DEFINITION"], rows.collect()))?;
        if let Some(next) = &page.next {
            output::say(format_args!("more: connspec connections list --after '{next}'"));
        }
        Ok(ExitCode::SUCCESS)
    }

    async fn show(&self, store: &dyn ConnectionStore, name: &str, reveal: bool) -> Outcome {
        let connection = load(store, name).await?;
        let value = whole(&connection, reveal);
        if self.json {
            output::print(format_args!("{value:#}"))?;
            return Ok(ExitCode::SUCCESS);
        }
        for (key, value) in value.as_object().into_iter().flatten() {
            for line in lines(key, value) {
                output::print(line)?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn load(store: &dyn ConnectionStore, name: &str) -> Result<SavedConnection, Failure> {
    match store.load(name).await {
        Ok(connection) => Ok(connection),
        Err(error) if error.is_not_found() => Err(unknown(store, name, &error.to_string()).await),
        Err(error) => Err(Failure::unexamined(error)),
    }
}

/// The connection with its data; values that look like secrets hidden unless revealed.
fn whole(connection: &SavedConnection, reveal: bool) -> Value {
    let data = if reveal { Value::Object(connection.data.clone()) } else { hidden(&connection.data) };
    json!({
        "name": connection.name,
        "definition": connection.definition.spec,
        "connection": connection.definition.connection,
        "data": data,
        "scope": connection.scope,
        "uid": connection.uid,
        "metadata": connection.metadata,
        "expires": connection.expires.map(moment),
        "created": moment(connection.created),
        "updated": moment(connection.updated),
        "invalidated": connection.invalidated.map(moment),
        "needsReauthorization": connection.needs_reauthorization,
        "refreshes": { "attempts": connection.refresh.attempts, "successes": connection.refresh.successes },
    })
}

/// Every value of the store is hidden but those whose kind cannot be a secret: dates, numbers, booleans.
fn hidden(data: &serde_json::Map<String, Value>) -> Value {
    let shown = |name: &str, value: &Value| match value {
        Value::Number(_) | Value::Bool(_) | Value::Null => value.clone(),
        Value::String(text) if is_moment(text) => value.clone(),
        _ => Value::String(format!("«{name}»")),
    };
    Value::Object(data.iter().map(|(name, value)| (name.clone(), shown(name, value))).collect())
}

/// Whether a text is a stored date, `2026-01-01T09:05:00.000Z`.
fn is_moment(text: &str) -> bool {
    text.len() == 24
        && text.ends_with('Z')
        && text.bytes().all(|byte| byte.is_ascii_digit() || b"-T:.Z".contains(&byte))
}

fn lines(key: &str, value: &Value) -> Vec<String> {
    let one = |text: String| vec![format!("{key:<22} {text}")];
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => one(text.clone()),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            one(items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "))
        }
        Value::Object(members) => {
            members.iter().flat_map(|(inner, value)| lines(&format!("{key}.{inner}"), value)).collect()
        }
        other => one(other.to_string()),
    }
}

async fn remove(store: Arc<dyn ConnectionStore>, name: &str, invalidate: bool, network: &Network) -> Outcome {
    load(store.as_ref(), name).await?;
    if invalidate {
        match saved(store.as_ref(), name).await {
            Ok((connection, opened)) => {
                let network = network.recalling(&connection.settings);
                let session = Session::new(&network, &Shown::default(), store.clone(), &opened.compat, print_address)?;
                let report = session.runner.invalidate(&opened.definition, name).await;
                if let Some(message) = report.message() {
                    output::say(format_args!("the provider was not told: {message}"));
                }
            }
            // A definition that is gone must not keep the connection alive.
            Err(failure) => output::say(format_args!("the provider was not told: {}", failure.message())),
        }
    }
    store.remove(name).await.map_err(Failure::unexamined)?;
    output::print(format_args!("removed {name}"))?;
    Ok(ExitCode::SUCCESS)
}

async fn export(store: &dyn ConnectionStore, name: &str, file: Option<&Path>, passphrase: Option<&str>) -> Outcome {
    let connection = load(store, name).await?;
    let text = match passphrase {
        Some(passphrase) => connspec_store::export(&connection, passphrase).map_err(Failure::unexamined)?,
        None => format!("{:#}", whole(&connection, true)),
    };
    match file {
        None => output::print(text)?,
        Some(path) => {
            write_private(path, &text)
                .map_err(|error| Failure::unexamined(format!("{} cannot be written: {error}", path.display())))?;
            output::say(format_args!("written: {}", path.display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes a new file only its owner can read.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(format!("{text}\n").as_bytes())
}

async fn import(store: &dyn ConnectionStore, file: &Path, name: Option<&str>, passphrase: Option<&str>) -> Outcome {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::unexamined(format!("{} cannot be read: {error}", file.display())))?;
    let passphrase = ask(passphrase, false)?;
    let mut connection = connspec_store::import(&text, &passphrase).map_err(Failure::unexamined)?;
    if let Some(name) = name {
        name.clone_into(&mut connection.name);
    }
    store.save(&connection).await.map_err(|error| {
        let taken = error.is_conflict();
        let failure = Failure::unexamined(error);
        if taken { failure.help("save it under another name with --name") } else { failure }
    })?;
    output::print(format_args!("imported {}", connection.name))?;
    Ok(ExitCode::SUCCESS)
}

/// The passphrase from where the person said, or asked for.
fn ask(source: Option<&str>, twice: bool) -> Result<String, Failure> {
    if let Some(source) = source {
        if !source.starts_with('@') && !source.starts_with("env:") {
            return Err(Failure::unexamined("a passphrase on the command line ends up in the shell history")
                .help("give --passphrase env:NAME or @FILE"));
        }
        return read_value("--passphrase", source);
    }
    if !output::is_interactive() {
        return Err(Failure::unexamined("a passphrase is needed").help("give --passphrase env:NAME or @FILE"));
    }
    crate::prompt::passphrase(twice)
}

fn summary(connection: &ConnectionSummary) -> Value {
    json!({
        "name": connection.name,
        "definition": connection.definition.spec,
        "scope": connection.scope,
        "uid": connection.uid,
        "metadata": connection.metadata,
        "expires": connection.expires.map(moment),
        "created": moment(connection.created),
        "updated": moment(connection.updated),
        "state": state(connection),
        "needsReauthorization": connection.needs_reauthorization,
    })
}

fn account(connection: &ConnectionSummary) -> String {
    let value = connection.metadata.as_ref().and_then(|metadata| metadata["value"].as_str());
    value.or(connection.uid.as_deref()).unwrap_or("-").to_owned()
}

fn state(connection: &ConnectionSummary) -> String {
    match connection {
        ConnectionSummary { invalidated: Some(_), .. } => "invalidated".to_owned(),
        ConnectionSummary { needs_reauthorization: Some(_), .. } => "connect again".to_owned(),
        _ => "saved".to_owned(),
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
