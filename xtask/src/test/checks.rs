//! Running checks one after the other: a line for each, all failures at the end.

use std::time::{Duration, Instant};

use crate::{Result, screen};

/// The checks that ran.
#[derive(Default)]
pub struct Checks {
    passed: usize,
    failed: Vec<(String, String)>,
    not_run: usize,
    step: String,
}

impl Checks {
    /// Begins a step, which groups checks.
    pub fn begin(&mut self, name: &str, what: &str) {
        self.step = name.to_string();
        println!("{} {}", screen::bold(name), screen::faint(&format!("({what})")));
    }

    /// Runs one check: a note on success, the reason on failure.
    pub fn check(&mut self, name: &str, run: impl FnOnce() -> Result<String>) {
        screen::show_briefly(&format!("  …  {name}"));
        let start = Instant::now();
        let outcome = run();
        screen::erase();
        let seconds = start.elapsed().as_secs_f64();
        match outcome {
            Ok(note) => {
                self.passed += 1;
                let note = if note.is_empty() { note } else { format!(": {note}") };
                let time = screen::faint(&format!("{seconds:.1} s"));
                println!("  {} {name}{note} {time}", screen::green("ok"));
            }
            Err(error) => {
                println!("  {} {name}\n{error}", screen::red("FAILED"));
                self.failed.push((format!("{} / {name}", self.step), error.to_string()));
            }
        }
    }

    /// Says that a check cannot be run here, and why.
    pub fn skip(&mut self, name: &str, why: &str) {
        self.not_run += 1;
        println!("  {} {name}: {why}", screen::faint("not run"));
    }

    /// Says how it went, in a line for a person and a line for a program.
    pub fn report(&self, time: Duration) -> Result<()> {
        println!();
        for (name, error) in &self.failed {
            println!("{} {name}: {}", screen::red("FAILED"), headline(error));
        }
        let seconds = time.as_secs();
        let verdict = if self.failed.is_empty() {
            screen::green("Everything holds")
        } else {
            screen::red("Something does not hold")
        };
        println!("{verdict}, found out in {} min {} s.", seconds / 60, seconds % 60);
        let not_run = match self.not_run {
            0 => String::new(),
            count => format!(", {count} not run"),
        };
        println!("checks: {} passed, {} failed{not_run}", self.passed, self.failed.len());
        match self.failed.len() {
            0 => Ok(()),
            count => Err(format!("{count} of the checks failed").into()),
        }
    }
}

/// The line of an error that says most: the first that names an error or a failure.
fn headline(error: &str) -> &str {
    let says_it = |line: &&str| ["error", "FAIL", "failed"].iter().any(|word| line.contains(word));
    error.lines().find(says_it).or_else(|| error.lines().next()).unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::headline;

    #[test]
    fn the_headline_is_the_line_that_says_most() {
        assert_eq!(headline("Compiling\n  error: no\nerror: two"), "error: no");
        assert_eq!(headline("line one\nline two"), "line one");
        assert_eq!(headline(""), "");
    }
}
