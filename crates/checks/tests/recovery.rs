//! One syntax error hides nothing but what it breaks: into every fixture with a mistake another one is put, in JSON or
//! in an expression, far from the marked place, and the finding must still be there.

#![allow(clippy::print_stdout, reason = "the counts are the result")]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::disallowed_methods, reason = "fixtures are files")]

use std::collections::BTreeSet;
use std::path::Path;

use connspec_checks::{check, rules};
use connspec_spec::layout::{Memory, load_app_from};

/// A slip: what it is, and the member that is put at the end of the outermost object with it.
const SLIPS: &[(&str, &str)] = &[
    ("a colon is missing", "\"connspecSlip\" \"x\""),
    ("a value is missing", "\"connspecSlip\": "),
    ("a word is no value", "\"connspecSlip\": yes"),
    ("a text is never closed", "\"connspecSlip\": \"x"),
    ("a quote too many", "\"connspecSlip\": \"x\"\""),
    ("a comma too many", "\"connspecSlip\": 1,,"),
    ("a list is never closed", "\"connspecSlip\": [1"),
    ("single quotes", "'connspecSlip': 'x'"),
    ("an expression is broken", "\"connspecSlip\": \"{{if(a, }}\""),
    ("braces are never closed", "\"connspecSlip\": \"{{body.x\""),
];

/// The places of a rule's findings: where the finding starts, in the unchanged part of the text.
fn found(path: &str, text: &str, code: &str) -> BTreeSet<(u32, u32)> {
    let files = Memory::from([(path, text)]);
    let Ok(app) = load_app_from(&files, path) else { return BTreeSet::new() };
    let of_rule = check(&app).into_iter().filter(|finding| finding.code == code);
    of_rule.filter_map(|finding| finding.place).map(|place| (place.span.start, place.span.end)).collect()
}

/// Rules about the file as a whole, or about syntax itself: a broken file is another file to them.
const ABOUT_THE_FILE: &[&str] = &["CS00", "CS0819", "CS0120"];

#[test]
fn a_slip_hides_nothing_else() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules");
    let (mut tried, mut hidden) = (0, Vec::new());
    for rule in rules().filter(|rule| !ABOUT_THE_FILE.iter().any(|code| rule.code.starts_with(code))) {
        for entry in std::fs::read_dir(root.join(rule.name)).unwrap() {
            let path = entry.unwrap().path();
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            let name = path.file_name().unwrap().to_str().unwrap();
            let before = found(name, &text, rule.code);
            let Some(end) = text.rfind('}').filter(|_| !before.is_empty() && text.trim_end().ends_with('}')) else {
                continue;
            };
            for (slip, member) in SLIPS {
                // On a line of its own, as people write, behind everything else.
                let body = text[..end].trim_end();
                let is_comment = body.lines().last().is_some_and(|line| line.trim_start().starts_with("//"));
                let separator = if is_comment { "\n  ," } else { ",\n  " };
                let broken = format!("{body}{separator}{member}\n}}\n");
                tried += 1;
                let after = found(name, &broken, rule.code);
                if !before.is_subset(&after) {
                    let lost: Vec<_> =
                        before.difference(&after).map(|(start, end)| &text[*start as usize..*end as usize]).collect();
                    hidden.push(format!("{} {name}: {slip}: {lost:?}", rule.code));
                }
            }
        }
    }
    println!("{tried} broken fixtures, in {} a finding is hidden", hidden.len());
    assert!(tried > 1000, "only {tried}");
    assert!(hidden.is_empty(), "{}", hidden.join("\n"));
}
