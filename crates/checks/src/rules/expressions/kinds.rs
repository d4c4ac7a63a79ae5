//! What the rules about kinds of values share.

use connspec_iml::Template;
use connspec_iml::ast::{Expr, Visitor, walk};

pub(in crate::rules) use connspec_iml::ast::{Kind, kind};

/// Shows every node of a template's sound expressions to `see`. What a broken expression holds is left out: its
/// cause is reported, what follows from it would only confuse.
pub(in crate::rules) fn each_node<'t>(template: &'t Template, see: &mut dyn FnMut(&'t Expr)) {
    struct Seeing<'f, 't>(&'f mut dyn FnMut(&'t Expr));
    impl<'t> Visitor<'t> for Seeing<'_, 't> {
        fn expr(&mut self, expr: &'t Expr) {
            (self.0)(expr);
            walk(self, expr);
        }
    }
    let sound = template.expressions().filter(|expression| expression.broken.is_none());
    sound.for_each(|expression| Seeing(see).expr(&expression.expr));
}
