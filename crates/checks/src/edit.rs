//! Changes to JSON with comments: members and elements come and go with their commas, nothing else moves.
//!
//! Every function gives the edits of one change; `Fix::with_edits` takes them. Comments stay where they are, to the
//! byte: a member that is inserted comes behind the comment of the line above it, one that is removed leaves the
//! comments around it.

mod print;
#[cfg(test)]
mod tests;
mod trivia;

use connspec_diagnostics::{Edit, Place, SourceMap, Span};
use connspec_spec::{Member, Node, NodeValue};
use serde_json::Value as Json;

use print::Layout;
use trivia::{after_value, line_indent, line_start, starts_line};

/// Puts a member at the end of an object.
pub fn insert_member(sources: &SourceMap, object: &Node, key: &str, value: &Json) -> Vec<Edit> {
    insert_members(sources, object, &[(key, value.clone())])
}

/// Puts members at the end of an object, in this order; there must be one at least.
pub fn insert_members(sources: &SourceMap, object: &Node, members: &[(&str, Json)]) -> Vec<Edit> {
    insert(sources, object, object.members().last().map(span_of), &|layout| {
        let shown = members.iter().map(|(key, value)| format!("{}: {}", print::text(key), layout.print(value)));
        shown.collect::<Vec<_>>().join(&layout.separator())
    })
}

/// Puts an element at the end of a list.
pub fn insert_element(sources: &SourceMap, list: &Node, value: &Json) -> Vec<Edit> {
    insert(sources, list, list.elements().last().map(|element| element.place.span), &|layout| layout.print(value))
}

/// Takes a member out of its object; `member` must be one of the object's own.
pub fn remove_member(sources: &SourceMap, object: &Node, member: &Member) -> Vec<Edit> {
    let members = object.members();
    let found = members.binary_search_by_key(&member.key_place.span.start, |other| other.key_place.span.start);
    let Ok(index) = found else { return Vec::new() };
    let previous = index.checked_sub(1).map(|index| span_of(&members[index]));
    remove(sources, object, previous, span_of(member), index + 1 == members.len())
}

/// Takes an element, counted from 0, out of its list.
pub fn remove_element(sources: &SourceMap, list: &Node, index: usize) -> Vec<Edit> {
    let elements = list.elements();
    let Some(element) = elements.get(index) else { return Vec::new() };
    let previous = index.checked_sub(1).map(|index| elements[index].place.span);
    remove(sources, list, previous, element.place.span, index + 1 == elements.len())
}

/// From the key of a member to the end of its value.
fn span_of(member: &Member) -> Span {
    member.key_place.span.join(member.value.place.span)
}

/// Puts another value in the place of one.
pub fn replace_value(sources: &SourceMap, node: &Node, value: &Json) -> Vec<Edit> {
    let text = sources.get(node.place.source).text();
    let layout = Layout::of_line(text, node.place.span.range().start);
    vec![Edit { place: node.place, text: layout.print(value) }]
}

/// Gives a member another name.
pub fn rename_member(member: &Member, name: &str) -> Vec<Edit> {
    vec![Edit { place: member.key_place, text: print::text(name) }]
}

/// Puts an entry behind the last of what stands between braces or brackets. `shown` prints it.
fn insert(sources: &SourceMap, outer: &Node, last: Option<Span>, shown: &dyn Fn(&Layout<'_>) -> String) -> Vec<Edit> {
    let source = outer.place.source;
    let text = sources.get(source).text();
    let edit = |at: usize, text: String| Edit { place: Place::new(source, Span::at(at)), text };
    let open = outer.place.span.range().start;
    let Some(last) = last else {
        return insert_first(sources, outer, shown);
    };
    let outside = line_indent(text, open);
    let tail = after_value(text, last.range().end);
    let comma = if tail.comma.is_some() { "" } else { "," };
    if !starts_line(text, last.range().start) {
        let layout = Layout::inline(text);
        let entry = format!(" {}", shown(&layout));
        let behind = &text[last.range().end..tail.same_line];
        return if behind.is_empty() {
            vec![edit(tail.same_line, format!("{comma}{entry}"))]
        } else if behind.contains("//") {
            // Behind the comment the entry would be a part of it.
            let at = tail.comma.map_or(last.range().end, |comma| comma + 1);
            vec![edit(at, format!("{comma}{entry}"))]
        } else {
            let comma = (!comma.is_empty()).then(|| edit(last.range().end, comma.to_owned()));
            comma.into_iter().chain([edit(tail.same_line, entry)]).collect()
        };
    }
    let indent = line_indent(text, last.range().start);
    let unit = indent.strip_prefix(outside).filter(|unit| !unit.is_empty());
    let layout = Layout::block(text, indent, unit);
    let entry = format!("{}{indent}{}", layout.newline, shown(&layout));
    if tail.same_line == last.range().end {
        return vec![edit(tail.same_line, format!("{comma}{entry}"))];
    }
    let comma = (!comma.is_empty()).then(|| edit(last.range().end, comma.to_owned()));
    comma.into_iter().chain([edit(tail.same_line, entry)]).collect()
}

/// As [`insert`], where there is no entry yet.
fn insert_first(sources: &SourceMap, outer: &Node, shown: &dyn Fn(&Layout<'_>) -> String) -> Vec<Edit> {
    let source = outer.place.source;
    let text = sources.get(source).text();
    let range = outer.place.span.range();
    // Brackets that are never closed have no inside.
    let is_closed = range.len() > 1 && matches!(text.as_bytes()[range.end - 1], b'}' | b']');
    if !is_closed {
        return Vec::new();
    }
    let (inner_start, inner_end) = (range.start + 1, range.end - 1);
    let outside = line_indent(text, range.start);
    let unit = print::unit_of(text);
    let indent = format!("{outside}{unit}");
    let interior = &text[inner_start..inner_end];
    let is_root = outside.is_empty() && text[..range.start].trim().is_empty();
    if interior.trim().is_empty() {
        let short = shown(&Layout::inline(text));
        let room = range.start - line_start(text, range.start).unwrap_or(0);
        let place = Place::new(source, Span::new(inner_start, inner_end));
        let pad = if matches!(outer.value, NodeValue::Object(_)) { " " } else { "" };
        if !is_root && !interior.contains('\n') && room + short.len() < print::WIDTH {
            return vec![Edit { place, text: format!("{pad}{short}{pad}") }];
        }
        let layout = Layout::block(text, &indent, Some(unit));
        let newline = layout.newline;
        return vec![Edit { place, text: format!("{newline}{indent}{}{newline}{outside}", shown(&layout)) }];
    }
    // Only comments inside: behind the last of them.
    let end = inner_start + interior.trim_end().len();
    let place = Place::new(source, Span::at(end));
    if interior[end - inner_start..].contains('\n') {
        let layout = Layout::block(text, &indent, Some(unit));
        return vec![Edit { place, text: format!("{}{indent}{}", layout.newline, shown(&layout)) }];
    }
    vec![Edit { place, text: format!(" {}", shown(&Layout::inline(text))) }]
}

/// Takes an entry out, and one comma with it.
fn remove(sources: &SourceMap, outer: &Node, previous: Option<Span>, entry: Span, is_last: bool) -> Vec<Edit> {
    let source = outer.place.source;
    let text = sources.get(source).text();
    let delete =
        |start: usize, end: usize| Edit { place: Place::new(source, Span::new(start, end)), text: String::new() };
    let entry = entry.range();
    let own_comma = after_value(text, entry.end).comma;
    let before = previous.filter(|_| is_last).map(|previous| previous.range().end);
    let comma_before = before.and_then(|end| after_value(text, end).comma);
    if let (Some(previous), Some(comma), None) = (before, comma_before, own_comma)
        && text[previous..comma].trim().is_empty()
        && text[comma + 1..entry.start].trim().is_empty()
    {
        // `…, last`: from the end of the one before.
        return vec![delete(previous, entry.end)];
    }
    let mut edits: Vec<Edit> = comma_before.map(|comma| delete(comma, comma + 1)).into_iter().collect();
    let near = own_comma.filter(|comma| text[entry.end..*comma].trim().is_empty());
    if let (Some(comma), None) = (own_comma, near) {
        edits.push(delete(comma, comma + 1));
    }
    let mut start = entry.start;
    let mut end = near.map_or(entry.end, |comma| comma + 1);
    let rest = &text[end..];
    let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r']).len();
    let line = line_start(text, start).filter(|_| starts_line(text, start) && rest[blank..].starts_with('\n'));
    if let Some(line) = line {
        start = line;
        end += blank + 1;
    } else if !rest[blank..].starts_with(['\n', '/']) && !is_last {
        end += blank;
    }
    edits.push(delete(start, end));
    edits
}
