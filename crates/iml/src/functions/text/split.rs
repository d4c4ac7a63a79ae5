//! `split`: a text cut into parts.

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::number::is_space;

pub(super) static FUNCTION: Function = Function {
    name: "split",
    family: Family::Text,
    signature: "split(text, separator, [keepEmpty])",
    doc: "Cuts the text at every separator, which is taken literally. Parts lose the white space around them; \
          empty ones are dropped unless `keepEmpty` is true. An empty separator cuts between all characters. \
          Of null it gives an empty array.",
    arguments: Arguments::between(2, 3),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{split('a, b ,c', ',')}}", "{}", r#"["a", "b", "c"]"#),
        Example::new("{{split('a,,b', ',')}}", "{}", r#"["a", "b"]"#),
        Example::new("{{split('a, ,b', ',', true)}}", "{}", r#"["a", "", "b"]"#),
        Example::new("{{split('a.b', '.')}}", "{}", r#"["a", "b"]"#),
        Example::new("{{split('a b', '')}}", "{}", r#"["a", "b"]"#),
        Example::new("{{split('a b', x)}}", "{}", r#"["a b"]"#),
        Example::new("{{split(12, ',')}}", "{}", r#"["12"]"#),
        Example::new("{{split('', ',', true)}}", "{}", r#"[""]"#),
        Example::new("{{split(x, ',')}}", r#"{"x": null}"#, "[]"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let Some(text) = call.optional_text(0)? else { return call.make_array([]) };
    let keep_empty = call.truthy(2);
    let wanted = |part: &'a str| Some(part.trim_matches(is_space)).filter(|part| keep_empty || !part.is_empty());
    match call.optional_text(1)? {
        None => call.make_array(wanted(text).map(Val::Text)),
        Some("") => {
            let characters = text.char_indices().map(|(at, char)| &text[at..at + char.len_utf8()]);
            call.make_array(characters.filter_map(wanted).map(Val::Text))
        }
        Some(separator) => call.make_array(text.split(separator).filter_map(wanted).map(Val::Text)),
    }
}
