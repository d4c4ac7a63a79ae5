//! One request of an integration manifest: built and read as ChiefOnboarding does it with Python's `requests`
//! (chiefonboarding.md §3). The counterpart of [`request`](crate::request) and [`response`](crate::response).

mod answer;
mod form;
mod multipart;
mod notation;
mod pritunl;
mod send;
mod variables;

pub(crate) use answer::{is_due, judge, judge_status, read_tokens};
pub(crate) use notation::look_up;
pub(crate) use send::{headers_of, next_page, page, prepare, rendered};
pub(crate) use variables::Variables;

/// Under which name the moment the token ends is stored beside the administrator's answers. No template can name it:
/// a dot is a lookup.
pub(crate) const EXPIRING: &str = "oauth.expiring";
