//! The lease as a small file beside the connection's.

use crate::lease::Lease;

/// Reads a lease. Whatever is no lease is nobody's: only a power cut leaves
/// such a file, and it ends every holder.
pub(super) fn read(content: Option<&[u8]>) -> Lease {
    content.and_then(|content| serde_json::from_slice(content).ok()).unwrap_or_default()
}

pub(super) fn text(lease: &Lease) -> String {
    serde_json::to_string(lease).expect("numbers and text are always JSON")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::MachineClock;

    #[test]
    fn a_file_cut_short_by_a_power_cut_is_nobodys_lease() {
        let lease = Lease::default().next("a", 0, 10, &MachineClock::default().read()).unwrap();
        let whole = text(&lease);
        assert_eq!(read(Some(whole.as_bytes())), lease);
        for cut in ["", "{", &whole[..whole.len() / 2]] {
            assert_eq!(read(Some(cut.as_bytes())), Lease::default());
        }
    }

    #[test]
    fn a_lease_from_before_clocks_were_told_apart_is_read() {
        let lease = read(Some(br#"{"token":7,"holder":"a","since":1,"length":30000,"until":1700000000000}"#));
        assert_eq!((lease.token, lease.holder.as_deref(), lease.clock.as_str()), (7, Some("a"), ""));
    }
}
