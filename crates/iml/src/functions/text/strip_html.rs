//! `stripHTML`: the text of HTML.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "stripHTML",
    family: Family::Text,
    signature: "stripHTML(text)",
    doc: "Gives the text without tags and comments, and without what stands in style and script; <br> becomes a new \
          line. Character references such as &amp; stay.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{stripHTML('a<br>b<BR />c')}}", "{}", r#""a\nb\nc""#),
        Example::new("{{stripHTML('<style>x{}</style>a')}}", "{}", r#""a""#),
        Example::new("{{stripHTML('<p class=\"a > b\">Hello <b>World</b></p>')}}", "{}", r#""Hello World""#),
        Example::new("{{stripHTML('a<script>if (a</b/) x()</SCRIPT >b')}}", "{}", r#""ab""#),
        Example::new("{{stripHTML('a<!-- <b> -->b &amp; c')}}", "{}", r#""ab &amp; c""#),
        Example::new("{{stripHTML('1 < 2 and 3 > 2')}}", "{}", r#""1 < 2 and 3 > 2""#),
        Example::new("{{stripHTML(x)}}", r#"{"x": "<i title='it's'>a</i>"}"#, r#""a""#),
        Example::new("{{stripHTML('a<b')}}", "{}", r#""a<b""#),
        Example::new("{{stripHTML(x)}}", r#"{"x": null}"#, r#""""#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let mut rest = call.text(0)?;
    let mut text = String::with_capacity(rest.len());
    while let Some(start) = rest.find('<') {
        text.push_str(&rest[..start]);
        rest = &rest[start..];
        let (end, read) = end_of_tag(rest);
        // A `<` without an end makes the search run to the end of the text: that work has a bound.
        call.spend(read)?;
        match end {
            Some(end) => {
                let name = name(&rest[..end]);
                text.push_str(if name.eq_ignore_ascii_case("br") { "\n" } else { "" });
                rest = after_raw_text(&rest[end..], name);
            }
            None => {
                text.push('<');
                rest = &rest[1..];
            }
        }
    }
    text.push_str(rest);
    call.make_text(text)
}

/// Where the tag or comment ends that `html` begins with, and how much had to be read to know; `None` when its `<`
/// is just text.
fn end_of_tag(html: &str) -> (Option<usize>, usize) {
    if let Some(comment) = html.strip_prefix("<!--") {
        let end = comment.find("-->").map_or(html.len(), |end| "<!--".len() + end + "-->".len());
        return (Some(end), end);
    }
    let opens = |first: char| first.is_ascii_alphabetic() || matches!(first, '/' | '!' | '?');
    if !html[1..].starts_with(opens) {
        return (None, 1);
    }
    let mut quote = None;
    for (at, byte) in html.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return (Some(at + 1), at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), _) if open == byte => quote = None,
            _ => {}
        }
    }
    // A quote that nothing closes is none.
    (html.find('>').map(|at| at + 1), html.len())
}

/// The name of an opening tag.
fn name(tag: &str) -> &str {
    let name = tag[1..].trim_end_matches('>');
    name.split(|char: char| char.is_ascii_whitespace() || char == '/').next().unwrap_or_default()
}

/// What follows the content of `style` and `script`, which is not for readers.
fn after_raw_text<'t>(html: &'t str, name: &str) -> &'t str {
    if !["style", "script"].iter().any(|raw| raw.eq_ignore_ascii_case(name)) {
        return html;
    }
    let mut ends = html.match_indices("</").map(|(at, _)| at);
    let closes = |at: &usize| {
        html.as_bytes()[at + 2..].get(..name.len()).is_some_and(|end| end.eq_ignore_ascii_case(name.as_bytes()))
    };
    ends.find(closes).map_or("", |at| &html[at..])
}
