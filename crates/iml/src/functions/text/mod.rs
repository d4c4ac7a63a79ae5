//! Text and buffers.

use super::family;

family! {
    join,
    length,
    lower,
}
