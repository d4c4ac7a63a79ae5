//! Recognising a date without being told its format: the published shapes of `iml.md` §6.4.

use super::Zone;
use super::calendar::{
    MILLIS_PER_DAY, MILLIS_PER_MINUTE, WeekRule, days_from_civil, days_in_month, days_in_year, in_range,
};

/// Recognises a date in one of the published shapes and returns the instant in Unix milliseconds.
///
/// Day, month and year are required. The shapes are ISO 8601 dates and date-times, `YYYY-MM-DD HH:mm[:ss]`,
/// `YYYY/MM/DD`, `MM/DD/YYYY` and `D.M.YYYY`, the last three also with `h:mm A`; an offset may be `Z`, `+02`,
/// `+0200` or `+02:00`, with or without ` GMT` before it. Without offset the wall clock of `zone` applies.
///
/// ```
/// use connspec_iml::Date;
/// use connspec_iml::moment::{Zone, detect};
/// let instant = detect("2016-06-20 19:26:44 GMT+02:00", Zone::UTC);
/// assert_eq!(instant.map(|millis| Date { millis }.to_iso()).as_deref(), Some("2016-06-20T17:26:44.000Z"));
/// assert_eq!(detect("nonsense", Zone::UTC), None);
/// ```
pub fn detect(text: &str, zone: Zone) -> Option<i64> {
    read(text, zone, &[dashes, year_first, month_first, day_first, by_week, by_day_of_year, basic])
}

/// Recognises an ISO 8601 calendar date or date-time, as stored dates come back from JSON.
///
/// Stricter than [`detect`]: for a comparison of a date with a text, where any other text is just text.
///
/// ```
/// use connspec_iml::moment::{Zone, iso_text};
/// assert_eq!(iso_text("2024-01-02T03:04:05.678Z", Zone::UTC), Some(1_704_164_645_678));
/// assert_eq!(iso_text("1/2/2024", Zone::UTC), None);
/// ```
pub fn iso_text(text: &str, zone: Zone) -> Option<i64> {
    read(text, zone, &[dashes])
}

/// How a date is written decides which times may follow it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Style {
    /// `2016-06-20`: `T` or a space, no meridiem.
    Dashes,
    /// `20160620`: `T`, digits without colons.
    Basic,
    /// `2016/06/20`, `06/20/2016`, `20.6.2016`: a space, meridiem allowed.
    Other,
}

fn read(text: &str, zone: Zone, readers: &[fn(&mut Cursor) -> Option<Day>]) -> Option<i64> {
    let mut cursor = Cursor { rest: text.trim() };
    let day = first_of(&mut cursor, readers)?;
    let january = days_from_civil(day.year, 1, 1);
    // No overflow: a year has at most six digits.
    let mut wall = (january + day.days) * MILLIS_PER_DAY;
    let mut offset = None;
    if !cursor.rest.is_empty() {
        cursor.separator(day.style)?;
        wall += time(&mut cursor, day.style)?;
        offset = cursor.offset()?;
    }
    let millis = match offset {
        Some(minutes) => wall - minutes * MILLIS_PER_MINUTE,
        None => zone.instant_of(wall),
    };
    (cursor.rest.is_empty() && in_range(millis)).then_some(millis)
}

/// The date a text starts with.
struct Day {
    style: Style,
    year: i64,
    /// Days since the first of the year.
    days: i64,
}

impl Day {
    fn new(style: Style, year: i64, month: i64, day: i64) -> Option<Self> {
        let possible = (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day);
        possible.then(|| Self { style, year, days: days_from_civil(year, month, day) - days_from_civil(year, 1, 1) })
    }
}

/// Reads with the first of the readers that succeeds; the others leave no trace.
fn first_of(cursor: &mut Cursor, readers: &[fn(&mut Cursor) -> Option<Day>]) -> Option<Day> {
    readers.iter().find_map(|reader| {
        let mut trial = *cursor;
        let day = reader(&mut trial)?;
        *cursor = trial;
        Some(day)
    })
}

/// `2016-06-20`, also with a sign and six digits of year.
fn dashes(cursor: &mut Cursor) -> Option<Day> {
    let year = cursor.year()?;
    cursor.eat("-")?;
    let month = cursor.digits(2, 2)?;
    cursor.eat("-")?;
    Day::new(Style::Dashes, year, month, cursor.digits(2, 2)?)
}

/// `2016/06/20`.
fn year_first(cursor: &mut Cursor) -> Option<Day> {
    let year = cursor.digits(4, 4)?;
    cursor.eat("/")?;
    let month = cursor.digits(1, 2)?;
    cursor.eat("/")?;
    Day::new(Style::Other, year, month, cursor.digits(1, 2)?)
}

/// `06/20/2016`.
fn month_first(cursor: &mut Cursor) -> Option<Day> {
    let month = cursor.digits(1, 2)?;
    cursor.eat("/")?;
    let day = cursor.digits(1, 2)?;
    cursor.eat("/")?;
    Day::new(Style::Other, cursor.digits(4, 4)?, month, day)
}

/// `20.6.2016`.
fn day_first(cursor: &mut Cursor) -> Option<Day> {
    let day = cursor.digits(1, 2)?;
    cursor.eat(".")?;
    let month = cursor.digits(1, 2)?;
    cursor.eat(".")?;
    Day::new(Style::Other, cursor.digits(4, 4)?, month, day)
}

/// The ISO 8601 date by week, `2020-W07-3`.
fn by_week(cursor: &mut Cursor) -> Option<Day> {
    let year = cursor.year()?;
    cursor.eat("-W")?;
    let week = cursor.digits(2, 2).filter(|week| (1..=WeekRule::ISO.weeks_in(year)).contains(week))?;
    cursor.eat("-")?;
    let weekday = cursor.digits(1, 1).filter(|weekday| (1..=7).contains(weekday))?;
    let days = WeekRule::ISO.day_of(year, week, weekday) - days_from_civil(year, 1, 1);
    Some(Day { style: Style::Dashes, year, days })
}

/// The ISO 8601 date by day of the year, `2020-043`.
fn by_day_of_year(cursor: &mut Cursor) -> Option<Day> {
    let year = cursor.year()?;
    cursor.eat("-")?;
    let day = cursor.digits(3, 3).filter(|day| (1..=days_in_year(year)).contains(day))?;
    Some(Day { style: Style::Dashes, year, days: day - 1 })
}

/// The ISO 8601 basic date, `20160620`.
fn basic(cursor: &mut Cursor) -> Option<Day> {
    let year = cursor.digits(4, 4)?;
    let month = cursor.digits(2, 2)?;
    Day::new(Style::Basic, year, month, cursor.digits(2, 2)?)
}

/// Milliseconds since midnight of the time at the cursor.
fn time(cursor: &mut Cursor, style: Style) -> Option<i64> {
    let colon = if style == Style::Basic { "" } else { ":" };
    let least = if style == Style::Other { 1 } else { 2 };
    let mut hour = cursor.digits(least, 2)?;
    let minute = cursor.part(colon)?;
    // ISO 8601 allows the hour alone, but only behind the letter T; without minutes there are no seconds.
    if minute.is_none() && style == Style::Other {
        return None;
    }
    let second = if minute.is_some() { cursor.part(colon)? } else { None };
    let millisecond = if second.is_some() { cursor.fraction()? } else { 0 };
    if style == Style::Other
        && let Some(afternoon) = cursor.meridiem()
    {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if afternoon { 12 } else { 0 };
    }
    let (minute, second) = (minute.unwrap_or(0), second.unwrap_or(0));
    let midnight = hour == 24 && minute == 0 && second == 0 && millisecond == 0;
    let possible = (hour < 24 || midnight) && minute < 60 && second < 60;
    possible.then_some(((hour * 60 + minute) * 60 + second) * 1_000 + millisecond)
}

/// What is left of the text; every reader moves on only when it succeeds, or the whole shape is given up.
#[derive(Clone, Copy)]
struct Cursor<'t> {
    rest: &'t str,
}

impl Cursor<'_> {
    fn eat(&mut self, literal: &str) -> Option<()> {
        self.rest = self.rest.strip_prefix(literal)?;
        Some(())
    }

    fn digits(&mut self, least: usize, most: usize) -> Option<i64> {
        let count = self.rest.bytes().take(most).take_while(u8::is_ascii_digit).count();
        if count < least {
            return None;
        }
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        digits.parse().ok()
    }

    /// Four digits, or a sign and six.
    fn year(&mut self) -> Option<i64> {
        let sign = match self.rest.as_bytes().first() {
            Some(b'-') => -1,
            Some(b'+') => 1,
            _ => return self.digits(4, 4),
        };
        self.rest = &self.rest[1..];
        self.digits(6, 6).map(|year| sign * year)
    }

    /// What stands between date and time.
    fn separator(&mut self, style: Style) -> Option<()> {
        if style != Style::Other && self.eat("T").is_some() {
            return Some(());
        }
        let time = self.rest.trim_start_matches(' ');
        let spaces = self.rest.len() - time.len();
        self.rest = time;
        (spaces > 0).then_some(())
    }

    /// Two digits of minutes or seconds behind their separator: `Some(None)` when there are none,
    /// `None` when there is a separator without digits.
    fn part(&mut self, colon: &str) -> Option<Option<i64>> {
        let next_is_part = match colon {
            "" => self.rest.starts_with(|next: char| next.is_ascii_digit()),
            _ => self.rest.starts_with(colon),
        };
        if !next_is_part {
            return Some(None);
        }
        self.eat(colon)?;
        self.digits(2, 2).map(Some)
    }

    /// Milliseconds of a decimal fraction, if there is one; further digits are cut.
    fn fraction(&mut self) -> Option<i64> {
        if self.eat(".").or_else(|| self.eat(",")).is_none() {
            return Some(0);
        }
        let count = self.rest.bytes().take_while(u8::is_ascii_digit).count();
        let (digits, rest) = self.rest.split_at(count);
        self.rest = rest;
        let padded: String = digits.chars().chain("00".chars()).take(3).collect();
        if count == 0 { None } else { padded.parse().ok() }
    }

    /// Whether `PM` (true) or `AM` (false) follows, in any letter case, with or without a space.
    fn meridiem(&mut self) -> Option<bool> {
        let word = self.rest.trim_start_matches(' ');
        let afternoon = match word.get(..2)?.to_ascii_lowercase().as_str() {
            "am" => false,
            "pm" => true,
            _ => return None,
        };
        self.rest = &word[2..];
        Some(afternoon)
    }

    /// Minutes east of Greenwich: `Some(None)` when there is no offset, `None` when it cannot be read.
    fn offset(&mut self) -> Option<Option<i64>> {
        if self.rest.is_empty() {
            return Some(None);
        }
        self.rest = self.rest.trim_start_matches(' ');
        if self.eat("Z").is_some() {
            return Some(Some(0));
        }
        let named = self.eat("GMT").or_else(|| self.eat("UTC")).is_some();
        if named && self.rest.is_empty() {
            return Some(Some(0));
        }
        let sign = if self.eat("-").is_some() { -1 } else { self.eat("+").map(|()| 1)? };
        let hours = self.digits(2, 2)?;
        let _ = self.eat(":");
        let minutes = if self.rest.is_empty() { 0 } else { self.digits(2, 2)? };
        (hours < 24 && minutes < 60).then_some(Some(sign * (hours * 60 + minutes)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Date;

    fn to_iso(millis: i64) -> String {
        Date { millis }.to_iso()
    }

    fn utc(text: &str) -> Option<String> {
        detect(text, Zone::UTC).map(to_iso)
    }

    #[test]
    fn every_published_example() {
        // The examples of the page "Type coercion" behind iml.md §6.4.
        let full = "2016-06-20T17:26:44.000Z";
        let minutes = "2016-06-20T17:26:00.000Z";
        let day = "2016-06-20T00:00:00.000Z";
        let table = [
            ("2016-06-20T17:26:44.356Z", "2016-06-20T17:26:44.356Z"),
            ("2016-06-20 19:26:44 GMT+02:00", full),
            ("2016-06-20 19:26+0200", minutes),
            ("2016-06-20 17:26:44", full),
            ("2016-06-20", day),
            ("2016/06/20 17:26:44", full),
            ("2016/06/20 19:26:44+02:00", full),
            ("2016/06/20 17:26", minutes),
            ("2016/06/20 5:26 PM", minutes),
            ("2016/06/20", day),
            ("06/20/2016 17:26:44", full),
            ("06/20/2016 19:26:44+02:00", full),
            ("06/20/2016 17:26", minutes),
            ("06/20/2016 5:26 PM", minutes),
            ("06/20/2016", day),
            ("20.6.2016 17:26:44", full),
            ("20.6.2016 19:26:44+02:00", full),
            ("20.6.2016 17:26", minutes),
            ("20.6.2016", day),
        ];
        for (text, instant) in table {
            assert_eq!(utc(text).as_deref(), Some(instant), "{text}");
        }
    }

    #[test]
    fn other_iso_dates() {
        let table = [
            ("2016-06-20T17:26Z", "2016-06-20T17:26:00.000Z"),
            ("2016-06-20T17", "2016-06-20T17:00:00.000Z"),
            ("2016-06-20T24:00", "2016-06-21T00:00:00.000Z"),
            ("20160620T172644.5Z", "2016-06-20T17:26:44.500Z"),
            ("20160620", "2016-06-20T00:00:00.000Z"),
            ("2020-W07-3", "2020-02-12T00:00:00.000Z"),
            ("2020-043", "2020-02-12T00:00:00.000Z"),
            ("+012016-06-20", "+012016-06-20T00:00:00.000Z"),
            ("2016-06-20T17:26:44.123456+02", "2016-06-20T15:26:44.123Z"),
        ];
        for (text, instant) in table {
            assert_eq!(utc(text).as_deref(), Some(instant), "{text}");
        }
    }

    #[test]
    fn anything_else_is_no_date() {
        let texts = [
            "",
            "nonsense",
            "2016",
            "2016-06",
            "2016-06-31",
            "2016-13-01",
            "31/12/2016",
            "2016-06-20 25:00",
            "2016-06-20T10:60",
            "2016-06-20 10:00 CEST",
            "2016-06-20T",
            "2016-06-20T10:00:00.",
            "1482940986",
            "20.6.16",
            "2016-06-20 10:00 tomorrow",
            "06/20/2016 13:26 PM",
            "06/20/2016 17",
            "+999999-01-01",
            "2016-06-20T10:00+99:99",
            "é016-06-20",
            "12:30",
        ];
        for text in texts {
            assert_eq!(utc(text), None, "{text}");
        }
    }

    #[test]
    fn without_offset_the_zone_applies() {
        let prague = Zone::named("Europe/Prague").expect("in the tz database");
        assert_eq!(detect("20.6.2016 17:26", prague).map(to_iso).as_deref(), Some("2016-06-20T15:26:00.000Z"));
        assert_eq!(detect("2016-06-20T17:26Z", prague).map(to_iso).as_deref(), Some("2016-06-20T17:26:00.000Z"));
    }

    #[test]
    fn iso_text_takes_only_dashes() {
        assert!(iso_text("2024-01-02", Zone::UTC).is_some());
        assert!(iso_text("2024-01-02 03:04", Zone::UTC).is_some());
        for text in ["20240102", "2024/01/02", "2.1.2024", "2024-W07-3", "1704164645678"] {
            assert_eq!(iso_text(text, Zone::UTC), None, "{text}");
        }
    }
}
