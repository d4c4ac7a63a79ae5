//! Braces that do not come in pairs: where `{{` and `}}` of a text went wrong, and what was meant.

#[cfg(test)]
mod tests;

use connspec_diagnostics::Span;
use connspec_iml::ast::{Expr, ExprKind, Expression, Piece, Visitor, walk};
use connspec_iml::{Root, Signs, Template};
use memchr::{memchr2, memchr2_iter, memchr3_iter};

/// Braces that do not come in pairs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Mistake {
    /// Where, in the decoded text.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What was meant, when it can be told: a range of the decoded text and what it should be.
    pub meant: Option<(Span, String)>,
    /// What becomes of the text.
    pub becomes: Becomes,
}

/// What becomes of a text with such a mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Becomes {
    /// It is used as it stands.
    Text,
    /// As `Text`, and it may be meant so.
    TextPerhapsMeant,
    /// It is evaluated to something odd.
    Evaluated,
}

/// Whether there can be a mistake, by the punctuation of a text and of its expressions: hardly ever.
pub(super) fn may_be_there((text, expressions): (Signs, Signs)) -> bool {
    const BRACES: Signs = Signs::of("{}");
    const BEGIN: Signs = Signs::of("$#%[<");
    text.have_any(BRACES) || text.have_any(BEGIN) || expressions.have_any(BRACES)
}

/// Every mistake of a text, in order.
pub(super) fn mistakes(template: &Template) -> Vec<Mistake> {
    if !may_be_there(template.signs()) {
        return Vec::new();
    }
    let source = template.source();
    // Usually each expression has its two pairs, no other brace is there, and nothing begins a mark of another language.
    let is_brace = |byte: &u8| matches!(byte, b'{' | b'}');
    let is_odd = |piece: &Piece| match piece {
        Piece::Text(span) => may_hold_mark(&source.as_bytes()[span.range()]),
        Piece::Expression(expression) => {
            let inside = expression.span.range().start + 2..expression.span.range().end - 2;
            memchr2(b'{', b'}', &source.as_bytes()[inside]).is_some()
        }
    };
    if !template.ast().iter().any(is_odd) {
        return Vec::new();
    }
    let is_paired = source.bytes().filter(|byte| is_brace(byte)).count() == 4 * template.expressions().count();
    let mut mistakes = Vec::new();
    if !is_paired {
        let unclosed = template.findings().iter().filter(|finding| finding.code == "unbalanced-braces");
        mistakes.extend(unclosed.map(|finding| never_closed(source, finding.span)));
        mistakes.extend(template.expressions().filter_map(|expression| opened_twice(source, expression)));
        mistakes.extend(closed_twice(template, &mistakes));
        mistakes.extend(closed_only(template));
        mistakes.extend(template.expressions().filter_map(|expression| inside_quotes(source, expression)));
    }
    let texts = template.ast().iter().filter_map(|piece| match piece {
        Piece::Text(span) => Some(*span),
        Piece::Expression(_) => None,
    });
    let texts: Vec<_> = texts.collect();
    if !is_paired {
        mistakes.extend(texts.iter().flat_map(|span| single_braces(source, *span)));
    }
    mistakes.extend(texts.iter().flat_map(|span| other_marks(source, *span)));
    mistakes.sort_by_key(|mistake| mistake.span);
    mistakes
}

/// Whether what the parser says about `span` only follows from an expression that opens twice.
pub(super) fn explains(template: &Template, span: Span) -> bool {
    let around = template.expressions().find(|expression| expression.span.contains(span));
    around.is_some_and(|expression| opened_twice(template.source(), expression).is_some())
}

/// `{{parameters.id` or `{{parameters.id}`.
fn never_closed(source: &str, open: Span) -> Mistake {
    let path = variable_at(source, open.range().end);
    let rest = path.map_or("", |end| source[end..].trim_start());
    let meant = path.and_then(|end| match rest.strip_prefix('}') {
        Some(_) => Some((Span::new(end, source.len() - rest.len() + 1), "}}".to_owned())),
        None if !rest.starts_with(['(', '+', '-', '*', '=', '<', '>', '&', '|', '!']) => {
            let written = &source[open.range().end..end];
            Some((Span::new(open.range().end, end), format!("{written}}}}}")))
        }
        None => None,
    });
    Mistake { span: open, message: "`{{` is never closed with `}}`".to_owned(), meant, becomes: Becomes::Text }
}

/// `{{{{x}}}}`, `{{{x}}}`, `{{f({{x}})}}`, `{{a} and {{b}}`.
fn opened_twice(source: &str, expression: &Expression) -> Option<Mistake> {
    let (start, end) = (expression.span.range().start, expression.span.range().end);
    let inner = &source[start + 2..end - 2];
    let braces = inner.len() - inner.trim_start_matches('{').len();
    if braces > 0 && is_braces_and_one(&expression.expr) {
        let closing = source[end..].len() - source[end..].trim_start_matches('}').len();
        let span = Span::new(start, end + closing.min(braces));
        let message = format!("{} braces open an expression, not two", braces + 2);
        let meant = format!("{{{{{}}}}}", &inner[braces..]);
        return Some(Mistake { span, message, meant: Some((span, meant)), becomes: Becomes::Evaluated });
    }
    let again = outside_quotes(inner, "{{")? + start + 2;
    let between = source[start + 2..again].trim();
    // Words make no expression: the one that is closed begins behind them.
    if !between.contains(['(', ')', '[', '}', '.', '\'', '"', '`']) {
        let needless = Span::new(start, if between.is_empty() { again } else { start + 2 });
        return Some(Mistake {
            span: Span::new(start, start + 2),
            message: "`{{` is never closed: another one opens before the next `}}`".to_owned(),
            meant: Some((needless, String::new())),
            becomes: Becomes::Evaluated,
        });
    }
    let message = "`{{` opens again before the expression is closed".to_owned();
    Some(Mistake { span: Span::new(again, again + 2), message, meant: None, becomes: Becomes::Evaluated })
}

/// Whether an expression is braces followed by one operand.
fn is_braces_and_one(expr: &Expr) -> bool {
    let ExprKind::Juxtaposed(parts) = &expr.kind else { return false };
    let others = parts.iter().filter(|part| !matches!(part.kind, ExprKind::Brace('{'))).count();
    others == 1 && parts.last().is_some_and(|last| !matches!(last.kind, ExprKind::Brace(_) | ExprKind::Error(_)))
}

/// `{{x}}}}`: closing braces right behind an expression that no brace of the text before it opens. Braces of JSON
/// or GraphQL around an expression do come in pairs.
fn closed_twice(template: &Template, known: &[Mistake]) -> Vec<Mistake> {
    let source = template.source();
    let still_open = |open: usize, text: &str| {
        text.chars().fold(open, |open, character| match character {
            '{' => open + 1,
            '}' => open.saturating_sub(1),
            _ => open,
        })
    };
    let mut open = 0usize;
    let mut found = Vec::new();
    let mut after_expression = None;
    for piece in template.ast() {
        let span = match piece {
            Piece::Expression(expression) => {
                // The text that an expression gives may open what a later one closes.
                let span = expression.span.range();
                open = still_open(open, &source[span.start + 2..span.end - 2]);
                after_expression = Some(expression.span);
                continue;
            }
            Piece::Text(span) => *span,
        };
        let text = &source[span.range()];
        let closing = text.len() - text.trim_start_matches('}').len();
        if let Some(before) = after_expression.filter(|_| closing > open) {
            let stray = Span::new(span.range().start + open, span.range().start + closing);
            if !known.iter().any(|mistake| {
                mistake.becomes == Becomes::Evaluated && before.contains(Span { end: before.end, ..mistake.span })
            }) {
                found.push(Mistake {
                    span: stray,
                    message: format!("`{}` closes nothing", &source[stray.range()]),
                    meant: Some((stray, String::new())),
                    becomes: Becomes::Text,
                });
            }
        }
        open = still_open(open, text);
        after_expression = None;
    }
    found
}

/// `Bearer token}}`: closing braces in a text that opens none. One of another language (GraphQL, JSON) opens what it
/// closes; those right behind an expression are for [`closed_twice`].
fn closed_only(template: &Template) -> Vec<Mistake> {
    let source = template.source();
    let opening = source.bytes().filter(|byte| *byte == b'{').count();
    let mut found = Vec::new();
    if opening != 2 * template.expressions().count() {
        return found;
    }
    for (index, piece) in template.ast().iter().enumerate() {
        let Piece::Text(text) = piece else { continue };
        let text = text.range();
        let behind = if index > 0 { source[text.clone()].trim_start_matches('}') } else { &source[text.clone()] };
        let least = text.end - behind.len();
        for at in behind.match_indices("}}").map(|(at, _)| least + at) {
            let meant = variable_before(source, least, at)
                .map(|start| (Span::new(start, at), format!("{{{{{}", &source[start..at])));
            found.push(Mistake {
                span: Span::new(at, at + 2),
                message: "`}}` closes nothing: no `{{` stands in front of it".to_owned(),
                becomes: if meant.is_some() { Becomes::Text } else { Becomes::TextPerhapsMeant },
                meant,
            });
        }
    }
    found
}

/// Where the variable starts that ends at `end`, and not before `least`.
fn variable_before(source: &str, least: usize, end: usize) -> Option<usize> {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$' | '.' | '[' | ']');
    let start = least + source[least..end].trim_end_matches(is_part).len();
    (source[start..end].contains('.') && variable_at(source, start) == Some(end)).then_some(start)
}

/// `{parameters.id}` and `{parameters.id}}`: braces around a variable, one of them missing. A text of another
/// language with single braces (GraphQL, templates of the provider) does not name variables with their dots.
fn single_braces(source: &str, text: Span) -> Vec<Mistake> {
    let mut found = Vec::new();
    for (at, _) in source[text.range()].match_indices('{').map(|(at, brace)| (at + text.range().start, brace)) {
        let doubled =
            source[..at].ends_with('{') || source[at + 1..].starts_with('{') || source[..at].ends_with(['$', '#']);
        let Some(end) = variable_at(source, at + 1).filter(|_| !doubled) else { continue };
        let path = &source[at + 1..end];
        let rest = &source[end..text.range().end];
        if !(path.contains('.') || path == "statusCode") || !rest.starts_with('}') {
            continue;
        }
        let closing = if rest.starts_with("}}") { 2 } else { 1 };
        let span = Span::new(at, end + closing);
        found.push(Mistake {
            span,
            message: format!("`{}` is no expression: it needs two braces on each side", &source[span.range()]),
            meant: Some((span, format!("{{{{{path}}}}}"))),
            becomes: Becomes::Text,
        });
    }
    found
}

/// Marks of other languages around a variable: `${x}`, `#{x}`, `[[x]]`, `%x%`, `<%= x %>`, `$(x)`.
const OTHER_MARKS: &[(&str, &str)] =
    &[("${", "}"), ("#{", "}"), ("[[", "]]"), ("%", "%"), ("<%=", "%>"), ("<%", "%>"), ("$(", ")")];

/// The bytes a mark begins with.
const BEGIN_MARKS: [bool; 256] = {
    let mut begin = [false; 256];
    let mut index = 0;
    while index < OTHER_MARKS.len() {
        begin[OTHER_MARKS[index].0.as_bytes()[0] as usize] = true;
        index += 1;
    }
    begin
};

/// Whether a brace is there, or a mark begins.
fn may_hold_mark(text: &[u8]) -> bool {
    let begins = |at: usize| match text[at] {
        b'%' => true,
        _ => matches!(text.get(at + 1), Some(b'{' | b'[' | b'(' | b'%')),
    };
    memchr2(b'{', b'}', text).is_some()
        || memchr3_iter(b'$', b'#', b'%', text).any(begins)
        || memchr2_iter(b'[', b'<', text).any(begins)
}

/// Roots that a text of another language hardly begins with.
const PLAIN_ROOTS: &[&str] = &["parameters", "connection", "common", "temp", "oauth"];

fn other_marks(source: &str, text: Span) -> Vec<Mistake> {
    if !source.as_bytes()[text.range()].iter().any(|byte| BEGIN_MARKS[usize::from(*byte)]) {
        return Vec::new();
    }
    let mut found: Vec<Mistake> = Vec::new();
    let bytes = &source.as_bytes()[text.range()];
    for (open, close) in OTHER_MARKS.iter().filter(|(open, _)| bytes.contains(&open.as_bytes()[0])) {
        for (at, _) in source[text.range()].match_indices(open).map(|(at, mark)| (at + text.range().start, mark)) {
            let start = at + open.len();
            let is_known = found.iter().any(|mistake| mistake.span.range().contains(&at));
            let Some(end) = variable_at(source, start).filter(|end| *end <= text.range().end && !is_known) else {
                continue;
            };
            // Brackets belong to the variable for its positions, but not those that close the mark.
            let path = source[start..end].trim().trim_end_matches(|letter| close.contains(letter));
            let end = start + source[start..].find(path).unwrap_or_default() + path.len();
            let root = path.split(['.', '[']).next().unwrap_or_default();
            let rest = source[end..text.range().end].trim_start();
            if !path.contains('.') || !PLAIN_ROOTS.contains(&root) || !rest.starts_with(close) {
                continue;
            }
            let span = Span::new(at, text.range().end - rest.len() + close.len());
            found.push(Mistake {
                span,
                message: format!("`{}` is no expression: it stands between `{{{{` and `}}}}`", &source[span.range()]),
                meant: Some((span, format!("{{{{{path}}}}}"))),
                becomes: Becomes::Text,
            });
        }
    }
    found
}

/// `{{base64('{{parameters.user}}:x')}}`: an expression within the quotes of an expression is text.
fn inside_quotes(source: &str, expression: &Expression) -> Option<Mistake> {
    struct Texts<'s>(&'s str, Option<Span>);
    impl<'e> Visitor<'e> for Texts<'_> {
        fn expr(&mut self, expr: &'e Expr) {
            if let ExprKind::Text(_) = &expr.kind {
                let written = &self.0[expr.span.range()];
                let opens = written.find("{{").map(|at| expr.span.range().start + at);
                let found =
                    opens.filter(|at| variable_at(self.0, at + 2).is_some_and(|end| self.0[at + 2..end].contains('.')));
                self.1 = self.1.or(found.map(|at| Span::new(at, at + 2)));
            }
            walk(self, expr);
        }
    }
    let mut texts = Texts(source, None);
    texts.expr(&expression.expr);
    texts.1.map(|span| Mistake {
        span,
        message: "`{{` within quotes is text: the expression is already open".to_owned(),
        meant: None,
        becomes: Becomes::Evaluated,
    })
}

/// Where the variable ends that starts at `at` with one of Make's roots: `parameters.id`.
pub(super) fn variable_at(source: &str, at: usize) -> Option<usize> {
    let text = &source[at..];
    let start = at + text.len() - text.trim_start().len();
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '_' | '$' | '.' | '[' | ']');
    let length = source[start..].find(|character| !is_part(character)).unwrap_or(source.len() - start);
    let path = source[start..start + length].trim_end_matches('.');
    let root = path.split(['.', '[']).next().unwrap_or_default();
    Root::named(root).map(|_| start + path.len())
}

/// Where `needle` first stands outside quotes and backticks.
fn outside_quotes(text: &str, needle: &str) -> Option<usize> {
    let mut quote = None;
    for (at, character) in text.char_indices() {
        match quote {
            Some(open) if open == character => quote = None,
            Some(_) => {}
            None if matches!(character, '\'' | '"' | '`') && text[at + 1..].contains(character) => {
                quote = Some(character);
            }
            None if text[at..].starts_with(needle) => return Some(at),
            None => {}
        }
    }
    None
}
