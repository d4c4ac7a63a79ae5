//! Whether a form field is used anywhere an app's files show: by its name, in any file but its own place.

use connspec_spec::Field;

use crate::subject::Connection;

/// Whether the app shows enough to say that a field is used nowhere: its base or a component besides the connection.
pub fn is_visible(connection: &Connection<'_>) -> bool {
    let app = connection.app;
    connection.communication().is_some() && (app.base.is_some() || !app.components.is_empty())
}

/// Whether the field's name stands anywhere else than at the field itself. Texts are searched, not expressions: a
/// name in code, in a comment or in another form counts as a use, and so does a variable read as a whole.
pub fn is_used(connection: &Connection<'_>, field: &Field) -> bool {
    let whole = connection.names.reads_of_store().any(|read| read.read.segments.len() == 1);
    let own = field.node.place;
    whole
        || connection.app.sources.iter().any(|(id, source)| {
            let text = source.text();
            text.match_indices(&field.name).any(|(at, _)| {
                let inside = id == own.source && own.span.range().contains(&at);
                !inside && is_word(text, at, field.name.len())
            })
        })
}

fn is_word(text: &str, at: usize, length: usize) -> bool {
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    !text[..at].ends_with(is_part) && !text[at + length..].starts_with(is_part)
}
