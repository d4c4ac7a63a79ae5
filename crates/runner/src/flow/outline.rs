//! A flow told without sending anything: every request with placeholders for what answers would bring.

use connspec_exchange::secret_name;
use connspec_iml::{Collection, Host, JsonTemplate, Value};
use connspec_spec::{RequestBlock, ResponseType};
use serde_json::{Map, Value as Json};

use super::plan::{self, ConditionRule, Entry, Stage};
use super::{Flow, Setup};
use crate::Phase;
use crate::report::Step;

/// What one flow would send.
pub struct Told {
    /// Each request, and a body that has every member its `response` reads.
    pub requests: Vec<(Step, Json)>,
    /// What the connection would hold afterwards.
    pub data: Map<String, Json>,
}

/// Builds the requests of the flows entered at `entries`, one after the other on the same connection; nothing is
/// sent, conditions are not asked, and `data` and `temp` hold placeholders (`«accessToken#1»`) for what answers would
/// bring. A request that cannot be built says why and the outline goes on. Each flow has a host of its own, as each
/// operation has.
pub fn outline<H: Host>(
    definition: &connspec_spec::Definition,
    entries: &[Entry],
    setup: Setup,
    host: impl Fn() -> H,
) -> Vec<Told> {
    let compat = setup.compat.clone();
    let mut flow = Flow::new(definition, Entry::Connect, setup);
    let mut told = Vec::new();
    for entry in entries {
        let (mut requests, host) = (Vec::new(), host());
        for stage in plan::stages(definition, *entry, &compat) {
            flow.context.enter(stage.phase());
            flow.tell(stage.with_condition(ConditionRule::Forced), &host, &mut requests);
        }
        told.push(Told { requests, data: flow.context.data_json() });
    }
    told
}

impl<'d> Flow<'d> {
    fn tell(&mut self, mut stage: Stage<'d>, host: &dyn Host, told: &mut Vec<(Step, Json)>) {
        if let Some(call) = stage.call() {
            let _ = self.call(&stage, call, host);
            if stage.phase() == Phase::Authorize {
                self.context.set_query([("code".to_owned(), "«code#1»".to_owned())]);
            }
            self.pretend_tokens();
            let tokens = self.context.data_json().remove("oauth").unwrap_or_default();
            told.extend(self.steps.pop().map(|step| (step, tokens)));
            return;
        }
        while let Some(request) = stage.request() {
            // A failure stands in the step; the next request may be fine.
            let _ = match stage.redirects() {
                true => self.redirect(&stage, request, host),
                false => self.prepare(&stage, request, 0, host),
            };
            if stage.redirects() {
                let query =
                    [("code", "«code#1»"), ("oauth_token", "«oauthToken#1»"), ("oauth_verifier", "«oauthVerifier#1»")];
                self.context.set_query(query.map(|(name, value)| (name.to_owned(), value.to_owned())));
                self.context.enter(Phase::Callback);
            }
            self.pretend(request);
            if let Some(step) = self.steps.pop() {
                told.push((step, answer(request)));
            }
            stage.index += 1;
        }
    }

    /// Writes what a good answer would write.
    fn pretend(&mut self, request: &RequestBlock) {
        let Some(response) = &request.response else { return };
        if let Some(temp) = &response.temp {
            let value = placeholders(&temp.value, "temp");
            self.context.merge_temp(&value);
        }
        if let Some(data) = &response.data {
            placeholders(&data.value, "data").merge_into(self.context.data_mut());
        }
    }
}

/// The shape of an object template with a placeholder for every value.
fn placeholders(template: &JsonTemplate, name: &str) -> Value {
    match template {
        JsonTemplate::Object(members) => {
            let known = members.iter().filter(|(key, _)| !key.contains("{{"));
            let filled: Collection = known.map(|(key, value)| (key.as_str(), placeholders(value, key))).collect();
            filled.into()
        }
        JsonTemplate::Text(template) if template.is_literal() => template.source().into(),
        JsonTemplate::Bool(value) => (*value).into(),
        JsonTemplate::Number(value) => (*value).into(),
        _ => Value::from(placeholder(name)),
    }
}

fn placeholder(name: &str) -> String {
    format!("«{}#1»", secret_name(name))
}

/// A body that has every member the request's `response` reads; a text where it reads a form.
fn answer(request: &RequestBlock) -> Json {
    let Some(response) = &request.response else { return Json::Null };
    let directives = [&response.temp, &response.data, &response.uid, &response.expires, &response.scope];
    let templates = directives.into_iter().flatten().map(|directive| &directive.value);
    let metadata = response.metadata.as_ref().map(|metadata| &metadata.value.value);
    let mut body = Json::Null;
    for (_, template) in templates.chain(metadata).flat_map(JsonTemplate::templates) {
        for variable in template.variables() {
            if let Some((root, path)) = variable.segments.split_first()
                && root == "body"
            {
                grow(&mut body, path);
            }
        }
    }
    match (&response.body_type, &body) {
        (Some(directive), Json::Object(members)) if is_form(&directive.value) => {
            let pairs = members.iter().filter_map(|(name, value)| Some(format!("{name}={}", value.as_str()?)));
            Json::String(pairs.collect::<Vec<_>>().join("&"))
        }
        _ => body,
    }
}

/// Whether answers are read as forms, whatever their status.
fn is_form(body_type: &ResponseType) -> bool {
    matches!(body_type, ResponseType::Always(JsonTemplate::Text(name)) if name.source() == "urlencoded")
}

/// Makes room for `path` in `body`, with a placeholder at its end.
fn grow(body: &mut Json, path: &[impl AsRef<str>]) {
    let Some((step, rest)) = path.split_first() else { return };
    let step = step.as_ref();
    if !body.is_object() {
        *body = Json::Object(Map::new());
    }
    let Json::Object(members) = body else { return };
    let member = members.entry(step).or_insert(Json::Null);
    if rest.is_empty() {
        if member.is_null() {
            *member = placeholder(step).into();
        }
    } else {
        grow(member, rest);
    }
}
