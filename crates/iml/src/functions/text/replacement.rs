//! What a replacement text says: `$&`, `$1`, `$$` and their kin (ECMA-262, GetSubstitution).

use super::regex::{Captures, whole};

/// A part of a replacement text.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Units(Vec<u16>),
    Group(usize),
    Before,
    After,
}

/// A replacement text, read for a pattern with so many groups.
#[derive(Debug)]
pub(super) struct Replacement {
    parts: Vec<Part>,
}

impl Replacement {
    /// Reads `text`; `groups` does not count the whole match.
    pub(super) fn read(text: &str, groups: usize) -> Self {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(dollar) = rest.find('$') {
            literal(&mut parts, &rest[..dollar]);
            let (part, length) = special(&rest[dollar + 1..], groups);
            match part {
                Some(part) => parts.push(part),
                None => literal(&mut parts, "$"),
            }
            rest = &rest[dollar + 1 + length..];
        }
        literal(&mut parts, rest);
        Self { parts }
    }

    /// How many units [`Replacement::append`] appends.
    pub(super) fn length(&self, subject: &[u16], captures: &Captures) -> usize {
        let whole = whole(captures);
        let length = |part: &Part| match part {
            Part::Units(units) => units.len(),
            Part::Before => whole.start,
            Part::After => subject.len() - whole.end,
            Part::Group(group) => captures[*group].as_ref().map_or(0, ExactSizeIterator::len),
        };
        self.parts.iter().map(length).sum()
    }

    /// Appends what takes the place of a match in `subject`.
    pub(super) fn append(&self, out: &mut Vec<u16>, subject: &[u16], captures: &Captures) {
        let whole = whole(captures);
        for part in &self.parts {
            match part {
                Part::Units(units) => out.extend_from_slice(units),
                Part::Before => out.extend_from_slice(&subject[..whole.start]),
                Part::After => out.extend_from_slice(&subject[whole.end..]),
                Part::Group(group) => {
                    out.extend_from_slice(captures[*group].clone().map_or(&[], |range| &subject[range]))
                }
            }
        }
    }
}

fn literal(parts: &mut Vec<Part>, text: &str) {
    match parts.last_mut() {
        Some(Part::Units(units)) => units.extend(text.encode_utf16()),
        _ if text.is_empty() => {}
        _ => parts.push(Part::Units(text.encode_utf16().collect())),
    }
}

/// The part `text` after a dollar stands for, and its length; a dollar that means nothing is a dollar.
fn special(text: &str, groups: usize) -> (Option<Part>, usize) {
    let mut chars = text.chars();
    match chars.next() {
        Some('$') => (None, 1),
        Some('&') => (Some(Part::Group(0)), 1),
        Some('`') => (Some(Part::Before), 1),
        Some('\'') => (Some(Part::After), 1),
        Some(first) => {
            let one = first.to_digit(10).map(|digit| digit as usize);
            let two = chars
                .next()
                .and_then(|second| second.to_digit(10))
                .zip(one)
                .map(|(second, one)| one * 10 + second as usize);
            match (one, two) {
                (_, Some(two)) if (1..=groups).contains(&two) => (Some(Part::Group(two)), 2),
                (Some(one), _) if (1..=groups).contains(&one) => (Some(Part::Group(one)), 1),
                _ => (None, 0),
            }
        }
        None => (None, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dollars_mean_what_ecmascript_says() {
        let subject: Vec<u16> = "[abc]".encode_utf16().collect();
        let captures = vec![Some(1..4), Some(1..2), None];
        // The table of GetSubstitution in ECMA-262, for "abc" in "[abc]" with the groups "a" and none.
        for (replacement, expected) in [
            ("x", "x"),
            ("$$1", "$1"),
            ("<$&>", "<abc>"),
            ("$`|$'", "[|]"),
            ("$1$2-$3", "a-$3"),
            ("$01$10$12", "aa0a2"),
            ("$00$0", "$00$0"),
            ("$", "$"),
            ("$é$<n>", "$é$<n>"),
        ] {
            let mut out = Vec::new();
            Replacement::read(replacement, 2).append(&mut out, &subject, &captures);
            assert_eq!(String::from_utf16_lossy(&out), expected, "{replacement}");
        }
    }
}
