//! The members of an object and their keys, made to be asked for by name again and again.

use std::fmt;
use std::ops::Deref;

use connspec_diagnostics::{EscapeMap, Place, Span};
use hashbrown::HashSet;
use smol_str::SmolStr;

use super::Node;

/// All members of an object in the order of the file, duplicates included. Reads as a list.
#[derive(Clone, PartialEq)]
pub struct Members {
    list: Vec<Member>,
    pub(super) repeats: bool,
    /// As `repeats`, or in an object below.
    pub(super) repeats_below: bool,
    /// A bit for each key, which few others share: most keys that are asked for are not there.
    bits: u64,
}

impl Members {
    #[inline]
    pub(super) fn get(&self, key: &str) -> Option<&Member> {
        let print = print_of(key);
        if self.bits & bit_of(print) == 0 { None } else { self.find(print, key) }
    }

    fn find(&self, print: u32, key: &str) -> Option<&Member> {
        self.list.iter().rev().find(|member| member.key.is(print, key))
    }

    /// Whether some key stands twice.
    fn repeat(list: &[Member]) -> bool {
        // Looking is quicker than remembering in the short objects there usually are.
        const SHORT: usize = 16;
        if list.len() > SHORT {
            let mut seen = HashSet::with_capacity(list.len());
            return !list.iter().all(|member| seen.insert(member.key.as_str()));
        }
        let mut prints = [0; SHORT];
        list.iter().zip(&mut prints).for_each(|(member, print)| *print = member.key.print);
        (1..list.len()).any(|at| {
            prints[..at].contains(&prints[at]) && list[..at].iter().any(|earlier| earlier.key == list[at].key)
        })
    }
}

impl From<Vec<Member>> for Members {
    fn from(list: Vec<Member>) -> Self {
        let bits = list.iter().fold(0, |bits, member| bits | bit_of(member.key.print));
        let repeats = Self::repeat(&list);
        let repeats_below = repeats || list.iter().any(|member| member.value.repeats_keys_below());
        Self { repeats, repeats_below, bits, list }
    }
}

impl FromIterator<Member> for Members {
    fn from_iter<I: IntoIterator<Item = Member>>(members: I) -> Self {
        members.into_iter().collect::<Vec<_>>().into()
    }
}

impl Deref for Members {
    type Target = [Member];

    fn deref(&self) -> &[Member] {
        &self.list
    }
}

/// The decoded key of a member. Reads as a text; two that differ are told apart without looking at all of them.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    // Compared first.
    print: u32,
    text: SmolStr,
}

impl Key {
    /// The key as a text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn is(&self, print: u32, text: &str) -> bool {
        self.print == print && self.text == text
    }
}

/// One of 64 bits, spread over all prints.
#[inline]
fn bit_of(print: u32) -> u64 {
    const SPREAD: u32 = 0x9e37_79b1;
    1 << (print.wrapping_mul(SPREAD) >> 26)
}

/// The length and three letters, in which nearly all keys of an object differ.
#[inline]
fn print_of(text: &str) -> u32 {
    match text.as_bytes() {
        [] => 0,
        letters @ [first, .., last] => {
            u32::from_le_bytes([letters.len() as u8, *first, letters[letters.len() / 2], *last])
        }
        [only] => u32::from_le_bytes([1, *only, *only, *only]),
    }
}

impl<T: Into<SmolStr>> From<T> for Key {
    fn from(text: T) -> Self {
        let text = text.into();
        Self { print: print_of(&text), text }
    }
}

impl Deref for Key {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl AsRef<str> for Key {
    fn as_ref(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl PartialEq<str> for Key {
    fn eq(&self, other: &str) -> bool {
        self.text == other
    }
}

impl PartialEq<&str> for Key {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

/// One member of an object.
#[derive(Clone, PartialEq)]
pub struct Member {
    /// The decoded key.
    pub key: Key,
    /// Where the key stands, with its quotes.
    pub key_place: Place,
    /// From an offset in `key` to the offset in the file.
    pub key_escapes: EscapeMap,
    /// The value.
    pub value: Node,
}

impl Member {
    /// The file place of a range of the decoded key.
    pub fn place_in_key(&self, span: Span) -> Place {
        Place::new(self.key_place.source, self.key_escapes.to_file(span))
    }
}
