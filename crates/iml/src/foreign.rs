//! Functions as other languages call them, and what is written here instead.

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
        "or" => "write `a | b`",
        "and" => "write `a & b`",
        "not" => "write `!a`",
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
