//! `parseNumber`: the number a text writes.

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};
use crate::number;

pub(super) static FUNCTION: Function = Function {
    name: "parseNumber",
    family: Family::Math,
    signature: "parseNumber(text, [decimalSeparator])",
    doc: "Gives the number a text writes with this decimal separator: a dot, unless it is a comma. Everything but \
          digits, minus and the separator is dropped; what then is no number is an error. A number stays as it is.",
    arguments: Arguments::between(1, 2),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{parseNumber('1 756,456'; ',')}}", "{}", "1756.456"),
        Example::new("{{parseNumber('1.756,456'; ',')}}", "{}", "1756.456"),
        Example::new("{{parseNumber('1,234.56'; '.')}}", "{}", "1234.56"),
        Example::new("{{parseNumber('-3.5')}}", "{}", "-3.5"),
        Example::new("{{parseNumber('€ 12')}}", "{}", "12"),
        Example::new("{{parseNumber(1.5; ',')}}", "{}", "1.5"),
        Example::new("{{parseNumber('1,234.5'; missing)}}", "{}", "1234.5"),
        Example::error("{{parseNumber('1'; ':')}}", "{}", "':' is not a decimal separator"),
        Example::error("{{parseNumber('1'; '')}}", "{}", "'' is not a decimal separator"),
        Example::error("{{parseNumber('none')}}", "{}", "'none' is not a number"),
        Example::error("{{parseNumber('1-2')}}", "{}", "'1-2' is not a number"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let separator = match call.optional_text(1)? {
        None | Some(".") => '.',
        Some(",") => ',',
        _ => return Err(call.refuse(1, "is not a decimal separator: there are . and ,")),
    };
    if let number @ Val::Number(_) = call.argument(0) {
        return Ok(number);
    }
    let belongs = |char: &char| char.is_ascii_digit() || *char == '-' || *char == separator;
    let digits: String = call.text(0)?.chars().filter(belongs).map(|c| if c == ',' { '.' } else { c }).collect();
    match number::from_text(&digits) {
        number if number.is_nan() || digits.is_empty() => Err(call.refuse(0, "is not a number")),
        number => Ok(Val::Number(number)),
    }
}
