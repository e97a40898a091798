//! `DistributedDataParallel`: a module whose gradients are the mean of those of all ranks.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::Mutex;
use runtime_core::handle::kinds;
use runtime_core::{Error, Result};
use tch::Tensor;
use torch_shim::dist as engine;

use super::failure::failed;
use super::{Group, group_or_default, world};
use crate::codes::RT_ERROR_TORCH_DIST_NO_GROUP;
use crate::nn::{Embedding, Module, Output};
use crate::options::Options;
use crate::table::Table;

/// The wrapped modules that have handles.
pub static DDPS: Table<Arc<Ddp>> = Table::new(kinds::DDP);

const MIB: f64 = 1024.0 * 1024.0;

/// The options of PyTorch's class.
pub struct DdpOptions {
    /// How many MiB of gradients are reduced at once; PyTorch's 25, with a first bucket of 1, when `None`.
    pub bucket_cap_mb: Option<f64>,
    /// Looks for parameters that a forward's outputs do not depend on: without this all must take part.
    pub find_unused_parameters: bool,
    /// Sends rank 0's buffers to all, in the beginning and before each forward.
    pub broadcast_buffers: bool,
    /// Lets gradients be views of what is reduced, which saves memory and a copy.
    pub gradient_as_bucket_view: bool,
    /// Promises that every iteration uses the same parameters in the same way.
    pub static_graph: bool,
    /// The ranks that train together; all when `None`.
    pub process_group: Option<Arc<Group>>,
}

impl Default for DdpOptions {
    fn default() -> Self {
        Self {
            bucket_cap_mb: None,
            find_unused_parameters: false,
            broadcast_buffers: true,
            gradient_as_bucket_view: false,
            static_graph: false,
            process_group: None,
        }
    }
}

impl DdpOptions {
    /// The options in a dict, under PyTorch's names.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION`, and the errors of a group's handle.
    pub fn read(options: &Options) -> Result<Self> {
        let default = Self::default();
        let group = options.value("process_group")?;
        let group = group.map(|value| group_or_default("process_group", value)).transpose()?;
        let bucket_cap_mb = options.optional_float("bucket_cap_mb")?;
        if let Some(size) = bucket_cap_mb
            && !(size > 0.0 && size < 1e9)
        {
            return Err(options.refuse("bucket_cap_mb", format!("{size} is no size of a bucket")));
        }
        Ok(Self {
            bucket_cap_mb,
            find_unused_parameters: options.bool("find_unused_parameters", false)?,
            broadcast_buffers: options.bool("broadcast_buffers", default.broadcast_buffers)?,
            gradient_as_bucket_view: options.bool("gradient_as_bucket_view", false)?,
            static_graph: options.bool("static_graph", false)?,
            process_group: group,
        })
    }

    fn engine(&self) -> engine::DdpOptions {
        let bytes = |mebibytes: f64| (mebibytes * MIB) as i64;
        engine::DdpOptions {
            bucket_bytes: bytes(self.bucket_cap_mb.unwrap_or(25.0)),
            first_bucket_bytes: bytes(self.bucket_cap_mb.unwrap_or(1.0)),
            find_unused_parameters: self.find_unused_parameters,
            broadcast_buffers: self.broadcast_buffers,
            gradient_as_bucket_view: self.gradient_as_bucket_view,
            static_graph: self.static_graph,
        }
    }
}

/// A module whose backward reduces gradients across the ranks.
pub struct Ddp {
    module: Module,
    /// Gone when its group is.
    engine: Mutex<Option<engine::Ddp>>,
    sync: AtomicBool,
}

impl Ddp {
    /// Wraps a module. Every rank of the group does, with a module of the same shapes: rank 0's numbers
    /// become everybody's.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_DIST_NO_GROUP`; `RT_ERROR_INVALID_ARGUMENT` for a module without a parameter that
    /// needs a gradient; the errors of a collective; `RT_ERROR_TORCH` when the ranks' modules differ.
    pub fn new(module: Module, options: &DdpOptions) -> Result<Arc<Self>> {
        let group = match &options.process_group {
            Some(group) => Arc::clone(group),
            None => world::default_group()?,
        };
        let (mut parameters, mut is_sparse) = (Vec::new(), Vec::new());
        let mut seen: Vec<Tensor> = Vec::new();
        for (_, part) in module.named_modules() {
            let sparse = part.layer::<Embedding>().is_some_and(Embedding::is_sparse);
            for (_, tensor) in &part.state().parameters {
                let Some(tensor) = tensor.as_ref().filter(|tensor| tensor.requires_grad()) else {
                    continue;
                };
                // Two modules may share a parameter: it has one gradient.
                if !seen.iter().any(|known| torch_shim::autograd::is_same(known, tensor)) {
                    seen.push(tensor.shallow_clone());
                    parameters.push(tensor.shallow_clone());
                    is_sparse.push(sparse);
                }
            }
        }
        if parameters.is_empty() {
            return Err(Error::invalid("the module has no parameter that needs a gradient"));
        }
        let own = |(_, tensor): (String, Tensor)| tensor;
        let buffers: Vec<Tensor> = module.named_buffers().into_iter().map(own).collect();
        let mut states = module.parameters();
        if options.broadcast_buffers {
            states.extend(buffers.iter().map(Tensor::shallow_clone));
        }
        let tensors = engine::Tensors {
            parameters: &parameters,
            is_sparse: &is_sparse,
            states: &states,
            buffers: &buffers,
        };
        let made = engine::Ddp::new(&*group.engine()?, tensors, &options.engine());
        let made = made.map_err(|text| failed(&text))?;
        let ddp =
            Arc::new(Self { module, engine: Mutex::new(Some(made)), sync: AtomicBool::new(true) });
        world::remember(&ddp)?;
        Ok(ddp)
    }

    /// The module that is wrapped.
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// Whether the backward after the next forward reduces gradients. Without, they add up on each rank,
    /// and the next one that reduces takes their sums.
    pub fn set_sync(&self, sync: bool) {
        self.sync.store(sync, Ordering::Relaxed);
    }

    /// Runs the module. The ranks run forward and backward equally often.
    ///
    /// # Errors
    /// The module's own; `RT_ERROR_TORCH_DIST_NO_GROUP` when the group was destroyed; `RT_ERROR_TORCH` when
    /// the last backward did not reach all parameters; the errors of a collective.
    pub fn forward(&self, inputs: &[Option<&Tensor>]) -> Result<Output> {
        let sync = self.sync.load(Ordering::Relaxed);
        self.engine(|engine| engine.before_forward(sync))?;
        let output = self.module.forward_all(inputs)?;
        let (tensors, is_one) = match output {
            Output::One(tensor) => (vec![tensor], true),
            Output::Many(tensors) => (tensors, false),
        };
        let mut tensors = self.engine(|engine| engine.after_forward(sync, &tensors))?;
        if is_one && tensors.len() == 1 {
            return Ok(Output::One(tensors.remove(0)));
        }
        Ok(Output::Many(tensors))
    }

    /// Ends the reducing; the module stays.
    pub(super) fn close(&self) {
        drop(self.engine.lock().take());
    }

    fn engine<R>(&self, act: impl FnOnce(&mut engine::Ddp) -> torch_shim::Result<R>) -> Result<R> {
        let mut engine = self.engine.lock();
        let engine = engine.as_mut().ok_or_else(|| {
            Error::new(RT_ERROR_TORCH_DIST_NO_GROUP, "the process group was destroyed")
        })?;
        act(engine).map_err(|text| failed(&text))
    }
}
