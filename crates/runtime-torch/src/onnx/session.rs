//! A model on ONNX Runtime, ready to be run.

use std::ffi::{CString, c_char};
use std::path::Path;
use std::ptr::{self, NonNull};

use ort::{AsPointer, ErrorCode, sys};
use runtime_core::handle::{Pin, kinds};
use runtime_core::{Error, Result};
use runtime_value::RuntimeValue;
use tch::Tensor;
use torch_shim::Value;

use super::check::Rigour;
use super::folding;
use super::interface::{Element, Interface, Port, PortType};
use super::library::{self, Runtime};
use super::model::Model;
use super::options::{Optimization, SessionOptions};
use super::values::{Input, OrtValue, decode, done, refused};
use crate::codes::*;
use crate::error::OrTorch;
use crate::table::Table;

/// The sessions that have handles.
pub static SESSIONS: Table<Session> = Table::new(kinds::ONNX_SESSION);

/// The session that the argument `name` stands for. It stays whole while the result lives, whoever frees its
/// handle meanwhile.
///
/// # Errors
/// `RT_ERROR_WRONG_TYPE` or `RT_ERROR_NOT_A_VALUE` when the value is no int, or one of the handle errors.
pub fn held(name: &str, value: RuntimeValue) -> Result<Pin<'static, Session>> {
    SESSIONS.get(name, value)
}

/// A model on ONNX Runtime, on the CPU.
///
/// Threads may run one session together: each run has memory of its own, and ONNX Runtime's functions for
/// running are made for that.
///
/// # Example
/// ```no_run
/// use runtime_torch::onnx::{Session, SessionOptions};
/// use tch::{Device, Kind, Tensor};
///
/// # fn main() -> runtime_core::Result<()> {
/// let options = SessionOptions { intra_op_num_threads: 1, ..SessionOptions::default() };
/// let session = Session::load("digits.onnx".as_ref(), &options)?;
/// let images = Tensor::zeros([8, 1, 28, 28], (Kind::Float, Device::Cpu));
/// let results = session.run(&[images], None)?;
/// # let _ = results;
/// # Ok(())
/// # }
/// ```
pub struct Session {
    session: NonNull<sys::OrtSession>,
    interface: Interface,
    input_names: Vec<CString>,
    optional_names: Vec<CString>,
    output_names: Vec<CString>,
}

// SAFETY: ONNX Runtime lets any thread use and release a session, and its Run be called by several at once:
// on the CPU, which is all that is asked for here, a run's state is its own.
unsafe impl Send for Session {}
// SAFETY: as above.
unsafe impl Sync for Session {}

impl Session {
    /// Loads a model, after checking it as [`check`](super::check()) does, but for what loaders do without.
    /// Weights in other files are taken from the model's folder.
    ///
    /// # Errors
    /// The system's when the file cannot be read, `RT_ERROR_TORCH_ONNX_MODEL` for what is no model,
    /// `RT_ERROR_TORCH_ONNX_LIBRARY` without ONNX Runtime, `RT_ERROR_TORCH_ONNX` for what that refuses.
    pub fn load(path: &Path, options: &SessionOptions) -> Result<Self> {
        let model = Model::read(path, Rigour::Loader)?;
        Self::create(library::runtime()?, &model, options)
    }

    fn create(runtime: &Runtime, model: &Model, options: &SessionOptions) -> Result<Self> {
        let session = create(runtime, model, options).map_err(|error| refused(error.message()))?;
        let interface = Interface::of(&model.proto);
        let names = |ports: &[Port]| {
            let name = |port: &Port| CString::new(port.name.as_str());
            ports.iter().map(name).collect::<std::result::Result<Vec<_>, _>>()
        };
        let names = names(&interface.inputs).and_then(|inputs| {
            Ok((inputs, names(&interface.optional)?, names(&interface.outputs)?))
        });
        let Ok((input_names, optional_names, output_names)) = names else {
            // SAFETY: it was just made, and nobody has it.
            unsafe { (ort::api().ReleaseSession)(session.as_ptr()) };
            let reason = "the name of an input or result contains a zero";
            return Err(Error::new(RT_ERROR_TORCH_ONNX_MODEL, reason));
        };
        Ok(Self { session, interface, input_names, optional_names, output_names })
    }

    /// What goes in, what comes out, and who made it.
    pub fn interface(&self) -> &Interface {
        &self.interface
    }

    /// Runs the model on the inputs in their order; gives the named results, or all of them in theirs.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_ONNX_INPUT` for too many or too few and for one that the model does not take,
    /// `RT_ERROR_TORCH_ONNX` for what ONNX Runtime refuses, `RT_ERROR_TORCH_ONNX_OUTPUT` for results that
    /// are no tensors and no sequences of them, and for a name of no result.
    pub fn run(&self, inputs: &[Tensor], outputs: Option<&[String]>) -> Result<Vec<Value>> {
        let wanted = self.interface.inputs.len();
        if inputs.len() != wanted {
            let reason = format!("{} inputs are given, and the model takes {wanted}", inputs.len());
            return Err(Error::new(RT_ERROR_TORCH_ONNX_INPUT, reason));
        }
        let ports = self.interface.inputs.iter().zip(&self.input_names);
        let given: Vec<_> =
            ports.zip(inputs).map(|((port, name), tensor)| (port, name, tensor)).collect();
        self.run_all(&given, &self.outputs(outputs)?)
    }

    /// Runs the model on named inputs; gives the named results, or all of them.
    ///
    /// # Errors
    /// As [`run`](Self::run); `RT_ERROR_TORCH_ONNX_INPUT` also for a name that is none of the model's, and
    /// for one that comes twice or is missing.
    pub fn run_named(
        &self,
        inputs: &[(String, Tensor)],
        outputs: Option<&[String]>,
    ) -> Result<Vec<Value>> {
        let known = self.interface.inputs.iter().zip(&self.input_names);
        let known: Vec<_> =
            known.chain(self.interface.optional.iter().zip(&self.optional_names)).collect();
        let mut given = Vec::with_capacity(inputs.len());
        for (name, tensor) in inputs {
            let port = known.iter().find(|(port, _)| port.name == *name);
            let (port, name) = port.ok_or_else(|| {
                let names: Vec<_> = known.iter().map(|(port, _)| port.name.as_str()).collect();
                let reason =
                    format!("the model has no input {name:?}; it has {}", names.join(", "));
                Error::new(RT_ERROR_TORCH_ONNX_INPUT, reason)
            })?;
            if given.iter().any(|(known, ..): &(&Port, _, _)| known.name == port.name) {
                let reason = format!("input {:?} comes twice", port.name);
                return Err(Error::new(RT_ERROR_TORCH_ONNX_INPUT, reason));
            }
            given.push((*port, *name, tensor));
        }
        let is_missing = |port: &&Port| !inputs.iter().any(|(name, _)| *name == port.name);
        if let Some(missing) = self.interface.inputs.iter().find(is_missing) {
            let reason = format!("input {:?} is missing", missing.name);
            return Err(Error::new(RT_ERROR_TORCH_ONNX_INPUT, reason));
        }
        self.run_all(&given, &self.outputs(outputs)?)
    }

    /// The positions of the named results, or of all.
    fn outputs(&self, names: Option<&[String]>) -> Result<Vec<usize>> {
        match names {
            None => Ok((0..self.output_names.len()).collect()),
            Some(names) => names.iter().map(|name| self.output(name)).collect(),
        }
    }

    fn output(&self, name: &str) -> Result<usize> {
        let outputs = &self.interface.outputs;
        outputs.iter().position(|port| port.name == name).ok_or_else(|| {
            let names: Vec<_> = outputs.iter().map(|port| port.name.as_str()).collect();
            let reason = format!("the model has no result {name:?}; it has {}", names.join(", "));
            Error::new(RT_ERROR_TORCH_ONNX_OUTPUT, reason)
        })
    }

    fn run_all(
        &self,
        given: &[(&Port, &CString, &Tensor)],
        outputs: &[usize],
    ) -> Result<Vec<Value>> {
        if outputs.is_empty() {
            return Ok(Vec::new());
        }
        let mut inputs = Vec::with_capacity(given.len());
        for (port, _, tensor) in given {
            takes(port, tensor)?;
            inputs.push(Input::of(&port.name, tensor)?);
        }
        let input_names: Vec<*const c_char> =
            given.iter().map(|(_, name, _)| name.as_ptr()).collect();
        let values: Vec<_> = inputs.iter().map(|input| input.value.as_ptr()).collect();
        let output_names: Vec<_> =
            outputs.iter().map(|output| self.output_names[*output].as_ptr()).collect();
        let mut results = vec![ptr::null_mut(); outputs.len()];
        // SAFETY: the session lives; the lists are as long as is said; names and values live until the end
        // of this function; without options the defaults hold. What is written is handed over.
        let status = unsafe {
            (ort::api().Run)(
                self.session.as_ptr(),
                ptr::null(),
                input_names.as_ptr(),
                values.as_ptr(),
                values.len(),
                output_names.as_ptr(),
                output_names.len(),
                results.as_mut_ptr(),
            )
        };
        // SAFETY: as above; they are taken before anything else may fail.
        let results: Vec<_> =
            results.into_iter().map(|value| unsafe { OrtValue::from_raw(value) }).collect();
        done(status)?;
        let names = outputs.iter().map(|output| self.interface.outputs[*output].name.as_str());
        names.zip(&results).map(|(name, value)| decode(name, value.as_ref())).collect()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // SAFETY: it is this object's own, and nobody runs it any more.
        unsafe { (ort::api().ReleaseSession)(self.session.as_ptr()) };
    }
}

/// Whether an input is a tensor of this type. What shapes it may have ONNX Runtime says.
fn takes(port: &Port, tensor: &Tensor) -> Result<()> {
    let wrong = |reason| Error::new(RT_ERROR_TORCH_ONNX_INPUT, reason);
    match &port.kind {
        PortType::Tensor(element, _) => {
            let kind = tensor.f_kind().or_torch()?;
            let given = Element::of(kind);
            if given == Some(*element) {
                return Ok(());
            }
            let given = given.map_or_else(|| format!("{kind:?}"), |given| given.to_string());
            Err(wrong(format!(
                "input {:?} is of {given}, and the model takes {element}",
                port.name
            )))
        }
        PortType::Other(words) => Err(wrong(format!(
            "input {:?} is of type {words}, and only tensors can be given",
            port.name
        ))),
    }
}

/// Makes a session of a checked model.
fn create(
    runtime: &Runtime,
    model: &Model,
    options: &SessionOptions,
) -> std::result::Result<NonNull<sys::OrtSession>, ort::Error> {
    let options = options.build(runtime, !folding::may_trap(&model.proto))?;
    let environment = runtime.environment().ptr();
    let mut session = ptr::null_mut();
    let status = if model.has_external_data {
        // ONNX Runtime looks for other files beside the one whose path it has.
        let path = path_text(&model.path)?;
        // SAFETY: environment, text and options live; what is written is handed over.
        unsafe {
            (ort::api().CreateSession)(environment, path.as_ptr(), options.ptr(), &raw mut session)
        }
    } else {
        // SAFETY: as above; the bytes are read and not kept.
        unsafe {
            (ort::api().CreateSessionFromArray)(
                environment,
                model.bytes.as_ptr().cast(),
                model.bytes.len(),
                options.ptr(),
                &raw mut session,
            )
        }
    };
    // SAFETY: the status comes from ONNX Runtime, and is handed over.
    unsafe { ort::Error::result_from_status(status)? };
    NonNull::new(session).ok_or_else(|| ort::Error::new("ONNX Runtime made no session"))
}

fn path_text(path: &Path) -> std::result::Result<CString, ort::Error> {
    use std::os::unix::ffi::OsStrExt;
    Ok(CString::new(path.as_os_str().as_bytes())?)
}

/// Whether ONNX Runtime takes a model: it loads it, unchanged, and makes nothing of it.
pub(super) fn accepts(runtime: &Runtime, model: &Model) -> Result<()> {
    let options = SessionOptions {
        intra_op_num_threads: 1,
        optimization: Optimization::None,
        config_entries: vec![(String::from("session.disable_prepacking"), String::from("1"))],
        ..SessionOptions::default()
    };
    match create(runtime, model, &options) {
        Ok(session) => {
            // SAFETY: it was just made, and nobody has it.
            unsafe { (ort::api().ReleaseSession)(session.as_ptr()) };
            Ok(())
        }
        // The model is right; it is only that nobody has written an operator for this machine.
        Err(error) if error.code() == ErrorCode::NotImplemented => Ok(()),
        Err(error) => {
            let reason = refused(error.message()).reason().to_string();
            Err(Error::new(RT_ERROR_TORCH_ONNX_MODEL, reason))
        }
    }
}
