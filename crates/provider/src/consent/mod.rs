//! The consent page: what it shows, how it is answered by a person, and how by a program.

mod answer;
mod page;

pub use answer::{ConsentError, answer};
pub use page::{NOT_TO_BE_FRAMED, Page, PersonChoice, ScopeLine, message_page, refusal_page};
