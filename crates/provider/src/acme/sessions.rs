//! The sessions of Acme's own login.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use connspec_exchange::Clock;

use crate::Randomness;

/// Who is logged in. A session ends by itself, or by a logout.
pub(super) struct Sessions {
    minutes: i64,
    clock: Arc<dyn Clock>,
    randomness: Arc<dyn Randomness>,
    open: Mutex<HashMap<String, Session>>,
}

struct Session {
    person: String,
    /// Milliseconds since 1970.
    ends: i64,
}

impl Sessions {
    pub(super) fn new(minutes: i64, clock: Arc<dyn Clock>, randomness: Arc<dyn Randomness>) -> Self {
        Self { minutes, clock, randomness, open: Mutex::default() }
    }

    /// A new session's token, and how many seconds it lasts.
    pub(super) fn begin(&self, person: &str) -> (String, i64) {
        let (token, now) = (self.randomness.token(), self.clock.now());
        let mut open = self.open();
        open.retain(|_, session| session.ends > now);
        open.insert(token.clone(), Session { person: person.to_owned(), ends: now + self.minutes * 60_000 });
        (token, self.minutes * 60)
    }

    /// Whose session it is, while it lasts.
    pub(super) fn person(&self, token: &str) -> Option<String> {
        let now = self.clock.now();
        self.open().get(token).filter(|session| session.ends > now).map(|session| session.person.clone())
    }

    /// Ends a session; whether there was one.
    pub(super) fn end(&self, token: &str) -> bool {
        self.person(token).is_some() && self.open().remove(token).is_some()
    }

    /// A panic elsewhere must not lock everybody out.
    fn open(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
