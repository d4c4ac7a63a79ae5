//! From the parts found in a text to an instant: defaults, weeks, agreement, range.

use super::calendar::{
    Fields, MILLIS_PER_DAY, MILLIS_PER_MINUTE, WeekRule, days_from_civil, days_in_month, days_in_year, in_range,
    weekday,
};
use super::{ParseError, Zone, names};

/// The parts of a date as a text has them, unchecked; what the text lacks is `None`.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) year: Option<i64>,
    /// 1–12.
    pub(super) month: Option<i64>,
    pub(super) day: Option<i64>,
    pub(super) hour: Option<i64>,
    pub(super) minute: Option<i64>,
    pub(super) second: Option<i64>,
    pub(super) millisecond: Option<i64>,
    pub(super) day_of_year: Option<i64>,
    /// Sunday = 0; must agree with the date.
    pub(super) weekday: Option<i64>,
    /// Sunday = 0.
    pub(super) english_weekday: Option<i64>,
    pub(super) english_week: Option<i64>,
    pub(super) english_year: Option<i64>,
    /// Monday = 1.
    pub(super) iso_weekday: Option<i64>,
    pub(super) iso_week: Option<i64>,
    pub(super) iso_year: Option<i64>,
    /// Whether the meridiem is p.m.
    pub(super) afternoon: Option<bool>,
    pub(super) before_christ: Option<bool>,
    /// Minutes east of Greenwich.
    pub(super) offset_minutes: Option<i64>,
    /// Unix milliseconds, possibly with a fraction.
    pub(super) timestamp: Option<f64>,
}

impl Parts {
    /// Whether there is a meridiem, but nothing it could belong to.
    pub(super) fn is_meridiem_alone(&self) -> bool {
        let plain = [self.year, self.month, self.day, self.hour, self.minute, self.second, self.millisecond];
        self.afternoon.is_some() && plain.iter().all(Option::is_none)
    }

    fn has_week(&self) -> bool {
        self.has_iso_week()
            || [self.weekday, self.english_weekday, self.english_week, self.english_year].iter().any(Option::is_some)
    }

    fn has_iso_week(&self) -> bool {
        [self.iso_weekday, self.iso_week, self.iso_year].iter().any(Option::is_some)
    }
}

/// The instant of the parts, in Unix milliseconds.
pub(super) fn resolve(mut parts: Parts, zone: Zone, now: i64) -> Result<i64, ParseError> {
    parts.hour = parts.hour.map(|hour| by_meridiem(hour, parts.afternoon));
    if let Some(before_christ) = parts.before_christ {
        let year = parts.year.unwrap_or(1);
        parts.year = Some(if before_christ { 1_i64.saturating_sub(year) } else { year });
    }
    if let Some(timestamp) = parts.timestamp {
        check_given(&parts)?;
        return instant(timestamp.trunc() as i64);
    }
    let today = Fields::from_wall(zone.wall_at(now));
    if parts.has_week() && parts.month.is_none() && parts.day.is_none() {
        let days = day_in_week(&parts, today)?;
        set_date(&mut parts, days);
    } else if let Some(day_of_year) = parts.day_of_year {
        let days = day_in_year(parts.year.unwrap_or(today.year), day_of_year)?;
        set_date(&mut parts, days);
    }
    let fields = with_defaults(&parts, today);
    check(fields)?;
    agree(&parts, fields)?;
    let wall = fields.to_wall();
    instant(match parts.offset_minutes {
        Some(minutes) => wall - minutes * MILLIS_PER_MINUTE,
        None => zone.instant_of(wall),
    })
}

fn instant(millis: i64) -> Result<i64, ParseError> {
    if in_range(millis) { Ok(millis) } else { Err(ParseError::TooFar) }
}

fn by_meridiem(hour: i64, afternoon: Option<bool>) -> i64 {
    match (afternoon, hour) {
        (Some(true), ..12) => hour + 12,
        (Some(false), 12) => 0,
        _ => hour,
    }
}

/// The day, counted from 1970-01-01, a week and weekday name; ISO parts win over English ones.
fn day_in_week(parts: &Parts, today: Fields) -> Result<i64, ParseError> {
    let iso = parts.has_iso_week();
    let rule = if iso { WeekRule::ISO } else { WeekRule::ENGLISH };
    let (current_year, current_week) = rule.week_of(today);
    let (year, week, weekday, weekdays) = if iso {
        (parts.iso_year, parts.iso_week.unwrap_or(1), parts.iso_weekday.unwrap_or(1), 1..=7)
    } else {
        let weekday = parts.weekday.or(parts.english_weekday).unwrap_or(0);
        (parts.english_year, parts.english_week.unwrap_or(current_week), weekday, 0..=6)
    };
    let year = near(year.or(parts.year).unwrap_or(current_year))?;
    if !(1..=rule.weeks_in(year)).contains(&week) {
        return Err(ParseError::OutOfRange { part: "week", value: week });
    }
    if !weekdays.contains(&weekday) {
        return Err(ParseError::OutOfRange { part: "weekday", value: weekday });
    }
    Ok(rule.day_of(year, week, weekday))
}

fn day_in_year(year: i64, day_of_year: i64) -> Result<i64, ParseError> {
    let year = near(year)?;
    if !(1..=days_in_year(year)).contains(&day_of_year) {
        return Err(ParseError::OutOfRange { part: "day of the year", value: day_of_year });
    }
    Ok(days_from_civil(year, 1, day_of_year))
}

fn set_date(parts: &mut Parts, days: i64) {
    let date = Fields::from_wall(days * MILLIS_PER_DAY);
    (parts.year, parts.month, parts.day) = (Some(date.year), Some(date.month), Some(date.day));
}

/// Fills up: what stands left of the first given part of year, month, day comes from today, all else is
/// the smallest there is.
fn with_defaults(parts: &Parts, today: Fields) -> Fields {
    let no_year = parts.year.is_none();
    let no_month = no_year && parts.month.is_none();
    let no_day = no_month && parts.day.is_none();
    Fields {
        year: parts.year.unwrap_or(today.year),
        month: parts.month.unwrap_or(if no_month { today.month } else { 1 }),
        day: parts.day.unwrap_or(if no_day { today.day } else { 1 }),
        hour: parts.hour.unwrap_or(0),
        minute: parts.minute.unwrap_or(0),
        second: parts.second.unwrap_or(0),
        millisecond: parts.millisecond.unwrap_or(0),
    }
}

/// The ranges of the fields; 24:00:00.000 is allowed and means the next midnight.
fn check(fields: Fields) -> Result<(), ParseError> {
    let year = near(fields.year)?;
    within("month", fields.month, 1, 12)?;
    within("day", fields.day, 1, days_in_month(year, fields.month))?;
    let midnight = fields.hour == 24 && fields.minute == 0 && fields.second == 0 && fields.millisecond == 0;
    within("hour", fields.hour, 0, if midnight { 24 } else { 23 })?;
    within("minute", fields.minute, 0, 59)?;
    within("second", fields.second, 0, 59)?;
    within("millisecond", fields.millisecond, 0, 999)
}

/// The ranges of what stands beside a timestamp; it has no say in the instant, but must be possible. As in
/// moment the length of a month counts only with its year, and 24 o'clock only with all smaller fields.
fn check_given(parts: &Parts) -> Result<(), ParseError> {
    within("month", parts.month.unwrap_or(1), 1, 12)?;
    let days = match (parts.year, parts.month) {
        // Months repeat every 400 years.
        (Some(year), Some(month)) => days_in_month(year.rem_euclid(400), month),
        _ => i64::MAX,
    };
    within("day", parts.day.unwrap_or(1), 1, days)?;
    let midnight = [parts.minute, parts.second, parts.millisecond] == [Some(0); 3];
    within("hour", parts.hour.unwrap_or(0), 0, if midnight { 24 } else { 23 })?;
    within("minute", parts.minute.unwrap_or(0), 0, 59)?;
    within("second", parts.second.unwrap_or(0), 0, 59)
}

fn within(part: &'static str, value: i64, least: i64, most: i64) -> Result<(), ParseError> {
    if (least..=most).contains(&value) { Ok(()) } else { Err(ParseError::OutOfRange { part, value }) }
}

/// A year no further from 1970 than arithmetic on days can bear; JavaScript's range ends before.
fn near(year: i64) -> Result<i64, ParseError> {
    if (-300_000..=300_000).contains(&year) { Ok(year) } else { Err(ParseError::TooFar) }
}

/// A weekday in the text must be that of the date; at 24 o'clock, as in moment, that of the day which begins then.
fn agree(parts: &Parts, fields: Fields) -> Result<(), ParseError> {
    let actual = weekday(fields.days() + fields.hour / 24);
    match parts.weekday {
        Some(written) if !(0..=6).contains(&written) => Err(ParseError::OutOfRange { part: "weekday", value: written }),
        Some(written) if written != actual => {
            Err(ParseError::WeekdayMismatch { written: names::weekday(written), actual: names::weekday(actual) })
        }
        _ => Ok(()),
    }
}
