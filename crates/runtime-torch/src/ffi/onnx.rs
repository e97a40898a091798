//! ONNX models: checking them, and running them on ONNX Runtime.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use super::tensor::done;
#[cfg(feature = "pytorch")]
use crate::arguments::path;
#[cfg(feature = "pytorch")]
use crate::arguments::{elements, text};
#[cfg(feature = "pytorch")]
use crate::kinds;
#[cfg(feature = "pytorch")]
use crate::objects::tensor;
#[cfg(feature = "pytorch")]
use crate::onnx::{self, Element, Length, Port, PortType, SESSIONS, Session, SessionOptions, held};
#[cfg(feature = "pytorch")]
use crate::values::encode;
#[cfg(feature = "pytorch")]
use runtime_core::Result;
#[cfg(feature = "pytorch")]
use runtime_value::{Array, Dict, Tuple, View};
#[cfg(feature = "pytorch")]
use torch_shim::Value;

/// Loads an ONNX model and makes it ready to be run, on ONNX Runtime's defaults. Weights that are in other
/// files are taken from the model's folder.
///
/// ONNX Runtime is a library of its own. It is opened by the first call that needs it: the one that the
/// environment variable ORT_DYLIB_PATH names, else the one in the cache of the user that
/// `cargo xtask onnxruntime` puts there, else the one that the system's loader knows.
///
/// Returns the session, which the caller frees with rt_torch_onnx_free. NIL with
/// RT_ERROR_TORCH_ONNX_LIBRARY when there is no ONNX Runtime; RT_ERROR_SYSTEM when the file cannot be read,
/// and RT_ERROR_INVALID_ARGUMENT when the path names no file; RT_ERROR_TORCH_ONNX_MODEL with what is wrong
/// and where when it is no model, or breaks a rule of rt_torch_onnx_check; RT_ERROR_TORCH_ONNX for what ONNX
/// Runtime refuses. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_onnx_load(path_ptr: *const u8, path_len: u64) -> RuntimeValue {
    torch!("rt_torch_onnx_load", RuntimeValue::NIL, {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { path(path_ptr, path_len)? };
        SESSIONS.give(Session::load(path, &SessionOptions::default())?)
    })
}

/// Loads an ONNX model as rt_torch_onnx_load does, with options: a dict, or NIL for none. Their names are
/// those of Python's onnxruntime.SessionOptions: "intra_op_num_threads" (threads that share an operator's
/// work; 0, the default, is one for each core), "inter_op_num_threads", "execution_mode" ("ORT_SEQUENTIAL",
/// "ORT_PARALLEL"), "graph_optimization_level" ("ORT_DISABLE_ALL", "ORT_ENABLE_BASIC",
/// "ORT_ENABLE_EXTENDED", "ORT_ENABLE_ALL", the default), "enable_cpu_mem_arena" (true: memory is kept for
/// the next run), "enable_mem_pattern" (true), "use_deterministic_compute" (false), "log_severity_level" (0
/// to 4, the default: what is logged goes to the standard error), "free_dimension_overrides" (a dict from
/// names of axes to lengths), and "config_entries" (a dict from ONNX Runtime's own names of settings to
/// texts, as add_session_config_entry takes them).
///
/// NIL with the errors of rt_torch_onnx_load, RT_ERROR_TORCH_OPTION for an option that is not there or has a
/// value that it does not take, and RT_ERROR_WRONG_TYPE for options that are no dict. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_onnx_load_with(
    path_ptr: *const u8,
    path_len: u64,
    options: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_onnx_load_with", RuntimeValue::NIL, {
        // SAFETY: the caller's promise is this function's own.
        let path = unsafe { path(path_ptr, path_len)? };
        SESSIONS.give(Session::load(path, &SessionOptions::of(options)?)?)
    })
}

/// Runs a model. The inputs are an array or tuple of tensors in the model's order, its only input, or a dict
/// from names to tensors, which may name inputs that have a value in the model, too. Tensors are taken as
/// they are when they are contiguous and on the CPU, and copied otherwise; they must not change meanwhile.
/// Gradients do not go through a model.
///
/// Returns the only result, or a tuple of all in the model's order: tensors, an array of them for a
/// sequence, NIL for an optional one that is not there. All are new, and the caller's. NIL with
/// RT_ERROR_TORCH_ONNX_INPUT for too many or too few inputs, a name that the model does not have, a missing
/// one, or one of another dtype; RT_ERROR_TORCH_ONNX with ONNX Runtime's reason for a shape that the model
/// does not take and whatever else fails; RT_ERROR_TORCH_ONNX_OUTPUT for a result that is no tensor, or of a
/// dtype that tensors here do not have (texts, unsigned ints of more than 8 bits); a handle's error for what
/// is no session or no tensor.
///
/// Threads may run one session together, and do run beside each other. One that is freed meanwhile ends with
/// its last run.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_onnx_run(session: RuntimeValue, inputs: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_onnx_run", RuntimeValue::NIL, run(session, inputs, None))
}

/// Runs a model as rt_torch_onnx_run does, and gives the results that `outputs` names: a string, an array or
/// tuple of strings, or NIL for all. What only other results need is not computed. A single string gives the
/// result, everything else a tuple unless it is one result of all. NIL with the errors of rt_torch_onnx_run,
/// RT_ERROR_TORCH_ONNX_OUTPUT for a name of no result, and RT_ERROR_WRONG_TYPE for what is no name.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_onnx_run_with(
    session: RuntimeValue,
    inputs: RuntimeValue,
    outputs: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_onnx_run_with", RuntimeValue::NIL, {
        if outputs == RuntimeValue::NIL {
            return run(session, inputs, None);
        }
        if runtime_value::Str::find(outputs).is_some() {
            let names = Wanted { names: vec![text("outputs", outputs)?], is_one: true };
            return run(session, inputs, Some(&names));
        }
        let names = elements("outputs", outputs)?.into_iter().enumerate();
        let names = names.map(|(index, name)| text(&format!("outputs[{index}]"), name));
        let names = Wanted { names: names.collect::<Result<_>>()?, is_one: false };
        run(session, inputs, Some(&names))
    })
}

/// The inputs that a model must be given: a new array of a new dict for each, in order, with "name", "dtype"
/// (a number of RT_TORCH_FLOAT32's kin; a text in ONNX's words for what no tensor here can be) and "shape":
/// an array with an int for a length that is fixed, a text for one that has a name, and NIL for one that may
/// be any; or NIL when the number of axes is not said either. NIL with a handle's error for what is no
/// session. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_onnx_inputs(session: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_onnx_inputs", RuntimeValue::NIL, {
        ports(&held("session", session)?.interface().inputs)
    })
}

/// The inputs of a model that have a value in it, and that rt_torch_onnx_run takes by name when another is
/// wanted; as rt_torch_onnx_inputs.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_onnx_optional_inputs(session: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_onnx_optional_inputs", RuntimeValue::NIL, {
        ports(&held("session", session)?.interface().optional)
    })
}

/// The results of a model, as rt_torch_onnx_inputs.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_onnx_outputs(session: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_onnx_outputs", RuntimeValue::NIL, {
        ports(&held("session", session)?.interface().outputs)
    })
}

/// What a model says about itself: a new dict with "producer_name", "producer_version", "domain",
/// "graph_name", "description" (texts), "version", "ir_version" (ints), "opsets" (a dict from domains to
/// versions; the standard domain is "") and "properties" (a dict of texts). NIL with a handle's error for
/// what is no session. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_onnx_metadata(session: RuntimeValue) -> RuntimeValue {
    torch!("rt_torch_onnx_metadata", RuntimeValue::NIL, {
        let session = held("session", session)?;
        let about = session.interface();
        let named = |name: &str, value| (Value::Text(String::from(name)), value);
        let text = |text: &String| Value::Text(text.clone());
        let opsets =
            about.opsets.iter().map(|(domain, version)| named(domain, Value::Int(*version)));
        let properties = about.properties.iter().map(|(key, value)| named(key, text(value)));
        encode(Value::Dict(vec![
            named("producer_name", text(&about.producer.0)),
            named("producer_version", text(&about.producer.1)),
            named("domain", text(&about.domain)),
            named("graph_name", text(&about.graph_name)),
            named("description", text(&about.description)),
            named("version", Value::Int(about.model_version)),
            named("ir_version", Value::Int(about.ir_version)),
            named("opsets", Value::Dict(opsets.collect())),
            named("properties", Value::Dict(properties.collect())),
        ]))
    })
}

/// Checks whether a file is an ONNX model that keeps ONNX's rules. Returns 1 when it does; else 0, and the
/// last error says what is wrong and where, with RT_ERROR_TORCH_ONNX_MODEL; RT_ERROR_SYSTEM when the file
/// cannot be read, RT_ERROR_INVALID_ARGUMENT when the path names none.
///
/// Always checked: that the file decodes; versions and imported operator sets; names; that every value has
/// one definition, and nodes come after what they need; operators of the standard domains against the
/// version that is imported: known, with as many inputs and outputs as they take, attributes of the right
/// types and none missing; that tensors have as much data as dims and dtype say; data in other files, which
/// must be there, long enough, and in the model's folder; functions that call themselves or grow without
/// end. When ONNX Runtime is found (see rt_torch_onnx_load) it is asked as well: about the types and shapes
/// that operators take, and operators of other domains. Nothing is run. Thread-safe.
///
/// # Safety
/// `path_ptr` points at `path_len` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rt_torch_onnx_check(path_ptr: *const u8, path_len: u64) -> i64 {
    torch!("rt_torch_onnx_check", 0, {
        // SAFETY: the caller's promise is this function's own.
        done(onnx::check(unsafe { path(path_ptr, path_len)? }))
    })
}

/// Ends a session's handle. Results that it gave are not affected, and runs that are under way go on.
/// Returns 1; 0 with a handle's error for what is no session. Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_onnx_free(session: RuntimeValue) -> i64 {
    torch!("rt_torch_onnx_free", 0, done(SESSIONS.free("session", session)))
}

/// The results that are asked for.
#[cfg(feature = "pytorch")]
struct Wanted {
    names: Vec<String>,
    /// Whether one was named by itself, and not in a list.
    is_one: bool,
}

#[cfg(feature = "pytorch")]
fn run(
    session: RuntimeValue,
    inputs: RuntimeValue,
    wanted: Option<&Wanted>,
) -> Result<RuntimeValue> {
    let session = held("session", session)?;
    let names = wanted.map(|wanted| wanted.names.as_slice());
    let mut results = if let Some(dict) = Dict::find(inputs) {
        let pair = |(name, value)| {
            let name = text("a name in inputs", name)?;
            let tensor = tensor(&format!("inputs[{name:?}]"), value)?.shallow_clone();
            Ok((name, tensor))
        };
        let inputs = dict.iter().map(pair).collect::<Result<Vec<_>>>()?;
        session.run_named(&inputs, names)?
    } else {
        let is_list = Array::find(inputs).is_some() || Tuple::find(inputs).is_some();
        let inputs = match is_list {
            true => crate::arguments::tensors("inputs", inputs)?,
            false => vec![tensor("inputs", inputs)?.shallow_clone()],
        };
        session.run(&inputs, names)?
    };
    let is_one = wanted.is_none_or(|wanted| wanted.is_one);
    encode(match (results.len(), is_one) {
        (1, true) => results.remove(0),
        _ => Value::Tuple(results),
    })
}

/// Inputs or results, as an array of dicts.
#[cfg(feature = "pytorch")]
fn ports(ports: &[Port]) -> Result<RuntimeValue> {
    let text = |text: &str| Value::Text(String::from(text));
    let dtype = |element: Element| {
        let number = element.kind().and_then(kinds::dtype_number);
        number.map_or_else(|| Value::Text(element.to_string()), Value::Int)
    };
    let length = |length: &Length| match length {
        Length::Fixed(length) => Value::Int(*length),
        Length::Named(name) => text(name),
        Length::Any => Value::None,
    };
    let port = |port: &Port| {
        let (dtype, shape) = match &port.kind {
            PortType::Tensor(element, shape) => (dtype(*element), shape.as_deref()),
            PortType::Other(words) => (text(words), None),
        };
        let shape = shape.map(|shape| Value::List(shape.iter().map(length).collect()));
        Value::Dict(vec![
            (text("name"), text(&port.name)),
            (text("dtype"), dtype),
            (text("shape"), shape.unwrap_or(Value::None)),
        ])
    };
    encode(Value::List(ports.iter().map(port).collect()))
}
