//! An app as its author meant it: with what stands under a key that is nearly that of a block or a directive under the key
//! that is meant. So of a slip the slip is told, and not all that follows from it.

use connspec_diagnostics::suggest::nearest;
use connspec_diagnostics::{Diagnostic, Place, Severity};
use connspec_spec::node::Members;
use connspec_spec::vocabulary::{request_directive, response_directive};
use connspec_spec::{App, Definition, Kind, Member, Node, NodeValue};
use hashbrown::HashSet;

use crate::rules::structure::{
    Blocks, OF_REQUEST, OF_RESPONSE, UNKNOWN_DIRECTIVE, UNKNOWN_PHASE, meant_directive, works_in_connection,
};
use crate::secrets::normal;
use crate::site::Phase;
use crate::subject::{Whole, has_blocks};

/// What is found in an app.
pub(crate) struct Found {
    pub all: Vec<Diagnostic>,
    /// The slips among them, where there are any.
    pub slips: Option<Slips>,
}

/// Findings about keys with slips in them, and those that only follow from the slips.
pub(crate) struct Slips {
    told: Vec<Known>,
    consequences: HashSet<Known>,
}

impl Slips {
    /// Takes away what only follows from the slips, unless somebody stands by one of them: then it holds.
    #[cold]
    pub fn take_consequences(&self, found: &mut Vec<Diagnostic>) {
        let shown: HashSet<_> = found.iter().map(known_by).collect();
        if self.told.iter().all(|slip| shown.contains(slip)) {
            found.retain(|finding| !self.consequences.contains(&known_by(finding)));
        }
    }
}

/// What tells one finding from another: its code and place.
type Known = (&'static str, Option<Place>);

fn known_by(finding: &Diagnostic) -> Known {
    (finding.code, finding.place)
}

/// What is found in an app with slips. A slip that has an error for its consequence is an error. `look` gives what the
/// rules find.
#[cold]
pub(crate) fn through_slips(written: &Whole<'_>, look: impl Fn(&Whole<'_>) -> Vec<Diagnostic>) -> Found {
    let mut all = look(written);
    let mut meaning = Meaning::default();
    // Nobody makes more of them, and each is looked at by itself.
    const MOST: usize = 8;
    let Some(app) = meaning.of_app(written).filter(|_| meaning.slips.len() <= MOST) else {
        return Found { all, slips: None };
    };
    let of_meant: HashSet<_> = look(&Whole::new(&app)).iter().map(known_by).collect();
    let grave = |found: &[Diagnostic]| {
        let mut errors = found.iter().filter(|finding| finding.severity == Severity::Error);
        errors.find(|finding| !of_meant.contains(&known_by(finding))).map(|error| error.message.clone())
    };
    for slip in &meaning.slips {
        let alone = Meaning { but: Some(*slip), ..Meaning::default() }.of_app(written);
        let Some(error) = alone.map_or_else(|| grave(&all), |app| grave(&look(&Whole::new(&app)))) else { continue };
        let is_slip = |told: &&mut Diagnostic| told.code == UNKNOWN_DIRECTIVE.code && told.place == Some(*slip);
        for told in all.iter_mut().filter(is_slip) {
            told.severity = Severity::Error;
            told.why = format!("Make ignores keys it does not know, this one too: {error}");
        }
    }
    let consequences = all.iter().map(known_by).filter(|known| !of_meant.contains(known)).collect();
    let directives = meaning.slips.iter().map(|place| (UNKNOWN_DIRECTIVE.code, Some(*place)));
    let told = directives.chain(meaning.blocks.iter().map(|place| (UNKNOWN_PHASE.code, Some(*place)))).collect();
    Found { all, slips: Some(Slips { told, consequences }) }
}

/// What is meant by the keys with slips in them.
#[derive(Default)]
struct Meaning {
    /// A key that is taken as it is written.
    but: Option<Place>,
    /// The keys that are meant to be directives.
    slips: Vec<Place>,
    /// Those that are meant to be blocks.
    blocks: Vec<Place>,
}

impl Meaning {
    /// The app with each such key under the name that is meant; none when there is no such key.
    fn of_app(&mut self, whole: &Whole<'_>) -> Option<App> {
        let mut is_other = false;
        let mended = |(definition, is_strange): (&Definition, bool)| {
            let root = definition.parts.communication.node.as_ref().filter(|_| is_strange);
            let Some(root) = root.and_then(|root| self.of_section(root)) else { return definition.clone() };
            is_other = true;
            let mut mended = definition.clone();
            mended.kind = Kind::of(&root);
            mended.parts.communication.node = Some(root);
            mended
        };
        let connections = whole.connections.iter().map(|connection| (connection.definition, connection.is_strange()));
        let connections: Vec<_> = connections.map(mended).collect();
        is_other.then(|| App { connections, ..whole.app.clone() })
    }

    fn of_section(&mut self, root: &Node) -> Option<Node> {
        if !has_blocks(root) {
            return self.of_block(root);
        }
        let blocks = Blocks::of(root);
        let meant = |member: &Member| {
            let is_slip = |block: &&str| is_spelt_like(&member.key, block) || normal(&member.key).contains(block);
            blocks.meant(member).filter(is_slip)
        };
        self.blocks.extend(keys_with(root, &meant));
        self.renamed(root, &meant, |meaning, key, value| {
            let is_run = Phase::of_block(key).is_some_and(|phase| phase != Phase::SharedOAuth);
            is_run.then(|| meaning.of_block(value))?
        })
    }

    fn of_block(&mut self, node: &Node) -> Option<Node> {
        let NodeValue::Array(elements) = &node.value else { return self.of_request(node) };
        let mended: Vec<_> = elements.iter().map(|element| self.of_request(element)).collect();
        if mended.iter().all(Option::is_none) {
            return None;
        }
        let elements = elements.iter().zip(mended).map(|(element, mended)| mended.unwrap_or_else(|| element.clone()));
        Some(Node { place: node.place, value: NodeValue::Array(elements.collect()) })
    }

    fn of_request(&mut self, node: &Node) -> Option<Node> {
        let works = |name: &str| request_directive(name).is_none_or(works_in_connection);
        self.with_directives(node, (&OF_REQUEST, works), |meaning, key, value| match key {
            "response" => {
                let works = |name: &str| response_directive(name).is_none_or(works_in_connection);
                meaning.with_directives(value, (&OF_RESPONSE, works), |_, _, _| None)
            }
            "log" => meaning.with_directives(value, (&["sanitize"], |_| true), |_, _, _| None),
            _ => None,
        })
    }

    /// An object of which these are the directives, and those of them that work in a connection.
    fn with_directives(
        &mut self,
        object: &Node,
        (known, works): (&[&'static str], fn(&str) -> bool),
        below: Below,
    ) -> Option<Node> {
        let free: Vec<_> = known.iter().copied().filter(|name| object.get(name).is_none() && works(name)).collect();
        let but = self.but;
        let meant = |member: &Member| {
            if known.contains(&&*member.key) || Some(member.key_place) == but {
                return None;
            }
            // `filter` and `when` may be anything else.
            let is_meant = |name: &&str| *name != "condition" || is_spelt_like(&member.key, name);
            meant_directive(member, &free).filter(is_meant)
        };
        self.slips.extend(keys_with(object, &meant));
        self.renamed(object, &meant, below)
    }

    /// An object with keys that are meant otherwise under the names that are meant, each name once, and with what becomes
    /// of the values; none when all stays as it is.
    fn renamed(
        &mut self,
        object: &Node,
        meant: &dyn Fn(&Member) -> Option<&'static str>,
        below: Below,
    ) -> Option<Node> {
        let mut taken: Vec<&'static str> = Vec::new();
        let mut is_other = false;
        let members = object.members().iter().map(|member| {
            let mut member = member.clone();
            if let Some(name) = meant(&member).filter(|name| !taken.contains(name)) {
                taken.push(name);
                member.key = name.into();
                is_other = true;
            }
            if let Some(value) = below(self, &member.key, &member.value) {
                member.value = value;
                is_other = true;
            }
            member
        });
        let members: Members = members.collect();
        is_other.then_some(Node { place: object.place, value: NodeValue::Object(members) })
    }
}

/// Where the keys of an object stand that are meant otherwise.
fn keys_with(object: &Node, meant: &dyn Fn(&Member) -> Option<&'static str>) -> Vec<Place> {
    object.members().iter().filter(|member| meant(member).is_some()).map(|member| member.key_place).collect()
}

/// What becomes of the value under a key.
type Below = fn(&mut Meaning, &str, &Node) -> Option<Node>;

fn is_spelt_like(key: &str, name: &str) -> bool {
    nearest(key, [name]).is_some()
}
