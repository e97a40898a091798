//! Encoders and decoders behind handles, for callers that cannot hold one.

use parking_lot::Mutex;
use runtime_core::Result;
use runtime_core::handle::{PinnedTable, kinds};

use super::{Decoder, Encoder, Variant};

static STREAMS: PinnedTable<Mutex<Stream>> = PinnedTable::new(kinds::BASE64_STREAM);

enum Stream {
    Encoder(Encoder),
    Decoder(Decoder),
}

/// A handle to a new encoder.
///
/// # Errors
/// `RT_ERROR_HANDLES_EXHAUSTED`.
pub fn new_encoder(variant: Variant) -> Result<i64> {
    STREAMS.insert(Mutex::new(Stream::Encoder(Encoder::new(variant))))
}

/// A handle to a new decoder.
///
/// # Errors
/// `RT_ERROR_HANDLES_EXHAUSTED`.
pub fn new_decoder(variant: Variant) -> Result<i64> {
    STREAMS.insert(Mutex::new(Stream::Decoder(Decoder::new(variant))))
}

/// What the next piece of input yields.
///
/// # Errors
/// A refused handle, and as [`Encoder::update`] and [`Decoder::update`].
pub fn update(stream: i64, input: &[u8]) -> Result<Vec<u8>> {
    let stream = STREAMS.get(stream)?;
    let mut output = Vec::new();
    match &mut *stream.lock() {
        Stream::Encoder(encoder) => encoder.update(input, &mut output)?,
        Stream::Decoder(decoder) => decoder.update(input, &mut output)?,
    }
    Ok(output)
}

/// What is left at the end of the input. The stream is then at the start of another one, also after
/// a refusal.
///
/// # Errors
/// A refused handle, and as [`Encoder::finish`] and [`Decoder::finish`].
pub fn finish(stream: i64) -> Result<Vec<u8>> {
    let stream = STREAMS.get(stream)?;
    let mut output = Vec::new();
    match &mut *stream.lock() {
        Stream::Encoder(encoder) => encoder.finish(&mut output)?,
        Stream::Decoder(decoder) => {
            let finished = decoder.finish(&mut output);
            decoder.reset();
            finished?;
        }
    }
    Ok(output)
}

/// Ends a stream's life. What it still held is dropped.
///
/// # Errors
/// A refused handle.
pub fn free(stream: i64) -> Result<()> {
    STREAMS.free(stream)
}
