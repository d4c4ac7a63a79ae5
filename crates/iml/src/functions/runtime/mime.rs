//! `mime`: the media type of a file by its name.

mod types;

use crate::eval::{Outcome, Val};
use crate::functions::{Arguments, Call, Example, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "mime",
    family: Family::Runtime,
    signature: "mime(filename)",
    doc: "Gives the media type that goes with the extension of a file's name; undefined for a name without extension \
          and for an extension nobody knows.",
    arguments: Arguments::exactly(1),
    standing: Standing::Documented,
    examples: &[
        Example::new("{{mime('picture.png')}}", "{}", r#""image/png""#),
        Example::new("{{mime('folder.d/archive.tar.GZ')}}", "{}", r#""application/gzip""#),
        Example::new("{{mime('noext')}}", "{}", r#"{"$undefined": true}"#),
        Example::new("{{mime('folder.png/file')}}", "{}", r#"{"$undefined": true}"#),
        Example::new("{{mime('file.unheard-of')}}", "{}", r#"{"$undefined": true}"#),
        Example::new("{{mime(null)}}", "{}", r#"{"$undefined": true}"#),
    ],
    run: Run::Eager(run),
};

fn run<'a>(call: &Call<'a>) -> Outcome<'a> {
    let name = call.text(0)?.rsplit(['/', '\\']).next().unwrap_or_default();
    let media_type = name.rsplit_once('.').and_then(|(_, extension)| types::of_extension(extension));
    Ok(media_type.map_or(Val::Undefined, Val::Text))
}
