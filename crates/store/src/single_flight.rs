//! One refresh at a time within this process, whatever becomes of those who
//! asked for it.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::refresh::{
    RefreshClock, RefreshError, RefreshFailure, RefreshOptions, RefreshRequest, Refreshed, RefreshedBy, Updated,
    refresh_once,
};
use crate::sealing::{fill_random, hex};
use crate::{ConnectionStore, SavedConnection, StoreError, StoreErrorKind};

type Outcome = Result<Refreshed, RefreshError>;
type Landing = watch::Receiver<Option<Outcome>>;

/// Shares one refresh per connection among all tasks of this process, and
/// through [`refresh_once`] with all other processes of the store.
///
/// The refresh runs in a task of its own: a caller that goes away (a browser
/// that closes its connection) does not take the answer with it.
#[derive(Clone)]
pub struct SingleFlight {
    store: Arc<dyn ConnectionStore>,
    clock: Arc<dyn RefreshClock>,
    options: RefreshOptions,
    holder: String,
    flights: Flights,
}

/// The refreshes under way within this process, to be shared by every
/// [`SingleFlight`] over the same store.
#[derive(Clone, Default)]
pub struct Flights(Arc<Mutex<HashMap<String, Landing>>>);

impl SingleFlight {
    /// Refreshes of the connections in `store`. Errors: `InvalidKey` where the
    /// system gives no randomness for the holder's name.
    pub fn new(
        store: Arc<dyn ConnectionStore>,
        clock: Arc<dyn RefreshClock>,
        options: RefreshOptions,
    ) -> Result<Self, StoreError> {
        let mut random = [0; 4];
        fill_random(&mut random)?;
        let holder = format!("process {} ({})", std::process::id(), hex(&random));
        Ok(Self::among(Flights::default(), store, clock, options, holder))
    }

    /// As [`Self::new`], sharing `flights` with others over the same store, who
    /// may have other options; `holder` says for people who asks.
    pub fn among(
        flights: Flights,
        store: Arc<dyn ConnectionStore>,
        clock: Arc<dyn RefreshClock>,
        options: RefreshOptions,
        holder: String,
    ) -> Self {
        Self { store, clock, options, holder, flights }
    }

    /// The connection `name`, refreshed if `decide` says it is due: by this
    /// call's `perform`, or by whoever is already at it. See [`refresh_once`].
    pub async fn refresh<D, P, F>(&self, name: &str, decide: D, perform: P) -> Outcome
    where
        D: Fn(&SavedConnection) -> Result<bool, RefreshFailure> + Send + Sync + 'static,
        P: FnOnce(SavedConnection) -> F + Send + 'static,
        F: Future<Output = Result<Updated, RefreshFailure>> + Send + 'static,
    {
        let mut landing = loop {
            let (sender, receiver) = watch::channel(None);
            match self.board(name, receiver) {
                Boarding::Leads(landing) => {
                    tokio::spawn(self.clone().fly(name.to_owned(), decide, perform, sender));
                    break landing;
                }
                Boarding::Joins(mut landing) => match landed(&mut landing).await {
                    // Not due for the one who leads, who may have asked less of it.
                    Some(Ok(Refreshed { by: RefreshedBy::Nobody, .. })) | None => {}
                    // Not allowed for the one who leads; we insist.
                    Some(Err(RefreshError::NeedsReauthorization { .. } | RefreshError::BackingOff { .. }))
                        if self.options.insist => {}
                    Some(outcome) => return outcome.map(by_another),
                },
            }
        };
        landed(&mut landing).await.unwrap_or_else(|| Err(crashed(name).into()))
    }

    /// Joins the flight under way, or leads one that lands at `landing`.
    fn board(&self, name: &str, landing: Landing) -> Boarding {
        let mut flights = lock(&self.flights.0);
        if let Some(under_way) = flights.get(name) {
            return Boarding::Joins(under_way.clone());
        }
        flights.insert(name.to_owned(), landing.clone());
        Boarding::Leads(landing)
    }

    async fn fly<D, P, F>(self, name: String, decide: D, perform: P, sender: watch::Sender<Option<Outcome>>)
    where
        D: Fn(&SavedConnection) -> Result<bool, RefreshFailure> + Send + Sync,
        P: FnOnce(SavedConnection) -> F + Send,
        F: Future<Output = Result<Updated, RefreshFailure>> + Send,
    {
        // Removed before the outcome is told, after a panic as well: whoever
        // wants something else than this outcome must not join it again.
        let entry = Entry { flights: &self.flights.0, name: &name };
        let request = RefreshRequest {
            store: &*self.store,
            name: &name,
            holder: &self.holder,
            clock: &*self.clock,
            options: self.options,
        };
        let outcome = refresh_once(&request, decide, perform).await;
        drop(entry);
        sender.send_replace(Some(outcome));
    }
}

enum Boarding {
    Leads(Landing),
    Joins(Landing),
}

/// A flight's entry, removed when it is over.
struct Entry<'a> {
    flights: &'a Mutex<HashMap<String, Landing>>,
    name: &'a str,
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        lock(self.flights).remove(self.name);
    }
}

/// The outcome; `None` where the flight ended without one.
async fn landed(landing: &mut Landing) -> Option<Outcome> {
    let outcome = landing.wait_for(Option::is_some).await.ok()?;
    outcome.clone()
}

fn by_another(refreshed: Refreshed) -> Refreshed {
    Refreshed { by: RefreshedBy::Another, ..refreshed }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // The map is changed by single inserts and removals, so it is whole after a panic.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn crashed(name: &str) -> StoreError {
    StoreError::new(
        StoreErrorKind::Other,
        format!(
            "the refresh of connection \"{name}\" crashed or the program is shutting down, so it is not known whether it was answered; try again, and report the crash if it repeats"
        ),
    )
}
