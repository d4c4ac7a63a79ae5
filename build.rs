//! How the program is linked.

use std::env;

/// A release for Linux with glibc starts sooner when the linker does beforehand what the loader would do at each start,
/// which is an eighth of the time it takes to check a hundred files:
///
/// * it is linked for a fixed address: with one that is chosen at each start the loader writes to every page that holds a
///   pointer, some 160 of them. `CONNSPEC_PIE=1` keeps the address free, for those whose rules ask for it;
/// * what unwinds a panic is part of the program, instead of a library of its own.
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=CONNSPEC_PIE");
    let is = |name: &str, wanted: &str| env::var(name).is_ok_and(|value| value == wanted);
    let is_glibc = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    if !is_glibc || !is("PROFILE", "release") {
        return;
    }
    if !is("CONNSPEC_PIE", "1") {
        println!("cargo:rustc-link-arg-bin=connspec=-no-pie");
    }
    println!("cargo:rustc-link-lib=gcc_eh");
}
