//! The second dialect: integration manifests as ChiefOnboarding reads them (chiefonboarding.md).
//!
//! A manifest goes through the same engine as a connection of Make's, not beside it:
//!
//! 1. **Loading.** [`layout`](crate::layout) asks [`is_manifest`] of every single file. A manifest becomes a
//!    [`Definition`](crate::Definition) like any other: its communication section is the whole file,
//!    [`Communication::Manifest`](crate::Communication::Manifest) holds the typed [`Manifest`], the form of
//!    [`Definition::parameters`](crate::Definition::parameters) comes from `initial_data_form`, so prompts, the
//!    learning of secrets, the store and `locate` need to know nothing of the dialect.
//! 2. **Templates.** Every text is a [`Template`], compiled once: Django's language as far as manifests use it, with
//!    its autoescaping. `data` is a [`DataTemplate`]: JSON text in which variables are replaced before it is parsed
//!    again, which is where most harm comes from.
//! 3. **Running.** The flow machine of `connspec-runner` walks stages; a stage yields calls, and a call is a request
//!    block of Make's or an [`Item`] of a manifest. `oauth.authenticate_url` is the stage `authorize`,
//!    `oauth.access_token` is `token`, `oauth.refresh` is `refresh`. `execute`, `exists` and `revoke` are no part of
//!    a connection's life: the runner's operation `run` walks them on the same transport and report. Driver, callback listener, store, single flight, recording, replay and report are the same ones.
//! 4. **Conversion.** [`convert`](mod@convert) writes the app of Make's that does the same, and says what it cannot do.
//! 5. **Judging.** `connspec-checks` runs the rules of a definition's dialect; what reading finds has the codes
//!    `CS003x` of [`rules`](crate::rules).

pub mod convert;
mod data;
mod model;
mod names;
mod read;
mod recognise;
pub mod template;

pub use data::{DataTemplate, json_dumps};
pub use model::{
    ContinueIf, FormItem, HeaderTemplate, Item, Manifest, ManifestOAuth, ManifestType, Notification, Paging, Pair,
    Polling, StatusCode, Sync,
};
pub use names::named;
pub use recognise::{TOP_LEVEL_KEYS, is_manifest};
pub use template::{RenderError, Template, TemplateError};

/// The variables a user context brings, the weakest of all (chiefonboarding.md §3, templates).
pub const USER_FIELDS: [&str; 11] = [
    "email",
    "first_name",
    "last_name",
    "position",
    "department",
    "start",
    "manager",
    "manager_email",
    "buddy",
    "buddy_email",
    "access_overview",
];

/// The variable every saved integration has: where the browser comes back to.
pub const REDIRECT_URL: &str = "redirect_url";

/// The variable of paging: the token of the next page.
pub const NEXT_PAGE_TOKEN: &str = "NEXT_PAGE_TOKEN";
