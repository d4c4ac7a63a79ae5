//! Comments that silence what is found, written where it stands: for an app that was made of something else, and has
//! that thing's mistakes.

use std::collections::BTreeMap;

use connspec_diagnostics::{Diagnostic, Severity, SourceId};
use connspec_spec::App;

/// What is wrong with an app from `least` on, and the new text of each file that has some of it: over every line with a
/// finding a comment that silences it, with `why` and the finding's words as its reason. A finding without a place is
/// listed and stays.
///
/// The app's files are JSON with comments, as Make's tools write them.
pub fn excuse(app: &App, least: Severity, why: &str) -> (Vec<Diagnostic>, Vec<(String, String)>) {
    let found: Vec<Diagnostic> = crate::check(app).into_iter().filter(|finding| finding.severity >= least).collect();
    let mut comments: BTreeMap<(SourceId, usize), Vec<String>> = BTreeMap::new();
    for finding in &found {
        let Some(place) = finding.place else { continue };
        let comment = format!("// connspec-ignore {}: {why}: {}", finding.code, finding.message.replace('\n', " "));
        let over = comments.entry((place.source, app.sources.position(place).line)).or_default();
        if !over.contains(&comment) {
            over.push(comment);
        }
    }
    let files = app.sources.iter().filter(|(id, _)| comments.keys().any(|(source, _)| source == id));
    let files = files.map(|(id, source)| {
        let mut text = String::new();
        for (number, line) in source.text().split_inclusive('\n').enumerate() {
            let indent: String = line.chars().take_while(|letter| matches!(letter, ' ' | '\t')).collect();
            for comment in comments.get(&(id, number + 1)).into_iter().flatten() {
                text.push_str(&format!("{indent}{comment}\n"));
            }
            text.push_str(line);
        }
        (source.name().to_owned(), text)
    });
    let files = files.collect();
    (found, files)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use connspec_spec::layout::{Memory, load_app_from};

    use super::*;

    const TOKEN: &str = r#"{
    "authorize": {
        "url": "http://acme.test/authorize",
        "response": { "temp": { "code": "{{query.code}}" } }
    },
    "token": {
        "url": "https://acme.test/token", "method": "POST", "body": { "code": "{{temp.code}}" }
    }
}
"#;

    #[test]
    fn what_is_excused_is_found_no_more() {
        let load = |text: &str| load_app_from(&Memory::from([("a/api.imljson", text)]), Path::new("a")).unwrap();
        let grave = |app: &App| {
            crate::check(app).into_iter().filter(|finding| finding.severity >= Severity::Warning).collect::<Vec<_>>()
        };
        let app = load(TOKEN);
        let (found, files) = excuse(&app, Severity::Warning, "as it was");
        assert_eq!(found, grave(&app));
        assert!(found.iter().any(|finding| finding.code == "CS0519"), "{found:?}");
        let [(name, text)] = files.as_slice() else { panic!("{files:?}") };
        assert_eq!(name, "a/api.imljson");
        let reason = "    // connspec-ignore CS0519: as it was: `token` sends no `grant_type`\n    \"token\": {\n";
        assert!(text.contains(reason), "{text}");
        assert_eq!(grave(&load(text)), [], "{text}");
        // Nothing but lines was added, and there is nothing to add a second time.
        let kept: String = text.split_inclusive('\n').filter(|line| !line.contains("connspec-ignore")).collect();
        assert_eq!(kept, TOKEN);
        assert_eq!(excuse(&load(text), Severity::Warning, "as it was"), (Vec::new(), Vec::new()));
    }
}
