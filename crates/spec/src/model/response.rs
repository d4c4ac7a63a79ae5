//! The response side of a request: every directive of communication.md §7.

use connspec_diagnostics::Place;
use connspec_iml::JsonTemplate;

use super::{Directive, Reader};
use crate::node::{Member, Node, NodeValue};

/// What is done with an answer. A directive that is absent, or has the wrong shape, is `None`.
#[derive(Debug, Clone)]
pub struct ResponseBlock {
    /// Where the object stands.
    pub place: Place,
    /// JSON pointer of the object within its section.
    pub pointer: String,
    /// `type`, automatic when absent.
    pub body_type: Option<Directive<ResponseType>>,
    /// `valid`; when absent an answer is valid from 200 to 399.
    pub valid: Option<Directive<Valid>>,
    /// `error`.
    pub error: Option<Directive<ErrorDirective>>,
    /// `temp`.
    pub temp: Option<Directive<JsonTemplate>>,
    /// `data`: what is stored with the connection.
    pub data: Option<Directive<JsonTemplate>>,
    /// `uid`: who the connection belongs to at the provider.
    pub uid: Option<Directive<JsonTemplate>>,
    /// `metadata`: what the user sees beside the connection's name.
    pub metadata: Option<Directive<Metadata>>,
    /// `expires`: when the user must authorize again.
    pub expires: Option<Directive<JsonTemplate>>,
    /// `scope`: what was granted.
    pub scope: Option<Directive<JsonTemplate>>,
    /// `iterate`: not available in connections.
    pub iterate: Option<Directive<Iterate>>,
    /// `output`: not available in connections.
    pub output: Option<Directive<JsonTemplate>>,
    /// `wrapper`: not available in connections.
    pub wrapper: Option<Directive<JsonTemplate>>,
    /// `limit`: not available in connections.
    pub limit: Option<Directive<JsonTemplate>>,
    /// `trigger`: not available in connections.
    pub trigger: Option<Directive<JsonTemplate>>,
}

/// `response.type`: one for every answer, or one for each range of statuses.
#[derive(Debug, Clone)]
pub enum ResponseType {
    /// The same for every status.
    Always(JsonTemplate),
    /// By status; the narrowest range that holds it wins.
    ByStatus(Vec<(StatusRange, JsonTemplate)>),
}

/// A range of statuses, both ends included: `*`, `404`, `400-499`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StatusRange {
    /// The lowest status of the range.
    pub first: u16,
    /// The highest status of the range.
    pub last: u16,
}

/// `valid`: whether an answer is one.
#[derive(Debug, Clone)]
pub struct Valid {
    /// The value whose truth decides.
    pub condition: JsonTemplate,
    /// `message` of the object form.
    pub message: Option<JsonTemplate>,
    /// `type` of the object form: the error's type.
    pub error_type: Option<JsonTemplate>,
}

/// `error`: what is said when an answer is none.
#[derive(Debug, Clone, Default)]
pub struct ErrorDirective {
    /// The entry for every status: the text itself, or `message` and `type` of the object form.
    pub general: ErrorEntry,
    /// Entries for single statuses, in the order of the file.
    pub by_status: Vec<(StatusRange, Directive<ErrorEntry>)>,
}

/// Message and type of an error.
#[derive(Debug, Clone, Default)]
pub struct ErrorEntry {
    /// `message`.
    pub message: Option<JsonTemplate>,
    /// `type`, such as `InvalidAccessTokenError`.
    pub error_type: Option<JsonTemplate>,
}

/// `metadata`: what tells two connections apart for the user.
#[derive(Debug, Clone)]
pub struct Metadata {
    /// `type`: `text` or `email`.
    pub kind: Option<JsonTemplate>,
    /// `value`.
    pub value: JsonTemplate,
}

/// `iterate`: the list whose items are worked through.
#[derive(Debug, Clone)]
pub struct Iterate {
    /// The list.
    pub container: JsonTemplate,
    /// Which items count.
    pub condition: Option<JsonTemplate>,
}

impl StatusRange {
    /// Reads `*` (1 to 999), three digits, or two statuses with a hyphen between them.
    pub fn parse(key: &str) -> Option<Self> {
        let status = |text: &str| {
            let digits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
            digits.then(|| text.parse().ok()).flatten()
        };
        if key == "*" {
            return Some(Self { first: 1, last: 999 });
        }
        let (first, last) = match key.split_once('-') {
            Some((first, last)) => (status(first.trim())?, status(last.trim())?),
            None => (status(key)?, status(key)?),
        };
        (first <= last).then_some(Self { first, last })
    }

    /// Whether the range holds `status`.
    pub fn contains(self, status: u16) -> bool {
        (self.first..=self.last).contains(&status)
    }

    /// Whether the range is a single status.
    pub fn is_single(self) -> bool {
        self.first == self.last
    }

    fn width(self) -> u16 {
        self.last - self.first
    }
}

fn narrowest<T>(entries: &[(StatusRange, T)], status: u16, allowed: impl Fn(StatusRange) -> bool) -> Option<&T> {
    let fitting = entries.iter().filter(|(range, _)| range.contains(status) && allowed(*range));
    fitting.min_by_key(|(range, _)| range.width()).map(|(_, entry)| entry)
}

impl ResponseType {
    /// The type for an answer of `status`; none when no range holds it, which means automatic.
    pub fn for_status(&self, status: u16) -> Option<&JsonTemplate> {
        match self {
            Self::Always(template) => Some(template),
            Self::ByStatus(entries) => narrowest(entries, status, |_| true),
        }
    }
}

impl Valid {
    /// Whether the condition reads `statusCode`: only then can it accept a status of 400 and above
    /// (switch `validOnError`).
    pub fn reads_status_code(&self) -> bool {
        let templates = self.condition.templates();
        let variables = templates.iter().flat_map(|(_, template)| template.variables());
        variables.into_iter().any(|variable| variable.segments.first().is_some_and(|root| root == "statusCode"))
    }
}

impl ErrorDirective {
    /// The entry for exactly this status; with `ranges` also the narrowest range that holds it
    /// (switch `errorRanges`).
    pub fn for_status(&self, status: u16, ranges: bool) -> Option<&Directive<ErrorEntry>> {
        narrowest(&self.by_status, status, |range| ranges || range.is_single())
    }
}

impl ResponseBlock {
    pub(crate) fn read(reader: &mut Reader<'_, '_>) -> Option<Directive<Self>> {
        let member = reader.member("response")?;
        if !member.value.is_object() {
            return reader.refuse(member, "an object");
        }
        let mut inside = reader.inside(member);
        let value = Self {
            place: member.value.place,
            pointer: inside.pointer().to_owned(),
            body_type: ResponseType::read(&mut inside),
            valid: Valid::read(&mut inside),
            error: ErrorDirective::read(&mut inside),
            temp: inside.collection("temp"),
            data: inside.collection("data"),
            uid: inside.any("uid"),
            metadata: Metadata::read(&mut inside),
            expires: inside.any("expires"),
            scope: inside.any("scope"),
            iterate: Iterate::read(&mut inside),
            output: inside.any("output"),
            wrapper: inside.any("wrapper"),
            limit: inside.any("limit"),
            trigger: inside.any("trigger"),
        };
        Some(reader.directive(member, value))
    }
}

impl ResponseBlock {
    /// Notes what has the wrong shape, as [`RequestBlock::judge`](super::RequestBlock::judge) does.
    pub(crate) fn judge(reader: &mut Reader<'_, '_>) {
        let Some(member) = reader.member("response") else { return };
        if !member.value.is_object() {
            reader.refuse::<()>(member, "an object");
            return;
        }
        let mut inside = reader.inside(member);
        ResponseType::read(&mut inside);
        Valid::read(&mut inside);
        ErrorDirective::read(&mut inside);
        for key in ["temp", "data"] {
            inside.collection(key);
        }
        Metadata::read(&mut inside);
    }
}

impl ResponseType {
    fn read(reader: &mut Reader<'_, '_>) -> Option<Directive<Self>> {
        let member = reader.member("type")?;
        let by_status = |entry: &Member| Some((StatusRange::parse(&entry.key)?, entry.value.to_template()));
        match &member.value.value {
            NodeValue::Text(_) => reader.value(member, || Self::Always(member.value.to_template())),
            NodeValue::Object(_) => reader
                .value(member, || Self::ByStatus(member.value.effective_members().filter_map(by_status).collect())),
            NodeValue::Null => None,
            _ => reader.refuse(member, "a text, or an object of statuses"),
        }
    }
}

impl Valid {
    fn read(reader: &mut Reader<'_, '_>) -> Option<Directive<Self>> {
        let member = reader.member("valid")?;
        let compiled = |key: &str| member.value.get(key).map(Node::to_template);
        match &member.value.value {
            NodeValue::Object(_) => reader.value(member, || Self {
                condition: compiled("condition").unwrap_or(JsonTemplate::Bool(true)),
                message: compiled("message"),
                error_type: compiled("type"),
            }),
            NodeValue::Null => None,
            NodeValue::Array(_) => reader.refuse(member, "a boolean, an expression or `{condition, message, type}`"),
            _ => {
                reader.value(member, || Self { condition: member.value.to_template(), message: None, error_type: None })
            }
        }
    }
}

impl ErrorDirective {
    fn read(reader: &mut Reader<'_, '_>) -> Option<Directive<Self>> {
        let member = reader.member("error")?;
        match &member.value.value {
            NodeValue::Object(_) => {
                let mut inside = reader.inside(member);
                let by_status = member
                    .value
                    .effective_members()
                    .filter_map(|entry| {
                        let range = StatusRange::parse(&entry.key).filter(|_| entry.key != "*")?;
                        Some((range, ErrorEntry::of_status(&mut inside, entry)?))
                    })
                    .collect();
                reader.value(member, || Self { general: ErrorEntry::of(&member.value), by_status })
            }
            NodeValue::Null => None,
            NodeValue::Array(_) => reader.refuse(member, "a text, or an object with `message`"),
            _ => reader.value(member, || Self { general: ErrorEntry::of(&member.value), by_status: Vec::new() }),
        }
    }
}

impl ErrorEntry {
    fn of_status(reader: &mut Reader<'_, '_>, member: &Member) -> Option<Directive<Self>> {
        if member.value.is_array() {
            return reader.refuse(member, "a text, or an object with `message`");
        }
        reader.value(member, || Self::of(&member.value))
    }

    /// An entry from the object form, or from a text that is the message itself.
    fn of(node: &Node) -> Self {
        if node.is_object() {
            let compiled = |key: &str| node.get(key).map(Node::to_template);
            Self { message: compiled("message"), error_type: compiled("type") }
        } else {
            Self { message: Some(node.to_template()), error_type: None }
        }
    }
}

impl Metadata {
    fn read(reader: &mut Reader<'_, '_>) -> Option<Directive<Self>> {
        let member = reader.member("metadata")?;
        match &member.value.value {
            NodeValue::Object(_) => reader.value(member, || Self {
                kind: member.value.get("type").map(Node::to_template),
                value: member.value.get("value").map_or(JsonTemplate::Null, Node::to_template),
            }),
            NodeValue::Null => None,
            _ => reader.refuse(member, "an object with `type` and `value`"),
        }
    }
}

impl Iterate {
    fn read(reader: &mut Reader<'_, '_>) -> Option<Directive<Self>> {
        let member = reader.member("iterate")?;
        reader.value(member, || match &member.value.value {
            NodeValue::Object(_) => Self {
                container: member.value.get("container").map_or(JsonTemplate::Null, Node::to_template),
                condition: member.value.get("condition").map(Node::to_template),
            },
            _ => Self { container: member.value.to_template(), condition: None },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_keys_are_a_star_a_status_or_a_range() {
        for (key, expected) in [
            ("*", Some((1, 999))),
            ("404", Some((404, 404))),
            ("400-499", Some((400, 499))),
            ("4xx", None),
            ("40", None),
            ("499-400", None),
            ("+40", None),
            ("", None),
            ("400-", None),
        ] {
            let range = StatusRange::parse(key).map(|range| (range.first, range.last));
            assert_eq!(range, expected, "{key}");
        }
    }

    #[test]
    fn the_narrowest_range_wins() {
        let entries: Vec<_> = ["*", "400-499", "401", "200-499"]
            .iter()
            .map(|key| (StatusRange::parse(key).expect("a status key"), *key))
            .collect();
        for (status, expected) in [(401, "401"), (404, "400-499"), (201, "200-499"), (500, "*")] {
            assert_eq!(narrowest(&entries, status, |_| true), Some(&expected), "{status}");
        }
        assert_eq!(narrowest(&entries, 404, StatusRange::is_single), None);
    }
}
