//! The same work for many items on all processors, with the results in the order of the items.

use std::hint::black_box;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::processors::{Processors, Threads};

/// Room for the deepest definitions, as much as the main thread has.
const STACK: usize = 8 << 20;

/// So many items take about as long as starting a thread.
const WORTH_A_THREAD: usize = 8;

/// The most items of a run.
const RUN: usize = 10;

/// Works every item through, in runs of neighbours. `worker` makes what each thread works with, which gives a result for
/// each item of a run.
pub fn in_parallel<I, R, W>(items: &[I], worker: impl Fn() -> W + Sync) -> Vec<R>
where
    I: Sync,
    R: Send,
    W: FnMut(&[I]) -> Vec<R>,
{
    let worthwhile = items.len().div_ceil(WORTH_A_THREAD);
    if worthwhile < 2 {
        return items.chunks(RUN).flat_map(worker()).collect();
    }
    let (processors, before) = (Processors::allowed(), Threads::now());
    let threads = processors.count().min(worthwhile);
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Vec::new());
    let work = || {
        make_room();
        let mut one = worker();
        let run = |start| next_run(start, items.len(), threads);
        while let Ok(start) = next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |start| Some(run(start)?.end)) {
            let run = run(start).expect("it was one a moment ago");
            let results = one(&items[run]);
            done.lock().unwrap_or_else(PoisonError::into_inner).push((start, results));
        }
    };
    let on_its_own = || {
        processors.let_run_anywhere();
        work()
    };
    // The scope waits for what the threads do, not for what they take apart at their end.
    thread::scope(|scope| {
        for _ in 1..threads {
            // The first thread is this one. A machine that gives no other works alone.
            drop(thread::Builder::new().stack_size(STACK).spawn_scoped(scope, on_its_own));
        }
        processors.move_away(&before);
        work();
    });
    let mut done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    done.sort_unstable_by_key(|(start, _)| *start);
    done.into_iter().flat_map(|(_, results)| results).collect()
}

/// Has the heap of this thread grow once. By itself the one of glibc grows a page at a time behind the first thread, a
/// call of the system each. The first block that is given back tells it not to shrink the heap by the second.
fn make_room() {
    const ROOM: usize = 1 << 20;
    for _ in 0..2 {
        drop(black_box(Vec::<u8>::with_capacity(ROOM)));
    }
}

/// The items a thread takes next when those before `start` are taken: fewer and fewer, so that all threads end at about
/// the same time. None when nothing is left.
fn next_run(start: usize, count: usize, threads: usize) -> Option<Range<usize>> {
    let left = count - start;
    let share = (left / (2 * threads)).clamp(WORTH_A_THREAD / 2, RUN).min(left);
    (share > 0).then_some(start..start + share)
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
                |items: &[usize]| {
                    worked.fetch_add(items.len(), Ordering::Relaxed);
                    items.iter().map(|item| item * 2).collect()
                }
            });
            assert_eq!(doubled, (0..count).map(|item| item * 2).collect::<Vec<_>>());
            assert_eq!(worked.into_inner(), count);
        }
    }

    #[test]
    fn runs_become_shorter_and_leave_nothing_out() {
        for (count, threads) in [(0, 2), (1, 2), (100, 2), (100, 64), (10_000, 3)] {
            let runs = std::iter::successors(next_run(0, count, threads), |run| next_run(run.end, count, threads));
            let runs: Vec<_> = runs.collect();
            assert!(runs.is_sorted_by_key(|run| std::cmp::Reverse(run.len())), "{runs:?}");
            assert!(runs.iter().all(|run| run.len() <= RUN), "{runs:?}");
            assert_eq!(runs.into_iter().flatten().collect::<Vec<_>>(), (0..count).collect::<Vec<_>>());
        }
    }
}
