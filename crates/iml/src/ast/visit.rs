//! Walking a tree.

use super::{Call, Expr, ExprKind, Path, SegmentKind};

/// Sees the nodes of a tree in the order they are written. Every method's default goes on into the
/// node's children; one that is overridden calls [`walk`] to do the same.
pub trait Visitor<'a> {
    /// Any node, before the method for its kind.
    fn expr(&mut self, expr: &'a Expr) {
        walk(self, expr);
    }

    /// A variable; the expressions in its brackets are visited after it.
    fn path(&mut self, _path: &'a Path, _node: &'a Expr) {}

    /// A call; its arguments are visited after it.
    fn call(&mut self, _call: &'a Call, _node: &'a Expr) {}
}

/// Visits the parts of `expr`.
pub fn walk<'a, V: Visitor<'a> + ?Sized>(visitor: &mut V, expr: &'a Expr) {
    match &expr.kind {
        ExprKind::Empty | ExprKind::Number(_) | ExprKind::Text(_) | ExprKind::Keyword(_) | ExprKind::Brace(_) => {}
        ExprKind::Path(path) => {
            visitor.path(path, expr);
            for segment in &path.segments {
                if let SegmentKind::Index(index) = &segment.kind {
                    visitor.expr(index);
                }
            }
        }
        ExprKind::Call(call) => {
            visitor.call(call, expr);
            call.arguments.iter().for_each(|argument| visitor.expr(argument));
        }
        ExprKind::Unary(_, operand) | ExprKind::Group(operand) => visitor.expr(operand),
        ExprKind::Binary(binary) => {
            visitor.expr(&binary.left);
            visitor.expr(&binary.right);
        }
        ExprKind::Juxtaposed(parts) | ExprKind::List(parts) => parts.iter().for_each(|part| visitor.expr(part)),
        ExprKind::Error(broken) => broken.parts.iter().for_each(|part| visitor.expr(part)),
    }
}
