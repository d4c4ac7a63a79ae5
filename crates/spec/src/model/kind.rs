//! Which kind of connection it is: as declared, and as its blocks show.

use std::fmt;

use connspec_diagnostics::Place;

use crate::node::Node;
use crate::vocabulary::{OAUTH1_BLOCKS, OAUTH2_BLOCKS};

/// The kind a communication section shows by its shape (connection.md §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// One request (or a list): API keys, user and password, and everything that is no OAuth.
    Basic,
    /// OAuth 2 with a browser: `authorize` and `token`.
    OAuth2AuthorizationCode,
    /// OAuth 2 without a browser: `token` alone, as for client credentials or the password grant.
    OAuth2WithoutAuthorize,
    /// OAuth 1: `requestToken`, `authorize`, `accessToken`.
    OAuth1,
    /// An integration manifest with `oauth`, see [`dialect`](crate::dialect).
    ManifestOAuth,
    /// An integration manifest without.
    Manifest,
}

impl Kind {
    /// Recognises the kind by the keys of a communication section.
    pub fn of(communication: &Node) -> Self {
        let has = |key: &str| communication.get(key).is_some();
        if has("requestToken") || has("accessToken") {
            Self::OAuth1
        } else if has("authorize") || has("preauthorize") {
            Self::OAuth2AuthorizationCode
        } else if OAUTH2_BLOCKS.iter().any(|block| has(block)) {
            Self::OAuth2WithoutAuthorize
        } else {
            Self::Basic
        }
    }

    /// Whether a user's browser takes part.
    pub fn needs_browser(self) -> bool {
        matches!(self, Self::OAuth2AuthorizationCode | Self::OAuth1 | Self::ManifestOAuth)
    }

    /// The `type` Make's metadata would declare for it.
    pub fn expected_declaration(self) -> DeclaredKind {
        match self {
            Self::Basic | Self::Manifest => DeclaredKind::Basic,
            _ => DeclaredKind::OAuth,
        }
    }

    /// The blocks a connection of this kind may have; none for a basic connection.
    pub fn blocks(self) -> &'static [&'static str] {
        match self {
            Self::Basic | Self::ManifestOAuth | Self::Manifest => &[],
            Self::OAuth2AuthorizationCode | Self::OAuth2WithoutAuthorize => OAUTH2_BLOCKS,
            Self::OAuth1 => OAUTH1_BLOCKS,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Basic => "basic",
            Self::OAuth2AuthorizationCode => "OAuth 2 (authorization code)",
            Self::OAuth2WithoutAuthorize => "OAuth 2 (without authorize)",
            Self::OAuth1 => "OAuth 1",
            Self::ManifestOAuth => "integration manifest (OAuth)",
            Self::Manifest => "integration manifest",
        })
    }
}

/// The `type` of the metadata: `makecomapp.json`'s `connectionType`, `metadata.json`'s or a bundle's `type`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum DeclaredKind {
    /// `basic`, also `apikey` and `other` as the creation dialogue calls them.
    Basic,
    /// `oauth` for OAuth 1 and 2 alike, also the flavours of the creation dialogue such as `oauth-refresh`.
    OAuth,
    /// Anything else.
    Other(String),
}

impl DeclaredKind {
    /// Reads a declared `type` (connection.md §1, corpus-notes.md A23).
    pub fn parse(text: &str) -> Self {
        match text {
            "basic" | "apikey" | "other" => Self::Basic,
            "oauth" | "oauth2" | "oauth-refresh" | "oauth-resowncre" | "oauth-clicre" | "oauth-1" => Self::OAuth,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// A declaration and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    /// What is declared.
    pub kind: DeclaredKind,
    /// Where.
    pub place: Place,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json;
    use connspec_diagnostics::SourceMap;

    #[test]
    fn the_shape_tells_the_kind() {
        for (text, kind) in [
            (r#"{"url": "https://x"}"#, Kind::Basic),
            (r#"[{"url": "https://x"}]"#, Kind::Basic),
            ("{}", Kind::Basic),
            (r#"{"authorize": {}, "token": {}}"#, Kind::OAuth2AuthorizationCode),
            (r#"{"preauthorize": {}, "token": {}}"#, Kind::OAuth2AuthorizationCode),
            (r#"{"token": {}, "refresh": {}}"#, Kind::OAuth2WithoutAuthorize),
            (r#"{"info": {}}"#, Kind::OAuth2WithoutAuthorize),
            (r#"{"requestToken": {}, "authorize": {}, "accessToken": {}}"#, Kind::OAuth1),
        ] {
            let mut sources = SourceMap::new();
            let source = sources.add("x", text);
            let node = json::read(source, text).node.unwrap();
            assert_eq!(Kind::of(&node), kind, "{text}");
        }
    }

    #[test]
    fn declarations_are_folded_to_make_s_two() {
        assert_eq!(DeclaredKind::parse("oauth-1"), DeclaredKind::OAuth);
        assert_eq!(DeclaredKind::parse("apikey"), DeclaredKind::Basic);
        assert_eq!(DeclaredKind::parse("custom"), DeclaredKind::Other("custom".to_owned()));
    }
}
