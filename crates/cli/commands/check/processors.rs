//! New threads, each on a processor of its own from the start.
//!
//! Where the system does not see to that, as on small virtual machines, a new thread waits on the processor of the one
//! that made it until that has had its turn: some milliseconds, in which a hundred connections are checked. What
//! happens here only helps; where it cannot, the threads run all the same.

#[cfg(target_os = "linux")]
pub use linux::{Processors, Threads};
#[cfg(not(target_os = "linux"))]
pub use other::{Processors, Threads};

#[cfg(target_os = "linux")]
mod linux {
    #![allow(clippy::disallowed_methods, reason = "the system lists its threads as files")]

    use std::collections::HashSet;
    use std::{fs, thread};

    use nix::sched::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};
    use nix::unistd::Pid;

    const THIS_THREAD: Pid = Pid::from_raw(0);

    /// The processors that the threads of this process may run on.
    #[derive(Clone, Copy)]
    pub struct Processors(Option<CpuSet>);

    impl Processors {
        /// As they are now.
        pub fn allowed() -> Self {
            Self(sched_getaffinity(THIS_THREAD).ok())
        }

        /// How many threads may run at a time.
        pub fn count(&self) -> usize {
            // A quota of the system's stands in several files. Two threads are none too many for any.
            const FEW: usize = 2;
            let allowed =
                self.0.map(|allowed| (0..CpuSet::count()).filter(move |one| allowed.is_set(*one) == Ok(true)));
            match allowed.map(Iterator::count) {
                Some(few @ 1..=FEW) => few,
                _ => thread::available_parallelism().map_or(1, usize::from),
            }
        }

        /// Lets this thread run on any of them.
        pub fn let_run_anywhere(self) {
            self.0.and_then(|allowed| sched_setaffinity(THIS_THREAD, &allowed).ok());
        }

        /// Moves the threads made since `before` off the processor of this one.
        pub fn move_away(self, before: &Threads) {
            let elsewhere = self.0.zip(sched_getcpu().ok()).and_then(|(mut allowed, here)| {
                allowed.unset(here).ok()?;
                (0..CpuSet::count()).any(|one| allowed.is_set(one) == Ok(true)).then_some(allowed)
            });
            let Some(elsewhere) = elsewhere else { return };
            for thread in Threads::now().0.difference(&before.0) {
                // One that has ended by now is none the worse.
                let _ = sched_setaffinity(Pid::from_raw(*thread), &elsewhere);
            }
        }
    }

    /// The threads of this process.
    pub struct Threads(HashSet<i32>);

    impl Threads {
        /// Those there are now.
        pub fn now() -> Self {
            let listed = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
            Self(listed.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect())
        }
    }
}

#[cfg(not(target_os = "linux"))]
mod other {
    /// The processors that the threads of this process may run on.
    #[derive(Clone, Copy)]
    pub struct Processors;

    impl Processors {
        /// As they are now.
        pub fn allowed() -> Self {
            Self
        }

        /// How many threads may run at a time.
        pub fn count(&self) -> usize {
            std::thread::available_parallelism().map_or(1, usize::from)
        }

        /// Lets this thread run on any of them.
        pub fn let_run_anywhere(self) {}

        /// Moves the threads made since `before` off the processor of this one.
        pub fn move_away(self, _before: &Threads) {}
    }

    /// The threads of this process.
    pub struct Threads;

    impl Threads {
        /// Those there are now.
        pub fn now() -> Self {
            Self
        }
    }
}
