//! The form a user fills in: fields as Make knows them.

use connspec_diagnostics::{Diagnostic, Fix, Place, Severity};
use serde_json::Value as Json;

use crate::node::Node;
use crate::rules;

/// The form, in the order of the file.
#[derive(Debug, Clone, Default)]
pub struct Parameters {
    /// The fields; nested ones stay in their parent's [`Field::node`].
    pub fields: Vec<Field>,
    /// `rpc://` references, whose fields only Make's server knows.
    pub remote: Vec<Place>,
}

/// One field of the form. What is absent, or has the wrong shape, is `None` or false.
#[derive(Debug, Clone)]
pub struct Field {
    /// Where the field stands.
    pub place: Place,
    /// The whole field as written: options, nested fields, validation.
    pub node: Node,
    /// `name`: the key its value is stored under; empty for headings such as banners.
    pub name: String,
    /// `label`, the name when absent.
    pub label: String,
    /// `help`.
    pub help: Option<String>,
    /// `type`, text when absent.
    pub kind: String,
    /// `required`.
    pub required: bool,
    /// `advanced`: hidden until the user asks for it.
    pub advanced: bool,
    /// `editable` after creation.
    pub editable: bool,
    /// `multiline`.
    pub multiline: bool,
    /// `default`.
    pub default: Option<Json>,
    /// `options` of a selection, by value and label; empty for other types and for `rpc://` options.
    pub options: Vec<FieldOption>,
}

/// One choice of a selection.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldOption {
    /// `value`: what is stored.
    pub value: Json,
    /// `label`: what the user sees.
    pub label: String,
    /// `default`: chosen beforehand.
    pub default: bool,
}

impl Field {
    /// Whether the value must not be shown: a password field, a certificate or a key.
    pub fn is_secret(&self) -> bool {
        matches!(self.kind.as_str(), "password" | "cert" | "pkey")
    }

    fn read(node: &Node) -> Self {
        let text = |key: &str| node.get(key).and_then(Node::as_str).map(str::to_owned);
        let flag = |key: &str| node.get(key).and_then(Node::as_bool).unwrap_or(false);
        let name = text("name").unwrap_or_default();
        Self {
            place: node.place,
            label: text("label").unwrap_or_else(|| name.clone()),
            name,
            help: text("help"),
            kind: text("type").unwrap_or_else(|| "text".to_owned()),
            required: flag("required"),
            advanced: flag("advanced"),
            editable: flag("editable"),
            multiline: flag("multiline"),
            default: node.get("default").map(Node::to_json),
            options: options(node),
            node: node.clone(),
        }
    }
}

impl Parameters {
    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Reads a list of fields. `section` names it in findings: `parameters` or `installSpec`; `is_export` says that
    /// `{}` stands for a form without fields (app-layout.md B).
    pub(crate) fn read(node: &Node, section: &str, is_export: bool, findings: &mut Vec<Diagnostic>) -> Self {
        let mut parameters = Self::default();
        let is_left_out = node.is_null() || (is_export && node.is_object() && node.members().is_empty());
        if !node.is_array() && !is_left_out {
            findings.push(no_list(node, section));
        }
        for element in node.elements() {
            if element.is_object() {
                parameters.fields.push(Field::read(element));
            } else if element.as_str().is_some_and(|text| text.starts_with("rpc://")) {
                parameters.remote.push(element.place);
            } else {
                findings.push(
                    rules::PART_SHAPE
                        .finding(format!("a form field must be an object, not {}", element.kind_name()))
                        .at(element.place)
                        .why("Make cannot show it")
                        .help("write an object with `name`, `type` and `label`"),
                );
            }
        }
        parameters
    }
}

/// A section that should be a list of fields and is none.
pub(crate) fn no_list(node: &Node, section: &str) -> Diagnostic {
    let finding = rules::PART_SHAPE
        .finding(format!("`{section}` must be a list of form fields, not {}", node.kind_name()))
        .at(node.place);
    if node.is_object() && node.members().is_empty() {
        let mut finding = finding
            .why("a form without fields is an empty list: Make's editor marks an object here")
            .help("write []")
            .fix(Fix::suggestion("write []").replace(node.place, "[]"));
        finding.severity = Severity::Warning;
        return finding;
    }
    finding
        .why("Make shows no form, so nothing can be filled in")
        .help("write a list of objects with `name`, `type` and `label`")
}

fn options(node: &Node) -> Vec<FieldOption> {
    let Some(options) = node.get("options") else { return Vec::new() };
    let list = if options.is_object() { options.get("store").unwrap_or(options) } else { options };
    list.elements().iter().filter_map(option).collect()
}

fn option(node: &Node) -> Option<FieldOption> {
    let value = node.get("value")?;
    let label = node.get("label").and_then(Node::as_str).or(value.as_str());
    Some(FieldOption {
        value: value.to_json(),
        label: label.map_or_else(|| value.to_json().to_string(), str::to_owned),
        default: node.get("default").and_then(Node::as_bool).unwrap_or(false),
    })
}
