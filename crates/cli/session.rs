//! From options to a definition and a runner.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use connspec_exchange::{
    AddressPolicy, Following, Live, LiveOptions, Mapped, OriginMapping, ProxySettings, Secrets, map_url,
};
use connspec_runner::{Inputs, Observer, Report, Reveal, Runner, Timeline, Unanswered};
use connspec_spec::layout::{Memory, load_from};
use connspec_spec::{Compat, Definition, LoadOptions, Loaded, bundled, load};
use connspec_store::{ConnectionStore, DefinitionReference, SavedConnection};

use crate::failure::{AT_FAULT, Failure, Outcome, UNEXAMINED};
use crate::options::{Network, Shown, Spec, Store, Values, unopened};
use crate::origins;
use crate::output;
use crate::output::timeline::{self, Teller};
use crate::stdin;

/// A definition with where it was found, so that it can be found again.
pub struct Opened {
    /// The definition.
    pub definition: Definition,
    /// How a saved connection refers to it.
    pub reference: DefinitionReference,
    /// The switches in force.
    pub compat: Compat,
}

impl Opened {
    /// The definition of a fixture, which no saved connection refers to.
    pub fn of_fixture(definition: Definition, compat: Compat) -> Self {
        Self { definition, reference: DefinitionReference::default(), compat }
    }
}

impl Spec {
    /// Loads it.
    ///
    /// # Errors
    /// When there is nothing to load, or it is too broken to run; the message lists what is wrong.
    pub fn open(&self) -> Result<Opened, Failure> {
        let mut opened = open(&self.spec, self.connection.as_deref())?;
        for choice in &self.compat {
            opened.compat.set(choice).map_err(Failure::unexamined)?;
        }
        Ok(opened)
    }
}

/// Loads a definition by what the person calls it.
pub fn open(spec: &str, connection: Option<&str>) -> Result<Opened, Failure> {
    let options = LoadOptions { connection: connection.map(str::to_owned) };
    let is_bundled = bundled::find(spec).is_some() && !Path::new(spec).exists();
    let loaded = if spec == "-" {
        load_from(&Memory::from([("<stdin>", stdin::read()?)]), "<stdin>", &options)
    } else if is_bundled {
        bundled::bundled(spec)
    } else {
        load(spec, &options)
    };
    let Loaded { definition, compat, .. } = loaded.map_err(|error| unloadable(spec, &error.to_string()))?;
    refuse_broken(&definition)?;
    let place = if is_bundled || spec == "-" { spec.to_owned() } else { absolute(spec) };
    let reference =
        DefinitionReference { spec: place, connection: connection.map(str::to_owned), hash: definition.hash() };
    Ok(Opened { definition, reference, compat })
}

fn unloadable(spec: &str, message: &str) -> Failure {
    let failure = Failure::unexamined(message).of_definition();
    let names = bundled::ALL.iter().map(|bundled| bundled.name);
    let looks_like_a_name = !spec.contains(['/', '\\', '.']);
    match connspec_diagnostics::suggest::nearest(spec, names) {
        Some(near) if looks_like_a_name => failure.help(format!("did you mean the bundled definition `{near}`?")),
        _ => failure,
    }
}

fn absolute(spec: &str) -> String {
    std::path::absolute(spec).map_or_else(|_| spec.to_owned(), |path| path.display().to_string())
}

/// A definition with errors in its files is not run: half of it would be missing.
fn refuse_broken(definition: &Definition) -> Result<(), Failure> {
    let broken: Vec<_> = definition
        .findings
        .iter()
        .filter(|finding| finding.severity == connspec_diagnostics::Severity::Error)
        .collect();
    if broken.is_empty() {
        return Ok(());
    }
    let drawn: Vec<String> = broken.iter().map(|finding| output::finding(&definition.sources, finding)).collect();
    output::say(drawn.join("\n\n"));
    let count = broken.len();
    let noun = if count == 1 { "mistake" } else { "mistakes" };
    Err(Failure::unexamined(format!("the definition cannot be run: {count} {noun} in its files"))
        .of_definition()
        .help("mend what is shown above; `connspec check` looks at everything else too"))
}

/// The refreshes of this process that are not answered yet: they are waited for when a person interrupts it.
pub static UNANSWERED: LazyLock<Unanswered> = LazyLock::new(Unanswered::default);

/// Everything a run needs beside its definition.
pub struct Session {
    /// Performs the run.
    pub runner: Runner,
    /// The mappings of this run.
    given: Vec<OriginMapping>,
    /// The origins the definition names.
    named: Vec<String>,
    json: bool,
    reveal: bool,
}

impl Session {
    /// A runner over the network, the store and the terminal, for the definition `opened`; `open` is handed the address a
    /// person must visit.
    ///
    /// # Errors
    /// When an option does not make sense, for this definition, or a file of it cannot be read.
    pub fn new(
        network: &Network,
        shown: &Shown,
        store: Arc<dyn ConnectionStore>,
        opened: &Opened,
        open: fn(&str),
    ) -> Result<Self, Failure> {
        let secrets = Secrets::new();
        let mappings: Vec<OriginMapping> = network
            .map_origin
            .iter()
            .map(|text| OriginMapping::parse(text, network.allow_remote_map))
            .collect::<Result<_, _>>()
            .map_err(Failure::unexamined)?;
        let given = if network.is_recalled { Vec::new() } else { mappings.clone() };
        origins::refuse_unknown(&opened.definition, &given, &network.also)?;
        for mapping in &mappings {
            output::say(output::painter_for_stderr().dim(format!(
                "{} is answered by {}",
                mapping.from(),
                mapping.to()
            )));
        }
        let policy = AddressPolicy { allow_private: network.allow_private, ..AddressPolicy::default() };
        let live = Live::with_options(LiveOptions {
            addresses: policy,
            ca: network.certificates()?,
            proxy: ProxySettings::from_environment(),
            ..LiveOptions::default()
        });
        let pairs = mappings.iter().map(|mapping| (mapping.from(), mapping.to())).collect();
        let browser = mappings.clone();
        let transport = Following::with_policy(Mapped::new(live, mappings), policy);
        let silent = shown.json || shown.quiet;
        let teller = Teller::new(output::painter_for_stdout(), secrets.clone(), shown.verbose, open, move |line| {
            if !silent {
                // A closed stdout ends the program where the result is printed; a lost line of progress does no harm.
                let _ = output::print(line);
            }
        });
        let mut runner = Runner::new(Arc::new(transport))
            .with_store(store)
            .with_unanswered(UNANSWERED.clone())
            .with_secrets(secrets.clone())
            .with_compat(opened.compat.clone())
            .with_mapped_origins(pairs, Arc::new(move |url: &str| map_url(&browser, url)));
        // The decision under the step tells it where steps are told; elsewhere stderr does.
        let warn = silent.then_some(timeline::warn as fn(&Timeline<'_>));
        runner = match &shown.log_file {
            Some(path) => {
                let log = LogFile::create(path)?;
                let logger =
                    Teller::new(output::Paint::plain(), secrets.clone(), true, |_| {}, move |line| log.line(line));
                runner.with_observer(Arc::new(Warned(warn, Both(teller, logger))))
            }
            None => runner.with_observer(Arc::new(Warned(warn, teller))),
        };
        Ok(Self { runner, given, named: origins::named(&opened.definition), json: shown.json, reveal: shown.reveal })
    }

    /// Tells the steps of a report that nobody watched while it was made; verbose: with headers and bodies.
    pub fn tell(&self, report: &Report, verbose: bool) {
        if self.json {
            return;
        }
        let teller = Teller::new(
            output::painter_for_stdout(),
            report.secrets.clone(),
            verbose,
            |_| {},
            |line| {
                // As above: a closed stdout is met where the result is printed.
                let _ = output::print(line);
            },
        );
        report.steps.iter().for_each(|step| teller.observe(&Timeline::Step(step)));
    }

    /// The same session, with a place for new tokens that cannot be saved in `place`.
    ///
    /// # Errors
    /// When there is no such place.
    pub fn rescuing(mut self, place: &Store) -> Result<Self, Failure> {
        self.runner = self.runner.with_rescue(place.rescue()?);
        Ok(self)
    }

    /// As [`Session::tell`], verbose and on stderr: where stdout belongs to the answer.
    pub fn tell_aside(&self, report: &Report) {
        let paint = output::painter_for_stderr();
        let teller = Teller::new(paint, report.secrets.clone(), true, |_| {}, |line| output::say(line));
        report.steps.iter().for_each(|step| teller.observe(&Timeline::Step(step)));
    }

    /// Says which origin mappings were given for nothing.
    pub fn warn_of_unused(&self, report: &Report) {
        for mapping in origins::unused(&self.named, &self.given, report) {
            output::say(format_args!(
                "{} --map-origin {}={} was never used: no request went to {}",
                output::painter_for_stderr().yellow("warning:"),
                mapping.from(),
                mapping.to(),
                mapping.from()
            ));
        }
    }

    /// Prints a report and gives the exit code.
    ///
    /// # Errors
    /// When stdout cannot be written.
    pub fn finish(&self, report: &Report) -> Outcome {
        if self.json {
            let reveal = if self.reveal { Reveal::Everything } else { Reveal::Nothing };
            output::print(format_args!("{:#}", report.to_json(reveal)))?;
        } else {
            output::print(format_args!("\n{}", timeline::outcome(report, output::painter_for_stdout())))?;
        }
        self.warn_of_unused(report);
        Ok(std::process::ExitCode::from(match (report.succeeded(), report.examined) {
            (true, _) => 0,
            (false, true) => AT_FAULT,
            (false, false) => UNEXAMINED,
        }))
    }
}

/// The saved connection `name` and the definition it was made with.
///
/// # Errors
/// When there is none of this name, or its definition is gone.
pub async fn saved(store: &dyn ConnectionStore, name: &str) -> Result<(SavedConnection, Opened), Failure> {
    let connection = match store.load(name).await {
        Ok(connection) => connection,
        Err(error) if error.is_not_found() => return Err(unknown(store, name, &error.to_string()).await),
        Err(error) => return Err(unopened(error, name)),
    };
    let reference = &connection.definition;
    let opened = open(&reference.spec, reference.connection.as_deref())
        .map_err(|failure| failure.help(format!("`{name}` was made with the definition {}", reference.spec)))?;
    Ok((connection, opened))
}

/// There is no connection of this name: what was probably meant, or what there is.
pub async fn unknown(store: &dyn ConnectionStore, name: &str, message: &str) -> Failure {
    let failure = Failure::unexamined(message);
    let Ok(page) = store.list(None, LOOKED_AT).await else { return failure };
    let mut names: Vec<String> = page.connections.into_iter().map(|connection| connection.name).collect();
    // Of a large store those that begin alike.
    if page.next.is_some()
        && let Some(first) = name.chars().next()
        && let Ok(page) = store.list(Some(&first.to_string()), LOOKED_AT).await
    {
        names.extend(page.connections.into_iter().map(|connection| connection.name));
    }
    match connspec_diagnostics::suggest::nearest(name, names.iter().map(String::as_str)) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None if names.is_empty() => failure.help("nothing is saved yet: `connspec connect SPEC` makes a connection"),
        None if names.len() <= FEW => failure.help(format!("saved are: {}", names.join(", "))),
        None => failure.help("no name is near it; `connspec connections` lists them"),
    }
}

/// How many names are looked at for one that is near, and how many are few enough to be shown.
const LOOKED_AT: usize = 1_000;
const FEW: usize = 10;

/// Form fields, common data and scope in the runner's shape.
pub fn inputs(values: &Values) -> Inputs {
    Inputs {
        parameters: values.parameters.clone(),
        common: values.common.clone().unwrap_or_default(),
        scope: values.scope.clone(),
    }
}

/// Prints the address to open, on a line of its own on stderr.
pub fn print_address(url: &str) {
    output::say(format_args!("Open: {url}"));
}

/// Prints the address and opens the person's browser on it. Where none can be opened the printed address remains.
pub fn open_address(url: &str) {
    print_address(url);
    let _ = open::that_detached(url);
}

/// A log file, flushed line by line.
struct LogFile(std::sync::Mutex<std::fs::File>);

impl LogFile {
    fn create(path: &Path) -> Result<Self, Failure> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        // It holds no secret, but whom one talks to is nobody else's business.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| {
            Failure::unexamined(format!("--log-file {} cannot be written: {error}", path.display()))
        })?;
        Ok(Self(std::sync::Mutex::new(file)))
    }

    fn line(&self, line: &str) {
        use std::io::Write;
        let mut file = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // The log is a convenience: a full disk must not end the run it tells of.
        let _ = writeln!(file, "{line}");
    }
}

/// Hands what must not go unheard to a warner first, if there is one.
struct Warned<O>(Option<fn(&Timeline<'_>)>, O);

impl<O: Observer> Observer for Warned<O> {
    fn observe(&self, event: &Timeline<'_>) {
        if let Some(warn) = self.0 {
            warn(event);
        }
        self.1.observe(event);
    }
}

struct Both(Teller, Teller);

impl Observer for Both {
    fn observe(&self, event: &Timeline<'_>) {
        self.0.observe(event);
        self.1.observe(event);
    }
}
