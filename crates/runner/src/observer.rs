//! Watching a run while it happens: the timeline's events, handed to whoever shows progress.

use crate::report::{Report, Step};

/// What just happened. Nothing here is redacted: an observer that shows texts of requests or answers redacts
/// them with the report's `Secrets` first. The address to open is meant to be shown as it is.
#[derive(Debug)]
#[non_exhaustive]
pub enum Timeline<'a> {
    /// A run began: `connect`, `info`, `refresh` …
    Started {
        /// What is being done.
        operation: &'static str,
    },
    /// A request goes out.
    Sending {
        /// The block of the definition.
        block: &'a str,
        /// The request within the block, from 0.
        index: usize,
        /// Its method.
        method: &'a str,
        /// Its address up to the query.
        address: &'a str,
    },
    /// A step is over: answered, refused or skipped.
    Step(&'a Step),
    /// The person must open this address in a browser.
    Open {
        /// The authorization page, with its query.
        url: &'a str,
        /// Where the browser will come back to.
        redirect_uri: &'a str,
    },
    /// A callback arrived that is not the one waited for; the waiting goes on.
    CallbackRefused {
        /// Why, in words.
        reason: &'a str,
    },
    /// The browser came back with the answer waited for.
    CallbackAccepted,
    /// The run waits before it goes on.
    Sleeping {
        /// How long.
        millis: u64,
        /// Why, in words.
        reason: &'a str,
    },
    /// Another process refreshes this connection; its result will be used.
    WaitingForRefresh {
        /// Who refreshes.
        holder: &'a str,
        /// When it counts as dead unless it gives a sign of life, milliseconds from now.
        remaining: i64,
    },
    /// A refresh goes out with a token that was sent before and whose answer was never saved.
    RefreshRepeated {
        /// When the token was first sent, Unix milliseconds.
        since: i64,
    },
    /// A saved connection of the same account is about to be replaced, as nobody chose another name.
    Replacing {
        /// Its name.
        name: &'a str,
    },
    /// The account's name belongs to another connection.
    NameTaken {
        /// The name.
        name: &'a str,
        /// The name chosen instead.
        instead: &'a str,
    },
    /// The connection was saved.
    Saved {
        /// Under this name.
        name: &'a str,
        /// Its new version.
        version: u64,
    },
    /// The run is over.
    Finished(&'a Report),
}

/// Hears the events of a run, in order, while it runs. Must not block.
pub trait Observer: Send + Sync {
    /// Something happened.
    fn observe(&self, event: &Timeline<'_>);
}

/// An observer that ignores everything.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Observer for Silent {
    fn observe(&self, _: &Timeline<'_>) {}
}

impl<F: Fn(&Timeline<'_>) + Send + Sync> Observer for F {
    fn observe(&self, event: &Timeline<'_>) {
        self(event);
    }
}
