//! Cuts a template into text, `{{ variables }}`, `{% tags %}` and `{# comments #}`. A token never spans lines.

use connspec_diagnostics::Span;

/// A piece of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Variable,
    Tag,
    Comment,
}

/// A piece and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token<'s> {
    pub kind: Kind,
    /// The text itself; for the others what is between the braces, trimmed.
    pub content: &'s str,
    /// The whole token.
    pub span: Span,
    /// Where `content` begins.
    pub start: usize,
}

/// The tokens of `source`; the content of `{% verbatim %}` stays text.
pub(super) fn tokens(source: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut verbatim: Option<String> = None;
    let (mut at, mut text_from) = (0, 0);
    while let Some(open) = source[at..].find('{').map(|offset| at + offset) {
        let Some((kind, end)) = token_at(source, open) else {
            at = open + 1;
            continue;
        };
        let inner = &source[open + 2..end - 2];
        let content = inner.trim();
        let start = open + 2 + (inner.len() - inner.trim_start().len());
        let closes = verbatim.as_deref().is_none_or(|closing| kind == Kind::Tag && content == closing);
        at = end;
        if !closes {
            continue;
        }
        if text_from < open {
            found.push(text(source, text_from, open));
        }
        text_from = end;
        if verbatim.take().is_none() && kind == Kind::Tag && (content == "verbatim" || content.starts_with("verbatim "))
        {
            verbatim = Some(format!("end{content}"));
        }
        found.push(Token { kind, content, span: Span::new(open, end), start });
    }
    if text_from < source.len() {
        found.push(text(source, text_from, source.len()));
    }
    found
}

fn text(source: &str, from: usize, to: usize) -> Token<'_> {
    Token { kind: Kind::Text, content: &source[from..to], span: Span::new(from, to), start: from }
}

/// The token that opens at `open`, with its end.
fn token_at(source: &str, open: usize) -> Option<(Kind, usize)> {
    let rest = &source[open..];
    let (kind, close) = match rest.as_bytes().get(1)? {
        b'{' => (Kind::Variable, "}}"),
        b'%' => (Kind::Tag, "%}"),
        b'#' => (Kind::Comment, "#}"),
        _ => return None,
    };
    let line = rest[2..].split('\n').next().unwrap_or_default();
    line.find(close).map(|offset| (kind, open + 2 + offset + 2))
}

/// The words of a tag: text in quotes stays together (Django's `smart_split`), each with its place.
pub(super) fn words(content: &str, start: usize) -> Vec<(&str, usize)> {
    let mut found = Vec::new();
    let mut begun: Option<usize> = None;
    let mut quote: Option<char> = None;
    let mut escaped = false;
    for (offset, character) in content.char_indices() {
        if let Some(open) = quote {
            if escaped {
                escaped = false;
            } else if character == '\\' {
                escaped = true;
            } else if character == open {
                quote = None;
            }
            continue;
        }
        if character.is_whitespace() {
            if let Some(from) = begun.take() {
                found.push((&content[from..offset], start + from));
            }
            continue;
        }
        begun.get_or_insert(offset);
        // A quote that is never closed is an ordinary character.
        if matches!(character, '"' | '\'') && closes(&content[offset + 1..], character) {
            quote = Some(character);
        }
    }
    if let Some(from) = begun {
        found.push((&content[from..], start + from));
    }
    found
}

fn closes(rest: &str, quote: char) -> bool {
    let mut escaped = false;
    for character in rest.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            character if character == quote => return true,
            _ => {}
        }
    }
    false
}
