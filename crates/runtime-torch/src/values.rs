//! Values of the language as values of TorchScript and back: numbers, texts, tensors, and arrays, tuples
//! and dicts of them.

use std::cell::Cell;

use runtime_core::error::codes::{RT_ERROR_STALE_HANDLE, RT_ERROR_WRONG_KIND};
use runtime_core::{Error, Result};
use runtime_value::{Array, Dict, RuntimeValue, Str, Tuple, View, view};
use tch::Device;
use torch_shim::Value;
pub use torch_shim::jit::Type;

use crate::arguments::{self, elements};
use crate::objects::{self, give_tensor};
use crate::{codes, jit, kinds, nn};

/// How deep arrays may lie in one another. One that contains itself is deeper than that.
pub(crate) const DEEPEST: usize = 100;
/// How many values one may stand for. An array that holds another twice, which holds a third twice, and so
/// on, is small and stands for more than any memory holds.
pub(crate) const MOST: usize = 1 << 21;

/// How much further a value may go on.
#[derive(Clone, Copy)]
struct Limit<'a> {
    depth: usize,
    left: &'a Cell<usize>,
}

impl Limit<'_> {
    fn deeper(self) -> Self {
        Self { depth: self.depth - 1, ..self }
    }

    fn check(self, name: &str) -> Result<()> {
        if self.depth == 0 {
            return Err(Error::invalid(format!("{name} is nested deeper than {DEEPEST} levels")));
        }
        match self.left.get().checked_sub(1) {
            Some(left) => self.left.set(left),
            None => return Err(Error::invalid(format!("{name} is beyond {MOST} values"))),
        }
        Ok(())
    }
}

/// The value as what is declared. An int is a tensor's handle where a tensor is declared, and where
/// nothing is when it is the handle of a live one.
///
/// # Errors
/// `RT_ERROR_WRONG_TYPE` and its kin for a value that is something else, `RT_ERROR_INVALID_ARGUMENT` for
/// one that is nested too deeply.
pub fn decode(name: &str, value: RuntimeValue, declared: &Type) -> Result<Value> {
    let left = Cell::new(MOST);
    decode_at(name, value, declared, Limit { depth: DEEPEST, left: &left })
}

fn decode_at(name: &str, value: RuntimeValue, declared: &Type, limit: Limit<'_>) -> Result<Value> {
    limit.check(name)?;
    let part = |index: usize, item, declared: &Type| {
        decode_at(&format!("{name}[{index}]"), item, declared, limit.deeper())
    };
    let list = |declared: &Type| {
        let items = elements(name, value)?.into_iter().enumerate();
        items.map(|(index, item)| part(index, item, declared)).collect::<Result<Vec<_>>>()
    };
    Ok(match declared {
        Type::Tensor => Value::Tensor(objects::tensor(name, value)?.shallow_clone()),
        Type::Int => Value::Int(value.to_int().map_err(|_| view::wrong_type(name, value, "int"))?),
        Type::Float => {
            Value::Float(value.to_float().map_err(|_| view::wrong_type(name, value, "float"))?)
        }
        Type::Bool => {
            Value::Bool(bool::try_from(value).map_err(|_| view::wrong_type(name, value, "bool"))?)
        }
        Type::Text => Value::Text(arguments::text(name, value)?),
        Type::Device => Value::Text(device(name, value)?),
        Type::None if value == RuntimeValue::NIL => Value::None,
        Type::None => return Err(view::wrong_type(name, value, "nil")),
        Type::Number => number(value).ok_or_else(|| view::wrong_type(name, value, "number"))?,
        Type::Optional(_) if value == RuntimeValue::NIL => Value::None,
        Type::Optional(declared) => decode_at(name, value, declared, limit)?,
        Type::List(declared) => Value::List(list(declared)?),
        Type::Tuple(declared) => {
            let items = elements(name, value)?;
            if items.len() != declared.len() {
                return Err(Error::invalid(format!(
                    "{name} has {} elements where {} are declared",
                    items.len(),
                    declared.len()
                )));
            }
            let items = items.into_iter().zip(declared).enumerate();
            let items = items.map(|(index, (item, declared))| part(index, item, declared));
            Value::Tuple(items.collect::<Result<_>>()?)
        }
        Type::Dict(key, item) => {
            Value::Dict(pairs(name, Dict::of(name, value)?, key, item, limit)?)
        }
        Type::Other => {
            if let Some(dict) = Dict::find(value) {
                Value::Dict(pairs(name, dict, &Type::Other, &Type::Other, limit)?)
            } else if Tuple::find(value).is_some() {
                Value::Tuple(list(&Type::Other)?)
            } else if Array::find(value).is_some() {
                Value::List(list(&Type::Other)?)
            } else {
                single(name, value)?
            }
        }
    })
}

fn pairs(
    name: &str,
    dict: Dict,
    key_type: &Type,
    item_type: &Type,
    limit: Limit<'_>,
) -> Result<Vec<(Value, Value)>> {
    let pair = |(key, item)| {
        let shown = runtime_value::display::to_bytes(key)?;
        let name = format!("{name}[{}]", String::from_utf8_lossy(&shown));
        let key = decode_at("a key", key, key_type, limit.deeper())?;
        Ok((key, decode_at(&name, item, item_type, limit.deeper())?))
    };
    dict.iter().map(pair).collect()
}

/// A value without parts, of which nothing is declared.
fn single(name: &str, value: RuntimeValue) -> Result<Value> {
    if value == RuntimeValue::NIL {
        return Ok(Value::None);
    }
    if Str::find(value).is_some() {
        return arguments::text(name, value).map(Value::Text);
    }
    match objects::tensor(name, value) {
        Ok(tensor) => return Ok(Value::Tensor(tensor.shallow_clone())),
        // A number that was or is a handle is not meant as a number.
        Err(error) if error.code() == RT_ERROR_STALE_HANDLE => return Err(error),
        Err(error) if error.code() == RT_ERROR_WRONG_KIND && is_module(value) => return Err(error),
        Err(_) => {}
    }
    number(value)
        .ok_or_else(|| view::wrong_type(name, value, "tensor, number, text, array or dict"))
}

fn is_module(value: RuntimeValue) -> bool {
    nn::handles::module_of("value", value).is_ok() || jit::held("value", value).is_ok()
}

fn number(value: RuntimeValue) -> Option<Value> {
    if let Ok(value) = bool::try_from(value) {
        return Some(Value::Bool(value));
    }
    value.to_int().map(Value::Int).or_else(|_| value.to_float().map(Value::Float)).ok()
}

/// A device's number, or PyTorch's name of it.
fn device(name: &str, value: RuntimeValue) -> Result<String> {
    if Str::find(value).is_some() {
        return arguments::text(name, value);
    }
    let number = value.to_int().map_err(|_| view::wrong_type(name, value, "device"))?;
    Ok(match kinds::device(name, number)? {
        Device::Cuda(index) => format!("cuda:{index}"),
        _ => String::from("cpu"),
    })
}

/// The value for the caller: new handles of tensors, new arrays, tuples and dicts.
///
/// # Errors
/// `RT_ERROR_HANDLES_EXHAUSTED` or `RT_ERROR_OUT_OF_MEMORY`, with nothing left behind;
/// `RT_ERROR_TORCH` for a dict whose keys are tensors.
pub fn encode(value: Value) -> Result<RuntimeValue> {
    let mut made = Made::default();
    let result = made.encode(value)?;
    made.keep();
    Ok(result)
}

/// Several values in an array, as [`encode`].
///
/// # Errors
/// As there.
pub fn encode_array(values: impl IntoIterator<Item = Value>) -> Result<RuntimeValue> {
    encode(Value::List(values.into_iter().collect()))
}

/// What [`encode`] has made so far, freed when it fails.
#[derive(Default)]
struct Made {
    tensors: Vec<RuntimeValue>,
    objects: Vec<RuntimeValue>,
}

impl Made {
    fn encode(&mut self, value: Value) -> Result<RuntimeValue> {
        let object = match value {
            Value::None => return Ok(RuntimeValue::NIL),
            Value::Bool(value) => return Ok(RuntimeValue::bool(value)),
            Value::Int(value) => RuntimeValue::int(value)?,
            Value::Float(value) => RuntimeValue::float(value)?,
            Value::Text(text) => RuntimeValue::string(&text)?,
            Value::Tensor(tensor) => {
                let handle = give_tensor(tensor)?;
                self.tensors.push(handle);
                return Ok(handle);
            }
            Value::List(items) => Array::from_slice(&self.all(items)?)?.value(),
            Value::Tuple(items) => Tuple::from_slice(&self.all(items)?)?.value(),
            Value::Dict(pairs) => {
                let dict = Dict::new(pairs.len() as u64)?.value();
                self.objects.push(dict);
                for (key, item) in pairs {
                    if matches!(key, Value::Tensor(_)) {
                        return Err(Error::new(codes::RT_ERROR_TORCH, "a dict's key is a tensor"));
                    }
                    let (key, item) = (self.encode(key)?, self.encode(item)?);
                    Dict::of("dict", dict)?.insert(key, item)?;
                }
                return Ok(dict);
            }
        };
        if object.is_heap() {
            self.objects.push(object);
        }
        Ok(object)
    }

    fn all(&mut self, items: Vec<Value>) -> Result<Vec<RuntimeValue>> {
        items.into_iter().map(|item| self.encode(item)).collect()
    }

    /// Everything was made: it is the caller's.
    fn keep(mut self) {
        self.tensors.clear();
        self.objects.clear();
    }
}

impl Drop for Made {
    fn drop(&mut self) {
        for tensor in self.tensors.drain(..) {
            let _ = objects::free_tensor("tensor", tensor);
        }
        for object in self.objects.drain(..) {
            // SAFETY: it was made here, and nobody has it.
            let _ = unsafe { object.free() };
        }
    }
}

/// Ends what a value consists of: the handles of tensors, the arrays, tuples, dicts, texts and numbers that
/// are objects. What is gone already, or is none of these, stays as it is.
///
/// # Safety
/// Nobody uses the value's objects after this.
pub unsafe fn discard(value: RuntimeValue) {
    // SAFETY: the caller promises what this asks for.
    unsafe { discard_at(value, DEEPEST) };
}

/// # Safety
/// As [`discard`].
unsafe fn discard_at(value: RuntimeValue, depth: usize) {
    if depth == 0 {
        return;
    }
    let parts = match Dict::find(value) {
        Some(dict) => Some(dict.iter().flat_map(|(key, item)| [key, item]).collect()),
        None => elements("value", value).ok(),
    };
    // Ints and floats that do not fit into a word are objects too.
    let is_number = value.is_heap() && value.to_float().is_ok();
    if parts.is_some() || is_number || Str::find(value).is_some() {
        // SAFETY: the caller has given the object up. It is freed before its parts, so that one that
        // contains itself is met as a freed one.
        let _ = unsafe { value.free() };
    } else if value.to_int().is_ok() {
        let _ = objects::free_tensor("value", value);
    }
    for part in parts.into_iter().flatten() {
        // SAFETY: as above.
        unsafe { discard_at(part, depth - 1) };
    }
}
