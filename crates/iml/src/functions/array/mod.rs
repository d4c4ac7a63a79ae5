//! Arrays and collections.

mod alike;

use super::family;

family! {
    add,
    array_diff,
    array_intersect,
    deduplicate,
    distinct,
    first,
    flatten,
    keys,
    last,
    map,
    merge,
    remove,
    reverse,
    set,
    shuffle,
    slice,
    sort,
    to_array,
    to_collection,
}
