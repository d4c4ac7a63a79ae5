//! What the outcomes of a refresh leave in a connection's record. Pure.
//!
//! | outcome | presented | failures | not before | needs reauthorization |
//! |---|---|---|---|---|
//! | about to be sent | set, with the first unanswered time if it was set | – | – | – |
//! | new tokens | cleared | 0 | cleared | cleared |
//! | not sent | as before this attempt | + 1 | backoff | – |
//! | unanswered | kept | + 1 | none after the first sending of a token, then backoff | – |
//! | temporary | cleared | + 1 | backoff, or `Retry-After` if longer | – |
//! | permanent | cleared | + 1 | cleared | set |

use super::{RefreshFailure, RefreshFailureKind, Updated};
use crate::{Presented, RecordedFailure, SavedConnection};

const SECOND: i64 = 1_000;

/// Backoff doubles from one second up to this.
const LONGEST_BACKOFF: i64 = 300 * SECOND;

/// `Retry-After` is believed up to this, and no stored time further away
/// either: it would come from a clock that is wrong.
const LONGEST_WAIT: i64 = 86_400 * SECOND;

/// Notes that a refresh is about to be sent. Answers the marker it replaces.
pub(super) fn mark_presented(connection: &mut SavedConnection, holder: &str, now: i64) -> Option<Presented> {
    let record = &mut connection.refresh;
    record.attempts += 1;
    let unanswered_since = record.presented.as_ref().map(|earlier| earlier.unanswered_since.unwrap_or(earlier.at));
    connection.updated = now;
    record.presented.replace(Presented {
        at: now,
        holder: holder.to_owned(),
        attempt: record.attempts,
        unanswered_since,
    })
}

/// How long no refresh may be sent, and why: the earlier failure. Never longer than its writer meant, and where the
/// writer's clock is ahead of ours by more than that, not at all: both times are the writer's, `now` is ours.
pub(super) fn backing_off(connection: &SavedConnection, now: i64) -> Option<(i64, RecordedFailure)> {
    let record = &connection.refresh;
    let failure = record.last_failure.clone()?;
    let not_before = record.not_before?;
    let meant = not_before.saturating_sub(failure.at).min(LONGEST_WAIT);
    let wait = not_before.saturating_sub(now);
    (wait > 0 && wait <= meant.saturating_mul(2)).then_some((wait.min(meant), failure))
}

/// Notes new tokens: `updated` compared with what was `sent`, on top of what
/// is stored by now. `None` where somebody else changed the same keys of
/// `data` meanwhile: then theirs are the newer tokens (a reauthorization).
pub(super) fn apply_answer(
    current: &SavedConnection,
    sent: &SavedConnection,
    updated: &Updated,
    now: i64,
) -> Option<SavedConnection> {
    let mut merged = current.clone();
    let keys = || sent.data.keys().chain(updated.data.keys());
    for key in keys() {
        let (before, ours, theirs) = (sent.data.get(key), updated.data.get(key), current.data.get(key));
        if before == ours || theirs == ours {
            continue;
        }
        if theirs != before {
            return None;
        }
        match ours {
            Some(value) => merged.data.insert(key.clone(), value.clone()),
            None => merged.data.shift_remove(key),
        };
    }
    merged.expires = updated.expires.or(merged.expires.filter(|_| !updated.without_expiry));
    merged.scope = updated.scope.clone().unwrap_or(merged.scope);
    merged.uid = updated.uid.clone().or(merged.uid);
    merged.metadata = updated.metadata.clone().or(merged.metadata);
    merged.updated = now;
    merged.needs_reauthorization = None;
    let record = &mut merged.refresh;
    record.successes += 1;
    record.presented = None;
    record.last_success = Some(now);
    record.last_failure = None;
    record.failures = 0;
    record.not_before = None;
    Some(merged)
}

/// Notes a failure of the refresh that was announced in `sent`; `earlier` is
/// the marker that one replaced.
pub(super) fn apply_failure(
    connection: &mut SavedConnection,
    sent: &SavedConnection,
    earlier: Option<&Presented>,
    failure: &RefreshFailure,
    now: i64,
) -> RecordedFailure {
    let record = &mut connection.refresh;
    let recorded = RecordedFailure {
        at: now,
        attempt: sent.refresh.attempts,
        permanent: failure.kind == RefreshFailureKind::Permanent,
        message: in_words(failure, earlier),
    };
    record.failures = record.failures.saturating_add(1);
    let backoff = now.saturating_add(backoff(record.failures, failure.retry_after));
    if record.presented == sent.refresh.presented {
        record.presented = match failure.kind {
            RefreshFailureKind::NotSent => earlier.cloned(),
            RefreshFailureKind::Unanswered => record.presented.take(),
            RefreshFailureKind::Temporary | RefreshFailureKind::Permanent => None,
        };
    }
    record.not_before = match failure.kind {
        RefreshFailureKind::Permanent => None,
        // Providers that rotate tokens accept the old one for a short while
        // for exactly this case, so one repetition must not wait.
        RefreshFailureKind::Unanswered if earlier.is_none() => None,
        _ => Some(backoff),
    };
    record.last_failure = Some(recorded.clone());
    connection.updated = now;
    if recorded.permanent {
        connection.needs_reauthorization = Some(recorded.message.clone());
    }
    recorded
}

fn in_words(failure: &RefreshFailure, earlier: Option<&Presented>) -> String {
    match (failure.kind, earlier) {
        (RefreshFailureKind::Permanent, Some(_)) => format!(
            "{} (an earlier refresh with the same token was sent and its answer never arrived, so the provider has probably given out new tokens that were lost)",
            failure.message
        ),
        _ => failure.message.clone(),
    }
}

fn backoff(failures: u32, retry_after: Option<i64>) -> i64 {
    let doubled = SECOND << failures.saturating_sub(1).min(20);
    let asked = retry_after.unwrap_or(0).min(LONGEST_WAIT);
    doubled.min(LONGEST_BACKOFF).max(asked)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::DefinitionReference;

    fn connection(data: Value) -> SavedConnection {
        let Value::Object(data) = data else { panic!("an object") };
        SavedConnection { data, ..SavedConnection::new("a", DefinitionReference::default(), 0) }
    }

    fn updated(data: Value) -> Updated {
        Updated { data: connection(data).data, ..Updated::default() }
    }

    #[test]
    fn an_answer_goes_on_top_of_an_edit_but_not_of_newer_tokens() {
        let sent = connection(json!({"token": 1, "label": "a", "gone": 1}));
        let answer = updated(json!({"token": 2, "label": "a"}));
        let cases = [
            (json!({"token": 1, "label": "a", "gone": 1}), Some(json!({"token": 2, "label": "a"}))),
            (json!({"token": 1, "label": "b", "gone": 1}), Some(json!({"token": 2, "label": "b"}))),
            (json!({"token": 1, "label": "a", "gone": 1, "x": 1}), Some(json!({"token": 2, "label": "a", "x": 1}))),
            (json!({"token": 2, "label": "a"}), Some(json!({"token": 2, "label": "a"}))),
            (json!({"token": 3, "label": "a", "gone": 1}), None),
        ];
        for (current, expected) in cases {
            let merged = apply_answer(&connection(current.clone()), &sent, &answer, 9);
            assert_eq!(merged.map(|merged| Value::Object(merged.data)), expected, "{current}");
        }
    }

    #[test]
    fn backoff_doubles_to_five_minutes_and_believes_retry_after_for_a_day() {
        let cases = [(1, None, 1), (2, None, 2), (5, None, 16), (9, None, 256), (10, None, 300), (u32::MAX, None, 300)];
        for (failures, retry_after, seconds) in cases {
            assert_eq!(backoff(failures, retry_after), seconds * SECOND, "{failures}");
        }
        assert_eq!(backoff(1, Some(7_000)), 7_000);
        assert_eq!(backoff(5, Some(7_000)), 16_000);
        assert_eq!(backoff(1, Some(i64::MAX)), LONGEST_WAIT);
    }

    #[test]
    fn each_kind_of_failure_leaves_its_own_trace() {
        use RefreshFailureKind::*;
        // kind, had an earlier unanswered one → presented at, not before, needs the user
        let cases = [
            (NotSent, false, None, Some(1_100), false),
            (NotSent, true, Some(50), Some(1_100), false),
            (Unanswered, false, Some(100), None, false),
            (Unanswered, true, Some(100), Some(1_100), false),
            (Temporary, true, None, Some(1_100), false),
            (Permanent, false, None, None, true),
        ];
        for (kind, had_earlier, presented, not_before, needs_user) in cases {
            let mut sent = connection(json!({}));
            if had_earlier {
                mark_presented(&mut sent, "dead", 50);
            }
            let earlier = mark_presented(&mut sent, "me", 100);
            let mut stored = sent.clone();
            let failure = RefreshFailure::new(kind, "no");
            apply_failure(&mut stored, &sent, earlier.as_ref(), &failure, 100);
            let record = &stored.refresh;
            assert_eq!(record.presented.as_ref().map(|marker| marker.at), presented, "{kind:?}");
            assert_eq!(record.not_before, not_before, "{kind:?}");
            assert_eq!(stored.needs_reauthorization.is_some(), needs_user, "{kind:?}");
            assert_eq!(record.failures, 1);
        }
    }

    #[test]
    fn the_first_unanswered_time_is_kept_through_repetitions() {
        let mut stored = connection(json!({}));
        for now in [10, 20, 30] {
            mark_presented(&mut stored, "me", now);
        }
        let marker = stored.refresh.presented.unwrap();
        assert_eq!((marker.at, marker.unanswered_since, marker.attempt), (30, Some(10), 3));
    }

    #[test]
    fn a_wait_no_honest_clock_would_write_is_ignored() {
        let mut stored = connection(json!({}));
        let sent = stored.clone();
        let failure = RefreshFailure::new(RefreshFailureKind::Temporary, "busy");
        apply_failure(&mut stored, &sent, None, &failure, 1_000_000);
        assert_eq!(backing_off(&stored, 1_000_400).map(|(wait, _)| wait), Some(600));
        assert_eq!(backing_off(&stored, 1_001_000), None);
        // The writer's clock may be ahead of ours by as much as it meant to wait, not by more.
        assert_eq!(backing_off(&stored, 999_100).map(|(wait, _)| wait), Some(1_000));
        assert_eq!(backing_off(&stored, 998_900), None);
        assert_eq!(backing_off(&stored, 1_000_000 - 2 * LONGEST_WAIT), None);
    }
}
