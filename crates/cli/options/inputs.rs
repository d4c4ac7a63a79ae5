//! What the person gives a definition: form fields, common data, scope.
//!
//! `-p key=value` takes the text as it stands, `-p key=@file` a file's content, `-p key=env:NAME` a variable
//! of the environment, so that a secret need not stand in the shell history.

use std::path::{Path, PathBuf};

use clap::Args;
use connspec_exchange::lenient;
use serde_json::{Map, Value};

use crate::failure::Failure;

/// Form fields, common data and scope.
#[derive(Debug, Default, Args)]
pub struct Inputs {
    /// A form field; the value may be @FILE or env:NAME
    #[arg(short = 'p', long = "param", value_name = "KEY=VALUE")]
    pub parameters: Vec<String>,

    /// Form fields from a JSON or JSON5 file
    #[arg(long, value_name = "FILE")]
    pub params: Option<PathBuf>,

    /// Common data from a JSON or JSON5 file, over the definition's own
    #[arg(long, value_name = "FILE")]
    pub common: Option<PathBuf>,

    /// Scopes to request besides the default ones, separated by commas
    #[arg(long, value_name = "A,B", value_delimiter = ',')]
    pub scope: Vec<String>,
}

/// What was read from [`Inputs`].
#[derive(Clone, Default)]
pub struct Values {
    /// Form fields.
    pub parameters: Map<String, Value>,
    /// Common data, where it was given.
    pub common: Option<Map<String, Value>>,
    /// Extra scopes.
    pub scope: Vec<String>,
}

impl Inputs {
    /// Reads files and variables.
    ///
    /// # Errors
    /// When a file or a variable cannot be read, or an argument is not `KEY=VALUE`.
    pub fn read(&self) -> Result<Values, Failure> {
        let mut parameters = match &self.params {
            Some(path) => read_object(path)?,
            None => Map::new(),
        };
        for argument in &self.parameters {
            let (key, value) = argument.split_once('=').ok_or_else(|| {
                Failure::unexamined(format!("`-p {}` has no value", key_only(argument)))
                    .help("write -p KEY=VALUE, -p KEY=@FILE or -p KEY=env:NAME")
            })?;
            parameters.insert(key.to_owned(), Value::String(read_value(key, value)?));
        }
        let common = self.common.as_deref().map(read_object).transpose()?;
        Ok(Values { parameters, common, scope: self.scope.clone() })
    }
}

/// The argument as it may be shown: never what could be a secret.
fn key_only(argument: &str) -> &str {
    argument.split([':', ' ']).next().unwrap_or_default()
}

/// A value as it was written, the content of `@FILE`, or the variable `env:NAME`.
///
/// # Errors
/// When the file or the variable cannot be read.
pub fn read_value(key: &str, value: &str) -> Result<String, Failure> {
    if let Some(path) = value.strip_prefix('@') {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Failure::unexamined(format!("`{key}` cannot be read from {path}: {error}")))?;
        return Ok(text
            .strip_suffix('\n')
            .map(|line| line.strip_suffix('\r').unwrap_or(line))
            .unwrap_or(&text)
            .to_owned());
    }
    if let Some(name) = value.strip_prefix("env:") {
        return std::env::var(name)
            .map_err(|_| Failure::unexamined(format!("`{key}`: the variable {name} is not set")));
    }
    Ok(value.to_owned())
}

fn read_object(path: &Path) -> Result<Map<String, Value>, Failure> {
    match read_json5(path)? {
        Value::Object(members) => Ok(members),
        _ => Err(Failure::unexamined(format!("{} holds no object", path.display()))
            .help("write the fields as an object: { \"clientId\": \"…\" }")),
    }
}

/// Reads a JSON or JSON5 file.
///
/// # Errors
/// When it cannot be read or parsed; the message names line and column where the parser tells them.
pub fn read_json5(path: &Path) -> Result<Value, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::unexamined(format!("{} cannot be read: {error}", path.display())))?;
    lenient::parse(&text).map_err(|error| Failure::unexamined(format!("{} is no JSON5: {error}", path.display())))
}
