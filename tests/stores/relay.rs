//! A listener on loopback that passes everything on to somewhere else, until it is told to vanish.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// Where a relay leads.
#[derive(Clone)]
pub enum Target {
    Port(u16),
    Socket(PathBuf),
}

/// Looks at what a client sends, before it is passed on.
pub type Watch = dyn Fn(&[u8]) + Send + Sync;

/// A running relay. Its threads end with the test's process.
#[derive(Clone)]
pub struct Relay {
    pub port: u16,
    gone: Arc<AtomicBool>,
    open: Arc<Mutex<Vec<TcpStream>>>,
}

impl Relay {
    /// A relay to `target`; `watch` sees what clients send.
    pub fn start(target: Target, watch: Arc<Watch>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let relay = Self { port: listener.local_addr().unwrap().port(), gone: Arc::default(), open: Arc::default() };
        let running = relay.clone();
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.unwrap();
                if running.gone.load(Ordering::SeqCst) {
                    continue; // dropped: the client sees the connection end
                }
                running.open.lock().unwrap().push(client.try_clone().unwrap());
                match &target {
                    Target::Port(port) => {
                        let server = TcpStream::connect(("127.0.0.1", *port)).unwrap();
                        pass(client.try_clone().unwrap(), server.try_clone().unwrap(), watch.clone());
                        pass(server, client, Arc::new(|_| ()));
                    }
                    Target::Socket(path) => {
                        let server = UnixStream::connect(path).unwrap();
                        pass(client.try_clone().unwrap(), server.try_clone().unwrap(), watch.clone());
                        pass(server, client, Arc::new(|_| ()));
                    }
                }
            }
        });
        relay
    }

    /// Ends every connection and accepts none.
    pub fn vanish(&self) {
        self.gone.store(true, Ordering::SeqCst);
        for client in self.open.lock().unwrap().drain(..) {
            let _ = client.shutdown(Shutdown::Both);
        }
    }

    /// Is there again.
    pub fn come_back(&self) {
        self.gone.store(false, Ordering::SeqCst);
    }
}

/// Passes on what comes from `from`, in a thread of its own, until either side ends.
fn pass(mut from: impl Read + Send + 'static, mut to: impl Write + Send + 'static, watch: Arc<Watch>) {
    std::thread::spawn(move || {
        let mut buffer = [0; 16_384];
        while let Ok(read @ 1..) = from.read(&mut buffer) {
            watch(&buffer[..read]);
            if to.write_all(&buffer[..read]).is_err() {
                break;
            }
        }
    });
}
