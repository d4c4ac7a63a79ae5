//! Integration manifests of the kinds people write: each is loaded, checked, connected, run and converted, and the
//! converted app is checked and connected against the same provider. Real ones too, where they are at hand.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "manifests are files, and a test tells what it did"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use connspec_checks::{check, excuse};
use connspec_diagnostics::Severity;
use connspec_exchange::{Request, Response, VirtualClock};
use connspec_runner::callback::{CallbackQuery, Programmatic};
use connspec_runner::record::replay;
use connspec_runner::{FlowStep, Inputs, ManifestPart, ManifestRun, Outcome, Report, Runner, Target};
use connspec_spec::dialect::convert::{CodeIn, Conversion, ConvertOptions, convert};
use connspec_spec::layout::{Disk, LoadOptions, Memory, load_app_from, load_from};
use connspec_spec::{App, Compat, Definition, Layout};
use serde_json::{Map, Value, json};

const REDIRECT: &str = "http://127.0.0.1:50123/oauth/cb/app";

/// What each manifest of ours is warned of, by the reference's own words; remarks are not listed.
const WARNED: [(&str, &[&str]); 16] = [
    ("api-key-chain", &[]),
    ("chat-comma-scopes", &[]),
    ("directory-query-only", &[]),
    ("grant-and-revoke", &[]),
    // `session` is nested under the default cast; `oauth.data` is what this provider answers.
    ("ids-in-body", &["CS1123"]),
    ("import-by-address", &[]),
    ("import-by-token", &[]),
    ("installed-without-code", &[]),
    ("json-token-request", &[]),
    // The validator wants `refresh`; 201 is a number.
    ("never-refreshed", &["CS1106", "CS1122"]),
    // Nulls, unknown keys, ids of other letters, a `refresh` whose `data` is a list.
    ("odd-values", &["CS1102", "CS1113", "CS1139"]),
    ("signed-vpn", &[]),
    ("spread-over-lines", &["CS1108"]),
    // `names_given` is nobody's.
    ("tags-everywhere", &["CS1117"]),
    ("tenant-in-path", &[]),
    ("wait-and-upload", &[]),
];

/// What `check` finds in the app because the manifest has it: no `grant_type`, no `client_id`, which RFC 6749 demands, and
/// a secret that nothing reads.
const CARRIED: [(&str, &[&str]); 5] = [
    ("chat-comma-scopes", &["CS0519"]),
    ("ids-in-body", &["CS0327", "CS0519", "CS0619"]),
    ("never-refreshed", &["CS0519"]),
    ("odd-values", &["CS0519", "CS0619"]),
    ("spread-over-lines", &["CS0327", "CS0519"]),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/manifests")
}

fn load(path: &Path) -> Definition {
    connspec_spec::load(path, &LoadOptions::default()).unwrap().definition
}

/// A provider that answers tokens and people, with everything it was asked.
struct Provider {
    runner: Runner,
    clock: VirtualClock,
    sent: Arc<Mutex<Vec<Request>>>,
}

impl Provider {
    fn new() -> Self {
        let clock = VirtualClock::new(1_700_000_000_000);
        let sent: Arc<Mutex<Vec<Request>>> = Arc::default();
        let log = sent.clone();
        let answer = move |request: &Request| {
            let mut log = log.lock().unwrap();
            log.push(request.clone());
            let status = if request.url.starts_with("https://api.code.test/") { 201 } else { 200 };
            Ok(Response::json(status, &answer(request, log.len())))
        };
        let runner = Runner::new(Arc::new(answer)).with_clock(Arc::new(clock.clone()));
        Self { runner, clock, sent }
    }

    async fn connect(&self, definition: &Definition, parameters: Map<String, Value>) -> Report {
        let target = Target { name: Some("mine".to_owned()), ..Target::default() };
        let inputs = Inputs { parameters, ..Inputs::default() };
        self.runner.connect(definition, &target, &inputs, &browser()).await
    }

    fn taken(&self) -> Vec<Request> {
        std::mem::take(&mut *self.sent.lock().unwrap())
    }
}

/// A person who agrees.
fn browser() -> Programmatic {
    Programmatic::new(Some(REDIRECT.to_owned()), |url| {
        let state =
            url::Url::parse(&url).unwrap().query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        Box::pin(std::future::ready(Some(CallbackQuery::parse(&format!("code=c-0d3&state={state}")))))
    })
}

fn answer(request: &Request, count: usize) -> Value {
    if matches!(request.label.block.as_str(), "token" | "refresh") {
        return json!({
            "access_token": "a-1", "refresh_token": "r-1", "expires_in": 60, "scope": "x", "workspace_id": "w1",
            "team": {"id": "t1"}, "authed_user": {"access_token": "u-1"}, "data": {"id": "s1", "token": "s-2"}
        });
    }
    if request.url.contains("hr.test") {
        return json!([{"workEmail": "a@x.test", "badges": ["b1"], "next": null}]);
    }
    if request.url.contains("employees") {
        let next = if count < 3 { json!("p2") } else { json!(null) };
        let person = json!({"contact": {"mail": format!("{count}@x.test")}, "given": "A", "family": "B"});
        return json!({"employees": [person], "next": next});
    }
    let status = if count < 4 { "busy" } else { "done" };
    json!({"id": "77", "job": "j1", "data": [{"id": "d1"}], "detail": {"status": status}, "text": "jane@x.test"})
}

/// An answer for everything a form asks for.
fn answers(definition: &Definition) -> Map<String, Value> {
    let fields = definition.parameters.fields.iter().enumerate();
    fields.map(|(index, field)| (field.name.clone(), format!("value{index}").into())).collect()
}

/// The names and values a request carries, wherever they stand, and where it goes.
fn told(request: &Request) -> (String, String, BTreeSet<(String, String)>, Option<String>) {
    let url = url::Url::parse(&request.url).unwrap();
    let mut pairs: BTreeSet<(String, String)> = url.query_pairs().into_owned().collect();
    let body = request.body.clone().unwrap_or_default();
    match serde_json::from_slice::<Value>(&body) {
        Ok(Value::Object(members)) => pairs.extend(members.into_iter().map(|(name, value)| match value {
            Value::String(text) => (name, text),
            other => (name, other.to_string()),
        })),
        _ => pairs.extend(url::form_urlencoded::parse(&body).into_owned()),
    }
    let address = format!("{}{}", url.origin().ascii_serialization(), url.path());
    (request.method.clone(), address, pairs, request.headers.get("authorization").map(str::to_owned))
}

fn converted(definition: &Definition, code_in: CodeIn) -> (Conversion, Definition, App) {
    let manifest = definition.manifest().unwrap();
    let root = definition.parts.communication.node.as_ref().unwrap();
    let options = ConvertOptions { name: "other".to_owned(), code_in };
    let conversion = convert(manifest, root, &options).unwrap();
    let files: Memory =
        conversion.files.iter().map(|(path, text)| (Path::new("app").join(path), text.as_str())).collect();
    let app = load_app_from(&files, Path::new("app")).unwrap();
    let definition = load_from(&files, "app", &LoadOptions::default()).unwrap().definition;
    (conversion, definition, app)
}

/// Errors and warnings of an app, told with their lines.
fn mistakes(app: &App) -> Vec<String> {
    let grave = check(app).into_iter().filter(|finding| finding.severity >= Severity::Warning);
    grave
        .map(|finding| {
            let place = finding.place.map(|place| app.sources.describe(place)).unwrap_or_default();
            format!("{} {place} {}", finding.code, finding.message)
        })
        .collect()
}

#[test]
fn each_is_warned_of_what_the_reference_says() {
    let mut seen = BTreeSet::new();
    for (name, expected) in WARNED {
        let path = folder().join(format!("{name}.json"));
        let app = load_app_from(&Disk, &path).unwrap();
        assert_eq!(app.connections[0].layout, Layout::Manifest, "{name}");
        let codes: BTreeSet<_> = mistakes(&app).iter().map(|line| line[..6].to_owned()).collect();
        assert_eq!(codes.iter().map(String::as_str).collect::<Vec<_>>(), expected, "{name}: {:#?}", mistakes(&app));
        seen.insert(path);
    }
    let all: BTreeSet<_> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(seen, all);
}

#[tokio::test]
async fn each_connects_refreshes_and_runs() {
    let (mut connected, mut refreshed, mut ran) = (0, 0, 0);
    for (name, _) in WARNED {
        let definition = load(&folder().join(format!("{name}.json")));
        let manifest = definition.manifest().unwrap();
        let provider = Provider::new();
        let report = provider.connect(&definition, answers(&definition)).await;
        assert_eq!(report.outcome, Outcome::Connected, "{name}: {report:?}");
        connected += 1;
        if manifest.oauth.as_ref().is_some_and(|oauth| oauth.value.refresh.is_some()) {
            provider.clock.advance(60_001);
            let report = provider.runner.refresh(&definition, "mine", false).await;
            assert_eq!(report.outcome, Outcome::Refreshed, "{name}: {report:?}");
            refreshed += 1;
        }
        provider.taken();
        for part in [ManifestPart::Execute, ManifestPart::Exists, ManifestPart::Revoke] {
            let exists = match part {
                ManifestPart::Execute => true,
                ManifestPart::Exists => manifest.exists.is_some(),
                ManifestPart::Revoke => manifest.revoke.is_some(),
            };
            if !exists {
                continue;
            }
            let values = json!({"email": "jane@x.test", "first_name": "Jane", "TEAM_ID": "t", "CHANNEL": "c1", "PHONE": "1",
                                "VAULT_ID": "77"});
            let asked = ManifestRun {
                part,
                connection: Some("mine".to_owned()),
                values: values.as_object().cloned().unwrap(),
                ..ManifestRun::default()
            };
            let report = provider.runner.run_manifest(&definition, &asked).await;
            if name == "never-refreshed" {
                // 201 as a number never matches.
                assert!(report.error.as_ref().unwrap().message.contains("in quotes"), "{report:?}");
                continue;
            }
            assert_eq!(report.outcome, Outcome::Ran, "{name}: {report:?}");
            ran += 1;
            let run = report.run.as_ref().unwrap();
            match (name, part) {
                ("import-by-token", _) => {
                    assert_eq!((run.people.as_ref().unwrap().len(), run.pages), (3, 3));
                    assert_eq!(run.people.as_ref().unwrap()[2]["email"], "3@x.test");
                }
                ("import-by-address", _) => assert_eq!(run.people.as_ref().unwrap()[0]["BADGE"], "b1"),
                ("wait-and-upload", _) => {
                    let sent = provider.taken();
                    assert_eq!(sent.len(), 6, "{report:?}");
                    let body = String::from_utf8_lossy(sent[5].body.as_ref().unwrap()).into_owned();
                    assert!(body.contains("name=\"file\"; filename=\"badge.png\"\r\n\r\n{"), "{body}");
                    assert_eq!(body.matches("name=\"tags\"").count(), 2, "{body}");
                }
                ("grant-and-revoke", ManifestPart::Exists) => assert_eq!(run.found, Some(true)),
                ("grant-and-revoke", ManifestPart::Execute) => {
                    assert_eq!(run.stored["VAULT_ID"], "77");
                    assert_eq!(run.messages.len(), 2);
                }
                ("signed-vpn", _) => {
                    let sent = provider.taken();
                    assert!(sent[0].headers.get("auth-signature").is_some_and(|signature| signature.len() == 44));
                }
                _ => {}
            }
        }
    }
    eprintln!("{connected} manifests of ours connected, {refreshed} refreshed, {ran} parts run");
    assert_eq!(connected, 16);
}

#[tokio::test]
async fn each_replays_what_it_records() {
    for (name, _) in WARNED {
        let definition = load(&folder().join(format!("{name}.json")));
        let refresh = definition.manifest().unwrap().oauth.as_ref();
        let refresh = refresh.is_some_and(|oauth| oauth.value.refresh.is_some());
        let steps = [FlowStep::Connect, FlowStep::Info, FlowStep::Refresh];
        let steps = if refresh { &steps[..] } else { &steps[..2] };
        let inputs = Inputs { parameters: answers(&definition), ..Inputs::default() };
        let provider = Provider::new();
        let recorded = provider.runner.record(&definition, "manifest.json", &inputs, steps, &browser()).await;
        assert_eq!(recorded.report.outcome, Outcome::Recorded, "{name}: {:?}", recorded.report);
        let fixture = recorded.fixture.unwrap();
        assert_eq!(fixture.exchanges.len(), provider.taken().len(), "{name}");
        let replayed = replay(&fixture, &definition, &Compat::default()).await;
        assert!(replayed.passed(), "{name}: {:#?} {:?}", replayed.differences, replayed.report.error);
    }
}

/// Connects a manifest and the app it becomes, and compares what the provider was sent.
async fn compare(definition: &Definition, shown: &str, carried: &[&str]) -> Conversion {
    let (conversion, app_definition, app) = converted(definition, CodeIn::Query);
    let files = || conversion.files.iter().map(|(path, text)| format!("--- {path}\n{text}")).collect::<String>();
    let found = mistakes(&app);
    let codes: Vec<&str> = found.iter().map(|line| &line[..6]).collect();
    assert_eq!(codes, carried, "{shown} {found:#?}\n{}", files());
    // With a comment over each mistake of the manifest's, as `connspec convert` writes it, nothing is found.
    let (_, excused) = excuse(&app, Severity::Warning, "the manifest has it so");
    let with_comments = conversion.files.iter().map(|(path, text)| {
        let path = format!("app/{path}");
        let text = excused.iter().find(|(other, _)| *other == path).map_or(text, |(_, text)| text);
        (PathBuf::from(path), text.as_str())
    });
    let with_comments = load_app_from(&with_comments.collect::<Memory>(), Path::new("app")).unwrap();
    assert_eq!(mistakes(&with_comments), [] as [String; 0], "{shown}");
    assert_eq!(excused.is_empty(), carried.is_empty(), "{shown}");
    let (theirs, ours) = (Provider::new(), Provider::new());
    let report = theirs.connect(definition, answers(definition)).await;
    assert_eq!(report.outcome, Outcome::Connected, "{shown}: {report:?}");
    let page = report.authorization.unwrap().url;
    let report = ours.connect(&app_definition, answers(&app_definition)).await;
    assert_eq!(report.outcome, Outcome::Connected, "{shown}: {report:?}\n{}", files());
    let same = |url: &str| {
        let url = url::Url::parse(url).unwrap();
        let pairs = url
            .query_pairs()
            .filter(|(name, _)| name != "state")
            .map(|(name, value)| (name.into_owned(), value.into_owned()));
        (url.origin().ascii_serialization(), url.path().to_owned(), pairs.collect::<BTreeSet<_>>())
    };
    assert_eq!(same(&report.authorization.unwrap().url), same(&page), "{shown}: the page\n{}", files());
    let refreshes = definition.manifest().unwrap().oauth.as_ref().unwrap().value.refresh.is_some();
    if refreshes {
        for (provider, definition) in [(&theirs, definition), (&ours, &app_definition)] {
            provider.clock.advance(60_001);
            let report = provider.runner.refresh(definition, "mine", false).await;
            assert_eq!(report.outcome, Outcome::Refreshed, "{shown}: {report:?}\n{}", files());
            provider.clock.advance(1_000);
            let report = provider.runner.refresh(definition, "mine", false).await;
            assert_eq!(report.outcome, Outcome::Unchanged, "{shown}: {report:?}\n{}", files());
        }
    }
    let (theirs, ours) = (theirs.taken(), ours.taken());
    assert_eq!(theirs.len(), ours.len(), "{shown}");
    for (theirs, ours) in theirs.iter().zip(&ours) {
        // Nested members under the default cast go out whole, and the note says so.
        if !conversion.notes.iter().any(|note| note.text.contains("sends only the names")) {
            assert_eq!(told(ours), told(theirs), "{shown}\n{}", files());
        }
    }
    conversion
}

#[tokio::test]
async fn each_with_oauth_becomes_an_app_that_sends_the_same() {
    let mut count = 0;
    for (name, _) in WARNED {
        let definition = load(&folder().join(format!("{name}.json")));
        if definition.manifest().unwrap().oauth.is_none() {
            let (conversion, _, app) = converted(&definition, CodeIn::Query);
            assert!(conversion.notes.iter().any(|note| note.text.contains("execute[1]")), "{name}");
            let files = conversion.files.iter().map(|(path, text)| format!("--- {path}\n{text}")).collect::<String>();
            assert_eq!(mistakes(&app), [] as [String; 0], "{name}\n{files}");
            continue;
        }
        let carried = CARRIED.iter().find(|(carrier, _)| *carrier == name).map_or(&[] as &[&str], |(_, codes)| codes);
        let conversion = compare(&definition, name, carried).await;
        let base = &conversion.files.iter().find(|(path, _)| path == "general/base.iml.json").unwrap().1;
        assert!(base.contains("// Not carried over: `execute[1]`"), "{name}: {base}");
        count += 1;
    }
    let clean = count - CARRIED.len();
    eprintln!(
        "{count} manifests of ours became apps that send the same, {clean} of them check clean, the others have the manifest's own mistakes"
    );
    assert_eq!(count, 11);
}

#[tokio::test]
async fn the_code_goes_into_the_body_where_that_is_asked_for() {
    let definition = load(&folder().join("directory-query-only.json"));
    let (_, app_definition, app) = converted(&definition, CodeIn::Body);
    assert_eq!(mistakes(&app), [] as [String; 0]);
    let provider = Provider::new();
    let report = provider.connect(&app_definition, answers(&app_definition)).await;
    assert_eq!(report.outcome, Outcome::Connected, "{report:?}");
    let sent = provider.taken();
    assert_eq!(sent[0].url, "https://oauth2.directory.test/token");
    let body = sent[0].text().unwrap();
    assert!(body.contains("code=c-0d3") && body.contains("client_secret=value1"), "{body}");
}

/// The words of a refusal reach the person, whatever the provider calls them (RFC 6749 §5.2 and others).
#[tokio::test]
async fn an_app_repeats_what_the_provider_says() {
    let definition = load(&folder().join("directory-query-only.json"));
    for (body, words) in [
        (json!({"error": "invalid_grant", "error_description": "The code is used up"}), "The code is used up"),
        (json!({"error": {"message": "The code is used up", "code": 7}}), "The code is used up"),
        (json!({"error": "invalid_grant"}), "invalid_grant"),
        (json!({}), "no reason given"),
    ] {
        let (conversion, app_definition, _) = converted(&definition, CodeIn::Query);
        let files = conversion.files.iter().map(|(path, text)| format!("--- {path}\n{text}")).collect::<String>();
        let refusing = Arc::new(Mutex::new(false));
        let (refuses, refusal) = (Arc::clone(&refusing), body.clone());
        let clock = VirtualClock::new(1_700_000_000_000);
        let runner = Runner::new(Arc::new(move |request: &Request| {
            let refuses = *refuses.lock().unwrap();
            Ok(if refuses { Response::json(400, &refusal) } else { Response::json(200, &answer(request, 1)) })
        }))
        .with_clock(Arc::new(clock.clone()));
        let connect = async |name: &str| {
            let target = Target { name: Some(name.to_owned()), ..Target::default() };
            let inputs = Inputs { parameters: answers(&app_definition), ..Inputs::default() };
            runner.connect(&app_definition, &target, &inputs, &browser()).await
        };
        let report = connect("mine").await;
        assert_eq!(report.outcome, Outcome::Connected, "{report:?}\n{files}");
        *refusing.lock().unwrap() = true;
        let message = connect("other").await.error.unwrap().message;
        assert!(message.contains(words) && !message.contains("{object}"), "{body}: {message}\n{files}");
        clock.advance(60_001);
        let message = runner.refresh(&app_definition, "mine", false).await.error.unwrap().message;
        assert!(message.contains(words) && !message.contains("{object}"), "{body}: {message}\n{files}");
    }
}

#[test]
fn what_cannot_be_converted_names_what_is_missing() {
    let text = r#"{"oauth": {"authenticate_url": "https://a.test"}, "execute": []}"#;
    let definition = connspec_spec::layout::load_text("m.json", text, &LoadOptions::default()).unwrap().definition;
    let root = definition.parts.communication.node.as_ref().unwrap();
    let options = ConvertOptions { name: "x".to_owned(), code_in: CodeIn::Query };
    let missing = convert(definition.manifest().unwrap(), root, &options).unwrap_err();
    assert_eq!(missing.text, "`oauth` lacks `access_token`");
    assert_eq!(definition.sources.slice(missing.place.unwrap()), "\"oauth\"");
}

#[tokio::test]
async fn real_manifests_with_oauth_become_apps() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus/chiefonboarding");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: no corpus at {}", folder.display());
        return;
    };
    let (mut whole, mut clean, mut incomplete) = (0, 0, 0);
    let mut look = async |definition: Definition, shown: &str| {
        let Some(manifest) = definition.manifest().filter(|manifest| manifest.oauth.is_some()) else {
            return;
        };
        let oauth = &manifest.oauth.as_ref().unwrap().value;
        if oauth.authenticate_url.is_some() && oauth.access_token.is_some() {
            // What the manifest itself is at fault in is carried over; nothing else may be found.
            let (.., app) = converted(&definition, CodeIn::Query);
            let found = mistakes(&app);
            let codes: Vec<&str> = found.iter().map(|line| &line[..6]).collect();
            let at_fault = ["CS0205", "CS0301", "CS0307", "CS0519"];
            assert!(codes.iter().all(|code| at_fault.contains(code)), "{shown}: {found:#?}");
            clean += usize::from(codes.is_empty());
            compare(&definition, shown, &codes).await;
            whole += 1;
        } else {
            let root = definition.parts.communication.node.as_ref().unwrap();
            let options = ConvertOptions { name: "x".to_owned(), code_in: CodeIn::Query };
            let missing = convert(manifest, root, &options).unwrap_err();
            assert!(missing.text.contains("lacks `"), "{shown}: {}", missing.text);
            incomplete += 1;
        }
    };
    for entry in entries {
        let path = entry.unwrap().path();
        look(load(&path), &path.display().to_string()).await;
        // A fragment that is the inside of an object, as documentation shows them.
        let text = std::fs::read_to_string(&path).unwrap();
        if text.starts_with('"') {
            let text = format!("{{{}, \"execute\": []}}", text.trim().trim_end_matches(','));
            let loaded = connspec_spec::layout::load_text("fragment.json", &text, &LoadOptions::default());
            look(loaded.unwrap().definition, &path.display().to_string()).await;
        }
    }
    eprintln!(
        "{whole} real manifests became apps that send the same, {clean} of them check clean without a comment, {incomplete} say \
         what they lack"
    );
    assert!(whole > 0 && incomplete > 0);
}
