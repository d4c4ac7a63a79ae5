//! The phases of a connection's life, and what each of them may see (connection.md §13).

/// Which part of a flow is running: it decides which variables are visible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// The request of a basic connection.
    Basic,
    /// OAuth 2: before the redirect.
    Preauthorize,
    /// OAuth 1: asking for a request token.
    RequestToken,
    /// Building the address the browser is sent to.
    Authorize,
    /// `authorize.response`: the browser is back.
    Callback,
    /// OAuth 2: asking for tokens.
    Token,
    /// OAuth 1: exchanging the request token.
    AccessToken,
    /// Who is connected.
    Info,
    /// Renewing the access token.
    Refresh,
    /// Giving the connection up.
    Invalidate,
}

impl Phase {
    /// The block's name in the definition; a basic connection's only block is `api`.
    pub fn block(self) -> &'static str {
        match self {
            Self::Basic => "api",
            Self::Preauthorize => "preauthorize",
            Self::RequestToken => "requestToken",
            Self::Authorize | Self::Callback => "authorize",
            Self::Token => "token",
            Self::AccessToken => "accessToken",
            Self::Info => "info",
            Self::Refresh => "refresh",
            Self::Invalidate => "invalidate",
        }
    }

    /// Whether `query` is visible: in the callback and the exchange that follows it.
    pub(crate) fn sees_query(self) -> bool {
        matches!(self, Self::Callback | Self::Token | Self::AccessToken)
    }

    /// Whether `oauth.scope` and the redirect addresses are visible.
    pub(crate) fn sees_oauth(self) -> bool {
        !matches!(self, Self::Basic | Self::Invalidate)
    }

    /// Whether `temp` of earlier phases is gone.
    pub(crate) fn forgets_temp(self) -> bool {
        matches!(self, Self::Refresh | Self::Invalidate)
    }
}
