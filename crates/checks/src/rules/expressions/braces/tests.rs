//! Braces that do not pair, and those that do.

use super::*;

#[test]
fn every_mark_is_looked_for() {
    let marks = OTHER_MARKS.iter().map(|(open, _)| *open).chain(["{", "}"]);
    marks.for_each(|mark| assert!(may_hold_mark(format!("a {mark}b").as_bytes()), "{mark}"));
    assert!(!may_hold_mark(b"https://a.b/c?d=e&f=g"));
}

/// The mistaken part and what it should be.
fn found(source: &str) -> Vec<(String, Option<String>)> {
    let template = Template::parse(source);
    let shown = |span: Span| source[span.range()].to_owned();
    mistakes(&template)
        .into_iter()
        .map(|mistake| {
            let mended = mistake
                .meant
                .map(|(span, text)| format!("{}{text}{}", &source[..span.range().start], &source[span.range().end..]));
            (shown(mistake.span), mended)
        })
        .collect()
}

#[test]
fn braces_that_do_not_pair_are_found() {
    for (source, part, mended) in [
        ("{{parameters.id", "{{", Some("{{parameters.id}}")),
        ("a/{{parameters.id}/b", "{{", Some("a/{{parameters.id}}/b")),
        ("a/{{parameters.id/b", "{{", Some("a/{{parameters.id}}/b")),
        ("{{lower(body.a)", "{{", None),
        ("{{{{body.a}}}}", "{{{{body.a}}}}", Some("{{body.a}}")),
        ("x {{{body.a}}} y", "{{{body.a}}}", Some("x {{body.a}} y")),
        ("{{body.a}}}}", "}}", Some("{{body.a}}")),
        ("{{body.a}}} {", "}", Some("{{body.a}} {")),
        ("{{lower({{body.a}})}}", "{{", None),
        ("{{body.a} and {{body.b}}", "{{", None),
        ("/v1/{parameters.id}/x", "{parameters.id}", Some("/v1/{{parameters.id}}/x")),
        ("{parameters.id}}", "{parameters.id}}", Some("{{parameters.id}}")),
        ("a ${parameters.id} b", "${parameters.id}", Some("a {{parameters.id}} b")),
        ("Bearer [[connection.token]]", "[[connection.token]]", Some("Bearer {{connection.token}}")),
        ("Bearer token}}", "}}", None),
        ("Bearer connection.token}}", "}}", Some("Bearer {{connection.token}}")),
        ("{{body.a}}: body.b}} c", "}}", Some("{{body.a}}: {{body.b}} c")),
        ("}} {{body.a}}", "}}", None),
        ("{{body.a}} x}}", "}}", None),
        ("a {{ {{body.a}}", "{{", Some("a {{body.a}}")),
        ("a {{token {{body.a}}", "{{", Some("a token {{body.a}}")),
        ("%parameters.id%", "%parameters.id%", Some("{{parameters.id}}")),
        ("<%= temp.x %>!", "<%= temp.x %>", Some("{{temp.x}}!")),
        ("{{base64('{{parameters.id}}')}}", "{{", None),
    ] {
        assert_eq!(found(source), [(part.to_owned(), mended.map(str::to_owned))], "{source}");
    }
}

#[test]
fn braces_of_other_languages_are_left_alone() {
    for source in [
        "query { account { owner { email }}}",
        "query { post { body }}",
        "query($id: ID!) { item(id: \"{{parameters.id}}\") { name }}",
        "{\"a\": {\"b\": {{parameters.id}}}}",
        "query { items(limit: {{parameters.limit}}) { id { b }}}",
        "{{'{{'}} as it stands {{\"}}\"}}",
        "{{ {limit: parameters.n} }}",
        "${data.x} {id} {0}",
        "100%parameters of body.x%",
        "[[1, 2], [3]] $(body) #{item.id}",
        "{{if(a, '}', b)}}",
        "{{'{\"a\": {\"b\": ' + body.a}}, \"c\": {{body.c}}}}",
        "a}b",
        "",
    ] {
        assert_eq!(found(source), [], "{source}");
    }
}
