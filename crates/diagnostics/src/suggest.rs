//! "Did you mean": the nearest of a list of known words.

/// The known word that `word` most probably meant, or none when nothing is near.
///
/// Nearness is the number of single edits (insert, delete, replace, swap of neighbours), letters compared
/// without case; about one edit in three letters is allowed. A word that is equal but for case, or but for
/// `_` and `-`, always wins.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = fold(word);
    if wanted.is_empty() {
        return None;
    }
    let allowed = (wanted.len() / 3).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let known = fold(candidate);
        if known.len().abs_diff(wanted.len()) > allowed {
            continue;
        }
        let distance = distance(&wanted, &known);
        let shorter = wanted.len().min(known.len());
        if distance <= allowed && distance < shorter && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn fold(word: &str) -> Vec<char> {
    word.chars().filter(|character| !matches!(character, '_' | '-')).flat_map(char::to_lowercase).take(64).collect()
}

/// Edit distance with swaps of neighbours (optimal string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before_last: Vec<usize> = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut row = vec![i + 1; b.len() + 1];
        for (j, to) in b.iter().enumerate() {
            let replace = last[j] + usize::from(from != to);
            row[j + 1] = replace.min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *from == b[j - 1] && a[i - 1] == *to {
                row[j + 1] = row[j + 1].min(before_last[j - 1] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
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
    fn the_first_of_equally_near_words_wins() {
        assert_eq!(nearest("addHour", ["addHours", "addFour"]), Some("addHours"));
    }
}
