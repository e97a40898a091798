//! The licences of everything that is built into the libraries or builds them.

use super::Context;
use super::checks::Checks;
use crate::Result;

/// Licences that ask for no more than the notice, which a library under MIT OR Apache-2.0 can meet.
const FINE: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
];

/// Packages that are tools of ours and part of nothing that is shipped, with their licences.
const TOOLS: &[(&str, &str)] = &[("cbindgen", "MPL-2.0")];

/// Each package's licence is one of the fine ones, or a choice that has one.
pub fn check(context: &Context, checks: &mut Checks) {
    checks.check("licences of the dependencies", || {
        let mut count = 0;
        for package in context.workspace.packages() {
            if !TOOLS.contains(&(package.name(), package.licence())) && !is_fine(package.licence())?
            {
                return Err(format!(
                    "{} {} has the licence {:?}, which is not on the list in {}",
                    package.name(),
                    package.version(),
                    package.licence(),
                    file!()
                )
                .into());
            }
            count += 1;
        }
        Ok(format!("{count} packages"))
    });
}

/// Whether one of the alternatives of the expression consists of fine licences only.
fn is_fine(expression: &str) -> Result<bool> {
    // Old packages write `MIT/Apache-2.0`.
    let expression = expression.replace('/', " OR ");
    let words = expression.replace('(', " ( ").replace(')', " ) ");
    let words: Vec<&str> = words.split_whitespace().collect();
    let mut rest = words.as_slice();
    let fine = alternatives(&mut rest);
    if !rest.is_empty() {
        return Err(format!("cannot read the licence {expression:?}").into());
    }
    Ok(fine)
}

fn alternatives(rest: &mut &[&str]) -> bool {
    let mut fine = together(rest);
    while rest.first() == Some(&"OR") {
        *rest = &rest[1..];
        // Both sides are read, so that the rest is what follows them.
        fine |= together(rest);
    }
    fine
}

fn together(rest: &mut &[&str]) -> bool {
    let mut fine = single(rest);
    while rest.first() == Some(&"AND") {
        *rest = &rest[1..];
        fine &= single(rest);
    }
    fine
}

fn single(rest: &mut &[&str]) -> bool {
    let Some((first, after)) = rest.split_first() else { return false };
    *rest = after;
    if *first == "(" {
        let fine = alternatives(rest);
        if rest.first() == Some(&")") {
            *rest = &rest[1..];
        }
        return fine;
    }
    if let ["WITH", exception, after @ ..] = *rest {
        *rest = after;
        return FINE.contains(&format!("{first} WITH {exception}").as_str());
    }
    FINE.contains(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions() {
        for fine in [
            "MIT",
            "GPL-3.0 OR MIT",
            "MIT/Apache-2.0",
            "(MIT OR GPL-3.0) AND Unicode-3.0",
            "Apache-2.0 WITH LLVM-exception OR MIT",
        ] {
            assert!(is_fine(fine).unwrap(), "{fine}");
        }
        for bad in ["GPL-3.0", "MIT AND GPL-3.0", "", "(MIT AND GPL-3.0) OR LGPL-2.1"] {
            assert!(!is_fine(bad).unwrap(), "{bad}");
        }
        assert!(is_fine("MIT MIT").is_err());
    }
}
