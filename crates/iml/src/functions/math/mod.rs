//! Numbers.

use super::family;

mod exact;
mod numbers;

family! {
    abs,
    average,
    ceil,
    floor,
    format_number,
    max,
    median,
    min,
    parse_number,
    round,
    stdev_p,
    stdev_s,
    sum,
    trunc,
}
