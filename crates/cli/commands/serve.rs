//! `connspec serve`: a provider on loopback, for a browser or another tool.

use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use connspec_exchange::SystemClock;
use connspec_provider::academy::{self, Settings};
use connspec_provider::faults::Fault;
use connspec_provider::{SystemRandom, serve_with_fault};

use crate::failure::{Failure, Outcome};
use crate::output;

/// Run a provider on loopback, for a browser or another tool
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  connspec serve academy-v2 --port 8080
  connspec connect academy-v2 --map-origin https://app-academy.make.com=http://127.0.0.1:8080")]
pub struct Serve {
    /// Which provider
    provider: Provider,

    /// The port on 127.0.0.1; 0 takes any free one
    #[arg(long, default_value_t = 0)]
    port: u16,

    /// How long an access token lives
    #[arg(long, value_name = "MINUTES", default_value_t = 5, value_parser = clap::value_parser!(i64).range(1..=525_600))]
    token_minutes: i64,

    /// How long a refresh token lives; the Academy's documentation says 5
    #[arg(long, value_name = "MINUTES", default_value_t = 60, value_parser = clap::value_parser!(i64).range(1..=525_600))]
    refresh_minutes: i64,

    /// Take the code of a token request from its address too, where integration manifests put it; version 2 only
    #[arg(long)]
    code_in_query: bool,

    /// Misbehave in one way; `--fault list` says which there are
    #[arg(long, value_name = "NAME")]
    fault: Option<String>,

    /// The client that may connect
    #[arg(long, value_name = "ID", default_value = "academy-demo")]
    client_id: String,

    /// The client's secret; env:NAME and @FILE keep it out of the shell history
    #[arg(long, value_name = "SECRET", default_value = "academy-demo-secret", hide_default_value = true)]
    client_secret: String,
}

/// The providers there are.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Provider {
    /// The Custom App Academy API, version 1 (API key: academy-demo-key)
    #[value(name = "academy-v1")]
    AcademyV1,
    /// The Custom App Academy API, version 2 (OAuth 2)
    #[value(name = "academy-v2")]
    AcademyV2,
}

impl Serve {
    pub async fn run(&self) -> Outcome {
        if self.fault.as_deref() == Some("list") {
            for fault in Fault::all() {
                output::print(format_args!("{:<24} {}", fault.name(), fault.description()))?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        let fault = self.fault.as_deref().map(fault_named).transpose()?;
        let settings = Settings {
            client_id: self.client_id.clone(),
            client_secret: crate::options::read_value("--client-secret", &self.client_secret)?,
            token_minutes: self.token_minutes,
            refresh_minutes: self.refresh_minutes,
            code_in_query: self.code_in_query,
            fault,
            ..Settings::default()
        };
        let (router, words) = match self.provider {
            Provider::AcademyV1 => (academy::v1(&settings), "version 1 for the API key academy-demo-key".to_owned()),
            Provider::AcademyV2 => {
                let words =
                    format!("version 2 for client {}; tokens live {} minutes", self.client_id, self.token_minutes);
                (academy::v2(&settings, Arc::new(SystemClock), Arc::new(SystemRandom)), words)
            }
        };
        let running = serve_with_fault(router, self.port, fault).await.map_err(Failure::unexamined)?;
        output::print(&running.base_url)?;
        output::say(format_args!("Custom App Academy API, {words}. Ctrl-C stops it."));
        if let Provider::AcademyV2 = self.provider {
            let map = format!("--map-origin https://app-academy.make.com={}", running.base_url);
            let example = match self.code_in_query {
                true => "academy-manifest -p CLIENT_ID=academy-demo -p CLIENT_SECRET=academy-demo-secret",
                false => "academy-v2",
            };
            output::say(format_args!("Try it: connspec connect {example} {map}"));
        }
        // Only Ctrl-C ends a server; the caller turns it into the exit code. Dropping `running` frees the port.
        std::future::pending::<Outcome>().await
    }
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
