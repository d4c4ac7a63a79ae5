//! `Options`: the bounds an embedder can set, and the switches where sources disagree.

/// Bounds and switches of a template, fixed when it is parsed. Reaching a bound is an error with a
/// code of its own, never a panic, a hang or an abort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// How deep brackets may nest within one expression (code `limit-nesting`). At most 128 is safe
    /// on a 2 MiB stack; a larger number is lowered to it.
    pub nesting: u32,
    /// How many operators and prefixes one expression may have (code `limit-operators`), at most 1000.
    pub operators: u32,
    /// How many steps one evaluation may take (code `limit-steps`): nodes visited and items handled.
    pub steps: u64,
    /// How many bytes the result, and everything made on the way, may have (code `limit-output`).
    pub output_bytes: usize,
    /// How much work one regular expression may take (code `limit-regex`), counted in milliseconds
    /// of a usual machine; 0 forbids regular expressions.
    pub regex_millis: u64,
    /// Accept functions seen in Make's palette whose meaning is unpublished: `set`, `arrayIntersect`,
    /// `arrayDiff`, `equal`. Off: they are unknown functions.
    pub unconfirmed_functions: bool,
    /// Whether there is a function `base64url`. Make's documentation calls it in an example only, and two
    /// published apps found it missing: when this is off it is an unknown function.
    pub base64url: bool,
    /// What `addSeconds` and its like do without a number to add or set.
    pub date_amount: DateAmount,
    /// What `parseXML` makes of a document, and `createXML` takes.
    pub xml_shape: XmlShape,
}

/// What a function that moves a date does when the amount is missing, null or not a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateAmount {
    /// Leaves the date as it is, as moment does: an expiry computed so lies at `now`.
    #[default]
    Unchanged,
    /// Fails.
    Error,
}

/// What `parseXML` makes of a document, and `createXML` takes. Make's function is known by a published test runner,
/// which calls the package xmlbuilder2; the documentation describes the shape of answers only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum XmlShape {
    /// The objects of xmlbuilder2: `<a k="v">t</a>` is `{"a": {"@k": "v", "#": "t"}}`.
    #[default]
    Objects,
    /// The shape of an answer of `type: xml`: `{"a": [{"_attributes": {"k": "v"}, "_value": "t"}]}`.
    Answer,
}

/// One of the switches among [`Options`], as [`Host::relied_on`](crate::Host::relied_on) names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LanguageSwitch {
    /// [`Options::unconfirmed_functions`].
    UnconfirmedFunctions,
    /// [`Options::base64url`].
    Base64url,
    /// [`Options::date_amount`].
    DateAmount,
    /// [`Options::xml_shape`].
    XmlShape,
}

impl Options {
    /// The deepest nesting that is safe on a 2 MiB stack.
    pub const MAX_NESTING: u32 = 128;
    /// The most operators whose tree is safe to walk on a 2 MiB stack.
    pub const MAX_OPERATORS: u32 = 1000;

    /// The same options with the stack-bound limits lowered to what is safe.
    pub(crate) fn clamped(mut self) -> Self {
        self.nesting = self.nesting.min(Self::MAX_NESTING);
        self.operators = self.operators.min(Self::MAX_OPERATORS);
        self
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            nesting: Self::MAX_NESTING,
            operators: Self::MAX_OPERATORS,
            steps: 1_000_000,
            output_bytes: 16 << 20,
            regex_millis: 1000,
            unconfirmed_functions: false,
            base64url: true,
            date_amount: DateAmount::default(),
            xml_shape: XmlShape::default(),
        }
    }
}
