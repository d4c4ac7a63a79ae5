//! What an error says besides its message: the nearest known name, the variables' values.

use connspec_diagnostics::{Span, suggest};

use super::{Evaluation, Val};
use crate::ast::{Expr, Expression, Keyword, Path, SegmentKind, Visitor};
use crate::{Error, foreign, functions};

/// A variable's value is shown up to so many characters.
const SHOWN: usize = 60;

/// The error for a function nobody knows.
pub(crate) fn unknown_function(name: &str, span: Span) -> Box<Error> {
    let mut help = String::new();
    let message = match functions::named(name) {
        Some(function) if function.standing == functions::Standing::Unconfirmed => format!(
            "`{name}` stands in Make's palette, but what it does is not published: it is off unless the \
             switch `unconfirmedFunctions` turns it on"
        ),
        Some(_) => format!("there is no function `{name}`: it is switched off"),
        None if Keyword::named(name).is_some() => {
            help = format!("`{name}` is a value: write it without parentheses");
            format!("there is no function `{name}`")
        }
        None => {
            let known = functions::all().filter(|function| function.standing != functions::Standing::Unconfirmed);
            let other_way = foreign::other_way(name);
            let near = || suggest::nearest(name, known.map(|function| function.name));
            // Whoever writes `and` does not mean `add`.
            let meant = foreign::same_arguments(name).or_else(|| near().filter(|_| other_way.is_none()));
            let hint = meant.map_or(String::new(), |meant| format!("; did you mean `{meant}`?"));
            help = match other_way.filter(|_| meant.is_none()) {
                Some(way) => way.to_owned(),
                None if meant.is_none() => "`connspec eval --functions` lists what there is".to_owned(),
                None => String::new(),
            };
            format!("there is no function `{name}`{hint}")
        }
    };
    let mut error = Error::new("unknown-function", message, span).help(help);
    error.function = Some(name.into());
    Box::new(error)
}

impl<'a> Evaluation<'a> {
    /// The error of an expression that did not parse.
    pub(super) fn broken(&self, finding: usize) -> Box<Error> {
        let finding = &self.findings[finding];
        Box::new(Error::new(finding.code, finding.message.clone(), finding.span).help(finding.help.as_str()))
    }

    /// The same error, with what the variables of `expression` hold.
    pub(super) fn with_variables(&'a self, mut error: Box<Error>, expression: &'a Expression) -> Box<Error> {
        let mut mentioned = Mentioned { found: Vec::new() };
        let mut variables = std::mem::take(&mut error.variables).into_vec();
        mentioned.expr(&expression.expr);
        for (path, span) in mentioned.found {
            let name = &self.source[span.range()];
            let known = variables.iter().any(|(known, _)| known == name);
            // A computed step may be the very thing that failed: then the value is not known.
            if let (false, Ok(value)) = (known, self.path(path)) {
                let nearest = self.nearest(path).filter(|_| matches!(value, Val::Undefined));
                let hint = nearest.map_or(String::new(), |nearest| format!("; did you mean `{nearest}`?"));
                variables.push((name.to_owned(), self.shown(value) + &hint));
            }
        }
        error.variables = variables.into();
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

impl Evaluation<'_> {
    /// A value as a message shows it: texts in quotes and without secrets, long ones cut, lists by their size.
    pub(crate) fn shown(&self, value: Val<'_>) -> String {
        match value {
            Val::Text(text) => {
                // Secrets go first: of one that is cut nothing would be recognised.
                let text = self.host.redact(text);
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
}
