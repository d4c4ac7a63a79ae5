//! Named misbehaviour, for rehearsing what real providers do wrong.

mod answers;
mod bomb;
mod catalogue;
pub(crate) mod wire;

pub use answers::misbehave;
pub use catalogue::Fault;
