//! The floors of the house: who may depend on whom.

use super::Context;
use super::checks::Checks;
use crate::Result;
use crate::workspace::{FACADE, Package};

/// The rule, as docs/architecture.md has it: an area depends on the value and core crates only,
/// and nothing but the artifact depends on the facade.
pub fn check(context: &Context, checks: &mut Checks) {
    checks.check("dependencies between our crates", || {
        let ours: Vec<&str> = context.workspace.members().map(|package| package.name()).collect();
        let mut count = 0;
        for package in context.workspace.members() {
            for dependency in package.dependencies() {
                if ours.contains(&dependency) {
                    allowed(&package, dependency)?;
                    count += 1;
                }
            }
        }
        Ok(format!("{count} edges"))
    });
}

fn allowed(package: &Package, dependency: &str) -> Result<()> {
    let fine = match package.name() {
        "runtime-core" => false,
        "runtime-value" => dependency == "runtime-core",
        "simple-runtime-artifact" => dependency == FACADE,
        FACADE => dependency.starts_with("runtime-"),
        "runtime-torch" if dependency == "torch-shim" => true,
        area if area.starts_with("runtime-") => {
            ["runtime-core", "runtime-value"].contains(&dependency)
        }
        _ => false,
    };
    if fine {
        return Ok(());
    }
    Err(format!("{} may not depend on {dependency}", package.name()).into())
}
