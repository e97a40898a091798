//! Where the ranks of a group meet: what the environment says, an address, or a file.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use runtime_core::{Error, Result};
use torch_shim::dist::Store;

use super::failure::explain;
use crate::codes::RT_ERROR_TORCH_DIST_INIT;

/// More ranks than anybody has. What the ranks know of each other must fit into memory.
const MOST_RANKS: i64 = 1 << 16;

/// The key under which the rank that opens a store writes which store it is.
const STORE_KEY: &str = "simple_runtime/store";

/// How a rank finds the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Init {
    /// `env://`, `tcp://host:port` or `file:///path`, as in PyTorch.
    pub method: String,
    /// This rank; -1 when the method or the environment says it.
    pub rank: i64,
    /// How many ranks there are; -1 when the method or the environment says it.
    pub world_size: i64,
    /// For how long to wait for the others, now and in collectives, in milliseconds; 0 for PyTorch's
    /// half an hour.
    pub timeout_ms: i64,
}

impl Default for Init {
    fn default() -> Self {
        Self { method: String::from("env://"), rank: -1, world_size: -1, timeout_ms: 0 }
    }
}

/// A place to meet, and who is meant to come.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Meeting {
    place: Place,
    pub(super) rank: i64,
    pub(super) world_size: i64,
}

#[derive(Debug, PartialEq, Eq)]
enum Place {
    Tcp {
        host: String,
        port: u16,
        /// Whether somebody else (torchrun) opens the store, and not rank 0.
        is_open: bool,
    },
    File(PathBuf),
}

/// The store that was met in last, and how often this process has met: a store that is left over from the
/// last time is not the one to meet in.
static LAST: Mutex<Option<String>> = Mutex::new(None);
static MEETINGS: AtomicU64 = AtomicU64::new(0);

#[cold]
pub(super) fn refuse(why: impl Into<String>) -> Error {
    Error::new(RT_ERROR_TORCH_DIST_INIT, why.into())
}

impl Meeting {
    /// What the method says, completed from the environment.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_DIST_INIT` for a method that is none, for what is missing in the environment or is
    /// no number, and `RT_ERROR_INVALID_ARGUMENT` for a rank that is not below the world size.
    pub(super) fn of(init: &Init) -> Result<Self> {
        Self::with(init, &|name| env::var(name).ok().filter(|value| !value.is_empty()))
    }

    fn with(init: &Init, environment: &dyn Fn(&str) -> Option<String>) -> Result<Self> {
        let method = init.method.as_str();
        let (scheme, rest) = method
            .split_once("://")
            .ok_or_else(|| refuse(format!("init_method {method:?} has no \"://\"")))?;
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let query = Query::read(query)?;
        let is_env = scheme == "env";
        let number = |given: i64, queried: Option<i64>, variable: &str| -> Result<i64> {
            if given != -1 {
                return Ok(given);
            }
            match queried {
                Some(number) => Ok(number),
                None if is_env => from_environment(environment, variable),
                None => Err(refuse(format!(
                    "rank and world_size are needed for init_method {method:?}"
                ))),
            }
        };
        let rank = number(init.rank, query.rank, "RANK")?;
        let world_size = number(init.world_size, query.world_size, "WORLD_SIZE")?;
        let place = match scheme {
            "env" if rest.is_empty() => Place::Tcp {
                host: environment("MASTER_ADDR").ok_or_else(|| missing("MASTER_ADDR"))?,
                port: port(from_environment(environment, "MASTER_PORT")?)?,
                is_open: environment("TORCHELASTIC_USE_AGENT_STORE").as_deref() == Some("True"),
            },
            "tcp" => {
                let (host, number) = rest
                    .rsplit_once(':')
                    .ok_or_else(|| refuse(format!("init_method {method:?} has no port")))?;
                let host =
                    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
                let number =
                    number.parse().map_err(|_| refuse(format!("port {number:?} is no number")))?;
                if host.is_empty() {
                    return Err(refuse(format!("init_method {method:?} has no host")));
                }
                Place::Tcp { host: String::from(host), port: port(number)?, is_open: false }
            }
            "file" if rest.starts_with('/') => Place::File(PathBuf::from(rest)),
            "file" => return Err(refuse("a file:// method has an absolute path")),
            _ => {
                return Err(refuse(format!(
                    "init_method {method:?} is none of env://, tcp://host:port, file:///path"
                )));
            }
        };
        if !(1..=MOST_RANKS).contains(&world_size) {
            let text = format!("world_size {world_size} is not between 1 and {MOST_RANKS}");
            return Err(Error::invalid(text));
        }
        if !(0..world_size).contains(&rank) {
            let text = format!("rank {rank} is not between 0 and {}", world_size - 1);
            return Err(Error::invalid(text));
        }
        Ok(Self { place, rank, world_size })
    }

    /// Opens the store, or connects to it. Rank 0 waits for the others here.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_DIST_INIT`: nobody opens it within the time, not everybody comes, the port is in use.
    pub(super) fn store(&self, timeout_ms: i64) -> Result<Store> {
        let times = MEETINGS.fetch_add(1, Ordering::Relaxed);
        match &self.place {
            Place::File(path) => self.file(path, timeout_ms),
            Place::Tcp { host, port, is_open: true } => {
                let store = self.connect(host, *port, timeout_ms)?;
                // Its store outlives a group, so another group of this process looks elsewhere in it.
                if times == 0 {
                    return Ok(store);
                }
                store.prefix(&format!("meeting_{times}")).map_err(|text| self.failed(&text))
            }
            Place::Tcp { host, port, .. } if self.rank == 0 => {
                let store = Store::tcp(host, *port, true, self.world_size as i32, timeout_ms);
                let store = store.map_err(|text| self.failed(&text))?;
                let name = unique();
                store.set(STORE_KEY, &name).map_err(|text| self.failed(&text))?;
                Ok(store)
            }
            Place::Tcp { host, port, .. } => self.connect_to_new(host, *port, timeout_ms),
        }
    }

    /// To be called when the ranks have found each other: the next meeting is in another store.
    pub(super) fn remember(store: &Store) {
        // A rank 0 in Python writes no name, and its store is not told from the last one.
        if let Ok(true) = store.has(STORE_KEY) {
            *lock(&LAST) = store.get(STORE_KEY).ok();
        }
    }

    fn file(&self, path: &Path, timeout_ms: i64) -> Result<Store> {
        let folder = path.parent().unwrap_or(path);
        if !folder.is_dir() {
            return Err(refuse(format!("{} is no folder", folder.display())));
        }
        if path.is_dir() {
            return Err(refuse(format!("{} is a folder", path.display())));
        }
        Store::file(path, self.world_size as i32, timeout_ms).map_err(|text| self.failed(&text))
    }

    fn connect(&self, host: &str, port: u16, timeout_ms: i64) -> Result<Store> {
        let store = connect(host, port, self.world_size as i32, timeout_ms);
        store.map_err(|text| self.failed(&text))
    }

    /// Connects to a store that is not the last one: rank 0 may be slower in giving that up.
    fn connect_to_new(&self, host: &str, port: u16, timeout_ms: i64) -> Result<Store> {
        let deadline = Instant::now() + Duration::from_millis(timeout_ms.unsigned_abs());
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let left_ms = i64::try_from(left.as_millis()).unwrap_or(i64::MAX).max(1);
            let found = connect(host, port, self.world_size as i32, left_ms)
                .and_then(|store| Ok((store.has(STORE_KEY)?, store)))
                .and_then(|(has_name, store)| {
                    // Rank 0 may be about to write its name; one in Python writes none.
                    let name = if has_name { Some(store.get(STORE_KEY)?) } else { None };
                    Ok((store, name))
                });
            match found {
                Ok((store, name)) if name.is_none() || name != *lock(&LAST) => return Ok(store),
                Err(text) if Instant::now() >= deadline => return Err(self.failed(&text)),
                Ok(_) if Instant::now() >= deadline => {
                    return Err(refuse("rank 0 has not opened a new store within the time-out"));
                }
                _ => {}
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The error for a text of LibTorch's.
    #[cold]
    fn failed(&self, text: &str) -> Error {
        let place = match &self.place {
            Place::Tcp { host, port, .. } => format!("{host}:{port}"),
            Place::File(path) => path.display().to_string(),
        };
        let (rank, world_size) = (self.rank, self.world_size);
        refuse(format!("rank {rank} of {world_size} met nobody at {place}: {}", explain(text)))
    }
}

/// Connects to a store that another rank has opened. A program that is no store may take the connection and
/// say nothing, for which c10d would wait forever: so a thread waits, and stays behind if need be.
fn connect(host: &str, port: u16, world_size: i32, timeout_ms: i64) -> torch_shim::Result<Store> {
    let (give, take) = mpsc::channel();
    let address = String::from(host);
    let wait = move || {
        let _ = give.send(Store::tcp(&address, port, false, world_size, timeout_ms));
    };
    thread::Builder::new().spawn(wait).map_err(|error| format!("no thread to wait on: {error}"))?;
    // What c10d says when its own time is over says more.
    let longest = Duration::from_millis(timeout_ms.unsigned_abs()) + Duration::from_millis(300);
    let silent = |_| format!("what listens at {host}:{port} does not answer as a store does");
    take.recv_timeout(longest).map_err(silent)?
}

/// What follows the question mark of a method.
#[derive(Default)]
struct Query {
    rank: Option<i64>,
    world_size: Option<i64>,
}

impl Query {
    fn read(text: &str) -> Result<Self> {
        let mut query = Self::default();
        for part in text.split('&').filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let number = || {
                let number = value.parse();
                number.map(Some).map_err(|_| refuse(format!("{name} {value:?} is no number")))
            };
            match name {
                "rank" => query.rank = number()?,
                "world_size" => query.world_size = number()?,
                _ => return Err(refuse(format!("init_method has an unknown part {name:?}"))),
            }
        }
        Ok(query)
    }
}

#[cold]
fn missing(variable: &str) -> Error {
    refuse(format!("the environment variable {variable} is not set"))
}

fn from_environment(environment: &dyn Fn(&str) -> Option<String>, name: &str) -> Result<i64> {
    let text = environment(name).ok_or_else(|| missing(name))?;
    let wrong =
        || refuse(format!("the environment variable {name} is {text:?}, which is no number"));
    text.trim().parse().map_err(|_| wrong())
}

fn port(number: i64) -> Result<u16> {
    match u16::try_from(number) {
        Ok(port) if port != 0 => Ok(port),
        _ => Err(refuse(format!("port {number} is not between 1 and 65535"))),
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A name that no other store has.
fn unique() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    format!("{}-{now}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use runtime_core::error::codes::RT_ERROR_INVALID_ARGUMENT;

    use super::*;

    fn torchrun(name: &str) -> Option<String> {
        let value = match name {
            "MASTER_ADDR" => "node0",
            "MASTER_PORT" => "29500",
            "RANK" => "3",
            "WORLD_SIZE" => "8",
            _ => return None,
        };
        Some(String::from(value))
    }

    fn meeting(method: &str, rank: i64, world_size: i64) -> Result<Meeting> {
        let init = Init { method: String::from(method), rank, world_size, timeout_ms: 0 };
        Meeting::with(&init, &torchrun)
    }

    fn tcp(host: &str, port: u16) -> Place {
        Place::Tcp { host: String::from(host), port, is_open: false }
    }

    #[test]
    fn methods_are_pythons() {
        let of = |method, rank, world_size| meeting(method, rank, world_size).unwrap();
        let env = of("env://", -1, -1);
        assert_eq!(env, Meeting { place: tcp("node0", 29500), rank: 3, world_size: 8 });
        assert_eq!(of("env://?rank=1", -1, -1).rank, 1);
        assert_eq!(of("env://", 2, 4).world_size, 4);
        assert_eq!(of("tcp://10.0.0.1:80", 0, 1).place, tcp("10.0.0.1", 80));
        assert_eq!(of("tcp://[::1]:80?rank=0&world_size=2", -1, -1).place, tcp("::1", 80));
        assert_eq!(of("file:///tmp/a", 0, 1).place, Place::File(PathBuf::from("/tmp/a")));
    }

    #[test]
    fn what_is_no_method_is_refused() {
        for method in [
            "",
            "env",
            "env://x",
            "tcp://",
            "tcp://host",
            "tcp://host:",
            "tcp://:80",
            "tcp://host:0",
            "tcp://host:65536",
            "tcp://host:-1",
            "tcp://host:x",
            "file://",
            "file://a",
            "http://a:1",
            "env://?rank=x",
            "env://?size=1",
        ] {
            let error = meeting(method, 0, 1).unwrap_err();
            assert_eq!(error.code(), RT_ERROR_TORCH_DIST_INIT, "{method}: {error}");
        }
        assert_eq!(meeting("tcp://host:80", -1, 1).unwrap_err().code(), RT_ERROR_TORCH_DIST_INIT);
        for (rank, size) in
            [(1, 1), (-2, 1), (0, 0), (0, -2), (i64::MIN, 4), (0, i64::MAX), (i64::MAX, 4)]
        {
            let error = meeting("tcp://host:80", rank, size).unwrap_err();
            assert_eq!(error.code(), RT_ERROR_INVALID_ARGUMENT, "{rank} of {size}: {error}");
        }
        let nothing = Meeting::with(&Init::default(), &|_| None).unwrap_err();
        assert!(nothing.reason().contains("RANK is not set"), "{nothing}");
    }
}
