//! The clock leases go by in places that have none of their own.

use std::time::{SystemTime, UNIX_EPOCH};

/// Unix milliseconds by this machine's wall clock; 0 before 1970.
pub(crate) fn now_millis() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX)
}

/// What a clock says, and which clock it is: only readings of the same clock can be compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reading {
    pub(crate) clock: String,
    pub(crate) millis: i64,
}

/// The clock of a machine, or of another one for tests.
#[derive(Clone, Debug, Default)]
pub(crate) struct MachineClock {
    named: Option<String>,
    ahead: i64,
}

impl MachineClock {
    /// A clock that is `ahead` milliseconds of this machine's. Under the same name it claims to be the same clock.
    #[cfg(test)]
    pub(crate) fn of_another(name: &str, ahead: i64) -> Self {
        Self { named: Some(name.to_owned()), ahead }
    }

    /// The time since the machine was started, which nobody can set, where the system tells it; else the wall clock.
    pub(crate) fn read(&self) -> Reading {
        let here = since_start().unwrap_or_else(|| Reading { clock: "wall".to_owned(), millis: now_millis() });
        match &self.named {
            Some(name) => Reading { clock: name.clone(), millis: here.millis.saturating_add(self.ahead) },
            None => here,
        }
    }
}

/// Linux: the clock is this start of this machine; it runs while the machine sleeps and is the same for every process,
/// whatever time zone, setting or container it lives in (a container with a clock of its own has an id of its own).
#[cfg(target_os = "linux")]
fn since_start() -> Option<Reading> {
    use std::sync::OnceLock;
    static START: OnceLock<Option<String>> = OnceLock::new();

    let id = START.get_or_init(|| {
        let id = std::fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        Some(id.trim().to_owned()).filter(|id| !id.is_empty())
    });
    let uptime = std::fs::read_to_string("/proc/uptime").ok()?;
    Some(Reading { clock: id.clone()?, millis: millis_of_uptime(&uptime)? })
}

#[cfg(not(target_os = "linux"))]
fn since_start() -> Option<Reading> {
    None
}

/// The first number of `/proc/uptime`, seconds with two decimals, in milliseconds.
#[cfg(target_os = "linux")]
fn millis_of_uptime(text: &str) -> Option<i64> {
    let (seconds, hundredths) = text.split_whitespace().next()?.split_once('.')?;
    let hundredths = Some(hundredths).filter(|digits| digits.len() == 2)?;
    Some(seconds.parse::<i64>().ok()? * 1_000 + hundredths.parse::<i64>().ok()? * 10)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_uptime_is_read_as_milliseconds() {
        assert_eq!(millis_of_uptime("350735.47 234388.90\n"), Some(350_735_470));
        assert_eq!(millis_of_uptime("0.05 0.00\n"), Some(50));
        for odd in ["", "\n", "12", "12.", "12.3", "a.bc 1", "1.234"] {
            assert_eq!(millis_of_uptime(odd), None, "{odd:?}");
        }
    }

    #[test]
    fn the_machine_has_one_clock_that_does_not_go_back() {
        let (first, second) = (MachineClock::default().read(), MachineClock::default().read());
        assert_eq!(first.clock, second.clock);
        assert_ne!(first.clock, "wall", "Linux tells its start");
        assert!(first.millis <= second.millis && first.millis > 0);
    }
}
