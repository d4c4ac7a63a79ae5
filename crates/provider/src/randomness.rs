//! Where codes, tokens and tickets get their unpredictability from: the system, or a seed in tests.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// A source of random bytes. It is injected, so that a rehearsal can be repeated to the byte.
pub trait Randomness: Send + Sync {
    /// Fills `bytes` completely.
    fn fill(&self, bytes: &mut [u8]);

    /// A fresh token of 32 random bytes, 43 characters of the URL-safe alphabet: more than the
    /// 128 bits of RFC 6749 §10.10.
    fn token(&self) -> String {
        let mut bytes = [0u8; 32];
        self.fill(&mut bytes);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

/// The operating system's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandom;

impl Randomness for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("the operating system provides randomness");
    }
}

/// A predictable sequence for tests and rehearsals: SHA-256 over a seed and a counter.
#[derive(Debug)]
pub struct SeededRandom {
    seed: u64,
    counter: AtomicU64,
}

impl SeededRandom {
    /// The sequence that belongs to `seed`.
    pub fn new(seed: u64) -> Self {
        Self { seed, counter: AtomicU64::new(0) }
    }
}

impl Randomness for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(32) {
            let counter = self.counter.fetch_add(1, Ordering::Relaxed);
            let mut hash = Sha256::new();
            hash.update(self.seed.to_be_bytes());
            hash.update(counter.to_be_bytes());
            chunk.copy_from_slice(&hash.finalize()[..chunk.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_always_gives_the_same_tokens_and_never_the_same_one_twice() {
        let (first, again) = (SeededRandom::new(7), SeededRandom::new(7));
        let tokens: Vec<_> = (0..3).map(|_| first.token()).collect();
        assert_eq!(tokens, (0..3).map(|_| again.token()).collect::<Vec<_>>());
        assert_ne!(tokens[0], tokens[1]);
        assert_ne!(tokens[0], SeededRandom::new(8).token());
    }

    #[test]
    fn a_token_has_43_characters() {
        assert_eq!(SystemRandom.token().len(), 43);
    }
}
