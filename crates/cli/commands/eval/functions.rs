//! `eval --functions`: the functions of the language, with their documentation and examples.

use std::process::ExitCode;

use connspec_diagnostics::suggest::nearest;
use connspec_iml::functions::{Example, Expected, Function, Standing, all, named};
use serde_json::{Value, json};

use crate::failure::{Failure, Outcome};
use crate::output;

/// Lists all functions, or shows one.
pub fn list(name: Option<&str>, as_json: bool) -> Outcome {
    let wanted = match name {
        Some(name) => vec![named(name).ok_or_else(|| unknown(name))?],
        None => all().collect(),
    };
    if as_json {
        let all: Vec<Value> = wanted.into_iter().map(to_json).collect();
        output::print(format_args!("{:#}", Value::Array(all)))?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut family = String::new();
    for function in &wanted {
        let here = format!("{:?}", function.family).to_lowercase();
        if here != family && name.is_none() {
            output::print(output::painter_for_stdout().bold(format!("\n{}", here.to_uppercase())))?;
            family = here;
        }
        output::print(page(function))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The refusal of a name that no function has.
pub fn unknown(name: &str) -> Failure {
    let failure = Failure::unexamined(format!("there is no function `{name}`"));
    match nearest(name, all().map(|function| function.name)) {
        Some(near) => failure.help(format!("did you mean `{near}`?")),
        None => failure.help("`connspec eval --functions` lists them all"),
    }
}

/// Signature, documentation, examples.
pub fn page(function: &Function) -> String {
    let paint = output::painter_for_stdout();
    let mut page = format!("\n{}", paint.cyan(function.signature));
    if let Some(words) = standing(function.standing) {
        page.push_str(&format!("  {}", paint.yellow(words)));
    }
    page.push_str(&format!("\n  {}", function.doc.split_whitespace().collect::<Vec<_>>().join(" ")));
    for Example { template, variables, expected, .. } in function.examples {
        let with = if *variables == "{}" { String::new() } else { format!("  with {variables}") };
        let gives = match expected {
            Expected::Value(value) => (*value).to_owned(),
            Expected::Error(message) => format!("error: {message}"),
        };
        page.push_str(&format!("\n    {template}{}  →  {gives}", paint.dim(with)));
    }
    page
}

fn standing(standing: Standing) -> Option<&'static str> {
    match standing {
        Standing::OnlyInMake => Some("only inside Make"),
        Standing::Unconfirmed => Some("unconfirmed, off by default"),
        _ => None,
    }
}

fn to_json(function: &Function) -> Value {
    let examples = function.examples.iter().map(|example| {
        let expected = match example.expected {
            Expected::Value(value) => json!({ "value": serde_json::from_str::<Value>(value).unwrap_or_default() }),
            Expected::Error(message) => json!({ "error": message }),
        };
        json!({ "template": example.template, "vars": serde_json::from_str::<Value>(example.variables).unwrap_or_default(), "gives": expected })
    });
    json!({
        "name": function.name,
        "family": format!("{:?}", function.family).to_lowercase(),
        "signature": function.signature,
        "doc": function.doc,
        "standing": standing(function.standing).unwrap_or("documented"),
        "examples": examples.collect::<Vec<_>>(),
    })
}
