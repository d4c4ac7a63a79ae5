//! Fixes that give way: where one finding says that a name is misspelt, another must not copy that name elsewhere, nor
//! write the right one beside it. Both would make the definition look right with the mistake in it. And a path to sanitize
//! that has the right name already is right: nothing is said of it. Of a form that is no list, that is told, and not each
//! field which it therefore has not.

use connspec_diagnostics::{Diagnostic, Edit};
use connspec_spec::App;

/// A fix that gives a name of a block another spelling.
struct Renaming {
    finding: usize,
    written: String,
    meant: String,
}

/// Takes the fixes of findings away that would copy a misspelt name, or write the right one a second time; their help
/// says what comes first. The finding about the name keeps its own.
pub(crate) fn give_way(app: &App, found: &mut Vec<Diagnostic>) {
    /// Nobody goes through more by hand, and each is held against every other finding.
    const MOST: usize = 100;
    fields_of_no_list(app, found);
    let renamings: Vec<_> = (0..found.len()).filter_map(|index| renaming(app, found, index)).take(MOST).collect();
    if renamings.is_empty() {
        return;
    }
    let mut is_over: Vec<_> = found.iter().map(|_| false).collect();
    renamings.iter().for_each(|renaming| follow(app, found, renaming, &mut is_over));
    for renaming in &renamings {
        let Renaming { finding, written, meant } = renaming;
        let (place, block) = (found[*finding].place, found[*finding].block.clone());
        let others = found.iter_mut().enumerate().filter(|(index, other)| index != finding && other.block == block);
        for (_, other) in others {
            let same_file = other.place.map(|place| place.source) == place.map(|place| place.source);
            let edits = other.fix.iter().flat_map(|fix| &fix.edits);
            let copies = edits.into_iter().any(|edit| names_path(edit, written) || writes_key(edit, meant));
            if same_file && copies {
                other.fix = None;
                other.help =
                    format!("first decide about `{written}`: if `{meant}` is meant, rename it, and look again");
                let label = place.filter(|_| other.place != place);
                other.labels.extend(
                    label.map(|place| connspec_diagnostics::Label { place, message: format!("is `{meant}` meant?") }),
                );
            }
        }
    }
    let mut is_over = is_over.into_iter();
    found.retain(|_| is_over.next() == Some(false));
}

/// Where `{}` stands for the form of a connection, takes away what is said of each field that is read and that it has not:
/// that it is no list weighs as much as they do.
fn fields_of_no_list(app: &App, found: &mut Vec<Diagnostic>) {
    let forms = app.connections.iter().filter_map(|definition| {
        let form = definition.parts.parameters.as_ref()?.node.as_ref()?;
        let is_empty = form.is_object() && form.members().is_empty();
        let mut told = found.iter().take_while(|_| is_empty);
        let at = told.position(|finding| finding.rule == "part-shape" && finding.place == Some(form.place))?;
        Some((at, definition.parts.communication.source))
    });
    let forms: Vec<_> = forms.collect();
    if forms.is_empty() {
        return;
    }
    let mut is_over: Vec<_> = found.iter().map(|_| false).collect();
    for (at, communication) in forms {
        let follows = |finding: &Diagnostic| match finding.rule {
            "parameter-undefined" => finding.place.is_some_and(|place| place.source == communication),
            "base-reads-unstored-key" => true,
            _ => false,
        };
        let missing: Vec<_> = (0..found.len()).filter(|index| follows(&found[*index])).collect();
        let Some(severity) = missing.iter().map(|index| found[*index].severity).max() else { continue };
        missing.iter().for_each(|index| is_over[*index] = true);
        let form = &mut found[at];
        form.severity = form.severity.max(severity);
        form.why = "it has no fields, so what is read of them is undefined whatever the user fills in".into();
        form.help = "write a list of the fields that are read, each an object with `name`, `type` and `label`".into();
        form.fix = None;
    }
    let mut is_over = is_over.into_iter();
    found.retain(|_| is_over.next() == Some(false));
}

/// Marks what is only said of a path to sanitize because the path has the right name and what is sent has not.
fn follow(app: &App, found: &[Diagnostic], renaming: &Renaming, is_over: &mut [bool]) {
    let block = &found[renaming.finding].block;
    let in_block = || found.iter().enumerate().filter(|(_, other)| other.block == *block);
    let is_right = |other: &Diagnostic| {
        let path = other.place.map_or("", |place| app.sources.slice(place));
        let last = path.trim_end_matches(['"', '`']).rsplit(['.', '`']).next();
        other.rule == "sanitize-wrong-path" && last.is_some_and(|last| last.eq_ignore_ascii_case(&renaming.meant))
    };
    let mut is_named = false;
    for (index, _) in in_block().filter(|(_, other)| is_right(other)) {
        (is_named, is_over[index]) = (true, true);
    }
    let adds = |other: &Diagnostic| {
        let mut edits = other.fix.iter().flat_map(|fix| &fix.edits);
        other.rule == "sanitize-incomplete" && edits.any(|edit| names_path(edit, &renaming.written))
    };
    for (index, _) in in_block().filter(|(_, other)| adds(other) && (is_named || names_meant(app, other, renaming))) {
        is_over[index] = true;
    }
}

/// Whether the list to which a path with the misspelt name would be added has the one with the right name already.
fn names_meant(app: &App, adds: &Diagnostic, renaming: &Renaming) -> bool {
    let list = adds.labels.iter().map(|label| app.sources.slice(label.place)).find(|text| text.starts_with('['));
    let path = adds.message.rsplit('`').nth(1).and_then(|path| path.strip_suffix(renaming.written.as_str()));
    let has = |list: &str, above: &str| list.contains(&format!("\"{above}{}\"", renaming.meant));
    list.zip(path).is_some_and(|(list, above)| has(list, above))
}

/// What the fix of a finding renames: a key (`"code_verifer"`), or a member of the answer (`body.acess_token`).
fn renaming(app: &App, found: &[Diagnostic], finding: usize) -> Option<Renaming> {
    let [edit] = found[finding].fix.as_ref()?.edits.as_slice() else { return None };
    let text = app.sources.get(edit.place.source).text();
    let replaced = text.get(edit.place.span.range())?;
    let is_key = replaced.starts_with('"') && text[edit.place.span.range().end..].trim_start().starts_with(':');
    let (written, meant) = match (unquoted(replaced), unquoted(&edit.text)) {
        (Some(written), Some(meant)) if is_key => (written, meant),
        (None, None) if replaced.starts_with("body.") => {
            let (above, written) = replaced.rsplit_once('.')?;
            let (still_above, meant) = edit.text.rsplit_once('.')?;
            (above == still_above).then_some((written, meant))?
        }
        _ => return None,
    };
    let is_name = |name: &str| {
        !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-'))
    };
    let is_renaming = written != meant && is_name(written) && is_name(meant);
    is_renaming.then(|| Renaming { finding, written: written.to_owned(), meant: meant.to_owned() })
}

fn unquoted(text: &str) -> Option<&str> {
    text.strip_prefix('"')?.strip_suffix('"')
}

/// Whether an edit writes a path of `log.sanitize` that ends in this name.
fn names_path(edit: &Edit, name: &str) -> bool {
    let paths = edit.text.split(['"', ' ', '\n']);
    let mut paths = paths.filter(|path| path.starts_with("request.") || path.starts_with("response."));
    paths.any(|path| path.rsplit('.').next().is_some_and(|last| last.trim_matches('`') == name))
}

/// Whether an edit puts a member of this name somewhere.
fn writes_key(edit: &Edit, name: &str) -> bool {
    edit.place.span.is_empty() && edit.text.contains(&format!("\"{name}\":"))
}
