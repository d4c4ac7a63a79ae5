//! What kind of value an expression gives, as far as it shows without evaluating.

use super::{BinaryOperator, Expr, ExprKind, Keyword, UnaryOperator};
use crate::functions::Family;

/// The kind of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `true` or `false`
    Bool,
    /// A number.
    Number,
    /// Text, `emptystring` included.
    Text,
    /// An instant.
    Date,
    /// A list.
    Array,
}

impl Kind {
    /// What a message calls a value of this kind, with its article.
    pub fn noun(self) -> &'static str {
        match self {
            Kind::Bool => "a boolean",
            Kind::Number => "a number",
            Kind::Text => "a text",
            Kind::Date => "a date",
            Kind::Array => "an array",
        }
    }
}

/// The kind of value an expression always gives; none when it depends.
pub fn kind(expr: &Expr) -> Option<Kind> {
    match &expr.kind {
        ExprKind::Number(_) => Some(Kind::Number),
        ExprKind::Text(_) => Some(Kind::Text),
        ExprKind::Keyword(keyword) => of_keyword(*keyword),
        ExprKind::Group(inner) => kind(inner),
        ExprKind::Unary(UnaryOperator::Not, _) => Some(Kind::Bool),
        ExprKind::Unary(UnaryOperator::Minus, _) => Some(Kind::Number),
        ExprKind::Binary(binary) => of_operator(binary.operator, &binary.left, &binary.right),
        ExprKind::Call(call) => {
            let function = call.function?;
            match (function.name, call.arguments.as_slice()) {
                ("if", [_, then, otherwise]) => both(then, otherwise),
                ("ifempty", [value, fallback]) => both(value, fallback),
                (name, _) => of_function(name, function.family),
            }
        }
        _ => None,
    }
}

fn both(one: &Expr, other: &Expr) -> Option<Kind> {
    kind(one).filter(|found| kind(other) == Some(*found))
}

fn of_keyword(keyword: Keyword) -> Option<Kind> {
    use Keyword::*;
    match keyword {
        True | False => Some(Kind::Bool),
        Timestamp | Random | Pi => Some(Kind::Number),
        Now => Some(Kind::Date),
        EmptyArray => Some(Kind::Array),
        Space | Nbsp | Tab | Newline | CarriageReturn | Uuid | ExecutionId => Some(Kind::Text),
        Null | Erase | Ignore | EmptyString => None,
    }
}

fn of_operator(operator: BinaryOperator, left: &Expr, right: &Expr) -> Option<Kind> {
    use BinaryOperator::*;
    match operator {
        Multiply | Divide | Modulo | Subtract | AddNumbers => Some(Kind::Number),
        Less | LessOrEqual | Greater | GreaterOrEqual | Equal | NotEqual => Some(Kind::Bool),
        Add => match (kind(left), kind(right)) {
            (Some(Kind::Number), Some(Kind::Number)) => Some(Kind::Number),
            (Some(Kind::Text), _) | (_, Some(Kind::Text)) => Some(Kind::Text),
            _ => None,
        },
        And | Or => None,
    }
}

/// What a function of the language always gives (iml-functions.json).
fn of_function(name: &str, family: Family) -> Option<Kind> {
    match name {
        "parseDate" => Some(Kind::Date),
        "formatDate"
        | "formatNumber"
        | "join"
        | "createJSON"
        | "createXML"
        | "jwt"
        | "generateJwtWithKeyId"
        | "cryptoSign"
        | "mime" => Some(Kind::Text),
        "dateDiff" | "length" | "indexOf" => Some(Kind::Number),
        "contains" | "isArray" => Some(Kind::Bool),
        "split" | "add" | "remove" | "map" | "sort" | "reverse" | "shuffle" | "slice" | "merge" | "flatten"
        | "distinct" | "deduplicate" | "keys" | "toArray" => Some(Kind::Array),
        "toBinary" => None,
        _ => match family {
            Family::Date => Some(Kind::Date),
            Family::Math => Some(Kind::Number),
            Family::Text => Some(Kind::Text),
            _ => None,
        },
    }
}
