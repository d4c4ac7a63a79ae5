//! Oddities that depend on values: said only when the caller asks for them, since looking costs time.

use std::cell::RefCell;

use connspec_diagnostics::{Severity, Span, suggest};

use super::{Evaluation, Val};
use crate::ast::{Binary, Expr, ExprKind, Keyword, Path};
use crate::{Finding, Root, functions};

/// So many findings of one evaluation are kept.
const MOST_REMARKS: usize = 200;

/// Where the findings of an evaluation go.
#[derive(Debug, Default)]
pub(crate) struct Remarks {
    found: RefCell<Vec<Finding>>,
}

impl Remarks {
    /// Keeps a finding; one place is told of the same oddity once.
    fn push(&self, finding: Finding) {
        let mut found = self.found.borrow_mut();
        let known = found.iter().any(|other| (other.code, other.span) == (finding.code, finding.span));
        if !known && found.len() < MOST_REMARKS {
            found.push(finding);
        }
    }

    /// What was found, in the order it was met.
    pub(crate) fn take(self) -> Vec<Finding> {
        self.found.into_inner()
    }
}

impl<'a> Evaluation<'a> {
    /// `o` as text: `{object}` (iml.md §12 C5).
    #[cold]
    pub(super) fn remark_text_of(&self, value: Val<'_>, span: Span) {
        let (Some(remarks), true) = (self.remarks, holds_collection(value)) else { return };
        let what = if matches!(value, Val::Array(_)) { "each collection of an array" } else { "a collection" };
        remarks.push(Finding::new(
            "collection-as-text",
            Severity::Warning,
            span,
            format!("{what} becomes the text `{{object}}`"),
            "write createJSON(…) for its JSON, or name the member that is meant",
        ));
    }

    /// `x = '1'` with a number in `x`: values of two kinds (iml.md §12 C1). Null and undefined compare with everything,
    /// a date with a text that names an instant (C7).
    #[cold]
    pub(super) fn remark_comparison(&self, binary: &Binary, left: Val<'_>, right: Val<'_>) {
        let Some(remarks) = self.remarks else { return };
        let compared = match (left, right) {
            _ if left.is_nullish() || right.is_nullish() || left.kind() == right.kind() => return,
            (Val::Date(_), Val::Text(text)) | (Val::Text(text), Val::Date(_)) => self.date_of_text(text).is_none(),
            _ => true,
        };
        if compared {
            let span = binary.left.span.join(binary.right.span);
            remarks.push(Finding::mixed_comparison(binary, noun(left), noun(right), span));
        }
    }

    /// `l[n]` with 0 in `n` (iml.md §12 C3); a literal 0 the parser has told of.
    #[cold]
    pub(super) fn remark_position(&self, index: &Expr, span: Span) {
        let Some(remarks) = self.remarks.filter(|_| !matches!(index.kind, ExprKind::Number(_))) else { return };
        remarks.push(Finding::new(
            "zero-index",
            Severity::Error,
            span,
            "positions count from 1: the position 0 is always undefined",
            "add 1 to a position that counts from 0",
        ));
    }

    /// `list.id`, `text.length`, `body.usr`: a member nothing has, which is undefined (iml.md §8); a collection is told of
    /// when it has one that was probably meant.
    #[cold]
    pub(super) fn remark_member(&self, value: Val<'_>, name: &str, span: Span) {
        let Some(remarks) = self.remarks else { return };
        let (message, help) = match value {
            Val::Array(_) if name.bytes().all(|byte| byte.is_ascii_digit()) => return,
            Val::Array(_) | Val::Text(_) if name == "length" => {
                ("there is no member `length`".to_owned(), "write length(…)".to_owned())
            }
            Val::Array(_) => (
                format!("an array has no member `{name}`"),
                format!("write [1].{name} for the first item's, map(…, '{name}') for all"),
            ),
            Val::Collection(members) => {
                let Some(near) = suggest::nearest(name, members.iter().map(|(name, _)| name)) else { return };
                if members.get(name).is_some() {
                    return;
                }
                (format!("there is no member `{name}`"), format!("did you mean `{near}`?"))
            }
            _ => return,
        };
        let message = format!("{message}: it is undefined");
        remarks.push(Finding::new("unknown-member", Severity::Info, span, message, help));
    }

    /// A variable that nobody gave a value: undefined, as in Make, but often a slip.
    #[cold]
    pub(super) fn remark_unknown(&self, path: &Path) {
        let Some(remarks) = self.remarks else { return };
        let name = path.root.resolve(self.source);
        // Documentation writes `undefined` for what it is (iml.md §5).
        if name == "undefined" {
            return;
        }
        let alone = path.segments.is_empty();
        let keywords = Keyword::ALL.iter().map(|keyword| keyword.name()).filter(|_| alone);
        let help = match suggest::nearest(name, self.scope.names().chain(keywords)) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None if Root::named(name).is_some() => "Make sets it while a connection or a module runs".to_owned(),
            None if functions::named(name).is_some() => format!("`{name}` is a function: it needs parentheses"),
            None if alone && !path.root.quoted => {
                format!("give it a value, or put it in quotes when the text is meant: '{name}'")
            }
            None => "give it a value".to_owned(),
        };
        let message = format!("there is no variable `{name}`: it is undefined");
        remarks.push(Finding::new("unknown-variable", Severity::Info, path.root.span, message, help));
    }
}

/// Whether the text form says `{object}` somewhere.
fn holds_collection(value: Val<'_>) -> bool {
    match value {
        Val::Collection(_) => true,
        Val::Array(list) => list.iter().any(holds_collection),
        _ => false,
    }
}

/// What a message calls a value, with its article.
fn noun(value: Val<'_>) -> &'static str {
    match value.kind() {
        "boolean" => "a boolean",
        "number" => "a number",
        "text" => "a text",
        "date" => "a date",
        "buffer" => "a buffer",
        "array" => "an array",
        "collection" => "a collection",
        other => other,
    }
}
