//! What templates of a manifest see (chiefonboarding.md §3, templates).

use connspec_spec::dialect::{REDIRECT_URL, template};
use serde_json::{Map, Value};

/// The administrator's answers with `oauth`, and over them the values of this run. `Debug` shows names only.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Variables {
    pub(crate) extra_args: Map<String, Value>,
    pub(crate) params: Map<String, Value>,
}

impl Variables {
    pub(crate) fn new(extra_args: Map<String, Value>, redirect_url: &str) -> Self {
        let mut params = Map::new();
        params.insert(REDIRECT_URL.to_owned(), redirect_url.into());
        Self { extra_args, params }
    }
}

impl template::Variables for Variables {
    fn get(&self, name: &str) -> Option<&Value> {
        self.params.get(name).or_else(|| self.extra_args.get(name))
    }
}

impl std::fmt::Debug for Variables {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&String> = self.extra_args.keys().chain(self.params.keys()).collect();
        formatter.debug_tuple("Variables").field(&names).finish()
    }
}
