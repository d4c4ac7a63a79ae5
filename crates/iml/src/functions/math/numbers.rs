//! The numbers of a call that takes one array or any number of arguments.

use crate::eval::{Outcome, Val, to_number};
use crate::functions::Call;

/// The numbers of the first argument when it is an array, else of all arguments; what is no number is skipped.
pub(super) fn numbers<'a>(call: &Call<'a>) -> Outcome<'a, Vec<f64>> {
    match call.argument(0) {
        Val::Array(list) => {
            call.spend(list.len())?;
            Ok(list.iter().filter_map(numeric).collect())
        }
        _ => Ok(call.arguments().iter().copied().filter_map(numeric).collect()),
    }
}

/// The number a value holds: a number or numeric text.
fn numeric(value: Val<'_>) -> Option<f64> {
    let number = match value {
        Val::Number(number) => number,
        Val::Text(text) if !text.trim().is_empty() => to_number(value),
        _ => return None,
    };
    (!number.is_nan()).then_some(number)
}

/// A number as result, or null when there is none.
pub(super) fn or_null<'a>(number: Option<f64>) -> Val<'a> {
    number.map_or(Val::Null, Val::Number)
}

/// The standard deviation: the root of the squared distances from the mean over the count less `lost` degrees of
/// freedom; `None` without numbers.
pub(super) fn deviation<'a>(call: &Call<'a>, lost: f64) -> Outcome<'a, Option<f64>> {
    let numbers = numbers(call)?;
    let count = numbers.len() as f64;
    let mean = numbers.iter().sum::<f64>() / count;
    let squares: f64 = numbers.iter().map(|number| (number - mean).powi(2)).sum();
    Ok((!numbers.is_empty()).then(|| (squares / (count - lost)).sqrt()))
}
