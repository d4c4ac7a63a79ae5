//! A provider that takes its time: a refresh waits in front of it for as long as a test wants.

use std::sync::{Arc, Condvar, Mutex};

use crate::relay::{Relay, Target};
use crate::support::{ACADEMY, Served};

/// A gate in front of the provider: a refresh waits there until it is opened.
#[derive(Default)]
pub struct Gate {
    /// Whether it is open, and how many refreshes have come to it.
    state: Mutex<(bool, usize)>,
    changed: Condvar,
}

impl Gate {
    /// A gate before `served`, closed, and the value of `--map-origin` that leads through it.
    pub fn before(served: &Served) -> (Arc<Self>, String) {
        let gate = Arc::new(Self::default());
        let at_gate = Arc::clone(&gate);
        let port = url::Url::parse(&served.url).unwrap().port().unwrap();
        let relay = Relay::start(Target::Port(port), Arc::new(move |sent: &[u8]| at_gate.pass(sent)));
        let map = format!("{ACADEMY}=http://127.0.0.1:{}", relay.port);
        (gate, map)
    }

    fn pass(&self, sent: &[u8]) {
        if !sent.starts_with(b"POST /api/v2/refresh") {
            return;
        }
        let mut state = self.state.lock().unwrap();
        state.1 += 1;
        self.changed.notify_all();
        drop(self.changed.wait_while(state, |state| !state.0).unwrap());
    }

    pub fn set(&self, open: bool) {
        self.state.lock().unwrap().0 = open;
        self.changed.notify_all();
    }

    pub fn came(&self) -> usize {
        self.state.lock().unwrap().1
    }

    /// Waits until so many have come.
    pub fn stands_at(&self, count: usize) {
        drop(self.changed.wait_while(self.state.lock().unwrap(), |state| state.1 < count).unwrap());
    }
}
