//! Which keys of `common` a connection has, as far as the files show them.

use std::collections::BTreeSet;

use connspec_spec::{Definition, Node, Part};

/// The keys of a connection's common data, with those that `install` fills in; none when the files do not show all.
pub fn keys(definition: &Definition) -> Option<BTreeSet<String>> {
    if !definition.common_is_visible() {
        return None;
    }
    let own = of_part(definition.parts.common.as_ref())?;
    let installed = match definition.parts.install.as_ref().and_then(|part| part.node.as_ref()) {
        Some(install) => match install.get("common") {
            Some(common) if !common.is_object() || common.member("{{...}}").is_some() => return None,
            Some(common) => common.members().iter().map(|member| member.key.to_string()).collect(),
            None => BTreeSet::new(),
        },
        None => BTreeSet::new(),
    };
    Some(own.into_iter().chain(installed).collect())
}

/// The keys of a section of common data; none when there is no such object.
pub fn of_part(part: Option<&Part>) -> Option<BTreeSet<String>> {
    let node = part?.node.as_ref().filter(|node| node.is_object())?;
    Some(node.members().iter().map(|member| member.key.to_string()).collect())
}

/// Whether a section is there and holds something.
pub fn section(part: Option<&Part>) -> Option<&Node> {
    part?.node.as_ref().filter(|node| !node.members().is_empty() || !node.elements().is_empty())
}
