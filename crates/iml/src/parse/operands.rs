//! Operands: names with their steps or arguments, literals, brackets, and what is broken.

use connspec_diagnostics::Span;

use super::{Builder, Rule, findings};
use crate::ast::{Call, Expr, ExprKind, Keyword, Name, Path, Segment, SegmentKind, Text, UnaryOperator};
use crate::functions::{self, Run};
use crate::{Finding, Root};

/// What stands within a pair of brackets.
struct Contents {
    parts: Vec<Expr>,
    /// From the opening bracket to the closing one.
    span: Span,
    /// The first separator, when there is one.
    separator: Option<Span>,
    /// Why the brackets do not hold together.
    mistake: Option<Finding>,
}

impl Builder<'_, '_> {
    /// An operand with its prefixes.
    pub(super) fn term(&mut self) -> Expr {
        match self.reader.peek() {
            Some(Rule::named) => self.named(),
            Some(Rule::text) => self.text(),
            Some(Rule::number) => self.number(),
            Some(Rule::prefix) => self.prefixed(),
            Some(Rule::group) => self.group(),
            Some(Rule::quoted_name) => {
                self.reader.step();
                let root = Name { span: self.reader.leaf(), quoted: true };
                self.path(root)
            }
            Some(Rule::module) => {
                let start = self.reader.step();
                let root = Name { span: Span::new(start, self.reader.at() - 1), quoted: false };
                self.path(root)
            }
            Some(Rule::brace) => {
                let span = self.reader.leaf();
                let brace = if self.source[span.range()].starts_with('{') { '{' } else { '}' };
                Expr { kind: ExprKind::Brace(brace), span }
            }
            Some(Rule::unclosed_quote) => {
                let span = self.reader.leaf();
                let quote = char::from(self.source.as_bytes()[span.start as usize]);
                self.error(findings::unclosed_quote(quote, span), Vec::new(), span)
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
        self.remark(findings::lone_brace(&expr));
        for (operator, start) in prefixes.into_iter().rev() {
            let span = Span { start, end: expr.span.end };
            expr = match self.count_operator(span) {
                Some(too_many) => too_many,
                None => Expr { kind: ExprKind::Unary(operator, Box::new(expr)), span },
            };
        }
        expr
    }

    /// A name: a keyword, a call, or a variable.
    fn named(&mut self) -> Expr {
        let start = self.reader.step();
        let next = self.reader.at();
        let parenthesis = self.reader.peek() == Some(Rule::contents) && self.source.as_bytes()[next - 1] == b'(';
        let end = if self.reader.peek().is_some() { next - 1 } else { self.reader.trimmed(start, next) };
        let name = Name { span: Span::new(start, end), quoted: false };
        if parenthesis {
            let contents = self.contents();
            let call = self.call(name, contents);
            return self.misplaced(call);
        }
        if self.reader.peek().is_some() {
            return self.path(name);
        }
        self.reader.step();
        if self.reader.peek() == Some(Rule::group) && self.source.as_bytes()[self.reader.at()] == b'(' {
            self.reader.step();
            let contents = self.contents();
            let call = self.call(name, contents);
            return self.misplaced(call);
        }
        lone_name(name, self.source)
    }

    fn call(&mut self, name: Name, contents: Contents) -> Expr {
        let written = name.resolve(self.source);
        let function = functions::callable(written, self.options);
        self.calls += usize::from(function.is_some_and(|function| matches!(function.run, Run::Eager(_))));
        self.remark(findings::unquoted_text(self.source, written, &contents.parts));
        self.remark(findings::zero_argument(written, &contents.parts));
        let span = name.span.join(contents.span);
        if let Some(function) = function.filter(|_| contents.mistake.is_none()) {
            // The commas of an object literal are no separators of this call's arguments: the literal is the mistake.
            let mut before = self.findings.iter().rev().take_while(|finding| finding.span.start >= span.start);
            if !before.any(|finding| finding.code == "inline-literal") {
                self.remark(findings::argument_count(function, &contents.parts, span));
            }
        }
        let call = Expr { kind: ExprKind::Call(Call { name, function, arguments: contents.parts }), span };
        self.sound(call, contents.mistake)
    }

    /// The steps of a variable, up to the end of the rule that holds them. Parentheses are no step: what
    /// stands in them is juxtaposed.
    fn path(&mut self, root: Name) -> Expr {
        let segments = self.segments();
        let end = segments.last().map_or(root.span, |last| last.span);
        let known = Root::named(root.resolve(self.source));
        let path = Expr { kind: ExprKind::Path(Path { root, known, segments }), span: root.span.join(end) };
        if self.reader.peek() != Some(Rule::contents) {
            self.remark(findings::colon(self.source, path.span));
            self.reader.step();
            return path;
        }
        let contents = self.contents();
        let place = contents.separator.unwrap_or(path.span.join(contents.span));
        let method = findings::method(self.source, &path, &contents.parts, place);
        let (group, method) = match method.filter(|_| contents.mistake.is_none()) {
            Some(finding) if finding.breaks() => (self.error(finding, contents.parts, contents.span), None),
            method => (self.grouped(contents), method),
        };
        let group = self.misplaced(group);
        let span = path.span.join(group.span);
        let parts = vec![path, group];
        self.remark(method.or_else(|| findings::juxtaposed(self.source, &parts, span)));
        Expr { kind: ExprKind::Juxtaposed(parts), span }
    }

    /// Steps with dots and square brackets, as far as they go.
    fn segments(&mut self) -> Vec<Segment> {
        let mut segments = Vec::new();
        while let Some(rule) = self.reader.peek() {
            if rule == Rule::contents {
                if self.source.as_bytes()[self.reader.at() - 1] == b'(' {
                    break;
                }
                segments.push(self.index());
                continue;
            }
            let span = self.reader.leaf();
            let name = Name { span, quoted: rule == Rule::quoted };
            self.remark(findings::zero_name(name, self.source));
            segments
                .push(Segment { kind: SegmentKind::Name(name), span: Span { start: span.start - 1, end: span.end } });
        }
        segments
    }

    fn index(&mut self) -> Segment {
        let mut contents = self.contents();
        let span = contents.span;
        let kind = match (contents.mistake, contents.parts.len()) {
            (None, 0) => SegmentKind::First,
            (None, 1) => {
                let index = contents.parts.remove(0);
                self.remark(findings::zero_index(&index, span));
                SegmentKind::Index(Box::new(index))
            }
            (mistake, _) => {
                let finding = mistake.unwrap_or_else(|| findings::several(contents.separator.unwrap_or(span)));
                SegmentKind::Index(Box::new(self.error(finding, contents.parts, span)))
            }
        };
        Segment { kind, span }
    }

    /// Brackets where an operand is expected.
    fn group(&mut self) -> Expr {
        self.reader.step();
        let contents = self.contents();
        let expr = match self.source.as_bytes()[contents.span.start as usize] {
            b'(' => self.grouped(contents),
            _ => {
                self.remark(Some(findings::array_literal(contents.span)));
                let list = Expr { kind: ExprKind::List(contents.parts), span: contents.span };
                self.sound(list, contents.mistake)
            }
        };
        self.misplaced(expr)
    }

    /// An expression in parentheses.
    fn grouped(&mut self, mut contents: Contents) -> Expr {
        let span = contents.span;
        if contents.parts.len() == 1 {
            let group = Expr { kind: ExprKind::Group(Box::new(contents.parts.remove(0))), span };
            return self.sound(group, contents.mistake);
        }
        let alone = || match contents.separator {
            Some(separator) => findings::several(separator),
            None => findings::empty_group(span),
        };
        let finding = contents.mistake.unwrap_or_else(alone);
        self.error(finding, contents.parts, span)
    }

    /// What stands between brackets, separated by `,` or `;`; nothing at all is no part.
    fn contents(&mut self) -> Contents {
        let start = self.reader.step() - 1;
        let (mut parts, mut separator) = (vec![self.items()], None);
        while self.reader.peek() == Some(Rule::separator) {
            // The token is the space behind the separator.
            let behind = self.reader.leaf().start as usize;
            separator.get_or_insert(Span::new(behind - 1, behind));
            parts.push(self.items());
        }
        if let [Expr { kind: ExprKind::Empty, .. }] = parts.as_slice() {
            parts.clear();
        }
        let unclosed = self.reader.peek() == Some(Rule::unclosed);
        if unclosed {
            self.reader.leaf();
        }
        let end = self.reader.step();
        let mistake = findings::brackets(self.source, start, end, unclosed);
        let end = if unclosed { self.reader.trimmed(start, end) } else { end };
        Contents { parts, span: Span::new(start, end), separator, mistake }
    }

    /// The expression, or an error node around it when its brackets do not hold together.
    fn sound(&mut self, expr: Expr, mistake: Option<Finding>) -> Expr {
        let span = expr.span;
        match mistake {
            None => expr,
            Some(finding) => self.error(finding, vec![expr], span),
        }
    }

    /// The expression, or an error node around it when steps follow that it cannot have; then the end of
    /// the rule that holds them.
    fn misplaced(&mut self, expr: Expr) -> Expr {
        if self.reader.peek().is_none() {
            self.reader.step();
            return expr;
        }
        let inner = expr.span;
        let mut parts = vec![expr];
        while let Some(rule) = self.reader.peek() {
            match rule {
                Rule::contents => parts.extend(self.contents().parts),
                _ => drop(self.reader.leaf()),
            }
        }
        let end = self.reader.step();
        let steps = Span::new(inner.end as usize, self.reader.trimmed(inner.end as usize, end));
        self.error(findings::misplaced(self.source, inner, steps), parts, inner.join(steps))
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
pub(super) fn lone_name(name: Name, source: &str) -> Expr {
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
