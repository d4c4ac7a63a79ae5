//! An address cut into what stands before the question mark and the parameters behind it.

use super::super::template::Node;

/// An address in parts.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Address {
    pub base: Vec<Node>,
    pub query: Vec<(String, Vec<Node>)>,
    /// Whether something stood behind a `#`, which is left out.
    pub had_fragment: bool,
}

/// Where the reader is.
#[derive(PartialEq)]
enum At {
    Base,
    Name,
    Value,
    Fragment,
}

/// Cuts an address; none where a tag decides which parameters there are.
pub(super) fn split(nodes: &[Node]) -> Option<Address> {
    let mut address = Address::default();
    let mut at = At::Base;
    let mut name = String::new();
    for node in nodes {
        let Node::Text(text) = node else {
            match at {
                At::Base => address.base.push(node.clone()),
                At::Value if !cuts(node) => address.query.last_mut()?.1.push(node.clone()),
                At::Fragment => {}
                _ => return None,
            }
            if at == At::Base && cuts(node) {
                return None;
            }
            continue;
        };
        let mut piece = String::new();
        for character in text.chars() {
            match (&at, character) {
                (At::Fragment, _) => continue,
                (At::Base | At::Value, '#') | (At::Name, '#') => {
                    put(&mut address, &at, &mut piece, &mut name);
                    address.had_fragment = true;
                    at = At::Fragment;
                }
                (At::Base, '?') => {
                    put(&mut address, &at, &mut piece, &mut name);
                    at = At::Name;
                }
                (At::Name, '=') => {
                    name.push_str(&std::mem::take(&mut piece));
                    address.query.push((std::mem::take(&mut name), Vec::new()));
                    at = At::Value;
                }
                (At::Name | At::Value, '&') => {
                    put(&mut address, &at, &mut piece, &mut name);
                    at = At::Name;
                }
                (_, character) => piece.push(character),
            }
        }
        match at {
            At::Name => name.push_str(&piece),
            _ => put(&mut address, &at, &mut piece, &mut name),
        }
    }
    put(&mut address, &at, &mut String::new(), &mut name);
    Some(address)
}

fn put(address: &mut Address, at: &At, piece: &mut String, name: &mut String) {
    let text = std::mem::take(piece);
    match at {
        At::Base if !text.is_empty() => address.base.push(Node::Text(text)),
        At::Value if !text.is_empty() => {
            if let Some((_, value)) = address.query.last_mut() {
                value.push(Node::Text(text));
            }
        }
        At::Name => {
            name.push_str(&text);
            if !name.is_empty() {
                address.query.push((std::mem::take(name), Vec::new()));
            }
        }
        _ => {}
    }
}

/// Whether a tag holds a character that ends a part of an address.
fn cuts(node: &Node) -> bool {
    match node {
        Node::Text(text) => text.contains(['?', '&', '#']),
        Node::Output(_) | Node::FirstOf(_) => false,
        Node::If(branches) => branches.iter().any(|(_, body)| body.iter().any(cuts)),
        Node::For(inner) => inner.body.iter().chain(&inner.empty).any(cuts),
        Node::With(_, body) | Node::Autoescape(_, body) => body.iter().any(cuts),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Template;
    use super::*;

    fn told(template: &str) -> Option<String> {
        let template = Template::parse(template);
        let shown = |nodes: &[Node]| {
            nodes
                .iter()
                .map(|node| if let Node::Text(text) = node { text.clone() } else { "*".to_owned() })
                .collect::<String>()
        };
        let address = split(template.nodes())?;
        let query: Vec<String> = address.query.iter().map(|(name, value)| format!("{name}={}", shown(value))).collect();
        Some(format!("{} {}{}", shown(&address.base), query.join(" "), if address.had_fragment { " #" } else { "" }))
    }

    #[test]
    fn addresses_are_cut() {
        for (template, expected) in [
            ("https://a.test/x", Some("https://a.test/x ")),
            ("https://{{ H }}/x?a=1&b={{ B }}2&&c&d=x=y", Some("https://*/x a=1 b=*2 c= d=x=y")),
            ("https://a.test?a={% if B %}b{% endif %}#f", Some("https://a.test a=* #")),
            ("https://a.test?a=1{% if B %}&b=2{% endif %}", None),
            ("https://a.test?{{ N }}=1", None),
            ("https://a.test{% if B %}?b=2{% endif %}", None),
            ("https://a.test?", Some("https://a.test ")),
        ] {
            assert_eq!(told(template).as_deref(), expected, "{template}");
        }
    }
}
