//! `replace`: a text with a part of it replaced.

use super::regex::{Budget, Captures, Exhausted, Flags, Pattern, whole};
use super::replacement::Replacement;
use super::units;
use crate::eval::Outcome;
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "replace",
    family: Family::Text,
    signature: "replace(text, search, replacement)",
    doc: "Replaces every occurrence of a text. A search of the form /pattern/flags is a JavaScript regular \
          expression with exactly these flags, of g i m s u y: without g only the first match is replaced. In the \
          replacement $& is the match, $1 to $99 its groups, $` and $' what stands around it, $$ a dollar.",
    arguments: Arguments::exactly(3),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{replace('Hello World'; 'Hello'; 'Hi')}}", "{}", r#""Hi World""#),
        Example::new("{{replace('a.b.c'; '.'; '')}}", "{}", r#""abc""#),
        Example::new(r"{{replace(s; '/\d+/g'; 'X')}}", r#"{"s": "these 187 23 1"}"#, r#""these X X X""#),
        Example::new(r"{{replace(s; '/\d+/'; 'X')}}", r#"{"s": "1 2 3"}"#, r#""X 2 3""#),
        Example::new(r"{{replace(s; '/\d+/g'; '+420$&')}}", r#"{"s": "is 777"}"#, r#""is +420777""#),
        Example::new(r"{{replace(s; '/ is (\d+)/'; ': +420$1')}}", r#"{"s": "Phone is 777"}"#, r#""Phone: +420777""#),
        Example::new("{{replace('Hello'; '/h/i'; 'J')}}", "{}", r#""Jello""#),
        Example::new("{{replace('a-b'; '-'; '[$&]')}}", "{}", r#""a[-]b""#),
        Example::new("{{replace('ab'; ''; '-')}}", "{}", r#""-a-b-""#),
        Example::new("{{replace('a/b'; '/'; '.')}}", "{}", r#""a.b""#),
        Example::new(r"{{replace(s; '/(?<=\$)\d+(?=\.)/'; '0')}}", r#"{"s": "$12.50"}"#, r#""$0.50""#),
        Example::new(r"{{replace(s; '/[\uD83C-\uDBFF\uDC00-\uDFFF]+/g'; '')}}", r#"{"s": "a😀b"}"#, r#""ab""#),
        Example::new(r"{{replace(s; '/\p{L}+/gu'; 'x')}}", r#"{"s": "žluť 5"}"#, r#""x 5""#),
        Example::new("{{replace(x; 'a'; 'b')}}", r#"{"x": null}"#, r#""""#),
        Example::error("{{replace('a'; '/(/'; '')}}", "{}", "is not a valid regular expression: a `(` has no `)`"),
        Example::error("{{replace('a'; '/a/k'; '')}}", "{}", "`k` is not a flag"),
        Example::error("{{replace('a'; '/(?<n>a)/'; '')}}", "{}", "named groups do not work"),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let (text, search) = (call.text(0)?, call.text(1)?);
    if expression(search).is_none() && !call.text(2)?.contains('$') {
        return replace_text(call, text, search, call.text(2)?);
    }
    let subject: Vec<u16> = text.encode_utf16().collect();
    match expression(search) {
        Some((body, flags)) => replace_expression(call, &subject, body, flags),
        None => {
            let mut matches = literal_matches(text, search);
            substitute(call, &subject, 0, || Ok(matches.next()))
        }
    }
}

/// A text in place of another: nothing to read in either.
fn replace_text<'a>(call: &Call<'a>, text: &str, search: &str, replacement: &str) -> Outcome<'a> {
    if replacement.len() > search.len() {
        let grown = text.matches(search).count().saturating_mul(replacement.len() - search.len());
        if text.len().saturating_add(grown) > call.options().output_bytes {
            call.account(text.len().saturating_add(grown))?;
        }
    }
    call.make_text(text.replace(search, replacement))
}

/// Pattern and flags of a search that has the form `/pattern/flags` (iml-tokens.md §5).
fn expression(search: &str) -> Option<(&str, &str)> {
    let (body, flags) = search.strip_prefix('/')?.rsplit_once('/')?;
    let is_expression = !body.is_empty() && flags.bytes().all(|byte| byte.is_ascii_lowercase());
    is_expression.then_some((body, flags))
}

fn replace_expression<'a>(call: &Call<'a>, subject: &[u16], body: &str, flags: &str) -> Outcome<'a> {
    let pattern = Flags::read(flags)
        .and_then(|flags| Pattern::new(body, flags))
        .map_err(|error| call.refuse(1, &format!("is not a valid regular expression: {error}")))?;
    let millis = call.options().regex_millis;
    let mut budget = Budget::of_millis(millis, call.host());
    let mut matches = pattern.matches(subject, &mut budget);
    let too_long = |Exhausted| {
        let message = format!(
            "the regular expression takes too long on this text: more than {millis} ms of a usual machine; nested \
             repetitions such as (a+)+ try every way to share the text"
        );
        call.failure("limit-regex", message, call.span())
    };
    substitute(call, subject, pattern.groups(), || matches.next().map_err(too_long))
}

/// The subject with the replacement, argument 3, in place of every match.
fn substitute<'a>(
    call: &Call<'a>,
    subject: &[u16],
    groups: usize,
    mut next: impl FnMut() -> Outcome<'a, Option<Captures>>,
) -> Outcome<'a> {
    let replacement = Replacement::read(call.text(2)?, groups);
    let (mut out, mut copied) = (Vec::with_capacity(subject.len()), 0);
    while let Some(captures) = next()? {
        let whole = whole(&captures);
        out.extend_from_slice(&subject[copied..whole.start]);
        let length = out.len().saturating_add(replacement.length(subject, &captures));
        if length > call.options().output_bytes {
            call.account(length)?;
        }
        replacement.append(&mut out, subject, &captures);
        copied = whole.end;
    }
    out.extend_from_slice(&subject[copied..]);
    call.make_text(String::from_utf16_lossy(&out))
}

/// Every occurrence of a text; the empty one occurs around every character.
fn literal_matches<'t>(text: &'t str, search: &'t str) -> impl Iterator<Item = Captures> + 't {
    let (mut byte, mut unit) = (0, 0);
    text.match_indices(search).map(move |(start, found)| {
        unit += units::length(&text[byte..start]);
        byte = start;
        vec![Some(unit..unit + units::length(found))]
    })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use crate::{Date, FixedHost, Host, Options, Scope, Template, Value};

    fn replaced(text: &str, template: &str, options: Options) -> Result<Value, crate::Error> {
        let text = Value::Text(text.to_owned());
        let template = Template::parse_with(template, options);
        template.eval(&Scope::new().with("s", &text), &FixedHost::new(0, "UTC", 1))
    }

    #[test]
    fn work_on_a_text_has_a_bound() {
        let endless = format!("{}!", "a".repeat(60));
        let options = Options { regex_millis: 2, ..Options::default() };
        let cases = [
            "{{replace(s; '/^(a+)+$/'; '')}}",
            "{{replace(s; '/^(a|aa)*$/'; '')}}",
            "{{replace(s; '/(?=^(a*)*$)x/'; '')}}",
            "{{replace(s; '/(a*)*(a*)*(a*)*(a*)*(a*)*b/'; '')}}",
            r"{{replace(s; '/^(a+)+\1\1\1$/u'; '')}}",
        ];
        for template in cases {
            let error = replaced(&endless, template, options).expect_err(template);
            assert_eq!(error.code, "limit-regex", "{template}");
        }
    }

    /// A machine that looks at its clock, which goes on by so many milliseconds at each look.
    struct Slow {
        fixed: FixedHost,
        millis_a_look: u64,
        looks: Cell<u64>,
    }

    impl Host for Slow {
        fn now(&self) -> Date {
            self.fixed.now()
        }
        fn random(&self) -> f64 {
            self.fixed.random()
        }
        fn uuid(&self) -> String {
            self.fixed.uuid()
        }
        fn timezone(&self) -> &str {
            self.fixed.timezone()
        }
        fn execution_id(&self) -> String {
            self.fixed.execution_id()
        }
        fn call(&self, _: &str, _: &[Value]) -> Option<Result<Value, String>> {
            None
        }
        fn stopwatch_millis(&self) -> Option<u64> {
            self.looks.set(self.looks.get() + 1);
            Some(self.looks.get() * self.millis_a_look)
        }
    }

    #[test]
    fn a_slow_machine_stops_at_its_clock() {
        let text = Value::Text(format!("{}!", "a".repeat(60)));
        let scope = Scope::new().with("s", &text);
        let options = Options { regex_millis: 1000, ..Options::default() };
        let template = Template::parse_with("{{replace(s; '/^(a+)+$/'; '')}}", options);
        let looks = |millis_a_look| {
            let host = Slow { fixed: FixedHost::new(0, "UTC", 1), millis_a_look, looks: Cell::new(0) };
            assert_eq!(template.eval(&scope, &host).expect_err("it is endless").code, "limit-regex");
            host.looks.get()
        };
        // The first look is the start; then one every few thousand steps.
        assert_eq!(looks(100), 11);
        assert_eq!(looks(1000), 2);
        // A machine faster than it is taken for ends by its steps, 1000 times 50,000, with a look after every 4096.
        assert!((12_000..12_300).contains(&looks(0)), "{}", looks(0));
    }

    #[test]
    fn what_is_pending_has_a_bound() {
        let text = "ab".repeat(1 << 18);
        let options = Options { regex_millis: u64::MAX, ..Options::default() };
        let error = replaced(&text, "{{replace(s; '/^(?:(a)(b)){1,}?$/'; '')}}", options);
        assert!(error.is_ok());
        let text = "a".repeat(3 << 19);
        let error = replaced(&text, "{{replace(s; '/^(?:a|b)*$/'; '')}}", options).expect_err("too much");
        assert_eq!(error.code, "limit-regex");
    }

    #[test]
    fn long_texts_are_no_trouble() {
        let text = "ab, ".repeat(1 << 19);
        for template in ["{{length(replace(s; ','; ''))}}", r"{{length(replace(s; '/,/g'; ''))}}"] {
            let length = replaced(&text, template, Options::default()).expect(template);
            assert_eq!(length, Value::Number(f64::from(3 << 19)), "{template}");
        }
    }

    #[test]
    fn what_is_made_has_a_bound() {
        let text = "a".repeat(10_000);
        for template in ["{{replace(s; 'a'; '$`')}}", "{{replace(s; '/a/g'; '$`')}}"] {
            let error = replaced(&text, template, Options::default()).expect_err(template);
            assert_eq!(error.code, "limit-output", "{template}");
        }
    }

    #[test]
    fn no_pattern_takes_the_stack() {
        for open in ["(", "(?:", "(?=", "(?<!", "[", "(a|"] {
            for flags in ["", "u"] {
                let nested = |depth: usize| {
                    let pattern = open.repeat(depth) + "a" + &")".repeat(depth);
                    replaced("aa", &format!("{{{{replace(s; '/{pattern}/{flags}'; 'b')}}}}"), Options::default())
                };
                assert!(nested(3000).is_err(), "{open}");
                assert_eq!(nested(120).is_ok(), open != "[", "{open}");
            }
        }
    }

    #[test]
    fn reading_a_pattern_has_a_bound() {
        let read = |part: &str, times: usize, flags: &str| {
            let template = format!("{{{{replace('ab'; '/{}/{flags}'; '')}}}}", part.repeat(times));
            replaced("", &template, Options::default())
        };
        assert!(read("a", 10_000, "").is_ok());
        assert!(read("a", 10_001, "").expect_err("long").message.contains("10000 bytes"));
        assert!(read(r"\p{L}", 17, "iu").expect_err("many").message.contains("property escapes"));
        assert!(read(r"\p{L}", 1000, "u").is_ok());
        assert!(read("(?:a{999}){999}", 600, "u").is_ok());
    }
}
