//! The archive that pytorch.org has, through curl. It reaches the open internet only.
//!
//! The vendor publishes no hashes of its archives. The connection is TLS, and the archive has a check
//! sum for each file, which is verified.

use std::env;
use std::fs;
use std::process::Command;

use super::set::Set;
use super::tree::Tree;
use super::{VERSION, cache::Cache};
use crate::Result;

/// Names another place for the archive.
const MIRROR: &str = "SIMPLE_RUNTIME_LIBTORCH_URL";

/// Downloads the archive, beginning where a run that was cut short has ended.
pub fn fetch(set: Set, cache: &Cache) -> Result<Tree> {
    let address = address(set)?;
    let folder = cache.downloads();
    fs::create_dir_all(&folder)?;
    let archive = folder.join(format!("libtorch-{}.zip", set.name()));
    if !archive.is_file() {
        let part = archive.with_extension("zip.part");
        eprintln!("  {address}");
        let mut command = Command::new("curl");
        command.args(["--fail", "--location", "--continue-at", "-", "--retry", "3"]);
        command.args(["--connect-timeout", "20", "--speed-limit", "1000", "--speed-time", "60"]);
        command.arg("--output").arg(&part).arg(&address);
        let status = command.status().map_err(|error| format!("cannot start curl: {error}"))?;
        if !status.success() {
            return Err(format!("curl does not get it ({status}; see above)").into());
        }
        fs::rename(&part, &archive)?;
    }
    Tree::of_archive(&archive).inspect_err(|_| {
        // What is no archive would be none the next time either.
        let _ = fs::remove_file(&archive);
    })
}

fn address(set: Set) -> Result<String> {
    if let Ok(address) = env::var(MIRROR)
        && !address.is_empty()
    {
        return Ok(address);
    }
    let base = "https://download.pytorch.org/libtorch";
    Ok(match (env::consts::OS, env::consts::ARCH, set) {
        ("linux", "x86_64", Set::Cpu) => {
            format!("{base}/cpu/libtorch-shared-with-deps-{VERSION}%2Bcpu.zip")
        }
        ("linux", "x86_64", Set::Cuda) => {
            format!("{base}/cu130/libtorch-shared-with-deps-{VERSION}%2Bcu130.zip")
        }
        ("macos", "aarch64", Set::Cpu) => format!("{base}/cpu/libtorch-macos-arm64-{VERSION}.zip"),
        (system, machine, _) => {
            return Err(format!("there is no archive of this set for {system} on {machine}").into());
        }
    })
}
