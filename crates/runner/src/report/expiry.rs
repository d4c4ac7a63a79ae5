//! When the tokens end, when a refresh would fire, when the person must authorize again.

/// What can be said about a connection's future from its definition and its data.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expiry {
    /// When the access token ends, as the definition stored it.
    pub access_token: Option<i64>,
    /// When `refresh` fires.
    pub refresh: RefreshForecast,
    /// When the person must authorize again (`response.expires`, connection.md §7).
    pub reauthorize: Option<i64>,
    /// The same in words, and what is odd about it.
    pub notes: Vec<String>,
}

/// When `refresh.condition` becomes true.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RefreshForecast {
    /// The definition has no refresh.
    #[default]
    NoRefresh,
    /// It is true at once, although the tokens are fresh: every call refreshes.
    Always,
    /// From this moment on, Unix milliseconds.
    At(i64),
    /// It stays false for ten years.
    Never,
    /// It cannot be evaluated.
    Unknown,
}
