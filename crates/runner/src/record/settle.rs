//! What a flow makes of secrets: digests, signatures, other spellings.
//!
//! No list of forms can know them all, but a replay finds them: it has placeholders where the recording had secrets, so
//! what is made of a secret comes out otherwise. Such a value is a secret itself (it may be a password's hash), and
//! with a placeholder in its place the replay is the recording again.

use connspec_exchange::{Fixture, Learned, RecordingError, Secrets, secret_name};
use connspec_spec::{Compat, Definition};
use serde_json::Value;

use super::compare::ReplayDifference;
use super::replay::replay;

/// Shorter texts are words of the protocol rather than something made of a secret.
const SHORTEST: usize = 8;

/// The fixture that `seal` makes, with placeholders for what is made of secrets; and in what its replay differs all the
/// same.
pub(super) async fn settle(
    seal: impl Fn() -> Result<Fixture, RecordingError>,
    definition: &Definition,
    compat: &Compat,
    secrets: &Secrets,
) -> (Result<Fixture, RecordingError>, Vec<ReplayDifference>) {
    let mut fixture = match seal() {
        Ok(fixture) => fixture,
        Err(error) => return (Err(error), Vec::new()),
    };
    // A replay stops at the first request that differs, so each may need a round of its own.
    let rounds = fixture.exchanges.len() + 2;
    let mut differences = Vec::new();
    for _ in 0..rounds {
        differences = Box::pin(replay(&fixture, definition, compat)).await.differences;
        let made: Vec<(String, String)> = differences.iter().filter_map(made_of_secrets).collect();
        let learnt = made.iter().filter(|(name, value)| secrets.learn(name, value) == Learned::New).count();
        if learnt == 0 {
            break;
        }
        match seal() {
            Ok(sealed) => fixture = sealed,
            Err(error) => return (Err(error), Vec::new()),
        }
    }
    (Ok(fixture), differences)
}

/// The name of the field and what of its recorded value is not sent again.
fn made_of_secrets(difference: &ReplayDifference) -> Option<(String, String)> {
    let ReplayDifference {
        pointer, expected: Some(Value::String(recorded)), actual: Some(Value::String(sent)), ..
    } = difference
    else {
        return None;
    };
    let of_a_field = ["/data/", "/uid", "/metadata/"].iter().any(|part| pointer.starts_with(part));
    if !(difference.is_of_a_request() || of_a_field) {
        return None;
    }
    let made = middle(recorded, sent);
    let name = secret_name(pointer.rsplit('/').find(|part| part.parse::<usize>().is_err()).unwrap_or_default());
    (made.chars().count() >= SHORTEST && !made.contains(['«', '»']))
        .then(|| (if name.is_empty() { "made".to_owned() } else { name }, made.to_owned()))
}

/// The part of `recorded` that is not in `sent`, as whole words.
fn middle<'t>(recorded: &'t str, sent: &str) -> &'t str {
    let same = |(left, right): &(char, char)| left == right;
    let length = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
        pairs.take_while(same).map(|(character, _)| character.len_utf8()).sum()
    };
    let start = length(&mut recorded.chars().zip(sent.chars()));
    let end = recorded.len() - length(&mut recorded[start..].chars().rev().zip(sent.chars().rev()));
    if start == end {
        return "";
    }
    let word = |character: &char| character.is_alphanumeric() || "+-_".contains(*character);
    let before: usize = recorded[..start].chars().rev().take_while(word).map(char::len_utf8).sum();
    let after: usize = recorded[end..].chars().take_while(word).map(char::len_utf8).sum();
    let padding = recorded[end + after..].chars().take_while(|character| *character == '=').count();
    &recorded[start - before..end + after + padding]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_part_that_differs_is_a_whole_word() {
        for (recorded, sent, expected) in [
            ("abcdef", "uvwxyz", "abcdef"),
            ("<a>9a0b</a>", "<a>9c1b</a>", "9a0b"),
            ("keyId=\"k\",signature=\"Zm9v+/A=\"", "keyId=\"k\",signature=\"YmFyQUJD\"", "Zm9v+/A="),
            ("SECRET", "«SECRET#1»", "SECRET"),
            ("same", "same", ""),
            ("https://a.example/users/9f86d081/me?sig=1", "https://a.example/users/«x#1»/me?sig=1", "9f86d081"),
            ("a=1&sig=9f86d081&b=2", "a=1&sig=9c1b&b=2", "9f86d081"),
            ("ünd: Ä1", "ünd: Ö1", "Ä1"),
        ] {
            assert_eq!(middle(recorded, sent), expected, "{recorded}");
        }
    }
}
