//! What holds for every date and for every text: no panic, and what is written can be read back.

use connspec_iml::Date;
use connspec_iml::moment::arithmetic::{Field, Unit, add, set, set_day};
use connspec_iml::moment::{MAX_MILLIS, Zone, detect, format, in_range, iso_text, parse};
use proptest::prelude::*;

const ZONES: [&str; 6] =
    ["UTC", "Europe/Prague", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu"];

const UNITS: [Unit; 6] = [Unit::Seconds, Unit::Minutes, Unit::Hours, Unit::Days, Unit::Months, Unit::Years];

const FIELDS: [Field; 6] = [Field::Second, Field::Minute, Field::Hour, Field::Date, Field::Month, Field::Year];

fn zone() -> impl Strategy<Value = Zone> {
    prop::sample::select(&ZONES[..]).prop_map(|name| Zone::named(name).expect("in the tz database"))
}

/// Every instant a JavaScript date can hold.
fn instant() -> impl Strategy<Value = i64> {
    -MAX_MILLIS..=MAX_MILLIS
}

/// Text that looks enough like dates and formats to reach deep.
fn datelike() -> impl Strategy<Value = String> {
    "[-0-9:./TZWYMDdHhmsSAaXxQEGgwLl \\\\\\[\\]+é😀]{0,24}"
}

proptest! {
    #[test]
    fn iso_text_can_be_read_back(millis in instant(), zone in zone()) {
        let text = Date { millis }.to_iso();
        prop_assert_eq!(iso_text(&text, zone), Some(millis));
        prop_assert_eq!(detect(&text, zone), Some(millis));
    }

    #[test]
    fn a_date_with_offset_can_be_read_back(millis in 0..4_102_444_800_000_i64, zone in zone()) {
        let tokens = "YYYY-MM-DDTHH:mm:ss.SSSZ";
        let text = format(millis, tokens, zone);
        prop_assert_eq!(parse(&text, tokens, Zone::UTC, 0), Ok(millis));
        prop_assert_eq!(detect(&text, Zone::UTC), Some(millis));
    }

    #[test]
    fn a_wall_clock_reading_leads_to_an_instant_that_shows_it(millis in 0..4_102_444_800_000_i64, zone in zone()) {
        // Every reading that some instant shows is shown by the instant it leads to, the first of its kind.
        let reading = zone.wall_at(millis);
        let first = zone.instant_of(reading);
        prop_assert_eq!(zone.wall_at(first), reading);
        prop_assert!(first <= millis);
    }

    #[test]
    fn no_text_and_no_format_panics(text in datelike(), tokens in datelike(), zone in zone(), now in instant()) {
        let _ = format(now, &tokens, zone);
        for found in [parse(&text, &tokens, zone, now).ok(), detect(&text, zone), iso_text(&text, zone)] {
            prop_assert!(found.is_none_or(in_range));
        }
    }

    #[test]
    fn no_amount_panics_or_leaves_the_range(millis in instant(), amount in any::<f64>(), zone in zone()) {
        for moderate in [amount, amount % 1e6] {
            let sums = UNITS.map(|unit| add(millis, moderate, unit, zone));
            let settings = FIELDS.map(|field| set(millis, moderate, field, zone));
            for result in sums.into_iter().chain(settings).chain([set_day(millis, moderate, zone)]) {
                prop_assert!(result.is_none_or(in_range));
            }
        }
    }
}
