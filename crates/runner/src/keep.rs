//! Keeping what a flow asks to have saved: a new connection, a saved one's changes, a pending authorization.

use std::sync::{Mutex, OnceLock, PoisonError};

use connspec_exchange::BoxFuture;
use connspec_spec::Definition;
use connspec_store::{
    ConnectionStore, PendingAuthorization, SavedConnection, StoreError, StoreErrorKind, reauthorize_command,
};
use serde_json::{Map, Value};

use crate::flow::{ConnectionState, Save};
use crate::inputs::Target;
use crate::observer::Timeline;
use crate::rescue::{PAUSES, may_pass};
use crate::runner::Runner;

/// How often a save is repeated on top of somebody else's.
const SAVE_ROUNDS: usize = 20;

/// Keeps what a flow asks to have saved.
pub(crate) trait Keeper: Send + Sync {
    /// Keeps `save`.
    fn keep<'a>(&'a self, save: Save) -> BoxFuture<'a, Result<(), StoreError>>;
}

/// Keeps nothing: runs that are not to be saved, and refreshes, whose result the store's own steps save.
pub(crate) struct Nowhere;

impl Keeper for Nowhere {
    fn keep<'a>(&'a self, _: Save) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// What a new connection is saved with, and where a pending authorization will be saved later.
#[derive(Clone)]
pub(crate) struct Creation {
    pub(crate) target: Target,
    pub(crate) common: Map<String, Value>,
    /// The connection exists and is authorized again.
    pub(crate) again: bool,
}

impl Creation {
    /// The record a connection begins with, or begins anew with where the one there was cannot be read.
    fn record(&self, name: &str, now: i64) -> SavedConnection {
        SavedConnection {
            common: self.common.clone(),
            settings: self.target.settings.clone(),
            ..SavedConnection::new(name, self.target.definition.clone(), now)
        }
    }
}

/// Saves a new connection, or the one authorized again.
pub(crate) struct Create<'a> {
    runner: &'a Runner,
    creation: Creation,
    /// The name where the account has none.
    fallback: String,
    /// The name it was saved under, once it was.
    saved_as: OnceLock<String>,
    /// The record as it was last tried to be saved.
    tried: Mutex<Option<SavedConnection>>,
    /// The record that could not be saved.
    unsaved: OnceLock<SavedConnection>,
    /// The record that was not replaced, as another account authorized.
    spared: OnceLock<SavedConnection>,
    /// What that other account gave, saved as a connection of its own.
    apart: OnceLock<SavedConnection>,
}

/// The longest account name a connection is named after, in characters.
const LONGEST_NAME: usize = 60;

impl<'a> Create<'a> {
    /// A keeper of a connection that `definition` makes.
    pub(crate) fn new(runner: &'a Runner, creation: Creation, definition: &Definition) -> Self {
        Self {
            runner,
            creation,
            fallback: definition.label.clone(),
            saved_as: OnceLock::new(),
            tried: Mutex::default(),
            unsaved: OnceLock::new(),
            spared: OnceLock::new(),
            apart: OnceLock::new(),
        }
    }

    /// What another account than the saved one gave, if that was so: saved as a connection of its own.
    pub(crate) fn apart(&self) -> Option<&SavedConnection> {
        self.apart.get()
    }

    /// The name it was saved under, else the one it was to be saved under.
    pub(crate) fn saved_as(&self) -> Option<&str> {
        self.saved_as.get().or(self.creation.target.name.as_ref()).map(String::as_str)
    }

    /// The record that could not be saved, if that was so.
    pub(crate) fn unsaved(&self) -> Option<&SavedConnection> {
        self.unsaved.get()
    }

    /// Saves the connection; what cannot be saved is kept elsewhere, as the provider gives its tokens once.
    async fn keep_or_rescue(&self, state: &ConnectionState) -> Result<(), StoreError> {
        let Err(failed) = self.keep_patiently(state).await else { return Ok(()) };
        if let Some(spared) = self.spared.get() {
            return self.keep_apart(spared, state).await;
        }
        let unsaved = self.unsaved.get_or_init(|| self.last_record(state));
        let way_out = match self.creation.again {
            true => format!("run `{}`", reauthorize_command(&unsaved.name)),
            false => "connect again".to_owned(),
        };
        let message = format!(
            "connection \"{}\" was made, but its secrets could not be saved: {}; {}",
            unsaved.name,
            failed.message,
            self.runner.rescued(unsaved, &way_out)
        );
        Err(StoreError::new(failed.kind, message))
    }

    /// Saves as a connection of its own what another account gave, and says so: the one there was stays as it is.
    async fn keep_apart(&self, spared: &SavedConnection, state: &ConnectionState) -> Result<(), StoreError> {
        let target = Target { name: None, named_after_account: true, replace: false, ..self.creation.target.clone() };
        let own = Self {
            runner: self.runner,
            creation: Creation { target, common: self.creation.common.clone(), again: false },
            fallback: self.fallback.clone(),
            saved_as: OnceLock::new(),
            tried: Mutex::default(),
            unsaved: OnceLock::new(),
            spared: OnceLock::new(),
            apart: OnceLock::new(),
        };
        let kept = Box::pin(own.keep_or_rescue(state)).await;
        let refused = other_account(spared, state);
        if let Err(error) = kept {
            if let Some(unsaved) = own.unsaved.into_inner() {
                self.unsaved.get_or_init(|| unsaved);
            }
            return Err(StoreError::new(error.kind, format!("{refused}; {}", error.message)));
        }
        let apart = self.apart.get_or_init(|| own.last_record(state));
        let message = format!(
            "{refused}; what this account gave is saved as connection \"{}\". Run `{again}` and sign in as the account it \
             belongs to, or `{again} --any-account` to put another account in its place",
            apart.name,
            again = reauthorize_command(&spared.name)
        );
        Err(StoreError::new(StoreErrorKind::Conflict, message))
    }

    async fn keep_patiently(&self, state: &ConnectionState) -> Result<(), StoreError> {
        for pause in PAUSES {
            match self.keep_connection(state).await {
                Err(error) if may_pass(&error) => self.runner.clock.sleep(pause).await,
                settled => return settled,
            }
        }
        self.keep_connection(state).await
    }

    /// The connection as it would have been saved; where the store did not even tell what is there, made without it.
    fn last_record(&self, state: &ConnectionState) -> SavedConnection {
        if let Some(tried) = self.tried.lock().unwrap_or_else(PoisonError::into_inner).take() {
            return tried;
        }
        let given = self.saved_as.get().or(self.creation.target.name.as_ref()).cloned();
        let name = given.or_else(|| account_name(state)).unwrap_or_else(|| self.fallback.clone());
        let now = self.runner.clock.now();
        let mut connection = self.creation.record(&name, now);
        self.fill(&mut connection, state, now);
        // Whatever the version of the one that is to be replaced may be.
        connection.version = u64::from(self.creation.again || self.creation.target.replace);
        connection
    }

    async fn keep_connection(&self, state: &ConnectionState) -> Result<(), StoreError> {
        let Some(name) = self.name(state).await? else { return Ok(()) };
        let name = &name;
        // A second save of the same run is a change of the first, under the same name.
        let first = self.saved_as.set(name.clone()).is_ok();
        let now = self.runner.clock.now();
        for _ in 0..SAVE_ROUNDS {
            let mut connection = match self.runner.store.load(name).await {
                // It was saved, and only the store's answer was lost.
                Ok(existing) if !first && existing.data == state.data => return Ok(()),
                Ok(existing) if self.is_another_account(&existing, state) => {
                    let refused = StoreError::new(StoreErrorKind::Conflict, other_account(&existing, state));
                    self.spared.get_or_init(|| existing);
                    return Err(refused);
                }
                Ok(existing) => {
                    let fresh = self.over(existing, state)?;
                    if first && !self.creation.again && !self.creation.target.replace {
                        self.runner.observer.observe(&Timeline::Replacing { name });
                    }
                    fresh
                }
                Err(error) if error.is_not_found() && !self.creation.again => self.creation.record(name, now),
                Err(error) => return Err(error),
            };
            self.fill(&mut connection, state, now);
            *self.tried.lock().unwrap_or_else(PoisonError::into_inner) = Some(connection.clone());
            match save(self.runner, &connection).await {
                Err(error) if error.is_conflict() => {}
                settled => return settled,
            }
        }
        Err(too_busy(name))
    }

    /// The name to save under; none where nothing is to be saved.
    async fn name(&self, state: &ConnectionState) -> Result<Option<String>, StoreError> {
        let target = &self.creation.target;
        if let Some(given) = self.saved_as.get().or(target.name.as_ref()) {
            return Ok(Some(given.clone()));
        }
        if !target.named_after_account {
            return Ok(None);
        }
        let account = account_name(state).unwrap_or_else(|| self.fallback.clone());
        if target.replace {
            return Ok(Some(account));
        }
        let numbered = (2..).map(|number| format!("{account} {number}"));
        for name in std::iter::once(account.clone()).chain(numbered) {
            match self.runner.store.load(&name).await {
                Ok(existing) if self.is_same_account(&existing, state) => return Ok(Some(name)),
                Ok(_) => {}
                Err(error) if error.is_not_found() => {
                    if name != account {
                        self.runner.observer.observe(&Timeline::NameTaken { name: &account, instead: &name });
                    }
                    return Ok(Some(name));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(None)
    }

    /// Whether a saved connection is the same account of the same definition: connecting it again renews it.
    fn is_same_account(&self, existing: &SavedConnection, state: &ConnectionState) -> bool {
        existing.uid.is_some()
            && existing.uid == state.uid
            && existing.definition.spec == self.creation.target.definition.spec
            && existing.definition.connection == self.creation.target.definition.connection
    }

    /// Whether another account authorized than the saved connection belongs to, and that is not wanted.
    fn is_another_account(&self, existing: &SavedConnection, state: &ConnectionState) -> bool {
        let differ = existing.uid.as_ref().zip(state.uid.as_ref()).is_some_and(|(before, now)| before != now);
        self.creation.again && !self.runner.any_account && differ
    }

    /// The record a new connection replaces.
    fn over(&self, existing: SavedConnection, state: &ConnectionState) -> Result<SavedConnection, StoreError> {
        if self.creation.again {
            return Ok(existing);
        }
        let named_by_us = self.creation.target.name.is_none() && self.is_same_account(&existing, state);
        if !self.creation.target.replace && !named_by_us {
            return Err(name_taken(&existing.name));
        }
        let fresh = self.creation.record(&existing.name, self.runner.clock.now());
        Ok(SavedConnection { version: existing.version, ..fresh })
    }

    fn fill(&self, connection: &mut SavedConnection, state: &ConnectionState, now: i64) {
        connection.data.clone_from(&state.data);
        connection.scope.clone_from(&state.scope);
        connection.uid = state.uid.clone().or(connection.uid.take());
        connection.metadata = state.metadata.clone().or(connection.metadata.take());
        connection.expires = state.expires;
        connection.updated = now;
        connection.invalidated = None;
        connection.needs_reauthorization = None;
        connection.refresh = connspec_store::RefreshRecord {
            attempts: connection.refresh.attempts,
            successes: connection.refresh.successes,
            last_success: self.creation.again.then_some(now),
            ..Default::default()
        };
    }
}

impl Keeper for Create<'_> {
    fn keep<'a>(&'a self, save: Save) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            match save {
                Save::Connection(state) => self.keep_or_rescue(&state).await,
                Save::Pending(mut pending) => {
                    let Creation { target, common, again } = &self.creation;
                    pending.name = target.name.clone().unwrap_or_default();
                    pending.definition = target.definition.clone();
                    pending.common.clone_from(common);
                    if let Value::Object(members) = &mut pending.flow {
                        members.insert("replace".to_owned(), target.replace.into());
                        members.insert("again".to_owned(), (*again).into());
                        members.insert("namedAfterAccount".to_owned(), target.named_after_account.into());
                        members.insert("settings".to_owned(), Value::Object(target.settings.clone()));
                    }
                    self.runner.store.put_pending(&pending).await
                }
                Save::Invalidated => Ok(()),
            }
        })
    }
}

/// Saves what a flow changed of a connection that is saved already.
pub(crate) struct Update<'a> {
    pub(crate) runner: &'a Runner,
    /// The connection as the flow saw it.
    pub(crate) seen: SavedConnection,
}

impl Update<'_> {
    async fn change(&self, change: impl Fn(&mut SavedConnection)) -> Result<(), StoreError> {
        for _ in 0..SAVE_ROUNDS {
            let mut connection = self.runner.store.load(&self.seen.name).await?;
            let before = connection.clone();
            change(&mut connection);
            if connection == before {
                return Ok(());
            }
            connection.updated = self.runner.clock.now();
            match save(self.runner, &connection).await {
                Err(error) if error.is_conflict() => {}
                settled => return settled,
            }
        }
        Err(too_busy(&self.seen.name))
    }

    /// Writes the keys the flow changed, so that tokens somebody else refreshed meanwhile stay.
    fn apply(&self, connection: &mut SavedConnection, state: &ConnectionState) {
        for (key, value) in &state.data {
            if self.seen.data.get(key) != Some(value) {
                connection.data.insert(key.clone(), value.clone());
            }
        }
        // Removed by the flow, under `dataUndefined=delete`.
        for (key, value) in self.seen.data.iter().filter(|(key, _)| !state.data.contains_key(*key)) {
            if connection.data.get(key) == Some(value) {
                connection.data.shift_remove(key);
            }
        }
        connection.uid = state.uid.clone().or(connection.uid.take());
        connection.metadata = state.metadata.clone().or(connection.metadata.take());
        if state.expires != self.seen.expires {
            connection.expires = state.expires;
        }
    }
}

impl Keeper for Update<'_> {
    fn keep<'a>(&'a self, save: Save) -> BoxFuture<'a, Result<(), StoreError>> {
        Box::pin(async move {
            match save {
                Save::Connection(state) => self.change(|connection| self.apply(connection, &state)).await,
                Save::Invalidated => {
                    let now = self.runner.clock.now();
                    self.change(|connection| connection.invalidated = Some(now)).await
                }
                Save::Pending(_) => Ok(()),
            }
        })
    }
}

async fn save(runner: &Runner, connection: &SavedConnection) -> Result<(), StoreError> {
    let version = runner.store.save(connection).await?;
    runner.observer.observe(&Timeline::Saved { name: &connection.name, version });
    Ok(())
}

/// Sees that something can be saved, before a person is sent to the browser for it: keeps an authorization that nobody
/// waits for, and takes it away again.
pub(crate) async fn check_writable(runner: &Runner, target: &Target) -> Result<(), StoreError> {
    if target.name.is_none() && !target.named_after_account {
        return Ok(());
    }
    let now = runner.clock.now();
    let state = format!("{} sees whether it can save at {now}", runner.holder);
    let name = target.name.as_deref().unwrap_or("trial");
    let trial = PendingAuthorization::new(&state, name, target.definition.clone(), now);
    match runner.store.put_pending(&trial).await {
        // Another process of that number, at this moment: it can save.
        Err(error) if error.is_conflict() => return Ok(()),
        put => put?,
    }
    match runner.store.take_pending(&state, now).await {
        Err(error) if error.is_not_found() => Ok(()),
        taken => taken.map(drop),
    }
}

/// Refuses a name that is taken, before anything is sent.
pub(crate) async fn check_free(store: &dyn ConnectionStore, target: &Target) -> Result<(), StoreError> {
    let Some(name) = &target.name else { return Ok(()) };
    connspec_store::check_name(name)?;
    if target.replace {
        return Ok(());
    }
    match store.load(name).await {
        Ok(_) => Err(name_taken(name)),
        Err(error) if error.is_not_found() => Ok(()),
        Err(error) => Err(error),
    }
}

/// What tells an account apart for people, as far as it can be a name.
fn account_name(state: &ConnectionState) -> Option<String> {
    let metadata = state.metadata.as_ref().and_then(|metadata| metadata["value"].as_str());
    [metadata, state.uid.as_deref()].into_iter().flatten().find_map(|text| {
        let visible: String = text.chars().filter(|character| !character.is_control()).take(LONGEST_NAME).collect();
        let name = visible.trim();
        connspec_store::check_name(name).is_ok().then(|| name.to_owned())
    })
}

/// Why a saved connection is not authorized anew by this account.
fn other_account(existing: &SavedConnection, state: &ConnectionState) -> String {
    let account = |uid: &Option<String>, metadata: &Option<Value>| {
        let uid = uid.as_deref().unwrap_or_default();
        match metadata.as_ref().and_then(|metadata| metadata["value"].as_str()) {
            Some(name) if name != uid => format!("{name}, uid {uid}"),
            _ => format!("uid {uid}"),
        }
    };
    format!(
        "connection \"{}\" belongs to another account ({}) than the one that authorized now ({}), so it was left as it was",
        existing.name,
        account(&existing.uid, &existing.metadata),
        account(&state.uid, &state.metadata)
    )
}

fn name_taken(name: &str) -> StoreError {
    StoreError::new(
        StoreErrorKind::Conflict,
        format!(
            "a connection named \"{name}\" is saved already and connecting would lose its tokens; choose another name \
             with `--name`, or replace it on purpose with `--replace`"
        ),
    )
}

fn too_busy(name: &str) -> StoreError {
    StoreError::new(
        StoreErrorKind::Conflict,
        format!("connection \"{name}\" was changed by others {SAVE_ROUNDS} times while it was to be saved; try again"),
    )
}
