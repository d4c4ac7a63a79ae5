//! Choosing and reaching into values.

use super::family;

family! {
    get,
    r#if,
    ifempty,
}
