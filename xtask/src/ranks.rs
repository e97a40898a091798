//! `cargo xtask ranks N [--log-dir DIR] -- PROGRAM...`: starts N ranks of a program on this machine, with the
//! environment that torchrun gives them. When one fails, the others are ended.
//!
//! The ranks stay in this command's process group, so that Ctrl-C on a terminal ends all of them.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use crate::Result;

const USAGE: &str = "usage: cargo xtask ranks N [--log-dir DIR] -- PROGRAM [ARGUMENTS]";

/// How long a rank has between being asked to end and being ended.
const GRACE: Duration = Duration::from_secs(5);

/// Runs the ranks, and ends this process with the exit code of the first that failed.
pub fn run(arguments: &[String]) -> Result<()> {
    let plan = Plan::read(arguments)?;
    match plan.run()? {
        0 => Ok(()),
        code => std::process::exit(code),
    }
}

/// Starts so many ranks of a program, and waits for their end.
pub fn launch(ranks: usize, program: Vec<String>) -> Result<()> {
    match (Plan { ranks, logs: None, program }).run()? {
        0 => Ok(()),
        code => Err(format!("a rank failed with the exit code {code}").into()),
    }
}

/// What to start, and how often.
struct Plan {
    ranks: usize,
    logs: Option<PathBuf>,
    program: Vec<String>,
}

impl Plan {
    fn read(arguments: &[String]) -> Result<Self> {
        let at = arguments.iter().position(|argument| argument == "--").ok_or(USAGE)?;
        let (settings, program) = (&arguments[..at], &arguments[at + 1..]);
        let (ranks, logs) = match settings {
            [ranks] => (ranks, None),
            [ranks, option, folder] | [option, folder, ranks] if option == "--log-dir" => {
                (ranks, Some(PathBuf::from(folder)))
            }
            _ => return Err(USAGE.into()),
        };
        let ranks = ranks.parse().ok().filter(|ranks| (1..=1024).contains(ranks));
        let ranks = ranks.ok_or("N, the number of ranks, is between 1 and 1024")?;
        if program.is_empty() {
            return Err(USAGE.into());
        }
        Ok(Self { ranks, logs, program: program.to_vec() })
    }

    /// Starts the ranks and waits for their end: 0, or the exit code of the first that failed, which is 128
    /// and the signal's number when a signal ended it.
    fn run(&self) -> Result<i32> {
        if let Some(folder) = &self.logs {
            fs::create_dir_all(folder)?;
        }
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let mut ranks = Ranks(Vec::with_capacity(self.ranks));
        for rank in 0..self.ranks {
            ranks.0.push(Some(self.start(rank, port)?));
        }
        ranks.wait()
    }

    fn start(&self, rank: usize, port: u16) -> Result<Child> {
        let mut command = Command::new(&self.program[0]);
        command.args(&self.program[1..]).stdin(Stdio::null());
        let (rank_text, size) = (rank.to_string(), self.ranks.to_string());
        command.env("MASTER_ADDR", "127.0.0.1").env("MASTER_PORT", port.to_string());
        command.env("RANK", &rank_text).env("LOCAL_RANK", &rank_text);
        command.env("WORLD_SIZE", &size).env("LOCAL_WORLD_SIZE", &size);
        match &self.logs {
            Some(folder) => {
                let log = File::create(log(folder, rank))?;
                command.stdout(log.try_clone()?).stderr(log);
            }
            None => {
                command.stdout(Stdio::piped()).stderr(Stdio::piped());
            }
        }
        let program = &self.program[0];
        let mut child =
            command.spawn().map_err(|error| format!("{program} cannot be started: {error}"))?;
        if let Some(output) = child.stdout.take() {
            show(rank, output);
        }
        if let Some(output) = child.stderr.take() {
            show(rank, output);
        }
        Ok(child)
    }
}

fn log(folder: &Path, rank: usize) -> PathBuf {
    folder.join(format!("rank-{rank}.log"))
}

/// Prints what comes line by line, with the rank before it.
fn show(rank: usize, output: impl Read + Send + 'static) {
    thread::spawn(move || {
        for line in BufReader::new(output).split(b'\n').map_while(std::result::Result::ok) {
            println!("[{rank}] {}", String::from_utf8_lossy(&line));
        }
    });
}

/// The ranks that run; whatever happens, none outlives this.
struct Ranks(Vec<Option<Child>>);

impl Ranks {
    fn wait(&mut self) -> Result<i32> {
        while self.0.iter().any(Option::is_some) {
            for rank in 0..self.0.len() {
                let Some(child) = &mut self.0[rank] else { continue };
                let Some(status) = child.try_wait()? else { continue };
                self.0[rank] = None;
                if !status.success() {
                    eprintln!("rank {rank} ended with {status}: ending the others");
                    self.end();
                    return Ok(code(status));
                }
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(0)
    }

    /// Asks the ranks to end, and ends those that do not.
    fn end(&mut self) {
        for child in self.0.iter().flatten() {
            // A child that nobody waited for keeps its id.
            if let Some(id) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
                let _ = kill_process(id, Signal::TERM);
            }
        }
        let deadline = Instant::now() + GRACE;
        while Instant::now() < deadline && self.0.iter_mut().flatten().any(runs) {
            thread::sleep(Duration::from_millis(10));
        }
        for child in self.0.iter_mut().flatten() {
            let _ = child.kill();
            let _ = child.wait();
        }
        self.0.clear();
    }
}

impl Drop for Ranks {
    fn drop(&mut self) {
        self.end();
    }
}

fn runs(child: &mut Child) -> bool {
    matches!(child.try_wait(), Ok(None))
}

fn code(status: ExitStatus) -> i32 {
    status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(ranks: &str, script: &str) -> Plan {
        let words = [ranks, "--", "sh", "-c", script].map(String::from);
        Plan::read(&words).unwrap()
    }

    #[test]
    fn ranks_have_torchruns_environment() {
        let script = "test $RANK = $LOCAL_RANK && test $WORLD_SIZE = 3 && test $LOCAL_WORLD_SIZE = 3 \
                      && test $MASTER_ADDR = 127.0.0.1 && test $MASTER_PORT -gt 0 && test $RANK -lt 3";
        assert_eq!(plan("3", script).run().unwrap(), 0);
    }

    #[test]
    fn one_that_fails_ends_the_others() {
        let began = Instant::now();
        assert_eq!(plan("3", "test $RANK = 1 && exit 7; exec sleep 60").run().unwrap(), 7);
        // Also those who do not want to end.
        let deaf = "test $RANK = 0 && kill -9 $$; trap '' TERM; sleep 60 & wait; wait";
        assert_eq!(plan("2", deaf).run().unwrap(), 128 + 9);
        assert!(began.elapsed() < Duration::from_secs(40));
    }

    #[test]
    fn each_rank_has_its_log() {
        let folder = std::env::temp_dir().join(format!("xtask-ranks-{}", std::process::id()));
        let mut plan = plan("2", "echo out $RANK; echo err $RANK >&2");
        plan.logs = Some(folder.clone());
        assert_eq!(plan.run().unwrap(), 0);
        for rank in 0..2 {
            let text = fs::read_to_string(log(&folder, rank)).unwrap();
            assert_eq!(text, format!("out {rank}\nerr {rank}\n"));
        }
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn wrong_arguments_are_refused() {
        for words in [
            &["2"][..],
            &["2", "--"],
            &["0", "--", "true"],
            &["-1", "--", "true"],
            &["x", "--", "true"],
            &["2", "--logs", "a", "--", "true"],
            &["--", "true"],
        ] {
            let words: Vec<String> = words.iter().map(|word| String::from(*word)).collect();
            assert!(Plan::read(&words).is_err(), "{words:?}");
        }
        assert!(plan("1", "true").run().is_ok());
        let words = ["1", "--", "/no/such/program"].map(String::from);
        assert!(Plan::read(&words).unwrap().run().is_err());
    }
}
