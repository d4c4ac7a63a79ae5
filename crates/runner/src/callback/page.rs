//! The page a browser is left with: plain, without JavaScript, saying what happened and that it may be closed.

/// What became of a callback, for the person at the browser. Never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The whole flow went through.
    Connected,
    /// The answer was accepted; the rest of the flow is still running.
    Received,
    /// The person (or the provider) said no.
    Denied(String),
    /// The answer was accepted and a later step failed.
    Failed(String),
    /// The answer was not one we wait for: forged, repeated, too late.
    Refused(String),
}

impl Verdict {
    /// The HTTP status of the page.
    pub(super) fn status(&self) -> u16 {
        match self {
            Self::Connected | Self::Received | Self::Denied(_) => 200,
            Self::Failed(_) => 502,
            Self::Refused(_) => 400,
        }
    }

    fn words(&self) -> (&str, String) {
        const CLOSE: &str = "You may close this page.";
        match self {
            Self::Connected => ("Connected", format!("The connection is made. {CLOSE}")),
            Self::Received => (
                "Authorization received",
                format!(
                    "connspec has the provider's answer and is finishing the connection; see its own window for the outcome. {CLOSE}"
                ),
            ),
            Self::Denied(why) => ("Access denied", format!("{why} Nothing was connected. {CLOSE}")),
            Self::Failed(why) => ("Not connected", format!("{why} {CLOSE}")),
            Self::Refused(why) => (
                "Not accepted",
                format!(
                    "{why} It was ignored, and a connection in progress goes on waiting for the right answer. {CLOSE}"
                ),
            ),
        }
    }

    /// A sign for the page, and the colour it has.
    fn mark(&self) -> Mark {
        match self {
            Self::Connected => Mark::Good,
            Self::Received => Mark::Neutral,
            Self::Denied(_) | Self::Failed(_) | Self::Refused(_) => Mark::Bad,
        }
    }

    /// The page as HTML.
    pub(super) fn html(&self) -> String {
        let (title, text) = self.words();
        marked(self.mark(), title, &text)
    }
}

/// The sign above a page's heading. The heading says the same in words.
#[derive(Clone, Copy)]
enum Mark {
    Good,
    Neutral,
    Bad,
}

impl Mark {
    fn class_and_sign(self) -> (&'static str, &'static str) {
        match self {
            Self::Good => ("good", "✓"),
            Self::Neutral => ("neutral", "…"),
            Self::Bad => ("bad", "✕"),
        }
    }
}

/// A page for everything else the listener is asked for.
pub(super) fn page(title: &str, text: &str) -> String {
    marked(Mark::Neutral, title, text)
}

fn marked(mark: Mark, title: &str, text: &str) -> String {
    let (class, sign) = mark.class_and_sign();
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{title} - connspec</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><style>{style}</style></head>\n\
         <body><main><div class=\"mark {class}\" aria-hidden=\"true\">{sign}</div>\
         <h1>{title}</h1><p>{text}</p><footer>connspec, on this machine</footer></main></body>\n</html>\n",
        title = escape(title),
        text = escape(text),
        style = include_str!("page.css"),
    )
}

fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut escaped, character| {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
        escaped
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_provider_says_cannot_become_markup() {
        let html = Verdict::Denied("<script>alert(\"x\")</script>".into()).html();
        assert!(!html.contains("<script"), "{html}");
        assert!(html.contains("&lt;script&gt;alert(&quot;x&quot;)"), "{html}");
    }

    #[test]
    fn every_page_says_that_it_may_be_closed_and_needs_no_javascript() {
        let verdicts = [
            Verdict::Connected,
            Verdict::Received,
            Verdict::Denied("No.".into()),
            Verdict::Failed("No.".into()),
            Verdict::Refused("No.".into()),
        ];
        for verdict in verdicts {
            let html = verdict.html();
            assert!(html.contains("You may close this page."), "{html}");
            assert!(!html.contains("<script") && !html.contains("http"), "{html}");
        }
    }
}
