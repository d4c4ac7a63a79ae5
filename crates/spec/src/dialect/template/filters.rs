//! The filters a manifest may use. Behaviour and the rule of what stays safe: Django's "Built-in template tags and
//! filters"; a cross-check with PyPI's `django` holds them to it.

use serde_json::Value as Json;

use super::python::{equal, text_of, truth};
use super::render::{Held, stringified};
use super::text::{django_title, escape, quote, slug, without_tags};

/// Whether a filter takes an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arity {
    /// None.
    None,
    /// One.
    One,
    /// One or none.
    Optional,
}

/// A filter: its name and whether it takes an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Filter {
    /// The name after the bar.
    pub name: &'static str,
    /// Whether it takes an argument.
    pub arity: Arity,
}

const fn filter(name: &'static str, arity: Arity) -> Filter {
    Filter { name, arity }
}

/// Every filter known here.
pub const FILTERS: &[Filter] = &[
    filter("add", Arity::One),
    filter("addslashes", Arity::None),
    filter("capfirst", Arity::None),
    filter("cut", Arity::One),
    filter("default", Arity::One),
    filter("default_if_none", Arity::One),
    filter("divisibleby", Arity::One),
    filter("escape", Arity::None),
    filter("escapejs", Arity::None),
    filter("first", Arity::None),
    filter("force_escape", Arity::None),
    filter("iriencode", Arity::None),
    filter("join", Arity::One),
    filter("last", Arity::None),
    filter("length", Arity::None),
    filter("ljust", Arity::One),
    filter("lower", Arity::None),
    filter("make_list", Arity::None),
    filter("rjust", Arity::One),
    filter("safe", Arity::None),
    filter("slice", Arity::One),
    filter("slugify", Arity::None),
    filter("striptags", Arity::None),
    filter("title", Arity::None),
    filter("truncatechars", Arity::One),
    filter("truncatewords", Arity::One),
    filter("upper", Arity::None),
    filter("urlencode", Arity::Optional),
    filter("wordcount", Arity::None),
    filter("yesno", Arity::Optional),
];

/// Filters Django has besides, and which are not done here: nobody is told that they do not exist.
pub(super) const ONLY_DJANGO_S: &[&str] = &[
    "center",
    "date",
    "dictsort",
    "dictsortreversed",
    "escapeseq",
    "filesizeformat",
    "floatformat",
    "get_digit",
    "json_script",
    "length_is",
    "linebreaks",
    "linebreaksbr",
    "linenumbers",
    "phone2numeric",
    "pluralize",
    "pprint",
    "random",
    "safeseq",
    "stringformat",
    "time",
    "timesince",
    "timeuntil",
    "truncatechars_html",
    "truncatewords_html",
    "unordered_list",
    "urlize",
    "urlizetrunc",
    "wordwrap",
];

/// The filter of this name.
pub(super) fn find(name: &str) -> Option<&'static Filter> {
    FILTERS.iter().find(|filter| filter.name == name)
}

/// Applies a filter. What Django would raise is the error, in words that continue "the filter `x`".
pub(super) fn apply(name: &str, held: Held, argument: Option<Held>, autoescape: bool) -> Result<Held, String> {
    let text = stringified(&held);
    let given = argument.as_ref().map(stringified).unwrap_or_default();
    // A text filter that is marked safe keeps what was safe safe.
    let keeps = |changed: String| Held { value: Json::String(changed), safe: held.safe };
    let plain = |changed: String| Held::plain(Json::String(changed));
    Ok(match name {
        "safe" => Held::safe(text),
        "escape" => {
            if held.safe {
                held
            } else {
                Held::safe(escape(&text))
            }
        }
        "force_escape" => Held::safe(escape(&text)),
        "default" => {
            if truth(&held.value) {
                held
            } else {
                argument.unwrap_or(Held::plain(Json::Null))
            }
        }
        "default_if_none" => {
            if held.value.is_null() {
                argument.unwrap_or(Held::plain(Json::Null))
            } else {
                held
            }
        }
        "urlencode" => plain(quote(&text, if argument.is_some() { &given } else { "/" })),
        "iriencode" => keeps(quote(&text, "/#%[]=:;$&()+,!?*@'~")),
        "lower" => keeps(text.to_lowercase()),
        "upper" => plain(text.to_uppercase()),
        "title" => keeps(django_title(&text)),
        "capfirst" => keeps(capital(&text)),
        "addslashes" => keeps(text.replace('\\', "\\\\").replace('"', "\\\"").replace('\'', "\\'")),
        "escapejs" => Held::safe(escape_script(&text)),
        "cut" => Held { value: Json::String(text.replace(&given, "")), safe: held.safe && given != ";" },
        "slugify" => keeps(slug(&text)),
        "striptags" => keeps(without_tags(&text)),
        "wordcount" => Held::plain(text.split_whitespace().count().into()),
        "make_list" => Held::plain(text.chars().map(|c| Json::String(c.to_string())).collect()),
        "truncatechars" => truncated(&held, &text, argument.as_ref(), truncate_characters),
        "truncatewords" => truncated(&held, &text, argument.as_ref(), truncate_words),
        "ljust" | "rjust" => keeps(justified(name, &text, argument.as_ref())?),
        "length" => Held::plain(length(&held.value).into()),
        "first" => element(&held, 0)?,
        "last" => element(&held, -1)?,
        "slice" => Held { value: slice(&held.value, &given), safe: held.safe },
        "join" => join(&held, argument.as_ref(), autoescape),
        "add" => add(&held, argument.as_ref()),
        "divisibleby" => divisible(&held.value, argument.as_ref())?,
        "yesno" => yes_or_no(&held.value, argument.as_ref().map(|_| given.as_str())),
        _ => return Err("is not known here".to_owned()),
    })
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().collect::<String>() + characters.as_str())
}

fn escape_script(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' | '\'' | '"' | '>' | '<' | '&' | '=' | '-' | ';' | '`' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                escaped.push_str(&format!("\\u{:04X}", u32::from(character)));
            }
            other => escaped.push(other),
        }
    }
    escaped
}

/// `int(value)`.
fn integer(value: &Json) -> Option<i64> {
    match value {
        Json::Bool(value) => Some(i64::from(*value)),
        Json::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|float| float.trunc() as i64)),
        Json::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn truncated(held: &Held, text: &str, argument: Option<&Held>, cut: fn(&str, usize) -> String) -> Held {
    let Some(limit) = argument.and_then(|argument| integer(&argument.value)) else { return held.clone() };
    Held { value: Json::String(cut(text, usize::try_from(limit).unwrap_or(0))), safe: held.safe }
}

/// At most so many characters, the ellipsis counted.
fn truncate_characters(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    kept + "…"
}

/// At most so many words, and an ellipsis behind them.
fn truncate_words(text: &str, limit: usize) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() <= limit {
        return words.join(" ");
    }
    format!("{} …", words[..limit].join(" "))
}

fn justified(name: &str, text: &str, argument: Option<&Held>) -> Result<String, String> {
    let width = argument.and_then(|argument| integer(&argument.value)).ok_or("needs a number")?;
    let width = usize::try_from(width).unwrap_or(0).min(100_000);
    let padding = " ".repeat(width.saturating_sub(text.chars().count()));
    Ok(if name == "ljust" { format!("{text}{padding}") } else { format!("{padding}{text}") })
}

fn length(value: &Json) -> usize {
    match value {
        Json::String(text) => text.chars().count(),
        Json::Array(elements) => elements.len(),
        Json::Object(members) => members.len(),
        _ => 0,
    }
}

/// The first or last element; of nothing it is empty text.
fn element(held: &Held, index: i64) -> Result<Held, String> {
    match &held.value {
        Json::Array(elements) => {
            let found = if index == 0 { elements.first() } else { elements.last() };
            Ok(Held::plain(found.cloned().unwrap_or(Json::String(String::new()))))
        }
        Json::String(text) => {
            let found = if index == 0 { text.chars().next() } else { text.chars().last() };
            Ok(Held::plain(Json::String(found.map(String::from).unwrap_or_default())))
        }
        _ => Err("needs a list or a text".to_owned()),
    }
}

/// `value[from:to:step]`; the value itself where that cannot be taken.
fn slice(value: &Json, bounds: &str) -> Json {
    let parts: Result<Vec<Option<i64>>, _> =
        bounds.split(':').map(|part| if part.is_empty() { Ok(None) } else { part.trim().parse().map(Some) }).collect();
    let Ok(parts) = parts else { return value.clone() };
    let (from, to, step) = match parts.as_slice() {
        [to] => (None, *to, None),
        [from, to] => (*from, *to, None),
        [from, to, step] => (*from, *to, *step),
        _ => return value.clone(),
    };
    match value {
        Json::Array(elements) => match indices(elements.len(), from, to, step) {
            Some(kept) => kept.into_iter().map(|index| elements[index].clone()).collect(),
            None => value.clone(),
        },
        Json::String(text) => {
            let characters: Vec<char> = text.chars().collect();
            match indices(characters.len(), from, to, step) {
                Some(kept) => Json::String(kept.into_iter().map(|index| characters[index]).collect()),
                None => value.clone(),
            }
        }
        _ => value.clone(),
    }
}

/// The indices Python's slice takes; none for a step of zero.
fn indices(length: usize, from: Option<i64>, to: Option<i64>, step: Option<i64>) -> Option<Vec<usize>> {
    let length = i64::try_from(length).ok()?;
    let step = step.unwrap_or(1);
    if step == 0 {
        return None;
    }
    let (low, high) = if step > 0 { (0, length) } else { (-1, length - 1) };
    let bound = |given: Option<i64>, otherwise: i64| {
        given.map_or(otherwise, |index| (if index < 0 { index.saturating_add(length) } else { index }).clamp(low, high))
    };
    let (mut at, end) =
        if step > 0 { (bound(from, low), bound(to, high)) } else { (bound(from, high), bound(to, low)) };
    let mut kept = Vec::new();
    while (step > 0 && at < end) || (step < 0 && at > end) {
        kept.push(usize::try_from(at).ok()?);
        at = at.saturating_add(step);
    }
    Some(kept)
}

/// Joins a list; elements and separator are escaped, the result is safe.
fn join(held: &Held, argument: Option<&Held>, autoescape: bool) -> Held {
    let Some(argument) = argument else { return held.clone() };
    let shown = |text: &str, safe: bool| if autoescape && !safe { escape(text) } else { text.to_owned() };
    let separator = shown(&stringified(argument), argument.safe);
    let parts: Vec<String> = match &held.value {
        Json::Array(elements) => elements.iter().map(|element| shown(&text_of(element), false)).collect(),
        Json::String(text) => text.chars().map(|character| shown(&character.to_string(), false)).collect(),
        Json::Object(members) => members.keys().map(|key| shown(key, false)).collect(),
        _ => return held.clone(),
    };
    // Django joins only texts; anything else leaves the value as it is.
    match &held.value {
        Json::Array(elements) if !autoescape && !elements.iter().all(Json::is_string) => held.clone(),
        _ => Held::safe(parts.join(&separator)),
    }
}

/// The sum of two integers, else the texts or lists one after the other, else nothing.
fn add(held: &Held, argument: Option<&Held>) -> Held {
    let Some(argument) = argument else { return held.clone() };
    if let (Some(left), Some(right)) = (integer(&held.value), integer(&argument.value))
        && let Some(sum) = left.checked_add(right)
    {
        return Held::plain(sum.into());
    }
    match (&held.value, &argument.value) {
        (Json::String(left), Json::String(right)) => {
            Held { value: Json::String(format!("{left}{right}")), safe: held.safe && argument.safe }
        }
        (Json::Array(left), Json::Array(right)) => Held::plain(left.iter().chain(right).cloned().collect()),
        (Json::Number(left), Json::Number(right)) => {
            let sum = left.as_f64().zip(right.as_f64()).map(|(left, right)| Json::from(left + right));
            Held::plain(sum.unwrap_or(Json::String(String::new())))
        }
        _ => Held::plain(Json::String(String::new())),
    }
}

fn divisible(value: &Json, argument: Option<&Held>) -> Result<Held, String> {
    let divisor = argument.and_then(|argument| integer(&argument.value));
    match (integer(value), divisor) {
        (Some(value), Some(divisor)) if divisor != 0 => {
            Ok(Held::plain(Json::Bool(equal(&Json::from(value.wrapping_rem(divisor)), &Json::from(0)))))
        }
        _ => Err("needs two whole numbers, the second not 0".to_owned()),
    }
}

fn yes_or_no(value: &Json, words: Option<&str>) -> Held {
    let words: Vec<&str> = words.unwrap_or("yes,no,maybe").split(',').collect();
    let (yes, no, maybe) = match words.as_slice() {
        [yes, no, maybe] => (*yes, *no, *maybe),
        [yes, no] => (*yes, *no, *no),
        _ => return Held::plain(value.clone()),
    };
    let word = if value.is_null() {
        maybe
    } else if truth(value) {
        yes
    } else {
        no
    };
    Held::plain(Json::String(word.to_owned()))
}
