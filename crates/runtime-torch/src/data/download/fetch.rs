//! One file from one of several mirrors.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use md5::{Digest, Md5};
use runtime_core::{Error, Result};
use ureq::http::{Response, StatusCode, header};
use ureq::{Agent, Body};

use super::super::no_file;
use super::progress::Progress;
use crate::codes;

/// A file that mirrors have.
#[derive(Clone, Copy, Debug)]
pub struct Remote {
    /// Its name, there and here.
    pub name: &'static str,
    /// How many bytes it has.
    pub size: u64,
    /// The MD5 checksum of them, in hexadecimal digits.
    pub md5: &'static str,
}

/// How often a mirror may fail without having given a byte.
const ATTEMPTS: u32 = 3;
/// How long a connection, and the head of an answer, may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long one answer may take. A file that takes longer is resumed.
const ANSWER: Duration = Duration::from_secs(120);
/// How long to wait after the first failure of a mirror; longer after the next.
const PAUSE: Duration = Duration::from_millis(200);

/// Fetches a file into a folder, unless it is there and has the right checksum.
///
/// What arrives goes into `NAME.part`, which a later call goes on with, and which gets its name when
/// all of it is there and right. Of several calls for one file, in this and other processes, one
/// fetches it and the others wait. A bar on the terminal shows how far it is.
///
/// # Errors
/// `RT_ERROR_TORCH_DOWNLOAD` with each mirror's reason, `RT_ERROR_SYSTEM` when the file cannot be written.
pub fn fetch(remote: &Remote, mirrors: &[String], folder: &Path) -> Result<PathBuf> {
    let path = folder.join(remote.name);
    if is_right(remote, &path)? {
        return Ok(path);
    }
    let mut part = Part::open(folder.join(format!("{}.part", remote.name)))?;
    // Whoever had it open before may have finished it; then an empty part is left over.
    if is_right(remote, &path)? {
        let _ = fs::remove_file(&part.path);
        return Ok(path);
    }
    let agent = agent();
    let mut reasons = Vec::new();
    for mirror in mirrors {
        let address = format!("{}/{}", mirror.trim_end_matches('/'), remote.name);
        match part.fill(remote, &agent, &address)? {
            Ok(()) => {
                part.become_file(&path)?;
                return Ok(path);
            }
            Err(reason) => reasons.push(format!("{address}: {reason}")),
        }
    }
    Err(Error::new(codes::RT_ERROR_TORCH_DOWNLOAD, reasons.join("; ")))
}

fn agent() -> Agent {
    Agent::config_builder()
        .timeout_connect(Some(PATIENCE))
        .timeout_recv_response(Some(PATIENCE))
        .timeout_recv_body(Some(ANSWER))
        // What a status means is decided here.
        .http_status_as_error(false)
        .build()
        .into()
}

/// The part of a file that has arrived.
struct Part {
    path: PathBuf,
    file: File,
}

/// What a mirror did: all that was wanted, or the reason why not.
type Outcome = std::result::Result<(), String>;

impl Part {
    /// Opens the file and keeps everyone else out of it.
    fn open(path: PathBuf) -> Result<Self> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        let opened = options.open(&path).and_then(|file| file.lock().map(|()| file));
        let file = opened.map_err(|error| no_file(&path, &error))?;
        Ok(Self { path, file })
    }

    /// Gets the rest from a mirror, and checks the whole.
    fn fill(&mut self, remote: &Remote, agent: &Agent, address: &str) -> Result<Outcome> {
        let mut failures = 0;
        loop {
            let before = self.length()?;
            if before == remote.size {
                if self.checksum()? == remote.md5 {
                    return Ok(Ok(()));
                }
                // The next mirror starts anew: nobody knows where the mistake is.
                self.cut(0)?;
                return Ok(Err(String::from("the checksum is wrong")));
            }
            if before > remote.size {
                self.cut(0)?;
            }
            let reason = match self.receive(remote, agent, address)? {
                Ok(()) if self.length()? == remote.size => continue,
                Ok(()) => String::from("the answer was cut off"),
                Err(Refusal::ForGood(reason)) => return Ok(Err(reason)),
                Err(Refusal::ForNow(reason)) => reason,
            };
            // A mirror that gives something each time gets there in the end.
            failures = if self.length()? > before { 0 } else { failures + 1 };
            if failures == ATTEMPTS {
                return Ok(Err(reason));
            }
            thread::sleep(PAUSE * (1 << failures));
        }
    }

    /// Asks once, from where the part ends, and writes down what comes.
    fn receive(
        &mut self,
        remote: &Remote,
        agent: &Agent,
        address: &str,
    ) -> Result<std::result::Result<(), Refusal>> {
        let from = self.length()?;
        let mut request = agent.get(address).header(header::ACCEPT_ENCODING, "identity");
        if from > 0 {
            request = request.header(header::RANGE, format!("bytes={from}-"));
        }
        let mut response = match request.call() {
            Ok(response) => response,
            Err(error) => return Ok(Err(Refusal::ForNow(error.to_string()))),
        };
        let from = match response.status() {
            StatusCode::OK => 0,
            StatusCode::PARTIAL_CONTENT if continues(&response, from) => from,
            StatusCode::PARTIAL_CONTENT | StatusCode::RANGE_NOT_SATISFIABLE => {
                self.cut(0)?;
                return Ok(Err(Refusal::ForNow(String::from("the mirror cannot resume"))));
            }
            status if status.is_server_error() => {
                return Ok(Err(Refusal::ForNow(format!("status {status}"))));
            }
            status => return Ok(Err(Refusal::ForGood(format!("status {status}")))),
        };
        self.cut(from)?;
        let bar = Progress::new(remote.name, remote.size, from);
        self.write(remote, &mut response, &bar)
    }

    fn write(
        &mut self,
        remote: &Remote,
        response: &mut Response<Body>,
        bar: &Progress,
    ) -> Result<std::result::Result<(), Refusal>> {
        let mut body = response.body_mut().as_reader();
        let mut length = self.length()?;
        let mut piece = vec![0; 1 << 16];
        loop {
            let read = match body.read(&mut piece) {
                Ok(0) => return Ok(Ok(())),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Ok(Err(Refusal::ForNow(error.to_string()))),
            };
            length += read as u64;
            if length > remote.size {
                self.cut(0)?;
                return Ok(Err(Refusal::ForGood(format!("more than {} bytes", remote.size))));
            }
            self.file.write_all(&piece[..read]).map_err(|error| no_file(&self.path, &error))?;
            bar.at(length);
        }
    }

    fn length(&self) -> Result<u64> {
        self.file.metadata().map(|file| file.len()).map_err(|error| no_file(&self.path, &error))
    }

    /// Keeps so many bytes, and goes to their end.
    fn cut(&mut self, length: u64) -> Result<()> {
        let cut = self.file.set_len(length).and_then(|()| self.file.seek(SeekFrom::End(0)));
        cut.map(drop).map_err(|error| no_file(&self.path, &error))
    }

    fn checksum(&mut self) -> Result<String> {
        let start = self.file.seek(SeekFrom::Start(0));
        let sum = start.and_then(|_| checksum(&self.file));
        sum.map_err(|error| no_file(&self.path, &error))
    }

    /// Gives the part its name, when it is on the disk.
    fn become_file(self, path: &Path) -> Result<()> {
        let named = self.file.sync_all().and_then(|()| fs::rename(&self.path, path));
        named.map_err(|error| no_file(path, &error))
    }
}

/// Why a mirror did not give what was asked.
enum Refusal {
    /// It may do so when it is asked again.
    ForNow(String),
    /// It has not got it.
    ForGood(String),
}

/// Whether an answer begins where the part ends.
fn continues(response: &Response<Body>, from: u64) -> bool {
    let range = response.headers().get(header::CONTENT_RANGE).and_then(|range| range.to_str().ok());
    let start = range.and_then(|range| range.strip_prefix("bytes ")?.split('-').next());
    start.and_then(|start| start.trim().parse().ok()) == Some(from)
}

/// Whether a file is there, with the right length and checksum.
fn is_right(remote: &Remote, path: &Path) -> Result<bool> {
    let right = File::open(path).and_then(|file| {
        let meta = file.metadata()?;
        Ok(meta.is_file() && meta.len() == remote.size && checksum(&file)? == remote.md5)
    });
    match right {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        right => right.map_err(|error| no_file(path, &error)),
    }
}

fn checksum(file: &File) -> io::Result<String> {
    let mut hasher = Md5::new();
    let mut reader = BufReader::with_capacity(1 << 16, file);
    loop {
        let piece = io::BufRead::fill_buf(&mut reader)?;
        if piece.is_empty() {
            break;
        }
        hasher.update(piece);
        let length = piece.len();
        io::BufRead::consume(&mut reader, length);
    }
    let digits = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(digits)
}
