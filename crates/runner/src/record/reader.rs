//! Where a definition reads a member of an answer.

use connspec_diagnostics::Place;
use connspec_iml::Template;
use connspec_spec::Definition;
use connspec_spec::node::{Node, NodeValue};

use crate::report::Location;

/// Where `block` reads the member of an answer's body at `path` (a JSON pointer below the body; `-` for an element of a
/// list), something around it or something within it. None where it does not.
pub fn reader_of(definition: &Definition, block: &str, path: &str) -> Option<Location> {
    let segments = path.split('/').skip(1).map(|segment| segment.replace("~1", "/").replace("~0", "~"));
    let wanted: Vec<String> = segments.take_while(|segment| segment != "-").collect();
    if wanted.is_empty() {
        return None;
    }
    let communication = definition.parts.communication.node.as_ref()?;
    let responses = definition.communication().block(block)?.iter().filter_map(|request| request.response.as_ref());
    let mut nodes = responses.filter_map(|response| communication.at(&response.pointer));
    let place = nodes.find_map(|node| reading(node, &wanted))?;
    Some(Location::of(place, &definition.sources))
}

/// The first text below `node` with an expression that reads `wanted` of the body.
fn reading(node: &Node, wanted: &[String]) -> Option<Place> {
    match &node.value {
        NodeValue::Text(text) => reads(&text.value, wanted).then_some(node.place),
        NodeValue::Array(elements) => elements.iter().find_map(|element| reading(element, wanted)),
        NodeValue::Object(members) => members.iter().find_map(|member| reading(&member.value, wanted)),
        _ => None,
    }
}

fn reads(text: &str, wanted: &[String]) -> bool {
    Template::parse(text).variables().iter().any(|variable| match variable.segments.split_first() {
        Some((root, path)) if root == "body" && !path.is_empty() => {
            path.iter().zip(wanted).all(|(read, name)| read == name)
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use connspec_spec::layout::{LoadOptions, load_text};

    use super::*;

    #[test]
    fn the_expression_that_reads_a_member_is_found() {
        let text = r#"{
  "communication": {
    "url": "https://a.example/me",
    "response": {
      "uid": "{{body.user.id}}",
      "data": {
        "plan": "{{upper(body.plan)}}"
      }
    }
  }
}"#;
        let definition = load_text("app.json", text, &LoadOptions::default()).unwrap().definition;
        let line = |path: &str| reader_of(&definition, "api", path).map(|place| place.line);
        assert_eq!(line("/user/id"), Some(5));
        assert_eq!(line("/user"), Some(5));
        assert_eq!(line("/user/id/-/x"), Some(5));
        assert_eq!(line("/plan"), Some(7));
        assert_eq!(line("/name"), None);
        assert_eq!(line(""), None);
        assert_eq!(reader_of(&definition, "token", "/plan"), None);
    }
}
