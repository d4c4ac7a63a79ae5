//! What templates of a manifest see (chiefonboarding.md §3, templates).

use std::collections::BTreeMap;

use connspec_spec::dialect::{REDIRECT_URL, template};
use serde_json::{Map, Value};

/// The administrator's answers with `oauth`, over them the values of this run, below both the person's fields.
/// `Debug` shows names only.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Variables {
    pub(crate) extra_args: Map<String, Value>,
    pub(crate) params: Map<String, Value>,
    pub(crate) person: Map<String, Value>,
    /// What `save_as_file` has kept.
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    /// What stands between the parts of a body with files.
    pub(crate) boundary: String,
    /// The second of a signed request, since 1970.
    pub(crate) moment: String,
    /// What makes a signed request the only one of its kind.
    pub(crate) nonce: String,
}

impl Variables {
    pub(crate) fn new(extra_args: Map<String, Value>, redirect_url: &str) -> Self {
        let mut params = Map::new();
        params.insert(REDIRECT_URL.to_owned(), redirect_url.into());
        Self { extra_args, params, ..Self::default() }
    }
}

impl template::Variables for Variables {
    fn get(&self, name: &str) -> Option<&Value> {
        [&self.params, &self.extra_args, &self.person].into_iter().find_map(|values| values.get(name))
    }
}

impl std::fmt::Debug for Variables {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&String> =
            [&self.extra_args, &self.params, &self.person].into_iter().flat_map(Map::keys).collect();
        formatter.debug_tuple("Variables").field(&names).finish()
    }
}
