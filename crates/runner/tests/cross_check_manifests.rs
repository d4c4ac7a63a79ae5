//! Requests of integration manifests, equal to what Python's `requests` sends for the same manifest with Django's
//! templates (`tests/cross-check/manifest.py`).
//!
//! Skipped unless `CONNSPEC_CROSS_CHECK=1`; needs python3, into whose own environment the test installs what
//! `manifest-requirements.txt` names. The manifests are the same in every run; `CONNSPEC_CROSS_CHECK_SEED=7` makes others.
#![allow(clippy::disallowed_methods, reason = "a test is asked for, and given its seed, by the environment")]
#![allow(clippy::print_stderr, reason = "a test tells what it did")]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};

use connspec_exchange::{Request, Response, VirtualClock};
use connspec_runner::callback::{CallbackQuery, Programmatic};
use connspec_runner::{Inputs, ManifestRun, Redirects, Runner, Target};
use connspec_spec::layout::{LoadOptions, load_text};
use serde_json::{Map, Value, json};

const REDIRECT: &str = "http://127.0.0.1:50123/oauth/cb/app";
const MANIFESTS: usize = 120;
const RUNS: usize = 80;

#[test]
fn requests_are_those_of_python_s_requests() {
    if std::env::var_os("CONNSPEC_CROSS_CHECK").is_none_or(|value| value != "1") {
        eprintln!("skipped: set CONNSPEC_CROSS_CHECK=1 to compare with Django and requests");
        return;
    }
    let seed = std::env::var("CONNSPEC_CROSS_CHECK_SEED")
        .map_or(0x5eed, |seed| seed.parse().expect("CONNSPEC_CROSS_CHECK_SEED is a number"));
    let mut chance = Chance(seed);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut questions = Vec::new();
    let mut ours = Vec::new();
    for _ in 0..MANIFESTS {
        let (manifest, answers) = (chance.manifest(), chance.answers());
        let code = chance.one(&["c0de", "4/0AbC-d_e", "a.b~c", "x%2Fy", "p:q;r"]).to_owned();
        let sent = runtime.block_on(run(&manifest, &answers, &code));
        let mut context = Value::Object(answers);
        context["redirect_url"] = REDIRECT.into();
        let question = |name: &str, context: &Value, code: Option<&str>| json!({"item": manifest["oauth"][name], "headers": manifest["headers"], "context": context, "code": code});
        questions.push(question("access_token", &context, Some(&code)));
        context["oauth"] = tokens();
        questions.push(question("refresh", &context, None));
        assert_eq!(sent.len(), 2, "{manifest}");
        ours.extend(sent);
    }
    let oauth = ours.len();
    for _ in 0..RUNS {
        let (manifest, answers) = (chance.runnable(), chance.answers());
        let sent = runtime.block_on(execute(&manifest, &answers));
        let items = manifest["execute"].as_array().unwrap();
        assert_eq!(sent.len(), items.len(), "{manifest}");
        let mut responses = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let mut context = person();
            context.extend(answers.clone());
            context.insert("redirect_url".to_owned(), REDIRECT.into());
            context.insert("responses".to_owned(), responses.clone().into());
            if index > 0 {
                context.insert("STORED".to_owned(), tokens()["refresh_token"].clone());
            }
            let files = json!({"kept.json": tokens().to_string()});
            questions.push(json!({"item": item, "headers": manifest["headers"], "context": context, "files": files}));
            responses.push(tokens());
        }
        ours.extend(sent);
    }
    let theirs = ask(&questions);
    let mut differences = Vec::new();
    for ((question, ours), theirs) in questions.iter().zip(&ours).zip(&theirs) {
        let ours = told(ours);
        if ours != *theirs {
            differences.push(format!("{question}\n  ours:   {ours}\n  theirs: {theirs}"));
        }
    }
    let count = ours.len();
    assert!(count >= 100 && theirs.len() == count, "{} of {count} answered", theirs.len());
    let shown: Vec<_> = differences.iter().take(5).cloned().collect();
    assert!(differences.is_empty(), "{} of {count} requests differ:\n{}", differences.len(), shown.join("\n"));
    let run = count - oauth;
    eprintln!(
        "{count} requests of {} manifests equal to those of Python's requests with Django's templates: {oauth} of `oauth`, \
         {run} of `execute`",
        MANIFESTS + RUNS
    );
}

fn tokens() -> Value {
    json!({"access_token": "a'1&<>", "refresh_token": "r/1+\"2", "expires_in": 60, "list": ["x", {"id": 7}]})
}

/// The requests of connect and refresh.
async fn run(manifest: &Value, answers: &Map<String, Value>, code: &str) -> Vec<Request> {
    let definition = load_text("manifest.json", &manifest.to_string(), &LoadOptions::default()).unwrap().definition;
    assert!(definition.findings.is_empty(), "{:?}", definition.findings);
    let clock = VirtualClock::new(1_700_000_000_000);
    let sent: Arc<Mutex<Vec<Request>>> = Arc::default();
    let log = sent.clone();
    let runner = Runner::new(Arc::new(move |request: &Request| {
        log.lock().unwrap().push(request.clone());
        Ok(Response::json(200, &tokens()))
    }))
    .with_clock(Arc::new(clock.clone()));
    let query = format!("code={}", url::form_urlencoded::byte_serialize(code.as_bytes()).collect::<String>());
    let browser = Programmatic::new(Some(REDIRECT.to_owned()), move |url| {
        let state = url.rsplit("state=").next().unwrap_or_default().to_owned();
        Box::pin(std::future::ready(Some(CallbackQuery::parse(&format!("{query}&state={state}")))))
    });
    let target = Target { name: Some("mine".to_owned()), ..Target::default() };
    let inputs = Inputs { parameters: answers.clone(), ..Inputs::default() };
    let report = runner.connect(&definition, &target, &inputs, &browser).await;
    assert!(report.succeeded(), "{manifest}: {}", report.error.map(|error| error.message).unwrap_or_default());
    clock.advance(61_000);
    let report = runner.refresh(&definition, "mine", false).await;
    assert!(report.succeeded(), "{manifest}: {}", report.error.map(|error| error.message).unwrap_or_default());
    std::mem::take(&mut *sent.lock().unwrap())
}

/// The fields of the person who is given access.
fn person() -> Map<String, Value> {
    json!({"email": "o'brien@x.test", "first_name": "Séan", "position": "R&D <lead>"}).as_object().cloned().unwrap()
}

/// The requests of `execute`.
async fn execute(manifest: &Value, answers: &Map<String, Value>) -> Vec<Request> {
    let definition = load_text("manifest.json", &manifest.to_string(), &LoadOptions::default()).unwrap().definition;
    assert!(definition.findings.is_empty(), "{:?}", definition.findings);
    let sent: Arc<Mutex<Vec<Request>>> = Arc::default();
    let log = sent.clone();
    let runner = Runner::new(Arc::new(move |request: &Request| {
        log.lock().unwrap().push(request.clone());
        Ok(Response::json(200, &tokens()))
    }))
    .with_redirects(Redirects::same(REDIRECT));
    let mut values = person();
    values.extend(answers.clone());
    let report = runner.run_manifest(&definition, &ManifestRun { values, ..ManifestRun::default() }).await;
    assert!(report.succeeded(), "{manifest}: {}", report.error.map(|error| error.message).unwrap_or_default());
    std::mem::take(&mut *sent.lock().unwrap())
}

/// A request as the script tells it. `User-Agent` is each one's own.
fn told(request: &Request) -> Value {
    let headers: Map<String, Value> = request
        .headers
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case("user-agent"))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.into()))
        .collect();
    let told = json!({"method": request.method, "url": request.url, "body": request.text(), "headers": headers});
    // Each one's own, and random; a `Content-Type` of the manifest's own does not name it.
    let boundary = request.text().and_then(|body| Some(body.strip_prefix("--")?.split_once("\r\n")?.0.to_owned()));
    match boundary {
        Some(boundary) => serde_json::from_str(&told.to_string().replace(&boundary, "BOUNDARY")).unwrap(),
        None => told,
    }
}

fn ask(questions: &[Value]) -> Vec<Value> {
    let lines: String = questions.iter().map(|question| format!("{question}\n")).collect();
    let mut process = Command::new(python())
        .arg("manifest.py")
        .current_dir(scripts())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = process.stdin.take().unwrap();
    let writer = std::thread::spawn(move || stdin.write_all(lines.as_bytes()));
    let output = process.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn scripts() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cross-check")
}

/// The Python of an environment that has what `manifest-requirements.txt` names, made when there is none yet.
fn python() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cross-check-manifests");
    let python = folder.join("bin/python");
    let run = |command: &mut Command| assert!(command.status().unwrap().success(), "{command:?}");
    if !python.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder));
    }
    let requirements = scripts().join("manifest-requirements.txt");
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "--requirement"]).arg(requirements));
    python
}

/// A small generator of numbers, the same for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn one<'t>(&mut self, choices: &[&'t str]) -> &'t str {
        choices[self.below(choices.len())]
    }

    /// What the administrator answers.
    fn answers(&mut self) -> Map<String, Value> {
        let texts =
            ["plain", "a&b='c'", "é ü/ö", "q\"uote", "<tag>", "100% +x", "", "back\\slash", "line\nbreak", "😀"];
        let mut answers = Map::new();
        answers.insert("ID".to_owned(), self.one(&["me", "client-1", "a b", "x&y"]).into());
        answers.insert("SECRET".to_owned(), self.one(&texts).into());
        answers.insert("ASCII".to_owned(), self.one(&["s3cret", "a&b", "it's", "x:y"]).into());
        answers
    }

    fn expression(&mut self) -> &'static str {
        self.one(&[
            "{{ ID }}",
            "{{SECRET}}",
            "{{ SECRET|safe }}",
            "{{ SECRET|urlencode }}",
            "{{ SECRET|urlencode:'' }}",
            "{{ redirect_url }}",
            "{{ NOBODY }}",
            "{{ NOBODY|default:'none&all' }}",
            "{{ NOBODY|default:ID }}",
            "{{ oauth.refresh_token }}",
            "{{ oauth.access_token|safe }}",
            "{{ oauth.list.1.id }}",
            "{{ oauth.list }}",
            "{% if SECRET %}{{ ID|upper }}{% elif ID == 'me' %}me{% else %}-{% endif %}",
            "{% if oauth.expires_in > 30 and not NOBODY %}long{% endif %}",
            "{% for x in oauth.list %}{{ forloop.counter }}{{ x }};{% endfor %}",
            "{{ SECRET|length }}{{ SECRET|slice:':2' }}",
            "{{ ASCII|title|cut:'a' }}",
            "plain text",
            "ü&é",
            "{{ responses.0.list.1.id }}{{ STORED }}",
            "{{ STORED|safe }}",
            "{{ email }}|{{ position|urlencode }}",
            "{{ first_name|upper }}{{ responses|length }}",
        ])
    }

    /// A manifest whose `execute` keeps an answer as a file and sends it on.
    fn runnable(&mut self) -> Value {
        let mut items = vec![self.item()];
        items[0]["save_as_file"] = "kept.json".into();
        items[0]["store_data"] = json!({"STORED": "refresh_token"});
        for _ in 0..1 + self.below(3) {
            let mut item = self.item();
            if self.below(2) == 0 {
                // Beside files `requests` takes an object alone.
                let list: Value = (0..self.below(3)).map(|at| json!([at, null, "a\"b"])[at % 3].clone()).collect();
                item["data"] = json!({"id": "{{ ID }}", "n": 1.5, "list": list, "o": {"k": 1}, "b": false, "z": null});
                item["files"] = json!({"file \"1\"": "kept.json", "ü": "kept.json"});
                item.as_object_mut().unwrap().remove("cast_data_to_json");
            }
            items.push(item);
        }
        json!({"headers": {"Accept": "application/json", "X-Key": "{{ ASCII }}"}, "execute": items})
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth > 1 { 5 } else { 8 }) {
            0 => json!(null),
            1 => json!(self.below(2) == 0),
            2 => json!([1, 1.5, 1e20, -3])[self.below(4)].clone(),
            3 | 4 => json!(self.expression()),
            5 => (0..self.below(4)).map(|_| self.value(depth + 1)).collect(),
            6 => json!({ self.expression(): self.value(depth + 1) }),
            _ => json!(format!("{} {}", self.expression(), self.expression())),
        }
    }

    fn item(&mut self) -> Value {
        let query = if self.below(2) == 0 {
            format!("?a={}&b={}", self.expression(), self.expression())
        } else {
            String::new()
        };
        let mut item = json!({"url": format!("https://auth.example.com/token{query}")});
        if self.below(4) > 0 {
            item["method"] = self.one(&["POST", "PUT", "PATCH"]).into();
        }
        if self.below(5) > 0 {
            let mut data = Map::new();
            for name in ["one", "two", "three"].iter().take(self.below(4)) {
                data.insert((*name).to_owned(), self.value(0));
            }
            item["data"] = Value::Object(data);
        }
        if self.below(3) == 0 {
            item["cast_data_to_json"] = (self.below(2) == 0).into();
        }
        if self.below(2) == 0 {
            item["headers"] =
                json!({"Authorization": "Basic {{ ASCII }}:{{ASCII|safe}}", "X-{{ ASCII|slugify }}": "{{ ASCII }}"});
        }
        if self.below(4) == 0 {
            item["headers"]["Content-Type"] = "application/json".into();
        }
        item
    }

    fn manifest(&mut self) -> Value {
        let (access_token, refresh) = (self.item(), self.item());
        json!({
            "headers": {"Accept": "application/json", "X-Key": "{{ ASCII }}"},
            "oauth": {
                "authenticate_url": "https://auth.example.com/authorize?client_id=me&redirect_uri={{ redirect_url }}",
                "access_token": access_token,
                "refresh": refresh
            },
            "execute": []
        })
    }
}
