//! English names of months and weekdays, ordinals, eras.

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// Full name of a month, 1–12.
pub(super) fn month(month: i64) -> &'static str {
    MONTHS[(month - 1).rem_euclid(12) as usize]
}

/// Full name of a weekday, Sunday = 0.
pub(super) fn weekday(weekday: i64) -> &'static str {
    WEEKDAYS[weekday.rem_euclid(7) as usize]
}

/// The month (1–12) a word starts with, as moment reads month names: `feb`, `February`, `Febru`.
pub(super) fn month_in(word: &str) -> Option<i64> {
    position(&MONTHS, 3, word).map(|index| index + 1)
}

/// The weekday (Sunday = 0) a word starts with, as moment reads weekday names: `su`, `Sun`, `SUNDAY`.
pub(super) fn weekday_in(word: &str) -> Option<i64> {
    position(&WEEKDAYS, 2, word)
}

/// Finds the name whose first `letters` letters the word starts with, in any letter case.
fn position(names: &[&str], letters: usize, word: &str) -> Option<i64> {
    let start = word.get(..letters)?;
    let index = names.iter().position(|name| name[..letters].eq_ignore_ascii_case(start))?;
    Some(index as i64)
}

/// The month (1–12) of an exact name: full or three letters, any letter case.
pub(super) fn exact_month(name: &str) -> Option<i64> {
    exact(&MONTHS, name).map(|index| index + 1)
}

/// The weekday (Sunday = 0) of an exact name: full or three letters, any letter case.
pub(super) fn exact_weekday(name: &str) -> Option<i64> {
    exact(&WEEKDAYS, name)
}

fn exact(names: &[&str], name: &str) -> Option<i64> {
    let name = name.trim();
    let same = |full: &&str| full.eq_ignore_ascii_case(name) || full[..3].eq_ignore_ascii_case(name);
    names.iter().position(same).map(|index| index as i64)
}

/// A number with its English ending: `1st`, `2nd`, `11th`.
pub(super) fn ordinal(number: i64) -> String {
    let ending = match (number % 100 / 10, number % 10) {
        (1, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals() {
        let cases = [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th")];
        for (number, text) in cases.into_iter().chain([(21, "21st"), (22, "22nd"), (111, "111th"), (0, "0th")]) {
            assert_eq!(ordinal(number), text);
        }
    }

    #[test]
    fn words_are_read_by_their_start_and_names_exactly() {
        assert_eq!(month_in("FEBruary"), Some(2));
        assert_eq!(month_in("Fe"), None);
        assert_eq!(month_in("é€"), None);
        assert_eq!(weekday_in("su"), Some(0));
        assert_eq!(exact_month("feb"), Some(2));
        assert_eq!(exact_month("febr"), None);
        assert_eq!(exact_weekday(" Saturday "), Some(6));
        assert_eq!(exact_weekday("su"), None);
    }
}
