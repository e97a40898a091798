//! The archives that `torch.save` writes: zip archives of records that are stored as they are, in one
//! folder, those of tensors at multiples of 64 bytes.

use std::collections::HashMap;
use std::io::{BufReader, Read, Seek, Write};

use runtime_core::{Error, Result};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::broken;
use super::source::{Cursor, Source};

/// What storages are aligned to: PyTorch's number, which it writes into the archive as well.
const ALIGNMENT: u16 = 64;
/// The newest version of the format that PyTorch reads.
const NEWEST_VERSION: u64 = 10;
/// How files begin that PyTorch wrote before version 1.6: a pickle of a large number.
const LEGACY: &[u8] =
    &[0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19];
/// The records that are read as a whole are small, but for the pickle.
const LONGEST_NOTE: u64 = 64;

/// A record of an archive.
#[derive(Clone, Copy)]
pub(super) struct Record {
    /// Where its bytes begin in the file.
    pub(super) start: u64,
    /// How many there are.
    pub(super) size: u64,
    /// Their checksum; 0 when Python was told to make none.
    pub(super) checksum: u32,
    /// Whether they are the record's own, neither compressed nor encrypted.
    is_stored: bool,
}

/// An archive that is read.
pub(super) struct Archive<'s, S> {
    source: &'s S,
    records: HashMap<String, Record>,
}

impl<'s, S: Source> Archive<'s, S> {
    /// Reads the list of records, and what the format says about itself.
    ///
    /// # Errors
    /// The system's, `RT_ERROR_TORCH_FILE` for what is no archive of this kind.
    pub(super) fn open(source: &'s S) -> Result<Self> {
        let mut begin = [0; LEGACY.len()];
        let known = begin.len().min(usize::try_from(source.length()).unwrap_or(usize::MAX));
        source.read_at(&mut begin[..known], 0).map_err(|error| Error::system("path", &error))?;
        if begin == LEGACY {
            return Err(broken(
                "the file has the format of PyTorch before 1.6: torch.load it in Python, and torch.save \
                 it again",
            ));
        }
        let zip = ZipArchive::new(BufReader::new(Cursor::new(source)));
        let mut zip = zip.map_err(|error| broken(format!("the file is no archive: {error}")))?;
        let root = root_of(&zip)?;
        let mut records = HashMap::with_capacity(zip.len());
        for index in 0..zip.len() {
            let (name, record) = record(&mut zip, index, source.length())?;
            if let Some(name) = name.strip_prefix(&root) {
                records.insert(String::from(name), record);
            }
        }
        let archive = Self { source, records };
        archive.check()?;
        Ok(archive)
    }

    /// Whether it is one of those that this module reads.
    fn check(&self) -> Result<()> {
        if self.records.contains_key("constants.pkl") {
            return Err(broken(
                "the file is a TorchScript archive: rt_torch_jit_load loads it, and \
                 rt_torch_jit_state_dict gives its tensors",
            ));
        }
        if !self.records.contains_key("data.pkl") {
            return Err(broken("the archive has no data.pkl: torch.save did not write it"));
        }
        let version = ["version", ".data/version"].into_iter().find_map(|name| self.note(name));
        let version = version.ok_or_else(|| broken("the archive has no version"))??;
        match version.trim().parse::<u64>() {
            Ok(1..=NEWEST_VERSION) => {}
            _ => return Err(broken(format!("the archive has the unknown version {version:?}"))),
        }
        match self.note("byteorder").transpose()? {
            None => Ok(()),
            Some(order) if order == "little" => Ok(()),
            Some(order) => Err(broken(format!("the archive's numbers are {order:?} endian"))),
        }
    }

    /// A record of text, if it is there.
    fn note(&self, name: &str) -> Option<Result<String>> {
        self.records.get(name)?;
        Some(self.read(name, LONGEST_NOTE).and_then(|bytes| {
            String::from_utf8(bytes).map_err(|_| broken(format!("{name} is no text")))
        }))
    }

    /// Where a record is.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_FILE` when it is missing, or not stored as it is.
    pub(super) fn record(&self, name: &str) -> Result<Record> {
        let record = self.records.get(name).copied();
        let record = record.ok_or_else(|| broken(format!("the archive has no {name}")))?;
        if record.is_stored {
            return Ok(record);
        }
        Err(broken(format!("{name} is compressed or encrypted, which torch.save never does")))
    }

    /// The bytes of a record.
    ///
    /// # Errors
    /// As [`record`](Self::record), and when it is longer than `longest`, or its checksum is wrong.
    pub(super) fn read(&self, name: &str, longest: u64) -> Result<Vec<u8>> {
        let record = self.record(name)?;
        if record.size > longest {
            let text = format!("{name} has {} bytes, which are more than {longest}", record.size);
            return Err(broken(text));
        }
        let mut bytes = vec![0; usize::try_from(record.size).unwrap_or(0)];
        self.source
            .read_at(&mut bytes, record.start)
            .map_err(|error| Error::system("path", &error))?;
        if record.checksum != 0 && crc32fast::hash(&bytes) != record.checksum {
            return Err(broken(format!("{name} has a wrong checksum")));
        }
        Ok(bytes)
    }
}

/// The folder that all records are in, with its slash: that of the first one.
fn root_of<R: Read + Seek>(zip: &ZipArchive<R>) -> Result<String> {
    let first = zip.name_for_index(0).ok_or_else(|| broken("the archive is empty"))?;
    let first = first.map_err(|error| broken(format!("a name in the archive: {error}")))?;
    let (root, _) = first.split_once('/').ok_or_else(|| broken("the archive has no folder"))?;
    Ok(format!("{root}/"))
}

fn record<R: Read + Seek>(
    zip: &mut ZipArchive<R>,
    index: usize,
    length: u64,
) -> Result<(String, Record)> {
    let unreadable = |error| broken(format!("record {index} of the archive: {error}"));
    let entry = zip.by_index_raw(index).map_err(unreadable)?;
    let name = entry.name().map_err(unreadable)?.into_owned();
    let is_stored = !entry.encrypted() && entry.compression() == CompressionMethod::Stored;
    let start = entry.data_start().ok_or_else(|| broken(format!("{name} has no place")))?;
    let (size, checksum) = (entry.size(), entry.crc32());
    let end = start.checked_add(entry.compressed_size());
    if is_stored && size != entry.compressed_size() || end.is_none_or(|end| end > length) {
        return Err(broken(format!("{name} goes on after the end of the file")));
    }
    Ok((name, Record { start, size, checksum, is_stored }))
}

/// An archive that is written.
pub(super) struct Writer<W: Write + Seek> {
    zip: ZipWriter<W>,
}

impl<W: Write + Seek> Writer<W> {
    /// Begins an archive with the pickle, and what the format says about itself.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn begin(to: W, pickle: &[u8]) -> Result<Self> {
        let mut writer = Self { zip: ZipWriter::new(to) };
        writer.add("data.pkl", pickle)?;
        writer.add(".format_version", b"1")?;
        writer.add(".storage_alignment", ALIGNMENT.to_string().as_bytes())?;
        writer.add("byteorder", b"little")?;
        Ok(writer)
    }

    /// Adds a record.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn add(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        /// What is written at once, so that its checksum is made while it is in the cache.
        const STEP: usize = 1 << 20;
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .large_file(u32::try_from(bytes.len()).is_err())
            .with_alignment(ALIGNMENT);
        self.zip.start_file(format!("archive/{name}"), options).map_err(unwritten)?;
        for step in bytes.chunks(STEP) {
            self.zip.write_all(step).map_err(|error| Error::system("path", &error))?;
        }
        Ok(())
    }

    /// Ends the archive.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn finish(mut self) -> Result<W> {
        self.add("version", b"3\n")?;
        self.zip.finish().map_err(unwritten)
    }
}

fn unwritten(error: zip::result::ZipError) -> Error {
    match error {
        zip::result::ZipError::Io(error) => Error::system("path", &error),
        error => broken(format!("the archive cannot be written: {error}")),
    }
}
