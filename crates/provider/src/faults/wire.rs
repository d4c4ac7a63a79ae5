//! Faults below HTTP.

use axum::Router;
use tokio::net::TcpListener;

use super::Fault;

pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    _fault: Fault,
    stopped: impl Future<Output = ()> + Send + 'static,
) {
    drop(axum::serve(listener, router).with_graceful_shutdown(stopped).await);
}
