//! The tensors of a file: which storages there are, which parts of them, and reading them.

use std::collections::HashMap;

use runtime_core::{Error, Result};
use tch::{Device, Kind, Tensor};
use torch_shim::Value;

use super::archive::{Archive, Record};
use super::globals::{DTYPES, Global};
use super::source::{Source, Wanted, read_all};
use super::unpickle::{Node, Nodes, Object, Part, Pickled};
use super::{LoadOptions, broken, keys, storage};
use crate::codes::RT_ERROR_TORCH_DEVICE;
use crate::error::OrTorch;
use crate::values::{DEEPEST, MOST};
use crate::{kinds, memory};

/// PyTorch's own operations take no more dimensions.
const MOST_DIMENSIONS: usize = 64;

/// The storages that a pickle names.
#[derive(Default)]
pub(super) struct Storages {
    all: Vec<Named>,
    by_key: HashMap<String, usize>,
}

struct Named {
    key: String,
    /// What its elements are; `None` for bytes that the tensors say the dtype of.
    kind: Option<Kind>,
    bytes: u64,
    location: String,
}

impl Storages {
    /// The storage that a persistent identity stands for: `("storage", class, key, location, count)`.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_FILE`.
    pub(super) fn add(&mut self, nodes: &Nodes, identity: Object) -> Result<usize> {
        let wrong = || broken("a storage is named in an unknown way");
        let items = nodes.items(identity).ok_or_else(wrong)?;
        let [what, class, key, location, Object::Int(count), rest @ ..] = items else {
            return Err(wrong());
        };
        if nodes.text(*what) != Some("storage") || !matches!(rest, [] | [Object::None]) {
            return Err(wrong());
        }
        let kind = match nodes.get(*class) {
            Some(Node::Global(Global::Storage(kind))) => Some(*kind),
            Some(Node::Global(Global::UntypedStorage)) => None,
            _ => return Err(wrong()),
        };
        let (key, location) = match (nodes.text(*key), nodes.text(*location)) {
            (Some(key), Some(location)) => (key, location),
            _ => return Err(wrong()),
        };
        let width = kind.map_or(1, Kind::elt_size_in_bytes) as u64;
        let bytes = u64::try_from(*count).ok().and_then(|count| count.checked_mul(width));
        let bytes = bytes.ok_or_else(|| broken(format!("a storage has {count} elements")))?;
        if let Some(&known) = self.by_key.get(key) {
            let named = &self.all[known];
            if named.kind != kind || named.bytes != bytes {
                return Err(broken(format!("storage {key} is of two kinds")));
            }
            return Ok(known);
        }
        let index = self.all.len();
        self.by_key.insert(String::from(key), index);
        let (key, location) = (String::from(key), String::from(location));
        self.all.push(Named { key, kind, bytes, location });
        Ok(index)
    }
}

/// A part of a storage, when it lies in it.
///
/// # Errors
/// `RT_ERROR_TORCH_FILE`; `RT_ERROR_TORCH_TOO_LARGE` for one that shows the same elements so often that its
/// copy would not fit into memory.
pub(super) fn checked_part(
    storages: &Storages,
    index: usize,
    kind: Option<Kind>,
    offset: i64,
    sizes: Vec<i64>,
    strides: Vec<i64>,
) -> Result<Part> {
    let named = &storages.all[index];
    let kind = kind.or(named.kind).ok_or_else(|| broken("a tensor has no dtype"))?;
    let elements = named.bytes / kind.elt_size_in_bytes() as u64;
    let outside = || {
        broken(format!(
            "a tensor of sizes {sizes:?}, strides {strides:?} and offset {offset} does not lie in its \
             storage of {elements} elements"
        ))
    };
    // Bytes of which somebody else makes something else cannot be made bools.
    if named.kind.is_none() && kind == Kind::Bool {
        return Err(broken("a tensor of bools is a part of bytes"));
    }
    if named.kind.is_some_and(|own| own != kind) || sizes.len() != strides.len() {
        return Err(outside());
    }
    if sizes.len() > MOST_DIMENSIONS {
        return Err(broken(format!("a tensor has {} dimensions", sizes.len())));
    }
    // The last element that is reached, and one more.
    let mut end = u64::try_from(offset).map_err(|_| outside())?;
    for (size, stride) in sizes.iter().zip(&strides) {
        let (Ok(size), Ok(stride)) = (u64::try_from(*size), u64::try_from(*stride)) else {
            return Err(outside());
        };
        let reach = size.saturating_sub(1).checked_mul(stride);
        end = reach.and_then(|reach| end.checked_add(reach)).ok_or_else(outside)?;
    }
    let reached = if sizes.contains(&0) { u64::try_from(offset).unwrap_or(0) } else { end + 1 };
    if reached > elements {
        return Err(outside());
    }
    memory::check("a tensor of the file", &sizes, kind, Device::Cpu)?;
    Ok(Part {
        storage: index,
        kind,
        offset,
        sizes,
        strides,
        requires_grad: false,
        conjugated: false,
        negated: false,
    })
}

/// Reads the storages and makes the value that a pickle stands for.
///
/// # Errors
/// `RT_ERROR_TORCH_FILE`, `RT_ERROR_TORCH_DEVICE`, the system's, and `RT_ERROR_TORCH` when memory is short.
pub(super) fn assemble<S: Source>(
    archive: &Archive<'_, S>,
    source: &S,
    pickled: &Pickled,
    options: LoadOptions,
) -> Result<Value> {
    let storages = read(archive, source, &pickled.storages, options)?;
    let mut made = Assembly { pickled, storages: &storages, tensors: HashMap::new(), left: MOST };
    made.value(pickled.root, DEEPEST)
}

/// All storages, as tensors of one dimension.
fn read<S: Source>(
    archive: &Archive<'_, S>,
    source: &S,
    storages: &Storages,
    options: LoadOptions,
) -> Result<Vec<Tensor>> {
    let mut found: Vec<(Record, Device)> = Vec::with_capacity(storages.all.len());
    let mut total = 0_u64;
    for named in &storages.all {
        let device = device_of(&named.location, options)?;
        let record = archive.record(&format!("data/{}", named.key))?;
        if record.size != named.bytes {
            return Err(broken(format!(
                "storage {} has {} bytes instead of {}",
                named.key, record.size, named.bytes
            )));
        }
        total = total.saturating_add(record.size);
        found.push((record, device));
    }
    // Records that lie on one another could stand for any amount of memory.
    if total > source.length() {
        return Err(broken("the storages are larger than the file"));
    }
    let mut tensors = storages.all.iter().map(allocated).collect::<Result<Vec<_>>>()?;
    let wanted =
        tensors.iter_mut().zip(&storages.all).zip(&found).map(|((tensor, named), (record, _))| {
            Wanted {
                name: format!("storage {}", named.key),
                start: record.start,
                checksum: record.checksum,
                memory: storage::bytes_mut(tensor),
            }
        });
    read_all(source, wanted.collect())?;
    tensors.iter_mut().for_each(storage::only_bools);
    let placed = tensors.into_iter().zip(found).map(|(tensor, (_, device))| match device {
        Device::Cpu => Ok(tensor),
        device => tensor.f_to_device(device).or_torch(),
    });
    placed.collect()
}

fn allocated(named: &Named) -> Result<Tensor> {
    let kind = named.kind.unwrap_or(Kind::Uint8);
    let bytes = usize::try_from(named.bytes).unwrap_or(usize::MAX);
    storage::empty(bytes / kind.elt_size_in_bytes(), kind)
}

/// The device that a storage goes to: what the options say, or where it was.
fn device_of(location: &str, options: LoadOptions) -> Result<Device> {
    match options.device {
        Some(device) => Ok(device),
        None => kinds::device_named("the location", location).map_err(|error| {
            let text =
                format!("{}; the option \"map_location\" says where to load to", error.reason());
            Error::new(RT_ERROR_TORCH_DEVICE, text)
        }),
    }
}

struct Assembly<'p> {
    pickled: &'p Pickled,
    storages: &'p [Tensor],
    /// Those that have been made, so that what was one tensor is one again.
    tensors: HashMap<u32, Tensor>,
    left: usize,
}

impl Assembly<'_> {
    fn value(&mut self, object: Object, depth: usize) -> Result<Value> {
        self.left = self
            .left
            .checked_sub(1)
            .ok_or_else(|| broken(format!("the file stands for more than {MOST} values")))?;
        if depth == 0 {
            return Err(broken(format!("the file is nested deeper than {DEEPEST} levels")));
        }
        let pickled = self.pickled;
        let node = match object {
            Object::None => return Ok(Value::None),
            Object::Bool(value) => return Ok(Value::Bool(value)),
            Object::Int(value) => return Ok(Value::Int(value)),
            Object::Float(value) => return Ok(Value::Float(value)),
            Object::Node(_) => pickled.nodes.get(object),
        };
        let mut all = |items: &[Object]| {
            items.iter().map(|item| self.value(*item, depth - 1)).collect::<Result<Vec<_>>>()
        };
        Ok(match node {
            Some(Node::Text(text)) => Value::Text(text.clone()),
            Some(Node::List(items)) => Value::List(all(items)?),
            Some(Node::Tuple(items)) => Value::Tuple(all(items)?),
            Some(Node::Dict(dict)) => {
                let mut pairs = Vec::with_capacity(dict.pairs.len());
                for (key, item) in &dict.pairs {
                    pairs.push((self.value(*key, depth - 1)?, self.value(*item, depth - 1)?));
                }
                keys::check(&pairs).map_err(broken)?;
                Value::Dict(pairs)
            }
            Some(Node::Tensor(part)) => Value::Tensor(self.tensor(object, part)?),
            Some(Node::Global(Global::Dtype(kind))) => {
                Value::Int(kinds::dtype_number(*kind).unwrap_or(-1))
            }
            Some(Node::Global(_) | Node::Storage(_)) | None => {
                let kind = pickled.nodes.kind(object);
                return Err(broken(format!("{kind} stands where a value should be")));
            }
        })
    }

    fn tensor(&mut self, object: Object, part: &Part) -> Result<Tensor> {
        let index = match object {
            Object::Node(index) => index,
            _ => u32::MAX,
        };
        if let Some(tensor) = self.tensors.get(&index) {
            return Ok(tensor.shallow_clone());
        }
        let elements = &self.storages[part.storage];
        let viewed;
        let elements = if elements.kind() == part.kind {
            elements
        } else {
            viewed = elements.f_view_dtype(part.kind).or_torch()?;
            &viewed
        };
        let mut tensor =
            torch_shim::storage::part(elements, part.offset, &part.sizes, &part.strides)
                .or_torch()?;
        if part.conjugated {
            tensor = tensor.f_conj().or_torch()?;
        }
        if part.negated {
            tensor = tensor.f_internal_neg_view().or_torch()?;
        }
        if part.requires_grad {
            tensor = tensor.f_set_requires_grad(true).or_torch()?;
        }
        self.tensors.insert(index, tensor.shallow_clone());
        Ok(tensor)
    }
}

/// The class of storages that PyTorch has for a dtype.
pub(super) fn storage_class(kind: Kind) -> Option<&'static str> {
    DTYPES.iter().find(|(_, _, known)| *known == kind).map(|(_, class, _)| *class)
}
