//! A compressed body that is a thousand times larger when unpacked.

use flate2::{Compress, Compression, Crc, FlushCompress};

const MEBIBYTE: usize = 1024 * 1024;

/// A valid gzip file (RFC 1952) of so many mebibytes of zeros. One mebibyte is compressed, and its
/// blocks repeated: a full flush makes them independent of what came before.
pub(super) fn gzip_of_zeros(mebibytes: usize) -> Vec<u8> {
    let zeros = vec![0u8; MEBIBYTE];
    let mut blocks = Vec::with_capacity(16 * 1024);
    Compress::new(Compression::fast(), false)
        .compress_vec(&zeros, &mut blocks, FlushCompress::Full)
        .expect("zeros compress");
    let mut of_one = Crc::new();
    of_one.update(&zeros);
    let mut crc = Crc::new();
    let mut gzip = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    for _ in 0..mebibytes {
        gzip.extend_from_slice(&blocks);
        crc.combine(&of_one);
    }
    gzip.extend_from_slice(&[1, 0, 0, 0xff, 0xff]); // an empty last block
    gzip.extend_from_slice(&crc.sum().to_le_bytes());
    gzip.extend_from_slice(&crc.amount().to_le_bytes());
    gzip
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read as _;

    #[test]
    fn a_small_bomb_unpacks_completely_and_passes_its_checksum() {
        let mut unpacked = Vec::new();
        flate2::read::GzDecoder::new(&gzip_of_zeros(2)[..]).read_to_end(&mut unpacked).unwrap();
        assert_eq!(unpacked.len(), 2 * MEBIBYTE);
        assert!(unpacked.iter().all(|&byte| byte == 0));
    }

    #[test]
    fn the_body_is_a_hundred_times_smaller_than_what_it_unpacks_to() {
        assert!(gzip_of_zeros(64).len() < 64 * MEBIBYTE / 100);
    }
}
