//! Tags that are begun and never closed: to Django they are text, and go out as they stand.

use connspec_diagnostics::Span;

use super::lex::{Kind, tokens};

/// A tag without its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unclosed {
    /// Where it stands, in bytes of the template.
    pub span: Span,
    /// The tag as it was meant.
    pub closed: String,
}

/// The tags this dialect knows; anything else behind `{%` is taken for text.
const TAGS: [&str; 16] = [
    "if",
    "elif",
    "else",
    "endif",
    "for",
    "empty",
    "endfor",
    "with",
    "endwith",
    "autoescape",
    "endautoescape",
    "comment",
    "endcomment",
    "verbatim",
    "endverbatim",
    "firstof",
];

/// Every tag of `source` that is not closed on its line. Braces around anything else than a name stay text.
pub(super) fn unclosed(source: &str) -> Vec<Unclosed> {
    let mut found = Vec::new();
    let mut is_hidden = false;
    for token in tokens(source) {
        match token.kind {
            Kind::Tag => match token.content.split_whitespace().next().unwrap_or_default() {
                "comment" | "verbatim" => is_hidden = true,
                "endcomment" | "endverbatim" => is_hidden = false,
                _ => {}
            },
            Kind::Text if !is_hidden => in_text(token.content, token.start, &mut found),
            _ => {}
        }
    }
    found
}

fn in_text(text: &str, start: usize, found: &mut Vec<Unclosed>) {
    let mut at = 0;
    while let Some(open) = text[at..].find('{').map(|offset| at + offset) {
        at = open + 1;
        let rest = &text[open..];
        let Some(inner) = rest.get(2..) else { continue };
        let (content, end) = match rest.as_bytes()[1] {
            b'{' => (variable(inner), "}}"),
            b'%' => (tag(inner), "%}"),
            b'#' => (comment(inner), "#}"),
            _ => continue,
        };
        let Some(content) = content else { continue };
        let blank = inner.len() - inner.trim_start().len();
        let length = 2 + blank + content.len();
        let length = length + closers(&rest[length..]);
        let closed = format!("{} {content} {end}", &rest[..2]);
        found.push(Unclosed { span: Span::new(start + open, start + open + length), closed });
        at = open + length;
    }
}

/// A name with lookups and filters.
fn variable(inner: &str) -> Option<&str> {
    let inner = inner.trim_start();
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let word = |text: &str| text.find(|letter: char| !is_part(letter)).unwrap_or(text.len());
    if !inner.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return None;
    }
    let mut end = inner.find(|letter: char| !is_part(letter) && letter != '.').unwrap_or(inner.len());
    end = inner[..end].trim_end_matches('.').len();
    while let Some(filter) = inner[end..].strip_prefix('|').filter(|rest| word(rest) > 0) {
        end += 1 + word(filter);
        let Some(argument) = inner[end..].strip_prefix(':') else { continue };
        let quoted = argument.chars().next().filter(|first| matches!(first, '\'' | '"'));
        end += 1 + match quoted.and_then(|quote| argument[1..].find(quote)) {
            Some(close) => close + 2,
            None => word(argument),
        };
    }
    // `{{ a: 1 }`: an object.
    (!inner[end..].trim_start().starts_with(':')).then(|| &inner[..end])
}

/// A known tag up to where it must have ended.
fn tag(inner: &str) -> Option<&str> {
    let inner = inner.trim_start();
    let end = inner.find(|letter: char| !letter.is_ascii_lowercase()).unwrap_or(inner.len());
    let name = TAGS.iter().find(|tag| **tag == &inner[..end])?;
    let is_alone = matches!(*name, "else" | "empty" | "comment") || name.starts_with("end");
    let end = if is_alone { end } else { inner.find(['{', '}', '%', '\n', '"', '\\']).unwrap_or(inner.len()) };
    Some(inner[..end].trim_end())
}

fn comment(inner: &str) -> Option<&str> {
    let text = inner.strip_prefix(' ')?.trim_start();
    let end = text.find(['{', '}', '#', '\n', '"', '\\']).unwrap_or(text.len());
    Some(text[..end].trim_end()).filter(|text| !text.is_empty())
}

/// How long what stands for an end is: one brace, another tag's, or the right one on another line.
fn closers(rest: &str) -> usize {
    let blank = rest.len() - rest.trim_start().len();
    let rest = &rest[blank..];
    let length = ["}}", "%}", "#}", "}", "%"].iter().find(|end| rest.starts_with(**end)).map(|end| end.len());
    length.map_or(0, |length| blank + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_without_its_end_is_told_from_braces() {
        for (source, expected) in [
            ("Bearer {{ oauth.access_token }", vec![("{{ oauth.access_token }", "{{ oauth.access_token }}")]),
            ("https://a.test/{{foo/{{ bar }}", vec![]),
            ("https://a.test/{{foo/users", vec![("{{foo", "{{ foo }}")]),
            ("{{ A|default:'x y'|safe } {{ B }}", vec![]),
            ("{{ B }} {{ A|default:'x y'|safe }", vec![("{{ A|default:'x y'|safe }", "{{ A|default:'x y'|safe }}")]),
            ("{{ A %}x", vec![("{{ A %}", "{{ A }}")]),
            ("{{ A\n}}", vec![("{{ A\n}}", "{{ A }}")]),
            ("{{ A.", vec![("{{ A", "{{ A }}")]),
            ("{% if x", vec![("{% if x", "{% if x %}")]),
            ("{% if x }", vec![("{% if x }", "{% if x %}")]),
            ("{% if x %}a{% endif }", vec![("{% endif }", "{% endif %}")]),
            ("{# note }", vec![("{# note }", "{# note #}")]),
            ("{{\"a\": {\"b\": 1}", vec![]),
            ("{{ a: 1 }", vec![]),
            ("{{1}", vec![]),
            ("{#fff}", vec![]),
            ("{%7B", vec![]),
            ("{{", vec![]),
            ("{", vec![]),
            ("{é{{é", vec![]),
            (
                "{% verbatim %}{{ a }{% endverbatim %}{% comment %}{{ b }{% endcomment %}{{ c }",
                vec![("{{ c }", "{{ c }}")],
            ),
        ] {
            let found = unclosed(source);
            let found: Vec<_> = found.iter().map(|tag| (&source[tag.span.range()], tag.closed.as_str())).collect();
            assert_eq!(found, expected, "{source}");
        }
    }
}
