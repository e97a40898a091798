//! `cargo xtask header`: the C header, from the sources of every crate that the facade links.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, Once};

use cbindgen::{Builder, Config, DocumentationStyle, Language};
use quote::ToTokens;
use syn::ItemConst;

use crate::Result;
use crate::exports::Area;
use crate::generated::{self, Mode};
use crate::workspace::{FACADE, Workspace};

/// The command that mends a header that is out of date.
const MEND: &str = "cargo xtask header";

/// The type of a value in Rust and in C.
const WORD: &str = "RuntimeValue";

/// Writes or checks the header.
pub fn run(arguments: &[String]) -> Result<()> {
    let mode = Mode::of(arguments)?;
    let workspace = Workspace::find()?;
    let written = settle(&workspace, mode)?;
    println!(
        "{} {}",
        path(&workspace).display(),
        if written { "written" } else { "is up to date" }
    );
    Ok(())
}

/// Brings the header up to date, or checks that it is.
pub fn settle(workspace: &Workspace, mode: Mode) -> Result<bool> {
    generated::settle(&path(workspace), &text(workspace)?, mode, MEND)
}

/// Where the header is.
pub fn path(workspace: &Workspace) -> PathBuf {
    folder(workspace).join("simple_runtime.h")
}

/// The folder for the compiler's `-I`.
pub fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root.join("ffi-facade/include")
}

fn text(workspace: &Workspace) -> Result<String> {
    let facade = workspace.member(FACADE)?;
    let mut text = include_str!("header/prelude.h")
        .replace("@ABI_MAJOR@", &facade_number(workspace, "ABI_MAJOR")?)
        .replace("@ABI_MINOR@", &facade_number(workspace, "ABI_MINOR")?)
        .replace("@VERSION@", facade.version());
    let generator = Generator::new(workspace)?;
    for package in workspace.linked_areas()? {
        let area = Area::read(&package)?;
        text.push_str(&banner(&format!("{}: {}", package.name(), package.description())));
        for family in area.constants.chunk_by(|a, b| family(a) == family(b)) {
            let constants = generator.declarations(&source_of(family))?;
            // Constants of one family stand close together.
            text.push_str(&constants.trim_end().replace("\n\n", "\n"));
            text.push_str("\n\n");
        }
        for section in &area.sections {
            if !section.title.is_empty() {
                text.push_str(&rule(&format!("{}: {}", package.name(), section.title)));
            }
            text.push_str(&generator.declarations(&source_of(&section.items))?);
        }
    }
    text.push_str(include_str!("header/inline.h"));
    Ok(text)
}

/// The two version numbers stand in the facade, once.
pub fn facade_number(workspace: &Workspace, name: &str) -> Result<String> {
    let source = fs::read_to_string(workspace.root.join("ffi-facade/src/lib.rs"))?;
    let start = format!("pub const {name}: u32 = ");
    source
        .lines()
        .find_map(|line| line.strip_prefix(&start)?.strip_suffix(';'))
        .map(str::to_string)
        .ok_or_else(|| format!("ffi-facade/src/lib.rs has no `{start}…;`").into())
}

/// What a constant is one of: `RT_ERROR` for `RT_ERROR_NONE`.
fn family(constant: &ItemConst) -> String {
    let name = constant.ident.to_string();
    name.split('_').take(2).collect::<Vec<_>>().join("_")
}

fn source_of<T: ToTokens>(items: &[T]) -> String {
    items.iter().map(|item| format!("{}\n", item.to_token_stream())).collect()
}

/// The heading of a crate: a box as wide as the page.
fn banner(title: &str) -> String {
    let line = "=".repeat(93);
    let mut text = format!("\n/* {line} */\n");
    for part in wrapped(title, 93) {
        text.push_str(&format!("/* {part:93} */\n"));
    }
    text.push_str(&format!("/* {line} */\n\n"));
    text
}

/// The heading of a part of a crate.
fn rule(title: &str) -> String {
    format!("/* ---- {title} {} */\n\n", "-".repeat(87_usize.saturating_sub(title.len())))
}

fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.len() - 1;
        if !lines[last].is_empty() && lines[last].len() + 1 + word.len() > width {
            lines.push(word.to_string());
            continue;
        }
        if !lines[last].is_empty() {
            lines[last].push(' ');
        }
        lines[last].push_str(word);
    }
    lines
}

/// cbindgen, set up for this header.
struct Generator {
    input: PathBuf,
    config: Config,
}

impl Generator {
    fn new(workspace: &Workspace) -> Result<Self> {
        let mut config = Config {
            language: Language::C,
            no_includes: true,
            line_length: 100,
            tab_width: 4,
            documentation_style: DocumentationStyle::C99,
            ..Config::default()
        };
        config.function.prefix = Some(String::from("RT_API"));
        // cbindgen reads files only; the parts of the sources that are for C go through this one.
        Ok(Self { input: workspace.scratch("header")?.join("exports.rs"), config })
    }

    /// The C declarations of the Rust items. A warning of cbindgen is an error.
    fn declarations(&self, source: &str) -> Result<String> {
        if source.is_empty() {
            return Ok(String::new());
        }
        // cbindgen has to know the word's type, which the prelude has already.
        let source = format!("pub type {WORD} = u64;\n{source}");
        fs::write(&self.input, source)?;
        Warnings::clear();
        let bindings = Builder::new()
            .with_config(self.config.clone())
            .with_src(Path::new(&self.input))
            .generate()?;
        let mut text = Vec::new();
        bindings.write(&mut text);
        let warnings = Warnings::take();
        if !warnings.is_empty() {
            return Err(format!("cbindgen warns:\n  {}", warnings.join("\n  ")).into());
        }
        let text = String::from_utf8(text)?.replace(&format!("typedef uint64_t {WORD};\n"), "");
        Ok(format!("{}\n\n", text.trim()))
    }
}

/// Keeps what cbindgen logs as a warning.
struct Warnings;

static LOGGER: Warnings = Warnings;
static LOGGED: Mutex<Vec<String>> = Mutex::new(Vec::new());
static START: Once = Once::new();

impl Warnings {
    fn clear() {
        START.call_once(|| {
            if log::set_logger(&LOGGER).is_ok() {
                log::set_max_level(log::LevelFilter::Warn);
            }
        });
        Self::take();
    }

    fn take() -> Vec<String> {
        LOGGED.lock().map(|mut kept| std::mem::take(&mut *kept)).unwrap_or_default()
    }
}

impl log::Log for Warnings {
    fn enabled(&self, metadata: &log::Metadata<'_>) -> bool {
        metadata.level() <= log::Level::Warn
    }

    fn log(&self, record: &log::Record<'_>) {
        if self.enabled(record.metadata())
            && let Ok(mut kept) = LOGGED.lock()
        {
            kept.push(record.args().to_string());
        }
    }

    fn flush(&self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_titles_are_wrapped() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert!(banner(&"word ".repeat(40)).lines().all(|line| line.len() <= 99));
    }
}
