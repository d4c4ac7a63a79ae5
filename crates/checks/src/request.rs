//! What a request says literally: its method, its headers, the parts of its address.

use connspec_diagnostics::{Place, Span};
use connspec_iml::Template;
use connspec_iml::ast::{BinaryOperator, Expr, ExprKind, Expression, Piece};
use connspec_spec::{Member, Node};
use smol_str::{SmolStr, StrExt};

use crate::sending::Request;
use crate::site::{Phase, Site};
use crate::subject::Connection;

/// The address of a request, when it is a text.
pub struct Url<'c, 'a> {
    /// When the request is made.
    pub phase: Phase,
    /// The block as reports name it: `token`, `token[2]`.
    pub block: &'c str,
    /// The request.
    pub request: &'a Node,
    /// The address.
    pub node: &'a Node,
    /// The address as a text.
    pub text: &'a str,
    /// The address, parsed.
    pub template: &'a Template,
    /// Its host with the range in the text, see [`Address::host`].
    pub host: Option<(&'a str, Span)>,
    /// The texts of the request.
    pub sites: &'c [Site<'a>],
}

/// The addresses of all requests of a connection.
pub fn urls<'c, 'a>(connection: &'c Connection<'a>) -> impl Iterator<Item = Url<'c, 'a>> + use<'c, 'a> {
    connection.each_request().filter_map(|request| {
        let Request { phase, block, node: request_node, .. } = request;
        let site = request.url_site()?;
        let (node, template) = (site.node, site.template);
        let (text, host) = (node.as_str()?, request.written_host());
        Some(Url { phase, block, request: request_node, node, text, template, host, sites: request.sites() })
    })
}

/// The text of a member that holds no expression.
pub fn literal<'a>(object: &'a Node, key: &str) -> Option<&'a str> {
    let node = object.get(key)?;
    node.as_str().filter(|text| !text.contains("{{") || node.template().is_some_and(Template::is_literal))
}

/// The method in capitals, GET when absent; none when an expression decides.
pub fn method(request: &Node) -> Option<SmolStr> {
    match request.get("method").filter(|method| !method.is_null()) {
        None => Some(SmolStr::new_static("GET")),
        Some(_) => literal(request, "method").map(|method| method.trim().to_ascii_uppercase_smolstr()),
    }
}

/// The `url` and the `method` of a request where each has what belongs into the other.
pub fn exchanged(request: &Node) -> Option<(&Node, &Node)> {
    let (url, method) = (request.get("url")?, request.get("method")?);
    let is_method = |text: &str| ALL_METHODS.iter().any(|known| known.eq_ignore_ascii_case(text.trim()));
    let is_exchanged = url.as_str().is_some_and(is_method) && method.as_str().is_some_and(|text| text.contains('/'));
    is_exchanged.then_some((url, method))
}

/// The method of a request that is an address.
pub fn address_as_method(request: &Node) -> Option<&Member> {
    let is_address = |text: &str| text.contains("://") || text.trim_start().starts_with('/');
    request.member("method").filter(|method| method.value.as_str().is_some_and(is_address))
}

/// The methods of the editor, and those that Make's documentation allows besides.
pub const ALL_METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// The header of this name, whatever its case.
pub fn header<'a>(request: &'a Node, name: &str) -> Option<&'a Member> {
    request.get("headers")?.effective_members().find(|member| member.key.eq_ignore_ascii_case(name))
}

/// Whether headers may be there that nobody can read from the file: a spread, or a whole expression.
pub fn headers_are_computed(request: &Node) -> bool {
    request.get("headers").is_some_and(|headers| {
        headers.as_str().is_some() || headers.members().iter().any(|member| member.key.contains("{{"))
    })
}

/// The brace or bracket a value begins with: the place for findings about all of a long value.
pub fn opening(node: &Node) -> Place {
    let start = node.place.span.range().start;
    Place::new(node.place.source, Span::new(start, start + 1))
}

/// The address of a request, taken apart as far as it can be read.
pub struct Address<'t> {
    template: &'t Template,
}

impl<'t> Address<'t> {
    /// The address that a template writes.
    pub fn of(template: &'t Template) -> Self {
        Self { template }
    }

    /// The text before the first expression.
    pub fn literal_start(&self) -> &'t str {
        match self.template.ast().first() {
            Some(Piece::Text(span)) => &self.template.source()[span.range()],
            _ => "",
        }
    }

    /// Where the authority begins: after `://` of the literal start; none when an expression makes scheme or more.
    fn authority_start(&self) -> Option<usize> {
        let start = self.literal_start();
        let mut colons = start.bytes().enumerate().filter(|(_, byte)| *byte == b':');
        colons.find(|(at, _)| start[*at..].starts_with("://")).map(|(at, _)| at + 3)
    }

    /// Where the authority ends: the first `/`, `?` or `#` of the text behind its start.
    fn authority_end(&self) -> usize {
        let source = self.template.source();
        let start = self.authority_start().unwrap_or(0);
        let texts = self.template.ast().iter().filter_map(|piece| match piece {
            Piece::Text(span) => Some(span.range()),
            Piece::Expression(_) => None,
        });
        let mut ends = texts.filter_map(|range| {
            let from = range.start.max(start);
            let text = source.get(from..range.end)?;
            text.bytes().position(|byte| matches!(byte, b'/' | b'?' | b'#')).map(|at| from + at)
        });
        ends.next().unwrap_or(source.len())
    }

    /// The expressions that make the authority or a part of it.
    pub fn authority_expressions(&self) -> impl Iterator<Item = &'t Expression> {
        let end = self.authority_end();
        self.template.expressions().filter(move |expression| expression.span.range().start < end)
    }

    /// Whether an expression is all of the host, or of the address in front of its path; a port may stand behind it.
    pub fn is_made_by(&self, expression: &Expression) -> bool {
        let span = expression.span.range();
        let behind = self.template.source().get(span.end..self.authority_end()).unwrap_or_default();
        self.authority_start().unwrap_or(0) == span.start && (behind.is_empty() || behind.starts_with(':'))
    }

    /// The host with its range in the text, in the case it is written in; none when it is computed or absent.
    pub fn host(&self) -> Option<(&'t str, Span)> {
        let (start, end) = (self.authority_start()?, self.authority_end());
        if self.authority_expressions().next().is_some() || start >= end {
            return None;
        }
        let authority = &self.template.source()[start..end];
        let user = authority.rfind('@').map_or(0, |at| at + 1);
        let host = &authority[user..];
        let length = if host.starts_with('[') {
            host.find(']').map_or(host.len(), |at| at + 1)
        } else {
            host.find(':').unwrap_or(host.len())
        };
        let span = Span::new(start + user, start + user + length);
        Some((&self.template.source()[span.range()], span))
    }

    /// The written start and end of a host of which expressions make a part, either empty where an expression stands:
    /// of `https://accounts.acme.{{zone}}` the start, of `https://{{name}}.acme.test` the end.
    pub fn host_around_expression(&self) -> (&'t str, &'t str) {
        let (Some(start), end) = (self.authority_start(), self.authority_end()) else { return ("", "") };
        let mut expressions = self.authority_expressions();
        let Some(first) = expressions.next().map(|expression| expression.span.range()) else { return ("", "") };
        let last = expressions.last().map_or(first.clone(), |expression| expression.span.range());
        let source = self.template.source();
        let tail = source.get(last.end..end).unwrap_or("");
        let tail = tail.find(':').map_or(tail, |port| &tail[..port]);
        let head = source.get(start..first.start).unwrap_or("");
        (if tail.is_empty() && first == last { head } else { "" }, tail)
    }

    /// Where the query begins: the first `?` outside expressions.
    pub fn query_start(&self) -> Option<usize> {
        let source = self.template.source();
        self.template.ast().iter().find_map(|piece| match piece {
            Piece::Text(span) => source[span.range()].find('?').map(|at| span.range().start + at),
            Piece::Expression(_) => None,
        })
    }
}

/// Whether the host is this machine.
pub fn is_loopback(host: &str) -> bool {
    let is_local_name = host.rsplit('.').next().is_some_and(|top| top.eq_ignore_ascii_case("localhost"));
    is_local_name || host == "[::1]" || host.starts_with("127.")
}

/// The variables whose value becomes the value of `expr`, or a part of its text, unchanged: not those it only asks
/// about (`if(parameters.eu; …)`), and not those a function turns into something else.
pub fn flowing<'e>(expr: &'e Expr, source: &str) -> Vec<&'e Expr> {
    let of_all = |exprs: &'e [Expr]| exprs.iter().flat_map(|expr| flowing(expr, source)).collect();
    match &expr.kind {
        ExprKind::Path(_) => vec![expr],
        ExprKind::Group(inner) => flowing(inner, source),
        ExprKind::Juxtaposed(parts) => of_all(parts),
        ExprKind::Binary(binary) if binary.operator == BinaryOperator::Add => {
            let mut found = flowing(&binary.left, source);
            found.extend(flowing(&binary.right, source));
            found
        }
        ExprKind::Call(call) => match call.name.resolve(source) {
            "if" => of_all(call.arguments.get(1..).unwrap_or_default()),
            "ifempty" => of_all(&call.arguments),
            "trim" | "lower" | "upper" | "toString" => of_all(call.arguments.get(..1).unwrap_or_default()),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read_where_they_stand() {
        for (url, host) in [
            ("https://api.acme.test/me", Some("api.acme.test")),
            ("https://u:p@api.acme.test:8443?x", Some("api.acme.test")),
            ("http://[::1]:80/", Some("[::1]")),
            ("https://{{parameters.host}}/x", None),
            ("https://api.{{parameters.zone}}.test/x", None),
            ("https://api.acme.test/{{x}}", Some("api.acme.test")),
            ("/me", None),
            ("https://", None),
            ("{{parameters.url}}/a", None),
        ] {
            let template = Template::parse(url);
            assert_eq!(Address::of(&template).host().map(|(host, _)| host), host, "{url}");
        }
    }

    #[test]
    fn hosts_of_which_an_expression_makes_a_part_have_a_start_and_an_end() {
        for (url, around) in [
            ("https://{{parameters.shop}}.acme.test/admin", ("", ".acme.test")),
            ("https://{{parameters.shop}}.acme.test:8443?x", ("", ".acme.test")),
            ("https://accounts.acme.{{parameters.zone}}/oauth", ("accounts.acme.", "")),
            ("https://{{a}}.{{b}}/x", ("", "")),
            ("https://a.{{a}}.acme.{{b}}", ("", "")),
            ("https://api.acme.test/{{x}}", ("", "")),
            ("{{parameters.url}}.acme.test/a", ("", "")),
        ] {
            let template = Template::parse(url);
            assert_eq!(Address::of(&template).host_around_expression(), around, "{url}");
        }
    }

    #[test]
    fn expressions_of_the_authority_are_told_from_those_of_the_path() {
        for (url, count) in [
            ("https://{{a}}.acme.test/{{b}}", 1),
            ("https://{{a}}{{b}}/x", 2),
            ("{{a}}/{{b}}", 1),
            ("https://acme.test/{{b}}", 0),
            ("https://acme.test?{{b}}", 0),
        ] {
            let template = Template::parse(url);
            assert_eq!(Address::of(&template).authority_expressions().count(), count, "{url}");
        }
    }

    #[test]
    fn whole_hosts_are_told_from_parts() {
        for (url, is_made) in [
            ("https://{{a}}/x", true),
            ("https://{{a}}:8443/x", true),
            ("{{a}}/x", true),
            ("{{a}}", true),
            ("https://{{a}}.acme.test/x", false),
            ("https://{{a}}{{b}}/x", false),
            ("https://x@{{a}}/x", false),
            ("https{{a}}/x", false),
        ] {
            let template = Template::parse(url);
            let address = Address::of(&template);
            let first = address.authority_expressions().next();
            assert_eq!(first.is_some_and(|first| address.is_made_by(first)), is_made, "{url}");
        }
    }

    #[test]
    fn only_values_that_pass_unchanged_flow() {
        for (text, names) in [
            ("{{parameters.a}}", "parameters.a"),
            ("{{if(parameters.a, parameters.b, 'c')}}", "parameters.b"),
            ("{{'x' + trim(parameters.a)}}", "parameters.a"),
            ("{{encodeURL(parameters.a)}}", ""),
            ("{{ifempty(parameters.a, common.b)}}", "parameters.a common.b"),
        ] {
            let template = Template::parse(text);
            let found: Vec<_> = template.expressions().flat_map(|expression| flowing(&expression.expr, text)).collect();
            let found: Vec<_> = found.iter().map(|expr| &text[expr.span.range()]).collect();
            assert_eq!(found.join(" "), names, "{text}");
        }
    }
}
