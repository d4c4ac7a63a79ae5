# What developers run. `just` without arguments lists the recipes.

[private]
default:
    @just --list

# everything CI runs, in the order in which faults are cheapest to find
ready: format lint test docs

# formatting
format:
    cargo fmt --all --check

# clippy over everything, warnings are faults
lint:
    cargo clippy --workspace --all-targets --quiet -- -D warnings

# every test (the README's own command)
test:
    cargo test --workspace

# the documentation builds without a broken link
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --quiet

# licences and advisories (needs cargo-deny)
deny:
    cargo deny check licenses bans sources

# the counts the issues ask for, in their long form (needs npm and Debian's postgresql); `just prove --test stores` for a part
prove *what="--workspace":
    #!/usr/bin/env bash
    set -euo pipefail
    (cd tests/real-servers && npm ci --no-audit --no-fund)
    eval "$(crates/store/tests/postgres.sh start)"
    trap 'crates/store/tests/postgres.sh stop' EXIT
    CONNSPEC_LONG=1 cargo test {{what}}

# logins at a certified authorization server in a real browser (needs npm, chromium and chromedriver)
real-servers:
    cd tests/real-servers && npm ci --no-audit --no-fund
    CONNSPEC_REAL_SERVERS=1 cargo test --test real_servers

# review changed snapshots (needs cargo-insta)
review:
    cargo insta review

# fuzz the language (needs cargo-fuzz): `just fuzz eval 600`
fuzz target seconds="30":
    cargo fuzz run --sanitizer none {{target}} -- -max_total_time={{seconds}} -dict=fuzz/iml.dict -max_len=512 -timeout=10

# the speed of the language and of flows (criterion)
bench:
    cargo bench --workspace
