//! `check`: its outputs, exit codes and JSON shape.

use serde_json::{Value, json};

use crate::support::Sandbox;

const BROKEN: &str =
    "{\n  // é\n  \"url\": \"https://api.acme.test/\\u00e9{{lowr(x}}\",\n  \"header\": { \"a\": \"b\" }\n}\n";

#[test]
fn the_bundled_definitions_are_clean() {
    let specs = concat!(env!("CARGO_MANIFEST_DIR"), "/specs");
    let ran = Sandbox::new().run(&["check", specs, "--deny", "warning"]).ended(0);
    assert!(ran.stdout.contains("nothing found") || ran.stdout.contains("0 errors, 0 warnings"), "{}", ran.stdout);
    let json = Sandbox::new().run(&["check", specs, "--format", "json", "--ignore", "json-syntax"]).ended(0).json();
    assert!(json.as_array().unwrap().iter().all(|finding| finding["severity"] == "info"), "{json:#}");
}

#[test]
fn findings_as_json_have_every_key_and_exact_columns() {
    let sandbox = Sandbox::new();
    sandbox.write("api.json", BROKEN);
    let found = sandbox.run(&["check", "api.json", "--format", "json"]).ended(1).json();
    let header = found.as_array().unwrap().iter().find(|finding| finding["rule"] == "unknown-directive").unwrap();
    let keys: Vec<_> = header.as_object().unwrap().keys().map(String::as_str).collect();
    let wanted = [
        "path",
        "code",
        "rule",
        "severity",
        "message",
        "why",
        "help",
        "line",
        "column",
        "endLine",
        "endColumn",
        "block",
        "fix",
    ];
    assert_eq!(keys, wanted);
    assert_eq!(
        (&header["path"], &header["line"], &header["column"], &header["endColumn"]),
        (&json!("api.json"), &json!(4), &json!(3), &json!(11))
    );
    assert_eq!(header["fix"]["safe"], true);
    assert_eq!(
        header["fix"]["edits"],
        json!([{ "startLine": 4, "startColumn": 3, "endLine": 4, "endColumn": 11, "text": "\"headers\"" }])
    );
    let syntax = found.as_array().unwrap().iter().find(|finding| finding["rule"] == "expression-syntax").unwrap();
    let column = BROKEN.lines().nth(2).unwrap().find("(x").unwrap() + 1;
    assert_eq!((&syntax["line"], &syntax["column"]), (&json!(3), &json!(column)));
}

#[test]
fn a_clean_file_is_an_empty_list() {
    let ran = Sandbox::new().run_with_input(
        &["check", "-", "--format", "json", "--select", "unknown-directive"],
        r#"{"url": "https://a.test"}"#,
    );
    assert_eq!(ran.ended(0).json(), json!([]));
}

#[test]
fn people_see_the_window_and_the_summary() {
    let sandbox = Sandbox::new();
    sandbox.write("api.json", BROKEN);
    let ran = sandbox.run(&["check", "api.json", "--select", "unknown-directive,expression-syntax"]).ended(1);
    insta::assert_snapshot!(ran.stdout);
}

#[test]
fn what_cannot_be_examined_is_2() {
    let sandbox = Sandbox::new();
    assert!(sandbox.run(&["check", "nowhere"]).ended(2).stderr.contains("nowhere"));
    let unknown = sandbox.run(&["check", "--select", "unknown-directve"]).ended(2);
    assert!(unknown.stderr.contains("did you mean `unknown-directive`?"), "{}", unknown.stderr);
}

#[test]
fn every_code_has_its_page() {
    let sandbox = Sandbox::new();
    let all = sandbox.run(&["explain", "--all", "--format", "json"]).ended(0).json();
    for rule in all.as_array().unwrap() {
        let page = sandbox.run(&["explain", rule["code"].as_str().unwrap()]).ended(0).stdout;
        assert!(page.contains(rule["rule"].as_str().unwrap()) && page.contains("## Why"), "{page}");
    }
    sandbox.run(&["explain", "CS9999"]).ended(2);
}

#[test]
fn safe_fixes_are_shown_and_applied_and_nothing_else_is_touched() {
    let sandbox = Sandbox::new();
    let before = "{\r\n  // the key goes into a header\r\n  \"url\": \"https://api.acme.test/me\",\r\n  \"header\": { \"a\": \"b\" } /* é */\r\n}";
    let path = sandbox.write("api.json", before);
    let diff = sandbox.run(&["check", "api.json", "--diff", "--select", "unknown-directive"]).ended(1).stdout;
    assert!(diff.contains("-  \"header\"") && diff.contains("+  \"headers\""), "{diff}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
    let fixed = sandbox.run(&["check", "api.json", "--fix", "--select", "unknown-directive"]).ended(0);
    assert!(fixed.stderr.contains("1 fix applied"), "{}", fixed.stderr);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before.replace("\"header\"", "\"headers\""));
    let again = sandbox.run(&["check", "api.json", "--fix", "--select", "unknown-directive"]).ended(0);
    assert!(again.stderr.contains("0 fixes applied"), "{}", again.stderr);
}

#[test]
fn secrets_of_a_file_are_shown_nowhere() {
    const SECRETS: &[&str] = &["acme-demo-secret", "k7Fq2pZx9LmN4vRt8WbY", "hunter2"];
    let sandbox = Sandbox::new();
    let text = r#"{
  "token": {
    "url": "https://api.acme.test/token?api_key=k7Fq2pZx9LmN4vRt8WbY", "qs": { "a": 1 },
    "method": "POST", "header": { "authorization": "Bearer k7Fq2pZx9LmN4vRt8WbY" },
    "body": { "client_secret": "acme-demo-secret", "x": "{{lowr(x)}}", "y": 'a' }
  },
  "refresh": { "url": "http://api.acme.test/token", "type": "urlencoded", "body": "client_secret=hunter2&x={{y[0]}}" }
}
"#;
    sandbox.write("api.json", text);
    sandbox.write("broken.json", &text.replace("\"method\"", "method\""));
    for format in ["human", "json", "sarif", "github"] {
        for file in ["api.json", "broken.json"] {
            let ran = sandbox.run(&["check", file, "--format", format, "--show", "info"]).ended(1).hides(SECRETS);
            assert!(ran.stdout.contains("CS0616"), "{}", ran.stdout);
        }
    }
    let shown = sandbox.run(&["check", "api.json", "--diff", "--unsafe-fixes"]).ended(1).hides(SECRETS);
    assert!(shown.stdout.contains("+++ api.json"), "{}", shown.stdout);
    sandbox.run(&["check", "api.json", "--fix", "--unsafe-fixes"]).ended(1).hides(SECRETS);
    let mended = std::fs::read_to_string(sandbox.path("api.json")).unwrap();
    assert!(SECRETS.iter().all(|secret| mended.contains(secret)), "what is hidden is not lost:\n{mended}");
}

#[test]
fn suggestions_are_applied_when_asked_and_settle() {
    let text = "{\n  // stays\n  \"url\": \"http://api.acme.test/me?a=b\",\n  \"header\": { \"a\": \"{{x.y}}\" },\n  \"qs\": { \"c\": \"d\" }\n}\n";
    let sandbox = Sandbox::new();
    sandbox.write("api.json", text);
    let plain = sandbox.run(&["check", "api.json"]);
    assert!(plain.stderr.contains("1 fix can be applied by --fix"), "{}", plain.stderr);
    assert!(plain.stderr.contains("suggestion") && plain.stderr.contains("--unsafe-fixes"), "{}", plain.stderr);
    sandbox.run(&["check", "api.json", "--fix"]);
    let safe = std::fs::read_to_string(sandbox.path("api.json")).unwrap();
    assert_eq!(safe, text.replace("\"header\"", "\"headers\""), "--fix alone changes nothing that works");
    sandbox.run(&["check", "api.json", "--fix", "--unsafe-fixes"]);
    let all = std::fs::read_to_string(sandbox.path("api.json")).unwrap();
    assert!(all.contains("https://api.acme.test/me\"") && all.contains("// stays"), "{all}");
    let again = sandbox.run(&["check", "api.json", "--fix", "--unsafe-fixes"]);
    assert!(again.stderr.contains("0 fixes applied"), "{}", again.stderr);
    assert_eq!(std::fs::read_to_string(sandbox.path("api.json")).unwrap(), all);
    let alone = sandbox.run(&["check", "api.json", "--unsafe-fixes"]).ended(2);
    assert!(alone.stderr.contains("--fix"), "{}", alone.stderr);
}

/// `--diff` shows what `--fix` makes of a file in the end, line by line.
#[test]
fn a_diff_is_what_becomes_of_the_file() {
    let between: String = (0..20).map(|number| format!("    \"x{number}\": \"{number}\",\n")).collect();
    let before = format!(
        "{{\n  \"url\": \"http://api.acme.test/me?a=b\",\n  \"qs\": {{\n{between}    \"c\": \"d\"\n  }},\n  \"header\": {{ \"a\": \"b\" }}\n}}"
    );
    let sandbox = Sandbox::new();
    let path = sandbox.write("api.json", &before);
    let shown = sandbox.run(&["check", "api.json", "--diff", "--unsafe-fixes"]).ended(1).stdout;
    let piped =
        sandbox.run_with_input(&["check", "-", "--stdin-name", "api.json", "--diff", "--unsafe-fixes"], &before);
    assert_eq!(piped.ended(1).stdout, shown);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), before);
    sandbox.run(&["check", "api.json", "--fix", "--unsafe-fixes"]);
    let after = std::fs::read_to_string(&path).unwrap();
    assert!(
        after.contains("https://") && !after.contains("?a=b"),
        "two fixes of one text, one after the other:\n{after}"
    );
    // Applied to the old text, the hunks give the new one.
    let old: Vec<&str> = before.lines().collect();
    let (mut applied, mut at, mut hunks) = (Vec::new(), 0, 0);
    for line in shown.lines().skip(2) {
        match line.split_at(1) {
            ("@", rest) => {
                hunks += 1;
                let number = rest.split_once('-').and_then(|(_, rest)| rest.split([',', ' ']).next()).unwrap();
                let start = number.parse::<usize>().unwrap() - 1;
                applied.extend_from_slice(&old[at..start]);
                at = start;
            }
            ("+", text) => applied.push(text),
            ("\\", _) => {}
            (sign, text) => {
                assert_eq!(old[at], text, "{shown}");
                at += 1;
                applied.extend((sign == " ").then_some(text));
            }
        }
    }
    applied.extend_from_slice(&old[at..]);
    assert_eq!(applied, after.lines().collect::<Vec<_>>(), "{shown}");
    assert!(hunks >= 2 && !shown.contains("\"x10\""), "what stays is not shown:\n{shown}");
    sandbox.run(&["check", "api.json", "--diff", "--unsafe-fixes"]).ended(0);
}

#[test]
fn a_table_nobody_reads_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.write("api.json", r#"{ "url": "https://api.acme.test/me" }"#);
    sandbox.write("connspec.toml", "[compat]\n[chekc]\nignore = [\"CS0101\"]\n");
    for command in [vec!["check", "api.json"], vec!["connect", "api.json", "--dry-run"]] {
        let ran = sandbox.run(&command).ended(2);
        let words = "connspec.toml:2:2: there is no table `chekc`; did you mean `check`?";
        assert!(ran.stderr.contains(words), "{command:?}: {}", ran.stderr);
    }
}

/// However many paths name it.
#[test]
fn what_several_paths_name_is_examined_once() {
    let sandbox = Sandbox::new();
    let name = "app/connections/acme/acme";
    sandbox.write(
        &format!("{name}.communication.iml.json"),
        r#"{ "url": "http://api.acme.test/me", "header": { "a": "{{parameters.key}}" } }"#,
    );
    sandbox.write(&format!("{name}.params.iml.json"), r#"[{ "name": "key", "type": "text", "label": "Key" }]"#);
    let codes = |paths: &[&str]| -> Vec<(String, String)> {
        let ran = sandbox.run(&[&["check", "--format", "json"], paths].concat());
        let text = |finding: &Value, key: &str| finding[key].as_str().unwrap_or_default().to_owned();
        ran.json().as_array().unwrap().iter().map(|finding| (text(finding, "code"), text(finding, "message"))).collect()
    };
    let (one, two) = (format!("{name}.communication.iml.json"), format!("{name}.params.iml.json"));
    let absolute = sandbox.path(&one).display().to_string();
    let alone = codes(&["app/connections/acme"]);
    assert!(alone.iter().any(|(code, _)| code == "CS0204"), "{alone:?}");
    let whole = codes(&["app"]);
    for paths in [
        vec![one.as_str(), &two],
        vec![&one, &one],
        vec![&one, &absolute],
        vec!["app/connections/acme", "./app/connections/acme"],
    ] {
        assert_eq!(codes(&paths), alone, "{paths:?}");
    }
    assert_eq!(codes(&["app", &one]), whole);
    let mut both = codes(&[&one, "app"]);
    both.sort();
    let mut expected = whole.clone();
    expected.sort();
    assert_eq!(both, expected);
    let counted = sandbox.run(&["check", &one, &two]).stdout;
    assert!(counted.contains(" in 2 files"), "{counted}");
}

#[test]
fn the_beginning_of_codes_names_an_area() {
    let sandbox = Sandbox::new();
    sandbox.write("api.json", r#"{ "url": "http://api.acme.test/me", "header": { "a": "b" } }"#);
    let found = |arguments: &[&str]| -> Vec<String> {
        let ran = sandbox.run(&[&["check", "api.json", "--format", "json"], arguments].concat());
        ran.json().as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap().to_owned()).collect()
    };
    assert!(found(&[]).iter().any(|code| code.starts_with("CS01")));
    let selected = found(&["--select", "cs02"]);
    assert!(!selected.is_empty() && selected.iter().all(|code| code.starts_with("CS02")), "{selected:?}");
    assert!(found(&["--ignore", "CS02"]).iter().all(|code| !code.starts_with("CS02")));
    assert!(sandbox.run(&["check", "api.json", "--select", "CS99"]).ended(2).stderr.contains("no code or rule"));
    let listed = sandbox.run(&["explain", "CS06"]).ended(0).stdout;
    assert!(listed.lines().count() > 1 && listed.lines().all(|line| line.starts_with("CS06")), "{listed}");
    let json = sandbox.run(&["explain", "cs06", "--format", "json"]).ended(0).json();
    assert_eq!(json.as_array().unwrap().len(), listed.lines().count());
    sandbox.run(&["explain", "CS99"]).ended(2);
}

#[test]
fn a_code_that_is_not_known_brings_the_nearest() {
    let sandbox = Sandbox::new();
    sandbox.write("api.json", r#"{ "url": "https://api.acme.test/me" }"#);
    for (arguments, words) in [
        (vec!["explain", "CS9999"], "codes begin with `CS00` to"),
        (vec!["explain", "CS0499"], "did you mean `CS04"),
        (vec!["explain", "SC0104"], "did you mean `CS0104`?"),
        (vec!["explain", "unknown-directiv"], "did you mean `unknown-directive`?"),
        (vec!["check", "--select", "CS99"], "codes begin with `CS00` to"),
        (vec!["check", "--ignore", "FOO"], "`connspec explain --all` lists them"),
        (vec!["check", "--ignore", "CS0104,CSO104"], "did you mean `CS0104`?"),
    ] {
        let said = sandbox.run(&arguments).ended(2).stderr;
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    sandbox.write("connspec.toml", "[check]\nignore = [\n  \"CS0104\", \"CS0199\",\n]\n");
    let said = sandbox.run(&["check", "api.json"]).ended(2).stderr;
    assert!(said.contains("connspec.toml:3:13: `CS0199` is no code or rule; did you mean `CS01"), "{said}");
}

/// In the order of the file, whichever processor has drawn it, and as when there is but one.
#[test]
fn a_great_many_findings_are_shown_in_order_and_in_all_formats() {
    const MANY: usize = 10_000;
    let sandbox = Sandbox::new();
    let row = |number: usize| format!("    \"k{number}\": \"{{{{lowr(body.a)}}}}\"");
    let rows: Vec<_> = (0..MANY).map(row).collect();
    sandbox.write(
        "api.json",
        &format!("{{\n  \"url\": \"https://a.test\",\n  \"qs\": {{\n{}\n  }}\n}}\n", rows.join(",\n")),
    );
    let ran = |format: &str| {
        sandbox.run(&["check", "api.json", "--select", "unknown-function", "--format", format]).ended(1).stdout
    };
    let human = ran("human");
    let places: Vec<_> = human.lines().filter_map(|line| line.trim_start().strip_prefix("--> api.json:")).collect();
    let expected: Vec<_> =
        (0..MANY).map(|number| format!("{}:{}", number + 4, format!("k{number}").len() + 12)).collect();
    assert_eq!(places, expected);
    let drawn = human.split("\n\n").nth(MANY / 2).unwrap();
    assert!(drawn.contains(&row(MANY / 2)), "{drawn}");
    assert!(human.ends_with(&format!("✗ {MANY} errors, 0 warnings, 0 infos in 1 file\n")));
    let json: Value = serde_json::from_str(&ran("json")).unwrap();
    assert_eq!(json.as_array().unwrap().len(), MANY);
    let sarif: Value = serde_json::from_str(&ran("sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"].as_array().unwrap().len(), MANY);
    assert_eq!(ran("github").lines().count(), MANY);
}

/// Those that are there and were looked at, whatever else was read to judge them by.
#[test]
fn the_files_that_were_looked_at_are_counted() {
    let sandbox = Sandbox::new();
    let request = r#"{ "url": "https://api.acme.test/me", "headers": { "x-key": "{{parameters.key}}" } }"#;
    let form = r#"[{ "name": "key", "type": "password", "label": "Key" }]"#;
    sandbox.write("form.json", form);
    sandbox.write("own/api.json", request);
    sandbox.write("app/connections/acme/api.imljson", request);
    sandbox.write("app/connections/acme/parameters.imljson", form);
    sandbox.write("app/modules/list/api.imljson", r#"{ "url": "/list", "response": { "output": "{{item}}" } }"#);
    sandbox.write("app/modules/list/expect.imljson", "[]");
    sandbox.write("app/general/base.imljson", r#"{ "baseUrl": "https://api.acme.test" }"#);
    sandbox.write(
        "gone/makecomapp.json",
        r#"{ "fileVersion": 1, "components": { "connection": { "acme": {
        "codeFiles": { "communication": "a.json", "params": "gone.json" } } } } }"#,
    );
    sandbox.write("gone/a.json", request);
    for (paths, files) in [
        (vec!["form.json"], "1 file"),
        (vec!["own"], "1 file"),
        (vec!["own/api.json", "form.json"], "2 files"),
        (vec!["app"], "5 files"),
        (vec!["app/modules/list"], "2 files"),
        (vec!["app/general/base.imljson"], "1 file"),
        (vec!["app/modules/list/api.imljson", "app/general/base.imljson"], "3 files"),
        (vec!["app/modules/list", "app"], "5 files"),
        (vec!["gone"], "2 files"),
    ] {
        let ran = sandbox.run(&[&["check", "--show", "info"], &paths[..]].concat());
        let summary = ran.stdout.lines().last().unwrap_or_default();
        let counted = [format!("in {files}"), format!("✓ {files}, nothing found")];
        assert!(counted.iter().any(|counted| summary.ends_with(counted)), "{paths:?}: {files}, not: {summary}");
    }
    // What one path had read to judge by is looked at when another names it.
    let base = sandbox.write("app/general/base.imljson", r#"{ "baseUrl": "http://api.acme.test" }"#);
    let ran = sandbox.run(&["check", "app/modules/list", base.to_str().unwrap(), "--format", "json"]).json();
    assert!(ran.as_array().unwrap().iter().any(|finding| finding["code"] == "CS0204"), "{ran:#}");
}
