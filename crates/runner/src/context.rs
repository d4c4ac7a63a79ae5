//! Everything an expression of a connection can see (communication.md §4, connection.md §13).
//!
//! One store stands behind `parameters`, `connection` and `data` (connection.md §3). What a phase may see of
//! `query`, `temp` and `oauth` changes with [`Context::enter`]; the rest is always there.

use connspec_iml::{Collection, Scope, Value};

use crate::manifest::Variables;
use crate::phase::Phase;

/// `oauth.*`: what is asked for, and the addresses the browser may come back to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OAuth {
    /// `oauth.scope`: the scopes asked for.
    pub scope: Vec<String>,
    /// `oauth.redirectUri`: the legacy address, always integromat.com at Make.
    pub redirect_uri: String,
    /// `oauth.localRedirectUri`: the address of the running instance.
    pub local_redirect_uri: String,
    /// `oauth.makeRedirectUri`: always make.com at Make.
    pub make_redirect_uri: String,
}

impl OAuth {
    /// The same address under all three names, as on an instance without a redirect table.
    pub fn with_redirect_uri(scope: Vec<String>, redirect_uri: &str) -> Self {
        Self {
            scope,
            redirect_uri: redirect_uri.to_owned(),
            local_redirect_uri: redirect_uri.to_owned(),
            make_redirect_uri: redirect_uri.to_owned(),
        }
    }

    fn to_value(&self) -> Value {
        let scope = Value::Array(self.scope.iter().map(|scope| scope.as_str().into()).collect());
        let members: Collection = [
            ("scope", scope),
            ("redirectUri", self.redirect_uri.as_str().into()),
            ("localRedirectUri", self.local_redirect_uri.as_str().into()),
            ("makeRedirectUri", self.make_redirect_uri.as_str().into()),
        ]
        .into_iter()
        .collect();
        members.into()
    }
}

/// An answer as expressions see it.
#[derive(Clone, PartialEq)]
pub struct Answer {
    /// `body`, parsed per `response.type`.
    pub body: Value,
    /// `headers`: lower-case names; `set-cookie` is always a list.
    pub headers: Value,
    /// `statusCode`.
    pub status_code: Value,
}

/// The variables of a flow. `Debug` shows no value: most of them are secrets.
#[derive(Clone, PartialEq)]
pub struct Context {
    phase: Phase,
    store: Value,
    common: Value,
    temp: Value,
    query: Value,
    environment: Value,
    oauth: OAuth,
    oauth_value: Value,
    answer: Option<Answer>,
    /// Whether `token` sees `query` (switch `queryInToken`).
    query_in_token: bool,
    /// The variables of a manifest, which has a language of its own.
    manifest: Option<Box<Variables>>,
}

/// What a context takes along over the browser redirect, as JSON that keeps dates and buffers
/// (`Value::to_tagged`). Holds secrets: store it sealed.
#[derive(Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SavedContext {
    /// Form input and what `response.data` has written so far.
    pub data: serde_json::Value,
    /// `temp` survives the redirect (connection.md §4.4).
    pub temp: serde_json::Value,
    /// The scopes asked for.
    pub scope: Vec<String>,
    /// The callback's query, once it is there.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub query: serde_json::Value,
}

impl Context {
    /// A context at the start of `phase`.
    ///
    /// `data` is the form input or the saved store, `common` the connection's common data.
    pub fn new(phase: Phase, data: Collection, common: Collection, oauth: OAuth) -> Self {
        Self {
            phase,
            store: data.into(),
            common: common.into(),
            temp: Collection::new().into(),
            query: Value::Undefined,
            // No scenario exists while a connection is made (communication.md §4).
            environment: Collection::new().into(),
            oauth_value: oauth.to_value(),
            oauth,
            answer: None,
            query_in_token: true,
            manifest: None,
        }
    }

    /// Makes this the context of a manifest, whose variables are plain JSON.
    pub(crate) fn become_manifest(
        &mut self,
        extra_args: serde_json::Map<String, serde_json::Value>,
        redirect_url: &str,
    ) {
        self.store = Collection::new().into();
        self.manifest = Some(Box::new(Variables::new(extra_args, redirect_url)));
    }

    /// The variables of a manifest; empty for anything else.
    pub(crate) fn variables(&self) -> &Variables {
        static NONE: std::sync::LazyLock<Variables> = std::sync::LazyLock::new(Variables::default);
        self.manifest.as_deref().unwrap_or(&NONE)
    }

    /// The variables of a manifest, to write to them.
    pub(crate) fn variables_mut(&mut self) -> &mut Variables {
        self.manifest.get_or_insert_default()
    }

    /// Goes on to `phase`: the last answer is forgotten, and `temp` with it where connection.md §13 says so.
    pub fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.answer = None;
        if phase.forgets_temp() {
            self.temp = Collection::new().into();
        }
    }

    /// The phase that is running.
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// The variables of this moment, borrowed.
    pub fn scope(&self) -> Scope<'_> {
        let mut scope = Scope::new()
            .with("parameters", &self.store)
            .with("connection", &self.store)
            .with("data", &self.store)
            .with("common", &self.common)
            .with("temp", &self.temp)
            .with("environment", &self.environment);
        if self.phase.sees_oauth() {
            scope = scope.with("oauth", &self.oauth_value);
        }
        if self.phase.sees_query() && (self.query_in_token || self.phase != Phase::Token) {
            scope = scope.with("query", &self.query);
        }
        if let Some(answer) = &self.answer {
            scope = scope
                .with("body", &answer.body)
                .with("headers", &answer.headers)
                .with("statusCode", &answer.status_code);
        }
        scope
    }

    /// The store behind `parameters`, `connection` and `data`.
    pub fn data(&self) -> &Value {
        &self.store
    }

    /// The store, to write to it.
    pub fn data_mut(&mut self) -> &mut Value {
        &mut self.store
    }

    /// The store as it is saved: plain JSON, dates as ISO text (connection.md §3).
    pub fn data_json(&self) -> serde_json::Map<String, serde_json::Value> {
        if let Some(variables) = &self.manifest {
            return variables.extra_args.clone();
        }
        match self.store.to_json() {
            serde_json::Value::Object(members) => members,
            _ => serde_json::Map::new(),
        }
    }

    /// `common`.
    pub fn common(&self) -> &Value {
        &self.common
    }

    /// `temp`.
    pub fn temp(&self) -> &Value {
        &self.temp
    }

    /// Merges `value` into `temp`: deep, undefined skipped, null written, lists index by index.
    pub fn merge_temp(&mut self, value: &Value) {
        value.merge_into(&mut self.temp);
    }

    /// `query` of the callback.
    pub fn query(&self) -> &Value {
        &self.query
    }

    /// The browser came back with these query parameters; a repeated name becomes a list.
    pub fn set_query(&mut self, pairs: impl IntoIterator<Item = (String, String)>) {
        let mut query = Collection::new();
        for (name, value) in pairs {
            match query.get_mut(&name) {
                Some(Value::Array(values)) => values.push(value.into()),
                Some(first) => {
                    let values = vec![std::mem::take(first), value.into()];
                    *first = Value::Array(values);
                }
                None => {
                    query.insert(name, value);
                }
            }
        }
        self.query = query.into();
    }

    /// Whether `token` sees `query`.
    pub(crate) fn show_query_in_token(&mut self, visible: bool) {
        self.query_in_token = visible;
    }

    /// `oauth`.
    pub fn oauth(&self) -> &OAuth {
        &self.oauth
    }

    /// `oauth.state`, where there is one.
    pub(crate) fn show_state(&mut self, state: Option<&str>) {
        self.oauth_value = self.oauth.to_value();
        if let (Some(state), Value::Collection(members)) = (state, &mut self.oauth_value) {
            members.insert("state", state);
        }
    }

    /// Asks for other scopes from now on.
    pub fn set_scope(&mut self, scope: Vec<String>) {
        self.oauth.scope = scope;
        self.oauth_value = self.oauth.to_value();
    }

    /// The last answer, if one is visible.
    pub fn answer(&self) -> Option<&Answer> {
        self.answer.as_ref()
    }

    /// An answer arrived: `body`, `headers` and `statusCode` are its from now on.
    pub fn set_answer(&mut self, answer: Answer) {
        self.answer = Some(answer);
    }

    /// `body`, `headers` and `statusCode` are undefined from now on.
    pub fn forget_answer(&mut self) {
        self.answer = None;
    }

    /// What has to survive the redirect.
    pub fn save(&self) -> SavedContext {
        let query = if self.query.is_undefined() { serde_json::Value::Null } else { self.query.to_tagged() };
        SavedContext {
            data: match &self.manifest {
                Some(variables) => variables.extra_args.clone().into(),
                None => self.store.to_tagged(),
            },
            temp: self.temp.to_tagged(),
            scope: self.oauth.scope.clone(),
            query,
        }
    }

    /// The context of before the redirect, at the start of `phase`. `oauth.scope` is the saved one.
    pub fn restore(phase: Phase, saved: &SavedContext, common: Collection, mut oauth: OAuth) -> Self {
        oauth.scope.clone_from(&saved.scope);
        let collection = |json: &serde_json::Value| match Value::from_tagged(json) {
            Value::Collection(members) => members,
            _ => Collection::new(),
        };
        let mut context = Self::new(phase, collection(&saved.data), common, oauth);
        context.temp = collection(&saved.temp).into();
        if saved.query.is_object() {
            context.query = collection(&saved.query).into();
        }
        context
    }
}

impl std::fmt::Debug for Context {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names = |value: &Value| -> Vec<String> {
            value.as_collection().map(|members| members.keys().map(str::to_owned).collect()).unwrap_or_default()
        };
        f.debug_struct("Context")
            .field("phase", &self.phase)
            .field("data", &names(&self.store))
            .field("common", &names(&self.common))
            .field("temp", &names(&self.temp))
            .field("query", &names(&self.query))
            .field("answered", &self.answer.is_some())
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for SavedContext {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SavedContext").field("scope", &self.scope).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use connspec_iml::{Date, FixedHost, Template};

    use super::*;

    fn context(phase: Phase) -> Context {
        let data: Collection = [("clientId", "me")].into_iter().collect();
        let common: Collection = [("clientSecret", "hush")].into_iter().collect();
        Context::new(phase, data, common, OAuth::with_redirect_uri(vec!["a".into(), "b".into()], "http://localhost/cb"))
    }

    fn eval(context: &Context, text: &str) -> String {
        let host = FixedHost::new(0, "UTC", 1);
        Template::parse(text).eval(&context.scope(), &host).unwrap().to_text()
    }

    #[test]
    fn one_store_has_three_names() {
        let context = context(Phase::Info);
        assert_eq!(eval(&context, "{{parameters.clientId}} {{connection.clientId}} {{data.clientId}}"), "me me me");
        assert_eq!(eval(&context, "{{common.clientSecret}}{{data.clientSecret}}"), "hush");
    }

    #[test]
    fn visibility_follows_the_phase() {
        // connection.md §13.
        let mut context = context(Phase::Authorize);
        context.set_query([("code".into(), "c1".into())]);
        context.merge_temp(&[("verifier", "v")].into_iter().collect::<Collection>().into());
        let all = "{{query.code}}|{{temp.verifier}}|{{join(oauth.scope, ' ')}}";
        let shown = |context: &mut Context, phase| {
            context.enter(phase);
            eval(
                context,
                if phase == Phase::Invalidate { "{{query.code}}|{{temp.verifier}}|{{oauth.scope}}" } else { all },
            )
        };
        assert_eq!(shown(&mut context, Phase::Authorize), "|v|a b");
        assert_eq!(shown(&mut context, Phase::Callback), "c1|v|a b");
        assert_eq!(shown(&mut context, Phase::Token), "c1|v|a b");
        assert_eq!(shown(&mut context, Phase::Info), "|v|a b");
        assert_eq!(shown(&mut context, Phase::Refresh), "||a b");
        assert_eq!(shown(&mut context, Phase::Invalidate), "||");
    }

    #[test]
    fn the_redirect_loses_nothing() {
        let mut before = context(Phase::Authorize);
        let temp: Collection =
            [("at", Value::Date(Date { millis: 5 })), ("key", Value::Binary(vec![0, 255]))].into_iter().collect();
        before.merge_temp(&temp.into());
        let json = serde_json::to_string(&before.save()).unwrap();
        let saved: SavedContext = serde_json::from_str(&json).unwrap();
        let common: Collection = [("clientSecret", "hush")].into_iter().collect();
        let after = Context::restore(Phase::Authorize, &saved, common, before.oauth().clone());
        assert_eq!(after, before);
    }

    #[test]
    fn a_repeated_query_name_becomes_a_list() {
        let mut context = context(Phase::Callback);
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        context.set_query([pair("a", "1"), pair("b", "2"), pair("a", "3"), pair("a", "4")]);
        assert_eq!(eval(&context, "{{join(query.a, '-')}} {{query.b}}"), "1-3-4 2");
    }

    #[test]
    fn debug_shows_no_value() {
        let shown = format!("{:?}", context(Phase::Token));
        assert!(!shown.contains("hush") && shown.contains("clientSecret"), "{shown}");
    }
}
