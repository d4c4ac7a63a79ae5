//! Evaluating a tree against a scope.
//!
//! An [`Evaluation`] holds what one run of one template needs: the borrowed variables, the host, the
//! arena for what is made on the way, and what is left of the bounds.

mod convert;
mod decimal;
mod errors;
mod operators;
mod remarks;
mod val;

use std::cell::Cell;

use bumpalo::Bump;
use connspec_diagnostics::Span;

pub(crate) use convert::{ArrayBuilder, TextBuilder, append_text, same_text_form, to_number};
pub(crate) use errors::unknown_function;
pub(crate) use operators::{compare, loosely_equal};
pub(crate) use remarks::Remarks;
pub(crate) use val::{List, Members, Val};

use crate::ast::{
    Binary, BinaryOperator, Call, Expr, ExprKind, Expression, Keyword, Path, Piece, SegmentKind, UnaryOperator,
};
use crate::functions::{self, Run};
use crate::moment::{self, Zone};
use crate::{Date, Error, Finding, Host, Options, Scope, Template, Value};

/// Every evaluation gives a value or a boxed error: the box keeps the usual way fast.
pub(crate) type Outcome<'a, T = Val<'a>> = Result<T, Box<Error>>;

/// One run of one template.
pub(crate) struct Evaluation<'a> {
    pub(crate) source: &'a str,
    pub(crate) scope: &'a Scope<'a>,
    pub(crate) host: &'a dyn Host,
    pub(crate) arena: &'a Bump,
    pub(crate) options: &'a Options,
    findings: &'a [Finding],
    /// Where oddities of values go; none when nobody asked for them.
    remarks: Option<&'a Remarks>,
    steps_left: Cell<u64>,
    bytes_left: Cell<usize>,
}

/// Evaluates `template`: natively when it is one expression, as text otherwise (iml.md §2). What is odd about the
/// values met goes to `remarks`.
pub(crate) fn template(
    template: &Template,
    scope: &Scope<'_>,
    host: &dyn Host,
    options: &Options,
    remarks: Option<&Remarks>,
) -> Result<Value, Error> {
    let arena = Bump::with_capacity(template.room());
    let evaluation = Evaluation {
        source: template.source(),
        scope,
        host,
        arena: &arena,
        options,
        findings: template.findings(),
        remarks,
        steps_left: Cell::new(options.steps),
        bytes_left: Cell::new(options.output_bytes),
    };
    evaluation.template(template.ast()).map_err(|error| *error)
}

impl<'a> Evaluation<'a> {
    fn template(&'a self, pieces: &'a [Piece]) -> Outcome<'a, Value> {
        if let [Piece::Expression(expression)] = pieces {
            let value = self.expression(expression)?;
            return self.to_value(value, expression.span);
        }
        let mut text = String::with_capacity(self.source.len() + 32);
        for piece in pieces {
            match piece {
                Piece::Text(span) => {
                    text.push_str(&self.source[span.range()]);
                    if text.len() > self.options.output_bytes {
                        return Err(self.too_much(*span));
                    }
                }
                Piece::Expression(expression) => {
                    let value = self.expression(expression)?;
                    self.write_text(value, &mut text, expression.span)?;
                }
            }
        }
        Ok(Value::Text(text))
    }

    /// Evaluates one `{{ }}`; an error tells what its variables held.
    #[inline]
    fn expression(&'a self, expression: &'a Expression) -> Outcome<'a> {
        let value = match expression.broken {
            Some(finding) => Err(self.broken(finding)),
            // Nothing between the braces is null; an empty argument is undefined (iml.md §2.5, §4).
            None => match &expression.expr.kind {
                ExprKind::Empty => Ok(Val::Null),
                // What most expressions are, without the detour through all other kinds.
                ExprKind::Path(path) => self.spend(1, expression.expr.span).and_then(|()| self.path(path)),
                _ => self.eval(&expression.expr),
            },
        };
        value.map_err(|error| self.with_variables(error, expression))
    }

    /// Evaluates one node.
    pub(crate) fn eval(&'a self, expr: &'a Expr) -> Outcome<'a> {
        self.spend(1, expr.span)?;
        match &expr.kind {
            ExprKind::Path(path) => self.path(path),
            ExprKind::Text(text) => Ok(Val::Text(text.resolve(self.source))),
            ExprKind::Call(call) => self.call(call, expr.span),
            ExprKind::Binary(binary) => self.binary(binary),
            ExprKind::Number(number) => Ok(Val::Number(*number)),
            ExprKind::Keyword(keyword) => Ok(self.keyword(*keyword)),
            ExprKind::Unary(operator, operand) => {
                let value = self.eval(operand)?;
                Ok(match operator {
                    UnaryOperator::Not => Val::Bool(!value.truthy()),
                    UnaryOperator::Minus => Val::Number(-to_number(value)),
                })
            }
            ExprKind::Group(inner) => self.eval(inner),
            ExprKind::Juxtaposed(parts) => self.juxtaposed(parts, expr.span),
            ExprKind::Brace(brace) => Ok(Val::Text(if *brace == '{' { "{" } else { "}" })),
            ExprKind::List(_) => Ok(Val::Null),
            ExprKind::Empty => Ok(Val::Undefined),
            ExprKind::Error(broken) => Err(self.broken(broken.finding)),
        }
    }

    /// Evaluates one node into `place`. Literals and variables, which most arguments are, are written there at once: a
    /// value that is returned and then copied keeps the processor waiting for it, a tenth of a small evaluation's time.
    #[inline(always)]
    fn eval_into(&'a self, expr: &'a Expr, place: &mut Val<'a>) -> Outcome<'a, ()> {
        match &expr.kind {
            ExprKind::Text(text) => {
                self.spend(1, expr.span)?;
                *place = Val::Text(text.resolve(self.source));
            }
            ExprKind::Path(path) => {
                self.spend(1, expr.span)?;
                *place = self.path(path)?;
            }
            _ => *place = self.eval(expr)?,
        }
        Ok(())
    }

    #[inline(always)]
    fn path(&'a self, path: &'a Path) -> Outcome<'a> {
        let root = match path.known {
            Some(root) => self.scope.root(root),
            None => self.scope.other(path.root.resolve(self.source)),
        };
        let mut value = match root {
            Some(root) => Val::from(root),
            None => {
                self.remark_unknown(path);
                Val::Undefined
            }
        };
        for segment in &path.segments {
            value = match &segment.kind {
                SegmentKind::Name(name) => {
                    let name = name.resolve(self.source);
                    let member = value.member(name);
                    if matches!(member, Val::Undefined) && self.remarks.is_some() {
                        self.remark_member(value, name, segment.span);
                    }
                    member
                }
                SegmentKind::First => value.item(1),
                SegmentKind::Index(index) => match self.eval(index)? {
                    Val::Number(position) if position.fract() == 0.0 => {
                        if position == 0.0 && matches!(value, Val::Array(_)) {
                            self.remark_position(index, segment.span);
                        }
                        value.item(position as i64)
                    }
                    Val::Undefined | Val::Null => Val::Undefined,
                    key => value.member(self.text(key, index.span)?),
                },
            };
        }
        Ok(value)
    }

    fn keyword(&'a self, keyword: Keyword) -> Val<'a> {
        match keyword {
            Keyword::True => Val::Bool(true),
            Keyword::False => Val::Bool(false),
            Keyword::Null | Keyword::Erase => Val::Null,
            Keyword::Ignore => Val::Undefined,
            Keyword::EmptyString => Val::EmptyString,
            Keyword::EmptyArray => Val::Array(List::EMPTY),
            Keyword::Space => Val::Text(" "),
            Keyword::Nbsp => Val::Text("\u{a0}"),
            Keyword::Tab => Val::Text("\t"),
            Keyword::Newline => Val::Text("\n"),
            Keyword::CarriageReturn => Val::Text("\r"),
            Keyword::Now => Val::Date(self.host.now()),
            Keyword::Timestamp => Val::Number(self.host.now().millis.div_euclid(1000) as f64),
            Keyword::Uuid => Val::Text(self.arena.alloc_str(&self.host.uuid())),
            Keyword::Random => Val::Number(self.host.random()),
            Keyword::Pi => Val::Number(std::f64::consts::PI),
            Keyword::ExecutionId => Val::Text(self.arena.alloc_str(&self.host.execution_id())),
        }
    }

    fn binary(&'a self, binary: &'a Binary) -> Outcome<'a> {
        let left = self.eval(&binary.left)?;
        match binary.operator {
            BinaryOperator::And if !left.truthy() => return Ok(left),
            BinaryOperator::Or if left.truthy() => return Ok(left),
            BinaryOperator::And | BinaryOperator::Or => return self.eval(&binary.right),
            _ => {}
        }
        let right = self.eval(&binary.right)?;
        operators::apply(self, binary, left, right)
    }

    fn juxtaposed(&'a self, parts: &'a [Expr], span: Span) -> Outcome<'a> {
        let mut text = TextBuilder::new(self, span);
        for part in parts {
            text.push(self.eval(part)?)?;
        }
        text.finish()
    }

    fn call(&'a self, call: &'a Call, span: Span) -> Outcome<'a> {
        let Some(function) = call.function else {
            let arguments = self.arguments(call)?;
            return self.custom(call, arguments, span);
        };
        let (name, context) = (function.name, functions::Context { evaluation: self, call, span });
        let outcome = match function.run {
            Run::Eager(run) => run(&functions::Call::new(context, self.arguments(call)?)),
            Run::Lazy(run) => return run(&functions::LazyCall::new(context)),
            Run::OnlyInMake => {
                let message = format!("`{name}` exists only inside Make; it cannot be evaluated here");
                Err(Box::new(Error::new("only-in-make", message, span)))
            }
        };
        outcome.map_err(|mut error| {
            error.function.get_or_insert_with(|| name.into());
            error
        })
    }

    fn arguments(&'a self, call: &'a Call) -> Outcome<'a, &'a [Val<'a>]> {
        let values = self.arena.alloc_slice_fill_copy(call.arguments.len(), Val::Undefined);
        for (value, argument) in values.iter_mut().zip(&call.arguments) {
            self.eval_into(argument, value)?;
        }
        Ok(values)
    }

    /// A function of the app's own, or an unknown one.
    fn custom(&'a self, call: &'a Call, arguments: &'a [Val<'a>], span: Span) -> Outcome<'a> {
        let name = call.name.resolve(self.source);
        let mut owned = Vec::with_capacity(arguments.len());
        for argument in arguments {
            owned.push(self.to_value(*argument, span)?);
        }
        match self.host.call(name, &owned) {
            Some(Ok(value)) => self.keep(&value, span),
            Some(Err(message)) => {
                let mut error = Error::new("function-failed", format!("`{name}`: {message}"), span);
                error.function = Some(name.into());
                Err(Box::new(error))
            }
            None => match functions::callable(name, self.options).map(|function| function.run) {
                // It was off when the template was parsed.
                Some(Run::Eager(run)) => {
                    let context = functions::Context { evaluation: self, call, span };
                    run(&functions::Call::new(context, arguments))
                }
                _ => {
                    if let Some(switch) = functions::switch_of(name) {
                        self.host.relied_on(switch);
                    }
                    Err(unknown_function(name, call.name.span))
                }
            },
        }
    }

    /// The instant `text` names, when it has one of the published shapes of a date (iml.md §6.4); without
    /// offset it is read in the scenario's zone.
    pub(crate) fn date_of_text(&self, text: &str) -> Option<Date> {
        moment::detect(text, self.zone()).and_then(Date::from_millis)
    }

    /// The scenario's zone; UTC when the host names none of the tz database.
    pub(crate) fn zone(&self) -> Zone {
        Zone::named_or(self.host.timezone(), Zone::UTC)
    }
}
