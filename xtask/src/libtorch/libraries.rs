//! Shared libraries and what they need: which of them a set has to bring along.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use object::Endianness;
use object::read::elf::{Dyn, FileHeader};
use object::read::macho::{LoadCommandVariant, MachHeader};

use super::tree::Tree;
use crate::Result;

/// Copies the libraries in `roots` into `folder`, and what they need as far as the tree has it. The
/// rest is the system's.
pub fn copy_needed(tree: &mut Tree, roots: &[&str], folder: &Path) -> Result<()> {
    let mut waiting: Vec<String> = roots.iter().map(ToString::to_string).collect();
    let mut seen: BTreeSet<String> = waiting.iter().cloned().collect();
    while let Some(file) = waiting.pop() {
        let name = tree.library(&file).ok_or_else(|| format!("it has no {file}"))?;
        let place = folder.join(&file);
        tree.expect(std::slice::from_ref(&name));
        tree.copy(&name, &place)?;
        for needed in needed(&place)? {
            if tree.has_library(&needed) && seen.insert(needed.clone()) {
                waiting.push(needed);
            }
        }
    }
    Ok(())
}

/// The names of the files that the library asks the dynamic linker for.
fn needed(library: &Path) -> Result<Vec<String>> {
    let bytes = fs::read(library).map_err(|e| format!("{}: {e}", library.display()))?;
    let names = match object::FileKind::parse(&*bytes)? {
        object::FileKind::Elf64 => needed_by_elf(&bytes),
        object::FileKind::MachO64 => needed_by_mach_o(&bytes),
        kind => Err(format!("{} is no library but {kind:?}", library.display()).into()),
    }?;
    Ok(names.iter().map(|name| name.rsplit('/').next().unwrap_or(name).to_string()).collect())
}

fn needed_by_elf(bytes: &[u8]) -> Result<Vec<String>> {
    let file = object::elf::FileHeader64::<Endianness>::parse(bytes)?;
    let endian = file.endian()?;
    let sections = file.sections(endian, bytes)?;
    let Some((entries, link)) = sections.dynamic(endian, bytes)? else { return Ok(vec![]) };
    let strings = sections.strings(endian, bytes, link)?;
    let mut names = Vec::new();
    for entry in entries {
        if entry.tag(endian) == object::elf::DT_NEEDED {
            names.push(String::from_utf8_lossy(entry.string(endian, strings)?).into_owned());
        }
    }
    Ok(names)
}

fn needed_by_mach_o(bytes: &[u8]) -> Result<Vec<String>> {
    let file = object::macho::MachHeader64::<Endianness>::parse(bytes, 0)?;
    let endian = file.endian()?;
    let mut commands = file.load_commands(endian, bytes, 0)?;
    let mut names = Vec::new();
    while let Some(command) = commands.next()? {
        // Its own name has the same form as those that it needs.
        if command.cmd() == object::macho::LC_ID_DYLIB {
            continue;
        }
        if let LoadCommandVariant::Dylib(library) = command.variant()? {
            let name = command.string(endian, library.dylib.name)?;
            names.push(String::from_utf8_lossy(name).into_owned());
        }
    }
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_program_needs_the_c_library() {
        let needed = needed(&std::env::current_exe().unwrap()).unwrap();
        let c = if cfg!(target_os = "macos") { "libSystem.B.dylib" } else { "libc.so.6" };
        assert!(needed.iter().any(|name| name == c), "{needed:?}");
    }
}
