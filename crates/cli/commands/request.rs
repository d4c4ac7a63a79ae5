//! `connspec request NAME METHOD URL`: one authenticated request with a saved connection.

use clap::Args;
use connspec_runner::ApiRequest;

use crate::commands::info::Named;
use crate::failure::{Failure, Outcome};
use crate::options::read_value;
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
    named: Named,

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

    /// Print status and headers before the body
    #[arg(long)]
    include: bool,
}

impl Request {
    pub async fn run(&self) -> Outcome {
        let call = self.call()?;
        let (session, opened) = self.named.open_quietly().await?;
        let report = session.runner.request(&opened.definition, &self.named.name, &call).await;
        if self.named.shown.json || !report.succeeded() {
            return session.finish(&report);
        }
        let Some(response) = report.steps.last().and_then(|step| step.response.as_ref()) else {
            return session.finish(&report);
        };
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
        Ok(std::process::ExitCode::SUCCESS)
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
