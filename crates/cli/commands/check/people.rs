//! What people are shown: the findings drawn, how many there are, and what can be done.

use std::collections::BTreeMap;

use connspec_diagnostics::Severity;
use connspec_diagnostics::render::Located;

use super::parallel::in_parallel;
use crate::failure::Failure;
use crate::output;

/// So many findings are drawn before they are written: enough for all processors, and seen at once.
const TOGETHER: usize = 4096;

/// Fewer are drawn while threads would be started.
const MANY: usize = 256;

/// Shows the findings that are at least so bad, and a summary of all; `files`: how many were looked at.
pub fn show(all: &[Located<'_>], least: Severity, files: usize) -> Result<(), Failure> {
    let shown: Vec<_> = all.iter().filter(|(_, finding)| finding.severity >= least).collect();
    let draw = |run: &[&Located<'_>]| -> Vec<String> {
        run.iter().map(|(sources, finding)| output::finding(sources, finding) + "\n\n").collect()
    };
    for together in shown.chunks(TOGETHER) {
        let drawn = if together.len() < MANY { draw(together) } else { in_parallel(together, || draw) };
        output::print_bytes(drawn.concat().as_bytes())?;
    }
    let count = |severity| all.iter().filter(|(_, finding)| finding.severity == severity).count();
    let (errors, warnings, infos) = (count(Severity::Error), count(Severity::Warning), count(Severity::Info));
    let paint = output::painter_for_stdout();
    let files = plural(files, "file");
    if errors + warnings + infos == 0 {
        return output::print(format_args!("{} {files}, nothing found", paint.green("✓")));
    }
    let mut summary =
        format!("{}, {}, {} in {files}", plural(errors, "error"), plural(warnings, "warning"), plural(infos, "info"));
    if infos > 0 && least > Severity::Info {
        summary.push_str(" (infos are hidden: --show info)");
    }
    let mark = if errors > 0 { paint.red("✗") } else { paint.yellow("!") };
    output::print(format_args!("{mark} {summary}"))?;
    if let Some(offer) = offer(all) {
        output::say(paint.dim(offer));
    }
    if all.iter().any(|(_, finding)| finding.severity >= least) {
        output::say(paint.dim("`connspec explain CODE` tells more about each of them"));
    }
    Ok(())
}

/// How many of the findings a program could mend, and how.
fn offer(all: &[Located<'_>]) -> Option<String> {
    let count =
        |safe| all.iter().filter(|(_, finding)| finding.fix.as_ref().is_some_and(|fix| fix.safe == safe)).count();
    let safe = |count| format!("{} can be applied by --fix", plural(count, "fix"));
    let other = "by --fix --unsafe-fixes, to be looked at afterwards";
    Some(match (count(true), count(false)) {
        (0, 0) => return None,
        (fixes, 0) => safe(fixes),
        (0, suggestions) => format!("{} can be applied {other}", plural(suggestions, "suggestion")),
        (fixes, suggestions) => format!("{}, {} {other}", safe(fixes), plural(suggestions, "suggestion")),
    })
}

/// `2 files`.
pub fn plural(count: usize, noun: &str) -> String {
    let ending = if noun.ends_with('x') { "es" } else { "s" };
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}{ending}") }
}

/// Counts the findings by rule instead.
pub fn statistics(all: &[Located<'_>]) -> Result<(), Failure> {
    let mut counts: BTreeMap<(&str, &str, Severity), usize> = BTreeMap::new();
    for (_, finding) in all {
        *counts.entry((finding.code, finding.rule, finding.severity)).or_default() += 1;
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    for ((code, rule, severity), count) in rows {
        output::print(format_args!("{count:>6}  {code}  {rule:<32} {severity}"))?;
    }
    Ok(())
}
