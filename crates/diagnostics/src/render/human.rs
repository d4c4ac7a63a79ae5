//! The terminal picture: a window of source with the place underlined, why, help, and the fix as a diff.

use annotate_snippets::{AnnotationKind, Group, Level, Patch, Renderer, Snippet};

use crate::{Diagnostic, Label, Severity, SourceId, SourceMap};

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
    let mut renderer = if options.colour { Renderer::styled() } else { Renderer::plain() };
    if options.width > 0 {
        renderer = renderer.term_width(options.width);
    }
    let mut groups = vec![finding(sources, diagnostic)];
    groups.extend(diff(sources, diagnostic));
    let drawn = renderer.render(&groups);
    drawn.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

fn finding<'a>(sources: &'a SourceMap, diagnostic: &'a Diagnostic) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let title = level.primary_title(&diagnostic.message).id(diagnostic.code);
    let mut group = Group::with_title(title);
    if let Some(place) = diagnostic.place {
        group = group.element(window(sources, diagnostic, place.source));
        let mut others: Vec<SourceId> =
            diagnostic.labels.iter().map(|label| label.place.source).filter(|source| *source != place.source).collect();
        others.dedup();
        group = group.elements(others.into_iter().map(|source| window(sources, diagnostic, source)));
    }
    if !diagnostic.why.is_empty() {
        group = group.element(Level::NOTE.message(&diagnostic.why));
    }
    if !diagnostic.help.is_empty() {
        group = group.element(Level::HELP.message(&diagnostic.help));
    }
    group
}

/// The lines of one file that the finding speaks of.
fn window<'a>(
    sources: &'a SourceMap,
    diagnostic: &'a Diagnostic,
    id: SourceId,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let source = sources.get(id);
    let primary = diagnostic.place.filter(|place| place.source == id).map(|place| {
        let annotation = AnnotationKind::Primary.span(place.span.range());
        if diagnostic.label.is_empty() { annotation } else { annotation.label(&diagnostic.label) }
    });
    let further = diagnostic
        .labels
        .iter()
        .filter(|label| label.place.source == id)
        .map(|Label { place, message }| AnnotationKind::Context.span(place.span.range()).label(message));
    Snippet::source(source.text()).path(source.name()).fold(true).annotations(primary.into_iter().chain(further))
}

fn diff<'a>(sources: &'a SourceMap, diagnostic: &'a Diagnostic) -> Option<Group<'a>> {
    let fix = diagnostic.fix.as_ref()?;
    let first = fix.edits.first()?.place.source;
    // The renderer shortens the lines of a finding, but not those of a diff: one of a minified file is no help.
    let lines = fix.edits.iter().map(|edit| sources.get(edit.place.source).line(sources.position(edit.place).line));
    if lines.map(str::len).max().is_some_and(|longest| longest > LONGEST_DIFF_LINE) {
        return None;
    }
    let title = Level::HELP.secondary_title(&fix.title);
    let source = sources.get(first);
    let patches = fix
        .edits
        .iter()
        .filter(|edit| edit.place.source == first)
        .map(|edit| Patch::new(edit.place.span.range(), &edit.text));
    Some(
        Group::with_title(title)
            .element(Snippet::source(source.text()).path(source.name()).fold(true).patches(patches)),
    )
}
