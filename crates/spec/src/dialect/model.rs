//! A manifest, typed: every field with its place and its pointer within the file.

use connspec_diagnostics::Place;

use super::{DataTemplate, Template};
use crate::model::Directive;
use crate::node::Node;

/// Which of the two kinds of manifest it is (chiefonboarding.md §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ManifestType {
    /// Gives people access to a system: `execute`, `exists`, `revoke`.
    Webhook,
    /// Imports people from a system: `data_structure`, `action`, paging.
    SyncUsers,
}

/// A name and what stands for it: of `store_data` and `data_structure` a dotted path, of `files` a kept file.
pub type Pair = Directive<(String, String)>;

/// An integration manifest.
#[derive(Debug, Clone)]
pub struct Manifest {
    /// Where it stands.
    pub place: Place,
    /// Its kind, by its keys.
    pub manifest_type: ManifestType,
    /// `headers` of every request that has none of its own.
    pub headers: Vec<HeaderTemplate>,
    /// `oauth`; an empty object counts as none (chiefonboarding.md §2).
    pub oauth: Option<Directive<ManifestOAuth>>,
    /// `initial_data_form`: what the administrator is asked for once.
    pub initial_data_form: Vec<FormItem>,
    /// `form`: what is asked for at every run.
    pub form: Vec<FormItem>,
    /// `extra_user_info`: what is asked of the user.
    pub extra_user_info: Vec<FormItem>,
    /// `execute`, in order; absent differs from empty.
    pub execute: Option<Directive<Vec<Item>>>,
    /// `exists`.
    pub exists: Option<Item>,
    /// `revoke`, in order.
    pub revoke: Option<Directive<Vec<Item>>>,
    /// `post_execute_notification`.
    pub notifications: Vec<Notification>,
    /// What a manifest of [`ManifestType::SyncUsers`] has besides.
    pub sync: Sync,
}

/// `oauth` (chiefonboarding.md §2). What the validator requires may be absent all the same.
#[derive(Debug, Clone)]
pub struct ManifestOAuth {
    /// `authenticate_url`: where the browser is sent.
    pub authenticate_url: Option<Directive<Template>>,
    /// `access_token`: the exchange of the code.
    pub access_token: Option<Item>,
    /// `refresh`.
    pub refresh: Option<Item>,
    /// `without_code`: the callback brings no code and none is appended.
    pub without_code: Option<Directive<bool>>,
}

impl ManifestOAuth {
    /// Whether the callback may come without a code.
    pub fn is_without_code(&self) -> bool {
        self.without_code.as_ref().is_some_and(|flag| flag.value)
    }
}

/// One request of a manifest.
#[derive(Debug, Clone)]
pub struct Item {
    /// Where it stands.
    pub place: Place,
    /// Its JSON pointer within the manifest: `/execute/0`, `/oauth/access_token`.
    pub pointer: String,
    /// The object as written.
    pub node: Node,
    /// `url`.
    pub url: Option<Directive<Template>>,
    /// `method`; POST when absent. It is not templated.
    pub method: Option<Directive<String>>,
    /// `data`; absent means an empty body.
    pub data: Option<Directive<DataTemplate>>,
    /// `headers`; when there are any they replace all of the manifest's.
    pub headers: Vec<HeaderTemplate>,
    /// `cast_data_to_json`; true when absent: `data` goes out as a form.
    pub cast_data_to_json: Option<Directive<bool>>,
    /// `status_code`: when there are entries, one must match.
    pub status_code: Option<Directive<Vec<StatusCode>>>,
    /// `store_data`: name and dotted path in the answer.
    pub store_data: Vec<Pair>,
    /// `continue_if`.
    pub continue_if: Option<Directive<ContinueIf>>,
    /// `polling`.
    pub polling: Option<Directive<Polling>>,
    /// `save_as_file`: the name the answer's bytes are kept under.
    pub save_as_file: Option<Directive<String>>,
    /// `files`: form field and name of a kept file.
    pub files: Vec<Pair>,
    /// `extra_headers`: the name of a signature, such as `pritunl`.
    pub extra_headers: Option<Directive<String>>,
    /// `expected`, of `exists`: the text to be found in the answer.
    pub expected: Option<Directive<Template>>,
}

impl Item {
    /// The method it is sent with.
    pub fn method(&self) -> &str {
        self.method.as_ref().map_or("POST", |method| method.value.as_str())
    }

    /// Whether `data` is parsed again and sent as a form.
    pub fn casts(&self) -> bool {
        self.cast_data_to_json.as_ref().is_none_or(|flag| flag.value)
    }

    /// Whether `status_code` says which statuses count as successes; an empty list says nothing.
    pub fn lists_statuses(&self) -> bool {
        self.status_code.as_ref().is_some_and(|codes| !codes.value.is_empty())
    }

    /// Every template of the request, with the place it begins at.
    pub fn templates(&self) -> Vec<&Directive<Template>> {
        let texts = [&self.url, &self.expected].into_iter().flatten();
        let headers = self.headers.iter().map(|header| &header.value);
        let condition = self.continue_if.iter().map(|condition| &condition.value.value);
        texts.chain(headers).chain(condition).collect()
    }
}

/// One header: both sides are templates.
#[derive(Debug, Clone)]
pub struct HeaderTemplate {
    /// The name as written; `Authorization` in exactly this case is special.
    pub name: String,
    /// The name, compiled.
    pub name_template: Template,
    /// The value, compiled.
    pub value: Directive<Template>,
    /// For `Authorization: Basic …`: what follows the first space, to be encoded once it is rendered; with its
    /// offset in bytes within the value.
    pub basic: Option<(Template, usize)>,
}

/// One entry of `status_code`.
#[derive(Debug, Clone, PartialEq)]
pub struct StatusCode {
    /// Where it stands.
    pub place: Place,
    /// The entry as the text it would be.
    pub text: String,
    /// Whether it was written as a text: only those can match (chiefonboarding.md §3).
    pub is_text: bool,
}

/// `continue_if`: the answer's value at a path must equal a text.
#[derive(Debug, Clone)]
pub struct ContinueIf {
    /// `response_notation`: a dotted path in the answer.
    pub response_notation: String,
    /// `value`, a template.
    pub value: Directive<Template>,
}

/// `polling`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Polling {
    /// Seconds between two requests.
    pub interval: f64,
    /// How many requests in all, the first one counted.
    pub amount: f64,
}

/// One entry of a form: `initial_data_form`, `form` or `extra_user_info`.
#[derive(Debug, Clone)]
pub struct FormItem {
    /// Where it stands.
    pub place: Place,
    /// Its JSON pointer within the manifest.
    pub pointer: String,
    /// As written.
    pub node: Node,
    /// `id`: the variable's name.
    pub id: String,
    /// `name`: what the person reads.
    pub name: String,
    /// `description`.
    pub description: Option<String>,
    /// `type` of a `form` entry: `choice`, `multiple_choice`, `input`, `generate`.
    pub kind: Option<String>,
    /// `secret` as written.
    pub secret: Option<bool>,
    /// What fetches a list of choices: a request like any other, where the entry has a `url`.
    pub request: Option<Box<Item>>,
}

impl FormItem {
    /// Whether its value is chosen from a list.
    pub fn is_choice(&self) -> bool {
        matches!(self.kind.as_deref(), Some("choice" | "multiple_choice"))
    }

    /// A text of the entry that says where in the list something stands.
    pub fn notation<'n>(&'n self, key: &str, otherwise: &'n str) -> &'n str {
        self.node.get(key).and_then(Node::as_str).unwrap_or(otherwise)
    }

    /// Whether its value is made up at every run instead of being asked for.
    pub fn is_generated(&self) -> bool {
        self.name == "generate" || self.kind.as_deref() == Some("generate")
    }
}

/// One entry of `post_execute_notification`.
#[derive(Debug, Clone)]
pub struct Notification {
    /// Where it stands.
    pub place: Place,
    /// `type`: `email` or `text`.
    pub kind: String,
    /// `to`.
    pub to: Option<Directive<Template>>,
    /// `subject`.
    pub subject: Option<Directive<Template>>,
    /// `message`.
    pub message: Option<Directive<Template>>,
}

/// What importing people needs.
#[derive(Debug, Clone, Default)]
pub struct Sync {
    /// `data_from`: dotted path of the list in the answer.
    pub data_from: Option<Directive<String>>,
    /// `data_structure`: property and dotted path within an entry of the list.
    pub data_structure: Option<Directive<Vec<Pair>>>,
    /// `action`: `create` or `update`.
    pub action: Option<Directive<String>>,
    /// `schedule`, a cron expression.
    pub schedule: Option<Directive<String>>,
    /// How the next page is found, if there are pages.
    pub paging: Option<Paging>,
    /// `amount_pages_to_fetch`; 5 when absent.
    pub amount_pages_to_fetch: Option<Directive<f64>>,
}

impl Sync {
    /// How many pages are fetched at most.
    pub fn pages(&self) -> f64 {
        self.amount_pages_to_fetch.as_ref().map_or(5.0, |amount| amount.value)
    }
}

/// How the next page is found.
#[derive(Debug, Clone)]
pub enum Paging {
    /// `next_page_from`: the path of the whole address.
    Address(Directive<String>),
    /// `next_page_token_from` with `next_page`.
    Token {
        /// The path of the token.
        from: Directive<String>,
        /// The address, with `NEXT_PAGE_TOKEN` in it.
        page: Directive<Template>,
    },
}
