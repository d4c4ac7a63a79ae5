//! The library people embed: checks, runs, replays and saved connections in one place
