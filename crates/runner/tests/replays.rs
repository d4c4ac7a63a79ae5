//! Every fixture below `fixtures/`, replayed without a socket. The expected values are what a real run against the
//! provider recorded.

use std::path::Path;

use connspec_exchange::Fixture;
use connspec_runner::record::replay;
use connspec_spec::Compat;

datatest_stable::harness! {
    { test = run, root = "../../fixtures", pattern = r"\.json$" },
}

fn run(path: &Path, text: String) -> datatest_stable::Result<()> {
    let fixture = Fixture::from_text(&text)?;
    let spec = fixture.spec.clone().ok_or("the fixture names no spec")?;
    let loaded = match connspec_spec::bundled::find(&spec) {
        Some(bundled) => bundled.load()?,
        None => connspec_spec::load(path.parent().ok_or("no folder")?.join(&spec), &Default::default())?,
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let replayed = runtime.block_on(replay(&fixture, &loaded.definition, &Compat::default()));
    let lines: Vec<String> = replayed.differences.iter().map(ToString::to_string).collect();
    if lines.is_empty() { Ok(()) } else { Err(lines.join("\n").into()) }
}
