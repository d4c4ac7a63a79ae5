//! What databases refuse, in words.

use sqlx::Error;

use crate::{StoreError, StoreErrorKind};

/// Words `error` for the store at `place`. Database messages quote statements
/// and names of tables, never bound values, so they are passed on; what
/// concerns the address is not, as it may hold a password.
pub(super) fn explain(place: &str, error: Error) -> StoreError {
    let (kind, what) = match &error {
        Error::Database(refusal) => {
            let code = refusal.code().unwrap_or_default();
            (kind_of_code(&code), refusal.message().to_owned())
        }
        Error::Io(error) => (StoreErrorKind::Unreachable, error.to_string()),
        Error::Tls(error) => (StoreErrorKind::Unreachable, format!("TLS: {error}")),
        Error::PoolTimedOut => (StoreErrorKind::Unreachable, "no answer in time".to_owned()),
        Error::Configuration(_) => (StoreErrorKind::InvalidUrl, "its address has a fault".to_owned()),
        Error::ColumnDecode { .. } | Error::Decode(_) | Error::ColumnNotFound(_) => {
            (StoreErrorKind::Corrupt, "its tables do not have connspec's shape".to_owned())
        }
        _ => (StoreErrorKind::Other, error.to_string()),
    };
    let advice = advice(kind);
    StoreError::new(kind, format!("the saved connections in {place} cannot be used: {what}; {advice}"))
}

/// Whether the database was only busy.
pub(super) fn is_busy(error: &Error) -> bool {
    let refusal = error.as_database_error().and_then(|refusal| refusal.code());
    refusal.is_some_and(|code| kind_of_code(&code) == StoreErrorKind::Locked)
}

/// SQLite's result codes are numbers, extended in the higher bytes
/// (<https://sqlite.org/rescode.html>); PostgreSQL's have five characters
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>), some of
/// digits only, all of those from 01000 up to 58030 and with their zeros.
fn kind_of_code(code: &str) -> StoreErrorKind {
    match code.len() {
        5 => kind_of_sqlstate(code),
        _ => code.parse().map_or(StoreErrorKind::Other, kind_of_sqlite),
    }
}

fn kind_of_sqlite(code: u32) -> StoreErrorKind {
    match code & 0xff {
        5 | 6 => StoreErrorKind::Locked,
        3 | 14 | 23 => StoreErrorKind::Unreadable,
        8 => StoreErrorKind::ReadOnly,
        13 => StoreErrorKind::Full,
        // SQLITE_IOERR_WRITE, _FSYNC, _TRUNCATE, _SHMSIZE: how a quota or a limit shows.
        10 if matches!(code >> 8, 3 | 4 | 6 | 19) => StoreErrorKind::Full,
        10 => StoreErrorKind::Unreadable,
        11 | 26 => StoreErrorKind::Corrupt,
        _ => StoreErrorKind::Other,
    }
}

fn kind_of_sqlstate(code: &str) -> StoreErrorKind {
    match (&code[..2], code) {
        (_, "53100") => StoreErrorKind::Full,
        (_, "25006" | "42501") => StoreErrorKind::ReadOnly,
        (_, "55P03" | "57014" | "40001" | "40P01") => StoreErrorKind::Locked,
        ("08" | "28" | "3D" | "53" | "57", _) => StoreErrorKind::Unreachable,
        ("XX", _) => StoreErrorKind::Corrupt,
        _ => StoreErrorKind::Other,
    }
}

fn advice(kind: StoreErrorKind) -> &'static str {
    match kind {
        StoreErrorKind::Locked => {
            "another process kept it locked for more than 5 seconds: find out which, and try again"
        }
        StoreErrorKind::Unreadable => "check that the path exists and belongs to this user",
        StoreErrorKind::ReadOnly => "new tokens could not be saved there: make it writable or choose another store",
        StoreErrorKind::Full => "what was saved before is untouched: make room and try again",
        StoreErrorKind::Corrupt => "it was left untouched: restore it from a backup, or move it away and connect again",
        StoreErrorKind::Unreachable => "check that the server runs, and the user and password in the address",
        StoreErrorKind::InvalidUrl => "write it as postgres://USER:PASSWORD@HOST/DATABASE",
        _ => "try again, and report it if it repeats",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_both_databases_mean_kinds() {
        for (code, kind) in [
            ("5", StoreErrorKind::Locked),
            ("517", StoreErrorKind::Locked),    // SQLITE_BUSY_SNAPSHOT
            ("1032", StoreErrorKind::ReadOnly), // SQLITE_READONLY_DBMOVED
            ("13", StoreErrorKind::Full),
            ("778", StoreErrorKind::Full),       // SQLITE_IOERR_WRITE
            ("4874", StoreErrorKind::Full),      // SQLITE_IOERR_SHMSIZE
            ("266", StoreErrorKind::Unreadable), // SQLITE_IOERR_READ
            ("26", StoreErrorKind::Corrupt),
            ("14", StoreErrorKind::Unreadable),
            ("53100", StoreErrorKind::Full),
            ("28P01", StoreErrorKind::Unreachable),
            ("3D000", StoreErrorKind::Unreachable),
            ("25006", StoreErrorKind::ReadOnly),
            ("42501", StoreErrorKind::ReadOnly),
            ("55P03", StoreErrorKind::Locked),
            ("", StoreErrorKind::Other),
        ] {
            assert_eq!(kind_of_code(code), kind, "{code}");
        }
    }
}
