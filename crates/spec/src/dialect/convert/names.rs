//! What a manifest's names are called in an app.

use super::super::FormItem;

/// Names Make fills itself.
const RESERVED: [&str; 2] = ["accountName", "teamID"];

/// The form fields: the manifest's id, and what it is called in the app.
#[derive(Debug, Clone, Default)]
pub(super) struct Names(Vec<(String, String)>);

impl Names {
    /// One store stands behind the form and the tokens, so a field is not called as a token is (connection.md §3).
    pub(super) fn of(asked: &[FormItem], stored: &[String]) -> Self {
        let mut names: Vec<(String, String)> = Vec::new();
        for item in asked.iter().filter(|item| !item.is_generated() && !item.id.is_empty()) {
            let wanted = camel(&item.id);
            let is_taken = |name: &String| {
                names.iter().any(|(_, taken)| taken == name)
                    || RESERVED.contains(&name.as_str())
                    || name == "expires"
                    || stored.iter().any(|field| camel(field) == *name)
            };
            let mut name = wanted.clone();
            let mut number = 1;
            while is_taken(&name) {
                number += 1;
                name = if number == 2 { format!("{wanted}Given") } else { format!("{wanted}{number}") };
            }
            names.push((item.id.clone(), name));
        }
        Self(names)
    }

    /// The field for an id; of two entries with one id the last, as in the original.
    pub(super) fn field(&self, id: &str) -> Option<&str> {
        self.0.iter().rev().find(|(known, _)| known == id).map(|(_, name)| name.as_str())
    }
}

/// `CLIENT_ID` is `clientId`, `access_token` is `accessToken`.
pub(super) fn camel(name: &str) -> String {
    let is_shouted = !name.chars().any(char::is_lowercase);
    let mut camel = String::new();
    for (index, part) in
        name.split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty()).enumerate()
    {
        let mut letters = part.chars();
        let Some(first) = letters.next() else { continue };
        let rest = letters.as_str();
        let rest = if is_shouted { rest.to_lowercase() } else { rest.to_owned() };
        if index == 0 {
            camel.extend(first.to_lowercase());
        } else {
            camel.extend(first.to_uppercase());
        }
        camel.push_str(&rest);
    }
    if camel.is_empty() || camel.starts_with(|first: char| first.is_ascii_digit()) {
        format!("field{camel}")
    } else {
        camel
    }
}

/// A step of a path: names that are no plain word stand in backticks, indexes count from 1.
pub(super) fn step(segment: &str) -> String {
    if let Ok(index) = segment.parse::<usize>() {
        return format!("[{}]", index + 1);
    }
    let is_plain = segment.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_');
    if is_plain { format!(".{segment}") } else { format!(".`{segment}`") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_camels() {
        for (name, expected) in [
            ("CLIENT_ID", "clientId"),
            ("access_token", "accessToken"),
            ("apiKey", "apiKey"),
            ("API-KEY 2", "apiKey2"),
            ("2FA", "field2fa"),
            ("_", "field"),
        ] {
            assert_eq!(camel(name), expected);
        }
        assert_eq!(step("0"), "[1]");
        assert_eq!(step("not-before"), ".`not-before`");
    }
}
