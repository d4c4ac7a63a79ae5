//! Writing a tree back as source: one space around operators, `, ` between arguments.

use std::fmt::Write;

use super::{Expr, ExprKind, Keyword, SegmentKind, UnaryOperator};

impl Expr {
    /// The expression as source in one normal form. Parsing that gives the same tree again; broken parts
    /// are written as they stand in `source`, the source of the template the node belongs to.
    pub fn print(&self, source: &str) -> String {
        let mut out = String::new();
        self.write(source, &mut out);
        out
    }

    fn write(&self, source: &str, out: &mut String) {
        match &self.kind {
            ExprKind::Empty => {}
            ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::Error(_) => out.push_str(&source[self.span.range()]),
            ExprKind::Keyword(keyword) => out.push_str(keyword.name()),
            ExprKind::Path(path) => {
                out.push_str(&source[path.root.span.range()]);
                for segment in &path.segments {
                    match &segment.kind {
                        SegmentKind::Name(name) => {
                            out.push('.');
                            out.push_str(&source[name.span.range()]);
                        }
                        SegmentKind::First => out.push_str("[]"),
                        SegmentKind::Index(index) => {
                            out.push('[');
                            index.write(source, out);
                            out.push(']');
                        }
                    }
                }
            }
            ExprKind::Call(call) => {
                out.push_str(&source[call.name.span.range()]);
                enclosed("(", &call.arguments, ")", source, out);
            }
            ExprKind::Unary(operator, operand) => {
                out.push(if *operator == UnaryOperator::Not { '!' } else { '-' });
                operand.write(source, out);
            }
            ExprKind::Binary(binary) => {
                binary.left.write(source, out);
                write!(out, " {} ", binary.operator.symbol()).expect("writing to a String cannot fail");
                binary.right.write(source, out);
            }
            ExprKind::Group(inner) => {
                out.push('(');
                inner.write(source, out);
                out.push(')');
            }
            ExprKind::Juxtaposed(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        out.push(' ');
                    }
                    part.write(source, out);
                }
            }
            ExprKind::List(parts) => enclosed("[", parts, "]", source, out),
            ExprKind::Brace(brace) => out.push(*brace),
        }
    }
}

fn enclosed(open: &str, parts: &[Expr], close: &str, source: &str, out: &mut String) {
    out.push_str(open);
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        part.write(source, out);
    }
    out.push_str(close);
}

impl Keyword {
    /// How it is written.
    pub fn name(self) -> &'static str {
        match self {
            Keyword::True => "true",
            Keyword::False => "false",
            Keyword::Null => "null",
            Keyword::Erase => "erase",
            Keyword::Ignore => "ignore",
            Keyword::EmptyString => "emptystring",
            Keyword::EmptyArray => "emptyarray",
            Keyword::Space => "space",
            Keyword::Nbsp => "nbsp",
            Keyword::Tab => "tab",
            Keyword::Newline => "newline",
            Keyword::CarriageReturn => "carriagereturn",
            Keyword::Now => "now",
            Keyword::Timestamp => "timestamp",
            Keyword::Uuid => "uuid",
            Keyword::Random => "random",
            Keyword::Pi => "pi",
            Keyword::ExecutionId => "executionId",
        }
    }
}
