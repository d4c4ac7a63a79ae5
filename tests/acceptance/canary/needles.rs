//! Values that are easily recognised wherever they turn up, and the search for them.

use std::path::{Path, PathBuf};

/// A secret: letters and digits that nothing escapes, at both ends of characters that everything escapes.
#[derive(Clone, Copy)]
pub struct Canary {
    /// What it is called where it is found.
    pub name: &'static str,
    core: &'static str,
}

pub const CLIENT_SECRET: Canary = Canary { name: "client secret", core: "QzClientSecretZq71" };
pub const PHRASE: Canary = Canary { name: "password field", core: "QzPasswordFieldZq72" };
pub const COMMON: Canary = Canary { name: "common data", core: "QzCommonDataZq73" };
pub const CODE: Canary = Canary { name: "code", core: "QzCallbackCodeZq74" };
pub const ACCESS_TOKEN: Canary = Canary { name: "access token", core: "QzAccessTokenZq75" };
pub const REFRESH_TOKEN: Canary = Canary { name: "refresh token", core: "QzRefreshTokenZq76" };
pub const RENEWED_TOKEN: Canary = Canary { name: "renewed access token", core: "QzRenewedTokenZq77" };
pub const ELSEWHERE: Canary = Canary { name: "password outside the definition", core: "QzElsewhereZq78" };

const ALL: [Canary; 8] = [CLIENT_SECRET, PHRASE, COMMON, CODE, ACCESS_TOKEN, REFRESH_TOKEN, RENEWED_TOKEN, ELSEWHERE];

impl Canary {
    /// The secret itself.
    pub fn value(self) -> String {
        format!("{0}\"a/+ é=%41\\b&<{0}", self.core)
    }

    /// A secret without blanks and quotes, where only such a one can stand.
    pub fn plain(self) -> String {
        self.core.to_owned()
    }

    /// Whether any part of the secret stands in `text`: as it is, behind URL or JSON escapes (which leave letters
    /// and digits alone), or in Base64, wherever in a longer value it begins.
    fn stands_in(self, text: &str) -> bool {
        text.contains(self.core) || (0..3).any(|before| text.contains(&inside_base64(self.core, before)))
    }
}

/// The characters of Base64 (RFC 4648 §4) that `core` alone decides, when `before` bytes of a group precede it.
fn inside_base64(core: &str, before: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let whole = core.as_bytes().get((3 - before) % 3..).unwrap_or_default();
    let groups = whole.chunks_exact(3).flat_map(|group| {
        let bits = usize::from(group[0]) << 16 | usize::from(group[1]) << 8 | usize::from(group[2]);
        [18, 12, 6, 0].map(|shift| char::from(ALPHABET[bits >> shift & 63]))
    });
    groups.collect()
}

/// Everywhere a run left something, and the secrets found there.
#[derive(Default)]
pub struct Leaks(Vec<String>);

impl Leaks {
    /// Looks for every canary, and for `others`, in what is called `place`.
    pub fn search(&mut self, place: &str, text: &str, others: &[String]) {
        let names = ALL.into_iter().filter(|canary| canary.stands_in(text)).map(|canary| canary.name);
        let others = others.iter().filter(|other| text.contains(other.as_str())).map(|_| "verifier");
        self.0.extend(names.chain(others).map(|name| format!("{name} in {place}:\n{}", around(text))));
    }

    /// Looks through every file below `folder` but those a person wrote.
    pub fn search_files(&mut self, place: &str, folder: &Path, written: &[PathBuf]) {
        for path in files(folder).into_iter().filter(|path| !written.contains(path)) {
            let text = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
            self.search(&format!("{place}, {}", path.display()), &text, &[]);
        }
    }

    /// Fails with everything that was found.
    #[track_caller]
    pub fn none(self) {
        assert!(self.0.is_empty(), "{} leaks:\n\n{}", self.0.len(), self.0.join("\n\n"));
    }
}

/// The text up to 200 characters before and after the first core that is there as it is.
fn around(text: &str) -> String {
    let at = ALL.iter().filter_map(|canary| text.find(canary.core)).min().unwrap_or(0);
    let before = text[..at].chars().rev().take(200).collect::<Vec<_>>();
    before.into_iter().rev().chain(text[at..].chars().take(200)).collect()
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn a_canary_is_found_in_every_form() {
    use base64::Engine as _;
    let value = CODE.value();
    let engine = base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let forms = [
        value.clone(),
        serde_json::to_string(&value).unwrap(),
        url::form_urlencoded::byte_serialize(value.as_bytes()).collect(),
        engine.encode(&value),
        engine.encode(format!("a{value}")),
        engine.encode(format!("id:{value}")),
    ];
    for form in forms {
        assert!(CODE.stands_in(&form), "{form}");
        assert!(!CLIENT_SECRET.stands_in(&form), "{form}");
    }
}
