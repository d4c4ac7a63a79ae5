//! The flow of names through a connection: what is written to `data` and `temp`, where, and what is read.

use connspec_diagnostics::Place;
use connspec_spec::Definition;

use crate::site::{Phase, Read, Site};

/// A name that is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// `data` or `temp`.
    pub root: &'static str,
    /// The key below the root.
    pub key: String,
    /// The phase that writes it; none for a form field.
    pub phase: Option<Phase>,
    /// The block's name for messages.
    pub block: String,
    /// Which request of the block, from 0.
    pub request: usize,
    /// Whether it is written before the request (`temp`) rather than from its answer.
    pub before: bool,
    /// Where the key stands.
    pub place: Place,
}

/// A name that is read, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhaseRead {
    /// The variable.
    pub read: Read,
    /// The phase that reads it.
    pub phase: Phase,
    /// The block's name for messages.
    pub block: String,
    /// Which request of the block, from 0.
    pub request: usize,
    /// Whether the answer has arrived by then.
    pub response_side: bool,
    /// The directive that reads it: `body`, `response.data`.
    pub directive: String,
}

/// Which names a connection writes and reads.
#[derive(Clone, Debug, Default)]
pub struct NameFlow {
    /// Every write: form fields, `response.data`, `temp` and `response.temp`.
    pub writes: Vec<Write>,
    /// Every read.
    pub reads: Vec<PhaseRead>,
    /// A spread or a whole expression writes names that are not known: nothing may be called unwritten.
    pub writes_unknown_data: bool,
    /// As above, for `temp`.
    pub writes_unknown_temp: bool,
}

impl NameFlow {
    pub(crate) fn of(definition: &Definition, sites: &[Site<'_>]) -> Self {
        let mut flow = Self::default();
        for field in &definition.parameters.fields {
            flow.writes.push(Write {
                root: "data",
                key: field.name.clone(),
                phase: None,
                block: "parameters".to_owned(),
                request: 0,
                before: true,
                place: field.place,
            });
        }
        flow.read_requests(definition);
        for site in sites {
            let reads = site.reads().into_iter().map(|read| PhaseRead {
                read,
                phase: site.phase,
                block: site.block.clone(),
                request: site.request,
                response_side: site.is_response_side(),
                directive: site.directive(),
            });
            flow.reads.extend(reads);
        }
        flow
    }

    fn read_requests(&mut self, definition: &Definition) {
        let Some(root) = &definition.parts.communication.node else { return };
        let blocks = definition.communication.blocks();
        for block in blocks {
            let phase = Phase::of_block(&block.name).unwrap_or(Phase::Basic);
            for (index, request) in block.requests.iter().enumerate() {
                let name = if block.is_array { format!("{}[{}]", block.name, index + 1) } else { block.name.clone() };
                let Some(node) = root.at(&request.pointer) else { continue };
                let writer = Writer { phase, block: &name, request: index };
                writer.write(self, "temp", true, node.get("temp"));
                if let Some(response) = node.get("response") {
                    writer.write(self, "temp", false, response.get("temp"));
                    writer.write(self, "data", false, response.get("data"));
                }
            }
        }
    }

    /// The writes of `root.key`.
    pub fn writes_of<'a>(&'a self, root: &'a str, key: &'a str) -> impl Iterator<Item = &'a Write> {
        self.writes.iter().filter(move |write| write.root == root && write.key == key)
    }

    /// The reads of the store under any of its three names: `data`, `connection`, `parameters` (connection.md §3).
    pub fn reads_of_store(&self) -> impl Iterator<Item = &PhaseRead> {
        self.reads.iter().filter(|read| matches!(read.read.root(), "data" | "connection" | "parameters"))
    }

    /// The reads of one root.
    pub fn reads_of<'a>(&'a self, root: &'a str) -> impl Iterator<Item = &'a PhaseRead> {
        self.reads.iter().filter(move |read| read.read.root() == root)
    }
}

struct Writer<'a> {
    phase: Phase,
    block: &'a str,
    request: usize,
}

impl Writer<'_> {
    fn write(&self, flow: &mut NameFlow, root: &'static str, before: bool, node: Option<&connspec_spec::Node>) {
        let Some(node) = node else { return };
        let unknown = node.as_str().is_some_and(|text| text.contains("{{")) || node.member("{{...}}").is_some();
        if unknown && root == "data" {
            flow.writes_unknown_data = true;
        } else if unknown {
            flow.writes_unknown_temp = true;
        }
        for member in node.effective_members().filter(|member| member.key != "{{...}}") {
            flow.writes.push(Write {
                root,
                key: member.key.clone(),
                phase: Some(self.phase),
                block: self.block.to_owned(),
                request: self.request,
                before,
                place: member.key_place,
            });
        }
    }
}
