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
            complaint = match (self.foreign(&line), CallbackQuery::from_pasted(&line)) {
                (Some(why), _) => Some(why),
                (None, Some(query)) => return Ok(Callback::new(query)),
                (None, None) => Some(
                    "this is no callback address: it has no query such as `?code=…&state=…`; copy the whole address \
                     the browser ended at"
                        .to_owned(),
                ),
            };
        }
        Err(CallbackError::Broken("the input ended before an address was pasted".to_owned()))
    }

    /// Why a whole address cannot be the one the browser was sent back to.
    fn foreign(&self, line: &str) -> Option<String> {
        let pasted = url::Url::parse(line.trim().trim_matches(['"', '\'', '<', '>'])).ok()?;
        let expected = url::Url::parse(self.redirect_uri.as_deref()?).ok()?;
        let place = |url: &url::Url| {
            (url.scheme().to_owned(), url.host_str().map(str::to_owned), url.port(), url.path().to_owned())
        };
        (place(&pasted) != place(&expected)).then(|| {
            let begins = format!("{}{}", pasted.origin().ascii_serialization(), pasted.path());
            format!("{begins} is not where the browser comes back to; the address begins with {expected}")
        })
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
        let ended = source.next("", Duration::from_secs(1)).await.unwrap_err();
        assert!(matches!(&ended, CallbackError::Broken(why) if why.contains("input ended")), "{ended}");
    }

    #[tokio::test]
    async fn an_address_of_another_place_is_not_taken_for_the_callback() {
        let lines = Mutex::new(vec![
            "?code=5&state=2",
            "https://www.integromat.com/oauth/cb/app/x?code=4&state=2",
            "https://evil.example/oauth/cb/app?code=3&state=2",
            "https://api.acme.test/oauth/authorize?client_id=1&state=2",
        ]);
        let complaints = std::sync::Arc::new(Mutex::new(Vec::new()));
        let heard = complaints.clone();
        let source = Pasted::new(Some("https://www.integromat.com/oauth/cb/app".to_owned()), move |complaint| {
            heard.lock().unwrap().extend(complaint);
            let line = lines.lock().unwrap().pop().map(str::to_owned);
            Box::pin(std::future::ready(line))
        });
        let callback = source.next("", Duration::from_secs(1)).await.unwrap();
        assert_eq!(callback.query.get("code"), Some("5"), "a query alone is anybody's");
        let complaints = complaints.lock().unwrap();
        assert_eq!(complaints.len(), 3);
        assert!(complaints[0].starts_with("https://api.acme.test/oauth/authorize is not where"), "{}", complaints[0]);
    }
}
