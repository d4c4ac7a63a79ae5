//! What the parser has to say: one function for each oddity, with its code, message and help.

use connspec_diagnostics::{Severity, Span};

use crate::Finding;
use crate::ast::{Binary, BinaryOperator, Expr, ExprKind, Name};

/// `{{}}`
pub(super) fn empty(span: Span) -> Finding {
    Finding::new(
        "empty-expression",
        Severity::Warning,
        span,
        "an empty expression gives null",
        "write what is meant between the braces, or `null`",
    )
}

pub(super) fn too_deep(span: Span, limit: u32) -> Finding {
    Finding::new(
        "limit-nesting",
        Severity::Error,
        span,
        format!("the brackets nest deeper than {limit} levels"),
        "split the expression, for example by keeping a part in `temp`",
    )
}

pub(super) fn too_many_operators(span: Span, limit: u32) -> Finding {
    Finding::new(
        "limit-operators",
        Severity::Error,
        span,
        format!("the expression has more than {limit} operators"),
        "split the expression, for example by keeping a part in `temp`",
    )
}

/// `1 +` or `* 2`
pub(super) fn missing_operand(span: Span) -> Finding {
    Finding::new(
        "missing-operand",
        Severity::Error,
        span,
        "an operator has nothing to work on here",
        "write the missing value, or remove the operator",
    )
}

/// `f(a` or `a[1)`: what is wrong with the brackets that open at `start` and reach to `end`.
pub(super) fn brackets(source: &str, start: usize, end: usize, unclosed: bool) -> Option<Finding> {
    let (open, closing) = if source.as_bytes()[start] == b'(' { ('(', ')') } else { ('[', ']') };
    let finding = |message: String| {
        let help = format!("add `{closing}` where the part ends");
        Some(Finding::new("unclosed-bracket", Severity::Error, Span::new(start, start + 1), message, help))
    };
    match source.as_bytes()[end - 1] {
        _ if unclosed => finding(format!("`{open}` is never closed")),
        last if char::from(last) == closing => None,
        last => finding(format!("`{open}` is closed by `{}`", char::from(last))),
    }
}

/// `a[1, 2]` or `(a, b)`
pub(super) fn several(span: Span) -> Finding {
    Finding::new(
        "unexpected-separator",
        Severity::Error,
        span,
        "these brackets hold one expression, not several",
        "remove the separator; arguments belong in the parentheses of a function",
    )
}

/// `()`
pub(super) fn empty_group(span: Span) -> Finding {
    Finding::new(
        "missing-operand",
        Severity::Error,
        span,
        "there is nothing between the parentheses",
        "write an expression between them, or remove them",
    )
}

/// `5abc`
pub(super) fn malformed(written: &str, span: Span) -> Finding {
    let help = match written.bytes().find(u8::is_ascii_alphabetic) {
        Some(b'e' | b'E') => "numbers have no exponent: write all digits, or use parseNumber()",
        _ => "put a name that starts with a digit in backticks",
    };
    Finding::new("malformed-number", Severity::Error, span, format!("`{written}` is neither a number nor a name"), help)
}

/// `first(x).name`
pub(super) fn misplaced(source: &str, inner: Span, span: Span) -> Finding {
    let (steps, inner) = (&source[span.range()], &source[inner.range()]);
    let path = steps.trim_start_matches('.').replace(['[', ']', '\'', '"', '`'], "");
    Finding::new(
        "member-of-result",
        Severity::Error,
        span,
        format!("`{steps}` cannot follow the result of an expression"),
        format!("write get({inner}, '{path}')"),
    )
}

/// `'abc`
pub(super) fn unclosed_quote(quote: char, span: Span) -> Finding {
    let name = if quote == '`' { "backtick" } else { "quote" };
    Finding::new(
        "unclosed-quote",
        Severity::Error,
        Span { end: span.start + 1, ..span },
        format!("the {name} is never closed, so that the rest of the expression means nothing"),
        format!("add the closing {name}"),
    )
}

/// A character that cannot stand where it stands.
pub(super) fn stray(character: char, span: Span) -> Finding {
    let help = match character {
        ')' | ']' => "remove it, or add the bracket it should close",
        ',' | ';' => "separators stand between the arguments of a function",
        '.' => "a dot stands between names, without spaces; numbers start with a digit",
        '“' | '”' | '‘' | '’' | '„' | '‚' => "write straight quotes, ' or \"",
        '\\' => "a backslash means something only within quotes",
        _ => "put text in quotes and unusual names in backticks",
    };
    Finding::new(
        "unexpected-character",
        Severity::Error,
        span,
        format!("`{}` cannot stand here", character.escape_debug()),
        help,
    )
}

/// `['a']` where a value is expected.
pub(super) fn array_literal(span: Span) -> Finding {
    Finding::new(
        "inline-literal",
        Severity::Error,
        span,
        "there are no array literals: this gives null",
        "build the array with add(emptyarray, …) or split('a,b', ',')",
    )
}

/// `a b`: operands with nothing between them.
pub(super) fn juxtaposed(source: &str, parts: &[Expr], span: Span) -> Option<Finding> {
    let written = |part: &Expr| source[part.span.range()].to_owned();
    if parts.iter().any(|part| matches!(part.kind, ExprKind::Error(_))) {
        return None;
    }
    if parts.iter().any(|part| matches!(part.kind, ExprKind::Brace(_))) {
        return Some(Finding::new(
            "inline-literal",
            Severity::Error,
            span,
            "there are no object literals: the braces are text, and the parts are joined as text",
            "write the object as JSON outside the expression, with an expression for each value",
        ));
    }
    let word = parts.iter().map(written).find(|word| ["and", "or", "mod", "?"].contains(&word.as_str()));
    let (message, help) = match word.as_deref() {
        Some("?") => {
            ("there is no `? :`: the parts are joined as text".to_owned(), "write if(condition, then, else)".to_owned())
        }
        Some(word) => {
            let operator = if word == "and" {
                "&"
            } else if word == "or" {
                "|"
            } else {
                "%"
            };
            (format!("`{word}` is not an operator: the parts are joined as text"), format!("write `{operator}`"))
        }
        None => (
            format!(
                "no operator stands between `{}` and `{}`: they are joined as text",
                written(&parts[0]),
                written(&parts[1])
            ),
            "write `+` between them, or separate the expressions".to_owned(),
        ),
    };
    Some(Finding::new("juxtaposition", Severity::Warning, span, message, help))
}

/// `x[0]`
pub(super) fn zero_index(index: &Expr, span: Span) -> Option<Finding> {
    matches!(index.kind, ExprKind::Number(0.0)).then(|| {
        Finding::new(
            "zero-index",
            Severity::Error,
            span,
            "positions count from 1: `[0]` is always undefined",
            "write [1], or [] for the first item",
        )
    })
}

/// `x.0`
pub(super) fn zero_name(name: Name, source: &str) -> Option<Finding> {
    (!name.quoted && &source[name.span.range()] == "0").then(|| {
        Finding::new(
            "zero-index",
            Severity::Warning,
            name.span,
            "positions count from 1: `.0` of an array is always undefined",
            "write .1 for the first item, or backticks when a member is called 0",
        )
    })
}

/// `headers.content-type`: a subtraction where a name with a dash is meant. A further dash widens the
/// finding of the first: then `last` is changed, and nothing new is said.
pub(super) fn hyphen(source: &str, binary: &Binary, span: Span, last: Option<&mut Finding>) -> Option<Finding> {
    let operator = binary.operator_span;
    let tight = binary.left.span.end == operator.start && operator.end == binary.right.span.start;
    let named = matches!(&binary.right.kind, ExprKind::Path(path) if !path.root.quoted);
    if binary.operator != BinaryOperator::Subtract || !tight || !named {
        return None;
    }
    const CODE: &str = "hyphen-without-backticks";
    let finding = |span: Span| {
        let written = &source[span.range()];
        Finding::new(
            CODE,
            Severity::Warning,
            span,
            format!("`{written}` is a subtraction"),
            "put a name with a dash in backticks, or spaces around a minus",
        )
    };
    match (&binary.left.kind, last) {
        (ExprKind::Path(path), _) if !path.segments.is_empty() => Some(finding(span)),
        (ExprKind::Binary(_), Some(last)) if last.code == CODE && last.span == binary.left.span => {
            *last = finding(span);
            None
        }
        _ => None,
    }
}

/// `formatDate(x, YYYY-MM-DD)`: a format without quotes (iml.md §12 C16).
pub(super) fn unquoted_format(source: &str, function: &str, arguments: &[Expr]) -> Option<Finding> {
    let argument = arguments.get(1).filter(|_| matches!(function, "formatDate" | "parseDate"))?;
    let written = &source[argument.span.range()];
    let tokens = |text: &str| text.bytes().all(|byte| b"YMDHhmsSAaZTXQEWG-/:. ".contains(&byte));
    let unquoted = matches!(argument.kind, ExprKind::Path(_) | ExprKind::Binary(_) | ExprKind::Juxtaposed(_));
    (unquoted && written.len() > 1 && tokens(written)).then(|| {
        Finding::new(
            "unquoted-text",
            Severity::Warning,
            argument.span,
            format!("`{written}` is read as variables and operators, not as a format"),
            format!("put it in quotes: '{written}'"),
        )
    })
}
