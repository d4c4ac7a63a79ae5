//! What a part of a manifest is called where a person reads it.

/// The lists at the top of a manifest whose entries have no name: they are counted.
const COUNTED: [&str; 6] =
    ["execute", "revoke", "form", "initial_data_form", "extra_user_info", "post_execute_notification"];

/// A pointer as a person reads it. Entries are counted from 1, as `--step` and the steps of a run do: `/execute/0/url`
/// is `execute[1].url`. What is named by a number, as a header may be, keeps its name.
pub fn named(pointer: &str) -> String {
    let unescape = |step: &str| step.replace("~1", "/").replace("~0", "~");
    let mut steps = pointer.trim_start_matches('/').split('/').map(unescape);
    let mut name = steps.next().unwrap_or_default();
    let is_list = COUNTED.contains(&name.as_str());
    for (depth, step) in steps.enumerate() {
        match step.parse::<usize>() {
            Ok(index) if is_list && depth == 0 => name.push_str(&format!("[{}]", index.saturating_add(1))),
            _ => {
                name.push('.');
                name.push_str(&step);
            }
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn entries_are_counted_from_one_and_names_stay() {
        for (pointer, name) in [
            ("/execute/0", "execute[1]"),
            ("/execute/1/store_data/X", "execute[2].store_data.X"),
            ("/revoke/10/url", "revoke[11].url"),
            ("/execute/0/headers/0", "execute[1].headers.0"),
            ("/headers/0", "headers.0"),
            ("/oauth/access_token/data", "oauth.access_token.data"),
            ("/execute/0/data/a~1b~0c", "execute[1].data.a/b~c"),
        ] {
            assert_eq!(named(pointer), name);
        }
    }
}
