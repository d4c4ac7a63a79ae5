//! Refusals, in the words of the OAuth Problem Reporting extension, since RFC 5849 §3.2 names
//! statuses alone.

/// Why a request was refused. The advice holds no secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}: {advice}")]
pub struct Problem {
    /// `oauth_problem`, such as `signature_invalid`.
    pub name: &'static str,
    /// 400 or 401, as RFC 5849 §3.2 has it.
    pub status: u16,
    /// What to do about it.
    pub advice: String,
}

impl Problem {
    /// The request is not one that can be understood: 400.
    pub fn bad_request(name: &'static str, advice: impl Into<String>) -> Self {
        Self { name, status: 400, advice: advice.into() }
    }

    /// The request is understood and not believed: 401.
    pub fn unauthorized(name: &'static str, advice: impl Into<String>) -> Self {
        Self { name, status: 401, advice: advice.into() }
    }

    /// A parameter is missing.
    pub fn absent(parameter: &str) -> Self {
        Self::bad_request("parameter_absent", format!("the parameter {parameter} is missing"))
    }
}
