//! The same work for many items on all processors, with the results in the order of the items.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::processors::{Processors, Threads};

/// Room for the deepest definitions, as much as the main thread has.
const STACK: usize = 8 << 20;

/// So many items take about as long as starting a thread.
const WORTH_A_THREAD: usize = 8;

/// Works every item through. `worker` makes what each thread works with.
pub fn in_parallel<I: Sync, R: Send, W: FnMut(&I) -> R>(items: &[I], worker: impl Fn() -> W + Sync) -> Vec<R> {
    let worthwhile = items.len().div_ceil(WORTH_A_THREAD);
    if worthwhile < 2 {
        return items.iter().map(worker()).collect();
    }
    let threads = thread::available_parallelism().map_or(1, usize::from).min(worthwhile);
    let next = AtomicUsize::new(0);
    let work = || {
        let mut one = worker();
        let mut done = Vec::new();
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = items.get(index) else { break };
            done.push((index, one(item)));
        }
        done
    };
    let (processors, before) = (Processors::allowed(), Threads::now());
    let on_its_own = || {
        processors.let_run_anywhere();
        work()
    };
    let mut done = thread::scope(|scope| {
        // The first thread is this one. A machine that gives no other works alone.
        let others: Vec<_> = (1..threads)
            .filter_map(|_| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, on_its_own).ok())
            .collect();
        processors.move_away(&before);
        let mut done = work();
        for other in others {
            done.extend(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_is_worked_once_and_results_keep_their_order() {
        for count in [0_usize, 1, 2, 1000] {
            let items: Vec<usize> = (0..count).collect();
            let worked = AtomicUsize::new(0);
            let doubled = in_parallel(&items, || {
                |item: &usize| {
                    worked.fetch_add(1, Ordering::Relaxed);
                    item * 2
                }
            });
            assert_eq!(doubled, (0..count).map(|item| item * 2).collect::<Vec<_>>());
            assert_eq!(worked.into_inner(), count);
        }
    }
}
