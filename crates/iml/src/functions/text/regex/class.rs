//! Sets of characters.

use std::cell::Cell;

use super::canonical::any_equivalent;

/// A set of characters, such as `[a-z]` or `\d`.
#[derive(Debug)]
pub(super) enum Class {
    /// Without the flag `u`: code units.
    Units(Units),
    /// With it: what `regress` takes for one character.
    Unicode(Unicode),
}

impl Class {
    /// Whether `character` belongs to the set; `asked` is raised when `regress` had to be asked, which takes time.
    pub(super) fn contains(&self, character: u32, asked: &mut bool) -> bool {
        match self {
            Class::Units(units) => units.contains(character),
            Class::Unicode(unicode) => unicode.contains(character, asked),
        }
    }
}

/// Ranges of code units, both ends included.
#[derive(Debug)]
pub(super) struct Units {
    ranges: Vec<(u32, u32)>,
    negated: bool,
    ignore_case: bool,
}

const LAST_UNIT: u32 = 0xffff;

const DIGITS: &[(u32, u32)] = &[(0x30, 0x39)];
const WORD: &[(u32, u32)] = &[(0x30, 0x39), (0x41, 0x5a), (0x5f, 0x5f), (0x61, 0x7a)];
const SPACE: &[(u32, u32)] = &[
    (0x09, 0x0d),
    (0x20, 0x20),
    (0xa0, 0xa0),
    (0x1680, 0x1680),
    (0x2000, 0x200a),
    (0x2028, 0x2029),
    (0x202f, 0x202f),
    (0x205f, 0x205f),
    (0x3000, 0x3000),
    (0xfeff, 0xfeff),
];

impl Units {
    pub(super) fn new(negated: bool, ignore_case: bool) -> Self {
        Self { ranges: Vec::new(), negated, ignore_case }
    }

    pub(super) fn add(&mut self, first: u32, last: u32) {
        self.ranges.push((first, last));
    }

    /// Adds what the escape `\d`, `\D`, `\s`, `\S`, `\w` or `\W` stands for; false for another letter.
    pub(super) fn add_escape(&mut self, letter: u32) -> bool {
        let (ranges, negated) = match char::from_u32(letter) {
            Some('d') => (DIGITS, false),
            Some('D') => (DIGITS, true),
            Some('s') => (SPACE, false),
            Some('S') => (SPACE, true),
            Some('w') => (WORD, false),
            Some('W') => (WORD, true),
            _ => return false,
        };
        if negated {
            let mut next = 0;
            for (first, last) in ranges {
                self.add(next, first - 1);
                next = last + 1;
            }
            self.add(next, LAST_UNIT);
        } else {
            self.ranges.extend_from_slice(ranges);
        }
        true
    }

    /// Sorts the ranges and joins those that meet, so that [`Units::contains`] can search.
    pub(super) fn finish(mut self) -> Class {
        self.ranges.sort_unstable();
        let mut joined: Vec<(u32, u32)> = Vec::with_capacity(self.ranges.len());
        for (first, last) in self.ranges {
            match joined.last_mut() {
                Some(previous) if first <= previous.1.saturating_add(1) => previous.1 = previous.1.max(last),
                _ => joined.push((first, last)),
            }
        }
        Class::Units(Self { ranges: joined, ..self })
    }

    fn contains(&self, unit: u32) -> bool {
        let within = |unit: u32| {
            let after = self.ranges.partition_point(|(first, _)| *first <= unit);
            after > 0 && unit <= self.ranges[after - 1].1
        };
        let found = if self.ignore_case { any_equivalent(unit, within) } else { within(unit) };
        found != self.negated
    }
}

/// A pattern for one character, with the answers for ASCII kept.
#[derive(Debug)]
pub(super) struct Unicode {
    regex: regress::Regex,
    known: Cell<u128>,
    member: Cell<u128>,
}

impl Unicode {
    /// Reads `source`, such as `[^\p{L}]`.
    pub(super) fn class(source: &[u32], flags: regress::Flags) -> Result<Class, String> {
        let regex = regress::Regex::from_unicode(source.iter().copied(), flags).map_err(|error| error.text)?;
        Ok(Class::Unicode(Self { regex, known: Cell::new(0), member: Cell::new(0) }))
    }

    fn contains(&self, character: u32, asked: &mut bool) -> bool {
        let bit = if character < 128 { 1_u128 << character } else { 0 };
        if self.known.get() & bit != 0 {
            return self.member.get() & bit != 0;
        }
        *asked = true;
        // Half of a pair can stand alone only within a JavaScript text; no text from outside holds one.
        let Some(char) = char::from_u32(character) else { return false };
        let found = self.regex.find(char.encode_utf8(&mut [0; 4])).is_some();
        self.known.set(self.known.get() | bit);
        if found {
            self.member.set(self.member.get() | bit);
        }
        found
    }
}

/// Whether two characters are the same under the flags `i` and `u`.
pub(super) fn fold_alike(left: u32, right: u32) -> bool {
    let flags = regress::Flags { icase: true, unicode: true, no_opt: true, ..regress::Flags::default() };
    let same = || Unicode::class(&escaped(left), flags).is_ok_and(|class| class.contains(right, &mut false));
    left == right || same()
}

/// `character` as the escape `\u{…}`.
pub(super) fn escaped(character: u32) -> Vec<u32> {
    format!("\\u{{{character:x}}}").chars().map(u32::from).collect()
}

/// A letter, digit or underscore, for `\b`; with the flags `i` and `u` also what folds to a letter.
pub(super) fn is_word(character: u32, folding: bool) -> bool {
    let folds_to_word = folding && matches!(character, 0x17f | 0x212a);
    folds_to_word || WORD.iter().any(|(first, last)| (*first..=*last).contains(&character))
}

/// What ends a line.
pub(super) fn ends_line(character: u32) -> bool {
    matches!(character, 0x0a | 0x0d | 0x2028 | 0x2029)
}
