//! Logins as other programs wrote them down, in the shape each of them has: imported, they are fixtures that replay.
//!
//! The files were written by hand after each program's export: Firefox (form fields as `params` and `text`, times with a
//! zone), mitmproxy (microseconds, no resource types), Charles (HTTP/2 pseudo-headers, fields without their text, answers
//! in Base64).

use serde_json::Value;

use crate::support::Sandbox;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/acceptance/har");

#[test]
fn a_login_that_firefox_mitmproxy_or_charles_recorded_replays() {
    for tool in ["firefox", "mitmproxy", "charles"] {
        let sandbox = Sandbox::new();
        let file = format!("{FOLDER}/{tool}.har");
        sandbox.run(&["import", "har", &file, "--spec", "academy-v2", "-o", "f/login.json"]).ended(0);
        let text = std::fs::read_to_string(sandbox.path("f/login.json")).unwrap();
        for secret in ["academy-demo-secret", "3f9a71c2", "77ac01de", "5d1e88f0", "90be42aa"] {
            assert!(!text.contains(secret), "{tool}: `{secret}` stands in the fixture:\n{text}");
        }
        let fixture: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(fixture["exchanges"].as_array().unwrap().len(), 2, "{tool}: token and info, and no noise:\n{text}");
        assert_eq!(fixture["callback"]["state"], "«state#1»", "{tool}");
        let ran = sandbox.run(&["replay", "f"]).ended(0);
        assert!(ran.stdout.contains("1 passed, 0 failed"), "{tool}: {}", ran.stdout);
        // The same file for another definition holds nothing of it.
        let other = sandbox.run(&["import", "har", &file, "--spec", "api-key", "-o", "x.json"]).ended(2);
        assert!(other.stderr.contains("--map-origin"), "{}", other.stderr);
    }
}
