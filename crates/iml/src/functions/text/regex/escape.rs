//! What stands after a backslash.

use super::class::{Class, Units};
use super::parse::Parser;
use super::{Node, One};

impl Parser {
    /// An escape outside of `[]`; the backslash has been read.
    pub(super) fn atom_escape(&mut self) -> Result<Node, String> {
        let Some(letter) = self.peek(0) else { return Err("a `\\` ends the pattern".to_owned()) };
        match letter {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => {
                self.at += 1;
                Ok(Node::One(One::Class(self.escaped_set(letter)?)))
            }
            'p' | 'P' if self.flags.unicode => {
                let start = self.at - 1;
                while self.peek(0).is_some_and(|char| char != '}') {
                    self.at += 1;
                }
                self.at += 1;
                let end = self.at.min(self.pattern.len());
                Ok(Node::One(One::Class(self.unicode_class(self.part(start..end))?)))
            }
            '1'..='9' => match self.back_reference() {
                Some(group) => Ok(Node::BackReference(group)),
                None => self.character(),
            },
            _ => self.character(),
        }
    }

    fn character(&mut self) -> Result<Node, String> {
        let character = self.character_escape(false)?;
        self.literal(character)
    }

    fn escaped_set(&self, letter: char) -> Result<Class, String> {
        if self.flags.unicode {
            return self.unicode_class(&[u32::from('\\'), u32::from(letter)]);
        }
        let mut units = Units::new(false, self.flags.ignore_case);
        units.add_escape(u32::from(letter));
        Ok(units.finish())
    }

    /// The group a number names; without the flag `u` a number beyond the groups is something else.
    fn back_reference(&mut self) -> Option<u32> {
        let digits = (0..).map_while(|ahead| self.peek(ahead)?.to_digit(10));
        let (number, count) = digits
            .fold((0_u32, 0), |(number, count), digit| (number.saturating_mul(10).saturating_add(digit), count + 1));
        if number > self.groups {
            return None;
        }
        self.at += count;
        Some(number)
    }

    /// The character an escape stands for, within `[]` or outside.
    pub(super) fn character_escape(&mut self, in_class: bool) -> Result<u32, String> {
        let Some(letter) = self.peek(0) else { return Err("a `\\` ends the pattern".to_owned()) };
        let written = self.pattern[self.at];
        self.at += 1;
        let control = match letter {
            't' => '\t',
            'n' => '\n',
            'v' => '\u{b}',
            'f' => '\u{c}',
            'r' => '\r',
            'b' if in_class => '\u{8}',
            'c' => return Ok(self.control(in_class)),
            'x' => return Ok(self.hex(2).unwrap_or(written)),
            'u' => return Ok(self.unicode_escape().unwrap_or(written)),
            '0'..='7' => return Ok(self.octal()),
            _ => return Ok(written),
        };
        Ok(u32::from(control))
    }

    /// `\cA`; without such a letter the backslash stands for itself, and the `c` after it too.
    fn control(&mut self, in_class: bool) -> u32 {
        let also = |char: char| in_class && (char.is_ascii_digit() || char == '_');
        match self.peek(0) {
            Some(char) if char.is_ascii_alphabetic() || also(char) => {
                self.at += 1;
                u32::from(char) % 32
            }
            _ => {
                self.at -= 1;
                u32::from('\\')
            }
        }
    }

    /// Exactly so many hexadecimal digits.
    fn hex(&mut self, count: usize) -> Option<u32> {
        let digit = |ahead| self.peek(ahead)?.to_digit(16);
        let value = (0..count).try_fold(0, |value, ahead| Some(value * 16 + digit(ahead)?))?;
        self.at += count;
        Some(value)
    }

    /// `\uXXXX`, with the flag `u` also `\u{X…}` and a pair of the former as one character.
    fn unicode_escape(&mut self) -> Option<u32> {
        if self.flags.unicode && self.eat("{") {
            let mut value = 0_u32;
            while let Some(digit) = self.peek(0).and_then(|char| char.to_digit(16)) {
                value = value.saturating_mul(16).saturating_add(digit);
                self.at += 1;
            }
            self.eat("}");
            return Some(value);
        }
        let high = self.hex(4)?;
        let before = self.at;
        if self.flags.unicode && (0xd800..0xdc00).contains(&high) && self.eat("\\u") {
            match self.hex(4) {
                Some(low @ 0xdc00..0xe000) => return Some(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)),
                _ => self.at = before,
            }
        }
        Some(high)
    }

    /// Octal digits up to 377, of which the first has been read.
    fn octal(&mut self) -> u32 {
        self.at -= 1;
        let mut value = 0;
        for _ in 0..3 {
            let Some(digit) = self.peek(0).and_then(|char| char.to_digit(8)) else { break };
            if value * 8 + digit > 0o377 {
                break;
            }
            value = value * 8 + digit;
            self.at += 1;
        }
        value
    }
}
