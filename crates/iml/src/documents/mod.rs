//! Documents that become values and back: JSON as JavaScript reads and writes it, XML in Make's shape.
//!
//! Reading is bounded: in depth by [`DEEPEST`], in size by what the values may take in memory. A complaint
//! never quotes the document, which may hold a secret.

pub mod json;
pub mod xml;

/// How deep a document may nest.
pub const DEEPEST: usize = 128;

/// Why a text cannot be read as a document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// It is not well-formed.
    #[error("{why} (line {line}, column {column})")]
    Malformed {
        /// What is wrong, in words; nothing of the text is quoted.
        why: String,
        /// The line, counted from 1.
        line: usize,
        /// The column in bytes, counted from 1.
        column: usize,
    },
    /// It nests deeper than [`DEEPEST`].
    #[error("it nests deeper than {DEEPEST} (line {line}, column {column})")]
    TooDeep {
        /// The line, counted from 1.
        line: usize,
        /// The column in bytes, counted from 1.
        column: usize,
    },
    /// Its values take more memory than allowed.
    #[error("its values take more than {0} bytes")]
    TooLarge(usize),
}

/// What is left of the memory that the values of a document may take.
struct Budget {
    allowed: usize,
    left: std::cell::Cell<usize>,
}

impl Budget {
    fn new(allowed: usize) -> Self {
        Self { allowed, left: std::cell::Cell::new(allowed) }
    }

    /// Takes `bytes` off.
    fn take(&self, bytes: usize) -> Result<(), Invalid> {
        let left = self.left.get().checked_sub(bytes).ok_or(Invalid::TooLarge(self.allowed))?;
        self.left.set(left);
        Ok(())
    }
}
