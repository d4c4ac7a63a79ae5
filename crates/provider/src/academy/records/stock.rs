//! The records that are always there.

use serde_json::{Value, json};

/// How many movies cannot be changed (academy-api.md, "Data limits").
pub const FIXED_MOVIES: usize = 6;

/// All genres.
pub const GENRES: [&str; 5] = ["comedy", "crime", "drama", "horror", "science fiction"];

/// The fixed movies.
pub fn movies() -> Vec<Value> {
    let movies: [(&str, u16, &str); FIXED_MOVIES] = [
        ("Nosferatu", 1922, "horror"),
        ("Sherlock Jr.", 1924, "comedy"),
        ("The General", 1926, "comedy"),
        ("Metropolis", 1927, "science fiction"),
        ("M", 1931, "crime"),
        ("Modern Times", 1936, "comedy"),
    ];
    let record =
        |(index, (title, year, genre))| json!({ "id": index + 1, "title": title, "year": year, "genre": genre });
    movies.into_iter().enumerate().map(record).collect()
}

/// The people.
pub fn people() -> Vec<Value> {
    named(&["Buster Keaton", "Charlie Chaplin", "F. W. Murnau", "Fritz Lang", "Paulette Goddard", "Thea von Harbou"])
}

/// The organizations.
pub fn organizations() -> Vec<Value> {
    named(&["Joseph M. Schenck Productions", "Metro Pictures", "Nero-Film", "Prana-Film", "UFA", "United Artists"])
}

fn named(names: &[&str]) -> Vec<Value> {
    names.iter().enumerate().map(|(index, name)| json!({ "id": index + 1, "name": name })).collect()
}
