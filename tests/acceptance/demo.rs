//! `demo`: the whole life, offline.

use crate::support::Sandbox;

#[test]
fn the_demo_lives_a_whole_life_and_hides_its_secrets() {
    let sandbox = Sandbox::new();
    let ran = sandbox.run(&["demo", "--verbose"]).ended(0).hides(&["academy-demo-secret"]);
    let order = ["✓ connected demo (Jane Black)", "✓ valid demo", "✓ refreshed demo", "✓ invalidated demo"];
    let places: Vec<_> = order.iter().map(|words| ran.stdout.find(words)).collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}\n{}", ran.stdout);
    assert!(ran.stdout.contains("token ends   2026-01-01 09:05:00 UTC"), "{}", ran.stdout);
    assert!(ran.stdout.contains("token ends   2026-01-01 09:11:00 UTC"), "{}", ran.stdout);
    assert!(!sandbox.path("data").exists(), "the demo leaves nothing behind");
}
