//! `connspec demo`: the whole life of a connection against the bundled Academy provider, on this machine alone.

use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use connspec_exchange::{Following, Live, Mapped, OriginMapping, Secrets, VirtualClock, map_url};
use connspec_provider::academy::{self, Decision, Person, Settings};
use connspec_provider::{SystemRandom, serve};
use connspec_runner::callback::{CALLBACK_PATH, CallbackSource, Loopback, LoopbackOptions, Programmatic};
use connspec_runner::{CallbackQuery, Report, Runner, Target};
use connspec_store::MemoryStore;

use crate::failure::{AT_FAULT, Failure, Outcome};
use crate::output;
use crate::output::timeline::{self, Teller};
use crate::session::{self, Opened};

/// Where the bundled definition believes the Academy to be.
const ACADEMY: &str = "https://app-academy.make.com";
/// The demo's clock starts here: 2026-01-01 09:00:00 UTC. It is turned by hand, so nobody waits.
const MORNING: i64 = 1_767_258_000_000;
const MINUTE: i64 = 60_000;
/// How long the demo's refresh tokens live, so that one outlives its access token.
const REFRESH_MINUTES: i64 = 60;

/// Run the whole life of a connection against the bundled Academy provider
///
/// Connects, asks who is connected, waits until the token has ended (on a virtual clock), refreshes, and
/// invalidates. Needs nothing and reaches nothing outside this machine.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  connspec demo --browser    choose the person and allow it yourself")]
pub struct Demo {
    /// Click the consent page yourself
    #[arg(long)]
    browser: bool,

    /// Print the address and open no browser; with --browser
    #[arg(long, requires = "browser")]
    no_browser: bool,

    /// Show headers and bodies of every request and response
    #[arg(short, long)]
    verbose: bool,
}

impl Demo {
    pub async fn run(&self) -> Outcome {
        let clock = Arc::new(VirtualClock::new(MORNING));
        let settings = Settings { refresh_minutes: REFRESH_MINUTES, ..Settings::default() };
        let router = academy::v2(&settings, clock.clone(), Arc::new(SystemRandom));
        let provider = serve(router, 0).await.map_err(Failure::unexamined)?;
        let stage = Stage::new(self, &provider.base_url, clock)?;
        let outcome = stage.play(self).await;
        provider.shutdown().await;
        outcome
    }

    /// The browser, or its stand-in: a program that chooses Jane Black and allows.
    async fn callback(&self, stage: &Stage) -> Result<Box<dyn CallbackSource>, Failure> {
        if self.browser {
            let options = LoopbackOptions { path: CALLBACK_PATH.to_owned(), ..LoopbackOptions::default() };
            return Ok(Box::new(Loopback::bind(options).await.map_err(Failure::unexamined)?));
        }
        let mappings = stage.mappings.clone();
        Ok(Box::new(Programmatic::new(Some(format!("http://127.0.0.1{CALLBACK_PATH}")), move |url| {
            let url = map_url(&mappings, &url);
            Box::pin(async move {
                let location = academy::consent(&Live::new(), &url, Person::JaneBlack, Decision::Allow).await.ok()?;
                CallbackQuery::from_pasted(&location)
            })
        })))
    }
}

/// The definition, a runner on a virtual clock, and the provider's address.
struct Stage {
    opened: Opened,
    runner: Runner,
    clock: Arc<VirtualClock>,
    mappings: Vec<OriginMapping>,
}

impl Stage {
    fn new(demo: &Demo, base_url: &str, clock: Arc<VirtualClock>) -> Result<Self, Failure> {
        let opened = session::open("academy-v2", None)?;
        let mapping = OriginMapping::parse(&format!("{ACADEMY}={base_url}"), false).map_err(Failure::unexamined)?;
        let mappings = vec![mapping];
        let secrets = Secrets::new();
        let open = if demo.no_browser { session::print_address } else { session::open_address };
        let open = if demo.browser { open } else { |_: &str| {} };
        let teller = Teller::new(output::painter_for_stdout(), secrets.clone(), demo.verbose, open, |line| {
            // Where stdout is closed the demo has no audience; it ends with the next result.
            let _ = output::print(line);
        });
        let browser = mappings.clone();
        let runner = Runner::new(Arc::new(Following::new(Mapped::new(Live::new(), mappings.clone()))))
            .with_clock(clock.clone())
            .with_store(Arc::new(MemoryStore::new()))
            .with_secrets(secrets)
            .with_compat(opened.compat.clone())
            .with_mapped_origins(
                vec![(ACADEMY.to_owned(), base_url.to_owned())],
                Arc::new(move |url: &str| map_url(&browser, url)),
            )
            .with_observer(Arc::new(teller));
        let paint = output::painter_for_stdout();
        output::print(format_args!(
            "{}",
            paint.bold("The life of a connection: academy-v2, Make's Custom App Academy")
        ))?;
        output::print(paint.dim(format!("{ACADEMY} is played by {base_url} on this machine; the clock is virtual")))?;
        Ok(Self { opened, runner, clock, mappings })
    }

    async fn play(&self, demo: &Demo) -> Outcome {
        let (definition, name) = (&self.opened.definition, "demo");
        self.scene("connect", "preauthorize → authorize → token → info")?;
        let target = Target {
            name: Some(name.to_owned()),
            definition: self.opened.reference.clone(),
            replace: true,
            ..Target::default()
        };
        let source = demo.callback(self).await?;
        let inputs = Default::default();
        if !self.told(&self.runner.connect(definition, &target, &inputs, source.as_ref()).await)? {
            return Ok(ExitCode::from(AT_FAULT));
        }
        self.scene("info", "who is connected, and does it still work")?;
        if !self.told(&self.runner.info(definition, name).await)? {
            return Ok(ExitCode::from(AT_FAULT));
        }
        self.clock.advance(6 * MINUTE);
        self.scene("refresh", "six minutes later the access token has ended; refresh.condition sees it")?;
        if !self.told(&self.runner.refresh(definition, name, false).await)? {
            return Ok(ExitCode::from(AT_FAULT));
        }
        self.scene("invalidate", "the person deletes the connection")?;
        if !self.told(&self.runner.invalidate(definition, name).await)? {
            return Ok(ExitCode::from(AT_FAULT));
        }
        output::print(format_args!(
            "\nThat was one life. Next: `connspec specs copy academy-v2 my-app`, change it, `connspec check my-app`."
        ))?;
        Ok(ExitCode::SUCCESS)
    }

    /// A heading with the clock.
    fn scene(&self, name: &str, what: &str) -> Result<(), Failure> {
        let paint = output::painter_for_stdout();
        let now = output::moment(connspec_exchange::Clock::now(self.clock.as_ref()));
        output::print(format_args!("\n{} {}  {what}\n", paint.dim(now), paint.bold(name)))
    }

    /// Prints how a scene ended; whether it went well.
    fn told(&self, report: &Report) -> Result<bool, Failure> {
        output::print(format_args!("\n{}", timeline::outcome(report, output::painter_for_stdout())))?;
        Ok(report.succeeded())
    }
}
