//! `connspec serve`: a provider on loopback, for a browser or another tool.

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use connspec_exchange::SystemClock;
use connspec_provider::faults::Fault;
use connspec_provider::{SystemRandom, serve_with_fault};
use connspec_provider::{academy, acme};

use crate::failure::{Failure, Outcome};
use crate::output;

/// Run a provider on loopback, for a browser or another tool
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  connspec serve academy-v2 --port 8080
  connspec connect academy-v2 --map-origin https://app-academy.make.com=http://127.0.0.1:8080
  connspec serve acme
  connspec serve acme --origin https://login.example.com   for a definition of your own")]
pub struct Serve {
    /// Which provider
    provider: Provider,

    /// The port on 127.0.0.1; 0 takes any free one
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// How long an access token lives; default: 5 at the Academy, 60 at Acme
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(i64).range(1..=525_600))]
    token_minutes: Option<i64>,

    /// How long a refresh token lives; default: 60 at the Academy, whose documentation says 5, and 30 days at Acme
    #[arg(long, value_name = "MINUTES", value_parser = clap::value_parser!(i64).range(1..=525_600))]
    refresh_minutes: Option<i64>,

    /// Take the code of a token request from its address too, where integration manifests put it; version 2 only
    #[arg(long)]
    code_in_query: bool,

    /// The origin Acme goes by, where a definition of your own names it: callbacks name it as the issuer, and signatures of
    /// OAuth 1 are made for it; acme only. Default: `https://api.acme.test`
    #[arg(long, value_name = "ORIGIN")]
    origin: Option<String>,

    /// Misbehave in one way; `--fault list` says which there are
    #[arg(long, value_name = "NAME")]
    fault: Option<String>,

    /// The client that may connect; default: academy-demo or acme-demo
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,

    /// The client's secret; default: academy-demo-secret or acme-demo-secret. env:NAME and @FILE keep it out of the
    /// shell history
    #[arg(long, value_name = "SECRET")]
    client_secret: Option<String>,
}

/// The providers there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Provider {
    /// The Custom App Academy API, version 1 (API key: academy-demo-key)
    #[value(name = "academy-v1")]
    AcademyV1,
    /// The Custom App Academy API, version 2 (OAuth 2)
    #[value(name = "academy-v2")]
    AcademyV2,
    /// Acme, the service behind the bundled patterns: keys, passwords, a login, OAuth 1 and 2
    Acme,
}

/// A provider ready to be served, and what a person should know of it.
struct Prepared {
    router: connspec_provider::Router,
    words: String,
    /// The origin its definitions name.
    origin: String,
    /// Arguments of `connspec connect` to try it with.
    examples: Vec<String>,
}

impl Serve {
    pub async fn run(&self) -> Outcome {
        if self.fault.as_deref() == Some("list") {
            for fault in Fault::all() {
                output::print(format_args!("{:<24} {}", fault.name(), fault.description()))?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        if self.code_in_query && self.provider != Provider::AcademyV2 {
            return Err(Failure::unexamined("--code-in-query is for academy-v2 only"));
        }
        if self.origin.is_some() && self.provider != Provider::Acme {
            return Err(Failure::unexamined("--origin is for acme only: the Academy's callbacks name no issuer"));
        }
        let fault = self.fault.as_deref().map(fault_named).transpose()?;
        let secret = |default: String| match &self.client_secret {
            Some(secret) => crate::options::read_value("--client-secret", secret),
            None => Ok(default),
        };
        let prepared = match self.provider {
            Provider::Acme => self.acme(secret)?,
            Provider::AcademyV1 | Provider::AcademyV2 => self.academy(fault, secret)?,
        };
        let running = serve_with_fault(prepared.router, self.port, fault).await.map_err(Failure::unexamined)?;
        output::print(&running.base_url)?;
        output::say(format_args!("{}. Ctrl-C stops it.", prepared.words));
        for (at, example) in prepared.examples.iter().enumerate() {
            let lead = if at == 0 { "Try it:" } else { "       " };
            let map = format!("--map-origin {}={}", prepared.origin, running.base_url);
            output::say(format_args!("{lead} connspec connect {example} {map}"));
        }
        // Only Ctrl-C ends a server; the caller turns it into the exit code. Dropping `running` frees the port.
        std::future::pending::<Outcome>().await
    }

    fn academy(
        &self,
        fault: Option<Fault>,
        secret: impl Fn(String) -> Result<String, Failure>,
    ) -> Result<Prepared, Failure> {
        let defaults = academy::Settings::default();
        let settings = academy::Settings {
            client_id: self.client_id.clone().unwrap_or(defaults.client_id.clone()),
            client_secret: secret(defaults.client_secret.clone())?,
            token_minutes: self.token_minutes.unwrap_or(defaults.token_minutes),
            refresh_minutes: self.refresh_minutes.unwrap_or(60),
            code_in_query: self.code_in_query,
            fault,
            ..defaults
        };
        let origin = "https://app-academy.make.com".to_owned();
        Ok(match self.provider {
            Provider::AcademyV1 => Prepared {
                router: academy::v1(&settings),
                words: format!("Custom App Academy API, version 1 for the API key {}", settings.api_key),
                origin,
                examples: vec![format!("academy-v1 -p apiKey={}", settings.api_key)],
            },
            _ => Prepared {
                router: academy::v2(&settings, Arc::new(SystemClock), Arc::new(SystemRandom)),
                words: format!(
                    "Custom App Academy API, version 2 for client {}; tokens live {} minutes",
                    settings.client_id, settings.token_minutes
                ),
                origin,
                examples: vec![match self.code_in_query {
                    true => {
                        "academy-manifest -p CLIENT_ID=academy-demo -p CLIENT_SECRET=academy-demo-secret".to_owned()
                    }
                    false => "academy-v2".to_owned(),
                }],
            },
        })
    }

    fn acme(&self, secret: impl Fn(String) -> Result<String, Failure>) -> Result<Prepared, Failure> {
        let defaults = acme::Settings::default();
        let own = self.origin.as_deref().map(origin_of).transpose()?;
        let settings = acme::Settings {
            origin: own.clone().unwrap_or(defaults.origin.clone()),
            client_id: self.client_id.clone().unwrap_or(defaults.client_id.clone()),
            client_secret: secret(defaults.client_secret.clone())?,
            token_minutes: self.token_minutes.unwrap_or(defaults.token_minutes),
            refresh_minutes: self.refresh_minutes.unwrap_or(defaults.refresh_minutes),
            ..defaults
        };
        let client_secret = repeatable(self.client_secret.as_deref(), &settings.client_secret);
        let (id, key, password) = (&settings.client_id, &settings.api_key, &settings.password);
        let mut examples = vec![
            format!("api-key -p apiKey={key}"),
            format!("basic-auth -p username=ada -p password={password}"),
            format!("oauth2-authorization-code -p clientId={id} -p clientSecret={client_secret}"),
            format!("oauth2-pkce -p clientId={}", settings.public_client_id()),
            format!("oauth1 -p consumerKey={id} -p consumerSecret={client_secret}"),
        ];
        if own.is_some() {
            // The bundled patterns know it by its usual name.
            examples = vec![format!("DEFINITION -p clientId={id} -p clientSecret={client_secret}")];
        }
        Ok(Prepared {
            router: acme::router(&settings, Arc::new(SystemClock), Arc::new(SystemRandom)),
            words: format!(
                "Acme, the service behind the bundled patterns; tokens live {} minutes. Its people are ada and grace",
                settings.token_minutes
            ),
            origin: settings.origin.clone(),
            examples,
        })
    }
}

/// What an example may say of a secret: where it is to be found, never a given one itself.
fn repeatable<'a>(given: Option<&'a str>, default: &'a str) -> &'a str {
    match given {
        None => default,
        Some(place) if place.starts_with("env:") || place.starts_with('@') => place,
        Some(_) => "…",
    }
}

/// `https://login.example.com`, as it stands in callbacks.
fn origin_of(text: &str) -> Result<String, Failure> {
    let wrong = || {
        Failure::unexamined(format!("--origin `{text}` is no origin")).help(
            "write a scheme, a host and perhaps a port, such as https://login.example.com, and nothing after them",
        )
    };
    let url = url::Url::parse(text).map_err(|_| wrong())?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let origin = url.origin();
    if !bare || !origin.is_tuple() || !matches!(url.scheme(), "http" | "https") {
        return Err(wrong());
    }
    Ok(origin.ascii_serialization())
}

fn fault_named(name: &str) -> Result<Fault, Failure> {
    Fault::from_name(name).ok_or_else(|| {
        let nearest = connspec_diagnostics::suggest::nearest(name, Fault::all().map(Fault::name));
        let help = match nearest {
            Some(nearest) => format!("did you mean `{nearest}`? `--fault list` lists them all"),
            None => "`--fault list` lists them all".to_owned(),
        };
        Failure::unexamined(format!("`{name}` is no fault")).help(help)
    })
}

#[cfg(test)]
mod tests {
    use super::repeatable;

    #[test]
    fn a_secret_that_was_given_is_not_repeated() {
        assert_eq!(repeatable(Some("a real one"), "demo"), "…");
        assert_eq!(repeatable(Some("env:ACME_SECRET"), "demo"), "env:ACME_SECRET");
        assert_eq!(repeatable(Some("@secret.txt"), "demo"), "@secret.txt");
        assert_eq!(repeatable(None, "demo"), "demo");
    }
}
