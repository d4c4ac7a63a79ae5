//! The path the browser comes back to (connection.md §4.2, §11, §15).

use connspec_exchange::encode::percent;
use connspec_spec::compat::CallbackPath;
use connspec_spec::{Communication, Compat, Definition};

/// Where Make's custom apps are called back, whatever they are called.
pub const CALLBACK_PATH: &str = "/oauth/cb/app";

/// The path `definition` is called back under, as the switch `callbackPath` says.
pub fn callback_path(definition: &Definition, compat: &Compat) -> String {
    match (compat.callback_path, definition.communication()) {
        (CallbackPath::Connection, _) => format!("/oauth/cb/{}", percent::component(&definition.name)),
        (CallbackPath::Package, Communication::OAuth1(_)) => format!("{CALLBACK_PATH}-oauth1"),
        (CallbackPath::App | CallbackPath::Package, _) => CALLBACK_PATH.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use connspec_spec::LoadOptions;
    use connspec_spec::layout::load_text;

    use super::*;

    #[test]
    fn every_value_of_the_switch_has_its_path() {
        let oauth2 = r#"{"communication": {"authorize": {"url": "https://a.example"}, "token": {}}}"#;
        let oauth1 = r#"{"communication": {"requestToken": {}, "authorize": {}, "accessToken": {}}}"#;
        let table = [
            (oauth2, "app", "/oauth/cb/app"),
            (oauth2, "connection", "/oauth/cb/my%20crm"),
            (oauth2, "package", "/oauth/cb/app"),
            (oauth1, "app", "/oauth/cb/app"),
            (oauth1, "connection", "/oauth/cb/my%20crm"),
            (oauth1, "package", "/oauth/cb/app-oauth1"),
        ];
        for (text, value, expected) in table {
            let mut definition = load_text("x.json", text, &LoadOptions::default()).unwrap().definition;
            definition.name = "my crm".to_owned();
            let mut compat = Compat::default();
            compat.set(&format!("callbackPath={value}")).unwrap();
            assert_eq!(callback_path(&definition, &compat), expected, "{value}");
        }
    }
}
