//! The list of faults: their names, what they do, and where they strike.

use std::fmt;

/// Something a provider does wrong. `Answer` faults and `Wire` faults strike the token and
/// refresh endpoints; everything else works as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// Lifetimes are told in seconds where the documentation says minutes.
    WrongUnit,
    /// Refresh tokens are dead on arrival.
    RefreshExpired,
    /// The person allows everything but the scope `connect`.
    MissingScope,
    /// The callback brings `error.message` and nothing else.
    ErrorMessageCallback,
    /// The grant is for another person than the one chosen.
    OtherPerson,
    /// An HTML error page with status 502.
    HtmlErrorPage,
    /// Status 400 without a body.
    EmptyBadRequest,
    /// Status 200 with an error inside.
    ErrorWith200,
    /// The right JSON, called `text/plain`.
    JsonAsTextPlain,
    /// `expires_in` is a text.
    ExpiresInAsText,
    /// `token_type` is missing.
    MissingTokenType,
    /// Too many requests, with `Retry-After`.
    RateLimited,
    /// A redirect of the token request to another host.
    RedirectToAnotherHost,
    /// A redirect to itself, without end.
    EndlessRedirect,
    /// A small compressed body that unpacks to a gigabyte.
    GzipBomb,
    /// A JSON body with bytes that are not UTF-8.
    InvalidUtf8,
    /// The content type and a token header come twice, with different values.
    DuplicateHeaders,
    /// A header of one mebibyte.
    HugeHeader,
    /// One byte a second.
    SlowBody,
    /// The connection closes in the middle of the body.
    BodyCutShort,
    /// The connection is closed without a byte of answer, the request unread.
    ResetConnection,
    /// The request is carried out, the answer never arrives.
    LostAnswer,
    /// `Content-Length` is smaller than the body.
    WrongContentLength,
}

/// Where a fault strikes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Provider,
    Answer,
    Wire,
}

/// Fault, name, place, description.
const CATALOGUE: &[(Fault, &str, Place, &str)] = &[
    (Fault::WrongUnit, "wrong-unit", Place::Provider, "tells lifetimes in seconds instead of minutes"),
    (Fault::RefreshExpired, "refresh-expired", Place::Provider, "issues refresh tokens that have expired already"),
    (
        Fault::MissingScope,
        "missing-scope",
        Place::Provider,
        "grants everything but the scope connect: GET /info answers 403",
    ),
    (
        Fault::ErrorMessageCallback,
        "error-message-callback",
        Place::Provider,
        "sends the browser back with error.message alone, whatever the person answers",
    ),
    (Fault::OtherPerson, "other-person", Place::Provider, "connects another person than the one chosen"),
    (Fault::HtmlErrorPage, "html-error-page", Place::Answer, "answers token requests with an HTML page and status 502"),
    (Fault::EmptyBadRequest, "empty-400", Place::Answer, "answers token requests with status 400 and no body"),
    (
        Fault::ErrorWith200,
        "error-with-200",
        Place::Answer,
        "answers token requests with status 200 and an error inside",
    ),
    (
        Fault::JsonAsTextPlain,
        "json-as-text-plain",
        Place::Answer,
        "answers token requests rightly, but calls the JSON text/plain",
    ),
    (Fault::ExpiresInAsText, "expires-in-as-text", Place::Answer, "writes expires_in and refresh_expires_in as text"),
    (
        Fault::MissingTokenType,
        "missing-token-type",
        Place::Answer,
        "leaves token_type out (the Academy never sends it anyway)",
    ),
    (Fault::RateLimited, "rate-limited", Place::Answer, "answers token requests with status 429 and Retry-After: 30"),
    (
        Fault::RedirectToAnotherHost,
        "redirect-to-another-host",
        Place::Answer,
        "redirects token requests (307) to https://elsewhere.invalid",
    ),
    (Fault::EndlessRedirect, "endless-redirect", Place::Answer, "redirects token requests (307) to themselves"),
    (
        Fault::GzipBomb,
        "gzip-bomb",
        Place::Answer,
        "answers token requests with a megabyte that unpacks to one gigabyte",
    ),
    (Fault::InvalidUtf8, "invalid-utf8", Place::Answer, "answers token requests with JSON that is not UTF-8"),
    (Fault::DuplicateHeaders, "duplicate-headers", Place::Answer, "sends Content-Type twice, with different values"),
    (Fault::HugeHeader, "huge-header", Place::Answer, "sends a header of one mebibyte"),
    (Fault::SlowBody, "slow-body", Place::Wire, "sends the answer to a token request one byte a second"),
    (Fault::BodyCutShort, "body-cut-short", Place::Wire, "closes the connection in the middle of the answer"),
    (
        Fault::ResetConnection,
        "reset-connection",
        Place::Wire,
        "closes the connection without an answer and without doing anything",
    ),
    (
        Fault::LostAnswer,
        "lost-answer",
        Place::Wire,
        "carries out the token request and closes the connection without an answer",
    ),
    (Fault::WrongContentLength, "wrong-content-length", Place::Wire, "announces a body shorter than the one it sends"),
];

impl Fault {
    /// Every fault, in the order of the documentation.
    pub fn all() -> impl Iterator<Item = Self> {
        CATALOGUE.iter().map(|(fault, ..)| *fault)
    }

    /// The fault of this name, as in `serve --fault NAME`.
    pub fn from_name(name: &str) -> Option<Self> {
        CATALOGUE.iter().find(|(_, known, ..)| *known == name).map(|(fault, ..)| *fault)
    }

    /// Its name in kebab case.
    pub fn name(self) -> &'static str {
        self.entry().1
    }

    /// What the provider does, as the end of a sentence that starts with "the provider".
    pub fn description(self) -> &'static str {
        self.entry().3
    }

    pub(crate) fn is_in_an_answer(self) -> bool {
        self.entry().2 == Place::Answer
    }

    pub(crate) fn is_on_the_wire(self) -> bool {
        self.entry().2 == Place::Wire
    }

    fn entry(self) -> &'static (Self, &'static str, Place, &'static str) {
        CATALOGUE.iter().find(|(fault, ..)| *fault == self).expect("the catalogue lists every fault")
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
