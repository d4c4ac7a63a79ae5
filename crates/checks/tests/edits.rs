//! Every edit at every place of real files: the value changes as asked, the comments stay, the rest does not move.
//!
//! The files are the bundled definitions, and the corpus where it is at hand (see `corpus.rs`).

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test over files that counts what it did"
)]

use std::path::{Path, PathBuf};

use connspec_checks::edit;
use connspec_diagnostics::{Edit, SourceMap, apply_edits};
use connspec_spec::{Node, json};
use serde_json::{Value, json};

fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    below(&root.join("../../specs"), &mut files);
    assert!(!files.is_empty());
    let corpus = std::env::var_os("CONNSPEC_CORPUS").map_or_else(|| root.join("../../../shared/corpus"), PathBuf::from);
    if corpus.is_dir() {
        below(&corpus, &mut files);
    } else {
        println!("there is no corpus: the bundled definitions only");
    }
    files
}

fn below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            below(&path, files);
        } else if path.extension().is_some_and(|ending| ["json", "jsonc", "imljson"].iter().any(|json| ending == *json))
        {
            files.push(path);
        }
    }
}

/// Applies the edits and gives what the file then holds. All comments must still be there, in their order.
fn mended(sources: &SourceMap, edits: &[Edit], comments: &[String], shown: &str) -> Value {
    let (source, file) = sources.iter().next().unwrap();
    let text = apply_edits(file.text(), source, edits).unwrap_or_else(|error| panic!("{shown}: {error}"));
    let reading = json::read(source, &text);
    assert!(
        reading.findings.iter().all(|finding| finding.rule != "json-syntax"),
        "{shown}: {:?}\n{text}",
        reading.findings
    );
    assert_eq!(comments_of(&text), comments, "{shown}");
    reading.node.unwrap().to_json()
}

/// The comments of a text; none inside quotes.
fn comments_of(text: &str) -> Vec<String> {
    let mut comments = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['"', '/']) {
        rest = &rest[at..];
        let length = if rest.starts_with("//") {
            rest.find(['\n', '\r']).unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if rest.starts_with('"') {
            let mut escaped = false;
            let end = rest[1..].find(|next| {
                let ends = next == '"' && !escaped;
                escaped = next == '\\' && !escaped;
                ends
            });
            rest = &rest[end.map_or(rest.len(), |end| end + 2)..];
            continue;
        } else {
            1
        };
        if length > 1 {
            comments.push(rest[..length].to_owned());
        }
        rest = &rest[length..];
    }
    comments
}

fn without_findings(text: &str) -> Option<(SourceMap, Node)> {
    let mut sources = SourceMap::new();
    let source = sources.add("file", text);
    let reading = json::read(source, text);
    reading.node.filter(|_| reading.findings.is_empty()).map(|node| (sources, node))
}

#[test]
fn every_edit_changes_the_value_and_nothing_else() {
    let mut count = 0;
    for path in files() {
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        // Each edit reads the whole file again; files of all sizes were tried once (67,383 edits).
        let Some((sources, root)) =
            without_findings(&text).filter(|_| text.len() < 700 || path.to_string_lossy().contains("specs/"))
        else {
            continue;
        };
        let (before, comments) = (root.to_json(), comments_of(&text));
        let mut nodes: Vec<(String, &Node)> = Vec::new();
        root.visit(&mut |pointer, node| nodes.push((pointer.to_owned(), node)));
        for (pointer, node) in nodes {
            let shown = format!("{}{pointer}", path.display());
            let at = |value: &mut Value, change: &dyn Fn(&mut Value)| change(value.pointer_mut(&pointer).unwrap());
            let new = json!({"new": ["x"]});
            if node.is_object() {
                let mut wanted = before.clone();
                at(&mut wanted, &|value| value["connspec new"] = new.clone());
                let edits = edit::insert_member(&sources, node, "connspec new", &new);
                assert_eq!(mended(&sources, &edits, &comments, &shown), wanted, "{shown}");
                count += 1;
            }
            for member in node.members() {
                let mut wanted = before.clone();
                at(&mut wanted, &|value| drop(value.as_object_mut().unwrap().shift_remove(member.key.as_str())));
                let edits = edit::remove_member(&sources, node, member);
                let kept =
                    if member.value.is_scalar() { comments.clone() } else { comments_left(&text, &member.value) };
                assert_eq!(mended(&sources, &edits, &kept, &shown), wanted, "{shown}: remove {}", member.key);
                count += 1;
            }
            if node.is_array() {
                let mut wanted = before.clone();
                at(&mut wanted, &|value| value.as_array_mut().unwrap().push(new.clone()));
                let edits = edit::insert_element(&sources, node, &new);
                assert_eq!(mended(&sources, &edits, &comments, &shown), wanted, "{shown}");
                count += 1;
            }
            for (index, element) in node.elements().iter().enumerate() {
                let mut wanted = before.clone();
                at(&mut wanted, &|value| drop(value.as_array_mut().unwrap().remove(index)));
                let edits = edit::remove_element(&sources, node, index);
                let kept = comments_left(&text, element);
                assert_eq!(mended(&sources, &edits, &kept, &shown), wanted, "{shown}: remove {index}");
                count += 1;
            }
        }
    }
    println!("{count} edits");
    assert!(count > 1000, "only {count} edits");
}

/// The comments outside a value.
fn comments_left(text: &str, value: &Node) -> Vec<String> {
    let range = value.place.span.range();
    let mut kept = comments_of(&text[..range.start]);
    kept.extend(comments_of(&text[range.end..]));
    kept
}
