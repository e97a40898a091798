//! Finding the program, and finding out why one could not be started.

use std::borrow::Cow;
use std::ffi::{CString, OsStr};
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use runtime_core::{Error, Result};
use rustix::fs::{Access, AtFlags, CWD, accessat};
use rustix::io::Errno;

use super::c_text;
use crate::codes;
use crate::patience::system;

/// Where programs are when the variable `PATH` does not say it.
const USUAL_PATH: &str = "/bin:/usr/bin";

/// The path of the program as the child will see it: from its directory `cwd`.
///
/// Looking first and starting then is quicker than trying to start a program from one directory after
/// the other in the new process, as `posix_spawnp` does.
pub(super) fn find(program: &OsStr, path: Option<&OsStr>, cwd: Option<&Path>) -> Result<CString> {
    if program.is_empty() {
        return Err(Error::invalid("the program's name is empty"));
    }
    let literal = c_text(program, "the program's name")?;
    if program.as_bytes().contains(&b'/') {
        return Ok(literal);
    }
    let path = path.unwrap_or(OsStr::new(USUAL_PATH));
    let mut unfit = None;
    for directory in path.as_bytes().split(|byte| *byte == b':') {
        // An empty place means the directory that the child works in.
        let directory = if directory.is_empty() { b".".as_slice() } else { directory };
        let candidate = Path::new(OsStr::from_bytes(directory)).join(program);
        match fitness(&seen_from(cwd, &candidate)) {
            Ok(()) => return c_text(candidate.as_os_str(), "PATH"),
            Err(Errno::NOENT | Errno::NOTDIR) => {}
            Err(refusal) => unfit = unfit.or(Some((candidate, refusal))),
        }
    }
    match unfit {
        Some((candidate, refusal)) => Err(not_executable(candidate.as_os_str(), refusal)),
        None => {
            let reason = format!("program {program:?} is in no directory of PATH");
            Err(system(&reason, Errno::NOENT).with_code(codes::RT_ERROR_PROGRAM_NOT_FOUND))
        }
    }
}

/// Why `program`, found at `path`, could not be started in `cwd`.
#[cold]
pub(super) fn explain(
    program: &OsStr,
    path: &CString,
    cwd: Option<&Path>,
    refusal: &io::Error,
) -> Error {
    if let Some(cwd) = cwd {
        match fs::metadata(cwd) {
            Ok(found) if found.is_dir() => {}
            Ok(_) => return system(&format!("cwd {cwd:?}"), Errno::NOTDIR),
            Err(missing) => return Error::system(&format!("cwd {cwd:?}"), &missing),
        }
    }
    let path = seen_from(cwd, Path::new(OsStr::from_bytes(path.to_bytes())));
    match Errno::from_io_error(refusal) {
        Some(Errno::NOENT) if path.exists() => {
            let reason = format!("program {program:?} is there, but not what it is to be run with");
            Error::system(&reason, refusal).with_code(codes::RT_ERROR_PROGRAM_NOT_EXECUTABLE)
        }
        Some(Errno::NOENT | Errno::NOTDIR) => {
            Error::system(&format!("program {program:?}"), refusal)
                .with_code(codes::RT_ERROR_PROGRAM_NOT_FOUND)
        }
        Some(errno @ (Errno::ACCESS | Errno::NOEXEC)) => not_executable(program, errno),
        _ => Error::system(&format!("program {program:?}"), refusal),
    }
}

/// A path that is relative to `cwd`, from where this process works.
fn seen_from<'a>(cwd: Option<&Path>, path: &'a Path) -> Cow<'a, Path> {
    cwd.map_or(Cow::Borrowed(path), |cwd| Cow::Owned(cwd.join(path)))
}

/// Whether this is a file that may be run.
fn fitness(path: &Path) -> std::result::Result<(), Errno> {
    // Most of the places do not have it, and this is the quickest way to hear of it.
    accessat(CWD, path, Access::EXEC_OK, AtFlags::EACCESS)?;
    // Directories may be run too, in a way.
    match fs::metadata(path) {
        Ok(found) if found.is_file() => Ok(()),
        _ => Err(Errno::ACCESS),
    }
}

#[cold]
fn not_executable(program: &OsStr, refusal: Errno) -> Error {
    system(&format!("program {program:?} cannot be run"), refusal)
        .with_code(codes::RT_ERROR_PROGRAM_NOT_EXECUTABLE)
}
