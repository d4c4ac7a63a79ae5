//! `connspec connections`: the saved connections; secrets hidden unless `--reveal`.

mod list;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Subcommand};
use connspec_exchange::{Clock, SystemClock};
use connspec_runner::flow::access_token_end;
use connspec_store::{ConnectionStore, Presented, RecordedFailure, SavedConnection};
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use crate::failure::{Failure, Outcome};
use crate::options::{Network, Shown, Store, read_value, unopened};
use crate::output::{self, moment};
use crate::session::{Session, print_address, saved, unknown};

/// List, show, remove, export and import saved connections
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  connspec connections
  connspec connections show 'Jane Black' --json
  connspec connections remove 'Jane Black' 'John Doe'
  connspec connections export 'Jane Black' -o jane.json")]
pub struct Connections {
    #[command(subcommand)]
    action: Option<Action>,

    /// The saved connections: sqlite:FILE, file:FOLDER or postgres://…; also CONNSPEC_STORE. Default: a SQLite file
    /// in the user's data folder
    #[arg(long, value_name = "URL", global = true)]
    store: Option<String>,

    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// List them, by name
    List {
        /// How many at most
        #[arg(long, default_value_t = list::LIMIT, value_parser = clap::value_parser!(u16).range(1..=10_000))]
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
        /// Its name; several at once are each invalidated and forgotten
        #[arg(required = true, value_name = "NAME")]
        names: Vec<String>,
        /// Forget it without telling the provider; also one that cannot be opened any more
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
        /// Write it readable, with every secret; `import` takes it as it is
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
        /// Replace a saved connection of this name
        #[arg(long)]
        replace: bool,
        /// The passphrase as env:NAME or @FILE; asked for on a terminal
        #[arg(long, value_name = "SOURCE")]
        passphrase: Option<String>,
    },
}

impl Connections {
    pub async fn run(&self) -> Outcome {
        let place = Store { store: self.store.clone() };
        // A store that is gone may be the very reason why something waits to be brought back.
        let listed = async || place.open_existing().await.inspect_err(|_| list::remind_of_rescued());
        match &self.action {
            None => {
                let asked = list::Asked { limit: list::LIMIT, after: None, store: &place };
                list::list(listed().await?.as_ref(), &asked, self.json).await
            }
            Some(Action::List { limit, after }) => {
                let asked = list::Asked { limit: *limit, after: after.as_deref(), store: &place };
                list::list(listed().await?.as_ref(), &asked, self.json).await
            }
            Some(Action::Show { name, reveal }) => {
                self.show(place.open_existing().await?.as_ref(), name, *reveal).await
            }
            Some(Action::Remove { names, no_invalidate, network }) => {
                remove_all(place.open_existing().await?.into(), names, !no_invalidate, network).await
            }
            Some(Action::Export { name, output, passphrase, reveal }) => {
                let store = place.open_existing().await?;
                output.as_deref().map(examine_new).transpose()?;
                let passphrase = (!reveal).then(|| ask(passphrase.as_deref(), true)).transpose()?;
                export(store.as_ref(), name, output.as_deref(), passphrase.as_deref()).await
            }
            Some(Action::Import { file, name, replace, passphrase }) => {
                // The file comes first: a wrong one needs neither key nor store.
                let imported = read_export(file, passphrase.as_deref(), &place)?;
                let was_rescued = imported.is_rescued;
                import(place.open().await?.as_ref(), imported, name.as_deref(), *replace).await?;
                if was_rescued {
                    // They are in the store again; what stays behind at worst is a sealed copy.
                    let _ = std::fs::remove_file(file);
                }
                Ok(ExitCode::SUCCESS)
            }
        }
    }

    async fn show(&self, store: &dyn ConnectionStore, name: &str, reveal: bool) -> Outcome {
        let connection = load(store, name).await?;
        let value = whole(&connection, reveal);
        if self.json {
            output::print(format_args!("{value:#}"))?;
            return Ok(ExitCode::SUCCESS);
        }
        let members = value.as_object().into_iter().flatten().flat_map(|(key, value)| {
            // `expires` is Make's word for it; beside the token's end a person would take it for that.
            lines(if key == "expires" { "reconnectBefore" } else { key }, value)
        });
        let lines: Vec<(String, String)> = members.collect();
        let width = lines.iter().map(|(key, _)| key.width()).max().unwrap_or_default();
        for (key, text) in lines {
            output::print(format_args!("{key}{}{text}", " ".repeat(width + 1 - key.width())))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn load(store: &dyn ConnectionStore, name: &str) -> Result<SavedConnection, Failure> {
    match store.load(name).await {
        Ok(connection) => Ok(connection),
        Err(error) if error.is_not_found() => Err(unknown(store, name, &error.to_string()).await),
        Err(error) => Err(unopened(error, name)),
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
        "state": state(connection),
        "accessTokenEnds": access_token_end(&connection.data).map(moment),
        "refreshes": refreshes(connection),
    })
}

/// What a person has to know first; unlike the list this sees when the access token ended.
fn state(connection: &SavedConnection) -> &'static str {
    let now = SystemClock.now();
    let ended = access_token_end(&connection.data).is_some_and(|end| end <= now);
    match list::state(&connection.summary(), now) {
        list::SAVED if ended => "access token ended",
        other => other,
    }
}

/// What is known of its refreshes: above all whether one was sent and never answered.
fn refreshes(connection: &SavedConnection) -> Value {
    let record = &connection.refresh;
    json!({
        "attempts": record.attempts,
        "successes": record.successes,
        "lastSuccess": record.last_success.map(moment),
        "unanswered": record.presented.as_ref().map(presented),
        "lastFailure": record.last_failure.as_ref().map(failure),
        "notBefore": record.not_before.map(moment),
    })
}

/// A refresh whose answer is not saved: its token may be used up.
fn presented(marker: &Presented) -> Value {
    json!({
        "sent": moment(marker.at),
        "by": marker.holder,
        "attempt": marker.attempt,
        "firstSent": marker.unanswered_since.map(moment),
    })
}

fn failure(failure: &RecordedFailure) -> Value {
    json!({
        "at": moment(failure.at),
        "attempt": failure.attempt,
        "permanent": failure.permanent,
        "message": failure.message,
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

/// A value as lines of a name and a text.
fn lines(key: &str, value: &Value) -> Vec<(String, String)> {
    let one = |text: String| vec![(list::visible(key), list::visible(&text))];
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) if items.is_empty() => Vec::new(),
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

/// Removes each. Where one of them is unknown, or cannot be opened to tell its provider, nothing is removed; what fails
/// later with one of them does not keep the others. What nobody is told of need not be opened: its key may be lost.
async fn remove_all(store: Arc<dyn ConnectionStore>, names: &[String], invalidate: bool, network: &Network) -> Outcome {
    for name in names {
        if invalidate {
            load(store.as_ref(), name).await?;
        } else if let Err(error) = store.lease_state(name).await
            && error.is_not_found()
        {
            return Err(unknown(store.as_ref(), name, &error.to_string()).await);
        }
    }
    let mut code = ExitCode::SUCCESS;
    for (number, name) in names.iter().enumerate() {
        if names[..number].contains(name) {
            continue; // named twice
        }
        if let Err(failure) = remove(Arc::clone(&store), name, invalidate, network).await {
            code = failure.report();
        }
    }
    Ok(code)
}

async fn remove(
    store: Arc<dyn ConnectionStore>,
    name: &str,
    invalidate: bool,
    network: &Network,
) -> Result<(), Failure> {
    if invalidate {
        match saved(store.as_ref(), name).await {
            Ok((SavedConnection { invalidated: Some(when), .. }, _)) => {
                output::say(format_args!("`{name}` was invalidated already on {}: nothing was sent", moment(when)));
            }
            Ok((connection, opened)) => {
                let network = network.recalling(&connection.settings);
                let session = Session::new(&network, &Shown::default(), store.clone(), &opened, print_address)?;
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
    output::print(format_args!("removed {name}"))
}

async fn export(store: &dyn ConnectionStore, name: &str, file: Option<&Path>, passphrase: Option<&str>) -> Outcome {
    let connection = load(store, name).await?;
    let text = match passphrase {
        Some(passphrase) => connspec_store::export(&connection, passphrase).map_err(Failure::unexamined)?,
        None => connspec_store::export_readable(&connection).map_err(Failure::unexamined)?,
    };
    match file {
        None => output::print(text)?,
        Some(path) => {
            write_private(path, &text).map_err(|error| match error.kind() {
                std::io::ErrorKind::AlreadyExists => taken(path),
                // The error of a temporary file names that; nobody asked for it.
                kind => Failure::unexamined(format!("{} cannot be written: {kind}", path.display())),
            })?;
            output::say(format_args!("written: {}", path.display()));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Before a passphrase is asked for: whether a new file can be made at `path`, as far as that is to be seen.
fn examine_new(path: &Path) -> Result<(), Failure> {
    if path.symlink_metadata().is_ok() {
        return Err(taken(path));
    }
    match path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        None => Ok(()),
        Some(folder) => Err(Failure::unexamined(format!(
            "{} cannot be written: there is no folder {}",
            path.display(),
            folder.display()
        ))
        .help("make the folder first, or write it elsewhere")),
    }
}

fn taken(path: &Path) -> Failure {
    Failure::unexamined(format!("{} is there already, and an export replaces nothing", path.display()))
        .help("write it to another file, or move this one away")
}

/// Writes a new file only its owner can read: whole or not at all, so that a full disk leaves nothing in the way of
/// the next try. A file that is there already is kept.
fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".connspec-").suffix(".tmp").tempfile_in(folder)?;
    file.write_all(format!("{text}\n").as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map(drop).map_err(|error| error.error)
}

/// What an exported file holds, or one of tokens that could not be saved.
struct Imported {
    connection: SavedConnection,
    is_rescued: bool,
}

fn read_export(file: &Path, passphrase: Option<&str>, place: &Store) -> Result<Imported, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::unexamined(format!("{} cannot be read: {error}", file.display())))?;
    if connspec_store::is_rescued(&text)
        && let Some(connection) = connspec_store::read_rescued(&text, &place.sealing()?).map_err(Failure::unexamined)?
    {
        return Ok(Imported { connection, is_rescued: true });
    }
    let needed = connspec_store::needs_passphrase(&text).map_err(|error| {
        let failure = Failure::unexamined(format!("{}: {error}", file.display()));
        match serde_json::from_str::<Value>(&text) {
            Ok(fixture) if fixture.get("exchanges").is_some() => {
                failure.help("it is a fixture: `connspec replay` runs it")
            }
            Ok(har) if har.pointer("/log/entries").is_some() => {
                failure.help("it is a HAR file: `connspec import har` makes a fixture of it")
            }
            _ => failure.help("`connspec connections export` writes such a file"),
        }
    })?;
    let passphrase = match needed {
        true => ask(passphrase, false)?,
        false => String::new(),
    };
    let connection = connspec_store::import(&text, &passphrase).map_err(Failure::unexamined)?;
    Ok(Imported { connection, is_rescued: false })
}

async fn import(
    store: &dyn ConnectionStore,
    imported: Imported,
    name: Option<&str>,
    replace: bool,
) -> Result<(), Failure> {
    let Imported { mut connection, is_rescued } = imported;
    if let Some(name) = name {
        name.clone_into(&mut connection.name);
    }
    connection.version = 0;
    if replace {
        match store.load(&connection.name).await {
            Ok(there) if is_rescued && has_newer_tokens(&there, &connection) => {
                return Err(Failure::unexamined(format!(
                    "`{}` has been given new tokens since these were rescued, so they are the older ones; nothing was \
                     changed",
                    connection.name
                ))
                .help("save them under another name with --name, if you want to see them"));
            }
            Ok(there) => connection.version = there.version,
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(Failure::unexamined(error)),
        }
    }
    store.save(&connection).await.map_err(|error| {
        let taken = error.is_conflict() && !replace;
        let failure = Failure::unexamined(error);
        if taken { failure.help("save it under another name with --name, or --replace what is there") } else { failure }
    })?;
    output::print(format_args!("imported {}", connection.name))
}

/// Whether the tokens `there` are no older than those `rescued`. A refresh counts one more success than what it was to be
/// saved over; a new connection counts none, so that its time has to do.
fn has_newer_tokens(there: &SavedConnection, rescued: &SavedConnection) -> bool {
    there.refresh.successes >= rescued.refresh.successes && there.tokens_since() >= rescued.tokens_since()
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
