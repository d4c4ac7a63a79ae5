//! `shuffle`: an array in random order.

use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "shuffle",
    family: Family::Array,
    signature: "shuffle(array)",
    doc: "Gives the items in random order; the randomness is the host's.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{sort(shuffle(l))}}", r#"{"l": [3, 1, 2]}"#, "[1, 2, 3]"),
        Example::new("{{shuffle(l)}}", r#"{"l": ["only"]}"#, r#"["only"]"#),
        Example::new("{{shuffle(l)}}", r#"{"l": null}"#, "[]"),
        Example::error("{{shuffle('abc')}}", "{}", "'abc' is not a valid array"),
    ],
    run: Run::Eager(run),
};

/// Fisher and Yates: every order is equally likely.
fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let list = call.list(0)?;
    call.spend(list.len())?;
    let mut items: Vec<_> = list.iter().collect();
    for last in (1..items.len()).rev() {
        let chosen = (call.host().random() * (last + 1) as f64) as usize;
        items.swap(last, chosen.min(last));
    }
    call.make_array(items)
}

#[cfg(test)]
mod tests {
    use crate::{FixedHost, Scope, Template, Value};

    #[test]
    fn the_order_follows_from_the_host_and_every_order_occurs() {
        let list = Value::from(vec![Value::from("a"), "b".into(), "c".into()]);
        let scope = Scope::new().with("l", &list);
        let template = Template::parse("{{join(shuffle(l), '')}}");
        let order = |seed| template.eval(&scope, &FixedHost::new(0, "UTC", seed)).unwrap().to_text();
        let orders: std::collections::BTreeSet<_> = (0..200).map(order).collect();
        assert_eq!(orders.len(), 6);
        assert_eq!(order(7), order(7));
    }
}
