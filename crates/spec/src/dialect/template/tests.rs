//! Expected texts are what Django 5 renders for the same template and context.

use serde_json::{Map, Value as Json, json};

use super::*;

fn variables() -> Map<String, Json> {
    let all = json!({
        "NAME": "Ann", "SECRET": "a&b'c\"<d>", "EMPTY": "", "NONE": null, "N": 3, "F": 1.5, "YES": true,
        "oauth": {"access_token": "t-1", "scopes": ["a", "b"], "items": {"x": 1}},
        "responses": [{"id": 7, "list": ["x&", "y"]}, {}]
    });
    all.as_object().cloned().unwrap()
}

fn render(text: &str) -> String {
    Template::parse(text).render(&variables()).map_or_else(|error| format!("error: {error}"), |rendered| rendered.text)
}

#[test]
fn variables_and_lookups() {
    for (text, expected) in [
        ("a {{ NAME }} {{NAME}} b", "a Ann Ann b"),
        ("{{ oauth.access_token }}/{{ responses.0.id }}/{{ responses.0.list.1 }}", "t-1/7/y"),
        ("{{ missing }}|{{ oauth.missing }}|{{ responses.9.id }}", "||"),
        ("{{ NONE }} {{ YES }} {{ N }} {{ F }} {{ EMPTY }}", "None True 3 1.5 "),
        ("{{ oauth.scopes }}", "[&#x27;a&#x27;, &#x27;b&#x27;]"),
        ("{{ NAME.upper }} {{ NAME.0 }} {{ oauth.items.x }}", "ANN A 1"),
        ("{{ \"a&b\" }} {{ 'q' }} {{ 5 }} {{ -1.50 }} {{ True }}", "a&b q 5 -1.5 True"),
        ("{ {NAME} } {{ NAME\n}}", "{ {NAME} } {{ NAME\n}}"),
        ("{# no {{ NAME }} #}x", "x"),
    ] {
        assert_eq!(render(text), expected, "{text}");
    }
}

#[test]
fn values_are_escaped_and_said_to_be() {
    assert_eq!(render("{{ SECRET }}"), "a&amp;b&#x27;c&quot;&lt;d&gt;");
    assert_eq!(render("{{ SECRET|safe }}"), "a&b'c\"<d>");
    assert_eq!(render("{% autoescape off %}{{ SECRET }}{% endautoescape %}"), "a&b'c\"<d>");
    let rendered = Template::parse("x={{ SECRET }}&y={{ NAME }}{{ nobody }}").render(&variables()).unwrap();
    let names = |list: &[Escaped]| list.iter().map(|one| one.expression.clone()).collect::<Vec<_>>();
    assert_eq!(names(&rendered.escaped), ["SECRET"]);
    assert_eq!(names(&rendered.missing), ["nobody"]);
}

#[test]
fn filters() {
    for (text, expected) in [
        ("{{ missing|default:\"a&b\" }} {{ EMPTY|default:NAME }} {{ NONE|default_if_none:'n' }}", "a&b Ann n"),
        ("{{ SECRET|urlencode }} {{ SECRET|urlencode:'' }}", "a%26b%27c%22%3Cd%3E a%26b%27c%22%3Cd%3E"),
        ("{{ 'a/b c'|urlencode }} {{ 'a/b c'|urlencode:'' }}", "a/b%20c a%2Fb%20c"),
        ("{{ NAME|lower }} {{ NAME|upper|cut:'N' }} {{ 'ann lee'|title }}", "ann A Ann Lee"),
        ("{{ responses.0.list|join:'&' }} {{ oauth.scopes|first }} {{ oauth.scopes|length }}", "x&amp;&y a 2"),
        ("{{ NAME|slice:':2' }} {{ NAME|slice:'-1:' }} {{ N|add:'2' }} {{ NAME|add:'x' }}", "An n 5 Annx"),
        ("{{ YES|yesno:'on,off' }} {{ NAME | lower }} {{ SECRET|upper|safe }}", "on ann A&B'C\"<D>"),
        ("{{ 'A b_C!'|slugify }} {{ 'abcdef'|truncatechars:3 }} {{ '<b>x</b>'|striptags }}", "a-b_c ab… x"),
    ] {
        assert_eq!(render(text), expected, "{text}");
    }
}

#[test]
fn tags() {
    for (text, expected) in [
        ("{% if NAME == 'Ann' and not EMPTY %}y{% else %}n{% endif %}", "y"),
        ("{% if missing %}a{% elif N > 2 %}b{% else %}c{% endif %}", "b"),
        ("{% if 'a' in oauth.scopes or x %}1{% endif %}{% if 'z' not in oauth.scopes %}2{% endif %}", "12"),
        ("{% if NONE is None %}1{% endif %}{% if missing == None %}2{% endif %}{% if N < 'x' %}3{% endif %}", "12"),
        (
            "{% for s in oauth.scopes %}{{ forloop.counter }}{{ s }}{% if not forloop.last %},{% endif %}{% endfor %}",
            "1a,2b",
        ),
        (
            "{% for k, v in responses.0.items %}{{ k }}={{ v }};{% empty %}none{% endfor %}{% for x in EMPTY %}{% empty %}-{% endfor %}",
            "id=7;list=[&#x27;x&amp;&#x27;, &#x27;y&#x27;];-",
        ),
        ("{% with a=NAME %}{{ a }}{% endwith %}{{ a }}", "Ann"),
        ("{% comment %}{{ x y }}{% endcomment %}{% verbatim %}{{ NAME }}{% endverbatim %}", "{{ NAME }}"),
        ("{% firstof missing EMPTY NAME %}{% templatetag openvariable %}", "Ann{{"),
    ] {
        assert_eq!(render(text), expected, "{text}");
    }
}

#[test]
fn what_does_not_compile_says_where() {
    for (text, place, words) in [
        ("a {{ }}", "{{ }}", "empty"),
        ("{{ NAME x }}", " x", "not understood"),
        ("{{ NAME|defualt:'x' }}", "defualt", "did you mean `default`"),
        ("{{ NAME|default }}", "default", "needs an argument"),
        ("{{ NAME|lower:'x' }}", "lower:'x'", "takes no argument"),
        ("{{ _private }}", "_private", "underscore"),
        ("{% if NAME %}", "{% if NAME %}", "never closed"),
        ("{% endif %}", "{% endif %}", "no beginning"),
        ("{% load x %}", "{% load x %}", "Django's, and not known"),
        ("{% lod x %}", "{% lod x %}", "is not known; known are"),
        ("{{ NAME|date:'Y' }}", "date", "is Django's"),
        ("{% if a = b %}{% endif %}", "=", "operator"),
        ("{{ NAME|default: 'x' }}", ": 'x'", "not understood"),
    ] {
        let template = Template::parse(text);
        let error = template.error().unwrap_or_else(|| panic!("{text} compiles"));
        assert!(error.message.contains(words), "{text}: {error}");
        assert_eq!(&text[error.span.start as usize..error.span.end as usize], place, "{text}");
    }
    assert!(render("{{ NAME|default:nobody }}").contains("nobody"));
}

#[test]
fn nothing_panics_or_hangs() {
    for text in [
        "{{",
        "{%",
        "{{{{}}}}",
        "{% if %}{% endif %}",
        "{% for %}",
        "{{ a|b|c }}",
        "{{ \"x }}",
        "é{{é}}",
        "{{ .5 }}{{ 1. }}",
    ] {
        let template = Template::parse(text);
        let _ = template.render(&variables());
    }
    let deep = "{% if a %}".repeat(100);
    assert!(Template::parse(&deep).error().unwrap().message.contains("nested"));
}
