//! Recurrent layers.

use runtime_value::RuntimeValue;

#[cfg(feature = "pytorch")]
use {
    super::module::give,
    crate::nn::handles::{give_module, layer_of, module_of},
    crate::nn::{Cell, Layer, Recurrent},
    crate::objects::{optional_tensor, tensor},
    runtime_core::{Error, Result, error::codes},
};

/// Makes a recurrent layer with tanh, of one layer, that takes [batch, sequence, input_size]. Its weights
/// and biases are 32-bit floats on the CPU, evenly within 1 / sqrt(hidden_size) as in PyTorch.
/// rt_torch_module_new("RNN", options) has the other options, and PyTorch's layout [sequence, batch, …] by
/// default.
///
/// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error for sizes that are
/// not above 0 (RT_ERROR_INVALID_ARGUMENT) or absurd (RT_ERROR_TORCH_TOO_LARGE). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_rnn_new(input_size: i64, hidden_size: i64) -> RuntimeValue {
    torch!("rt_torch_rnn_new", RuntimeValue::NIL, {
        give_module(Recurrent::module(Cell::RnnTanh, input_size, hidden_size, 1, false, true)?)
    })
}

/// Runs a recurrent layer over a sequence, from the state `hidden` [layers * directions, batch,
/// hidden_size], or from zeros when it is NIL.
///
/// Returns a tuple of the output at each step and the last state: two tensors, which the caller frees. NIL
/// and an error when `layer` is of another class (RT_ERROR_WRONG_KIND), or shapes or dtypes do not fit
/// (RT_ERROR_INVALID_ARGUMENT, RT_ERROR_TORCH). Threads may run one module at once.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_rnn_forward(
    layer: RuntimeValue,
    input: RuntimeValue,
    hidden: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_rnn_forward", RuntimeValue::NIL, {
        run("RNN", layer, input, &[("hidden", hidden)])
    })
}

/// Makes an LSTM of `num_layers` layers, in both directions when `bidirectional` is not 0, that takes
/// [sequence, batch, input_size] as in PyTorch. Its weights and biases are 32-bit floats on the CPU, evenly
/// within 1 / sqrt(hidden_size). rt_torch_module_new("LSTM", options) has the other options.
///
/// Returns a module, which the caller frees with rt_torch_module_free; NIL and an error for sizes that are
/// not above 0 (RT_ERROR_INVALID_ARGUMENT) or absurd (RT_ERROR_TORCH_TOO_LARGE). Thread-safe.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_lstm_new(
    input_size: i64,
    hidden_size: i64,
    num_layers: i64,
    bidirectional: i64,
) -> RuntimeValue {
    torch!("rt_torch_lstm_new", RuntimeValue::NIL, {
        let both = bidirectional != 0;
        let layers = num_layers;
        give_module(Recurrent::module(Cell::Lstm, input_size, hidden_size, layers, both, false)?)
    })
}

/// Runs an LSTM over a sequence, from the states `h0` and `c0` [layers * directions, batch, hidden_size], or
/// from zeros when both are NIL.
///
/// Returns a tuple of the output at each step, the last hidden state and the last cell state: three tensors,
/// which the caller frees. NIL and an error as rt_torch_rnn_forward, and when one state only is NIL. Threads
/// may run one module at once.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_lstm_forward(
    module: RuntimeValue,
    input: RuntimeValue,
    h0: RuntimeValue,
    c0: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_lstm_forward", RuntimeValue::NIL, {
        run("LSTM", module, input, &[("h0", h0), ("c0", c0)])
    })
}

/// Makes a GRU, as rt_torch_lstm_new makes an LSTM.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_gru_new(
    input_size: i64,
    hidden_size: i64,
    num_layers: i64,
    bidirectional: i64,
) -> RuntimeValue {
    torch!("rt_torch_gru_new", RuntimeValue::NIL, {
        let both = bidirectional != 0;
        let layers = num_layers;
        give_module(Recurrent::module(Cell::Gru, input_size, hidden_size, layers, both, false)?)
    })
}

/// Runs a GRU over a sequence, from the state `h0` [layers * directions, batch, hidden_size], or from zeros
/// when it is NIL.
///
/// Returns a tuple of the output at each step and the last state: two tensors, which the caller frees. NIL
/// and an error as rt_torch_rnn_forward. Threads may run one module at once.
#[unsafe(no_mangle)]
pub extern "C" fn rt_torch_gru_forward(
    module: RuntimeValue,
    input: RuntimeValue,
    h0: RuntimeValue,
) -> RuntimeValue {
    torch!("rt_torch_gru_forward", RuntimeValue::NIL, { run("GRU", module, input, &[("h0", h0)]) })
}

/// Runs a recurrent layer that has to be of this class.
#[cfg(feature = "pytorch")]
fn run(
    class: &str,
    module: RuntimeValue,
    input: RuntimeValue,
    states: &[(&str, RuntimeValue)],
) -> Result<RuntimeValue> {
    let module = module_of("module", module)?;
    let layer = layer_of::<Recurrent>("module", &module, class)?;
    if layer.class() != class {
        let text = format!("module is the module {}, not {class}", layer.class());
        return Err(Error::new(codes::RT_ERROR_WRONG_KIND, text));
    }
    let input = tensor("input", input)?;
    let states = states.iter().map(|(name, state)| optional_tensor(name, *state));
    let states = states.collect::<Result<Vec<_>>>()?;
    let states = states.iter().map(|state| state.as_deref());
    let inputs: Vec<_> = std::iter::once(Some(&*input)).chain(states).collect();
    give(layer.forward_all(&module, &inputs)?)
}
