//! Changes to a file that mend a finding, and their application.

use crate::{Place, SourceId};

/// One replacement: the text of `place` becomes `text`; an empty place inserts, an empty text deletes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub place: Place,
    /// What stands there afterwards.
    pub text: String,
}

/// A way to mend a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What the fix does, in the imperative: `rename header to headers`.
    pub title: String,
    /// Whether it may be applied without asking: it changes nothing that works.
    pub safe: bool,
    /// The replacements, which do not overlap.
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A fix that may be applied without asking.
    pub fn safe(title: impl Into<String>) -> Self {
        Self { title: title.into(), safe: true, edits: Vec::new() }
    }

    /// A fix that a person must confirm.
    pub fn suggestion(title: impl Into<String>) -> Self {
        Self { title: title.into(), safe: false, edits: Vec::new() }
    }

    /// The same fix with one more replacement.
    #[must_use]
    pub fn replace(mut self, place: Place, text: impl Into<String>) -> Self {
        self.edits.push(Edit { place, text: text.into() });
        self
    }

    /// The same fix with further replacements.
    #[must_use]
    pub fn with_edits(mut self, edits: impl IntoIterator<Item = Edit>) -> Self {
        self.edits.extend(edits);
        self
    }
}

/// Why edits cannot be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FixError {
    /// Two edits touch the same text.
    Overlap,
    /// An edit does not fit the text.
    OutOfRange,
}

impl std::fmt::Display for FixError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Overlap => "two edits touch the same text",
            Self::OutOfRange => "an edit lies outside the text",
        })
    }
}

impl std::error::Error for FixError {}

/// Applies those of `edits` that belong to `source` to its text; everything else stays to the byte.
///
/// Two insertions at the same offset keep their order.
///
/// # Errors
/// When two edits overlap, or one does not fit the text.
pub fn apply_edits<'a>(
    text: &str,
    source: SourceId,
    edits: impl IntoIterator<Item = &'a Edit>,
) -> Result<String, FixError> {
    let mut edits: Vec<_> = edits.into_iter().filter(|edit| edit.place.source == source).collect();
    edits.sort_by_key(|edit| edit.place.span);
    let mut mended = String::with_capacity(text.len());
    let mut at = 0;
    for edit in edits {
        let range = edit.place.span.range();
        if range.start < at {
            return Err(FixError::Overlap);
        }
        mended.push_str(text.get(at..range.start).ok_or(FixError::OutOfRange)?);
        if text.get(range.clone()).is_none() {
            return Err(FixError::OutOfRange);
        }
        mended.push_str(&edit.text);
        at = range.end;
    }
    mended.push_str(text.get(at..).ok_or(FixError::OutOfRange)?);
    Ok(mended)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Span;

    fn edit(start: usize, end: usize, text: &str) -> Edit {
        Edit { place: Place::new(SourceId(0), Span::new(start, end)), text: text.to_owned() }
    }

    fn apply(edits: &[Edit]) -> Result<String, FixError> {
        apply_edits("0123456789", SourceId(0), edits)
    }

    #[test]
    fn edits_apply_in_any_order_and_leave_the_rest() {
        assert_eq!(apply(&[edit(8, 9, "x"), edit(2, 4, ""), edit(0, 0, ">")]), Ok(">014567x9".to_owned()));
        assert_eq!(apply(&[edit(10, 10, "a"), edit(10, 10, "b")]), Ok("0123456789ab".to_owned()));
        assert_eq!(apply(&[]), Ok("0123456789".to_owned()));
    }

    #[test]
    fn edits_that_cannot_be_applied_change_nothing() {
        assert_eq!(apply(&[edit(2, 5, ""), edit(4, 6, "")]), Err(FixError::Overlap));
        assert_eq!(apply(&[edit(9, 11, "")]), Err(FixError::OutOfRange));
        assert_eq!(apply_edits("é", SourceId(0), &[edit(1, 2, "")]), Err(FixError::OutOfRange));
    }

    #[test]
    fn edits_of_other_files_are_left_alone() {
        assert_eq!(apply_edits("ab", SourceId(1), &[edit(0, 1, "x")]), Ok("ab".to_owned()));
    }
}
