//! Arrays and collections.

use super::family;

family! {
    add,
    distinct,
    merge,
}
