//! `replaceEmojiCharacters`: a text with something else for its emoji.

use std::sync::LazyLock;

use regress::Regex;

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "replaceEmojiCharacters",
    family: Family::Text,
    signature: "replaceEmojiCharacters(text, replacement)",
    doc: "Puts the replacement, taken literally, in the place of every emoji: a sequence such as a flag, a family \
          or a keycap counts as one. Characters that are shown as text unless asked otherwise, such as © and \
          digits, stay. There must be a replacement, be it empty.",
    arguments: Arguments::exactly(2),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{replaceEmojiCharacters(x; '?')}}", r#"{"x": "a😀b👍🏽c"}"#, r#""a?b?c""#),
        Example::new("{{replaceEmojiCharacters(x; '-')}}", r#"{"x": "🇨🇿 👨‍👩‍👧 1️⃣ ❤️"}"#, r#""- - - -""#),
        Example::new("{{replaceEmojiCharacters(x; '')}}", r#"{"x": "© 1 # é 漢"}"#, r#""© 1 # é 漢""#),
        Example::new("{{replaceEmojiCharacters(x; '$&')}}", r#"{"x": "😀"}"#, r#""$&""#),
        Example::new("{{replaceEmojiCharacters(x; '')}}", r#"{"x": null}"#, r#""""#),
        Example::error("{{replaceEmojiCharacters('a')}}", "{}", "there is no replacement (argument 2)"),
    ],
    run: Run::Eager(run),
};

/// An emoji sequence of UTS #51 (ED-17): a flag, a keycap, or emoji joined by U+200D. It cannot backtrack far: no
/// repetition has two ways to take the same text.
static EMOJI: LazyLock<Regex> = LazyLock::new(|| {
    let one = r"(?:\p{Emoji_Presentation}\uFE0F?|\p{Emoji}\uFE0F|\p{Emoji_Modifier_Base})\p{Emoji_Modifier}?[\u{E0020}-\u{E007F}]*";
    let pattern = format!(
        r"\p{{RI}}\p{{RI}}|[0-9#*]\uFE0F?\u20E3|(?![0-9#*]){one}(?:\u200D(?:{one}|\p{{Extended_Pictographic}}))*"
    );
    Regex::with_flags(&pattern, "u").expect("the pattern is correct")
});

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    if matches!(call.argument(1), Val::Undefined) {
        return Err(call.fail("there is no replacement (argument 2)"));
    }
    let (text, replacement) = (call.text(0)?, call.text(1)?);
    if text.is_ascii() {
        return call.make_text(text);
    }
    let (mut out, mut copied) = (String::with_capacity(text.len()), 0);
    for found in EMOJI.find_iter(text) {
        out.push_str(&text[copied..found.start()]);
        out.push_str(replacement);
        copied = found.end();
        if out.len() > call.options().output_bytes {
            call.account(out.len())?;
        }
    }
    out.push_str(&text[copied..]);
    call.make_text(out)
}
