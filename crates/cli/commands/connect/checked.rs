//! What `check` thinks of a definition that is about to be run: one line, and nothing stops.

use std::collections::HashSet;
use std::path::Path;

use connspec_checks::{Options, check_with};
use connspec_diagnostics::Severity;
use connspec_spec::layout::{Disk, Memory, load_app_from};
use connspec_spec::{App, Definition, bundled};

use crate::output;

/// Says how many errors `check` finds in the files of this connection, and how to see them.
pub fn say_errors(spec: &str, definition: &Definition) {
    let count = count_errors(spec, definition).unwrap_or(0);
    if count == 0 {
        return;
    }
    let (noun, them) = if count == 1 { ("error", "it") } else { ("errors", "them") };
    let how = if spec == "-" {
        "pass the definition to `connspec check -`".to_owned()
    } else {
        format!("`connspec check {}`", output::shell_word(spec))
    };
    output::say(format_args!("check finds {count} {noun} in this definition; to see {them}: {how}"));
}

/// Errors in the connection's own files; none when its app cannot be read as a whole.
fn count_errors(spec: &str, definition: &Definition) -> Option<usize> {
    let app = app(spec, definition)?;
    let options = Options::of_app(&Disk, &app).ok()?;
    let own: HashSet<&str> = definition.parts.iter().map(|part| part.path.as_str()).collect();
    let is_own = |finding: &connspec_diagnostics::Diagnostic| {
        finding.place.is_some_and(|place| own.contains(app.sources.get(place.source).name()))
    };
    let found = check_with(&app, &options);
    Some(found.iter().filter(|finding| finding.severity == Severity::Error && is_own(finding)).count())
}

fn app(spec: &str, definition: &Definition) -> Option<App> {
    if spec == "-" {
        let source = definition.sources.get(definition.parts.communication.source);
        return load_app_from(&Memory::from([(source.name(), source.text())]), source.name()).ok();
    }
    match bundled::find(spec).filter(|_| !Path::new(spec).exists()) {
        Some(bundled) => load_app_from(&bundled.tree(), bundled.name).ok(),
        None => load_app_from(&Disk, spec).ok(),
    }
}
