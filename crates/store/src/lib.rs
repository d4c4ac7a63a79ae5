//! Saved connections: one trait, its backends, encryption at rest, the refresh lease
