//! The encoder for bytes that come in pieces.

use runtime_core::{Error, Result};

use super::Variant;

/// Encodes bytes that come in pieces, cut anywhere, to the text that they have together.
///
/// ```
/// use runtime_encoding::base64::{Encoder, Variant};
///
/// let mut encoder = Encoder::new(Variant::Standard);
/// let mut text = Vec::new();
/// for piece in ["Hel", "l", "o"] {
///     encoder.update(piece.as_bytes(), &mut text)?;
/// }
/// encoder.finish(&mut text)?;
/// assert_eq!(text, b"SGVsbG8=");
/// # Ok::<(), runtime_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Encoder {
    variant: Variant,
    /// The bytes of the group of three that has begun, `count` of them.
    group: [u8; 3],
    count: usize,
}

impl Encoder {
    /// An encoder without bytes.
    pub fn new(variant: Variant) -> Self {
        Self { variant, group: [0; 3], count: 0 }
    }

    /// Appends the text of the next piece. Up to two bytes wait for the next call.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn update(&mut self, bytes: &[u8], text: &mut Vec<u8>) -> Result<()> {
        let most = (bytes.len() / 3).saturating_add(1).saturating_mul(4);
        text.try_reserve(most).map_err(|_| Error::out_of_memory(most))?;
        let mut rest = bytes;
        if self.count != 0 {
            let missing = rest.len().min(3 - self.count);
            self.keep(&rest[..missing]);
            rest = &rest[missing..];
            if self.count < 3 {
                return Ok(());
            }
            self.variant.codec().encode_append(self.group, text);
            self.count = 0;
        }
        let (whole, tail) = rest.split_at(rest.len() / 3 * 3);
        self.variant.codec().encode_append(whole, text);
        self.keep(tail);
        Ok(())
    }

    /// Appends the text of the bytes that wait, with padding where the variant has it. The encoder
    /// is then without bytes again.
    ///
    /// # Errors
    /// `RT_ERROR_OUT_OF_MEMORY`.
    pub fn finish(&mut self, text: &mut Vec<u8>) -> Result<()> {
        text.try_reserve(4).map_err(|_| Error::out_of_memory(4))?;
        self.variant.codec().encode_append(&self.group[..self.count], text);
        self.count = 0;
        Ok(())
    }

    fn keep(&mut self, bytes: &[u8]) {
        self.group[self.count..self.count + bytes.len()].copy_from_slice(bytes);
        self.count += bytes.len();
    }
}
