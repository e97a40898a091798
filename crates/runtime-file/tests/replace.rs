//! Files replaced in one step: no reader and no crash ever sees half of one.
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::path::Path;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use common::{Over, child, child_folder, is_root, make_fifo, names, place};
use runtime_file::replace::Replacement;
use runtime_file::{copy, text};

/// The content number `number`: its length and its bytes tell which one it is.
fn content(number: usize) -> Vec<u8> {
    vec![b'a' + (number % 26) as u8; 40_000 + number % 26 * 1000]
}

/// Whether it is one of the contents, whole.
fn is_whole(found: &[u8]) -> bool {
    let number = found.first().map_or(99, |byte| usize::from(byte - b'a'));
    found == content(number)
}

#[test]
fn a_killed_writer_leaves_old_or_new() {
    if let Some(folder) = child_folder() {
        let path = folder.join("file");
        for number in 0.. {
            text::write_bytes(&path, &content(number)).unwrap();
            if number == 0 {
                eprintln!("begun");
            }
        }
    }
    let (folder, path) = place("file");
    text::write_bytes(&path, &content(25)).unwrap();
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut reads = 0;
            while !is_over.load(Ordering::Relaxed) {
                assert!(is_whole(&fs::read(&path).unwrap()), "a reader saw a torn file");
                reads += 1;
            }
            reads
        });
        let over = Over(&is_over);
        for round in 0..40 {
            let name = "a_killed_writer_leaves_old_or_new";
            let mut writer = child(name, folder.path())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let mut said = BufReader::new(writer.stderr.take().unwrap());
            let mut line = String::new();
            while line.trim() != "begun" {
                line.clear();
                assert_ne!(said.read_line(&mut line).unwrap(), 0, "the writer did not begin");
            }
            // Somewhere in one of the next writes.
            thread::sleep(Duration::from_micros(137 * round));
            writer.kill().unwrap();
            writer.wait().unwrap();
            let found = fs::read(&path).unwrap();
            assert!(is_whole(&found), "round {round}: {} bytes of a torn file", found.len());
        }
        drop(over);
        assert!(reader.join().unwrap() > 0);
    });
    // What a killed writer leaves behind is known by its name, and at most one file each time.
    let left = names(folder.path());
    assert!(left.len() <= 41);
    let is_known = |name: &String| name.starts_with(".simple-") && name.ends_with(".tmp");
    assert!(left.iter().all(|name| name == "file" || is_known(name)), "{left:?}");
}

#[test]
fn an_open_file_stays_what_it_was() {
    let (_folder, path) = place("file");
    text::write(&path, "old").unwrap();
    let mut open = fs::File::open(&path).unwrap();
    text::write(&path, "new and longer").unwrap();
    let mut found = String::new();
    open.read_to_string(&mut found).unwrap();
    assert_eq!(found, "old");
    assert_eq!(fs::read(&path).unwrap(), b"new and longer");
}

#[test]
fn what_is_given_up_leaves_no_trace() {
    let (folder, path) = place("file");
    text::write(&path, "old").unwrap();
    let mut replacement = Replacement::new(&path).unwrap();
    replacement.file().write_all(b"half of the n").unwrap();
    assert_eq!(names(folder.path()).len(), 2);
    drop(replacement);
    assert_eq!(names(folder.path()), ["file"]);
    // A directory that takes the name meanwhile is not replaced.
    let path = folder.path().join("taken");
    let replacement = Replacement::new(&path).unwrap();
    fs::create_dir(&path).unwrap();
    let refused = replacement.commit().unwrap_err();
    assert_eq!(refused.raw_os_error(), Some(libc::EISDIR));
    assert_eq!(names(folder.path()), ["file", "taken"]);
}

#[test]
fn permission_bits_stay() {
    let (folder, path) = place("file");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    for bits in [0o600, 0o640, 0o755, 0o666] {
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(bits)).unwrap();
        text::write(&path, "new").unwrap();
        assert_eq!(mode(&path), bits, "{bits:o}");
    }
    // Until it is complete, a secret is not readable by others.
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let replacement = Replacement::new(&path).unwrap();
    let temporary = names(folder.path()).into_iter().find(|name| name != "file").unwrap();
    assert_eq!(mode(&folder.path().join(temporary)), 0o600);
    drop(replacement);
    let replacement = Replacement::with_mode(&folder.path().join("secret"), 0o400).unwrap();
    let temporary = names(folder.path()).into_iter().find(|name| name != "file").unwrap();
    assert_eq!(mode(&folder.path().join(temporary)), 0o600);
    replacement.commit().unwrap();
    assert_eq!(mode(&folder.path().join("secret")), 0o400);
    // A new file has the permissions of any new file.
    fs::write(folder.path().join("plain"), "").unwrap();
    text::write(&folder.path().join("new"), "").unwrap();
    assert_eq!(mode(&folder.path().join("new")), mode(&folder.path().join("plain")));
    // Bits that lend the owner's rights go, as when the kernel sees a write.
    fs::set_permissions(&path, fs::Permissions::from_mode(0o4755)).unwrap();
    text::write(&path, "other").unwrap();
    assert_eq!(mode(&path), 0o755);
}

#[test]
fn the_owner_stays() {
    if !is_root() {
        eprintln!("skipped: only root can give files to others");
        return;
    }
    let (_folder, path) = place("file");
    fs::write(&path, "old").unwrap();
    chown(&path, Some(1234), Some(4321)).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    text::write(&path, "new").unwrap();
    let found = fs::metadata(&path).unwrap();
    assert_eq!((found.uid(), found.gid(), found.mode() & 0o7777), (1234, 4321, 0o640));
}

#[test]
fn other_hard_links_keep_the_old() {
    let (folder, path) = place("file");
    fs::write(&path, "old").unwrap();
    fs::hard_link(&path, folder.path().join("other")).unwrap();
    text::write(&path, "new").unwrap();
    assert_eq!(fs::read(folder.path().join("other")).unwrap(), b"old");
}

#[test]
fn devices_and_pipes_are_written_to() {
    let (folder, path) = place("pipe");
    text::write(Path::new("/dev/null"), "gone").unwrap();
    assert!(!fs::metadata("/dev/null").unwrap().is_file());
    make_fifo(&path);
    symlink("pipe", folder.path().join("link")).unwrap();
    fs::write(folder.path().join("source"), "copied").unwrap();
    for (write, expected) in [
        (&(|| text::write(&path, "through")) as &(dyn Fn() -> _ + Sync), "through"),
        (&|| text::write(&folder.path().join("link"), "by a link"), "by a link"),
        (&|| text::append(&path, "appended"), "appended"),
        (&|| copy::copy(&folder.path().join("source"), &path), "copied"),
    ] {
        thread::scope(|scope| {
            let reader = scope.spawn(|| fs::read_to_string(&path).unwrap());
            write().unwrap();
            assert_eq!(reader.join().unwrap(), expected);
        });
    }
    assert_eq!(names(folder.path()), ["link", "pipe", "source"]);
    // A disk that is full for ever.
    let refused = text::write(Path::new("/dev/full"), "x").unwrap_err();
    assert_eq!(refused.errno(), libc::ENOSPC);
}

#[test]
fn links_of_the_kernel_lead_to_files_without_a_name() {
    let (folder, path) = place("file");
    fs::write(&path, "old and long").unwrap();
    let open = fs::File::options().read(true).write(true).open(&path).unwrap();
    use std::os::fd::AsRawFd;
    let link = format!("/proc/self/fd/{}", open.as_raw_fd());
    // As long as the file has its name, that is where the new content goes.
    text::write(Path::new(&link), "new").unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"new");
    // A file without one is written to as it is.
    let open = fs::File::options().read(true).write(true).open(&path).unwrap();
    fs::remove_file(&path).unwrap();
    let link = format!("/proc/self/fd/{}", open.as_raw_fd());
    text::write(Path::new(&link), "x").unwrap();
    assert_eq!(fs::read(&link).unwrap(), b"x");
    assert!(names(folder.path()).is_empty());
}
