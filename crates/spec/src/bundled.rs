//! The definitions that come with the program, embedded at compile time from `specs/`.

use std::path::Path;

use connspec_diagnostics::suggest;

use crate::layout::{self, App, LoadError, LoadErrorKind, LoadOptions, Loaded, Memory, load_from};

/// A definition that comes with the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bundled {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in one line.
    pub summary: &'static str,
    /// Its files: path below its folder, and text.
    pub files: &'static [(&'static str, &'static str)],
}

/// Embeds the files of `specs/NAME`: those every definition has, and those of its connection.
macro_rules! bundled {
    ($name:literal, $summary:literal, [$($section:literal),+]) => {
        Bundled {
            name: $name,
            summary: $summary,
            files: &[
                ("README.md", include_str!(concat!("../../../specs/", $name, "/README.md"))),
                ("makecomapp.json", include_str!(concat!("../../../specs/", $name, "/makecomapp.json"))),
                ("general/base.iml.json", include_str!(concat!("../../../specs/", $name, "/general/base.iml.json"))),
                $((
                    concat!("connections/", $name, "/", $name, ".", $section),
                    include_str!(concat!("../../../specs/", $name, "/connections/", $name, "/", $name, ".", $section)),
                )),+
            ],
        }
    };
}

/// Every definition that comes with the program, by name.
pub const ALL: &[Bundled] = &[
    Bundled {
        name: "academy-manifest",
        summary: "Integration manifest (ChiefOnboarding): the Academy, version 2",
        files: &[
            ("README.md", include_str!("../../../specs/academy-manifest/README.md")),
            ("manifest.json", include_str!("../../../specs/academy-manifest/manifest.json")),
        ],
    },
    bundled!(
        "academy-v1",
        "Make's Custom App Academy, version 1: an API key",
        ["communication.iml.json", "params.iml.json"]
    ),
    bundled!(
        "academy-v2",
        "Make's Custom App Academy, version 2: OAuth 2 with refresh tokens",
        [
            "oauth-communication.iml.json",
            "params.iml.json",
            "common.json",
            "default-scope.iml.json",
            "scope-list.iml.json"
        ]
    ),
    bundled!("api-key", "Pattern: an API key in a header", ["communication.iml.json", "params.iml.json"]),
    bundled!("api-key-body", "Pattern: an API key in a body", ["communication.iml.json", "params.iml.json"]),
    bundled!("api-key-query", "Pattern: an API key in the query", ["communication.iml.json", "params.iml.json"]),
    bundled!(
        "basic-auth",
        "Pattern: user name and password with every request",
        ["communication.iml.json", "params.iml.json"]
    ),
    bundled!(
        "basic-list",
        "Pattern: two requests, one after the other, without renewal",
        ["communication.iml.json", "params.iml.json"]
    ),
    bundled!(
        "login-then-token",
        "Pattern: a login of the service's own, renewed when its session ends",
        ["oauth-communication.iml.json", "params.iml.json"]
    ),
    bundled!("oauth1", "Pattern: OAuth 1.0a, signed requests", ["oauth-communication.iml.json", "params.iml.json"]),
    bundled!(
        "oauth2-authorization-code",
        "Pattern: OAuth 2 with a browser, refresh and revocation",
        ["oauth-communication.iml.json", "params.iml.json", "default-scope.iml.json", "scope-list.iml.json"]
    ),
    bundled!(
        "oauth2-client-credentials",
        "Pattern: OAuth 2 without a user",
        ["oauth-communication.iml.json", "params.iml.json", "default-scope.iml.json", "scope-list.iml.json"]
    ),
    bundled!(
        "oauth2-password",
        "Pattern: OAuth 2 with the user's name and password",
        ["oauth-communication.iml.json", "params.iml.json", "default-scope.iml.json", "scope-list.iml.json"]
    ),
    bundled!(
        "oauth2-pkce",
        "Pattern: OAuth 2 with a browser and PKCE, without a client secret",
        ["oauth-communication.iml.json", "params.iml.json", "default-scope.iml.json", "scope-list.iml.json"]
    ),
];

/// Loads what the command line calls SPEC: a path if there is one, else the bundled definition of that name.
///
/// # Errors
/// As [`layout::load`]; when there is neither, the message offers the nearest name.
pub fn open(spec: &str, options: &LoadOptions) -> Result<Loaded, LoadError> {
    match layout::load(spec, options) {
        Err(error) if error.kind == LoadErrorKind::NotFound => match find(spec) {
            Some(found) => load_from(&found.tree(), found.name, options),
            None => Err(neither(spec)),
        },
        loaded => loaded,
    }
}

/// Loads everything of the app that SPEC names, see [`open`].
///
/// # Errors
/// As [`open`].
pub fn open_app(spec: &str) -> Result<App, LoadError> {
    match layout::load_app(spec) {
        Err(error) if error.kind == LoadErrorKind::NotFound => match find(spec) {
            Some(found) => layout::load_app_from(&found.tree(), found.name),
            None => Err(neither(spec)),
        },
        loaded => loaded,
    }
}

fn neither(spec: &str) -> LoadError {
    let nearest = suggest::nearest(spec, ALL.iter().map(|bundled| bundled.name));
    let hint = nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"));
    let message = format!("there is no file or folder `{spec}`, nor a bundled definition of that name{hint}");
    LoadError::new(LoadErrorKind::NotFound, spec, message)
}

/// The bundled definition of this name, loaded.
///
/// # Errors
/// When there is none of this name; the message lists all.
pub fn bundled(name: &str) -> Result<Loaded, LoadError> {
    match find(name) {
        Some(found) => found.load(),
        None => {
            let known: Vec<_> = ALL.iter().map(|bundled| bundled.name).collect();
            let message = format!("there is no bundled definition `{name}`; there are: {}", known.join(", "));
            Err(LoadError::new(LoadErrorKind::NotFound, name, message))
        }
    }
}

/// The bundled definition of this name, with its files.
pub fn find(name: &str) -> Option<&'static Bundled> {
    ALL.iter().find(|bundled| bundled.name == name)
}

impl Bundled {
    /// Its files as a tree below a folder of its name.
    pub fn tree(&self) -> Memory {
        self.files.iter().map(|(path, text)| (Path::new(self.name).join(path), text)).collect()
    }

    /// Loads it.
    ///
    /// # Errors
    /// None in practice: a test loads every one of them.
    pub fn load(&self) -> Result<Loaded, LoadError> {
        load_from(&self.tree(), self.name, &LoadOptions::default())
    }
}
