//! The switches themselves, one entry each: what is asked, what may be answered, why it is open.
//!
//! The questions come from communication.md §3, §5, §7 and connection.md §3 to §7 and §15; the defaults are those
//! the two documents recommend.

use super::{Switch, SwitchValue};

switches! {
    /// What becomes of the query in `url` when there is a `qs`.
    qs_policy: QsPolicy = "qsPolicy",
    "What becomes of the query written in `url` when the request also has a `qs`?",
    "the old documentation says it is lost; newer runtimes are reported to merge",
    {
        Replace = "replace": "`qs` replaces it, even an empty `qs`",
        Merge = "merge": "both are sent, `qs` wins on equal names",
    }

    /// What becomes of a collection in `qs`.
    qs_collections: QsCollections = "qsCollections",
    "How does a collection within `qs` go into the address?",
    "the type allows none; the library underneath is known to bracket, its other mode writes nothing",
    {
        Brackets = "brackets": "`a[b]=c`",
        Empty = "empty": "`a=`: its members are lost",
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

    /// What becomes of a header whose value is undefined or null.
    null_headers: NullHeaders = "nullHeaders",
    "What becomes of a header whose value is undefined or null?",
    "seen to be dropped by one of the runtime's two requesters; not stated for the other",
    {
        Drop = "drop": "it is not sent",
        Empty = "empty": "it is sent with an empty value",
    }

    /// Whether a HEAD request carries its body.
    head_body: HeadBody = "headBody",
    "Is the `body` of a HEAD request sent?",
    "only GET is documented to ignore it",
    {
        Ignore = "ignore": "no, as with GET",
        Send = "send": "yes",
    }

    /// Which content type a binary body gets.
    binary_type: BinaryType = "binaryType",
    "Which content type does a body of `type: binary` get when the definition sets none?",
    "the documentation sets none; one guide claims `application/octet-stream`",
    {
        None = "none": "none",
        OctetStream = "octetStream": "`application/octet-stream`",
    }

    /// When a `condition` is not met.
    condition_test: ConditionTest = "conditionTest",
    "Which values of `condition` keep a request from running?",
    "one description of the runtime says false; published connections write a bare variable as their condition",
    {
        Truthy = "truthy": "every falsy one: undefined, null, false, 0, an empty text",
        OnlyFalse = "onlyFalse": "`false`, and undefined, by which Make's own templates guard `token`",
    }

    /// Whether `repeat` works in a connection.
    repeat_in_connections: RepeatInConnections = "repeatInConnections",
    "Does `repeat` work in a connection?",
    "it is documented for modules and remote procedures only",
    {
        Run = "run": "yes",
        Ignore = "ignore": "no: the request runs once",
    }

    /// How often a request without `repeat.limit` may run.
    repeat_cap: RepeatCap = "repeatCap",
    "How often may `repeat` run a request that has no `limit`?",
    "the documentation says without end; the runtime is reported to stop at 1000",
    {
        Thousand = "thousand": "1000 times, which is also the most `limit` can say",
        Unlimited = "unlimited": "without end",
    }

    /// Whether a signed request carries a body hash without `oauth.body_hash`.
    body_hash: BodyHashDefault = "bodyHash",
    "Is `oauth_body_hash` sent when `oauth` has no `body_hash`?",
    "the editor's schema gives it the default true, the documentation gives none",
    {
        Explicit = "explicit": "no: only when it is written",
        Computed = "computed": "yes, computed",
    }

    /// Which spelling of the redirect directives is understood.
    redirect_spelling: RedirectSpelling = "redirectSpelling",
    "Which spelling of `followRedirects` and `followAllRedirects` is understood?",
    "schema and old documentation write them with s, the current documentation without",
    {
        Both = "both": "both",
        Plural = "plural": "`followRedirects`, `followAllRedirects` only",
        Singular = "singular": "`followRedirect`, `followAllRedirect` only",
    }

    /// What a key that is no directive does to a request.
    unknown_keys: UnknownKeys = "unknownKeys",
    "What becomes of a request with a key that is no directive?",
    "the editor refuses it; nothing is known to refuse it at run time",
    {
        Ignore = "ignore": "the key is ignored",
        Refuse = "refuse": "the request is refused before it is sent",
    }

    /// Whether an `automatic` response type knows `application/vnd.x+json`.
    json_suffix: JsonSuffix = "jsonSuffix",
    "Is a content type that ends in `+json` read as JSON when `response.type` is `automatic`?",
    "the documentation lists five content types and is silent about others",
    {
        Text = "text": "no: the body is a text",
        Json = "json": "yes",
    }

    /// How an `automatic` body of an unknown content type is read.
    unknown_content_type: UnknownContentType = "unknownContentType",
    "How is a body read whose content type `automatic` does not know, or that has none?",
    "the documentation lists five content types and is silent about others",
    {
        Text = "text": "as text when it is readable, else as a buffer",
        Json = "json": "as JSON when it is some, else as above",
    }

    /// What an empty body is that is to be JSON.
    empty_json: EmptyJson = "emptyJson",
    "What is an empty body that is to be read as JSON?",
    "not stated; published `invalidate` blocks are answered by a 204",
    {
        Undefined = "undefined": "`body` is undefined",
        Error = "error": "an error, as any other body that is no JSON",
    }

    /// Which type the error of an unreadable JSON body has.
    broken_json: BrokenJson = "brokenJson",
    "Which type has the error of a body that is not the JSON it should be?",
    "that it is an error is known, its type is not",
    {
        DataError = "DataError": "DataError",
        RuntimeError = "RuntimeError": "RuntimeError",
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

    /// What is said when `error.message` comes to nothing.
    empty_message: EmptyMessage = "emptyMessage",
    "What does an error say whose `message` comes to nothing?",
    "not stated",
    {
        Standard = "standard": "the standard words of the status",
        Empty = "empty": "nothing",
    }

    /// What an unknown `error.type` counts as.
    unknown_error_type: UnknownErrorType = "unknownErrorType",
    "What does an `error.type` count as that Make does not know?",
    "not stated; published connections name such types",
    {
        RuntimeError = "RuntimeError": "RuntimeError",
        ByStatus = "byStatus": "as if none were written: 429 RateLimitError, 5xx ConnectionError, else RuntimeError",
    }

    /// Whether `response.data` is written before `valid` is asked.
    data_order: DataOrder = "dataOrder",
    "Is `response.data` written before or after `valid` has judged the answer?",
    "no source shows the order",
    {
        AfterValid = "afterValid": "after: an invalid answer writes nothing",
        BeforeValid = "beforeValid": "before: `valid` and `error` see what was written",
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

    /// Whether `token` sees the callback's query.
    query_in_token: QueryInToken = "queryInToken",
    "Does `token` see the callback's `query`?",
    "published connections read `query.code` there; the documentation shows it in `authorize.response` only",
    {
        Visible = "visible": "yes",
        Hidden = "hidden": "no: `authorize.response` has to hand over what `token` needs",
    }

    /// Which of `token` and `refresh` comes first when both may run.
    renewal_order: RenewalOrder = "renewalOrder",
    "Which comes first in a connection without `authorize` when both `token` and `refresh` are due?",
    "not stated; both may run in one validation",
    {
        TokenFirst = "tokenFirst": "`token`, then `refresh` if it is due still",
        RefreshFirst = "refreshFirst": "`refresh`, then `token` if it is due still",
    }

    /// What becomes of a basic connection of which `condition` kept every request from running.
    basic_condition: BasicCondition = "basicCondition",
    "What becomes of a basic connection whose `condition` is not met, so that nothing verifies the credentials?",
    "not stated",
    {
        Accept = "accept": "it is accepted without verification",
        Refuse = "refuse": "it is refused",
    }

    /// What an undefined `response.expires` does to a deadline set before.
    expires_undefined: ExpiresUndefined = "expiresUndefined",
    "What does a `response.expires` that comes to undefined or null do to a deadline set before?",
    "not stated; the value is understood as not set",
    {
        Keep = "keep": "the deadline stays",
        Remove = "remove": "the deadline is removed",
    }

    /// What a passed `response.expires` means.
    response_expires: ResponseExpires = "responseExpires",
    "What happens when the time of `response.expires` has passed?",
    "the documentation calls it the day to authorize again, the editor's schema the time of the next refresh",
    {
        Reauthorize = "reauthorize": "the user must authorize again; only `refresh.condition` decides about refreshing",
        Refresh = "refresh": "`refresh` runs, whatever its condition says",
    }

    /// Whether a block of an OAuth connection may be a list of requests.
    phase_lists: PhaseLists = "phaseLists",
    "May a block of an OAuth connection be a list of requests?",
    "the editor's schema refuses it; published apps have it",
    {
        Run = "run": "yes: they run in order",
        Refuse = "refuse": "no: the run ends in front of it, with an error",
    }

    /// Whether a basic connection may have several requests.
    basic_lists: BasicLists = "basicLists",
    "How many requests of a basic connection written as a list run?",
    "one page of the documentation allows a single one, an older one shows two",
    {
        All = "all": "all, in order",
        First = "first": "the first",
    }

    /// How the headers and query of one `request` go together with the base's.
    base_merge: BaseMerge = "baseMerge",
    "How do the headers and the query given to `connspec request` go together with those of the app's base?",
    "the documentation merges key by key; one guide claims that the whole object is replaced",
    {
        ByKey = "byKey": "key by key, what is given wins",
        Replace = "replace": "what is given replaces all of the base's",
    }

    /// What becomes of a `state` the author put into `authorize.qs`.
    author_state: AuthorState = "authorState",
    "What becomes of a `state` the definition puts into `authorize.qs` itself?",
    "reports about the runtime disagree",
    {
        Overwrite = "overwrite": "the engine's own state replaces it",
        Keep = "keep": "it is sent, and the callback must bring it back",
    }

    /// Whether expressions of `authorize` see `oauth.state`.
    state_variable: StateVariable = "stateVariable",
    "Does `oauth.state` exist in `authorize`?",
    "an older report says to send it, a newer one that it does not exist",
    {
        Undefined = "undefined": "no",
        Defined = "defined": "yes: it is the engine's own state",
    }

    /// The last segment of the address the browser comes back to.
    callback_path: CallbackPath = "callbackPath",
    "Which is the last segment of the callback's path, `/oauth/cb/…`?",
    "custom apps share one package, `app`; other documentation names the connection",
    {
        App = "app": "`app`, which all custom apps share",
        Connection = "connection": "the name of the connection",
        Package = "package": "`app-oauth1` for OAuth 1, else `app`",
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

    /// Where an import may go for its next page.
    next_page_url: NextPageUrl = "nextPageUrl",
    "What is done with the address of a next page that an import reads out of an answer (`next_page_from`)?",
    "the original goes wherever the answer says, with the manifest's headers, and evaluates the address as a template",
    {
        Checked = "checked": "it must have the origin of the request it answers, and is sent as it is",
        Followed = "followed": "it is evaluated as a template and followed anywhere, as the original",
    }

    /// What functions that move a date do without a number.
    date_amount: DateAmount = "dateAmount",
    "What do `addSeconds` and the other functions that move a date do without a number?",
    "not stated; moment, on which they are built, leaves the date as it is",
    {
        Unchanged = "unchanged": "they leave the date as it is, so that an expiry computed so lies at `now`",
        Error = "error": "they fail",
    }

    /// What `parseXML` gives and `createXML` takes.
    xml_shape: XmlShape = "xmlShape",
    "What does `parseXML` make of a document, and `createXML` take?",
    "a published test runner calls xmlbuilder2 and xmlbuilder; the documentation describes answers only",
    {
        Objects = "objects": "the objects of xmlbuilder2, `@name` and `#`; those of xmlbuilder, `@name` and `#text`",
        Answer = "answer": "both the shape of an answer of `type: xml`: `_attributes`, `_value`, a list for each element",
    }

    /// Whether there is a function `base64url`.
    base64url: Base64url = "base64url",
    "Is there a function `base64url`?",
    "the documentation calls it in one example; two published apps found it missing",
    {
        Available = "available": "yes",
        Unknown = "unknown": "no: a call is an error, as of any unknown function",
    }

    /// Whether there are the functions whose meaning is unpublished.
    unconfirmed_functions: UnconfirmedFunctions = "unconfirmedFunctions",
    "Are there the functions `set`, `arrayIntersect`, `arrayDiff` and `equal`?",
    "seen in Make's palette or listed; what they do is not published",
    {
        Unknown = "unknown": "no: a call is an error, as of any unknown function",
        Available = "available": "yes, with the meaning their names have",
    }
}
