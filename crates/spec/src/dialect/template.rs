//! Django's template language, as far as manifests use it: variables with dotted lookups, filters, `if`, `for`,
//! `with`, `autoescape`, `comment`, `verbatim`, `firstof` and `templatetag`.
//!
//! Source: Django's template documentation and behaviour ("The Django template language: for Python programmers",
//! "Built-in template tags and filters"); cross-checked with PyPI's `django`. A template is compiled once; what does
//! not compile says where, and is an error when it is rendered, as it is there.

mod condition;
mod expression;
mod filters;
mod lex;
mod parse;
mod python;
mod render;
mod text;
mod unclosed;

use std::fmt;

use connspec_diagnostics::Span;
use serde_json::Value as Json;

pub use expression::{Expression, FilterCall, Operand, Variable};
pub use filters::FILTERS;
pub(crate) use python::float_repr;
pub use python::{repr, text_of, truth};
pub use unclosed::Unclosed;

pub(crate) use condition::{Condition, Operator};
use render::Renderer;

/// A compiled template.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    source: String,
    nodes: Result<Vec<Node>, TemplateError>,
}

/// Why a template does not compile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TemplateError {
    /// What is wrong and what to do.
    pub message: String,
    /// Where, in bytes of the template.
    pub span: Span,
}

/// Why a template could not be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RenderError {
    /// What is wrong and what to do. Never a value.
    pub message: String,
    /// Where, in bytes of the template.
    pub span: Span,
}

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Text(String),
    Output(Expression),
    If(Vec<(Option<Condition>, Vec<Node>)>),
    For(Box<Loop>),
    With(Vec<(String, Expression)>, Vec<Node>),
    Autoescape(bool, Vec<Node>),
    FirstOf(Vec<Expression>),
}

/// `{% for %}`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Loop {
    pub(crate) names: Vec<String>,
    pub(crate) over: Expression,
    pub(crate) reversed: bool,
    pub(crate) body: Vec<Node>,
    pub(crate) empty: Vec<Node>,
}

/// Where a template's variables come from.
pub trait Variables {
    /// The variable of this name.
    fn get(&self, name: &str) -> Option<&Json>;
}

impl Variables for serde_json::Map<String, Json> {
    fn get(&self, name: &str) -> Option<&Json> {
        self.get(name)
    }
}

/// Something Django does to a value that its author did not ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escaped {
    /// The expression as written.
    pub expression: String,
    /// Where, in bytes of the template.
    pub span: Span,
}

/// A rendered template.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Rendered {
    /// The text.
    pub text: String,
    /// The expressions whose value autoescaping changed.
    pub escaped: Vec<Escaped>,
    /// The expressions that gave nothing because there is no such variable.
    pub missing: Vec<Escaped>,
}

impl fmt::Debug for Rendered {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Rendered").field("escaped", &self.escaped).finish_non_exhaustive()
    }
}

impl Template {
    /// Compiles `source`. What is wrong with it is kept in [`Template::error`].
    pub fn parse(source: &str) -> Self {
        Self { source: source.to_owned(), nodes: parse::parse(source) }
    }

    /// The text it was compiled from.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Why it does not compile.
    pub fn error(&self) -> Option<&TemplateError> {
        self.nodes.as_ref().err()
    }

    /// Whether nothing in it is evaluated.
    pub fn is_literal(&self) -> bool {
        self.nodes.as_ref().is_ok_and(|nodes| nodes.iter().all(|node| matches!(node, Node::Text(_))))
    }

    /// Every variable it reads, in order, with its place. Names that `for` and `with` bind are among them.
    pub fn variables(&self) -> Vec<&Variable> {
        let mut found = Vec::new();
        if let Ok(nodes) = &self.nodes {
            nodes.iter().for_each(|node| node.expressions(&mut |expression| expression.variables(&mut found)));
        }
        found
    }

    /// The names `for` and `with` bind.
    pub fn bound_names(&self) -> Vec<&str> {
        let mut found = Vec::new();
        if let Ok(nodes) = &self.nodes {
            nodes.iter().for_each(|node| node.bound(&mut found));
        }
        found
    }

    /// Every expression that is put out, in order.
    pub fn outputs(&self) -> Vec<&Expression> {
        let mut found = Vec::new();
        if let Ok(nodes) = &self.nodes {
            nodes.iter().for_each(|node| node.outputs(&mut found));
        }
        found
    }

    /// Every tag that is begun and not closed on its line, and so is text; in order.
    pub fn unclosed(&self) -> Vec<Unclosed> {
        unclosed::unclosed(&self.source)
    }

    /// Its parts, in order; none when it does not compile.
    pub(crate) fn nodes(&self) -> &[Node] {
        self.nodes.as_deref().unwrap_or_default()
    }

    /// Renders with autoescaping on, as Django does.
    ///
    /// # Errors
    /// When it does not compile, or a filter is given an argument that does not exist.
    pub fn render(&self, variables: &dyn Variables) -> Result<Rendered, RenderError> {
        let nodes =
            self.nodes.as_ref().map_err(|error| RenderError { message: error.message.clone(), span: error.span })?;
        Renderer::new(variables, &self.source).render(nodes)
    }
}

impl Node {
    fn expressions<'t>(&'t self, visit: &mut dyn FnMut(&'t Expression)) {
        match self {
            Self::Text(_) => {}
            Self::Output(expression) => visit(expression),
            Self::If(branches) => {
                for (condition, body) in branches {
                    if let Some(condition) = condition {
                        condition.expressions(visit);
                    }
                    body.iter().for_each(|node| node.expressions(visit));
                }
            }
            Self::For(inner) => {
                visit(&inner.over);
                inner.body.iter().chain(&inner.empty).for_each(|node| node.expressions(visit));
            }
            Self::With(bindings, body) => {
                bindings.iter().for_each(|(_, expression)| visit(expression));
                body.iter().for_each(|node| node.expressions(visit));
            }
            Self::Autoescape(_, body) => body.iter().for_each(|node| node.expressions(visit)),
            Self::FirstOf(expressions) => expressions.iter().for_each(visit),
        }
    }

    fn outputs<'t>(&'t self, found: &mut Vec<&'t Expression>) {
        match self {
            Self::Output(expression) => found.push(expression),
            Self::FirstOf(expressions) => found.extend(expressions),
            _ => self.bodies().into_iter().flatten().for_each(|node| node.outputs(found)),
        }
    }

    fn bound<'t>(&'t self, found: &mut Vec<&'t str>) {
        match self {
            Self::For(inner) => {
                found.extend(inner.names.iter().map(String::as_str));
                found.push("forloop");
            }
            Self::With(bindings, _) => found.extend(bindings.iter().map(|(name, _)| name.as_str())),
            _ => {}
        }
        self.bodies().into_iter().flatten().for_each(|node| node.bound(found));
    }

    fn bodies(&self) -> Vec<&[Node]> {
        match self {
            Self::Text(_) | Self::Output(_) | Self::FirstOf(_) => Vec::new(),
            Self::If(branches) => branches.iter().map(|(_, body)| body.as_slice()).collect(),
            Self::For(inner) => vec![&inner.body, &inner.empty],
            Self::With(_, body) | Self::Autoescape(_, body) => vec![body],
        }
    }
}

#[cfg(test)]
mod tests;
