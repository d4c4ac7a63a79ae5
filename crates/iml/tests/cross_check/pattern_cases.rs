//! Regular expressions for the cross-check: those that touch a rule of ECMAScript each, and random ones.

use serde_json::json;

use super::cases::{CHARACTERS, Dice, Question};

/// Text, pattern, flags: each with the replacement `[$&|$1|$2]`.
const FIXED: &[(&str, &str, &str)] = &[
    // Greedy, lazy, counted.
    ("aaaa", "a+?", "g"),
    ("aaaa", "a{2}", "g"),
    ("aaaa", "a{2,}", "g"),
    ("aaaa", "a{1,3}?", "g"),
    ("aaaa", "(a{1,2}){2}", ""),
    ("aaaa", "a{0}", "g"),
    ("aaaa", "a{5,}|a", "g"),
    ("a{,2}", "a{,2}", ""),
    ("a{b}{1", "a{b}\\{1", ""),
    ("a{1", "a{1", ""),
    ("a", "a{2,1}", ""),
    ("a", "a**", ""),
    ("a", "{1}", ""),
    ("x{1}", "x{1}{2}", ""),
    // Empty rounds, and what groups forget in a new one.
    ("ab", "(?:a?)*?b", ""),
    ("b", "(a*)*", ""),
    ("b", "(?:a*)+", "g"),
    ("zaacbbbcac", "(z)((a+)?(b+)?(c))*", ""),
    ("abab", "(?:(a)|b)*", ""),
    ("aab", "(?:(a)|(b))+", ""),
    ("aaa", "(a?)*?$", ""),
    ("", "()*", ""),
    ("abc", "(?:)", "g"),
    ("😀a", "(?:)", "gu"),
    // Alternatives, assertions, lines.
    ("abcd", "ab|abc|abcd", ""),
    ("a\nb\r\nc", "^.$", "gm"),
    ("a\nb", "a.b", "s"),
    ("a\u{2028}b", "a$", "m"),
    ("ab cd", "\\b", "g"),
    ("ab cd", "\\B", "g"),
    ("ab", "^*", ""),
    ("ab", "\\b+", ""),
    ("ab", "$?", ""),
    // Look-around.
    ("foobar foobaz", "foo(?=baz)", ""),
    ("foobar foobaz", "foo(?!bar)", ""),
    ("$10 20", "(?<=\\$)\\d+", "g"),
    ("$10 20", "(?<!\\$)\\b\\d+", "g"),
    ("abc", "(?<=(a)(b))c", ""),
    ("abcabc", "(?<=\\1(abc))$", ""),
    ("1053", "(?<=(\\d+)(\\d+))$", ""),
    ("abab", "(?=(a))\\1b", "g"),
    ("ab", "(?=a)*b", ""),
    ("ab", "(?=a)*b", "u"),
    ("ab", "(?=a){2}b", ""),
    ("ab", "(?<=a)*b", ""),
    ("baaabac", "(?=(a+))a*b\\1", ""),
    ("baaabaac", "(.*?)a(?!(a+)b\\2c)\\2(.*)", ""),
    ("ab", "(?!(a))b|\\1a", ""),
    ("aab", "(?<=^(?:a{2}))b", ""),
    // Back-references, numbers that are none.
    ("abab", "(ab)\\1", ""),
    ("aa", "\\1(a)", ""),
    ("aa", "(\\1a)+", ""),
    ("aA", "(a)\\1", "i"),
    ("σς", "(σ)\\1", "i"),
    ("kK", "(k)\\1", "iu"),
    ("kK", "(k)\\1", "i"),
    ("a\u{2}", "(a)\\2", ""),
    ("a\u{2}", "(a)\\2", "u"),
    ("8", "\\8", ""),
    ("\u{a}", "\\12", ""),
    ("S", "\\123", ""),
    ("\u{1f}8", "\\378", ""),
    (" 0", "\\400", ""),
    ("aaaaaaaaaab", "(a)(a)(a)(a)(a)(a)(a)(a)(a)(a)\\10|b", "g"),
    // Escapes.
    ("\u{0}", "\\0", ""),
    ("\t\n\u{b}\u{c}\r", "\\t\\n\\v\\f\\r", ""),
    ("A", "\\x41", ""),
    ("x4", "\\x4", ""),
    ("x4", "\\x4", "u"),
    ("a", "\\u0061", ""),
    ("u006", "\\u006", ""),
    ("😀", "\\u{1F600}", "u"),
    ("uuuu", "\\u{4}", ""),
    ("😀", "\\ud83d\\ude00", ""),
    ("😀", "\\ud83d\\ude00", "u"),
    ("😀", "\\ud83d", "u"),
    ("\u{1}", "\\cA", ""),
    ("\\c1", "\\c1", ""),
    ("\\c1", "\\c1", "u"),
    ("k<a>", "\\k<a>", ""),
    ("k<a>", "\\k<a>", "u"),
    ("a-b", "\\-", ""),
    ("a-b", "\\-", "u"),
    ("a/b", "\\/", "u"),
    ("p{L}", "\\p{L}", ""),
    ("žé5", "\\p{L}", "gu"),
    ("žÉ5", "\\p{Lu}", "gu"),
    ("žÉ5", "\\P{L}", "gu"),
    ("αb", "\\p{Script=Greek}", "u"),
    ("a", "\\p{Nonsense}", "u"),
    ("a", "a\\", ""),
    // Classes.
    ("a]b", "[]a]", "g"),
    ("ab", "[]|b", ""),
    ("a\n", "[^]", "g"),
    ("a-z", "[a\\-z]", "g"),
    ("a-z", "[-a]", "g"),
    ("a-z", "[a-]", "g"),
    ("1-x", "[\\d-x]", "g"),
    ("1-x", "[\\d-x]", "gu"),
    ("1-x&", "[\\d-x-&]", "g"),
    ("1-x", "[+--]", "g"),
    ("b", "[z-a]", ""),
    ("\u{8}", "[\\b]", ""),
    ("\u{1f}", "[\\c_]", ""),
    ("\\c", "[\\c]", "g"),
    ("\u{1}8", "[\\1\\8]", "g"),
    ("aZ_9é", "[^\\W_]", "g"),
    ("a 1", "[\\s\\S]", "g"),
    ("a b\u{a0}c\u{feff}d\u{85}e", "\\s", "g"),
    ("😀", "[😀]", ""),
    ("😀", "[😀]", "g"),
    ("😀", "[😀]", "u"),
    ("😀é", "[^a]", "g"),
    ("😀é", "[^a]", "gu"),
    ("😀", ".", "g"),
    ("😀😀", "^.$", ""),
    ("😀", "^.$", "u"),
    ("a😀b", "[\\uD83C-\\uDBFF\\uDC00-\\uDFFF]+", "g"),
    ("a[b", "[[b]", "g"),
    ("a]", "a]", ""),
    ("a]", "a]", "u"),
    ("a}", "a}", ""),
    ("a}", "a}", "u"),
    ("a", "[a", ""),
    ("a", "(a", ""),
    ("a", "a)", ""),
    ("a", "(?a)", ""),
    // Case.
    ("HELLO", "hello", "i"),
    ("ÉŘ", "éř", "i"),
    ("ß", "ẞ", "i"),
    ("ß", "ẞ", "iu"),
    ("ſ", "s", "i"),
    ("ſ", "s", "iu"),
    ("ſ", "[s]", "i"),
    ("ſ", "[s]", "iu"),
    ("ſ", "\\w", "i"),
    ("ſ", "\\w", "iu"),
    ("Kk", "\\w\\b", "iu"),
    ("Σσς", "σ", "gi"),
    ("Σσς", "[ς]", "gi"),
    ("Σσς", "[^ς]", "gi"),
    ("aB", "[^b]", "gi"),
    ("Z", "[a-z]", "i"),
    ("_", "[Z-a]", "i"),
    ("İı", "i", "gi"),
    ("Dždž", "ǆ", "gi"),
    ("𐐀", "𐐨", "i"),
    ("𐐀", "𐐨", "iu"),
    // Flags.
    ("aba", "a", "y"),
    ("baa", "a", "y"),
    ("aaba", "a", "gy"),
    ("a", "a", "gg"),
    ("a", "a", "k"),
    ("a", "a", "d"),
    ("a\nb", "^b", ""),
    // In the wild.
    ("Hello, World!", "[^a-zA-Z0-9]+", "g"),
    ("https://a.b/c?d=e&f", "^https?:\\/\\/([^/?]+)(.*)$", ""),
    ("2024-01-02T03:04", "(\\d{4})-(\\d\\d)-(\\d\\d).*", ""),
    ("a  b\n\tc ", "\\s+", "g"),
    ("<b>x</b><i>y</i>", "<[^>]*>", "g"),
    ("{\"a\": \"b\\\"c\"}", "\"((?:[^\"\\\\]|\\\\.)*)\"", "g"),
    ("me@example.com", "^([^@]+)@(.+)$", ""),
    ("base64+/==", "[+/=]", "g"),
];

/// One question for each pattern of the table.
pub fn fixed() -> Vec<Question> {
    let question = |(text, pattern, flags): &(&str, &str, &str)| {
        Question::new("replace", [json!(text), json!(pattern), json!(flags), json!("[$&|$1|$2]")])
    };
    FIXED.iter().map(question).collect()
}

/// Random patterns on random texts of the same few characters, so that many match.
pub fn random(dice: &mut Dice) -> Vec<Question> {
    let mut questions = Vec::new();
    while questions.len() < 5_000 {
        let flags: String = "gimsuy".chars().filter(|_| dice.below(3) == 0).collect();
        let pattern = alternatives(dice, 3);
        let characters = if dice.below(2) == 0 { CHARACTERS } else { "abAB1 \n" };
        let text = dice.text(characters, 12);
        let replacement = dice.pick(&["[$&]", "<$1>", "$2$1", "$`|$'", "$$", "", "$10$01", "-"]);
        // Without a pattern between the slashes a search is plain text; half of a pair before `\u{…}` is a known
        // difference.
        let known = flags.contains('u') && pattern.contains(r"\ud83d\u{");
        if !pattern.is_empty() && !known {
            questions.push(Question::new("replace", [json!(text), json!(pattern), json!(flags), json!(replacement)]));
        }
    }
    questions
}

/// Patterns of the characters that mean something, in any order: most of them are errors.
pub fn rubble(dice: &mut Dice) -> Vec<Question> {
    let mut questions = Vec::new();
    while questions.len() < 2_000 {
        let pattern = dice.text("((())?:=!<[]^^-{},*+$.|\\\\\\abcdwWsSBbuxkpP0128😀", 9);
        let flags = dice.pick(&["", "g", "gi", "u", "gu", "giu", "my"]);
        // A group's name works in JavaScript, and by intent not here.
        let named = pattern.match_indices("(?<").any(|(at, _)| !pattern[at + 3..].starts_with(['=', '!']));
        if !pattern.is_empty() && !named {
            let text = dice.text("abcdw \\[]{}(),-=2u", 8);
            questions.push(Question::new("replace", [json!(text), json!(pattern), json!(flags), json!("<$&|$1>")]));
        }
    }
    questions
}

fn alternatives(dice: &mut Dice, depth: u64) -> String {
    let count = if dice.below(4) == 0 { 2 } else { 1 };
    let alternatives: Vec<String> = (0..count).map(|_| sequence(dice, depth)).collect();
    alternatives.join("|")
}

fn sequence(dice: &mut Dice, depth: u64) -> String {
    let count = dice.below(4);
    (0..count).map(|_| atom(dice, depth) + quantifier(dice)).collect()
}

fn atom(dice: &mut Dice, depth: u64) -> String {
    let escapes = [
        "\\d", "\\w", "\\s", "\\D", "\\W", "\\S", "\\b", "\\B", "\\1", "\\2", "\\3", "\\n", "\\x41", "\\u0061",
        "\\u{62}", "\\cA", "\\0", "\\/", "\\.", "\\p{L}", "\\P{Lu}", "\\ud83d",
    ];
    let only_without_u = ["]", "}", "{", "\\12", "\\-", "\\k", "\\8", "\\c", "\\x4"];
    let nested = if depth == 0 { 8 } else { 14 };
    match dice.below(nested) {
        0..=2 => one_of(dice, "abcAB12 _é").to_string(),
        3 => one_of(dice, CHARACTERS).to_string().replace(['(', ')', '+', '$', '.'], "!"),
        4 if dice.below(6) == 0 => dice.pick(&only_without_u).to_owned(),
        4 => dice.pick(&[".", ".", "^", "$"]).to_owned(),
        5 => dice.pick(&escapes).to_owned(),
        6 | 7 => class(dice),
        8 | 9 => format!("({})", alternatives(dice, depth - 1)),
        10 | 11 => format!("(?:{})", alternatives(dice, depth - 1)),
        _ => format!("({}{})", dice.pick(&["?=", "?!", "?<=", "?<!"]), alternatives(dice, depth - 1)),
    }
}

fn one_of(dice: &mut Dice, characters: &str) -> char {
    let characters: Vec<char> = characters.chars().collect();
    dice.pick(&characters)
}

fn class(dice: &mut Dice) -> String {
    let members =
        ["a-c", "A-Z", "0-9", "\\d", "\\W", "\\S", "\\w", "é-ž", "Α-ω", "\\b", "\\-", "\\cA", "\\n", "\\x41-c"];
    let odd = ["-", "\\1", "\\c_", "z-a", "^", "\\d-a", "[", "\\c"];
    let mut class = String::from(if dice.below(3) == 0 { "[^" } else { "[" });
    for _ in 0..dice.below(4) {
        if dice.below(2) == 0 {
            class.push_str(if dice.below(12) == 0 { dice.pick(&odd) } else { dice.pick(&members) });
        } else {
            class.push(one_of(dice, CHARACTERS));
        }
    }
    class + "]"
}

fn quantifier(dice: &mut Dice) -> &'static str {
    match dice.below(60) {
        0 => dice.pick(&["{,2}", "{2,1}", "{2", "**"]),
        1..20 => dice.pick(&["*", "+", "?", "*?", "+?", "??", "{2}", "{1,}", "{0,2}", "{1,2}?"]),
        _ => "",
    }
}
