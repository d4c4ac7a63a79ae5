//! The pages a person sees. HTML without scripts, with its style in the page.

use std::fmt::Write as _;

/// The style of every page.
const STYLE: &str = include_str!("style.css");

/// Headers every page is sent with: no caching (RFC 6749 §10.13 and §5.1 in spirit), no framing
/// (§10.13), no address leaking by `Referer` (RFC 9700 §4.2.4), nothing loaded from anywhere.
pub const NOT_TO_BE_FRAMED: [(&str, &str); 5] = [
    ("cache-control", "no-store"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    (
        "content-security-policy",
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    ),
];

/// A consent page.
pub struct Page<'a> {
    /// The service whose account is opened, such as `Custom App Academy`.
    pub service: &'a str,
    /// The application that asks.
    pub client: &'a str,
    /// Its `client_id`.
    pub client_id: &'a str,
    /// Where the person goes afterwards.
    pub redirect_uri: &'a str,
    /// What is asked.
    pub scopes: Vec<ScopeLine<'a>>,
    /// Who may be chosen; the first is chosen already.
    pub people: Vec<PersonChoice<'a>>,
    /// The path the answer is posted to.
    pub action: &'a str,
    /// The ticket the answer brings back.
    pub ticket: &'a str,
}

/// One requested scope.
pub struct ScopeLine<'a> {
    /// The scope as the client writes it.
    pub name: &'a str,
    /// What it means, in words; empty when nobody knows.
    pub meaning: &'a str,
}

/// One person to choose.
pub struct PersonChoice<'a> {
    /// The value the form sends.
    pub id: &'a str,
    /// The name shown.
    pub name: &'a str,
}

impl Page<'_> {
    /// The whole page.
    pub fn render(&self) -> String {
        let (service, client) = (escape(self.service), escape(self.client));
        let body = format!(
            r#"<header>{MARK}<span>{service}</span></header>
<h1><strong>{client}</strong> would like to use your account</h1>
<p class="client"><code>{client_id}</code></p>
<form method="post" action="{action}">
<input type="hidden" name="ticket" value="{ticket}">
{people}{scopes}
<div class="buttons">
<button type="submit" name="decision" value="deny">Deny</button>
<button type="submit" name="decision" value="allow" class="primary">Allow</button>
</div>
</form>
<footer>Either way you return to <code>{back}</code>. This is a practice server on your own machine: no real account is touched.</footer>"#,
            client_id = escape(self.client_id),
            action = escape(self.action),
            ticket = escape(self.ticket),
            people = self.people(),
            scopes = self.scopes(),
            back = escape(origin(self.redirect_uri)),
        );
        document(&format!("Allow {client}?"), &body)
    }

    fn people(&self) -> String {
        if self.people.is_empty() {
            return String::new();
        }
        let mut html = String::from("<fieldset class=\"people\">\n<legend>Continue as</legend>\n");
        for (index, person) in self.people.iter().enumerate() {
            let checked = if index == 0 { " checked" } else { "" };
            // Writing to a String cannot fail.
            let _ = writeln!(
                html,
                r#"<label><input type="radio" name="person" value="{id}" required{checked}><span class="face face-{index}" aria-hidden="true">{initials}</span><span class="name">{name}</span></label>"#,
                id = escape(person.id),
                initials = escape(&initials(person.name)),
                name = escape(person.name),
            );
        }
        html.push_str("</fieldset>\n");
        html
    }

    fn scopes(&self) -> String {
        if self.scopes.is_empty() {
            return String::from("<section class=\"scopes\"><h2>It asks for nothing in particular</h2></section>");
        }
        let mut html = String::from("<section class=\"scopes\"><h2>It asks to</h2>\n<ul>\n");
        for scope in &self.scopes {
            let meaning = if scope.meaning.is_empty() { "use this scope" } else { scope.meaning };
            let _ = writeln!(html, "<li><span>{}</span><code>{}</code></li>", escape(meaning), escape(scope.name));
        }
        html.push_str("</ul></section>");
        html
    }
}

/// The page for a request that goes no further; `text` says why.
pub fn refusal_page(service: &str, text: &str) -> String {
    message_page(service, "This request was refused", &sentence(text))
}

/// A page that only says something.
pub fn message_page(service: &str, title: &str, text: &str) -> String {
    let body = format!(
        "<header>{MARK}<span>{}</span></header>\n<h1>{}</h1>\n<p>{}</p>",
        escape(service),
        escape(title),
        escape(text)
    );
    document(&escape(title), &body)
}

/// With a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let stop = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{stop}", letters.as_str())
}

/// The sign beside the service's name.
const MARK: &str = r#"<svg viewBox="0 0 24 24" width="22" height="22" aria-hidden="true"><path d="M12 3 1.5 8.5 12 14l10.5-5.5zM5 12.2v4.3c0 1.4 3.1 3 7 3s7-1.6 7-3v-4.3l-7 3.7z" fill="currentColor"/></svg>"#;

fn document(title: &str, body: &str) -> String {
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{title}</title>
<style>
{STYLE}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"#
    )
}

/// The part of a URL before its path.
fn origin(uri: &str) -> &str {
    let start = uri.find("://").map_or(0, |at| at + 3);
    let end = uri[start..].find(['/', '?', '#']).map_or(uri.len(), |at| start + at);
    &uri[..end]
}

fn initials(name: &str) -> String {
    name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect()
}

fn escape(text: &str) -> String {
    let mut html = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_becomes_markup() {
        let evil = "<script>alert('1')</script>\"";
        let html = Page {
            service: evil,
            client: evil,
            client_id: evil,
            redirect_uri: evil,
            scopes: vec![ScopeLine { name: evil, meaning: evil }],
            people: vec![PersonChoice { id: evil, name: evil }],
            action: evil,
            ticket: evil,
        }
        .render();
        assert!(!html.contains("<script"), "{html}");
        assert!(!message_page(evil, evil, evil).contains("<script"));
    }

    #[test]
    fn a_message_is_a_sentence() {
        assert_eq!(sentence("no client is known"), "No client is known.");
        assert_eq!(sentence("Done."), "Done.");
        assert_eq!(sentence(""), ".");
    }

    #[test]
    fn the_origin_of_a_redirect_uri() {
        assert_eq!(origin("http://127.0.0.1:8/oauth/cb?x"), "http://127.0.0.1:8");
        assert_eq!(origin("https://h"), "https://h");
    }
}
