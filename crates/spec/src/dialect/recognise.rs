//! What a manifest is, told by its shape alone.

use crate::node::Node;

/// Every key a manifest may have at its top, of either type (chiefonboarding.md §1).
pub const TOP_LEVEL_KEYS: [&str; 17] = [
    "form",
    "exists",
    "revoke",
    "execute",
    "post_execute_notification",
    "initial_data_form",
    "extra_user_info",
    "headers",
    "oauth",
    "data_from",
    "data_structure",
    "next_page_token_from",
    "next_page",
    "next_page_from",
    "schedule",
    "action",
    "amount_pages_to_fetch",
];

/// Keys that make a connection of Make's, or a bundle of its sections, whatever else is there.
const MAKE_KEYS: [&str; 14] = [
    "url",
    "communication",
    "api",
    "authorize",
    "preauthorize",
    "token",
    "info",
    "refresh",
    "invalidate",
    "requestToken",
    "accessToken",
    "response",
    "baseUrl",
    "qs",
];

/// Whether a file is an integration manifest, or a fragment of one, rather than anything of Make's.
pub fn is_manifest(root: &Node) -> bool {
    if !root.is_object() || MAKE_KEYS.iter().any(|key| root.get(key).is_some()) {
        return false;
    }
    root.members().iter().any(|member| shows(&member.key, &member.value))
}

/// Whether one key with its value is found in manifests only.
fn shows(key: &str, value: &Node) -> bool {
    match key {
        // Nobody else has these, whatever is behind them.
        "initial_data_form"
        | "extra_user_info"
        | "post_execute_notification"
        | "data_structure"
        | "data_from"
        | "next_page_token_from"
        | "next_page_from"
        | "amount_pages_to_fetch" => true,
        "execute" => value.is_array() || value.is_object(),
        "revoke" | "form" => value.is_array(),
        "exists" => value.is_object(),
        "next_page" | "schedule" => value.as_str().is_some(),
        // Make's OAuth 1 has `oauth` too, with the signing's keys in it.
        "oauth" => {
            ["authenticate_url", "access_token", "refresh", "without_code"].iter().any(|key| value.get(key).is_some())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use connspec_diagnostics::SourceMap;

    use super::*;
    use crate::json;

    fn recognised(text: &str) -> bool {
        let mut sources = SourceMap::new();
        let source = sources.add("x.json", text);
        is_manifest(&json::read(source, text).node.unwrap())
    }

    #[test]
    fn a_manifest_is_known_by_its_shape() {
        for text in [
            r#"{"execute": []}"#,
            r#"{"oauth": {"authenticate_url": "https://a.test"}}"#,
            r#"{"headers": {}, "initial_data_form": []}"#,
            r#"{"schedule": "* * * * *"}"#,
            r#"{"exists": {}, "revoke": []}"#,
            r#"{"execute": {"url": "https://a.test"}}"#,
            r#"{"data_structure": []}"#,
            r#"{"amount_pages_to_fetch": "3"}"#,
        ] {
            assert!(recognised(text), "{text}");
        }
    }

    #[test]
    fn a_connection_of_make_is_none() {
        for text in [
            r#"{"url": "https://a.test", "headers": {}}"#,
            r#"{"communication": {"url": "x"}, "execute": []}"#,
            r#"{"oauth": {"consumer_key": "k"}, "requestToken": {"url": "x"}}"#,
            r#"{"authorize": {"url": "x"}, "token": {"url": "x"}}"#,
            r#"{"headers": {"a": "b"}}"#,
            r#"[{"execute": []}]"#,
            r#"{"test": {"test2": "x"}}"#,
            "{}",
        ] {
            assert!(!recognised(text), "{text}");
        }
    }
}
