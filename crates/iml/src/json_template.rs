//! `JsonTemplate`: a JSON value whose strings are templates (iml.md §3).

use std::cell::RefCell;

use connspec_diagnostics::{Severity, Span};

use crate::value::TagError;
use crate::{Collection, Error, Finding, Host, Options, Scope, Template, Value};

/// The one key that is not literal text: its value's members are merged in at its place.
const SPREAD_KEY: &str = "{{...}}";

/// A JSON value with every string parsed.
#[derive(Debug, Clone, PartialEq)]
pub enum JsonTemplate {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string, which is a template.
    Text(Template),
    /// An array.
    Array(Vec<JsonTemplate>),
    /// An object. Keys are literal text, but for the spread key `{{...}}`.
    Object(Vec<(String, JsonTemplate)>),
    /// A value JSON lacks, such as a date ([`JsonTemplate::from_tagged`]).
    Value(Value),
}

impl JsonTemplate {
    /// Parses every string of `json` with the usual bounds.
    pub fn from_json(json: &serde_json::Value) -> Self {
        Self::from_json_with(json, Options::default())
    }

    /// Parses every string of `json` with bounds and switches of one's own.
    pub fn from_json_with(json: &serde_json::Value, options: Options) -> Self {
        let parse = |json| Self::from_json_with(json, options);
        match json {
            serde_json::Value::Null => JsonTemplate::Null,
            serde_json::Value::Bool(bool) => JsonTemplate::Bool(*bool),
            serde_json::Value::Number(number) => JsonTemplate::Number(number.as_f64().unwrap_or(f64::NAN)),
            serde_json::Value::String(text) => JsonTemplate::Text(Template::parse_with(text, options)),
            serde_json::Value::Array(items) => JsonTemplate::Array(items.iter().map(parse).collect()),
            serde_json::Value::Object(members) => {
                JsonTemplate::Object(members.iter().map(|(key, value)| (key.clone(), parse(value))).collect())
            }
        }
    }

    /// Parses every string of `json`, in which `{"$date": iso}` and its kin stand for values JSON lacks
    /// ([`Value::from_tagged`]). Where the tag's text holds an expression the object is an ordinary one.
    ///
    /// # Errors
    /// A tag whose content is not what it says.
    pub fn from_tagged(json: &serde_json::Value, options: Options) -> Result<Self, TagError> {
        let read = |json| Self::from_tagged(json, options);
        Ok(match json {
            serde_json::Value::Array(items) => {
                let items = items.iter().enumerate();
                let items = items.map(|(index, item)| read(item).map_err(|error| error.below(&index.to_string())));
                JsonTemplate::Array(items.collect::<Result<_, _>>()?)
            }
            serde_json::Value::Object(members) => {
                let literal = !members.values().any(|value| value.as_str().is_some_and(|text| text.contains("{{")));
                if let Some(value) = literal.then(|| Value::from_tag(members)).flatten() {
                    return value.map(JsonTemplate::Value);
                }
                let members = members
                    .iter()
                    .map(|(key, value)| Ok((key.clone(), read(value).map_err(|error| error.below(key))?)));
                JsonTemplate::Object(members.collect::<Result<_, _>>()?)
            }
            _ => Self::from_json_with(json, options),
        })
    }

    /// Evaluates every template. Undefined members stay as undefined and vanish on
    /// [`Value::to_json`]; a later member with the same name wins.
    ///
    /// # Errors
    /// The first template that fails, with its JSON pointer.
    pub fn eval(&self, scope: &Scope<'_>, host: &dyn Host) -> Result<Value, Error> {
        self.evaluate(&|template| template.eval(scope, host))
    }

    /// The same with bounds and switches other than those of parsing: see [`Template::eval_with`].
    ///
    /// # Errors
    /// As [`JsonTemplate::eval`].
    pub fn eval_with(&self, scope: &Scope<'_>, host: &dyn Host, options: &Options) -> Result<Value, Error> {
        self.evaluate(&|template| template.eval_with(scope, host, options))
    }

    /// Evaluates, and says what was odd about the values met, with the JSON pointer of each template:
    /// see [`Template::eval_with_findings`].
    pub fn eval_with_findings(
        &self,
        scope: &Scope<'_>,
        host: &dyn Host,
    ) -> (Result<Value, Error>, Vec<(String, Finding)>) {
        let found = RefCell::new(Vec::new());
        let outcome = self.evaluate(&|template| {
            let (outcome, findings) = template.eval_with_findings(scope, host);
            found.borrow_mut().extend(findings.into_iter().map(|finding| (template, finding)));
            outcome
        });
        let places = self.templates();
        let place = |template: &Template| places.iter().find(|(_, other)| std::ptr::eq(*other, template));
        let placed = found.into_inner().into_iter();
        let placed = placed.map(|(template, finding)| {
            (place(template).map(|(pointer, _)| pointer.clone()).unwrap_or_default(), finding)
        });
        let placed = placed.collect();
        (outcome, placed)
    }

    fn evaluate<'t>(&'t self, eval: &impl Fn(&'t Template) -> Result<Value, Error>) -> Result<Value, Error> {
        match self {
            JsonTemplate::Null => Ok(Value::Null),
            JsonTemplate::Bool(bool) => Ok(Value::Bool(*bool)),
            JsonTemplate::Number(number) => Ok(Value::Number(*number)),
            JsonTemplate::Text(template) => eval(template),
            JsonTemplate::Value(value) => Ok(value.clone()),
            JsonTemplate::Array(items) => {
                let evaluated = items.iter().enumerate();
                let evaluated = evaluated
                    .map(|(index, item)| item.evaluate(eval).map_err(|error| below(error, &index.to_string())));
                evaluated.collect::<Result<_, _>>().map(Value::Array)
            }
            JsonTemplate::Object(members) => {
                let mut evaluated = Collection::new();
                for (key, template) in members {
                    let value = template.evaluate(eval).map_err(|error| below(error, key))?;
                    match value {
                        Value::Collection(spread) if key == SPREAD_KEY => {
                            for (name, value) in spread {
                                evaluated.insert(name, value);
                            }
                        }
                        _ if key == SPREAD_KEY => {}
                        value => {
                            evaluated.insert(key.as_str(), value);
                        }
                    }
                }
                Ok(Value::Collection(evaluated))
            }
        }
    }

    /// What was odd, in the order it is written: each finding with the JSON pointer of its string, or of the member
    /// whose key holds an expression, which stays as it is (iml.md §12 C18).
    pub fn findings(&self) -> Vec<(String, Finding)> {
        let mut found = Vec::new();
        self.gather(String::new(), &mut found);
        found
    }

    fn gather(&self, pointer: String, found: &mut Vec<(String, Finding)>) {
        match self {
            JsonTemplate::Text(template) => {
                found.extend(template.findings().iter().map(|finding| (pointer.clone(), finding.clone())));
            }
            JsonTemplate::Array(items) => {
                items.iter().enumerate().for_each(|(index, item)| item.gather(format!("{pointer}/{index}"), found));
            }
            JsonTemplate::Object(members) => {
                for (key, value) in members {
                    let pointer = format!("{pointer}/{}", escaped(key));
                    found.extend(template_in_key(key).map(|finding| (pointer.clone(), finding)));
                    value.gather(pointer, found);
                }
            }
            JsonTemplate::Null | JsonTemplate::Bool(_) | JsonTemplate::Number(_) | JsonTemplate::Value(_) => {}
        }
    }

    /// Every template within, with its JSON pointer.
    pub fn templates(&self) -> Vec<(String, &Template)> {
        let mut found = Vec::new();
        self.collect(String::new(), &mut found);
        found
    }

    fn collect<'t>(&'t self, pointer: String, found: &mut Vec<(String, &'t Template)>) {
        match self {
            JsonTemplate::Text(template) => found.push((pointer, template)),
            JsonTemplate::Array(items) => {
                items.iter().enumerate().for_each(|(index, item)| item.collect(format!("{pointer}/{index}"), found));
            }
            JsonTemplate::Object(members) => {
                members.iter().for_each(|(key, value)| value.collect(format!("{pointer}/{}", escaped(key)), found));
            }
            JsonTemplate::Null | JsonTemplate::Bool(_) | JsonTemplate::Number(_) | JsonTemplate::Value(_) => {}
        }
    }
}

/// The same error, one step further from the root.
fn below(mut error: Error, step: &str) -> Error {
    error.pointer.insert_str(0, &format!("/{}", escaped(step)));
    error
}

/// `"{{parameters.x}}": …`
fn template_in_key(key: &str) -> Option<Finding> {
    let start = key.find("{{").filter(|_| key != SPREAD_KEY && key.contains("}}"))?;
    Some(Finding::new(
        "template-in-key",
        Severity::Warning,
        Span::new(start, key.len()),
        format!("keys are no templates: `{key}` stays as it is"),
        "build the collection with toCollection(), and merge it in with the key `{{...}}`",
    ))
}

/// RFC 6901 §4.
pub(crate) fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}
