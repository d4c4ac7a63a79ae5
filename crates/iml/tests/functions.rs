//! Every function of the reference is there, with the standing the reference gives it.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use connspec_iml::functions::{self, Standing};
use connspec_iml::{DateAmount, Error, FixedHost, JsonTemplate, Options, Scope, Template, Value};

/// The functions of iml-functions.json that work everywhere, by category.
const DOCUMENTED: &str = "
    if ifempty switch get pick omit
    length contains join
    lower upper capitalize startcase trim substring indexOf replace replaceEmojiCharacters split base64 base64url md5
    sha1 sha256 sha512 ascii toString toBinary encodeURL decodeURL escapeHTML stripHTML escapeMarkdown
    round floor ceil abs trunc min max sum average median stdevS stdevP parseNumber formatNumber
    formatDate parseDate addSeconds addMinutes addHours addDays addMonths addYears setSecond setMinute setHour setDate
    setYear setDay setMonth dateDiff
    add remove map sort reverse shuffle slice merge flatten distinct deduplicate keys toCollection toArray first last
    mime parseJSON createJSON parseXML createXML isArray pop shift jwt generateJwtWithKeyId cryptoSign toDataStructure
    errorFactory";

/// Those whose semantics are known to Make alone.
const ONLY_IN_MAKE: [&str; 2] = ["getFieldMapping", "safeSerialize"];

/// Those of the category make-palette-unconfirmed.
const UNCONFIRMED: [&str; 4] = ["arrayDiff", "arrayIntersect", "equal", "set"];

fn names(standing: Standing) -> Vec<&'static str> {
    let mut names: Vec<_> =
        functions::all().filter(|function| function.standing == standing).map(|function| function.name).collect();
    names.sort_unstable();
    names
}

fn evaluate(template: &str, options: Options) -> Result<Value, Error> {
    Template::parse_with(template, options).eval(&Scope::new(), &FixedHost::new(0, "UTC", 1))
}

#[test]
fn every_function_of_the_reference_is_there_and_no_other() {
    let mut documented: Vec<_> = DOCUMENTED.split_whitespace().collect();
    documented.sort_unstable();
    assert_eq!(names(Standing::Documented), documented);
    assert_eq!(names(Standing::OnlyInMake), ONLY_IN_MAKE);
    assert_eq!(names(Standing::Unconfirmed), UNCONFIRMED);
    assert_eq!(functions::all().count(), 98);
}

#[test]
fn what_only_make_has_is_known_but_cannot_be_called() {
    for name in ONLY_IN_MAKE {
        assert_eq!(evaluate(&format!("{{{{{name}('x')}}}}"), Options::default()).unwrap_err().code, "only-in-make");
    }
}

#[test]
fn a_switch_can_be_turned_for_one_evaluation() {
    let (scope, host) = (Scope::new(), FixedHost::new(0, "UTC", 1));
    let eval = |template: &str, options: Options| Template::parse(template).eval_with(&scope, &host, &options);
    let usual = Options::default();
    assert_eq!(eval("{{equal(1; 1)}}", usual).unwrap_err().code, "unknown-function");
    let unconfirmed = Options { unconfirmed_functions: true, ..usual };
    assert_eq!(eval("{{equal(1; 1)}}", unconfirmed).unwrap(), Value::Bool(true));
    assert_eq!(eval("{{equals(1; 1)}}", unconfirmed).unwrap_err().code, "unknown-function");
    let without = Options { base64url: false, ..usual };
    assert_eq!(eval("{{base64url('a')}}", without).unwrap_err().code, "unknown-function");
    assert!(eval("{{base64url('a')}}", usual).is_ok());
    let strict = Options { date_amount: DateAmount::Error, ..usual };
    assert!(eval("{{addDays(now; x)}}", strict).is_err() && eval("{{addDays(now; x)}}", usual).is_ok());
    assert_eq!(eval("{{123456}}", Options { steps: 0, ..usual }).unwrap_err().code, "limit-steps");
    let nested = JsonTemplate::from_json(&serde_json::json!({"a": ["{{equal(1; 1)}}"]}));
    assert!(nested.eval(&scope, &host).is_err());
    let value = nested.eval_with(&scope, &host, &unconfirmed).unwrap();
    assert_eq!(value.to_json(), serde_json::json!({"a": [true]}));
}

#[test]
fn what_is_unconfirmed_is_unknown_unless_switched_on() {
    let template = "{{equal(1; 1)}}";
    assert_eq!(evaluate(template, Options::default()).unwrap_err().code, "unknown-function");
    let options = Options { unconfirmed_functions: true, ..Options::default() };
    assert_eq!(evaluate(template, options).unwrap(), Value::Bool(true));
}
