//! Data in other files: they lie in the model's folder, are files, and are long enough.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::super::proto::StringStringEntryProto;
use super::Verdict;

/// The folder of a model.
pub(super) struct Folder {
    /// As the model's path says it, which names of files are joined to.
    path: PathBuf,
    /// The folders that files may be in, links resolved: that one, and the one that the model's file is in
    /// when its path is a link, as caches of models have it.
    homes: Vec<PathBuf>,
    /// Lengths of files that were looked at.
    known: RefCell<HashMap<String, u64>>,
    tensors: Cell<usize>,
}

impl Folder {
    pub(super) fn of(model: &Path) -> Self {
        let parent = |path: &Path| match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent.to_path_buf(),
            _ => PathBuf::from("."),
        };
        let path = parent(model);
        let homes =
            [fs::canonicalize(&path).ok(), fs::canonicalize(model).ok().map(|m| parent(&m))];
        Self {
            path,
            homes: homes.into_iter().flatten().collect(),
            known: RefCell::default(),
            tensors: Cell::new(0),
        }
    }

    /// How many tensors have been found to have their data in other files.
    pub(super) fn tensors(&self) -> usize {
        self.tensors.get()
    }

    /// Checks that the place has so many bytes.
    pub(super) fn check(&self, place: &[StringStringEntryProto], bytes: u64) -> Verdict {
        self.tensors.set(self.tensors.get() + 1);
        let entry = |key: &str| {
            place.iter().rfind(|entry| entry.key == key).map(|entry| entry.value.as_str())
        };
        let number = |key: &str| match entry(key) {
            None => Ok(None),
            Some(text) => match text.parse::<u64>() {
                Ok(number) => Ok(Some(number)),
                Err(_) => Err(format!("the {key} of its external data, {text:?}, is no number")),
            },
        };
        let location = entry("location").unwrap_or_default();
        let (offset, length) = (number("offset")?.unwrap_or(0), number("length")?);
        if let Some(length) = length.filter(|length| *length != bytes) {
            return Err(format!(
                "its external data is {length} bytes, and its dims and element type ask for {bytes}"
            ));
        }
        let size = self
            .size(location)
            .map_err(|reason| format!("its external data is in {location:?}, and {reason}"))?;
        if offset.checked_add(bytes).is_none_or(|end| end > size) {
            return Err(format!(
                "its external data is {bytes} bytes from byte {offset} on, and {location:?} has {size}"
            ));
        }
        Ok(())
    }

    /// The size of a file.
    fn size(&self, location: &str) -> Result<u64, String> {
        if let Some(size) = self.known.borrow().get(location) {
            return Ok(*size);
        }
        let size = self.measure(location)?;
        self.known.borrow_mut().insert(String::from(location), size);
        Ok(size)
    }

    fn measure(&self, location: &str) -> Result<u64, String> {
        // ONNX Runtime takes names with this for addresses in its own memory.
        if location.is_empty() || location.contains("MEM_ADDR_") || location.contains('\0') {
            return Err(String::from("that names no file"));
        }
        let inside = |part| matches!(part, Component::Normal(_) | Component::CurDir);
        if !Path::new(location).components().all(inside) {
            return Err(String::from("that is not inside of the model's folder"));
        }
        let path = self.path.join(location);
        let resolved = fs::canonicalize(&path).map_err(|error| reason(&error))?;
        if !self.homes.iter().any(|home| resolved.starts_with(home)) {
            return Err(String::from("that is a link out of the model's folder"));
        }
        let about = fs::metadata(&resolved).map_err(|error| reason(&error))?;
        if !about.is_file() {
            return Err(String::from("that is no file"));
        }
        Ok(about.len())
    }
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => String::from("there is no such file"),
        _ => error.to_string(),
    }
}
