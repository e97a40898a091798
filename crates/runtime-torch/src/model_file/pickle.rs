//! Writing pickles as Python's `torch.save` writes them: protocol 2, with tensors as parts of storages that
//! are records of their own.

use std::collections::HashMap;

use runtime_core::{Error, Result};
use tch::{Device, Tensor};
use torch_shim::Value;

use super::tensors::storage_class;
use super::{keys, storage, unsavable};
use crate::codes::RT_ERROR_TORCH_DTYPE;
use crate::error::OrTorch;
use crate::values::DEEPEST;

/// A pickle, and the storages that it names by their position.
pub(super) struct Pickle {
    pub(super) bytes: Vec<u8>,
    /// All elements of each, on whichever device they are.
    pub(super) storages: Vec<Tensor>,
}

/// The pickle of a value.
///
/// # Errors
/// `RT_ERROR_TORCH_FILE_VALUE` for what Python has no counterpart of, `RT_ERROR_TORCH_DTYPE`, and
/// `RT_ERROR_TORCH` for tensors that are not dense.
pub(super) fn pickle(value: &Value) -> Result<Pickle> {
    let mut pickler = Pickler {
        out: vec![0x80, 2],
        names: HashMap::new(),
        tensors: HashMap::new(),
        positions: HashMap::new(),
        storages: Vec::new(),
        made: Vec::new(),
        memo: 0,
    };
    pickler.value(value, DEEPEST)?;
    pickler.out.push(b'.');
    Ok(Pickle { bytes: pickler.out, storages: pickler.storages })
}

struct Pickler {
    out: Vec<u8>,
    /// Where the memo has what is written again and again: names and short texts.
    names: HashMap<&'static str, u32>,
    /// Where the memo has a tensor, by its identity.
    tensors: HashMap<usize, u32>,
    /// The positions of storages, by their identities.
    positions: HashMap<usize, usize>,
    storages: Vec<Tensor>,
    /// Tensors that were made on the way: their identities are theirs while they live.
    made: Vec<Tensor>,
    memo: u32,
}

impl Pickler {
    fn value(&mut self, value: &Value, depth: usize) -> Result<()> {
        if depth == 0 {
            return Err(unsavable(format!("the value is nested deeper than {DEEPEST} levels")));
        }
        match value {
            Value::None => self.out.push(b'N'),
            Value::Bool(value) => self.bool(*value),
            Value::Int(value) => self.int(*value),
            Value::Float(value) => {
                self.out.push(b'G');
                self.out.extend(value.to_be_bytes());
            }
            Value::Text(text) => self.text(text)?,
            Value::Tensor(tensor) => self.tensor(tensor)?,
            Value::List(items) => {
                self.out.push(b']');
                if !items.is_empty() {
                    self.out.push(b'(');
                    items.iter().try_for_each(|item| self.value(item, depth - 1))?;
                    self.out.push(b'e');
                }
            }
            Value::Tuple(items) => {
                if items.len() > 3 {
                    self.out.push(b'(');
                }
                items.iter().try_for_each(|item| self.value(item, depth - 1))?;
                self.end_tuple(items.len());
            }
            Value::Dict(pairs) => {
                keys::check(pairs).map_err(unsavable)?;
                self.out.push(b'}');
                if !pairs.is_empty() {
                    self.out.push(b'(');
                    for (key, item) in pairs {
                        self.value(key, depth - 1)?;
                        self.value(item, depth - 1)?;
                    }
                    self.out.push(b'u');
                }
            }
        }
        Ok(())
    }

    fn bool(&mut self, value: bool) {
        self.out.push(if value { 0x88 } else { 0x89 });
    }

    fn int(&mut self, value: i64) {
        if let Ok(byte) = u8::try_from(value) {
            self.out.extend([b'K', byte]);
        } else if let Ok(short) = u16::try_from(value) {
            self.out.push(b'M');
            self.out.extend(short.to_le_bytes());
        } else if let Ok(int) = i32::try_from(value) {
            self.out.push(b'J');
            self.out.extend(int.to_le_bytes());
        } else {
            self.out.extend([0x8a, 8]);
            self.out.extend(value.to_le_bytes());
        }
    }

    fn text(&mut self, text: &str) -> Result<()> {
        let length = u32::try_from(text.len()).map_err(|_| {
            unsavable(format!("a text of {} bytes is longer than a pickle's", text.len()))
        })?;
        self.out.push(b'X');
        self.out.extend(length.to_le_bytes());
        self.out.extend(text.as_bytes());
        Ok(())
    }

    /// The opcode that makes a tuple of what has been written; those of more than three need a mark.
    fn end_tuple(&mut self, count: usize) {
        self.out.push(match count {
            0 => b')',
            1 => 0x85,
            2 => 0x86,
            3 => 0x87,
            _ => b't',
        });
    }

    fn ints(&mut self, ints: &[i64]) {
        if ints.len() > 3 {
            self.out.push(b'(');
        }
        ints.iter().for_each(|int| self.int(*int));
        self.end_tuple(ints.len());
    }

    /// What is written again and again: in full once, by its number in the memo after that.
    fn known(&mut self, what: &'static str, write: impl FnOnce(&mut Vec<u8>)) {
        if let Some(&index) = self.names.get(what) {
            self.recall(index);
            return;
        }
        write(&mut self.out);
        let index = self.remember();
        self.names.insert(what, index);
    }

    fn global(&mut self, module: &str, name: &'static str) {
        self.known(name, |out| {
            out.push(b'c');
            out.extend(module.as_bytes());
            out.push(b'\n');
            out.extend(name.as_bytes());
            out.push(b'\n');
        });
    }

    fn remember(&mut self) -> u32 {
        let index = self.memo;
        self.memo += 1;
        match u8::try_from(index) {
            Ok(byte) => self.out.extend([b'q', byte]),
            Err(_) => {
                self.out.push(b'r');
                self.out.extend(index.to_le_bytes());
            }
        }
        index
    }

    fn recall(&mut self, index: u32) {
        match u8::try_from(index) {
            Ok(byte) => self.out.extend([b'h', byte]),
            Err(_) => {
                self.out.push(b'j');
                self.out.extend(index.to_le_bytes());
            }
        }
    }

    /// `torch._utils._rebuild_tensor_v2(storage, offset, sizes, strides, requires_grad, OrderedDict())`.
    fn tensor(&mut self, tensor: &Tensor) -> Result<()> {
        let tensor = self.plain(tensor)?;
        let class = storage_class(tensor.kind()).ok_or_else(|| {
            let text = format!("a tensor of {:?} has no place in a file", tensor.kind());
            Error::new(RT_ERROR_TORCH_DTYPE, text)
        })?;
        let of = storage::Storage::of(&tensor).or_torch()?;
        if let Some(&index) = self.tensors.get(&of.tensor) {
            self.recall(index);
            return Ok(());
        }
        let location = match tensor.device() {
            Device::Cpu => String::from("cpu"),
            Device::Cuda(index) => format!("cuda:{index}"),
            device => return Err(unsavable(format!("a tensor is on {device:?}"))),
        };
        let elements = i64::try_from(of.elements.numel()).unwrap_or(i64::MAX);
        let position = *self.positions.entry(of.identity).or_insert(self.storages.len());
        if position == self.storages.len() {
            self.storages.push(of.elements);
        } else if self.storages[position].kind() != tensor.kind() {
            return Err(unsavable("tensors of two dtypes share their memory"));
        }
        self.global("torch._utils", "_rebuild_tensor_v2");
        self.out.extend(b"((");
        self.known("storage", |out| out.extend(b"X\x07\0\0\0storage"));
        self.global("torch", class);
        self.text(&position.to_string())?;
        self.text(&location)?;
        self.int(elements);
        self.out.extend(b"tQ");
        self.int(of.offset);
        self.ints(&tensor.size());
        self.ints(&tensor.stride());
        self.bool(tensor.requires_grad());
        self.global("collections", "OrderedDict");
        self.out.extend(b")RtR");
        let index = self.remember();
        self.tensors.insert(of.tensor, index);
        self.made.push(tensor);
        Ok(())
    }

    /// The tensor without marks that its numbers are to be conjugated or negated first.
    fn plain(&self, tensor: &Tensor) -> Result<Tensor> {
        if tensor.f_is_conj().or_torch()? || tensor.f_is_neg().or_torch()? {
            let plain = tensor.f_detach().and_then(|t| t.f_resolve_conj()?.f_resolve_neg());
            return plain
                .and_then(|plain| plain.f_set_requires_grad(tensor.requires_grad()))
                .or_torch();
        }
        Ok(tensor.shallow_clone())
    }
}
