//! Numbers.

use super::family;

family! {
    round,
    sum,
}
