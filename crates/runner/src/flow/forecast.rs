//! What will become of a connection's tokens: found by asking its own `refresh.condition` at later times.

use connspec_iml::{Date, Host, Value};
use connspec_spec::{Communication, Definition};

use super::refresh::{can_renew, is_due};
use super::{Entry, Setup};
use crate::report::{self, Expiry, RefreshForecast, parse_iso};

/// How far ahead is looked: ten years.
const HORIZON: i64 = 10 * 365 * 86_400_000;

/// How exact the moment of a refresh is told: a second.
const EXACT: i64 = 1_000;

/// When the access token ends, when it is refreshed, when the person must authorize again. `None` for connections
/// whose credentials do not end.
///
/// `setup` is the connection as it stands, fresh from its tokens; `host` tells the time now.
pub fn forecast(definition: &Definition, setup: Setup, host: &dyn Host) -> Option<Expiry> {
    let has_tokens = match definition.communication() {
        Communication::OAuth2(_) => true,
        Communication::Manifest(manifest) => manifest.oauth.is_some(),
        Communication::Basic(_) | Communication::OAuth1(_) => false,
    };
    if !has_tokens {
        return None;
    }
    let now = host.now().millis;
    let access_token = access_token_end(&setup.data);
    let reauthorize = setup.state.expires;
    let refresh =
        if can_renew(definition) { moment(definition, &setup, host, now) } else { RefreshForecast::NoRefresh };
    let mut expiry = Expiry { access_token, refresh, reauthorize, notes: Vec::new() };
    expiry.notes = notes(&expiry, now);
    Some(expiry)
}

/// The first moment the condition is true, supposing that it stays so.
fn moment(definition: &Definition, setup: &Setup, host: &dyn Host, now: i64) -> RefreshForecast {
    let due = |at: i64| {
        let later = Later { host, at };
        is_due(definition, Entry::Validate, setup.clone(), &later).ok().map(|due| due.due)
    };
    match (due(now), due(now.saturating_add(HORIZON))) {
        (Some(true), _) => RefreshForecast::Always,
        (Some(false), Some(false)) => RefreshForecast::Never,
        (Some(false), Some(true)) => {
            let (mut before, mut after) = (now, now.saturating_add(HORIZON));
            while after - before > EXACT {
                let middle = before + (after - before) / 2;
                match due(middle) {
                    Some(true) => after = middle,
                    Some(false) => before = middle,
                    None => return RefreshForecast::Unknown,
                }
            }
            RefreshForecast::At(after)
        }
        _ => RefreshForecast::Unknown,
    }
}

/// When the access token among a connection's `data` ends, Unix milliseconds: the date stored under a name that says
/// when something ends, if there is one.
pub fn access_token_end(data: &serde_json::Map<String, serde_json::Value>) -> Option<i64> {
    let about_refresh = |name: &str| name.to_ascii_lowercase().contains("refresh");
    data.iter()
        .filter(|(name, _)| name.to_ascii_lowercase().contains("expir") && !about_refresh(name))
        .find_map(|(_, value)| parse_iso(value.as_str()?))
}

fn notes(expiry: &Expiry, now: i64) -> Vec<String> {
    let mut notes = Vec::new();
    match (expiry.refresh, expiry.access_token) {
        (RefreshForecast::Always, Some(end)) if end > now => notes.push(format!(
            "every call would refresh: the condition is true although the token lasts until {}; its margin is longer \
             than the token's life ({} s), or its units are wrong",
            report::moment(end),
            (end - now) / 1000
        )),
        (RefreshForecast::Always, _) => {
            notes.push("every call would refresh: the condition is true although the tokens are fresh".to_owned());
        }
        (RefreshForecast::Never, _) => notes.push(
            "it would never refresh: the condition stays false, so the access token ends and calls fail from then on"
                .to_owned(),
        ),
        // The moment is found to the second: a refresh at the very end is none that comes late.
        (RefreshForecast::At(at), Some(end)) if at - end > EXACT => notes.push(format!(
            "the refresh comes {} s after the access token has ended: calls in between fail",
            (at - end) / 1000
        )),
        (RefreshForecast::NoRefresh, Some(end)) => {
            notes.push(format!(
                "there is no refresh: from {} on calls fail until the person connects again",
                report::moment(end)
            ));
        }
        _ => {}
    }
    if let (Some(deadline), RefreshForecast::At(at)) = (expiry.reauthorize, expiry.refresh)
        && deadline <= at
    {
        notes.push("the person must authorize again before the first refresh is due".to_owned());
    }
    notes
}

/// The same host at another time.
struct Later<'a> {
    host: &'a dyn Host,
    at: i64,
}

impl Host for Later<'_> {
    fn now(&self) -> Date {
        Date { millis: self.at }
    }

    fn random(&self) -> f64 {
        0.5
    }

    fn uuid(&self) -> String {
        "00000000-0000-4000-8000-000000000000".to_owned()
    }

    fn timezone(&self) -> &str {
        self.host.timezone()
    }

    fn execution_id(&self) -> String {
        String::new()
    }

    fn call(&self, name: &str, args: &[Value]) -> Option<Result<Value, String>> {
        self.host.call(name, args)
    }
}
