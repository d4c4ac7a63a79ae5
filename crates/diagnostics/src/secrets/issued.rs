//! Keys that show by their beginning which service issued them, in the forms the services document.

use std::ops::Range;

use super::{bits_per_character, is_placeholder};

/// A key of a service, written out in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedKey {
    /// Where it stands.
    pub range: Range<usize>,
    /// How all keys of its form begin; no part of the secret.
    pub prefix: &'static str,
}

/// What a key is made of behind its prefix.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Letters {
    /// `0-9a-fA-F`.
    Hex,
    /// `0-9A-Z`.
    Capitals,
    /// Letters and digits.
    Plain,
    /// Those, `_` and `-`.
    Url,
    /// Those and `.`.
    Dotted,
}

/// How much of a key comes behind its prefix.
#[derive(Clone, Copy)]
enum Length {
    Exactly(usize),
    AtLeast(usize),
}

use Length::{AtLeast, Exactly};
use Letters::{Capitals, Dotted, Hex, Plain, Url};

/// Prefix, what follows it, and how much of that. Keys that a service calls public are none of them.
#[rustfmt::skip]
const FORMS: &[(&str, Letters, Length)] = &[
    ("AIza", Url, Exactly(35)),
    ("AKIA", Capitals, Exactly(16)),
    ("ASIA", Capitals, Exactly(16)),
    ("CFPAT-", Url, AtLeast(40)),
    ("GOCSPX-", Url, Exactly(28)),
    ("PMAK-", Url, AtLeast(50)),
    ("SG.", Dotted, AtLeast(60)),
    ("dapi", Hex, Exactly(32)),
    ("doo_v1_", Hex, Exactly(64)),
    ("dop_v1_", Hex, Exactly(64)),
    ("dor_v1_", Hex, Exactly(64)),
    ("figd_", Url, AtLeast(40)),
    ("gho_", Plain, AtLeast(36)),
    ("ghp_", Plain, AtLeast(36)),
    ("ghr_", Plain, AtLeast(36)),
    ("ghs_", Plain, AtLeast(36)),
    ("ghu_", Plain, AtLeast(36)),
    ("github_pat_", Url, AtLeast(60)),
    ("gldt-", Url, AtLeast(20)),
    ("gloas-", Url, AtLeast(40)),
    ("glpat-", Url, AtLeast(20)),
    ("glptt-", Url, AtLeast(40)),
    ("glrt-", Url, AtLeast(20)),
    ("glsa_", Url, AtLeast(32)),
    ("gsk_", Plain, AtLeast(40)),
    ("hf_", Plain, AtLeast(34)),
    ("hvs.", Url, AtLeast(80)),
    ("key-", Hex, Exactly(32)),
    ("lin_api_", Plain, AtLeast(40)),
    ("npm_", Plain, Exactly(36)),
    ("ntn_", Plain, AtLeast(40)),
    ("pat-eu1-", Url, AtLeast(36)),
    ("pat-na1-", Url, AtLeast(36)),
    ("pk_", Hex, Exactly(34)),
    ("pplx-", Plain, AtLeast(40)),
    ("pypi-", Url, AtLeast(80)),
    ("r8_", Plain, AtLeast(37)),
    ("rk_live_", Plain, AtLeast(16)),
    ("rk_test_", Plain, AtLeast(16)),
    ("rubygems_", Hex, Exactly(48)),
    ("sb_secret_", Url, AtLeast(20)),
    ("sbp_", Hex, Exactly(40)),
    ("secret_", Plain, Exactly(43)),
    ("shippo_live_", Hex, Exactly(40)),
    ("shpat_", Hex, Exactly(32)),
    ("shpca_", Hex, Exactly(32)),
    ("shppa_", Hex, Exactly(32)),
    ("shpss_", Hex, Exactly(32)),
    ("sk-admin-", Url, AtLeast(40)),
    ("sk-ant-", Url, AtLeast(60)),
    ("sk-or-v1-", Hex, Exactly(64)),
    ("sk-proj-", Url, AtLeast(40)),
    ("sk-svcacct-", Url, AtLeast(40)),
    ("sk-", Plain, AtLeast(32)),
    ("sk_live_", Plain, AtLeast(16)),
    ("sk_test_", Plain, AtLeast(16)),
    ("sntryu_", Hex, Exactly(64)),
    ("sq0atp-", Url, Exactly(22)),
    ("sq0csp-", Url, Exactly(43)),
    ("tfp_", Dotted, AtLeast(40)),
    ("whsec_", Plain, AtLeast(24)),
    ("xapp-", Url, AtLeast(40)),
    ("xkeysib-", Url, AtLeast(80)),
    ("xoxa-", Url, AtLeast(24)),
    ("xoxb-", Url, AtLeast(24)),
    ("xoxe-", Url, AtLeast(24)),
    ("xoxe.xoxb-", Url, AtLeast(24)),
    ("xoxe.xoxp-", Url, AtLeast(24)),
    ("xoxp-", Url, AtLeast(24)),
    ("xoxr-", Url, AtLeast(24)),
    ("xoxs-", Url, AtLeast(24)),
];

/// The first three letters of each prefix, as one number.
const STARTS: [u32; FORMS.len()] = {
    let (mut starts, mut at) = ([0; FORMS.len()], 0);
    while at < FORMS.len() {
        starts[at] = start_of(FORMS[at].0.as_bytes());
        at += 1;
    }
    starts
};

const fn start_of(word: &[u8]) -> u32 {
    u32::from_le_bytes([word[0], word[1], word[2], 0])
}

/// The keys in a text, in order.
pub fn issued_keys(text: &str) -> impl Iterator<Item = IssuedKey> + '_ {
    long_words(text.as_bytes()).filter_map(move |word| {
        let (prefix, length) = issued(&text[word.clone()])?;
        Some(IssuedKey { range: word.start..word.start + length, prefix })
    })
}

/// The shortest key with its prefix.
const SHORTEST: usize = 20;

/// Which bytes keys are made of: every text is looked through for them.
const OF_WORDS: [bool; 256] = {
    let (mut are, mut byte) = ([false; 256], 0);
    while byte < are.len() {
        are[byte] = Dotted.have(byte as u8);
        byte += 1;
    }
    are
};

/// Runs of at least [`SHORTEST`] bytes of which keys are made. Each look is at the end of the next such stretch, so that
/// most of a text is never looked at.
fn long_words(text: &[u8]) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    std::iter::from_fn(move || {
        loop {
            let stretch = text.get(start..start + SHORTEST)?;
            if let Some(other) = stretch.iter().rposition(|byte| !OF_WORDS[usize::from(*byte)]) {
                start += other + 1;
                continue;
            }
            let rest = text[start + SHORTEST..].iter().position(|byte| !OF_WORDS[usize::from(*byte)]);
            let word = start..rest.map_or(text.len(), |length| start + SHORTEST + length);
            start = word.end;
            return Some(word);
        }
    })
}

/// The prefix of the key that a word begins with, and the length of the key.
fn issued(word: &str) -> Option<(&'static str, usize)> {
    // Nearly every long word is no key: one look at all starts decides.
    if !STARTS.contains(&start_of(word.as_bytes())) {
        return None;
    }
    let (prefix, letters, length) = FORMS.iter().find(|(prefix, ..)| word.starts_with(prefix))?;
    let rest = &word[prefix.len()..];
    let behind = &rest[..rest.bytes().position(|byte| !letters.have(byte)).unwrap_or(rest.len())];
    let fits = match length {
        Exactly(length) => rest.len() == *length && behind.len() == *length,
        AtLeast(length) => behind.len() >= *length,
    };
    // Without a digit it may be words: `ASIAPACIFICNORTHEAST`, `glpat-of-the-deployment`.
    let may_be_words = matches!(letters, Capitals | Url | Dotted) && !behind.bytes().any(|byte| byte.is_ascii_digit());
    let looks_random = || !may_be_words && bits_per_character(behind) >= super::FEWEST_BITS && !is_placeholder(behind);
    (fits && looks_random()).then_some((prefix, prefix.len() + behind.len()))
}

impl Letters {
    const fn have(self, byte: u8) -> bool {
        match self {
            Hex => byte.is_ascii_hexdigit(),
            Capitals => byte.is_ascii_digit() || byte.is_ascii_uppercase(),
            Plain => byte.is_ascii_alphanumeric(),
            Url => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'),
            Dotted => byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Forty letters and digits without order.
    const RANDOM: &str = "k7Fq2pZx9LmN4vRt8WbYs3HdJ6cGuE5aQ1oXnT0i";
    const HEX: &str = "9f86d081884c7d659a2feaa0c55ad0159f2d4b71c3e8a60b";

    fn found(text: &str) -> Vec<(&str, &str)> {
        issued_keys(text).map(|key| (key.prefix, &text[key.range])).collect()
    }

    #[test]
    fn keys_are_found_wherever_they_stand() {
        for (prefix, rest) in [
            ("sk_live_", &RANDOM[..24]),
            ("sk_test_", &RANDOM[..24]),
            ("ghp_", &RANDOM[..36]),
            ("glpat-", &RANDOM[..20]),
            ("xoxb-", "123412341234-432143214321-k7Fq2pZx9LmN4vRt8WbYs3Hd"),
            ("AKIA", "QYLPMN5HXK2TVZ4D"),
            ("AIza", &RANDOM[..35]),
            ("key-", &HEX[..32]),
            ("shpat_", &HEX[..32]),
            ("sk-proj-", RANDOM),
        ] {
            let key = format!("{prefix}{rest}");
            for text in [
                key.clone(),
                format!("Bearer {key}"),
                format!("https://a.test/x?limit=1&key={key}&y=2"),
                format!("https://user:{key}@api.acme.test"),
                format!("{{{{ifempty(parameters.apiKey, '{key}')}}}}"),
                format!("größe {key}, und so weiter"),
            ] {
                assert_eq!(found(&text), [(prefix, &*key)], "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_key_is_left_alone() {
        for text in [
            "sk_live_",
            "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx",
            "sk_test_your_key_here_0123456789",
            "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
            "ghp_k7Fq2pZx9LmN4vRt8WbY",
            "AKIAIOSFODNN7EXAMPLE",
            "AIzaSyD-your-key",
            "ASIAPACIFICNORTHEAST",
            "glpat-of-the-deployment-user",
            "xoxb-token-of-the-workspace-bot",
            "xoxb-your-token-comes-here-please",
            "{{connection.accessToken}}",
            "key-management-and-the-rest-of-it",
            "pk_live_k7Fq2pZx9LmN4vRt8WbYs3Hd",
            "https://github.com/acme/glpat-is-no-token",
            "graph_k7Fq2pZx9LmN4vRt8WbYs3HdJ6cGuE5aQ1oXnT0i",
            "sk-learn-and-other-libraries-for-models",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
