//! The address a person copies out of the browser, for providers that only accept Make's own callback.

use std::time::Duration;

use connspec_exchange::BoxFuture;

use super::{Callback, CallbackError, CallbackQuery, CallbackSource};

/// Asks for the final address; `ask` shows the prompt and answers one line, or `None` at the end of input.
///
/// `ask` gets what was wrong with the last line, if it was not usable.
pub struct Pasted<F> {
    ask: F,
    redirect_uri: Option<String>,
}

impl<F> Pasted<F>
where
    F: Fn(Option<String>) -> BoxFuture<'static, Option<String>> + Send + Sync,
{
    /// A source that asks with `ask`; `redirect_uri` is the address registered with the provider.
    pub fn new(redirect_uri: Option<String>, ask: F) -> Self {
        Self { ask, redirect_uri }
    }

    async fn ask_until_usable(&self) -> Result<Callback, CallbackError> {
        let mut complaint = None;
        while let Some(line) = (self.ask)(complaint.take()).await {
            if let Some(query) = CallbackQuery::from_pasted(&line) {
                return Ok(Callback::new(query));
            }
            complaint = Some(
                "this is no callback address: it has no query such as `?code=…&state=…`; copy the whole address the \
                 browser ended at"
                    .to_owned(),
            );
        }
        Err(CallbackError::Cancelled)
    }
}

impl<F> CallbackSource for Pasted<F>
where
    F: Fn(Option<String>) -> BoxFuture<'static, Option<String>> + Send + Sync,
{
    fn redirect_uri(&self) -> Option<String> {
        self.redirect_uri.clone()
    }

    fn next<'a>(&'a self, _: &'a str, patience: Duration) -> BoxFuture<'a, Result<Callback, CallbackError>> {
        Box::pin(async move {
            tokio::time::timeout(patience, self.ask_until_usable()).await.unwrap_or(Err(CallbackError::Timeout))
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    #[tokio::test]
    async fn asks_again_and_says_why_until_the_address_is_usable() {
        let lines = Mutex::new(vec!["https://a.example/?code=1&state=2", "https://a.example/"]);
        let complaints = std::sync::Arc::new(Mutex::new(Vec::new()));
        let heard = complaints.clone();
        let source = Pasted::new(None, move |complaint| {
            heard.lock().unwrap().push(complaint.is_some());
            let line = lines.lock().unwrap().pop().map(str::to_owned);
            Box::pin(std::future::ready(line))
        });
        let callback = source.next("", Duration::from_secs(1)).await.unwrap();
        assert_eq!(callback.query.get("code"), Some("1"));
        assert_eq!(*complaints.lock().unwrap(), [false, true]);
        assert_eq!(source.next("", Duration::from_secs(1)).await.unwrap_err(), CallbackError::Cancelled);
    }
}
