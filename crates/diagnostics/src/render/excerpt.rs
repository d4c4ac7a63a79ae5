//! The lines of a file around a finding, however long the file or the line: what a renderer is handed must not grow
//! with either, or many findings would cost the square of the file.

use std::borrow::Cow;
use std::ops::Range;

use crate::secrets::masked;
use crate::{Source, Span};

/// Whole lines shown to the renderer above and below a place.
const LINES: usize = 2;

/// Bytes before and behind a place that belong to its surroundings at most.
const BYTES: usize = 2_000;

/// Bytes of its own line shown to the renderer before and behind a place at most: more than it draws.
const NEAR: usize = 280;

/// Places further apart than so many bytes get excerpts of their own.
const FURTHEST: usize = 8_000;

/// What no editor shows at the beginning of a file.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A stretch of a file, its secrets hidden.
pub(super) struct Excerpt<'a> {
    /// The text, byte for byte as long as in the file.
    pub text: Cow<'a, str>,
    /// The line it begins on, from 1.
    pub first_line: usize,
    start: usize,
}

impl<'a> Excerpt<'a> {
    /// The lines around a span, of a long line what lies near.
    pub fn around(source: &'a Source, span: Span) -> Self {
        Self::of(source, Self::drawn(source, span))
    }

    /// The lines around a span as they are.
    pub fn whole(source: &'a Source, span: Span) -> Self {
        Self::of(source, Self::span(source, span))
    }

    fn of(source: &'a Source, mut whole: Span) -> Self {
        if source.slice(whole).starts_with(BYTE_ORDER_MARK) && whole.start == 0 {
            whole.start += BYTE_ORDER_MARK.len_utf8() as u32;
        }
        let start = whole.range().start;
        let first_line = source.line_at(start);
        let text = source.slice(whole);
        let secrets = source.secrets_in(whole);
        let within = |offset: u32| (offset as usize).clamp(start, whole.range().end) - start;
        let secrets: Vec<_> = secrets.iter().map(|secret| within(secret.start)..within(secret.end)).collect();
        let text = if secrets.is_empty() { Cow::Borrowed(text) } else { Cow::Owned(masked(text, &secrets)) };
        Self { text, first_line, start }
    }

    /// From where to where that is.
    pub fn span(source: &Source, span: Span) -> Span {
        let text = source.text();
        let Range { start, end } = span.range();
        let (start, end) = (boundary(text, start), boundary(text, end));
        let (first, last) = (source.line_at(start), source.line_at(end));
        let reach = start.saturating_sub(BYTES);
        let above = (first.saturating_sub(LINES).max(1)..=first).map(|line| source.line_start(line));
        let from = above.into_iter().find(|start| *start >= reach).unwrap_or_else(|| boundary(text, reach));
        let reach = end.saturating_add(BYTES);
        let mut below = (last..=last + LINES).rev().map(|line| source.line_start(line + 1));
        let to = below.find(|end| *end <= reach).unwrap_or_else(|| boundary(text, reach));
        Span::new(from, to)
    }

    /// From where to where that is drawn at most: of a long line only what lies near.
    fn drawn(source: &Source, span: Span) -> Span {
        let Range { start: from, end: to } = Self::span(source, span).range();
        let Range { start, end } = span.range();
        let line_start = source.line_start(source.line_at(start));
        let line_end = source.line_start(source.line_at(end) + 1);
        let is_long = |reach: usize| reach > NEAR;
        let from = if is_long(start.saturating_sub(line_start)) { boundary(source.text(), start - NEAR) } else { from };
        let to = if is_long(line_end.saturating_sub(end)) { boundary(source.text(), end + NEAR) } else { to };
        Span::new(from, to)
    }

    /// Where a span of the file stands in the excerpt.
    pub fn range(&self, span: Span) -> Range<usize> {
        let within = |offset: usize| offset.saturating_sub(self.start).min(self.text.len());
        within(span.range().start)..within(span.range().end)
    }
}

/// Spans that lie near each other, each with what belongs to it.
pub(super) struct Group<T> {
    /// The span that holds them all.
    pub whole: Span,
    /// The spans, in the order they were given.
    pub members: Vec<(Span, T)>,
}

/// The spans in groups of those that lie near each other, in the order of their first members.
pub(super) fn near<T>(places: impl IntoIterator<Item = (Span, T)>) -> Vec<Group<T>> {
    let mut groups: Vec<Group<T>> = Vec::new();
    for (span, what) in places {
        let is_near = |group: &&mut Group<T>| {
            let (start, end) = (group.whole.start as usize, group.whole.end as usize);
            span.start as usize <= end + FURTHEST && start <= span.end as usize + FURTHEST
        };
        match groups.iter_mut().find(is_near) {
            Some(group) => {
                group.whole = group.whole.join(span);
                group.members.push((span, what));
            }
            None => groups.push(Group { whole: span, members: vec![(span, what)] }),
        }
    }
    groups
}

/// The start of the character at an offset; the end of the text beyond it.
fn boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
