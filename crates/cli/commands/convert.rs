//! `connspec convert`: another dialect's definition as an app of Make's.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use connspec_checks::excuse;
use connspec_diagnostics::Severity;
use connspec_spec::Definition;
use connspec_spec::dialect::convert::{CodeIn, Conversion, ConvertOptions, Note, connection_name, convert};
use connspec_spec::layout::{Memory, load_app_from};
use serde_json::json;

use crate::commands::specs::write_new;
use crate::failure::{Failure, Outcome};
use crate::output;
use crate::session::open;

/// Turn another dialect's definition into an app of Make's, and say what could not be carried over
///
/// What is left out is listed on stdout, and stands as a comment in the file it belongs to.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  connspec convert --from chiefonboarding manifest.json -o my-app
  connspec convert --from chiefonboarding academy-manifest -o academy --code body")]
pub struct Convert {
    /// The dialect it is written in
    #[arg(long, value_enum)]
    from: From,

    /// The manifest: a file, a folder that holds one, or academy-manifest
    file: String,

    /// Which manifest of a folder that has several
    #[arg(long, value_name = "NAME")]
    connection: Option<String>,

    /// The folder to write, which must not exist yet
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,

    /// The connection's name; default: the manifest's file name
    #[arg(long)]
    name: Option<String>,

    /// Where the code of the callback goes: into the query, as a manifest sends it, or with the rest of the query into
    /// the body, as RFC 6749 has it
    #[arg(long, value_enum, default_value_t)]
    code: Code,

    /// Print the files and notes as one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum From {
    /// An integration manifest of ChiefOnboarding's
    #[value(name = "chiefonboarding")]
    ChiefOnboarding,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Code {
    #[default]
    Query,
    Body,
}

impl Convert {
    pub fn run(&self) -> Outcome {
        let From::ChiefOnboarding = self.from;
        let opened = open(&self.file, self.connection.as_deref())?;
        let definition = &opened.definition;
        let (Some(manifest), Some(root)) = (definition.manifest(), definition.parts.communication.node.as_ref()) else {
            return Err(Failure::unexamined(format!("{} is no integration manifest", self.file))
                .help("it is a definition of Make's already"));
        };
        let name = self.name.as_deref().unwrap_or(&definition.name);
        let options = ConvertOptions {
            name: connection_name(name),
            code_in: if self.code == Code::Body { CodeIn::Body } else { CodeIn::Query },
        };
        let mut conversion = convert(manifest, root, &options)
            .map_err(|missing| Failure::at_fault(format!("it cannot be converted: {}", told(definition, &missing))))?;
        let found = excuse_mistakes(&mut conversion);
        write_new(&self.output, conversion.files.iter().map(|(path, text)| (path.as_str(), text.as_str())))?;
        if self.json {
            let files: Vec<&str> = conversion.files.iter().map(|(path, _)| path.as_str()).collect();
            let notes: Vec<_> = conversion
                .notes
                .iter()
                .map(|note| {
                    let place = note.place.map(|place| {
                        let position = definition.sources.position(place);
                        let path = definition.sources.get(place.source).name();
                        json!({"path": path, "line": position.line, "column": position.column})
                    });
                    json!({"text": note.text, "location": place})
                })
                .collect();
            output::print(format_args!(
                "{:#}",
                json!({"name": options.name, "files": files, "notes": notes, "check": found})
            ))?;
            return Ok(ExitCode::SUCCESS);
        }
        for (path, _) in &conversion.files {
            output::print(self.output.join(path).display())?;
        }
        if !conversion.notes.is_empty() {
            output::print("\nNot carried over:")?;
            for note in &conversion.notes {
                output::print(format_args!("  {}", told(definition, note)))?;
            }
        }
        if !found.is_empty() {
            output::print("\nMistakes that came with the manifest, each silenced by a comment where it stands:")?;
            for line in &found {
                output::print(format_args!("  {line}"))?;
            }
        }
        output::say(format_args!(
            "\nLook for mistakes with `connspec check {0}`, try it with `connspec connect {0}`.",
            self.output.display()
        ));
        Ok(ExitCode::SUCCESS)
    }
}

/// What is wrong with the app, which it has from the manifest: errors and warnings. A comment over each says so, and so
/// does the app's README.
fn excuse_mistakes(conversion: &mut Conversion) -> Vec<String> {
    let files: Memory = conversion.files.iter().map(|(path, text)| (PathBuf::from(path), text.as_str())).collect();
    let Ok(app) = load_app_from(&files, Path::new("")) else { return Vec::new() };
    let (grave, excused) = excuse(&app, Severity::Warning, "the manifest has it so");
    let told = grave.iter().map(|finding| {
        let path = finding.place.map(|place| app.sources.get(place.source).name()).unwrap_or_default();
        format!("{path}: {} {}", finding.code, finding.message)
    });
    let told: Vec<String> = told.collect();
    for (path, text) in &mut conversion.files {
        if let Some((_, excused)) = excused.iter().find(|(excused, _)| excused == path) {
            text.clone_from(excused);
        }
        if path == "README.md" && !told.is_empty() {
            text.push_str("\n## Mistakes that came with the manifest\n\n");
            grave.iter().for_each(|finding| text.push_str(&format!("* {}: {}\n", finding.code, finding.message)));
        }
    }
    told
}

/// A note with its place before it.
fn told(definition: &Definition, note: &Note) -> String {
    match note.place {
        Some(place) => format!("{}: {}", definition.sources.describe(place), note.text),
        None => note.text.clone(),
    }
}
