//! pest's tokens, one after another, with places in the whole template.

use connspec_diagnostics::Span;
use pest::Token;
use pest::iterators::Tokens;

use super::Rule;

/// Reads tokens from left to right.
pub(super) struct Reader<'s> {
    tokens: Tokens<'s, Rule>,
    next: Option<Token<'s, Rule>>,
    source: &'s str,
    base: usize,
    last: usize,
}

impl<'s> Reader<'s> {
    /// Reads `tokens`, whose text starts at `base` in `source`.
    pub(super) fn new(mut tokens: Tokens<'s, Rule>, source: &'s str, base: usize) -> Self {
        let next = tokens.next();
        Self { tokens, next, source, base, last: base }
    }

    /// The rule that starts next; `None` when the enclosing one ends.
    pub(super) fn peek(&self) -> Option<Rule> {
        match self.next {
            Some(Token::Start { rule, .. }) => Some(rule),
            _ => None,
        }
    }

    /// Where the next token stands, or where the last one stood at the end.
    pub(super) fn at(&self) -> usize {
        match &self.next {
            Some(Token::Start { pos, .. } | Token::End { pos, .. }) => self.base + pos.pos(),
            None => self.last,
        }
    }

    /// Steps over the start or the end of a rule, and says where it is.
    pub(super) fn step(&mut self) -> usize {
        self.last = self.at();
        self.next = self.tokens.next();
        self.last
    }

    /// Steps over a rule that holds no other; the space after it does not count.
    pub(super) fn leaf(&mut self) -> Span {
        let start = self.step();
        let end = self.step();
        Span::new(start, self.trimmed(start, end))
    }

    /// `end` without the space before it, but not before `start`.
    pub(super) fn trimmed(&self, start: usize, end: usize) -> usize {
        start + self.source[start..end].trim_end().len()
    }
}
