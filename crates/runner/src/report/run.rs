//! What running a manifest brought.

use serde_json::{Map, Value, json};

/// What running a manifest brought, beside the requests.
#[derive(Clone, Default, PartialEq)]
pub struct RunReport {
    /// What was run: `execute`, `exists`, `revoke`.
    pub part: String,
    /// What `store_data` keeps for the person.
    pub stored: Map<String, Value>,
    /// Whether `exists` found the person.
    pub found: Option<bool>,
    /// The people an import brought, as `data_structure` has them.
    pub people: Option<Vec<Map<String, Value>>>,
    /// The pages fetched.
    pub pages: usize,
    /// Messages the original would send now, and this does not.
    pub messages: Vec<Value>,
}

impl RunReport {
    pub(super) fn to_json(&self) -> Value {
        let mut run = json!({"part": self.part});
        if !self.stored.is_empty() {
            run["stored"] = self.stored.clone().into();
        }
        if let Some(found) = self.found {
            run["found"] = found.into();
        }
        if let Some(people) = &self.people {
            run["people"] = people.iter().cloned().map(Value::Object).collect();
            run["pages"] = self.pages.into();
        }
        if !self.messages.is_empty() {
            run["messages"] = self.messages.clone().into();
        }
        run
    }
}
