//! `base64url`: bytes, or Base64 text, in the alphabet for URLs.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use crate::LanguageSwitch;
use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "base64url",
    family: Family::Text,
    signature: "base64url(value)",
    doc: "Turns Base64 text to the alphabet for URLs, without padding; any other text and buffers are encoded so \
          from their bytes. It is known from the documentation's PKCE example only, and two public apps found \
          it missing in Make: there a chain of `replace` is safer.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        // RFC 7636, appendix B.
        Example::new(
            "{{base64url(sha256('dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk', 'base64'))}}",
            "{}",
            r#""E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM""#,
        ),
        Example::new("{{base64url('+/8=')}}", "{}", r#""-_8""#),
        Example::new("{{base64url('>>>?')}}", "{}", r#""Pj4-Pw""#),
        Example::new("{{base64url(x)}}", r#"{"x": {"$binary": "+/8="}}"#, r#""-_8""#),
        Example::new("{{base64url(x)}}", r#"{"x": null}"#, r#""""#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    call.relied_on(LanguageSwitch::Base64url);
    if !call.options().base64url {
        return Err(call.unknown());
    }
    let bytes = call.bytes(0)?;
    let decoded = match call.argument(0) {
        Val::Binary(_) => None,
        _ => STANDARD.decode(bytes).ok(),
    };
    call.make_text(URL_SAFE_NO_PAD.encode(decoded.as_deref().unwrap_or(bytes)))
}

#[cfg(test)]
mod tests {
    use crate::{FixedHost, Options, Scope, Template};

    #[test]
    fn the_switch_makes_it_unknown() {
        let host = FixedHost::new(0, "UTC", 1);
        let outcome = |base64url| {
            let options = Options { base64url, ..Options::default() };
            Template::parse_with("{{base64url('a')}}", options).eval(&Scope::new(), &host)
        };
        assert!(outcome(true).is_ok());
        assert_eq!(outcome(false).expect_err("unknown").code, "unknown-function");
    }
}
