//! What a project wants to be told: the table `[check]` of `connspec.toml`.
//!
//! ```toml
//! [check]
//! select = ["CS02", "json-syntax"]       # only these; codes, rules, or the beginning of codes
//! ignore = ["scope-not-described"]       # never these
//!
//! [check.severity]
//! http-scheme = "error"                  # error, warning, info, off
//!
//! [check.paths."connections/legacy/**"]  # the same for some files, by their path within the app
//! ignore = ["CS0204"]
//! ```

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use connspec_diagnostics::{Diagnostic, Position, Severity, Source};
use connspec_spec::{App, Files, Layout};
use serde::Deserialize;
use toml::Spanned;

use crate::known::{hint, is_known};

/// The file's name.
const FILE: &str = "connspec.toml";

/// Which findings are shown, and how bad they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Only these codes or rules, or codes that begin so; all when empty.
    pub select: Vec<String>,
    /// Never these.
    pub ignore: Vec<String>,
    /// Another severity than the rule's own; a whole code or rule wins over the beginning of one.
    pub severity: BTreeMap<String, Level>,
    /// The same for files whose path within the app fits a pattern: `*` within a folder, `**` across folders.
    pub paths: BTreeMap<String, PathOptions>,
}

/// What holds for some files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PathOptions {
    /// Never these codes or rules.
    pub ignore: Vec<String>,
    /// Another severity.
    pub severity: BTreeMap<String, Level>,
}

/// A severity, or none at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not reported.
    Off,
    /// Advice.
    Info,
    /// It works sometimes.
    Warning,
    /// It cannot work.
    Error,
}

impl Level {
    fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Info => Some(Severity::Info),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

/// Why a `[check]` table is refused. The message names the file and says what would have been accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OptionsError(String);

/// The file as it is written: what names a rule knows where it stands.
#[derive(Deserialize)]
struct Document {
    #[serde(default)]
    check: Written,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Written {
    select: Vec<Spanned<String>>,
    ignore: Vec<Spanned<String>>,
    severity: BTreeMap<Spanned<String>, Level>,
    paths: BTreeMap<String, WrittenPath>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WrittenPath {
    ignore: Vec<Spanned<String>>,
    severity: BTreeMap<Spanned<String>, Level>,
}

impl Written {
    fn names(&self) -> impl Iterator<Item = &Spanned<String>> {
        let of_paths = self.paths.values().flat_map(|path| path.ignore.iter().chain(path.severity.keys()));
        self.select.iter().chain(&self.ignore).chain(self.severity.keys()).chain(of_paths)
    }

    fn options(self) -> Options {
        let list = |names: Vec<Spanned<String>>| names.into_iter().map(Spanned::into_inner).collect();
        let levels = |levels: BTreeMap<Spanned<String>, Level>| {
            levels.into_iter().map(|(name, level)| (name.into_inner(), level)).collect()
        };
        let of_path = |path: WrittenPath| PathOptions { ignore: list(path.ignore), severity: levels(path.severity) };
        let paths = self.paths.into_iter().map(|(pattern, path)| (pattern, of_path(path)));
        Options {
            select: list(self.select),
            ignore: list(self.ignore),
            severity: levels(self.severity),
            paths: paths.collect(),
        }
    }
}

impl Options {
    /// Reads the `[check]` table of a `connspec.toml`; which tables there are is judged by `connspec-spec`. `path` is for messages.
    ///
    /// # Errors
    /// When the text is not TOML, or the table has keys, severities, codes or rules that do not exist.
    pub fn from_toml(path: &str, text: &str) -> Result<Self, OptionsError> {
        let at = |span: Option<std::ops::Range<usize>>| {
            let Some(span) = span else { return path.to_owned() };
            let Position { line, column } = Source::new(path, text).position(span.start as u32);
            format!("{path}:{line}:{column}")
        };
        let document: Document =
            toml::from_str(text).map_err(|error| OptionsError(format!("{}: {}", at(error.span()), error.message())))?;
        if let Some(unknown) = document.check.names().find(|name| !is_known(name.get_ref())) {
            let (place, name) = (at(Some(unknown.span())), unknown.get_ref());
            return Err(OptionsError(format!("{place}: `{name}` is no code or rule; {}", hint(name))));
        }
        Ok(document.check.options())
    }

    /// The options an app's own `connspec.toml` asks for; the defaults where there is none.
    ///
    /// # Errors
    /// When the file is there and cannot be read, or as [`Options::from_toml`].
    pub fn of_app(files: &dyn Files, app: &App) -> Result<Self, OptionsError> {
        let path = folder(app).join(FILE);
        let shown = || path.display().to_string();
        match files.read(&path) {
            Ok(bytes) => {
                let shown = shown();
                let text = String::from_utf8(bytes).map_err(|_| OptionsError(format!("{shown} is not UTF-8")))?;
                Self::from_toml(&shown, &text)
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(OptionsError(format!("{} cannot be read: {error}", shown()))),
        }
    }

    /// The finding as it is to be reported; none when it is not.
    pub(crate) fn apply(&self, app: &App, mut finding: Diagnostic) -> Option<Diagnostic> {
        let path = finding.place.map(|place| app.sources.get(place.source).name()).unwrap_or_default();
        let path = Path::new(path).strip_prefix(folder(app)).unwrap_or(Path::new(path)).display().to_string();
        let path = path.replace('\\', "/");
        let of_path: Vec<&PathOptions> = self
            .paths
            .iter()
            .filter(|(pattern, _)| fits(pattern.as_bytes(), path.as_bytes()))
            .map(|(_, of)| of)
            .collect();
        let named = |list: &[String]| list.iter().any(|name| names(name, &finding));
        let is_selected = self.select.is_empty() || named(&self.select);
        if !is_selected || named(&self.ignore) || of_path.iter().any(|of| named(&of.ignore)) {
            return None;
        }
        let levels = of_path.iter().map(|of| &of.severity).chain([&self.severity]);
        if let Some(level) = levels.filter_map(|levels| level_of(levels, &finding)).next() {
            finding.severity = level.severity()?;
        }
        Some(finding)
    }
}

/// The level for a finding: by its code or rule, else by the longest beginning of its code.
fn level_of(levels: &BTreeMap<String, Level>, finding: &Diagnostic) -> Option<Level> {
    let fitting = levels.iter().filter(|(name, _)| names(name, finding));
    let exactness = |name: &str| if name == finding.rule { usize::MAX } else { name.len() };
    fitting.max_by_key(|(name, _)| exactness(name)).map(|(_, level)| *level)
}

/// Whether a name means the finding: its rule, its code, or the beginning of its code.
pub fn names(name: &str, finding: &Diagnostic) -> bool {
    let begins = finding.code.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    name == finding.rule || (begins && !name.is_empty())
}

fn folder(app: &App) -> &Path {
    match app.layout {
        Layout::SingleFile | Layout::Bundle | Layout::Manifest => app.root.parent().unwrap_or(Path::new("")),
        _ => &app.root,
    }
}

/// Whether a path fits a pattern: `?` is one character, `*` any number of them, both without `/`; `**` anything, and
/// `**/` any number of folders.
///
/// All ways to fit are followed at once, so that the time grows with pattern times path and no faster.
fn fits(pattern: &[u8], path: &[u8]) -> bool {
    // `reached[at]`: the pattern so far fits the first `at` bytes.
    let mut reached = vec![false; path.len() + 1];
    reached[0] = true;
    let mut rest = pattern;
    while let Some(first) = rest.first() {
        let before = reached.clone();
        let folders = rest.starts_with(b"**/");
        let across = rest.starts_with(b"**");
        let mut open = false;
        for at in 0..=path.len() {
            let last = at.checked_sub(1).map(|last| path[last]);
            open |= before[at];
            reached[at] = match first {
                b'*' if folders => before[at] || (open && last == Some(b'/')),
                b'*' if across => open,
                b'*' => {
                    open = before[at] || (open && last != Some(b'/'));
                    open
                }
                b'?' => at > 0 && before[at - 1] && last != Some(b'/'),
                byte => at > 0 && before[at - 1] && last == Some(*byte),
            };
        }
        rest = &rest[if folders { 3 } else { 1 + usize::from(across) }..];
    }
    reached[path.len()]
}

#[cfg(test)]
mod tests {
    use connspec_spec::layout::{Memory, load_app_from};

    use super::*;
    use crate::check_with;

    /// Codes and severities found in an app with two connections over plain HTTP, under these options.
    fn found(table: &str) -> Vec<String> {
        let request = r#"{ "url": "http://api.acme.test/me", "timeout": 0 }"#;
        let files = Memory::from([
            ("app/connections/a/api.imljson", request),
            ("app/connections/b/api.imljson", request),
            ("app/connspec.toml", table),
        ]);
        let app = load_app_from(&files, "app").unwrap();
        let options = Options::of_app(&files, &app).unwrap();
        let found = check_with(&app, &options);
        let ours = found.iter().filter(|finding| ["CS0204", "CS0225"].contains(&finding.code));
        ours.map(|finding| {
            let path = app.sources.get(finding.place.unwrap().source).name();
            format!("{} {} {}", &path[16..17], finding.code, finding.severity)
        })
        .collect()
    }

    #[test]
    fn findings_are_chosen_and_weighed() {
        let all = ["a CS0204 warning", "a CS0225 warning", "b CS0204 warning", "b CS0225 warning"];
        assert_eq!(found(""), all);
        assert_eq!(found("[check]\nselect = [\"cs02\"]"), all);
        assert_eq!(found("[check]\nselect = [\"CS0204\"]"), [all[0], all[2]]);
        assert_eq!(found("[check]\nignore = [\"http-scheme\"]"), [all[1], all[3]]);
        assert_eq!(found("[check]\nselect = [\"CS02\"]\nignore = [\"CS0225\"]"), [all[0], all[2]]);
        let weighed = found("[check.severity]\nCS02 = \"off\"\nhttp-scheme = \"error\"\nCS0204 = \"info\"");
        assert_eq!(weighed, ["a CS0204 error", "b CS0204 error"]);
    }

    #[test]
    fn paths_have_options_of_their_own() {
        assert_eq!(
            found("[check]\nignore = [\"CS0225\"]\n[check.paths.\"connections/a/*\"]\nignore = [\"CS0204\"]"),
            ["b CS0204 warning"]
        );
        assert_eq!(
            found(
                "[check.severity]\nCS0225 = \"off\"\n[check.paths.\"**/b/**\"]\nseverity = { http-scheme = \"info\" }"
            ),
            ["a CS0204 warning", "b CS0204 info"]
        );
    }

    #[test]
    fn patterns_fit_paths() {
        for (pattern, path, fit) in [
            ("*.json", "a.json", true),
            ("*.json", "b/a.json", false),
            ("**/*.json", "a.json", true),
            ("**/*.json", "b/c/a.json", true),
            ("b/**", "b/c/a.json", true),
            ("b/?/a.json", "b/c/a.json", true),
            ("b/?/a.json", "b/cc/a.json", false),
            ("", "a", false),
            ("**/b/**", "a/b/c", true),
            ("**/b/**", "ab/c", false),
            ("a/*/c", "a//c", true),
            ("a*c", "a/c", false),
            (&"**a".repeat(30), &"a".repeat(200), true),
            (&"**b".repeat(30), &"a".repeat(200), false),
        ] {
            assert_eq!(fits(pattern.as_bytes(), path.as_bytes()), fit, "{pattern} {path}");
        }
    }

    #[test]
    fn an_unknown_name_is_told_where_it_stands() {
        for (text, told) in [
            ("[check]\nselect = [\"CS02\", \"CS0999\"]", "2:19: `CS0999`"),
            ("\u{feff}[check]\n# é\nignore = [\n  \"é\", 'http-schema']\n", "4:3: `é`"),
            ("check.ignore = ['é😀']", "1:17: `é😀`"),
            ("[check.severity]\nhttp-scheme = \"off\"\nhttp-schema = \"error\"", "3:1: `http-schema`"),
            ("[check.paths.\"a/**\"]\nignore = [\"x\"]", "2:11: `x`"),
            ("[check.paths.\"a/**\"]\nseverity = { \"x\" = \"off\" }", "2:14: `x`"),
        ] {
            let refused = Options::from_toml("app/connspec.toml", text).unwrap_err().to_string();
            assert!(refused.starts_with(&format!("app/connspec.toml:{told} is no code or rule; ")), "{refused}");
        }
    }

    #[test]
    fn a_wrong_table_is_refused_with_a_hint() {
        let refused = |text: &str| Options::from_toml("connspec.toml", text).unwrap_err().to_string();
        assert!(refused("[check]\nignore = [\"http-schema\"]").contains("did you mean `http-scheme`?"));
        assert!(refused("[check.severity]\nCS0204 = \"fatal\"").contains("connspec.toml:2:10: "));
        assert!(refused("[check]\nignored = []").contains("ignored"));
        assert!(Options::from_toml("x", "[compat]\nqsPolicy = \"merge\"").unwrap() == Options::default());
    }
}
