//! Operands: names with their steps or arguments, literals, brackets, and what is broken.

use connspec_diagnostics::Span;

use super::{Builder, Rule, findings};
use crate::ast::{Call, Expr, ExprKind, Keyword, Name, Path, Segment, SegmentKind, Text, UnaryOperator};
use crate::{Root, functions};

/// What stands within a pair of brackets.
struct Contents {
    parts: Vec<Expr>,
    closed: bool,
}

impl Builder<'_, '_> {
    /// An operand with its prefixes.
    pub(super) fn term(&mut self) -> Expr {
        match self.reader.peek() {
            Some(Rule::name | Rule::quoted) => self.named(),
            Some(Rule::text) => self.text(),
            Some(Rule::number) => self.number(),
            Some(Rule::prefix) => self.prefixed(),
            Some(Rule::group) => self.group(),
            Some(Rule::module) => self.module(),
            Some(Rule::list) => self.list(),
            Some(Rule::brace) => {
                let span = self.reader.leaf();
                let brace = if self.source[span.range()].starts_with('{') { '{' } else { '}' };
                Expr { kind: ExprKind::Brace(brace), span }
            }
            Some(Rule::malformed) => {
                let span = self.reader.leaf();
                self.error(findings::malformed(&self.source[span.range()], span), Vec::new(), span)
            }
            _ => {
                let span = self.reader.leaf();
                self.error(findings::missing_operand(span), Vec::new(), span)
            }
        }
    }

    fn prefixed(&mut self) -> Expr {
        let mut prefixes = Vec::new();
        while self.reader.peek() == Some(Rule::prefix) {
            let start = self.reader.leaf().start;
            let not = self.source.as_bytes()[start as usize] == b'!';
            prefixes.push((if not { UnaryOperator::Not } else { UnaryOperator::Minus }, start));
        }
        let mut expr = self.term();
        for (operator, start) in prefixes.into_iter().rev() {
            let span = Span { start, end: expr.span.end };
            expr = match self.count_operator(span) {
                Some(too_many) => too_many,
                None => Expr { kind: ExprKind::Unary(operator, Box::new(expr)), span },
            };
        }
        expr
    }

    fn named(&mut self) -> Expr {
        let quoted = self.reader.peek() == Some(Rule::quoted);
        let name = Name { span: self.reader.leaf(), quoted };
        match self.reader.peek() {
            Some(Rule::arguments) => self.call(name),
            Some(Rule::key | Rule::quoted | Rule::index) => self.path(name),
            _ if quoted => self.path(name),
            _ => lone_name(name, self.source),
        }
    }

    fn path(&mut self, root: Name) -> Expr {
        let segments = self.segments();
        let end = segments.last().map_or(root.span, |last| last.span);
        let known = Root::named(root.resolve(self.source));
        Expr { kind: ExprKind::Path(Path { root, known, segments }), span: root.span.join(end) }
    }

    fn call(&mut self, name: Name) -> Expr {
        self.reader.step();
        let contents = self.contents();
        let span = Span { start: name.span.start, end: self.reader.step() as u32 };
        let written = name.resolve(self.source);
        let function = functions::callable(written, self.options);
        self.findings.extend(findings::unquoted_format(self.source, written, &contents.parts));
        let call = Expr { kind: ExprKind::Call(Call { name, function, arguments: contents.parts }), span };
        let call = self.closed(call, contents.closed, "`(`", name.span.end);
        self.misplaced(call)
    }

    /// `1.name`: the digits are the variable's name.
    fn module(&mut self) -> Expr {
        let root = Name { span: self.reader.leaf(), quoted: false };
        self.path(root)
    }

    /// The steps of a path.
    fn segments(&mut self) -> Vec<Segment> {
        let mut segments = Vec::new();
        while let Some(rule @ (Rule::key | Rule::quoted | Rule::index)) = self.reader.peek() {
            segments.push(match rule {
                Rule::index => self.index(),
                _ => {
                    let span = self.reader.leaf();
                    let name = Name { span, quoted: rule == Rule::quoted };
                    self.findings.extend(findings::zero_name(name, self.source));
                    Segment { kind: SegmentKind::Name(name), span: Span { start: span.start - 1, end: span.end } }
                }
            });
        }
        segments
    }

    fn index(&mut self) -> Segment {
        let start = self.reader.step() - 1;
        let mut contents = self.contents();
        let span = Span::new(start, self.reader.step());
        let kind = match (contents.closed, contents.parts.len()) {
            (true, 0) => SegmentKind::First,
            (true, 1) => {
                let index = contents.parts.remove(0);
                self.findings.extend(findings::zero_index(&index, span));
                SegmentKind::Index(Box::new(index))
            }
            (closed, _) => {
                let finding = if closed { findings::several(span) } else { findings::unclosed("`[`", start) };
                SegmentKind::Index(Box::new(self.error(finding, contents.parts, span)))
            }
        };
        Segment { kind, span }
    }

    fn group(&mut self) -> Expr {
        let start = self.reader.step() - 1;
        let mut contents = self.contents();
        let span = Span::new(start, self.reader.step());
        let expr = if contents.parts.len() == 1 && contents.parts[0].kind != ExprKind::Empty {
            let inner = contents.parts.remove(0);
            let group = Expr { kind: ExprKind::Group(Box::new(inner)), span };
            self.closed(group, contents.closed, "`(`", start as u32)
        } else {
            let finding = match (contents.closed, contents.parts.is_empty()) {
                (false, _) => findings::unclosed("`(`", start),
                (true, true) => findings::empty_group(span),
                (true, false) => findings::several(span),
            };
            self.error(finding, contents.parts, span)
        };
        self.misplaced(expr)
    }

    fn list(&mut self) -> Expr {
        let start = self.reader.step() - 1;
        let contents = self.contents();
        let span = Span::new(start, self.reader.step());
        self.findings.push(findings::array_literal(span));
        let list = Expr { kind: ExprKind::List(contents.parts), span };
        self.closed(list, contents.closed, "`[`", start as u32)
    }

    /// What stands between brackets, separated by `,` or `;`; nothing at all is no part.
    fn contents(&mut self) -> Contents {
        let mut parts = vec![self.items()];
        while self.reader.peek() == Some(Rule::separator) {
            self.reader.leaf();
            parts.push(self.items());
        }
        if let [Expr { kind: ExprKind::Empty, .. }] = parts.as_slice() {
            parts.clear();
        }
        let closed = self.reader.peek() != Some(Rule::unclosed);
        if !closed {
            self.reader.leaf();
        }
        Contents { parts, closed }
    }

    /// The expression, or an error node around it when its bracket is never closed.
    fn closed(&mut self, expr: Expr, closed: bool, bracket: &str, at: u32) -> Expr {
        if closed {
            return expr;
        }
        let span = expr.span;
        self.error(findings::unclosed(bracket, at as usize), vec![expr], span)
    }

    /// The expression, or an error node around it when steps follow that it cannot have.
    fn misplaced(&mut self, expr: Expr) -> Expr {
        if self.reader.peek() != Some(Rule::misplaced) {
            return expr;
        }
        let start = self.reader.step();
        self.segments();
        let span = Span::new(start, self.reader.step());
        let finding = findings::misplaced(self.source, &expr, span);
        let whole = expr.span.join(span);
        self.error(finding, vec![expr], whole)
    }

    fn text(&mut self) -> Expr {
        let span = self.reader.leaf();
        let content = Span { start: span.start + 1, end: span.end - 1 };
        let unescaped = unescape(&self.source[content.range()], self.source.as_bytes()[span.start as usize]);
        Expr { kind: ExprKind::Text(Text { content, unescaped }), span }
    }

    fn number(&mut self) -> Expr {
        let span = self.reader.leaf();
        let number = self.source[span.range()].parse().expect("digits with a point between are a number");
        Expr { kind: ExprKind::Number(number), span }
    }

    /// A character that cannot stand where it stands.
    pub(super) fn stray(&mut self) -> Expr {
        let start = self.reader.leaf().start as usize;
        let stray = self.source[start..].chars().next().expect("the grammar took a character");
        let span = Span::new(start, start + stray.len_utf8());
        self.error(findings::stray(stray, span), Vec::new(), span)
    }
}

/// A name without steps: a keyword, or a variable.
fn lone_name(name: Name, source: &str) -> Expr {
    let written = name.resolve(source);
    let kind = match Keyword::named(written) {
        Some(keyword) => ExprKind::Keyword(keyword),
        None => ExprKind::Path(Path { root: name, known: Root::named(written), segments: Vec::new() }),
    };
    Expr { kind, span: name.span }
}

/// `content` with its escapes resolved, when it has any: a backslash before `quote` or before a
/// backslash; every other backslash stays (iml.md §4).
fn unescape(content: &str, quote: u8) -> Option<Box<str>> {
    if !content.contains('\\') {
        return None;
    }
    let quote = char::from(quote);
    let mut unescaped = String::with_capacity(content.len());
    let mut characters = content.chars().peekable();
    while let Some(character) = characters.next() {
        let escaped = characters.next_if(|next| character == '\\' && (*next == quote || *next == '\\'));
        unescaped.push(escaped.unwrap_or(character));
    }
    Some(unescaped.into())
}
