//! pest's tokens, one after another, with places in the whole template.

use connspec_diagnostics::Span;
use pest::Token;
use pest::iterators::Tokens;

use super::Rule;

/// Reads tokens from left to right.
pub(super) struct Reader<'i> {
    tokens: Tokens<'i, Rule>,
    next: Option<Token<'i, Rule>>,
    base: usize,
    end: usize,
}

impl<'i> Reader<'i> {
    /// Reads `tokens`, whose text starts at `base` in the template.
    pub(super) fn new(mut tokens: Tokens<'i, Rule>, base: usize) -> Self {
        let next = tokens.next();
        Self { tokens, next, base, end: base }
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
            None => self.end,
        }
    }

    /// Steps over the start or the end of a rule, and says where it is.
    pub(super) fn step(&mut self) -> usize {
        let at = self.at();
        self.end = at;
        self.next = self.tokens.next();
        at
    }

    /// Steps over a rule that holds no other.
    pub(super) fn leaf(&mut self) -> Span {
        let start = self.step();
        Span::new(start, self.step())
    }
}
