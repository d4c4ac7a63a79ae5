//! Expressions told apart without evaluating them.

use connspec_iml::Template;

use super::*;

fn sort_of(source: &str) -> Sort {
    let template = Template::parse(source);
    sort(&template, whole(&template).unwrap())
}

#[test]
fn dates_and_numbers_are_told_apart() {
    for (source, expected) in [
        ("{{now}}", Sort::Date),
        ("{{addSeconds(now, body.expires_in)}}", Sort::Date),
        ("{{parseDate(body.expires_at)}}", Sort::Date),
        ("{{body.expires_in}}", Sort::Number),
        ("{{timestamp + body.expiresIn}}", Sort::Number),
        ("{{now + 3600}}", Sort::Unknown),
        ("{{body.expires_at}}", Sort::Unknown),
        ("{{formatDate(now, 'X')}}", Sort::Text),
        ("{{ifempty(body.expires_in, 3600)}}", Sort::Number),
    ] {
        assert_eq!(sort_of(source), expected, "{source}");
    }
}

#[test]
fn leads_are_counted_in_minutes() {
    for (source, expected) in [
        ("{{now}}", Some(0.0)),
        ("{{addMinutes(now, 15)}}", Some(15.0)),
        ("{{addHours(addMinutes(now, 5), -1)}}", Some(-55.0)),
        ("{{addSeconds(now; 90)}}", Some(1.5)),
        ("{{addMinutes(now, parameters.lead)}}", None),
        ("{{addMinutes(data.expires, 15)}}", None),
    ] {
        let template = Template::parse(source);
        assert_eq!(minutes_ahead(&template, whole(&template).unwrap()), expected, "{source}");
    }
}

#[test]
fn conditions_that_cannot_hold_are_seen() {
    let stored = |key: &str| match key {
        "accessToken" | "expires" => Stored::Perhaps,
        "refreshToken" => Stored::Yes,
        _ => Stored::No,
    };
    for (source, expected) in [
        ("{{data.expires < addMinutes(now, 1)}}", Truth::Depends),
        ("{{data.expiry < addMinutes(now, 1)}}", Truth::Never),
        ("{{!data.expiry | data.expiry < now}}", Truth::Always),
        ("{{data.refresh_token && data.expires < now}}", Truth::Never),
        ("{{data.refreshToken && data.expires < now}}", Truth::Depends),
        ("{{data.refreshToken}}", Truth::Always),
        ("{{if(data.refreshToken, data.expiry < now, true)}}", Truth::Never),
        ("{{if(data.accessToken, data.expiry < now, true)}}", Truth::Depends),
        ("{{if(data.token, data.expires < now, true)}}", Truth::Always),
        ("{{true}}", Truth::Always),
        ("true", Truth::Always),
        ("", Truth::Never),
        ("{{temp.code}}", Truth::Depends),
        ("{{ifempty(data.expiry, now) < addMinutes(now, 1)}}", Truth::Depends),
    ] {
        assert_eq!(truth(&Template::parse(source), &stored), expected, "{source}");
    }
}

#[test]
fn comparisons_keep_their_direction() {
    for (source, expected) in [
        ("{{data.expires < now}}", Some(false)),
        ("{{now > data.expires}}", Some(false)),
        ("{{data.expires > now}}", Some(true)),
        ("{{!(data.expires > now)}}", Some(false)),
        ("{{if(data.expires > now, false, true)}}", Some(false)),
        ("{{if(data.accessToken, data.expires > now, true)}}", Some(true)),
        ("{{parseDate(connection.expires) <= now}}", Some(false)),
        ("{{data.expires = now}}", None),
    ] {
        let template = Template::parse(source);
        let found = store_comparisons(&template);
        assert_eq!(found.first().map(|comparison| comparison.wants_later), expected, "{source}");
    }
}

#[test]
fn comparisons_that_must_hold_together_are_told_from_others() {
    for (source, together) in [
        ("{{data.expires < now && data.createdAt < now}}", true),
        ("{{data.expires < now && (data.other | data.createdAt < now)}}", true),
        ("{{!(data.expires > now || data.createdAt > now)}}", true),
        ("{{if(data.expires < now && data.createdAt < now, true, false)}}", true),
        ("{{data.expires < now || data.createdAt < now}}", false),
        ("{{!(data.expires > now && data.createdAt > now)}}", false),
        ("{{(data.token && data.expires < now) || (data.token && data.createdAt < now)}}", false),
    ] {
        let template = Template::parse(source);
        let found = store_comparisons(&template);
        let [one, other] = found.as_slice() else { panic!("{source}: {found:?}") };
        assert_eq!(one.conjunction.is_some() && one.conjunction == other.conjunction, together, "{source}");
    }
}

#[test]
fn keys_of_the_store_are_read_in_backticks_where_they_must_be() {
    for (key, path) in [
        ("refreshToken", "data.refreshToken"),
        ("refresh_token2", "data.refresh_token2"),
        ("refresh-token", "data.`refresh-token`"),
        ("a.b", "data.`a.b`"),
        ("2nd", "data.`2nd`"),
        ("the token", "data.`the token`"),
    ] {
        assert_eq!(store_path(key), path);
        let template = Template::parse(format!("{{{{{path}}}}}"));
        assert_eq!(store_key(&template, whole(&template).unwrap()), Some(key), "{path}");
    }
}

#[test]
fn lengths_of_verifiers_are_counted() {
    for (source, expected) in [
        ("{{uuid}}", Some(36)),
        ("{{uuid}}{{uuid}}", Some(72)),
        ("{{uuid}}-{{uuid}}", Some(73)),
        ("{{replace(uuid, '-', '')}}", Some(32)),
        ("{{sha256(uuid)}}", Some(64)),
        ("{{sha256(uuid, 'base64')}}", Some(44)),
        ("{{md5(uuid + 'x')}}", Some(32)),
        ("{{uuid + uuid}}", Some(72)),
        ("{{parameters.verifier}}", None),
    ] {
        assert_eq!(fixed_length(&Template::parse(source)), expected, "{source}");
    }
}

#[test]
fn every_variable_is_found_again() {
    struct Paths<'t>(&'t Template, usize);
    impl<'t> connspec_iml::ast::Visitor<'t> for Paths<'t> {
        fn path(&mut self, _path: &'t connspec_iml::ast::Path, node: &'t Expr) {
            let known = self.0.variables().iter().find(|variable| variable.span == node.span && !variable.computed);
            assert_eq!(steps(self.0, node), known.map(|variable| &variable.segments[..]), "{:?}", node.span);
            self.1 += 1;
        }
    }
    let source =
        "{{a.b}}{{if(c.d; e[f.g].h; i.j + k.l:m)}} {{n.o p.q}} {{(r.s)}}{{-t.u}}{{v.w = parameters.x:data.y}}{{ (z. }}";
    let template = Template::parse(source);
    let mut paths = Paths(&template, 0);
    template.visit(&mut paths);
    assert_eq!(paths.1, 13);
}
