//! A span of time together with the unit in which an answer tells it.

/// The unit a provider writes its `expires_in` in. RFC 6749 §5.1 says seconds; some do otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Thousandths of a second.
    Milliseconds,
    /// RFC 6749's unit.
    Seconds,
    /// The Academy's unit.
    Minutes,
    /// Hours.
    Hours,
}

impl Unit {
    /// How many milliseconds one of it lasts.
    pub fn millis(self) -> i64 {
        match self {
            Self::Milliseconds => 1,
            Self::Seconds => 1_000,
            Self::Minutes => 60_000,
            Self::Hours => 3_600_000,
        }
    }
}

/// How long something lives, and the unit in which that is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetime {
    /// The true length in milliseconds.
    pub millis: i64,
    /// The unit of the number in an answer.
    pub unit: Unit,
}

impl Lifetime {
    /// So many seconds, told in seconds.
    pub fn seconds(count: i64) -> Self {
        Self::of(count, Unit::Seconds)
    }

    /// So many minutes, told in minutes.
    pub fn minutes(count: i64) -> Self {
        Self::of(count, Unit::Minutes)
    }

    /// `count` of `unit`, told in `unit`.
    pub fn of(count: i64, unit: Unit) -> Self {
        Self { millis: count.saturating_mul(unit.millis()), unit }
    }

    /// The same length told in another unit.
    pub fn told_in(self, unit: Unit) -> Self {
        Self { unit, ..self }
    }

    /// The number an answer carries.
    pub fn told(self) -> i64 {
        self.millis / self.unit.millis()
    }

    /// The instant (Unix milliseconds) at which something made at `now` ends.
    pub fn end(self, now: i64) -> i64 {
        now.saturating_add(self.millis)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_minutes_are_told_as_5_or_300_and_last_equally_long() {
        let minutes = Lifetime::minutes(5);
        assert_eq!((minutes.told(), minutes.end(1_000)), (5, 301_000));
        assert_eq!(minutes.told_in(Unit::Seconds).told(), 300);
        assert_eq!(minutes.told_in(Unit::Seconds).end(1_000), 301_000);
    }

    #[test]
    fn an_absurd_lifetime_saturates() {
        assert_eq!(Lifetime::of(i64::MAX, Unit::Hours).end(1), i64::MAX);
    }
}
