//! Three expressions of everyday connections, the variables they read, and what they must give.

use serde_json::{Value, json};

/// What every engine must do; each says it in its own language.
pub struct Case {
    /// Short name, for the head of a table.
    pub name: &'static str,
    /// In IML.
    pub iml: &'static str,
    pub expected: &'static str,
}

pub const CASES: [Case; 3] = [
    Case {
        name: "T1 bearer header",
        iml: "Bearer {{connection.accessToken}}",
        expected: "Bearer at-0123456789abcdef0123456789abcdef",
    },
    Case {
        name: "T2 scope join",
        iml: "{{join(distinct(merge(oauth.scope, ifempty(parameters.scopes, emptyarray))), ' ')}}",
        expected: "users:read users:write files:read offline files:write",
    },
    Case {
        name: "T3 conditional URL",
        iml: "{{if(parameters.sandbox, 'https://sandbox.example.com', 'https://api.example.com')}}/oauth/token",
        expected: "https://sandbox.example.com/oauth/token",
    },
];

/// The variables, as a connection has them.
pub fn variables() -> Value {
    json!({
        "connection": {
            "accessToken": "at-0123456789abcdef0123456789abcdef",
            "refreshToken": "rt-1",
            "expires": "2026-01-01T00:00:00Z",
        },
        "oauth": {"scope": ["users:read", "users:write", "files:read", "offline"], "code": "abc"},
        "parameters": {
            "sandbox": true,
            "scopes": ["files:read", "files:write"],
            "clientId": "cid",
            "clientSecret": "sec",
        },
        "common": {"clientId": "cid"},
    })
}
