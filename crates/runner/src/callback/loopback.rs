//! The listener a browser comes back to, on 127.0.0.1 and nowhere else (RFC 8252 §7.3, §8.3).

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use connspec_exchange::BoxFuture;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex, Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;

use super::http::{self, Head, Unreadable};
use super::page::page;
use super::path::CALLBACK_PATH;
#[cfg(feature = "callback-tls")]
use super::tls::SelfSigned;
use super::{Callback, CallbackError, CallbackQuery, CallbackSource, Reply, Verdict};

/// How long a browser is kept waiting for the flow's end before it is told that its answer arrived.
const OUTCOME_PATIENCE: Duration = Duration::from_secs(3);

/// How many browsers may talk at once; more are turned away.
const BROWSERS: usize = 16;

/// Where to listen, and how.
#[derive(Debug, Clone)]
pub struct LoopbackOptions {
    /// The port; 0 takes any free one.
    pub port: u16,
    /// The path of the callback, beginning with `/`.
    pub path: String,
    /// The certificate to listen with, for providers that accept no callback over plain HTTP; none: HTTP, which is
    /// enough on the loopback (RFC 8252 §7.3).
    #[cfg(feature = "callback-tls")]
    pub tls: Option<SelfSigned>,
}

impl Default for LoopbackOptions {
    fn default() -> Self {
        Self {
            port: 0,
            path: CALLBACK_PATH.to_owned(),
            #[cfg(feature = "callback-tls")]
            tls: None,
        }
    }
}

/// A listener on 127.0.0.1 for one authorization. It stops listening when dropped.
pub struct Loopback {
    scheme: &'static str,
    address: SocketAddr,
    path: String,
    callbacks: Mutex<mpsc::Receiver<Callback>>,
    accepting: JoinHandle<()>,
}

/// What every connection of the listener shares.
struct Shared {
    path: String,
    callbacks: mpsc::Sender<Callback>,
    answered: Arc<AtomicBool>,
    browsers: Semaphore,
    #[cfg(feature = "callback-tls")]
    tls: Option<SelfSigned>,
}

impl Shared {
    fn scheme(&self) -> &'static str {
        #[cfg(feature = "callback-tls")]
        if self.tls.is_some() {
            return "https";
        }
        "http"
    }
}

impl Loopback {
    /// Binds 127.0.0.1 and begins to listen.
    ///
    /// # Errors
    /// [`CallbackError::Port`] when the port is taken or may not be used.
    pub async fn bind(options: LoopbackOptions) -> Result<Self, CallbackError> {
        let refused = |error: std::io::Error| CallbackError::Port { port: options.port, reason: error.to_string() };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await.map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let (sender, receiver) = mpsc::channel(BROWSERS);
        let shared = Arc::new(Shared {
            path: options.path.clone(),
            callbacks: sender,
            answered: Arc::default(),
            browsers: Semaphore::new(BROWSERS),
            #[cfg(feature = "callback-tls")]
            tls: options.tls,
        });
        let scheme = shared.scheme();
        let accepting = tokio::spawn(accept(listener, shared));
        Ok(Self { scheme, address, path: options.path, callbacks: Mutex::new(receiver), accepting })
    }

    /// The port listened on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }
}

impl Drop for Loopback {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl CallbackSource for Loopback {
    fn redirect_uri(&self) -> Option<String> {
        Some(format!("{}://127.0.0.1:{}{}", self.scheme, self.address.port(), self.path))
    }

    fn next<'a>(&'a self, _: &'a str, patience: Duration) -> BoxFuture<'a, Result<Callback, CallbackError>> {
        Box::pin(async move {
            let mut callbacks = self.callbacks.lock().await;
            match tokio::time::timeout(patience, callbacks.recv()).await {
                Ok(Some(callback)) => Ok(callback),
                Ok(None) => Err(CallbackError::Broken("the listener stopped".to_owned())),
                Err(_) => Err(CallbackError::Timeout),
            }
        })
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                tokio::spawn(greet(stream, Arc::clone(&shared)));
            }
            // Out of file descriptors or a connection broken off in the queue: the next one may work.
            Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    }
}

/// Agrees on TLS where the listener has a certificate.
#[cfg(feature = "callback-tls")]
async fn greet(mut stream: TcpStream, shared: Arc<Shared>) {
    let Some(tls) = &shared.tls else { return serve(stream, &shared).await };
    if !tls.is_greeted_by(&stream).await {
        let html =
            page("Not this way", "This callback listens for https. Open the same address with https:// in front.");
        return http::write_page(&mut stream, 400, &html, true).await;
    }
    // A browser that does not trust the certificate breaks off; it comes back once its person has said yes.
    if let Some(stream) = tls.accept(stream).await {
        serve(stream, &shared).await;
    }
}

#[cfg(not(feature = "callback-tls"))]
async fn greet(stream: TcpStream, shared: Arc<Shared>) {
    serve(stream, &shared).await;
}

async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, shared: &Shared) {
    let Ok(_permit) = shared.browsers.try_acquire() else {
        let html = page("Busy", "Too many pages are open here at once. Try again.");
        return http::write_page(&mut stream, 503, &html, true).await;
    };
    let head = match http::read_head(&mut stream).await {
        Ok(head) => head,
        Err(Unreadable::Silence) => return,
        Err(Unreadable::TooLarge) => {
            let html = page("Too large", "This request is larger than any callback.");
            return http::write_page(&mut stream, 431, &html, true).await;
        }
        Err(Unreadable::Malformed) => {
            let html = page("Not understood", "This is not a request this page understands.");
            return http::write_page(&mut stream, 400, &html, true).await;
        }
    };
    let with_body = head.method != "HEAD";
    if head.path != shared.path {
        let html = page("Nothing here", "connspec waits here for one callback only, under another path.");
        return http::write_page(&mut stream, 404, &html, with_body).await;
    }
    // Link checkers send HEAD before the real GET: it must not use the answer up.
    if head.method != "GET" {
        let html = page("Not this way", "A callback is a GET with its answer in the query (RFC 6749 section 4.1.2).");
        return http::write_page(&mut stream, 405, &html, with_body).await;
    }
    callback(&mut stream, shared, head).await;
}

async fn callback(stream: &mut (impl AsyncWrite + Unpin), shared: &Shared, head: Head) {
    let repeated = || Verdict::Refused("This authorization was answered already; each one is accepted once.".into());
    if shared.answered.load(Ordering::SeqCst) {
        return http::write_page(stream, 410, &repeated().html(), true).await;
    }
    let query = CallbackQuery::parse(head.query.as_deref().unwrap_or_default());
    let (sender, receiver) = oneshot::channel();
    let (shown, watching) = oneshot::channel();
    let reply = Reply { verdict: sender, shown: watching, answered: Arc::clone(&shared.answered) };
    if shared.callbacks.try_send(Callback { query, reply: Some(reply) }).is_err() {
        let html = page("Busy", "Too many answers arrived at once. Go back and try again.");
        return http::write_page(stream, 503, &html, true).await;
    }
    let verdict = match tokio::time::timeout(OUTCOME_PATIENCE, receiver).await {
        Ok(Ok(verdict)) => verdict,
        Ok(Err(_)) if shared.answered.load(Ordering::SeqCst) => repeated(),
        Ok(Err(_)) => Verdict::Failed("connspec stopped before it could finish the connection.".into()),
        Err(_) => Verdict::Received,
    };
    http::write_page(stream, verdict.status(), &verdict.html(), true).await;
    // The flow may have stopped waiting for this.
    let _ = shown.send(());
}
