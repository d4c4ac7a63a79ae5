//! Finding the text of a token in an input, as forgivingly as moment does.
//!
//! Every shape is searched from the left, not only at the present place: what stands before it is
//! skipped. So separators of format and input need not agree.

/// What the text of a token looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape<'f> {
    /// A run of digits, cut after `most`.
    Digits { least: usize, most: usize },
    /// Digits with an optional sign.
    Signed { most: usize },
    /// Unix seconds: digits with an optional sign and up to three decimals.
    Timestamp,
    /// `Z`, `+02`, `+0200` or `+02:00`.
    Offset,
    /// Letters, together with digits directly before them.
    Word,
    /// `a`, `pm`, `A.M.` …
    Meridiem,
    /// A day with or without its English ending.
    Ordinal,
    /// `AD`, `Anno Domini`, `BC`, `Before Christ`; only at the present place.
    Era,
    /// Literal text.
    Text(&'f str),
    /// One literal character.
    Character(char),
}

impl Shape<'_> {
    /// The leftmost text of this shape, and the input behind it; empty text counts as not found.
    pub(super) fn find<'i>(&self, input: &'i str) -> Option<(&'i str, &'i str)> {
        let cut = |start: usize, length: usize| (&input[start..start + length], &input[start + length..]);
        match self {
            Self::Era => self.length_at(input).map(|length| cut(0, length)),
            Self::Text("") => None,
            Self::Text(text) => input.find(text).map(|start| cut(start, text.len())),
            Self::Character(character) => input.find(*character).map(|start| cut(start, character.len_utf8())),
            _ => input
                .char_indices()
                .find_map(|(start, _)| self.length_at(&input[start..]).map(|length| cut(start, length))),
        }
    }

    /// How many bytes at the start of the text have this shape.
    fn length_at(&self, text: &str) -> Option<usize> {
        match *self {
            Self::Digits { least, most } => Some(digits(text, most)).filter(|length| *length >= least),
            Self::Signed { most } => signed(text, most),
            Self::Timestamp => timestamp(text),
            Self::Offset => offset(text),
            Self::Word => word(text),
            Self::Meridiem => meridiem(text),
            Self::Ordinal => ordinal(text),
            Self::Era => ERAS.iter().find(|era| starts_with_ignoring_case(text, era)).map(|era| era.len()),
            Self::Text(literal) => text.starts_with(literal).then_some(literal.len()),
            Self::Character(literal) => text.starts_with(literal).then_some(literal.len_utf8()),
        }
    }
}

const ERAS: [&str; 4] = ["Anno Domini", "AD", "Before Christ", "BC"];

/// The longest word moment looks at; also the most digits before it.
const LONGEST_WORD: usize = 256;

fn digits(text: &str, most: usize) -> usize {
    text.bytes().take(most).take_while(u8::is_ascii_digit).count()
}

fn signed(text: &str, most: usize) -> Option<usize> {
    let sign = usize::from(text.starts_with(['+', '-']));
    match digits(&text[sign..], most) {
        0 => None,
        length => Some(sign + length),
    }
}

fn timestamp(text: &str) -> Option<usize> {
    let whole = signed(text, usize::MAX)?;
    let decimals = text[whole..].strip_prefix('.').map_or(0, |after| digits(after, 3));
    Some(if decimals == 0 { whole } else { whole + 1 + decimals })
}

fn offset(text: &str) -> Option<usize> {
    if text.starts_with(['Z', 'z']) {
        return Some(1);
    }
    let hours = text.strip_prefix(['+', '-']).filter(|hours| digits(hours, 2) == 2)?;
    let minutes = &hours[2..];
    let colon = usize::from(minutes.starts_with(':'));
    Some(if digits(&minutes[colon..], 2) == 2 { 3 + colon + 2 } else { 3 })
}

fn word(text: &str) -> Option<usize> {
    let digits = digits(text, LONGEST_WORD);
    let letters: usize =
        text[digits..].chars().take(LONGEST_WORD).take_while(|letter| is_letter(*letter)).map(char::len_utf8).sum();
    (letters > 0).then_some(digits + letters)
}

/// The characters moment takes for letters of a word in scripts written from left to right.
fn is_letter(character: char) -> bool {
    matches!(character, '\'' | 'a'..='z' | 'A'..='Z' | '\u{A0}'..='\u{5FF}' | '\u{700}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FF07}' | '\u{FF10}'..='\u{FFEF}')
}

fn meridiem(text: &str) -> Option<usize> {
    let mut rest = text.strip_prefix(['a', 'p', 'A', 'P'])?;
    for optional in [&['.'][..], &['m', 'M'], &['.']] {
        rest = rest.strip_prefix(optional).unwrap_or(rest);
    }
    Some(text.len() - rest.len())
}

fn ordinal(text: &str) -> Option<usize> {
    let day = digits(text, 2);
    let ending = ["th", "st", "nd", "rd"].iter().any(|ending| text[day..].starts_with(ending));
    (day > 0).then_some(if ending { day + 2 } else { day })
}

fn starts_with_ignoring_case(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_are_found_from_the_left() {
        let cases = [
            (Shape::Digits { least: 1, most: 2 }, "on 123", Some(("12", "3"))),
            (Shape::Digits { least: 3, most: 3 }, "12 345", Some(("345", ""))),
            (Shape::Signed { most: 6 }, "year -25.", Some(("-25", "."))),
            (Shape::Signed { most: 6 }, "+-5", Some(("-5", ""))),
            (Shape::Timestamp, "1410715640.5791", Some(("1410715640.579", "1"))),
            (Shape::Timestamp, "5. ", Some(("5", ". "))),
            (Shape::Offset, "10:00 +02:00x", Some(("+02:00", "x"))),
            (Shape::Offset, "-0330", Some(("-0330", ""))),
            (Shape::Offset, "+5", None),
            (Shape::Word, "12 Feb 2020", Some(("Feb", " 2020"))),
            (Shape::Word, "3rd", Some(("3rd", ""))),
            (Shape::Meridiem, "04:03 P.M. x", Some(("P.M.", " x"))),
            (Shape::Ordinal, "the 21st", Some(("21st", ""))),
            (Shape::Era, " AD", None),
            (Shape::Era, "bc 5", Some(("bc", " 5"))),
            (Shape::Text("W"), "2020-W07", Some(("W", "07"))),
            (Shape::Text(""), "x", None),
            (Shape::Character('é'), "né!", Some(("é", "!"))),
        ];
        for (shape, input, found) in cases {
            assert_eq!(shape.find(input), found, "{shape:?} in {input}");
        }
    }
}
