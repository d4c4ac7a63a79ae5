//! The IML expression language: parse and evaluate, without clock, randomness or I/O of its own.
//!
//! A string becomes a [`Template`] once and is evaluated many times against a [`Scope`] of borrowed
//! [`Value`]s; a JSON value becomes a [`JsonTemplate`]. Parsing never fails: what does not parse is
//! an error node with a [`Finding`], and evaluating it is an [`Error`]. The clock, randomness and
//! custom functions come from a [`Host`].
//!
//! ```
//! use connspec_iml::{FixedHost, Scope, Template, Value};
//!
//! let connection: Value = Value::from_json(&serde_json::json!({"accessToken": "abc"}));
//! let template = Template::parse("Bearer {{connection.accessToken}}");
//! let scope = Scope::new().with("connection", &connection);
//! let header = template.eval(&scope, &FixedHost::new(0, "UTC", 1))?;
//! assert_eq!(header, Value::from("Bearer abc"));
//! # Ok::<(), connspec_iml::Error>(())
//! ```

extern crate alloc;

pub mod ast;
pub mod documents;
mod error;
mod eval;
mod finding;
pub mod foreign;
pub mod functions;
mod host;
mod json_template;
pub mod moment;
mod number;
mod options;
mod parse;
mod pattern;
mod scope;
mod template;
mod value;

pub use connspec_diagnostics::{Severity, Span};
pub use error::Error;
pub use finding::Finding;
pub use host::{FixedHost, Host};
pub use json_template::JsonTemplate;
pub use options::{DateAmount, LanguageSwitch, Options, XmlShape};
pub use pattern::pattern_mistake;
pub use scope::{Root, Scope};
pub use template::{Signs, Template, Variable};
pub use value::{Collection, Date, TagError, Value};
