//! The texts that are examined, and the way from a byte offset to the line and column an editor shows.

use std::sync::OnceLock;

use memchr::memchr_iter;

use crate::{Place, SourceId, Span, secrets};

/// A line and a column, both counted from 1; the column counts UTF-16 units, as editors do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in UTF-16 units.
    pub column: usize,
}

/// One text with a name, and an index of its lines.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    text: String,
    is_absent: bool,
    /// Where lines begin, once somebody has asked for a position: most files have no finding.
    line_starts: OnceLock<Vec<u32>>,
    /// How many UTF-16 units stand before each [`STRIDE`]th byte, once somebody has asked for a column far behind the
    /// start of its line: in a line of megabytes none is counted from there.
    units: OnceLock<Vec<u32>>,
    /// Where secrets are written out, once somebody has asked.
    secrets: OnceLock<Vec<Span>>,
}

const STRIDE: usize = 256;

/// The UTF-16 units of a stretch of UTF-8: one for each character, two for those of four bytes.
fn units(bytes: &[u8]) -> usize {
    bytes.iter().map(|byte| usize::from(byte & 0xC0 != 0x80) + usize::from(*byte >= 0xF0)).sum()
}

impl Source {
    /// A text called `name` (a path as the user wrote it, or `<stdin>`).
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        let (name, text) = (name.into(), text.into());
        let (line_starts, units, secrets) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { name, text, is_absent: false, line_starts, units, secrets }
    }

    /// Whether it stands for a file that is not there, or could not be read.
    pub fn is_absent(&self) -> bool {
        self.is_absent
    }

    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let breaks = memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(breaks.map(|at| at as u32 + 1)).collect()
        })
    }

    /// The name it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where [secrets are written out](secrets::secret_literals), in order.
    pub fn secrets(&self) -> &[Span] {
        self.secrets.get_or_init(|| {
            let found = secrets::secret_literals(&self.text).into_iter();
            found.map(|range| Span::new(range.start, range.end)).collect()
        })
    }

    /// Those secrets that lie in a range or reach into it.
    pub fn secrets_in(&self, span: Span) -> &[Span] {
        let all = self.secrets();
        let (from, to) = (
            all.partition_point(|secret| secret.end <= span.start),
            all.partition_point(|secret| secret.start < span.end),
        );
        all.get(from..to).unwrap_or_default()
    }

    /// The text of a range; empty when the range does not fit the text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// Number of lines; a text that ends in a line break has an empty last line.
    pub fn line_count(&self) -> usize {
        self.line_starts().len()
    }

    /// The text of line `line` (from 1) without its line break; empty beyond the last.
    pub fn line(&self, line: usize) -> &str {
        let Some(start) = line.checked_sub(1).and_then(|index| self.line_starts().get(index)) else { return "" };
        let end = self.line_starts().get(line).map_or(self.text.len(), |next| *next as usize);
        self.text[*start as usize..end].trim_end_matches(['\n', '\r'])
    }

    /// The byte offset at which line `line` (from 1) begins; the end of the text beyond the last.
    pub fn line_start(&self, line: usize) -> usize {
        let start = self.line_starts().get(line.saturating_sub(1));
        start.map_or(self.text.len(), |start| *start as usize)
    }

    /// Where a byte offset stands; an offset beyond the end is the end, one inside a character its start.
    pub fn position(&self, offset: u32) -> Position {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line_at(offset);
        let start = self.line_starts()[line - 1] as usize;
        let hidden = usize::from(start < offset && self.hides_mark(line));
        let units = match offset - start {
            length if length > STRIDE => self.units_before(offset) - self.units_before(start),
            _ => units(&self.text.as_bytes()[start..offset]),
        };
        Position { line, column: units + 1 - hidden }
    }

    /// The line of a byte offset, from 1; beyond the end the last one.
    pub(crate) fn line_at(&self, offset: usize) -> usize {
        self.line_starts().partition_point(|start| *start as usize <= offset)
    }

    fn units_before(&self, offset: usize) -> usize {
        let chunk = offset / STRIDE;
        let counted = self.units.get_or_init(|| {
            let chunks = self.text.as_bytes().chunks(STRIDE).scan(0, |sum, chunk| {
                let before = *sum;
                *sum += units(chunk) as u32;
                Some(before)
            });
            chunks.collect()
        });
        let before = counted.get(chunk).map_or(0, |before| *before as usize);
        before + units(&self.text.as_bytes()[(chunk * STRIDE).min(offset)..offset])
    }

    /// Whether a line begins with a byte order mark, which is part of the file but no column of any editor.
    fn hides_mark(&self, line: usize) -> bool {
        line == 1 && self.text.starts_with('\u{feff}')
    }

    /// The byte offset of a position, the reverse of [`Source::position`]; `None` outside the text.
    pub fn offset(&self, position: Position) -> Option<u32> {
        let start = *self.line_starts().get(position.line.checked_sub(1)?)? as usize;
        let end = self.line_starts().get(position.line).map_or(self.text.len(), |next| *next as usize);
        let mut units = position.column.checked_sub(1)? + usize::from(self.hides_mark(position.line));
        for (at, character) in self.text[start..end].char_indices() {
            if units == 0 {
                return Some((start + at) as u32);
            }
            units = units.checked_sub(character.len_utf16())?;
        }
        (units == 0).then_some(end as u32)
    }
}

/// All texts of one examination; places refer to them by [`SourceId`].
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    sources: Vec<Source>,
}

impl SourceMap {
    /// A map without texts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text and returns the name places refer to it by.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        self.sources.push(Source::new(name, text));
        SourceId(self.sources.len() as u32 - 1)
    }

    /// Keeps the names alone: for those that count many files of which there is nothing to show.
    pub fn forget_texts(&mut self) {
        for source in &mut self.sources {
            let is_absent = source.is_absent;
            *source = Source { is_absent, ..Source::new(std::mem::take(&mut source.name), "") };
        }
    }

    /// Adds what stands for a file that is not there, so that places can refer to it: a text that is empty.
    pub fn add_absent(&mut self, name: impl Into<String>) -> SourceId {
        self.sources.push(Source { is_absent: true, ..Source::new(name, "") });
        SourceId(self.sources.len() as u32 - 1)
    }

    /// The text behind an id.
    ///
    /// # Panics
    /// When `id` comes from another map.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.sources[id.0 as usize]
    }

    /// Every text with its id, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.sources.iter().enumerate().map(|(index, source)| (SourceId(index as u32), source))
    }

    /// The text with this name.
    pub fn find(&self, name: &str) -> Option<SourceId> {
        self.iter().find(|(_, source)| source.name() == name).map(|(id, _)| id)
    }

    /// Where a place starts.
    pub fn position(&self, place: Place) -> Position {
        self.get(place.source).position(place.span.start)
    }

    /// Where a place ends.
    pub fn end_position(&self, place: Place) -> Position {
        self.get(place.source).position(place.span.end)
    }

    /// The text of a place.
    pub fn slice(&self, place: Place) -> &str {
        self.get(place.source).slice(place.span)
    }

    /// `path:line:column` of where a place starts, as compilers write it.
    pub fn describe(&self, place: Place) -> String {
        let Position { line, column } = self.position(place);
        format!("{}:{line}:{column}", self.get(place.source).name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_utf16_units_from_one() {
        let source = Source::new("a.json", "x\nä€😀y\r\nz");
        for (offset, line, column) in [
            (0, 1, 1),
            (1, 1, 2),
            (2, 2, 1),
            (4, 2, 2),
            (7, 2, 3),
            (11, 2, 5),
            (12, 2, 6),
            (14, 3, 1),
            (15, 3, 2),
            (99, 3, 2),
        ] {
            assert_eq!(source.position(offset), Position { line, column }, "offset {offset}");
        }
    }

    #[test]
    fn columns_of_long_lines_are_counted_as_those_of_short_ones() {
        let text = "aé€😀".repeat(700);
        let source = Source::new("a", text.as_str());
        for (at, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let column = text[..at].encode_utf16().count() + 1;
            assert_eq!(source.position(at as u32), Position { line: 1, column }, "offset {at}");
        }
    }

    #[test]
    fn an_offset_inside_a_character_stands_at_its_start() {
        let source = Source::new("a", "😀");
        assert_eq!(source.position(2), Position { line: 1, column: 1 });
    }

    #[test]
    fn a_byte_order_mark_is_no_column() {
        let source = Source::new("a", "\u{feff}{}\n\u{feff}x");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(3), Position { line: 1, column: 1 });
        assert_eq!(source.position(4), Position { line: 1, column: 2 });
        assert_eq!(source.position(9), Position { line: 2, column: 2 }, "elsewhere it is a character like any other");
        assert_eq!(source.offset(Position { line: 1, column: 2 }), Some(4));
    }

    #[test]
    fn offset_reverses_position() {
        let text = "a\nbé😀c\n\nd";
        let source = Source::new("a", text);
        for (at, _) in text.char_indices() {
            assert_eq!(source.offset(source.position(at as u32)), Some(at as u32), "offset {at}");
        }
        assert_eq!(source.offset(Position { line: 9, column: 1 }), None);
        assert_eq!(source.offset(Position { line: 2, column: 4 }), None, "the middle of a surrogate pair");
    }

    #[test]
    fn lines_come_without_their_breaks() {
        let source = Source::new("a", "one\r\ntwo\n");
        assert_eq!((source.line(1), source.line(2), source.line(3), source.line(0)), ("one", "two", "", ""));
        assert_eq!(source.line_count(), 3);
    }
}
