//! Field names that hold secrets by common agreement, and how a name is written in a placeholder.

/// Names, without case and separators, of fields whose value is a credential wherever they occur.
const SECRET_FIELDS: [&str; 33] = [
    "accesstoken",
    "apikey",
    "apisecret",
    "apitoken",
    "assertion",
    "authtoken",
    "bearertoken",
    "clientassertion",
    "clientsecret",
    "codechallenge",
    "codeverifier",
    "consumersecret",
    "devicecode",
    "idtoken",
    "idtokenhint",
    "oauthsignature",
    "oauthtoken",
    "oauthtokensecret",
    "oauthverifier",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "refreshtoken",
    "secret",
    "secretkey",
    "sessiontoken",
    "subjecttoken",
    "token",
    "tokensecret",
    "xapikey",
    "xauthtoken",
    "xcsrftoken",
];

/// Whether a field, parameter or header of this name holds a credential, whatever its spelling:
/// `client_secret`, `clientSecret`, `X-Api-Key`.
pub fn is_secret_field(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    SECRET_FIELDS.binary_search(&plain.to_ascii_lowercase().as_str()).is_ok()
}

/// The name under which the value of a field is hidden: `access_token` and `Access-Token` become
/// `accessToken`.
pub fn secret_name(field: &str) -> String {
    let words = field.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut name = String::with_capacity(field.len());
    for word in words {
        let mut characters = word.chars();
        let Some(first) = characters.next() else { continue };
        let rest = characters.as_str();
        // `CLIENT_SECRET` is `clientSecret`, written louder.
        let loud = !word.chars().any(char::is_lowercase);
        if name.is_empty() {
            name.extend(first.to_lowercase());
        } else {
            name.extend(first.to_uppercase());
        }
        match loud {
            true => name.push_str(&rest.to_lowercase()),
            false => name.push_str(rest),
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_sorted_for_its_search() {
        assert!(SECRET_FIELDS.is_sorted());
    }

    #[test]
    fn spellings_of_secret_fields() {
        for name in ["client_secret", "clientSecret", "Client-Secret", "X-Api-Key", "refresh_token", "password"] {
            assert!(is_secret_field(name), "{name}");
        }
        for name in ["client_id", "token_type", "expires_in", "scope", "code", "state", ""] {
            assert!(!is_secret_field(name), "{name}");
        }
    }

    #[test]
    fn names_in_placeholders() {
        let table = [
            ("access_token", "accessToken"),
            ("accessToken", "accessToken"),
            ("X-Api-Key", "xApiKey"),
            ("Authorization", "authorization"),
            ("api key", "apiKey"),
            ("CLIENT_SECRET", "clientSecret"),
            ("", ""),
        ];
        for (field, expected) in table {
            assert_eq!(secret_name(field), expected);
        }
    }
}
