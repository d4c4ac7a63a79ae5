//! What becomes of the variables an expression reads: which ones its value carries, and which are read without
//! provision for being empty.

use connspec_iml::ast::{BinaryOperator, Call, Expr, ExprKind, UnaryOperator, Visitor, walk};

use smallvec::SmallVec;

use crate::site::{Read, Site};

/// Variables of a text: seldom more than a few.
pub type Reads<'s, 'a> = SmallVec<[&'s Read<'a>; 4]>;

/// Functions whose result tells nothing about their argument.
const ONE_WAY: &[&str] = &["sha1", "sha256", "sha384", "sha512", "md5", "crc32", "length", "contains", "indexOf"];

/// Functions that give their argument back, perhaps in another spelling.
const SAME_VALUE: &[&str] = &[
    "base64",
    "ifempty",
    "if",
    "switch",
    "toString",
    "trim",
    "lower",
    "upper",
    "encodeURL",
    "decodeURL",
    "join",
    "toBinary",
    "createJSON",
    "get",
    "first",
    "last",
];

/// How much of a variable must be left for it to count as carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Through {
    /// Anything that may hold it: every function but the one-way ones.
    Anything,
    /// The value itself, perhaps encoded: not a part of it, not a masked or signed form.
    Unchanged,
}

/// The variables whose value reaches the text's own value.
pub fn carried<'s, 'a>(site: &'s Site<'a>, through: Through) -> Reads<'s, 'a> {
    let mut found = Reads::new();
    for expression in site.template.expressions() {
        carry(site, &expression.expr, through, &mut found);
    }
    found
}

fn carry<'s, 'a>(site: &'s Site<'a>, expr: &Expr, through: Through, found: &mut Reads<'s, 'a>) {
    match &expr.kind {
        ExprKind::Path(_) => {
            found.extend(site.read_at(expr.span));
        }
        ExprKind::Call(call) => {
            arguments(site, call, through).iter().for_each(|argument| carry(site, argument, through, found));
        }
        ExprKind::Unary(UnaryOperator::Minus, operand) | ExprKind::Group(operand) => {
            carry(site, operand, through, found);
        }
        ExprKind::Binary(binary) if keeps_operands(binary.operator) => {
            carry(site, &binary.left, through, found);
            carry(site, &binary.right, through, found);
        }
        ExprKind::Juxtaposed(parts) => parts.iter().for_each(|part| carry(site, part, through, found)),
        _ => {}
    }
}

/// The arguments of a call that its result carries.
fn arguments<'a>(site: &Site<'_>, call: &'a Call, through: Through) -> &'a [Expr] {
    let name = call.name.resolve(site.template.source());
    let carries = match through {
        Through::Anything => !ONE_WAY.contains(&name),
        Through::Unchanged => SAME_VALUE.contains(&name),
    };
    match (carries, name) {
        (false, _) => &[],
        (true, "if" | "switch") => call.arguments.get(1..).unwrap_or_default(),
        (true, "get" | "join" | "jwt") => call.arguments.get(..1).unwrap_or_default(),
        (true, _) => &call.arguments,
    }
}

fn keeps_operands(operator: BinaryOperator) -> bool {
    matches!(operator, BinaryOperator::Add | BinaryOperator::AddNumbers | BinaryOperator::And | BinaryOperator::Or)
}

/// The variables that are read as if they always had a value: nothing in the text asks whether they are empty.
pub fn unguarded<'s, 'a>(site: &'s Site<'a>) -> Reads<'s, 'a> {
    not_asked_about(site, false)
}

/// As [`unguarded`], with what a condition or a default only chooses: `common.id` of `ifempty(parameters.id, common.id)`
/// is all there is when the form's is empty.
pub fn needed<'s, 'a>(site: &'s Site<'a>) -> Reads<'s, 'a> {
    not_asked_about(site, true)
}

fn not_asked_about<'s, 'a>(site: &'s Site<'a>, spares_chosen: bool) -> Reads<'s, 'a> {
    if site.reads().is_empty() {
        return Reads::new();
    }
    let mut asked = Asked { source: site.template.source(), spares_chosen, inside: 0, spans: SmallVec::new() };
    site.template.visit(&mut asked);
    let guarded = asked.spans.into_iter().filter_map(|span| site.read_at(span));
    let guarded: SmallVec<[_; 4]> = guarded.map(|read| read.segments).collect();
    site.reads().iter().filter(|read| !guarded.contains(&read.segments)).collect()
}

/// Collects the variables that a condition, a default or a comparison looks at.
struct Asked<'s> {
    source: &'s str,
    /// Whether what a function gives back after it has asked is left out.
    spares_chosen: bool,
    inside: usize,
    spans: SmallVec<[connspec_diagnostics::Span; 4]>,
}

impl<'s> Visitor<'s> for Asked<'s> {
    fn expr(&mut self, expr: &'s Expr) {
        let asks = match &expr.kind {
            ExprKind::Call(call) => match call.name.resolve(self.source) {
                name @ ("if" | "ifempty" | "switch") if self.spares_chosen => return self.arguments(name, call),
                name => matches!(name, "if" | "ifempty" | "switch" | "length"),
            },
            ExprKind::Unary(UnaryOperator::Not, _) => true,
            ExprKind::Binary(binary) => !matches!(
                binary.operator,
                BinaryOperator::Add | BinaryOperator::AddNumbers | BinaryOperator::Subtract | BinaryOperator::Multiply
            ),
            _ => false,
        };
        self.inside += usize::from(asks);
        if self.inside > 0 && matches!(expr.kind, ExprKind::Path(_)) {
            self.spans.push(expr.span);
        }
        walk(self, expr);
        self.inside -= usize::from(asks);
    }
}

impl<'s> Asked<'s> {
    /// The arguments of a function that asks about some of them, and gives one of the others.
    fn arguments(&mut self, name: &str, call: &'s Call) {
        let count = call.arguments.len();
        for (index, argument) in call.arguments.iter().enumerate() {
            let asks = match name {
                "if" => index == 0,
                "ifempty" => index + 1 < count,
                // The cases stand in front of what is given for them, the default at the end.
                _ => index == 0 || (index % 2 == 1 && index + 1 < count),
            };
            self.inside += usize::from(asks);
            self.expr(argument);
            self.inside -= usize::from(asks);
        }
    }
}
