//! Reading a text by a moment format (`iml-tokens.md` §2).

use super::resolve::{Parts, resolve};
use super::scan::Shape;
use super::tokens::{Piece, expand, pieces, sought};
use super::{Zone, names};

/// Why a text is no date; the wording says what is wrong with the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    /// None of the format's tokens found anything.
    #[error("the text has none of the parts the format asks for")]
    NothingRead,
    /// A word where the format has a month name.
    #[error("`{0}` is not the name of a month")]
    UnknownMonth(String),
    /// A word where the format has a weekday name.
    #[error("`{0}` is not the name of a weekday")]
    UnknownWeekday(String),
    /// The weekday of the text is not the weekday of its date.
    #[error("the text says {written}, but the date is a {actual}")]
    WeekdayMismatch {
        /// The weekday the text has.
        written: &'static str,
        /// The weekday of the date the text has.
        actual: &'static str,
    },
    /// A number beyond what its place in a date allows.
    #[error("{value} is out of range for the {part}")]
    OutOfRange {
        /// `month`, `day`, `hour` …
        part: &'static str,
        /// The number in the text.
        value: i64,
    },
    /// The instant is further from 1970 than a JavaScript date can be.
    #[error("the year is too far from today to be a date")]
    TooFar,
    /// Text or format are longer than any date.
    #[error("the text or the format is longer than {LONGEST} bytes, too long for a date")]
    TooLong,
}

/// The longest text or format that is looked at: searching takes time proportional to both.
const LONGEST: usize = 10_000;

/// Reads a text by a moment format and returns the instant in Unix milliseconds.
///
/// The text is taken as the wall clock of `zone`, unless it has an offset (`Z`) or a timestamp (`X`, `x`).
/// Missing parts come from `now` (Unix milliseconds) in the zone, as `iml-tokens.md` §2 says.
///
/// # Errors
/// The text lacks every part the format asks for, contradicts itself, or is out of range.
///
/// ```
/// use connspec_iml::Date;
/// use connspec_iml::moment::{Zone, parse};
/// let prague = Zone::named("Europe/Prague").unwrap();
/// let instant = parse("2016-12-28 04:03 pm", "YYYY-MM-DD hh:mm a", prague, 0)?;
/// assert_eq!(Date { millis: instant }.to_iso(), "2016-12-28T15:03:00.000Z");
/// assert!(parse("32/13/2020", "DD/MM/YYYY", prague, 0).is_err());
/// # Ok::<(), connspec_iml::moment::ParseError>(())
/// ```
pub fn parse(text: &str, format: &str, zone: Zone, now: i64) -> Result<i64, ParseError> {
    if text.len() > LONGEST || format.len() > LONGEST {
        return Err(ParseError::TooLong);
    }
    let mut parts = Parts::default();
    let mut rest = text;
    let mut read_anything = false;
    for piece in pieces(&expand(format)) {
        let found = match piece {
            Piece::Escaped(protected) => Shape::Text(&sought(protected)).find(rest),
            // moment knows patterns for these two although they are no tokens by themselves.
            Piece::Bare('g' | 'G') => Shape::Signed { most: usize::MAX }.find(rest),
            Piece::Bare(character) => Shape::Character(character).find(rest),
            Piece::Token(token) => shape_of(token).find(rest),
        };
        let Some((found, behind)) = found else { continue };
        rest = behind;
        if let Piece::Token(token) = piece {
            read_anything = true;
            store(&mut parts, token, found)?;
        }
    }
    if !read_anything || parts.is_meridiem_alone() {
        return Err(ParseError::NothingRead);
    }
    resolve(parts, zone, now)
}

/// What a token looks for in the text.
fn shape_of(token: &'static str) -> Shape<'static> {
    match token {
        "Y" | "x" => Shape::Signed { most: usize::MAX },
        "YYYYYY" | "YYYYY" | "ggggg" | "GGGGG" => Shape::Signed { most: 6 },
        "YYYY" | "gggg" | "GGGG" => Shape::Digits { least: 1, most: 4 },
        "yyyy" | "yyy" | "yy" | "y" | "yo" => Shape::Digits { least: 1, most: usize::MAX },
        "Q" => Shape::Digits { least: 1, most: 1 },
        "DDDD" => Shape::Digits { least: 3, most: 3 },
        "DDD" | "S" | "SS" | "SSS" => Shape::Digits { least: 1, most: 3 },
        "Hmm" | "hmm" => Shape::Digits { least: 3, most: 4 },
        "Hmmss" | "hmmss" => Shape::Digits { least: 5, most: 6 },
        "X" => Shape::Timestamp,
        "Z" | "ZZ" => Shape::Offset,
        "MMM" | "MMMM" | "dd" | "ddd" | "dddd" => Shape::Word,
        "A" | "a" => Shape::Meridiem,
        "Do" => Shape::Ordinal,
        "N" | "NN" | "NNN" | "NNNN" | "NNNNN" => Shape::Era,
        // These can only be written, not read: moment looks for their letters in the text.
        "Mo" | "Qo" | "DDDo" | "do" | "wo" | "Wo" | "z" | "zz" => Shape::Text(token),
        _ if token.starts_with('S') => Shape::Digits { least: 1, most: usize::MAX },
        _ => Shape::Digits { least: 1, most: 2 },
    }
}

/// Puts the text found for a token into its place.
fn store(parts: &mut Parts, token: &str, found: &str) -> Result<(), ParseError> {
    if store_date(parts, token, found)? {
        return Ok(());
    }
    match token {
        "H" | "HH" | "h" | "hh" => parts.hour = Some(number(found)),
        "k" | "kk" if number(found) == 24 => parts.hour = Some(0),
        "k" | "kk" => parts.hour = Some(number(found)),
        "m" | "mm" => parts.minute = Some(number(found)),
        "s" | "ss" => parts.second = Some(number(found)),
        "Hmm" | "hmm" => {
            let (hour, minute) = found.split_at(found.len() - 2);
            (parts.hour, parts.minute) = (Some(number(hour)), Some(number(minute)));
        }
        "Hmmss" | "hmmss" => {
            let (hour, rest) = found.split_at(found.len() - 4);
            let (minute, second) = rest.split_at(2);
            (parts.hour, parts.minute, parts.second) = (Some(number(hour)), Some(number(minute)), Some(number(second)));
        }
        "A" | "a" => parts.afternoon = Some(found.starts_with(['p', 'P'])),
        "Z" | "ZZ" => parts.offset_minutes = Some(offset_minutes(found)),
        "X" => parts.timestamp = Some(float(found) * 1_000.0),
        "x" => parts.timestamp = Some(float(found)),
        _ if token.starts_with('S') => {
            parts.millisecond = Some((float(&format!("0.{found}")) * 1_000.0) as i64);
        }
        _ => {}
    }
    Ok(())
}

/// Puts the text found for a token of the date into its place; tells whether the token was one.
fn store_date(parts: &mut Parts, token: &str, found: &str) -> Result<bool, ParseError> {
    match token {
        "YY" => parts.year = Some(two_digit_year(found)),
        "YYYY" if found.len() == 2 => parts.year = Some(two_digit_year(found)),
        "YYYYYY" | "YYYYY" | "YYYY" | "Y" | "yyyy" | "yyy" | "yy" | "y" | "yo" => parts.year = Some(number(found)),
        "N" | "NN" | "NNN" | "NNNN" | "NNNNN" => parts.before_christ = Some(found.starts_with(['b', 'B'])),
        "Q" => parts.month = Some((number(found) - 1) * 3 + 1),
        "M" | "MM" => parts.month = Some(number(found)),
        "MMM" | "MMMM" => {
            let unknown = || ParseError::UnknownMonth(found.to_owned());
            parts.month = Some(names::month_in(found).ok_or_else(unknown)?);
        }
        "D" | "DD" => parts.day = Some(number(found)),
        "Do" => parts.day = Some(number(found.trim_end_matches(|ending: char| !ending.is_ascii_digit()))),
        "DDD" | "DDDD" => parts.day_of_year = Some(number(found)),
        "dd" | "ddd" | "dddd" => {
            let unknown = || ParseError::UnknownWeekday(found.to_owned());
            parts.weekday = Some(names::weekday_in(found).ok_or_else(unknown)?);
        }
        "d" => parts.weekday = Some(number(found)),
        "e" => parts.english_weekday = Some(number(found)),
        "E" => parts.iso_weekday = Some(number(found)),
        "w" | "ww" => parts.english_week = Some(number(found)),
        "W" | "WW" => parts.iso_week = Some(number(found)),
        "gg" => parts.english_year = Some(two_digit_year(found)),
        "GG" => parts.iso_year = Some(two_digit_year(found)),
        "gggg" | "ggggg" => parts.english_year = Some(number(found)),
        "GGGG" | "GGGGG" => parts.iso_year = Some(number(found)),
        _ => return Ok(false),
    }
    Ok(true)
}

/// A year of two digits: 00–68 lie in the 2000s, 69–99 in the 1900s (`iml-tokens.md` §2).
fn two_digit_year(found: &str) -> i64 {
    let year = number(found);
    year + if year > 68 { 1_900 } else { 2_000 }
}

/// Minutes east of Greenwich of `Z`, `+02`, `+0200`, `+02:00`.
fn offset_minutes(found: &str) -> i64 {
    let digits: String = found.chars().filter(char::is_ascii_digit).collect();
    let (hours, minutes) = digits.split_at(digits.len().min(2));
    let distance = number(hours) * 60 + number(minutes);
    if found.starts_with('-') { -distance } else { distance }
}

/// Digits with an optional sign as a number; what does not fit stays at the largest number that does.
fn number(found: &str) -> i64 {
    float(found) as i64
}

/// Digits with an optional sign and decimals; no digits are zero.
fn float(found: &str) -> f64 {
    found.parse().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Date;

    fn to_iso(millis: i64) -> String {
        Date { millis }.to_iso()
    }

    /// 2024-03-15T10:20:30.456Z, a Friday: the clock of the vectors.
    const NOW: i64 = 1_710_498_030_456;

    fn utc(text: &str, format: &str) -> Result<String, ParseError> {
        parse(text, format, Zone::UTC, NOW).map(to_iso)
    }

    #[test]
    fn vectors() {
        // v456 … v461 and v546 … v555 of the vectors
        let table = [
            ("2016-12-28", "YYYY-MM-DD", "2016-12-28T00:00:00.000Z"),
            ("2016-12-28 04:03 pm", "YYYY-MM-DD hh:mm a", "2016-12-28T16:03:00.000Z"),
            ("1482940986", "X", "2016-12-28T16:03:06.000Z"),
            ("1482940986123", "x", "2016-12-28T16:03:06.123Z"),
            ("2014 2", "YYYY Q", "2014-04-01T00:00:00.000Z"),
            ("Feb 3 2020", "MMM D YYYY", "2020-02-03T00:00:00.000Z"),
            ("2020-W07-3", "GGGG-[W]WW-E", "2020-02-12T00:00:00.000Z"),
            ("2020-01-01 24", "YYYY-MM-DD kk", "2020-01-01T00:00:00.000Z"),
            ("2020-01-01T10:00:00.25+02:00", "YYYY-MM-DDTHH:mm:ss.SSZ", "2020-01-01T08:00:00.250Z"),
            ("1410715640.579", "X", "2014-09-14T17:27:20.579Z"),
        ];
        for (text, format, instant) in table {
            assert_eq!(utc(text, format).as_deref(), Ok(instant), "{text} by {format}");
        }
    }

    #[test]
    fn tokens_of_the_reference_table() {
        // iml-tokens.md §2, row by row
        let table = [
            ("24-01-02", "YYYY-MM-DD", "2024-01-02T00:00:00.000Z"),
            ("68/1", "YY/M", "2068-01-01T00:00:00.000Z"),
            ("69/1", "YY/M", "1969-01-01T00:00:00.000Z"),
            ("-25 1", "Y M", "-000025-01-01T00:00:00.000Z"),
            ("2024 FEBRUARY 21st", "YYYY MMMM Do", "2024-02-21T00:00:00.000Z"),
            ("2024 60", "YYYY DDD", "2024-02-29T00:00:00.000Z"),
            ("2024 060", "YYYY DDDD", "2024-02-29T00:00:00.000Z"),
            ("Fri 2024-03-15", "ddd YYYY-MM-DD", "2024-03-15T00:00:00.000Z"),
            ("2020 7 3", "gggg w e", "2020-02-12T00:00:00.000Z"),
            ("2024-01-01 5 p", "YYYY-MM-DD h a", "2024-01-01T17:00:00.000Z"),
            ("2024-01-01 12 A", "YYYY-MM-DD h A", "2024-01-01T00:00:00.000Z"),
            ("2024-01-01 24:00", "YYYY-MM-DD HH:mm", "2024-01-02T00:00:00.000Z"),
            // moment compares the weekday with the day that begins at 24 o'clock.
            ("Tue 2024-01-01 24:00", "ddd YYYY-MM-DD HH:mm", "2024-01-02T00:00:00.000Z"),
            ("2024-01-01 1234", "YYYY-MM-DD Hmm", "2024-01-01T12:34:00.000Z"),
            ("2024-01-01 1:2:3.5", "YYYY-MM-DD H:m:s.S", "2024-01-01T01:02:03.500Z"),
            ("2024-01-01 10:00 +1200", "YYYY-MM-DD HH:mm ZZ", "2023-12-31T22:00:00.000Z"),
            ("2024-01-01 10:00 Z", "YYYY-MM-DD HH:mm Z", "2024-01-01T10:00:00.000Z"),
            ("01/02/2024", "L", "2024-01-02T00:00:00.000Z"),
        ];
        for (text, format, instant) in table {
            assert_eq!(utc(text, format).as_deref(), Ok(instant), "{text} by {format}");
        }
    }

    #[test]
    fn separators_may_differ() {
        assert_eq!(utc("2016/12/28", "YYYY-MM-DD").as_deref(), Ok("2016-12-28T00:00:00.000Z"));
        assert_eq!(utc("on 28.12.2016 at noon", "DD-MM-YYYY").as_deref(), Ok("2016-12-28T00:00:00.000Z"));
    }

    #[test]
    fn missing_parts_come_from_now() {
        // iml-tokens.md §2
        assert_eq!(utc("5", "D").as_deref(), Ok("2024-03-05T00:00:00.000Z"));
        assert_eq!(utc("June", "MMMM").as_deref(), Ok("2024-06-01T00:00:00.000Z"));
        assert_eq!(utc("2020", "YYYY").as_deref(), Ok("2020-01-01T00:00:00.000Z"));
        assert_eq!(utc("2020 5", "YYYY D").as_deref(), Ok("2020-01-05T00:00:00.000Z"));
        assert_eq!(utc("17:30", "HH:mm").as_deref(), Ok("2024-03-15T17:30:00.000Z"));
        assert_eq!(utc("Monday", "dddd").as_deref(), Ok("2024-03-11T00:00:00.000Z"));
        // In Auckland it is already the 16th when in UTC the 15th ends.
        let auckland = Zone::named("Pacific/Auckland").expect("in the tz database");
        let late = NOW + 3_600_000;
        assert_eq!(parse("01:00", "HH:mm", auckland, late).map(to_iso).as_deref(), Ok("2024-03-15T12:00:00.000Z"));
    }

    #[test]
    fn the_zone_applies_unless_the_text_has_an_offset() {
        let prague = Zone::named("Europe/Prague").expect("in the tz database");
        let read = |text, format| parse(text, format, prague, NOW).map(to_iso);
        assert_eq!(read("2024-03-31 02:30", "YYYY-MM-DD HH:mm").as_deref(), Ok("2024-03-31T01:30:00.000Z"));
        assert_eq!(read("2024-10-27 02:30", "YYYY-MM-DD HH:mm").as_deref(), Ok("2024-10-27T00:30:00.000Z"));
        assert_eq!(read("2024-07-01 12:00 -01:00", "YYYY-MM-DD HH:mm Z").as_deref(), Ok("2024-07-01T13:00:00.000Z"));
        assert_eq!(read("1482940986", "X").as_deref(), Ok("2016-12-28T16:03:06.000Z"));
    }

    #[test]
    fn what_cannot_be_a_date_says_why() {
        let out = |part, value| Err(ParseError::OutOfRange { part, value });
        let table = [
            ("32/13/2020", "DD/MM/YYYY", out("month", 13)),
            ("2023-02-29", "YYYY-MM-DD", out("day", 29)),
            ("25:00", "HH:mm", out("hour", 25)),
            ("24:01", "HH:mm", out("hour", 24)),
            ("10:61", "HH:mm", out("minute", 61)),
            ("10:00:61", "HH:mm:ss", out("second", 61)),
            ("2014 5", "YYYY Q", out("month", 13)),
            ("2023 366", "YYYY DDD", out("day of the year", 366)),
            ("2021-W53", "GGGG-[W]WW", out("week", 53)),
            ("2021-W52-8", "GGGG-[W]WW-E", out("weekday", 8)),
            ("Foo 3", "MMM D", Err(ParseError::UnknownMonth("Foo".to_owned()))),
            ("Foo 3", "ddd D", Err(ParseError::UnknownWeekday("Foo".to_owned()))),
            (
                "Mon 2024-03-15",
                "ddd YYYY-MM-DD",
                Err(ParseError::WeekdayMismatch { written: "Monday", actual: "Friday" }),
            ),
            (
                "Mon 2024-01-01 24:00",
                "ddd YYYY-MM-DD HH:mm",
                Err(ParseError::WeekdayMismatch { written: "Monday", actual: "Tuesday" }),
            ),
            ("nonsense", "YYYY", Err(ParseError::NothingRead)),
            ("pm", "a", Err(ParseError::NothingRead)),
            ("", "YYYY", Err(ParseError::NothingRead)),
            ("2024", "[x]", Err(ParseError::NothingRead)),
            ("999999", "YYYYYY", Err(ParseError::TooFar)),
        ];
        for (text, format, failure) in table {
            assert_eq!(utc(text, format), failure, "{text} by {format}");
        }
    }

    #[test]
    fn beside_a_timestamp_the_other_parts_must_only_be_possible() {
        // Each confirmed by the cross-check.
        assert_eq!(utc("1482940986 44", "X DD").as_deref(), Ok("2016-12-28T16:03:06.000Z"));
        assert_eq!(utc("1482940986 902090", "X Y").as_deref(), Ok("2016-12-28T16:03:06.000Z"));
        assert_eq!(utc("1482940986 0", "X D"), Err(ParseError::OutOfRange { part: "day", value: 0 }));
        assert_eq!(utc("1482940986 24", "X HH"), Err(ParseError::OutOfRange { part: "hour", value: 24 }));
    }

    #[test]
    fn hostile_input_neither_panics_nor_hangs() {
        let nines = "9".repeat(5_000);
        for format in ["Y", "y N", "N Y", "x", "X", "DDDD", "SSSS", "GGGG W", "Z", "MMM", "gG"] {
            let _ = parse(&nines, format, Zone::UTC, NOW);
            let _ = parse(&format!("-{nines}"), format, Zone::UTC, NOW);
            let _ = parse(&format!("BC -{nines} é\u{1F600}+"), format, Zone::UTC, NOW);
        }
        assert_eq!(utc(&"9".repeat(10_001), "Y"), Err(ParseError::TooLong));
    }
}
