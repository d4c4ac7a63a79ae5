//! A finding without the secrets of the lines it speaks of: a message may quote them, a fix may move them.

use std::borrow::Cow;

use super::excerpt::{Excerpt, near};
use crate::secrets::{hidden, secret_literals};
use crate::{Diagnostic, Edit, SourceMap};

/// Secrets shorter than this may be words of any message.
const SHORTEST: usize = 4;

/// The finding as it may be shown. What its fix would write is hidden too; [`writes_secrets`] tells, for those who
/// hand fixes on to be applied.
pub(super) fn concealed<'d>(sources: &SourceMap, diagnostic: &'d Diagnostic) -> Cow<'d, Diagnostic> {
    let secrets = nearby(sources, diagnostic);
    let texts = [&diagnostic.message, &diagnostic.why, &diagnostic.help, &diagnostic.label];
    let is_plain = secrets.is_empty() && texts.iter().all(|text| secret_literals(text).is_empty());
    if is_plain && !writes_secrets(sources, diagnostic) {
        return Cow::Borrowed(diagnostic);
    }
    let hide = |text: &mut String| *text = without(text, &secrets);
    let mut shown = diagnostic.clone();
    [&mut shown.message, &mut shown.why, &mut shown.help, &mut shown.label].into_iter().for_each(hide);
    shown.labels.iter_mut().for_each(|label| hide(&mut label.message));
    if let Some(fix) = &mut shown.fix {
        hide(&mut fix.title);
        fix.edits.iter_mut().for_each(|edit| hide(&mut edit.text));
    }
    Cow::Owned(shown)
}

/// Whether the fix would write a secret: shown without it, it must not be applied.
pub(super) fn writes_secrets(sources: &SourceMap, diagnostic: &Diagnostic) -> bool {
    let Some(fix) = &diagnostic.fix else { return false };
    let secrets = nearby(sources, diagnostic);
    let holds = |edit: &Edit| without(&edit.text, &secrets) != edit.text;
    fix.edits.iter().any(holds)
}

/// The secrets written out near the places of a finding.
fn nearby(sources: &SourceMap, diagnostic: &Diagnostic) -> Vec<String> {
    let labels = diagnostic.labels.iter().map(|label| label.place);
    let edits = diagnostic.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.place);
    let mut found = Vec::new();
    let mut places: Vec<_> = diagnostic.place.into_iter().chain(labels).chain(edits).collect();
    places.sort_unstable();
    for of_source in places.chunk_by(|left, right| left.source == right.source) {
        let source = sources.get(of_source[0].source);
        for group in near(of_source.iter().map(|place| (place.span, ()))) {
            let secrets = source.secrets_in(Excerpt::span(source, group.whole));
            found.extend(secrets.iter().map(|secret| source.slice(*secret).to_owned()));
        }
    }
    found.retain(|secret| secret.chars().count() >= SHORTEST);
    found
}

/// A text without these secrets, nor any that are written out in it.
fn without(text: &str, secrets: &[String]) -> String {
    let mut shown = hidden(text).into_owned();
    for secret in secrets.iter().filter(|secret| text.contains(secret.as_str())) {
        shown = shown.replace(secret.as_str(), &"*".repeat(secret.chars().count()));
    }
    shown
}
