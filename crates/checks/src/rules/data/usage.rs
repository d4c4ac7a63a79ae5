//! Form fields that nothing uses, as far as an app's files show.

use connspec_diagnostics::Place;
use connspec_spec::Field;

use crate::subject::{Connection, Whole};

/// The fields, of those `asks` about, whose name stands nowhere else in the app than at the field itself, with the place
/// of the name. None where the app does not show enough to say so: its base or a component besides the connection.
///
/// Texts are searched, not expressions: a name in code, in a comment or in another form counts as a use, and so does
/// the store read as a whole.
pub fn unused<'w>(whole: &'w Whole<'_>, asks: impl Fn(&Field) -> bool) -> Vec<(&'w Field, Place)> {
    if whole.app.base.is_none() && whole.app.components.is_empty() {
        return Vec::new();
    }
    let shows_all = |connection: &&Connection<'_>| {
        let mut reads = connection.reads_of_store();
        connection.communication().is_some() && !reads.any(|(_, read)| read.segments.len() == 1)
    };
    let connections = whole.connections.iter().filter(shows_all);
    let fields = connections.flat_map(|connection| &connection.definition.parameters.fields);
    fields
        .filter(|field| !field.name.is_empty() && asks(field))
        .filter(|field| !whole.words().stands_outside(&field.name, field.node.place))
        .map(|field| (field, field.node.get("name").map_or(field.place, |name| name.place)))
        .collect()
}
