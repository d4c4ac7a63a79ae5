//! `safeSerialize`: known, but only to Make.

use crate::functions::{Arguments, Family, Function, Run, Standing};

pub(super) static FUNCTION: Function = Function {
    name: "safeSerialize",
    family: Family::Runtime,
    signature: "safeSerialize(value)",
    doc: "Exists only inside Make, with unpublished meaning.",
    arguments: Arguments::exactly(1),
    standing: Standing::OnlyInMake,
    examples: &[],
    run: Run::OnlyInMake,
};
