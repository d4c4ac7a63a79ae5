//! A block: the request, or the requests, of one phase of a connection's life.

use connspec_diagnostics::{Diagnostic, Place, Span};

use super::{Part, Reader, RequestBlock, Wanted};
use crate::node::Node;
use crate::rules;

/// The requests of one phase. Reads like a list of [`RequestBlock`]s.
#[derive(Debug, Clone)]
pub struct Block {
    /// `token`, `info`, …; `api` for a basic connection, which has one nameless block.
    pub name: String,
    /// Where the block stands.
    pub place: Place,
    /// Its requests, in the order they run.
    pub requests: Vec<RequestBlock>,
    /// Whether it was written as a list, which Make's editor marks in OAuth blocks.
    pub is_array: bool,
}

impl std::ops::Deref for Block {
    type Target = [RequestBlock];

    fn deref(&self) -> &[RequestBlock] {
        &self.requests
    }
}

impl<'a> IntoIterator for &'a Block {
    type Item = &'a RequestBlock;
    type IntoIter = std::slice::Iter<'a, RequestBlock>;

    fn into_iter(self) -> Self::IntoIter {
        self.requests.iter()
    }
}

impl Block {
    /// The block of a communication section that cannot be read: without requests.
    pub(crate) fn absent(part: &Part) -> Self {
        let place = Place::new(part.source, Span::default());
        Self { name: "api".to_owned(), place, requests: Vec::new(), is_array: false }
    }

    /// Reads a block called `name` out of any node: an app's base, a module. What is wrong with it is not told.
    pub fn of_node(node: &Node, name: &str) -> Self {
        Self::read(node, "", name)
    }

    /// Reads the block `name` from a request object or a list of them. What is no object is left out.
    pub(crate) fn read(node: &Node, pointer: &str, name: &str) -> Self {
        let request = |node: &Node, pointer: &str| {
            node.is_object().then(|| RequestBlock::read(&mut Reader::new(node, pointer, name, Wanted::Values)))
        };
        let elements = node.elements().iter().enumerate();
        let of_list = elements.filter_map(|(index, element)| request(element, &format!("{pointer}/{index}")));
        let requests = of_list.chain(request(node, pointer)).collect();
        Self { name: name.to_owned(), place: node.place, requests, is_array: node.is_array() }
    }

    /// Notes what has the wrong shape in the block `name`.
    pub(crate) fn judge(node: &Node, name: &str, findings: &mut Vec<Diagnostic>) {
        if !node.is_array() {
            judge_request(node, name, findings);
        }
        for (index, element) in node.elements().iter().enumerate() {
            judge_request(element, &format!("{name}[{}]", index + 1), findings);
        }
    }
}

fn judge_request(node: &Node, label: &str, findings: &mut Vec<Diagnostic>) {
    if node.is_object() {
        RequestBlock::judge(&mut Reader::new(node, "", label, Wanted::Findings(findings)));
        return;
    }
    findings.push(
        rules::DIRECTIVE_SHAPE
            .finding(format!("a request must be an object, not {}", node.kind_name()))
            .at(node.place)
            .why("without a request object nothing is sent")
            .help("write an object with at least a `url`, or a list of such objects")
            .in_block(label),
    );
}
