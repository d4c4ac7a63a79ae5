//! One request of a block at work: evaluates its directives and gives every failure its exact place.

use connspec_diagnostics::Place;
use connspec_exchange::Secrets;
use connspec_iml::{Host, JsonTemplate, Template, Value};
use connspec_spec::{Compat, Definition, Directive, Node, RequestBlock};

use crate::context::Context;
use crate::error::{ErrorType, RunError};
use crate::host::DirectiveHost;
use crate::relied::Relied;
use crate::{Decisions, secrets, words};

/// What a request is worked through with, besides its variables.
#[derive(Clone, Copy)]
pub struct Environment<'a> {
    /// The definition the request belongs to: knows where everything was written.
    pub definition: &'a Definition,
    /// Clock, randomness and custom functions.
    pub host: &'a dyn Host,
    /// The switches.
    pub compat: &'a Compat,
    /// Learns what `log.sanitize` hides.
    pub secrets: &'a Secrets,
    /// The block's name, such as `token`.
    pub block: &'a str,
    /// The request within the block, from 0.
    pub index: usize,
}

/// A request and what it is worked through with.
#[derive(Clone, Copy)]
pub(crate) struct Turn<'a> {
    pub(crate) request: &'a RequestBlock,
    pub(crate) environment: &'a Environment<'a>,
    relied: &'a Relied,
}

impl<'a> Turn<'a> {
    /// Works `request` through, and tells afterwards, be it done or failed, which of the language's switches decided.
    pub(crate) fn take<T>(
        request: &RequestBlock,
        environment: &Environment<'_>,
        decisions: &mut Decisions,
        work: impl FnOnce(&Turn<'_>, &mut Decisions) -> T,
    ) -> T {
        let relied = Relied::default();
        let outcome = work(&Turn { request, environment, relied: &relied }, decisions);
        relied.tell(environment.compat, decisions);
        outcome
    }

    /// The value of a text directive: native when it is one expression, text otherwise.
    pub(crate) fn text(&self, directive: &Directive<Template>, context: &Context) -> Result<Value, RunError> {
        let options = self.environment.compat.expression_options();
        let named = self.directive(&directive.pointer);
        let evaluated = directive.value.eval_with(&context.scope(), &self.host(&named), &options);
        evaluated.map_err(|error| self.failed(&error, &directive.pointer, context))
    }

    /// The value of a directive of any shape.
    pub(crate) fn value(&self, directive: &Directive<JsonTemplate>, context: &Context) -> Result<Value, RunError> {
        self.part(&directive.value, &directive.pointer, context)
    }

    /// The value of a part of a directive: the member `key` of the object at `pointer`, or the value at
    /// `pointer` itself where the directive was written in its short form (`"valid": "{{…}}"`).
    pub(crate) fn member(
        &self,
        template: &JsonTemplate,
        pointer: &str,
        key: &str,
        context: &Context,
    ) -> Result<Value, RunError> {
        let member = format!("{pointer}/{key}");
        self.part(template, if self.written(&member) { &member } else { pointer }, context)
    }

    /// The value of a template that stands at `pointer`, or below it.
    pub(crate) fn part(&self, template: &JsonTemplate, pointer: &str, context: &Context) -> Result<Value, RunError> {
        let options = self.environment.compat.expression_options();
        let named = self.directive(pointer);
        let evaluated = template.eval_with(&context.scope(), &self.host(&named), &options);
        evaluated.map_err(|error| self.failed(&error, pointer, context))
    }

    fn host<'h>(&'h self, directive: &'h str) -> DirectiveHost<'h> {
        let Environment { host, secrets, .. } = *self.environment;
        DirectiveHost { host, secrets, directive, relied: self.relied }
    }

    fn failed(&self, error: &connspec_iml::Error, pointer: &str, context: &Context) -> RunError {
        secrets::learn_context(context, self.environment.secrets);
        let kind = if error.code.starts_with("limit-") { ErrorType::LimitExceeded } else { ErrorType::DefinitionError };
        let place = self.environment.definition.locate(pointer, &error.pointer, error.span);
        self.error(kind, words::failure(error), &format!("{pointer}{}", error.pointer), place)
    }

    /// An error about the directive at `pointer` as a whole.
    pub(crate) fn refuse(&self, kind: ErrorType, message: impl Into<String>, pointer: &str) -> RunError {
        let place = self.node(pointer).map(|node| node.place);
        self.error(kind, message, pointer, place)
    }

    /// An error that no directive caused.
    pub(crate) fn stop(&self, kind: ErrorType, message: impl Into<String>) -> RunError {
        let message = self.environment.secrets.redact(&message.into());
        RunError::new(kind, message).in_block(self.environment.block, self.environment.index)
    }

    fn error(&self, kind: ErrorType, message: impl Into<String>, pointer: &str, place: Option<Place>) -> RunError {
        RunError { place, ..self.stop(kind, message).in_directive(self.directive(pointer)) }
    }

    /// Whether anything is written at `pointer`.
    pub(crate) fn written(&self, pointer: &str) -> bool {
        self.node(pointer).is_some()
    }

    /// Whether an expression written at `pointer`, or below, reads the variable `root`.
    pub(crate) fn reads(&self, pointer: &str, root: &str) -> bool {
        self.read_at(pointer).iter().any(|segments| segments.first().is_some_and(|first| first == root))
    }

    /// The paths of the variables that expressions at `pointer`, or below, read.
    pub(crate) fn read_at(&self, pointer: &str) -> Vec<Vec<String>> {
        let mut read = Vec::new();
        let Some(node) = self.node(pointer) else { return read };
        let mut of = |template: &Template| {
            let variables = template.variables().iter();
            read.extend(variables.map(|variable| variable.segments.iter().map(ToString::to_string).collect()));
        };
        node.each(&mut |node| {
            node.template().into_iter().for_each(&mut of);
            let keys = node.members().iter().map(|member| &member.key);
            keys.filter(|key| key.contains("{{")).for_each(|key| of(&Template::parse(key.as_str())));
        });
        read
    }

    /// The keys of the object written at `pointer`.
    pub(crate) fn keys(&self, pointer: &str) -> impl Iterator<Item = &'a str> {
        self.node(pointer).map(Node::members).unwrap_or_default().iter().map(|member| member.key.as_str())
    }

    /// What is written at `pointer`, a JSON pointer within the communication section.
    fn node(&self, pointer: &str) -> Option<&'a Node> {
        self.environment.definition.parts.communication.node.as_ref()?.at(pointer)
    }

    /// The directive at `pointer` as a person writes it: `response.data.expires`.
    pub(crate) fn directive(&self, pointer: &str) -> String {
        let below = pointer.strip_prefix(&self.request.pointer).unwrap_or(pointer);
        let segments = below.split('/').filter(|segment| !segment.is_empty());
        segments.map(|segment| segment.replace("~1", "/").replace("~0", "~")).collect::<Vec<_>>().join(".")
    }
}
