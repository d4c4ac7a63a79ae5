//! The rules: every mistake a definition can hold, one file per rule
