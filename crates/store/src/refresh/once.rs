//! The steps of one refresh, among any number of processes that want it.
//!
//! 1. Load; if nothing is due or an earlier failure forbids it, stop.
//! 2. Ask for the lease. Held by another: wait, and take the other's result.
//! 3. Holding it: load again, announce the refresh (`presented`) while holding,
//!    and only then send it.
//! 4. Save the answer, then give the lease back, then answer the caller.

use std::future::Future;
use std::pin::pin;
use std::time::Duration;

use super::record::{apply_answer, apply_failure, backing_off, mark_presented};
use super::{RefreshError, RefreshFailure, RefreshRequest, Refreshed, RefreshedBy, Updated};
use crate::sealing::fill_random;
use crate::{
    BoxFuture, FencingToken, HeldLease, LeaseAttempt, Presented, RecordedFailure, RefreshRecord, SavedConnection,
    StoreError, StoreErrorKind,
};

/// How often a save is repeated on top of other people's saves. Each round
/// means that somebody else succeeded, so this is never reached by bad luck.
const SAVE_ROUNDS: usize = 50;

/// Sees that of all who want connection `request.name` refreshed exactly one
/// performs it and all get its result.
///
/// `decide` says whether the connection is due, for instance by evaluating
/// `refresh.condition`; an error of it counts as a refresh that was not sent
/// and is not recorded. `perform` is handed the connection as announced and
/// sends the refresh; while it runs the lease is renewed.
///
/// Dropping the future while `perform` runs loses the answer and leaves the
/// announcement; where that can happen, use [`crate::SingleFlight`].
///
/// Errors: see [`RefreshError`].
pub async fn refresh_once<D, P, F>(
    request: &RefreshRequest<'_>,
    decide: D,
    perform: P,
) -> Result<Refreshed, RefreshError>
where
    D: Fn(&SavedConnection) -> Result<bool, RefreshFailure> + Send,
    P: FnOnce(SavedConnection) -> F + Send,
    F: Future<Output = Result<Updated, RefreshFailure>> + Send,
{
    let mut attempt = Attempt { request, decide, known: None, waited_millis: 0 };
    loop {
        if let Some(refreshed) = attempt.look().await?.settled() {
            return Ok(refreshed);
        }
        let held = match attempt.acquire().await? {
            LeaseAttempt::Acquired(token) => {
                let announced = attempt.announce(token).await;
                let outcome = match announced {
                    Ok(Announcement::Announced { sent, earlier }) => attempt.send(token, sent, earlier, perform).await,
                    Ok(Announcement::Settled(refreshed)) => Ok(refreshed),
                    Err(error) if is_lease_lost(&error) => {
                        attempt.pause(request.holder).await?;
                        continue;
                    }
                    Err(error) => Err(error),
                };
                // A lease that cannot be given back runs out by itself.
                let _ = request.store.release_lease(request.name, token).await;
                return outcome;
            }
            LeaseAttempt::Held(held) => held,
        };
        attempt.wait(&held).await?;
    }
}

/// Milliseconds between repeated tries to write an outcome down.
const SAVE_PAUSES: [u64; 4] = [100, 400, 1_600, 6_400];

fn may_pass(error: &StoreError) -> bool {
    matches!(error.kind, StoreErrorKind::Locked | StoreErrorKind::Unreachable)
}

fn is_lease_lost(error: &RefreshError) -> bool {
    matches!(error, RefreshError::Store(error) if error.kind == StoreErrorKind::LeaseLost)
}

/// One caller's way to a fresh connection.
struct Attempt<'a, D> {
    request: &'a RefreshRequest<'a>,
    decide: D,
    /// The record as it was when the caller came: what finishes later counts.
    known: Option<RefreshRecord>,
    waited_millis: u64,
}

/// What a look at the connection shows.
enum Look {
    Settled(Refreshed),
    Due(SavedConnection),
}

impl Look {
    fn settled(self) -> Option<Refreshed> {
        match self {
            Self::Settled(refreshed) => Some(refreshed),
            Self::Due(_) => None,
        }
    }
}

enum Announcement {
    Announced { sent: SavedConnection, earlier: Option<Presented> },
    Settled(Refreshed),
}

impl<D> Attempt<'_, D>
where
    D: Fn(&SavedConnection) -> Result<bool, RefreshFailure> + Send,
{
    /// Loads the connection and sees whether a refresh is still wanted and allowed.
    async fn look(&mut self) -> Result<Look, RefreshError> {
        let connection = self.request.store.load(self.request.name).await?;
        if let Some(known) = &self.known {
            if connection.refresh.successes > known.successes {
                return Ok(Look::Settled(Refreshed { connection, by: RefreshedBy::Another }));
            }
            if let Some(failure) = &connection.refresh.last_failure
                && known.last_failure.as_ref() != Some(failure)
            {
                return Err(self.failed(failure.clone(), RefreshedBy::Another));
            }
        }
        self.known.get_or_insert_with(|| connection.refresh.clone());
        let due = (self.decide)(&connection).map_err(|failure| self.undecided(&connection, failure))?;
        if !due {
            return Ok(Look::Settled(Refreshed { connection, by: RefreshedBy::Nobody }));
        }
        self.check_allowed(&connection)?;
        Ok(Look::Due(connection))
    }

    fn check_allowed(&self, connection: &SavedConnection) -> Result<(), RefreshError> {
        let name = || self.request.name.to_owned();
        if self.request.options.insist {
            return Ok(());
        }
        if let Some(reason) = &connection.needs_reauthorization {
            return Err(RefreshError::NeedsReauthorization { name: name(), reason: reason.clone() });
        }
        if let Some((wait_millis, failure)) = backing_off(connection, self.request.clock.now()) {
            return Err(RefreshError::BackingOff { name: name(), wait_millis, failure });
        }
        Ok(())
    }

    async fn acquire(&self) -> Result<LeaseAttempt, StoreError> {
        let RefreshRequest { store, name, holder, clock, options } = *self.request;
        store.acquire_lease(name, holder, clock.now(), options.lease_millis).await
    }

    /// Waits until the holder is done, is gone, or has saved something.
    async fn wait(&mut self, held: &HeldLease) -> Result<(), RefreshError> {
        let RefreshRequest { store, name, clock, .. } = *self.request;
        let version = store.lease_state(name).await?.version;
        if self.waited_millis == 0 {
            clock.waits_for(held);
        }
        loop {
            self.pause(&held.holder).await?;
            let state = store.lease_state(name).await?;
            if state.held.is_none() || state.version != version {
                return Ok(());
            }
        }
    }

    /// Sleeps for one poll, as long as there is patience.
    async fn pause(&mut self, holder: &str) -> Result<(), RefreshError> {
        let RefreshRequest { name, clock, options, .. } = *self.request;
        if self.waited_millis >= options.patience_millis {
            return Err(RefreshError::Impatient { name: name.to_owned(), holder: holder.to_owned() });
        }
        let millis = pause_millis(self.waited_millis)?;
        clock.sleep(millis).await;
        self.waited_millis += millis;
        Ok(())
    }

    /// Writes the marker before anything is sent, so that whoever comes after a
    /// crash knows. Looks again first: somebody may just have finished.
    async fn announce(&mut self, token: FencingToken) -> Result<Announcement, RefreshError> {
        let RefreshRequest { store, holder, clock, .. } = *self.request;
        for _ in 0..SAVE_ROUNDS {
            let mut sent = match self.look().await? {
                Look::Due(connection) => connection,
                Look::Settled(refreshed) => return Ok(Announcement::Settled(refreshed)),
            };
            let before = sent.refresh.clone();
            let earlier = mark_presented(&mut sent, holder, clock.now());
            match store.save_holding(&sent, token).await {
                Ok(version) => {
                    sent.version = version;
                    return Ok(Announcement::Announced { sent, earlier });
                }
                Err(error) if error.is_conflict() => {}
                Err(error) => {
                    self.take_back(&sent, before).await;
                    return Err(error.into());
                }
            }
        }
        Err(too_busy(self.request.name).into())
    }

    /// Nothing was sent: where the announcement came to be written all the same, it is taken back. Where that fails as
    /// well, the record says more than is true, which costs nothing but words.
    async fn take_back(&self, sent: &SavedConnection, before: RefreshRecord) {
        let store = self.request.store;
        if let Ok(mut stored) = store.load(self.request.name).await
            && stored.refresh.presented == sent.refresh.presented
        {
            stored.refresh = before;
            let _ = store.save(&stored).await;
        }
    }

    /// Sends the refresh and saves what comes of it.
    async fn send<P, F>(
        &self,
        token: FencingToken,
        sent: SavedConnection,
        earlier: Option<Presented>,
        perform: P,
    ) -> Result<Refreshed, RefreshError>
    where
        P: FnOnce(SavedConnection) -> F + Send,
        F: Future<Output = Result<Updated, RefreshFailure>> + Send,
    {
        let performing = perform(sent.clone());
        // Kept until the outcome is saved: whoever took the lease over before would send the old token again.
        let sending = async {
            match performing.await {
                Ok(updated) => self.save_answer(sent, updated).await,
                Err(failure) => Err(self.save_failure(&sent, earlier.as_ref(), failure).await),
            }
        };
        self.renewing(token, sending).await
    }

    /// Runs `performing`, renewing the lease every third of its length. That
    /// goes by real time, as the store's clock does, whatever clock the caller
    /// lives by. A lease lost meanwhile changes nothing: the request is out.
    async fn renewing<F: Future>(&self, token: FencingToken, performing: F) -> F::Output {
        let RefreshRequest { store, name, options, .. } = *self.request;
        let third = u64::try_from(options.lease_millis / 3).unwrap_or(0).max(1);
        let mut performing = pin!(performing);
        loop {
            tokio::select! {
                biased;
                output = &mut performing => return output,
                () = tokio::time::sleep(Duration::from_millis(third)) => {}
            }
            // Side by side, so that saving the outcome does not wait for it.
            let mut renewal = store.renew_lease(name, token, options.lease_millis);
            tokio::select! {
                biased;
                output = &mut performing => {
                    let _ = renewal.await; // a statement broken off would cost its connection
                    return output;
                }
                _ = &mut renewal => {}
            }
        }
    }

    /// Saves new tokens, on top of whatever others saved meanwhile.
    async fn save_answer(&self, sent: SavedConnection, updated: Updated) -> Result<Refreshed, RefreshError> {
        let RefreshRequest { store, name, clock, .. } = *self.request;
        let not_saved = |connection: SavedConnection, error| {
            Err(RefreshError::NotSaved { connection: Box::new(connection), error })
        };
        let mut current = sent.clone();
        let mut merged = sent.clone();
        for _ in 0..SAVE_ROUNDS {
            merged = match apply_answer(&current, &sent, &updated, clock.now()) {
                Some(merged) => merged,
                None => return Ok(Refreshed { connection: current, by: RefreshedBy::Another }),
            };
            match self.patiently(|| store.save(&merged)).await {
                Ok(version) => {
                    merged.version = version;
                    return Ok(Refreshed { connection: merged, by: RefreshedBy::Us });
                }
                Err(error) if error.is_conflict() => {}
                Err(error) => return not_saved(merged, error),
            }
            current = match self.patiently(|| store.load(name)).await {
                Ok(current) => current,
                Err(error) => return not_saved(merged, error),
            };
        }
        not_saved(merged, too_busy(name))
    }

    /// Asks the store, repeating where what went wrong may pass: the outcome of
    /// a refresh exists nowhere else.
    async fn patiently<'s, T>(
        &self,
        ask: impl Fn() -> BoxFuture<'s, Result<T, StoreError>> + Send + Sync,
    ) -> Result<T, StoreError> {
        for pause in SAVE_PAUSES {
            match ask().await {
                Err(error) if may_pass(&error) => self.request.clock.sleep(pause).await,
                other => return other,
            }
        }
        ask().await
    }

    /// Notes a failure and words it for the caller.
    async fn save_failure(
        &self,
        sent: &SavedConnection,
        earlier: Option<&Presented>,
        failure: RefreshFailure,
    ) -> RefreshError {
        let RefreshRequest { store, name, clock, .. } = *self.request;
        let mut current = sent.clone();
        let mut rounds = 0;
        let (mut recorded, unsaved) = loop {
            let recorded = apply_failure(&mut current, sent, earlier, &failure, clock.now());
            match self.patiently(|| store.save(&current)).await {
                Ok(_) => break (recorded, None),
                Err(error) if error.is_conflict() && rounds < SAVE_ROUNDS => rounds += 1,
                Err(error) => break (recorded, Some(error)),
            }
            match self.patiently(|| store.load(name)).await {
                Ok(newer) => current = newer,
                Err(error) => break (recorded, Some(error)),
            }
        };
        if let Some(error) = unsaved {
            recorded.message = format!("{}; nor could this be written down: {error}", recorded.message);
        }
        self.failed(recorded, RefreshedBy::Us)
    }

    fn failed(&self, failure: RecordedFailure, by: RefreshedBy) -> RefreshError {
        RefreshError::Failed { name: self.request.name.to_owned(), failure, by }
    }

    fn undecided(&self, connection: &SavedConnection, failure: RefreshFailure) -> RefreshError {
        let failure = RecordedFailure {
            at: self.request.clock.now(),
            attempt: connection.refresh.attempts,
            permanent: false,
            message: failure.message,
        };
        self.failed(failure, RefreshedBy::Us)
    }
}

/// 5 ms for the first 100, then 20 with a jitter of 5 (measured.md §5).
fn pause_millis(waited: u64) -> Result<u64, StoreError> {
    if waited < 100 {
        return Ok(5);
    }
    let mut random = [0];
    fill_random(&mut random)?;
    Ok(15 + u64::from(random[0] % 11))
}

fn too_busy(name: &str) -> StoreError {
    StoreError::new(
        StoreErrorKind::Conflict,
        format!(
            "connection \"{name}\" is being changed by others all the time, so it could not be saved; find out who keeps saving it"
        ),
    )
}
