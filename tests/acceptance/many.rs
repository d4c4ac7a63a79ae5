//! A great many fixtures: what is kept of them does not grow with their number.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::json;

use crate::misbehaviour::GO_BETWEEN;
use crate::support::Sandbox;

/// How many fixtures are a great many.
const COUNT: usize = 10_000;

/// One request, as short as a fixture can be.
fn fixture() -> String {
    let exchange = json!({
        "block": "api",
        "request": {"method": "GET", "url": "https://api.acme.test/v1/me", "headers": {"x-api-key": "«apiKey#1»"}},
        "response": {"status": 200, "headers": {"content-type": "application/json"}, "body": {"id": "7", "email": "jane@acme.test"}},
    });
    let inputs = json!({"parameters": {"apiKey": "«apiKey#1»"}});
    json!({"version": 2, "spec": "api-key", "inputs": inputs, "exchanges": [exchange], "expect": {"uid": "7"}})
        .to_string()
}

/// The most memory the replay of `folder` took, in kilobytes, as the kernel counts it for a process that has ended.
fn peak(sandbox: &Sandbox, folder: &str, format: &str, count: usize) -> u64 {
    let noted = sandbox.path("peak");
    let mut command = sandbox.command_between(GO_BETWEEN, &noted, &["replay", folder, "--format", format]);
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let (mut passed, mut ended) = (0, false);
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        ended |= line == format!("{count} passed, 0 failed") || line == "</testsuites>" || line == "}";
        passed += usize::from(line.starts_with('✓') || line.starts_with("<testcase") || line.ends_with("\"passed\","));
    }
    assert!(child.wait().unwrap().success());
    assert!(ended && passed == count, "{passed} of {count} passed");
    std::fs::read_to_string(noted).unwrap().parse().unwrap()
}

#[cfg(unix)]
#[test]
#[allow(clippy::print_stdout, reason = "the figures are what the test is for")]
fn ten_thousand_fixtures_need_no_more_memory_than_a_hundred() {
    let sandbox = Sandbox::new();
    let text = fixture();
    for number in 0..COUNT {
        let folder = if number < 100 { "few" } else { "many" };
        sandbox.write(&format!("all/{folder}/{number:05}.json"), &text);
    }
    for format in ["human", "json", "junit"] {
        let (few, many) = (peak(&sandbox, "all/few", format, 100), peak(&sandbox, "all", format, COUNT));
        println!("--format {format}: peak of 100 fixtures {few} kB, of {COUNT} fixtures {many} kB");
        // The paths of ten thousand files are a megabyte or two; a report kept of each would be tens of megabytes.
        assert!(few > 0 && many < few + 12_000, "--format {format}: {few} kB, then {many} kB");
    }
}
