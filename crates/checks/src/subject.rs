//! What a rule sees: a connection with its app, a component, or the app as a whole.

use connspec_spec::{App, Component, Definition, Node, Part};

use crate::flow::NameFlow;
use crate::site::{self, Phase, Site};

/// A connection, its texts and the names that flow through it.
pub struct Connection<'a> {
    /// The definition.
    pub definition: &'a Definition,
    /// The app it belongs to.
    pub app: &'a App,
    /// Every text of the communication section that is evaluated.
    pub sites: Vec<Site<'a>>,
    /// Which names are written and read where.
    pub names: NameFlow,
}

impl<'a> Connection<'a> {
    pub(crate) fn new(definition: &'a Definition, app: &'a App) -> Self {
        let sites = site::of_connection(app, &definition.parts.communication);
        let names = NameFlow::of(definition, &sites);
        Self { definition, app, sites, names }
    }

    /// The communication section as it was written.
    pub fn communication(&self) -> Option<&'a Node> {
        self.definition.parts.communication.node.as_ref()
    }

    /// The texts of one phase.
    pub fn sites_of(&self, phase: Phase) -> impl Iterator<Item = &Site<'a>> {
        self.sites.iter().filter(move |site| site.phase == phase)
    }

    /// The request objects of a block with their names for messages (`token`, `token[2]`): of a basic
    /// connection those of `api`.
    pub fn requests(&self) -> Vec<(Phase, String, &'a Node)> {
        let Some(root) = self.communication() else { return Vec::new() };
        let blocks: Vec<_> = root
            .effective_members()
            .filter_map(|member| Some((Phase::of_block(&member.key)?, member.key.as_str(), &member.value)))
            .collect();
        let is_oauth = root.get("url").is_none() && blocks.iter().any(|(phase, ..)| *phase != Phase::SharedOAuth);
        if !is_oauth {
            return listed(Phase::Basic, "api", root);
        }
        blocks
            .into_iter()
            .filter(|(phase, ..)| *phase != Phase::SharedOAuth)
            .flat_map(|(phase, key, node)| listed(phase, key, node))
            .collect()
    }

    /// The first request object of a phase.
    pub fn request(&self, phase: Phase) -> Option<&'a Node> {
        self.requests().into_iter().find(|(found, ..)| *found == phase).map(|(.., node)| node)
    }
}

fn listed<'a>(phase: Phase, key: &str, node: &'a Node) -> Vec<(Phase, String, &'a Node)> {
    if node.is_array() {
        let elements = node.elements().iter().enumerate();
        return elements.map(|(index, element)| (phase, format!("{key}[{}]", index + 1), element)).collect();
    }
    vec![(phase, key.to_owned(), node)]
}

/// A base, module, remote procedure, webhook or endpoint.
pub struct Other<'a> {
    /// The app it belongs to.
    pub app: &'a App,
    /// The component; none for the base.
    pub component: Option<&'a Component>,
    /// The section.
    pub part: &'a Part,
    /// Its texts that are evaluated.
    pub sites: Vec<Site<'a>>,
}

impl<'a> Other<'a> {
    /// Base and components of an app: each section that is evaluated.
    pub(crate) fn all(app: &'a App) -> Vec<Self> {
        let base = app.base.iter().map(|part| Other {
            app,
            component: None,
            part,
            sites: site::of_component(app, part, Phase::Base, "base"),
        });
        let components = app.components.iter().flat_map(|component| {
            let evaluated = component.parts.iter().filter(|part| {
                matches!(part.name.as_str(), "communication" | "api" | "epoch" | "attach" | "detach" | "update")
            });
            evaluated.map(move |part| Other {
                app,
                component: Some(component),
                part,
                sites: site::of_component(app, part, Phase::Component, &component.name),
            })
        });
        base.chain(components).collect()
    }
}
