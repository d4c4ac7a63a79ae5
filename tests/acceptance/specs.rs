//! `specs`: the bundled definitions as starting points.

use crate::support::Sandbox;

#[test]
fn each_can_be_taken_out_and_checked() {
    let sandbox = Sandbox::new();
    let list = sandbox.run(&["specs", "list", "--json"]).ended(0).json();
    assert!(list.as_array().unwrap().len() >= 2);
    for spec in list.as_array().unwrap() {
        let name = spec["name"].as_str().unwrap();
        sandbox.run(&["specs", "copy", name, name]).ended(0);
        sandbox.run(&["check", name, "--deny", "warning"]).ended(0);
        let readme = std::fs::read_to_string(sandbox.path(&format!("{name}/README.md"))).unwrap_or_default();
        assert!(!readme.contains("does not run it yet"), "{name}");
        let again = sandbox.run(&["specs", "copy", name, name]).ended(2);
        assert!(again.stderr.contains("nothing is overwritten"), "{}", again.stderr);
    }
}

#[test]
fn an_unknown_name_is_answered_with_the_nearest() {
    let ran = Sandbox::new().run(&["specs", "copy", "academy-2", "x"]).ended(2);
    assert!(ran.stderr.contains("did you mean `academy-v2`?"), "{}", ran.stderr);
}
