//! The movies: six that stay as they are, and up to fourteen of one's own.

use serde_json::{Map, Value, json};

use super::stock;

/// How many movies one may add (academy-api.md, "Data limits").
const OWN_LIMIT: usize = 14;

/// Every movie there is.
pub struct Movies {
    records: Vec<Value>,
    last: usize,
}

/// Why something was not done.
pub struct Refused {
    /// The HTTP status.
    pub status: u16,
    /// A sentence.
    pub message: String,
}

impl Refused {
    /// A refusal.
    pub fn new(status: u16, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }
}

impl Default for Movies {
    fn default() -> Self {
        let records = stock::movies();
        Self { last: records.len(), records }
    }
}

impl Movies {
    /// All of them, the fixed ones first.
    pub fn all(&self) -> impl Iterator<Item = &Value> {
        self.records.iter()
    }

    /// One movie.
    pub fn get(&self, id: &str) -> Result<Value, Refused> {
        Ok(self.records[self.position(id)?].clone())
    }

    /// Adds a movie with these members.
    pub fn add(&mut self, members: &Value) -> Result<Value, Refused> {
        if self.records.len() >= stock::FIXED_MOVIES + OWN_LIMIT {
            return Err(Refused::new(400, format!("only {OWN_LIMIT} movies of one's own can be stored")));
        }
        let movie = movie(self.last + 1, checked(members)?)?;
        self.last += 1;
        self.records.push(movie.clone());
        Ok(movie)
    }

    /// Puts other members in the place of a movie's own.
    pub fn replace(&mut self, id: &str, members: &Value) -> Result<Value, Refused> {
        let (at, number) = self.own(id)?;
        self.records[at] = movie(number, checked(members)?)?;
        Ok(self.records[at].clone())
    }

    /// Changes the members that are named.
    pub fn change(&mut self, id: &str, members: &Value) -> Result<Value, Refused> {
        let (at, number) = self.own(id)?;
        let mut merged = self.records[at].as_object().cloned().unwrap_or_default();
        merged.extend(checked(members)?.clone());
        self.records[at] = movie(number, &merged)?;
        Ok(self.records[at].clone())
    }

    /// Removes a movie.
    pub fn delete(&mut self, id: &str) -> Result<(), Refused> {
        let (at, _) = self.own(id)?;
        self.records.remove(at);
        Ok(())
    }

    fn position(&self, id: &str) -> Result<usize, Refused> {
        let number: usize = id.parse().map_err(|_| unknown())?;
        self.records.iter().position(|record| record["id"] == number).ok_or_else(unknown)
    }

    fn own(&self, id: &str) -> Result<(usize, usize), Refused> {
        let at = self.position(id)?;
        if at < stock::FIXED_MOVIES {
            return Err(Refused::new(403, "this movie is fixed: it can be neither changed nor deleted"));
        }
        let number = self.records[at]["id"].as_u64().and_then(|id| usize::try_from(id).ok());
        Ok((at, number.ok_or_else(unknown)?))
    }
}

fn unknown() -> Refused {
    Refused::new(404, "there is no movie with this id")
}

fn checked(members: &Value) -> Result<&Map<String, Value>, Refused> {
    members.as_object().ok_or_else(|| Refused::new(400, "a movie is a JSON object"))
}

/// A movie's members, checked; others are left out.
fn movie(id: usize, members: &Map<String, Value>) -> Result<Value, Refused> {
    let bad = |text: &str| Refused::new(400, text);
    let title = members.get("title").and_then(Value::as_str).filter(|title| !title.trim().is_empty());
    let title = title.ok_or_else(|| bad("title is required, a text"))?;
    let year = members.get("year").cloned().unwrap_or_default();
    if !year.is_null() && !year.is_u64() {
        return Err(bad("year must be a number"));
    }
    let genre = members.get("genre").cloned().unwrap_or_default();
    if !genre.is_null() && !stock::GENRES.iter().any(|known| genre == *known) {
        return Err(bad("genre must be one of GET /genres"));
    }
    Ok(json!({ "id": id, "title": title, "year": year, "genre": genre }))
}
