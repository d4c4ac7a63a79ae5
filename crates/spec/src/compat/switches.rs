//! The switches themselves, one entry each: what is asked, what may be answered, why it is open.
//!
//! The questions come from communication.md §3, §5, §7 and connection.md §3 to §7 and §15; the defaults are those
//! the two documents recommend.

use super::{Switch, SwitchValue};

/// Declares the switches: an enum per question (its first value is the default), the struct that holds a value
/// of each, and the table that documentation, command line and reports read.
macro_rules! switches {
    ($(
        $(#[$doc:meta])*
        $field:ident: $name:ident = $key:literal, $question:literal, $source:literal,
        { $first:ident = $first_text:literal : $first_effect:literal,
          $($variant:ident = $text:literal : $effect:literal),+ $(,)? }
    )+) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
            pub enum $name {
                #[doc = $first_effect]
                #[default]
                $first,
                $(#[doc = $effect] $variant,)+
            }

            impl $name {
                /// The switch this is a value of.
                pub const SWITCH: &'static Switch = &Switch {
                    key: $key,
                    question: $question,
                    values: &[
                        SwitchValue { name: $first_text, effect: $first_effect },
                        $(SwitchValue { name: $text, effect: $effect },)+
                    ],
                    source: $source,
                };

                /// The value of this name, if there is one.
                pub fn parse(text: &str) -> Option<Self> {
                    match text {
                        $first_text => Some(Self::$first),
                        $($text => Some(Self::$variant),)+
                        _ => None,
                    }
                }

                /// The name of this value.
                pub fn name(self) -> &'static str {
                    match self {
                        Self::$first => $first_text,
                        $(Self::$variant => $text,)+
                    }
                }
            }
        )+

        /// A value for every switch.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
        pub struct Values {
            $($(#[$doc])* pub $field: $name,)+
        }

        impl Values {
            /// Writes the value named `text`; false when the switch `key` has no such value.
            pub(super) fn assign(&mut self, key: &str, text: &str) -> bool {
                match key {
                    $($key => $name::parse(text).map(|value| self.$field = value).is_some(),)+
                    _ => false,
                }
            }

            /// The name of the value in force; empty for a key that is no switch.
            pub(super) fn read(&self, key: &str) -> &'static str {
                match key {
                    $($key => self.$field.name(),)+
                    _ => "",
                }
            }
        }

        /// Every switch, in the order of the documentation.
        pub const SWITCHES: &[&Switch] = &[$($name::SWITCH),+];
    };
}

switches! {
    /// What becomes of the query in `url` when there is a `qs`.
    qs_policy: QsPolicy = "qsPolicy",
    "What becomes of the query written in `url` when the request also has a `qs`?",
    "the old documentation says it is lost; newer runtimes are reported to merge",
    {
        Replace = "replace": "`qs` replaces it, even an empty `qs`",
        Merge = "merge": "both are sent, `qs` wins on equal names",
    }

    /// How `url` is encoded and normalised.
    encode_url_mode: EncodeUrlMode = "encodeUrlMode",
    "How is an evaluated `url` normalised?",
    "undocumented; two modes are reported, which of them is the usual one is not",
    {
        Legacy = "legacy": "default ports are dropped, a second `?` becomes `&`, under `encodeUrl: false` the query is decoded",
        Uniform = "uniform": "ports, further `?` and the query stay as written",
    }

    /// How lists and collections go into an urlencoded body.
    urlencoded_lists: UrlencodedLists = "urlencodedLists",
    "How do lists go into an `urlencoded` body?",
    "not stated anywhere",
    {
        Repeat = "repeat": "the key is repeated, `a=1&a=2`",
        Brackets = "brackets": "with brackets, `a[]=1&a[]=2`, and collections as `a[b]=1`",
    }

    /// Which `user-agent` is sent when the definition sets none.
    user_agent: UserAgent = "userAgent",
    "Which `user-agent` is sent when the definition sets none?",
    "the runtime always sends its own, seen in recordings",
    {
        Connspec = "connspec": "`connspec/<version>`",
        Integromat = "integromat": "`Integromat/production`, as the runtime does",
    }

    /// Whether an `automatic` response type knows `application/vnd.x+json`.
    json_suffix: JsonSuffix = "jsonSuffix",
    "Is a content type that ends in `+json` read as JSON when `response.type` is `automatic`?",
    "the documentation lists five content types and is silent about others",
    {
        Text = "text": "no: the body is a text",
        Json = "json": "yes",
    }

    /// Whether `valid` can accept an answer of status 400 and above.
    valid_on_error: ValidOnError = "validOnError",
    "Can a truthy `valid` that names `statusCode` accept an answer of status 400 and above?",
    "the documentation says no; published connections rely on it",
    {
        Accept = "accept": "yes: `temp`, `data` and the rest run",
        Reject = "reject": "no: status 400 and above always is an error",
    }

    /// Whether `response.temp` is evaluated when the status is 400 and above.
    temp_on_error: TempOnError = "tempOnError",
    "Is `response.temp` evaluated for an answer of status 400 and above?",
    "the old documentation lets `temp` run first, the order of the runtime speaks against it",
    {
        Skip = "skip": "no",
        Evaluate = "evaluate": "yes, before `error`",
    }

    /// Whether ranges such as `400-499` count as keys of `error`.
    error_ranges: ErrorRanges = "errorRanges",
    "Do status ranges such as `400-499` work as keys of `response.error`?",
    "the editor and the documentation know three digits only; one guide claims ranges",
    {
        Ignore = "ignore": "no: only three digits do",
        Accept = "accept": "yes, the narrowest range wins",
    }

    /// What an undefined value in `response.data` does to a stored one.
    data_undefined: DataUndefined = "dataUndefined",
    "What does an undefined value in `response.data` do to a value stored before?",
    "`data` is \"like temp\", where undefined is skipped; not stated for `data`",
    {
        Keep = "keep": "the stored value stays",
        Delete = "delete": "the stored value is removed",
    }

    /// Whether a `token` without `authorize` and without `condition` runs.
    token_condition: TokenCondition = "tokenCondition",
    "Does `token` run at creation when there is neither an `authorize` block nor a `token.condition`?",
    "one page demands a condition, an example on another has none",
    {
        Strict = "strict": "no: it needs a truthy `condition`",
        Lenient = "lenient": "yes, once at creation",
    }

    /// What becomes of a `state` the author put into `authorize.qs`.
    author_state: AuthorState = "authorState",
    "What becomes of a `state` the definition puts into `authorize.qs` itself?",
    "reports about the runtime disagree",
    {
        Overwrite = "overwrite": "the engine's own state replaces it",
        Keep = "keep": "it is sent, and the callback must bring it back",
    }

    /// When `info` runs.
    info_runs: InfoRuns = "infoRuns",
    "When does `info` run?",
    "one guide says on every use; older runtimes only on verification",
    {
        Verification = "verification": "on creation, reauthorization and test",
        EveryUse = "everyUse": "also before every use of the connection",
    }

    /// Whether a manifest's authorization carries a `state`.
    manifest_state: ManifestState = "manifestState",
    "Is a `state` added to a manifest's `authenticate_url` and demanded of the callback?",
    "the original sends none and compares none, so a foreign account can be slipped in (RFC 6749 §10.12)",
    {
        Send = "send": "yes: a random one, compared at the callback",
        None = "none": "no, as the original; any callback counts, and only the process that began can take it",
    }

    /// Whether any status of an answer to a manifest's request is a success.
    manifest_status: ManifestStatus = "manifestStatus",
    "Is an answer of status 400 and above a success for a manifest's request without `status_code`?",
    "the original takes every status for a success and stores the error as credentials",
    {
        Refuse = "refuse": "no: the run ends with the provider's words",
        Accept = "accept": "yes, as the original",
    }

    /// Whether numbers in `status_code` match.
    status_code_numbers: StatusCodeNumbers = "statusCodeNumbers",
    "Does a number in a manifest's `status_code` match the status?",
    "the documentation writes numbers, the code compares texts",
    {
        Never = "never": "no, only texts such as \"200\" do, as in the original",
        Match = "match": "yes, as documented",
    }

    /// How the code goes into a manifest's `access_token.url`.
    code_in_url: CodeInUrl = "codeInUrl",
    "How is the callback's code appended to a manifest's `access_token.url`?",
    "the original appends it unencoded before the template is rendered, so a code with `{{` in it is evaluated",
    {
        Raw = "raw": "as it is, once the template is rendered",
        Template = "template": "as it is, before the template is rendered, as the original",
        Encoded = "encoded": "percent-encoded",
    }
}
