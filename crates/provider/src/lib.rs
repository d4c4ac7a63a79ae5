//! The other side: a strict authorization server, and on it the Academy API
