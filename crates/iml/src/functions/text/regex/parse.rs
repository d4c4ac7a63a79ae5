//! Reads a pattern (ECMA-262 §22.2.1; without the flag `u` as browsers do, Annex B.1.2).
//!
//! With the flag `u` `regress` has judged the whole pattern before; what is left is to find its structure.

use std::ops::Range;

use super::canonical::canonical;
use super::class::{Class, Unicode, Units, escaped};
use super::{Assertion, Flags, Look, Node, One, Repeat};

/// How deep groups may nest: reading, laying out and dropping a tree go as deep.
pub(super) const DEEPEST: u32 = 128;

/// What `\W` takes under the flags `i` and `u`: no letter of ASCII, no digit, no underscore, and neither U+017F nor
/// U+212A, which fold to letters (ECMA-262, WordCharacters).
const NO_WORD_FOLDED: &str = r"\0-\x2f\x3a-\x40\x5b-\x5e\x60\x7b-\u017e\u0180-\u2129\u212b-\u{10ffff}";

/// How many property escapes are read when case is ignored: `regress` takes milliseconds to fold each.
const MOST_FOLDED: usize = 16;

/// What a pattern holds.
pub(super) struct Parsed {
    pub(super) node: Node,
    /// How many capturing groups there are.
    pub(super) groups: u32,
}

/// Reads a pattern; an error says what is wrong with it.
pub(super) fn parse(body: &str, flags: Flags) -> Result<Parsed, String> {
    let pattern: Vec<u32> = if flags.unicode {
        let folded = if flags.ignore_case { body.matches("\\p").count() + body.matches("\\P").count() } else { 0 };
        if folded > MOST_FOLDED {
            return Err(format!(
                "with the flags i and u it has more than {MOST_FOLDED} property escapes such as \\p{{L}}"
            ));
        }
        // Case does not change what is well-formed, but would make reading slow.
        let flags = Flags { ignore_case: false, ..flags };
        regress::Regex::with_flags(body, flags.for_regress()).map_err(|error| error.text)?;
        body.chars().map(u32::from).collect()
    } else {
        body.encode_utf16().map(u32::from).collect()
    };
    let groups = count_groups(&pattern);
    let mut parser = Parser { pattern, at: 0, flags, groups, opened: 0, depth: 0 };
    let node = parser.alternatives()?;
    if parser.at < parser.pattern.len() {
        return Err("a `)` has no `(`".to_owned());
    }
    Ok(Parsed { node, groups: parser.opened })
}

/// Counts the capturing groups, for a number beyond them is no back-reference.
fn count_groups(pattern: &[u32]) -> u32 {
    let (mut count, mut in_class, mut at) = (0, false, 0);
    while let Some(unit) = pattern.get(at) {
        match char::from_u32(*unit) {
            Some('\\') => at += 1,
            Some('[') => in_class = true,
            Some(']') => in_class = false,
            Some('(') if !in_class && pattern.get(at + 1) != Some(&u32::from('?')) => count += 1,
            _ => {}
        }
        at += 1;
    }
    count
}

pub(super) struct Parser {
    pub(super) pattern: Vec<u32>,
    pub(super) at: usize,
    pub(super) flags: Flags,
    /// How many groups there are.
    pub(super) groups: u32,
    /// How many have been opened so far.
    opened: u32,
    depth: u32,
}

impl Parser {
    /// The character `ahead` of the next one; half of a pair is none of those the syntax knows.
    pub(super) fn peek(&self, ahead: usize) -> Option<char> {
        let unit = *self.pattern.get(self.at + ahead)?;
        Some(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// Goes past `text`, when it comes next.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let comes = text.chars().enumerate().all(|(ahead, char)| self.peek(ahead) == Some(char));
        if comes {
            self.at += text.chars().count();
        }
        comes
    }

    fn alternatives(&mut self) -> Result<Node, String> {
        if self.depth > DEEPEST {
            return Err(format!("groups nest deeper than {DEEPEST}"));
        }
        self.depth += 1;
        let mut alternatives = vec![self.sequence()?];
        while self.eat("|") {
            alternatives.push(self.sequence()?);
        }
        self.depth -= 1;
        Ok(if alternatives.len() == 1 { alternatives.remove(0) } else { Node::Alternatives(alternatives) })
    }

    fn sequence(&mut self) -> Result<Node, String> {
        let mut parts = Vec::new();
        while self.peek(0).is_some_and(|char| !matches!(char, '|' | ')')) {
            parts.push(self.term()?);
        }
        Ok(match parts.len() {
            0 => Node::Empty,
            1 => parts.remove(0),
            _ => Node::Sequence(parts),
        })
    }

    fn term(&mut self) -> Result<Node, String> {
        let opened = self.opened;
        let node = self.atom()?;
        let repeats = match &node {
            Node::Assertion(_) => false,
            Node::Look(look) => look.ahead && !self.flags.unicode,
            _ => true,
        };
        let quantifier = if repeats { self.quantifier()? } else { None };
        let Some((min, max)) = quantifier else { return Ok(node) };
        let greedy = !self.eat("?");
        Ok(Node::Repeat(Box::new(Repeat { node, min, max, greedy, groups: opened + 1..self.opened + 1 })))
    }

    fn atom(&mut self) -> Result<Node, String> {
        for (text, assertion) in [
            ("^", Assertion::Start),
            ("$", Assertion::End),
            ("\\b", Assertion::Boundary),
            ("\\B", Assertion::NoBoundary),
        ] {
            if self.eat(text) {
                return Ok(Node::Assertion(assertion));
            }
        }
        if self.braces().is_some() {
            return Err("nothing to repeat before `{`".to_owned());
        }
        let next = *self.pattern.get(self.at).expect("a term begins with a character");
        match self.peek(0) {
            Some('(') => self.group(),
            Some('[') => self.class(),
            Some(char @ ('*' | '+' | '?')) => Err(format!("nothing to repeat before `{char}`")),
            Some('.') => {
                self.at += 1;
                Ok(Node::One(if self.flags.dot_all { One::Any } else { One::AnyInLine }))
            }
            Some('\\') => {
                self.at += 1;
                self.atom_escape()
            }
            _ => {
                self.at += 1;
                self.literal(next)
            }
        }
    }

    /// The node that takes this character.
    pub(super) fn literal(&self, character: u32) -> Result<Node, String> {
        let caseless = char::from_u32(character).is_some_and(|char| char.is_ascii() && !char.is_ascii_alphabetic());
        Ok(Node::One(match (self.flags.ignore_case, self.flags.unicode) {
            (true, true) if !caseless => One::Class(self.unicode_class(&escaped(character))?),
            (true, false) => One::Literal(canonical(character)),
            _ => One::Literal(character),
        }))
    }

    pub(super) fn unicode_class(&self, source: &[u32]) -> Result<Class, String> {
        Unicode::class(source, self.flags.for_regress())
    }

    fn group(&mut self) -> Result<Node, String> {
        let opened = self.opened;
        let looks = [("(?=", true, false), ("(?!", true, true), ("(?<=", false, false), ("(?<!", false, true)];
        for (text, ahead, negative) in looks {
            if self.eat(text) {
                let node = self.group_body()?;
                let groups = opened + 1..self.opened + 1;
                return Ok(Node::Look(Box::new(Look { node, ahead, negative, groups })));
            }
        }
        if self.eat("(?:") {
            // Wrapped, so that it can be repeated whatever it holds.
            return Ok(Node::Sequence(vec![self.group_body()?]));
        }
        if self.eat("(?<") {
            return Err("named groups do not work in Make; number them".to_owned());
        }
        if self.eat("(?") {
            return Err("a group begins with `(?` and none of : = ! <= <!".to_owned());
        }
        self.at += 1;
        self.opened += 1;
        let group = self.opened;
        Ok(Node::Group(Box::new(self.group_body()?), group))
    }

    fn group_body(&mut self) -> Result<Node, String> {
        let node = self.alternatives()?;
        if self.eat(")") { Ok(node) } else { Err("a `(` has no `)`".to_owned()) }
    }

    fn quantifier(&mut self) -> Result<Option<(u32, u32)>, String> {
        for (text, min, max) in [("*", 0, u32::MAX), ("+", 1, u32::MAX), ("?", 0, 1)] {
            if self.eat(text) {
                return Ok(Some((min, max)));
            }
        }
        let Some((min, max, end)) = self.braces() else { return Ok(None) };
        self.at = end;
        if min > max { Err("the numbers in `{}` are out of order".to_owned()) } else { Ok(Some((min, max))) }
    }

    /// `{2}`, `{2,}` or `{2,3}`, when that comes next, and where it ends; huge numbers become the largest.
    fn braces(&self) -> Option<(u32, u32, usize)> {
        let (min, at) = self.number(self.at + usize::from(self.peek(0) == Some('{')))?;
        let is = |at: usize, char: char| self.pattern.get(at) == Some(&u32::from(char));
        let (max, at) = match is(at, ',') {
            true => self.number(at + 1).unwrap_or((u32::MAX, at + 1)),
            false => (min, at),
        };
        (self.peek(0) == Some('{') && is(at, '}')).then_some((min, max, at + 1))
    }

    /// The decimal number at `at`, and where it ends.
    fn number(&self, at: usize) -> Option<(u32, usize)> {
        let digit = |unit: &u32| char::from_u32(*unit).and_then(|char| char.to_digit(10));
        let digits = self.pattern[at..].iter().map_while(digit);
        let count = digits.clone().count();
        let value = digits.fold(0_u32, |value, digit| value.saturating_mul(10).saturating_add(digit));
        (count > 0).then_some((value, at + count))
    }

    fn class(&mut self) -> Result<Node, String> {
        let class = if self.flags.unicode { self.class_for_regress()? } else { self.class_of_units()? };
        Ok(Node::One(One::Class(class)))
    }

    /// With the flag `u` the class goes to `regress` as it is written; but for `\W` when case is ignored, which
    /// `regress` takes for what folds to no word character, ECMAScript for what is none and folds to none.
    fn class_for_regress(&mut self) -> Result<Class, String> {
        let mut source = Vec::new();
        while let Some(char) = self.peek(0) {
            let length = if char == '\\' { 2 } else { 1 };
            let end = (self.at + length).min(self.pattern.len());
            if self.flags.ignore_case && self.eat("\\W") {
                source.extend(NO_WORD_FOLDED.chars().map(u32::from));
            } else {
                source.extend_from_slice(&self.pattern[self.at..end]);
                self.at = end;
            }
            if char == ']' {
                return self.unicode_class(&source);
            }
        }
        Err("a `[` has no `]`".to_owned())
    }

    fn class_of_units(&mut self) -> Result<Class, String> {
        self.at += 1;
        let mut units = Units::new(self.eat("^"), self.flags.ignore_case);
        while !self.eat("]") {
            let first = self.class_member(&mut units)?;
            let dash = self.peek(0) == Some('-') && self.peek(1).is_some_and(|char| char != ']');
            if !dash {
                first.into_iter().for_each(|unit| units.add(unit, unit));
                continue;
            }
            self.at += 1;
            match (first, self.class_member(&mut units)?) {
                (Some(first), Some(last)) if first <= last => units.add(first, last),
                (Some(_), Some(_)) => return Err("a range in `[]` is out of order".to_owned()),
                // A set is no end of a range: all three stand for themselves.
                (first, last) => {
                    [first, last, Some(u32::from('-'))].into_iter().flatten().for_each(|unit| units.add(unit, unit))
                }
            }
        }
        Ok(units.finish())
    }

    /// One member: a character, or a set such as `\d`, which is added at once.
    fn class_member(&mut self, units: &mut Units) -> Result<Option<u32>, String> {
        let Some(unit) = self.pattern.get(self.at).copied() else { return Err("a `[` has no `]`".to_owned()) };
        self.at += 1;
        if unit != u32::from('\\') {
            return Ok(Some(unit));
        }
        match self.pattern.get(self.at) {
            Some(letter) if units.add_escape(*letter) => {
                self.at += 1;
                Ok(None)
            }
            _ => self.character_escape(true).map(Some),
        }
    }

    /// The part of the pattern at `range`.
    pub(super) fn part(&self, range: Range<usize>) -> &[u32] {
        &self.pattern[range]
    }
}
