//! The codes and names rules have, and what somebody meant who wrote one that there is not.

use connspec_diagnostics::suggest::nearest;

use crate::rules::rules;

/// The code and the name of every rule, those of reading among them.
fn every_rule() -> impl Iterator<Item = (&'static str, &'static str)> {
    let reading = connspec_spec::rules::ALL.iter().map(|rule| (rule.code, rule.name));
    rules().map(|rule| (rule.code, rule.name)).chain(reading)
}

/// Whether there is a rule of this name or code, or one whose code begins so.
pub fn is_known(name: &str) -> bool {
    let begins = |code: &str| code.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    !name.is_empty() && every_rule().any(|(code, rule)| name == rule || begins(code))
}

/// What to write instead of a code or name that is not known.
pub fn hint(name: &str) -> String {
    const ALL: &str = "`connspec explain --all` lists them";
    if let Some(number) = number(name) {
        return of_number(number);
    }
    if let Some(near) = nearest(name, every_rule().flat_map(|(code, rule)| [rule, code])) {
        return format!("did you mean `{near}`?");
    }
    match holding(name).as_slice() {
        [] => ALL.to_owned(),
        [only] => format!("did you mean `{only}`?"),
        [others @ .., last] => {
            let others: Vec<_> = others.iter().map(|name| format!("`{name}`")).collect();
            format!("did you mean {} or `{last}`?", others.join(", "))
        }
    }
}

/// The digits of what is written as a code, or as the beginning of codes of an area.
fn number(name: &str) -> Option<&str> {
    let (letters, digits) = name.split_at_checked(2)?;
    let is_number = matches!(digits.len(), 2 | 4) && digits.bytes().all(|byte| byte.is_ascii_digit());
    (letters.eq_ignore_ascii_case("CS") && is_number).then_some(digits)
}

/// The nearest code of the same area; where there is no such area, which ones there are.
fn of_number(digits: &str) -> String {
    let codes = || every_rule().map(|(code, _)| code);
    let area = &digits[..2];
    let value = |digits: &str| digits.parse().unwrap_or(0_u32);
    let beside = codes().filter(|code| code[2..].starts_with(area));
    match beside.min_by_key(|code| (value(&code[2..]).abs_diff(value(digits)), *code)) {
        Some(near) => format!("did you mean `{near}`? `connspec explain CS{area}` lists the codes that begin so"),
        None => {
            let areas = || codes().filter_map(|code| code.get(..4));
            let (first, last) = (areas().min().unwrap_or_default(), areas().max().unwrap_or_default());
            format!("codes begin with `{first}` to `{last}`; `connspec explain --all` lists them")
        }
    }
}

/// The first few rules whose names hold this word, or a word of which it is the beginning.
fn holding(word: &str) -> Vec<&'static str> {
    const MOST: usize = 3;
    const SHORTEST: usize = 4;
    let word = word.to_ascii_lowercase().replace(['_', ' '], "-");
    let holds = |name: &&str| word.len() >= SHORTEST && name.contains(&word);
    every_rule().map(|(_, name)| name).filter(holds).take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_meant_is_said() {
        for (written, said) in [
            ("unknown-directve", "did you mean `unknown-directive`?"),
            ("UNKNOWN_DIRECTIVE", "did you mean `unknown-directive`?"),
            ("CSO104", "did you mean `CS0104`?"),
            ("CS0104x", "did you mean `CS0104`?"),
            ("CS0099", "did you mean `CS0042`? `connspec explain CS00` lists the codes that begin so"),
            ("cs0100", "did you mean `CS0101`? `connspec explain CS01` lists the codes that begin so"),
            ("CS9999", "codes begin with `CS00` to `CS11`; `connspec explain --all` lists them"),
            ("CS99", "codes begin with `CS00` to `CS11`; `connspec explain --all` lists them"),
            ("duplicate", "did you mean `duplicate-key`?"),
            ("FOO", "`connspec explain --all` lists them"),
            ("", "`connspec explain --all` lists them"),
            ("é", "`connspec explain --all` lists them"),
        ] {
            assert_eq!(hint(written), said, "{written}");
            assert!(!is_known(written));
        }
        assert!(hint("scope").matches('`').count() == 6, "{}", hint("scope"));
    }
}
