//! The floor: each case written by hand in Rust over a JSON tree, without checks, in as few steps as it takes.
//!
//! The tree is what serde_json is by default (objects in a `BTreeMap`). serde_json itself would be a softer floor here:
//! connspec turns its `preserve_order` on, and then every member costs a hash.

use std::collections::BTreeMap;
use std::hint::black_box;

use crate::cases::variables;
use crate::engine::{Engine, Work, keep, looped};

/// As much of JSON as the cases read.
enum Json {
    Other,
    Bool(bool),
    Text(String),
    Array(Vec<Json>),
    Object(BTreeMap<String, Json>),
}

impl Json {
    fn new(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Bool(value) => Self::Bool(value),
            serde_json::Value::String(text) => Self::Text(text),
            serde_json::Value::Array(items) => Self::Array(items.into_iter().map(Self::new).collect()),
            serde_json::Value::Object(members) => {
                Self::Object(members.into_iter().map(|(name, value)| (name, Self::new(value))).collect())
            }
            serde_json::Value::Null | serde_json::Value::Number(_) => Self::Other,
        }
    }

    fn get(&self, name: &str) -> Option<&Self> {
        if let Self::Object(members) = self { members.get(name) } else { None }
    }

    fn as_str(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(items) = self { Some(items) } else { None }
    }

    fn is_true(&self) -> bool {
        matches!(self, Self::Bool(true))
    }
}

fn at<'j>(variables: &'j Json, root: &str, name: &str) -> Option<&'j Json> {
    variables.get(root)?.get(name)
}

fn bearer(variables: &Json) -> String {
    let token = at(variables, "connection", "accessToken").and_then(Json::as_str).unwrap_or_default();
    let mut header = String::with_capacity(7 + token.len());
    header.push_str("Bearer ");
    header.push_str(token);
    header
}

fn scopes(variables: &Json) -> String {
    let first = at(variables, "oauth", "scope").and_then(Json::as_array).unwrap_or_default();
    let second = at(variables, "parameters", "scopes").and_then(Json::as_array).unwrap_or_default();
    let mut distinct: Vec<&str> = Vec::with_capacity(first.len() + second.len());
    for scope in first.iter().chain(second).filter_map(Json::as_str) {
        if !distinct.contains(&scope) {
            distinct.push(scope);
        }
    }
    distinct.join(" ")
}

fn url(variables: &Json) -> String {
    let sandbox = at(variables, "parameters", "sandbox").is_some_and(Json::is_true);
    let base = if sandbox { "https://sandbox.example.com" } else { "https://api.example.com" };
    let mut url = String::with_capacity(40);
    url.push_str(base);
    url.push_str("/oauth/token");
    url
}

pub fn engine() -> Engine {
    let variables = keep(Json::new(variables()));
    let work = |by_hand: fn(&Json) -> String| Work {
        result: by_hand(variables),
        evaluate: looped(move || by_hand(black_box(variables))),
        parse: None,
    };
    // Not through `work`: a function pointer would not be inlined into its loop.
    let works = [
        Work { evaluate: looped(move || bearer(black_box(variables))), ..work(bearer) },
        Work { evaluate: looped(move || scopes(black_box(variables))), ..work(scopes) },
        Work { evaluate: looped(move || url(black_box(variables))), ..work(url) },
    ];
    Engine { name: "by hand", works }
}
