//! Cutting a moment format into tokens and literal text, shared by formatting and parsing.

use std::borrow::Cow;

/// A piece of a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'f> {
    /// A token such as `YYYY`.
    Token(&'static str),
    /// A character that is no token and stands for itself.
    Bare(char),
    /// Text protected by `[…]` or by a backslash, with the protection.
    Escaped(&'f str),
}

/// What a protected text writes.
pub(super) fn written(escaped: &str) -> Cow<'_, str> {
    match escaped.strip_prefix('[').and_then(|inside| inside.strip_suffix(']')) {
        Some(inside) => Cow::Borrowed(inside),
        None => Cow::Owned(escaped.replace('\\', "")),
    }
}

/// What a protected text looks for when reading: moment drops the first backslash, then takes the
/// protection off piece by piece, so that a second `]` stays.
pub(super) fn sought(escaped: &str) -> String {
    let once = escaped.replacen('\\', "", 1);
    let mut literal = String::with_capacity(once.len());
    let mut rest = once.as_str();
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        let group =
            after.split_once(['[', ']']).filter(|(inside, _)| first == '[' && after[inside.len()..].starts_with(']'));
        if let Some((inside, behind)) = group {
            literal.push_str(inside);
            rest = behind;
        } else if first == '\\' && after.starts_with(|next| !is_line_break(next)) {
            let next = after.chars().next().map_or(0, char::len_utf8);
            literal.push_str(&after[..next]);
            rest = &after[next..];
        } else {
            literal.push(first);
            rest = after;
        }
    }
    literal
}

/// All tokens; where one is the beginning of another, the longer one stands first.
const TOKENS: &[&str] = &[
    "YYYYYY",
    "YYYYY",
    "YYYY",
    "YY",
    "Y",
    "yyyy",
    "yyy",
    "yy",
    "yo",
    "y",
    "NNNNN",
    "NNNN",
    "NNN",
    "NN",
    "N",
    "Qo",
    "Q",
    "MMMM",
    "MMM",
    "MM",
    "Mo",
    "M",
    "DDDD",
    "DDDo",
    "DDD",
    "DD",
    "Do",
    "D",
    "dddd",
    "ddd",
    "dd",
    "do",
    "d",
    "E",
    "e",
    "ww",
    "wo",
    "w",
    "WW",
    "Wo",
    "W",
    "ggggg",
    "gggg",
    "gg",
    "GGGGG",
    "GGGG",
    "GG",
    "Hmmss",
    "Hmm",
    "HH",
    "H",
    "hmmss",
    "hmm",
    "hh",
    "h",
    "kk",
    "k",
    "A",
    "a",
    "mm",
    "m",
    "ss",
    "s",
    "SSSSSSSSS",
    "SSSSSSSS",
    "SSSSSSS",
    "SSSSSS",
    "SSSSS",
    "SSSS",
    "SSS",
    "SS",
    "S",
    "X",
    "x",
    "ZZ",
    "Z",
    "zz",
    "z",
];

/// The locale shortcuts and what the English locale has for them; the longer one stands first.
const SHORTCUTS: &[(&str, &str)] = &[
    ("LTS", "h:mm:ss A"),
    ("LT", "h:mm A"),
    ("LLLL", "dddd, MMMM D, YYYY h:mm A"),
    ("LLL", "MMMM D, YYYY h:mm A"),
    ("LL", "MMMM D, YYYY"),
    ("L", "MM/DD/YYYY"),
    ("llll", "ddd, MMM D, YYYY h:mm A"),
    ("lll", "MMM D, YYYY h:mm A"),
    ("ll", "MMM D, YYYY"),
    ("l", "M/D/YYYY"),
];

/// Replaces the locale shortcuts (`L`, `LT`, `llll` …) outside of protected text.
pub(super) fn expand(format: &str) -> Cow<'_, str> {
    if !format.contains(['L', 'l']) {
        return Cow::Borrowed(format);
    }
    let mut expanded = String::with_capacity(format.len() + 24);
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        let protected = bracketed(rest).map(str::len).or_else(|| escaped_shortcut(rest));
        if let Some((shortcut, meaning)) = shortcut_at(rest) {
            expanded.push_str(meaning);
            rest = &rest[shortcut.len()..];
        } else {
            let length = protected.unwrap_or(first.len_utf8());
            expanded.push_str(&rest[..length]);
            rest = &rest[length..];
        }
    }
    Cow::Owned(expanded)
}

fn shortcut_at(rest: &str) -> Option<(&'static str, &'static str)> {
    SHORTCUTS.iter().copied().find(|(shortcut, _)| rest.starts_with(shortcut))
}

fn escaped_shortcut(rest: &str) -> Option<usize> {
    let (shortcut, _) = shortcut_at(rest.strip_prefix('\\')?)?;
    Some(shortcut.len() + 1)
}

/// The pieces of an expanded format, in order.
///
/// Line breaks are dropped, because moment's own pattern steps over them.
pub(super) fn pieces(format: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = format;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(is_line_break);
        let (piece, length) = piece_at(rest)?;
        rest = &rest[length..];
        Some(piece)
    })
}

/// The piece a format starts with, and how many bytes of the format it takes.
fn piece_at(rest: &str) -> Option<(Piece<'_>, usize)> {
    if let Some(group) = bracketed(rest) {
        return Some((Piece::Escaped(group), group.len()));
    }
    if let Some(after) = rest.strip_prefix('\\') {
        let length = 1 + protected_length(after);
        return Some((Piece::Escaped(&rest[..length]), length));
    }
    if let Some(token) = token_at(rest) {
        return Some((Piece::Token(token), token.len()));
    }
    let first = rest.chars().next()?;
    Some((Piece::Bare(first), first.len_utf8()))
}

fn token_at(rest: &str) -> Option<&'static str> {
    TOKENS.iter().copied().find(|token| rest.starts_with(token))
}

/// The length of what a backslash protects: a whole token, or else one character.
fn protected_length(after: &str) -> usize {
    match (token_at(after), after.chars().next()) {
        (Some(token), _) => token.len(),
        (None, Some(first)) if !is_line_break(first) => first.len_utf8(),
        _ => 0,
    }
}

/// The `[…]` a format starts with: up to the last `]` before another `[`.
fn bracketed(rest: &str) -> Option<&str> {
    let inside = rest.strip_prefix('[')?;
    let reach = inside.find('[').unwrap_or(inside.len());
    let close = inside[..reach].rfind(']')?;
    Some(&rest[..close + 2])
}

fn is_line_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::Piece::{Bare, Escaped, Token};
    use super::*;

    fn cut(format: &str) -> Vec<Piece<'_>> {
        pieces(format).collect()
    }

    #[test]
    fn a_token_never_stands_behind_its_own_beginning() {
        for (index, token) in TOKENS.iter().enumerate() {
            assert!(!TOKENS[..index].iter().any(|earlier| token.starts_with(earlier)), "{token}");
        }
        for (index, (shortcut, _)) in SHORTCUTS.iter().enumerate() {
            assert!(!SHORTCUTS[..index].iter().any(|(earlier, _)| shortcut.starts_with(earlier)));
        }
    }

    #[test]
    fn tokens_are_taken_longest_first() {
        assert_eq!(cut("YYYYY-MMMMM"), [Token("YYYYY"), Bare('-'), Token("MMMM"), Token("M")]);
        assert_eq!(cut("YYYT"), [Token("YY"), Token("Y"), Bare('T')]);
        assert_eq!(cut("HHmm"), [Token("HH"), Token("mm")]);
        assert_eq!(cut("Hmm"), [Token("Hmm")]);
    }

    #[test]
    fn brackets_and_backslashes_protect() {
        assert_eq!(cut("[at] HH"), [Escaped("[at]"), Bare(' '), Token("HH")]);
        assert_eq!(cut("[[x]"), [Bare('['), Escaped("[x]")]);
        assert_eq!(cut("\\T\\YYYY\\"), [Escaped("\\T"), Escaped("\\YYYY"), Escaped("\\")]);
        assert_eq!(cut("[open"), [Bare('['), Bare('o'), Bare('p'), Token("e"), Bare('n')]);
        assert_eq!(cut("H\nm"), [Token("H"), Token("m")]);
    }

    #[test]
    fn protection_comes_off() {
        for (escaped, text) in [("[at]", "at"), ("\\T", "T"), ("\\YYYY", "YYYY"), ("\\[", "["), ("\\", "")] {
            assert_eq!(written(escaped), text);
            assert_eq!(sought(escaped), text);
        }
        // As moment has it; confirmed by the cross-check.
        assert_eq!(written("[a] b]"), "a] b");
        assert_eq!(sought("[a] b]"), "a b]");
        assert_eq!(written("[a\\b]"), "a\\b");
        assert_eq!(sought("[a\\b]"), "ab");
    }

    #[test]
    fn shortcuts_expand_outside_of_protected_text() {
        assert_eq!(expand("L [L] \\LT"), "MM/DD/YYYY [L] \\LT");
        assert_eq!(expand("lLTS"), "M/D/YYYYh:mm:ss A");
        assert_eq!(expand("YYYY"), "YYYY");
    }
}
