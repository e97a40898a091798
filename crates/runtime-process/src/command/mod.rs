//! What to start, and how.

mod launch;
mod options;
mod search;
mod texts;

use std::collections::BTreeMap;
use std::ffi::{CString, OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use runtime_core::{Result, hooks};

use crate::child::Child;
use crate::children;
use crate::environment;
use crate::output::{self, Output};
use crate::process::Process;
use texts::Texts;

pub use launch::Stdio;
pub(crate) use launch::{Launch, OurEnds};
pub use options::Use;

/// A program to start, with its arguments and everything else that it is started with.
///
/// The program is looked for in the directories of the variable `PATH`, the child's own, unless there is
/// a `/` in its name. No shell is involved. Before the child starts, what this process has buffered is
/// written. The child gets no descriptor of the runtime's, no signal held back, and the default
/// treatment of SIGPIPE.
///
/// # Example
/// ```
/// use std::time::Duration;
/// use runtime_process::Command;
///
/// let output = Command::new("tr")
///     .args(["a-z", "A-Z"])
///     .input("text")
///     .timeout(Duration::from_secs(60))
///     .run()?;
/// assert!(output.status.success());
/// assert_eq!(output.stdout, b"TEXT");
/// # Ok::<(), runtime_core::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Command {
    program: OsString,
    arguments: Vec<OsString>,
    /// Variables that are set, or taken away.
    changes: Vec<(OsString, Option<OsString>)>,
    clears_environment: bool,
    cwd: Option<PathBuf>,
    is_group: bool,
    /// Standard input, output and error, where they are not the method's usual ones.
    streams: [Option<Stdio>; 3],
    pub(crate) input: Option<Vec<u8>>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) grace: Duration,
    pub(crate) max_output: Option<usize>,
}

impl Command {
    /// The program, without arguments.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        Self {
            program: program.as_ref().to_owned(),
            arguments: Vec::new(),
            changes: Vec::new(),
            clears_environment: false,
            cwd: None,
            is_group: false,
            streams: [None; 3],
            input: None,
            timeout: None,
            grace: Duration::ZERO,
            max_output: None,
        }
    }

    /// One more argument.
    #[must_use]
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.arguments.push(argument.as_ref().to_owned());
        self
    }

    /// More arguments.
    #[must_use]
    pub fn args<T: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = T>) -> Self {
        arguments.into_iter().fold(self, Self::arg)
    }

    /// Sets a variable for the child. The others are this process's.
    #[must_use]
    pub fn env(mut self, name: impl AsRef<OsStr>, value: impl AsRef<OsStr>) -> Self {
        self.changes.push((name.as_ref().to_owned(), Some(value.as_ref().to_owned())));
        self
    }

    /// Takes a variable away from the child.
    #[must_use]
    pub fn env_remove(mut self, name: impl AsRef<OsStr>) -> Self {
        self.changes.push((name.as_ref().to_owned(), None));
        self
    }

    /// Keeps this process's variables from the child.
    #[must_use]
    pub fn env_clear(mut self) -> Self {
        self.clears_environment = true;
        self
    }

    /// The directory that the child works in. A program's name with a `/` in it is relative to that.
    #[must_use]
    pub fn cwd(mut self, directory: impl AsRef<Path>) -> Self {
        self.cwd = Some(directory.as_ref().to_owned());
        self
    }

    /// Makes the child the first of a process group of its own, which signals then reach as a whole:
    /// the child and what it starts. The keyboard's signals do not reach it any more.
    #[must_use]
    pub fn group(mut self) -> Self {
        self.is_group = true;
        self
    }

    /// Where the child's standard input comes from.
    #[must_use]
    pub fn stdin(mut self, stdio: Stdio) -> Self {
        self.streams[0] = Some(stdio);
        self
    }

    /// Where the child's standard output goes.
    #[must_use]
    pub fn stdout(mut self, stdio: Stdio) -> Self {
        self.streams[1] = Some(stdio);
        self
    }

    /// Where the child's standard error goes.
    #[must_use]
    pub fn stderr(mut self, stdio: Stdio) -> Self {
        self.streams[2] = Some(stdio);
        self
    }

    /// What the child reads from its standard input, in [`run`](Self::run).
    #[must_use]
    pub fn input(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.input = Some(bytes.into());
        self
    }

    /// How long [`run`](Self::run) and [`execute`](Self::execute) wait for the child. It gets a group
    /// of its own, and when the time is up, the whole group is killed.
    #[must_use]
    pub fn timeout(mut self, duration: Duration) -> Self {
        self.timeout = Some(duration);
        self
    }

    /// How long the group has, when the time is up, between SIGTERM and SIGKILL. Without it there is no
    /// SIGTERM.
    #[must_use]
    pub fn grace(mut self, duration: Duration) -> Self {
        self.grace = duration;
        self
    }

    /// How much is kept of each stream in [`run`](Self::run): the first so many bytes.
    #[must_use]
    pub fn max_output(mut self, bytes: usize) -> Self {
        self.max_output = Some(bytes);
        self
    }

    /// Starts the program, waits for its end, and returns that with what it wrote. Its standard input is
    /// empty, unless there is an [`input`](Self::input). Both streams may carry any amount at any time.
    ///
    /// It is over when the program has ended and its streams are closed, also by what it has started
    /// in turn.
    ///
    /// # Errors
    /// When it cannot be started: `RT_ERROR_PROGRAM_NOT_FOUND`, `RT_ERROR_PROGRAM_NOT_EXECUTABLE`,
    /// `RT_ERROR_INVALID_ARGUMENT` for a zero byte in an argument, `RT_ERROR_ENV_NAME`,
    /// `RT_ERROR_ENV_VALUE`, `RT_ERROR_SYSTEM`. Afterwards: `RT_ERROR_OUT_OF_MEMORY` for what it wrote,
    /// `RT_ERROR_PROCESS_STATUS_LOST`.
    pub fn run(&self) -> Result<Output> {
        output::run(self, [Stdio::Null, Stdio::Pipe, Stdio::Pipe])
    }

    /// As [`run`](Self::run), with the streams of this process.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn execute(&self) -> Result<ExitStatus> {
        output::run(self, [Stdio::Inherit; 3]).map(|output| output.status)
    }

    /// Starts the program, with the streams of this process, and leaves it alone. It need not be waited
    /// for, and can be, by its number.
    ///
    /// # Errors
    /// As [`run`](Self::run) when it cannot be started.
    pub fn spawn(&self) -> Result<Process> {
        let (child, _) = self.start_child([Stdio::Inherit; 3], self.is_group)?;
        let pid = child.pid();
        children::adopt(Arc::new(child));
        Ok(Process::of(pid))
    }

    /// Starts the program with pipes to write to it and to read from it.
    ///
    /// # Errors
    /// As [`run`](Self::run) when it cannot be started, and `RT_ERROR_HANDLES_EXHAUSTED`.
    pub fn start(&self) -> Result<Process> {
        let (child, ends) = self.start_child([Stdio::Pipe; 3], self.is_group)?;
        Process::new(Arc::new(child), ends)
    }

    /// Starts the child. `usual` is for the streams that nothing was said of.
    pub(crate) fn start_child(
        &self,
        usual: [Stdio; 3],
        leads_group: bool,
    ) -> Result<(Child, OurEnds)> {
        let mut streams = usual;
        for (stream, wanted) in streams.iter_mut().zip(self.streams) {
            *stream = wanted.unwrap_or(*stream);
        }
        if self.input.is_some() {
            streams[0] = Stdio::Pipe;
        }
        let environment = self.environment()?;
        let cwd = self.cwd.as_deref();
        let program = search::find(&self.program, self.path().as_deref(), cwd)?;
        let mut arguments = Texts::with_capacity(self.arguments.len() + 1);
        arguments.push(&[self.program.as_bytes()], || String::from("the program's name"))?;
        for (index, argument) in self.arguments.iter().enumerate() {
            arguments.push(&[argument.as_bytes()], || format!("args[{index}]"))?;
        }
        let directory = cwd.map(|cwd| c_text(cwd.as_os_str(), "cwd")).transpose()?;
        let launch = Launch {
            program: &program,
            arguments: &arguments,
            environment: environment.as_ref(),
            cwd: directory.as_deref(),
            leads_group,
        };
        hooks::run();
        let (pid, ends) = launch
            .start(streams)
            .map_err(|refusal| search::explain(&self.program, &program, cwd, &refusal))?;
        Ok((Child::new(pid, leads_group), ends))
    }

    /// Whether the child of a run has a group of its own: where it may have to be killed as a whole.
    pub(crate) fn leads_group(&self) -> bool {
        self.is_group || self.timeout.is_some()
    }

    /// The child's variables, each as `name=value`, where they are not this process's own.
    fn environment(&self) -> Result<Option<Texts>> {
        if self.changes.is_empty() && !self.clears_environment {
            return Ok(None);
        }
        let mut changed = BTreeMap::new();
        for (name, value) in &self.changes {
            environment::check_name(name)?;
            if let Some(value) = value {
                environment::check_value(name, value)?;
            }
            changed.insert(name.as_os_str(), value.as_deref());
        }
        let inherited = match self.clears_environment {
            true => Vec::new(),
            false => environment::vars(),
        };
        let kept = inherited
            .iter()
            .map(|(name, value)| (name.as_os_str(), value.as_os_str()))
            .filter(|(name, _)| !changed.contains_key(name));
        let set = changed.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
        let mut lines = Texts::with_capacity(inherited.len() + changed.len());
        for (name, value) in kept.chain(set) {
            let line = [name.as_bytes(), b"=", value.as_bytes()];
            lines.push(&line, || format!("the variable {name:?}"))?;
        }
        Ok(Some(lines))
    }

    /// The directories that the program is looked for in.
    fn path(&self) -> Option<OsString> {
        let change = self.changes.iter().rev().find(|(name, _)| name == "PATH");
        match change {
            Some((_, value)) => value.clone(),
            None if self.clears_environment => None,
            None => std::env::var_os("PATH"),
        }
    }
}

/// The text as C has it. `name` is what it is called in an error.
fn c_text(text: &OsStr, name: &str) -> Result<CString> {
    texts::no_zero(text.as_bytes(), || String::from(name))?;
    Ok(CString::new(text.as_bytes()).expect("there is no zero byte in it"))
}
