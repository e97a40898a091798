//! Files of data: as they are, or compressed by gzip.

use std::fs::{self, File};
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;
use runtime_core::{Error, Result};

use super::{bad_file, no_file};

/// The first of the folders that has one of the files, plain or with `.gz`.
pub(super) fn find(folder: &Path, inner: &[&str], names: &[&str]) -> Result<PathBuf> {
    let folders = inner.iter().map(|inner| folder.join(inner));
    let names = || names.iter().flat_map(|name| [String::from(*name), format!("{name}.gz")]);
    let mut candidates = std::iter::once(folder.to_path_buf())
        .chain(folders)
        .flat_map(|folder| names().map(move |name| folder.join(name)));
    candidates.find(|path| path.exists()).ok_or_else(|| {
        let missing = std::io::Error::from_raw_os_error(libc::ENOENT);
        no_file(&folder.join(names().next().unwrap_or_default()), &missing)
    })
}

/// A file to read, decompressed when it begins as gzip does.
pub(super) struct Source {
    path: PathBuf,
    reader: Box<dyn Read>,
}

impl Source {
    pub(super) fn open(path: &Path) -> Result<Self> {
        // A pipe would wait for a writer, and a folder cannot be read.
        if !fs::metadata(path).map_err(|error| no_file(path, &error))?.is_file() {
            return Err(bad_file(path, "is no file"));
        }
        let file = File::open(path).map_err(|error| no_file(path, &error))?;
        let mut plain = BufReader::with_capacity(1 << 16, file);
        let start =
            std::io::BufRead::fill_buf(&mut plain).map_err(|error| no_file(path, &error))?;
        let reader: Box<dyn Read> = if start.starts_with(&[0x1f, 0x8b]) {
            Box::new(MultiGzDecoder::new(plain))
        } else {
            Box::new(plain)
        };
        Ok(Self { path: path.to_path_buf(), reader })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The next bytes: exactly so many.
    pub(super) fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let mut bytes = [0; N];
        self.reader.read_exact(&mut bytes).map_err(|error| self.broken(&error))?;
        Ok(bytes)
    }

    /// All bytes that are left: `wanted` and no more. Memory is taken as they come, so that a file that
    /// lies about its size does not take what it does not have.
    pub(super) fn rest(&mut self, wanted: u64) -> Result<Vec<u8>> {
        let bytes = self.up_to(wanted)?;
        let found = bytes.len() as u64;
        if found < wanted {
            return Err(bad_file(
                &self.path,
                format!("is cut off: {wanted} bytes should follow its header, and {found} do"),
            ));
        }
        Ok(bytes)
    }

    /// All bytes that are left, if there are no more than `most`.
    pub(super) fn up_to(&mut self, most: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut piece = [0; 1 << 16];
        loop {
            let read = match self.reader.read(&mut piece) {
                Ok(0) => return Ok(bytes),
                Ok(read) => read,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(self.broken(&error)),
            };
            if (bytes.len() + read) as u64 > most {
                return Err(bad_file(&self.path, format!("has more than the {most} bytes it may")));
            }
            bytes.try_reserve(read).map_err(|_| Error::out_of_memory(read))?;
            bytes.extend_from_slice(&piece[..read]);
        }
    }

    /// The error of a read: of the system, or of what is compressed.
    fn broken(&self, error: &std::io::Error) -> Error {
        match error.kind() {
            std::io::ErrorKind::UnexpectedEof => bad_file(&self.path, "is cut off"),
            _ if error.raw_os_error().is_some() => no_file(&self.path, error),
            _ => bad_file(&self.path, format!("cannot be decompressed: {error}")),
        }
    }
}
