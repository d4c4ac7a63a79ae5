//! Files as they would be with the fixes of their findings. Everything that no fix is about stays to the byte, and no
//! file comes out more broken than it went in.

use std::collections::BTreeMap;

use connspec_diagnostics::{Diagnostic, Edit, Fix, Severity, SourceId, SourceMap, Span, apply_edits};
use connspec_spec::{Node, json};
use hashbrown::{HashMap, HashSet};

/// Which fixes are applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixes {
    /// Those that change nothing that works.
    Safe,
    /// Suggestions too, which a person must look at afterwards.
    All,
}

impl Fixes {
    /// Whether this fix is one of them.
    pub fn include(self, fix: &Fix) -> bool {
        fix.safe || self == Self::All
    }
}

/// A file as it would be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file.
    pub source: SourceId,
    /// Its new text.
    pub text: String,
    /// How many fixes begin in it.
    pub fixes: usize,
}

/// The files of an app with the fixes of its findings. Of two fixes that touch the same text the first is taken; the
/// other comes up again when the changed files are looked at.
pub fn changes(sources: &SourceMap, findings: &[Diagnostic], which: Fixes) -> Vec<Change> {
    let fixes: Vec<&Fix> =
        findings.iter().filter_map(|finding| finding.fix.as_ref()).filter(|fix| which.include(fix)).collect();
    let together = applied(sources, &fixes);
    if together.as_ref().is_some_and(|changes| is_sound(sources, changes)) {
        return together.unwrap_or_default();
    }
    // Some fix does not go with the others, or with the file: each is tried on top of those that do.
    let mut kept: Vec<&Fix> = Vec::new();
    for fix in fixes {
        kept.push(fix);
        if !applied(sources, &kept).is_some_and(|changes| is_sound(sources, &changes)) {
            kept.pop();
        }
    }
    applied(sources, &kept).unwrap_or_default()
}

/// The files with these fixes; none when an edit does not fit its file.
fn applied(sources: &SourceMap, fixes: &[&Fix]) -> Option<Vec<Change>> {
    let mut taken: HashMap<SourceId, Taken<'_>> = HashMap::new();
    for fix in fixes {
        let is_free = |edit: &Edit| taken.get(&edit.place.source).is_none_or(|taken| !taken.touches(edit.place.span));
        let Some(first) = fix.edits.first().filter(|_| fix.edits.iter().all(is_free)) else { continue };
        taken.entry(first.place.source).or_default().fixes += 1;
        for edit in &fix.edits {
            taken.entry(edit.place.source).or_default().add(edit);
        }
    }
    let mut changes = Vec::new();
    for (source, file) in sources.iter() {
        let Some(Taken { edits, fixes, .. }) = taken.remove(&source) else { continue };
        let text = apply_edits(file.text(), source, edits).ok()?;
        if text != file.text() {
            changes.push(Change { source, text, fixes });
        }
    }
    Some(changes)
}

/// Whether no file is worse JSON than it was.
fn is_sound(sources: &SourceMap, changes: &[Change]) -> bool {
    changes.iter().all(|change| {
        let slips = |text: &str| {
            let reading = json::read(change.source, text);
            let errors = reading.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
            let guesses = usize::from(reading.guessed || reading.node.is_none());
            [guesses, errors, reading.node.as_ref().map_or(0, keys_that_stand_twice)]
        };
        let (before, after) = (slips(sources.get(change.source).text()), slips(&change.text));
        after.iter().zip(before).all(|(after, before)| *after <= before)
    })
}

/// Two fixes may each write the same key: one of the values would be lost.
fn keys_that_stand_twice(root: &Node) -> usize {
    let mut count = 0;
    root.visit(&mut |_, node| {
        let mut seen = HashSet::new();
        count += node.members().iter().filter(|member| !seen.insert(member.key.as_str())).count();
    });
    count
}

/// The edits that one file gets.
#[derive(Default)]
struct Taken<'f> {
    edits: Vec<&'f Edit>,
    /// The end of each, by its start.
    ends: BTreeMap<u32, u32>,
    fixes: usize,
}

impl<'f> Taken<'f> {
    /// Whether an edit already wants some of the same text. Two insertions at one place do: their order would be
    /// chance.
    fn touches(&self, span: Span) -> bool {
        self.ends.range(..=span.end).next_back().is_some_and(|(_, end)| *end >= span.start)
    }

    fn add(&mut self, edit: &'f Edit) {
        let end = self.ends.entry(edit.place.span.start).or_default();
        *end = (*end).max(edit.place.span.end);
        self.edits.push(edit);
    }
}

#[cfg(test)]
mod tests {
    use connspec_diagnostics::Place;

    use super::*;

    fn finding(fix: Fix) -> Diagnostic {
        Diagnostic::new("CS0000", "test", Severity::Error, "test").fix(fix)
    }

    #[test]
    fn a_fix_that_breaks_the_file_is_left_out_and_the_others_are_made() {
        let mut sources = SourceMap::new();
        let file = sources.add("a.json", r#"{ "a": 1, "b": 2 }"#);
        let at = |start, end| Place::new(file, Span::new(start, end));
        let found = [
            finding(Fix::safe("good").replace(at(7, 8), "3")),
            finding(Fix::suggestion("breaks it").replace(at(8, 9), "")),
            finding(Fix::suggestion("good too").replace(at(15, 16), "4")),
            finding(Fix::safe("does not fit").replace(at(90, 91), "")),
        ];
        let text = |which| changes(&sources, &found, which).pop().map(|change| (change.text, change.fixes));
        assert_eq!(text(Fixes::Safe), Some((r#"{ "a": 3, "b": 2 }"#.to_owned(), 1)));
        assert_eq!(text(Fixes::All), Some((r#"{ "a": 3, "b": 4 }"#.to_owned(), 2)));
    }

    #[test]
    fn two_fixes_never_write_the_same_key() {
        let mut sources = SourceMap::new();
        let file = sources.add("a.json", r#"{ "errors": {} }"#);
        let at = |start, end| Place::new(file, Span::new(start, end));
        let found = [
            finding(Fix::suggestion("rename").replace(at(2, 10), "\"error\"")),
            finding(Fix::suggestion("add").replace(at(14, 14), ", \"error\": 1")),
        ];
        assert_eq!(changes(&sources, &found, Fixes::All)[0].text, r#"{ "error": {} }"#);
    }

    #[test]
    fn of_two_fixes_for_one_place_the_first_is_made() {
        let mut sources = SourceMap::new();
        let file = sources.add("a.json", "[1, 2]");
        let at = |start, end| Place::new(file, Span::new(start, end));
        let found = [
            finding(Fix::safe("first").replace(at(1, 2), "10")),
            finding(Fix::safe("second").replace(at(2, 2), "5").replace(at(4, 5), "7")),
        ];
        assert_eq!(changes(&sources, &found, Fixes::Safe)[0].text, "[10, 2]");
    }
}
