//! The world expressions see in `eval`: the clock, the zone, fresh randomness, and which texts are secrets.

use std::borrow::Cow;
use std::time::Instant;

use connspec_diagnostics::suggest::nearest;
use connspec_exchange::{Clock, Secrets, SystemClock};
use connspec_iml::moment::Zone;
use connspec_iml::{Date, FixedHost, Host, Options, Scope, Value};
use connspec_spec::Compat;
use serde_json::json;

use crate::failure::Failure;

/// The host of one evaluation.
pub(super) struct World {
    fixed: FixedHost,
    since: Instant,
    secrets: Secrets,
}

impl World {
    /// A world at `now` (ISO 8601; the machine's clock when it is missing) in `timezone`, which hides the credentials
    /// among `vars`.
    ///
    /// # Errors
    /// When `now` is no moment or `timezone` no zone.
    pub(super) fn new(now: Option<&str>, timezone: &str, vars: &Value) -> Result<Self, Failure> {
        let now = match now {
            Some(text) => Value::from_tagged(&json!({ "$date": text })).as_date().ok_or_else(|| {
                Failure::unexamined(format!("`{text}` is no moment")).help("write it as ISO 8601: 2026-01-01T12:00:00Z")
            })?,
            None => Date { millis: SystemClock.now() },
        };
        let zone = Zone::named(timezone).ok_or_else(|| unknown_zone(timezone))?;
        let mut seed = [0; 8];
        getrandom::fill(&mut seed).map_err(|error| Failure::unexamined(format!("no randomness: {error}")))?;
        let secrets = Secrets::new();
        connspec_runner::secrets::learn_value(vars, &secrets);
        let fixed = FixedHost::new(now.millis, zone.name(), u64::from_le_bytes(seed));
        Ok(Self { fixed, since: Instant::now(), secrets })
    }

    /// `text` without the credentials among the variables.
    pub(super) fn hide(&self, text: &str) -> String {
        self.secrets.redact(text)
    }
}

impl Host for World {
    fn now(&self) -> Date {
        self.fixed.now()
    }

    fn random(&self) -> f64 {
        self.fixed.random()
    }

    fn uuid(&self) -> String {
        self.fixed.uuid()
    }

    fn timezone(&self) -> &str {
        self.fixed.timezone()
    }

    fn execution_id(&self) -> String {
        self.fixed.execution_id()
    }

    fn call(&self, name: &str, args: &[Value]) -> Option<Result<Value, String>> {
        self.fixed.call(name, args)
    }

    fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        Cow::Owned(self.hide(text))
    }

    fn stopwatch_millis(&self) -> Option<u64> {
        u64::try_from(self.since.elapsed().as_millis()).ok()
    }
}

fn unknown_zone(name: &str) -> Failure {
    let city = |zone: &&str| zone.rsplit('/').next().is_some_and(|city| city.eq_ignore_ascii_case(name));
    let near = nearest(name, Zone::names()).or_else(|| Zone::names().find(city));
    let failure = Failure::unexamined(format!("there is no time zone `{name}` in the tz database"));
    match near {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("write an IANA name such as Europe/Prague, or UTC"),
    }
}

/// The variables as roots of expressions.
pub(super) fn scope(vars: &Value) -> Scope<'_> {
    vars.as_collection().map(Scope::from_collection).unwrap_or_default()
}

/// The usual bounds with the language's switches turned as `written`.
///
/// # Errors
/// When a key is no switch, or one that no expression asks about.
pub(super) fn switches(written: &[String]) -> Result<Options, Failure> {
    let mut compat = Compat::default();
    for choice in written {
        compat.set(choice).map_err(Failure::unexamined)?;
        let key = choice.split('=').next().unwrap_or_default().trim();
        if !Compat::OF_EXPRESSIONS.contains(&key) {
            let failure = Failure::unexamined(format!("`{key}` is a switch of requests, not of expressions"));
            return Err(failure.help(format!("the switches of expressions are {}", Compat::OF_EXPRESSIONS.join(", "))));
        }
    }
    Ok(compat.expression_options())
}

/// The bounds a template is held to, from `NAME=NUMBER` of `--limit`.
///
/// # Errors
/// When a name is none of the bounds, or its number none.
pub(super) fn limits(written: &[String], mut options: Options) -> Result<Options, Failure> {
    const NAMES: [&str; 5] = ["nesting", "operators", "steps", "output", "regex"];
    for limit in written {
        let (name, number) = limit.split_once('=').ok_or_else(|| {
            Failure::unexamined(format!("`--limit {limit}` has no number")).help("write --limit steps=100000")
        })?;
        let refused = |error| Failure::unexamined(format!("--limit {name}: `{number}` is no number: {error}"));
        match name {
            "nesting" => options.nesting = number.parse().map_err(refused)?,
            "operators" => options.operators = number.parse().map_err(refused)?,
            "steps" => options.steps = number.parse().map_err(refused)?,
            "output" => options.output_bytes = number.parse().map_err(refused)?,
            "regex" => options.regex_millis = number.parse().map_err(refused)?,
            _ => {
                let failure = Failure::unexamined(format!("there is no bound `{name}`"));
                return Err(match nearest(name, NAMES) {
                    Some(near) => failure.help(format!("did you mean `{near}`?")),
                    None => failure.help(format!("the bounds are {}", NAMES.join(", "))),
                });
            }
        }
    }
    Ok(options)
}
