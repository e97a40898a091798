//! Rules about the files themselves, which no other tool keeps.

use std::fs;
use std::path::{Path, PathBuf};

use super::Context;
use super::checks::Checks;
use crate::Result;
use crate::workspace::files;

/// A file longer than this has more than one thing in it.
const LONGEST: usize = 650;

/// One rule: what is wrong with a file, if anything.
type Rule = fn(&str) -> Option<String>;

/// Reads every source file once per rule.
pub fn check(context: &Context, checks: &mut Checks) {
    let root = &context.workspace.root;
    let rust: &[&str] = &["rs"];
    let sources: &[&str] = &["rs", "c", "h", "cpp", "py", "sh"];
    let texts: &[&str] = &["rs", "c", "h", "cpp", "py", "sh", "md", "toml"];
    let rules: &[(&str, &[&str], Rule)] = &[
        ("a file begins with what it is for", rust, begins_with_its_purpose),
        ("a file is one thing", sources, is_not_too_long),
        ("nothing is left undone", sources, is_done),
        ("no path of one machine", texts, names_no_machine),
    ];
    for (name, extensions, rule) in rules {
        checks.check(name, || apply(root, extensions, *rule));
    }
}

fn apply(root: &Path, extensions: &[&str], rule: Rule) -> Result<String> {
    let mut complaints = Vec::new();
    let paths = all_files(root, extensions)?;
    for path in &paths {
        if let Some(complaint) = rule(&fs::read_to_string(path)?) {
            let shown = path.strip_prefix(root).unwrap_or(path).display();
            complaints.push(format!("  {shown}: {complaint}"));
        }
    }
    if complaints.is_empty() {
        return Ok(format!("{} files", paths.len()));
    }
    Err(complaints.join("\n").into())
}

/// All files but the generated header.
fn all_files(root: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for extension in extensions {
        all.extend(files(root, extension)?);
    }
    all.retain(|path| !path.ends_with("simple_runtime.h"));
    Ok(all)
}

fn begins_with_its_purpose(text: &str) -> Option<String> {
    let first = text.lines().next().unwrap_or_default();
    let fine = ["//!", "#![doc", "#!["].iter().any(|start| first.starts_with(start));
    (!fine).then(|| String::from("the first line is no `//!` that says what the file is for"))
}

fn is_not_too_long(text: &str) -> Option<String> {
    let lines = text.lines().count();
    (lines > LONGEST).then(|| format!("{lines} lines, more than {LONGEST}"))
}

fn is_done(text: &str) -> Option<String> {
    // Written in two parts, so that this file keeps its own rule.
    let marks = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
    ];
    position(text, &marks)
}

fn names_no_machine(text: &str) -> Option<String> {
    let marks = [
        concat!("/ho", "me/"),
        concat!("/ro", "ot/"),
        concat!("/wo", "rk/"),
        concat!("/Use", "rs/"),
    ];
    position(text, &marks)
}

/// The first line that has one of the marks.
fn position(text: &str, marks: &[&str]) -> Option<String> {
    text.lines().enumerate().find_map(|(number, line)| {
        let mark = marks.iter().find(|mark| line.contains(**mark))?;
        Some(format!("line {} has `{mark}`", number + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_find_what_they_are_for() {
        assert!(begins_with_its_purpose("//! Numbers.\n").is_none());
        assert!(begins_with_its_purpose("use std::fs;\n").is_some());
        assert!(is_not_too_long(&"\n".repeat(LONGEST)).is_none());
        assert!(is_not_too_long(&"\n".repeat(LONGEST + 1)).is_some());
        assert_eq!(is_done(concat!("a\n// TO", "DO b")).unwrap(), concat!("line 2 has `TO", "DO`"));
        assert!(names_no_machine(concat!("x = \"/ho", "me/me\"")).is_some());
    }
}
