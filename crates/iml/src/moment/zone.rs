//! Time zones of the tz database; the only file that knows chrono and chrono-tz.

use chrono::{DateTime, NaiveDateTime, Offset, TimeZone};
use chrono_tz::{IANA_TZDB_VERSION, OffsetName, TZ_VARIANTS, Tz};

use super::calendar::{MILLIS_PER_DAY, MILLIS_PER_MINUTE, MILLIS_PER_SECOND};

/// A zone of the tz database, such as `Europe/Prague`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone(Tz);

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self(Tz::UTC);

    /// The release of the tz database the zones come from, such as `2025b`.
    pub const DATABASE: &'static str = IANA_TZDB_VERSION;

    /// The zone of a tz database name, or `None` when there is no such zone.
    ///
    /// As in moment-timezone letter case does not matter, nor whether `/` or `_` separates the parts.
    pub fn named(name: &str) -> Option<Self> {
        if let Ok(zone) = name.parse::<Tz>() {
            return Some(Self(zone));
        }
        TZ_VARIANTS.iter().copied().find(|zone| same_name(zone.name(), name)).map(Self)
    }

    /// The zone of a name; an unknown name is ignored and gives the fallback (`iml-tokens.md` §2).
    pub fn named_or(name: &str, fallback: Self) -> Self {
        Self::named(name).unwrap_or(fallback)
    }

    /// Every name of the tz database, sorted.
    pub fn names() -> impl Iterator<Item = &'static str> {
        TZ_VARIANTS.iter().map(|zone| zone.name())
    }

    /// The tz database name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// How far the wall clock is ahead of UTC at an instant, in milliseconds (negative west of Greenwich).
    pub fn offset_at(self, millis: i64) -> i64 {
        let offset = self.0.offset_from_utc_datetime(&utc(millis));
        i64::from(offset.fix().local_minus_utc()) * MILLIS_PER_SECOND
    }

    /// The abbreviation in use at an instant, such as `CEST`; zones without letters have their offset there,
    /// such as `+03` or `+0545`.
    pub fn abbreviation_at(self, millis: i64) -> String {
        let offset = self.0.offset_from_utc_datetime(&utc(millis));
        if let Some(letters) = offset.abbreviation() {
            return letters.to_owned();
        }
        let minutes = self.offset_at(millis) / MILLIS_PER_MINUTE;
        let sign = if minutes < 0 { '-' } else { '+' };
        let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
        if minutes == 0 { format!("{sign}{hours:02}") } else { format!("{sign}{hours:02}{minutes:02}") }
    }

    /// What the wall clock shows at an instant, as the milliseconds UTC would have at that reading.
    pub fn wall_at(self, millis: i64) -> i64 {
        millis + self.offset_at(millis)
    }

    /// The instant at which the wall clock shows a reading.
    ///
    /// A reading that happens twice is taken the first time; one that is skipped moves forward by the
    /// length of the gap (`iml-tokens.md` §2).
    pub fn instant_of(self, wall: i64) -> i64 {
        // No offset exceeds a day, so these two lie safely on either side of a transition near `wall`.
        let before = self.offset_at(wall - MILLIS_PER_DAY);
        let after = self.offset_at(wall + MILLIS_PER_DAY);
        let holds = |offset: i64| self.offset_at(wall - offset) == offset;
        if !holds(before) && holds(after) { wall - after } else { wall - before }
    }

    /// The instant of a wall clock reading that was reached from another one by moving on the calendar.
    ///
    /// moment keeps the reading and corrects the offset it had before the move. Where the reading is
    /// skipped or happens twice this depends on the side it is reached from, unlike [`Zone::instant_of`].
    pub(super) fn instant_after_move(self, wall: i64, offset_before: i64) -> i64 {
        wall - self.offset_at(wall - offset_before)
    }
}

/// The instant as chrono's date in UTC; beyond chrono's years no zone changes any more, so it is clamped.
fn utc(millis: i64) -> NaiveDateTime {
    DateTime::from_timestamp_millis(millis)
        .map_or_else(|| if millis < 0 { NaiveDateTime::MIN } else { NaiveDateTime::MAX }, |instant| instant.naive_utc())
}

fn same_name(left: &str, right: &str) -> bool {
    let plain = |byte: u8| if byte == b'/' { b'_' } else { byte.to_ascii_lowercase() };
    left.len() == right.len() && left.bytes().map(plain).eq(right.bytes().map(plain))
}

#[cfg(test)]
mod tests {
    use super::super::Fields;
    use super::*;

    fn prague() -> Zone {
        Zone::named("Europe/Prague").expect("in the tz database")
    }

    fn wall(year: i64, month: i64, day: i64, hour: i64, minute: i64) -> i64 {
        Fields { year, month, day, hour, minute, second: 0, millisecond: 0 }.to_wall()
    }

    #[test]
    fn unknown_names_are_ignored() {
        assert_eq!(Zone::named("Mars/Olympus"), None);
        assert_eq!(Zone::named(""), None);
        assert_eq!(Zone::named_or("Mars/Olympus", prague()), prague());
    }

    #[test]
    fn names_ignore_letter_case() {
        assert_eq!(Zone::named("europe/prague"), Some(prague()));
        assert_eq!(Zone::named("utc"), Some(Zone::UTC));
        assert_eq!(Zone::named("America_New_York").map(Zone::name), Some("America/New_York"));
    }

    #[test]
    fn offset_and_abbreviation_follow_daylight_saving() {
        let winter = wall(2024, 1, 7, 12, 0);
        let summer = wall(2024, 7, 7, 12, 0);
        assert_eq!(prague().offset_at(winter), 3_600_000);
        assert_eq!(prague().offset_at(summer), 7_200_000);
        assert_eq!(prague().abbreviation_at(winter), "CET");
        assert_eq!(prague().abbreviation_at(summer), "CEST");
        assert_eq!(Zone::UTC.abbreviation_at(winter), "UTC");
        // The tz database writes %z for zones without letters.
        let abbreviation = |name| Zone::named(name).map(|zone| zone.abbreviation_at(summer));
        assert_eq!(abbreviation("America/Sao_Paulo").as_deref(), Some("-03"));
        assert_eq!(abbreviation("Asia/Kathmandu").as_deref(), Some("+0545"));
    }

    #[test]
    fn a_skipped_reading_moves_forward() {
        // Prague 2024-03-31: 02:00 becomes 03:00 at 01:00 UTC.
        let instant = prague().instant_of(wall(2024, 3, 31, 2, 30));
        assert_eq!(prague().wall_at(instant), wall(2024, 3, 31, 3, 30));
        // Samoa skipped all of 2011-12-30.
        let apia = Zone::named("Pacific/Apia").expect("in the tz database");
        let instant = apia.instant_of(wall(2011, 12, 30, 12, 0));
        assert_eq!(apia.wall_at(instant), wall(2011, 12, 31, 12, 0));
    }

    #[test]
    fn a_repeated_reading_is_taken_the_first_time() {
        // Prague 2024-10-27: 03:00 becomes 02:00 at 01:00 UTC.
        assert_eq!(prague().instant_of(wall(2024, 10, 27, 2, 30)), wall(2024, 10, 27, 0, 30));
        assert_eq!(prague().instant_of(wall(2024, 10, 27, 3, 0)), wall(2024, 10, 27, 2, 0));
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        for millis in [-super::super::MAX_MILLIS, super::super::MAX_MILLIS] {
            prague().offset_at(millis);
            prague().abbreviation_at(millis);
            prague().instant_of(millis);
        }
    }
}
