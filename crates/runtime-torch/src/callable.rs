//! Functions of the program that PyTorch calls: compiled code, closures, modules.

use std::any::Any;
use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use runtime_core::error::{self, codes as core_codes};
use runtime_core::userdata::Userdata;
use runtime_core::{Error, Result};
use runtime_value::{Closure, RuntimeValue, View, view};
use tch::Tensor;
use torch_shim::Value;
use torch_shim::jit::Type;

use crate::nn::Module;
use crate::nn::Output;
use crate::nn::handles::module_of;
use crate::values::{decode, discard, encode_array};
use crate::{code, codes, jit};

/// Code that takes `N` values: at an address, of a closure, or with an address of the program's own.
pub enum Code<const N: usize> {
    /// `RuntimeValue f(RuntimeValue ...)`.
    Plain(*const ()),
    /// The code of a closure takes the closure's word first.
    Closure(u64),
    /// `RuntimeValue f(void *userdata, RuntimeValue ...)`.
    With(*const (), Arc<Userdata>),
}

// SAFETY: code belongs to no thread, and who gave it promised that it may be called on any.
unsafe impl<const N: usize> Send for Code<N> {}
// SAFETY: as above.
unsafe impl<const N: usize> Sync for Code<N> {}

impl<const N: usize> Code<N> {
    /// From a number: the address of a function, or the word of a closure.
    ///
    /// # Errors
    /// `RT_ERROR_NULL_POINTER` or `RT_ERROR_INVALID_ARGUMENT` where no code is.
    ///
    /// # Safety
    /// A function takes `N` values and gives one; the code of a closure takes its word before them.
    /// They may be called on any thread, for as long as this lives, and so does the closure.
    pub unsafe fn of_number(name: &str, number: i64) -> Result<Self> {
        // SAFETY: the caller's thread has the word, and the closure is looked at in this call.
        let word = unsafe { RuntimeValue::from_bits(number.cast_unsigned()) };
        if Closure::find(word).is_some() {
            return Self::of_closure(name, word);
        }
        code::address(name, number).map(Self::Plain)
    }

    fn of_closure(name: &str, closure: RuntimeValue) -> Result<Self> {
        code::address(name, Closure::of(name, closure)?.function().addr() as i64)?;
        Ok(Self::Closure(closure.to_bits()))
    }

    /// Calls the code.
    ///
    /// # Errors
    /// The code's own error when it returns ERROR, or NIL with a last error; `RT_ERROR_PANIC` when it
    /// panics; `RT_ERROR_NOT_A_VALUE` when the closure is gone.
    pub fn call(&self, what: &str, arguments: [RuntimeValue; N]) -> Result<RuntimeValue> {
        // An error from before would be taken for the code's own.
        error::clear_last();
        let run = || self.run(arguments);
        let result =
            catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| Err(panicked(&*panic)))?;
        let failed = error::last_code() != core_codes::RT_ERROR_NONE;
        if result == RuntimeValue::ERROR || result == RuntimeValue::NIL && failed {
            return Err(own_error(what));
        }
        Ok(result)
    }

    fn run(&self, arguments: [RuntimeValue; N]) -> Result<RuntimeValue> {
        let words = arguments.map(RuntimeValue::to_bits);
        let result = match self {
            // SAFETY: who made this promised a function of these arguments.
            Self::Plain(code) => unsafe { call_words(*code, &words) },
            Self::With(code, userdata) => {
                let userdata = userdata.address().expose_provenance() as u64;
                // SAFETY: as above; an address is passed as a word is.
                unsafe { call_words(*code, &prefixed(userdata, &words)) }
            }
            Self::Closure(closure) => {
                // SAFETY: the closure is looked up, and refused when it is gone.
                let word = unsafe { RuntimeValue::from_bits(*closure) };
                let code = Closure::of("closure", word)?.function().cast::<()>();
                // SAFETY: as above.
                unsafe { call_words(code, &prefixed(*closure, &words)) }
            }
        };
        // SAFETY: the bits are a word that the program's code returned to this thread.
        Ok(unsafe { RuntimeValue::from_bits(result) })
    }
}

fn prefixed(first: u64, words: &[u64]) -> Vec<u64> {
    std::iter::once(first).chain(words.iter().copied()).collect()
}

/// # Safety
/// `code` is that of a function that takes so many words and returns one.
unsafe fn call_words(code: *const (), words: &[u64]) -> u64 {
    type Code1 = unsafe extern "C-unwind" fn(u64) -> u64;
    type Code2 = unsafe extern "C-unwind" fn(u64, u64) -> u64;
    type Code3 = unsafe extern "C-unwind" fn(u64, u64, u64) -> u64;
    // SAFETY: the caller promises the number of arguments.
    unsafe {
        match *words {
            [a] => std::mem::transmute::<*const (), Code1>(code)(a),
            [a, b] => std::mem::transmute::<*const (), Code2>(code)(a, b),
            [a, b, c] => std::mem::transmute::<*const (), Code3>(code)(a, b, c),
            _ => RuntimeValue::NIL.to_bits(),
        }
    }
}

/// The error that the program's function left.
#[cold]
fn own_error(what: &str) -> Error {
    match (error::last_code(), error::last_message()) {
        (code, Some(message)) if code != core_codes::RT_ERROR_NONE => {
            Error::new(code, format!("{what} failed: {message}"))
        }
        _ => Error::new(
            codes::RT_ERROR_TORCH_CALLBACK,
            format!("{what} returned the error value, and left no error"),
        ),
    }
}

#[cold]
fn panicked(payload: &(dyn Any + Send)) -> Error {
    let text = payload.downcast_ref::<&'static str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    let text = text.unwrap_or("without a text");
    Error::new(core_codes::RT_ERROR_PANIC, format!("a callback panicked: {text}"))
}

/// A value that was made for a call and ends with it.
pub struct Lent(RuntimeValue);

impl Lent {
    /// Several values in an array.
    ///
    /// # Errors
    /// No handle left, or no memory, for one of them.
    pub fn array(values: impl IntoIterator<Item = Value>) -> Result<Self> {
        encode_array(values).map(Self)
    }

    /// The value, for the length of the call.
    pub fn value(&self) -> RuntimeValue {
        self.0
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        // SAFETY: it was made for a call that is over.
        unsafe { discard(self.0) };
    }
}

/// What the program's code returned, which is freed with it: that passes to us.
pub struct Returned(RuntimeValue);

impl Returned {
    /// Takes over what a call returned.
    pub fn new(value: RuntimeValue) -> Self {
        Self(value)
    }

    /// The value.
    ///
    /// # Errors
    /// Those of [`decode`].
    pub fn value(&self, what: &str) -> Result<Value> {
        decode(&format!("what {what} returned"), self.0, &Type::Other)
    }
}

impl Drop for Returned {
    fn drop(&mut self) {
        // SAFETY: the program's code has given it up by returning it.
        unsafe { discard(self.0) };
    }
}

/// A function of tensors: what a checkpoint runs again, and what is traced.
pub enum Function {
    /// Code that takes an array of tensors.
    Code(Code<1>),
    /// A module's forward.
    Module(Module),
    /// The forward of a TorchScript module.
    Script(jit::Held),
}

impl Function {
    /// From a value: a module, a closure, or an int that is the address of a function
    /// `RuntimeValue f(RuntimeValue inputs)`.
    ///
    /// # Errors
    /// `RT_ERROR_WRONG_TYPE` or `RT_ERROR_NOT_A_VALUE`, and as [`Code::of_number`].
    ///
    /// # Safety
    /// As [`Code::of_number`].
    pub unsafe fn of(name: &str, value: RuntimeValue) -> Result<Self> {
        if Closure::find(value).is_some() {
            return Code::of_closure(name, value).map(Self::Code);
        }
        let wanted = "module, closure or address of a function";
        let number = value.to_int().map_err(|_| view::wrong_type(name, value, wanted))?;
        if let Ok(module) = module_of(name, value) {
            return Ok(Self::Module(module.clone()));
        }
        if let Ok(module) = jit::held(name, value) {
            return Ok(Self::Script(module));
        }
        // SAFETY: the caller promises that an address is that of such a function.
        code::address(name, number).map(|address| Self::Code(Code::Plain(address)))
    }

    /// From a function with an address of the program's own, which is given back with this.
    ///
    /// # Safety
    /// As [`Code::of_number`], for a function that takes the address first.
    pub unsafe fn with(
        function: unsafe extern "C-unwind" fn(*mut c_void, RuntimeValue) -> RuntimeValue,
        userdata: Userdata,
    ) -> Self {
        Self::Code(Code::With(function as *const (), Arc::new(userdata)))
    }

    /// Calls the function.
    ///
    /// # Errors
    /// The function's own.
    pub fn call(&self, inputs: Vec<Value>) -> Result<Value> {
        match self {
            Self::Code(code) => {
                let lent = Lent::array(inputs)?;
                let returned = Returned::new(code.call("the function", [lent.value()])?);
                returned.value("the function")
            }
            Self::Module(module) => {
                let inputs = inputs.iter().map(|input| match input {
                    Value::Tensor(tensor) => Ok(Some(tensor)),
                    Value::None => Ok(None),
                    _ => Err(Error::invalid("a module takes tensors and nothing else")),
                });
                let inputs: Vec<Option<&Tensor>> = inputs.collect::<Result<_>>()?;
                Ok(match module.forward_all(&inputs)? {
                    Output::One(tensor) => Value::Tensor(tensor),
                    Output::Many(tensors) => Value::tensors(tensors),
                })
            }
            Self::Script(module) => {
                module.call("forward", &inputs).map_err(|text| crate::error::from_text(&text))
            }
        }
    }
}
