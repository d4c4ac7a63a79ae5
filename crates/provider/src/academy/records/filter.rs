//! The search language of `q`: `name contains "a" AND name startsWith "B"`.

use serde_json::Value;

/// Conditions that must all hold.
pub struct Filter(Vec<Condition>);

struct Condition {
    member: String,
    operator: Operator,
    value: String,
}

#[derive(Clone, Copy)]
enum Operator {
    Contains,
    StartsWith,
    EndsWith,
    Equal,
}

impl Filter {
    /// Reads a search; an empty one accepts everything. The error is a sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut conditions = Vec::new();
        let mut rest = text.trim();
        while !rest.is_empty() {
            if !conditions.is_empty() {
                rest = rest.strip_prefix("AND ").ok_or("q: conditions are joined by AND")?.trim_start();
            }
            let (condition, after) = Condition::parse(rest)?;
            conditions.push(condition);
            rest = after.trim_start();
        }
        Ok(Self(conditions))
    }

    /// Whether a record meets every condition.
    pub fn accepts(&self, record: &Value) -> bool {
        self.0.iter().all(|condition| condition.accepts(record))
    }
}

impl Condition {
    fn parse(text: &str) -> Result<(Self, &str), String> {
        let shape = "q: a condition reads name contains \"value\"";
        let (member, rest) = text.split_once(' ').ok_or(shape)?;
        let (operator, rest) = rest.trim_start().split_once(' ').ok_or(shape)?;
        let operator = match operator {
            "contains" => Operator::Contains,
            "startsWith" => Operator::StartsWith,
            "endsWith" => Operator::EndsWith,
            "equal" => Operator::Equal,
            _ => return Err("q: the conditions are contains, startsWith, endsWith and equal".to_owned()),
        };
        let quoted = rest.trim_start().strip_prefix('"').ok_or("q: a value stands in quotes")?;
        let (value, rest) = quoted.split_once('"').ok_or("q: a quote is not closed")?;
        Ok((Self { member: member.to_owned(), operator, value: value.to_owned() }, rest))
    }

    fn accepts(&self, record: &Value) -> bool {
        let Some(text) = record[&self.member].as_str() else { return false };
        match self.operator {
            Operator::Contains => text.contains(&self.value),
            Operator::StartsWith => text.starts_with(&self.value),
            Operator::EndsWith => text.ends_with(&self.value),
            Operator::Equal => text == self.value,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn conditions_are_joined_by_and() {
        let record = json!({ "name": "Buster Keaton" });
        for (search, expected) in [
            ("", true),
            ("name contains \"r K\"", true),
            ("name startsWith \"Buster\" AND name endsWith \"Keaton\"", true),
            ("name startsWith \"Buster\" AND name equal \"Buster\"", false),
            ("age equal \"1\"", false),
        ] {
            assert_eq!(Filter::parse(search).unwrap().accepts(&record), expected, "{search}");
        }
    }

    #[test]
    fn what_is_no_search_is_said() {
        for bad in ["name", "name is \"x\"", "name equal x", "name equal \"x", "name equal \"x\" name equal \"y\""] {
            assert!(Filter::parse(bad).err().unwrap().starts_with("q: "), "{bad}");
        }
    }
}
