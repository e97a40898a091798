//! Downloads from a server on this machine: whole, cut off, resumed, wrong, and refused.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use md5::{Digest, Md5};
use runtime_core::error::{codes, last_code, last_message};
use runtime_torch::codes::RT_ERROR_TORCH_DOWNLOAD;
use runtime_torch::data::download::{MIRROR, Remote, fetch};
use runtime_torch::ffi::download::{rt_torch_cifar10_download, rt_torch_mnist_download};
use tempfile::TempDir;

/// What the server does with a request.
#[derive(Clone, Copy, Debug)]
enum Answer {
    /// Gives what was asked for.
    Right,
    /// Says how much there is, gives so many bytes of it, and hangs up.
    CutAfter(usize),
    /// Gives the whole file, whatever was asked for.
    WithoutRanges,
    /// Begins at another byte than was asked for.
    FromElsewhere,
    /// Gives other bytes of the same number.
    Wrong,
    /// Gives a byte too many, and does not say how much there is.
    TooMuch,
    /// Refuses.
    Status(u16),
    /// Hangs up at once.
    HangUp,
}

/// What was asked for: the path, and the byte from which on.
type Request = (String, Option<usize>);

/// A server that answers as many requests as it has answers, and the last of them from then on.
struct Server {
    address: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    fn new(content: &[u8], answers: &[Answer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (content, answers, seen) = (content.to_vec(), answers.to_vec(), Arc::clone(&requests));
        // The thread ends with the process: nobody waits for it.
        thread::spawn(move || {
            for connection in listener.incoming() {
                let Ok(connection) = connection else { return };
                let number = seen.lock().unwrap().len();
                let answer = answers[number.min(answers.len() - 1)];
                // A client that goes away is no concern of the server's.
                let _ = serve(connection, &content, answer, &seen);
            }
        });
        Self { address, requests }
    }

    fn mirror(&self) -> Vec<String> {
        vec![self.address.clone()]
    }

    /// From which byte on each request wanted the file.
    fn ranges(&self) -> Vec<Option<usize>> {
        self.requests.lock().unwrap().iter().map(|(_, range)| *range).collect()
    }
}

fn serve(
    mut connection: TcpStream,
    content: &[u8],
    answer: Answer,
    seen: &Mutex<Vec<(String, Option<usize>)>>,
) -> std::io::Result<()> {
    connection.set_read_timeout(Some(Duration::from_secs(10)))?;
    let mut lines = BufReader::new(connection.try_clone()?).take(1 << 16).lines();
    let path = lines.next().transpose()?.unwrap_or_default();
    let path = path.split(' ').nth(1).unwrap_or_default().to_string();
    let mut range = None;
    for line in lines {
        let line = line?.to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(from) = line.strip_prefix("range: bytes=") {
            range = from.trim_end_matches('-').parse().ok();
        }
    }
    seen.lock().unwrap().push((path, range));
    let from = match answer {
        Answer::WithoutRanges => None,
        _ => range,
    };
    let start = from.unwrap_or(0).min(content.len());
    let mut body = content[start..].to_vec();
    let status = match (answer, from) {
        (Answer::Status(status), _) => format!("{status} No"),
        (Answer::HangUp, _) => return Ok(()),
        (_, Some(_)) => String::from("206 Partial Content"),
        (_, None) => String::from("200 OK"),
    };
    let mut head = format!("HTTP/1.1 {status}\r\nConnection: close\r\n");
    match answer {
        Answer::Status(_) => body = b"no".to_vec(),
        Answer::Wrong => body.fill(b'x'),
        Answer::TooMuch => body.push(0),
        _ => {}
    }
    if let Some(from) = from {
        let from = if matches!(answer, Answer::FromElsewhere) { from + 1 } else { from };
        let (last, all) = (content.len() - 1, content.len());
        head += &format!("Content-Range: bytes {from}-{last}/{all}\r\n");
    }
    if !matches!(answer, Answer::TooMuch) {
        head += &format!("Content-Length: {}\r\n", body.len());
    }
    connection.write_all(format!("{head}\r\n").as_bytes())?;
    if let Answer::CutAfter(bytes) = answer {
        body.truncate(bytes);
    }
    connection.write_all(&body)
}

/// A file that a mirror has, and a folder for it.
fn setting() -> (Vec<u8>, Remote, TempDir) {
    let content: Vec<u8> =
        (0..50_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    let sum: String = Md5::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
    let md5: &'static str = sum.leak();
    let remote = Remote { name: "file.bin", size: content.len() as u64, md5 };
    (content, remote, tempfile::tempdir().unwrap())
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_file_is_fetched_once() {
    let (content, remote, folder) = setting();
    let server = Server::new(&content, &[Answer::Right]);
    let path = fetch(&remote, &server.mirror(), folder.path()).unwrap();
    assert_eq!(fs::read(&path).unwrap(), content);
    assert_eq!(names(folder.path()), ["file.bin"]);
    fetch(&remote, &server.mirror(), folder.path()).unwrap();
    assert_eq!(names(folder.path()), ["file.bin"]);
    assert_eq!(*server.requests.lock().unwrap(), [(String::from("/file.bin"), None)]);
    // A file of that name that is not the one is replaced.
    fs::write(&path, &content[1..]).unwrap();
    fetch(&remote, &server.mirror(), folder.path()).unwrap();
    assert_eq!(fs::read(&path).unwrap(), content);
}

#[test]
fn a_download_that_is_cut_off_is_resumed() {
    let (content, remote, folder) = setting();
    let answers =
        [Answer::CutAfter(1_000), Answer::CutAfter(20_000), Answer::HangUp, Answer::Right];
    let server = Server::new(&content, &answers);
    let path = fetch(&remote, &server.mirror(), folder.path()).unwrap();
    assert_eq!(fs::read(path).unwrap(), content);
    assert_eq!(server.ranges(), [None, Some(1_000), Some(21_000), Some(21_000)]);
}

#[test]
fn a_later_call_goes_on() {
    let (content, remote, folder) = setting();
    let part = folder.path().join("file.bin.part");
    let nothing_more = Server::new(&content, &[Answer::CutAfter(7_000), Answer::HangUp]);
    let error = fetch(&remote, &nothing_more.mirror(), folder.path()).unwrap_err();
    assert_eq!(error.code(), RT_ERROR_TORCH_DOWNLOAD);
    assert_eq!(nothing_more.ranges().len(), 4);
    assert_eq!(fs::read(&part).unwrap(), content[..7_000]);
    let server = Server::new(&content, &[Answer::Right]);
    let path = fetch(&remote, &server.mirror(), folder.path()).unwrap();
    assert_eq!(fs::read(path).unwrap(), content);
    assert_eq!(server.ranges(), [Some(7_000)]);

    // One that had everything but its name.
    let (_, _, folder) = setting();
    let part = folder.path().join("file.bin.part");
    fs::write(&part, &content).unwrap();
    let server = Server::new(&content, &[Answer::Right]);
    fetch(&remote, &server.mirror(), folder.path()).unwrap();
    assert!(server.ranges().is_empty());
    assert_eq!(names(folder.path()), ["file.bin"]);
}

#[test]
fn mirrors_that_cannot_resume() {
    for (answer, requests) in [
        (Answer::WithoutRanges, vec![Some(100)]),
        (Answer::FromElsewhere, vec![Some(100), None]),
        (Answer::Status(416), vec![Some(100), None]),
    ] {
        let (content, remote, folder) = setting();
        fs::write(folder.path().join("file.bin.part"), &content[..100]).unwrap();
        let server = Server::new(&content, &[answer, Answer::Right]);
        let path = fetch(&remote, &server.mirror(), folder.path()).unwrap();
        assert_eq!(fs::read(path).unwrap(), content);
        assert_eq!(server.ranges(), requests, "{answer:?}");
    }
    // A part that is longer than the file is no part of it.
    let (content, remote, folder) = setting();
    fs::write(folder.path().join("file.bin.part"), vec![1; 60_000]).unwrap();
    let server = Server::new(&content, &[Answer::Right]);
    fetch(&remote, &server.mirror(), folder.path()).unwrap();
    assert_eq!(server.ranges(), [None]);
}

#[test]
fn what_is_wrong_is_not_kept() {
    let (content, remote, folder) = setting();
    for (answer, wanted, requests) in [
        (Answer::Wrong, "the checksum is wrong", 1),
        (Answer::TooMuch, "more than 50000 bytes", 1),
        (Answer::Status(404), "status 404", 1),
        (Answer::Status(503), "status 503", 3),
        (Answer::HangUp, "", 3),
    ] {
        let server = Server::new(&content, &[answer]);
        let error = fetch(&remote, &server.mirror(), folder.path()).unwrap_err();
        assert_eq!(error.code(), RT_ERROR_TORCH_DOWNLOAD);
        let reason = error.reason();
        assert!(reason.contains(wanted) && reason.contains(&server.address), "{reason}");
        assert_eq!(server.ranges().len(), requests, "{answer:?}");
        assert!(!folder.path().join("file.bin").exists());
        assert_eq!(fs::metadata(folder.path().join("file.bin.part")).unwrap().len(), 0);
    }
}

#[test]
fn the_next_mirror_is_asked() {
    let (content, remote, folder) = setting();
    let [gone, wrong, right] = [Answer::Status(404), Answer::Wrong, Answer::Right]
        .map(|answer| Server::new(&content, &[answer]));
    let nobody = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}/", listener.local_addr().unwrap())
    };
    let mirrors = [nobody, gone.address.clone(), wrong.address.clone(), right.address.clone()];
    let path = fetch(&remote, &mirrors, folder.path()).unwrap();
    assert_eq!(fs::read(path).unwrap(), content);
    let error = fetch(&remote, &[], &folder.path().join("none")).unwrap_err();
    assert_eq!(error.code(), codes::RT_ERROR_SYSTEM);
}

#[test]
fn calls_at_the_same_time_fetch_once() {
    let (content, remote, folder) = setting();
    let server = Server::new(&content, &[Answer::Right]);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| fetch(&remote, &server.mirror(), folder.path()).unwrap());
        }
    });
    assert_eq!(server.ranges(), [None]);
    assert_eq!(fs::read(folder.path().join("file.bin")).unwrap(), content);
}

/// The mirror is named in the environment, which belongs to the whole process: so this test has one.
#[test]
fn the_environment_names_the_mirror() {
    const MARK: &str = "RUNTIME_TORCH_TEST_ALONE";
    if std::env::var_os(MARK).is_none() {
        let server = Server::new(b"no such thing", &[Answer::Status(404)]);
        let mut alone = Command::new(std::env::current_exe().unwrap());
        alone.args(["--exact", "the_environment_names_the_mirror"]);
        alone.env(MARK, "1").env(MIRROR, format!("{}/data/", server.address));
        assert!(alone.status().unwrap().success());
        let requests = server.requests.lock().unwrap();
        let paths: Vec<&str> = requests.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["/data/train-images-idx3-ubyte.gz", "/data/cifar-10-binary.tar.gz"]);
        return;
    }
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("new/folder");
    let path = folder.to_str().unwrap();
    for download in [rt_torch_mnist_download, rt_torch_cifar10_download] {
        // SAFETY: a text and its length.
        assert_eq!(unsafe { download(path.as_ptr(), path.len() as u64) }, 0);
        assert_eq!(last_code(), RT_ERROR_TORCH_DOWNLOAD);
        assert!(last_message().unwrap().contains("status 404"));
    }
    assert!(folder.is_dir());
}

#[test]
fn folders_that_are_none() {
    // SAFETY: null is refused, and texts come with their length.
    unsafe {
        for download in [rt_torch_mnist_download, rt_torch_cifar10_download] {
            assert_eq!(download(std::ptr::null(), 0), 0);
            assert_eq!(last_code(), codes::RT_ERROR_INVALID_ARGUMENT);
            assert_eq!(download(std::ptr::null(), 5), 0);
            assert_eq!(last_code(), codes::RT_ERROR_NULL_POINTER);
            let file = tempfile::NamedTempFile::new().unwrap();
            let path = file.path().join("below").to_str().unwrap().to_string();
            assert_eq!(download(path.as_ptr(), path.len() as u64), 0);
            assert_eq!(last_code(), codes::RT_ERROR_SYSTEM);
        }
    }
}
