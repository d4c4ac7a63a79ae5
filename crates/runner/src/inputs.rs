//! What a connection is made from, besides its definition.

use connspec_exchange::{Secrets, secret_name};
use connspec_spec::Definition;
use connspec_store::DefinitionReference;
use serde_json::{Map, Value};

use crate::report::{learn_by_name, learn_every};

/// Form input, common data and further scopes. `Debug` shows names only.
#[derive(Clone, Default, PartialEq)]
pub struct Inputs {
    /// The form's values by field name.
    pub parameters: Map<String, Value>,
    /// Common data handed in; it wins over the definition's own.
    pub common: Map<String, Value>,
    /// Scopes to ask for besides the definition's default scope.
    pub scope: Vec<String>,
}

/// Where a connection is to be saved.
#[derive(Clone, Debug, Default)]
pub struct Target {
    /// The name to save it under; none: it is not saved, unless [`Target::named_after_account`].
    pub name: Option<String>,
    /// Without a name, saves it under what tells its account apart: `metadata.value`, else `uid`, else the
    /// definition's label; where that is taken and nothing is to be replaced, with a number behind it.
    pub named_after_account: bool,
    /// The definition, as a later process finds it again.
    pub definition: DefinitionReference,
    /// Whether a connection of that name may be replaced.
    pub replace: bool,
    /// Settings of the caller to keep with the connection; no secrets.
    pub settings: Map<String, Value>,
}

impl Inputs {
    /// The store at the start: the form's defaults and what was filled in.
    pub fn data(&self, definition: &Definition) -> Map<String, Value> {
        let mut data = Map::new();
        for field in definition.parameters.fields.iter().filter(|field| !field.name.is_empty()) {
            if let Some(default) = &field.default {
                data.insert(field.name.clone(), default.clone());
            }
        }
        data.extend(self.parameters.clone());
        data
    }

    /// `common`: the definition's own, overlaid with what was handed in.
    pub fn common(&self, definition: &Definition) -> Map<String, Value> {
        overlay(definition, &self.common)
    }

    /// The required fields nobody filled in.
    pub fn missing<'d>(&self, definition: &'d Definition) -> Vec<&'d connspec_spec::Field> {
        let data = self.data(definition);
        let absent = |name: &str| data.get(name).is_none_or(|value| value.is_null() || value == "");
        definition
            .parameters
            .fields
            .iter()
            .filter(|field| field.required && !field.name.is_empty() && absent(&field.name))
            .collect()
    }
}

/// The definition's common data with `given` laid over it.
pub(crate) fn overlay(definition: &Definition, given: &Map<String, Value>) -> Map<String, Value> {
    let mut common = definition.common.0.clone();
    common.extend(given.clone());
    common
}

/// Learns what of a connection is secret: common data, password fields, what is named like a secret, and what the
/// definition filled from a credential.
pub(crate) fn learn(
    secrets: &Secrets,
    definition: &Definition,
    data: &Map<String, Value>,
    common: &Map<String, Value>,
) {
    learn_every(secrets, common);
    for field in definition.parameters.fields.iter().filter(|field| field.is_secret()) {
        if let Some(value) = data.get(&field.name) {
            secrets.learn_json(&secret_name(&field.name), value);
        }
    }
    learn_by_name(secrets, data);
    for name in crate::secrets::credential_members(definition) {
        if let Some(value) = data.get(&name) {
            secrets.learn_json(&secret_name(&name), value);
        }
    }
}

impl std::fmt::Debug for Inputs {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = |members: &Map<String, Value>| members.keys().cloned().collect::<Vec<_>>();
        formatter
            .debug_struct("Inputs")
            .field("parameters", &names(&self.parameters))
            .field("common", &names(&self.common))
            .field("scope", &self.scope)
            .finish()
    }
}
