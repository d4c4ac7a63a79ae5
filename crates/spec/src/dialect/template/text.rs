//! What filters do to texts: escaping, quoting, cases.

/// Django's `escape`: `& < > " '`.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#x27;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Python's `quote`: letters, digits, `_.-~` and what `safe` names stay.
pub(super) fn quote(text: &str, safe: &str) -> String {
    let mut quoted = String::with_capacity(text.len());
    for byte in text.bytes() {
        let stays = byte.is_ascii_alphanumeric() || b"_.-~".contains(&byte) || safe.as_bytes().contains(&byte);
        if stays {
            quoted.push(char::from(byte));
        } else {
            quoted.push_str(&format!("%{byte:02X}"));
        }
    }
    quoted
}

/// Python's `str.title`: every letter after a non-letter is upper case, every other lower.
pub(super) fn title(text: &str) -> String {
    let mut titled = String::with_capacity(text.len());
    let mut inside = false;
    for character in text.chars() {
        if inside {
            titled.extend(character.to_lowercase());
        } else {
            titled.extend(character.to_uppercase());
        }
        inside = character.is_alphabetic();
    }
    titled
}

/// Django's `title`: as Python's, without capitals after an apostrophe or a digit.
pub(super) fn django_title(text: &str) -> String {
    let characters: Vec<char> = title(text).chars().collect();
    let mut titled = String::with_capacity(text.len());
    for (index, character) in characters.iter().enumerate() {
        let before = index.checked_sub(1).map(|at| characters[at]);
        let two_before = index.checked_sub(2).map(|at| characters[at]);
        let after_apostrophe = before == Some('\'') && two_before.is_some_and(|c| c.is_ascii_lowercase());
        let after_digit = before.is_some_and(|c| c.is_ascii_digit());
        if after_apostrophe || after_digit {
            titled.extend(character.to_lowercase());
        } else {
            titled.push(*character);
        }
    }
    titled
}

/// Django's `slugify`, for texts without accents to fold.
pub(super) fn slug(text: &str) -> String {
    let kept: String = text
        .chars()
        .filter(|c| c.is_ascii())
        .collect::<String>()
        .to_lowercase()
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-') || c.is_whitespace())
        .collect();
    let mut slug = String::new();
    for character in kept.trim().chars() {
        let character = if character.is_whitespace() { '-' } else { character };
        if character != '-' || !slug.ends_with('-') {
            slug.push(character);
        }
    }
    slug.trim_matches(['-', '_']).to_owned()
}

/// Texts without their tags.
pub(super) fn without_tags(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let is_tag = rest[open + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?'));
        match rest[open..].find('>').filter(|_| is_tag) {
            Some(close) => {
                kept.push_str(&rest[..open]);
                rest = &rest[open + close + 1..];
            }
            None => {
                kept.push_str(&rest[..=open]);
                rest = &rest[open + 1..];
            }
        }
    }
    kept.push_str(rest);
    kept
}
