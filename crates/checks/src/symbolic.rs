//! What can be told about an expression without evaluating it: which stored keys it reads, whether it is a date, how
//! far ahead of now, and whether a condition can ever hold.

mod condition;
#[cfg(test)]
mod tests;

use connspec_iml::Template;
use connspec_iml::ast::{Expr, ExprKind, Keyword, UnaryOperator};
use smol_str::SmolStr;

pub use condition::{StoreComparison, Stored, Truth, store_comparisons, truth};

/// The roots under which the one store of a connection is read (connection.md §3).
pub const STORE_ROOTS: &[&str] = &["data", "connection", "parameters"];

/// The expression without the parentheses around it.
pub fn bare(expr: &Expr) -> &Expr {
    match &expr.kind {
        ExprKind::Group(inner) => bare(inner),
        _ => expr,
    }
}

/// The expression a template is when it is nothing else, without parentheses.
pub fn whole(template: &Template) -> Option<&Expr> {
    template.whole_expression().map(|expression| bare(&expression.expr))
}

/// The steps of a variable: `["body", "data", "token"]`; none when a step is computed.
pub fn steps<'t>(template: &'t Template, expr: &Expr) -> Option<&'t [SmolStr]> {
    let expr = bare(expr);
    let ExprKind::Path(_) = expr.kind else { return None };
    let variables = template.variables();
    // They stand in the order they are written.
    let first = variables.partition_point(|variable| variable.span.start < expr.span.start);
    let variable = variables.get(first).filter(|variable| variable.span == expr.span)?;
    (!variable.computed).then_some(&variable.segments)
}

/// The key of the store an expression is: `expires` of `data.expires`; none for anything else or deeper.
pub fn store_key<'t>(template: &'t Template, expr: &Expr) -> Option<&'t str> {
    match steps(template, expr)? {
        [root, key] if STORE_ROOTS.contains(&root.as_str()) => Some(key),
        _ => None,
    }
}

/// How a key of the store is read in an expression: in backticks unless it is a plain name (iml.md §7).
pub fn store_path(key: &str) -> String {
    let mut letters = key.chars();
    let is_plain = letters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && letters.all(|letter| letter.is_alphanumeric() || letter == '_');
    if is_plain { format!("data.{key}") } else { format!("data.`{key}`") }
}

/// The keys of the store a template reads, at any depth.
pub fn store_keys(template: &Template) -> Vec<String> {
    let stored = |segments: &[SmolStr]| match segments {
        [root, key, ..] if STORE_ROOTS.contains(&root.as_str()) => Some(key.to_string()),
        _ => None,
    };
    template.variables().iter().filter_map(|variable| stored(&variable.segments)).collect()
}

/// The name and arguments of a call.
pub fn call<'t>(template: &'t Template, expr: &'t Expr) -> Option<(&'t str, &'t [Expr])> {
    match &bare(expr).kind {
        ExprKind::Call(call) => Some((call.name.resolve(template.source()), &call.arguments)),
        _ => None,
    }
}

/// The number an expression is, when it is written as one.
pub fn number(expr: &Expr) -> Option<f64> {
    match &bare(expr).kind {
        ExprKind::Number(value) => Some(*value),
        ExprKind::Unary(UnaryOperator::Minus, operand) => number(operand).map(|value| -value),
        _ => None,
    }
}

/// The text an expression is, when it is written as one; `space` counts as `' '`.
pub fn text<'t>(template: &'t Template, expr: &'t Expr) -> Option<&'t str> {
    match &bare(expr).kind {
        ExprKind::Text(text) => Some(text.resolve(template.source())),
        ExprKind::Keyword(Keyword::Space) => Some(" "),
        _ => None,
    }
}

/// What kind of value an expression has, as far as it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A date: `now`, `addSeconds(…)`, `parseDate(…)`.
    Date,
    /// A number of seconds and the like: `body.expires_in`, `timestamp + 3600`.
    Number,
    /// A text.
    Text,
    /// It depends on what comes in.
    Unknown,
}

/// The kind of value of an expression.
pub fn sort(template: &Template, expr: &Expr) -> Sort {
    let expr = bare(expr);
    if is_duration(template, expr) {
        return Sort::Number;
    }
    match &expr.kind {
        ExprKind::Keyword(Keyword::Now) => Sort::Date,
        ExprKind::Keyword(Keyword::Timestamp) | ExprKind::Number(_) => Sort::Number,
        ExprKind::Text(_) => Sort::Text,
        ExprKind::Call(_) => sort_of_call(template, expr),
        ExprKind::Binary(binary) if binary.operator.precedence() >= 13 => {
            match (sort(template, &binary.left), sort(template, &binary.right)) {
                (Sort::Number, Sort::Number) => Sort::Number,
                _ => Sort::Unknown,
            }
        }
        _ => Sort::Unknown,
    }
}

fn sort_of_call(template: &Template, expr: &Expr) -> Sort {
    let Some((name, arguments)) = call(template, expr) else { return Sort::Unknown };
    match (name, arguments) {
        ("parseDate", _) => Sort::Date,
        ("formatDate", _) => Sort::Text,
        ("parseNumber" | "round" | "floor" | "ceil", _) => Sort::Number,
        ("ifempty", [first, second]) => match (sort(template, first), sort(template, second)) {
            (one, other) if one == other => one,
            _ => Sort::Unknown,
        },
        (name, [_, ..]) if minutes_per_unit(name).is_some() || name.starts_with("set") => Sort::Date,
        _ => Sort::Unknown,
    }
}

/// Whether an expression is a life in seconds (or minutes) as token answers give it: `body.expires_in`.
pub fn is_duration(template: &Template, expr: &Expr) -> bool {
    let last = steps(template, expr).filter(|steps| steps[0] == "body").and_then(<[_]>::last);
    last.is_some_and(|last| ends_as(last, "expiresin"))
}

/// Whether an expression is the life of the refresh token rather than of the access token.
pub fn is_refresh_duration(template: &Template, expr: &Expr) -> bool {
    let last = steps(template, expr).and_then(<[_]>::last);
    is_duration(template, expr) && last.is_some_and(|last| plain(last).contains("refresh"))
}

/// A name without case, `_` and `-`: `expires_in`, `expiresIn` and `expires-in` are one.
pub fn plain(name: &str) -> SmolStr {
    name.chars().filter(|character| !matches!(character, '_' | '-')).flat_map(char::to_lowercase).collect()
}

/// Whether a name ends so without case, `_` and `-`.
pub fn ends_as(name: &str, ending: &str) -> bool {
    let mut letters = name.bytes().rev().filter(|byte| !matches!(byte, b'_' | b'-'));
    ending.bytes().rev().all(|wanted| letters.next().is_some_and(|letter| letter.eq_ignore_ascii_case(&wanted)))
}

/// Whether a key is named like the end of a life: `expires`, `expiresAt`, `tokenExpiry`.
pub fn names_an_expiry(key: &str) -> bool {
    key.bytes().any(|byte| matches!(byte, b'x' | b'X')) && plain(key).contains("expir")
}

/// How many minutes ahead of now an expression lies when that is fixed: 15 for `addMinutes(now, 15)`, 0 for `now`.
pub fn minutes_ahead(template: &Template, expr: &Expr) -> Option<f64> {
    if matches!(bare(expr).kind, ExprKind::Keyword(Keyword::Now)) {
        return Some(0.0);
    }
    let (name, [date, amount]) = call(template, expr)? else { return None };
    Some(minutes_ahead(template, date)? + number(amount)? * minutes_per_unit(name)?)
}

/// The minutes of one unit of `addSeconds`, `addMinutes`, …; months and years have no fixed length, but any will do
/// for "longer than every token lives".
pub fn minutes_per_unit(function: &str) -> Option<f64> {
    Some(match function {
        "addSeconds" => 1.0 / 60.0,
        "addMinutes" => 1.0,
        "addHours" => 60.0,
        "addDays" => 1440.0,
        "addMonths" => 43_200.0,
        "addYears" => 525_600.0,
        _ => return None,
    })
}

/// Whether a template makes a new value each time: it reads `uuid` or `random`.
pub fn is_random(template: &Template) -> bool {
    struct Random(bool);
    impl<'t> connspec_iml::ast::Visitor<'t> for Random {
        fn expr(&mut self, expr: &'t Expr) {
            self.0 |= matches!(expr.kind, ExprKind::Keyword(Keyword::Uuid | Keyword::Random));
            connspec_iml::ast::walk(self, expr);
        }
    }
    let mut random = Random(false);
    template.visit(&mut random);
    random.0
}

/// Whether a template calls the function.
pub fn calls(template: &Template, function: &str) -> bool {
    template.calls_any(&[function])
}

/// How many characters a template's text has when that is fixed: 36 for `{{uuid}}`, 72 for two of them.
pub fn fixed_length(template: &Template) -> Option<usize> {
    use connspec_iml::ast::Piece;
    template.ast().iter().try_fold(0, |length, piece| {
        Some(
            length
                + match piece {
                    Piece::Text(span) => template.source()[span.range()].chars().count(),
                    Piece::Expression(expression) => length_of(template, &expression.expr)?,
                },
        )
    })
}

fn length_of(template: &Template, expr: &Expr) -> Option<usize> {
    const UUID: usize = 36;
    const UUID_WITHOUT_DASHES: usize = 32;
    let expr = bare(expr);
    match &expr.kind {
        ExprKind::Keyword(Keyword::Uuid) => Some(UUID),
        ExprKind::Text(text) => Some(text.resolve(template.source()).chars().count()),
        ExprKind::Juxtaposed(parts) => parts.iter().try_fold(0, |sum, part| Some(sum + length_of(template, part)?)),
        ExprKind::Binary(binary) if binary.operator.symbol() == "+" => {
            Some(length_of(template, &binary.left)? + length_of(template, &binary.right)?)
        }
        ExprKind::Call(_) => match call(template, expr)? {
            ("lower" | "upper" | "toString", [only]) => length_of(template, only),
            ("replace", [subject, needle, with]) => {
                let is_uuid = matches!(bare(subject).kind, ExprKind::Keyword(Keyword::Uuid));
                let drops = matches!(text(template, needle)?, "-" | "/-/g") && text(template, with)?.is_empty();
                (is_uuid && drops).then_some(UUID_WITHOUT_DASHES)
            }
            ("substring", [subject, start, end]) => {
                let length = length_of(template, subject)?;
                let (start, end) = (number(start)? as usize, number(end)? as usize);
                Some(end.min(length).saturating_sub(start))
            }
            (hash, arguments) => {
                let bytes = match hash {
                    "md5" => 16,
                    "sha1" => 20,
                    "sha256" => 32,
                    "sha512" => 64,
                    _ => return None,
                };
                match arguments.get(1).map(|encoding| text(template, encoding)) {
                    None | Some(Some("hex")) => Some(bytes * 2),
                    Some(Some("base64")) => Some(4 * usize::div_ceil(bytes, 3)),
                    _ => None,
                }
            }
        },
        _ => None,
    }
}
