//! `Template`: text with `{{ }}` expressions, parsed once and evaluated many times (iml.md §2).

mod scan;
mod signs;

pub(crate) use scan::Body;
pub use signs::Signs;

use std::sync::{Arc, OnceLock};

use connspec_diagnostics::Span;
use smol_str::SmolStr;

use crate::ast::{self, Call, Expr, Expression, Name, Path, Piece, SegmentKind, Visitor};
use crate::{Error, Finding, Host, Options, Scope, Value, eval, foreign};

/// A parsed template; clones share what was parsed. Parsing never fails: see [`Template::findings`].
#[derive(Debug, Clone)]
pub struct Template {
    source: SmolStr,
    pieces: Arc<[Piece]>,
    findings: Arc<[Finding]>,
    /// What it reads and does, once somebody has asked.
    facts: OnceLock<Arc<Facts>>,
    options: Options,
    calls: usize,
}

impl PartialEq for Template {
    /// The text and how it was read say everything.
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source && self.options == other.options
    }
}

/// A variable a template reads, as far as its steps are known without evaluating.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// The root and the steps: names, positions as digits; ends before the first computed step.
    pub segments: Vec<SmolStr>,
    /// Whether the path goes on with a computed step, `a[expr]`.
    pub computed: bool,
    /// Where the whole path stands in the template's source.
    pub span: Span,
}

impl Template {
    /// Parses `source` (a decoded JSON string) with the usual bounds.
    pub fn parse(source: impl Into<SmolStr>) -> Self {
        Self::parse_with(source, Options::default())
    }

    /// Parses `source` with bounds and switches of one's own; they also hold for every evaluation.
    pub fn parse_with(source: impl Into<SmolStr>, options: Options) -> Self {
        let (source, options) = (source.into(), options.clamped());
        if !source.is_empty() && !source.contains('{') {
            return Self::literal(source, options);
        }
        let scan::Scanned { pieces, findings, calls } = scan::template(&source, &options);
        let findings = if findings.is_empty() { Arc::default() } else { findings.into() };
        let (pieces, facts) = (pieces.into(), OnceLock::new());
        Self { source, pieces, findings, facts, options, calls }
    }

    /// A text without expressions.
    fn literal(source: SmolStr, options: Options) -> Self {
        let pieces = Arc::new([Piece::Text(Span::new(0, source.len()))]);
        Self { source, pieces, findings: Arc::default(), facts: OnceLock::new(), options, calls: 0 }
    }

    /// What was odd, in the order it was met.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The template as written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// True without any expression: the template is its own value.
    pub fn is_literal(&self) -> bool {
        !self.pieces.iter().any(|piece| matches!(piece, Piece::Expression(_)))
    }

    /// The parsed pieces in order.
    pub fn ast(&self) -> &[Piece] {
        &self.pieces
    }

    /// How much room an evaluation usually needs for what it makes on the way, in bytes.
    pub(crate) fn room(&self) -> usize {
        // Four usual calls make an arena that the system's allocator serves from its quick small blocks.
        const A_CALLS_VALUES: usize = 240;
        A_CALLS_VALUES * self.calls.min(16)
    }

    /// The bounds and switches it was parsed with.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The expression that is the whole template, when its value is given natively (iml.md §2.2).
    pub fn whole_expression(&self) -> Option<&Expression> {
        match &*self.pieces {
            [Piece::Expression(expression)] => Some(expression),
            _ => None,
        }
    }

    /// The expressions in order.
    pub fn expressions(&self) -> impl Iterator<Item = &Expression> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Expression(expression) => Some(expression),
            Piece::Text(_) => None,
        })
    }

    /// Shows every node to `visitor`.
    pub fn visit<'t>(&'t self, visitor: &mut dyn Visitor<'t>) {
        self.expressions().for_each(|expression| visitor.expr(&expression.expr));
    }

    /// The variables read, in the order they are written, with repetitions.
    pub fn variables(&self) -> &[Variable] {
        if self.is_literal() { &[] } else { &self.facts().variables }
    }

    /// Whether it calls any function.
    pub fn has_calls(&self) -> bool {
        !self.is_literal() && !self.facts().calls.is_empty()
    }

    /// Whether it calls a function of one of these names.
    pub fn calls_any(&self, names: &[&str]) -> bool {
        let calls = if self.is_literal() { &[][..] } else { &self.facts().calls };
        calls.iter().any(|(name, _)| names.contains(&name.resolve(&self.source)))
    }

    /// Whether there is an operator between two operands.
    pub fn has_operators(&self) -> bool {
        !self.is_literal() && self.facts().has_operators
    }

    /// The punctuation of the texts around the expressions, and that of the expressions within their braces.
    pub fn signs(&self) -> (Signs, Signs) {
        if self.is_literal() { (Signs::of(&self.source), Signs::default()) } else { self.facts().signs }
    }

    fn facts(&self) -> &Facts {
        self.facts.get_or_init(|| {
            let mut facts = Collecting { source: &self.source, facts: Facts::default() };
            self.visit(&mut facts);
            let Facts { signs: (texts, expressions), .. } = &mut facts.facts;
            for piece in &*self.pieces {
                match piece {
                    Piece::Text(span) => *texts = *texts | Signs::of(&self.source[span.range()]),
                    Piece::Expression(expression) => {
                        let whole = expression.span.range();
                        *expressions = *expressions | Signs::of(&self.source[whole.start + 2..whole.end - 2]);
                    }
                }
            }
            Arc::new(facts.facts)
        })
    }

    /// The function calls in the order they are written: name and whole call.
    pub fn calls(&self) -> Vec<(&str, Span)> {
        let calls = if self.is_literal() { &[][..] } else { &self.facts().calls };
        calls.iter().map(|(name, whole)| (name.resolve(&self.source), *whole)).collect()
    }

    /// Evaluates: the native value of a template that is one expression, text otherwise.
    ///
    /// # Errors
    /// A broken expression, a function or operator that refuses its operands, a bound reached.
    pub fn eval(&self, scope: &Scope<'_>, host: &dyn Host) -> Result<Value, Error> {
        self.eval_with(scope, host, &self.options)
    }

    /// The same with bounds and switches other than those it was parsed with; those of parsing, on nesting and operators,
    /// stay what they were.
    ///
    /// # Errors
    /// As [`Template::eval`].
    pub fn eval_with(&self, scope: &Scope<'_>, host: &dyn Host, options: &Options) -> Result<Value, Error> {
        eval::template(self, scope, host, options, None)
    }

    /// Evaluates, and says what was odd about the values met, such as a collection that became the text `{object}`:
    /// what [`Template::findings`] cannot know. Looking costs time, so [`Template::eval`] does not.
    pub fn eval_with_findings(&self, scope: &Scope<'_>, host: &dyn Host) -> (Result<Value, Error>, Vec<Finding>) {
        let remarks = eval::Remarks::default();
        let outcome = eval::template(self, scope, host, &self.options, Some(&remarks));
        let mut found = remarks.take();
        // What looks like an object or has no quotes is read as names that nobody meant.
        let consequence = |one: &Finding, other: &Finding| {
            matches!(one.code, "unknown-variable" | "unknown-member")
                && matches!(other.code, "inline-literal" | "juxtaposition" | "joining-colon" | "unquoted-text")
                && other.span.contains(one.span)
        };
        let same = |one: &Finding, other: &Finding| (other.code, other.span) == (one.code, one.span);
        found.retain(|one| !self.findings.iter().any(|other| same(one, other) || consequence(one, other)));
        (outcome, found)
    }
}

/// What one walk over the expressions tells.
#[derive(Debug, Default)]
struct Facts {
    variables: Vec<Variable>,
    /// The names of the functions and the whole calls.
    calls: Vec<(Name, Span)>,
    has_operators: bool,
    /// Of the texts, and of the expressions.
    signs: (Signs, Signs),
}

struct Collecting<'s> {
    source: &'s str,
    facts: Facts,
}

impl<'s> Visitor<'s> for Collecting<'s> {
    fn expr(&mut self, expr: &'s Expr) {
        self.facts.has_operators |= matches!(expr.kind, ast::ExprKind::Binary(_));
        ast::walk(self, expr);
    }

    fn path(&mut self, path: &'s Path, node: &'s Expr) {
        // `a.x:a.y` reads neither, but both are meant.
        let joined = foreign::joined_by_colon(&self.source[node.span.range()]).is_some();
        if !joined {
            self.facts.variables.push(variable(path, node.span, self.source));
            return;
        }
        let mut at = node.span.range().start;
        for part in self.source[node.span.range()].split(':') {
            let segments = part.split('.').map(SmolStr::new).collect();
            let span = Span::new(at, at + part.len());
            self.facts.variables.push(Variable { segments, computed: false, span });
            at += part.len() + 1;
        }
    }

    fn call(&mut self, call: &'s Call, node: &'s Expr) {
        self.facts.calls.push((call.name, node.span));
    }
}

/// What is known about `path` without evaluating.
pub(crate) fn variable(path: &Path, span: Span, source: &str) -> Variable {
    let mut segments = vec![SmolStr::new(path.root.resolve(source))];
    for segment in &path.segments {
        match &segment.kind {
            SegmentKind::Name(name) => segments.push(SmolStr::new(name.resolve(source))),
            SegmentKind::First => segments.push(SmolStr::new_static("1")),
            SegmentKind::Index(index) => match &index.kind {
                ast::ExprKind::Number(_) => segments.push(SmolStr::new(&source[index.span.range()])),
                ast::ExprKind::Text(text) => segments.push(SmolStr::new(text.resolve(source))),
                _ => return Variable { segments, computed: true, span },
            },
        }
    }
    Variable { segments, computed: false, span }
}
