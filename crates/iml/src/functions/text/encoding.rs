//! The encodings between texts and buffers, as Node's `Buffer` knows them.

use base64::alphabet::URL_SAFE;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD, URL_SAFE_NO_PAD};
use base64::engine::{DecodePaddingMode, Engine as _};

use crate::eval::Outcome;
use crate::functions::Call;

/// How bytes are written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::functions) enum Encoding {
    Utf8,
    Ascii,
    Latin1,
    Hex,
    Base64,
    Base64Url,
    Utf16,
}

pub(in crate::functions) const NOT_AN_ENCODING: &str =
    "is not an encoding; there are utf8, ascii, latin1, binary, hex, base64, base64url, utf16le";

/// Reads what others leave unfinished: no padding, stray bits.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

impl Encoding {
    /// The encoding called `name`, in capital or small letters.
    pub(in crate::functions) fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "utf8" | "utf-8" => Self::Utf8,
            "ascii" => Self::Ascii,
            "latin1" | "binary" => Self::Latin1,
            "hex" => Self::Hex,
            "base64" => Self::Base64,
            "base64url" => Self::Base64Url,
            "ucs2" | "ucs-2" | "utf16le" | "utf-16le" => Self::Utf16,
            _ => return None,
        })
    }

    /// The encoding an argument names; UTF-8 when it is missing or empty.
    pub(in crate::functions) fn argument<'a>(call: &Call<'a>, index: usize) -> Outcome<'a, Self> {
        match call.text(index)? {
            "" => Ok(Self::Utf8),
            name => Self::named(name).ok_or_else(|| call.refuse(index, NOT_AN_ENCODING)),
        }
    }

    /// Bytes as text.
    pub(in crate::functions) fn write(self, bytes: &[u8]) -> String {
        match self {
            Self::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Self::Ascii => bytes.iter().map(|byte| char::from(byte & 0x7f)).collect(),
            Self::Latin1 => bytes.iter().copied().map(char::from).collect(),
            Self::Hex => hex::encode(bytes),
            Self::Base64 => STANDARD.encode(bytes),
            Self::Base64Url => URL_SAFE_NO_PAD.encode(bytes),
            Self::Utf16 => {
                let units: Vec<u16> =
                    bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
                String::from_utf16_lossy(&units)
            }
        }
    }

    /// Text as bytes, as Node reads it: hex up to the first digit that is none, Base64 in either alphabet
    /// without what does not belong to it.
    pub(in crate::functions) fn read(self, text: &str) -> Vec<u8> {
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Ascii | Self::Latin1 => text.encode_utf16().map(|unit| unit as u8).collect(),
            Self::Hex => {
                let digits = text.bytes().take_while(u8::is_ascii_hexdigit).count();
                hex::decode(&text[..digits - digits % 2]).expect("only pairs of digits are left")
            }
            Self::Base64 | Self::Base64Url => read_base64(text),
            Self::Utf16 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        }
    }

    /// Text as bytes, when all of it is in this encoding.
    pub(in crate::functions) fn read_strictly(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::Hex => hex::decode(text).ok(),
            Self::Base64 | Self::Base64Url => {
                let digits = text.trim_end_matches('=');
                let belongs = |byte| is_base64(byte);
                (digits.bytes().all(belongs) && digits.len() % 4 != 1).then(|| read_base64(text))
            }
            _ => Some(self.read(text)),
        }
    }
}

fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_')
}

fn read_base64(text: &str) -> Vec<u8> {
    let mut digits: Vec<u8> = text.bytes().take_while(|byte| *byte != b'=').filter(|byte| is_base64(*byte)).collect();
    for digit in &mut digits {
        *digit = match *digit {
            b'+' => b'-',
            b'/' => b'_',
            other => other,
        };
    }
    // Six bits alone are no byte.
    if digits.len() % 4 == 1 {
        digits.pop();
    }
    LENIENT.decode(digits).expect("only digits of the alphabet are left, in a number that can end")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_read_as_node_reads_it() {
        // Answers of `Buffer.from(text, "base64").toString("hex")`, Node 20.
        let table = [
            ("TWFrZQ==", "4d616b65"),
            ("TWFrZQ", "4d616b65"),
            ("TWFr ZQ\n==", "4d616b65"),
            ("-_8", "fbff"),
            ("+/8", "fbff"),
            ("TWFrZ", "4d616b"),
            ("TWE=TWE=", "4d61"),
            ("!", ""),
            ("", ""),
        ];
        for (text, bytes) in table {
            assert_eq!(hex::encode(Encoding::Base64.read(text)), bytes, "{text:?}");
        }
    }

    #[test]
    fn hex_ends_at_the_first_stray_digit() {
        for (text, bytes) in [("4d61", "4d61"), ("4d6", "4d"), ("4dxx61", "4d"), ("é", "")] {
            assert_eq!(hex::encode(Encoding::Hex.read(text)), bytes, "{text:?}");
        }
    }
}
