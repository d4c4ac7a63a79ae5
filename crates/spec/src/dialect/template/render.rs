//! Renders nodes: lookups, filters, autoescaping.

use connspec_diagnostics::Span;
use serde_json::{Map, Value as Json, json};

use super::expression::{Expression, Operand, Variable};
use super::python::{output_of, text_of, truth};
use super::text::{escape, title};
use super::{Escaped, Loop, Node, RenderError, Rendered, Variables, filters};

/// No rendered text is longer (8 MiB): nested loops over lists multiply.
const LONGEST: usize = 8 * 1024 * 1024;

/// A value and whether it counts as safe from escaping.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Held {
    pub(crate) value: Json,
    pub(crate) safe: bool,
}

impl Held {
    pub(super) fn plain(value: Json) -> Self {
        Self { value, safe: false }
    }

    pub(super) fn safe(text: impl Into<String>) -> Self {
        Self { value: Json::String(text.into()), safe: true }
    }
}

pub(super) struct Renderer<'v> {
    variables: &'v dyn Variables,
    source: &'v str,
    /// What `for` and `with` bind, the innermost last.
    frames: Vec<Map<String, Json>>,
    autoescape: bool,
    out: Rendered,
}

impl<'v> Renderer<'v> {
    pub(super) fn new(variables: &'v dyn Variables, source: &'v str) -> Self {
        Self { variables, source, frames: Vec::new(), autoescape: true, out: Rendered::default() }
    }

    pub(super) fn render(mut self, nodes: &[Node]) -> Result<Rendered, RenderError> {
        self.nodes(nodes)?;
        Ok(self.out)
    }

    fn nodes(&mut self, nodes: &[Node]) -> Result<(), RenderError> {
        for node in nodes {
            self.node(node)?;
            if self.out.text.len() > LONGEST {
                let message = format!("the template renders to more than {} MiB", LONGEST / 1024 / 1024);
                return Err(RenderError { message, span: Span::new(0, self.source.len()) });
            }
        }
        Ok(())
    }

    fn node(&mut self, node: &Node) -> Result<(), RenderError> {
        match node {
            Node::Text(text) => self.out.text.push_str(text),
            Node::Output(expression) => self.output(expression)?,
            Node::If(branches) => {
                for (condition, body) in branches {
                    let met = match condition {
                        None => true,
                        Some(condition) => truth(&condition.value(&|operand| self.tested(operand)).value),
                    };
                    if met {
                        return self.nodes(body);
                    }
                }
            }
            Node::For(inner) => self.each(inner)?,
            Node::With(bindings, body) => {
                let mut frame = Map::new();
                for (name, expression) in bindings {
                    frame.insert(name.clone(), self.value(expression, false)?.value);
                }
                self.frames.push(frame);
                let rendered = self.nodes(body);
                self.frames.pop();
                rendered?;
            }
            Node::Autoescape(on, body) => {
                let before = std::mem::replace(&mut self.autoescape, *on);
                let rendered = self.nodes(body);
                self.autoescape = before;
                rendered?;
            }
            Node::FirstOf(expressions) => {
                for expression in expressions {
                    let held = self.value(expression, true)?;
                    if truth(&held.value) {
                        self.put(expression, &held);
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// An operand of a condition: what is missing is None, and errors make the condition false.
    fn tested(&self, expression: &Expression) -> Held {
        self.value_of(expression, true).map_or(Held::plain(Json::Null), |(held, _)| held)
    }

    fn output(&mut self, expression: &Expression) -> Result<(), RenderError> {
        let held = self.value(expression, false)?;
        self.put(expression, &held);
        Ok(())
    }

    fn put(&mut self, expression: &Expression, held: &Held) {
        let text = output_of(&held.value);
        // Numbers come out of Django's formatting as safe, and have nothing to escape.
        if !self.autoescape || held.safe {
            self.out.text.push_str(&text);
            return;
        }
        let escaped = escape(&text);
        if escaped != text {
            self.out.escaped.push(self.mention(expression));
        }
        self.out.text.push_str(&escaped);
    }

    fn mention(&self, expression: &Expression) -> Escaped {
        let Span { start, end } = expression.span;
        let written = self.source.get(start as usize..end as usize).unwrap_or_default();
        Escaped { expression: written.to_owned(), span: expression.span }
    }

    fn each(&mut self, inner: &Loop) -> Result<(), RenderError> {
        let mut elements = match self.value(&inner.over, true)?.value {
            Json::Array(elements) => elements,
            Json::Object(members) => members.into_iter().map(|(key, _)| Json::String(key)).collect(),
            Json::String(text) => text.chars().map(|character| Json::String(character.to_string())).collect(),
            _ => Vec::new(),
        };
        if elements.is_empty() {
            return self.nodes(&inner.empty);
        }
        if inner.reversed {
            elements.reverse();
        }
        let length = elements.len();
        for (index, element) in elements.into_iter().enumerate() {
            let mut frame = Map::new();
            match (inner.names.as_slice(), element) {
                ([name], element) => {
                    frame.insert(name.clone(), element);
                }
                (names, Json::Array(parts)) => frame.extend(names.iter().cloned().zip(parts)),
                _ => {}
            }
            frame.insert(
                "forloop".to_owned(),
                json!({"counter": index + 1, "counter0": index, "revcounter": length - index,
                    "revcounter0": length - index - 1, "first": index == 0, "last": index + 1 == length}),
            );
            self.frames.push(frame);
            let rendered = self.nodes(&inner.body);
            self.frames.pop();
            rendered?;
            if self.out.text.len() > LONGEST {
                break;
            }
        }
        Ok(())
    }

    /// The value of an expression; what is missing is empty text, or None where `lenient`.
    fn value(&mut self, expression: &Expression, lenient: bool) -> Result<Held, RenderError> {
        let (held, missing) = self.value_of(expression, lenient)?;
        if missing && !lenient {
            let mention = self.mention(expression);
            self.out.missing.push(mention);
        }
        Ok(held)
    }

    fn value_of(&self, expression: &Expression, lenient: bool) -> Result<(Held, bool), RenderError> {
        let (mut held, missing) = match &expression.operand {
            Operand::Variable(variable) => match self.look_up(variable) {
                Some(held) => (held, false),
                None if lenient => (Held::plain(Json::Null), true),
                None => (Held::plain(Json::String(String::new())), true),
            },
            operand => (self.literal(operand), false),
        };
        for call in &expression.filters {
            let argument = match &call.argument {
                Some(Operand::Variable(variable)) => Some(self.look_up(variable).ok_or_else(|| RenderError {
                    message: format!(
                        "the argument `{}` of the filter `{}` does not exist; unlike a variable that is put out, a missing \
                         argument is an error",
                        variable.path.join("."),
                        call.name
                    ),
                    span: variable.span,
                })?),
                Some(operand) => Some(self.literal(operand)),
                None => None,
            };
            held = filters::apply(&call.name, held, argument, self.autoescape).map_err(|message| RenderError {
                message: format!("the filter `{}` {message}", call.name),
                span: call.span,
            })?;
        }
        // A fallback makes a missing variable a deliberate one.
        Ok((held, missing && !expression.has_filter("default") && !expression.has_filter("default_if_none")))
    }

    fn literal(&self, operand: &Operand) -> Held {
        match operand {
            Operand::Text(text) => Held::safe(text.clone()),
            Operand::Literal(value) => Held::plain(value.clone()),
            Operand::Variable(variable) => self.look_up(variable).unwrap_or(Held::plain(Json::Null)),
        }
    }

    fn look_up(&self, variable: &Variable) -> Option<Held> {
        let (name, lookups) = variable.path.split_first()?;
        let root = self.frames.iter().rev().find_map(|frame| frame.get(name)).or_else(|| self.variables.get(name))?;
        let mut value = std::borrow::Cow::Borrowed(root);
        for lookup in lookups {
            value = match value {
                std::borrow::Cow::Borrowed(inner) => step(inner, lookup)?,
                std::borrow::Cow::Owned(inner) => std::borrow::Cow::Owned(step(&inner, lookup)?.into_owned()),
            };
        }
        Some(Held::plain(value.into_owned()))
    }
}

/// One dotted lookup: a key, then a method without arguments, then an index (Django's order).
fn step<'j>(value: &'j Json, lookup: &str) -> Option<std::borrow::Cow<'j, Json>> {
    use std::borrow::Cow::{Borrowed, Owned};
    match value {
        Json::Object(members) => match members.get(lookup) {
            Some(member) => Some(Borrowed(member)),
            None => match lookup {
                "items" => Some(Owned(members.iter().map(|(key, value)| json!([key, value])).collect())),
                "keys" => Some(Owned(members.keys().map(|key| Json::String(key.clone())).collect())),
                "values" => Some(Owned(members.values().cloned().collect())),
                _ => None,
            },
        },
        Json::Array(elements) => {
            let index: i64 = lookup.parse().ok()?;
            elements.get(usize::try_from(index).ok()?).map(Borrowed)
        }
        Json::String(text) => match method(text, lookup) {
            Some(answer) => Some(Owned(answer)),
            None => {
                let index: usize = lookup.parse().ok()?;
                text.chars().nth(index).map(|character| Owned(Json::String(character.to_string())))
            }
        },
        _ => None,
    }
}

/// The methods of a text that need no argument.
fn method(text: &str, name: &str) -> Option<Json> {
    let answer = match name {
        "upper" => text.to_uppercase(),
        "lower" | "casefold" => text.to_lowercase(),
        "strip" => text.trim().to_owned(),
        "lstrip" => text.trim_start().to_owned(),
        "rstrip" => text.trim_end().to_owned(),
        "title" => title(text),
        "capitalize" => {
            let mut characters = text.chars();
            characters.next().map_or_else(String::new, |first| {
                first.to_uppercase().collect::<String>() + &characters.as_str().to_lowercase()
            })
        }
        "split" => return Some(text.split_whitespace().map(|word| Json::String(word.to_owned())).collect()),
        "isdigit" => return Some(Json::Bool(!text.is_empty() && text.chars().all(char::is_numeric))),
        _ => return None,
    };
    Some(Json::String(answer))
}

/// The value as a text, for filters.
pub(super) fn stringified(held: &Held) -> String {
    text_of(&held.value)
}
