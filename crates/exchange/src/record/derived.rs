//! Other spellings of known secrets, and digests of them: nobody can use them as they are, but they give the secret away,
//! or let it be guessed. Each is a secret of its own, since a definition makes it anew from a placeholder.

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::Secrets;

/// Of shorter secrets only digests and hexadecimal are looked for: `TOKEN` may just be a word.
const SHORTEST_SPELLING: usize = 8;

/// Learns what of the known secrets stands in `text`, a JSON text, in another spelling, or as a digest.
pub(super) fn learn(text: &str, secrets: &Secrets) {
    for (name, value) in secrets.values() {
        for (kind, form) in forms(&value) {
            let written = serde_json::Value::from(form.as_str()).to_string();
            if form != value && text.contains(&written[1..written.len() - 1]) {
                secrets.learn(&format!("{name}{kind}"), &form);
            }
        }
    }
}

fn forms(value: &str) -> Vec<(&'static str, String)> {
    let bytes = value.as_bytes();
    let mut forms: Vec<(&'static str, String)> = [
        ("Hex", hex(bytes)),
        ("Md5", hex(&Md5::digest(bytes))),
        ("Sha1", hex(&Sha1::digest(bytes))),
        ("Sha256", hex(&Sha256::digest(bytes))),
        ("Sha512", hex(&Sha512::digest(bytes))),
    ]
    .into_iter()
    .flat_map(|(kind, digits)| [(kind, digits.to_uppercase()), (kind, digits)])
    .collect();
    if value.chars().count() >= SHORTEST_SPELLING {
        forms.push(("Upper", value.to_uppercase()));
        forms.push(("Lower", value.to_lowercase()));
        forms.push(("Reversed", value.chars().rev().collect()));
    }
    forms
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
