//! `mixed-separators`: commas and semicolons in one call.

use connspec_diagnostics::Severity;
use connspec_iml::Signs;
use connspec_iml::ast::ExprKind;

use super::kinds::each_node;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0821",
    name: "mixed-separators",
    severity: Severity::Info,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Call, check),
};

const DOCUMENTATION: &str = r#"
Commas and semicolons between the arguments of one call.

## Why
Both separate arguments, so it works; but a semicolon among commas mostly was meant as something else, and nobody reads
it easily.

## Example
```jsonc connection
{ "url": "https://api.acme.test/{{if(parameters.eu, 'eu'; 'us')}}/me" }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/{{if(parameters.eu, 'eu', 'us')}}/me" }
```

## Source
iml.md §4, §12 C4; corpus-notes.md A17.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    let source = site.template.source();
    const BOTH: Signs = Signs::of(",;");
    let (_, in_expressions) = site.signs();
    if !in_expressions.have_all(BOTH) {
        return;
    }
    each_node(site.template, &mut |expr| {
        let ExprKind::Call(call) = &expr.kind else { return };
        let between =
            call.arguments.windows(2).map(|pair| &source[pair[0].span.range().end..pair[1].span.range().start]);
        let (mut commas, mut semicolons) = (false, false);
        for between in between {
            let is_comma = between.contains(',');
            commas |= is_comma;
            semicolons |= !is_comma && between.contains(';');
        }
        if commas && semicolons {
            findings.push(
                RULE.finding("commas and semicolons separate the arguments of one call")
                    .at(site.place(call.name.span))
                    .why("both separate arguments: it works, but is easily misread")
                    .help("use one of them")
                    .in_block(&site.block),
            );
        }
    });
}
