//! A name for one state of a definition.

use sha2::{Digest, Sha256};

use super::{DefinitionParts, Part};

/// Names the state of a definition: `sha256:` and 64 hexadecimal digits.
///
/// It covers what decides a run: communication, parameters, default scope, and the installation sections. It is
/// taken over the plain JSON values, so comments and layout do not change it, nor does moving from one file layout
/// to another; the order of keys does, because it is the order in which parameters are sent. Common data and
/// metadata stay out: the former are secrets that differ from machine to machine, the latter are labels.
pub fn definition_hash(parts: &DefinitionParts) -> String {
    let sections = [
        ("communication", Some(&parts.communication)),
        ("parameters", parts.parameters.as_ref()),
        ("defaultScope", parts.default_scope.as_ref()),
        ("installSpec", parts.install_spec.as_ref()),
        ("install", parts.install.as_ref()),
    ];
    let mut hash = Sha256::new();
    for (name, part) in sections {
        let Some(content) = part.and_then(content) else { continue };
        // Lengths go in so that no two sequences of sections read the same.
        hash.update(format!("{name} {}\n", content.len()));
        hash.update(content);
    }
    let digits: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}

/// The section's value as compact JSON; none for an empty one, which is the same as an absent one.
fn content(part: &Part) -> Option<String> {
    let node = part.node.as_ref()?;
    let empty = node.is_null() || (node.members().is_empty() && node.elements().is_empty() && !node.is_scalar());
    (!empty).then(|| node.to_json().to_string())
}

#[cfg(test)]
mod tests {
    use crate::layout::{LoadOptions, Memory, load_from};

    fn hash_of(communication: &str, common: &str) -> String {
        let bundle = format!(r#"{{"communication": {communication}, "common": {common}}}"#);
        let files = Memory::from([("x.json", bundle.as_str())]);
        load_from(&files, "x.json", &LoadOptions::default()).unwrap().definition.hash()
    }

    #[test]
    fn comments_whitespace_and_secrets_do_not_matter() {
        let one = hash_of(r#"{"url": "https://a.test"}"#, r#"{"clientSecret": "one"}"#);
        let two = hash_of("{ // comment\n \"url\" : \"https:\\/\\/a.test\" }", r#"{"clientSecret": "two"}"#);
        assert_eq!(one, two);
        assert!(one.starts_with("sha256:") && one.len() == 71);
    }

    #[test]
    fn what_is_sent_matters_and_so_does_its_order() {
        let one = hash_of(r#"{"url": "https://a.test", "qs": {"a": 1, "b": 2}}"#, "{}");
        assert_ne!(one, hash_of(r#"{"url": "https://a.test", "qs": {"b": 2, "a": 1}}"#, "{}"));
        assert_ne!(one, hash_of(r#"{"url": "https://a.test"}"#, "{}"));
    }

    #[test]
    fn the_name_of_a_known_definition_never_changes() {
        // Computed with `printf 'communication 25\n{"url":"https://a.test/"}' | sha256sum`.
        assert_eq!(hash_of(r#"{"url": "https://a.test/"}"#, "{}"), EXPECTED);
    }

    const EXPECTED: &str = "sha256:1dd3a2e0c34426ca3180e0a409875c8bc89dac06162fd807095ac934a42f7423";
}
