//! Deep copies: a value with everything it reaches, made anew.

use runtime_core::{Error, Result};

use crate::hash::{self, WordMap};
use crate::heap;
use crate::nesting;
use crate::room::Room;
use crate::types::ObjectType;
use crate::view::{
    self, Array, Closure, Dict, Enum, Handle, Object, Shared, Str, Tuple, Unique, View,
};
use crate::word::RuntimeValue;

/// A copy of `value` and of everything it reaches. What is shared, or cyclic, in the original is so
/// in the copy. Objects that threads share by nature (locks, atomics) are not copied: the copy
/// refers to the same ones.
///
/// # Errors
/// `RT_ERROR_NOT_A_VALUE` for a dead word, `RT_ERROR_WRONG_TYPE` for something that cannot be copied
/// (a weak reference), `RT_ERROR_OUT_OF_MEMORY`. Nothing is left behind then.
pub fn deep(value: RuntimeValue) -> Result<RuntimeValue> {
    let mut copies = Copies { of: hash::word_map(), unfilled: Vec::new() };
    let result = copies.all(value);
    if result.is_err() {
        for (original, copy) in copies.of {
            if original != copy.to_bits() {
                // SAFETY: the copies were made here and are known to nobody.
                let _ = unsafe { heap::free(copy) };
            }
        }
    }
    result
}

struct Copies {
    of: WordMap<u64, RuntimeValue>,
    /// Pairs of original and copy whose parts are still to be copied.
    unfilled: Vec<(RuntimeValue, RuntimeValue)>,
}

impl Copies {
    fn all(&mut self, value: RuntimeValue) -> Result<RuntimeValue> {
        let root = self.copy(value)?;
        while let Some((original, copy)) = self.unfilled.pop() {
            self.fill(original, copy)?;
        }
        Ok(root)
    }

    /// The copy of one word. Parts are filled in later, so that depth and cycles do not matter.
    fn copy(&mut self, value: RuntimeValue) -> Result<RuntimeValue> {
        if value.is_dead() {
            return Err(view::wrong_type("value", value, "value"));
        }
        let Some(object_type) = value.object_type() else { return Ok(value) };
        if let Some(&copy) = self.of.get(&value.to_bits()) {
            return Ok(copy);
        }
        // The room first: a copy that could not be noted would be left behind.
        self.of.make_room(1)?;
        self.unfilled.make_room(1)?;
        let copy = self.shell(object_type, value)?;
        self.of.insert(value.to_bits(), copy);
        if copy != value {
            self.unfilled.push((value, copy));
        }
        Ok(copy)
    }

    /// A new object of the same shape, with NIL where the original has parts.
    fn shell(&self, object_type: ObjectType, value: RuntimeValue) -> Result<RuntimeValue> {
        const NIL: RuntimeValue = RuntimeValue::NIL;
        match object_type {
            ObjectType::String => Str::new(Str::of("value", value)?.as_bytes()).map(Str::value),
            ObjectType::Float => RuntimeValue::float(value.to_float()?),
            ObjectType::Int => RuntimeValue::int(value.to_int()?),
            ObjectType::UInt => RuntimeValue::uint(value.to_uint()?),
            ObjectType::Array => {
                Array::new(Array::of("value", value)?.len() as u64).map(Array::value)
            }
            ObjectType::Dict => Dict::new(Dict::of("value", value)?.len() as u64).map(Dict::value),
            ObjectType::Tuple => Tuple::new(Tuple::of("value", value)?.len()).map(Tuple::value),
            ObjectType::Object => {
                let object = Object::of("value", value)?;
                Object::new(object.class_id(), object.object().field_count).map(Object::value)
            }
            ObjectType::Closure => {
                let closure = Closure::of("value", value)?;
                Closure::new(closure.function(), closure.object().capture_count).map(Closure::value)
            }
            ObjectType::Enum => {
                let variant = Enum::of("value", value)?;
                Enum::new(variant.enum_id(), variant.discriminant(), NIL).map(Enum::value)
            }
            ObjectType::Unique => Unique::new(NIL).map(Unique::value),
            ObjectType::Shared => Shared::new(NIL).map(Shared::value),
            ObjectType::Handle => Handle::new(NIL).map(Handle::value),
            ObjectType::Weak | ObjectType::Raw | ObjectType::ContractViolation => {
                Err(Error::written(
                    crate::codes::RT_ERROR_WRONG_TYPE,
                    format_args!("value holds a {}, which cannot be copied", object_type.name()),
                ))
            }
            ObjectType::Mutex
            | ObjectType::RwLock
            | ObjectType::Semaphore
            | ObjectType::Barrier
            | ObjectType::Atomic
            | ObjectType::Torch => Ok(value),
        }
    }

    /// Copies the parts of `original` into `copy`, its shell.
    fn fill(&mut self, original: RuntimeValue, copy: RuntimeValue) -> Result<()> {
        if let (Some(from), Some(to)) = (Array::find(original), Array::find(copy)) {
            for element in from {
                to.push(self.copy(element)?)?;
            }
        } else if let (Some(from), Some(to)) = (Dict::find(original), Dict::find(copy)) {
            return self.fill_dict(from, to);
        } else if let (Some(from), Some(to)) = (Tuple::find(original), Tuple::find(copy)) {
            for (position, item) in (0..).zip(from.iter()) {
                to.set(position, self.copy(item)?)?;
            }
        } else if let (Some(from), Some(to)) = (Object::find(original), Object::find(copy)) {
            for (position, field) in (0..).zip(from.iter()) {
                to.set(position, self.copy(field)?)?;
            }
        } else if let (Some(from), Some(to)) = (Closure::find(original), Closure::find(copy)) {
            for (position, capture) in (0..).zip(from.iter()) {
                to.set(position, self.copy(capture)?)?;
            }
        } else if let (Some(from), Some(to)) = (Enum::find(original), Enum::find(copy)) {
            to.set_payload(self.copy(from.payload())?);
        } else if let (Some(from), Some(to)) = (Unique::find(original), Unique::find(copy)) {
            to.set(self.copy(from.get())?);
        } else if let (Some(from), Some(to)) = (Shared::find(original), Shared::find(copy)) {
            to.set(self.copy(from.get())?);
        } else if let (Some(from), Some(to)) = (Handle::find(original), Handle::find(copy)) {
            to.set(self.copy(from.get())?);
        }
        Ok(())
    }

    fn fill_dict(&mut self, from: Dict, to: Dict) -> Result<()> {
        for (key, value) in from {
            // A key must be whole before it is hashed, so it is copied to its end on its own.
            let key = nesting::deeper(|| self.whole(key)).unwrap_or_else(|| {
                Err(Error::new(
                    crate::codes::RT_ERROR_WRONG_TYPE,
                    "value has dicts too deep inside of keys of dicts to be copied",
                ))
            })?;
            to.insert(key, self.copy(value)?)?;
        }
        Ok(())
    }

    /// The whole copy of a dict's key.
    fn whole(&mut self, key: RuntimeValue) -> Result<RuntimeValue> {
        let waiting = std::mem::take(&mut self.unfilled);
        let copied = self.all(key);
        self.unfilled = waiting;
        copied
    }
}
