//! connspec's language beside other engines and hand-written Rust, as Markdown tables of ratios.
//!
//! ```sh
//! cargo run --release                   # connspec, minijinja, cel-interpreter, jaq
//! cargo run --release --features pest   # also handlebars, liquid, tera; they slow connspec's parser: see Cargo.toml
//! ```
//!
//! Every result is checked before anything is timed. All engines run in one process by turns, A B A B, in many short
//! rounds; a figure is the median, over the rounds, of the ratio to the yardstick in the same round, so that what else
//! the machine does weighs on both sides.

mod arrays;
mod cases;
mod cel;
mod connspec;
mod engine;
mod floor;
#[cfg(feature = "pest")]
mod handlebars;
mod jaq;
#[cfg(feature = "pest")]
mod liquid;
mod minijinja;
#[cfg(feature = "pest")]
mod tera;

use std::time::Duration;

use cases::CASES;
use engine::{Engine, Loop, Work};

const ROUNDS: usize = 201;

/// A round over a large array takes long, and few are enough.
const ARRAY_ROUNDS: usize = 31;

/// How long one engine runs before the next has its turn: short beside a time slice of the system.
const TURN: Duration = Duration::from_micros(500);

fn engines() -> Vec<Engine> {
    vec![
        floor::engine(),
        connspec::engine(),
        connspec::engine_with_new_scope(),
        minijinja::engine(),
        cel::engine(),
        jaq::engine(),
        #[cfg(feature = "pest")]
        handlebars::engine(),
        #[cfg(feature = "pest")]
        liquid::engine(),
        #[cfg(feature = "pest")]
        tera::engine(),
    ]
}

fn main() {
    let engines = engines();
    for Engine { name, works } in &engines {
        for (case, work) in CASES.iter().zip(works) {
            assert_eq!(work.result, case.expected, "{name} gives another result for {}", case.name);
        }
    }
    table("Evaluation ÷ by hand", &engines, "by hand", |work| Some(&work.evaluate));
    table("Parsing ÷ minijinja", &engines, "minijinja 3", |work| work.parse.as_ref());
    arrays_table();
}

/// Measures functions over arrays and prints connspec's time in multiples of the time by hand, size by size.
fn arrays_table() {
    let [few, more, many] = arrays::SIZES;
    println!("\n| Arrays, connspec ÷ by hand | {few} items | {more} | {many} |\n|---|---|---|---|");
    for (name, sizes) in arrays::works() {
        let figures: Vec<String> = sizes
            .iter()
            .map(|[connspec, by_hand]| figure(ratios(&[connspec, by_hand], 1, ARRAY_ROUNDS).0[0]))
            .collect();
        println!("| {name} | {} |", figures.join(" | "));
    }
}

/// Measures one kind of loop and prints its table: an engine a line, each case in multiples of the yardstick's time.
fn table(title: &str, engines: &[Engine], yardstick: &str, kind: impl Fn(&Work) -> Option<&Loop>) {
    let measured: Vec<(&str, [&Loop; 3])> = engines
        .iter()
        .filter_map(|Engine { name, works: [first, second, third] }| {
            Some((*name, [kind(first)?, kind(second)?, kind(third)?]))
        })
        .collect();
    let base = measured.iter().position(|(name, _)| *name == yardstick).expect("the yardstick is measured");
    let columns = [0, 1, 2].map(|case| {
        let loops: Vec<&Loop> = measured.iter().map(|(_, loops)| loops[case]).collect();
        ratios(&loops, base, ROUNDS)
    });
    println!("\n| {title} | {} | {} | {} |\n|---|---|---|---|", CASES[0].name, CASES[1].name, CASES[2].name);
    for (at, (name, _)) in measured.iter().enumerate() {
        let [first, second, third] = [0, 1, 2].map(|case: usize| figure(columns[case].0[at]));
        println!("| {name} | {first} | {second} | {third} |");
    }
    let [first, second, third] = [0, 1, 2].map(|case: usize| format!("{:.0} ns", columns[case].1));
    println!("\n{yardstick}, here and now: {first}, {second}, {third}.");
}

/// For each loop the median ratio to the loop at `base`, and the median of that one's time in nanoseconds.
fn ratios(loops: &[&Loop], base: usize, rounds: usize) -> (Vec<f64>, f64) {
    let times: Vec<u32> = loops.iter().map(|run| times_in_a_turn(run)).collect();
    let rounds: Vec<Vec<f64>> =
        (0..rounds).map(|_| loops.iter().zip(&times).map(|(run, &times)| nanoseconds(run, times)).collect()).collect();
    let ratios = (0..loops.len()).map(|at| median(rounds.iter().map(|round| round[at] / round[base]).collect()));
    (ratios.collect(), median(rounds.iter().map(|round| round[base]).collect()))
}

/// Warms up, too.
fn times_in_a_turn(run: &Loop) -> u32 {
    let mut times = 1;
    while run(times) < TURN {
        times *= 2;
    }
    times
}

fn nanoseconds(run: &Loop, times: u32) -> f64 {
    run(times).as_nanos() as f64 / f64::from(times)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn figure(ratio: f64) -> String {
    if ratio < 9.95 { format!("{ratio:.2}") } else { format!("{ratio:.0}") }
}
