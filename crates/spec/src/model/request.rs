//! The request side of a block: every directive of communication.md §5.

use connspec_diagnostics::Place;
use connspec_iml::{JsonTemplate, Template};

use super::{Directive, Reader, ResponseBlock};
use crate::node::{Member, NodeValue};

/// One request with its directives. A directive that is absent, or has the wrong shape, is `None`.
#[derive(Debug, Clone)]
pub struct RequestBlock {
    /// Where the request object stands.
    pub place: Place,
    /// JSON pointer of the request object within its section.
    pub pointer: String,
    /// `url`; without it nothing is sent and the chain goes on.
    pub url: Option<Directive<Template>>,
    /// `encodeUrl`, true when absent.
    pub encode_url: Option<Directive<bool>>,
    /// `encodeUrlMode`, undocumented: `legacy` or `uniform`.
    pub encode_url_mode: Option<Directive<Template>>,
    /// `method`, GET when absent.
    pub method: Option<Directive<Template>>,
    /// `headers`.
    pub headers: Option<Directive<JsonTemplate>>,
    /// `qs`.
    pub qs: Option<Directive<JsonTemplate>>,
    /// `body`.
    pub body: Option<Directive<JsonTemplate>>,
    /// `type`, json when absent.
    pub body_type: Option<Directive<Template>>,
    /// `temp`, evaluated before everything else.
    pub temp: Option<Directive<JsonTemplate>>,
    /// `condition`, true when absent.
    pub condition: Option<Directive<Condition>>,
    /// `repeat`, also spelt `while`.
    pub repeat: Option<Directive<Repeat>>,
    /// `ca`: a certificate in PEM.
    pub ca: Option<Directive<Template>>,
    /// `oauth`: the signing directive of OAuth 1.
    pub oauth: Option<Directive<JsonTemplate>>,
    /// `aws`: not allowed in connections, read for the checks.
    pub aws: Option<Directive<JsonTemplate>>,
    /// `gzip`, false when absent.
    pub gzip: Option<Directive<bool>>,
    /// `followRedirects` and `followRedirect`, true when absent: for GET and HEAD.
    pub follow_redirects: Spellings,
    /// `followAllRedirects` and `followAllRedirect`, true when absent: for every other method.
    pub follow_all_redirects: Spellings,
    /// `timeout` in milliseconds, 40000 when absent.
    pub timeout: Option<Directive<f64>>,
    /// `log`.
    pub log: Option<Directive<Log>>,
    /// `rejectUnauthorized`, true when absent.
    pub reject_unauthorized: Option<Directive<bool>>,
    /// `shareCookies`, false when absent.
    pub share_cookies: Option<Directive<bool>>,
    /// `response`.
    pub response: Option<Directive<ResponseBlock>>,
}

/// `condition`: a value whose truth decides whether the request runs.
#[derive(Debug, Clone)]
pub struct Condition {
    /// The value; false, null, undefined, 0 and "" are false.
    pub when: JsonTemplate,
    /// `default` of the object form: the output when the request does not run. Meaningless in a connection.
    pub default: Option<JsonTemplate>,
}

/// A flag that the sources spell in two ways.
#[derive(Debug, Clone)]
pub struct Spellings {
    /// With an s, as the editor's schema has it.
    pub plural: Option<Directive<bool>>,
    /// Without, as the documentation has it.
    pub singular: Option<Directive<bool>>,
}

/// `repeat`: the request again, as long as the condition is true.
#[derive(Debug, Clone)]
pub struct Repeat {
    /// `condition`, evaluated after each run; sees `temp`, not `body`.
    pub condition: Option<JsonTemplate>,
    /// `delay` in milliseconds between two runs.
    pub delay: f64,
    /// `limit` of runs; 1000 at most whatever is written.
    pub limit: Option<f64>,
}

/// `log`: what must not be readable in logs.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// The paths of `sanitize`, such as `request.headers.authorization`.
    pub sanitize: Vec<SanitizePath>,
}

/// One path of `log.sanitize` and where it stands.
#[derive(Debug, Clone)]
pub struct SanitizePath {
    /// As written.
    pub path: String,
    /// Where.
    pub place: Place,
}

impl RequestBlock {
    pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Self {
        Self {
            place: reader.node().place,
            pointer: reader.pointer().to_owned(),
            url: reader.words("url"),
            encode_url: reader.flag("encodeUrl"),
            encode_url_mode: reader.template("encodeUrlMode"),
            method: reader.words("method"),
            headers: reader.collection("headers"),
            qs: reader.collection("qs"),
            body: reader.any("body"),
            body_type: reader.template("type"),
            temp: reader.collection("temp"),
            condition: Condition::read(reader),
            repeat: Repeat::read(reader),
            ca: reader.template("ca"),
            oauth: reader.collection("oauth"),
            aws: reader.collection("aws"),
            gzip: reader.flag("gzip"),
            follow_redirects: Spellings {
                plural: reader.flag("followRedirects"),
                singular: reader.flag("followRedirect"),
            },
            follow_all_redirects: Spellings {
                plural: reader.flag("followAllRedirects"),
                singular: reader.flag("followAllRedirect"),
            },
            timeout: reader.count("timeout"),
            log: Log::read(reader),
            reject_unauthorized: reader.flag("rejectUnauthorized"),
            share_cookies: reader.flag("shareCookies"),
            response: ResponseBlock::read(reader),
        }
    }
}

impl RequestBlock {
    /// Notes what has the wrong shape. Directives that may have any shape are left out; a test holds the others to what
    /// [`RequestBlock::read`] leaves out.
    pub(crate) fn judge(reader: &mut Reader<'_, '_>) {
        for member in reader.node().effective_members() {
            match member.key.as_str() {
                key @ ("url" | "method") => drop(reader.words(key)),
                key @ ("encodeUrlMode" | "type" | "ca") => drop(reader.template(key)),
                key @ ("headers" | "qs" | "temp" | "oauth" | "aws") => drop(reader.collection(key)),
                "condition" => drop(Condition::read(reader)),
                // One stands for the other.
                "while" if reader.member("repeat").is_some() => {}
                "repeat" | "while" => drop(Repeat::read(reader)),
                "log" => drop(Log::read(reader)),
                "response" => ResponseBlock::judge(reader),
                _ => {}
            }
        }
    }
}

impl Condition {
    fn read(reader: &mut Reader<'_, '_>) -> Option<Directive<Self>> {
        let member = reader.member("condition")?;
        match &member.value.value {
            NodeValue::Object(_) => reader.value(member, || Self {
                when: member.value.get("condition").map_or(JsonTemplate::Bool(true), |node| node.to_template()),
                default: member.value.get("default").map(|node| node.to_template()),
            }),
            NodeValue::Null => None,
            NodeValue::Array(_) => reader.refuse(member, "a boolean, an expression or `{condition, default}`"),
            _ => reader.value(member, || Self { when: member.value.to_template(), default: None }),
        }
    }
}

impl Repeat {
    fn read(reader: &mut Reader<'_, '_>) -> Option<Directive<Self>> {
        let member = reader.member("repeat").or_else(|| reader.member("while"))?;
        if !member.value.is_object() {
            return reader.refuse(member, "an object with `condition`, `delay` and `limit`");
        }
        let mut inside = reader.inside(member);
        let (delay, limit) = (inside.count("delay"), inside.count("limit"));
        reader.value(member, || Self {
            condition: member.value.get("condition").map(|node| node.to_template()),
            delay: delay.map_or(0.0, |delay| delay.value),
            limit: limit.map(|limit| limit.value),
        })
    }
}

impl Log {
    fn read(reader: &mut Reader<'_, '_>) -> Option<Directive<Self>> {
        let member = reader.member("log")?;
        if !member.value.is_object() {
            return reader.refuse(member, "an object with `sanitize`");
        }
        let paths = member.value.member("sanitize");
        if let Some(paths) = paths.filter(|paths| !paths.value.is_array()) {
            reader.inside(member).refuse::<()>(paths, "a list of paths");
        }
        // What is no list has no elements.
        reader.value(member, || Self { sanitize: paths.map_or_else(Vec::new, sanitize_paths) })
    }
}

fn sanitize_paths(member: &Member) -> Vec<SanitizePath> {
    let paths = member.value.elements().iter();
    paths.filter_map(|node| Some(SanitizePath { path: node.as_str()?.to_owned(), place: node.place })).collect()
}
