//! The IML expression language: parse and evaluate, without clock, randomness or I/O of its own
