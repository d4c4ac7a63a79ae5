//! From the address of a store to the store.

use crate::{ConnectionStore, FileStore, MemoryStore, Result, Sealing, StoreError, StoreErrorKind};

/// Opens the store at `url`: `file:FOLDER`, `sqlite:FILE`, `postgres://…` or
/// `memory:`; a folder or file that does not exist is made. Where saved
/// connections live by default is the caller's business. `memory:` seals
/// nothing, as it leaves no trace.
///
/// Errors: `InvalidUrl`, and whatever keeps the place from being opened.
pub async fn open(url: &str, sealing: Sealing) -> Result<Box<dyn ConnectionStore>> {
    let (scheme, rest) = url.split_once(':').ok_or_else(|| unknown(url))?;
    match scheme {
        "memory" if rest.is_empty() => Ok(Box::new(MemoryStore::new())),
        "file" => Ok(Box::new(FileStore::open(path(url, rest)?, sealing).await?)),
        #[cfg(feature = "sqlite")]
        "sqlite" => Ok(Box::new(crate::SqlStore::open_sqlite(path(url, rest)?, sealing).await?)),
        #[cfg(feature = "postgres")]
        "postgres" | "postgresql" => Ok(Box::new(crate::SqlStore::open_postgres(url, sealing).await?)),
        #[allow(unreachable_patterns)] // reached in builds without the feature
        "sqlite" | "postgres" | "postgresql" => Err(left_out(scheme)),
        _ => Err(unknown(scheme)),
    }
}

fn left_out(scheme: &str) -> StoreError {
    StoreError::new(
        StoreErrorKind::InvalidUrl,
        format!(
            "this connspec was built without {scheme}, so it cannot open such a store; build it with `--features {scheme}` or use file:FOLDER"
        ),
    )
}

/// The path of `file:PATH` and `sqlite:PATH`, with or without `//`.
fn path<'a>(url: &str, rest: &'a str) -> Result<&'a str> {
    let path = rest.strip_prefix("//").unwrap_or(rest);
    if path.is_empty() {
        return Err(StoreError::new(
            StoreErrorKind::InvalidUrl,
            format!(
                "the store's address `{url}` names no path; write it behind the colon, as in `sqlite:/home/me/connections.db`"
            ),
        ));
    }
    Ok(path)
}

/// Shows the scheme only: the rest of an address may hold a password.
fn unknown(scheme: &str) -> StoreError {
    StoreError::new(
        StoreErrorKind::InvalidUrl,
        format!(
            "`{scheme}` is no kind of store, so connections could not be kept there; use sqlite:FILE, file:FOLDER, postgres://USER@HOST/DATABASE or memory:"
        ),
    )
}
