//! The documentation of a rule: Markdown in fixed sections, whose examples are executed.
//!
//! ```text
//! What it does, as one paragraph.
//!
//! ## Why
//! ## Example          one or more fenced blocks: each must yield the rule's code
//! ## Instead          fenced blocks: none may yield it
//! ## Fix              what --fix does and whether it is safe; absent when there is none
//! ## Source
//! ```
//!
//! The word after the fence's language names what the block is: `jsonc connection` (a basic or OAuth
//! communication by its shape), `jsonc bundle` (`{type, communication, parameters, common, scope, scopes}`),
//! or `jsonc file=PATH` for one file of an app folder; all `file=` blocks of a section form one folder.

/// The sections of a rule's documentation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Documentation {
    /// What the rule looks for.
    pub summary: String,
    /// Why it matters.
    pub why: String,
    /// Definitions that have the mistake.
    pub examples: Vec<Example>,
    /// The same definitions without it.
    pub instead: Vec<Example>,
    /// What the fix does; empty when there is none.
    pub fix: String,
    /// Where the knowledge comes from.
    pub source: String,
}

/// One definition shown in the documentation: a file, or several that form a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// Path and content of each file; the path is `connection.jsonc` or `bundle.jsonc` for a single one.
    pub files: Vec<(String, String)>,
}

impl Documentation {
    /// Reads the sections; text outside the known ones stays in the section it stands in.
    pub fn parse(markdown: &str) -> Self {
        let mut documentation = Self::default();
        let mut sections = markdown.trim().split("\n## ");
        documentation.summary = sections.next().unwrap_or_default().trim().to_owned();
        for section in sections {
            let (title, body) = section.split_once('\n').unwrap_or((section, ""));
            let body = body.trim().to_owned();
            match title.trim() {
                "Why" => documentation.why = body,
                "Example" => documentation.examples = examples(&body),
                "Instead" => documentation.instead = examples(&body),
                "Fix" => documentation.fix = body,
                "Source" => documentation.source = body,
                other => debug_assert!(false, "`## {other}` is no section of a rule's documentation"),
            }
        }
        documentation
    }
}

/// The fenced blocks of a section.
fn examples(section: &str) -> Vec<Example> {
    let mut alone = Vec::new();
    let mut folder = Vec::new();
    let mut lines = section.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.trim_start().strip_prefix("```") else { continue };
        let content: String =
            lines.by_ref().take_while(|line| line.trim() != "```").flat_map(|line| [line, "\n"]).collect();
        let kind = info.split_whitespace().nth(1).unwrap_or("connection");
        match kind.strip_prefix("file=") {
            Some(path) => folder.push((path.to_owned(), content)),
            None => alone.push(Example { files: vec![(format!("{kind}.jsonc"), content)] }),
        }
    }
    if !folder.is_empty() {
        alone.push(Example { files: folder });
    }
    alone
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_and_examples_are_read() {
        let documentation = Documentation::parse(
            "Finds it.\n\n## Why\nIt hurts.\n\n## Example\n```jsonc connection\n{ }\n```\ntext\n```jsonc file=a/b.json\n1\n```\n```jsonc file=c\n2\n```\n\n## Instead\n```jsonc bundle\n[]\n```\n\n## Source\nRFC",
        );
        assert_eq!(documentation.summary, "Finds it.");
        assert_eq!(documentation.why, "It hurts.");
        let files =
            |example: &Example| example.files.iter().map(|(path, text)| format!("{path}={text}")).collect::<String>();
        assert_eq!(
            documentation.examples.iter().map(files).collect::<Vec<_>>(),
            ["connection.jsonc={ }\n", "a/b.json=1\nc=2\n"]
        );
        assert_eq!(documentation.instead.iter().map(files).collect::<Vec<_>>(), ["bundle.jsonc=[]\n"]);
        assert_eq!(documentation.source, "RFC");
    }
}
