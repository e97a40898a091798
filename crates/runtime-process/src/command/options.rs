//! Commands from values of the language: an array of arguments, a dict of options.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::time::Duration;

use runtime_core::{Error, Result};
use runtime_value::{Array, Dict, RuntimeValue, Str, View, display};

use super::{Command, Stdio};
use crate::codes;

/// What a dict of options is for: some options belong to one use only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// For [`Command::run`].
    Run,
    /// For [`Command::start`].
    Start,
}

impl Command {
    /// The program with the arguments of an array of strings; NIL is no arguments.
    ///
    /// # Errors
    /// `RT_ERROR_WRONG_TYPE` or `RT_ERROR_NOT_A_VALUE` for what is no array, and, with the position, for
    /// an argument that is no string.
    pub fn from_values(program: &[u8], args: RuntimeValue) -> Result<Self> {
        let mut command = Self::new(OsStr::from_bytes(program));
        if args.is_nil() {
            return Ok(command);
        }
        for (index, argument) in Array::of("args", args)?.iter().enumerate() {
            // The name is needed for an error only, and costs.
            let text = match Str::find(argument) {
                Some(text) => text,
                None => Str::of(&format!("args[{index}]"), argument)?,
            };
            command.arguments.push(OsStr::from_bytes(text.as_bytes()).to_owned());
        }
        Ok(command)
    }

    /// Adds the options of a dict; NIL is no options, and so is NIL as the value of an option.
    ///
    /// | option | value | meaning |
    /// |---|---|---|
    /// | `cwd` | string | the directory that the child works in |
    /// | `env` | dict of strings | variables to set; NIL as a value takes one away |
    /// | `clear_env` | bool | keeps this process's variables from the child |
    /// | `group` | bool | a process group of its own, which signals reach as a whole |
    /// | `stdin` | string | `"pipe"`, `"null"` or `"inherit"` |
    /// | `stdout` | string | `"pipe"`, `"null"` or `"inherit"` |
    /// | `stderr` | string | the same, or `"stdout"` for what standard output is connected with |
    /// | `input` | string | what the child reads from its standard input ([`Use::Run`]) |
    /// | `timeout_ms` | int | how long it may take; then its group is killed ([`Use::Run`]) |
    /// | `grace_ms` | int | how long it has then between SIGTERM and SIGKILL ([`Use::Run`]) |
    /// | `max_output` | int | how many bytes of each stream are kept ([`Use::Run`]) |
    ///
    /// # Errors
    /// `RT_ERROR_PROCESS_OPTION` for an option that does not exist or belongs to another use;
    /// `RT_ERROR_WRONG_TYPE` or `RT_ERROR_NOT_A_VALUE` for a value of another type,
    /// `RT_ERROR_INVALID_ARGUMENT` for one that makes no sense.
    pub fn options(mut self, options: RuntimeValue, of: Use) -> Result<Self> {
        if options.is_nil() {
            return Ok(self);
        }
        for (name, value) in Dict::of("options", options)?.iter() {
            let key = Str::find(name).ok_or_else(|| unknown(name))?;
            if !value.is_nil() {
                self.set(key.as_bytes(), value, of)?.then_some(()).ok_or_else(|| unknown(name))?;
            }
        }
        Ok(self)
    }

    /// Sets an option. False when there is none of this name.
    fn set(&mut self, name: &[u8], value: RuntimeValue, of: Use) -> Result<bool> {
        match (name, of) {
            (b"cwd", _) => self.cwd = Some(text("cwd", value)?.into()),
            (b"env", _) => self.set_variables(value)?,
            (b"clear_env", _) => self.clears_environment = flag("clear_env", value)?,
            (b"group", _) => self.is_group = flag("group", value)?,
            (b"stdin", _) => self.streams[0] = Some(stdio("stdin", value, false)?),
            (b"stdout", _) => self.streams[1] = Some(stdio("stdout", value, false)?),
            (b"stderr", _) => self.streams[2] = Some(stdio("stderr", value, true)?),
            (b"input", Use::Run) => {
                self.input = Some(Str::of("option input", value)?.as_bytes().to_vec());
            }
            (b"timeout_ms", Use::Run) => self.timeout = Some(milliseconds("timeout_ms", value)?),
            (b"grace_ms", Use::Run) => self.grace = milliseconds("grace_ms", value)?,
            (b"max_output", Use::Run) => {
                let bytes = number("max_output", value)?;
                self.max_output = Some(usize::try_from(bytes).unwrap_or(usize::MAX));
            }
            (b"input" | b"timeout_ms" | b"grace_ms" | b"max_output", Use::Start) => {
                return Err(Error::new(
                    codes::RT_ERROR_PROCESS_OPTION,
                    format!("option {} is for runs only", String::from_utf8_lossy(name)),
                ));
            }
            _ => return Ok(false),
        }
        Ok(true)
    }

    fn set_variables(&mut self, value: RuntimeValue) -> Result<()> {
        for (name, value) in Dict::of("option env", value)?.iter() {
            let name = text("env: a name", name)?;
            let value = match value.is_nil() {
                true => None,
                false => Some(text(&format!("env: {name:?}"), value)?),
            };
            self.changes.push((name, value));
        }
        Ok(())
    }
}

fn unknown(name: RuntimeValue) -> Error {
    match display::to_bytes(name) {
        Ok(shown) => Error::written(
            codes::RT_ERROR_PROCESS_OPTION,
            format_args!("there is no option {:?}", String::from_utf8_lossy(&shown)),
        ),
        Err(error) => error,
    }
}

fn text(option: &str, value: RuntimeValue) -> Result<OsString> {
    let text = Str::of(&format!("option {option}"), value)?;
    Ok(OsStr::from_bytes(text.as_bytes()).to_owned())
}

fn flag(option: &str, value: RuntimeValue) -> Result<bool> {
    bool::try_from(value).map_err(|refusal| in_option(option, &refusal))
}

fn number(option: &str, value: RuntimeValue) -> Result<u64> {
    let number = value.to_int().map_err(|refusal| in_option(option, &refusal))?;
    u64::try_from(number)
        .map_err(|_| Error::invalid(format!("option {option} {number} is negative")))
}

fn milliseconds(option: &str, value: RuntimeValue) -> Result<Duration> {
    number(option, value).map(Duration::from_millis)
}

/// An error of a conversion, which does not know what was converted.
fn in_option(option: &str, refusal: &Error) -> Error {
    Error::new(refusal.code(), format!("option {option}: {}", refusal.reason()))
}

fn stdio(option: &str, value: RuntimeValue, is_stderr: bool) -> Result<Stdio> {
    match Str::of(&format!("option {option}"), value)?.as_bytes() {
        b"inherit" => Ok(Stdio::Inherit),
        b"null" => Ok(Stdio::Null),
        b"pipe" => Ok(Stdio::Pipe),
        b"stdout" if is_stderr => Ok(Stdio::Stdout),
        other => {
            let more = if is_stderr { ", \"stdout\"" } else { "" };
            Err(Error::invalid(format!(
                "option {option} {:?} is none of \"pipe\", \"null\", \"inherit\"{more}",
                String::from_utf8_lossy(other)
            )))
        }
    }
}
