//! Random requests: what the body and the query hold, and how the body is written. Every seed gives its own.

use connspec_iml::{Collection, Value};
use serde_json::{Map, Value as Json, json};

/// How a request carries its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    Query,
    UrlencodedRepeat,
    UrlencodedBrackets,
    Multipart,
}

impl Encoding {
    pub(crate) const ALL: [Self; 4] = [Self::Query, Self::UrlencodedRepeat, Self::UrlencodedBrackets, Self::Multipart];

    /// The directive `type`.
    pub(crate) fn body_type(self) -> &'static str {
        match self {
            Self::Query | Self::UrlencodedRepeat | Self::UrlencodedBrackets => "urlencoded",
            Self::Multipart => "multipart/form-data",
        }
    }
}

/// One request.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) encoding: Encoding,
    /// The directive `qs`.
    pub(crate) qs: Option<Members>,
    /// The directive `body`.
    pub(crate) body: Option<Members>,
    /// Whether names are free of brackets, so that they mean the same to those who nest by brackets.
    pub(crate) nests: bool,
}

/// A collection: names and what they hold, in order.
#[derive(Debug)]
pub(crate) struct Members(pub(crate) Vec<(String, Piece)>);

/// A value of a definition and whether it stands there literally or comes from the form.
#[derive(Debug)]
pub(crate) enum Piece {
    Null,
    Undefined,
    Bool(bool),
    /// A number and its text in JavaScript (ECMA-262 §6.1.6.1.20).
    Number(f64, &'static str),
    Literal(String),
    FromForm(String),
    List(Vec<Piece>),
    Group(Members),
    Buffer(Vec<u8>),
    File {
        bytes: Vec<u8>,
        name: Option<String>,
        content_type: Option<&'static str>,
    },
}

impl Members {
    /// The directive as the definition has it; values that are not literal go into the form.
    pub(crate) fn template(&self, place: &str, form: &mut Collection) -> Json {
        let members = self.0.iter().enumerate();
        let written =
            members.map(|(index, (name, piece))| (name.clone(), piece.template(&format!("{place}_{index}"), form)));
        Json::Object(written.collect::<Map<_, _>>())
    }
}

impl Piece {
    fn template(&self, place: &str, form: &mut Collection) -> Json {
        let mut from_form = |value: Value| {
            form.insert(place, value);
            json!(format!("{{{{parameters.{place}}}}}"))
        };
        match self {
            Self::Null => Json::Null,
            Self::Undefined => json!("{{parameters.nowhere}}"),
            Self::Bool(bool) => json!(bool),
            Self::Number(number, _) => json!(number),
            Self::Literal(text) => json!(text),
            Self::FromForm(text) => from_form(Value::Text(text.clone())),
            Self::List(items) => {
                let items = items.iter().enumerate();
                items.map(|(index, item)| item.template(&format!("{place}_{index}"), form)).collect()
            }
            Self::Group(members) => members.template(place, form),
            Self::Buffer(bytes) => from_form(Value::Binary(bytes.clone())),
            Self::File { bytes, name, content_type } => {
                let mut file = json!({ "value": from_form(Value::Binary(bytes.clone())) });
                if let Some(name) = name {
                    file["options"]["filename"] = json!(name);
                }
                if let Some(content_type) = content_type {
                    file["options"]["contentType"] = json!(content_type);
                }
                file
            }
        }
    }
}

const REQUESTS: u64 = 240;

/// What texts are made of.
const SNIPPETS: &[&str] = &[
    "",
    "a",
    "plain",
    "two words",
    " leading",
    "trailing ",
    "a+b",
    "100%",
    "%41",
    "%2B",
    "&",
    "=",
    "a=b&c=d",
    ";",
    "?",
    "#",
    "/",
    "\\x",
    ":",
    "@",
    "$",
    ",",
    "'",
    "\"",
    "<b>",
    "[0]",
    "(1)",
    "{a}",
    "|",
    "^",
    "`",
    "~",
    "*",
    "!",
    "é",
    "ß",
    "ñ",
    "Ж",
    "中文",
    "日本",
    "🦀",
    "👩‍👩‍👧",
    "e\u{301}",
    "\u{202e}",
    "\u{feff}x",
    "\u{a0}",
    "line\nbreak",
    "\r\n",
    "\t",
    "--",
    "--connspec",
    "null",
    "undefined",
    "true",
    "0",
];

/// What names are made of; no brackets, which mean nesting to some, and no backslash, which two readers of
/// `multipart/form-data` never agree about.
const NAMES: &[&str] = &[
    "a",
    "list",
    "client_id",
    "two words",
    "a+b",
    "a&b",
    "a=b",
    "a.b",
    "a%41",
    "é",
    "中文",
    "🦀",
    "a/b",
    "a?b",
    "a#b",
    "a:b",
    "a;b",
    "a'b",
    "a\"b",
    "a\nb",
    "x-y",
    "@type",
    "$ref",
    "constructor",
    "ü ü",
    "~",
    "*",
    "(a)",
];

const BRACKETED: &[&str] = &["a[b]", "a[]", "[x]", "a]b", "a[b"];

const NUMBERS: &[(f64, &str)] = &[
    (0.0, "0"),
    (1.0, "1"),
    (-3.0, "-3"),
    (1.5, "1.5"),
    (1e21, "1e+21"),
    (1e-7, "1e-7"),
    (9_007_199_254_740_992.0, "9007199254740992"),
    (0.1, "0.1"),
];

const CONTENT_TYPES: &[&str] = &["text/plain", "image/png", "application/json", "application/vnd.x+json"];

/// All requests of a seed.
pub(crate) fn all(seed: u64) -> Vec<Case> {
    (0..REQUESTS).map(|index| Dice(seed.wrapping_mul(0x9e37_79b9).wrapping_add(index)).case(index)).collect()
}

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::try_from(self.below(from.len() as u64)).unwrap()]
    }

    fn case(&mut self, index: u64) -> Case {
        let encoding = Encoding::ALL[usize::try_from(index % 4).unwrap()];
        let nests = index % 8 < 6;
        let queried = encoding == Encoding::Query || self.below(3) == 0;
        Case {
            encoding,
            qs: queried.then(|| self.members(Encoding::Query, nests)),
            body: (encoding != Encoding::Query).then(|| self.members(encoding, nests)),
            nests,
        }
    }

    fn members(&mut self, encoding: Encoding, nests: bool) -> Members {
        let count = self.below(6);
        let pieces = (0..count).map(|index| (self.name(index, nests), self.piece(encoding)));
        Members(pieces.collect())
    }

    /// A name that is its own among its siblings.
    fn name(&mut self, index: u64, nests: bool) -> String {
        let base = if nests || self.below(2) == 0 { self.pick(NAMES) } else { self.pick(BRACKETED) };
        if index == 0 { base.to_owned() } else { format!("n{index}{base}") }
    }

    fn piece(&mut self, encoding: Encoding) -> Piece {
        let groups = matches!(encoding, Encoding::Query | Encoding::UrlencodedBrackets | Encoding::Multipart);
        match self.below(10) {
            0 | 1 => Piece::List((0..self.below(4)).map(|_| self.item(encoding)).collect()),
            2 if groups => Piece::Group(self.group(encoding)),
            3 | 4 if encoding == Encoding::Multipart => self.file(),
            _ => self.scalar(),
        }
    }

    fn item(&mut self, encoding: Encoding) -> Piece {
        if encoding == Encoding::Multipart && self.below(3) == 0 { self.file() } else { self.scalar() }
    }

    fn group(&mut self, encoding: Encoding) -> Members {
        let count = self.below(4);
        let members = (0..count).map(|index| {
            let list = encoding != Encoding::Multipart && self.below(4) == 0;
            let piece =
                if list { Piece::List((0..self.below(4)).map(|_| self.scalar()).collect()) } else { self.scalar() };
            (self.name(index, true), piece)
        });
        Members(members.collect())
    }

    fn scalar(&mut self) -> Piece {
        match self.below(12) {
            0 => Piece::Null,
            1 => Piece::Undefined,
            2 => Piece::Bool(self.below(2) == 0),
            3 => {
                let (number, text) = self.pick(NUMBERS);
                Piece::Number(number, text)
            }
            4..=7 => Piece::Literal(self.text()),
            _ => Piece::FromForm(self.text()),
        }
    }

    fn text(&mut self) -> String {
        let count = self.below(5);
        let text: String = (0..count).map(|_| self.pick(SNIPPETS)).collect();
        if self.below(40) == 0 { text.repeat(500) } else { text }
    }

    fn file(&mut self) -> Piece {
        let bytes = match self.below(4) {
            0 => Vec::new(),
            1 => (0..=255).collect(),
            2 => b"\r\n--connspec--\r\n".to_vec(),
            _ => (0..self.below(3000)).map(|_| u8::try_from(self.below(256)).unwrap()).collect(),
        };
        if self.below(3) == 0 {
            return Piece::Buffer(bytes);
        }
        let named = self.below(4) > 0;
        let name = named.then(|| format!("{}.txt", self.pick(NAMES).replace('\n', " ")));
        let typed = self.below(3) > 0;
        Piece::File { bytes, name, content_type: typed.then(|| self.pick(CONTENT_TYPES)) }
    }
}
