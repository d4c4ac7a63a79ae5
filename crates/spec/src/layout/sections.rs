//! Which file of a folder is which section of a connection: the file names of all layouts.

use std::collections::BTreeMap;

use super::files::Entry;

/// A section of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Section {
    Communication,
    Parameters,
    Common,
    DefaultScope,
    ScopeList,
    InstallSpec,
    Install,
    Metadata,
}

impl Section {
    pub(super) const ALL: [Self; 8] = [
        Self::Communication,
        Self::Parameters,
        Self::Common,
        Self::DefaultScope,
        Self::ScopeList,
        Self::InstallSpec,
        Self::Install,
        Self::Metadata,
    ];

    /// The name of the section in the model and in messages.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Communication => "communication",
            Self::Parameters => "parameters",
            Self::Common => "common",
            Self::DefaultScope => "defaultScope",
            Self::ScopeList => "scopeList",
            Self::InstallSpec => "installSpec",
            Self::Install => "install",
            Self::Metadata => "metadata",
        }
    }

    /// The keys of `codeFiles` in `makecomapp.json`; real files also write Make's section names.
    pub(super) fn code_keys(self) -> &'static [&'static str] {
        match self {
            Self::Communication => &["communication", "api"],
            Self::Parameters => &["params", "parameters"],
            Self::Common => &["common"],
            Self::DefaultScope => &["defaultScope", "scope"],
            Self::ScopeList => &["scopeList", "scopes"],
            Self::InstallSpec => &["installSpec"],
            Self::Install => &["installDirectives", "install"],
            Self::Metadata => &[],
        }
    }

    /// The keys of a bundle.
    pub(super) fn bundle_keys(self) -> &'static [&'static str] {
        match self {
            Self::Communication => &["communication", "api"],
            Self::Parameters => &["parameters", "params"],
            Self::Common => &["common"],
            Self::DefaultScope => &["scope", "defaultScope"],
            Self::ScopeList => &["scopes", "scopeList"],
            Self::InstallSpec => &["installSpec"],
            Self::Install => &["install", "installDirectives"],
            Self::Metadata => &[],
        }
    }

    /// The names its file may have, without endings, the best first. `*.scope.iml.json` is a module's file and
    /// never a connection's (app-layout.md).
    fn names(self) -> &'static [Name] {
        use Name::{Bare, Prefixed};
        match self {
            Self::Communication => &[
                Prefixed("oauth-communication"),
                Prefixed("communication"),
                Bare("api"),
                Bare("api-oauth"),
                Bare("oauth-communication"),
                Bare("communication"),
                Prefixed("api"),
                Bare("connection"),
            ],
            Self::Parameters => &[Prefixed("params"), Bare("parameters"), Bare("params"), Prefixed("parameters")],
            Self::Common => &[Prefixed("common"), Bare("common")],
            Self::DefaultScope => &[Prefixed("default-scope"), Bare("default-scope"), Bare("scope")],
            Self::ScopeList => &[Prefixed("scope-list"), Bare("scopes"), Bare("scope-list")],
            Self::InstallSpec => &[Prefixed("install-spec"), Bare("installSpec"), Bare("install-spec")],
            Self::Install => &[Prefixed("install-directives"), Bare("install"), Bare("install-directives")],
            Self::Metadata => &[Bare("metadata")],
        }
    }
}

/// A file name without its ending.
enum Name {
    /// The name itself.
    Bare(&'static str),
    /// After `<connection>.`.
    Prefixed(&'static str),
}

/// The endings of JSON files, the longest first.
pub(super) const ENDINGS: [&str; 6] = [".iml.jsonc", ".iml.json", ".imljson", ".jsonc", ".json5", ".json"];

/// The name without its ending; none when it is no JSON file.
pub(super) fn stem(name: &str) -> Option<&str> {
    ENDINGS.iter().find_map(|ending| name.strip_suffix(ending)).filter(|stem| !stem.is_empty())
}

/// The part of a file name before the section: `academy` of `academy.params.iml.json`.
pub(super) fn prefix(name: &str) -> Option<&str> {
    stem(name)?.rsplit_once('.').map(|(prefix, _)| prefix)
}

/// The file of each section among the entries of a folder. With `prefix`, prefixed names must carry it.
pub(super) fn resolve(entries: &[Entry], wanted_prefix: Option<&str>) -> BTreeMap<Section, String> {
    let files: Vec<(&str, &str)> = entries
        .iter()
        .filter(|entry| !entry.is_folder)
        .filter_map(|entry| Some((stem(&entry.name)?, entry.name.as_str())))
        .collect();
    let matching = |name: &Name| {
        files.iter().find(|(stem, _)| match name {
            Name::Bare(bare) => stem == bare,
            Name::Prefixed(suffix) => stem
                .rsplit_once('.')
                .is_some_and(|(prefix, last)| last == *suffix && wanted_prefix.is_none_or(|wanted| wanted == prefix)),
        })
    };
    let found = |section: Section| section.names().iter().find_map(matching).map(|(_, file)| (*file).to_owned());
    Section::ALL.into_iter().filter_map(|section| Some((section, found(section)?))).collect()
}

/// The section a file is by its name, whatever else lies beside it.
pub(super) fn section_of(name: &str) -> Option<Section> {
    let stem = stem(name)?;
    let last = stem.rsplit_once('.').map(|(_, last)| last);
    let fits = |name: &Name| match name {
        Name::Bare(bare) => stem == *bare,
        Name::Prefixed(suffix) => last == Some(*suffix),
    };
    Section::ALL.into_iter().find(|section| section.names().iter().any(fits))
}

/// What the names of the files begin with that [`resolve`] looks at for this prefix.
pub(super) fn beginnings(prefix: &str) -> Vec<String> {
    let names = Section::ALL.into_iter().flat_map(Section::names);
    let bare = names.filter_map(|name| match name {
        Name::Bare(bare) => Some(format!("{bare}.")),
        Name::Prefixed(_) => None,
    });
    std::iter::once(format!("{prefix}.")).chain(bare).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(names: &[&str], prefix: Option<&str>) -> Vec<(Section, String)> {
        let entries: Vec<_> =
            names.iter().map(|name| Entry { name: (*name).to_owned(), is_folder: false, is_link: false }).collect();
        resolve(&entries, prefix).into_iter().collect()
    }

    #[test]
    fn every_layout_s_names_are_known() {
        // One row per layout of app-layout.md.
        for (names, expected) in [
            (&["a.oauth-communication.iml.json", "a.params.iml.json", "a.common.json"][..], 3),
            (&["api.imljson", "scope.imljson", "scopes.imljson", "parameters.imljson", "metadata.json"][..], 5),
            (&["communication.imljson", "metadata.imljson", "common.imljson"][..], 3),
            (&["communication.json", "scope.json", "scope-list.json", "common.json"][..], 4),
            (&["connection.api.imljson", "connection.parameters.imljson"][..], 2),
            (
                &[
                    "a.default-scope.iml.json",
                    "a.scope-list.iml.json",
                    "a.install-spec.iml.json",
                    "a.install-directives.iml.json",
                ][..],
                4,
            ),
        ] {
            assert_eq!(resolved(names, None).len(), expected, "{names:?}");
        }
    }

    #[test]
    fn a_module_s_scope_is_no_default_scope() {
        assert!(resolved(&["a.scope.iml.json", "api.txt", ".json"], None).is_empty());
    }

    #[test]
    fn a_file_s_section_shows_in_its_name() {
        for (name, section) in [
            ("a.oauth-communication.iml.json", Some(Section::Communication)),
            ("api.imljson", Some(Section::Communication)),
            ("a.common.json", Some(Section::Common)),
            ("common.json", Some(Section::Common)),
            ("a.json", None),
            ("a.scope.iml.json", None),
            ("README.md", None),
        ] {
            assert_eq!(section_of(name), section, "{name}");
        }
        let begins = |name: &str| beginnings("a").iter().any(|start| name.starts_with(start.as_str()));
        assert!(begins("a.params.iml.json") && begins("metadata.json") && !begins("b.params.iml.json"));
    }

    #[test]
    fn a_prefix_keeps_two_connections_in_one_folder_apart() {
        let names = ["a.communication.iml.json", "a.params.iml.json", "b.communication.iml.json"];
        let of_b = resolved(&names, Some("b"));
        assert_eq!(of_b, [(Section::Communication, "b.communication.iml.json".to_owned())]);
    }
}
