//! Spans, sources, the escape map, diagnostics with fixes, suggestions and their renderers.
//!
//! Everything that points at a place in a file goes through this crate: a finding inside `{{ }}`
//! inside a JSON string inside a file is carried back to the exact columns of the file by
//! [`EscapeMap`], and shown by one of the renderers in [`render`], which hide the [`secrets`] a file
//! holds. No clock, no I/O, no colour decision of its own: the caller says how and where.

mod diagnostic;
mod escape;
mod fix;
pub mod render;
pub mod secrets;
mod source;
mod span;
pub mod suggest;

pub use diagnostic::{Diagnostic, Label, Severity};
pub use escape::EscapeMap;
pub use fix::{Edit, Fix, FixError, apply_edits};
pub use source::{Position, Source, SourceMap};
pub use span::{Place, SourceId, Span};
