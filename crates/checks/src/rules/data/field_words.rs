//! The words of form fields: their keys and their types, as Make's editor schema and its documentation have them.

use connspec_diagnostics::suggest::nearest;

/// The keys of a field.
pub(super) const KEYS: &[&str] = &[
    "name",
    "label",
    "type",
    "required",
    "default",
    "advanced",
    "editable",
    "help",
    "validate",
    "options",
    "multiline",
    "spec",
    "nested",
    "labels",
    "rpc",
    "mode",
    "grouped",
    "sort",
    "multiple",
    "disabled",
    "extension",
    "semantic",
    "tags",
    "theme",
    "text",
    "title",
    "badge",
    "closable",
    "codepage",
    "dateOnly",
    "time",
    "value",
    "mappable",
    "dynamic",
    "sequence",
    "schema",
    "coder",
    "visible",
    "convert",
    "metadata",
    "pattern",
];

/// The types of a field.
pub(super) const TYPES: &[&str] = &[
    "account",
    "any",
    "array",
    "banner",
    "boolean",
    "buffer",
    "cert",
    "checkbox",
    "collection",
    "color",
    "datastore",
    "date",
    "device",
    "directory",
    "dynamicCollection",
    "editor",
    "email",
    "file",
    "filename",
    "filter",
    "folder",
    "hidden",
    "hook",
    "html",
    "integer",
    "json",
    "keychain",
    "number",
    "password",
    "path",
    "pkey",
    "port",
    "schema",
    "scope",
    "select",
    "text",
    "time",
    "timestamp",
    "timezone",
    "udt",
    "udttype",
    "uinteger",
    "upload",
    "url",
    "uuid",
];

/// The keys of what a field is held to.
pub(super) const OF_VALIDATE: &[&str] = &["pattern", "enum", "min", "max", "minItems", "maxItems"];

/// The keys of an entry to choose from, and of a group of them.
pub(super) const OF_OPTION: &[&str] = &["label", "value", "nested", "default", "short", "options"];

/// The type that is meant by a word that is none: a slip for one, or what other systems call it.
pub(super) fn type_meant(written: &str) -> Option<&'static str> {
    let of_others = || USUAL.iter().map(|(name, _)| *name);
    let near = of_others().find(|name| *name == written);
    let near = near.or_else(|| nearest(written, TYPES.iter().copied().chain(of_others())))?;
    Some(USUAL.iter().find(|(name, _)| *name == near).map_or(near, |(_, meant)| meant))
}

/// What other systems call a type.
const USUAL: &[(&str, &str)] = &[
    ("string", "text"),
    ("str", "text"),
    ("textarea", "text"),
    ("input", "text"),
    ("int", "integer"),
    ("bool", "boolean"),
    ("toggle", "boolean"),
    ("switch", "boolean"),
    ("float", "number"),
    ("double", "number"),
    ("decimal", "number"),
    ("secret", "password"),
    ("dropdown", "select"),
    ("enum", "select"),
    ("choice", "select"),
    ("object", "collection"),
    ("list", "array"),
    ("datetime", "date"),
];
