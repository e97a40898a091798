//! Files that are written as a whole: what stands at the path is the old file or the new one, never half of
//! one.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::{io, process};

use runtime_core::{Error, Result};

/// Lets `write` write a file beside `path`, and puts it there when that went well. When it did not, what
/// stood at `path` is as it was.
///
/// # Errors
/// The system's, and those of `write`.
pub fn replace(path: &Path, write: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let temporary = Temporary::beside(path)?;
    let system = |error: io::Error| Error::system("path", &error);
    // The system says better than who writes why a file cannot be written.
    File::create(&temporary.0).map_err(system)?;
    write(&temporary.0)?;
    File::open(&temporary.0).and_then(|file| file.sync_all()).map_err(system)?;
    fs::rename(&temporary.0, path).map_err(system)?;
    Ok(())
}

/// A name of a file that is removed with this, if it is still there.
struct Temporary(PathBuf);

impl Temporary {
    fn beside(path: &Path) -> Result<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = path.file_name().ok_or_else(|| Error::invalid("path names no file"))?;
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let mut temporary = OsString::from(".");
        temporary.push(name);
        temporary.push(format!(".{}-{count}.tmp", process::id()));
        Ok(Self(path.with_file_name(temporary)))
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_the_old_or_the_new() {
        let folder = std::env::temp_dir().join(format!("replace-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("file");
        let write = |text: &'static str| {
            move |path: &Path| fs::write(path, text).map_err(|error| Error::system("path", &error))
        };
        replace(&path, write("old")).unwrap();
        replace(&path, |temporary| {
            write("half")(temporary)?;
            Err(Error::invalid("enough"))
        })
        .unwrap_err();
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        replace(&path, write("new")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        assert_eq!(replace(&folder.join("no/file"), write("x")).unwrap_err().errno(), 2);
        assert!(replace(Path::new("/"), write("x")).is_err());
        fs::remove_dir_all(&folder).unwrap();
    }
}
