//! The proleptic Gregorian calendar over whole days, and the two kinds of weeks.
//!
//! Written out because jiff's year range is narrower than that of a JavaScript date, and because
//! nothing here can fail: every `i64` in the range of a JavaScript date has fields.

/// The furthest instant from 1970 a JavaScript date can hold (ECMA-262 §21.4.1.1), in milliseconds.
pub const MAX_MILLIS: i64 = 8_640_000_000_000_000;

pub(super) const MILLIS_PER_SECOND: i64 = 1_000;
pub(super) const MILLIS_PER_MINUTE: i64 = 60_000;
pub(super) const MILLIS_PER_HOUR: i64 = 3_600_000;
pub(super) const MILLIS_PER_DAY: i64 = 86_400_000;

/// Whether an instant can be held by a JavaScript date.
pub fn in_range(millis: i64) -> bool {
    (-MAX_MILLIS..=MAX_MILLIS).contains(&millis)
}

/// The fields of a wall clock: what a calendar and a watch on the wall show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fields {
    /// Year, 0 is the year before year 1.
    pub year: i64,
    /// Month, 1–12.
    pub month: i64,
    /// Day of the month, 1–31.
    pub day: i64,
    /// Hour, 0–23.
    pub hour: i64,
    /// Minute, 0–59.
    pub minute: i64,
    /// Second, 0–59.
    pub second: i64,
    /// Millisecond, 0–999.
    pub millisecond: i64,
}

impl Fields {
    /// Splits a wall clock reading, given as the milliseconds UTC would have at that reading.
    pub fn from_wall(wall: i64) -> Self {
        let (year, month, day) = civil_from_days(wall.div_euclid(MILLIS_PER_DAY));
        let in_day = wall.rem_euclid(MILLIS_PER_DAY);
        Self {
            year,
            month,
            day,
            hour: in_day / MILLIS_PER_HOUR,
            minute: in_day / MILLIS_PER_MINUTE % 60,
            second: in_day / MILLIS_PER_SECOND % 60,
            millisecond: in_day % MILLIS_PER_SECOND,
        }
    }

    /// The inverse of [`Fields::from_wall`]; days and times beyond their range roll over.
    pub fn to_wall(self) -> i64 {
        days_from_civil(self.year, self.month, self.day) * MILLIS_PER_DAY
            + self.hour * MILLIS_PER_HOUR
            + self.minute * MILLIS_PER_MINUTE
            + self.second * MILLIS_PER_SECOND
            + self.millisecond
    }

    /// Days since 1970-01-01.
    pub(super) fn days(self) -> i64 {
        days_from_civil(self.year, self.month, self.day)
    }

    /// Day of the week, Sunday = 0.
    pub(super) fn weekday(self) -> i64 {
        weekday(self.days())
    }

    /// Day of the year, 1–366.
    pub(super) fn day_of_year(self) -> i64 {
        self.days() - days_from_civil(self.year, 1, 1) + 1
    }

    /// Quarter of the year, 1–4.
    pub(super) fn quarter(self) -> i64 {
        (self.month - 1) / 3 + 1
    }
}

/// Whether a year has a 29 February.
pub(super) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Number of days of a year.
pub(super) fn days_in_year(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

/// Number of days of a month; the month may lie outside 1–12 and then counts from neighbouring years.
pub(super) fn days_in_month(year: i64, month: i64) -> i64 {
    let (year, month) = carry_months(year, month);
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Brings a month into 1–12, moving the rest into the year.
pub(super) fn carry_months(year: i64, month: i64) -> (i64, i64) {
    (year + (month - 1).div_euclid(12), (month - 1).rem_euclid(12) + 1)
}

/// Days from 1970-01-01 to a date; months and days beyond their range roll over.
///
/// Counts years from March, so that the leap day is the last of its year; 400 years have 146,097 days.
pub(super) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = carry_months(year, month);
    let march_year = if month > 2 { year } else { year - 1 };
    let march_month = (month + 9) % 12;
    let day_of_march_year = (153 * march_month + 2) / 5;
    365 * march_year + march_year.div_euclid(4) - march_year.div_euclid(100)
        + march_year.div_euclid(400)
        + day_of_march_year
        + day
        - 1
        - DAYS_TO_1970
}

/// Days from 1 March of year 0 to 1970-01-01.
const DAYS_TO_1970: i64 = 719_468;

/// Year, month and day of a number of days since 1970-01-01.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let from_march = days + DAYS_TO_1970;
    let era = from_march.div_euclid(146_097);
    let day_of_era = from_march.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * march_month + 2) / 5 + 1;
    let (year, month) = carry_months(era * 400 + year_of_era, march_month + 3);
    (year, month, day)
}

/// Day of the week of a day counted from 1970-01-01 (a Thursday), Sunday = 0.
pub(super) fn weekday(days: i64) -> i64 {
    (days + 4).rem_euclid(7)
}

/// A way of counting weeks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WeekRule {
    /// The weekday a week starts with, Sunday = 0.
    first_weekday: i64,
    /// The day of January that always lies in week 1.
    anchor: i64,
}

impl WeekRule {
    /// ISO 8601: Monday to Sunday, week 1 contains 4 January.
    pub(super) const ISO: Self = Self { first_weekday: 1, anchor: 4 };
    /// The English locale: Sunday to Saturday, week 1 contains 1 January.
    pub(super) const ENGLISH: Self = Self { first_weekday: 0, anchor: 1 };

    /// The day, counted from 1970-01-01, on which week 1 of a week year starts.
    fn start(self, week_year: i64) -> i64 {
        let anchor = days_from_civil(week_year, 1, self.anchor);
        anchor - (weekday(anchor) - self.first_weekday).rem_euclid(7)
    }

    /// Week year and week of a date.
    pub(super) fn week_of(self, fields: Fields) -> (i64, i64) {
        let days = fields.days();
        let week_year = if days >= self.start(fields.year + 1) {
            fields.year + 1
        } else if days >= self.start(fields.year) {
            fields.year
        } else {
            fields.year - 1
        };
        (week_year, (days - self.start(week_year)) / 7 + 1)
    }

    /// Number of weeks of a week year, 52 or 53.
    pub(super) fn weeks_in(self, week_year: i64) -> i64 {
        (self.start(week_year + 1) - self.start(week_year)) / 7
    }

    /// The day, counted from 1970-01-01, of a weekday (Sunday = 0 or 7) in a week.
    pub(super) fn day_of(self, week_year: i64, week: i64, weekday: i64) -> i64 {
        self.start(week_year) + (week - 1) * 7 + (weekday - self.first_weekday).rem_euclid(7)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_wall_clock_are_inverse_over_the_whole_range() {
        let mut wall = -MAX_MILLIS;
        while wall < MAX_MILLIS {
            assert_eq!(Fields::from_wall(wall).to_wall(), wall);
            wall += 1_234_567_890_123;
        }
        let last = Fields::from_wall(MAX_MILLIS);
        assert_eq!((last.year, last.month, last.day), (275_760, 9, 13));
        let first = Fields::from_wall(-MAX_MILLIS);
        assert_eq!((first.year, first.month, first.day), (-271_821, 4, 20));
    }

    #[test]
    fn weeks_of_2024_01_07() {
        // iml-tokens.md §1: a Sunday, locale week 2, ISO week 1.
        let fields = Fields::from_wall(1_704_603_967_089);
        assert_eq!(fields.weekday(), 0);
        assert_eq!(WeekRule::ENGLISH.week_of(fields), (2024, 2));
        assert_eq!(WeekRule::ISO.week_of(fields), (2024, 1));
    }

    #[test]
    fn long_iso_years_have_53_weeks() {
        // ISO 8601: a year that starts on a Thursday, or a leap year on a Wednesday.
        assert_eq!(WeekRule::ISO.weeks_in(2020), 53);
        assert_eq!(WeekRule::ISO.weeks_in(2021), 52);
        assert_eq!(WeekRule::ISO.weeks_in(2026), 53);
    }

    #[test]
    fn months_carry_into_years() {
        assert_eq!(carry_months(2024, 13), (2025, 1));
        assert_eq!(carry_months(2024, 0), (2023, 12));
        assert_eq!(carry_months(2024, -11), (2023, 1));
        assert_eq!(days_in_month(2023, 14), 29);
        assert_eq!(days_in_month(1900, 2), 28);
        assert_eq!(days_in_year(2000), 366);
    }
}
