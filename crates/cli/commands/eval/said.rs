//! What `eval` says about a template besides its result: findings and errors, each under its line.

use connspec_checks::judge;
use connspec_diagnostics::render::{HumanOptions, human};
use connspec_diagnostics::{Diagnostic, Place, Severity, SourceMap, Span};
use connspec_iml::ast::{Expr, ExprKind};
use connspec_iml::{Error, Finding, Host, Options, Template, Value};

use super::world::{World, scope};
use crate::output;

/// How the template is called where its lines are shown.
const NAME: &str = "<template>";

/// One evaluation: what came of it, and what is to be said.
pub(super) struct Said {
    pub(super) outcome: Result<Value, Error>,
    /// Every oddity and mistake, drawn, in the order of the template; the error among them, or at the end.
    pub(super) drawn: Vec<String>,
}

/// Evaluates `template` and draws what there is to say.
pub(super) fn evaluate(template: &str, vars: &Value, world: &World, options: Options) -> Said {
    let parsed = Template::parse_with(template, options);
    let (outcome, of_values) = parsed.eval_with_findings(&scope(vars), world as &dyn Host);
    let error = outcome.as_ref().err();
    let mut findings: Vec<&Finding> = parsed.findings().iter().chain(&of_values).collect();
    // An error names its variables itself.
    findings.retain(|finding| error.is_none() || finding.severity != Severity::Info);
    findings.sort_by_key(|finding| finding.span.start);
    let mut drawn: Vec<(u32, String)> = Vec::new();
    let mut error_drawn = false;
    for finding in findings {
        match error {
            Some(error) if (error.code, error.span) == (finding.code, finding.span) => {
                error_drawn = true;
                drawn.push((finding.span.start, draw_error(template, error, world)));
            }
            _ => drawn.push((finding.span.start, draw_finding(template, finding))),
        }
    }
    let judged = judged(template, error).into_iter();
    drawn.extend(judged.map(|(span, finding)| (span.start, drawn_alone(template, finding))));
    drawn.sort_by_key(|(start, _)| *start);
    let mut drawn: Vec<String> = drawn.into_iter().map(|(_, drawn)| drawn).collect();
    if let Some(error) = error.filter(|_| !error_drawn) {
        drawn.push(draw_error(template, error, world));
    }
    Said { outcome, drawn }
}

/// What does not parse is an error; anything else evaluates, however surely it is a mistake.
pub(super) fn severity(finding: &Finding) -> Severity {
    if finding.breaks() { finding.severity } else { finding.severity.min(Severity::Warning) }
}

/// What the checks say of the expressions alone, as warnings; without what the error tells.
pub(super) fn judged(template: &str, error: Option<&Error>) -> Vec<(Span, Diagnostic)> {
    let placed = judge(template).into_iter().filter_map(|finding| Some((finding.place?.span, finding)));
    let told = |span: Span| error.is_some_and(|error| error.span.contains(span) || span.contains(error.span));
    placed.filter(|(span, _)| !told(*span)).collect()
}

fn drawn_alone(template: &str, mut finding: Diagnostic) -> String {
    let mut sources = SourceMap::new();
    sources.add(NAME, template);
    finding.severity = finding.severity.min(Severity::Warning);
    finding.code = finding.rule;
    human(&sources, &finding, HumanOptions { colour: output::painter_for_stderr().is_on(), width: 0 })
}

/// What to say of a text that would be an expression between braces; at the command line people forget them.
pub(super) fn without_braces(template: &str) -> Option<String> {
    let text = template.trim();
    if text.contains("{{") || text.is_empty() {
        return None;
    }
    let meant = Template::parse(format!("{{{{{text}}}}}"));
    let expression = meant.whole_expression().filter(|_| meant.findings().is_empty())?;
    is_meant(&expression.expr).then(|| {
        let help = format!("write '{{{{{text}}}}}'");
        let span = Span::new(0, template.len());
        draw(template, "no-braces", Severity::Info, "a text, for nothing stands between `{{` and `}}`", "", &help, span)
    })
}

/// Whether something can hardly be meant as a text: a value of the language, a call, a variable of Make's, arithmetic.
fn is_meant(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Keyword(_) => true,
        ExprKind::Call(call) => call.function.is_some(),
        ExprKind::Path(path) => path.known.is_some() && !path.segments.is_empty(),
        ExprKind::Group(inner) | ExprKind::Unary(_, inner) => is_meant(inner),
        ExprKind::Binary(binary) => {
            let is_number = |expr: &Expr| matches!(expr.kind, ExprKind::Number(_));
            let (left, right) = (&binary.left, &binary.right);
            is_meant(left) || is_meant(right) || (is_number(left) && is_number(right))
        }
        _ => false,
    }
}

fn draw_finding(template: &str, finding: &Finding) -> String {
    draw(template, finding.code, severity(finding), &finding.message, "", &finding.help, finding.span)
}

/// The error with what the variables of its expression held, credentials hidden.
fn draw_error(template: &str, error: &Error, world: &World) -> String {
    let held: Vec<String> = error.variables.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let (message, held) = (world.hide(&error.message), world.hide(&held.join("\n")));
    draw(template, error.code, Severity::Error, &message, &held, &error.help, error.span)
}

fn draw(
    template: &str,
    code: &'static str,
    severity: Severity,
    message: &str,
    why: &str,
    help: &str,
    span: Span,
) -> String {
    let mut sources = SourceMap::new();
    let place = Place::new(sources.add(NAME, template), span);
    let diagnostic = Diagnostic::new(code, code, severity, message).at(place).why(why).help(help);
    let options = HumanOptions { colour: output::painter_for_stderr().is_on(), width: 0 };
    human(&sources, &diagnostic, options)
}
