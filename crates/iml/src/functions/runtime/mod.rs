//! What Make's runtime adds for custom apps: JSON, XML, signatures.

mod signing;
mod token;

use super::family;

family! {
    create_json,
    create_xml,
    crypto_sign,
    equal,
    error_factory,
    generate_jwt_with_key_id,
    get_field_mapping,
    is_array,
    jwt,
    mime,
    parse_json,
    parse_xml,
    pop,
    safe_serialize,
    shift,
    to_data_structure,
}
