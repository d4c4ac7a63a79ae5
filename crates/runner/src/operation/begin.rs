//! `begin_authorization`: up to the browser's redirect; the callback may come to another process.

use connspec_spec::Definition;

use crate::flow::{Entry, needs_browser};
use crate::inputs::{Inputs, Target};
use crate::report::Report;
use crate::runner::Runner;

impl Runner {
    /// Builds the authorization page's address and saves what the callback needs for 15 minutes
    /// ([`Runner::handle_callback`]). The runner must know its redirect URI ([`Runner::with_redirects`]).
    ///
    /// A definition without a browser is connected at once.
    pub async fn begin_authorization(&self, definition: &Definition, target: &Target, inputs: &Inputs) -> Report {
        let run = self.begin("beginAuthorization");
        let entry = if needs_browser(definition) { Entry::Begin } else { Entry::Connect };
        let redirects = run.redirects_with(None);
        let report = run.make(definition, target, inputs, redirects, entry, None).await;
        run.end(report)
    }
}
