//! Adding to dates, setting their fields, and their difference (`iml-tokens.md` §3).

use super::calendar::{
    Fields, MILLIS_PER_DAY, MILLIS_PER_HOUR, MILLIS_PER_MINUTE, MILLIS_PER_SECOND, carry_months, days_in_month,
    in_range,
};
use super::{Zone, names};

/// What an amount of time is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// On the time line.
    Seconds,
    /// On the time line.
    Minutes,
    /// On the time line.
    Hours,
    /// On the wall clock of the zone: across a change of the clocks a day has 23 or 25 hours.
    Days,
    /// On the wall clock; a day the month lacks becomes its last.
    Months,
    /// On the wall clock; 29 February becomes 28 in other years.
    Years,
}

/// A field of the wall clock that can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// 0–59.
    Second,
    /// 0–59.
    Minute,
    /// 0–23.
    Hour,
    /// Day of the month, 1–31.
    Date,
    /// 1–12; a day the month lacks becomes its last.
    Month,
    /// 29 February becomes 28 in other years.
    Year,
}

impl Field {
    /// The largest number that can still lead to a date.
    fn reach(self) -> f64 {
        match self {
            Self::Second => MOST_DAYS * 86_400.0,
            Self::Minute => MOST_DAYS * 1_440.0,
            Self::Hour => MOST_DAYS * 24.0,
            Self::Date => MOST_DAYS,
            Self::Month => MOST_MONTHS,
            Self::Year => MOST_MONTHS / 12.0,
        }
    }
}

/// Adds an amount of time to an instant (Unix milliseconds), on the wall clock of `zone` where the unit says so.
///
/// Amounts of days and months are rounded to whole ones, half away from zero (years count as 12 months
/// before); smaller units keep their fraction down to the millisecond. An amount that is not a number
/// leaves the instant as it is, as moment does. `None` means that the result is no date any more.
///
/// ```
/// use connspec_iml::moment::{Zone, arithmetic::{Unit, add}, detect};
/// let at = |text| detect(text, Zone::UTC).unwrap();
/// assert_eq!(add(at("2024-01-31"), 1.0, Unit::Months, Zone::UTC), Some(at("2024-02-29")));
/// assert_eq!(add(at("2024-01-31"), 1.5, Unit::Hours, Zone::UTC), Some(at("2024-01-31 01:30")));
/// ```
pub fn add(millis: i64, amount: f64, unit: Unit, zone: Zone) -> Option<i64> {
    if amount.is_nan() {
        return Some(millis);
    }
    let sum = match unit {
        Unit::Seconds => add_millis(millis, amount * 1_000.0),
        Unit::Minutes => add_millis(millis, amount * 60_000.0),
        // In moment's order of factors, so that fractions come out to the same bit.
        Unit::Hours => add_millis(millis, amount * 1_000.0 * 60.0 * 60.0),
        Unit::Days => add_days(millis, whole(amount.round(), MOST_DAYS)?, zone),
        Unit::Months => add_months(millis, whole(amount.round(), MOST_MONTHS)?, zone),
        Unit::Years => add_months(millis, whole((amount * 12.0).round(), MOST_MONTHS)?, zone),
    };
    sum.filter(|millis| in_range(*millis))
}

/// Sets a field of the wall clock of `zone`; numbers beyond its range roll over into the larger fields.
///
/// Fractions are cut. A value that is not a number leaves the instant as it is, as moment does. `None`
/// means that the result is no date any more.
pub fn set(millis: i64, value: f64, field: Field, zone: Zone) -> Option<i64> {
    if value.is_nan() {
        return Some(millis);
    }
    let value = whole(value.trunc(), field.reach())?;
    let offset = zone.offset_at(millis);
    let fields = Fields::from_wall(millis + offset);
    let moved = |changed: Fields| zone.instant_after_move(changed.to_wall(), offset);
    let result = match field {
        // Seconds and minutes move on the time line, even within an hour that the clocks repeat.
        Field::Second => millis + (value - fields.second) * MILLIS_PER_SECOND,
        Field::Minute => millis + (value - fields.minute) * MILLIS_PER_MINUTE,
        Field::Hour => moved(Fields { hour: value, ..fields }),
        Field::Date => moved(Fields { day: value, ..fields }),
        Field::Month => moved(with_month(fields, fields.year, value)),
        Field::Year => moved(with_month(fields, value, fields.month)),
    };
    in_range(result).then_some(result)
}

/// Moves to a day of the same week, Sunday to Saturday: 1 is Sunday, 7 Saturday; other numbers reach
/// into the weeks around. Fractions are rounded.
pub fn set_day(millis: i64, day: f64, zone: Zone) -> Option<i64> {
    let weekday = Fields::from_wall(zone.wall_at(millis)).weekday();
    add(millis, day - 1.0 - weekday as f64, Unit::Days, zone)
}

/// The number [`set_day`] has for an English weekday name, full or three letters, in any letter case.
pub fn day_number(name: &str) -> Option<i64> {
    names::exact_weekday(name).map(|weekday| weekday + 1)
}

/// The number of an English month name, full or three letters, in any letter case.
pub fn month_number(name: &str) -> Option<i64> {
    names::exact_month(name)
}

/// What a difference of dates is counted in, by `dateDiff`'s names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DifferenceUnit {
    /// `D`: whole days of 24 hours.
    Days,
    /// `H`: whole hours.
    Hours,
    /// `m`: whole minutes.
    Minutes,
    /// `s`: whole seconds.
    Seconds,
    /// `RH`: whole hours beyond the whole days.
    ResidualHours,
    /// `Rm`: whole minutes beyond the whole hours.
    ResidualMinutes,
    /// `Rs`: whole seconds beyond the whole minutes.
    ResidualSeconds,
}

impl DifferenceUnit {
    /// Every unit with its name in `dateDiff`.
    pub const ALL: [(&'static str, Self); 7] = [
        ("D", Self::Days),
        ("H", Self::Hours),
        ("m", Self::Minutes),
        ("s", Self::Seconds),
        ("RH", Self::ResidualHours),
        ("Rm", Self::ResidualMinutes),
        ("Rs", Self::ResidualSeconds),
    ];

    /// The unit of a name; letter case matters (`m` are minutes).
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(known, _)| *known == name).map(|(_, unit)| *unit)
    }
}

/// Whole units from `start` to `end` (Unix milliseconds), or `None` when the start lies after the end.
pub fn difference(end: i64, start: i64, unit: DifferenceUnit) -> Option<i64> {
    let millis = end.checked_sub(start).filter(|millis| *millis >= 0)?;
    Some(match unit {
        DifferenceUnit::Days => millis / MILLIS_PER_DAY,
        DifferenceUnit::Hours => millis / MILLIS_PER_HOUR,
        DifferenceUnit::Minutes => millis / MILLIS_PER_MINUTE,
        DifferenceUnit::Seconds => millis / MILLIS_PER_SECOND,
        DifferenceUnit::ResidualHours => millis % MILLIS_PER_DAY / MILLIS_PER_HOUR,
        DifferenceUnit::ResidualMinutes => millis % MILLIS_PER_HOUR / MILLIS_PER_MINUTE,
        DifferenceUnit::ResidualSeconds => millis % MILLIS_PER_MINUTE / MILLIS_PER_SECOND,
    })
}

/// The days between the first and the last date there is.
const MOST_DAYS: f64 = 2e8;

/// At least the months between the first and the last date there is.
const MOST_MONTHS: f64 = 7e6;

/// An amount as a whole number; beyond `most` no date can result, and arithmetic might overflow.
fn whole(amount: f64, most: f64) -> Option<i64> {
    (amount.abs() <= most).then_some(amount as i64)
}

fn add_millis(millis: i64, amount: f64) -> Option<i64> {
    let sum = millis as f64 + amount;
    (sum.abs() <= super::MAX_MILLIS as f64).then_some(sum.trunc() as i64)
}

fn add_days(millis: i64, days: i64, zone: Zone) -> Option<i64> {
    let offset = zone.offset_at(millis);
    let wall = days.checked_mul(MILLIS_PER_DAY)?.checked_add(millis + offset)?;
    Some(zone.instant_after_move(wall, offset))
}

fn add_months(millis: i64, months: i64, zone: Zone) -> Option<i64> {
    let offset = zone.offset_at(millis);
    let fields = Fields::from_wall(millis + offset);
    let changed = with_month(fields, fields.year, fields.month + months);
    Some(zone.instant_after_move(changed.to_wall(), offset))
}

/// Another month of another year; a day that month lacks becomes its last.
fn with_month(fields: Fields, year: i64, month: i64) -> Fields {
    let (year, month) = carry_months(year, month);
    Fields { year, month, day: fields.day.min(days_in_month(year, month)), ..fields }
}

#[cfg(test)]
mod tests {
    use super::super::detect;
    use super::*;
    use crate::Date;

    fn to_iso(millis: i64) -> String {
        Date { millis }.to_iso()
    }

    fn at(text: &str) -> i64 {
        detect(text, Zone::UTC).expect("a date")
    }

    fn prague() -> Zone {
        Zone::named("Europe/Prague").expect("in the tz database")
    }

    fn added(start: &str, amount: f64, unit: Unit, zone: Zone) -> String {
        add(at(start), amount, unit, zone).map(to_iso).expect("in range")
    }

    fn with(start: &str, value: f64, field: Field, zone: Zone) -> String {
        set(at(start), value, field, zone).map(to_iso).expect("in range")
    }

    #[test]
    fn documented_additions() {
        // vectors v410 … v420
        let cases = [
            ("2016-12-08T15:55:57.536Z", -2.0, Unit::Seconds, "2016-12-08T15:55:55.536Z"),
            ("2016-12-08T15:55:57.536Z", -2.0, Unit::Minutes, "2016-12-08T15:53:57.536Z"),
            ("2016-12-08T15:55:57.536Z", -2.0, Unit::Hours, "2016-12-08T13:55:57.536Z"),
            ("2016-12-08T15:55:57.536Z", 2.0, Unit::Days, "2016-12-10T15:55:57.536Z"),
            ("2016-08-08T15:55:57.536Z", 2.0, Unit::Months, "2016-10-08T15:55:57.536Z"),
            ("2016-08-08T15:55:57.536Z", -2.0, Unit::Months, "2016-06-08T15:55:57.536Z"),
            ("2016-08-08T15:55:57.536Z", -2.0, Unit::Years, "2014-08-08T15:55:57.536Z"),
        ];
        for (start, amount, unit, end) in cases {
            assert_eq!(added(start, amount, unit, Zone::UTC), end);
        }
    }

    #[test]
    fn month_ends_clamp() {
        assert_eq!(added("2023-01-31", 1.0, Unit::Months, Zone::UTC), "2023-02-28T00:00:00.000Z");
        assert_eq!(added("2024-02-29", 1.0, Unit::Years, Zone::UTC), "2025-02-28T00:00:00.000Z");
        assert_eq!(added("2024-03-31", -13.0, Unit::Months, Zone::UTC), "2023-02-28T00:00:00.000Z");
    }

    #[test]
    fn days_keep_the_wall_clock_and_hours_the_time_line() {
        // Prague changes its clocks in the night to 2024-03-31 (v423 for the hours).
        assert_eq!(added("2024-03-30T12:00:00Z", 24.0, Unit::Hours, prague()), "2024-03-31T12:00:00.000Z");
        assert_eq!(added("2024-03-30T12:00:00Z", 1.0, Unit::Days, prague()), "2024-03-31T11:00:00.000Z");
    }

    #[test]
    fn fractions_round_for_days_and_months_and_stay_below() {
        // iml-tokens.md §3: 1.5 days → 2, 1.4 months → 1.
        assert_eq!(added("2024-01-01", 1.5, Unit::Days, Zone::UTC), "2024-01-03T00:00:00.000Z");
        assert_eq!(added("2024-01-01", 1.4, Unit::Months, Zone::UTC), "2024-02-01T00:00:00.000Z");
        assert_eq!(added("2024-01-01", 0.25, Unit::Hours, Zone::UTC), "2024-01-01T00:15:00.000Z");
    }

    #[test]
    fn documented_settings() {
        // vectors v427 … v443
        let cases = [
            ("2015-10-07T11:36:39.138Z", 10.0, Field::Second, Zone::UTC, "2015-10-07T11:36:10.138Z"),
            ("2015-10-07T11:36:39.138Z", 61.0, Field::Minute, Zone::UTC, "2015-10-07T12:01:39.138Z"),
            ("2015-08-07T11:36:39.138Z", 6.0, Field::Hour, Zone::UTC, "2015-08-07T06:36:39.138Z"),
            ("2015-08-07T11:36:39.138Z", -6.0, Field::Hour, Zone::UTC, "2015-08-06T18:36:39.138Z"),
            ("2015-08-07T11:36:39.138Z", 6.0, Field::Hour, prague(), "2015-08-07T04:36:39.138Z"),
            ("2015-08-07T11:36:39.138Z", 5.0, Field::Date, Zone::UTC, "2015-08-05T11:36:39.138Z"),
            ("2015-08-07T11:36:39.138Z", 5.0, Field::Month, Zone::UTC, "2015-05-07T11:36:39.138Z"),
            ("2015-08-07T11:36:39.138Z", 1.0, Field::Month, prague(), "2015-01-07T12:36:39.138Z"),
            ("2015-08-07T11:36:39.138Z", 2017.0, Field::Year, Zone::UTC, "2017-08-07T11:36:39.138Z"),
        ];
        for (start, value, field, zone, end) in cases {
            assert_eq!(with(start, value, field, zone), end);
        }
    }

    #[test]
    fn settings_roll_over_and_clamp() {
        // iml-tokens.md §3 names these values.
        assert_eq!(with("2015-10-07T11:36:39Z", 61.0, Field::Second, Zone::UTC), "2015-10-07T11:37:01.000Z");
        assert_eq!(with("2015-08-07", 32.0, Field::Date, Zone::UTC), "2015-09-01T00:00:00.000Z");
        assert_eq!(with("2015-08-07", 17.0, Field::Month, Zone::UTC), "2016-05-07T00:00:00.000Z");
        assert_eq!(with("2015-08-31", 2.0, Field::Month, Zone::UTC), "2015-02-28T00:00:00.000Z");
        assert_eq!(with("2024-02-29", 2023.0, Field::Year, Zone::UTC), "2023-02-28T00:00:00.000Z");
    }

    #[test]
    fn days_of_the_week() {
        // vectors v434, v436
        let day = |day| set_day(at("2018-06-27T11:36:39.138Z"), day, Zone::UTC).map(to_iso);
        assert_eq!(day(1.0).as_deref(), Some("2018-06-24T11:36:39.138Z"));
        assert_eq!(day(3.0).as_deref(), Some("2018-06-26T11:36:39.138Z"));
        assert_eq!(day(8.0).as_deref(), Some("2018-07-01T11:36:39.138Z"));
        assert_eq!(day_number("TUE"), Some(3));
        assert_eq!(month_number("january"), Some(1));
        assert_eq!(month_number("janu"), None);
    }

    #[test]
    fn differences() {
        // vectors v476 … v483; the residual units by iml-functions.json's words
        let (end, start) = (at("2024-03-04T03:45:00Z"), at("2024-03-02T00:00:00Z"));
        let counts = [("D", 2), ("H", 51), ("m", 3_105), ("s", 186_300), ("RH", 3), ("Rm", 45), ("Rs", 0)];
        for (name, count) in counts {
            let unit = DifferenceUnit::named(name).expect("known");
            assert_eq!(difference(end, start, unit), Some(count), "{name}");
        }
        assert_eq!(difference(start, end, DifferenceUnit::Days), None);
        assert_eq!(DifferenceUnit::named("d"), None);
    }

    #[test]
    fn nothing_overflows() {
        for amount in [f64::INFINITY, f64::NEG_INFINITY, f64::MAX, 1e15, -1e12, 1e12] {
            for unit in [Unit::Seconds, Unit::Minutes, Unit::Hours, Unit::Days, Unit::Months, Unit::Years] {
                let _ = add(super::super::MAX_MILLIS, amount, unit, prague());
            }
            for field in [Field::Second, Field::Minute, Field::Hour, Field::Date, Field::Month, Field::Year] {
                let _ = set(-super::super::MAX_MILLIS, amount, field, prague());
            }
            let _ = set_day(0, amount, prague());
        }
        assert_eq!(add(7, f64::NAN, Unit::Days, prague()), Some(7));
    }
}
