//! Doubles as the decimals they are written as, so that cutting and rounding see the digits a person sees.

use bigdecimal::{BigDecimal, RoundingMode};

/// The most digits after the point a double can have, and the most it can have before.
const MOST_DIGITS: i64 = 400;

/// `number` with `decimals` digits after the point, cut or rounded by `mode`; fewer than 0 clears digits before it.
/// `None` when the number is not finite.
pub(super) fn with_decimals(number: f64, decimals: i64, mode: RoundingMode) -> Option<BigDecimal> {
    let written: BigDecimal = number.is_finite().then(|| format!("{number:e}"))?.parse().ok()?;
    Some(written.with_scale_round(decimals.clamp(-MOST_DIGITS, MOST_DIGITS), mode))
}
