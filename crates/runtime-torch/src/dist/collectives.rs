//! What the ranks of a group do together: the tensors are checked before the other ranks hear of them.

use std::sync::Arc;

use runtime_core::{Error, Result};
use tch::{Device, Kind, Tensor};
use torch_shim::dist::{Backend, Collective, Reduction, Started};

use super::{Group, Work};
use crate::codes::RT_ERROR_TORCH_DTYPE;
use crate::error::OrTorch;

/// What gloo adds and compares.
const GLOO_KINDS: [Kind; 9] = [
    Kind::Float,
    Kind::Double,
    Kind::Half,
    Kind::BFloat16,
    Kind::Int,
    Kind::Int64,
    Kind::Int8,
    Kind::Uint8,
    Kind::Bool,
];

impl Group {
    /// Does something together with the other ranks, and waits for it. Ranks are those in the group; lists
    /// have one tensor for each of them.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` and `RT_ERROR_TORCH_DTYPE` for tensors that will not do;
    /// `RT_ERROR_TORCH_DIST_NO_GROUP`; `RT_ERROR_TORCH_DIST_TIMEOUT`, `RT_ERROR_TORCH_DIST_PEER` and
    /// `RT_ERROR_TORCH_DIST_MISMATCH`, after which the group is of no use.
    pub fn run(&self, collective: Collective<'_>) -> Result<()> {
        let started = self.start_checked(collective)?;
        self.outcome(started.wait(), &|| shown(collective))
    }

    /// As [`run`](Self::run), without waiting. The tensors live until it is done.
    ///
    /// # Errors
    /// Those of tensors that will not do, and `RT_ERROR_TORCH_DIST_NO_GROUP`.
    pub fn start(self: &Arc<Self>, collective: Collective<'_>) -> Result<Work> {
        let started = self.start_checked(collective)?;
        let what = shown(collective);
        let work = self.outcome(started.detach(), &|| what.clone())?;
        Ok(Work::new(work, Arc::clone(self), what))
    }

    fn start_checked(&self, collective: Collective<'_>) -> Result<Started> {
        let engine = self.engine()?;
        let of = Of { group: self, is_message: is_message(collective) };
        let begin = |collective| self.outcome(engine.start(collective), &|| shown(collective));
        match collective {
            Collective::Barrier => begin(Collective::Barrier),
            Collective::AllReduce(tensor, operation) => {
                reduces(tensor, operation)?;
                begin(Collective::AllReduce(&of.output("tensor", tensor)?, operation))
            }
            Collective::Broadcast(tensor, root) => {
                begin(Collective::Broadcast(&of.output("tensor", tensor)?, root))
            }
            Collective::AllGather(list, tensor) => {
                let list = of.outputs("tensor_list", list, tensor)?;
                begin(Collective::AllGather(&list, &of.input("tensor", tensor)?))
            }
            Collective::ReduceScatter(output, list, operation) => {
                reduces(output, operation)?;
                let list = of.inputs("input_list", list, output)?;
                begin(Collective::ReduceScatter(&of.output("output", output)?, &list, operation))
            }
            Collective::Reduce(tensor, operation, root) => {
                reduces(tensor, operation)?;
                begin(Collective::Reduce(&of.output("tensor", tensor)?, operation, root))
            }
            Collective::Gather(list, tensor, root) => {
                let list = if self.is_root(root) {
                    of.outputs("tensor_list", list, tensor)?
                } else {
                    Vec::new()
                };
                begin(Collective::Gather(&list, &of.input("tensor", tensor)?, root))
            }
            Collective::Scatter(tensor, list, root) => {
                let list = if self.is_root(root) {
                    of.inputs("tensor_list", list, tensor)?
                } else {
                    Vec::new()
                };
                begin(Collective::Scatter(&of.output("tensor", tensor)?, &list, root))
            }
            Collective::AllToAll(outputs, inputs) => {
                let model = inputs.first().ok_or_else(|| self.wrong_length("input_list", 0))?;
                let outputs = of.outputs("output_list", outputs, model)?;
                begin(Collective::AllToAll(&outputs, &of.inputs("input_list", inputs, model)?))
            }
            Collective::Send(tensor, peer, tag) => {
                self.not_itself("dst", peer)?;
                begin(Collective::Send(&of.input("tensor", tensor)?, peer, tag))
            }
            Collective::Receive(tensor, peer, tag) => {
                self.not_itself("src", peer)?;
                begin(Collective::Receive(&of.output("tensor", tensor)?, peer, tag))
            }
        }
    }

    fn is_root(&self, root: i32) -> bool {
        self.rank() == Some(i64::from(root))
    }

    fn not_itself(&self, name: &str, peer: i32) -> Result<()> {
        if self.is_root(peer) {
            return Err(Error::invalid(format!("{name} is this very rank")));
        }
        Ok(())
    }

    #[cold]
    fn wrong_length(&self, name: &str, length: usize) -> Error {
        let size = self.size();
        Error::invalid(format!("{name} has {length} tensors, and the group {size} ranks"))
    }
}

/// Checks tensors for a group.
struct Of<'g> {
    group: &'g Group,
    /// Messages are bytes; everything else is numbers.
    is_message: bool,
}

impl Of<'_> {
    /// The tensor, complex numbers as pairs, for being read.
    fn input(&self, name: &str, tensor: &Tensor) -> Result<Tensor> {
        self.check(name, tensor)?;
        real(&if tensor.is_contiguous() {
            tensor.shallow_clone()
        } else {
            tensor.f_contiguous().or_torch()?
        })
    }

    /// The tensor, complex numbers as pairs, for being written.
    fn output(&self, name: &str, tensor: &Tensor) -> Result<Tensor> {
        self.check(name, tensor)?;
        if !tensor.is_contiguous() {
            return Err(Error::invalid(format!(
                "{name} is not contiguous, and what the ranks send goes into a tensor as it lies in memory"
            )));
        }
        real(tensor)
    }

    fn outputs(&self, name: &str, list: &[Tensor], model: &Tensor) -> Result<Vec<Tensor>> {
        self.list(name, list, model, Self::output)
    }

    fn inputs(&self, name: &str, list: &[Tensor], model: &Tensor) -> Result<Vec<Tensor>> {
        self.list(name, list, model, Self::input)
    }

    fn list(
        &self,
        name: &str,
        list: &[Tensor],
        model: &Tensor,
        one: fn(&Self, &str, &Tensor) -> Result<Tensor>,
    ) -> Result<Vec<Tensor>> {
        if list.len() as i64 != self.group.size() {
            return Err(self.group.wrong_length(name, list.len()));
        }
        let each = |(at, tensor): (usize, &Tensor)| {
            let name = format!("{name}[{at}]");
            if tensor.size() != model.size() || kind(tensor)? != kind(model)? {
                return Err(Error::invalid(format!(
                    "{name} is {} and the others are {}",
                    form(tensor),
                    form(model)
                )));
            }
            one(self, &name, tensor)
        };
        list.iter().enumerate().map(each).collect()
    }

    fn check(&self, name: &str, tensor: &Tensor) -> Result<()> {
        if tensor.is_sparse() || tensor.is_mkldnn() {
            return Err(Error::invalid(format!("{name} is not dense")));
        }
        let (device, backend) = (tensor.device(), self.group.backend());
        let fits = match backend {
            Backend::Gloo => matches!(device, Device::Cpu | Device::Cuda(_)),
            Backend::Nccl => matches!(device, Device::Cuda(_)),
        };
        if !fits {
            return Err(Error::invalid(format!(
                "{name} is on {device:?}, and {} does not reach that",
                super::backend_name(backend)
            )));
        }
        let kind = kind(tensor)?;
        let known = GLOO_KINDS.contains(&kind)
            || is_complex(kind)
            || (self.is_message && kind == Kind::Int16);
        // NCCL says itself what it does not know.
        if !known && backend == Backend::Gloo {
            return Err(Error::new(
                RT_ERROR_TORCH_DTYPE,
                format!("{name} is {}: gloo does not have that dtype", form(tensor)),
            ));
        }
        Ok(())
    }
}

fn kind(tensor: &Tensor) -> Result<Kind> {
    tensor.f_kind().or_torch()
}

fn is_complex(kind: Kind) -> bool {
    matches!(kind, Kind::ComplexFloat | Kind::ComplexDouble)
}

fn is_message(collective: Collective<'_>) -> bool {
    matches!(collective, Collective::Send(..) | Collective::Receive(..))
}

/// Pairs of numbers for complex ones, as in Python; other tensors as they are.
fn real(tensor: &Tensor) -> Result<Tensor> {
    if is_complex(kind(tensor)?) {
        return tensor
            .f_detach()
            .and_then(|tensor| tensor.f_resolve_conj()?.f_view_as_real())
            .or_torch();
    }
    Ok(tensor.shallow_clone())
}

/// Whether numbers of this kind can be reduced so.
fn reduces(tensor: &Tensor, operation: Reduction) -> Result<()> {
    let kind = kind(tensor)?;
    let fits = match operation {
        Reduction::Sum => true,
        Reduction::Avg => {
            is_complex(kind)
                || matches!(kind, Kind::Float | Kind::Double | Kind::Half | Kind::BFloat16)
        }
        Reduction::Product | Reduction::Min | Reduction::Max => !is_complex(kind),
    };
    if fits {
        return Ok(());
    }
    let name = operation_name(operation);
    let text = format!("op {name} does not work on {}", form(tensor));
    Err(Error::new(RT_ERROR_TORCH_DTYPE, text))
}

fn operation_name(operation: Reduction) -> &'static str {
    match operation {
        Reduction::Sum => "sum",
        Reduction::Product => "product",
        Reduction::Min => "min",
        Reduction::Max => "max",
        Reduction::Avg => "avg",
    }
}

/// The dtype and the shape of a tensor, for people: `Float [2, 3]`.
fn form(tensor: &Tensor) -> String {
    let kind = tensor.f_kind().map_or_else(|_| String::from("?"), |kind| format!("{kind:?}"));
    format!("{kind} {:?}", tensor.size())
}

/// A collective as people name it. Ranks that do the same have the same text.
fn shown(collective: Collective<'_>) -> String {
    let of = |name: &str, tensor: &Tensor| format!("{name} of {}", form(tensor));
    match collective {
        Collective::Barrier => String::from("barrier"),
        Collective::AllReduce(tensor, operation) => {
            format!("{} ({})", of("all_reduce", tensor), operation_name(operation))
        }
        Collective::Broadcast(tensor, root) => format!("{} from {root}", of("broadcast", tensor)),
        Collective::AllGather(_, tensor) => of("all_gather", tensor),
        Collective::ReduceScatter(tensor, _, operation) => {
            format!("{} ({})", of("reduce_scatter", tensor), operation_name(operation))
        }
        Collective::Reduce(tensor, operation, root) => {
            format!("{} ({}) to {root}", of("reduce", tensor), operation_name(operation))
        }
        Collective::Gather(_, tensor, root) => format!("{} to {root}", of("gather", tensor)),
        Collective::Scatter(tensor, _, root) => format!("{} from {root}", of("scatter", tensor)),
        Collective::AllToAll(_, inputs) => inputs
            .first()
            .map_or_else(|| String::from("all_to_all"), |input| of("all_to_all", input)),
        Collective::Send(tensor, _, tag) | Collective::Receive(tensor, _, tag) => {
            format!("{} with tag {tag}", of("a message", tensor))
        }
    }
}
