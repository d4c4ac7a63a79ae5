//! How the user's browser comes back: the seam between a flow that waits and the places an answer can come from.
//!
//! * [`Loopback`]: a listener on 127.0.0.1 (RFC 8252 §7.3)
//! * [`Pasted`]: the user pastes the final address (for providers that only accept Make's own callback)
//! * [`Programmatic`]: the caller hands the answers in (tests, embedding, a web server of one's own)

mod http;
mod loopback;
mod page;
mod pasted;
mod path;
mod programmatic;
mod query;
#[cfg(feature = "callback-tls")]
mod tls;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use connspec_exchange::BoxFuture;
use tokio::sync::oneshot;

pub use loopback::{Loopback, LoopbackOptions};
pub use page::Verdict;
pub use pasted::Pasted;
pub use path::{CALLBACK_PATH, callback_path};
pub use programmatic::Programmatic;
pub use query::CallbackQuery;
#[cfg(feature = "callback-tls")]
pub use tls::SelfSigned;

/// Where callbacks come from.
pub trait CallbackSource: Send + Sync {
    /// The redirect URI the source listens on, if it has one of its own.
    fn redirect_uri(&self) -> Option<String>;

    /// How many callbacks to one authorization may be refused before no further one is asked for; `None` where time is
    /// the bound. A listener has no such number: whoever can reach it could end an authorization by forging as many.
    fn refusals(&self) -> Option<usize> {
        None
    }

    /// Waits for the next callback to the authorization page `authorization_url`, at most `patience`.
    ///
    /// It is called again after a callback that was refused, so that a forged one does not spoil the real one.
    ///
    /// # Errors
    /// [`CallbackError::Timeout`] when none came in time; anything else means that none can come any more.
    fn next<'a>(
        &'a self,
        authorization_url: &'a str,
        patience: Duration,
    ) -> BoxFuture<'a, Result<Callback, CallbackError>>;
}

/// Why no callback can be handed over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    /// Nobody answered in time.
    #[error("no callback arrived in time")]
    Timeout,
    /// The user broke the run off.
    #[error("the run was interrupted while it waited for the browser")]
    Cancelled,
    /// The listener's port cannot be had.
    #[error(
        "port {port} on 127.0.0.1 cannot be used for the callback: {reason}; choose another with `--callback-port` \
         (0 takes any free one)"
    )]
    Port {
        /// The port asked for.
        port: u16,
        /// What the system says.
        reason: String,
    },
    /// The source broke down.
    #[error("the callback cannot be received: {0}")]
    Broken(String),
}

/// One answer of the browser, and the way to tell the person at it what became of it.
pub struct Callback {
    /// The query it came with.
    pub query: CallbackQuery,
    reply: Option<Reply>,
}

/// The waiting browser's end.
struct Reply {
    verdict: oneshot::Sender<Verdict>,
    shown: oneshot::Receiver<()>,
    answered: Arc<AtomicBool>,
}

/// How long a verdict may take to reach the browser before the run goes on without knowing.
const SHOW_PATIENCE: Duration = Duration::from_secs(1);

impl Callback {
    /// A callback nobody waits at.
    pub fn new(query: CallbackQuery) -> Self {
        Self { query, reply: None }
    }

    /// Says that this is the answer waited for: from now on the source refuses every further one.
    pub fn accept(&self) {
        if let Some(reply) = &self.reply {
            reply.answered.store(true, Ordering::SeqCst);
        }
    }

    /// Shows `verdict` to the person at the browser and waits briefly until it is there.
    pub async fn answer(self, verdict: Verdict) {
        let Some(Reply { verdict: sender, shown, .. }) = self.reply else { return };
        if sender.send(verdict).is_ok() {
            // A browser that is gone does not hold up the run.
            let _ = tokio::time::timeout(SHOW_PATIENCE, shown).await;
        }
    }
}

impl std::fmt::Debug for Callback {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Callback").field("query", &self.query).finish_non_exhaustive()
    }
}
