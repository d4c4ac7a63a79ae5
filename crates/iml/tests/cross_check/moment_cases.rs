//! The questions of the cross-check with moment, generated from a seed.

use connspec_iml::moment::arithmetic::{Field, Unit, add, set, set_day};
use connspec_iml::moment::{Fields, Zone, detect, format, parse};
use serde::Serialize;
use serde_json::{Value, json};

/// A question both sides answer: a text, an instant in milliseconds, or null for "no date".
#[derive(Debug, Serialize)]
#[serde(tag = "operation", rename_all = "lowercase")]
pub enum Question {
    Format { millis: i64, format: String, zone: &'static str },
    Parse { text: String, format: String, zone: &'static str, now: i64 },
    Iso { text: String, zone: &'static str },
    Add { millis: i64, amount: f64, unit: &'static str, zone: &'static str },
    Set { millis: i64, value: f64, field: &'static str, zone: &'static str },
}

impl Question {
    /// What connspec says.
    pub fn answer(&self) -> Value {
        match self {
            Self::Format { millis, format: tokens, zone } => json!(format(*millis, tokens, named(zone))),
            Self::Parse { text, format, zone, now } => json!(parse(text, format, named(zone), *now).ok()),
            Self::Iso { text, zone } => json!(detect(text, named(zone))),
            Self::Add { millis, amount, unit, zone } => json!(add(*millis, *amount, unit_named(unit), named(zone))),
            Self::Set { millis, value, field: "day", zone } => json!(set_day(*millis, *value, named(zone))),
            Self::Set { millis, value, field, zone } => json!(set(*millis, *value, field_named(field), named(zone))),
        }
    }

    pub fn operation(&self) -> &'static str {
        match self {
            Self::Format { .. } => "format",
            Self::Parse { .. } => "parse",
            Self::Iso { .. } => "iso",
            Self::Add { .. } => "add",
            Self::Set { .. } => "set",
        }
    }
}

fn named(zone: &str) -> Zone {
    Zone::named(zone).expect("in the tz database")
}

const UNITS: [(&str, Unit); 6] = [
    ("seconds", Unit::Seconds),
    ("minutes", Unit::Minutes),
    ("hours", Unit::Hours),
    ("days", Unit::Days),
    ("months", Unit::Months),
    ("years", Unit::Years),
];

const FIELDS: [(&str, Field); 6] = [
    ("second", Field::Second),
    ("minute", Field::Minute),
    ("hour", Field::Hour),
    ("date", Field::Date),
    ("month", Field::Month),
    ("year", Field::Year),
];

fn unit_named(name: &str) -> Unit {
    UNITS.iter().find(|(known, _)| *known == name).expect("a unit").1
}

fn field_named(name: &str) -> Field {
    FIELDS.iter().find(|(known, _)| *known == name).expect("a field").1
}

/// Zones that change their clocks, ahead of and behind UTC, by whole and by half hours, and some that do not.
const ZONES: [&str; 18] = [
    "UTC",
    "Europe/Prague",
    "Europe/London",
    "Europe/Dublin",
    "America/New_York",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "America/St_Johns",
    "America/Santiago",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
];

/// Every token there is.
const TOKENS: &str = "YYYYYY YYYYY YYYY YY Y yyyy yyy yy y yo NNNNN NNNN N Q Qo M Mo MM MMM MMMM D Do DD DDD DDDo DDDD d do \
    dd ddd dddd e E w wo ww W Wo WW gg gggg ggggg GG GGGG GGGGG H HH h hh k kk Hmm Hmmss hmm hmmss A a m mm s ss S SS \
    SSS SSSS SSSSS SSSSSS SSSSSSS SSSSSSSS SSSSSSSSS X x Z ZZ z zz L LL LLL LLLL l ll lll llll LT LTS";

/// Text between tokens: separators, protected text, what only looks like a token.
const BETWEEN: [&str; 16] =
    ["", "", " ", "-", "/", ":", ".", "T", "[T]", "[at] ", "[Q", "]", "\\M", "\\", "YYY", "ggg"];

/// Formats a text can be read back by.
const READABLE: [&str; 24] = [
    "YYYY-MM-DD",
    "YYYY-MM-DDTHH:mm:ss.SSSZ",
    "YYYY-MM-DD HH:mm:ss",
    "DD.MM.YYYY HH:mm",
    "MM/DD/YYYY h:mm A",
    "D MMM YYYY",
    "MMMM Do, YYYY hh:mm:ss a",
    "dddd, MMMM D, YYYY H:m:s",
    "GGGG-[W]WW-E",
    "gggg-ww-e HH:mm",
    "YYYY DDDD kk:mm",
    "YYYY-DDD",
    "X",
    "x",
    "YYYYMMDDHHmmss",
    "Y M D",
    "YY/M/D",
    "HH:mm",
    "LLLL",
    "LT",
    "YYYY Q",
    "ddd HH:mm",
    "D H",
    "MMM YYYY ZZ",
];

/// 2024-03-15T09:20:30.456Z: the same date in all of [`ZONES`], because moment takes missing parts from
/// the date in UTC and connspec from that in the zone.
const NOW: i64 = 1_710_494_430_456;

/// The first instant of 2499: moment-timezone's data end within that year.
const END: i64 = 16_693_689_600_000;

/// The first instant of 2100: the years before it are asked about most.
const NEAR_END: i64 = 4_102_444_800_000;

/// The first instant of 1800.
const EARLIEST: i64 = -5_364_662_400_000;

/// All questions, the same in every run with one seed.
pub fn all(seed: u64) -> Vec<Question> {
    let mut dice = Dice(seed);
    let mut questions = formats(&mut dice);
    questions.extend(texts(&mut dice));
    questions.extend(random_texts(&mut dice));
    questions.extend(iso_texts(&mut dice));
    questions.extend(moves(&mut dice));
    questions.extend(transitions(&mut dice));
    questions.extend(every_zone(&mut dice));
    questions
}

/// Every token in every zone, and random formats.
fn formats(dice: &mut Dice) -> Vec<Question> {
    let tokens: Vec<&str> = TOKENS.split_whitespace().collect();
    let mut questions = Vec::new();
    for zone in ZONES {
        for token in &tokens {
            questions.push(Question::Format { millis: dice.instant(), format: (*token).to_owned(), zone });
        }
    }
    for _ in 0..400 {
        let parts = dice.below(5) + 1;
        let format = (0..parts).map(|_| format!("{}{}", dice.pick(&tokens), dice.pick(&BETWEEN))).collect();
        questions.push(Question::Format { millis: dice.instant(), format, zone: dice.pick(&ZONES) });
    }
    questions
}

/// Texts that fit their format, texts damaged at one place, and texts read by another format.
fn texts(dice: &mut Dice) -> Vec<Question> {
    let mut questions = Vec::new();
    for round in 0..900 {
        let zone = dice.pick(&ZONES);
        let written = dice.pick(&READABLE);
        let format = if round % 3 == 2 { dice.pick(&READABLE) } else { written };
        let mut text = format_in(dice.instant(), written, zone);
        if round % 3 == 1 {
            text = dice.damage(&text);
        }
        questions.push(read(text, format.to_owned(), zone));
    }
    questions
}

/// Texts written and read by random formats, often not the same one.
///
/// In UTC, because a timestamp token beside others makes moment-timezone shift the instant by the offset.
fn random_texts(dice: &mut Dice) -> Vec<Question> {
    let tokens: Vec<&str> = TOKENS.split_whitespace().collect();
    let random = |dice: &mut Dice| -> String {
        let parts = dice.below(6) + 1;
        (0..parts).map(|_| format!("{}{}", dice.pick(&tokens), dice.pick(&BETWEEN))).collect()
    };
    let mut questions = Vec::new();
    for round in 0..1_200 {
        let written = random(dice);
        let mut text = format_in(dice.instant(), &written, "UTC");
        let format = if round % 2 == 0 { written } else { random(dice) };
        if round % 4 >= 2 {
            text = dice.damage(&text);
        }
        questions.push(read(text, format, "UTC"));
    }
    questions
}

/// The question for a text's instant; texts that turned out before 1970 or after 2498 are asked in UTC.
fn read(text: String, format: String, zone: &'static str) -> Question {
    let near = parse(&text, &format, Zone::UTC, NOW).is_ok_and(|millis| (0..END).contains(&millis));
    Question::Parse { text, format, zone: if near { zone } else { "UTC" }, now: NOW }
}

fn format_in(millis: i64, tokens: &str, zone: &str) -> String {
    format(millis, tokens, named(zone))
}

/// ISO 8601 texts that name a day.
fn iso_texts(dice: &mut Dice) -> Vec<Question> {
    let shapes = [
        "YYYY-MM-DD",
        "YYYY-MM-DDTHH:mm",
        "YYYY-MM-DD HH:mm:ss",
        "YYYY-MM-DDTHH:mm:ss.SSS",
        "YYYY-MM-DDTHH:mm:ssZ",
        "YYYYMMDD",
        "YYYYMMDD[T]HHmmss",
        "YYYY-MM-DDTHH:mm:ss.SSSSSS[Z]",
        "GGGG-[W]WW-E",
        "YYYY-DDDD",
        "YYYY-MM-DD[T]HH",
        "YYYYYY-MM-DD",
    ];
    (0..200)
        .map(|_| {
            let zone = dice.pick(&ZONES);
            Question::Iso { text: format_in(dice.instant(), dice.pick(&shapes), zone), zone }
        })
        .collect()
}

/// Additions and settings from random instants.
fn moves(dice: &mut Dice) -> Vec<Question> {
    let mut questions = Vec::new();
    for _ in 0..300 {
        let (unit, _) = dice.pick(&UNITS);
        let largest = if unit == "years" { 8 } else { 40 };
        let amount = dice.amount(largest);
        questions.push(Question::Add { millis: dice.early_instant(), amount, unit, zone: dice.pick(&ZONES) });
        let (field, _) = dice.pick(&FIELDS);
        let value = if field == "year" { 1990.0 + dice.below(40) as f64 } else { dice.amount(40).trunc() };
        questions.push(Question::Set { millis: dice.early_instant(), value, field, zone: dice.pick(&ZONES) });
        let value = dice.amount(14).trunc();
        questions.push(Question::Set { millis: dice.instant(), value, field: "day", zone: dice.pick(&ZONES) });
    }
    questions
}

/// Around the changes of the clocks in every zone: the reading before, within and after.
fn transitions(dice: &mut Dice) -> Vec<Question> {
    let mut questions = Vec::new();
    for zone in ZONES {
        let all = changes(named(zone));
        for _ in 0..all.len().min(8) {
            let at = dice.pick(&all);
            for millis in [at - 1, at, at + 1_800_000] {
                questions.push(Question::Format { millis, format: "YYYY-MM-DD HH:mm:ss Z z".to_owned(), zone });
            }
            // Readings every half an hour around the change, among them all skipped and repeated ones; a gap
            // that does not alternate with the change before is one moment-timezone moves back from.
            let readings = if alternates(named(zone), &all, at) { -3..=5 } else { 4..=5 };
            for half_hours in readings {
                let reading = named(zone).wall_at(at - 1) + 1 + half_hours * 1_800_000;
                let text = format(reading, "YYYY-MM-DD HH:mm:ss", Zone::UTC);
                let format = "YYYY-MM-DD HH:mm:ss".to_owned();
                questions.push(Question::Parse { text, format, zone, now: NOW });
            }
            questions.extend(moves_onto(dice, at, zone));
        }
    }
    questions
}

/// Every zone of the database from 1800 on, when most places had local mean time.
fn every_zone(dice: &mut Dice) -> Vec<Question> {
    let mut questions = Vec::new();
    for zone in Zone::names() {
        for _ in 0..4 {
            let millis = EARLIEST + dice.below((END - EARLIEST) as u64) as i64;
            questions.push(Question::Format { millis, format: "YYYY-MM-DD HH:mm:ss Z z".to_owned(), zone });
        }
    }
    questions
}

/// Whether a change of the clocks takes back the one before it.
fn alternates(zone: Zone, changes: &[i64], at: i64) -> bool {
    let before = changes.iter().rev().find(|earlier| **earlier < at);
    before.is_some_and(|before| zone.offset_at(before - 1) == zone.offset_at(at))
}

/// Additions and settings that end near a change of the clocks, from either side.
fn moves_onto(dice: &mut Dice, at: i64, zone: &'static str) -> Vec<Question> {
    let day = 86_400_000;
    let around = |dice: &mut Dice| (dice.below(8) as i64 - 3) * 1_800_000;
    let mut questions = Vec::new();
    for amount in [1.0, -1.0] {
        let millis = at - amount as i64 * day + around(dice);
        questions.push(Question::Add { millis, amount, unit: "days", zone });
        questions.push(Question::Add { millis, amount: amount * 24.0, unit: "hours", zone });
    }
    let reading = Fields::from_wall(named(zone).wall_at(at - 1) + 1);
    for millis in [at - 4 * 3_600_000, at + 5 * 3_600_000] {
        questions.push(Question::Set { millis, value: reading.hour as f64, field: "hour", zone });
        questions.push(Question::Set { millis, value: 90.0, field: "minute", zone });
    }
    questions
}

/// The instants at which a zone changes its offset, 1971 to 2098; later years repeat the last ones.
fn changes(zone: Zone) -> Vec<i64> {
    let step = 6 * 3_600_000;
    let (first, last) = (31_536_000_000, NEAR_END - 31_536_000_000);
    let mut found = Vec::new();
    let mut start = first;
    while start < last {
        let (mut low, mut high) = (start, start + step);
        if zone.offset_at(low) != zone.offset_at(high) {
            while high - low > 1 {
                let middle = low + (high - low) / 2;
                if zone.offset_at(middle) == zone.offset_at(low) { low = middle } else { high = middle }
            }
            found.push(high);
        }
        start += step;
    }
    found
}

/// SplitMix64: numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len() as u64) as usize]
    }

    /// An instant from 1970 to 2498, every second one before 2100.
    fn instant(&mut self) -> i64 {
        let end = if self.below(2) == 0 { NEAR_END } else { END };
        self.below(end as u64) as i64
    }

    /// An instant from 1980 to 2486, so that moving it by years stays before [`END`].
    fn early_instant(&mut self) -> i64 {
        315_532_800_000 + self.below(15_999_465_600_000) as i64
    }

    /// An amount of at most `largest` in either direction, every fourth with a fraction.
    fn amount(&mut self, largest: u64) -> f64 {
        let whole = self.below(2 * largest + 1) as f64 - largest as f64;
        if self.below(4) == 0 { whole + self.below(100) as f64 / 100.0 } else { whole }
    }

    /// The text with one character left out, doubled or replaced.
    fn damage(&mut self, text: &str) -> String {
        let mut characters: Vec<char> = text.chars().collect();
        let place = self.below(characters.len() as u64) as usize;
        match self.below(3) {
            0 => drop(characters.remove(place)),
            1 => characters.insert(place, characters[place]),
            _ => characters[place] = self.pick(&['0', '9', '3', ' ', 'x', '-', 'Z', 'p', '\u{e9}']),
        }
        characters.into_iter().collect()
    }
}
