//! Putting a router on loopback, and taking it off again.

use std::io;
use std::net::Ipv4Addr;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::faults::{self, Fault};

/// A provider that is being served. Dropping it stops it without ceremony.
pub struct Running {
    /// Such as `http://127.0.0.1:54321`, without a slash at the end.
    pub base_url: String,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl Running {
    /// Lets the requests under way finish, then frees the port.
    pub async fn shutdown(mut self) {
        if let Some(stop) = self.stop.take() {
            // The task may have ended on its own; then nobody listens any more.
            let _ = stop.send(());
        }
        let _ = (&mut self.task).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Why a provider could not be served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Something else listens there.
    #[error("port {port} on 127.0.0.1 is taken; choose another one, or 0 for any free port")]
    PortTaken {
        /// The port that was asked for.
        port: u16,
    },
    /// Anything else the system said.
    #[error("cannot listen on 127.0.0.1:{port}: {source}")]
    Listen {
        /// The port that was asked for.
        port: u16,
        /// The system's words.
        source: io::Error,
    },
}

/// Serves `router` on 127.0.0.1; port 0 takes any free one. `GET /healthz` answers 200 beside it.
pub async fn serve(router: Router, port: u16) -> Result<Running, ServeError> {
    serve_with_fault(router, port, None).await
}

/// As [`serve`], misbehaving as `fault` says where a fault concerns answers or the wire. (Faults
/// of the provider's own mind, such as a wrong unit, belong to its settings.)
pub async fn serve_with_fault(router: Router, port: u16, fault: Option<Fault>) -> Result<Running, ServeError> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await.map_err(|source| listen_error(port, source))?;
    let address = listener.local_addr().map_err(|source| ServeError::Listen { port, source })?;
    let router = match fault {
        Some(fault) => faults::misbehave(router, fault),
        None => router,
    };
    let router = Router::new().route("/healthz", get(|| async { StatusCode::OK })).fallback_service(router);
    let (stop, stopped) = oneshot::channel::<()>();
    let wire = fault.filter(|fault| fault.is_on_the_wire());
    let task = tokio::spawn(async move {
        let stopped = async {
            // An error means that the sender is gone, which is a reason to stop as well.
            let _ = stopped.await;
        };
        match wire {
            Some(fault) => faults::wire::serve(listener, router, fault, stopped).await,
            // axum's serve future never fails.
            None => drop(axum::serve(listener, router).with_graceful_shutdown(stopped).await),
        }
    });
    Ok(Running { base_url: format!("http://{address}"), stop: Some(stop), task })
}

fn listen_error(port: u16, source: io::Error) -> ServeError {
    match source.kind() {
        io::ErrorKind::AddrInUse => ServeError::PortTaken { port },
        _ => ServeError::Listen { port, source },
    }
}
