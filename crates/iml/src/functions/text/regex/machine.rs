//! Walks a program over a text, by backtracking, and counts the steps.

use super::canonical::canonical;
use super::class::{ends_line, fold_alike, is_word};
use super::program::{Program, Rounds, Step};
use super::{Assertion, Captures, Flags, One};
use crate::Host;

/// How many steps a usual machine takes in a millisecond: an estimate, on the safe side.
const STEPS_A_MILLISECOND: u64 = 50_000;

/// How many steps asking `regress` about a character counts.
const ASKING: u64 = 16;

/// How many decisions may be pending at once: 64 MiB, as in V8.
const MOST_PENDING: usize = 4 << 20;

/// A register that holds nothing.
const UNSET: u32 = u32::MAX;

/// After so many steps at most the clock is looked at: a fraction of a millisecond.
const STEPS_A_LOOK: u64 = 4_096;

/// How much work is left: counted in steps, and where there is a clock in its milliseconds too, since a slow machine
/// takes fewer steps in them.
pub(in super::super) struct Budget<'h> {
    /// Steps until the clock is looked at, or without one until the end.
    steps: u64,
    /// Steps behind those.
    later: u64,
    /// The clock, and the moment at which it is too late.
    clock: Option<(&'h dyn Host, u64)>,
}

/// There is no work left, or too much is pending.
#[derive(Debug)]
pub(in super::super) struct Exhausted;

impl<'h> Budget<'h> {
    /// As much as a usual machine does in so many milliseconds, and no longer than them on the clock of `host`.
    pub(in super::super) fn of_millis(millis: u64, host: &'h dyn Host) -> Self {
        let steps = millis.saturating_mul(STEPS_A_MILLISECOND);
        let Some(now) = host.stopwatch_millis() else { return Self { steps, later: 0, clock: None } };
        let look = steps.min(STEPS_A_LOOK);
        Self { steps: look, later: steps - look, clock: Some((host, now.saturating_add(millis))) }
    }

    #[inline]
    fn spend(&mut self, steps: u64) -> Result<(), Exhausted> {
        match self.steps.checked_sub(steps) {
            Some(left) => {
                self.steps = left;
                Ok(())
            }
            None => self.spend_later(steps),
        }
    }

    /// Looks at the clock and goes on with the next steps.
    #[cold]
    fn spend_later(&mut self, steps: u64) -> Result<(), Exhausted> {
        let late = |(host, end): (&dyn Host, u64)| host.stopwatch_millis().is_some_and(|now| now >= end);
        if self.clock.is_some_and(late) {
            return Err(Exhausted);
        }
        let missing = steps - self.steps;
        self.later = self.later.checked_sub(missing).ok_or(Exhausted)?;
        self.steps = self.later.min(STEPS_A_LOOK);
        self.later -= self.steps;
        Ok(())
    }
}

/// What to do when the walk fails.
#[derive(Debug, Clone, Copy)]
enum Pending {
    /// Go on there.
    Branch { step: u32, at: u32 },
    /// Put a register's former value back, and go on failing.
    Restore { register: u32, value: u32 },
    /// Give one character of a run back, down to `least`.
    Shorten { step: u32, at: u32, least: u32 },
}

/// One search through one text.
pub(super) struct Machine<'m> {
    program: &'m Program,
    flags: Flags,
    subject: &'m [u16],
    budget: &'m mut Budget<'m>,
    registers: Vec<u32>,
    pending: Vec<Pending>,
}

impl<'m> Machine<'m> {
    pub(super) fn new(program: &'m Program, flags: Flags, subject: &'m [u16], budget: &'m mut Budget<'m>) -> Self {
        let registers = vec![UNSET; program.registers];
        Self { program, flags, subject, budget, registers, pending: Vec::new() }
    }

    pub(super) fn flags(&self) -> Flags {
        self.flags
    }

    /// The first match at `from` or later; with the flag `y` only at `from`.
    pub(super) fn find(&mut self, from: usize) -> Result<Option<Captures>, Exhausted> {
        // Positions and registers have 32 bits.
        if self.subject.len() >= UNSET as usize {
            return Err(Exhausted);
        }
        let mut start = from;
        while start <= self.subject.len() {
            self.budget.spend(1 + self.registers.len() as u64 / 16)?;
            self.registers.fill(UNSET);
            self.pending.clear();
            if let Some(end) = self.walk(0, start)? {
                return Ok(Some(self.captures(start, end)));
            }
            if self.flags.sticky {
                break;
            }
            start = self.after(start);
        }
        Ok(None)
    }

    /// The position one character after `at`.
    pub(super) fn after(&self, at: usize) -> usize {
        self.read(at, false).map_or(at + 1, |(_, after)| after)
    }

    fn captures(&self, start: usize, end: usize) -> Captures {
        let group = |group: usize| match (self.registers[2 * group], self.registers[2 * group + 1]) {
            (UNSET, _) | (_, UNSET) => None,
            (start, end) => Some(start as usize..end as usize),
        };
        let whole = Some(start..end);
        std::iter::once(whole).chain((1..self.program.groups).map(group)).collect()
    }

    /// Walks from `step` and `at` until `Done`; `None` when every way fails. What is pending from before stays.
    fn walk(&mut self, mut step: usize, mut at: usize) -> Result<Option<usize>, Exhausted> {
        let (program, bottom) = (self.program, self.pending.len());
        loop {
            self.budget.spend(1)?;
            if self.pending.len() > MOST_PENDING {
                return Err(Exhausted);
            }
            let next = match &program.steps[step] {
                Step::Done => return Ok(Some(at)),
                Step::One { one, backward } => self.take(one, at, *backward)?.map(|after| (step + 1, after)),
                Step::Run { one, min, max, backward } => {
                    self.run(one, (*min, *max), at, *backward, step)?.map(|after| (step + 1, after))
                }
                Step::Assertion(assertion) => self.holds(*assertion, at).then_some((step + 1, at)),
                Step::Split { other } => {
                    self.branch(*other, at);
                    Some((step + 1, at))
                }
                Step::Jump(target) => Some((*target, at)),
                Step::Keep { register } => {
                    self.set(*register, at as u32);
                    Some((step + 1, at))
                }
                Step::Count { register } => {
                    self.set(*register, 0);
                    Some((step + 1, at))
                }
                Step::Decide(rounds) => Some((self.decide(rounds, step, at), at)),
                Step::Round { counter, mark, groups } => {
                    self.set(*counter, self.registers[*counter].saturating_add(1));
                    self.set(*mark, at as u32);
                    groups.clone().for_each(|register| self.set(register, UNSET));
                    Some((step + 1, at))
                }
                Step::Again { counter, mark, min, decide } => {
                    let took_nothing = self.registers[*mark] as usize == at && self.registers[*counter] > *min;
                    (!took_nothing).then_some((*decide, at))
                }
                Step::BackReference { group, backward } => {
                    self.repeat_group(*group, at, *backward)?.map(|after| (step + 1, after))
                }
                Step::Look { negative, groups, then } => {
                    self.look(step + 1, at, *negative, groups.clone())?.then_some((*then, at))
                }
            };
            match next {
                Some(next) => (step, at) = next,
                None => match self.back(bottom)? {
                    Some(former) => (step, at) = former,
                    None => return Ok(None),
                },
            }
        }
    }

    /// Goes back to what is pending above `bottom`.
    fn back(&mut self, bottom: usize) -> Result<Option<(usize, usize)>, Exhausted> {
        while self.pending.len() > bottom {
            self.budget.spend(1)?;
            match self.pending.pop() {
                Some(Pending::Branch { step, at }) => return Ok(Some((step as usize, at as usize))),
                Some(Pending::Restore { register, value }) => self.registers[register as usize] = value,
                Some(Pending::Shorten { step, at, least }) => {
                    let backward = matches!(self.program.steps[step as usize], Step::Run { backward: true, .. });
                    let (_, shorter) = self.read(at as usize, !backward).expect("a run is given back as it was read");
                    if shorter != least as usize {
                        self.pending.push(Pending::Shorten { step, at: shorter as u32, least });
                    }
                    return Ok(Some((step as usize + 1, shorter)));
                }
                None => break,
            }
        }
        Ok(None)
    }

    fn branch(&mut self, step: usize, at: usize) {
        self.pending.push(Pending::Branch { step: step as u32, at: at as u32 });
    }

    fn set(&mut self, register: usize, value: u32) {
        let former = std::mem::replace(&mut self.registers[register], value);
        self.pending.push(Pending::Restore { register: register as u32, value: former });
    }

    /// The step to go on with: another round is the next one.
    fn decide(&mut self, rounds: &Rounds, step: usize, at: usize) -> usize {
        let done = self.registers[rounds.counter];
        if done < rounds.min {
            return step + 1;
        }
        if rounds.max != u32::MAX && done >= rounds.max {
            return rounds.leave;
        }
        let (first, later) = if rounds.greedy { (step + 1, rounds.leave) } else { (rounds.leave, step + 1) };
        self.branch(later, at);
        first
    }

    /// Takes as many characters as there are, and leaves what can be given back pending.
    fn run(
        &mut self,
        one: &One,
        (min, max): (u32, u32),
        start: usize,
        backward: bool,
        step: usize,
    ) -> Result<Option<usize>, Exhausted> {
        let (mut at, mut least, mut count) = (start, start, 0);
        while max == u32::MAX || count < max {
            self.budget.spend(1)?;
            let Some(after) = self.take(one, at, backward)? else { break };
            at = after;
            count = u32::saturating_add(count, 1);
            if count == min {
                least = at;
            }
        }
        if count < min {
            return Ok(None);
        }
        if at != least {
            self.pending.push(Pending::Shorten { step: step as u32, at: at as u32, least: least as u32 });
        }
        Ok(Some(at))
    }

    /// The character at `at` in the direction, and the position behind it; with the flag `u` a pair is one.
    fn read(&self, at: usize, backward: bool) -> Option<(u32, usize)> {
        let subject = self.subject;
        let near = if backward { at.checked_sub(1)? } else { at };
        let unit = *subject.get(near)?;
        let single = (u32::from(unit), if backward { near } else { at + 1 });
        if !self.flags.unicode || !(0xd800..0xe000).contains(&unit) {
            return Some(single);
        }
        let low = if backward { near } else { near + 1 };
        let Some(pair) = low.checked_sub(1).and_then(|high| subject.get(high..=low)) else { return Some(single) };
        match char::decode_utf16(pair.iter().copied()).next() {
            Some(Ok(char)) if char.len_utf16() == 2 => {
                Some((u32::from(char), if backward { low - 1 } else { low + 1 }))
            }
            _ => Some(single),
        }
    }

    /// The position behind the character at `at`, when it is one `one` takes.
    fn take(&mut self, one: &One, at: usize, backward: bool) -> Result<Option<usize>, Exhausted> {
        let Some((character, after)) = self.read(at, backward) else { return Ok(None) };
        let taken = match one {
            One::Literal(wanted) if self.flags.ignore_case && !self.flags.unicode => canonical(character) == *wanted,
            One::Literal(wanted) => character == *wanted,
            One::Any => true,
            One::AnyInLine => !ends_line(character),
            One::Class(class) => {
                let mut asked = false;
                let taken = class.contains(character, &mut asked);
                self.budget.spend(if asked { ASKING } else { 0 })?;
                taken
            }
        };
        Ok(taken.then_some(after))
    }

    fn holds(&self, assertion: Assertion, at: usize) -> bool {
        let unit = |at: Option<usize>| at.and_then(|at| self.subject.get(at)).map(|unit| u32::from(*unit));
        let (before, after) = (unit(at.checked_sub(1)), unit(Some(at)));
        let edge = |unit: Option<u32>| unit.is_none_or(|unit| self.flags.multiline && ends_line(unit));
        let folding = self.flags.ignore_case && self.flags.unicode;
        let word = |unit: Option<u32>| unit.is_some_and(|unit| is_word(unit, folding));
        match assertion {
            Assertion::Start => edge(before),
            Assertion::End => edge(after),
            Assertion::Boundary => word(before) != word(after),
            Assertion::NoBoundary => word(before) == word(after),
        }
    }

    /// The position behind another occurrence of what a group holds; a group that holds nothing is met anywhere.
    fn repeat_group(&mut self, group: usize, at: usize, backward: bool) -> Result<Option<usize>, Exhausted> {
        let (start, end) = (self.registers[2 * group], self.registers[2 * group + 1]);
        if start == UNSET || end == UNSET {
            return Ok(Some(at));
        }
        let (start, end) = (start as usize, end as usize);
        let length = end - start;
        let other = if backward { at.checked_sub(length) } else { Some(at) };
        let Some(other) = other.filter(|other| other + length <= self.subject.len()) else { return Ok(None) };
        let after = if backward { other } else { at + length };
        self.budget.spend(length as u64)?;
        let (mut left, mut right) = (start, other);
        while left < end {
            let (Some((one, behind_left)), Some((two, behind_right))) =
                (self.read(left, false), self.read(right, false))
            else {
                return Ok(None);
            };
            if !self.alike(one, two)? {
                return Ok(None);
            }
            (left, right) = (behind_left, behind_right);
        }
        Ok(Some(after))
    }

    /// Whether two characters are the same under the flags.
    fn alike(&mut self, one: u32, two: u32) -> Result<bool, Exhausted> {
        match (self.flags.ignore_case, self.flags.unicode) {
            _ if one == two => Ok(true),
            (false, _) => Ok(false),
            (true, false) => Ok(canonical(one) == canonical(two)),
            (true, true) => {
                self.budget.spend(ASKING)?;
                Ok(fold_alike(one, two))
            }
        }
    }

    /// Whether a look-around lets the walk go on. A positive one that does keeps its groups, not its other ways.
    fn look(
        &mut self,
        step: usize,
        at: usize,
        negative: bool,
        groups: std::ops::Range<usize>,
    ) -> Result<bool, Exhausted> {
        let (bottom, before) = (self.pending.len(), self.registers[groups.clone()].to_vec());
        self.budget.spend(before.len() as u64)?;
        let found = self.walk(step, at)?.is_some();
        self.pending.truncate(bottom);
        if found && negative {
            self.registers[groups].copy_from_slice(&before);
        } else if found {
            for (register, value) in groups.zip(before) {
                self.pending.push(Pending::Restore { register: register as u32, value });
            }
        }
        Ok(found != negative)
    }
}
