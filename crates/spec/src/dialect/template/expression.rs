//! `NAME.path|filter:argument`: an operand and the filters it goes through.

use connspec_diagnostics::Span;
use serde_json::Value as Json;

use super::TemplateError;
use super::filters::{self, Arity};

/// An expression between `{{` and `}}`, or a word of a tag.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// What it begins with.
    pub operand: Operand,
    /// The filters, in order.
    pub filters: Vec<FilterCall>,
    /// Where it stands, in bytes of the template.
    pub span: Span,
}

/// A literal or a variable.
#[derive(Debug, Clone, PartialEq)]
pub enum Operand {
    /// A text in quotes; it is never escaped.
    Text(String),
    /// A number, `True`, `False` or `None`.
    Literal(Json),
    /// A variable.
    Variable(Variable),
}

/// A variable with its lookups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// The name and the lookups: `["oauth", "access_token"]`, `["responses", "0", "id"]`.
    pub path: Vec<String>,
    /// Where it stands, in bytes of the template.
    pub span: Span,
}

/// A filter with its argument.
#[derive(Debug, Clone, PartialEq)]
pub struct FilterCall {
    /// The filter's name.
    pub name: String,
    /// What follows the colon.
    pub argument: Option<Operand>,
    /// Where it stands, in bytes of the template.
    pub span: Span,
}

impl Expression {
    /// Whether a filter of this name is among its filters.
    pub fn has_filter(&self, name: &str) -> bool {
        self.filters.iter().any(|filter| filter.name == name)
    }

    pub(super) fn variables<'t>(&'t self, found: &mut Vec<&'t Variable>) {
        let arguments = self.filters.iter().filter_map(|filter| filter.argument.as_ref());
        for operand in std::iter::once(&self.operand).chain(arguments) {
            if let Operand::Variable(variable) = operand {
                found.push(variable);
            }
        }
    }
}

/// Reads an expression that begins at `start` of the template.
pub(super) fn parse(text: &str, start: usize) -> Result<Expression, TemplateError> {
    let span = Span::new(start, start + text.len());
    let mut reader = Reader { text, at: 0, start };
    let Some(operand) = reader.operand(true)? else {
        return Err(reader.remainder());
    };
    let mut calls = Vec::new();
    while let Some(call) = reader.filter()? {
        calls.push(call);
    }
    if reader.at < text.len() {
        return Err(reader.remainder());
    }
    Ok(Expression { operand, filters: calls, span })
}

struct Reader<'s> {
    text: &'s str,
    at: usize,
    start: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn fail(&self, from: usize, to: usize, message: String) -> TemplateError {
        TemplateError { message, span: Span::new(self.start + from, self.start + to) }
    }

    fn remainder(&self) -> TemplateError {
        let rest = self.rest();
        let message = format!(
            "`{rest}` is not understood here: an expression is a name with dotted lookups, or a text in quotes, followed \
             by filters as `|name` or `|name:argument` without spaces around the colon"
        );
        self.fail(self.at, self.text.len(), message)
    }

    /// A text in quotes, a number or a variable.
    fn operand(&mut self, first: bool) -> Result<Option<Operand>, TemplateError> {
        if let Some(text) = self.quoted() {
            return Ok(Some(Operand::Text(text)));
        }
        let from = self.at;
        let word = self.word(first);
        if word.is_empty() {
            return Ok(None);
        }
        self.at += word.len();
        self.variable(&word, from).map(Some)
    }

    fn quoted(&mut self) -> Option<String> {
        let rest = self.rest();
        let (prefix, body) = match rest.strip_prefix("_(") {
            Some(body) => (2, body),
            None => (0, rest),
        };
        let quote = body.chars().next().filter(|character| matches!(character, '"' | '\''))?;
        let mut escaped = false;
        let end = body.char_indices().skip(1).find_map(|(offset, character)| {
            if escaped {
                escaped = false;
            } else if character == '\\' {
                escaped = true;
            } else if character == quote {
                return Some(offset);
            }
            None
        })?;
        let after = if prefix == 0 { 0 } else { usize::from(body[end + 1..].starts_with(')')) };
        if prefix == 2 && after == 0 {
            return None;
        }
        // Django's `unescape_string_literal`: the quote and the backslash alone.
        let inner = body[1..end].replace(&format!("\\{quote}"), &quote.to_string()).replace("\\\\", "\\");
        self.at += prefix + end + 1 + after;
        Some(inner)
    }

    fn word(&self, first: bool) -> String {
        let rest = self.rest();
        let plain: String = rest.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '_' | '.')).collect();
        let is_number = first && plain.starts_with('.');
        if !plain.is_empty() && !is_number {
            return plain;
        }
        // A signed number: `[-+.]?\d[\d.e]*`.
        let mut characters = rest.chars();
        let sign = characters.next().filter(|c| matches!(c, '-' | '+' | '.'));
        let Some(sign) = sign else { return String::new() };
        let digits: String = characters.take_while(|c| c.is_ascii_digit() || matches!(c, '.' | 'e')).collect();
        if digits.starts_with(|c: char| c.is_ascii_digit()) { format!("{sign}{digits}") } else { plain }
    }

    fn variable(&self, word: &str, from: usize) -> Result<Operand, TemplateError> {
        if let Some(number) = number(word) {
            return Ok(Operand::Literal(number));
        }
        match word {
            "True" => return Ok(Operand::Literal(Json::Bool(true))),
            "False" => return Ok(Operand::Literal(Json::Bool(false))),
            "None" => return Ok(Operand::Literal(Json::Null)),
            _ => {}
        }
        if word.starts_with('_') || word.contains("._") {
            let message = format!("`{word}`: names and lookups may not begin with an underscore");
            return Err(self.fail(from, from + word.len(), message));
        }
        let span = Span::new(self.start + from, self.start + from + word.len());
        Ok(Operand::Variable(Variable { path: word.split('.').map(str::to_owned).collect(), span }))
    }

    fn filter(&mut self) -> Result<Option<FilterCall>, TemplateError> {
        let rest = self.rest();
        let pipe = rest.len() - rest.trim_start().len();
        if !rest[pipe..].starts_with('|') {
            return Ok(None);
        }
        let after = &rest[pipe + 1..];
        let from = self.at + pipe + 1 + (after.len() - after.trim_start().len());
        let name: String = self.text[from..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if name.is_empty() {
            return Ok(None);
        }
        self.at = from + name.len();
        let argument = self.argument()?;
        let span = Span::new(self.start + from, self.start + self.at);
        let Some(filter) = filters::find(&name) else {
            let nearest =
                connspec_diagnostics::suggest::nearest(&name, filters::FILTERS.iter().map(|known| known.name));
            let hint = nearest.map_or_else(String::new, |nearest| format!("; did you mean `{nearest}`?"));
            let message = if filters::ONLY_DJANGO_S.contains(&name.as_str()) {
                format!(
                    "the filter `{name}` is Django's, and is not known to connspec, which does not guess what it gives"
                )
            } else {
                format!("there is no filter `{name}`{hint}")
            };
            return Err(self.fail(from, from + name.len(), message));
        };
        match (filter.arity, &argument) {
            (Arity::None, Some(_)) => Err(self.fail(from, self.at, format!("the filter `{name}` takes no argument"))),
            (Arity::One, None) => Err(self.fail(from, self.at, format!("the filter `{name}` needs an argument"))),
            _ => Ok(Some(FilterCall { name, argument, span })),
        }
    }

    fn argument(&mut self) -> Result<Option<Operand>, TemplateError> {
        if !self.rest().starts_with(':') {
            return Ok(None);
        }
        let colon = self.at;
        self.at += 1;
        match self.operand(false)? {
            Some(operand) => Ok(Some(operand)),
            None => {
                self.at = colon;
                Err(self.remainder())
            }
        }
    }
}

/// A number as Django reads one: a float with `.` or `e` in it, else an integer.
fn number(word: &str) -> Option<Json> {
    let digits = word.strip_prefix(['-', '+']).unwrap_or(word);
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') || word.ends_with('.') {
        return None;
    }
    if word.contains('.') || word.to_ascii_lowercase().contains('e') {
        return word.parse::<f64>().ok().filter(|value| value.is_finite()).map(Json::from);
    }
    word.parse::<i64>().ok().map(Json::from)
}
