//! `connspec request NAME METHOD URL`: one authenticated request with a saved connection.

use clap::Args;
use connspec_exchange::Response;
use connspec_runner::ApiRequest;

use connspec_spec::Definition;

use crate::commands::info::Named;
use crate::failure::{Failure, Outcome};
use crate::options::read_value;
use crate::origins::{addresses, is_computed};
use crate::output;

/// Send one authenticated request with a saved connection
///
/// The token is refreshed first when the definition says so, and once more when the answer says that it is gone.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  connspec request 'Jane Black' GET /movies
  connspec request 'Jane Black' POST https://api.example.com/items -H 'content-type: application/json' --data @item.json")]
pub struct Request {
    #[command(flatten)]
    pub(super) named: Named,

    /// GET, POST, …
    method: String,

    /// Absolute, or relative to the app's base
    url: String,

    /// A header
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,

    /// A query parameter
    #[arg(short = 'q', long = "query", value_name = "KEY=VALUE")]
    query: Vec<String>,

    /// The body; @FILE and env:NAME are read
    #[arg(long, value_name = "TEXT")]
    data: Option<String>,

    /// Send the credentials to a host the definition does not use
    #[arg(long)]
    any_host: bool,

    /// Print status and headers before the body
    #[arg(long)]
    include: bool,
}

impl Request {
    pub async fn run(&self) -> Outcome {
        let call = self.call()?;
        let (session, opened) = self.named.open_quietly(&self.url).await?;
        if !self.any_host {
            refuse_foreign_host(&opened.definition, &self.url)?;
        }
        let report = session.runner.request(&opened.definition, &self.named.name, &call).await;
        if self.named.shown.verbose && !self.named.shown.json {
            session.tell_aside(&report);
        }
        let answer = report.steps.last().and_then(|step| step.response.as_ref());
        let Some(response) = answer.filter(|_| report.succeeded()) else {
            return session.finish(&report);
        };
        if self.named.shown.json {
            session.finish(&report)?;
        } else {
            self.print(response)?;
            session.warn_of_unused(&report);
        }
        if response.status < 400 {
            return Ok(std::process::ExitCode::SUCCESS);
        }
        let address = response.url.split('?').next().unwrap_or_default();
        Err(Failure::at_fault(format!(
            "{} {address} was answered with {}",
            self.method.to_uppercase(),
            response.status
        ))
        .told())
    }

    /// Prints the answer as it came.
    fn print(&self, response: &Response) -> Result<(), Failure> {
        if self.include {
            output::print(format_args!("{}", response.status))?;
            for (name, value) in response.headers.iter() {
                output::print(format_args!("{name}: {value}"))?;
            }
            output::print("")?;
        }
        output::print_bytes(&response.body)?;
        // A shell's prompt should not stand behind text; bytes stay as they are.
        if std::str::from_utf8(&response.body).is_ok_and(|text| !text.is_empty() && !text.ends_with('\n')) {
            output::print("")?;
        }
        Ok(())
    }

    fn call(&self) -> Result<ApiRequest, Failure> {
        let pairs = |list: &[String], separator: char, shape: &str| -> Result<Vec<(String, String)>, Failure> {
            let split = |text: &String| {
                let pair =
                    text.split_once(separator).map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()));
                pair.ok_or_else(|| Failure::unexamined(format!("an option has no `{separator}`: write {shape}")))
            };
            list.iter().map(split).collect()
        };
        let body = self.data.as_deref().map(|data| read_value("--data", data)).transpose()?;
        Ok(ApiRequest {
            method: self.method.to_ascii_uppercase(),
            url: self.url.clone(),
            headers: pairs(&self.headers, ':', "-H 'NAME: VALUE'")?,
            query: pairs(&self.query, '=', "-q KEY=VALUE")?,
            body: body.map(String::into_bytes),
        })
    }
}

/// Credentials belong to the hosts the definition itself talks to. Where it makes a host out of an expression, any
/// may be meant.
pub fn refuse_foreign_host(definition: &Definition, url: &str) -> Result<(), Failure> {
    let Some(host) = host_of(url) else { return Ok(()) };
    let urls = addresses(definition);
    if urls.iter().any(|url| is_computed(url)) || urls.iter().any(|url| host_of(url).as_deref() == Some(host.as_str()))
    {
        return Ok(());
    }
    Err(Failure::unexamined(format!("{host} is no host of this definition, so its credentials are not sent there"))
        .help("if that is what you mean, say --any-host"))
}

/// The host of an absolute address, with its port; none for a relative one.
fn host_of(url: &str) -> Option<String> {
    let authority = url.split_once("://")?.1.split(['/', '?', '#']).next()?;
    Some(authority.rsplit_once('@').map_or(authority, |(_, host)| host).to_ascii_lowercase())
}
