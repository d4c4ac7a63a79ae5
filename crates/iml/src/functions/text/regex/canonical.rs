//! When case is ignored: which characters count as the same (ECMA-262, Canonicalize).

use std::collections::HashMap;
use std::sync::LazyLock;

/// Without the flag `u`: the upper-case form, when it is one code unit and does not turn into ASCII what is not.
pub(super) fn canonical(unit: u32) -> u32 {
    let Some(char) = char::from_u32(unit) else { return unit };
    if char.is_ascii() {
        return u32::from(char.to_ascii_uppercase());
    }
    let mut upper = char.to_uppercase();
    match (upper.next().map(u32::from), upper.next()) {
        (Some(upper @ 0x80..=0xffff), None) => upper,
        _ => unit,
    }
}

/// The code units that have the same canonical form as another, by that form.
static EQUIVALENT: LazyLock<HashMap<u32, Vec<u32>>> = LazyLock::new(|| {
    let mut equivalent: HashMap<u32, Vec<u32>> = HashMap::new();
    for unit in 0..=0xffff {
        equivalent.entry(canonical(unit)).or_default().push(unit);
    }
    equivalent.retain(|_, units| units.len() > 1);
    equivalent
});

/// Whether `accepts` takes any code unit that counts as the same as `unit`.
pub(super) fn any_equivalent(unit: u32, accepts: impl Fn(u32) -> bool) -> bool {
    match EQUIVALENT.get(&canonical(unit)) {
        Some(units) => units.iter().any(|unit| accepts(*unit)),
        None => accepts(unit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_forms_are_those_of_ecmascript() {
        // Examples from the note on Canonicalize in ECMA-262, and their kin.
        for (unit, form) in
            [('a', 'A'), ('é', 'É'), ('ß', 'ß'), ('ſ', 'ſ'), ('\u{212a}', '\u{212a}'), ('ς', 'Σ'), ('ı', 'ı')]
        {
            assert_eq!(canonical(u32::from(unit)), u32::from(form), "{unit}");
        }
        assert_eq!(canonical(0xd83d), 0xd83d);
        assert!(any_equivalent(u32::from('ς'), |unit| unit == u32::from('σ')));
        assert!(!any_equivalent(u32::from('s'), |unit| unit == u32::from('ſ')));
    }
}
