//! Process groups: the stores that ranks meet in, collectives, and the engine of DDP.

mod ddp;
mod ffi;
mod store;

use std::ffi::{CStr, CString, c_int};

use tch::Tensor;
use torch_sys::C_tensor;

pub use self::ddp::{Ddp, DdpOptions, Tensors};
pub use self::store::Store;
use crate::Result;
use crate::text::{done, pointer};
use ffi::*;

/// What carries the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// TCP, for tensors on the CPU.
    Gloo,
    /// NVIDIA's library, for GPUs.
    Nccl,
}

impl Backend {
    fn number(self) -> c_int {
        match self {
            Self::Gloo => 0,
            Self::Nccl => 1,
        }
    }

    /// Why this library does not have the backend; `None` when it does.
    pub fn missing(self) -> Option<&'static str> {
        // SAFETY: it takes any number, and returns null or a constant text.
        let why = unsafe { shim_dist_missing(self.number()) };
        // SAFETY: a constant text that ends with a zero.
        (!why.is_null()).then(|| unsafe { CStr::from_ptr(why) }.to_str().unwrap_or_default())
    }
}

/// Whether gloo connects ranks when they first have something to say to each other only
/// (`TORCH_GLOO_LAZY_INIT`).
pub fn is_lazy() -> bool {
    // SAFETY: it reads the environment once.
    unsafe { shim_dist_is_lazy() }
}

/// How numbers of several ranks become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reduction {
    /// Their sum.
    Sum,
    /// Their product.
    Product,
    /// The least.
    Min,
    /// The greatest.
    Max,
    /// Their mean.
    Avg,
}

impl Reduction {
    /// c10d's number.
    fn number(self) -> c_int {
        match self {
            Self::Sum => 0,
            Self::Avg => 1,
            Self::Product => 2,
            Self::Min => 3,
            Self::Max => 4,
        }
    }
}

/// What the ranks do together. Ranks are those in the group.
#[derive(Clone, Copy, Debug)]
pub enum Collective<'t> {
    /// Waits for all.
    Barrier,
    /// Reduces in place.
    AllReduce(&'t Tensor, Reduction),
    /// Sends the root's tensor to all.
    Broadcast(&'t Tensor, i32),
    /// Gives everybody's tensor to everybody.
    AllGather(&'t [Tensor], &'t Tensor),
    /// Reduces a list of tensors, of which each rank gets its own.
    ReduceScatter(&'t Tensor, &'t [Tensor], Reduction),
    /// Reduces in place, on the root.
    Reduce(&'t Tensor, Reduction, i32),
    /// Gives everybody's tensor to the root; the list is empty elsewhere.
    Gather(&'t [Tensor], &'t Tensor, i32),
    /// Gives each rank one of the root's tensors; the list is empty elsewhere.
    Scatter(&'t Tensor, &'t [Tensor], i32),
    /// Gives each rank one of everybody's tensors.
    AllToAll(&'t [Tensor], &'t [Tensor]),
    /// Sends to a rank, with a tag.
    Send(&'t Tensor, i32, i32),
    /// Receives from a rank, with a tag.
    Receive(&'t Tensor, i32, i32),
}

/// What C++ takes for a collective.
struct Call<'t> {
    number: c_int,
    reduction: c_int,
    peer: c_int,
    tag: c_int,
    inputs: &'t [Tensor],
    outputs: &'t [Tensor],
}

impl<'t> Collective<'t> {
    fn call(self) -> Call<'t> {
        const NONE: &[Tensor] = &[];
        let one = std::slice::from_ref;
        let (number, reduction, peer, tag, inputs, outputs) = match self {
            Self::Barrier => (0, 0, 0, 0, NONE, NONE),
            Self::AllReduce(tensor, operation) => (1, operation.number(), 0, 0, one(tensor), NONE),
            Self::Broadcast(tensor, root) => (2, 0, root, 0, one(tensor), NONE),
            Self::AllGather(list, tensor) => (3, 0, 0, 0, one(tensor), list),
            Self::ReduceScatter(tensor, list, operation) => {
                (4, operation.number(), 0, 0, list, one(tensor))
            }
            Self::Reduce(tensor, operation, root) => {
                (5, operation.number(), root, 0, one(tensor), NONE)
            }
            Self::Gather(list, tensor, root) => (6, 0, root, 0, one(tensor), list),
            Self::Scatter(tensor, list, root) => (7, 0, root, 0, list, one(tensor)),
            Self::AllToAll(outputs, inputs) => (8, 0, 0, 0, inputs, outputs),
            Self::Send(tensor, peer, tag) => (9, 0, peer, tag, one(tensor), NONE),
            Self::Receive(tensor, peer, tag) => (10, 0, peer, tag, one(tensor), NONE),
        };
        Call { number, reduction, peer, tag, inputs, outputs }
    }
}

/// Where a rank stands in a group.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p> {
    /// The group's name, one among all groups that have lived in the store.
    pub name: &'p str,
    /// The group's members, by their ranks in the whole.
    pub members: &'p [u64],
    /// This rank's place among them.
    pub rank: i32,
    /// For how long a collective waits for the others, in milliseconds.
    pub timeout_ms: i64,
}

/// One rank's end of a process group. When the last reference goes, so do its connections.
pub struct Group(*mut ShimGroup);

// SAFETY: a group belongs to no thread.
unsafe impl Send for Group {}
// SAFETY: collectives are started under a lock of the group's, or by NCCL's own; the rest is atomic.
unsafe impl Sync for Group {}

impl Drop for Group {
    fn drop(&mut self) {
        // SAFETY: the group is ours and not used after this.
        unsafe { shim_group_free(self.0) };
    }
}

impl Group {
    /// Meets the other ranks in the store.
    ///
    /// # Errors
    /// LibTorch's text; that the backend is missing.
    pub fn new(store: &Store, backend: Backend, place: Place<'_>) -> Result<Self> {
        let name = c_text(place.name)?;
        let size = c_int::try_from(place.members.len()).map_err(|_| String::from("too many"))?;
        if !(0..size).contains(&place.rank) {
            return Err(format!("rank {} is not one of {size}", place.rank));
        }
        pointer(|error| {
            // SAFETY: the store is live, the name ends with a zero, and there are `size` members.
            unsafe {
                shim_group_new(
                    store.as_ptr(),
                    name.as_ptr(),
                    place.members.as_ptr(),
                    place.rank,
                    size,
                    backend.number(),
                    place.timeout_ms,
                    error,
                )
            }
        })
        .map(Self)
    }

    /// From now on messages of one collective are not taken for another's, of another dtype or size. Every
    /// rank must do this, before its first collective.
    pub fn guard(&mut self) {
        // SAFETY: the group is live, and nobody else has it.
        unsafe { shim_group_guard(self.0) };
    }

    /// How many collectives are running.
    pub fn pending(&self) -> i64 {
        // SAFETY: the group is live.
        unsafe { shim_group_pending(self.0) }
    }

    /// Fails what is running, here and on the ranks that wait for this one, for this reason. The group is
    /// of no use after it.
    pub fn cut(&self, reason: &str) {
        // SAFETY: the group is live; the pointer and the length are those of the text.
        unsafe { shim_group_cut(self.0, reason.as_ptr().cast(), reason.len()) };
    }

    /// Sets for how long collectives that start from now on wait for the others.
    ///
    /// # Errors
    /// That the backend's time-out cannot be set.
    pub fn set_timeout(&self, milliseconds: i64) -> Result<()> {
        // SAFETY: the group is live.
        done(|error| unsafe { shim_group_set_timeout(self.0, milliseconds, error) })
    }

    /// Starts a collective. The tensors live until it is done.
    ///
    /// # Errors
    /// LibTorch's text.
    pub fn start(&self, collective: Collective<'_>) -> Result<Started> {
        let call = collective.call();
        let (inputs, outputs) = (pointers(call.inputs), pointers(call.outputs));
        pointer(|error| {
            // SAFETY: the group and the tensors are live, and the lengths are those of the lists.
            unsafe {
                shim_group_start(
                    self.0,
                    call.number,
                    call.reduction,
                    call.peer,
                    call.tag,
                    inputs.as_ptr(),
                    inputs.len(),
                    outputs.as_ptr(),
                    outputs.len(),
                    error,
                )
            }
        })
        .map(Started)
    }

    fn as_ptr(&self) -> *const ShimGroup {
        self.0
    }
}

/// A collective that nobody has waited for yet.
#[must_use]
pub struct Started(*mut ShimWork);

// SAFETY: it belongs to no thread.
unsafe impl Send for Started {}

impl Drop for Started {
    fn drop(&mut self) {
        // SAFETY: it is ours and not used after this.
        unsafe { shim_work_free(self.0) };
    }
}

impl Started {
    /// Waits until it is done, for as long as the group's time-out.
    ///
    /// # Errors
    /// Why it failed.
    pub fn wait(self) -> Result<()> {
        wait(self.0, -1).map(|_| ())
    }

    /// Goes on by itself; any thread may look whether it is done.
    ///
    /// # Errors
    /// That there can be no thread for it.
    pub fn detach(self) -> Result<Work> {
        // SAFETY: it is live, and nobody else has it.
        done(|error| unsafe { shim_work_detach(self.0, error) })?;
        Ok(Work(self))
    }
}

/// A collective that runs by itself.
pub struct Work(Started);

// SAFETY: those that were detached may be waited for and asked by several threads at once: c10d's works
// have a lock.
unsafe impl Sync for Work {}

impl Work {
    /// Waits for so many milliseconds; whether it is done then.
    ///
    /// # Errors
    /// Why it failed.
    pub fn wait(&self, milliseconds: u64) -> Result<bool> {
        wait(self.0.0, i64::try_from(milliseconds).unwrap_or(i64::MAX))
    }

    /// Whether it is done, or has failed.
    pub fn is_completed(&self) -> bool {
        // SAFETY: it is live.
        unsafe { shim_work_is_completed(self.0.0) }
    }
}

fn wait(work: *mut ShimWork, milliseconds: i64) -> Result<bool> {
    let mut is_done = false;
    done(|error| {
        // SAFETY: the callers' works are live.
        let state = unsafe { shim_work_wait(work, milliseconds, error) };
        is_done = state == 1;
        c_int::from(state >= 0)
    })?;
    Ok(is_done)
}

/// A text as C takes it.
fn c_text(text: &str) -> Result<CString> {
    CString::new(text).map_err(|_| format!("{text:?} contains a zero"))
}

fn pointers(tensors: &[Tensor]) -> Vec<*const C_tensor> {
    tensors.iter().map(Tensor::as_ptr).collect()
}
