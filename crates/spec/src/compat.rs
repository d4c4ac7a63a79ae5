//! The named switches: one enum per question on which the sources about Make disagree or are silent.
//!
//! Every switch has a default taken from the reference documents and can be turned with
//! `--compat KEY=VALUE` or in the `[compat]` table of a `connspec.toml`. [`Compat`] remembers where a value
//! came from, so that a report can name the switch that decided an outcome. The switches of the expression language are
//! those of [`connspec_iml::Options`], which also holds its bounds.

#[macro_use]
mod declare;
mod switches;

use std::collections::BTreeMap;
use std::fmt;

use connspec_diagnostics::{Position, Source};
pub use switches::*;

/// One open question: its key, what it asks, the values it takes, why it is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Switch {
    /// The key of `--compat KEY=VALUE`, camelCase as Make writes its directives.
    pub key: &'static str,
    /// What is asked, as one sentence.
    pub question: &'static str,
    /// The values that may be chosen, the default first.
    pub values: &'static [SwitchValue],
    /// Why the question is open: what the sources say.
    pub source: &'static str,
}

/// One value a [`Switch`] may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SwitchValue {
    /// The word after `=`.
    pub name: &'static str,
    /// What happens under this value.
    pub effect: &'static str,
}

impl Switch {
    /// The value in force when nobody says otherwise.
    pub fn default_value(&self) -> &'static str {
        self.values[0].name
    }
}

/// Where the value in force comes from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Origin {
    /// The default of the reference documents.
    #[default]
    Default,
    /// A `connspec.toml`, by its path.
    File(String),
    /// `--compat` on the command line, or the builder of the library.
    Given,
}

/// A switch as it stands: for reports and listings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// The switch.
    pub switch: &'static Switch,
    /// The value in force.
    pub value: &'static str,
    /// Who chose it.
    pub origin: Origin,
}

/// Why a choice was refused. The message says what would have been accepted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct CompatError {
    message: String,
}

impl CompatError {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

/// The whole set of switches with their values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compat {
    /// The chosen values.
    pub values: Values,
    origins: BTreeMap<&'static str, Origin>,
}

impl std::ops::Deref for Compat {
    type Target = Values;

    fn deref(&self) -> &Values {
        &self.values
    }
}

impl Compat {
    /// Takes one `key=value`, as `--compat` gives it.
    ///
    /// # Errors
    /// When there is no `=`, no such key or no such value; the message offers the nearest.
    pub fn set(&mut self, assignment: &str) -> Result<(), CompatError> {
        let (key, value) = assignment.split_once('=').ok_or_else(|| {
            CompatError::new(format!("`{assignment}` is not of the form KEY=VALUE; for example `qsPolicy=merge`"))
        })?;
        self.choose(key.trim(), value.trim(), Origin::Given)
    }

    /// Takes every entry of the `[compat]` table of a `connspec.toml`. The table `[check]` is left to the checks.
    ///
    /// # Errors
    /// When the text is not TOML, there are other tables, or a key or value of the table is unknown.
    pub fn read_toml(&mut self, path: &str, text: &str) -> Result<(), CompatError> {
        let document: toml::Table =
            text.parse().map_err(|error| CompatError::new(format!("{path} is not valid TOML: {error}")))?;
        refuse_other_tables(path, text, &document)?;
        let Some(table) = document.get("compat") else { return Ok(()) };
        let table = table
            .as_table()
            .ok_or_else(|| CompatError::new(format!("`compat` in {path} must be a table of KEY = \"VALUE\"")))?;
        for (key, value) in table {
            let value = value.as_str().ok_or_else(|| {
                let place = place_of(path, text, &["compat", key]);
                CompatError::new(format!("{place}: `compat.{key}` must be a text such as \"{}\"", example_of(key)))
            })?;
            self.choose(key, value, Origin::File(path.to_owned()))
                .map_err(|error| CompatError::new(format!("{}: {error}", place_of(path, text, &["compat", key]))))?;
        }
        Ok(())
    }

    /// Turns one switch and remembers who did.
    ///
    /// # Errors
    /// When there is no such key or no such value; the message offers the nearest.
    pub fn choose(&mut self, key: &str, value: &str, origin: Origin) -> Result<(), CompatError> {
        let switch = find(key)?;
        if !self.values.assign(switch.key, value) {
            let values: Vec<_> = switch.values.iter().map(|value| value.name).collect();
            return Err(CompatError::new(format!("`{}` takes {}, not `{value}`", switch.key, values.join(" or "))));
        }
        self.origins.insert(switch.key, origin);
        Ok(())
    }

    /// The keys of the switches that [`expression_options`](Self::expression_options) carries.
    pub const OF_EXPRESSIONS: [&str; 4] =
        [DateAmount::SWITCH.key, XmlShape::SWITCH.key, Base64url::SWITCH.key, UnconfirmedFunctions::SWITCH.key];

    /// The switches of the expression language, with its usual bounds.
    pub fn expression_options(&self) -> connspec_iml::Options {
        connspec_iml::Options {
            unconfirmed_functions: self.unconfirmed_functions == UnconfirmedFunctions::Available,
            base64url: self.base64url == Base64url::Available,
            date_amount: match self.date_amount {
                DateAmount::Unchanged => connspec_iml::DateAmount::Unchanged,
                DateAmount::Error => connspec_iml::DateAmount::Error,
            },
            xml_shape: match self.xml_shape {
                XmlShape::Objects => connspec_iml::XmlShape::Objects,
                XmlShape::Answer => connspec_iml::XmlShape::Answer,
            },
            ..connspec_iml::Options::default()
        }
    }

    /// Every switch with its value and who chose it, in the order of the documentation.
    pub fn settings(&self) -> Vec<Setting> {
        SWITCHES.iter().map(|switch| self.setting_of(switch)).collect()
    }

    /// One switch with its value and who chose it.
    pub fn setting(&self, key: &str) -> Option<Setting> {
        SWITCHES.iter().find(|switch| switch.key == key).map(|switch| self.setting_of(switch))
    }

    fn setting_of(&self, switch: &'static Switch) -> Setting {
        Setting {
            switch,
            value: self.values.read(switch.key),
            origin: self.origins.get(switch.key).cloned().unwrap_or_default(),
        }
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.switch.key, self.value)
    }
}

fn find(key: &str) -> Result<&'static Switch, CompatError> {
    SWITCHES.iter().copied().find(|switch| switch.key == key).ok_or_else(|| {
        let nearest = connspec_diagnostics::suggest::nearest(key, SWITCHES.iter().map(|switch| switch.key));
        let hint = nearest.map_or_else(
            || "see docs/compatibility.md for all of them".to_owned(),
            |nearest| format!("did you mean `{nearest}`?"),
        );
        CompatError::new(format!("there is no switch `{key}`; {hint}"))
    })
}

fn example_of(key: &str) -> &'static str {
    SWITCHES.iter().find(|switch| switch.key == key).map_or("merge", |switch| switch.default_value())
}

/// The table of `docs/compatibility.md`, as Markdown. A test keeps the document equal to it.
pub fn markdown_table() -> String {
    let mut table =
        String::from("| switch | question | values (default first) | why it is open |\n|---|---|---|---|\n");
    for switch in SWITCHES {
        let values: Vec<_> = switch.values.iter().map(|value| format!("`{}`: {}", value.name, value.effect)).collect();
        table.push_str(&format!(
            "| `{}` | {} | {} | {} |\n",
            switch.key,
            switch.question,
            values.join("<br>"),
            switch.source
        ));
    }
    table
}

/// The tables of a `connspec.toml`: `check` is read by `connspec-checks`, `compat` here.
const TABLES: [&str; 2] = ["check", "compat"];

/// What nobody reads was meant for somebody.
fn refuse_other_tables(path: &str, text: &str, document: &toml::Table) -> Result<(), CompatError> {
    let Some(unknown) = document.keys().find(|key| !TABLES.contains(&key.as_str())) else { return Ok(()) };
    let place = place_of(path, text, &[unknown]);
    let hint = match connspec_diagnostics::suggest::nearest(unknown, TABLES) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", TABLES.map(|table| format!("`{table}`")).join(" and ")),
    };
    Err(CompatError::new(format!("{place}: there is no table `{unknown}`; {hint}")))
}

/// Path, line and column of a key, by the keys that lead to it; the path alone where it is not found.
fn place_of(path: &str, text: &str, keys: &[&str]) -> String {
    let find = || {
        let document = toml::de::DeTable::parse(text).ok()?;
        let [tables @ .., last] = keys else { return None };
        let mut table = document.get_ref();
        for name in tables {
            table = table.get(*name)?.get_ref().as_table()?;
        }
        let span = table.keys().find(|key| key.get_ref() == last)?.span();
        Some(Source::new(path, text).position(span.start as u32))
    };
    find().map_or_else(|| path.to_owned(), |Position { line, column }| format!("{path}:{line}:{column}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_the_reference_documents() {
        let compat = Compat::default();
        // communication.md §5 qs, §7 valid, §7 type; connection.md §3 and §5.
        assert_eq!(compat.qs_policy, QsPolicy::Replace);
        assert_eq!(compat.valid_on_error, ValidOnError::Accept);
        assert_eq!(compat.json_suffix, JsonSuffix::Text);
        assert_eq!(compat.urlencoded_lists, UrlencodedLists::Repeat);
        assert_eq!(compat.data_undefined, DataUndefined::Keep);
        assert_eq!(compat.token_condition, TokenCondition::Strict);
        assert_eq!(compat.temp_on_error, TempOnError::Skip);
    }

    #[test]
    fn the_expression_language_has_its_switches() {
        let mut compat = Compat::default();
        assert_eq!(compat.expression_options(), connspec_iml::Options::default());
        for choice in ["dateAmount=error", "xmlShape=answer", "base64url=unknown", "unconfirmedFunctions=available"] {
            compat.set(choice).unwrap();
        }
        let expected = connspec_iml::Options {
            unconfirmed_functions: true,
            base64url: false,
            date_amount: connspec_iml::DateAmount::Error,
            xml_shape: connspec_iml::XmlShape::Answer,
            ..connspec_iml::Options::default()
        };
        assert_eq!(compat.expression_options(), expected);
    }

    #[test]
    fn a_choice_is_kept_with_its_origin() {
        let mut compat = Compat::default();
        compat.read_toml("connspec.toml", "[compat]\nqsPolicy = \"merge\"\n[check]\nignore = []\n").unwrap();
        compat.set("dataUndefined=delete").unwrap();
        assert_eq!(compat.qs_policy, QsPolicy::Merge);
        assert_eq!(compat.setting("qsPolicy").unwrap().origin, Origin::File("connspec.toml".to_owned()));
        assert_eq!(compat.setting("dataUndefined").unwrap().origin, Origin::Given);
        assert_eq!(compat.setting("userAgent").unwrap().origin, Origin::Default);
    }

    #[test]
    fn every_value_of_every_switch_can_be_chosen_and_read_back() {
        for switch in SWITCHES {
            for value in switch.values {
                let mut compat = Compat::default();
                compat.choose(switch.key, value.name, Origin::Given).unwrap();
                assert_eq!(compat.setting(switch.key).unwrap().value, value.name);
            }
        }
    }

    #[test]
    fn a_wrong_choice_says_what_would_do() {
        let mut compat = Compat::default();
        let refused = |text: &str, compat: &mut Compat| compat.set(text).unwrap_err().to_string();
        assert_eq!(refused("qsPolicy=both", &mut compat), "`qsPolicy` takes replace or merge, not `both`");
        assert_eq!(refused("qspolicy=merge", &mut compat), "there is no switch `qspolicy`; did you mean `qsPolicy`?");
        assert!(refused("qsPolicy", &mut compat).contains("KEY=VALUE"));
        assert!(compat.read_toml("x.toml", "[compat]\nqsPolicy = 1").unwrap_err().to_string().contains("replace"));
        for (text, expected) in [
            ("[compat]\n\n[chekc]\nignore = []", "x.toml:3:2: there is no table `chekc`; did you mean `check`?"),
            ("# é\n[chekc.paths.\"a\"]\n[check]", "x.toml:2:2: there is no table `chekc`; did you mean `check`?"),
            ("[other]", "x.toml:1:2: there is no table `other`; there are `check` and `compat`"),
            (
                "[check]\n[compat]\n qspolicy = 'merge'",
                "x.toml:3:2: there is no switch `qspolicy`; did you mean `qsPolicy`?",
            ),
            ("compat.qsPolicy = 1", "x.toml:1:8: `compat.qsPolicy` must be a text such as \"replace\""),
            ("ignore = []", "x.toml:1:1: there is no table `ignore`; there are `check` and `compat`"),
        ] {
            assert_eq!(compat.read_toml("x.toml", text).unwrap_err().to_string(), expected);
        }
        assert!(compat.read_toml("x.toml", "compat = [").is_err());
    }

    #[test]
    fn the_documentation_holds_the_table_of_the_code() {
        let document = include_str!("../../../docs/compatibility.md");
        assert!(
            document.contains(&markdown_table()),
            "docs/compatibility.md is stale; its table should be:\n{}",
            markdown_table()
        );
    }
}
