//! Which parts of a definition stand for secrets.
//!
//! One notion for every rule that asks "is this secret?": the names and texts of [`connspec_diagnostics::secrets`], and
//! what a form says of its fields; [`crate::values`] says which expressions carry what stands behind a name.

use connspec_spec::{Definition, Field};

pub use connspec_diagnostics::secrets::{
    IssuedKey, is_as, is_client_secret, is_secret_name, is_written_out, issued_keys, looks_generated, normal,
};

/// Whether a form field asks for a secret: by its type, or by its name if it takes free text.
pub fn is_secret_field(field: &Field) -> bool {
    field.is_secret() || (field.kind == "text" && is_secret_name(&field.name))
}

/// Whether `parameters.key`, `connection.key`, `data.key`, `common.key` or `temp.key` is a secret of this connection.
pub fn is_secret_key(definition: &Definition, root: &str, key: &str) -> bool {
    let form = matches!(root, "parameters" | "connection" | "data");
    match definition.parameters.field(key).filter(|_| form) {
        Some(field) => is_secret_field(field),
        None => is_secret_name(key),
    }
}
