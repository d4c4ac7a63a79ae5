//! A pattern laid out as steps.
//!
//! Within a look-behind everything runs from right to left: parts in reverse order, characters read backwards,
//! a group's end before its start.

use std::ops::Range;

use super::{Assertion, Look, Node, One, Repeat};

/// Steps, and how many registers they use.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) steps: Vec<Step>,
    /// Registers 2n and 2n + 1 hold where group n starts and ends, the whole match being group 0; the others
    /// count rounds and mark positions.
    pub(super) registers: usize,
    /// How many groups there are, the whole match included.
    pub(super) groups: usize,
}

/// Where a step leads: an index into the program.
pub(super) type Target = usize;

/// One step; it leads to the next unless it says otherwise.
#[derive(Debug)]
pub(super) enum Step {
    /// The end of the pattern, or of a look-around.
    Done,
    One {
        one: One,
        backward: bool,
    },
    /// A greedy loop over one character, which needs no rounds: backtracking gives back character by character.
    Run {
        one: One,
        min: u32,
        max: u32,
        backward: bool,
    },
    Assertion(Assertion),
    /// Goes on with the next step, or later with `other`.
    Split {
        other: Target,
    },
    Jump(Target),
    /// Keeps the position in a register.
    Keep {
        register: usize,
    },
    /// Starts counting rounds.
    Count {
        register: usize,
    },
    /// Decides between another round, which is the next step, and leaving.
    Decide(Rounds),
    /// Begins a round: counts it, marks the position, forgets the groups within.
    Round {
        counter: usize,
        mark: usize,
        groups: Range<usize>,
    },
    /// Ends a round: fails when it took nothing and was not required, else goes back to decide.
    Again {
        counter: usize,
        mark: usize,
        min: u32,
        decide: Target,
    },
    BackReference {
        group: usize,
        backward: bool,
    },
    /// A look-around; its pattern is the next step, what follows it stands at `then`.
    Look {
        negative: bool,
        groups: Range<usize>,
        then: Target,
    },
}

/// How often a loop goes round.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rounds {
    pub(super) counter: usize,
    pub(super) min: u32,
    /// `u32::MAX` stands for any number.
    pub(super) max: u32,
    pub(super) greedy: bool,
    pub(super) leave: Target,
}

/// Lays out a tree with so many groups, the whole match not counted.
pub(super) fn compile(node: Node, groups: u32) -> Program {
    let groups = groups as usize + 1;
    let mut compiler = Compiler { steps: Vec::new(), registers: 2 * groups };
    compiler.node(node, false);
    compiler.steps.push(Step::Done);
    Program { steps: compiler.steps, registers: compiler.registers, groups }
}

struct Compiler {
    steps: Vec<Step>,
    registers: usize,
}

impl Compiler {
    fn node(&mut self, node: Node, backward: bool) {
        match node {
            Node::Empty => {}
            Node::One(one) => self.steps.push(Step::One { one, backward }),
            Node::Sequence(mut parts) => {
                if backward {
                    parts.reverse();
                }
                parts.into_iter().for_each(|part| self.node(part, backward));
            }
            Node::Alternatives(alternatives) => self.alternatives(alternatives, backward),
            Node::Group(node, group) => {
                let (start, end) = (2 * group as usize, 2 * group as usize + 1);
                let (first, last) = if backward { (end, start) } else { (start, end) };
                self.steps.push(Step::Keep { register: first });
                self.node(*node, backward);
                self.steps.push(Step::Keep { register: last });
            }
            Node::Repeat(repeat) => self.repeat(*repeat, backward),
            Node::Assertion(assertion) => self.steps.push(Step::Assertion(assertion)),
            Node::Look(look) => self.look(*look),
            Node::BackReference(group) => self.steps.push(Step::BackReference { group: group as usize, backward }),
        }
    }

    fn alternatives(&mut self, alternatives: Vec<Node>, backward: bool) {
        let count = alternatives.len();
        let mut ends = Vec::with_capacity(count);
        for (index, alternative) in alternatives.into_iter().enumerate() {
            let split = self.steps.len();
            let last = index + 1 == count;
            if !last {
                self.steps.push(Step::Split { other: 0 });
            }
            self.node(alternative, backward);
            if !last {
                ends.push(self.steps.len());
                self.steps.push(Step::Jump(0));
                self.steps[split] = Step::Split { other: self.steps.len() };
            }
        }
        let end = self.steps.len();
        ends.into_iter().for_each(|jump| self.steps[jump] = Step::Jump(end));
    }

    fn repeat(&mut self, repeat: Repeat, backward: bool) {
        let Repeat { node, min, max, greedy, groups } = repeat;
        let node = match node {
            Node::One(one) if greedy => return self.steps.push(Step::Run { one, min, max, backward }),
            other => other,
        };
        let (counter, mark) = (self.registers, self.registers + 1);
        self.registers += 2;
        self.steps.push(Step::Count { register: counter });
        let decide = self.steps.len();
        let mut rounds = Rounds { counter, min, max, greedy, leave: 0 };
        self.steps.push(Step::Decide(rounds));
        self.steps.push(Step::Round { counter, mark, groups: registers_of(groups) });
        self.node(node, backward);
        self.steps.push(Step::Again { counter, mark, min, decide });
        rounds.leave = self.steps.len();
        self.steps[decide] = Step::Decide(rounds);
    }

    fn look(&mut self, look: Look) {
        let at = self.steps.len();
        let (negative, groups) = (look.negative, registers_of(look.groups));
        self.steps.push(Step::Done);
        self.node(look.node, !look.ahead);
        self.steps.push(Step::Done);
        self.steps[at] = Step::Look { negative, groups, then: self.steps.len() };
    }
}

/// The registers that hold where groups lie.
fn registers_of(groups: Range<u32>) -> Range<usize> {
    2 * groups.start as usize..2 * groups.end as usize
}
