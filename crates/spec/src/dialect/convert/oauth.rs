//! `oauth` as the blocks of an OAuth 2 connection.

use std::collections::BTreeSet;

use super::super::template::Variable;
use super::super::{Item, Manifest, ManifestOAuth, Template};
use super::document::{Doc, Entry};
use super::expression::Scene;
use super::names::camel;
use super::request::{Writer, Written};
use super::{Home, Notes};
use crate::vocabulary::COUNTING_MINUTES;

/// The members of the token answer a manifest reads anywhere, besides the usual ones.
pub(super) fn read_fields(manifest: &Manifest) -> Vec<String> {
    let mut found = BTreeSet::new();
    let mut look = |template: &Template| {
        let fields =
            template.variables().into_iter().filter_map(|variable: &Variable| match variable.path.as_slice() {
                [root, field, ..] if root == "oauth" => Some(field.clone()),
                _ => None,
            });
        found.extend(fields);
    };
    let own = manifest.headers.iter().chain(manifest.items().into_iter().flat_map(|item| &item.headers));
    for header in own {
        look(header.basic.as_ref().map_or(&header.value.value, |(credentials, _)| credentials));
    }
    for item in manifest.items() {
        item.templates().into_iter().for_each(|directive| look(&directive.value));
        item.data.iter().for_each(|data| look(data.value.template()));
    }
    let usual = ["access_token", "refresh_token", "expires_in"];
    found.into_iter().filter(|field| !usual.contains(&field.as_str())).collect()
}

/// Whether a value of this name must not be logged.
pub(super) fn is_secret(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
    let endings =
        ["token", "secret", "password", "passwd", "passphrase", "apikey", "secretkey", "privatekey", "accesskey"];
    matches!(plain.as_str(), "authorization" | "cookie" | "pass" | "pwd" | "jwt" | "bearer" | "code")
        || endings.iter().any(|ending| plain.ends_with(ending))
}

impl Writer<'_> {
    /// The blocks, in the order of a connection's life; the scopes asked for, where they are written out, with what
    /// stands between them.
    pub(super) fn blocks(&self, oauth: &ManifestOAuth, notes: &mut Notes) -> (Vec<Entry>, Vec<String>) {
        let mut blocks = Vec::new();
        let fields = read_fields(self.manifest);
        let (authorize, scopes) = self.authorize(oauth, notes);
        blocks.push(Entry::new("authorize", authorize));
        if let Some(item) = &oauth.access_token {
            blocks.push(Entry::new("token", self.token(oauth, item, &fields, notes)));
        }
        if let Some(item) = &oauth.refresh {
            blocks.push(Entry::new("refresh", self.refresh(item, &fields, notes)));
        }
        for (entry, home) in blocks.iter_mut().zip([Home::Authorize, Home::Token, Home::Refresh]) {
            entry.comments = notes.of(home);
        }
        if oauth.is_without_code() {
            let source = oauth.authenticate_url.as_ref().map_or("", |url| url.value.source());
            let rules = if source.contains("response_type") { "CS0313" } else { "CS0307, CS0313" };
            blocks[0].comments.push(format!("connspec-ignore {rules}: this provider sends no code back"));
        }
        (blocks, scopes)
    }

    fn authorize(&self, oauth: &ManifestOAuth, notes: &mut Notes) -> (Doc, Vec<String>) {
        let Some(url) = &oauth.authenticate_url else { return (Doc::Object(Vec::new()), Vec::new()) };
        let (url, query) = self.address(url, Scene::Connecting, Home::Authorize, notes);
        let mut entries = vec![Entry::new("url", Doc::text(url))];
        let mut scopes = Vec::new();
        if let Some(mut query) = query.filter(|query| !query.is_empty()) {
            for member in &mut query {
                let Doc::Value(serde_json::Value::String(text)) = &member.value else { continue };
                if member.key == "scope" && !text.contains("{{") && !text.is_empty() {
                    let separator = if text.contains(' ') || !text.contains(',') { " " } else { "," };
                    scopes = text.split(separator).filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
                    member.value = Doc::text(format!("{{{{join(oauth.scope, '{separator}')}}}}"));
                }
            }
            query.retain(|member| {
                let is_state = member.key == "state";
                if is_state {
                    notes.add(Home::Authorize, None, "`state`: the runtime adds one of its own");
                }
                !is_state
            });
            entries.push(Entry::new("qs", Doc::Object(query)));
        }
        let refused = "The provider did not grant access: {{ifempty(query.error_description, ifempty(query.error, 'it sent no code'))}}";
        let (condition, temp) = if oauth.is_without_code() {
            ("{{!query.error}}", ("returned", "{{true}}".to_owned()))
        } else {
            ("{{!query.error && query.code}}", ("code", "{{query.code}}".to_owned()))
        };
        let valid = Doc::texts([
            ("condition", condition.to_owned()),
            ("message", refused.to_owned()),
            ("type", "ConnectionError".to_owned()),
        ]);
        let response = vec![Entry::new("valid", valid), Entry::new("temp", Doc::texts([temp]))];
        entries.push(Entry::new("response", Doc::Object(response)));
        (Doc::Object(entries), scopes)
    }

    fn token(&self, oauth: &ManifestOAuth, item: &Item, fields: &[String], notes: &mut Notes) -> Doc {
        let with_code = !oauth.is_without_code();
        let condition = if with_code { "{{temp.code}}" } else { "{{temp.returned}}" };
        let written = self.request(item, Scene::Connecting, Home::Token, with_code, notes);
        let renews = oauth.refresh.is_some();
        let mut data = vec![("accessToken".to_owned(), "{{body.access_token}}".to_owned())];
        if renews {
            data.push(("refreshToken".to_owned(), "{{body.refresh_token}}".to_owned()));
            let add = self.unit(item, Home::Token, notes);
            data.push(("expires".to_owned(), format!("{{{{if(body.expires_in, {add}(now, body.expires_in))}}}}")));
        }
        data.extend(fields.iter().map(|field| (camel(field), format!("{{{{body{}}}}}", super::names::step(field)))));
        self.exchange(condition, written, item, data, fields, notes, Home::Token)
    }

    fn refresh(&self, item: &Item, fields: &[String], notes: &mut Notes) -> Doc {
        let written = self.request(item, Scene::Connected, Home::Refresh, false, notes);
        let add = self.unit(item, Home::Refresh, notes);
        let kept = |name: &str, field: &str| format!("{{{{ifempty(body{}, data.{name})}}}}", super::names::step(field));
        let mut data = vec![
            ("accessToken".to_owned(), kept("accessToken", "access_token")),
            ("refreshToken".to_owned(), kept("refreshToken", "refresh_token")),
            ("expires".to_owned(), format!("{{{{if(body.expires_in, {add}(now, body.expires_in), data.expires)}}}}")),
        ];
        data.extend(fields.iter().map(|field| (camel(field), kept(&camel(field), field))));
        self.exchange("{{data.expires < now}}", written, item, data, fields, notes, Home::Refresh)
    }

    /// What adds `expires_in` to now. A manifest adds seconds whatever the provider counts, and is renewed before every
    /// call where it counts minutes.
    fn unit(&self, item: &Item, home: Home, notes: &mut Notes) -> &'static str {
        let Some(url) = item.url.as_ref().filter(|url| counts_minutes(url.value.source())) else { return "addSeconds" };
        let text = "`expires_in` as seconds: this provider counts minutes, so the app adds minutes, and is not renewed \
                    before every call";
        notes.add(home, url.place, text);
        "addMinutes"
    }

    /// A request for tokens with its response.
    #[allow(clippy::too_many_arguments, reason = "the parts of one block")]
    fn exchange(
        &self,
        condition: &str,
        written: Written,
        item: &Item,
        data: Vec<(String, String)>,
        fields: &[String],
        notes: &mut Notes,
        home: Home,
    ) -> Doc {
        let Written { entries: sent, mut sanitize } = written;
        let mut entries = vec![Entry::new("condition", Doc::text(condition))];
        entries.extend(sent);
        let codes = self.accepted(item, home, notes);
        let is_good = if home == Home::Token { "body.access_token" } else { "body" };
        let valid = match codes {
            Some(codes) => format!("{{{{({codes}) && {is_good}}}}}"),
            None => format!("{{{{{is_good}}}}}"),
        };
        let words =
            "ifempty(body.error_description, ifempty(body.error.message, ifempty(body.error, 'no reason given')))";
        let valid = Doc::texts([
            ("condition", valid),
            ("message", format!("The provider answered, but not with tokens: {{{{{words}}}}}")),
            ("type", "DataError".to_owned()),
        ]);
        let mut error = vec![Entry::new(
            "message",
            Doc::text(format!("[{{{{statusCode}}}}] The provider gave no token: {{{{{words}}}}}")),
        )];
        if home == Home::Refresh {
            let gone = format!(
                "[400] The provider does not accept the refresh token any more. Connect again. ({{{{{words}}}}})"
            );
            let gone = Doc::texts([("type", "InvalidAccessTokenError".to_owned()), ("message", gone)]);
            error.push(Entry::new("400", gone));
        }
        let secrets = ["access_token", "refresh_token"]
            .into_iter()
            .filter(|name| data.iter().any(|(_, value)| value.contains(&format!("body.{name}"))));
        sanitize.extend(secrets.map(|name| format!("response.body.{name}")));
        sanitize.extend(
            fields
                .iter()
                .filter(|field| is_secret(field))
                .map(|field| format!("response.body{}", super::names::step(field))),
        );
        let members = data.into_iter().map(|(name, value)| Entry::new(name, Doc::text(value))).collect();
        let response = vec![
            Entry::new("type", Doc::text("json")),
            Entry::new("valid", valid),
            Entry::new("data", Doc::Object(members)),
            Entry::new("error", Doc::Object(error)),
        ];
        entries.push(Entry::new("response", Doc::Object(response)));
        if !sanitize.is_empty() {
            entries.push(Entry::new("log", log(sanitize)));
        }
        Doc::Object(entries)
    }

    /// The condition `status_code` makes; numbers in it never match in the original, and are meant here.
    fn accepted(&self, item: &Item, home: Home, notes: &mut Notes) -> Option<String> {
        let codes = item.status_code.as_ref().filter(|codes| !codes.value.is_empty())?;
        let numbers: Vec<u16> = codes.value.iter().filter_map(|code| code.text.trim().parse().ok()).collect();
        if codes.value.iter().any(|code| !code.is_text) {
            notes.add(home, codes.place, "numbers in `status_code` never match in the original; here they do");
        }
        if numbers.iter().any(|code| *code >= 400) {
            notes.add(
                home,
                codes.place,
                "a status of 400 and above in `status_code`: Make takes it for an error first",
            );
        }
        let tests: Vec<String> = numbers.iter().map(|code| format!("statusCode = {code}")).collect();
        (!tests.is_empty()).then(|| tests.join(" || "))
    }
}

/// Whether an address leads to a provider that counts `expires_in` in minutes.
fn counts_minutes(address: &str) -> bool {
    let authority = address.split_once("://").map_or("", |(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or(""));
    let host = authority.split(':').next().unwrap_or_default().to_lowercase();
    COUNTING_MINUTES
        .iter()
        .any(|known| host.strip_suffix(known).is_some_and(|sub| sub.is_empty() || sub.ends_with('.')))
}

/// `log` with the paths that must not be logged.
pub(super) fn log(mut paths: Vec<String>) -> Doc {
    paths.dedup();
    Doc::Object(vec![Entry::new("sanitize", Doc::List(paths.into_iter().map(Doc::text).collect()))])
}
