//! What an error says besides its message: the nearest known name, the variables' values.

use connspec_diagnostics::{Span, suggest};

use super::{Evaluation, Val};
use crate::ast::{Expr, Expression, Path, SegmentKind, Visitor};
use crate::{Error, functions};

/// A variable's value is shown up to so many characters.
const SHOWN: usize = 60;

/// The error for a function nobody knows.
pub(crate) fn unknown_function(name: &str, span: Span) -> Box<Error> {
    let message = match functions::named(name) {
        Some(function) if function.standing == functions::Standing::Unconfirmed => format!(
            "`{name}` stands in Make's palette, but what it does is not published: it is off unless the \
             switch `unconfirmedFunctions` turns it on"
        ),
        Some(_) => format!("there is no function `{name}`: it is switched off"),
        None => {
            let known = functions::all().filter(|function| function.standing != functions::Standing::Unconfirmed);
            let nearest = suggest::nearest(name, known.map(|function| function.name));
            let hint = nearest.map_or(String::new(), |nearest| format!("; did you mean `{nearest}`?"));
            format!("there is no function `{name}`{hint}")
        }
    };
    let mut error = Error::new("unknown-function", message, span);
    error.function = Some(name.to_owned());
    Box::new(error)
}

impl<'a> Evaluation<'a> {
    /// The error of an expression that did not parse.
    pub(super) fn broken(&self, finding: usize) -> Box<Error> {
        let finding = &self.findings[finding];
        Box::new(Error::new(finding.code, finding.message.clone(), finding.span))
    }

    /// The same error, with what the variables of `expression` hold.
    pub(super) fn with_variables(&'a self, mut error: Box<Error>, expression: &'a Expression) -> Box<Error> {
        let mut mentioned = Mentioned { found: Vec::new() };
        mentioned.expr(&expression.expr);
        for (path, span) in mentioned.found {
            let name = &self.source[span.range()];
            let known = error.variables.iter().any(|(known, _)| known == name);
            // A computed step may be the very thing that failed: then the value is not known.
            if let (false, Ok(value)) = (known, self.path(path)) {
                let nearest = self.nearest(path).filter(|_| matches!(value, Val::Undefined));
                let hint = nearest.map_or(String::new(), |nearest| format!("; did you mean `{nearest}`?"));
                error.variables.push((name.to_owned(), shown(value) + &hint));
            }
        }
        error
    }

    /// The name that was probably meant where `path` first leads to nothing.
    fn nearest(&'a self, path: &'a Path) -> Option<&'a str> {
        let root = path.root.resolve(self.source);
        let Some(value) = self.scope.get(root) else { return suggest::nearest(root, self.scope.names()) };
        let mut value = Val::from(value);
        for segment in &path.segments {
            let (SegmentKind::Name(name), Val::Collection(members)) = (&segment.kind, value) else { return None };
            let name = name.resolve(self.source);
            match members.get(name) {
                Some(next) => value = next,
                None => return suggest::nearest(name, members.iter().map(|(name, _)| name)),
            }
        }
        None
    }
}

struct Mentioned<'a> {
    found: Vec<(&'a Path, Span)>,
}

impl<'a> Visitor<'a> for Mentioned<'a> {
    fn path(&mut self, path: &'a Path, node: &'a Expr) {
        self.found.push((path, node.span));
    }
}

/// A value as a message shows it: texts in quotes, long ones cut, lists by their size.
pub(crate) fn shown(value: Val<'_>) -> String {
    match value {
        Val::Text(text) => {
            let mut cut: String = text.chars().take(SHOWN).collect();
            if cut.len() < text.len() {
                cut.push('…');
            }
            format!("{cut:?}")
        }
        Val::EmptyString => "emptystring".to_owned(),
        Val::Undefined | Val::Null => value.kind().to_owned(),
        Val::Bool(bool) => bool.to_string(),
        Val::Number(number) => crate::number::to_text(number),
        Val::Date(date) => date.to_iso(),
        Val::Binary(bytes) => format!("a buffer of {} bytes", bytes.len()),
        Val::Array(list) => format!("an array of {}", list.len()),
        Val::Collection(members) => {
            let names: Vec<_> = members.iter().map(|(name, _)| name).take(8).collect();
            format!("a collection of {}", if names.is_empty() { "nothing".to_owned() } else { names.join(", ") })
        }
    }
}
