//! A folder of one's own for each test, the binary run in it, a served Academy, and a person who consents.

use std::io::{BufRead, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};

use connspec_exchange::{Live, Request, Transport};
use connspec_provider::academy::{self, Decision, Person};
use serde_json::Value;
use tempfile::TempDir;

/// The origin the bundled definitions believe the Academy to be at.
pub const ACADEMY: &str = "https://app-academy.make.com";

/// A folder that holds everything a run may leave behind.
pub struct Sandbox {
    folder: TempDir,
}

/// What a run printed and how it ended.
pub struct Ran {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

impl Ran {
    /// The exit code.
    pub fn code(&self) -> i32 {
        self.status.code().unwrap_or(-1)
    }

    /// Fails with everything printed unless the exit code is `code`.
    #[track_caller]
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code(), code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }

    /// stdout as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}:\n{}\n{}", self.stdout, self.stderr))
    }

    /// The same without what stands before the JSON object on stdout.
    pub fn json_only(mut self) -> Self {
        let begins = self.stdout.find('{').unwrap_or_default();
        self.stdout.drain(..begins);
        self
    }

    /// Fails if any of these texts was printed.
    #[track_caller]
    pub fn hides(self, secrets: &[&str]) -> Self {
        for secret in secrets {
            assert!(!self.stdout.contains(secret), "`{secret}` in stdout:\n{}", self.stdout);
            assert!(!self.stderr.contains(secret), "`{secret}` in stderr:\n{}", self.stderr);
        }
        self
    }
}

impl Sandbox {
    pub fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    /// A path inside.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A file inside, written.
    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    /// The binary, with nothing of the machine's own settings.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.in_sandbox(Command::new(env!("CARGO_BIN_EXE_connspec")));
        command.args(arguments);
        command
    }

    fn in_sandbox(&self, mut command: Command) -> Command {
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        for name in [
            "CONNSPEC_STORE",
            "CONNSPEC_KEY",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "ALL_PROXY",
            "http_proxy",
            "https_proxy",
            "all_proxy",
        ] {
            command.env_remove(name);
        }
        command.env("XDG_DATA_HOME", self.path("data")).env("NO_COLOR", "1");
        command
    }

    /// Runs it to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        ran(self.command(arguments).output().unwrap())
    }

    /// Runs it to its end with something on stdin.
    pub fn run_with_input(&self, arguments: &[&str], input: impl AsRef<[u8]>) -> Ran {
        use std::io::Write;
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.as_ref().to_owned();
        let writer = std::thread::spawn(move || {
            // A run that ends early closes its stdin; that is its right.
            let _ = stdin.write_all(&input);
        });
        let ran = ran(child.wait_with_output().unwrap());
        writer.join().unwrap();
        ran
    }

    /// Runs it in a terminal of its own, which the program `script` gives it; types a line each time it is ready to read
    /// one, and gives what the terminal showed.
    #[cfg(target_os = "linux")]
    pub fn run_in_terminal(&self, arguments: &str, lines: &[&str]) -> String {
        use std::io::Write;
        // Asks the terminal for bracketed paste: once for every line, when it listens.
        const LISTENS: &str = "\u{1b}[?2004h";
        let told = self.command(&[]);
        let mut command = Command::new("script");
        command.args(["-qec", &format!("{} {arguments}", env!("CARGO_BIN_EXE_connspec")), "/dev/null"]);
        command.current_dir(self.folder.path()).env("TERM", "xterm");
        command.envs(told.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut stdin, mut stdout) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let (mut shown, mut buffer) = (Vec::new(), [0; 4096]);
        for (number, line) in lines.iter().enumerate() {
            while String::from_utf8_lossy(&shown).matches(LISTENS).count() <= number {
                let count = stdout.read(&mut buffer).unwrap();
                assert!(count > 0, "it ended before line {number}: {}", String::from_utf8_lossy(&shown));
                shown.extend(&buffer[..count]);
            }
            stdin.write_all(line.as_bytes()).unwrap();
        }
        stdout.read_to_end(&mut shown).unwrap();
        child.wait().unwrap();
        String::from_utf8(shown).unwrap()
    }

    /// Serves the Academy, with further arguments of `serve`.
    pub fn academy(&self, arguments: &[&str]) -> Served {
        self.serve("academy-v2", ACADEMY, arguments)
    }

    /// Serves Acme, which the bundled patterns connect with.
    pub fn acme(&self) -> Served {
        self.serve("acme", connspec_provider::acme::ORIGIN, &[])
    }

    /// Serves Acme under another origin than its own.
    pub fn acme_as(&self, origin: &'static str) -> Served {
        self.serve("acme", origin, &["--origin", origin])
    }

    fn serve(&self, provider: &str, origin: &'static str, arguments: &[&str]) -> Served {
        let mut all = vec!["serve", provider];
        all.extend(arguments);
        let mut child = self.command(&all).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().to_owned();
        assert!(url.starts_with("http://127.0.0.1:"), "serve printed `{line}`");
        Served { child, url, origin }
    }

    /// Starts `connect` (or `reauthorize`, …) and waits for the address it prints.
    pub fn start(&self, arguments: &[&str]) -> Waiting {
        Self::start_command(self.command(arguments))
    }

    /// As [`Sandbox::start`], through the test `between` of this program, which notes its findings at `notes`.
    pub fn start_between(&self, between: &str, notes: &std::path::Path, arguments: &[&str]) -> Waiting {
        Self::start_command(self.command_between(between, notes, arguments))
    }

    /// The program with `arguments`, run by the test `between` of this program, which notes its findings at `notes`.
    pub fn command_between(&self, between: &str, notes: &std::path::Path, arguments: &[&str]) -> Command {
        let mut command = self.in_sandbox(Command::new(std::env::current_exe().unwrap()));
        command.args(["--exact", between, "--ignored", "--nocapture", "--quiet"]);
        command.env("GO_BETWEEN", serde_json::json!(arguments).to_string()).env("GO_BETWEEN_NOTES", notes);
        command
    }

    fn start_command(mut command: Command) -> Waiting {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut before = String::new();
        let url = loop {
            let mut line = String::new();
            if stderr.read_line(&mut line).unwrap() == 0 {
                let mut stdout = String::new();
                child.stdout.take().unwrap().read_to_string(&mut stdout).unwrap();
                panic!("no address was printed; stdout:\n{stdout}\nstderr:\n{before}");
            }
            before.push_str(&line);
            if let Some(url) = line.trim().strip_prefix("Open: ") {
                break url.to_owned();
            }
        };
        Waiting { child, stderr, before, url }
    }

    /// Connects `academy-v2` as Jane Black, saved under `name`.
    pub fn connected(&self, served: &Served, name: &str) -> Ran {
        let map = served.map();
        let waiting = self.start(&["connect", "academy-v2", "--no-browser", "--name", name, "--map-origin", &map]);
        waiting.consent(Person::JaneBlack, Decision::Allow);
        waiting.finish()
    }
}

fn ran(output: std::process::Output) -> Ran {
    Ran {
        status: output.status,
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A provider that is being served; it ends with the test.
pub struct Served {
    child: Child,
    pub url: String,
    origin: &'static str,
}

impl Served {
    /// The value of `--map-origin`.
    pub fn map(&self) -> String {
        format!("{}={}", self.origin, self.url)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A run that waits for a browser.
pub struct Waiting {
    child: Child,
    stderr: BufReader<ChildStderr>,
    before: String,
    /// The address it printed.
    pub url: String,
}

impl Waiting {
    /// Answers the consent page as a person would, and follows the browser back.
    pub fn consent(&self, person: Person, decision: Decision) -> String {
        let live = Live::new();
        let back = block_on(academy::consent(&live, &self.url, person, decision)).unwrap();
        self.visit(&back)
    }

    /// Answers the consent page as the person with this identifier would, and follows the browser back.
    pub fn consent_as(&self, person: &str, allow: bool) -> String {
        let live = Live::new();
        let back = block_on(connspec_provider::consent::answer(&live, &self.url, Some(person), allow)).unwrap();
        self.visit(&back)
    }

    /// Opens an address as a browser does, and gives the page.
    pub fn visit(&self, url: &str) -> String {
        let live = Live::new();
        let page = block_on(live.send(&Request::get(url))).unwrap();
        String::from_utf8(page.body).unwrap()
    }

    /// The address the browser would come back to, from the one it was sent to.
    pub fn redirect_uri(&self) -> String {
        let url = url::Url::parse(&self.url).unwrap();
        url.query_pairs().find(|(name, _)| name == "redirect_uri").unwrap().1.into_owned()
    }

    /// Waits for the end.
    pub fn finish(mut self) -> Ran {
        let mut rest = String::new();
        let mut stdout = String::new();
        let mut out = self.child.stdout.take().unwrap();
        let reader = std::thread::spawn(move || {
            out.read_to_string(&mut stdout).unwrap();
            stdout
        });
        self.stderr.read_to_string(&mut rest).unwrap();
        let status = self.child.wait().unwrap();
        Ran { status, stdout: reader.join().unwrap(), stderr: self.before + &rest }
    }

    /// Sends it a signal by name: `INT`.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args([format!("-{name}"), self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }
}

/// Runs a future on a runtime of its own.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
