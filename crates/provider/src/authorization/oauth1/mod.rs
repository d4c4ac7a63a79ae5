//! OAuth 1 (RFC 5849).
