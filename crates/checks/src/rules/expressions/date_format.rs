//! `date-format`: a date format with the wrong letters.

use connspec_diagnostics::{Fix, Severity};
use connspec_iml::ast::ExprKind;

use super::kinds::each_node;
use crate::rule::{Check, Findings, Rule};
use crate::site::{Holding, Site};

pub static RULE: Rule = Rule {
    code: "CS0826",
    name: "date-format",
    severity: Severity::Warning,
    documentation: DOCUMENTATION,
    check: Check::Each(Holding::Call, check),
};

const DOCUMENTATION: &str = r#"
A format of `formatDate` or `parseDate` whose letters mean something else than their place says: `mm` (minutes) between
year and day, `MM` (month) behind the hours, `dd` (weekday) for the day, `yyyy`, `SS` (fractions) for the seconds, `hh`
without `A`; `DDD` (day of the year) beside a month; letters that are no token in such number, `YYY`, `HHH`, `tt`; and
`%Y-%m-%d`, which is the format of another language.

## Why
Upper and lower case are different tokens. The text comes out with other numbers in it, or a date is read as another one,
and nothing fails.

## Example
```jsonc connection
{ "url": "https://api.acme.test/me", "qs": { "since": "{{formatDate(now, 'yyyy-mm-dd')}}" } }
```
```jsonc connection
{ "url": "https://api.acme.test/me", "qs": { "since": "{{formatDate(now, 'YYYY-MM-DD HH:MM')}}" } }
```
```jsonc connection
{ "url": "https://api.acme.test/me", "qs": { "since": "{{formatDate(now, 'YYYY-MM-DDD')}}" } }
```

## Instead
```jsonc connection
{ "url": "https://api.acme.test/me", "qs": { "since": "{{formatDate(now, 'YYYY-MM-DD')}}" } }
```
```jsonc connection
{ "url": "https://api.acme.test/me", "qs": { "since": "{{formatDate(now, 'YYYY-MM-DD HH:mm')}}" } }
```

## Fix
The format with the letters that are meant is suggested.

## Source
iml-tokens.md §1, §2.
"#;

fn check(site: &Site<'_>, findings: &mut Findings) {
    if !site.template.calls_any(&["formatDate", "parseDate"]) {
        return;
    }
    each_node(site.template, &mut |expr| {
        let ExprKind::Call(call) = &expr.kind else { return };
        let is_of_dates = call.function.is_some_and(|function| matches!(function.name, "formatDate" | "parseDate"));
        let Some(argument) = call.arguments.get(1).filter(|_| is_of_dates) else { return };
        let ExprKind::Text(text) = &argument.kind else { return };
        let written = text.resolve(site.template.source());
        let Some((meant, reason)) = corrected(written) else { return };
        let whole = &site.template.source()[argument.span.range()];
        let place = site.place(argument.span);
        let mut finding = RULE
            .finding(format!("`{written}` is another format than it looks: {reason}"))
            .at(place)
            .why("upper and lower case are different tokens, and nothing fails: the date is simply another one")
            .help(format!("write '{meant}'"))
            .in_block(&site.block);
        // A quote that stands escaped in the file would need its escape again.
        if site.app.sources.slice(place) == whole {
            finding =
                finding.fix(Fix::suggestion(format!("write '{meant}'")).replace(place, whole.replace(written, &meant)));
        }
        findings.push(finding);
    });
}

/// The format that is meant, and what is wrong with the one that is written; none when nothing is.
fn corrected(format: &str) -> Option<(String, &'static str)> {
    if format.contains('%') {
        return of_percent_signs(format).map(|meant| (meant, "a `%` before each letter is how C and Python write it"));
    }
    let tokens = tokens(format);
    let is_letter = |token: &&str| token.starts_with(|letter: char| letter.is_ascii_alphabetic());
    let has = |wanted: &[&str]| tokens.iter().any(|token| wanted.contains(token));
    let mut meant: Vec<String> = tokens.iter().map(|token| (*token).to_owned()).collect();
    let mut reason = None;
    for (index, token) in tokens.iter().enumerate().filter(|(_, token)| is_letter(token)) {
        let letters: Vec<&str> = tokens.iter().copied().filter(is_letter).collect();
        let own = tokens[..index].iter().copied().filter(is_letter).count();
        let before = own.checked_sub(1).map(|at| letters[at]);
        let after = letters.get(own + 1).copied();
        let joined_by =
            |at: usize, signs: &str| tokens.get(at).is_some_and(|sign| sign.len() == 1 && signs.contains(*sign));
        let in_date = (index > 0 && joined_by(index - 1, "-/.")) || joined_by(index + 1, "-/.");
        let in_time = (index > 0 && joined_by(index - 1, ":")) || joined_by(index + 1, ":");
        let is_hour = |token: Option<&str>| token.is_some_and(|token| matches!(token, "H" | "HH" | "h" | "hh"));
        let is_second = |token: Option<&str>| token.is_some_and(|token| matches!(token, "s" | "ss"));
        let wrong = match *token {
            "yyyy" | "yy" => Some((token.to_uppercase(), "the year is `YYYY`")),
            "YYY" | "yyy" => Some(("YYYY".to_owned(), "three letters are no year, it is `YYYY`")),
            // Behind an hour and before seconds they are minutes, whatever joins them.
            "mm" | "m" if in_date && !in_time && !is_hour(before) && !is_second(after) => {
                Some((token.to_uppercase(), "`mm` are the minutes, the month is `MM`"))
            }
            "MM" | "M" if in_time && is_hour(before) => {
                Some((token.to_lowercase(), "`MM` is the month, the minutes are `mm`"))
            }
            "dd" | "d" if in_date && !in_time => Some((token.to_uppercase(), "`dd` is the weekday, the day is `DD`")),
            "SS" | "S"
                if in_time
                    && after.is_none() | after.is_some_and(|after| !after.starts_with('S'))
                    && !has(&["s", "ss"]) =>
            {
                Some((token.to_lowercase(), "`SS` are fractions of a second, the seconds are `ss`"))
            }
            "hh" | "h" if in_time && !has(&["A", "a", "AA", "aa", "tt"]) && !is_hour(after) => {
                Some((token.to_uppercase(), "`hh` counts to 12, the hour of the day is `HH`"))
            }
            "DDD" | "DDDD" if has(MONTHS) => Some(if has(&["D", "DD"]) {
                (token.to_lowercase(), "`DDD` is the day of the year, the weekday is `ddd`")
            } else {
                ("DD".to_owned(), "`DDD` is the day of the year, the day of the month is `DD`")
            }),
            "EEE" => Some(("ddd".to_owned(), "`E` is the number of the weekday, its name is `ddd`")),
            "EEEE" => Some(("dddd".to_owned(), "`E` is the number of the weekday, its name is `dddd`")),
            "HHH" | "HHHH" => Some(("HH".to_owned(), "the hour has two letters, `HH`")),
            "hhh" | "hhhh" => Some(("hh".to_owned(), "the hour has two letters, `hh`")),
            "mmm" | "mmmm" if in_time || is_hour(before) || is_second(after) => {
                Some(("mm".to_owned(), "the minutes have two letters, `mm`"))
            }
            "mmm" | "mmmm" => Some((token.to_uppercase(), "`mm` are the minutes, the name of the month is `MMM`")),
            "sss" | "ssss" if has(&["s", "ss"]) => {
                Some(("SSS".to_owned(), "`ss` are the seconds, their fractions are `SSS`"))
            }
            "sss" | "ssss" => Some(("ss".to_owned(), "the seconds have two letters, `ss`")),
            "tt" | "AA" | "aa" if before.is_some_and(|before| matches!(before, "mm" | "ss" | "h" | "hh")) => {
                Some((if *token == "aa" { "a" } else { "A" }.to_owned(), "the half of the day is one letter, `A`"))
            }
            _ => None,
        };
        if let Some((right, why)) = wrong {
            meant[index] = right;
            reason.get_or_insert(why);
        }
    }
    Some((meant.concat(), reason?))
}

const MONTHS: &[&str] = &["M", "MM", "MMM", "MMMM"];

/// The format that is meant by one with a `%` before each letter; none when it is something else.
fn of_percent_signs(format: &str) -> Option<String> {
    let mut parts = format.split('%');
    let mut meant = parts.next()?.to_owned();
    for part in parts {
        let (token, rest) = part.split_at_checked(1)?;
        meant.push_str(match token {
            "Y" => "YYYY",
            "y" => "YY",
            "m" => "MM",
            "B" => "MMMM",
            "b" => "MMM",
            "d" => "DD",
            "e" => "D",
            "j" => "DDDD",
            "A" => "dddd",
            "a" => "ddd",
            "H" => "HH",
            "I" => "hh",
            "M" => "mm",
            "S" => "ss",
            "f" => "SSSSSS",
            "p" => "A",
            "z" => "ZZ",
            "F" => "YYYY-MM-DD",
            "T" => "HH:mm:ss",
            "s" => "X",
            _ => return None,
        });
        meant.push_str(rest);
    }
    Some(meant)
}

/// Runs of one letter, and everything else a character each; texts in brackets are one token.
fn tokens(format: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '[' => rest.find(']').map_or(rest.len(), |end| end + 1),
            letter if letter.is_ascii_alphabetic() => rest.len() - rest.trim_start_matches(letter).len(),
            other => other.len_utf8(),
        };
        let (token, behind) = rest.split_at(length);
        tokens.push(token);
        rest = behind;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_corrected_where_their_letters_stand_in_the_wrong_place() {
        for (written, meant) in [
            ("yyyy-mm-dd", "YYYY-MM-DD"),
            ("YYYY-mm-DD HH:mm:ss", "YYYY-MM-DD HH:mm:ss"),
            ("YYYY-MM-DD HH:MM:SS", "YYYY-MM-DD HH:mm:ss"),
            ("YYYY-MM-dd", "YYYY-MM-DD"),
            ("DD/mm/YYYY", "DD/MM/YYYY"),
            ("hh:mm:ss", "HH:mm:ss"),
            ("dd.MM.yyyy", "DD.MM.YYYY"),
            ("YYYY-mm-DD_HH-mm", "YYYY-MM-DD_HH-mm"),
            ("DD.mm.YYYY HH.mm", "DD.MM.YYYY HH.mm"),
            ("YYYY-MM-DDD", "YYYY-MM-DD"),
            ("YYYYMMDDD", "YYYYMMDD"),
            ("YYYY-MM-DDDD HH:mm", "YYYY-MM-DD HH:mm"),
            ("DDD, DD MMM YYYY", "ddd, DD MMM YYYY"),
            ("YYY-MM-DD", "YYYY-MM-DD"),
            ("DD mmm YYYY", "DD MMM YYYY"),
            ("YYYY-MM-DD HHH:mmm:sss", "YYYY-MM-DD HH:mm:ss"),
            ("YYYY-MM-DDTHH:mm:ss.sssZ", "YYYY-MM-DDTHH:mm:ss.SSSZ"),
            ("EEE, DD MMM YYYY", "ddd, DD MMM YYYY"),
            ("hh:mm tt", "hh:mm A"),
            ("h:mm aa", "h:mm a"),
            ("%Y-%m-%d", "YYYY-MM-DD"),
            ("%d.%m.%y %H:%M:%S", "DD.MM.YY HH:mm:ss"),
        ] {
            assert_eq!(corrected(written).map(|(meant, _)| meant).as_deref(), Some(meant), "{written}");
        }
        for right in [
            "YYYY-MM-DD",
            "YYYY-MM-DDTHH:mm:ssZ",
            "YYYY-MM-DDTHH:mm:ss.SSSZ",
            "DD.MM.YYYY",
            "hh:mm A",
            "h:mm a",
            "X",
            "x",
            "dddd, MMMM D",
            "YYYYMMDD",
            "HH:mm",
            "mm:ss",
            "ddd, DD MMM YYYY HH:mm:ss",
            "MM/DD/YYYY h:mm A",
            "[mm]-MM",
            "HH.mm",
            "HH-mm",
            "HH-mm-ss",
            "YYYY-MM-DD_HH-mm-ss",
            "DD.MM.YYYY HH.mm",
            "YYYY.MM.DD.HH.mm.ss",
            "YYYY/MM/DD/HH/mm",
            "hh.mm.ss A",
            "h.mm a",
            "mm.ss",
            "YYYY-DDD",
            "YYYYDDDD",
            "YYYY-DDD HH:mm:ss",
            "GGGG-[W]WW-E",
            "HH:mm:ss.SSSS",
            "DD %",
            "",
        ] {
            assert_eq!(corrected(right), None, "{right}");
        }
    }
}
