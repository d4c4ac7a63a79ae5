//! What the rules about tokens ask for: the conditions that decide a renewal, and what each block stores.

use connspec_iml::Template;
use connspec_spec::Member;
use smallvec::SmallVec;

use crate::sending::Request;
use crate::site::{Phase, Site};
use crate::subject::Connection;
use crate::symbolic::{
    StoreComparison, Stored, ends_as, names_an_expiry, plain, store_comparisons, store_keys, store_path,
};

/// A key that a block stores.
pub(super) struct DataWrite<'c, 'a> {
    /// The key and its value.
    pub member: &'a Member,
    /// The value, when it is a text.
    pub site: Option<&'c Site<'a>>,
    /// The block.
    pub block: &'c str,
}

/// What is stored: seldom more than a few keys.
pub(super) type DataWrites<'c, 'a> = SmallVec<[DataWrite<'c, 'a>; 4]>;

/// What a phase stores.
pub(super) fn data_writes<'c, 'a>(connection: &'c Connection<'a>, phase: Phase) -> DataWrites<'c, 'a> {
    let requests = connection.requests_of(phase);
    requests
        .flat_map(|request| {
            let data = request.member(&["response", "data"]).map(|data| &data.value);
            data.into_iter().flat_map(|data| data.effective_members()).map(move |member| (request.block, member))
        })
        .map(|(block, member)| DataWrite { member, site: connection.site_of(&member.value), block })
        .collect()
}

/// What `token` and `refresh` store.
pub(super) fn token_writes<'c, 'a>(connection: &'c Connection<'a>) -> DataWrites<'c, 'a> {
    let mut writes = data_writes(connection, Phase::Token);
    writes.extend(data_writes(connection, Phase::Refresh));
    writes
}

/// The conditions that decide whether tokens are renewed: that of `refresh`, and that of `token` where no browser
/// takes part (connection.md §5).
pub(super) fn renewals<'c, 'a>(connection: &'c Connection<'a>) -> Vec<(Request<'c, 'a>, &'c Site<'a>)> {
    let of_token = connection.requests_of(Phase::Token).filter(|_| connection.has_no_browser());
    let requests = connection.requests_of(Phase::Refresh).chain(of_token);
    let with_text = |request: Request<'c, 'a>| {
        let condition = connection.site_of(&request.condition()?.value)?;
        Some((request, condition))
    };
    requests.filter_map(with_text).collect()
}

/// The comparisons of stored keys that decide a renewal.
pub(super) fn comparisons<'c>(connection: &'c Connection<'_>) -> Vec<(&'c Template, StoreComparison<'c>)> {
    let sites = renewals(connection).into_iter().map(|(_, site)| site);
    sites
        .flat_map(|site| store_comparisons(site.template).into_iter().map(|comparison| (site.template, comparison)))
        .collect()
}

/// `refresh`, when there is one that sends something.
pub(super) fn refresh<'c, 'a>(connection: &'c Connection<'a>) -> Option<Request<'c, 'a>> {
    sending(connection, Phase::Refresh)
}

/// The first request of a phase that sends something: one without `url` only prepares it.
pub(super) fn sending<'c, 'a>(connection: &'c Connection<'a>, phase: Phase) -> Option<Request<'c, 'a>> {
    connection.each_request().find(|request| request.phase == phase && request.node.get("url").is_some())
}

/// The key of the access token's end among what is stored: one that is made of its life, or else one that is named so;
/// never the refresh token's.
pub(super) fn expiry_key<'a>(writes: &[DataWrite<'_, 'a>]) -> Option<&'a str> {
    let is_life = |write: &&DataWrite<'_, 'a>| {
        let Some(template) = write.site.map(|site| site.template) else { return false };
        template.variables().iter().any(|variable| {
            let last = variable.segments.last().filter(|_| variable.segments[0] == "body");
            last.is_some_and(|last| ends_as(last, "expiresin") && !plain(last).contains("refresh"))
        })
    };
    let named =
        || writes.iter().filter(|write| names_an_expiry(&write.member.key) && !names_a_refresh(&write.member.key));
    named().find(is_life).or_else(|| named().next()).map(|write| write.member.key.as_str())
}

/// Whether a key is named after the refresh token, or the renewal itself.
pub(super) fn names_a_refresh(key: &str) -> bool {
    plain(key).contains("refresh")
}

/// The condition of `token` that holds while there is no token, and when it is about to end.
pub(super) fn guarded_condition(access: &str, expires: &str) -> String {
    let (access, expires) = (store_path(access), store_path(expires));
    format!("{{{{if({access}, {expires} < addMinutes(now, 1), true)}}}}")
}

/// A renewal: the request, the keys it sends as its refresh token, and what it stores.
pub(super) struct Renewal<'c, 'a> {
    pub request: Request<'c, 'a>,
    pub sent: Vec<String>,
    pub writes: DataWrites<'c, 'a>,
}

impl<'c, 'a> Renewal<'c, 'a> {
    /// Of a connection whose `refresh` sends something.
    pub fn of(connection: &'c Connection<'a>) -> Option<Self> {
        let request = refresh(connection)?;
        Some(Self { request, sent: refresh_token_keys(&request), writes: data_writes(connection, Phase::Refresh) })
    }
}

/// What is stored in the place of a refresh token: `new`, or else the one that was there.
pub(super) fn kept(new: &str, key: &str) -> String {
    format!("ifempty({new}, {})", store_path(key))
}

/// Code as a message shows it: in marks, unless backticks are a part of it.
pub(super) fn shown(code: &str) -> String {
    if code.contains('`') { code.to_owned() } else { format!("`{code}`") }
}

/// The keys of the store that `refresh` sends as its refresh token.
fn refresh_token_keys(refresh: &Request<'_, '_>) -> Vec<String> {
    refresh.sends("refresh_token").template().map_or_else(Vec::new, |template| store_keys(&template))
}

/// A key that a condition reads and nothing stores: the likely reason why it always holds.
pub(super) fn unwritten_key(connection: &Connection<'_>, condition: &Member) -> Option<String> {
    let site = connection.site_of(&condition.value)?;
    store_keys(site.template).into_iter().find(|key| connection.stored(key) == Stored::No)
}
