//! What a user reads after a slip: code, column, message and advice of everything that is said of an expression.

use connspec_iml::{FixedHost, Scope, Template, Value};
use serde_json::json;

/// Expression, code, column (from 1), message, advice.
type Row = (&'static str, &'static str, usize, &'static str, &'static str);

#[rustfmt::skip]
const SAID: &[Row] = &[
    ("{{upper(name}}", "unclosed-bracket", 8, "`(` is never closed", "add `)` where the part ends"),
    ("{{upper name)}}", "unexpected-character", 13, "`)` cannot stand here", "remove it, or add the bracket it should close"),
    ("{{uper(name)}}", "unknown-function", 3, "there is no function `uper`; did you mean `upper`?", ""),
    ("{{Upper(name)}}", "unknown-function", 3, "there is no function `Upper`; did you mean `upper`?", ""),
    ("{{toUpperCase(name)}}", "unknown-function", 3, "there is no function `toUpperCase`; did you mean `upper`?", ""),
    ("{{name.toUpperCase()}}", "missing-operand", 3, "values have no methods such as `toUpperCase`", "write upper(name)"),
    ("{{name.length}}", "unknown-member", 7, "there is no member `length`: it is undefined", "write length(…)"),
    ("{{list[0].id}}", "zero-index", 7, "positions count from 1: `[0]` is always undefined", "write [1], or [] for the first item"),
    ("{{list.id}}", "unknown-member", 7, "an array has no member `id`: it is undefined", "write [1].id for the first item's, map(…, 'id') for all"),
    ("{{list.0.id}}", "zero-index", 8, "positions count from 1: `.0` of an array is always undefined", "write .1 for the first item, or backticks when a member is called 0"),
    ("{{first(list).id}}", "member-of-result", 14, "`.id` cannot follow the result of an expression", "write get(first(list), 'id')"),
    ("{{list[1}}", "unclosed-bracket", 7, "`[` is never closed", "add `]` where the part ends"),
    ("{{list[1,2]}}", "unexpected-separator", 9, "these brackets hold one expression, not several", "remove the separator; arguments belong in the parentheses of a function"),
    ("{{list['a}}", "unclosed-bracket", 7, "`[` is never closed", "add `]` where the part ends"),
    ("{{list['a}}", "unclosed-quote", 8, "the quote is never closed, so that the rest of the expression means nothing", "add the closing quote"),
    ("{{name + }}", "missing-operand", 10, "an operator has nothing to work on here", "write the missing value, or remove the operator"),
    ("{{+ name}}", "missing-operand", 3, "an operator has nothing to work on here", "write the missing value, or remove the operator"),
    ("{{name * 2}}", "not-a-number", 3, r#"`*`: "Ann" is not a number"#, "parseNumber() reads numbers that are written with separators"),
    ("{{missing * 2}}", "not-a-number", 3, "`*`: undefined is not a number", "write ifempty(value, 0) where it may be missing"),
    ("{{nothing / 2}}", "not-a-number", 3, "`/`: null is not a number", "write ifempty(value, 0) where it may be missing"),
    ("{{add(name, 1)}}", "invalid-argument", 7, "`add`: 'Ann' is not a valid array (argument 1)", "the call is add(array, value1, [value2, …])"),
    ("{{join(name, ',')}}", "invalid-argument", 8, "`join`: 'Ann' is not a valid array (argument 1)", "the call is join(array, [separator])"),
    ("{{map(name, 'id')}}", "invalid-argument", 7, "`map`: 'Ann' is not a valid array (argument 1)", "the call is map(array, key, [filterKey], [filterValues])"),
    ("{{map(user, 'id')}}", "invalid-argument", 7, "`map`: a collection of id, first-name, name is not a valid array (argument 1)", "the call is map(array, key, [filterKey], [filterValues])"),
    ("{{formatDate(name, 'YYYY')}}", "invalid-argument", 14, "`formatDate`: 'Ann' is not a valid date (argument 1)", "the call is formatDate(date, [format], [timezone])"),
    ("{{formatDate('tomorrow', 'YYYY')}}", "invalid-argument", 14, "`formatDate`: 'tomorrow' is not a valid date (argument 1)", "the call is formatDate(date, [format], [timezone])"),
    ("{{formatDate(now, YYYY-MM-DD)}}", "unquoted-text", 19, "`YYYY-MM-DD` is read as variables and operators, not as a format", "put it in quotes: 'YYYY-MM-DD'"),
    ("{{parseDate('2024-13-45', 'YYYY-MM-DD')}}", "invalid-argument", 13, "`parseDate`: '2024-13-45' cannot be read by the format 'YYYY-MM-DD': 13 is out of range for the month (argument 1)", "the call is parseDate(text, [format], [timezone])"),
    ("{{addDays(name, 1)}}", "invalid-argument", 11, "`addDays`: 'Ann' is not a valid date (argument 1)", "the call is addDays(date, number)"),
    ("{{addDays(now)}}", "argument-count", 3, "`addDays` needs 2 arguments, one is given", "write addDays(date, number)"),
    ("{{dateDiff(now, now, 'days')}}", "invalid-argument", 22, "`dateDiff`: 'days' is not one of the units D, H, m, s, RH, Rm, Rs (argument 3)", "the call is dateDiff(endDate, startDate, unit)"),
    ("{{dateDiff('2024-01-01', '2024-02-01', 'D')}}", "function-failed", 3, "`dateDiff`: the start lies after the end; the first argument is the end", "the call is dateDiff(endDate, startDate, unit)"),
    ("{{parseJSON(name)}}", "function-failed", 3, "`parseJSON`: the text is not JSON: expected value (line 1, column 1)", "the call is parseJSON(text)"),
    (r#"{{parseJSON('{"a": 1')}}"#, "function-failed", 3, "`parseJSON`: the text is not JSON: EOF while parsing an object (line 1, column 7)", "the call is parseJSON(text)"),
    ("{{parseXML('<a>')}}", "function-failed", 3, "`parseXML`: the text is not XML: an element is not closed (line 1, column 4)", "the call is parseXML(text)"),
    ("{{parseNumber('abc', ',')}}", "invalid-argument", 15, "`parseNumber`: 'abc' is not a number (argument 1)", "the call is parseNumber(text, [decimalSeparator])"),
    ("{{replace(name, '/(/', '')}}", "invalid-argument", 17, "`replace`: '/(/' is not a valid regular expression: a `(` has no `)` (argument 2)", "the call is replace(text, search, replacement)"),
    ("{{replace(name, '/a/z', '')}}", "invalid-argument", 17, "`replace`: '/a/z' is not a valid regular expression: `z` is not a flag; there are g i m s u y (argument 2)", "the call is replace(text, search, replacement)"),
    ("{{decodeURL('%E0%A4%A')}}", "invalid-argument", 13, "`decodeURL`: '%E0%A4%A' has a malformed escape (argument 1)", "the call is decodeURL(text)"),
    ("{{sha256(name, 'hexx')}}", "invalid-argument", 16, "`sha256`: 'hexx' is not an encoding of a hash: hex, base64 or latin1 (argument 2)", "the call is sha256(text, [encoding], [key], [keyEncoding])"),
    ("{{jwt(name)}}", "argument-count", 3, "`jwt` needs 2 arguments, one is given", "write jwt(payload, secret, [algorithm], [options])"),
    ("{{jwt(name)}}", "function-failed", 3, "`jwt`: the key is empty", "the call is jwt(payload, secret, [algorithm], [options])"),
    ("{{switch(name)}}", "argument-count", 3, "`switch` needs 3 arguments, one is given", "write switch(value, case1, result1, [case2, result2, …], [else])"),
    ("{{if(name = 'a'}}", "unclosed-bracket", 5, "`(` is never closed", "add `)` where the part ends"),
    ("{{if name = 'a' then 1 else 2}}", "juxtaposition", 3, "`if` is a function and has no parentheses: the parts are joined as text", "write if(condition, then, [else])"),
    ("{{name = 'a' ? 1 : 2}}", "juxtaposition", 3, "there is no `? :`: the parts are joined as text", "write if(condition, then, else)"),
    ("{{name ?? 'x'}}", "juxtaposition", 3, "there is no `??`: the parts are joined as text", "write ifempty(value, fallback)"),
    ("{{not name}}", "juxtaposition", 3, "`not` is not an operator: the parts are joined as text", "write `!`"),
    ("{{base64(common.id:common.secret)}}", "joining-colon", 10, "`:` joins nothing: between values it is a part of a name", "write `common.id + ':' + common.secret`"),
    ("{{parameters.a : parameters.b}}", "joining-colon", 3, "`:` joins nothing: between values it is a part of a name", "write `parameters.a + ':' + parameters.b`"),
    ("{{name + : + name}}", "joining-colon", 10, "`:` without quotes is the name of a variable, not a text", "write `':'`"),
    ("{{name && }}", "missing-operand", 11, "an operator has nothing to work on here", "write the missing value, or remove the operator"),
    ("{{(name}}", "unclosed-bracket", 3, "`(` is never closed", "add `)` where the part ends"),
    ("{{name)}}", "unexpected-character", 7, "`)` cannot stand here", "remove it, or add the bracket it should close"),
    (r#"{{"it's}}"#, "unclosed-quote", 3, "the quote is never closed, so that the rest of the expression means nothing", "add the closing quote"),
    ("{{“quoted”}}", "unexpected-character", 3, "`“` cannot stand here", r#"write straight quotes, ' or ""#),
    ("{{“quoted”}}", "unexpected-character", 10, "`”` cannot stand here", r#"write straight quotes, ' or ""#),
    ("{{name; list}}", "unexpected-character", 7, "`;` cannot stand here", "separators stand between the arguments of a function"),
    ("{{1e5 + 1}}", "malformed-number", 3, "`1e5` is neither a number nor a name", "numbers have no exponent: write all digits, or use parseNumber()"),
    ("{{.5 + 1}}", "unexpected-character", 3, "`.` cannot stand here", "a dot stands between names, without spaces; numbers start with a digit"),
    ("{{5abc}}", "malformed-number", 3, "`5abc` is neither a number nor a name", "put a name that starts with a digit in backticks"),
    ("{{`unclosed}}", "unclosed-quote", 3, "the backtick is never closed, so that the rest of the expression means nothing", "add the closing backtick"),
    ("{{user.first-name}}", "hyphen-without-backticks", 3, "`user.first-name` is a subtraction", "put a name with a dash in backticks, or spaces around a minus"),
    ("{{user.first name}}", "juxtaposition", 3, "no operator stands between `user.first` and `name`: they are joined as text", "write `+` between them, or separate the expressions"),
    ("{{$.name}}", "unknown-variable", 3, "there is no variable `$`: it is undefined", "give it a value"),
    ("{{name.}}", "unexpected-character", 7, "`.` cannot stand here", "a dot stands between names, without spaces; numbers start with a digit"),
    ("{{name..x}}", "unexpected-character", 7, "`.` cannot stand here", "a dot stands between names, without spaces; numbers start with a digit"),
    ("{{name..x}}", "unexpected-character", 8, "`.` cannot stand here", "a dot stands between names, without spaces; numbers start with a digit"),
    ("{{get(user)}}", "argument-count", 3, "`get` needs 2 arguments, one is given", "write get(collectionOrArray, path)"),
    ("{{toBinary(name, 'foo')}}", "invalid-argument", 18, "`toBinary`: 'foo' is not an encoding; there are utf8, ascii, latin1, binary, hex, base64, base64url, utf16le (argument 2)", "the call is toBinary(value, [encoding])"),
    ("{{setMonth(now, 'foo')}}", "invalid-argument", 17, "`setMonth`: 'foo' is neither a number nor the name of a month (argument 2)", "the call is setMonth(date, numberOrName)"),
    ("{{sort(user)}}", "invalid-argument", 8, "`sort`: a collection of id, first-name, name is not a valid array (argument 1)", "the call is sort(array, [order], [key])"),
    ("{{toCollection(list)}}", "argument-count", 3, "`toCollection` needs 3 arguments, one is given", "write toCollection(array, keyField, valueField)"),
    ("{{toArray(name)}}", "invalid-argument", 11, "`toArray`: 'Ann' is not a valid collection or array (argument 1)", "the call is toArray(collectionOrArray)"),
    ("{{distinct(5)}}", "invalid-argument", 12, "`distinct`: '5' is not a valid array (argument 1)", "the call is distinct(array, [key])"),
    ("{{keys(5)}}", "invalid-argument", 8, "`keys`: '5' is not a valid collection or array (argument 1)", "the call is keys(collectionOrArray)"),
    ("{{pick(name, 'a')}}", "invalid-argument", 8, "`pick`: 'Ann' is not a valid collection (argument 1)", "the call is pick(collection, name1, [name2, …])"),
    ("{{substring(5)}}", "argument-count", 3, "`substring` needs 2 arguments, one is given", "write substring(text, start, [end])"),
    ("{{getFieldMapping(name)}}", "only-in-make", 3, "`getFieldMapping` exists only inside Make; it cannot be evaluated here", ""),
    ("{{set(list, 1)}}", "unknown-function", 3, "`set` stands in Make's palette, but what it does is not published: it is off unless the switch `unconfirmedFunctions` turns it on", ""),
    ("{{random()}}", "unknown-function", 3, "there is no function `random`", "`random` is a value: write it without parentheses"),
    ("{{values(user)}}", "unknown-function", 3, "there is no function `values`", "write map(toArray(collection), 'value')"),
    ("{{nosuch.thing(1)}}", "juxtaposition", 3, "values have no methods such as `thing`: the parts are joined as text", "functions stand in front: thing(nosuch)"),
    (r#"{{\name}}"#, "unexpected-character", 3, r#"`\` cannot stand here"#, "a backslash means something only within quotes"),
    ("{{ä + }}", "missing-operand", 7, "an operator has nothing to work on here", "write the missing value, or remove the operator"),
    ("{{{{name}}}}", "inline-literal", 3, "a brace within an expression is text, and is joined with what stands beside it", "remove it: an expression opens with `{{` and closes with `}}`"),
    ("{{name}", "unbalanced-braces", 1, "`{{` without a closing `}}` is sent as it stands", "close the expression with `}}`, or write {{'{{'}} when the braces are meant"),
    ("{{ {a: 1} * 2 }}", "inline-literal", 4, "there are no object literals: the braces are text, and the parts are joined as text", "write the object as JSON outside the expression, with an expression for each value"),
    ("{{ {a: 1} * 2 }}", "inline-literal", 9, "a `}` within an expression is text", "remove it, or write '}' when the text is meant"),
    ("{{ {a: 1} * 2 }}", "not-a-number", 9, r#"`*`: "}" is not a number"#, "parseNumber() reads numbers that are written with separators"),
    ("{{['a'] * 2}}", "inline-literal", 3, "there are no array literals: this gives null", "build the array with add(emptyarray, …) or split('a,b', ',')"),
    ("{{['a'] * 2}}", "not-a-number", 3, "`*`: null is not a number", "write ifempty(value, 0) where it may be missing"),
    ("{{!}}", "missing-operand", 4, "an operator has nothing to work on here", "write the missing value, or remove the operator"),
    ("{{- }}", "missing-operand", 5, "an operator has nothing to work on here", "write the missing value, or remove the operator"),
    ("{{stripHTML()}}", "argument-count", 3, "`stripHTML` needs one argument, none is given", "write stripHTML(text)"),
    ("{{createXML(name)}}", "invalid-argument", 13, "`createXML`: 'Ann' is not a valid collection (argument 1)", "the call is createXML(collection)"),
    ("{{cryptoSign(name, 'x', 'y')}}", "invalid-argument", 14, "`cryptoSign`: 'Ann' is not a hash to sign with: md5, sha1, sha224, sha256, sha384 or sha512 (argument 1)", "the call is cryptoSign(algorithm, data, key, [outputEncoding])"),
    ("{{errorFactory('x')}}", "argument-count", 3, "`errorFactory` needs 2 arguments, one is given", "write errorFactory(errorType, message)"),
];

#[test]
#[allow(clippy::print_stdout, reason = "the count is a figure of the test")]
fn every_slip_is_told_with_its_place_and_advice() {
    let variables = Value::from_json(&json!({
        "name": "Ann", "list": [{"id": 1}, {"id": 2}], "user": {"id": 5, "first-name": "A", "name": "Ann"}, "nothing": null,
    }));
    let scope = Scope::from_collection(variables.as_collection().expect("an object"));
    let mut expressions = 0;
    for rows in SAID.chunk_by(|one, other| one.0 == other.0) {
        let source = rows[0].0;
        let template = Template::parse(source);
        let (outcome, of_values) = template.eval_with_findings(&scope, &FixedHost::new(1_704_164_645_000, "UTC", 1));
        let column = |start: usize| source[..start].chars().count() + 1;
        let findings = template.findings().iter().chain(&of_values);
        let mut said: Vec<_> = findings
            .map(|finding| {
                (finding.code, column(finding.span.range().start), finding.message.as_str(), finding.help.as_str())
            })
            .collect();
        if let Err(error) = &outcome {
            said.retain(|(code, ..)| *code != "unknown-variable");
            let told = (error.code, column(error.span.range().start), error.message.as_str(), &*error.help);
            if !said.contains(&told) {
                said.push(told);
            }
        }
        let mut expected: Vec<_> = rows.iter().map(|row| (row.1, row.2, row.3, row.4)).collect();
        said.sort();
        expected.sort();
        assert_eq!(said, expected, "{source}");
        expressions += 1;
    }
    println!("{expressions} expressions");
    assert!(expressions >= 60);
}
