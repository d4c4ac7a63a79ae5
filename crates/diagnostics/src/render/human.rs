//! The terminal picture: a window of source with the place underlined, why, help, and the fix as a diff.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Patch, Renderer, Snippet};

use super::concealed::concealed;
use super::excerpt::{self, Excerpt, near};
use crate::{Diagnostic, Label, Position, Severity, Source, SourceId, SourceMap, Span};

/// A line longer than this many bytes is not shown as a diff.
const LONGEST_DIFF_LINE: usize = 400;

/// How findings are drawn.
#[derive(Clone, Copy, Debug, Default)]
pub struct HumanOptions {
    /// Whether to colour.
    pub colour: bool,
    /// Width of the terminal in columns; 0 takes the renderer's own (140).
    pub width: usize,
}

/// One finding, drawn, without a final line break.
pub fn human(sources: &SourceMap, diagnostic: &Diagnostic, options: HumanOptions) -> String {
    let diagnostic = &*concealed(sources, diagnostic);
    let mut renderer = if options.colour { Renderer::styled() } else { Renderer::plain() };
    if options.width > 0 {
        renderer = renderer.term_width(options.width);
    }
    let mut columns = Columns::default();
    let mut finding_columns = Columns::default();
    let diff = diff(sources, diagnostic, &mut columns);
    // A diff has the title of its fix, which need not be said twice.
    let titled = diagnostic.fix.as_ref().filter(|_| diff.is_some()).map_or("", |fix| fix.title.as_str());
    let mut groups = vec![finding(sources, diagnostic, titled, &mut finding_columns)];
    groups.extend(diff);
    columns.wrong.splice(0..0, finding_columns.wrong);
    let drawn = renderer.render(&groups);
    drawn.lines().map(|line| columns.mend(line.trim_end())).collect::<Vec<_>>().join("\n")
}

fn finding<'a>(sources: &'a SourceMap, diagnostic: &'a Diagnostic, titled: &str, columns: &mut Columns) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let title = level.primary_title(&diagnostic.message).id(diagnostic.code);
    let mut group = Group::with_title(title);
    if let Some(place) = diagnostic.place {
        group = group.elements(windows(sources, diagnostic, place.source, columns));
        let mut others: Vec<SourceId> =
            diagnostic.labels.iter().map(|label| label.place.source).filter(|source| *source != place.source).collect();
        others.dedup();
        for source in others {
            group = group.elements(windows(sources, diagnostic, source, columns));
        }
    }
    if !diagnostic.why.is_empty() {
        group = group.element(Level::NOTE.message(&diagnostic.why));
    }
    if !diagnostic.help.is_empty() && diagnostic.help != titled {
        group = group.element(Level::HELP.message(&diagnostic.help));
    }
    group
}

/// The lines of one file that the finding speaks of: one window where they lie near each other.
fn windows<'a>(
    sources: &'a SourceMap,
    diagnostic: &'a Diagnostic,
    id: SourceId,
    columns: &mut Columns,
) -> Vec<Snippet<'a, Annotation<'a>>> {
    let source = sources.get(id);
    let primary = diagnostic.place.map(|place| (place, AnnotationKind::Primary, &diagnostic.label));
    let further = diagnostic.labels.iter().map(|Label { place, message }| (*place, AnnotationKind::Context, message));
    let here = primary.into_iter().chain(further).filter(|(place, ..)| place.source == id);
    let groups = near(here.map(|(place, kind, label)| (place.span, (kind, label))));
    let window = |excerpt::Group { whole, members }: excerpt::Group<(AnnotationKind, &'a String)>| {
        let excerpt = Excerpt::around(source, whole);
        columns.note(source, &excerpt, members.iter().map(|(span, _)| *span));
        let annotations = members.into_iter().map(|(span, (kind, label))| {
            let annotation = kind.span(excerpt.range(span));
            if label.is_empty() { annotation } else { annotation.label(label) }
        });
        let annotations: Vec<_> = annotations.collect();
        snippet(source, excerpt).annotations(annotations)
    };
    groups.into_iter().map(window).collect()
}

fn snippet<'a, T: Clone>(source: &'a Source, excerpt: Excerpt<'a>) -> Snippet<'a, T> {
    Snippet::source(excerpt.text).line_start(excerpt.first_line).path(source.name()).fold(true)
}

fn diff<'a>(sources: &'a SourceMap, diagnostic: &'a Diagnostic, columns: &mut Columns) -> Option<Group<'a>> {
    let fix = diagnostic.fix.as_ref()?;
    let first = fix.edits.first()?.place.source;
    // The renderer shortens the lines of a finding, but not those of a diff: one of a minified file is no help.
    let lines = fix.edits.iter().map(|edit| sources.get(edit.place.source).line(sources.position(edit.place).line));
    if lines.map(str::len).max().is_some_and(|longest| longest > LONGEST_DIFF_LINE) {
        return None;
    }
    let title = Level::HELP.secondary_title(&fix.title);
    let source = sources.get(first);
    let edits = fix.edits.iter().filter(|edit| edit.place.source == first);
    let snippets =
        near(edits.map(|edit| (edit.place.span, &edit.text))).into_iter().map(|excerpt::Group { whole, members }| {
            let excerpt = Excerpt::whole(source, whole);
            columns.note(source, &excerpt, members.iter().map(|(span, _)| *span));
            let patches: Vec<_> =
                members.into_iter().map(|(span, text)| Patch::new(excerpt.range(span), text.as_str())).collect();
            snippet(source, excerpt).patches(patches)
        });
    let snippets: Vec<_> = snippets.collect();
    Some(Group::with_title(title).elements(snippets))
}

/// Columns that the renderer counts otherwise than editors do: from where a line was cut, and in characters.
#[derive(Default)]
struct Columns {
    /// What it writes, and what is so: `path:line:column`.
    wrong: Vec<(String, String)>,
}

impl Columns {
    /// Remembers the places of an excerpt whose columns it will not count as editors do.
    fn note(&mut self, source: &Source, excerpt: &Excerpt<'_>, spans: impl Iterator<Item = Span>) {
        for span in spans {
            let before = &excerpt.text[..excerpt.range(span).start];
            let counted = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            let Position { line, column } = source.position(span.start);
            if counted != column {
                let at = |column| format!("{}:{line}:{column}", source.name());
                self.wrong.push((at(counted), at(column)));
            }
        }
    }

    /// A line that was drawn, with the column that is so if it names a place.
    fn mend(&self, line: &str) -> String {
        let is_place = |line: &str| line.contains("--> ") || line.contains("::: ");
        match self.wrong.iter().find(|(wrong, _)| line.ends_with(wrong)).filter(|_| is_place(line)) {
            Some((wrong, right)) => format!("{}{right}", &line[..line.len() - wrong.len()]),
            None => line.to_owned(),
        }
    }
}
