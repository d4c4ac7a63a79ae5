//! Evaluating a tree.

use crate::ast::Piece;
use crate::{Error, Host, Scope, Template, Value};

pub(crate) fn template(template: &Template, _scope: &Scope<'_>, _host: &dyn Host) -> Result<Value, Error> {
    for piece in template.ast() {
        if let Piece::Expression(expression) = piece {
            return Err(Error::new("unsupported", "expressions are not supported yet", expression.span));
        }
    }
    Ok(Value::Text(template.source().to_owned()))
}
