//! What a connection definition is: files and folders to a typed definition with spans.
//!
//! * [`json`] and [`node`]: JSON with comments, every value with its place;
//! * [`model`]: the typed connection, every directive compiled;
//! * [`layout`]: the on-disk layouts of a Make app, and which file is which section;
//! * [`dialect`]: integration manifests, the second dialect;
//! * [`compat`]: the named switches for everything the sources about Make disagree on;
//! * [`mod@bundled`]: the definitions that come with the program;
//! * [`vocabulary`]: the words a connection may use;
//! * [`rules`]: what reading itself can find wrong;
//! * [`schema`]: the JSON Schema of a communication section, for editors.

pub mod bundled;
pub mod compat;
pub mod dialect;
pub mod json;
pub mod layout;
pub mod model;
pub mod node;
pub mod rules;
pub mod schema;
pub mod vocabulary;

pub use bundled::{bundled, open, open_app};
pub use compat::Compat;
pub use dialect::Manifest;
pub use layout::{
    App, Component, ComponentKind, Disk, Files, Layout, LoadError, LoadErrorKind, LoadOptions, Loaded, Memory, load,
    load_app,
};
pub use model::{
    Block, Common, Communication, Condition, DeclaredKind, Definition, Directive, ErrorDirective, ErrorEntry, Field,
    Kind, OAuth1Blocks, OAuth2Blocks, Parameters, Part, RequestBlock, ResponseBlock, ResponseType, Valid,
};
pub use node::{Member, Node, NodeValue};
