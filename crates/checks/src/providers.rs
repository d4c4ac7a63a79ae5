//! What the documentation of well-known providers says that no definition says.

/// Providers that give a refresh token only to those who send a parameter, with its name and value.
pub const OFFLINE_BY_PARAMETER: &[(&str, &str, &str)] = &[
    ("accounts.google.com", "access_type", "offline"),
    ("accounts.zoho.com", "access_type", "offline"),
    ("accounts.zoho.eu", "access_type", "offline"),
    ("www.dropbox.com", "token_access_type", "offline"),
    ("www.reddit.com", "duration", "permanent"),
];

/// Providers that give a refresh token only with the scope `offline_access`.
pub const OFFLINE_BY_SCOPE: &[&str] =
    &["login.microsoftonline.com", "auth.atlassian.com", "login.xero.com", "auth0.com", "okta.com"];

/// Providers whose documented requests have no `response_type`, or which take `code` when it is missing.
pub const WITHOUT_RESPONSE_TYPE: &[&str] = &[
    "github.com",
    "slack.com",
    "todoist.com",
    "facebook.com",
    "trello.com",
    "myshopify.com",
    "clickup.com",
    "intercom.com",
    "monday.com",
    "vercel.com",
    "bitly.com",
    "stackoverflow.com",
    "stackexchange.com",
    "dribbble.com",
];

/// Providers whose documented token request needs no `redirect_uri`.
pub const WITHOUT_REDIRECT_IN_TOKEN: &[&str] =
    &["github.com", "slack.com", "todoist.com", "clickup.com", "myshopify.com", "trello.com"];

/// Providers whose documented token request has no `redirect_uri`, whatever the page was given.
pub const NO_REDIRECT_IN_TOKEN: &[&str] = &["myshopify.com", "api.dingtalk.com"];

/// Providers that document the parameters of the standard under names of their own: `clientId`, `grantType`.
pub const NAMES_OF_THEIR_OWN: &[&str] = &["api.dingtalk.com"];

/// Providers whose documented token answer has no `expires_in` unless the app was made to rotate its tokens.
pub const WITHOUT_EXPIRES_IN: &[&str] = &["github.com", "slack.com", "api.notion.com"];

/// Providers that document a token in the path of an address and nowhere else: the host, and what stands in front of it.
pub const TOKEN_IN_PATH: &[(&str, &[&str])] =
    &[("api.hubapi.com", &["/oauth/v1/access-tokens/", "/oauth/v1/refresh-tokens/"])];

/// Providers whose own examples send the access token in the query, under this name, and the client's secret where
/// tokens are exchanged.
pub const TOKEN_IN_QUERY: &[&str] = &["graph.facebook.com", "graph.instagram.com", "graph.threads.net"];

/// Whether a host is one of these or below one.
pub fn is_one_of(host: &str, providers: &[&str]) -> bool {
    let host = host.to_ascii_lowercase();
    providers
        .iter()
        .any(|provider| host == *provider || host.strip_suffix(provider).is_some_and(|below| below.ends_with('.')))
}
