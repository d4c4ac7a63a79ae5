//! Functions and operators as other languages write them, and what is written here instead.

use crate::Root;

/// What is meant by variables or calls with colons between them, which join nothing: `common.id:common.secret` is the
/// name `id:common` below `common`. Names with a colon of their own, such as those of XML, are none.
pub fn joined_by_colon(written: &str) -> Option<String> {
    if !written.contains(':') {
        return None;
    }
    let parts = between_colons(written)?;
    let is_value = |part: &&str| {
        let root = part.split(['.', '[', '(']).next().unwrap_or_default();
        let is_root = part[root.len()..].starts_with('.') && Root::named(root).is_some();
        is_root || (part.ends_with(')') && crate::functions::named(root).is_some())
    };
    let is_joined = parts.len() > 1 && parts.iter().all(is_value);
    is_joined.then(|| parts.join(" + ':' + "))
}

/// The parts between the colons outside brackets and quotes, none of them empty.
fn between_colons(written: &str) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0_i32, None);
    for (at, letter) in written.char_indices() {
        match (quote, letter) {
            (Some(open), _) => quote = Some(open).filter(|open| *open != letter),
            (None, '\'' | '"' | '`') => quote = Some(letter),
            (None, '(' | '[') => depth += 1,
            (None, ')' | ']') => depth -= 1,
            (None, ':') if depth == 0 => {
                parts.push(written[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(written[start..].trim());
    parts.iter().all(|part| !part.is_empty()).then_some(parts)
}

/// The function that takes the same arguments as another language's function `name`.
pub fn same_arguments(name: &str) -> Option<&'static str> {
    Some(match name {
        "append" | "push" => "add",
        "toLowerCase" | "lowercase" | "downcase" => "lower",
        "toUpperCase" | "uppercase" | "upcase" => "upper",
        "toJSON" | "stringify" | "jsonStringify" | "toJson" => "createJSON",
        "fromJSON" | "jsonParse" => "parseJSON",
        "substr" => "substring",
        "replaceAll" => "replace",
        "len" | "size" | "count" => "length",
        "urlencode" | "encodeURIComponent" | "encodeURI" | "urlEncode" => "encodeURL",
        "decodeURIComponent" | "urldecode" => "decodeURL",
        "btoa" | "base64Encode" | "toBase64" => "base64",
        "number" | "toNumber" | "parseInt" | "parseFloat" | "int" => "parseNumber",
        "string" | "str" | "toText" => "toString",
        "coalesce" | "default" | "ifEmpty" => "ifempty",
        "strip" => "trim",
        "unique" | "uniq" => "distinct",
        "includes" => "contains",
        _ => return None,
    })
}

/// How to say what another language's function `name` does, where no function here does it.
pub fn other_way(name: &str) -> Option<&'static str> {
    Some(match name {
        "or" | "OR" | "Or" => "write `a | b`",
        "and" | "AND" | "And" => "write `a & b`",
        "not" | "NOT" | "Not" => "write `!a`",
        "dateDifference" | "datediff" => "write dateDiff(endDate, startDate, unit)",
        "mod" => "write `a % b`",
        "concat" => "join texts with `+`, or write the expressions one after another; arrays are joined with merge()",
        "object" | "array" | "list" | "collection" => {
            "write the value as JSON outside the expression, for example in `temp`, and name it here"
        }
        "values" => "write map(toArray(collection), 'value')",
        "startsWith" => "write indexOf(text, start) = 0",
        "endsWith" => "compare the end: substring(text, length(text) - n)",
        "hmac" | "hmacSha256" | "hmacSHA256" | "hmac_sha256" => "write sha256(text, 'hex', key)",
        "randomString" | "generateUuid" | "uuidv4" | "guid" => "write `uuid`, a value without parentheses",
        "isEmpty" | "isNull" | "isempty" | "empty" => "write `!value`, or compare with null",
        "atob" | "base64Decode" | "fromBase64" => "write toString(toBinary(text, 'base64'))",
        "filter" => "write map(array, key, filterKey, filterValues)",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colons_between_values_are_told_from_names_with_a_colon() {
        for (written, meant) in [
            ("common.clientId:common.clientSecret", "common.clientId + ':' + common.clientSecret"),
            ("parameters.user : parameters.password", "parameters.user + ':' + parameters.password"),
            ("base64(parameters.user):base64(parameters.b)", "base64(parameters.user) + ':' + base64(parameters.b)"),
        ] {
            assert_eq!(joined_by_colon(written).as_deref(), Some(meant), "{written}");
        }
        for written in ["body.soap:Envelope", "body.dc:date.x", "body['a:b']", "body.`x:body.y`", "a:b", ":", "body.a:"]
        {
            assert_eq!(joined_by_colon(written), None, "{written}");
        }
    }
}
