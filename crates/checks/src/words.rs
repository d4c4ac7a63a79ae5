//! How often each word stands in the files of an app, so that one pass over them answers for every name.

use connspec_diagnostics::{Place, SourceId, SourceMap};
use hashbrown::HashMap;

/// The words of an app's files: letters, digits and `_`.
pub struct Words<'a> {
    sources: &'a SourceMap,
    counts: HashMap<&'a str, usize>,
}

impl<'a> Words<'a> {
    /// Of all files.
    pub(crate) fn of(sources: &'a SourceMap) -> Self {
        let mut counts = HashMap::new();
        for (_, source) in sources.iter() {
            words(source.text()).for_each(|word| *counts.entry(word).or_default() += 1);
        }
        Self { sources, counts }
    }

    /// Whether `name` stands anywhere else than at `own`.
    pub fn stands_outside(&self, name: &str, own: Place) -> bool {
        let inside = self.sources.slice(own);
        if name.chars().all(is_part) {
            let all = self.counts.get(name).copied().unwrap_or_default();
            return all > words(inside).filter(|word| *word == name).count();
        }
        let all: usize = self.sources.iter().map(|(_, source)| occurrences(source.text(), name)).sum();
        all > occurrences(inside, name)
    }

    /// Whether `name` stands in another file than `own`.
    pub fn stands_in_another_file(&self, name: &str, own: SourceId) -> bool {
        self.sources.iter().any(|(id, source)| id != own && occurrences(source.text(), name) > 0)
    }
}

fn is_part(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter| !is_part(letter)).filter(|word| !word.is_empty())
}

/// How often a name with other characters than those of words stands in a text, not as a part of a longer word.
fn occurrences(text: &str, name: &str) -> usize {
    let is_whole = |at: usize| !text[..at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part);
    text.match_indices(name).filter(|(at, _)| is_whole(*at)).count()
}

#[cfg(test)]
mod tests {
    use connspec_diagnostics::Span;

    use super::*;

    #[test]
    fn names_are_looked_for_outside_their_own_place() {
        let mut sources = SourceMap::new();
        let source = sources.add("a", "region x-key {{connection.region}} regions x-keys `x-key`");
        let words = Words::of(&sources);
        let own = |start, end| Place::new(source, Span::new(start, end));
        assert!(words.stands_outside("region", own(0, 6)));
        assert!(!words.stands_outside("region", own(0, 34)));
        assert!(words.stands_outside("x-key", own(7, 12)));
        assert!(!words.stands_outside("regions", own(35, 42)));
        assert!(!words.stands_outside("key-", own(0, 0)));
        drop(words);
        let other = sources.add("b", "x.regions");
        let words = Words::of(&sources);
        assert!(words.stands_in_another_file("regions", source) && words.stands_in_another_file("x-key", other));
        assert!(!words.stands_in_another_file("region", source) && !words.stands_in_another_file("regional", source));
    }
}
