//! Named misbehaviour, for rehearsing what real providers do wrong.

mod answers;
mod bomb;
mod catalogue;
mod transport;
pub(crate) mod wire;

pub use answers::misbehave;
pub use catalogue::Fault;
pub use transport::Misbehaving;
