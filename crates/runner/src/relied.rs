//! Which of the expression language's switches decided what an expression did, for the report.

use std::sync::{Mutex, PoisonError};

use connspec_iml::LanguageSwitch;
use connspec_spec::Compat;
use connspec_spec::compat::{Base64url, DateAmount, UnconfirmedFunctions, XmlShape};

use crate::{Decision, Decisions};

/// The switches met while the directives of one request were evaluated, each with the directive it was met in.
#[derive(Debug, Default)]
pub(crate) struct Relied {
    met: Mutex<Vec<(String, LanguageSwitch)>>,
}

impl Relied {
    /// Keeps that `switch` decided in `directive`; once is enough.
    pub(crate) fn note(&self, directive: &str, switch: LanguageSwitch) {
        let mut met = self.met.lock().unwrap_or_else(PoisonError::into_inner);
        if !met.iter().any(|(known, other)| (known.as_str(), *other) == (directive, switch)) {
            met.push((directive.to_owned(), switch));
        }
    }

    /// A decision for each, in the order they were met.
    pub(crate) fn decisions(&self, compat: &Compat) -> impl Iterator<Item = Decision> {
        let met = std::mem::take(&mut *self.met.lock().unwrap_or_else(PoisonError::into_inner));
        met.into_iter().map(|(directive, switch)| {
            let (key, text) = words(switch, compat);
            Decision { directive, text: text.to_owned(), switch: Some(key) }
        })
    }

    /// Tells `decisions` of each.
    pub(crate) fn tell(&self, compat: &Compat, decisions: &mut Decisions) {
        self.decisions(compat).for_each(|decision| decisions.add(decision));
    }
}

/// The key of `switch`, and what its value in `compat` did.
fn words(switch: LanguageSwitch, compat: &Compat) -> (&'static str, &'static str) {
    match switch {
        LanguageSwitch::UnconfirmedFunctions => {
            let text = match compat.unconfirmed_functions {
                UnconfirmedFunctions::Available => "calls a function whose meaning Make has not published",
                UnconfirmedFunctions::Unknown => "calls a function that is off: Make has not published its meaning",
            };
            (UnconfirmedFunctions::SWITCH.key, text)
        }
        LanguageSwitch::Base64url => {
            let text = match compat.base64url {
                Base64url::Available => "calls `base64url`, which published apps found missing in Make",
                Base64url::Unknown => "calls `base64url`, which is off",
            };
            (Base64url::SWITCH.key, text)
        }
        LanguageSwitch::DateAmount => {
            let text = match compat.date_amount {
                DateAmount::Unchanged => "a date moved by something that is no number stayed as it was",
                DateAmount::Error => "a date cannot be moved by something that is no number",
            };
            (DateAmount::SWITCH.key, text)
        }
        LanguageSwitch::XmlShape => {
            let text = match compat.xml_shape {
                XmlShape::Objects => "XML took the shape of xmlbuilder's objects",
                XmlShape::Answer => "XML took the shape of an answer of type xml",
            };
            (XmlShape::SWITCH.key, text)
        }
    }
}
