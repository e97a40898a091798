//! Training on several processes: process groups, what their ranks do together, DDP, and a sampler that
//! gives each rank its part of a data set.
//!
//! All of it is PyTorch's own engine (c10d), with the messages and the keys of Python's
//! `torch.distributed`: ranks in Python and ranks of ours form one group.
//!
//! ```no_run
//! use runtime_torch::dist::{self, Collective, Init, Reduction};
//! use tch::{Device, Kind, Tensor};
//!
//! # fn main() -> runtime_core::Result<()> {
//! // MASTER_ADDR, MASTER_PORT, RANK and WORLD_SIZE say where the ranks meet, and which one this is.
//! dist::init("gloo", &Init::default())?;
//! let sum = Tensor::ones([4], (Kind::Float, Device::Cpu));
//! dist::default_group()?.run(Collective::AllReduce(&sum, Reduction::Sum))?;
//! dist::destroy()?;
//! # Ok(())
//! # }
//! ```

mod collectives;
mod ddp;
mod failure;
mod group;
mod meeting;
mod work;
mod world;

use runtime_core::{Error, Result};
pub use torch_shim::dist::{Backend, Collective, Reduction};

pub use self::ddp::{DDPS, Ddp, DdpOptions};
pub use self::group::{GROUPS, Group, group_or_default};
pub use self::meeting::Init;
pub use self::work::{WORKS, Work};
pub use self::world::{default_group, destroy, init, is_initialized, new_group};
use crate::codes::RT_ERROR_TORCH_DIST_BACKEND;

/// PyTorch's time-out for collectives.
pub const DEFAULT_TIMEOUT_MS: i64 = 30 * 60 * 1000;

/// A time-out in milliseconds; 0 stands for PyTorch's.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` for a negative one.
pub fn timeout(milliseconds: i64) -> Result<i64> {
    match milliseconds {
        0 => Ok(DEFAULT_TIMEOUT_MS),
        // More milliseconds do not fit into a clock of nanoseconds.
        1.. => Ok(milliseconds.min(1 << 40)),
        _ => Err(Error::invalid(format!("timeout_ms {milliseconds} is negative"))),
    }
}

/// The backend of this name.
///
/// # Errors
/// `RT_ERROR_TORCH_DIST_BACKEND` for one that there is not, that this library was built without, or for which
/// this machine has no GPU.
pub fn backend(name: &str) -> Result<Backend> {
    let backend = match name {
        "gloo" => Backend::Gloo,
        "nccl" => Backend::Nccl,
        other => {
            let text = format!("backend {other:?} is not known: there are gloo and nccl");
            return Err(Error::new(RT_ERROR_TORCH_DIST_BACKEND, text));
        }
    };
    let refuse =
        |why| Err(Error::new(RT_ERROR_TORCH_DIST_BACKEND, format!("backend {name:?} {why}")));
    if let Some(why) = backend.missing() {
        return refuse(format!("is not in this library: {why}"));
    }
    if backend == Backend::Nccl && tch::Cuda::device_count() <= 0 {
        return refuse(String::from("is for GPUs, and this machine has none"));
    }
    Ok(backend)
}

/// The name of a backend.
pub fn backend_name(backend: Backend) -> &'static str {
    match backend {
        Backend::Gloo => "gloo",
        Backend::Nccl => "nccl",
    }
}

/// The reduction with this number: 0 sum, 1 product, 2 min, 3 max, 4 avg.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` for another.
pub fn reduction(number: i64) -> Result<Reduction> {
    Ok(match number {
        0 => Reduction::Sum,
        1 => Reduction::Product,
        2 => Reduction::Min,
        3 => Reduction::Max,
        4 => Reduction::Avg,
        _ => {
            return Err(Error::invalid(format!(
                "op {number} is none of 0 sum, 1 product, 2 min, 3 max, 4 avg"
            )));
        }
    })
}
