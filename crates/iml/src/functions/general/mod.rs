//! Choosing and reaching into values.

use super::{Call, family};
use crate::eval::Outcome;

family! {
    get,
    r#if,
    ifempty,
    omit,
    pick,
    switch,
}

/// The members of the first argument whose being named by the others is `wanted`.
fn members_where<'a>(call: &Call<'a>, wanted: fn(bool) -> bool) -> Outcome<'a> {
    let Some(members) = call.optional_collection(0)? else { return call.make_collection([]) };
    let names = (1..call.count()).map(|index| call.text(index)).collect::<Result<Vec<_>, _>>()?;
    call.spend(members.len().saturating_mul(names.len()))?;
    call.make_collection(members.iter().filter(|(name, _)| wanted(names.contains(name))))
}
