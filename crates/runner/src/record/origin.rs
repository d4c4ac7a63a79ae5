//! Which place of the definition produced a field of a request, or a part of the connection.

mod manifest;

use connspec_diagnostics::Place;
use connspec_spec::node::Node;
use connspec_spec::{Communication, Definition, Directive, RequestBlock};
use serde_json::Value;

use crate::operation::pattern_of_calls;
use crate::report::{Location, Step};

/// Where the field at `pointer` (`/method`, `/url`, `/query/NAME`, `/headers/name`, below `/body`) of request `index` of
/// `block` comes from. A field the definition does not write is placed where it would write it.
pub(super) fn of(definition: &Definition, block: &str, index: usize, pointer: &str) -> Option<Location> {
    let place = match (definition.communication().block(block), definition.manifest()) {
        (Some(requests), _) => of_request(definition, requests.get(index)?, pointer),
        (None, Some(manifest)) => manifest::of(definition, manifest, block, pointer),
        (None, None) if block == "request" => of_call(definition, pointer),
        (None, None) => at(definition, &format!("/{block}")).or_else(|| at(definition, "/oauth")),
    };
    place.map(|place| Location::of(place, &definition.sources))
}

/// What the app's base, or else the request that shows how credentials are sent, adds to a call of the API. The rest is
/// the call's own.
fn of_call(definition: &Definition, pointer: &str) -> Option<Place> {
    let (shown_by, pattern) = pattern_of_calls(definition)?;
    match pointer.split('/').nth(1)? {
        "url" => at(&shown_by, "/baseUrl"),
        "query" | "headers" => of_request(&shown_by, &pattern, pointer),
        _ => None,
    }
}

/// Why `block` sent less than was recorded, of whose exchanges the one at `position` is missing: the condition of that
/// request or of one before it, or else where it stands. None where it is gone.
pub(super) fn of_missing(definition: &Definition, block: &str, position: usize) -> Option<Location> {
    let requests = definition.communication().block(block)?;
    // A block that runs more than once sends its list again.
    let at = position.checked_rem(requests.len())?;
    let condition = requests.iter().take(at + 1).rev().find_map(|request| place(request.condition.as_ref()));
    let place = condition.or_else(|| requests.get(at).map(|request| request.place))?;
    Some(Location::of(place, &definition.sources))
}

/// What wrote the part of the connection at `pointer` (`/data/NAME`, `/uid`, …): of the requests of `steps` the last
/// whose `response` does. Scopes that no response tells are those of the definition; data that nothing writes any more
/// are placed where they would be written, beside what else is kept of the answer that holds what was `expected`.
pub(super) fn of_outcome(
    definition: &Definition,
    steps: &[Step],
    pointer: &str,
    expected: Option<&Value>,
) -> Option<Location> {
    let path: Vec<&str> = pointer.strip_prefix('/')?.split('/').collect();
    let of_manifest = || match (definition.manifest()?, &path[..]) {
        (manifest, ["data", name, ..]) => manifest::of_data(manifest, steps, name),
        _ => None,
    };
    let sent = steps.iter().rev().filter(|step| !step.skipped);
    let written =
        sent.filter_map(|step| definition.communication().block(&step.block)?.get(step.index)).find_map(|request| {
            let response = &request.response.as_ref()?.value;
            match path[..] {
                ["data", name, ..] => {
                    let data = &response.data.as_ref()?.pointer;
                    member(definition, data, name)?;
                    nearest(definition, data, &path[1..].join("/"))
                }
                ["data"] => place(response.data.as_ref()),
                ["uid"] => place(response.uid.as_ref()),
                ["expires"] => place(response.expires.as_ref()),
                ["scope", ..] => place(response.scope.as_ref()),
                ["metadata", ..] => nearest(definition, &response.metadata.as_ref()?.pointer, &path[1..].join("/")),
                _ => None,
            }
        });
    let of_definition = || match path[0] {
        "scope" => definition.default_scope.first().map(|scope| scope.place),
        "data" => {
            let data = |step: &Step| {
                let request = definition.communication().block(&step.block)?.get(step.index)?;
                place(request.response.as_ref()?.value.data.as_ref())
            };
            let holding = |step: &&Step| expected.is_some_and(|value| answers_with(step, value));
            let sent = || steps.iter().rev().filter(|step| !step.skipped);
            sent().filter(holding).find_map(data).or_else(|| sent().find_map(data))
        }
        _ => None,
    };
    let place = written.or_else(of_manifest).or_else(of_definition)?;
    Some(Location::of(place, &definition.sources))
}

/// Whether `value` stands somewhere in the answer to `step`.
fn answers_with(step: &Step, value: &Value) -> bool {
    fn holds(within: &Value, value: &Value) -> bool {
        match within {
            _ if within == value => true,
            Value::Array(items) => items.iter().any(|item| holds(item, value)),
            Value::Object(members) => members.values().any(|member| holds(member, value)),
            _ => false,
        }
    }
    let body = step.response.as_ref().and_then(|answer| serde_json::from_slice::<Value>(&answer.body).ok());
    body.is_some_and(|body| holds(&body, value))
}

fn of_request(definition: &Definition, request: &RequestBlock, pointer: &str) -> Option<Place> {
    let (part, field) = match pointer.strip_prefix('/')?.split_once('/') {
        Some((part, field)) => (part, Some(field)),
        None => (&pointer[1..], None),
    };
    let url = request.url.as_ref();
    let place = match part {
        "method" => place(request.method.as_ref()),
        "url" => place(url),
        "query" => {
            let name = field?;
            let in_url = url.filter(|url| url.value.source().contains(&format!("{}=", unescaped(name))));
            request
                .qs
                .as_ref()
                .and_then(|qs| member(definition, &qs.pointer, name))
                .or_else(|| place(in_url))
                .or_else(|| signing(definition, request, name))
                .or_else(|| place(request.qs.as_ref()))
                .or_else(|| place(url))
        }
        "headers" => {
            let (name, parameter) = field?.split_once('/').map_or((field?, None), |(name, rest)| (name, Some(rest)));
            let signed = (name == "authorization").then(|| signing(definition, request, parameter.unwrap_or("oauth_")));
            let typed = request.body_type.as_ref().filter(|_| name == "content-type");
            let of_body = request.body.as_ref().filter(|_| name == "content-type");
            request
                .headers
                .as_ref()
                .and_then(|headers| member(definition, &headers.pointer, name))
                .or_else(|| signed.flatten())
                .or_else(|| place(typed))
                .or_else(|| place(of_body))
                .or_else(|| place(request.headers.as_ref()))
        }
        "body" => {
            let body = request.body.as_ref();
            let below = |body: &Directive<_>| nearest(definition, &body.pointer, field.unwrap_or_default());
            let signed = field.filter(|name| body.is_none_or(|body| member(definition, &body.pointer, name).is_none()));
            signed
                .and_then(|name| signing(definition, request, name))
                .or_else(|| body.and_then(below))
                .or_else(|| place(body))
        }
        _ => None,
    };
    place.or(Some(request.place))
}

/// Where the OAuth 1 parameter `name` (RFC 5849 §3.1) comes from: the key of the request's `oauth`, else of the root's,
/// else the directive as a whole. None for other parameters, and where nothing signs.
fn signing(definition: &Definition, request: &RequestBlock, name: &str) -> Option<Place> {
    let key = name.strip_prefix("oauth_")?;
    let root = match definition.communication() {
        Communication::OAuth1(blocks) => blocks.oauth.as_ref(),
        _ => None,
    };
    let directives = [request.oauth.as_ref(), root];
    let mut written = directives.into_iter().flatten();
    let exact = written.clone().find_map(|directive| member(definition, &directive.pointer, key));
    exact.or_else(|| place(written.next()))
}

fn place<T>(directive: Option<&Directive<T>>) -> Option<Place> {
    directive.map(|directive| directive.place)
}

fn at(definition: &Definition, pointer: &str) -> Option<Place> {
    Some(definition.parts.communication.node.as_ref()?.at(pointer)?.place)
}

/// The member `name` (`name[key]` for a nested one) of the object at `pointer`, whatever the case of its letters.
fn member(definition: &Definition, pointer: &str, name: &str) -> Option<Place> {
    let name = unescaped(name);
    let node = definition.parts.communication.node.as_ref()?.at(pointer)?;
    let named = |node: &Node, wanted: &str| {
        let found = node.members().iter().rev().find(|member| member.key.eq_ignore_ascii_case(wanted));
        found.map(|member| (member.key_place, member.value.clone()))
    };
    if let Some((place, _)) = named(node, &name) {
        return Some(place);
    }
    let mut keys = name.split('[').map(|key| key.trim_end_matches(']'));
    let (mut place, mut inner) = named(node, keys.next()?)?;
    while let Some((deeper, value)) = keys.next().and_then(|key| named(&inner, key)) {
        (place, inner) = (deeper, value);
    }
    Some(place)
}

/// The deepest place on the way to `field` below `pointer`.
fn nearest(definition: &Definition, pointer: &str, field: &str) -> Option<Place> {
    let node = definition.parts.communication.node.as_ref()?;
    let mut at = node.at(pointer)?;
    let mut place = at.place;
    for segment in field.split('/').filter(|segment| !segment.is_empty()) {
        let name = unescaped(segment);
        let nested = at.member(&name).is_none() && name.contains('[');
        let keys: Vec<&str> = match nested {
            true => name.split('[').map(|key| key.trim_end_matches(']')).collect(),
            false => vec![&name],
        };
        for key in keys {
            if let Some(member) = at.member(key) {
                (at, place) = (&member.value, member.key_place);
            } else if let Some(element) = key.parse::<usize>().ok().and_then(|index| at.elements().get(index)) {
                (at, place) = (element, element.place);
            } else {
                return Some(place);
            }
        }
    }
    Some(place)
}

/// A segment of a JSON pointer as the name it stands for (RFC 6901 §4).
fn unescaped(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}
