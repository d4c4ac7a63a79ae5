//! A headless Chromium, driven over WebDriver (W3C Recommendation): the few commands a login needs.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use base64::Engine;
use connspec_exchange::{Live, LiveOptions, ProxySettings, Request, Transport};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::block_on;

/// How WebDriver names the identifier of an element (§12.2).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How long an element may take to appear, in milliseconds; a machine under load is slow.
const PATIENCE: u64 = 60_000;

/// A browser with a profile of its own. It ends with the test.
pub struct Browser {
    driver: Child,
    // Held open, so that the driver may go on printing.
    _output: BufReader<ChildStdout>,
    _profile: TempDir,
    session: String,
}

impl Browser {
    /// Starts chromedriver on a free port, and Chromium with an empty profile.
    pub fn start() -> Self {
        Self::start_with(false)
    }

    /// As [`Browser::start`], for a person who goes on when a certificate is one that nobody has signed.
    pub fn start_trusting() -> Self {
        Self::start_with(true)
    }

    fn start_with(trusting: bool) -> Self {
        let profile = TempDir::new().unwrap();
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("chromedriver can be started (apt-get install chromium chromium-driver)");
        let mut output = BufReader::new(driver.stdout.take().unwrap());
        let port = port(&mut output);
        let data = format!("--user-data-dir={}", profile.path().display());
        let flags = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--no-proxy-server",
            // A page may want fonts or pictures from elsewhere; this machine is all there is.
            "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
            "--window-size=900,900",
            &data,
        ];
        let capabilities = json!({ "alwaysMatch": {
            "goog:chromeOptions": { "args": flags },
            "acceptInsecureCerts": trusting,
            "timeouts": { "implicit": PATIENCE, "pageLoad": PATIENCE },
        }});
        let mut browser =
            Self { driver, _output: output, _profile: profile, session: format!("http://127.0.0.1:{port}/session") };
        let started = browser.command("POST", "", &json!({ "capabilities": capabilities }));
        browser.session = format!("{}/{}", browser.session, started["sessionId"].as_str().unwrap());
        browser
    }

    /// Opens an address.
    pub fn open(&self, url: &str) {
        self.command("POST", "/url", &json!({ "url": url }));
    }

    /// Types into the field that the CSS `selector` finds.
    pub fn fill(&self, selector: &str, text: &str) {
        let element = self.find("css selector", selector);
        self.command("POST", &format!("/element/{element}/value"), &json!({ "text": text }));
    }

    /// Clicks what the CSS `selector` finds.
    pub fn press(&self, selector: &str) {
        let element = self.find("css selector", selector);
        self.command("POST", &format!("/element/{element}/click"), &json!({}));
    }

    /// Waits for a page with this heading and gives all the words on it.
    pub fn page(&self, heading: &str) -> String {
        self.find("xpath", &format!("//h1[normalize-space()=\"{heading}\"]"));
        let body = self.find("css selector", "body");
        let words = self.command("GET", &format!("/element/{body}/text"), &Value::Null);
        self.screenshot(heading);
        words.as_str().unwrap().to_owned()
    }

    /// The address of the page that is shown.
    pub fn url(&self) -> String {
        self.command("GET", "/url", &Value::Null).as_str().unwrap().to_owned()
    }

    fn find(&self, using: &str, value: &str) -> String {
        let found = self.command("POST", "/element", &json!({ "using": using, "value": value }));
        found[ELEMENT].as_str().unwrap().to_owned()
    }

    /// Keeps what is shown as `TEST, HEADING.png` in the folder `CONNSPEC_SCREENSHOTS` names, if it names one.
    fn screenshot(&self, heading: &str) {
        let Some(folder) = std::env::var_os("CONNSPEC_SCREENSHOTS").map(PathBuf::from) else { return };
        let picture = self.command("GET", "/screenshot", &Value::Null);
        let picture = base64::engine::general_purpose::STANDARD.decode(picture.as_str().unwrap()).unwrap();
        let test = std::thread::current().name().unwrap_or("test").replace("::", ", ");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(format!("{test}, {heading}.png")), picture).unwrap();
    }

    /// One command of the protocol (§6): its `value`, or a panic with what the driver says.
    #[track_caller]
    fn command(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.send(method, path, body);
        let value = answer.unwrap_or_else(|why| panic!("{method} {path} {body}: {why}"))["value"].take();
        if let Some(error) = value["error"].as_str() {
            panic!("{method} {path} {body}: {error}: {}", value["message"].as_str().unwrap_or_default());
        }
        value
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let live = Live::with_options(LiveOptions { proxy: ProxySettings::none(), ..LiveOptions::default() });
        let mut request = Request::new(method, format!("{}{path}", self.session));
        if method == "POST" {
            request = request.with_json(body);
        }
        request.options.timeout = std::time::Duration::from_millis(PATIENCE * 2);
        let answer = block_on(live.send(&request)).map_err(|error| error.to_string())?;
        answer.body_json().ok_or_else(|| format!("status {} without JSON", answer.status))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // chromedriver quits Chromium with the session; killed at once it would leave it running.
        let _ = self.send("DELETE", "", &Value::Null);
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// Reads the port from what chromedriver prints when it is ready.
fn port(output: &mut impl BufRead) -> u16 {
    let mut printed = String::new();
    while output.read_line(&mut printed).unwrap() > 0 {
        if let Some((_, rest)) = printed.split_once("started successfully on port ") {
            return rest.trim().trim_end_matches('.').parse().unwrap();
        }
    }
    panic!("chromedriver did not start:\n{printed}");
}
