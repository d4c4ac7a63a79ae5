//! Regular expressions of ECMAScript, matched with counted steps.
//!
//! A backtracking matcher may take exponential time, and `regress` neither counts nor lets itself be stopped. A
//! clock would make results depend on the machine, a helper thread would go on burning it. So the walk through a
//! pattern is written here: every step is counted, which makes the bound exact and the same everywhere, and it
//! walks UTF-16 code units, as JavaScript does without the flag `u`. What needs Unicode's tables, which is the
//! flag `u` (its syntax, its character classes, its case folding), is asked of `regress`, one character at a time.
//!
//! `parse` makes a tree ([`Node`]), `program` lays it out as steps, `machine` walks them.

mod canonical;
mod class;
mod escape;
mod machine;
mod parse;
mod program;

use class::Class;
use machine::Machine;
use program::Program;

pub(super) use machine::{Budget, Exhausted};

/// A longer pattern is refused: compiling takes time as well.
const LONGEST_PATTERN: usize = 10_000;

/// What is written after the last slash.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Flags {
    pub(super) global: bool,
    pub(super) ignore_case: bool,
    pub(super) multiline: bool,
    pub(super) dot_all: bool,
    pub(super) unicode: bool,
    pub(super) sticky: bool,
}

impl Flags {
    /// Reads letters, each at most once. `d` changes nothing in a replacement.
    pub(super) fn read(letters: &str) -> Result<Self, String> {
        let mut flags = Self::default();
        let mut indices = false;
        for letter in letters.chars() {
            let flag = match letter {
                'g' => &mut flags.global,
                'i' => &mut flags.ignore_case,
                'm' => &mut flags.multiline,
                's' => &mut flags.dot_all,
                'u' => &mut flags.unicode,
                'y' => &mut flags.sticky,
                'd' => &mut indices,
                _ => return Err(format!("`{letter}` is not a flag; there are g i m s u y")),
            };
            if std::mem::replace(flag, true) {
                return Err(format!("the flag `{letter}` stands twice"));
            }
        }
        Ok(flags)
    }

    /// The flags that change what `regress` takes for one character.
    fn for_regress(self) -> regress::Flags {
        regress::Flags {
            icase: self.ignore_case,
            multiline: self.multiline,
            dot_all: self.dot_all,
            no_opt: true,
            unicode: self.unicode,
            unicode_sets: false,
        }
    }
}

/// A part of a pattern.
#[derive(Debug)]
enum Node {
    Empty,
    One(One),
    Sequence(Vec<Node>),
    Alternatives(Vec<Node>),
    /// A capturing group, counted from 1.
    Group(Box<Node>, u32),
    Repeat(Box<Repeat>),
    Assertion(Assertion),
    Look(Box<Look>),
    BackReference(u32),
}

/// What takes exactly one character.
#[derive(Debug)]
enum One {
    /// This character; in its canonical form when case is ignored.
    Literal(u32),
    /// `.` with the flag `s`.
    Any,
    /// `.` without it.
    AnyInLine,
    Class(Class),
}

#[derive(Debug)]
struct Repeat {
    node: Node,
    min: u32,
    /// `u32::MAX` stands for any number.
    max: u32,
    greedy: bool,
    /// The capturing groups within, which every round begins without.
    groups: std::ops::Range<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Assertion {
    Start,
    End,
    Boundary,
    NoBoundary,
}

#[derive(Debug)]
struct Look {
    node: Node,
    ahead: bool,
    negative: bool,
    groups: std::ops::Range<u32>,
}

/// What is wrong with a pattern for every reader of JavaScript's: what is refused here alone, such as named groups, is
/// none. One that nobody would write by hand is not read.
pub(crate) fn mistake(body: &str, flags: &str) -> Option<String> {
    let opened = body.bytes().filter(|byte| matches!(byte, b'(' | b'[')).count();
    if body.len() > LONGEST_PATTERN || opened > parse::DEEPEST as usize {
        return None;
    }
    let flags = match Flags::read(flags) {
        Ok(flags) => flags,
        Err(mistake) => return Some(mistake),
    };
    let mistake = parse::parse(body, flags).err()?;
    regress::Regex::with_flags(body, flags.for_regress()).is_err().then_some(mistake)
}

/// Where a match lies: in code units, first the whole, then each group.
pub(super) type Captures = Vec<Option<std::ops::Range<usize>>>;

/// A pattern ready to be matched.
#[derive(Debug)]
pub(super) struct Pattern {
    program: Program,
    flags: Flags,
}

impl Pattern {
    /// Reads the text between the slashes; an error says what is wrong with it.
    pub(super) fn new(body: &str, flags: Flags) -> Result<Self, String> {
        if body.len() > LONGEST_PATTERN {
            return Err(format!("the pattern has more than {LONGEST_PATTERN} bytes"));
        }
        let parsed = parse::parse(body, flags)?;
        Ok(Self { program: program::compile(parsed.node, parsed.groups), flags })
    }

    /// How many groups there are.
    pub(super) fn groups(&self) -> usize {
        self.program.groups - 1
    }

    /// The matches in `subject`, as `String.prototype.replace` takes them: all with the flag `g`, else the first.
    pub(super) fn matches<'m>(&'m self, subject: &'m [u16], budget: &'m mut Budget<'m>) -> Matches<'m> {
        Matches { machine: Machine::new(&self.program, self.flags, subject, budget), from: Some(0) }
    }
}

/// Matches to come.
pub(super) struct Matches<'m> {
    machine: Machine<'m>,
    /// Where to search on; `None` after the last.
    from: Option<usize>,
}

impl Matches<'_> {
    /// The next match; `None` when there is no more.
    pub(super) fn next(&mut self) -> Result<Option<Captures>, Exhausted> {
        let Some(from) = self.from.take() else { return Ok(None) };
        let Some(found) = self.machine.find(from)? else { return Ok(None) };
        if self.machine.flags().global {
            let whole = whole(&found);
            self.from = Some(if whole.is_empty() { self.machine.after(whole.end) } else { whole.end });
        }
        Ok(Some(found))
    }
}

/// Where the whole match lies.
pub(super) fn whole(captures: &Captures) -> std::ops::Range<usize> {
    captures[0].clone().expect("a match has a whole")
}
