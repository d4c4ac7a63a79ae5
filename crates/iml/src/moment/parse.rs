//! Reading a text by a moment format (`iml-tokens.md` §2).

use super::resolve::{Parts, resolve};
use super::scan::Shape;
use super::tokens::{Piece, expand, pieces};
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
/// use connspec_iml::moment::{Zone, parse, to_iso};
/// let prague = Zone::named("Europe/Prague").unwrap();
/// let instant = parse("2016-12-28 04:03 pm", "YYYY-MM-DD hh:mm a", prague, 0)?;
/// assert_eq!(to_iso(instant), "2016-12-28T15:03:00.000Z");
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
        let Some((found, behind)) = shape_of(piece).find(rest) else { continue };
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

/// What a piece of the format looks for in the text.
fn shape_of(piece: Piece<'_>) -> Shape<'_> {
    match piece {
        Piece::Escaped(text) => Shape::Text(text),
        // moment knows patterns for these two although they are no tokens by themselves.
        Piece::Bare('g' | 'G') => Shape::Signed { most: usize::MAX },
        Piece::Bare(character) => Shape::Character(character),
        Piece::Token(token) => shape_of_token(token),
    }
}

fn shape_of_token(token: &'static str) -> Shape<'static> {
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
