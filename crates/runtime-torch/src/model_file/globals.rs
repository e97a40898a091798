//! The names that a pickle may use, and what they make. Everything else is refused by its name.

use runtime_core::{Error, Result};
use tch::Kind;

use super::broken;
use super::tensors::{Storages, checked_part};
use super::unpickle::{Node, Nodes, Object, Pairs, Part};
use crate::codes::{RT_ERROR_TORCH_DTYPE, RT_ERROR_TORCH_FILE_GLOBAL};

/// A name that a pickle may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Global {
    /// `collections.OrderedDict`.
    OrderedDict,
    /// `torch._utils._rebuild_tensor`, before PyTorch 0.4.
    RebuildTensor,
    /// `torch._utils._rebuild_tensor_v2`.
    RebuildTensorV2,
    /// `torch._utils._rebuild_tensor_v3`: of a storage without a dtype.
    RebuildTensorV3,
    /// `torch._utils._rebuild_parameter`.
    RebuildParameter,
    /// `torch.Size`.
    Size,
    /// `torch.device`.
    Device,
    /// `torch.float32` and so on.
    Dtype(Kind),
    /// `torch.FloatStorage` and so on.
    Storage(Kind),
    /// `torch.storage.UntypedStorage`.
    UntypedStorage,
}

/// dtypes by the names that files use: Python's own, and that of the class of storages.
pub(super) const DTYPES: [(&str, &str, Kind); 12] = [
    ("float32", "FloatStorage", Kind::Float),
    ("float64", "DoubleStorage", Kind::Double),
    ("float16", "HalfStorage", Kind::Half),
    ("bfloat16", "BFloat16Storage", Kind::BFloat16),
    ("int8", "CharStorage", Kind::Int8),
    ("uint8", "ByteStorage", Kind::Uint8),
    ("int16", "ShortStorage", Kind::Int16),
    ("int32", "IntStorage", Kind::Int),
    ("int64", "LongStorage", Kind::Int64),
    ("bool", "BoolStorage", Kind::Bool),
    ("complex64", "ComplexFloatStorage", Kind::ComplexFloat),
    ("complex128", "ComplexDoubleStorage", Kind::ComplexDouble),
];

/// How the names of PyTorch's other dtypes, and of their storages, begin.
const OTHER_DTYPES: [&str; 9] =
    ["uint", "int", "float", "complex", "qint", "quint", "bits", "QInt", "QUInt"];

impl Global {
    /// The name, when a pickle may use it.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_FILE_GLOBAL`; `RT_ERROR_TORCH_DTYPE` for a dtype that the runtime does not have.
    pub(super) fn find(module: &str, name: &str) -> Result<Self> {
        Ok(match (module, name) {
            ("collections", "OrderedDict") => Self::OrderedDict,
            ("torch._utils", "_rebuild_tensor") => Self::RebuildTensor,
            ("torch._utils", "_rebuild_tensor_v2") => Self::RebuildTensorV2,
            ("torch._utils", "_rebuild_tensor_v3") => Self::RebuildTensorV3,
            ("torch._utils", "_rebuild_parameter") => Self::RebuildParameter,
            ("torch", "Size") => Self::Size,
            ("torch", "device") => Self::Device,
            ("torch.storage", "UntypedStorage") => Self::UntypedStorage,
            ("torch", name) => {
                let of = |(dtype, storage, kind): &(&str, &str, Kind)| match name {
                    name if name == *dtype => Some(Self::Dtype(*kind)),
                    name if name == *storage => Some(Self::Storage(*kind)),
                    _ => None,
                };
                match DTYPES.iter().find_map(of) {
                    Some(found) => found,
                    None if OTHER_DTYPES.iter().any(|begin| name.starts_with(begin)) => {
                        let text = format!("the runtime does not have torch.{name}");
                        return Err(Error::new(RT_ERROR_TORCH_DTYPE, text));
                    }
                    None => return Err(refused(module, name)),
                }
            }
            (module, name) => return Err(refused(module, name)),
        })
    }
}

#[cold]
fn refused(module: &str, name: &str) -> Error {
    let shown: String = format!("{module}.{name}").chars().take(200).collect();
    Error::new(
        RT_ERROR_TORCH_FILE_GLOBAL,
        format!("the file uses {shown}, and loading makes nothing but tensors and plain data"),
    )
}

/// What the call of a name makes.
///
/// # Errors
/// `RT_ERROR_TORCH_FILE` for arguments that do not fit.
pub(super) fn call(
    nodes: &mut Nodes,
    storages: &Storages,
    function: Object,
    arguments: Object,
) -> Result<Object> {
    let global = match nodes.get(function) {
        Some(Node::Global(global)) => *global,
        _ => return Err(broken(format!("{} is called", nodes.kind(function)))),
    };
    let given = match nodes.get(arguments) {
        Some(Node::Tuple(given)) => given.as_slice(),
        _ => return Err(broken(format!("{} are the arguments of a call", nodes.kind(arguments)))),
    };
    let node = match (global, given) {
        (Global::OrderedDict, []) => Node::Dict(Pairs { pairs: Vec::new(), ordered: true }),
        (Global::RebuildTensor, [storage, offset, sizes, strides]) => {
            tensor(nodes, storages, [*storage, *offset, *sizes, *strides], None)?
        }
        (
            Global::RebuildTensorV2,
            [storage, offset, sizes, strides, requires_grad, hooks, rest @ ..],
        ) if rest.len() < 2 => {
            let node = tensor(nodes, storages, [*storage, *offset, *sizes, *strides], None)?;
            finished(nodes, node, *requires_grad, *hooks, rest.first())?
        }
        (
            Global::RebuildTensorV3,
            [storage, offset, sizes, strides, requires_grad, hooks, dtype, rest @ ..],
        ) if rest.len() < 2 => {
            let kind = match nodes.get(*dtype) {
                Some(Node::Global(Global::Dtype(kind))) => *kind,
                _ => return Err(broken("a tensor's dtype is none")),
            };
            let node = tensor(nodes, storages, [*storage, *offset, *sizes, *strides], Some(kind))?;
            finished(nodes, node, *requires_grad, *hooks, rest.first())?
        }
        (Global::RebuildParameter, [data, requires_grad, hooks]) => match nodes.get(*data) {
            Some(Node::Tensor(part)) => {
                let part = Node::Tensor(part.clone());
                finished(nodes, part, *requires_grad, *hooks, None)?
            }
            _ => return Err(broken("a parameter's data is no tensor")),
        },
        (Global::Size, [sizes]) => match nodes.items(*sizes) {
            Some(sizes) => Node::Tuple(sizes.to_vec()),
            None => return Err(broken("a torch.Size has no sizes")),
        },
        (Global::Device, [name, index @ ..]) if index.len() < 2 => {
            let name = nodes.text(*name).ok_or_else(|| broken("a device's name is no text"))?;
            match index {
                [] | [Object::None] => Node::Text(String::from(name)),
                [Object::Int(index)] => Node::Text(format!("{name}:{index}")),
                _ => return Err(broken("a device's index is no int")),
            }
        }
        (global, given) => {
            return Err(broken(format!("{global:?} is called with {} arguments", given.len())));
        }
    };
    nodes.add(node)
}

/// A tensor of a storage, an offset, sizes and strides.
fn tensor(
    nodes: &Nodes,
    storages: &Storages,
    [storage, offset, sizes, strides]: [Object; 4],
    kind: Option<Kind>,
) -> Result<Node> {
    let Some(Node::Storage(storage)) = nodes.get(storage) else {
        return Err(broken(format!("a tensor is a part of {}", nodes.kind(storage))));
    };
    let Object::Int(offset) = offset else { return Err(broken("a tensor's offset is no int")) };
    let ints = |object| {
        let int = |item: &Object| match item {
            Object::Int(int) => Some(*int),
            _ => None,
        };
        nodes.items(object).and_then(|items| items.iter().map(int).collect::<Option<Vec<i64>>>())
    };
    let (Some(sizes), Some(strides)) = (ints(sizes), ints(strides)) else {
        return Err(broken("a tensor's sizes or strides are no ints"));
    };
    let part = checked_part(storages, *storage, kind, offset, sizes, strides)?;
    Ok(Node::Tensor(Box::new(part)))
}

/// What a tensor has besides its elements. Hooks are code, which no file has: the dict of them is empty.
fn finished(
    nodes: &Nodes,
    mut node: Node,
    requires_grad: Object,
    hooks: Object,
    metadata: Option<&Object>,
) -> Result<Node> {
    let Node::Tensor(part) = &mut node else { return Ok(node) };
    let Object::Bool(requires_grad) = requires_grad else {
        return Err(broken("a tensor's requires_grad is no bool"));
    };
    part.requires_grad = requires_grad;
    match (hooks, nodes.pairs(hooks)) {
        (Object::None, _) => {}
        (_, Some(hooks)) if hooks.pairs.is_empty() => {}
        _ => return Err(broken("a tensor has hooks")),
    }
    match metadata {
        None | Some(Object::None) => {}
        Some(metadata) => {
            let pairs =
                nodes.pairs(*metadata).ok_or_else(|| broken("a tensor's metadata is no dict"))?;
            for (name, value) in &pairs.pairs {
                mark(nodes, part, *name, *value)?;
            }
        }
    }
    Ok(node)
}

/// The marks of tensors that stand for the conjugate or the negative of what their storage holds.
fn mark(nodes: &Nodes, part: &mut Part, name: Object, value: Object) -> Result<()> {
    let complex = matches!(part.kind, Kind::ComplexFloat | Kind::ComplexDouble);
    let float = matches!(part.kind, Kind::Float | Kind::Double | Kind::Half | Kind::BFloat16);
    match (nodes.text(name), value) {
        (Some("conj"), Object::Bool(value)) if complex => part.conjugated = value,
        (Some("neg"), Object::Bool(value)) if complex || float => part.negated = value,
        (Some("conj" | "neg"), Object::Bool(false)) => {}
        _ => return Err(broken("a tensor has metadata that nobody knows")),
    }
    Ok(())
}
