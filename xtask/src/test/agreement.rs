//! What is said twice must be said alike: error codes in the header and in docs/errors.md, the name of
//! an exported function and the name that its body gives to the boundary.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::Context;
use super::checks::Checks;
use crate::Result;
use crate::workspace::files;

/// Compares both.
pub fn check(context: &Context, checks: &mut Checks) {
    let root = &context.workspace.root;
    checks.check("error codes in docs/errors.md", || error_codes(root));
    checks.check("names given to the boundary", || boundary_names(root));
}

fn error_codes(root: &Path) -> Result<String> {
    let header = fs::read_to_string(root.join("ffi-facade/include/simple_runtime.h"))?;
    let page = fs::read_to_string(root.join("docs/errors.md"))?;
    let defined = codes(&header, |line| {
        let (name, number) = line.strip_prefix("#define ")?.split_once(' ')?;
        Some((name, number))
    });
    let documented = codes(&page, |line| {
        let mut cells = line.strip_prefix("| ")?.split(" | ");
        let number = cells.next()?;
        Some((cells.next()?.trim_matches('`'), number))
    });
    if defined == documented {
        return Ok(format!("{} codes", defined.len()));
    }
    let differs = |a: &BTreeMap<_, _>, b: &BTreeMap<_, _>| {
        a.iter().filter(|(name, number)| b.get(*name) != Some(*number)).map(describe).collect()
    };
    let (undocumented, unknown): (Vec<_>, Vec<_>) =
        (differs(&defined, &documented), differs(&documented, &defined));
    Err(format!("  only in the header: {undocumented:?}\n  only on the page: {unknown:?}").into())
}

/// The `RT_ERROR_` names and numbers that `read` finds in the lines of a text.
fn codes<'t>(
    text: &'t str,
    read: impl Fn(&'t str) -> Option<(&'t str, &'t str)>,
) -> BTreeMap<&'t str, u32> {
    text.lines()
        .filter_map(read)
        .filter(|(name, _)| name.starts_with("RT_ERROR_"))
        .filter_map(|(name, number)| Some((name, number.trim().parse().ok()?)))
        .collect()
}

fn describe((name, number): (&&str, &u32)) -> String {
    format!("{name} {number}")
}

/// A last error that names another function would send its reader to the wrong place.
fn boundary_names(root: &Path) -> Result<String> {
    let (mut named, mut wrong) = (0, Vec::new());
    for path in files(root, "rs")? {
        if !path.components().any(|part| part.as_os_str().to_string_lossy().starts_with("ffi")) {
            continue;
        }
        let text = fs::read_to_string(&path)?;
        let (mut function, mut is_next) = ("", false);
        for (number, line) in text.lines().enumerate() {
            if let Some((_, rest)) = line.split_once("extern \"C\" fn ") {
                function = rest.split('(').next().unwrap_or_default();
            }
            let calls = ["boundary(", "torch!("];
            let given = match calls.iter().find_map(|call| line.split_once(call)) {
                _ if is_next => line,
                Some((_, rest)) => rest,
                None => continue,
            };
            // The name may stand in a line of its own.
            is_next = !is_next && given.is_empty();
            let Some(given) = given.trim_start().strip_prefix('"') else { continue };
            let given = given.split('"').next().unwrap_or_default();
            named += 1;
            if given != function {
                let shown = path.strip_prefix(root).unwrap_or(&path).display();
                wrong.push(format!("  {shown}:{}: {given:?} in {function}", number + 1));
            }
        }
    }
    if wrong.is_empty() { Ok(format!("{named} names")) } else { Err(wrong.join("\n").into()) }
}
