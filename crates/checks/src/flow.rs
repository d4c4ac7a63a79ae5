//! The flow of names through a connection: what is written to `data` and `temp`, and where.

use std::ops::Range;
use std::rc::Rc;

use connspec_diagnostics::Place;
use connspec_spec::{Definition, Node};

use crate::site::Phase;
use crate::subject::Listed;

/// A name that is written.
#[derive(Clone, Debug)]
pub struct Write<'a> {
    /// `data` or `temp`.
    pub root: &'static str,
    /// The key below the root.
    pub key: &'a str,
    /// The phase that writes it; none for a form field.
    pub phase: Option<Phase>,
    /// The block's name for messages.
    pub block: Rc<str>,
    /// Which request of the block, from 0.
    pub request: usize,
    /// Whether it is written before the request (`temp`) rather than from its answer.
    pub before: bool,
    /// Where the key stands.
    pub place: Place,
    /// What is written; none for a form field.
    pub value: Option<&'a Node>,
}

impl<'a> Write<'a> {
    fn name(&self) -> (&'static str, &'a str) {
        (self.root, self.key)
    }
}

/// Which names a connection writes.
#[derive(Clone, Debug, Default)]
pub struct NameFlow<'a> {
    /// Every write: form fields, `response.data`, `temp` and `response.temp`.
    pub writes: Vec<Write<'a>>,
    /// A spread or a whole expression writes names that are not known: nothing may be called unwritten.
    pub writes_unknown_data: bool,
    /// As above, for `temp`.
    pub writes_unknown_temp: bool,
    /// The writes by root and key, those of one name in the order of the file.
    sorted: Vec<usize>,
}

impl<'a> NameFlow<'a> {
    pub(crate) fn of(definition: &'a Definition, requests: &[Listed<'a>]) -> Self {
        let mut flow = Self::default();
        let of_form: Rc<str> = "parameters".into();
        for field in &definition.parameters.fields {
            flow.writes.push(Write {
                root: "data",
                key: &field.name,
                phase: None,
                block: Rc::clone(&of_form),
                request: 0,
                before: true,
                place: field.place,
                value: None,
            });
        }
        for request in requests {
            flow.write(request, "temp", true, request.node.get("temp"));
            if let Some(response) = request.node.get("response") {
                flow.write(request, "temp", false, response.get("temp"));
                flow.write(request, "data", false, response.get("data"));
            }
        }
        flow.sorted = (0..flow.writes.len()).collect();
        flow.sorted.sort_by_key(|index| flow.writes[*index].name());
        flow
    }

    fn write(&mut self, request: &Listed<'a>, root: &'static str, before: bool, node: Option<&'a Node>) {
        let Some(node) = node else { return };
        let unknown = node.as_str().is_some_and(|text| text.contains("{{")) || node.member("{{...}}").is_some();
        if unknown && root == "data" {
            self.writes_unknown_data = true;
        } else if unknown {
            self.writes_unknown_temp = true;
        }
        for member in node.effective_members().filter(|member| member.key != "{{...}}") {
            self.writes.push(Write {
                root,
                key: &member.key,
                phase: Some(request.phase),
                block: Rc::clone(&request.block),
                request: request.request,
                before,
                place: member.key_place,
                value: Some(&member.value),
            });
        }
    }

    /// The writes of `root.key`, in the order of the file; form fields first.
    pub fn writes_of<'n>(&'n self, root: &'static str, key: &str) -> impl Iterator<Item = &'n Write<'a>> + use<'n, 'a> {
        let of_name = self.places_of(root, key);
        self.sorted[of_name].iter().map(|index| &self.writes[*index])
    }

    /// Whether anything writes `root.key`.
    pub fn writes_key(&self, root: &'static str, key: &str) -> bool {
        !self.places_of(root, key).is_empty()
    }

    /// Where the writes of `root.key` are in the sorted list.
    fn places_of(&self, root: &str, key: &str) -> Range<usize> {
        let wanted = (root, key);
        let start = self.sorted.partition_point(|index| self.writes[*index].name() < wanted);
        let same = self.sorted[start..].iter().take_while(|index| self.writes[**index].name() == wanted);
        start..start + same.count()
    }

    /// Whether anything else than `key` is written to the store.
    pub fn stores_besides(&self, key: &str) -> bool {
        self.of_store().any(|write| write.key != key)
    }

    /// The writes to the store.
    pub fn of_store(&self) -> impl Iterator<Item = &Write<'a>> {
        self.writes.iter().filter(|write| write.root == "data")
    }
}
