//! The words a connection may use: blocks, directives, error types, form field attributes.
//!
//! One place for the model, which reads them, and for the checks, which say what is unknown or out of place.

use std::sync::LazyLock;

/// Hosts whose `expires_in` counts minutes, where RFC 6749 §5.1 has seconds (academy-api.md, lifetimes).
pub const COUNTING_MINUTES: &[&str] = &["app-academy.make.com"];

/// A directive: a key of a request or of its `response`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DirectiveWord {
    /// The key.
    pub name: &'static str,
    /// Whether, and how, a connection may use it.
    pub in_connection: InConnection,
    /// What its value may be.
    pub shape: Shape,
    /// What it does, for people who write definitions: one or two sentences in Markdown.
    pub description: &'static str,
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

/// The values a directive understands. Every one may be an IML text besides, and null is the same as absent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Whatever JSON can say.
    Any,
    /// A text; numbers and booleans are taken as the text they would be.
    Text,
    /// A text, most often one of these words.
    Word(&'static [&'static str]),
    /// A boolean.
    Flag,
    /// A number.
    Count,
    /// An object.
    Collection,
    /// The signing directive: an object of [`OAUTH_SIGNING`]'s keys.
    Signing,
    /// A truth value, or `{condition, default}`.
    Condition,
    /// `{condition, delay, limit}`.
    Repeat,
    /// `{sanitize: [paths]}`.
    Log,
    /// What is done with an answer: the directives of [`RESPONSE_DIRECTIVES`].
    Response,
    /// A type of body, or one for each range of statuses.
    ResponseType,
    /// A truth value, or `{condition, message, type}`.
    Valid,
    /// A message, or `{message, type}` with entries for single statuses.
    Error,
    /// `{type, value}`.
    Metadata,
}

use InConnection::{Allowed, Forbidden, Undocumented};

const fn word(
    name: &'static str,
    in_connection: InConnection,
    shape: Shape,
    description: &'static str,
) -> DirectiveWord {
    DirectiveWord { name, in_connection, shape, description }
}

/// The directives of a request (communication.md §5).
pub const REQUEST_DIRECTIVES: &[DirectiveWord] = &[
    word(
        "url",
        Allowed,
        Shape::Text,
        "Where the request goes: an absolute address, since a connection does not inherit the base. Without it nothing is sent and the next request follows.",
    ),
    word(
        "encodeUrl",
        Allowed,
        Shape::Flag,
        "Whether the path is encoded as `encodeURI()` does; true when absent. Set it to false where the address holds encoded text already.",
    ),
    word(
        "encodeUrlMode",
        Undocumented,
        Shape::Word(&["legacy", "uniform"]),
        "How the address is normalised. Undocumented.",
    ),
    word(
        "method",
        Allowed,
        Shape::Word(METHODS),
        "The HTTP method; GET when absent. With GET, `body` and `type` are ignored.",
    ),
    word(
        "headers",
        Allowed,
        Shape::Collection,
        "The request's headers. Those whose value is null or undefined are not sent.",
    ),
    word(
        "qs",
        Allowed,
        Shape::Collection,
        "The query. Null and undefined are not sent, a list repeats its key. It replaces a query written in `url`.",
    ),
    word("body", Allowed, Shape::Any, "What is sent, encoded as `type` says."),
    word(
        "type",
        Allowed,
        Shape::Word(REQUEST_TYPES),
        "How `body` is encoded, and with it the `Content-Type`; json when absent.",
    ),
    word(
        "temp",
        Allowed,
        Shape::Collection,
        "Variables of this run, read as `temp.name`. Evaluated before every other directive of the request; its keys do not see each other.",
    ),
    word(
        "condition",
        Allowed,
        Shape::Condition,
        "Whether the request is sent; true when absent. Under `refresh` it decides when tokens are renewed, under `token` without `authorize` when they are fetched.",
    ),
    word(
        "repeat",
        Undocumented,
        Shape::Repeat,
        "Sends the request again while the condition holds. Undocumented in connections.",
    ),
    word("while", Undocumented, Shape::Repeat, "Another spelling of `repeat`."),
    word("ca", Allowed, Shape::Text, "A certificate authority of your own, in PEM."),
    word("oauth", Allowed, Shape::Signing, "How the request is signed with OAuth 1."),
    word("gzip", Allowed, Shape::Flag, "Whether a compressed answer is asked for; false when absent."),
    word("followRedirects", Allowed, Shape::Flag, "Whether redirects of GET requests are followed; true when absent."),
    word("followRedirect", Allowed, Shape::Flag, "Another spelling of `followRedirects`, which Make's editor marks."),
    word(
        "followAllRedirects",
        Allowed,
        Shape::Flag,
        "Whether redirects of requests other than GET are followed; true when absent.",
    ),
    word(
        "followAllRedirect",
        Allowed,
        Shape::Flag,
        "Another spelling of `followAllRedirects`, which Make's editor marks.",
    ),
    word(
        "followOriginalHttpMethod",
        Undocumented,
        Shape::Flag,
        "Whether a redirected request keeps its method. Undocumented.",
    ),
    word("timeout", Allowed, Shape::Count, "Milliseconds to wait for the answer, 1 to 300000; 40000 when absent."),
    word(
        "log",
        Allowed,
        Shape::Log,
        "What is blackened in logs. Without `log.sanitize` nothing is logged at all, and review rejects the app.",
    ),
    word(
        "rejectUnauthorized",
        Allowed,
        Shape::Flag,
        "Whether certificates are verified; true when absent. Deprecated.",
    ),
    word(
        "shareCookies",
        Allowed,
        Shape::Flag,
        "Whether cookies are kept for the requests that follow; false when absent.",
    ),
    word(
        "response",
        Allowed,
        Shape::Response,
        "What is done with the answer: when it is valid, what is stored, what is said when it fails.",
    ),
    word("aws", Forbidden, Shape::Collection, "Signs requests to AWS; modules only."),
    word("pagination", Forbidden, Shape::Any, "Reads the next pages; modules and remote procedures only."),
    word("isc", Forbidden, Shape::Any, "Make's own apps only."),
    word("agency", Forbidden, Shape::Any, "Make's own apps only."),
    word("endpoint", Forbidden, Shape::Any, "Runs an endpoint of the app instead of a request; modules only."),
    word("input", Forbidden, Shape::Any, "The input of `endpoint`; modules only."),
    word("baseUrl", Forbidden, Shape::Any, "The address requests of modules start from; belongs to the app's base."),
];

/// The directives of `response` (communication.md §7).
pub const RESPONSE_DIRECTIVES: &[DirectiveWord] = &[
    word(
        "type",
        Allowed,
        Shape::ResponseType,
        "How the body is read: by its `Content-Type` when absent or `automatic`; or an object of statuses such as `{\"*\": \"json\", \"400-499\": \"text\"}`.",
    ),
    word("valid", Allowed, Shape::Valid, "Whether the answer is one; when absent, every status from 200 to 399 is."),
    word(
        "error",
        Allowed,
        Shape::Error,
        "What is said when the answer is no valid one. `{{body}}`, `{{headers}}` and `{{statusCode}}` can be read.",
    ),
    word("temp", Allowed, Shape::Collection, "Variables of this run, set from the answer and read as `temp.name`."),
    word(
        "data",
        Allowed,
        Shape::Collection,
        "What is stored with the connection, read as `connection.name` in modules and `data.name` here.",
    ),
    word(
        "uid",
        Allowed,
        Shape::Any,
        "Who the account is at the provider; read under `info`, or in a basic connection.",
    ),
    word(
        "metadata",
        Allowed,
        Shape::Metadata,
        "What tells two connections of a user apart; read under `info`, or in a basic connection.",
    ),
    word(
        "expires",
        Allowed,
        Shape::Any,
        "When the user has to authorize again: the end of the refresh token, not of the access token.",
    ),
    word("scope", Allowed, Shape::Any, "The scopes that were granted; read under `token`."),
    word("iterate", Forbidden, Shape::Any, "Works through a list; modules and remote procedures only."),
    word("output", Forbidden, Shape::Any, "What a module gives; modules and remote procedures only."),
    word("wrapper", Forbidden, Shape::Any, "Wraps the output; modules and remote procedures only."),
    word("limit", Forbidden, Shape::Any, "How many results there are at most; modules and remote procedures only."),
    word("trigger", Forbidden, Shape::Any, "What is new since the last run; triggers only."),
    word("oauth", Undocumented, Shape::Any, "Undocumented."),
];

/// The blocks of an OAuth 2 connection, in the order of its life (connection.md §4).
pub const OAUTH2_BLOCKS: &[&str] = &["preauthorize", "authorize", "token", "info", "refresh", "invalidate"];

/// The blocks of an OAuth 1 connection; `oauth` beside them is the signing directive all of them share
/// (connection.md §11).
pub const OAUTH1_BLOCKS: &[&str] = &["requestToken", "authorize", "accessToken", "info"];

/// What each block is for.
pub const BLOCK_DESCRIPTIONS: &[(&str, &str)] = &[
    ("preauthorize", "A request, or several, before the user's browser is sent away: to fetch a key, or where to go."),
    (
        "authorize",
        "Where the user's browser is sent to give consent. `response` reads what comes back as `query`; hand `query.code` on in `response.temp`.",
    ),
    ("token", "Exchanges the code, or the credentials, for tokens, and stores them in `response.data`."),
    ("info", "Asks who is connected: the test of the connection, with `uid` and `metadata`."),
    ("refresh", "Exchanges the refresh token for new tokens, whenever `condition` holds before a module runs."),
    ("invalidate", "Tells the provider that the connection has been deleted."),
    ("requestToken", "Fetches the temporary credentials of OAuth 1."),
    (
        "accessToken",
        "Exchanges the temporary credentials of OAuth 1 for lasting ones, and stores them in `response.data`.",
    ),
];

/// The keys of the signing directive `oauth`, and what each is (communication.md §5).
pub const OAUTH_SIGNING: &[(&str, &str)] = &[
    ("consumer_key", "The client's key."),
    ("consumer_secret", "The client's secret."),
    ("private_key", "The client's private key in PEM, for RSA-SHA1."),
    ("token", "The token; under `authorize` it goes into the address as `oauth_token`."),
    ("token_secret", "The token's secret."),
    ("verifier", "What the provider gave the browser on its way back, `query.oauth_verifier`."),
    ("signature_method", "HMAC-SHA1 when absent, RSA-SHA1 or PLAINTEXT."),
    ("transport_method", "Where the signature goes: header when absent, query or body."),
    ("body_hash", "A hash of the body, or true to compute it."),
];

/// The methods Make's editor offers; any other is sent as it is written (communication.md §5).
pub const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE"];

/// The values of a request's `type` (communication.md §5).
pub const REQUEST_TYPES: &[&str] = &["json", "urlencoded", "multipart/form-data", "text", "string", "raw", "binary"];

/// The values of `response.type` (communication.md §7).
pub const RESPONSE_TYPES: &[&str] = &["automatic", "json", "urlencoded", "text", "string", "raw", "binary", "xml"];

/// The values of `response.trigger.type` (communication.md §7).
pub const TRIGGER_TYPES: &[&str] = &["id", "date"];

/// The values of `response.trigger.order` (communication.md §7).
pub const TRIGGER_ORDERS: &[&str] = &["asc", "desc", "unordered"];

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
    static BY_NAME: LazyLock<ByName> = LazyLock::new(|| ByName::of(REQUEST_DIRECTIVES));
    BY_NAME.get(name)
}

/// The response directive of this name.
pub fn response_directive(name: &str) -> Option<&'static DirectiveWord> {
    static BY_NAME: LazyLock<ByName> = LazyLock::new(|| ByName::of(RESPONSE_DIRECTIVES));
    BY_NAME.get(name)
}

/// Words by the length of their names: so few have the same that comparing them is quicker than hashing.
struct ByName(Vec<Vec<&'static DirectiveWord>>);

impl ByName {
    fn of(words: &'static [DirectiveWord]) -> Self {
        let longest = words.iter().map(|word| word.name.len()).max().unwrap_or_default();
        let mut by_length = vec![Vec::new(); longest + 1];
        words.iter().for_each(|word| by_length[word.name.len()].push(word));
        Self(by_length)
    }

    fn get(&self, name: &str) -> Option<&'static DirectiveWord> {
        self.0.get(name.len())?.iter().copied().find(|word| word.name == name)
    }
}
