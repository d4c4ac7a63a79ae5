//! "Did you mean": the nearest of a list of known words.

/// The known word that `word` most probably meant, or none when nothing is near.
///
/// Nearness is the number of single edits (insert, delete, replace, swap of neighbours), letters compared
/// without case; about one edit in three letters is allowed. A word that is equal but for case, or but for
/// `_` and `-`, always wins.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = Folded::of(word);
    let wanted = wanted.letters();
    if wanted.is_empty() {
        return None;
    }
    let allowed = (wanted.len() / 3).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        // Most candidates are of another length, and need not be looked at.
        if candidate.is_ascii() && ascii_length(candidate).abs_diff(wanted.len()) > allowed {
            continue;
        }
        let known = Folded::of(candidate);
        let known = known.letters();
        if known.len().abs_diff(wanted.len()) > allowed {
            continue;
        }
        let distance = distance(wanted, known);
        let shorter = wanted.len().min(known.len());
        if distance <= allowed && distance < shorter && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// No more letters of a word are compared.
const LONGEST: usize = 64;

/// The letters of a word without case, `_` and `-`.
struct Folded {
    letters: [char; LONGEST],
    length: usize,
}

impl Folded {
    fn of(word: &str) -> Self {
        let mut folded = Self { letters: ['\0'; LONGEST], length: 0 };
        let letters = word.chars().filter(|character| !is_left_out(*character)).flat_map(char::to_lowercase);
        for (place, letter) in folded.letters.iter_mut().zip(letters) {
            *place = letter;
            folded.length += 1;
        }
        folded
    }

    fn letters(&self) -> &[char] {
        &self.letters[..self.length]
    }
}

fn is_left_out(character: char) -> bool {
    matches!(character, '_' | '-')
}

/// How many letters there are, when all are ASCII.
fn ascii_length(word: &str) -> usize {
    word.bytes().filter(|byte| !is_left_out(char::from(*byte))).count().min(LONGEST)
}

/// Edit distance with swaps of neighbours (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let (mut before_last, mut last, mut row) = ([0; LONGEST + 1], [0; LONGEST + 1], [0; LONGEST + 1]);
    last.iter_mut().enumerate().for_each(|(at, edits)| *edits = at);
    for (i, from) in a.iter().enumerate() {
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replace = last[j] + usize::from(from != to);
            row[j + 1] = replace.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *from == b[j - 1] && a[i - 1] == *to {
                row[j + 1] = row[j + 1].min(before_last[j - 1] + 1);
            }
        }
        (before_last, last, row) = (last, row, before_last);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_offered_or_none() {
        let known = ["headers", "body", "qs", "response", "accessToken", "url"];
        for (word, expected) in [
            ("header", Some("headers")),
            ("resposne", Some("response")),
            ("access_token", Some("accessToken")),
            ("ACCESSTOKEN", Some("accessToken")),
            ("uri", Some("url")),
            ("query", None),
            ("", None),
            ("q", None),
            ("banana", None),
        ] {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
    }

    #[test]
    fn long_and_foreign_words_are_compared_as_any_other() {
        let long = "a".repeat(200);
        assert_eq!(nearest(&format!("{long}b"), [long.as_str()]), Some(long.as_str()));
        assert_eq!(nearest("ÉTÉ_1", ["été-1"]), Some("été-1"));
        assert_eq!(nearest("a__________b__c", ["abd", "x"]), Some("abd"));
        assert_eq!(nearest("İstanbul", ["istanbul"]), Some("istanbul"), "one capital, two small letters");
    }

    #[test]
    fn the_first_of_equally_near_words_wins() {
        assert_eq!(nearest("addHour", ["addHours", "addFour"]), Some("addHours"));
    }
}
