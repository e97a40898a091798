//! The symbols of the built libraries.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use object::read::NameOrOrdinal;
use object::read::archive::ArchiveFile;
use object::{Object, ObjectSymbol};

use crate::Result;

/// What the shared library exports to whoever loads it.
pub fn exported(shared: &Path) -> Result<BTreeSet<String>> {
    let bytes = read(shared)?;
    let file = object::File::parse(&*bytes)?;
    let mut names = BTreeSet::new();
    for export in file.exports()? {
        if let NameOrOrdinal::Name(bytes) = export?.name() {
            names.insert(name(bytes));
        }
    }
    Ok(names)
}

/// The functions of the runtime that the static library defines. Other names are those of the Rust
/// standard library, which every Rust archive carries.
pub fn defined_in_archive(archive: &Path) -> Result<BTreeSet<String>> {
    let bytes = read(archive)?;
    let mut names = BTreeSet::new();
    for member in ArchiveFile::parse(&*bytes)?.members() {
        // Rust archives carry members that are no objects.
        let Ok(object) = object::File::parse(member?.data(&*bytes)?) else { continue };
        for symbol in object.symbols().filter(|symbol| symbol.is_global() && symbol.is_definition())
        {
            let name = name(symbol.name_bytes()?);
            if is_ours(&name) {
                names.insert(name);
            }
        }
    }
    Ok(names)
}

/// Whether the program or library refers to the symbol.
pub fn mentions(path: &Path, wanted: &str) -> Result<bool> {
    let bytes = read(path)?;
    let file = object::File::parse(&*bytes)?;
    let found = file
        .symbols()
        .chain(file.dynamic_symbols())
        .any(|symbol| symbol.name().is_ok_and(|name| name == wanted));
    Ok(found)
}

/// The name that the shared library asks the dynamic linker to know it by.
pub fn shared_name(shared: &Path) -> Result<Option<String>> {
    use object::read::elf::{Dyn, FileHeader};
    let bytes = read(shared)?;
    if object::FileKind::parse(&*bytes)? != object::FileKind::Elf64 {
        return Ok(None);
    }
    let file = object::elf::FileHeader64::<object::Endianness>::parse(&*bytes)?;
    let endian = file.endian()?;
    let sections = file.sections(endian, &*bytes)?;
    let Some((entries, link)) = sections.dynamic(endian, &*bytes)? else { return Ok(None) };
    let strings = sections.strings(endian, &*bytes, link)?;
    for entry in entries {
        if entry.tag(endian) == object::elf::DT_SONAME {
            return Ok(Some(name(entry.string(endian, strings)?)));
        }
    }
    Ok(None)
}

/// Whether the name is one of the runtime's own.
pub fn is_ours(name: &str) -> bool {
    name.starts_with("rt_") || name.starts_with("simple_")
}

/// A symbol's name without the underscore that macOS puts before it.
fn name(bytes: &[u8]) -> String {
    let name = String::from_utf8_lossy(bytes);
    let prefix = if cfg!(target_os = "macos") { "_" } else { "" };
    name.strip_prefix(prefix).unwrap_or(&name).to_string()
}

fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()).into())
}
