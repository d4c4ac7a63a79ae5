//! Multipart bodies (RFC 7578) as fields.

/// The fields of a form.
pub(crate) struct Form {
    /// Names and contents.
    pub(crate) contents: Vec<(String, String)>,
    /// What else is said of a field: its file name, its media type.
    pub(crate) details: Vec<(String, Vec<(String, String)>)>,
}

impl Form {
    /// Reads `body`. None if it is no form.
    pub(crate) fn read(body: &str) -> Option<Self> {
        let line = body.trim_start().lines().next()?.trim_end();
        let boundary = line.strip_prefix("--").filter(|boundary| !boundary.is_empty())?;
        let delimiter = format!("--{boundary}");
        let (mut contents, mut details) = (Vec::new(), Vec::new());
        for piece in body.split(delimiter.as_str()).skip(1) {
            if piece.starts_with("--") {
                return Some(Self { contents, details });
            }
            let (head, content) = split_head(piece)?;
            let (name, detail) = described(head)?;
            contents.push((name.clone(), without_line_end(content).to_owned()));
            details.push((name, detail));
        }
        None
    }
}

/// Headers of a part, and its content.
fn split_head(piece: &str) -> Option<(&str, &str)> {
    let piece = piece.strip_prefix("\r\n").or_else(|| piece.strip_prefix('\n'))?;
    piece.split_once("\r\n\r\n").or_else(|| piece.split_once("\n\n"))
}

fn without_line_end(content: &str) -> &str {
    content.strip_suffix("\r\n").or_else(|| content.strip_suffix('\n')).unwrap_or(content)
}

/// The name of a part and what else its headers say. None for a part without a name.
fn described(head: &str) -> Option<(String, Vec<(String, String)>)> {
    let (mut name, mut details) = (None, Vec::new());
    for line in head.lines() {
        let (header, value) = line.split_once(':')?;
        let (header, value) = (header.trim().to_ascii_lowercase(), value.trim());
        if header == "content-disposition" {
            name = parameter(value, "name");
            details.extend(parameter(value, "filename").map(|file| ("filename".to_owned(), file)));
        } else {
            details.push((header, value.to_owned()));
        }
    }
    Some((name?, details))
}

/// A parameter of a header's value, without its quotes.
fn parameter(value: &str, wanted: &str) -> Option<String> {
    let mut rest = value;
    while let Some((_, after)) = rest.split_once(';') {
        let (name, after) = after.split_once('=')?;
        let (text, behind) = match after.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"')?,
            None => after.split_at(after.find(';').unwrap_or(after.len())),
        };
        if name.trim().eq_ignore_ascii_case(wanted) {
            return Some(text.to_owned());
        }
        rest = behind;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_told_apart() {
        let body = "--A\r\nContent-Disposition: form-data; name=\"title\"\r\n\r\nHeat\r\n--A\r\ncontent-disposition: form-data; filename=a.txt; name=file\r\nContent-Type: text/plain\r\n\r\nline\r\nline\r\n--A--\r\n";
        let form = Form::read(body).unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(form.contents, [pair("title", "Heat"), pair("file", "line\r\nline")]);
        assert_eq!(form.details[1].1, [pair("filename", "a.txt"), pair("content-type", "text/plain")]);
    }

    #[test]
    fn what_is_no_form_is_none() {
        for text in
            ["", "--", "plain text", "--A\r\nno end", "--A\r\nno head\r\n--A--", "--A\r\nx: y\r\n\r\nno name\r\n--A--"]
        {
            assert!(Form::read(text).is_none(), "{text}");
        }
    }
}
