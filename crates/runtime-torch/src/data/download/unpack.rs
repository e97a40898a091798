//! Files out of an archive.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;

use flate2::bufread::GzDecoder;
use runtime_core::Result;
use tar::Archive;

use super::super::{bad_file, no_file};

/// More than any file in the archive has.
const MOST_BYTES: u64 = 1 << 30;

/// Writes the files of these names into a folder, wherever in the archive they are. Each gets its name
/// when it is complete.
pub(super) fn files(archive: &Path, names: &[&str], folder: &Path) -> Result<()> {
    let file = File::open(archive).map_err(|error| no_file(archive, &error))?;
    let mut reader = Archive::new(GzDecoder::new(BufReader::with_capacity(1 << 16, file)));
    let broken = |error: io::Error| bad_file(archive, format!("cannot be unpacked: {error}"));
    let mut missing = names.to_vec();
    for entry in reader.entries().map_err(broken)? {
        let mut entry = entry.map_err(broken)?;
        let path = entry.path().map_err(broken)?.into_owned();
        let name = path.file_name().and_then(|name| name.to_str());
        // The names are those that were asked for, so nothing leaves the folder.
        let Some(index) = missing.iter().position(|wanted| Some(*wanted) == name) else { continue };
        if entry.size() > MOST_BYTES || !entry.header().entry_type().is_file() {
            return Err(bad_file(
                archive,
                format!("has a {} that is no such file", path.display()),
            ));
        }
        let name = missing.swap_remove(index);
        write(&mut entry, &folder.join(name))
            .map_err(|error| no_file(&folder.join(name), &error))?;
    }
    match missing.first() {
        None => Ok(()),
        Some(name) => Err(bad_file(archive, format!("has no {name}"))),
    }
}

fn write(from: &mut impl Read, path: &Path) -> io::Result<()> {
    let part = path.with_extension("part");
    let mut file = File::create(&part)?;
    io::copy(from, &mut file)?;
    file.sync_all()?;
    fs::rename(part, path)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use tar::{Builder, EntryType, Header};

    use super::*;

    fn archive(folder: &Path, entries: &[(&str, EntryType, &[u8])]) -> std::path::PathBuf {
        let path = folder.join("archive.tar.gz");
        let mut builder = Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (name, kind, bytes) in entries {
            let mut header = Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_entry_type(*kind);
            // Put in by hand: the builder refuses names that lead elsewhere.
            let field = &mut header.as_old_mut().name;
            field[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            builder.append(&header, *bytes).unwrap();
        }
        fs::write(&path, builder.into_inner().unwrap().finish().unwrap()).unwrap();
        path
    }

    #[test]
    fn files_are_found_and_nothing_else_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("target");
        fs::create_dir(&target).unwrap();
        let path = archive(
            folder.path(),
            &[
                ("inner/", EntryType::Directory, b""),
                ("inner/a.bin", EntryType::Regular, b"first"),
                ("readme", EntryType::Regular, b"text"),
                ("../../b.bin", EntryType::Regular, b"second"),
            ],
        );
        files(&path, &["a.bin", "b.bin"], &target).unwrap();
        assert_eq!(fs::read(target.join("a.bin")).unwrap(), b"first");
        assert_eq!(fs::read(target.join("b.bin")).unwrap(), b"second");
        assert_eq!(fs::read_dir(&target).unwrap().count(), 2);

        let missing = files(&path, &["a.bin", "c.bin"], &target).unwrap_err();
        assert!(missing.reason().ends_with("has no c.bin"), "{missing}");
    }

    #[test]
    fn archives_that_are_none() {
        let folder = tempfile::tempdir().unwrap();
        let link = archive(folder.path(), &[("a.bin", EntryType::Symlink, b"")]);
        assert!(files(&link, &["a.bin"], folder.path()).is_err());
        let whole = archive(folder.path(), &[("a.bin", EntryType::Regular, &[7; 5000])]);
        let bytes = fs::read(&whole).unwrap();
        fs::write(&whole, &bytes[..bytes.len() / 2]).unwrap();
        assert!(files(&whole, &["a.bin"], folder.path()).is_err());
        File::create(&whole).unwrap().write_all(b"no archive at all").unwrap();
        assert!(files(&whole, &["a.bin"], folder.path()).is_err());
    }
}
