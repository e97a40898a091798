//! Base64 (RFC 4648): binary safe both ways, and strict.
//!
//! What is decoded must be what an encoder of the same variant writes, but for ASCII white space,
//! which may stand anywhere: no foreign characters, no missing or superfluous padding, no bits that
//! belong to no byte. So each sequence of bytes has one text, and a text that was cut or damaged is
//! refused with the position of the damage.
//!
//! The vectorised work is done by `base64-simd`; this module adds the white space, the positions and
//! the streams.

mod decoder;
mod encoder;
mod malformed;
pub mod streams;

pub use decoder::Decoder;
pub use encoder::Encoder;
pub use malformed::{Malformed, Reason};

use base64_simd::Base64;
use runtime_core::{Error, Result, error::codes};

/// The standard alphabet with padding, for streams.
pub const RT_BASE64_STANDARD: i64 = 0;
/// The URL-safe alphabet with padding, for streams.
pub const RT_BASE64_URL: i64 = 1;
/// The standard alphabet without padding, for streams.
pub const RT_BASE64_NOPAD: i64 = 2;
/// The URL-safe alphabet without padding, for streams.
pub const RT_BASE64_URL_NOPAD: i64 = 3;

/// Which alphabet, and whether texts are padded to whole groups of four characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// `A-Z a-z 0-9 + /` with padding.
    Standard,
    /// `A-Z a-z 0-9 - _` with padding.
    Url,
    /// `A-Z a-z 0-9 + /` without padding: a `=` is refused.
    NoPad,
    /// `A-Z a-z 0-9 - _` without padding: a `=` is refused.
    UrlNoPad,
}

impl Variant {
    /// All four.
    pub const ALL: [Self; 4] = [Self::Standard, Self::Url, Self::NoPad, Self::UrlNoPad];

    /// The variant with one of the `RT_BASE64_` numbers.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for another number.
    pub fn of(number: i64) -> Result<Self> {
        match number {
            RT_BASE64_STANDARD => Ok(Self::Standard),
            RT_BASE64_URL => Ok(Self::Url),
            RT_BASE64_NOPAD => Ok(Self::NoPad),
            RT_BASE64_URL_NOPAD => Ok(Self::UrlNoPad),
            _ => Err(Error::invalid(format!("variant {number} is none of 0 to 3"))),
        }
    }

    /// Whether texts are padded.
    pub fn is_padded(self) -> bool {
        matches!(self, Self::Standard | Self::Url)
    }

    /// The library's form of the variant.
    fn codec(self) -> &'static Base64 {
        match self {
            Self::Standard => &base64_simd::STANDARD,
            Self::Url => &base64_simd::URL_SAFE,
            Self::NoPad => &base64_simd::STANDARD_NO_PAD,
            Self::UrlNoPad => &base64_simd::URL_SAFE_NO_PAD,
        }
    }

    /// The library's form of the variant, without padding.
    fn codec_of_groups(self) -> &'static Base64 {
        match self {
            Self::Standard | Self::NoPad => &base64_simd::STANDARD_NO_PAD,
            Self::Url | Self::UrlNoPad => &base64_simd::URL_SAFE_NO_PAD,
        }
    }
}

/// The length of the text of `length` bytes; `None` beyond what memory can hold.
///
/// ```
/// use runtime_encoding::base64::{Variant, encoded_length};
///
/// assert_eq!(encoded_length(4, Variant::Standard), Some(8));
/// assert_eq!(encoded_length(4, Variant::NoPad), Some(6));
/// ```
pub fn encoded_length(length: usize, variant: Variant) -> Option<usize> {
    let tail = match (length % 3, variant.is_padded()) {
        (0, _) => 0,
        (_, true) => 4,
        (rest, false) => rest + 1,
    };
    let text = (length / 3).checked_mul(4)?.checked_add(tail)?;
    (text <= isize::MAX as usize).then_some(text)
}

/// The most bytes that a text of `length` characters holds.
pub fn decoded_length_at_most(length: usize) -> usize {
    length / 4 * 3 + length % 4 * 3 / 4
}

/// The text of `bytes`, without line breaks.
///
/// # Errors
/// `RT_ERROR_OUT_OF_MEMORY`.
///
/// ```
/// use runtime_encoding::base64::{Variant, encode};
///
/// assert_eq!(encode(b"\xff\xfe", Variant::Standard)?, "//4=");
/// assert_eq!(encode(b"\xff\xfe", Variant::UrlNoPad)?, "__4");
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn encode(bytes: &[u8], variant: Variant) -> Result<String> {
    let mut text = String::new();
    let length = checked_encoded_length(bytes, variant)?;
    text.try_reserve_exact(length).map_err(|_| Error::out_of_memory(length))?;
    variant.codec().encode_append(bytes, &mut text);
    Ok(text)
}

/// Writes the text of `bytes` to the start of `text`; returns its length.
///
/// # Errors
/// `RT_ERROR_LENGTH` when it does not fit; nothing is written then.
pub fn encode_into(bytes: &[u8], text: &mut [u8], variant: Variant) -> Result<usize> {
    use base64_simd::AsOut;
    let length = checked_encoded_length(bytes, variant)?;
    let room = room_for(text, length)?;
    Ok(variant.codec().encode(bytes, room.as_out()).len())
}

/// The bytes that `text` stands for.
///
/// # Errors
/// A [`Malformed`] text, as `RT_ERROR_BASE64_CHARACTER`, `RT_ERROR_BASE64_PADDING`,
/// `RT_ERROR_BASE64_TRUNCATED` or `RT_ERROR_BASE64_BITS` with the position;
/// `RT_ERROR_OUT_OF_MEMORY`.
///
/// ```
/// use runtime_encoding::base64::{Variant, decode};
///
/// assert_eq!(decode(b"QQA=\n", Variant::Standard)?, b"A\0");
/// let refused = decode(b"QQ*=", Variant::Standard).unwrap_err();
/// assert_eq!(refused.reason(), "input has '*' at position 2, which is no base64 character");
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn decode(text: &[u8], variant: Variant) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut decoder = Decoder::new(variant);
    decoder.update(text, &mut bytes)?;
    decoder.finish(&mut bytes)?;
    Ok(bytes)
}

/// Writes the bytes that `text` stands for to the start of `bytes`; returns how many.
///
/// # Errors
/// As [`decode`], and `RT_ERROR_LENGTH` when they do not fit; nothing is written then.
pub fn decode_into(text: &[u8], bytes: &mut [u8], variant: Variant) -> Result<usize> {
    let decoded = decode(text, variant)?;
    room_for(bytes, decoded.len())?.copy_from_slice(&decoded);
    Ok(decoded.len())
}

/// Where and why `text` is malformed; `None` when it is well formed.
///
/// # Errors
/// `RT_ERROR_OUT_OF_MEMORY`.
///
/// ```
/// use runtime_encoding::base64::{Reason, Variant, find_malformed};
///
/// let damage = find_malformed(b"QR==", Variant::Standard)?.expect("R has bits too many");
/// assert_eq!((damage.position(), damage.reason()), (1, Reason::Bits));
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn find_malformed(text: &[u8], variant: Variant) -> Result<Option<Malformed>> {
    let mut bytes = Vec::new();
    let mut decoder = Decoder::new(variant);
    match decoder.update(text, &mut bytes).and_then(|()| decoder.finish(&mut bytes)) {
        Ok(()) => Ok(None),
        Err(error) => decoder.malformed().map(Some).ok_or(error),
    }
}

fn checked_encoded_length(bytes: &[u8], variant: Variant) -> Result<usize> {
    encoded_length(bytes.len(), variant).ok_or_else(|| {
        let reason = format!("the text of {} bytes is longer than memory", bytes.len());
        Error::new(codes::RT_ERROR_LENGTH, reason)
    })
}

fn room_for(output: &mut [u8], length: usize) -> Result<&mut [u8]> {
    let room = output.len();
    output.get_mut(..length).ok_or_else(|| {
        Error::new(
            codes::RT_ERROR_LENGTH,
            format!("output has room for {room} bytes, the result has {length}"),
        )
    })
}
