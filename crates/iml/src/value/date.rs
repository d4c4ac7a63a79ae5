//! `Date`: an instant, and its ISO 8601 text form.

use std::fmt::{self, Write};

use crate::moment::{Fields, MAX_MILLIS, in_range};

/// An instant in milliseconds since 1970-01-01T00:00:00Z, as JavaScript's `Date` holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Unix milliseconds; negative before 1970.
    pub millis: i64,
}

impl Date {
    /// The farthest instant JavaScript knows, 100 million days from 1970 on either side.
    pub const LIMIT: i64 = MAX_MILLIS;

    /// The instant `millis` milliseconds after 1970, or `None` beyond what JavaScript's `Date` holds.
    pub fn from_millis(millis: i64) -> Option<Self> {
        in_range(millis).then_some(Self { millis })
    }

    /// The ISO 8601 text form in UTC with milliseconds, `2024-01-02T03:04:05.678Z` (iml.md §6.2).
    pub fn to_iso(self) -> String {
        let mut text = String::with_capacity(24);
        self.write_iso(&mut text).expect("writing to a String cannot fail");
        text
    }

    /// Appends the ISO text form; an instant out of JavaScript's range writes `Invalid Date`.
    pub(crate) fn write_iso(self, out: &mut impl Write) -> fmt::Result {
        if !in_range(self.millis) {
            return out.write_str("Invalid Date");
        }
        let Fields { year, month, day, hour, minute, second, millisecond } = Fields::from_wall(self.millis);
        match year {
            0..=9999 => write!(out, "{year:04}"),
            _ => write!(out, "{}{:06}", if year < 0 { '-' } else { '+' }, year.unsigned_abs()),
        }?;
        write!(out, "-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_text_is_javascripts() {
        let table = [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_704_164_645_678, "2024-01-02T03:04:05.678Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (253_402_300_800_000, "+010000-01-01T00:00:00.000Z"),
            (-62_198_755_200_000, "-000001-01-01T00:00:00.000Z"),
            (Date::LIMIT, "+275760-09-13T00:00:00.000Z"),
        ];
        for (millis, text) in table {
            assert_eq!(Date { millis }.to_iso(), text);
        }
        assert_eq!(Date::from_millis(Date::LIMIT + 1), None);
        assert_eq!(Date { millis: i64::MAX }.to_iso(), "Invalid Date");
    }
}
