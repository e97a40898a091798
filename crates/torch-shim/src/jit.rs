//! TorchScript: modules that are compiled from source text, traced, saved, loaded and run.

use std::collections::HashMap;
use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use tch::{Device, Kind, Tensor};

use crate::Result;
use crate::callback::{Callback, function};
use crate::ffi::*;
use crate::large_stack::on_large_stack;
use crate::text::{done, pointer, string};
use crate::value::{Raw, Value, addresses, raw_all};

/// The longest source text.
const LONGEST_SOURCE: usize = 1 << 20;

/// What a method's argument is declared as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    /// `Tensor`.
    Tensor,
    /// `int`.
    Int,
    /// `float`.
    Float,
    /// `bool`.
    Bool,
    /// `str`.
    Text,
    /// `Device`, which comes as text.
    Device,
    /// `NoneType`.
    None,
    /// An int, a float or a bool.
    Number,
    /// `Optional[...]`.
    Optional(Box<Type>),
    /// `List[...]`.
    List(Box<Type>),
    /// `Dict[..., ...]`.
    Dict(Box<Type>, Box<Type>),
    /// `Tuple[...]`.
    Tuple(Vec<Type>),
    /// Anything else; `Any`, for one.
    Other,
}

impl Type {
    /// Reads the letters of `shim_jit_signature`.
    fn read(letters: &mut std::str::Chars<'_>) -> Self {
        let kind = letters.next();
        let mut inner = || Box::new(Self::read(letters));
        match kind {
            Some('T') => Self::Tensor,
            Some('i') => Self::Int,
            Some('f') => Self::Float,
            Some('b') => Self::Bool,
            Some('s') => Self::Text,
            Some('d') => Self::Device,
            Some('N') => Self::None,
            Some('n') => Self::Number,
            Some('?') => Self::Optional(inner()),
            Some('[') => Self::List(inner()),
            Some('{') => {
                let key = inner();
                Self::Dict(key, inner())
            }
            Some('(') => {
                let mut parts = Vec::new();
                while !letters.as_str().starts_with(')') && !letters.as_str().is_empty() {
                    parts.push(Self::read(letters));
                }
                letters.next();
                Self::Tuple(parts)
            }
            _ => Self::Other,
        }
    }
}

/// An argument of a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// Its name.
    pub name: String,
    /// What it must be.
    pub declared: Type,
    /// Whether it may be left out.
    pub optional: bool,
}

/// A TorchScript module.
///
/// Methods may run on several threads at once; what changes the module waits for them.
///
/// # Example
/// ```
/// use tch::Tensor;
/// use torch_shim::Value;
/// use torch_shim::jit::Module;
///
/// # fn main() -> Result<(), String> {
/// let module = Module::script("def twice(x, times: int = 2):\n    return x * times\n")?;
/// let result = module.call("twice", &[Value::Tensor(Tensor::from(21))])?;
/// assert!(matches!(result, Value::Tensor(product) if product.int64_value(&[]) == 42));
/// # Ok(())
/// # }
/// ```
pub struct Module {
    module: RwLock<Owned>,
    /// The methods' arguments, as far as somebody asked for them.
    signatures: RwLock<HashMap<String, Arc<[Argument]>>>,
}

/// The C++ module, freed with this.
struct Owned(*mut ShimModule);

// SAFETY: a module belongs to no thread.
unsafe impl Send for Owned {}
// SAFETY: the functions that take a const module may run at the same time: LibTorch's executor locks what
// it caches, and tensors are counted atomically.
unsafe impl Sync for Owned {}

impl Drop for Owned {
    fn drop(&mut self) {
        // SAFETY: the module is ours and not used after this.
        unsafe { shim_jit_free(self.0) };
    }
}

/// A name as C takes it.
fn c_name(name: &str) -> Result<CString> {
    CString::new(name).map_err(|_| format!("{name:?} is no name: it contains a zero"))
}

/// A path as C takes it.
fn c_path(path: &Path) -> Result<CString> {
    CString::new(path.as_os_str().as_bytes()).map_err(|_| String::from("the path contains a zero"))
}

/// The number of a device: -1 for the CPU, n for GPU n.
fn device_number(device: Device) -> Result<i32> {
    match device {
        Device::Cpu => Ok(-1),
        Device::Cuda(index) => i32::try_from(index).map_err(|_| String::from("no such GPU")),
        other => Err(format!("TorchScript modules do not go to {other:?}")),
    }
}

/// The number of a dtype in LibTorch.
fn kind_number(kind: Kind) -> Result<i32> {
    match kind {
        Kind::Half => Ok(5),
        Kind::Float => Ok(6),
        Kind::Double => Ok(7),
        Kind::ComplexHalf => Ok(8),
        Kind::ComplexFloat => Ok(9),
        Kind::ComplexDouble => Ok(10),
        Kind::BFloat16 => Ok(15),
        other => {
            Err(format!("a module's tensors are cast to floats or complex numbers, not {other:?}"))
        }
    }
}

impl Module {
    /// A module without anything, in training mode.
    ///
    /// # Errors
    /// LibTorch's text.
    pub fn new() -> Result<Self> {
        // SAFETY: nothing is passed.
        Self::own(|error| unsafe { shim_jit_new(error) })
    }

    /// A module with the functions of the source text as its methods. One function alone is `forward`, too.
    ///
    /// # Errors
    /// What is wrong with the source, beginning with its line and column.
    pub fn script(source: &str) -> Result<Self> {
        let module = Self::new()?;
        module.define(source)?;
        Ok(module)
    }

    /// Compiles the functions of the source text and adds them as methods. Those with `self` reach the
    /// module's parameters, buffers and methods. A module to which adding fails is as before.
    ///
    /// # Errors
    /// As [`script`](Self::script).
    pub fn define(&self, source: &str) -> Result<()> {
        if source.len() > LONGEST_SOURCE {
            return Err(format!("the source has {} bytes; it may have 1 MiB", source.len()));
        }
        let guard = self.module.write().unwrap_or_else(PoisonError::into_inner);
        on_large_stack(|| {
            let bytes = source.as_ptr().cast();
            // SAFETY: the pointer and the length are those of the text.
            done(|error| unsafe { shim_jit_define(guard.0, bytes, source.len(), error) })
        })?
    }

    /// Adds a parameter. A name with dots goes into submodules, which are made when missing.
    ///
    /// # Errors
    /// That the name is taken, or is none.
    pub fn register_parameter(&self, name: &str, tensor: &Tensor) -> Result<()> {
        self.register(name, tensor, true)
    }

    /// Adds a buffer, as [`register_parameter`](Self::register_parameter) adds a parameter.
    ///
    /// # Errors
    /// As there.
    pub fn register_buffer(&self, name: &str, tensor: &Tensor) -> Result<()> {
        self.register(name, tensor, false)
    }

    fn register(&self, name: &str, tensor: &Tensor, is_parameter: bool) -> Result<()> {
        let name = c_name(name)?;
        self.change(|module, error| {
            // SAFETY: the name ends with a zero, the tensor is live.
            unsafe {
                shim_jit_register(module, name.as_ptr(), tensor.as_ptr(), is_parameter, error)
            }
        })
    }

    /// Runs `run` once and adds what it computes as the method `forward`. The module's parameters and
    /// buffers are recognised in it, so register them first; other tensors become constants, which is
    /// refused for those that need a gradient.
    ///
    /// # Errors
    /// LibTorch's text, or the text of `run`'s own error.
    pub fn trace(&self, run: Callback, inputs: &[Value]) -> Result<()> {
        let inputs = raw_all(inputs)?;
        self.change(|module, error| {
            // SAFETY: the inputs are live values.
            unsafe {
                shim_jit_trace(module, function(run), addresses(&inputs), inputs.len(), error)
            }
        })
    }

    /// Loads an archive that this, or Python's `torch.jit.save`, wrote.
    ///
    /// # Errors
    /// LibTorch's text.
    pub fn load(path: &Path, device: Device) -> Result<Self> {
        let (path, device) = (c_path(path)?, device_number(device)?);
        on_large_stack(|| {
            // SAFETY: the path ends with a zero.
            Self::own(|error| unsafe { shim_jit_load(path.as_ptr(), device, error) })
        })?
    }

    /// Writes an archive that Python's `torch.jit.load` reads, too. What stood at the path is overwritten
    /// in place: write beside it and rename where that matters.
    ///
    /// # Errors
    /// LibTorch's text.
    pub fn save(&self, path: &Path) -> Result<()> {
        let path = c_path(path)?;
        // SAFETY: the path ends with a zero.
        self.look(|module| done(|error| unsafe { shim_jit_save(module, path.as_ptr(), error) }))
    }

    /// A module of its own, with copies of the tensors.
    ///
    /// # Errors
    /// LibTorch's text.
    pub fn try_clone(&self) -> Result<Self> {
        // SAFETY: the module is live.
        self.look(|module| Self::own(|error| unsafe { shim_jit_clone(module, error) }))
    }

    /// A module with the parameters as constants, and every method kept.
    ///
    /// # Errors
    /// That this one is in training mode, or LibTorch's text.
    pub fn freeze(&self) -> Result<Self> {
        // SAFETY: the module is live.
        self.look(|module| Self::own(|error| unsafe { shim_jit_freeze(module, error) }))
    }

    /// As [`freeze`](Self::freeze), and with what makes inference faster on this machine.
    ///
    /// # Errors
    /// As there.
    pub fn optimize_for_inference(&self) -> Result<Self> {
        self.look(|module| {
            // SAFETY: the module is live.
            Self::own(|error| unsafe { shim_jit_optimize_for_inference(module, error) })
        })
    }

    /// Runs a method. Inputs are brought to the declared types as far as they are kin: ints to floats,
    /// lists and tuples to what is declared.
    ///
    /// # Errors
    /// That there is no such method, that the inputs do not fit, or what the method raised.
    pub fn call(&self, method: &str, inputs: &[Value]) -> Result<Value> {
        let (method, inputs) = (c_name(method)?, raw_all(inputs)?);
        let result = self.look(|module| {
            let inputs = (addresses(&inputs), inputs.len());
            // SAFETY: the module and the inputs are live, the name ends with a zero.
            pointer(|error| unsafe {
                shim_jit_call(module, method.as_ptr(), inputs.0, inputs.1, error)
            })
        })?;
        // SAFETY: the value is new and ours.
        unsafe { Raw::new(result) }.to_value()
    }

    /// What a method takes.
    ///
    /// # Errors
    /// That there is no such method.
    pub fn arguments(&self, method: &str) -> Result<Arc<[Argument]>> {
        let known = self.signatures.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(arguments) = known.get(method) {
            return Ok(Arc::clone(arguments));
        }
        drop(known);
        let name = c_name(method)?;
        let lines = self.look(|module| {
            // SAFETY: the module is live, the name ends with a zero.
            string(|error| unsafe { shim_jit_signature(module, name.as_ptr(), error) })
        })?;
        let argument = |line: &str| {
            let mut parts = line.split('\t');
            let mut part = || parts.next().unwrap_or_default();
            Argument {
                name: String::from(part()),
                declared: Type::read(&mut part().chars()),
                optional: !part().is_empty(),
            }
        };
        let arguments: Arc<[Argument]> = lines.lines().map(argument).collect();
        let mut known = self.signatures.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(String::from(method), Arc::clone(&arguments));
        Ok(arguments)
    }

    /// The names of the methods.
    ///
    /// # Errors
    /// LibTorch's text.
    pub fn method_names(&self) -> Result<Vec<String>> {
        // SAFETY: the module is live.
        let lines =
            self.look(|module| string(|error| unsafe { shim_jit_methods(module, error) }))?;
        Ok(lines.lines().map(String::from).collect())
    }

    /// A method's graph, as text.
    ///
    /// # Errors
    /// That there is no such method.
    pub fn graph(&self, method: &str) -> Result<String> {
        let name = c_name(method)?;
        // SAFETY: the module is live, the name ends with a zero.
        self.look(|module| string(|error| unsafe { shim_jit_graph(module, name.as_ptr(), error) }))
    }

    /// A method as source text, as it is saved.
    ///
    /// # Errors
    /// That there is no such method.
    pub fn code(&self, method: &str) -> Result<String> {
        let name = c_name(method)?;
        // SAFETY: the module is live, the name ends with a zero.
        self.look(|module| string(|error| unsafe { shim_jit_code(module, name.as_ptr(), error) }))
    }

    /// Switches to training or evaluation.
    ///
    /// # Errors
    /// LibTorch's text.
    pub fn train(&self, training: bool) -> Result<()> {
        // SAFETY: the module is live.
        self.change(|module, error| unsafe { shim_jit_train(module, training, error) })
    }

    /// Whether the module is in training mode. A frozen one is not.
    pub fn is_training(&self) -> bool {
        // SAFETY: the module is live.
        self.look(|module| unsafe { shim_jit_is_training(module) }) == 1
    }

    /// Moves all tensors, which stay the tensors that they are, and casts those of floats.
    ///
    /// # Errors
    /// LibTorch's text.
    pub fn to(&self, device: Device, kind: Option<Kind>) -> Result<()> {
        let (device, kind) = (device_number(device)?, kind.map_or(Ok(-1), kind_number)?);
        // SAFETY: the module is live.
        self.change(|module, error| unsafe { shim_jit_to(module, device, kind, error) })
    }

    /// The parameters by name.
    ///
    /// # Errors
    /// LibTorch's text.
    pub fn named_parameters(&self) -> Result<Vec<(String, Tensor)>> {
        self.named(SHIM_PARAMETERS)
    }

    /// The buffers by name.
    ///
    /// # Errors
    /// LibTorch's text.
    pub fn named_buffers(&self) -> Result<Vec<(String, Tensor)>> {
        self.named(SHIM_BUFFERS)
    }

    /// Parameters and buffers by name, in the order of Python's `state_dict`.
    ///
    /// # Errors
    /// LibTorch's text.
    pub fn state_dict(&self) -> Result<Vec<(String, Tensor)>> {
        self.named(SHIM_STATE)
    }

    fn named(&self, which: i32) -> Result<Vec<(String, Tensor)>> {
        // SAFETY: the module is live.
        let dict =
            self.look(|module| pointer(|error| unsafe { shim_jit_named(module, which, error) }))?;
        // SAFETY: the value is new and ours.
        let Value::Dict(pairs) = unsafe { Raw::new(dict) }.to_value()? else {
            return Ok(Vec::new());
        };
        let pair = |(name, tensor)| match (name, tensor) {
            (Value::Text(name), Value::Tensor(tensor)) => Some((name, tensor)),
            _ => None,
        };
        Ok(pairs.into_iter().filter_map(pair).collect())
    }

    fn own(make: impl FnOnce(ErrorText) -> *mut ShimModule) -> Result<Self> {
        let module = RwLock::new(Owned(pointer(make)?));
        Ok(Self { module, signatures: RwLock::default() })
    }

    /// While nobody changes the module.
    fn look<R>(&self, look: impl FnOnce(*const ShimModule) -> R) -> R {
        let module = self.module.read().unwrap_or_else(PoisonError::into_inner);
        look(module.0)
    }

    /// What a call that returns something makes of the module, while nobody else uses it.
    pub(crate) fn change_and<R>(&self, change: impl FnOnce(*mut ShimModule) -> R) -> R {
        let module = self.module.write().unwrap_or_else(PoisonError::into_inner);
        change(module.0)
    }

    /// While nobody else uses the module.
    fn change(&self, change: impl FnOnce(*mut ShimModule, ErrorText) -> i32) -> Result<()> {
        let module = self.module.write().unwrap_or_else(PoisonError::into_inner);
        done(|error| change(module.0, error))
    }
}
