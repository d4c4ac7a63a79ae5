//! How calls of the provider's API carry the credentials: as the app's base says, else as `info` does.

use connspec_exchange::{Request, Response, SanitizePaths};
use connspec_iml::{Host, JsonTemplate, Options, Template, Value};
use connspec_spec::compat::BaseMerge;
use connspec_spec::{Block, Communication, Definition, RequestBlock};
use url::Url;

use super::request::ApiRequest;
use crate::flow::Setup;
use crate::host::DirectiveHost;
use crate::manifest::{Variables, headers_of};
use crate::relied::Relied;
use crate::report::is_secret_name;
use crate::request::signature;
use crate::secrets::sanitize_paths;
use crate::turn::Turn;
use crate::{Context, Decision, Decisions, Environment, ErrorType, OAuth, Phase, RunError, interpret};

/// The pattern calls of the API follow.
pub(super) struct Api<'d> {
    definition: &'d Definition,
    /// The definition with the base in place of the communication, so that errors point into the base.
    based: Option<Box<Definition>>,
    pattern: Option<RequestBlock>,
    base_url: Option<Template>,
}

impl<'d> Api<'d> {
    pub(super) fn of(definition: &'d Definition) -> Self {
        let base = definition.base.as_ref().and_then(|part| part.node.as_ref());
        match base {
            Some(node) if node.is_object() => {
                let mut based = definition.clone();
                if let Some(base) = &definition.base {
                    based.parts.communication.clone_from(base);
                }
                // A module's request inherits nothing of the connection's blocks, its signing neither.
                let based = based.with_communication(Communication::Basic(Block::of_node(node, "base")));
                Self {
                    definition,
                    based: Some(Box::new(based)),
                    pattern: Block::of_node(node, "base").requests.into_iter().next(),
                    base_url: node.get("baseUrl").and_then(|node| node.as_str()).map(Template::parse),
                }
            }
            _ => Self { definition, based: None, pattern: credentials_of(definition), base_url: None },
        }
    }

    pub(super) fn definition(&self) -> &'d Definition {
        self.definition
    }

    pub(super) fn sanitize(&self) -> SanitizePaths {
        self.pattern.as_ref().map(sanitize_paths).unwrap_or_default()
    }

    /// The request, with the credentials in it.
    pub(super) fn build(
        &self,
        call: &ApiRequest,
        setup: &Setup,
        host: &dyn Host,
        decisions: &mut Vec<Decision>,
    ) -> Result<Request, RunError> {
        let relied = Relied::default();
        let named = DirectiveHost { host, secrets: &setup.secrets, directive: "base", relied: &relied };
        let evaluator = Evaluator { context: context(setup), host: &named, options: setup.compat.expression_options() };
        let mut url = self.address(&call.url, &evaluator)?;
        check_protected(&url)?;
        self.note_foreign_host(&url, &evaluator, decisions);
        let pattern = self.pattern.as_ref();
        let merges = |directive: &str, given: bool, decisions: &mut Vec<Decision>| {
            self.merges(directive, given, setup.compat.base_merge, decisions)
        };
        let base_qs = pattern.and_then(|pattern| pattern.qs.as_ref());
        if let Some(qs) = base_qs.filter(|_| merges("qs", !call.query.is_empty(), decisions)) {
            for (name, value) in evaluator.pairs(&qs.value)? {
                let given = call.query.iter().any(|(given, _)| *given == name);
                if !given && (self.based.is_some() || is_secret_name(&name)) {
                    url.query_pairs_mut().append_pair(&name, &value);
                }
            }
        }
        if !call.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&call.query);
        }
        let method = if call.method.is_empty() { "GET" } else { &call.method };
        let mut request = Request::new(method, url.as_str()).with_label("request", 0);
        request.headers.set("user-agent", concat!("connspec/", env!("CARGO_PKG_VERSION")));
        let base_headers = pattern.and_then(|pattern| pattern.headers.as_ref());
        if let Some(headers) = base_headers.filter(|_| merges("headers", !call.headers.is_empty(), decisions)) {
            for (name, value) in evaluator.pairs(&headers.value)? {
                if self.based.is_some() || is_secret_name(&name) {
                    request.headers.set(name, value);
                }
            }
        }
        if let Some(manifest) = self.definition.manifest() {
            let variables = Variables::new(setup.data.clone(), &setup.redirects.local);
            let mut noted = Decisions::new();
            for (name, value) in headers_of(self.definition, &manifest.headers, &variables, &mut noted)? {
                request.headers.set(name, value);
            }
            decisions.extend(noted.into_vec());
            let token = super::token::access_token(&setup.data).filter(|_| !request.headers.contains("authorization"));
            if let Some(token) = token.filter(|_| manifest.oauth.is_some()) {
                let text = "the manifest's headers do not send the token, so it goes as a bearer token (RFC 6750)";
                decisions.push(Decision { directive: "headers".to_owned(), text: text.to_owned(), switch: None });
                request.headers.set("authorization", format!("Bearer {token}"));
            }
        }
        for (name, value) in &call.headers {
            request.headers.set(name, value);
        }
        request.body.clone_from(&call.body);
        if call.body.is_some() && !request.headers.contains("content-type") {
            request.headers.set("content-type", "application/json");
        }
        decisions.extend(relied.decisions(&setup.compat));
        self.sign(&mut request, &evaluator.context, setup, host, decisions)?;
        Ok(request)
    }

    /// Signs the finished request where the pattern does (`oauth`, RFC 5849).
    fn sign(
        &self,
        request: &mut Request,
        context: &Context,
        setup: &Setup,
        host: &dyn Host,
        decisions: &mut Vec<Decision>,
    ) -> Result<(), RunError> {
        let Some(pattern) = &self.pattern else { return Ok(()) };
        let environment = self.environment(setup, host);
        let mut noted = Decisions::new();
        Turn::take(pattern, &environment, &mut noted, |turn, noted| signature::sign(turn, request, context, noted))?;
        let noted = noted.into_vec();
        if noted.is_empty() && matches!(self.definition.communication(), Communication::OAuth1(_)) {
            let text = "the app's base has none, so the request goes unsigned";
            decisions.push(Decision { directive: "oauth".to_owned(), text: text.to_owned(), switch: None });
        }
        decisions.extend(noted);
        Ok(())
    }

    fn environment<'a>(&'a self, setup: &'a Setup, host: &'a dyn Host) -> Environment<'a> {
        Environment {
            definition: self.based.as_deref().unwrap_or(self.definition),
            host,
            compat: &setup.compat,
            secrets: &setup.secrets,
            block: "request",
            index: 0,
        }
    }

    /// Whether the base's `directive` takes part beside what was `given` (communication.md §6).
    fn merges(&self, directive: &str, given: bool, policy: BaseMerge, decisions: &mut Vec<Decision>) -> bool {
        if self.based.is_none() || !given {
            return true;
        }
        let merges = policy == BaseMerge::ByKey;
        let text = if merges { "merged with the base's, key by key" } else { "replaced all of the base's" };
        let switch = Some(BaseMerge::SWITCH.key);
        decisions.push(Decision { directive: directive.to_owned(), text: text.to_owned(), switch });
        merges
    }

    /// An absolute address as it is, any other below the base.
    fn address(&self, url: &str, evaluator: &Evaluator<'_>) -> Result<Url, RunError> {
        let refuse = |message: String| RunError::new(ErrorType::InvalidConfigurationError, message);
        if url.starts_with("http://") || url.starts_with("https://") {
            return Url::parse(url).map_err(|error| refuse(format!("the address is no URL: {error}")));
        }
        let Some(base) = &self.base_url else {
            return Err(refuse(
                "the address is relative and the app has no base with a `baseUrl`; give the whole address".to_owned(),
            ));
        };
        let base = evaluator.text(base)?.to_text();
        let joined = format!("{}/{}", base.trim_end_matches('/'), url.trim_start_matches('/'));
        Url::parse(&joined)
            .map_err(|error| refuse(format!("the base's `baseUrl` and the address make no URL: {error}")))
    }

    fn note_foreign_host(&self, url: &Url, evaluator: &Evaluator<'_>, decisions: &mut Vec<Decision>) {
        let Some(base) = self.base_url.as_ref().and_then(|base| evaluator.text(base).ok()) else { return };
        let home = Url::parse(&base.to_text()).ok();
        if home.is_some_and(|home| home.host_str() != url.host_str()) {
            let text = format!(
                "the credentials go to {}, which is not the host of the app's base",
                url.host_str().unwrap_or_default()
            );
            decisions.push(Decision { directive: "url".to_owned(), text, switch: None });
        }
    }

    /// Whether the pattern's `response` makes an `InvalidAccessTokenError` of this answer.
    pub(super) fn calls_expired(&self, response: &Response, setup: &Setup, host: &dyn Host) -> bool {
        let Some(pattern) = &self.pattern else { return false };
        let environment = self.environment(setup, host);
        let judged = interpret(pattern, Ok(response), &mut context(setup), &environment, &mut Decisions::new());
        // Without a base the pattern is `info`'s, whose `valid` says nothing about other answers.
        let speaks = self.based.is_some() || response.status >= 400;
        speaks && judged.is_err_and(|error| error.kind == ErrorType::InvalidAccessTokenError)
    }
}

/// The pattern calls of the API follow, and the definition its pointers are of: for a base the one with the base in
/// place of the communication.
pub(crate) fn pattern_of_calls(definition: &Definition) -> Option<(Definition, RequestBlock)> {
    let Api { definition, based, pattern, .. } = Api::of(definition);
    Some((based.map_or_else(|| definition.clone(), |based| *based), pattern?))
}

/// The request that shows how the definition sends its credentials: `info`, or a basic connection's own.
fn credentials_of(definition: &Definition) -> Option<RequestBlock> {
    let block = match definition.communication() {
        Communication::Basic(block) => Some(block),
        Communication::OAuth2(blocks) => blocks.info.as_ref(),
        Communication::OAuth1(blocks) => blocks.info.as_ref(),
        Communication::Manifest(_) => None,
    };
    block.and_then(|block| block.requests.first()).cloned()
}

fn context(setup: &Setup) -> Context {
    let oauth = OAuth::with_redirect_uri(setup.scope.clone(), &setup.redirects.local);
    let members = |json: &serde_json::Map<String, serde_json::Value>| {
        json.iter().map(|(name, value)| (name.as_str(), Value::from_json(value))).collect()
    };
    Context::new(Phase::Info, members(&setup.data), members(&setup.common), oauth)
}

/// What templates of the pattern are evaluated with.
struct Evaluator<'e> {
    context: Context,
    host: &'e dyn Host,
    options: Options,
}

impl Evaluator<'_> {
    fn text(&self, template: &Template) -> Result<Value, RunError> {
        let value = template.eval_with(&self.context.scope(), self.host, &self.options);
        value.map_err(|error| evaluation_failed(&error))
    }

    /// A flat collection as pairs; undefined and null are left out (communication.md §5).
    fn pairs(&self, template: &JsonTemplate) -> Result<Vec<(String, String)>, RunError> {
        let value = template.eval_with(&self.context.scope(), self.host, &self.options);
        let value = value.map_err(|error| evaluation_failed(&error))?;
        let Value::Collection(members) = value else { return Ok(Vec::new()) };
        let given = members.iter().filter(|(_, value)| !value.is_nullish());
        Ok(given.map(|(name, value)| (name.to_owned(), value.to_text())).collect())
    }
}

fn evaluation_failed(error: &connspec_iml::Error) -> RunError {
    RunError::new(ErrorType::DefinitionError, format!("the app's base cannot be evaluated: {}", error.message))
}

/// Credentials travel encrypted, except on this machine (RFC 6750 §5.3).
fn check_protected(url: &Url) -> Result<(), RunError> {
    if url.scheme() == "https" || connspec_exchange::is_loopback_url(url) {
        return Ok(());
    }
    let message = "the address is not https, so the credentials would travel readable for everybody on the way \
                   (RFC 6750 §5.3); use https";
    Err(RunError::new(ErrorType::InvalidConfigurationError, message))
}
