//! One request of base, modules, remote procedures and webhooks: its texts, and what it says or inherits.

use std::rc::Rc;

use connspec_spec::{ComponentKind, Layout, Node};

use crate::site::Site;
use crate::subject::Other;

/// A request object outside connections.
#[derive(Clone, Copy)]
pub struct OtherRequest<'o, 'a> {
    /// The section it stands in.
    pub other: &'o Other<'a>,
    /// The object.
    pub node: &'a Node,
    /// Which one of a list, from 0.
    pub(crate) index: Option<usize>,
}

/// What a request goes by under a key.
#[derive(Clone, Copy, PartialEq)]
pub enum GoesBy<'a> {
    /// Its own value, or that of the base.
    Value(&'a Node),
    /// Neither has one: Make's default holds.
    Default,
    /// Nobody can say: a part is computed, or the base is not at hand.
    Unknown,
}

impl<'a> GoesBy<'a> {
    /// The value, and whether it is written without an expression; none when nobody can say.
    fn literal(self) -> Option<Option<&'a str>> {
        match self {
            Self::Default => Some(None),
            Self::Value(node) => node.as_str().filter(|text| !text.contains("{{")).map(Some),
            Self::Unknown => None,
        }
    }
}

impl<'o, 'a> OtherRequest<'o, 'a> {
    /// Its name for messages: that of the component, with its number in a list.
    pub fn block(&self) -> Rc<str> {
        let name = self.other.component.map_or("base", |component| component.name.as_str());
        self.index.map_or_else(|| name.into(), |index| format!("{name}[{}]", index + 1).into())
    }

    /// Its texts.
    pub fn sites(&self) -> &'o [Site<'a>] {
        let sites = self.other.sites.as_slice();
        let Some(index) = self.index else { return sites };
        let start = sites.partition_point(|site| site.request < index);
        let length = sites[start..].partition_point(|site| site.request == index);
        &sites[start..start + length]
    }

    /// Whether it is a request of the base, which is sent by every module and never by itself.
    pub fn is_of_base(&self) -> bool {
        self.other.is_base()
    }

    /// Whether it is a request of a webhook, which inherits nothing (communication.md §6).
    pub fn is_of_webhook(&self) -> bool {
        self.other.component.is_some_and(|component| component.kind == ComponentKind::Webhook)
    }

    /// The base, where this request inherits it and it can be read.
    pub fn base(&self) -> Option<&'a Node> {
        let inherits = !self.is_of_base() && !self.is_of_webhook();
        self.other.app.base.as_ref().filter(|_| inherits)?.node.as_ref().filter(|base| base.is_object())
    }

    /// Whether it may inherit what is not at hand. An export has every section that is not empty (app-layout.md B).
    pub fn may_inherit_more(&self) -> bool {
        let inherits = !self.is_of_base() && !self.is_of_webhook();
        let is_empty = || self.other.app.base.is_none() && self.other.app.layout == Layout::Export;
        inherits && self.base().is_none() && !is_empty()
    }

    /// What it goes by under a key that holds one value: its own first, then that of the base (communication.md §6).
    pub fn goes_by(&self, key: &str) -> GoesBy<'a> {
        let own = [Some(self.node), self.base()];
        for node in own.into_iter().flatten() {
            if let Some(value) = node.get(key).filter(|value| !value.is_null()) {
                return GoesBy::Value(value);
            }
            if node.get("{{...}}").is_some() {
                return GoesBy::Unknown;
            }
        }
        if self.may_inherit_more() { GoesBy::Unknown } else { GoesBy::Default }
    }

    /// Whether it is certainly sent with GET.
    pub fn is_get(&self) -> bool {
        let method = self.goes_by("method").literal();
        method.is_some_and(|method| method.is_none_or(|method| method.trim().eq_ignore_ascii_case("GET")))
    }

    /// Whether Make certainly encodes its address: `encodeUrl` is not switched off.
    pub fn encodes_url(&self) -> bool {
        match self.goes_by("encodeUrl") {
            GoesBy::Value(value) => value.as_bool() == Some(true),
            GoesBy::Default => true,
            GoesBy::Unknown => false,
        }
    }

    /// Whether its body is certainly a form.
    pub fn sends_form(&self) -> bool {
        self.goes_by("type").literal() == Some(Some("urlencoded"))
    }
}
