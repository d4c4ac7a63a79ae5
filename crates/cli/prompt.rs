//! Asking a person for the fields of a form: labels, help, hidden secrets, choices.

use connspec_spec::Field;
use dialoguer::{Confirm, Input, MultiSelect, Password, Select};
use serde_json::Value;

use crate::failure::Failure;
use crate::output;

/// Asks for one field.
///
/// # Errors
/// When the terminal cannot be read, or the person gives up.
pub fn ask(field: &Field) -> Result<Value, Failure> {
    if let Some(help) = field.help.as_deref().filter(|help| !help.is_empty()) {
        output::say(output::painter_for_stderr().dim(help));
    }
    let answered = match field.kind.as_str() {
        _ if field.is_secret() => Password::new().with_prompt(&field.label).interact().map(Value::String),
        "boolean" => Confirm::new().with_prompt(&field.label).interact().map(Value::Bool),
        "multiple" if !field.options.is_empty() => {
            let labels: Vec<&str> = field.options.iter().map(|option| option.label.as_str()).collect();
            let chosen = MultiSelect::new().with_prompt(&field.label).items(&labels).interact();
            chosen.map(|chosen| chosen.into_iter().map(|index| field.options[index].value.clone()).collect())
        }
        _ if !field.options.is_empty() => {
            let labels: Vec<&str> = field.options.iter().map(|option| option.label.as_str()).collect();
            let chosen = field.options.iter().position(|option| option.default).unwrap_or(0);
            let select = Select::new().with_prompt(&field.label).items(&labels).default(chosen);
            select.interact().map(|index| field.options[index].value.clone())
        }
        _ => Input::<String>::new().with_prompt(&field.label).interact_text().map(Value::String),
    };
    answered.map_err(|error| Failure::unexamined(format!("the answer for `{}` cannot be read: {error}", field.name)))
}

/// Asks for a passphrase, twice where it is a new one.
///
/// # Errors
/// When the terminal cannot be read.
pub fn passphrase(twice: bool) -> Result<String, Failure> {
    let prompt = Password::new().with_prompt("Passphrase");
    let prompt = if twice { prompt.with_confirmation("The same again", "they differ; once more") } else { prompt };
    prompt.interact().map_err(|error| Failure::unexamined(format!("the passphrase cannot be read: {error}")))
}
