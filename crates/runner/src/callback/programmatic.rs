//! Callbacks a program hands in: tests, replay, a rehearsal, a web server of one's own.

use std::time::Duration;

use connspec_exchange::BoxFuture;

use super::{Callback, CallbackError, CallbackQuery, CallbackSource};

/// What a program makes of an authorization address; `None` when no answer will come.
type Answer = dyn Fn(String) -> BoxFuture<'static, Option<CallbackQuery>> + Send + Sync;

/// How many refused answers it takes to see that the right one will not come: the function never waits by the clock, so
/// nothing else would end it.
const REFUSALS: usize = 100;

/// Asks a function for each callback, giving it the authorization address; never waits by the clock.
pub struct Programmatic {
    answer: Box<Answer>,
    redirect_uri: Option<String>,
}

impl Programmatic {
    /// A source that calls `answer` with the authorization address. `None` counts as a callback that never comes.
    pub fn new<F>(redirect_uri: Option<String>, answer: F) -> Self
    where
        F: Fn(String) -> BoxFuture<'static, Option<CallbackQuery>> + Send + Sync + 'static,
    {
        Self { answer: Box::new(answer), redirect_uri }
    }

    /// A source for flows that have no callback: asked for one, it says that none will come.
    pub fn none() -> Self {
        Self::new(None, |_| Box::pin(std::future::ready(None)))
    }
}

impl CallbackSource for Programmatic {
    fn redirect_uri(&self) -> Option<String> {
        self.redirect_uri.clone()
    }

    fn refusals(&self) -> Option<usize> {
        Some(REFUSALS)
    }

    fn next<'a>(&'a self, authorization_url: &'a str, _: Duration) -> BoxFuture<'a, Result<Callback, CallbackError>> {
        Box::pin(async move {
            let query = (self.answer)(authorization_url.to_owned()).await;
            query.map(Callback::new).ok_or(CallbackError::Timeout)
        })
    }
}
