//! Text and buffers.

use super::family;

pub(super) mod encoding;
mod hashing;
mod regex;
mod replacement;
mod units;

pub(crate) use regex::mistake as pattern_mistake;

family! {
    ascii,
    base64,
    base64url,
    capitalize,
    contains,
    decode_url,
    encode_url,
    escape_html,
    escape_markdown,
    index_of,
    join,
    length,
    lower,
    md5,
    replace,
    replace_emoji_characters,
    sha1,
    sha256,
    sha512,
    split,
    startcase,
    strip_html,
    substring,
    to_binary,
    to_string,
    trim,
    upper,
}
