//! Large files cost in proportion to their size: whatever there is much of in a file, twice as much takes about twice
//! as long.
//!
//! Each shape is checked small and eight times as large. A quadratic step would take 64 times as long; more than 24
//! fails, so that a busy machine does not; where the system tells, the time of the processor is what counts. `CONNSPEC_SCALE=name` looks at the shapes whose name contains the text, and
//! `CONNSPEC_SCALE_SIZE=30000` at another size.

#![allow(clippy::print_stdout, reason = "the ratios are the result")]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]
#![allow(clippy::disallowed_methods, reason = "time is what is measured; the filter is an environment variable")]

use std::time::{Duration, Instant};

use connspec_checks::check;
use connspec_diagnostics::render::{self, HumanOptions};
use connspec_spec::layout::{Memory, load_app_from};

const TIMES: usize = 8;
const MOST: f64 = 24.0;

/// Writes a file with so many of something.
type Shape = fn(usize) -> String;

/// What is in each shape, `count` times.
const SHAPES: &[(&str, Shape)] = &[
    ("requests of token", |count| {
        let request = |number| {
            format!(
                r#"{{ "url": "https://api.acme.test/{number}", "method": "POST", "headers": {{ "authorization": "Bearer {{{{data.a{number}}}}}" }},
                "body": {{ "secret": "{{{{parameters.secret}}}}" }}, "response": {{ "data": {{ "t{number}": "{{{{body.token}}}}" }}, "temp": {{ "x": "{{{{body.x}}}}" }} }} }}"#
            )
        };
        format!(r#"{{ "authorize": {{ "url": "https://a.test" }}, "token": [{}] }}"#, each(count, request))
    }),
    ("requests of refresh", |count| {
        let request = |number| {
            format!(
                r#"{{ "condition": "{{{{data.e{number} < addMinutes(now, 5)}}}}", "url": "https://api.acme.test/{number}", "body": {{ "refresh_token": "{{{{data.r{number}}}}}", "x": "{{{{temp.x}}}}" }},
                "response": {{ "data": {{ "r{number}": "{{{{body.refresh_token}}}}" }} }} }}"#
            )
        };
        format!(
            r#"{{ "authorize": {{ "url": "https://a.test" }}, "token": {{ "url": "https://a.test", "response": {{ "temp": {{ "x": "1" }} }} }}, "refresh": [{}] }}"#,
            each(count, request)
        )
    }),
    ("access tokens under other names in refresh", |count| {
        let tokens = |key| each(3 * count, |number| format!(r#""{key}{number}": "{{{{body.access_token}}}}""#));
        format!(
            r#"{{ "authorize": {{ "url": "https://a.test" }}, "token": {{ "url": "https://a.test", "response": {{ "data": {{ {} }} }} }},
            "refresh": {{ "url": "https://a.test", "body": {{ "grant_type": "refresh_token" }}, "response": {{ "data": {{ {} }} }} }} }}"#,
            tokens("a"),
            tokens("b")
        )
    }),
    ("requests of a basic connection", |count| {
        let request = |number| {
            format!(
                r#"{{ "url": "http://api.acme.test/{number}?a=b", "qs": {{ "token": "{{{{parameters.token}}}}" }} }}"#
            )
        };
        format!("[{}]", each(count, request))
    }),
    ("unknown directives", |count| {
        format!(r#"{{ "url": "https://a.test", {} }}"#, each(count, |number| format!(r#""heder{number}": 1"#)))
    }),
    ("unknown blocks", |count| {
        format!(r#"{{ "info": {{}}, {} }}"#, each(count, |number| format!(r#""tokn{number}": {{}}"#)))
    }),
    ("form fields", |count| {
        let field = |number| format!(r#"{{ "name": "f{number}", "type": "text", "required": false }}"#);
        let read = |number| format!(r#""h{number}": "{{{{parameters.f{number}}}}} {{{{parameters.g{number}}}}}""#);
        format!(
            r#"{{ "type": "basic", "parameters": [{}], "communication": {{ "url": "https://a.test/{{{{parameters.f1}}}}", "headers": {{ {} }} }} }}"#,
            each(count, field),
            each(count, read)
        )
    }),
    ("stored keys", |count| {
        let stored = |number| format!(r#""k_{number}": "{{{{addSeconds(now, body.expires_in)}}}}""#);
        let again = |number| format!(r#""k{number}": "{{{{body.x}}}}""#);
        format!(
            r#"{{ "token": {{ "url": "https://a.test", "condition": true, "response": {{ "data": {{ {} }} }} }}, "refresh": {{ "url": "https://a.test", "condition": "{{{{data.k_1 < now}}}}", "response": {{ "data": {{ {} }} }} }} }}"#,
            each(count, stored),
            each(count, again)
        )
    }),
    ("reads of temp", |count| {
        let write = |number| format!(r#""t{number}": "{{{{temp.t{}}}}}""#, number + 1);
        let read = |number| format!(r#""b{number}": "{{{{temp.t{number}}}}}{{{{temp.u{number}}}}}""#);
        format!(
            r#"{{ "token": {{ "url": "https://a.test", "temp": {{ {} }} }}, "refresh": {{ "url": "https://a.test", "body": {{ {} }} }} }}"#,
            each(count, write),
            each(count, read)
        )
    }),
    ("lists written again", |count| {
        let request = |number| {
            format!(r#"{{ "url": "https://a.test", "response": {{ "data": {{ "l": [1], "m{number}": [1] }} }} }}"#)
        };
        format!(r#"{{ "info": [{}] }}"#, each(count, request))
    }),
    ("expressions of one text", |count| {
        let expression = |number| format!("{{{{ifempty(body.a{number}, parameters.b)}}}} {{{{or(a, b{number})}}}}");
        format!(r#"{{ "url": "https://a.test", "headers": {{ "x": "{}" }} }}"#, each(count, expression))
    }),
    ("comparisons of one text", |count| {
        let expression = |number| format!("{{{{if(body.a{number} = '1'; temp.b{number} + 1; [])}}}}");
        format!(r#"{{ "url": "https://a.test", "headers": {{ "x": "{}" }} }}"#, each(count, expression))
    }),
    ("mistakes of one text", |count| {
        let expression =
            |number| format!("{{{{a[0] b{number}}}}} {{{{body.x-y}}}} {{parameters.a}} {{{{{{ c: 1 }}}}}}}}");
        format!(r#"{{ "url": "https://a.test", "headers": {{ "x": "{}" }} }}"#, each(count, expression))
    }),
    ("a long expression", |count| {
        let sum = (0..count.min(900)).map(|number| format!("body.a{number}")).collect::<Vec<_>>().join(" + ");
        let text = vec![format!("{{{{{sum}}}}}"); count.div_ceil(900)].join("");
        format!(r#"{{ "url": "https://a.test", "headers": {{ "x": "{text}" }} }}"#)
    }),
    ("headers", |count| {
        let header =
            |number| format!(r#""X-{number}": "{{{{parameters.token}}}}", "x-{number}": "{{{{parameters.token}}}}""#);
        format!(
            r#"{{ "url": "https://a.test", "headers": {{ {} }}, "log": {{ "sanitize": ["request.headers.q"] }} }}"#,
            each(count, header)
        )
    }),
    ("paths to sanitize", |count| {
        let header = |number| format!(r#""x-{number}": "{{{{parameters.token}}}}""#);
        let path = |number| format!(r#""request.headers.y-{number}""#);
        format!(
            r#"{{ "url": "https://a.test", "headers": {{ {} }}, "log": {{ "sanitize": [{}] }} }}"#,
            each(count, header),
            each(count, path)
        )
    }),
    ("parameters of a url", |count| {
        let parameter = (0..count).map(|number| format!("a{number}={{{{x{number}}}}}")).collect::<Vec<_>>().join("&");
        format!(r#"{{ "url": "https://a.test?{parameter}", "qs": {{ "b": 1 }} }}"#)
    }),
    ("statuses of an error", |count| {
        let entry = |number| format!(r#""4x{number}": {{ "type": "NoError{number}" }}"#);
        format!(r#"{{ "url": "https://a.test", "response": {{ "error": {{ {} }} }} }}"#, each(count, entry))
    }),
    ("keys that stand twice", |count| {
        format!(
            r#"{{ "url": "https://a.test", "qs": {{ {} }} }}"#,
            each(count, |number| format!(r#""k{}": {{ "a": 1 }}"#, number / 2))
        )
    }),
    ("scopes", |count| {
        let scope = |number| format!(r#""s{number}""#);
        let described = |number| format!(r#""d{number}": "x""#);
        format!(
            r#"{{ "type": "oauth", "communication": {{ "authorize": {{ "url": "https://a.test" }}, "token": {{ "url": "https://a.test" }} }}, "scope": [{}, ""], "scopes": {{ {} }} }}"#,
            each(count, scope),
            each(count, described)
        )
    }),
    ("lines with suppressions", |count| {
        let line = |number| format!("\n// connspec-ignore CS0104: x\n\"heder{number}\": 1");
        format!("{{ \"url\": \"https://a.test\", {} }}", each(count, line))
    }),
    ("slips in the syntax", |count| {
        format!(
            r#"{{ "url": "https://a.test", "qs": {{ {} }} }}"#,
            (0..count).map(|number| format!("k{number}: 'a'\n")).collect::<String>()
        )
    }),
    ("signatures", |count| {
        let claim = |_| r#"{ "exp": "{{timestamp + 30000}}" }"#.to_owned();
        format!(
            r#"{{ "url": "https://a.test", "temp": {{ "claims": [{}], "t": "{{{{jwt(temp.claims, 'x')}}}}" }} }}"#,
            each(count, claim)
        )
    }),
];

fn each(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().join(",")
}

/// A clock that stands still while somebody else has the processor, where the system has one.
struct Stopwatch {
    began: Instant,
    worked: Option<Duration>,
}

impl Stopwatch {
    fn start() -> Self {
        Self { began: Instant::now(), worked: worked() }
    }

    fn elapsed(&self) -> Duration {
        let worked = worked().zip(self.worked).map(|(now, then)| now.saturating_sub(then));
        worked.unwrap_or_else(|| self.began.elapsed())
    }
}

/// What one turn of `work` takes, of as many turns as the clock needs to tell them: it moves every few milliseconds.
fn cost_of(mut work: impl FnMut()) -> Duration {
    const ENOUGH: Duration = Duration::from_millis(60);
    let clock = Stopwatch::start();
    let mut turns = 0;
    loop {
        work();
        turns += 1;
        let took = clock.elapsed();
        if took >= ENOUGH {
            return took / turns;
        }
    }
}

/// The time this thread has had a processor (Linux).
fn worked() -> Option<Duration> {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    statistics.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// Reading, checking and showing a text; gives how much was found.
fn look(text: &str) -> usize {
    let files = Memory::from([("acme.jsonc", text)]);
    let app = load_app_from(&files, "acme.jsonc").unwrap();
    let found = check(&app);
    let located: Vec<_> = found.iter().map(|finding| (&*app.sources, finding)).collect();
    let shown =
        render::json(&located).len() + render::sarif(&located, "0", &|_| None).len() + render::github(&located).len();
    assert!(shown > 0);
    found.len()
}

#[test]
fn large_files_cost_in_proportion() {
    let only = std::env::var("CONNSPEC_SCALE").unwrap_or_default();
    let size: usize = std::env::var("CONNSPEC_SCALE_SIZE").map_or(40, |size| size.parse().unwrap());
    let mut steep = Vec::new();
    for (name, text) in SHAPES.iter().filter(|(name, _)| name.contains(only.as_str())) {
        let (small, large) = (text(size), text(size * TIMES));
        let cost = |text: &str| cost_of(|| assert!(look(text) > 0));
        let (found, mut before, mut after) = (look(&large), cost(&small), cost(&large));
        let ratio = |before: Duration, after: Duration| after.as_secs_f64() / before.as_secs_f64();
        if ratio(before, after) > MOST {
            // Somebody else may have had the processor: only what is slow again is slow.
            (before, after) = (before.min(cost(&small)), after.min(cost(&large)));
        }
        let ratio = ratio(before, after);
        println!(
            "{name}: {TIMES} times as much takes {ratio:.1} times as long ({} kB, {found} findings, {after:.1?})",
            large.len() / 1000
        );
        if ratio > MOST {
            steep.push(format!("{name}: {ratio:.1}"));
        }
    }
    assert!(steep.is_empty(), "these grow faster than their size: {}", steep.join(", "));
}

/// What it costs to draw so many of a text's findings, from everywhere in it.
fn cost_of_drawing(text: &str, count: usize) -> Duration {
    let app = load_app_from(&Memory::from([("acme.jsonc", text)]), "acme.jsonc").unwrap();
    let found = check(&app);
    let every = found.len() / count;
    let chosen: Vec<_> = found.iter().step_by(every).take(count).collect();
    let draw = || -> usize {
        chosen.iter().map(|finding| render::human(&app.sources, finding, HumanOptions::default()).len()).sum()
    };
    // What is looked for once in a file, at the first finding, is not part of the comparison.
    let drawn = draw();
    assert!(chosen.len() == count && drawn > 50 * count && drawn < 5_000 * count, "{drawn} bytes");
    cost_of(|| assert_eq!(draw(), drawn))
}

#[test]
fn a_finding_costs_the_same_to_draw_however_large_its_file_and_its_line() {
    const FINDINGS: usize = 40;
    const MOST: f64 = 3.0;
    let members = |count, separator: &str| {
        let member = |number| format!(r#""heder{number}": "{{{{body.x[0]}}}}""#);
        (0..count).map(member).collect::<Vec<_>>().join(separator)
    };
    let many_lines = |count| format!("{{ \"url\": \"https://a.test\",\n{}\n}}", members(count, ",\n"));
    let one_line = |count| format!("{{ \"url\": \"https://a.test\", {} }}", members(count, ", "));
    let far_label = |count| {
        let first = r#""url": "https://a.test""#;
        let again = (0..50).map(|_| first).collect::<Vec<_>>().join(",\n");
        format!("{{ {first},\n{},\n{again}\n}}", members(count, ",\n"))
    };
    let shapes: [(&str, &dyn Fn(usize) -> String); 3] =
        [("many lines", &many_lines), ("one line", &one_line), ("labels far away", &far_label)];
    for (name, text) in shapes {
        let (small, large) = (text(1_000), text(1_000 * TIMES));
        let (before, after) = (cost_of_drawing(&small, FINDINGS), cost_of_drawing(&large, FINDINGS));
        let ratio = after.as_secs_f64() / before.as_secs_f64();
        println!(
            "{name}: {FINDINGS} findings of {} kB take {ratio:.1} times as long as of an eighth ({after:.1?})",
            large.len() / 1000
        );
        assert!(ratio < MOST, "{name}: drawing a finding grows with its file: {ratio:.1}");
    }
}
