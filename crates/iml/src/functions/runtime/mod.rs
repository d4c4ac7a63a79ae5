//! What Make's runtime adds for custom apps: JSON, XML, signatures.

use super::family;

family! {
    get_field_mapping,
    is_array,
}
