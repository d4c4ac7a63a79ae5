//! Compares multipart bodies field by field: neither the boundary nor the order of different fields matters.

use super::body::escaped;
use super::compare::compare_pairs;
use super::mismatch::Difference;
use crate::multipart::Form;
use crate::placeholder::Bindings;

/// Adds what differs, as pointers below `/body`: `/body/NAME`, `/body/NAME/filename`, `/body/NAME/content-type`.
pub(super) fn compare(recorded: &Form, sent: &Form, bindings: &mut Bindings, found: &mut Vec<Difference>) {
    compare_pairs("/body", &recorded.contents, &sent.contents, bindings, found);
    let mut names: Vec<&str> = Vec::new();
    for (name, _) in &recorded.details {
        if !names.contains(&name.as_str()) && sent.details.iter().any(|(other, _)| other == name) {
            names.push(name);
        }
    }
    for name in names {
        let of = |form: &Form| -> Vec<(String, String)> {
            form.details.iter().filter(|(other, _)| other == name).flat_map(|(_, detail)| detail.clone()).collect()
        };
        compare_pairs(&format!("/body/{}", escaped(name)), &of(recorded), &of(sent), bindings, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(boundary: &str, parts: &[(&str, &str)]) -> String {
        let parts = parts.iter().map(|(head, content)| format!("--{boundary}\r\n{head}\r\n\r\n{content}\r\n"));
        format!("{}--{boundary}--\r\n", parts.collect::<String>())
    }

    fn pointers(recorded: &str, sent: &str) -> Vec<String> {
        let mut found = Vec::new();
        compare(&Form::read(recorded).unwrap(), &Form::read(sent).unwrap(), &mut Bindings::new(), &mut found);
        found.into_iter().map(|difference| difference.pointer).collect()
    }

    #[test]
    fn fields_are_compared_by_their_names() {
        let name = "Content-Disposition: form-data; name=\"title\"";
        let file = "Content-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain";
        let base = form("A", &[(name, "Heat"), (file, "line\r\nline")]);
        type Parts = Vec<(&'static str, &'static str)>;
        let table: [(&str, Parts, &[&str]); 7] = [
            ("another boundary, another order", vec![(file, "line\r\nline"), (name, "Heat")], &[]),
            ("another content", vec![(name, "Ran"), (file, "line\r\nline")], &["/body/title"]),
            ("a field fewer", vec![(file, "line\r\nline")], &["/body/title"]),
            ("a field more", vec![(name, "Heat"), (file, "line\r\nline"), (name, "Ran")], &["/body/title"]),
            (
                "another file name",
                vec![
                    (name, "Heat"),
                    (
                        "Content-Disposition: form-data; name=\"file\"; filename=b.txt\r\nContent-Type: text/plain",
                        "line\r\nline",
                    ),
                ],
                &["/body/file/filename"],
            ),
            (
                "another type",
                vec![
                    (name, "Heat"),
                    (
                        "content-disposition: form-data; name=file; filename=\"a.txt\"\r\ncontent-type: text/csv",
                        "line\r\nline",
                    ),
                ],
                &["/body/file/content-type"],
            ),
            (
                "renamed",
                vec![("Content-Disposition: form-data; name=\"name/x\"", "Heat"), (file, "line\r\nline")],
                &["/body/title", "/body/name~1x"],
            ),
        ];
        for (what, parts, expected) in table {
            assert_eq!(pointers(&base, &form("boundary-B", &parts)), expected, "{what}");
        }
    }
}
