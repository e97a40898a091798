//! Ranks: this very test program, started several times, each bounded by a time and ended by its id.
#![allow(dead_code, unreachable_pub, reason = "each test program uses a part of this")]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::collections::HashMap;
use std::io::Read;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use runtime_core::error::{clear_last, last_code, last_message};
use runtime_torch::ffi::dist::group::{rt_torch_dist_init, rt_torch_dist_rank};

/// What a rank runs: the names and functions that `dispatch` gets.
pub type Program = fn();

/// The variable that says which program a rank runs.
const PROGRAM: &str = "SIMPLE_RUNTIME_RANK_PROGRAM";

/// The longest that a rank runs, whatever it does.
const LONGEST: Duration = Duration::from_secs(90);

/// Runs the program that the environment names: the body of the ignored test `one_rank`.
pub fn dispatch(programs: &[(&str, Program)]) {
    let name = std::env::var(PROGRAM).expect("a rank is started by the other tests");
    let (_, program) = programs.iter().find(|(known, _)| *known == name).expect("no such program");
    program();
    println!("the program is done");
}

/// A port of 127.0.0.1 that nobody has.
pub fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port()
}

/// One rank that runs.
pub struct Rank {
    child: Child,
    text: Option<JoinHandle<String>>,
    began: Instant,
}

/// How a rank ended.
pub struct End {
    /// Whether its program came to its end.
    pub is_done: bool,
    /// What it wrote.
    pub text: String,
    /// How long it ran.
    pub time: Duration,
}

impl Rank {
    /// Starts a rank of the program.
    pub fn start(program: &str, variables: &[(&str, String)]) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "one_rank", "--ignored", "--nocapture", "--test-threads=1"]);
        command.env(PROGRAM, program).env("OMP_NUM_THREADS", "1");
        command.env("GLOO_SOCKET_IFNAME", if cfg!(target_os = "macos") { "lo0" } else { "lo" });
        command.envs(variables.iter().map(|(name, value)| (*name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (mut out, mut err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let text = thread::spawn(move || {
            let errors = thread::spawn(move || {
                let mut text = String::new();
                let _ = err.read_to_string(&mut text);
                text
            });
            let mut text = String::new();
            let _ = out.read_to_string(&mut text);
            text + &errors.join().unwrap()
        });
        Self { child, text: Some(text), began: Instant::now() }
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Ends it at once.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
    }

    /// Waits for its end.
    pub fn end(mut self) -> End {
        let is_over = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status.success();
            }
            if self.began.elapsed() > LONGEST {
                self.kill();
                let text = self.text.take().unwrap().join().unwrap();
                panic!("a rank did not come to its end:\n{text}");
            }
            thread::sleep(Duration::from_millis(5));
        };
        let time = self.began.elapsed();
        let text = self.text.take().unwrap().join().unwrap();
        End { is_done: is_over && text.contains("the program is done"), text, time }
    }
}

impl Drop for Rank {
    fn drop(&mut self) {
        self.kill();
        let _ = self.child.wait();
    }
}

/// The variables of a rank.
pub fn variables(rank: i64, size: i64, port: u16) -> Vec<(&'static str, String)> {
    vec![
        ("MASTER_ADDR", String::from("127.0.0.1")),
        ("MASTER_PORT", port.to_string()),
        ("RANK", rank.to_string()),
        ("WORLD_SIZE", size.to_string()),
        ("LOCAL_RANK", rank.to_string()),
    ]
}

/// Starts all ranks of a program.
pub fn start(program: &str, size: i64, more: &[(&'static str, String)]) -> Vec<Rank> {
    let port = free_port();
    let rank = |rank| {
        let mut variables = variables(rank, size, port);
        variables.extend_from_slice(more);
        Rank::start(program, &variables)
    };
    (0..size).map(rank).collect()
}

/// Runs all ranks of a program to their end, which must be a good one. Returns what they wrote.
#[track_caller]
pub fn run(program: &str, size: i64, more: &[(&'static str, String)]) -> Vec<String> {
    let ends: Vec<End> = start(program, size, more).into_iter().map(Rank::end).collect();
    for (rank, end) in ends.iter().enumerate() {
        assert!(end.is_done, "rank {rank} of {program} failed:\n{}", end.text);
    }
    ends.into_iter().map(|end| end.text).collect()
}

/// The values that a rank wrote as `name: value`.
pub fn said(text: &str) -> HashMap<String, String> {
    let pairs = text.lines().filter_map(|line| line.strip_prefix("say ")?.split_once(": "));
    pairs.map(|(name, value)| (String::from(name), String::from(value))).collect()
}

/// Writes a value for `said`.
pub fn say(name: &str, value: impl std::fmt::Display) {
    println!("\nsay {name}: {value}");
}

/// Inside of a rank: forms the group that the environment describes.
#[track_caller]
pub fn init(timeout_ms: i64) {
    assert_eq!(try_init(timeout_ms), 1, "{:?}", last_message());
}

/// Inside of a rank: the result of forming the group.
pub fn try_init(timeout_ms: i64) -> i64 {
    init_with("env://", -1, -1, timeout_ms)
}

/// The result of forming a group of gloo's.
pub fn init_with(method: &str, rank: i64, size: i64, timeout_ms: i64) -> i64 {
    let (backend, method) = ("gloo", method.as_bytes());
    let (length, method_length) = (backend.len() as u64, method.len() as u64);
    // SAFETY: the pointers and the lengths are those of the texts.
    unsafe {
        rt_torch_dist_init(
            backend.as_ptr(),
            length,
            method.as_ptr(),
            method_length,
            rank,
            size,
            timeout_ms,
        )
    }
}

/// Inside of a rank: which one it is.
pub fn rank() -> i64 {
    rt_torch_dist_rank()
}

/// A number out of the environment.
pub fn variable(name: &str) -> i64 {
    std::env::var(name).unwrap().parse().unwrap()
}

/// The code and the text of the error of a call that has just failed.
#[track_caller]
pub fn refusal() -> (i64, String) {
    let refusal = (last_code(), last_message().expect("no error was set"));
    clear_last();
    refusal
}
