//! The tree a template is parsed into. Every node carries its span in the template's source; names and
//! plain texts are spans into it, so parsing copies nothing.

mod kind;
mod print;
mod visit;

use connspec_diagnostics::Span;

pub use kind::{Kind, kind};
pub use visit::{Visitor, walk};

use crate::Root;
use crate::functions::Function;

/// A piece of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Text outside `{{ }}`, as it stands.
    Text(Span),
    /// One `{{ … }}`.
    Expression(Expression),
}

/// One `{{ … }}`.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// From the first brace to the last.
    pub span: Span,
    /// What stands between the braces.
    pub expr: Expr,
    /// The first finding that makes the expression an error, as an index into the template's findings.
    pub broken: Option<usize>,
}

/// A node: what it is, and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands in the template's source.
    pub span: Span,
}

/// The kinds of nodes.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// Nothing written: an argument left empty, or `{{}}`.
    Empty,
    /// A number.
    Number(f64),
    /// A quoted text.
    Text(Text),
    /// A lone name with a meaning of its own (iml.md §5).
    Keyword(Keyword),
    /// A variable, with the steps into it.
    Path(Path),
    /// A function call.
    Call(Call),
    /// A prefix operator and its operand.
    Unary(UnaryOperator, Box<Expr>),
    /// A binary operator between two operands.
    Binary(Box<Binary>),
    /// An expression in parentheses.
    Group(Box<Expr>),
    /// Operands with no operator between them: their texts, one after another (iml.md §7).
    Juxtaposed(Vec<Expr>),
    /// `[…]` where a value is expected: looks like an array literal, gives null (iml.md §4).
    List(Vec<Expr>),
    /// A brace on its own, which is text (iml.md §12 C14).
    Brace(char),
    /// Something that does not parse: evaluating it is an error.
    Error(Broken),
}

/// A quoted text.
#[derive(Debug, Clone, PartialEq)]
pub struct Text {
    /// What stands between the quotes.
    pub content: Span,
    /// The text with its escapes resolved, when it has any.
    pub unescaped: Option<Box<str>>,
}

impl Text {
    /// The text meant, within the template's `source`.
    pub fn resolve<'s>(&'s self, source: &'s str) -> &'s str {
        match &self.unescaped {
            Some(text) => text,
            None => &source[self.content.range()],
        }
    }
}

/// A name, perhaps in backticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name {
    /// The name as written, backticks included.
    pub span: Span,
    /// Whether it stands in backticks.
    pub quoted: bool,
}

impl Name {
    /// The name meant, without backticks, within the template's `source`.
    #[inline]
    pub fn resolve(self, source: &str) -> &str {
        let inset = u32::from(self.quoted);
        &source[(self.span.start + inset) as usize..(self.span.end - inset) as usize]
    }
}

/// Names with a meaning of their own when they stand alone (iml.md §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the variants are the keywords")]
pub enum Keyword {
    True,
    False,
    Null,
    Erase,
    Ignore,
    EmptyString,
    EmptyArray,
    Space,
    Nbsp,
    Tab,
    Newline,
    CarriageReturn,
    Now,
    Timestamp,
    Uuid,
    Random,
    Pi,
    ExecutionId,
}

impl Keyword {
    /// Every keyword.
    pub const ALL: [Keyword; 18] = [
        Keyword::True,
        Keyword::False,
        Keyword::Null,
        Keyword::Erase,
        Keyword::Ignore,
        Keyword::EmptyString,
        Keyword::EmptyArray,
        Keyword::Space,
        Keyword::Nbsp,
        Keyword::Tab,
        Keyword::Newline,
        Keyword::CarriageReturn,
        Keyword::Now,
        Keyword::Timestamp,
        Keyword::Uuid,
        Keyword::Random,
        Keyword::Pi,
        Keyword::ExecutionId,
    ];

    /// The keyword written `name`.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "true" => Keyword::True,
            "false" => Keyword::False,
            "null" => Keyword::Null,
            "erase" => Keyword::Erase,
            "ignore" => Keyword::Ignore,
            "emptystring" => Keyword::EmptyString,
            "emptyarray" => Keyword::EmptyArray,
            "space" => Keyword::Space,
            "nbsp" => Keyword::Nbsp,
            "tab" => Keyword::Tab,
            "newline" => Keyword::Newline,
            "carriagereturn" => Keyword::CarriageReturn,
            "now" => Keyword::Now,
            "timestamp" => Keyword::Timestamp,
            "uuid" => Keyword::Uuid,
            "random" => Keyword::Random,
            "pi" => Keyword::Pi,
            "executionId" => Keyword::ExecutionId,
            _ => return None,
        })
    }
}

/// A variable and the steps into it: `body.items[2].name`.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// The variable's name.
    pub root: Name,
    /// The root of Make's runtime it names, when it names one.
    pub known: Option<Root>,
    /// The steps.
    pub segments: Vec<Segment>,
}

/// One step of a path, with its dot or brackets.
#[derive(Debug, Clone, PartialEq)]
pub struct Segment {
    /// What it selects.
    pub kind: SegmentKind,
    /// Where it stands, dot or brackets included.
    pub span: Span,
}

/// What a step of a path selects.
#[derive(Debug, Clone, PartialEq)]
pub enum SegmentKind {
    /// `.name`: a member; a number also selects a position, counted from 1.
    Name(Name),
    /// `[]`: the first item.
    First,
    /// `[n]` or `['key']` or `[expr]`: a position counted from 1, or a member.
    Index(Box<Expr>),
}

/// A function call.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The function's name.
    pub name: Name,
    /// The function of the language it names; otherwise it may be one of the app's own.
    pub function: Option<&'static Function>,
    /// The arguments; one left out is `Empty`.
    pub arguments: Vec<Expr>,
}

/// A binary operator and its operands.
#[derive(Debug, Clone, PartialEq)]
pub struct Binary {
    /// The operator.
    pub operator: BinaryOperator,
    /// Where the operator stands.
    pub operator_span: Span,
    /// The left operand.
    pub left: Expr,
    /// The right operand.
    pub right: Expr,
}

/// Prefix operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnaryOperator {
    /// `!`
    Not,
    /// `-`
    Minus,
}

/// Binary operators; several spellings share one meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOperator {
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
    /// `+`: addition or concatenation.
    Add,
    /// `-`
    Subtract,
    /// `++`: addition of numbers, whatever the operands are.
    AddNumbers,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `=`, `==`, `===`
    Equal,
    /// `!=`, `!==`
    NotEqual,
    /// `&`, `&&`
    And,
    /// `|`, `||`
    Or,
}

impl BinaryOperator {
    /// How tightly it binds; larger is tighter (iml.md §7).
    pub fn precedence(self) -> u8 {
        use BinaryOperator::*;
        match self {
            Multiply | Divide | Modulo => 14,
            Add | Subtract | AddNumbers => 13,
            Less | LessOrEqual | Greater | GreaterOrEqual => 11,
            Equal | NotEqual => 10,
            And => 6,
            Or => 5,
        }
    }

    /// Its usual spelling.
    pub fn symbol(self) -> &'static str {
        use BinaryOperator::*;
        match self {
            Multiply => "*",
            Divide => "/",
            Modulo => "%",
            Add => "+",
            Subtract => "-",
            AddNumbers => "++",
            Less => "<",
            LessOrEqual => "<=",
            Greater => ">",
            GreaterOrEqual => ">=",
            Equal => "=",
            NotEqual => "!=",
            And => "&",
            Or => "|",
        }
    }
}

/// Something that does not parse.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    /// What is wrong: an index into the template's findings.
    pub finding: usize,
    /// What could be parsed within it.
    pub parts: Vec<Expr>,
}
