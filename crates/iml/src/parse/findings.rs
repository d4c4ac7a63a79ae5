//! What the parser has to say: one function for each oddity, with its code, message and help.

use connspec_diagnostics::{Severity, Span};

use crate::ast::{Binary, BinaryOperator, Expr, ExprKind, Kind, Name, Path, SegmentKind, kind};
use crate::functions::{self, Function};
use crate::{Finding, foreign};

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

/// `a[1, 2]` or `(a, b)`: `span` is the separator.
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
    let shown = if character.is_control() { character.escape_debug().to_string() } else { character.to_string() };
    let help = match character {
        ')' | ']' => "remove it, or add the bracket it should close",
        ',' | ';' => "separators stand between the arguments of a function",
        '.' => "a dot stands between names, without spaces; numbers start with a digit",
        '“' | '”' | '‘' | '’' | '„' | '‚' => "write straight quotes, ' or \"",
        '\\' => "a backslash means something only within quotes",
        _ => "put text in quotes and unusual names in backticks",
    };
    Finding::new("unexpected-character", Severity::Error, span, format!("`{shown}` cannot stand here"), help)
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
        if !source[span.range()].contains([':', ',', ';']) {
            return Some(Finding::new(
                "inline-literal",
                Severity::Error,
                span,
                "a brace within an expression is text, and is joined with what stands beside it",
                "remove it: an expression opens with `{{` and closes with `}}`",
            ));
        }
        return Some(Finding::new(
            "inline-literal",
            Severity::Error,
            span,
            "there are no object literals: the braces are text, and the parts are joined as text",
            "write the object as JSON outside the expression, with an expression for each value",
        ));
    }
    if let ExprKind::Path(Path { root, segments, .. }) = &parts[0].kind
        && segments.is_empty()
        && let Some(function) = functions::named(root.resolve(source))
    {
        return Some(Finding::new(
            "juxtaposition",
            Severity::Warning,
            span,
            format!("`{}` is a function and has no parentheses: the parts are joined as text", function.name),
            format!("write {}", function.signature),
        ));
    }
    if let Some(finding) = colon(source, span) {
        return Some(finding);
    }
    let word = parts.iter().map(written).find(|word| ["and", "or", "not", "mod", "?", "??"].contains(&word.as_str()));
    let (message, help) = match word.as_deref() {
        Some("?") => {
            ("there is no `? :`: the parts are joined as text".to_owned(), "write if(condition, then, else)".to_owned())
        }
        Some("??") => {
            ("there is no `??`: the parts are joined as text".to_owned(), "write ifempty(value, fallback)".to_owned())
        }
        Some(word) => {
            let operator = match word {
                "and" => "&",
                "or" => "|",
                "not" => "!",
                _ => "%",
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

/// `name.toUpperCase()`: parentheses behind the steps of a variable; what stands in them is `parts`. `span` is the separator
/// when there is one.
pub(super) fn method(source: &str, path: &Expr, parts: &[Expr], span: Span) -> Option<Finding> {
    let ExprKind::Path(Path { segments, .. }) = &path.kind else { return None };
    let SegmentKind::Name(name) = segments.last()?.kind else { return None };
    let name = name.resolve(source);
    let value = source[path.span.range()].strip_suffix(name)?.strip_suffix('.')?;
    let of_object = match (value, name) {
        ("JSON", "stringify") => Some("write createJSON(value)"),
        ("JSON", "parse") => Some("write parseJSON(text)"),
        ("Date", "now") => Some("write `now`, or `timestamp` for seconds since 1970"),
        ("Math", "floor") => Some("write floor(number)"),
        ("Math", "round") => Some("write round(number)"),
        ("Object", "keys") => Some("write keys(collection)"),
        _ => None,
    };
    let function = functions::named(name).map(|function| function.name).or_else(|| foreign::same_arguments(name));
    let others: String = parts.iter().map(|part| format!(", {}", &source[part.span.range()])).collect();
    let help = match function {
        _ if of_object.is_some() => of_object.unwrap_or_default().to_owned(),
        Some(function) => format!("write {function}({value}{others})"),
        None => {
            foreign::other_way(name).map_or_else(|| format!("functions stand in front: {name}({value})"), str::to_owned)
        }
    };
    let (code, severity, end) = match parts {
        [] => ("missing-operand", Severity::Error, ""),
        [_] => ("juxtaposition", Severity::Warning, ": the parts are joined as text"),
        _ => ("unexpected-separator", Severity::Error, ""),
    };
    Some(Finding::new(code, severity, span, format!("values have no methods such as `{name}`{end}"), help))
}

/// `addDays(now)`, `lower(a, b)`: fewer arguments than the function needs, or more than it takes (iml.md §9).
pub(super) fn argument_count(function: &Function, arguments: &[Expr], span: Span) -> Option<Finding> {
    let given = arguments.len();
    let is_empty = |argument: &&Expr| matches!(argument.kind, ExprKind::Empty);
    let written = given - arguments.iter().rev().take_while(is_empty).count();
    let (least, most) = (function.arguments.least, function.arguments.most.unwrap_or(usize::MAX));
    let (severity, verb, wanted, is) = match given {
        _ if given < least => (Severity::Error, "needs", least, given),
        _ if written > most => (Severity::Warning, "takes", most, written),
        _ => return None,
    };
    let wanted = if wanted == 1 { "one argument".to_owned() } else { format!("{wanted} arguments") };
    let is = match is {
        0 => "none is".to_owned(),
        1 => "one is".to_owned(),
        _ => format!("{is} are"),
    };
    let message = format!("`{}` {verb} {wanted}, {is} given", function.name);
    Some(Finding::new("argument-count", severity, span, message, format!("write {}", function.signature)))
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

/// `formatDate(x, YYYY-MM-DD)`, `sort(l, desc)`: a format, a unit or an order without quotes (iml.md §12 C16).
pub(super) fn unquoted_text(source: &str, function: &str, arguments: &[Expr]) -> Option<Finding> {
    let unquoted =
        |expr: &&Expr| matches!(expr.kind, ExprKind::Path(_) | ExprKind::Binary(_) | ExprKind::Juxtaposed(_));
    let (argument, meant) = match function {
        "formatDate" | "parseDate" => {
            let argument = arguments.get(1).filter(unquoted)?;
            let tokens = |text: &str| text.bytes().all(|byte| b"YMDHhmsSAaZTXQEWG-/:. ".contains(&byte));
            let written = &source[argument.span.range()];
            (argument, (written.len() > 1 && tokens(written)).then_some("a format")?)
        }
        "sort" => (arguments.get(1).filter(unquoted)?, "an order"),
        "dateDiff" => (arguments.get(2).filter(unquoted)?, "a unit"),
        "toBinary" | "toString" | "md5" | "sha1" | "sha256" | "sha512" => {
            (arguments.get(1).filter(unquoted)?, "an encoding")
        }
        _ => return None,
    };
    let written = &source[argument.span.range()];
    let known: &[&str] = match meant {
        "an order" => &["asc", "desc", "asc ci", "desc ci"],
        "a unit" => &["D", "H", "m", "s", "RH", "Rm", "Rs"],
        "an encoding" => &["hex", "base64", "base64url", "latin1", "utf8", "binary"],
        _ => &[written],
    };
    known.contains(&written).then(|| {
        Finding::new(
            "unquoted-text",
            Severity::Warning,
            argument.span,
            format!("`{written}` is read as variables and operators, not as {meant}"),
            format!("put it in quotes: '{written}'"),
        )
    })
}

/// `get(list, 0)`: the one function that takes a position counted from 1 (iml.md §8).
pub(super) fn zero_argument(function: &str, arguments: &[Expr]) -> Option<Finding> {
    let argument = arguments.get(1).filter(|_| function == "get")?;
    matches!(argument.kind, ExprKind::Number(0.0)).then(|| {
        Finding::new(
            "zero-index",
            Severity::Error,
            argument.span,
            "positions count from 1: get(…, 0) is always undefined",
            "write 1 for the first item",
        )
    })
}

/// `1 = '1'`: literals of two kinds; of variables only the evaluation knows (iml.md §12 C1).
pub(super) fn mixed_comparison(binary: &Binary, span: Span) -> Option<Finding> {
    if !matches!(binary.operator, BinaryOperator::Equal | BinaryOperator::NotEqual) {
        return None;
    }
    let (left, right) = (kind(&binary.left)?, kind(&binary.right)?);
    // A date and a text that names an instant do compare (C7).
    let date_and_text = matches!((left, right), (Kind::Date, Kind::Text) | (Kind::Text, Kind::Date));
    (left != right && !date_and_text).then(|| Finding::mixed_comparison(binary, left.noun(), right.noun(), span))
}

/// `common.id:common.secret`, `a.x : a.y`: a colon is a part of names, and joins nothing.
pub(super) fn colon(source: &str, span: Span) -> Option<Finding> {
    let meant = foreign::joined_by_colon(&source[span.range()])?;
    let message = "`:` joins nothing: between values it is a part of a name";
    Some(Finding::new("joining-colon", Severity::Warning, span, message, format!("write `{meant}`")))
}

/// `a + : + b`
pub(super) fn lone_colon(source: &str, expr: &Expr) -> Option<Finding> {
    let is_colon = matches!(&expr.kind, ExprKind::Path(_)) && &source[expr.span.range()] == ":";
    let message = "`:` without quotes is the name of a variable, not a text";
    is_colon.then(|| Finding::new("joining-colon", Severity::Warning, expr.span, message, "write `':'`"))
}

/// A brace that is neither text nor part of what looks like an object: `{{ } }}`, `{{ { + 1 }}`.
pub(super) fn lone_brace(expr: &Expr) -> Option<Finding> {
    let ExprKind::Brace(brace) = expr.kind else { return None };
    Some(Finding::new(
        "inline-literal",
        Severity::Error,
        expr.span,
        format!("a `{brace}` within an expression is text"),
        format!("remove it, or write '{brace}' when the text is meant"),
    ))
}
