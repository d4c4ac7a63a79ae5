//! Which place of the definition produced a field of a request.

use connspec_diagnostics::Place;
use connspec_spec::{Communication, Definition, Directive, RequestBlock};

use crate::report::{Location, Step};

/// Where the field at `pointer` (`/method`, `/url`, `/query/NAME`, `/headers/name`, below `/body`) of request `index` of
/// `block` comes from. A field the definition does not write is placed where it would write it.
pub(super) fn of(definition: &Definition, block: &str, index: usize, pointer: &str) -> Option<Location> {
    let place = match definition.communication.block(block) {
        Some(requests) => of_request(definition, requests.get(index)?, pointer),
        None => at(definition, &format!("/{block}")).or_else(|| at(definition, "/oauth")),
    };
    place.map(|place| Location::of(place, &definition.sources))
}

/// Why `block` sent less than was recorded: its condition, or else where it stands. None where it is gone.
pub(super) fn of_missing(definition: &Definition, block: &str) -> Option<Location> {
    let requests = definition.communication.block(block)?;
    let condition = requests.iter().find_map(|request| place(request.condition.as_ref()));
    let place = condition.or_else(|| requests.first().map(|request| request.place))?;
    Some(Location::of(place, &definition.sources))
}

/// What wrote the part of the connection at `pointer` (`/data/NAME`, `/uid`, …): of the requests of `steps` the last
/// whose `response` does.
pub(super) fn of_outcome(definition: &Definition, steps: &[Step], pointer: &str) -> Option<Location> {
    let sent = steps.iter().rev().filter(|step| !step.skipped);
    let place =
        sent.filter_map(|step| definition.communication.block(&step.block)?.get(step.index)).find_map(|request| {
            let response = &request.response.as_ref()?.value;
            match pointer.strip_prefix('/')?.split('/').collect::<Vec<_>>()[..] {
                ["data", name, ..] => member(definition, &response.data.as_ref()?.pointer, name),
                ["data"] => place(response.data.as_ref()),
                ["uid"] => place(response.uid.as_ref()),
                ["expires"] => place(response.expires.as_ref()),
                ["scope", ..] => place(response.scope.as_ref()),
                ["metadata", ..] => place(response.metadata.as_ref()),
                _ => None,
            }
        })?;
    Some(Location::of(place, &definition.sources))
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
    let root = match &definition.communication {
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
    let outer = name.split('[').next().unwrap_or_default();
    let members = definition.parts.communication.node.as_ref()?.at(pointer)?.members();
    let named = |wanted: &str| members.iter().rev().find(|member| member.key.eq_ignore_ascii_case(wanted));
    named(&name).or_else(|| named(outer)).map(|member| member.key_place)
}

/// The deepest place on the way to `field` below `pointer`.
fn nearest(definition: &Definition, pointer: &str, field: &str) -> Option<Place> {
    let node = definition.parts.communication.node.as_ref()?;
    let mut at = node.at(pointer)?;
    let mut place = at.place;
    for segment in field.split('/').filter(|segment| !segment.is_empty()) {
        let name = unescaped(segment);
        let outer = name.split('[').next().unwrap_or_default();
        if let Some(member) = at.member(&name).or_else(|| at.member(outer)) {
            (at, place) = (&member.value, member.key_place);
        } else if let Some(element) = name.parse::<usize>().ok().and_then(|index| at.elements().get(index)) {
            (at, place) = (element, element.place);
        } else {
            break;
        }
    }
    Some(place)
}

/// A segment of a JSON pointer as the name it stands for (RFC 6901 §4).
fn unescaped(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}
