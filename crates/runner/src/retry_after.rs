//! `Retry-After`: how long a provider asks to wait (RFC 9110 §10.2.3).

/// Milliseconds from `now` (Unix milliseconds) that the header's value asks to wait: seconds, or an HTTP date.
/// None when it is neither; a date that has passed asks for no wait.
pub(crate) fn millis(value: &str, now: i64) -> Option<u64> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u32>() {
        return Some(u64::from(seconds) * 1000);
    }
    let moment = http_date(value)?;
    Some(u64::try_from(moment.saturating_sub(now)).unwrap_or(0))
}

/// An IMF-fixdate, `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 §5.6.7), in Unix milliseconds.
fn http_date(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (_, rest) = text.split_once(", ")?;
    let words: Vec<&str> = rest.split(' ').collect();
    let [day, month, year, time, "GMT"] = words.as_slice() else { return None };
    let month = MONTHS.iter().position(|name| name == month)? as i64 + 1;
    let (day, year): (i64, i64) = (day.parse().ok()?, year.parse().ok()?);
    let clock: Vec<i64> = time.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [hours, minutes, seconds] = clock.as_slice() else { return None };
    let in_range = (1..=31).contains(&day) && (1970..=9999).contains(&year);
    in_range.then(|| (days_from_1970(year, month, day) * 86_400 + hours * 3600 + minutes * 60 + seconds) * 1000)
}

/// Days from 1970-01-01 to a day of the Gregorian calendar, counting years from March so that leap days come last.
fn days_from_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let day_of_year = (153 * month + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates() {
        // 784111777 is the RFC's own example of a date.
        let example = "Sun, 06 Nov 1994 08:49:37 GMT";
        assert_eq!(http_date(example), Some(784_111_777_000));
        assert_eq!(millis(example, 784_111_770_000), Some(7_000));
        assert_eq!(millis(example, 784_111_790_000), Some(0));
        assert_eq!(millis(" 120 ", 0), Some(120_000));
        for nonsense in ["", "soon", "-1", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49 GMT"] {
            assert_eq!(millis(nonsense, 0), None, "{nonsense}");
        }
    }

    #[test]
    fn leap_days_count() {
        assert_eq!(days_from_1970(1970, 1, 1), 0);
        assert_eq!(days_from_1970(2000, 2, 29), 11_016);
        assert_eq!(days_from_1970(2000, 3, 1), 11_017);
    }
}
