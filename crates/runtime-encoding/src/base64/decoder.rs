//! The decoder, for whole texts and for texts that come in pieces.

use base64_simd::Base64;
use runtime_core::{Error, Result};

use super::malformed::{Malformed, Reason};
use super::{Variant, decoded_length_at_most};

/// Text handed to the vectorised decoder at a time. When it refuses, the block is looked through
/// once more byte by byte; that much work is lost at most for each white space in the text.
const BLOCK: usize = 4096;

/// Decodes text that comes in pieces, cut anywhere. What it gives, and the positions it reports, do
/// not depend on the cuts.
///
/// ```
/// use runtime_encoding::base64::{Decoder, Variant};
///
/// let mut decoder = Decoder::new(Variant::Standard);
/// let mut bytes = Vec::new();
/// for piece in ["SGVsb", "G8", "=\n"] {
///     decoder.update(piece.as_bytes(), &mut bytes)?;
/// }
/// decoder.finish(&mut bytes)?;
/// assert_eq!(bytes, b"Hello");
/// # Ok::<(), runtime_core::Error>(())
/// ```
#[derive(Debug)]
pub struct Decoder {
    variant: Variant,
    values: &'static [u8; 256],
    /// The bits of the group that has begun, six for each character.
    bits: u32,
    /// How many characters of the group have come, without padding.
    characters: u8,
    /// How many `=` have come. With the first, the text may only be completed.
    padding: u8,
    /// How many bytes of input have been used.
    position: u64,
    /// Where the group's last character stood.
    last: u64,
    /// Once refused, refused for good.
    malformed: Option<Malformed>,
}

impl Decoder {
    /// A decoder at the start of a text.
    pub fn new(variant: Variant) -> Self {
        let values = match variant {
            Variant::Standard | Variant::NoPad => &STANDARD_VALUES,
            Variant::Url | Variant::UrlNoPad => &URL_VALUES,
        };
        Self {
            variant,
            values,
            bits: 0,
            characters: 0,
            padding: 0,
            position: 0,
            last: 0,
            malformed: None,
        }
    }

    /// Decodes the next piece and appends its bytes. Up to three characters wait for the next call.
    ///
    /// # Errors
    /// A [`Malformed`] text. The bytes before the damage may have been appended, and every later
    /// call fails the same way. `RT_ERROR_OUT_OF_MEMORY`.
    pub fn update(&mut self, text: &[u8], bytes: &mut Vec<u8>) -> Result<()> {
        self.refuse_if_malformed()?;
        let most = decoded_length_at_most(text.len()).saturating_add(3);
        bytes.try_reserve(most).map_err(|_| Error::out_of_memory(most))?;
        let mut rest = text;
        while !rest.is_empty() {
            let decoded = self.decode_groups(rest, bytes);
            rest = &rest[decoded..];
            // White space, damage or the end has stopped them: byte by byte past it, and on to the
            // end of the group that it stands in.
            for &byte in rest {
                self.step(byte, bytes)?;
                rest = &rest[1..];
                if self.characters == 0 {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Ends the text: appends the bytes of an unpadded last group. The decoder is then at the start
    /// of another text.
    ///
    /// # Errors
    /// A [`Malformed`] text, one that misses its padding or its last characters among them.
    pub fn finish(&mut self, bytes: &mut Vec<u8>) -> Result<()> {
        self.refuse_if_malformed()?;
        match self.characters {
            0 => {}
            1 => return self.refuse(Reason::Truncated, self.position),
            _ if self.variant.is_padded() => {
                return self.refuse(Reason::MissingPadding, self.position);
            }
            _ => self.end_group(bytes)?,
        }
        self.reset();
        Ok(())
    }

    /// Forgets what came so far, a refusal too.
    pub fn reset(&mut self) {
        *self = Self::new(self.variant);
    }

    /// What was wrong with the text, if it was refused.
    pub fn malformed(&self) -> Option<Malformed> {
        self.malformed
    }

    /// Decodes as many whole groups as stand at the start of `text`, in one go where nothing else
    /// is among them. Returns how many characters those were.
    fn decode_groups(&mut self, text: &[u8], bytes: &mut Vec<u8>) -> usize {
        if self.characters != 0 || self.padding != 0 {
            return 0;
        }
        let codec = self.variant.codec_of_groups();
        let mut decoded = 0;
        for block in text.chunks(BLOCK) {
            let mut whole = block.len() / 4 * 4;
            if whole != 0 && block[whole - 1] == b'=' {
                whole -= 4;
            }
            let mut taken = append_groups(codec, &block[..whole], bytes);
            if taken < whole {
                let clean = block.iter().position(|&byte| self.value(byte).is_none());
                taken = append_groups(codec, &block[..clean.unwrap_or(0) / 4 * 4], bytes);
            }
            decoded += taken;
            if taken < block.len() {
                break;
            }
        }
        self.position += decoded as u64;
        decoded
    }

    /// Takes one byte. This is what the format is; `decode_groups` is only quicker.
    fn step(&mut self, byte: u8, bytes: &mut Vec<u8>) -> Result<()> {
        let position = self.position;
        if let Some(value) = self.value(byte) {
            if self.padding != 0 {
                return self.refuse(Reason::AfterPadding, position);
            }
            self.bits = self.bits << 6 | u32::from(value);
            self.characters += 1;
            self.last = position;
            if self.characters == 4 {
                bytes.extend_from_slice(&self.bits.to_be_bytes()[1..]);
                self.start_group();
            }
        } else if byte == b'=' {
            self.pad(position, bytes)?;
        } else if !is_white_space(byte) {
            return self.refuse(Reason::Character(byte), position);
        }
        self.position += 1;
        Ok(())
    }

    /// Takes a `=`.
    fn pad(&mut self, position: u64, bytes: &mut Vec<u8>) -> Result<()> {
        if self.characters < 2 || !self.variant.is_padded() {
            return self.refuse(Reason::UnexpectedPadding, position);
        }
        self.padding += 1;
        if self.characters + self.padding == 4 { self.end_group(bytes) } else { Ok(()) }
    }

    /// Appends the one or two bytes of a last group of two or three characters.
    fn end_group(&mut self, bytes: &mut Vec<u8>) -> Result<()> {
        let whole = usize::from(self.characters) - 1;
        let bits = self.bits << (6 * (4 - u32::from(self.characters)));
        let group = bits.to_be_bytes();
        if group[1 + whole..].iter().any(|&byte| byte != 0) {
            return self.refuse(Reason::Bits, self.last);
        }
        bytes.extend_from_slice(&group[1..=whole]);
        self.start_group();
        Ok(())
    }

    fn start_group(&mut self) {
        self.bits = 0;
        self.characters = 0;
    }

    #[inline(always)]
    fn value(&self, byte: u8) -> Option<u8> {
        Some(self.values[usize::from(byte)]).filter(|&value| value != NO_VALUE)
    }

    #[cold]
    fn refuse(&mut self, reason: Reason, position: u64) -> Result<()> {
        self.malformed = Some(Malformed::new(reason, position));
        self.refuse_if_malformed()
    }

    fn refuse_if_malformed(&self) -> Result<()> {
        self.malformed.map_or(Ok(()), |malformed| Err(malformed.into()))
    }
}

/// Appends the bytes of `text`, whole groups without padding; returns its length, or 0 without
/// having appended anything when there is something else in it.
fn append_groups(codec: &Base64, text: &[u8], bytes: &mut Vec<u8>) -> usize {
    if codec.decode_append(text, bytes).is_ok() { text.len() } else { 0 }
}

/// ASCII white space as C's `isspace` has it.
fn is_white_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

const NO_VALUE: u8 = 0xff;
static STANDARD_VALUES: [u8; 256] = values(base64_simd::STANDARD.charset());
static URL_VALUES: [u8; 256] = values(base64_simd::URL_SAFE.charset());

/// The value of each character of an alphabet.
const fn values(alphabet: &[u8; 64]) -> [u8; 256] {
    let mut values = [NO_VALUE; 256];
    let mut value = 0;
    while value < alphabet.len() {
        values[alphabet[value] as usize] = value as u8;
        value += 1;
    }
    values
}
