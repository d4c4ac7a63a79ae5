//! The words a connection may use: blocks, directives, error types, form field attributes.
//!
//! One place for the model, which reads them, and for the checks, which say what is unknown or out of place.

/// A directive: a key of a request or of its `response`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DirectiveWord {
    /// The key.
    pub name: &'static str,
    /// Whether, and how, a connection may use it.
    pub in_connection: InConnection,
}

/// What a directive is worth inside a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InConnection {
    /// It is documented and works.
    Allowed,
    /// It runs, but no documentation says so (communication.md §5).
    Undocumented,
    /// It belongs to modules, remote procedures or Make's own apps; here it is ignored or harmful.
    Forbidden,
}

use InConnection::{Allowed, Forbidden, Undocumented};

const fn word(name: &'static str, in_connection: InConnection) -> DirectiveWord {
    DirectiveWord { name, in_connection }
}

/// The directives of a request (communication.md §5).
pub const REQUEST_DIRECTIVES: &[DirectiveWord] = &[
    word("url", Allowed),
    word("encodeUrl", Allowed),
    word("encodeUrlMode", Undocumented),
    word("method", Allowed),
    word("headers", Allowed),
    word("qs", Allowed),
    word("body", Allowed),
    word("type", Allowed),
    word("temp", Allowed),
    word("condition", Allowed),
    word("repeat", Undocumented),
    word("while", Undocumented),
    word("ca", Allowed),
    word("oauth", Allowed),
    word("gzip", Allowed),
    word("followRedirects", Allowed),
    word("followRedirect", Allowed),
    word("followAllRedirects", Allowed),
    word("followAllRedirect", Allowed),
    word("followOriginalHttpMethod", Undocumented),
    word("timeout", Allowed),
    word("log", Allowed),
    word("rejectUnauthorized", Allowed),
    word("shareCookies", Allowed),
    word("response", Allowed),
    word("aws", Forbidden),
    word("pagination", Forbidden),
    word("isc", Forbidden),
    word("agency", Forbidden),
    word("endpoint", Forbidden),
    word("input", Forbidden),
    word("baseUrl", Forbidden),
];

/// The directives of `response` (communication.md §7).
pub const RESPONSE_DIRECTIVES: &[DirectiveWord] = &[
    word("type", Allowed),
    word("valid", Allowed),
    word("error", Allowed),
    word("temp", Allowed),
    word("data", Allowed),
    word("uid", Allowed),
    word("metadata", Allowed),
    word("expires", Allowed),
    word("scope", Allowed),
    word("iterate", Forbidden),
    word("output", Forbidden),
    word("wrapper", Forbidden),
    word("limit", Forbidden),
    word("trigger", Forbidden),
    word("oauth", Undocumented),
];

/// The blocks of an OAuth 2 connection, in the order of its life (connection.md §4).
pub const OAUTH2_BLOCKS: &[&str] = &["preauthorize", "authorize", "token", "info", "refresh", "invalidate"];

/// The blocks of an OAuth 1 connection; `oauth` beside them is the signing directive all of them share
/// (connection.md §11).
pub const OAUTH1_BLOCKS: &[&str] = &["requestToken", "authorize", "accessToken", "info"];

/// The keys of the signing directive `oauth` (communication.md §5).
pub const OAUTH_SIGNING_KEYS: &[&str] = &[
    "consumer_key",
    "consumer_secret",
    "private_key",
    "token",
    "token_secret",
    "verifier",
    "signature_method",
    "transport_method",
    "body_hash",
];

/// The values of a request's `type` (communication.md §5).
pub const REQUEST_TYPES: &[&str] = &["json", "urlencoded", "multipart/form-data", "text", "string", "raw", "binary"];

/// The values of `response.type` (communication.md §7).
pub const RESPONSE_TYPES: &[&str] = &["automatic", "json", "urlencoded", "text", "string", "raw", "binary", "xml"];

/// The error types Make's editor knows (communication.md §7).
pub const ERROR_TYPES: &[&str] = &[
    "RuntimeError",
    "DataError",
    "RateLimitError",
    "OutOfSpaceError",
    "ConnectionError",
    "InvalidConfigurationError",
    "InvalidAccessTokenError",
    "IncompleteDataError",
    "DuplicateDataError",
];

/// Further error types Make's documentation lists.
pub const DOCUMENTED_ERROR_TYPES: &[&str] =
    &["UnknownError", "InconsistencyError", "UnexpectedError", "MaxResultsExceededError"];

/// The variables `oauth.*` that exist (pitfalls.md 56).
pub const OAUTH_VARIABLES: &[&str] = &["scope", "redirectUri", "localRedirectUri", "makeRedirectUri"];

/// Form field names Make keeps for itself (connection.md §2).
pub const RESERVED_PARAMETERS: &[&str] = &["accountName", "teamID"];

/// The values of `metadata.type` (pitfalls.md 99).
pub const METADATA_TYPES: &[&str] = &["text", "email"];

/// The request directive of this name.
pub fn request_directive(name: &str) -> Option<&'static DirectiveWord> {
    REQUEST_DIRECTIVES.iter().find(|word| word.name == name)
}

/// The response directive of this name.
pub fn response_directive(name: &str) -> Option<&'static DirectiveWord> {
    RESPONSE_DIRECTIVES.iter().find(|word| word.name == name)
}
