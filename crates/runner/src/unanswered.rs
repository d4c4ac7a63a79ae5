//! Refreshes that were sent and whose answer is not saved yet: whoever ends the process now loses it, and with a
//! provider that rotates tokens the connection.

use std::sync::Arc;

use tokio::sync::watch;

/// Counts them; clones count together.
#[derive(Clone, Debug)]
pub struct Unanswered(Arc<watch::Sender<usize>>);

/// One of them, until it is dropped.
#[derive(Debug)]
pub(crate) struct Sent(Unanswered);

impl Default for Unanswered {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(0)))
    }
}

impl Unanswered {
    /// Whether there are any.
    pub fn any(&self) -> bool {
        *self.0.borrow() > 0
    }

    /// Ready when there are none: every answer is saved, or is known not to come.
    pub async fn none_left(&self) {
        // The sender is ours, so it is there as long as we wait.
        let _ = self.0.subscribe().wait_for(|count| *count == 0).await;
    }

    pub(crate) fn one_more(&self) -> Sent {
        self.0.send_modify(|count| *count += 1);
        Sent(self.clone())
    }
}

impl Drop for Sent {
    fn drop(&mut self) {
        self.0.0.send_modify(|count| *count -= 1);
    }
}
