//! Tokens to nodes: the tags and what they enclose.

use connspec_diagnostics::Span;

use super::condition;
use super::expression::{self, Expression};
use super::lex::{Kind, Token, tokens, words};
use super::{Loop, Node, TemplateError};

/// Tags may be nested this deep; real manifests reach two or three.
const MAX_DEPTH: usize = 64;

/// Tags Django has besides, and which are not done here.
const ONLY_DJANGO_S: [&str; 19] = [
    "block",
    "csrf_token",
    "cycle",
    "debug",
    "extends",
    "filter",
    "ifchanged",
    "include",
    "load",
    "lorem",
    "now",
    "partial",
    "partialdef",
    "querystring",
    "regroup",
    "resetcycle",
    "spaceless",
    "url",
    "widthratio",
];

/// Compiles a template.
pub(super) fn parse(source: &str) -> Result<Vec<Node>, TemplateError> {
    let tokens = tokens(source);
    let mut parser = Parser { tokens: &tokens, at: 0, depth: 0 };
    let (nodes, _) = parser.until(&[], None)?;
    Ok(nodes)
}

struct Parser<'t, 's> {
    tokens: &'t [Token<'s>],
    at: usize,
    depth: usize,
}

fn fail<T>(message: impl Into<String>, span: Span) -> Result<T, TemplateError> {
    Err(TemplateError { message: message.into(), span })
}

impl<'s> Parser<'_, 's> {
    /// Everything up to one of the tags `ends`, which is taken; `opener` is the tag that has to be closed.
    fn until(&mut self, ends: &[&str], opener: Option<Token<'s>>) -> Result<(Vec<Node>, Token<'s>), TemplateError> {
        let mut nodes = Vec::new();
        while let Some(token) = self.tokens.get(self.at).copied() {
            self.at += 1;
            match token.kind {
                Kind::Text => nodes.push(Node::Text(token.content.to_owned())),
                Kind::Comment => {}
                Kind::Variable if token.content.is_empty() => {
                    return fail("`{{ }}` is empty: write the variable's name between the braces", token.span);
                }
                Kind::Variable => nodes.push(Node::Output(expression::parse(token.content, token.start)?)),
                Kind::Tag => {
                    let name = token.content.split_whitespace().next().unwrap_or_default();
                    if ends.contains(&name) {
                        return Ok((nodes, token));
                    }
                    nodes.extend(self.nested(name, token)?);
                }
            }
        }
        match opener {
            None => Ok((nodes, Token { kind: Kind::Text, content: "", span: Span::new(0, 0), start: 0 })),
            Some(opener) => {
                let expected = ends.last().unwrap_or(&"its end");
                fail(
                    format!("`{{% {} %}}` is never closed: `{{% {expected} %}}` is missing", opener.content),
                    opener.span,
                )
            }
        }
    }

    fn nested(&mut self, name: &str, token: Token<'s>) -> Result<Option<Node>, TemplateError> {
        if self.depth >= MAX_DEPTH {
            return fail(format!("tags are nested more than {MAX_DEPTH} deep"), token.span);
        }
        self.depth += 1;
        let node = self.tag(name, token);
        self.depth -= 1;
        node
    }

    fn tag(&mut self, name: &str, token: Token<'s>) -> Result<Option<Node>, TemplateError> {
        let words = words(token.content, token.start);
        let arguments = words.get(1..).unwrap_or_default();
        match name {
            "" => fail("`{% %}` is empty: write the tag's name between the signs", token.span),
            "if" => self.condition(token).map(Some),
            "for" => self.each(arguments, token).map(Some),
            "with" => self.with(arguments, token).map(Some),
            "autoescape" => self.autoescape(arguments, token).map(Some),
            "firstof" => Ok(Some(Node::FirstOf(expressions(arguments)?))),
            "templatetag" => template_tag(arguments, token).map(Some),
            "verbatim" => {
                let end = format!("end{}", token.content);
                let (nodes, _) = self.until(&[end.split_whitespace().next().unwrap_or_default()], Some(token))?;
                Ok(nodes.into_iter().next())
            }
            "comment" => self.comment(token).map(|()| None),
            "elif" | "else" | "endif" | "endfor" | "empty" | "endwith" | "endautoescape" | "endverbatim"
            | "endcomment" => fail(format!("`{{% {name} %}}` has no beginning"), token.span),
            _ => fail(
                format!(
                    "the tag `{name}` is {}; known are if, for, with, autoescape, firstof, comment, verbatim and \
                     templatetag",
                    if ONLY_DJANGO_S.contains(&name) { "Django's, and not known to connspec" } else { "not known" }
                ),
                token.span,
            ),
        }
    }

    fn condition(&mut self, opener: Token<'s>) -> Result<Node, TemplateError> {
        let mut branches = Vec::new();
        let mut test = Some(condition::parse(&words(opener.content, opener.start)[1..], opener.span)?);
        loop {
            let ends: &[&str] = if test.is_some() { &["elif", "else", "endif"] } else { &["endif"] };
            let (body, end) = self.until(ends, Some(opener))?;
            branches.push((test.take(), body));
            match end.content.split_whitespace().next() {
                Some("elif") => test = Some(condition::parse(&words(end.content, end.start)[1..], end.span)?),
                Some("else") => {}
                _ => return Ok(Node::If(branches)),
            }
        }
    }

    fn each(&mut self, arguments: &[(&str, usize)], opener: Token<'s>) -> Result<Node, TemplateError> {
        let reversed = arguments.last().is_some_and(|(word, _)| *word == "reversed");
        let kept = if reversed { &arguments[..arguments.len() - 1] } else { arguments };
        let Some(position) = kept.len().checked_sub(2).filter(|position| kept[*position].0 == "in" && *position > 0)
        else {
            return fail("`for` is written `{% for name in list %}`", opener.span);
        };
        let names: Vec<String> = kept[..position]
            .iter()
            .flat_map(|(word, _)| word.split(','))
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty())
            .collect();
        let over = expression::parse(kept[position + 1].0, kept[position + 1].1)?;
        let (body, end) = self.until(&["empty", "endfor"], Some(opener))?;
        let empty = match end.content {
            "empty" => self.until(&["endfor"], Some(opener))?.0,
            _ => Vec::new(),
        };
        Ok(Node::For(Box::new(Loop { names, over, reversed, body, empty })))
    }

    /// `name=value …`, or the old `value as name`.
    fn with(&mut self, arguments: &[(&str, usize)], opener: Token<'s>) -> Result<Node, TemplateError> {
        let mut bindings = Vec::new();
        if let [(value, at), ("as", _), (name, _)] = arguments {
            bindings.push(((*name).to_owned(), expression::parse(value, *at)?));
        } else {
            for (word, at) in arguments {
                let Some((name, value)) = word.split_once('=') else {
                    return fail("`with` is written `{% with name=value %}`", opener.span);
                };
                bindings.push((name.to_owned(), expression::parse(value, at + name.len() + 1)?));
            }
        }
        if bindings.is_empty() {
            return fail("`with` is written `{% with name=value %}`", opener.span);
        }
        let (body, _) = self.until(&["endwith"], Some(opener))?;
        Ok(Node::With(bindings, body))
    }

    fn autoescape(&mut self, arguments: &[(&str, usize)], opener: Token<'s>) -> Result<Node, TemplateError> {
        let on = match arguments {
            [("on", _)] => true,
            [("off", _)] => false,
            _ => return fail("`autoescape` is `on` or `off`", opener.span),
        };
        let (body, _) = self.until(&["endautoescape"], Some(opener))?;
        Ok(Node::Autoescape(on, body))
    }

    fn comment(&mut self, opener: Token<'s>) -> Result<(), TemplateError> {
        while let Some(token) = self.tokens.get(self.at) {
            self.at += 1;
            if token.kind == Kind::Tag && token.content == "endcomment" {
                return Ok(());
            }
        }
        fail("`{% comment %}` is never closed: `{% endcomment %}` is missing", opener.span)
    }
}

fn expressions(arguments: &[(&str, usize)]) -> Result<Vec<Expression>, TemplateError> {
    arguments.iter().map(|(word, at)| expression::parse(word, *at)).collect()
}

fn template_tag(arguments: &[(&str, usize)], token: Token<'_>) -> Result<Node, TemplateError> {
    let text = match arguments {
        [("openblock", _)] => "{%",
        [("closeblock", _)] => "%}",
        [("openvariable", _)] => "{{",
        [("closevariable", _)] => "}}",
        [("openbrace", _)] => "{",
        [("closebrace", _)] => "}",
        [("opencomment", _)] => "{#",
        [("closecomment", _)] => "#}",
        _ => {
            return fail(
                "`templatetag` takes openblock, closeblock, openvariable, closevariable, openbrace, closebrace, opencomment or closecomment",
                token.span,
            );
        }
    };
    Ok(Node::Text(text.to_owned()))
}
