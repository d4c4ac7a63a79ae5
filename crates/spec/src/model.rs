//! A connection definition, typed: blocks of requests, every directive compiled and with its place.
//!
//! Reading never fails. A value of the wrong shape becomes a finding and its directive is left out; an unknown
//! key stays in the raw [`Node`](crate::Node) for the checks. Shapes that pitfalls.md names a rule of its own for
//! (`scope-not-array`, `encodeurl-not-boolean`, `timeout-range`, …) are left to that rule and give no finding here.

mod block;
mod communication;
mod definition;
mod directive;
mod hash;
mod kind;
mod parameters;
mod request;
mod response;

pub use block::Block;
pub use communication::{Communication, OAuth1Blocks, OAuth2Blocks};
pub use definition::{Common, Definition, DefinitionParts, Part, ScopeName};
pub use directive::Directive;
pub use hash::definition_hash;
pub use kind::{Declaration, DeclaredKind, Kind};
pub use parameters::{Field, FieldOption, Parameters};
pub use request::{Condition, Log, Repeat, RequestBlock, SanitizePath, Spellings};
pub use response::{ErrorDirective, ErrorEntry, Iterate, Metadata, ResponseBlock, ResponseType, StatusRange, Valid};

pub(crate) use definition::{Sections, assemble};
pub(crate) use directive::{Reader, Wanted};
pub(crate) use parameters::no_list;
