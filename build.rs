//! How the program is linked.

use std::env;

/// Where the linker leaves room for it, a release is linked for a fixed address: with one that is chosen at each start
/// the loader writes to every page that holds a pointer, some 160 of them, which is a tenth of the time it takes to check
/// a hundred files. `CONNSPEC_PIE=1` keeps the address free, for those whose rules ask for it.
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=CONNSPEC_PIE");
    let is = |name: &str, wanted: &str| env::var(name).is_ok_and(|value| value == wanted);
    let is_glibc = is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu");
    if is_glibc && is("PROFILE", "release") && !is("CONNSPEC_PIE", "1") {
        println!("cargo:rustc-link-arg-bin=connspec=-no-pie");
    }
}
