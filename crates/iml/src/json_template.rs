//! `JsonTemplate`: a JSON value whose strings are templates (iml.md §3).

use crate::{Collection, Error, Host, Options, Scope, Template, Value};

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

    /// Evaluates every template. Undefined members stay as undefined and vanish on
    /// [`Value::to_json`]; a later member with the same name wins.
    ///
    /// # Errors
    /// The first template that fails, with its JSON pointer.
    pub fn eval(&self, scope: &Scope<'_>, host: &dyn Host) -> Result<Value, Error> {
        self.evaluated(&|template| template.eval(scope, host))
    }

    /// The same with bounds and switches other than those of parsing: see [`Template::eval_with`].
    ///
    /// # Errors
    /// As [`JsonTemplate::eval`].
    pub fn eval_with(&self, scope: &Scope<'_>, host: &dyn Host, options: &Options) -> Result<Value, Error> {
        self.evaluated(&|template| template.eval_with(scope, host, options))
    }

    fn evaluated(&self, eval: &dyn Fn(&Template) -> Result<Value, Error>) -> Result<Value, Error> {
        match self {
            JsonTemplate::Null => Ok(Value::Null),
            JsonTemplate::Bool(bool) => Ok(Value::Bool(*bool)),
            JsonTemplate::Number(number) => Ok(Value::Number(*number)),
            JsonTemplate::Text(template) => eval(template),
            JsonTemplate::Array(items) => {
                let evaluated = items.iter().enumerate();
                let evaluated = evaluated
                    .map(|(index, item)| item.evaluated(eval).map_err(|error| below(error, &index.to_string())));
                evaluated.collect::<Result<_, _>>().map(Value::Array)
            }
            JsonTemplate::Object(members) => {
                let mut evaluated = Collection::new();
                for (key, template) in members {
                    let value = template.evaluated(eval).map_err(|error| below(error, key))?;
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
            JsonTemplate::Null | JsonTemplate::Bool(_) | JsonTemplate::Number(_) => {}
        }
    }
}

/// The same error, one step further from the root.
fn below(mut error: Error, step: &str) -> Error {
    error.pointer.insert_str(0, &format!("/{}", escaped(step)));
    error
}

/// RFC 6901 §4.
fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}
