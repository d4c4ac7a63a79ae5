//! Writing an instant by a moment format (`iml-tokens.md` §1).

use std::fmt::Write;

use super::calendar::{Fields, MILLIS_PER_MINUTE, WeekRule};
use super::tokens::{Piece, expand, pieces, written};
use super::{Zone, names};

/// The format used when none is given (`iml-tokens.md` §1).
pub const DEFAULT_FORMAT: &str = "YYYY-MM-DDTHH:mm:ss.SSSZ";

/// Writes an instant (Unix milliseconds) by a moment format, in the wall clock of a zone.
///
/// An empty format means [`DEFAULT_FORMAT`].
///
/// ```
/// use connspec_iml::moment::{Zone, format};
/// let prague = Zone::named("Europe/Prague").unwrap();
/// assert_eq!(format(1_538_379_120_000, "MM/DD/YYYY HH:mm z", prague), "10/01/2018 09:32 CEST");
/// assert_eq!(format(1_538_379_120_000, "", Zone::UTC), "2018-10-01T07:32:00.000+00:00");
/// ```
pub fn format(millis: i64, format: &str, zone: Zone) -> String {
    let format = if format.is_empty() { DEFAULT_FORMAT } else { format };
    let moment = Moment { millis, zone, fields: Fields::from_wall(zone.wall_at(millis)) };
    let mut text = String::with_capacity(format.len() + 8);
    for piece in pieces(&expand(format)) {
        match piece {
            Piece::Token(token) => text.push_str(&moment.token(token)),
            Piece::Bare(character) => text.push(character),
            Piece::Escaped(protected) => text.push_str(&written(protected)),
        }
    }
    text
}

/// An instant in a zone, with the fields its wall clock shows.
struct Moment {
    millis: i64,
    zone: Zone,
    fields: Fields,
}

impl Moment {
    /// The text of a token; the families know disjoint sets of tokens, which together are all of them.
    fn token(&self, token: &'static str) -> String {
        self.date_token(token)
            .or_else(|| self.time_token(token))
            .or_else(|| self.zone_token(token))
            .or_else(|| self.week_token(token))
            .unwrap_or_else(|| token.to_owned())
    }

    fn date_token(&self, token: &str) -> Option<String> {
        let Fields { year, month, day, .. } = self.fields;
        Some(match token {
            "YYYYYY" => signed_year(year),
            "YYYYY" => padded(year, 5),
            "YYYY" => padded(year, 4),
            "YY" => padded(year % 100, 2),
            "Y" if year > 9999 => format!("+{year}"),
            "Y" => padded(year, 4),
            "yyyy" | "yyy" | "yy" | "y" => padded(era_year(year), token.len()),
            "yo" => names::ordinal(era_year(year)),
            "NNNN" => era(year, "Anno Domini", "Before Christ"),
            "NNNNN" | "NNN" | "NN" | "N" => era(year, "AD", "BC"),
            "Q" => self.fields.quarter().to_string(),
            "Qo" => names::ordinal(self.fields.quarter()),
            "MMMM" => names::month(month).to_owned(),
            "MMM" => names::month(month)[..3].to_owned(),
            "MM" | "M" => padded(month, token.len()),
            "Mo" => names::ordinal(month),
            "DD" | "D" => padded(day, token.len()),
            "Do" => names::ordinal(day),
            "DDDD" => padded(self.fields.day_of_year(), 3),
            "DDD" => self.fields.day_of_year().to_string(),
            "DDDo" => names::ordinal(self.fields.day_of_year()),
            _ => return None,
        })
    }

    fn week_token(&self, token: &str) -> Option<String> {
        let weekday = self.fields.weekday();
        let (english_year, english_week) = WeekRule::ENGLISH.week_of(self.fields);
        let (iso_year, iso_week) = WeekRule::ISO.week_of(self.fields);
        Some(match token {
            "dddd" => names::weekday(weekday).to_owned(),
            "ddd" | "dd" => names::weekday(weekday)[..token.len()].to_owned(),
            "d" | "e" => weekday.to_string(),
            "do" => names::ordinal(weekday),
            "E" => if weekday == 0 { 7 } else { weekday }.to_string(),
            "ww" | "w" => padded(english_week, token.len()),
            "wo" => names::ordinal(english_week),
            "WW" | "W" => padded(iso_week, token.len()),
            "Wo" => names::ordinal(iso_week),
            "ggggg" | "gggg" => padded(english_year, token.len()),
            "gg" => padded(english_year % 100, 2),
            "GGGGG" | "GGGG" => padded(iso_year, token.len()),
            "GG" => padded(iso_year % 100, 2),
            _ => return None,
        })
    }

    fn time_token(&self, token: &str) -> Option<String> {
        let Fields { hour, minute, second, .. } = self.fields;
        let twelve_hour = if hour % 12 == 0 { 12 } else { hour % 12 };
        Some(match token {
            "HH" | "H" => padded(hour, token.len()),
            "hh" | "h" => padded(twelve_hour, token.len()),
            "kk" | "k" => padded(if hour == 0 { 24 } else { hour }, token.len()),
            "Hmm" => format!("{hour}{minute:02}"),
            "Hmmss" => format!("{hour}{minute:02}{second:02}"),
            "hmm" => format!("{twelve_hour}{minute:02}"),
            "hmmss" => format!("{twelve_hour}{minute:02}{second:02}"),
            "A" => if hour < 12 { "AM" } else { "PM" }.to_owned(),
            "a" => if hour < 12 { "am" } else { "pm" }.to_owned(),
            "mm" | "m" => padded(minute, token.len()),
            "ss" | "s" => padded(second, token.len()),
            _ if token.starts_with('S') => self.fraction(token.len()),
            _ => return None,
        })
    }

    fn zone_token(&self, token: &str) -> Option<String> {
        Some(match token {
            "Z" => self.offset(":"),
            "ZZ" => self.offset(""),
            "z" | "zz" => self.zone.abbreviation_at(self.millis),
            "X" => self.millis.div_euclid(1_000).to_string(),
            "x" => self.millis.to_string(),
            _ => return None,
        })
    }

    /// The fraction of the second, cut or filled up with zeros to a number of digits.
    fn fraction(&self, digits: usize) -> String {
        let mut text = format!("{:03}", self.fields.millisecond);
        text.truncate(digits);
        while text.len() < digits {
            text.push('0');
        }
        text
    }

    fn offset(&self, separator: &str) -> String {
        let minutes = self.zone.offset_at(self.millis) / MILLIS_PER_MINUTE;
        let sign = if minutes < 0 { '-' } else { '+' };
        let minutes = minutes.abs();
        format!("{sign}{:02}{separator}{:02}", minutes / 60, minutes % 60)
    }
}

/// A number with leading zeros; the sign is not counted, as moment does it.
fn padded(number: i64, digits: usize) -> String {
    let mut text = String::from(if number < 0 { "-" } else { "" });
    // Writing into a String cannot fail.
    let _ = write!(text, "{:0digits$}", number.unsigned_abs());
    text
}

fn signed_year(year: i64) -> String {
    let text = padded(year, 6);
    if year < 0 { text } else { format!("+{text}") }
}

/// The year counted within its era: year 0 is 1 before Christ.
fn era_year(year: i64) -> i64 {
    if year > 0 { year } else { 1 - year }
}

fn era(year: i64, after: &str, before: &str) -> String {
    if year > 0 { after } else { before }.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2024-01-07T05:06:07.089Z, a Sunday: the instant of the table in `iml-tokens.md` §1.
    const EXAMPLE: i64 = 1_704_603_967_089;

    #[test]
    fn every_token_of_the_reference_table() {
        let table = [
            ("YY", "24"),
            ("YYYY", "2024"),
            ("Y", "2024"),
            ("Q", "1"),
            ("Qo", "1st"),
            ("M", "1"),
            ("Mo", "1st"),
            ("MM", "01"),
            ("MMM", "Jan"),
            ("MMMM", "January"),
            ("D", "7"),
            ("Do", "7th"),
            ("DD", "07"),
            ("DDD", "7"),
            ("DDDo", "7th"),
            ("DDDD", "007"),
            ("d", "0"),
            ("do", "0th"),
            ("dd", "Su"),
            ("ddd", "Sun"),
            ("dddd", "Sunday"),
            ("e", "0"),
            ("E", "7"),
            ("w", "2"),
            ("wo", "2nd"),
            ("ww", "02"),
            ("W", "1"),
            ("Wo", "1st"),
            ("WW", "01"),
            ("gg", "24"),
            ("gggg", "2024"),
            ("GG", "24"),
            ("GGGG", "2024"),
            ("H", "5"),
            ("HH", "05"),
            ("h", "5"),
            ("hh", "05"),
            ("k", "5"),
            ("kk", "05"),
            ("A", "AM"),
            ("a", "am"),
            ("m", "6"),
            ("mm", "06"),
            ("s", "7"),
            ("ss", "07"),
            ("S", "0"),
            ("SS", "08"),
            ("SSS", "089"),
            ("SSSS", "0890"),
            ("SSSSSSSSS", "089000000"),
            ("Z", "+00:00"),
            ("ZZ", "+0000"),
            ("X", "1704603967"),
            ("x", "1704603967089"),
            ("z", "UTC"),
            ("zz", "UTC"),
            ("L", "01/07/2024"),
            ("LL", "January 7, 2024"),
            ("LLL", "January 7, 2024 5:06 AM"),
            ("LLLL", "Sunday, January 7, 2024 5:06 AM"),
            ("LT", "5:06 AM"),
            ("LTS", "5:06:07 AM"),
            ("[text]", "text"),
            ("\\T", "T"),
            ("YYYY-MM-DDTHH:mm:ssZ", "2024-01-07T05:06:07+00:00"),
            ("YYYY-MM-DD[T]HH:mm:ss[Z]", "2024-01-07T05:06:07Z"),
            ("", "2024-01-07T05:06:07.089+00:00"),
        ];
        for (tokens, text) in table {
            assert_eq!(format(EXAMPLE, tokens, Zone::UTC), text, "{tokens}");
        }
    }

    #[test]
    fn years_of_any_width() {
        let at = |year| Fields { year, month: 3, day: 4, hour: 0, minute: 0, second: 0, millisecond: 0 }.to_wall();
        // iml-tokens.md §1: sign shown above 9999.
        assert_eq!(format(at(10_000), "Y YYYY YY", Zone::UTC), "+10000 10000 00");
        assert_eq!(format(at(-1), "Y YYYY YYYYYY", Zone::UTC), "-0001 -0001 -000001");
    }

    #[test]
    fn wall_clock_and_offset_of_the_zone() {
        let kolkata = Zone::named("Asia/Kolkata").expect("in the tz database");
        assert_eq!(format(EXAMPLE, "HH:mm Z ZZ z", kolkata), "10:36 +05:30 +0530 IST");
        let new_york = Zone::named("America/New_York").expect("in the tz database");
        assert_eq!(format(EXAMPLE, "D HH:mm Z z k", new_york), "7 00:06 -05:00 EST 24");
    }
}
