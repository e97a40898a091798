//! Running other programs: with their output shown, or kept for the case that they fail.

use std::process::{Command, Stdio};

use crate::Result;

/// Runs the program with its output on the terminal.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    if status.success() {
        return Ok(());
    }
    Err(format!("{status}: {}", shown(command)).into())
}

/// Runs the program and returns what it printed to its standard output. Its standard error is part
/// of the error when it fails.
pub fn output(command: &mut Command) -> Result<String> {
    let output =
        command.stdin(Stdio::null()).output().map_err(|error| cannot_start(command, &error))?;
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(stdout);
    }
    let stderr = String::from_utf8_lossy(&output.stderr);
    Err(format!("{}: {}\n{stdout}{stderr}", output.status, shown(command)).into())
}

/// Runs the program and returns both its outputs, one after the other, whether it failed or not.
pub fn transcript(command: &mut Command) -> Result<(bool, String)> {
    let output =
        command.stdin(Stdio::null()).output().map_err(|error| cannot_start(command, &error))?;
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok((output.status.success(), text))
}

/// Whether the program can be started; what follows on its command line must be harmless.
pub fn exists(program: &str, harmless: &str) -> bool {
    Command::new(program)
        .arg(harmless)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// The command line as one would type it.
fn shown(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        line.push(' ');
        line.push_str(&argument.to_string_lossy());
    }
    line
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!(
        "cannot start {} ({error}); `cargo xtask doctor` says how to get it",
        command.get_program().to_string_lossy()
    )
}
