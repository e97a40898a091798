//! The files that a set is taken from: in archives, or in a folder where Python has them.
//!
//! Wheels list the size and the SHA-256 of each of their files. A copy that differs is an error.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use sha2::{Digest, Sha256};
use zip::ZipArchive;

use crate::Result;

/// The bytes of a SHA-256.
pub type Hash = [u8; 32];

/// A copied file, for the list that stands beside the copies.
pub struct Copied {
    /// Where it is.
    pub place: PathBuf,
    /// How many bytes it has.
    pub size: u64,
    /// Their hash.
    pub hash: Hash,
}

/// Files by their names in Python's folder of packages.
pub struct Tree {
    parts: Vec<Part>,
    entries: BTreeMap<String, Entry>,
    /// Where torch's own files are: `torch/`, or `libtorch/` in the vendor's archive.
    torch: &'static str,
    copied: Vec<Copied>,
    progress: ProgressBar,
}

enum Part {
    Archive(ZipArchive<BufReader<File>>),
    Folder(PathBuf),
}

struct Entry {
    part: usize,
    size: u64,
    recorded: Option<Recorded>,
}

/// What a package says about a file of its own: the size and the hash.
type Recorded = (u64, Hash);

impl Tree {
    /// The files of several wheels.
    pub fn of_wheels(paths: &[PathBuf]) -> Result<Self> {
        let mut tree = Self::empty("torch/");
        for path in paths {
            tree.add_archive(path)?;
        }
        Ok(tree)
    }

    /// The files of the vendor's archive.
    pub fn of_archive(path: &Path) -> Result<Self> {
        let mut tree = Self::empty("libtorch/");
        tree.add_archive(path)?;
        Ok(tree)
    }

    /// The files that the packages in Python's folder list as theirs; `records` are those lists.
    pub fn of_installed(folder: &Path, records: &[PathBuf]) -> Result<Self> {
        let mut tree = Self::empty("torch/");
        for path in records {
            let record =
                fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
            for (name, recorded) in read_record(&record) {
                // What pip compiles after the installation has no hash, and is nothing to us.
                if let Some((size, _)) = recorded {
                    tree.entries.insert(name, Entry { part: 0, size, recorded });
                }
            }
        }
        tree.parts.push(Part::Folder(folder.to_path_buf()));
        Ok(tree)
    }

    fn empty(torch: &'static str) -> Self {
        let progress = ProgressBar::new(0);
        let template = "  unpacking {bar:30} {binary_bytes} of {binary_total_bytes}  {wide_msg}";
        let style = ProgressStyle::with_template(template);
        progress.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { parts: vec![], entries: BTreeMap::new(), torch, copied: vec![], progress }
    }

    fn add_archive(&mut self, path: &Path) -> Result<()> {
        let shown = path.display();
        let file = File::open(path).map_err(|error| format!("{shown}: {error}"))?;
        let mut archive =
            ZipArchive::new(BufReader::new(file)).map_err(|error| format!("{shown}: {error}"))?;
        let part = self.parts.len();
        let mut entries = Vec::new();
        let mut recorded = BTreeMap::new();
        for index in 0..archive.len() {
            let mut file = archive.by_index(index)?;
            let name = file.name()?.into_owned();
            if file.is_dir() {
                continue;
            }
            if name.ends_with(".dist-info/RECORD") {
                let mut text = String::new();
                file.read_to_string(&mut text)?;
                recorded.extend(read_record(&text));
            }
            entries.push((name, file.size()));
        }
        for (name, size) in entries {
            let recorded = recorded.get(&name).copied().flatten();
            self.entries.insert(name, Entry { part, size, recorded });
        }
        self.parts.push(Part::Archive(archive));
        Ok(())
    }

    /// All names, sorted.
    pub fn names(&self) -> Vec<String> {
        self.entries.keys().cloned().collect()
    }

    /// The name below torch's own folder, for a file that is in there.
    pub fn in_torch<'n>(&self, name: &'n str) -> Option<&'n str> {
        name.strip_prefix(self.torch)
    }

    /// The name of the library with this file name: torch's, or one of NVIDIA's.
    pub fn library(&self, file: &str) -> Option<String> {
        let own = format!("{}lib/{file}", self.torch);
        if self.entries.contains_key(&own) {
            return Some(own);
        }
        let end = format!("/lib/{file}");
        self.entries
            .keys()
            .find(|name| name.starts_with("nvidia/") && name.ends_with(&end))
            .cloned()
    }

    /// Whether there is a library with this file name.
    pub fn has_library(&self, file: &str) -> bool {
        self.library(file).is_some()
    }

    /// Says that the files will be copied, for the progress bar.
    pub fn expect(&self, names: &[String]) {
        let size = |name| self.entries.get(name).map_or(0, |entry| entry.size);
        self.progress.inc_length(names.iter().map(size).sum());
    }

    /// Copies the file to `place`, and verifies it.
    pub fn copy(&mut self, name: &str, place: &Path) -> Result<()> {
        self.write(name, place).map_err(|error| format!("{name}: {error}").into())
    }

    fn write(&mut self, name: &str, place: &Path) -> Result<()> {
        let entry = self.entries.get(name).ok_or("is not there")?;
        if place.components().any(|part| part.as_os_str() == "..") {
            return Err("leads out of the folder".into());
        }
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        self.progress
            .set_message(place.file_name().unwrap_or_default().to_string_lossy().into_owned());
        let mut target = Hashed { file: File::create(place)?, hash: Sha256::new(), size: 0 };
        match &mut self.parts[entry.part] {
            // The archive's own check sum is verified by the reader.
            Part::Archive(archive) => {
                let mut source = self.progress.wrap_read(archive.by_name(name)?);
                io::copy(&mut source, &mut target)?;
            }
            Part::Folder(folder) => {
                let mut source = self.progress.wrap_read(File::open(folder.join(name))?);
                io::copy(&mut source, &mut target)?;
            }
        }
        let (size, hash) = (target.size, target.hash.finalize().into());
        if entry.recorded.is_some_and(|recorded| recorded != (size, hash)) {
            return Err("is not what its package says it is: the copy is damaged".into());
        }
        self.copied.push(Copied { place: place.to_path_buf(), size, hash });
        Ok(())
    }

    /// Writes a file that no package has.
    pub fn write_text(&mut self, place: &Path, text: &str) -> Result<()> {
        fs::write(place, text)?;
        let (size, hash) = (text.len() as u64, Sha256::digest(text).into());
        self.copied.push(Copied { place: place.to_path_buf(), size, hash });
        Ok(())
    }

    /// What was copied and written; ends the progress bar.
    pub fn finish(self) -> Vec<Copied> {
        self.progress.finish_and_clear();
        self.copied
    }
}

/// A file that is hashed while it is written.
struct Hashed {
    file: File,
    hash: Sha256,
    size: u64,
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hash.update(&bytes[..count]);
        self.size += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// The lines of a wheel's list: `name,sha256=HASH,size`, where name may be quoted.
fn read_record(text: &str) -> impl Iterator<Item = (String, Option<Recorded>)> {
    text.lines().filter_map(|line| {
        let (rest, size) = line.rsplit_once(',')?;
        let (name, hash) = rest.rsplit_once(',')?;
        let recorded = size.parse().ok().zip(hash.strip_prefix("sha256=").and_then(decode));
        Some((name.trim_matches('"').to_string(), recorded))
    })
}

/// The bytes of base64 text in the alphabet for addresses, without padding.
fn decode(text: &str) -> Option<Hash> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0);
    for character in text.bytes() {
        let digit = ALPHABET.iter().position(|known| *known == character)?;
        bits = bits << 6 | u32::try_from(digit).ok()?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    bytes.try_into().ok()
}

/// The hash of a file, in hexadecimal digits.
pub fn hash_of(path: &Path) -> Result<String> {
    let mut file = File::open(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize().into())),
            count => hash.update(&buffer[..count]),
        }
    }
}

/// The hash in hexadecimal digits.
pub fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_read() {
        // The SHA-256 of nothing, as pip writes it.
        let text =
            "a/b.h,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n\"a,c\",,\nx.pyc,,\n";
        let read: Vec<_> = read_record(text).collect();
        assert_eq!(read.len(), 3);
        let (size, hash) = read[0].1.unwrap();
        assert_eq!(size, 0);
        assert!(hex(&hash).starts_with("e3b0c44298fc1c149afbf4c8996fb924"));
        assert_eq!(read[1], (String::from("a,c"), None));
    }
}
