//! `connspec connect`: preauthorize, authorize, token, info; saves the connection.

mod checked;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, ValueEnum};
use connspec_runner::callback::{
    CallbackSource, Loopback, LoopbackOptions, Pasted, Programmatic, SelfSigned, callback_path,
};
use connspec_runner::record::FlowStep;
use connspec_runner::{Inputs, Redirects, Target};
use connspec_spec::Definition;

use crate::commands::record;
use crate::failure::{Failure, Outcome};
use crate::options::{self, Network, Shown, Spec, Store};
use crate::output;
use crate::session::{Opened, Session, inputs, open_address, print_address};

/// Connect: preauthorize, authorize, token, info; saves the connection
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  connspec connect ./my-app --connection acme -p clientId=abc -p clientSecret=env:ACME_SECRET
  connspec connect academy-v2 --map-origin https://app-academy.make.com=http://127.0.0.1:8080")]
pub struct Connect {
    #[command(flatten)]
    spec: Spec,

    #[command(flatten)]
    inputs: options::Inputs,

    /// The name to save it under; default: the account's name
    #[arg(long, conflicts_with = "no_save")]
    name: Option<String>,

    /// Replace a saved connection of this name
    #[arg(long)]
    replace: bool,

    /// Do not save it
    #[arg(long)]
    no_save: bool,

    #[command(flatten)]
    browser: Browser,

    /// Show each request and send none
    #[arg(long)]
    dry_run: bool,

    /// Write the flow down as a fixture, too
    #[arg(long, value_name = "FILE", conflicts_with = "dry_run")]
    record: Option<PathBuf>,

    #[command(flatten)]
    network: Network,

    #[command(flatten)]
    store: Store,

    #[command(flatten)]
    pub(super) shown: Shown,
}

/// How the browser is reached, and how it comes back.
#[derive(Debug, Args)]
pub struct Browser {
    /// Print the address and open no browser
    #[arg(long)]
    pub no_browser: bool,

    /// How the browser comes back: to a port of this machine, or as an address you paste
    #[arg(long, value_enum, default_value_t)]
    pub callback: Callback,

    /// The port the callback listens on; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub callback_port: u16,

    /// Listen with https: for providers that accept no callback over http. The certificate is made for this run, so the
    /// browser asks whether to go on
    #[arg(long, conflicts_with = "callback")]
    pub callback_tls: bool,

    /// The redirect URI to send, where the provider knows another one than the callback's own address
    #[arg(long, value_name = "URI")]
    pub redirect_uri: Option<String>,

    /// How long to wait for the browser
    #[arg(long, value_name = "SECONDS", default_value_t = 300, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub timeout: u64,
}

/// The ways a browser comes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Callback {
    /// A listener on 127.0.0.1
    #[default]
    Loopback,
    /// You paste the final address: for providers that accept no loopback address
    Paste,
}

impl Connect {
    pub async fn run(&self) -> Outcome {
        if self.record.is_some() {
            record::refuse_stdin(&self.spec.spec)?;
        }
        let destination = self.record.as_deref().map(record::Destination::examine_strictly).transpose()?;
        let opened = self.spec.open()?;
        checked::say_errors(&self.spec.spec, &opened.definition);
        let values = self.inputs.read()?;
        let mut inputs = inputs(&values);
        if !self.dry_run {
            complete(&opened.definition, &mut inputs)?;
        }
        let store: Arc<dyn connspec_store::ConnectionStore> = if self.no_save || self.dry_run {
            Arc::new(connspec_store::MemoryStore::new())
        } else {
            self.store.open().await?.into()
        };
        let session = Session::new(&self.network, &self.shown, store, &opened, self.browser.opener())?;
        if self.dry_run {
            let report = session.runner.outline(
                &opened.definition,
                &inputs,
                &[FlowStep::Connect, FlowStep::Refresh, FlowStep::Invalidate],
            );
            session.tell(&report, true);
            return session.finish(&report);
        }
        if self.spec.spec == "-" && !self.no_save {
            return Err(Failure::unexamined(
                "a definition read from stdin cannot be found again when the connection is used",
            )
            .help("save it to a file, or connect with --no-save"));
        }
        let session = if self.no_save { session } else { session.rescuing(&self.store)? };
        let source = self.browser.source(&opened).await?;
        let runner = self.browser.prepare(session.runner.clone());
        let target = self.target(&opened);
        let recorded = match &destination {
            None => None,
            Some(file) => {
                let spec = record::spec_for(&self.spec.spec, file.path());
                Some((runner.record_connect(&opened.definition, &spec, &target, &inputs, source.as_ref()).await, file))
            }
        };
        let report = match &recorded {
            Some((recorded, _)) => recorded.report.clone(),
            None => runner.connect(&opened.definition, &target, &inputs, source.as_ref()).await,
        };
        let code = session.finish(&report)?;
        if let Some(name) = report.connection.as_ref().and_then(|connection| connection.name.as_deref())
            && report.succeeded()
            && !self.no_save
        {
            output::say(format_args!("Saved. Use it: connspec request {} GET URL", output::shell_word(name)));
        }
        if let Some((recorded, file)) = recorded.filter(|_| report.examined) {
            record::keep(recorded, file).map_err(Failure::told)?;
        }
        Ok(code)
    }

    fn target(&self, opened: &Opened) -> Target {
        Target {
            name: self.name.clone(),
            named_after_account: !self.no_save,
            definition: opened.reference.clone(),
            replace: self.replace,
            settings: self.network.remembered(),
        }
    }
}

/// Asks for missing required fields on a terminal; elsewhere they are an error that names them all.
pub fn complete(definition: &Definition, inputs: &mut Inputs) -> Result<(), Failure> {
    refuse_unknown(definition, inputs)?;
    let missing = inputs.missing(definition);
    if missing.is_empty() {
        return Ok(());
    }
    if !output::is_interactive() {
        let names: Vec<String> = missing.iter().map(|field| format!("{} ({})", field.name, field.label)).collect();
        let give: Vec<String> = missing.iter().map(|field| format!("-p {}=…", field.name)).collect();
        return Err(Failure::unexamined(format!("required fields are missing: {}", names.join(", ")))
            .help(format!("give {}; a value may be @FILE or env:NAME", give.join(" "))));
    }
    let answers: Vec<_> = missing
        .into_iter()
        .map(|field| Ok((field.name.clone(), crate::prompt::ask(field)?)))
        .collect::<Result<_, Failure>>()?;
    inputs.parameters.extend(answers);
    Ok(())
}

/// A field that the form does not have would be stored and never read: most likely a slip of the pen. A definition
/// without a form takes everything.
fn refuse_unknown(definition: &Definition, inputs: &Inputs) -> Result<(), Failure> {
    let form = &definition.parameters;
    if form.fields.is_empty() {
        return Ok(());
    }
    let names = || form.fields.iter().map(|field| field.name.as_str()).filter(|name| !name.is_empty());
    let Some(unknown) = inputs.parameters.keys().find(|given| names().all(|name| name != given.as_str())) else {
        return Ok(());
    };
    let failure = Failure::unexamined(format!("the form has no field `{unknown}`"));
    Err(match connspec_diagnostics::suggest::nearest(unknown, names()) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help(format!("its fields are {}", names().collect::<Vec<_>>().join(", "))),
    })
}

/// Whether an address is one of this machine.
fn comes_back_by_itself(uri: &str) -> bool {
    url::Url::parse(uri).is_ok_and(|uri| connspec_exchange::is_loopback_url(&uri))
}

impl Browser {
    /// Where the browser comes back to.
    ///
    /// # Errors
    /// When the port cannot be had.
    pub async fn source(&self, opened: &Opened) -> Result<Box<dyn CallbackSource>, Failure> {
        if !opened.definition.kind.needs_browser() {
            return Ok(Box::new(Programmatic::none()));
        }
        if self.callback == Callback::Loopback
            && let Some(uri) = self.redirect_uri.as_deref().filter(|uri| !comes_back_by_itself(uri))
        {
            output::say(format_args!(
                "The browser will end on {uri}, which is not this machine: unless something forwards it to the callback's \
                 port, use --callback paste"
            ));
        }
        match self.callback {
            Callback::Loopback => {
                let path = callback_path(&opened.definition, &opened.compat);
                let tls = self.certificate()?;
                let options = LoopbackOptions { port: self.callback_port, path, tls };
                let listener = Loopback::bind(options).await.map_err(Failure::unexamined)?;
                Ok(Box::new(listener))
            }
            Callback::Paste => {
                let redirect_uri = self.redirect_uri.clone().ok_or_else(|| {
                    Failure::unexamined(
                        "--callback paste needs --redirect-uri: the address that is registered with the provider",
                    )
                })?;
                Ok(Box::new(Pasted::new(Some(redirect_uri), |complaint| {
                    if let Some(complaint) = complaint {
                        output::say(format_args!("That is not it: {complaint}"));
                    }
                    output::say("Paste the address the browser ended on, then press Enter:");
                    Box::pin(async {
                        let line = tokio::task::spawn_blocking(|| {
                            let mut line = String::new();
                            std::io::stdin().read_line(&mut line).map(|read| (read > 0).then_some(line))
                        });
                        line.await.ok()?.ok()?
                    })
                })))
            }
        }
    }

    /// The certificate of a callback over TLS, announced so that its warning in the browser is no surprise.
    fn certificate(&self) -> Result<Option<SelfSigned>, Failure> {
        if !self.callback_tls {
            return Ok(None);
        }
        let certificate = SelfSigned::new().map_err(Failure::unexamined)?;
        output::say(format_args!(
            "The callback has a certificate made for this run. When the browser comes back to 127.0.0.1 it will warn of \
             it: that is connspec on this machine, go on. SHA-256 fingerprint:\n  {}",
            certificate.fingerprint()
        ));
        Ok(Some(certificate))
    }

    /// What is done with the address a person must visit.
    pub fn opener(&self) -> fn(&str) {
        if self.no_browser { print_address } else { open_address }
    }

    /// The runner with this browser's patience and redirect URI.
    pub fn prepare(&self, runner: connspec_runner::Runner) -> connspec_runner::Runner {
        let runner = runner.with_callback_patience(Duration::from_secs(self.timeout));
        match &self.redirect_uri {
            Some(uri) => runner.with_redirects(Redirects::same(uri)),
            None => runner,
        }
    }
}
