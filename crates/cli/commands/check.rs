//! `connspec check`: every mistake of an app, a connection, a file or stdin.

mod arguments;
mod mend;
mod once;
mod parallel;
mod people;
mod processors;
mod texts;

use std::collections::HashSet;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use connspec_checks::mend::{Fixes, changes};
use connspec_checks::{Options, check_each};
use connspec_diagnostics::render::{self, Located};
use connspec_diagnostics::{Diagnostic, Severity, SourceId, SourceMap};
use connspec_spec::bundled::{self, Bundled};
use connspec_spec::layout::{Disk, Memory, Remembered, discover, load_app_from};
use connspec_spec::{App, Files};

use crate::failure::{AT_FAULT, Failure, Outcome};
use crate::output;
use parallel::in_parallel;
use people::{plural, statistics};
use texts::{Draft, Texts};

/// Validate definitions: app folders, connection folders, single files or stdin
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  connspec check                           the app in this folder
  connspec check connections/acme --format json
  cat api.imljson | connspec check -")]
pub struct Check {
    /// What to examine; `-` is stdin
    #[arg(default_value = ".")]
    paths: Vec<PathBuf>,

    /// How findings are written
    #[arg(long, value_enum, default_value_t)]
    format: Format,

    /// Show infos too in human output
    #[arg(long, value_name = "info")]
    show: Option<Severity>,

    /// The least severity that makes the exit code 1
    #[arg(long, value_name = "LEVEL", default_value = "error")]
    deny: Severity,

    /// Look for these only: codes, rules, or the beginning of codes (CS06)
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    select: Vec<String>,

    /// Do not look for these codes, rules, or codes that begin so
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    ignore: Vec<String>,

    /// What stdin is called in findings; its ending tells what it is
    #[arg(long, value_name = "NAME", default_value = "<stdin>")]
    stdin_name: String,

    /// Apply the fixes that are safe
    #[arg(long, conflicts_with = "watch")]
    fix: bool,

    /// With --fix or --diff: the suggestions too, which may change what works; look at them afterwards
    #[arg(long)]
    unsafe_fixes: bool,

    /// Show what --fix would change, and change nothing
    #[arg(long, conflicts_with_all = ["fix", "watch"])]
    diff: bool,

    /// Look again whenever a file changes, until Ctrl-C
    #[arg(long)]
    watch: bool,

    /// Count the findings by rule instead of showing them
    #[arg(long)]
    statistics: bool,
}

/// What is left of an app that was examined; the rest of it is let go.
struct Examined {
    sources: Arc<SourceMap>,
    findings: Vec<Diagnostic>,
    /// The texts that were looked at, where others were read only to judge them by.
    asked_for: Option<Vec<SourceId>>,
}

/// What is examined as one: an app, or a connection of its own.
enum Subject<'p> {
    Stdin,
    Bundled(&'p Bundled),
    At(PathBuf),
}

/// An app with the options its folder asks for.
type Loaded = (App, Options);

/// What a path names.
enum Named<One, Several> {
    One(One),
    Several(Several),
}

/// The apps and connections that a path names.
fn subjects_at<'p>(disk: &dyn Files, path: &'p Path) -> Result<Vec<Subject<'p>>, Failure> {
    if path == Path::new("-") {
        return Ok(vec![Subject::Stdin]);
    }
    if let Some(bundled) = path.to_str().and_then(bundled::find).filter(|_| !path.exists()) {
        return Ok(vec![Subject::Bundled(bundled)]);
    }
    let roots = discover(disk, path).map_err(Failure::unexamined)?;
    Ok(roots.into_iter().map(Subject::At).collect())
}

/// How findings are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people, with the source underlined
    #[default]
    Human,
    /// One JSON array
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Workflow commands, shown beside the lines of a pull request
    Github,
}

impl Check {
    /// Whether it goes on until Ctrl-C.
    pub fn is_watching(&self) -> bool {
        self.watch
    }

    pub async fn run(&self) -> Outcome {
        self.judge_arguments()?;
        if self.watch {
            return self.watch().await;
        }
        self.run_once()
    }

    /// Looks once, without a runtime: starting one takes longer than checking a connection.
    pub fn run_once(&self) -> Outcome {
        self.judge_arguments()?;
        let mut texts = Texts::default();
        let mut examined = self.examine(&texts)?;
        if self.diff {
            self.mend(examined, &mut texts)?;
            return self.show_fixes(&texts);
        }
        if self.fix {
            let (mended, fixes) = self.mend(examined, &mut texts)?;
            mend::write(&texts.drafts)?;
            output::say(format_args!("{} applied", plural(fixes, "fix")));
            examined = mended;
        }
        let outcome = self.report(&examined);
        // The process ends here: nobody waits for it to take everything apart.
        std::mem::forget(examined);
        outcome
    }

    /// Looks at everything.
    fn examine(&self, texts: &Texts) -> Result<Vec<Examined>, Failure> {
        let disk = texts.over(Disk);
        let mut named = HashSet::new();
        let paths: Vec<&Path> = self.paths.iter().map(PathBuf::as_path).filter(|path| named.insert(*path)).collect();
        let looked = in_parallel(&paths, || {
            let disk = Remembered::new(&disk);
            move |paths| self.examine_each(paths.iter().map(|path| self.look(&disk, texts, path)))
        });
        let mut examined = Vec::new();
        for looked in looked {
            match looked? {
                Named::One(only) => examined.push(only),
                Named::Several(subjects) => examined.extend(self.examine_all(&subjects, texts)?),
            }
        }
        Ok(once::once(examined, self.paths.len() > 1))
    }

    fn examine_all(&self, subjects: &[Subject<'_>], texts: &Texts) -> Result<Vec<Examined>, Failure> {
        let disk = texts.over(Disk);
        let examined = in_parallel(subjects, || {
            let disk = Remembered::new(&disk);
            let load = move |subject: &Subject<'_>| Ok(Named::<_, Infallible>::One(self.load(&disk, texts, subject)?));
            move |subjects| self.examine_each(subjects.iter().map(&load))
        });
        let one = |examined: Result<_, Failure>| {
            let Named::One(examined) = examined?;
            Ok(examined)
        };
        examined.into_iter().map(one).collect()
    }

    /// Looks at what a path names. What is the only one is loaded at once, where it has just been seen.
    fn look<'p>(
        &self,
        disk: &Remembered<'_>,
        texts: &Texts,
        path: &'p Path,
    ) -> Result<Named<Loaded, Vec<Subject<'p>>>, Failure> {
        if path.extension().is_some() {
            disk.read_ahead(path);
        }
        let subjects = subjects_at(disk, path)?;
        Ok(match subjects.as_slice() {
            [only] => Named::One(self.load(disk, texts, only)?),
            _ => Named::Several(subjects),
        })
    }

    /// Examines what is loaded: small apps together, as many as come.
    fn examine_each<S>(
        &self,
        loads: impl Iterator<Item = Result<Named<Loaded, S>, Failure>>,
    ) -> Vec<Result<Named<Examined, S>, Failure>> {
        /// Bytes of text; their trees take a hundred times as much at most.
        const TOGETHER: usize = 256 << 10;
        let (mut examined, mut loaded, mut bytes) = (Vec::new(), Vec::new(), 0);
        for load in loads {
            if let Ok(Named::One((app, _))) = &load {
                bytes += app.sources.iter().map(|(_, file)| file.text().len()).sum::<usize>();
            }
            loaded.push(load);
            if bytes > TOGETHER {
                examined.extend(self.examine_together(std::mem::take(&mut loaded)));
                bytes = 0;
            }
        }
        examined.extend(self.examine_together(loaded));
        examined
    }

    fn examine_together<S>(
        &self,
        loaded: Vec<Result<Named<Loaded, S>, Failure>>,
    ) -> impl Iterator<Item = Result<Named<Examined, S>, Failure>> {
        let apps = loaded.iter().filter_map(|loaded| match loaded {
            Ok(Named::One((app, options))) => Some((app, options)),
            _ => None,
        });
        let mut found = check_each(&apps.collect::<Vec<_>>()).into_iter();
        loaded.into_iter().map(move |loaded| {
            Ok(match loaded? {
                Named::One((app, _)) => {
                    let found = found.next().expect("each app has its findings").into_iter();
                    let findings: Vec<_> = found.filter(|finding| self.wants(finding)).collect();
                    let (mut sources, asked_for) = (Arc::clone(&app.sources), app.asked_for.clone());
                    drop(app);
                    // Thousands of files without a finding leave their names; who watches compares texts.
                    if let Some(sources) = Arc::get_mut(&mut sources).filter(|_| findings.is_empty() && !self.watch) {
                        sources.forget_texts();
                    }
                    Named::One(Examined { sources, findings, asked_for })
                }
                Named::Several(several) => Named::Several(several),
            })
        })
    }

    fn load(&self, disk: &dyn Files, texts: &Texts, subject: &Subject<'_>) -> Result<Loaded, Failure> {
        let app = match subject {
            Subject::Stdin => {
                let stdin = Memory::from([(self.stdin_name.as_str(), texts.stdin()?)]);
                load_app_from(&texts.over(stdin), &self.stdin_name)
            }
            Subject::Bundled(bundled) => load_app_from(&texts.over(bundled.tree()), bundled.name),
            Subject::At(root) => load_app_from(disk, root),
        };
        let app = app.map_err(Failure::unexamined)?;
        let options = Options::of_app(disk, &app).map_err(Failure::unexamined)?;
        Ok((app, options))
    }

    /// Shows the findings and gives the exit code.
    fn report(&self, examined: &[Examined]) -> Outcome {
        let mut all: Vec<Located<'_>> = Vec::new();
        for Examined { sources, findings, .. } in examined {
            all.extend(findings.iter().map(|finding| (&**sources, finding)));
        }
        self.show(&all, &|| once::files(examined, self.paths.len() > 1))?;
        let denied = all.iter().any(|(_, finding)| finding.severity >= self.deny);
        Ok(if denied { ExitCode::from(AT_FAULT) } else { ExitCode::SUCCESS })
    }

    /// The fixes that are asked for.
    fn fixes(&self) -> Fixes {
        if self.unsafe_fixes { Fixes::All } else { Fixes::Safe }
    }

    /// Applies fixes until none is left, to drafts: one fix may make room for another. A file that would come back to a
    /// text it has had stays as it is. Gives what is found then, and how many fixes there were.
    fn mend(&self, mut examined: Vec<Examined>, texts: &mut Texts) -> Result<(Vec<Examined>, usize), Failure> {
        const ROUNDS: usize = 10;
        let mut fixes = 0;
        let mut had: HashSet<(PathBuf, String)> = HashSet::new();
        for _ in 0..ROUNDS {
            let mut changed: HashSet<PathBuf> = HashSet::new();
            for Examined { sources, findings, .. } in &examined {
                for change in changes(sources, findings, self.fixes()) {
                    let file = sources.get(change.source);
                    let path = PathBuf::from(file.name());
                    had.insert((path.clone(), file.text().to_owned()));
                    // A file that two have in common is changed for one at a time.
                    if had.contains(&(path.clone(), change.text.clone())) || !changed.insert(path.clone()) {
                        continue;
                    }
                    fixes += change.fixes;
                    let before = || Draft { before: file.text().to_owned(), text: String::new() };
                    texts.drafts.entry(path).or_insert_with(before).text = change.text;
                }
            }
            if changed.is_empty() {
                break;
            }
            examined = self.examine(texts)?;
        }
        Ok((examined, fixes))
    }

    fn show_fixes(&self, texts: &Texts) -> Outcome {
        let any = mend::show(&texts.drafts)?;
        if !any {
            output::say(if self.unsafe_fixes { "no fixes" } else { "no safe fixes" });
        }
        Ok(if any { ExitCode::from(AT_FAULT) } else { ExitCode::SUCCESS })
    }

    /// Reports again whenever a file's text changes.
    async fn watch(&self) -> Outcome {
        const PAUSE: std::time::Duration = std::time::Duration::from_millis(400);
        let mut seen = None;
        loop {
            // A file that is being saved may not be readable for a moment; the next look finds it.
            if let Ok(examined) = self.examine(&Texts::default()) {
                let texts: Vec<String> = examined
                    .iter()
                    .flat_map(|Examined { sources, .. }| {
                        sources.iter().map(|(_, file)| file.text().to_owned()).collect::<Vec<_>>()
                    })
                    .collect();
                if seen.as_ref() != Some(&texts) {
                    seen = Some(texts);
                    if output::painter_for_stdout().is_on() {
                        output::print_bytes(b"\x1b[2J\x1b[H")?;
                    }
                    self.report(&examined)?;
                    output::say("watching; Ctrl-C ends");
                }
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    fn wants(&self, finding: &Diagnostic) -> bool {
        let names = |list: &[String]| list.iter().any(|name| connspec_checks::names(name, finding));
        (self.select.is_empty() || names(&self.select)) && !names(&self.ignore)
    }

    fn show(&self, all: &[Located<'_>], files: &dyn Fn() -> usize) -> Result<(), Failure> {
        if self.statistics {
            return statistics(all);
        }
        match self.format {
            Format::Human => people::show(all, self.show.unwrap_or(Severity::Warning).min(self.deny), files()),
            Format::Json => output::print_bytes(render::json(all).as_bytes()),
            Format::Sarif => output::print_bytes(
                render::sarif(all, env!("CARGO_PKG_VERSION"), &|code| Some(connspec_checks::rule(code)?.text()))
                    .as_bytes(),
            ),
            Format::Github => output::print_bytes(render::github(all).as_bytes()),
        }
    }
}
