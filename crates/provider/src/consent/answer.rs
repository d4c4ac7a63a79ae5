//! Answering a consent page by program: fetch it, fill in its form, post it, as a browser does.

use connspec_exchange::{Request, Response, Transport, TransportError};
use url::Url;

/// Why a consent page could not be answered. Holds no query, since queries carry codes.
#[derive(Debug, thiserror::Error)]
pub enum ConsentError {
    /// No answer came.
    #[error("the consent page cannot be reached: {0}")]
    Transport(#[from] TransportError),
    /// The provider refused to show the page, or to take the answer.
    #[error("the provider answered {status} instead of a consent page: {message}")]
    Refused {
        /// The status.
        status: u16,
        /// What the answer says, as far as it could be read.
        message: String,
    },
    /// There was a page, but no form that could be filled in.
    #[error("the page has no consent form: {0}")]
    NoForm(&'static str),
}

/// Opens the authorization `url`, chooses `person` (the value of its radio button; none where the
/// page offers nobody), presses Allow or Deny, and returns the `Location` the browser would go to
/// next. A provider that sends the browser back at once, without a page, is taken at its word.
pub async fn answer(
    transport: &dyn Transport,
    url: &str,
    person: Option<&str>,
    allow: bool,
) -> Result<String, ConsentError> {
    let page = transport.send(&one_hop(Request::get(url))).await?;
    if let Some(location) = redirected(&page, url) {
        return Ok(location);
    }
    if page.status != 200 {
        return Err(refused(&page));
    }
    let html = page.text().ok_or(ConsentError::NoForm("it is not text"))?;
    let form = tags(html, "form").next().ok_or(ConsentError::NoForm("there is no form element"))?;
    let action = attribute(form, "action").ok_or(ConsentError::NoForm("the form has no action"))?;
    let target = Url::parse(url)
        .and_then(|base| base.join(&action))
        .map_err(|_| ConsentError::NoForm("the form's action is not an address"))?;
    let mut fields: Vec<(String, String)> = tags(html, "input")
        .filter(|input| attribute(input, "type").as_deref() == Some("hidden"))
        .filter_map(|input| Some((attribute(input, "name")?, attribute(input, "value")?)))
        .collect();
    if let Some(person) = person {
        fields.push(("person".to_owned(), person.to_owned()));
    }
    fields.push(("decision".to_owned(), if allow { "allow" } else { "deny" }.to_owned()));
    let post = Request::new("POST", target.as_str())
        .with_form(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let answered = transport.send(&one_hop(post)).await?;
    redirected(&answered, target.as_str()).ok_or_else(|| refused(&answered))
}

/// As a browser asks, but stopping where it would be sent on: that address is the result.
fn one_hop(request: Request) -> Request {
    let mut request = request.with_header("accept", "text/html");
    request.options.follow_redirects = false;
    request.options.follow_all_redirects = false;
    request
}

fn redirected(response: &Response, base: &str) -> Option<String> {
    if !matches!(response.status, 302 | 303) {
        return None;
    }
    let location = response.headers.get("location")?;
    match Url::parse(location) {
        Ok(_) => Some(location.to_owned()),
        Err(_) => Some(Url::parse(base).ok()?.join(location).ok()?.to_string()),
    }
}

fn refused(response: &Response) -> ConsentError {
    let text = response.text().unwrap_or_default();
    let words = match text.split_once("<main>") {
        Some((_, rest)) => without_tags(rest),
        None => text.to_owned(),
    };
    let message = words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(300).collect();
    ConsentError::Refused { status: response.status, message }
}

fn without_tags(html: &str) -> String {
    let mut words = String::new();
    let mut inside = false;
    for c in html.chars() {
        match c {
            '<' => inside = true,
            '>' => {
                inside = false;
                words.push(' ');
            }
            other if !inside => words.push(other),
            _ => {}
        }
    }
    unescape(&words)
}

/// The text between `<name ` and `>` of every such tag.
fn tags<'a>(html: &'a str, name: &'a str) -> impl Iterator<Item = &'a str> {
    html.split('<').filter_map(move |piece| {
        let rest = piece.strip_prefix(name)?;
        rest.starts_with(char::is_whitespace).then_some(())?;
        rest.split_once('>').map(|(inside, _)| inside)
    })
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let at = tag.find(&format!(" {name}=\""))?;
    let value = &tag[at + name.len() + 3..];
    value.split_once('"').map(|(value, _)| unescape(value))
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_back_as_they_were_written() {
        let html = r#"<form method="post" action="/a?b=1&amp;c=2"><input type="hidden" name="t" value="&quot;&lt;x&gt;"></form>"#;
        assert_eq!(attribute(tags(html, "form").next().unwrap(), "action").unwrap(), "/a?b=1&c=2");
        assert_eq!(attribute(tags(html, "input").next().unwrap(), "value").unwrap(), "\"<x>");
    }
}
