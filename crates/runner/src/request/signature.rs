//! `oauth`: OAuth 1 signing (communication.md §5 oauth, connection.md §11, RFC 5849).

use connspec_exchange::Request;
use connspec_exchange::sign::oauth1::{BodyHash, OAuth1, ParameterTransport, SignatureMethod};
use connspec_iml::{Collection, Value};
use connspec_spec::Communication;
use connspec_spec::compat::BodyHashDefault;

use crate::context::Context;
use crate::decision::Decisions;
use crate::error::{ErrorType, RunError};
use crate::secrets;
use crate::turn::Turn;

/// The signing directive as it stands for one request.
struct Signing {
    members: Collection,
    /// JSON pointer of the request's own directive, or the root's.
    pointer: String,
}

/// The signing directive: the root's, with the request's own keys over it. None when neither is written.
fn directive(turn: &Turn<'_>, context: &Context) -> Result<Option<Signing>, RunError> {
    let root = match turn.environment.definition.communication() {
        Communication::OAuth1(blocks) => blocks.oauth.as_ref(),
        _ => None,
    };
    let mut signing: Option<Signing> = None;
    for directive in [root, turn.request.oauth.as_ref()].into_iter().flatten() {
        if let Value::Collection(members) = turn.value(directive, context)? {
            let pointer = directive.pointer.clone();
            let merged = signing.get_or_insert_with(|| Signing { members: Collection::new(), pointer: String::new() });
            merged.pointer = pointer;
            for (name, value) in members.iter().filter(|(_, value)| !value.is_nullish()) {
                merged.members.insert(name, value.clone());
            }
        }
    }
    Ok(signing)
}

impl Signing {
    /// A key's text; none when it is not written or comes to nothing.
    fn text(&self, key: &str) -> Option<String> {
        self.members.get(key).map(Value::to_text).filter(|text| !text.is_empty())
    }

    /// One of the words `named` knows, the default when none is written.
    fn word<T: Default>(
        &self,
        turn: &Turn<'_>,
        key: &str,
        named: impl Fn(&str) -> Option<T>,
        words: &str,
    ) -> Result<T, RunError> {
        let Some(name) = self.text(key) else { return Ok(T::default()) };
        named(&name).ok_or_else(|| {
            let pointer = format!("{}/{key}", self.pointer);
            turn.refuse(ErrorType::DefinitionError, format!("`{key}` takes {words}, not `{name}`"), &pointer)
        })
    }
}

/// In `authorize` only `token` means something: it goes into the address as `oauth_token`.
pub(super) fn token(turn: &Turn<'_>, context: &Context) -> Result<Option<String>, RunError> {
    Ok(directive(turn, context)?.and_then(|signing| signing.text("token")))
}

/// Signs `request` if there is a signing directive. Nothing may change the request afterwards.
pub(crate) fn sign(
    turn: &Turn<'_>,
    request: &mut Request,
    context: &Context,
    decisions: &mut Decisions,
) -> Result<(), RunError> {
    let Some(signing) = directive(turn, context)? else { return Ok(()) };
    secrets::learn_value(&Value::Collection(signing.members.clone()), turn.environment.secrets);
    let host = turn.environment.host;
    let signature_method =
        signing.word(turn, "signature_method", SignatureMethod::from_name, "HMAC-SHA1, RSA-SHA1 or PLAINTEXT")?;
    let transport = signing.word(turn, "transport_method", ParameterTransport::from_name, "header, query or body")?;
    let body_hash = match signing.members.get("body_hash") {
        Some(Value::Bool(true)) => BodyHash::Compute,
        Some(Value::Text(hash)) if !hash.is_empty() => BodyHash::Given(hash.clone()),
        None if turn.environment.compat.body_hash == BodyHashDefault::Computed => BodyHash::Compute,
        _ => BodyHash::None,
    };
    let unasked = body_hash == BodyHash::Compute && signing.members.get("body_hash").is_none();
    let oauth = OAuth1 {
        consumer_key: signing.text("consumer_key").unwrap_or_default(),
        consumer_secret: signing.text("consumer_secret").unwrap_or_default(),
        private_key: signing.text("private_key"),
        token: signing.text("token"),
        token_secret: signing.text("token_secret"),
        verifier: signing.text("verifier"),
        callback: signing.text("callback"),
        realm: signing.text("realm"),
        signature_method,
        transport,
        body_hash,
        nonce: host.uuid().replace('-', ""),
        timestamp: host.now().millis.div_euclid(1000),
        without_version: false,
    };
    if oauth.consumer_key.is_empty() {
        decisions.note("oauth.consumer_key", "came to nothing, so the provider cannot know who is asking");
    }
    let signed = oauth.sign(request);
    signed.map_err(|error| turn.refuse(ErrorType::DefinitionError, error.to_string(), &signing.pointer))?;
    // A form needs no hash, for it is signed itself.
    if unasked && carries_hash(request) {
        let text = "not written, and computed all the same";
        decisions.switched(BodyHashDefault::SWITCH.key, "oauth.body_hash", text);
    }
    decisions.note("oauth", format!("signed with {}", signature_method.name()));
    Ok(())
}

/// Whether `oauth_body_hash` is among the parameters of a signed request, wherever they went.
fn carries_hash(request: &Request) -> bool {
    let header = request.headers.get("authorization").unwrap_or_default();
    [header, &request.url, request.text().unwrap_or_default()].iter().any(|part| part.contains("oauth_body_hash="))
}
