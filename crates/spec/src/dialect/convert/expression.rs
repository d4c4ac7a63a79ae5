//! Django's templates as IML.

use connspec_diagnostics::Span;
use serde_json::Value as Json;

use super::super::template::{Condition, Expression, FilterCall, Node, Operand, Operator, Variable};
use super::super::{REDIRECT_URL, USER_FIELDS};
use super::names::{Names, camel, step};

/// Where a text is evaluated: which variables have a value there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scene {
    /// Before there are tokens: `authorize` and `token`.
    Connecting,
    /// Afterwards.
    Connected,
}

/// How the result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// As it is.
    Plain,
    /// The front of an address, which Make encodes: `urlencode` is dropped.
    Address,
    /// A part of a query or a form, which Make encodes: `urlencode` is dropped, escapes in the text are undone.
    Encoded,
}

/// What could not be said in IML: where in the template, and in words.
pub(super) type Lost = Vec<(Span, String)>;

/// Translates templates of one scene.
pub(super) struct Translator<'a> {
    pub names: &'a Names,
    pub scene: Scene,
    pub spelling: Spelling,
}

/// Names that `with` binds.
type Bound = Vec<(String, Option<String>)>;

impl Translator<'_> {
    /// The parts of a template as a text of Make's.
    pub(super) fn text(&self, nodes: &[Node], lost: &mut Lost) -> String {
        let mut text = String::new();
        for node in nodes {
            self.node(node, &Bound::new(), &mut text, lost);
        }
        text
    }

    fn node(&self, node: &Node, bound: &Bound, text: &mut String, lost: &mut Lost) {
        match node {
            Node::Text(literal) => text.push_str(&self.literal(literal).replace("{{", "{{'{{'}}")),
            Node::Autoescape(_, body) => body.iter().for_each(|node| self.node(node, bound, text, lost)),
            Node::Output(_) | Node::FirstOf(_) | Node::If(_) | Node::With(..) | Node::For(_) => {
                if let Some(expression) = self.part(node, bound, lost) {
                    text.push_str(&format!("{{{{{expression}}}}}"));
                }
            }
        }
    }

    fn literal(&self, text: &str) -> String {
        match self.spelling {
            Spelling::Plain | Spelling::Address => text.to_owned(),
            Spelling::Encoded => decoded(text),
        }
    }

    /// A node as one expression; none when nothing stands there.
    fn part(&self, node: &Node, bound: &Bound, lost: &mut Lost) -> Option<String> {
        match node {
            Node::Text(literal) => Some(quoted(&self.literal(literal))),
            Node::Output(expression) => self.expression(expression, bound, lost),
            Node::If(branches) => Some(self.branches(branches, bound, lost)),
            Node::Autoescape(_, body) => Some(self.body(body, bound, lost)),
            Node::With(bindings, body) => {
                let mut inner = bound.clone();
                for (name, expression) in bindings {
                    let value = self.expression(expression, bound, lost);
                    inner.push((name.clone(), value));
                }
                Some(self.body(body, &inner, lost))
            }
            Node::FirstOf(expressions) => {
                let values = expressions.iter().rev().filter_map(|value| self.expression(value, bound, lost));
                values.reduce(|otherwise, value| format!("ifempty({value}, {otherwise})"))
            }
            Node::For(inner) => {
                lost.push((
                    inner.over.span,
                    "`{% for %}` has no counterpart in a text, so nothing stands in its place".to_owned(),
                ));
                None
            }
        }
    }

    /// Several nodes as one expression: texts are joined with `+`, which adds only where both sides are numbers.
    fn body(&self, nodes: &[Node], bound: &Bound, lost: &mut Lost) -> String {
        let parts: Vec<String> = nodes.iter().filter_map(|node| self.part(node, bound, lost)).collect();
        match parts.as_slice() {
            [] => "''".to_owned(),
            [single] => single.clone(),
            several if several[0].starts_with('\'') => several.join(" + "),
            several => format!("'' + {}", several.join(" + ")),
        }
    }

    fn branches(&self, branches: &[(Option<Condition>, Vec<Node>)], bound: &Bound, lost: &mut Lost) -> String {
        let Some(((condition, body), rest)) = branches.split_first() else { return "''".to_owned() };
        let then = self.body(body, bound, lost);
        match condition {
            None => then,
            Some(condition) => {
                let condition = self.condition(condition, bound, lost);
                format!("if({condition}, {then}, {})", self.branches(rest, bound, lost))
            }
        }
    }

    fn condition(&self, condition: &Condition, bound: &Bound, lost: &mut Lost) -> String {
        match condition {
            Condition::Value(expression) => {
                self.expression(expression, bound, lost).unwrap_or_else(|| "null".to_owned())
            }
            Condition::Not(inner) => format!("!({})", self.condition(inner, bound, lost)),
            Condition::Both(operator, left, right) => {
                let (left, right) = (self.condition(left, bound, lost), self.condition(right, bound, lost));
                let sign = match operator {
                    Operator::Or => "||",
                    Operator::And => "&&",
                    Operator::In => return format!("contains({right}, {left})"),
                    Operator::NotIn => return format!("!contains({right}, {left})"),
                    Operator::Is | Operator::Equal => "=",
                    Operator::IsNot | Operator::NotEqual => "!=",
                    Operator::Greater => ">",
                    Operator::GreaterEqual => ">=",
                    Operator::Less => "<",
                    Operator::LessEqual => "<=",
                };
                format!("({left} {sign} {right})")
            }
        }
    }

    fn expression(&self, expression: &Expression, bound: &Bound, lost: &mut Lost) -> Option<String> {
        let mut value = match &expression.operand {
            Operand::Variable(variable) => self.variable(variable, bound, lost),
            operand => Some(literal(operand)),
        };
        for filter in &expression.filters {
            value = self.filter(filter, value, bound, lost);
        }
        value
    }

    /// None: it has no value here.
    fn variable(&self, variable: &Variable, bound: &Bound, lost: &mut Lost) -> Option<String> {
        let (name, rest) = variable.path.split_first()?;
        let steps = |rest: &[String]| rest.iter().map(|segment| step(segment)).collect::<String>();
        if let Some((_, value)) = bound.iter().rev().find(|(known, _)| known == name) {
            return value.as_ref().map(|value| format!("{value}{}", steps(rest)));
        }
        if name == REDIRECT_URL && rest.is_empty() {
            return Some("oauth.localRedirectUri".to_owned());
        }
        if let Some(field) = self.names.field(name) {
            return Some(format!("parameters.{field}{}", steps(rest)));
        }
        let mut lose = |text: String| {
            lost.push((variable.span, text));
            None
        };
        match (name.as_str(), rest.split_first()) {
            ("oauth", Some((field, rest))) if self.scene == Scene::Connected => {
                Some(format!("connection.{}{}", camel(field), steps(rest)))
            }
            ("oauth", _) => lose("`oauth` is empty here, so nothing stands in its place".to_owned()),
            (field, _) if USER_FIELDS.contains(&field) => {
                lose(format!("`{field}` is a field of a person, whom a connection does not know; give it to a module"))
            }
            (other, _) => lose(format!("`{other}` has no value in a connection, so nothing stands in its place")),
        }
    }

    fn filter(&self, filter: &FilterCall, value: Option<String>, bound: &Bound, lost: &mut Lost) -> Option<String> {
        let argument = match &filter.argument {
            Some(Operand::Variable(variable)) => self.variable(variable, bound, lost),
            Some(operand) => Some(literal(operand)),
            None => None,
        };
        let argument = argument.unwrap_or_else(|| "''".to_owned());
        let Some(value) = value else {
            return matches!(filter.name.as_str(), "default" | "default_if_none").then_some(argument);
        };
        Some(match filter.name.as_str() {
            // Nothing is escaped, so nothing has to be marked.
            "safe" | "escape" | "escapejs" | "force_escape" => value,
            "urlencode" if self.spelling != Spelling::Plain => value,
            "urlencode" | "iriencode" => format!("encodeURL({value})"),
            "default" | "default_if_none" => format!("ifempty({value}, {argument})"),
            "lower" | "upper" | "length" | "first" | "last" => format!("{}({value})", filter.name),
            "title" => format!("startcase({value})"),
            "capfirst" => format!("capitalize({value})"),
            "striptags" => format!("stripHTML({value})"),
            "cut" => format!("replace({value}, {argument}, '')"),
            "join" => format!("join({value}, {argument})"),
            other => {
                lost.push((
                    filter.span,
                    format!("the filter `{other}` has no counterpart, so the value goes out without it"),
                ));
                value
            }
        })
    }
}

fn literal(operand: &Operand) -> String {
    match operand {
        Operand::Text(text) => quoted(text),
        Operand::Literal(Json::Null) | Operand::Variable(_) => "null".to_owned(),
        Operand::Literal(value) => value.to_string(),
    }
}

/// A text within an expression.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// A piece of a query without its escapes; as it is where they make no text.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let raw = text.as_bytes();
    let mut at = 0;
    while at < raw.len() {
        let digits = text.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (raw[at], digits) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                at += 3;
                continue;
            }
            (b'+', _) => bytes.push(b' '),
            (byte, _) => bytes.push(byte),
        }
        at += 1;
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use connspec_diagnostics::SourceMap;

    use super::super::super::{Manifest, Template};
    use super::*;
    use crate::json;

    fn translated(template: &str, scene: Scene, spelling: Spelling) -> (String, Vec<String>) {
        let text = r#"{"initial_data_form": [{"id": "CLIENT_ID", "name": "c"}, {"id": "MADE", "name": "generate"}], "execute": []}"#;
        let mut sources = SourceMap::new();
        let source = sources.add("m.json", text);
        let root = json::read(source, text).node.unwrap();
        let manifest = Manifest::read(&root, &mut Vec::new());
        let names = Names::of(&manifest.initial_data_form, &[]);
        let template = Template::parse(template);
        assert_eq!(template.error(), None);
        let mut lost = Lost::new();
        let text = Translator { names: &names, scene, spelling }.text(template.nodes(), &mut lost);
        (text, lost.into_iter().map(|(_, text)| text).collect())
    }

    #[test]
    fn templates_become_expressions() {
        for (template, expected) in [
            ("a {{ CLIENT_ID }}/{{redirect_url}}", "a {{parameters.clientId}}/{{oauth.localRedirectUri}}"),
            ("{{ oauth.access_token|safe }}", "{{connection.accessToken}}"),
            ("{{ oauth.team.users.0.id }}", "{{connection.team.users[1].id}}"),
            ("{{ CLIENT_ID|default:\"it's\"|urlencode }}", "{{encodeURL(ifempty(parameters.clientId, 'it\\'s'))}}"),
            (
                "{% if CLIENT_ID == 'a' and not oauth.scope %}x{{ CLIENT_ID }}{% elif 1 in CLIENT_ID %}{% else %}y{% endif %}",
                "{{if(((parameters.clientId = 'a') && !(connection.scope)), 'x' + parameters.clientId, \
                 if(contains(parameters.clientId, 1), '', 'y'))}}",
            ),
            (
                "{% with a=CLIENT_ID|upper %}{{ a }}-{{ a }}{% endwith %}",
                "{{'' + upper(parameters.clientId) + '-' + upper(parameters.clientId)}}",
            ),
            ("{% firstof oauth.a CLIENT_ID 'z' %}", "{{ifempty(connection.a, ifempty(parameters.clientId, 'z'))}}"),
            ("a%20b+c", "a%20b+c"),
        ] {
            assert_eq!(
                translated(template, Scene::Connected, Spelling::Plain),
                (expected.to_owned(), Vec::new()),
                "{template}"
            );
        }
    }

    #[test]
    fn what_has_no_value_is_lost() {
        for (template, left) in [
            ("[{{ oauth.access_token }}]", "[]"),
            ("[{{ MADE }}{{ email }}]", "[]"),
            ("[{{ email|default:'x' }}]", "[{{'x'}}]"),
            ("{% for x in CLIENT_ID %}{{ x }}{% endfor %}", ""),
            ("{{ CLIENT_ID|slugify }}", "{{parameters.clientId}}"),
        ] {
            let (text, lost) = translated(template, Scene::Connecting, Spelling::Plain);
            assert_eq!(text, left, "{template}");
            assert!(!lost.is_empty(), "{template}");
        }
    }

    #[test]
    fn a_query_is_written_without_escapes() {
        let (text, _) = translated("a%20b+c{{ CLIENT_ID|urlencode }}%zz", Scene::Connecting, Spelling::Encoded);
        assert_eq!(text, "a b c{{parameters.clientId}}%zz");
    }
}
