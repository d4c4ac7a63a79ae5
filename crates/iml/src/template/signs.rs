//! Which punctuation a text holds: most questions about a text are answered by what is not in it.

use std::ops::BitOr;

/// A set of the characters of ASCII that are neither letters nor digits nor blanks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs(u32);

/// The bit of each byte; of others none.
const BITS: [u32; 256] = {
    let (mut bits, mut byte, mut next) = ([0; 256], 0, 0);
    while byte < bits.len() {
        if (byte as u8).is_ascii_punctuation() {
            bits[byte] = 1 << next;
            next += 1;
        }
        byte += 1;
    }
    bits
};

impl Signs {
    /// Those that a text holds.
    pub const fn of(text: &str) -> Self {
        let (bytes, mut held, mut at) = (text.as_bytes(), 0, 0);
        while at < bytes.len() {
            held |= BITS[bytes[at] as usize];
            at += 1;
        }
        Self(held)
    }

    /// Whether one of `wanted` is among them.
    pub const fn have_any(self, wanted: Self) -> bool {
        self.0 & wanted.0 != 0
    }

    /// Whether all of `wanted` are among them.
    pub const fn have_all(self, wanted: Self) -> bool {
        self.0 & wanted.0 == wanted.0
    }
}

impl BitOr for Signs {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Template;

    #[test]
    fn each_sign_is_told_from_all_others() {
        let all: Vec<char> = ('\0'..='\u{7f}').filter(char::is_ascii_punctuation).collect();
        assert_eq!(all.len(), 32);
        for one in &all {
            let held = Signs::of(&format!("a9 {one}é"));
            for other in &all {
                assert_eq!(held.have_any(Signs::of(&other.to_string())), one == other, "{one} {other}");
            }
        }
        assert_eq!(Signs::of("Größe 10\n"), Signs::default());
        assert!(Signs::of("f(a; b, c)").have_all(Signs::of(",;")) && !Signs::of("f(a, b)").have_all(Signs::of(",;")));
    }

    #[test]
    fn text_and_expressions_of_a_template_have_their_own() {
        let template = Template::parse("a/{{f('x')}}?b={{c.d}}");
        let (texts, expressions) = template.signs();
        assert_eq!((texts, expressions), (Signs::of("/?="), Signs::of("('').")));
        assert_eq!(Template::parse("a.b").signs(), (Signs::of("."), Signs::default()));
    }
}
