//! The communication section: the blocks of a connection's life, by kind.

use connspec_diagnostics::Diagnostic;
use connspec_iml::JsonTemplate;

use super::{Block, Directive, Kind, Reader, Wanted};
use crate::dialect::Manifest;
use crate::node::Node;

/// What is sent, by kind of connection.
#[derive(Debug, Clone)]
pub enum Communication {
    /// One nameless block, called `api` in messages and reports.
    Basic(Block),
    /// The blocks of OAuth 2, with or without a browser.
    OAuth2(OAuth2Blocks),
    /// The blocks of OAuth 1.
    OAuth1(OAuth1Blocks),
    /// The second dialect: an integration manifest.
    Manifest(Box<Manifest>),
}

/// The blocks of an OAuth 2 connection (connection.md §4); absent ones are `None`.
#[derive(Debug, Clone, Default)]
pub struct OAuth2Blocks {
    /// Before the redirect, on the server.
    pub preauthorize: Option<Block>,
    /// The browser's redirect; no request of ours.
    pub authorize: Option<Block>,
    /// The exchange of code, or credentials, for tokens.
    pub token: Option<Block>,
    /// Who is connected; also the test of the connection.
    pub info: Option<Block>,
    /// New tokens for old.
    pub refresh: Option<Block>,
    /// The end of the connection.
    pub invalidate: Option<Block>,
}

/// The blocks of an OAuth 1 connection (connection.md §11); absent ones are `None`.
#[derive(Debug, Clone, Default)]
pub struct OAuth1Blocks {
    /// The signing directive all requests share; keys of a request's own `oauth` win.
    pub oauth: Option<Directive<JsonTemplate>>,
    /// Temporary credentials.
    pub request_token: Option<Block>,
    /// The browser's redirect.
    pub authorize: Option<Block>,
    /// Temporary credentials for lasting ones.
    pub access_token: Option<Block>,
    /// Who is connected.
    pub info: Option<Block>,
}

impl Communication {
    /// Reads a communication section of this kind.
    pub(crate) fn read(kind: Kind, node: &Node) -> Self {
        let block = |name: &str| Some(Block::read(&node.member(name)?.value, &format!("/{name}"), name));
        match kind {
            Kind::Manifest | Kind::ManifestOAuth => Self::Manifest(Box::new(Manifest::read(node, &mut Vec::new()))),
            Kind::Basic => Self::Basic(Block::read(node, "", "api")),
            Kind::OAuth2AuthorizationCode | Kind::OAuth2WithoutAuthorize => Self::OAuth2(OAuth2Blocks {
                preauthorize: block("preauthorize"),
                authorize: block("authorize"),
                token: block("token"),
                info: block("info"),
                refresh: block("refresh"),
                invalidate: block("invalidate"),
            }),
            Kind::OAuth1 => Self::OAuth1(OAuth1Blocks {
                request_token: block("requestToken"),
                authorize: block("authorize"),
                access_token: block("accessToken"),
                info: block("info"),
                oauth: Reader::new(node, "", "", Wanted::Values).collection("oauth"),
            }),
        }
    }

    /// Notes what has the wrong shape. A manifest is read whole, and given back.
    pub(crate) fn judge(kind: Kind, node: &Node, findings: &mut Vec<Diagnostic>) -> Option<Self> {
        let names: &[&str] = match kind {
            Kind::Manifest | Kind::ManifestOAuth => {
                return Some(Self::Manifest(Box::new(Manifest::read(node, findings))));
            }
            Kind::Basic => {
                Block::judge(node, "api", findings);
                return None;
            }
            Kind::OAuth2AuthorizationCode | Kind::OAuth2WithoutAuthorize => {
                &["preauthorize", "authorize", "token", "info", "refresh", "invalidate"]
            }
            Kind::OAuth1 => &["requestToken", "authorize", "accessToken", "info"],
        };
        for name in names {
            if let Some(member) = node.member(name) {
                Block::judge(&member.value, name, findings);
            }
        }
        if kind == Kind::OAuth1 {
            Reader::new(node, "", "", Wanted::Findings(findings)).collection("oauth");
        }
        None
    }

    /// The manifest of a connection of the second dialect.
    pub fn manifest(&self) -> Option<&Manifest> {
        match self {
            Self::Manifest(manifest) => Some(manifest),
            _ => None,
        }
    }

    /// The blocks of Make's that are there, in the order of a connection's life.
    pub fn blocks(&self) -> Vec<&Block> {
        match self {
            Self::Basic(block) => vec![block],
            Self::Manifest(_) => Vec::new(),
            Self::OAuth2(blocks) => {
                let OAuth2Blocks { preauthorize, authorize, token, info, refresh, invalidate } = blocks;
                [preauthorize, authorize, token, info, refresh, invalidate].into_iter().flatten().collect()
            }
            Self::OAuth1(OAuth1Blocks { oauth: _, request_token, authorize, access_token, info }) => {
                [request_token, authorize, access_token, info].into_iter().flatten().collect()
            }
        }
    }

    /// The block of this name: `token`, `info`, …; `api` for a basic connection.
    pub fn block(&self, name: &str) -> Option<&Block> {
        self.blocks().into_iter().find(|block| block.name == name)
    }
}
