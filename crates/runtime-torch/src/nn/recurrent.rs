//! Recurrent layers: RNN, LSTM, GRU.

use runtime_core::{Error, Result};
use tch::Tensor;

use super::dropout::check_probability;
use super::factory::Factory;
use super::module::{Layer, Module, Output, State, wrong_inputs};
use super::repr::float;
use crate::error::OrTorch;
use crate::init;
use crate::options::Options;

/// More layers than anybody stacks: each has tensors of its own.
const MOST_LAYERS: i64 = 10_000;

/// `RNN`, `LSTM`, `GRU`.
pub struct Recurrent {
    cell: Cell,
    input_size: i64,
    hidden_size: i64,
    num_layers: i64,
    bias: bool,
    batch_first: bool,
    dropout: f64,
    bidirectional: bool,
    proj_size: i64,
}

/// What happens at each step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell {
    /// `tanh` of a sum.
    RnnTanh,
    /// `relu` of a sum.
    RnnRelu,
    /// Long short-term memory.
    Lstm,
    /// Gated recurrent unit.
    Gru,
}

impl Cell {
    /// How many times the hidden size the weights have rows.
    pub(super) fn gates(self) -> i64 {
        match self {
            Self::RnnTanh | Self::RnnRelu => 1,
            Self::Gru => 3,
            Self::Lstm => 4,
        }
    }
}

impl Recurrent {
    /// A recurrent layer of 32-bit floats on the CPU, with biases and without dropout.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for a size that is not above 0, `RT_ERROR_TORCH_TOO_LARGE`.
    pub fn module(
        cell: Cell,
        input_size: i64,
        hidden_size: i64,
        num_layers: i64,
        bidirectional: bool,
        batch_first: bool,
    ) -> Result<Module> {
        let layer = Self {
            cell,
            input_size,
            hidden_size,
            num_layers,
            bias: true,
            batch_first,
            dropout: 0.0,
            bidirectional,
            proj_size: 0,
        };
        layer.build(Factory::default())
    }

    pub(crate) fn rnn(options: Options) -> Result<Module> {
        let cell = match options.choice("nonlinearity", "tanh", &["tanh", "relu"])? {
            "relu" => Cell::RnnRelu,
            _ => Cell::RnnTanh,
        };
        Self::from_options(cell, options)
    }

    pub(crate) fn lstm(options: Options) -> Result<Module> {
        Self::from_options(Cell::Lstm, options)
    }

    pub(crate) fn gru(options: Options) -> Result<Module> {
        Self::from_options(Cell::Gru, options)
    }

    fn from_options(cell: Cell, options: Options) -> Result<Module> {
        let layer = Self {
            cell,
            input_size: options.required_int("input_size")?,
            hidden_size: options.required_int("hidden_size")?,
            num_layers: options.int("num_layers", 1)?,
            bias: options.bool("bias", true)?,
            batch_first: options.bool("batch_first", false)?,
            dropout: options.float("dropout", 0.0)?,
            bidirectional: options.bool("bidirectional", false)?,
            proj_size: if cell == Cell::Lstm { options.int("proj_size", 0)? } else { 0 },
        };
        let factory = Factory::of(&options)?;
        options.finish()?;
        layer.build(factory)
    }

    fn build(self, factory: Factory) -> Result<Module> {
        let sizes = [
            ("input_size", self.input_size, i64::MAX),
            ("hidden_size", self.hidden_size, i64::from(i32::MAX)),
            ("num_layers", self.num_layers, MOST_LAYERS),
        ];
        for (name, size, most) in sizes {
            if !(1..=most).contains(&size) {
                return Err(Error::invalid(format!("{name} {size} is not from 1 to {most}")));
            }
        }
        check_probability("dropout", self.dropout)?;
        if !(0..self.hidden_size).contains(&self.proj_size) {
            let text = format!("{} is not below hidden_size {}", self.proj_size, self.hidden_size);
            return Err(Error::invalid(format!("proj_size {text}")));
        }
        let bound = 1.0 / (self.hidden_size as f64).sqrt();
        let mut state = State::new();
        for (name, shape) in self.parameters() {
            let parameter = factory.parameter(&name, &shape)?;
            init::uniform(&parameter, -bound, bound)?;
            state = state.parameter(name, parameter);
        }
        Module::of(self, state)
    }

    /// The names and shapes of the parameters, in the order in which LibTorch takes them.
    fn parameters(&self) -> Vec<(String, Vec<i64>)> {
        let rows = self.cell.gates() * self.hidden_size;
        let mut parameters = Vec::new();
        for layer in 0..self.num_layers {
            let input = match layer {
                0 => self.input_size,
                _ => self.output_size() * self.directions(),
            };
            for suffix in ["", "_reverse"].into_iter().take(1 + usize::from(self.bidirectional)) {
                let mut add = |name: &str, shape: &[i64]| {
                    parameters.push((format!("{name}_l{layer}{suffix}"), shape.to_vec()));
                };
                add("weight_ih", &[rows, input]);
                add("weight_hh", &[rows, self.output_size()]);
                if self.bias {
                    add("bias_ih", &[rows]);
                    add("bias_hh", &[rows]);
                }
                if self.proj_size > 0 {
                    add("weight_hr", &[self.proj_size, self.hidden_size]);
                }
            }
        }
        parameters
    }

    /// The size of what one direction gives at each step.
    fn output_size(&self) -> i64 {
        if self.proj_size > 0 { self.proj_size } else { self.hidden_size }
    }

    fn directions(&self) -> i64 {
        1 + i64::from(self.bidirectional)
    }

    /// The state to start from: the one given, which has to be of the right shape, or zeros.
    fn start(
        &self,
        name: &str,
        given: Option<&Tensor>,
        width: i64,
        input: &Tensor,
        batched: bool,
    ) -> Result<Tensor> {
        let batch = input.size().get(usize::from(!self.batch_first)).copied().unwrap_or(1);
        let shape = [self.num_layers * self.directions(), batch, width];
        let Some(given) = given else {
            return Tensor::f_zeros(shape, (input.kind(), input.device())).or_torch();
        };
        let given = match (batched, given.dim()) {
            (true, _) => given.shallow_clone(),
            (false, 2) => given.f_unsqueeze(1).or_torch()?,
            (false, dims) => {
                let text = format!("{name} has {dims} dimensions, and an input of 2 needs 2");
                return Err(Error::invalid(text));
            }
        };
        if given.size() != shape {
            return Err(Error::invalid(format!("{name} is {:?}, not {shape:?}", given.size())));
        }
        if given.kind() != input.kind() {
            let text = format!("{name} is of {:?}, the input of {:?}", given.kind(), input.kind());
            return Err(Error::invalid(text));
        }
        Ok(given)
    }

    fn check(&self, input: &Tensor, weights: &[&Tensor]) -> Result<()> {
        let size = input.size();
        if !(2..=3).contains(&size.len()) {
            let text = format!("{} cannot take {} dimensions", self.class(), size.len());
            return Err(Error::invalid(text));
        }
        if size.last() != Some(&self.input_size) {
            let text =
                format!("input is {size:?}, and its last size has to be {}", self.input_size);
            return Err(Error::invalid(text));
        }
        match weights.first() {
            Some(weight) if weight.kind() != input.kind() => Err(Error::invalid(format!(
                "input is of {:?}, the weights of {:?}",
                input.kind(),
                weight.kind()
            ))),
            _ => Ok(()),
        }
    }
}

impl Layer for Recurrent {
    fn class(&self) -> &'static str {
        match self.cell {
            Cell::RnnTanh | Cell::RnnRelu => "RNN",
            Cell::Lstm => "LSTM",
            Cell::Gru => "GRU",
        }
    }

    fn forward_all(&self, module: &Module, inputs: &[Option<&Tensor>]) -> Result<Output> {
        let is_lstm = self.cell == Cell::Lstm;
        let (input, hidden, memory) = match *inputs {
            [Some(input)] => (input, None, None),
            [Some(input), hidden] if !is_lstm || hidden.is_none() => (input, hidden, None),
            [Some(input), hidden, memory] if is_lstm && hidden.is_some() == memory.is_some() => {
                (input, hidden, memory)
            }
            _ => {
                let wanted = if is_lstm { "1 or 3" } else { "1 or 2" };
                return Err(wrong_inputs(self.class(), wanted, inputs.len()));
            }
        };
        let weights: Vec<&Tensor> =
            module.state().parameters.iter().filter_map(|(_, tensor)| tensor.as_ref()).collect();
        self.check(input, &weights)?;
        let batched = input.dim() == 3;
        let batch_dim = i64::from(!self.batch_first);
        let input = match batched {
            true => input.shallow_clone(),
            false => input.f_unsqueeze(batch_dim).or_torch()?,
        };
        let hidden = self.start("h0", hidden, self.output_size(), &input, batched)?;
        let (bias, layers, dropout) = (self.bias, self.num_layers, self.dropout);
        let (training, both) = (module.is_training(), self.bidirectional);
        let first = self.batch_first;
        let mut results = match self.cell {
            Cell::Lstm => {
                let memory = self.start("c0", memory, self.hidden_size, &input, batched)?;
                let start = [&hidden, &memory];
                let (output, hidden, memory) = input
                    .f_lstm(&start, &weights, bias, layers, dropout, training, both, first)
                    .or_torch()?;
                vec![output, hidden, memory]
            }
            cell => {
                let (output, hidden) = match cell {
                    Cell::Gru => {
                        input.f_gru(&hidden, &weights, bias, layers, dropout, training, both, first)
                    }
                    Cell::RnnRelu => input.f_rnn_relu(
                        &hidden, &weights, bias, layers, dropout, training, both, first,
                    ),
                    _ => input.f_rnn_tanh(
                        &hidden, &weights, bias, layers, dropout, training, both, first,
                    ),
                }
                .or_torch()?;
                vec![output, hidden]
            }
        };
        if !batched {
            for (position, result) in results.iter_mut().enumerate() {
                let dim = if position == 0 { batch_dim } else { 1 };
                *result = result.f_squeeze_dim(dim).or_torch()?;
            }
        }
        Ok(Output::Many(results))
    }

    fn extra_repr(&self, _module: &Module) -> String {
        let mut text = format!("{}, {}", self.input_size, self.hidden_size);
        if self.proj_size != 0 {
            text += &format!(", proj_size={}", self.proj_size);
        }
        if self.num_layers != 1 {
            text += &format!(", num_layers={}", self.num_layers);
        }
        if !self.bias {
            text += ", bias=False";
        }
        if self.batch_first {
            text += ", batch_first=True";
        }
        if self.dropout != 0.0 {
            text += &format!(", dropout={}", float(self.dropout));
        }
        if self.bidirectional {
            text += ", bidirectional=True";
        }
        text
    }
}
