//! The engine of `DistributedDataParallel`.

use tch::Tensor;

use super::ffi::*;
use super::{Group, pointers};
use crate::text::{done, pointer};
use crate::value::Raw;
use crate::{Result, Value};

/// How gradients are reduced.
#[derive(Clone, Copy, Debug)]
pub struct DdpOptions {
    /// How many bytes of gradients are reduced at once.
    pub bucket_bytes: i64,
    /// The same for the first, which is ready last.
    pub first_bucket_bytes: i64,
    /// Looks at each forward's outputs for parameters that they do not depend on.
    pub find_unused_parameters: bool,
    /// Sends rank 0's buffers before each forward.
    pub broadcast_buffers: bool,
    /// Lets gradients be views of what is reduced, which saves a copy.
    pub gradient_as_bucket_view: bool,
    /// Every iteration uses the same parameters, in the same way.
    pub static_graph: bool,
}

/// The tensors of a module.
#[derive(Clone, Copy, Debug)]
pub struct Tensors<'t> {
    /// The parameters that need gradients.
    pub parameters: &'t [Tensor],
    /// For each of them, whether its gradients are sparse.
    pub is_sparse: &'t [bool],
    /// What rank 0 gives to all in the beginning.
    pub states: &'t [Tensor],
    /// What rank 0 gives to all before each forward.
    pub buffers: &'t [Tensor],
}

/// Reduces the gradients of some parameters as backward makes them.
pub struct Ddp(*mut ShimDdp);

// SAFETY: it belongs to no thread.
unsafe impl Send for Ddp {}

impl Drop for Ddp {
    fn drop(&mut self) {
        // SAFETY: it is ours and not used after this.
        unsafe { shim_ddp_free(self.0) };
    }
}

impl Ddp {
    /// Compares the parameters across the ranks and gives rank 0's to all. Every rank calls this.
    ///
    /// # Errors
    /// LibTorch's text: that the parameters differ, for one.
    pub fn new(group: &Group, tensors: Tensors<'_>, options: &DdpOptions) -> Result<Self> {
        if tensors.parameters.len() != tensors.is_sparse.len() {
            return Err(String::from("the lists differ in length"));
        }
        let options = ShimDdpOptions {
            bucket_bytes: options.bucket_bytes,
            first_bucket_bytes: options.first_bucket_bytes,
            find_unused_parameters: options.find_unused_parameters,
            broadcast_buffers: options.broadcast_buffers,
            gradient_as_bucket_view: options.gradient_as_bucket_view,
            static_graph: options.static_graph,
        };
        let [parameters, states, buffers] =
            [tensors.parameters, tensors.states, tensors.buffers].map(pointers);
        pointer(|error| {
            // SAFETY: the group and the tensors are live, and the lengths are those of the lists.
            unsafe {
                shim_ddp_new(
                    group.as_ptr(),
                    parameters.as_ptr(),
                    tensors.is_sparse.as_ptr(),
                    parameters.len(),
                    states.as_ptr(),
                    states.len(),
                    buffers.as_ptr(),
                    buffers.len(),
                    &raw const options,
                    error,
                )
            }
        })
        .map(Self)
    }

    /// To be called before a forward; `sync`: the backward after it reduces gradients.
    ///
    /// # Errors
    /// LibTorch's text: that the last backward did not reach all parameters, for one.
    pub fn before_forward(&mut self, sync: bool) -> Result<()> {
        // SAFETY: it is live, and nobody else has it.
        done(|error| unsafe { shim_ddp_before_forward(self.0, sync, error) })
    }

    /// To be called after a forward, with what it gave: returns what to go on with.
    ///
    /// # Errors
    /// LibTorch's text.
    pub fn after_forward(&mut self, sync: bool, outputs: &[Tensor]) -> Result<Vec<Tensor>> {
        let outputs = pointers(outputs);
        let tuple = pointer(|error| {
            // SAFETY: it is live, nobody else has it, and so are the tensors.
            unsafe { shim_ddp_after_forward(self.0, sync, outputs.as_ptr(), outputs.len(), error) }
        })?;
        // SAFETY: the value is new and ours.
        let items = unsafe { Raw::new(tuple) }.to_value()?.into_items();
        let tensor = |item| match item {
            Value::Tensor(tensor) => Ok(tensor),
            _ => Err(String::from("an output is no tensor")),
        };
        items.into_iter().map(tensor).collect()
    }
}
