//! One step of the recurrent layers.

use runtime_core::{Error, Result};
use tch::Tensor;

use super::factory::Factory;
use super::linear::no_weight;
use super::module::{Layer, Module, Output, State, wrong_inputs};
use super::recurrent::Cell;
use crate::error::OrTorch;
use crate::init;
use crate::options::Options;

/// `RNNCell`, `LSTMCell`, `GRUCell`.
pub struct CellLayer {
    cell: Cell,
    input_size: i64,
    hidden_size: i64,
    bias: bool,
}

impl CellLayer {
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
            bias: options.bool("bias", true)?,
        };
        let factory = Factory::of(&options)?;
        let (input, hidden) = (layer.input_size, layer.hidden_size);
        if !(0..=i64::from(i32::MAX)).contains(&hidden) {
            return Err(options.refuse("hidden_size", format!("{hidden} is out of range")));
        }
        options.finish()?;
        let rows = cell.gates() * hidden;
        let bound = if hidden > 0 { 1.0 / (hidden as f64).sqrt() } else { 0.0 };
        let mut state = State::new();
        for (name, shape, wanted) in [
            ("weight_ih", &[rows, input][..], true),
            ("weight_hh", &[rows, hidden], true),
            ("bias_ih", &[rows], layer.bias),
            ("bias_hh", &[rows], layer.bias),
        ] {
            let parameter = factory.parameter_if(wanted, name, shape)?;
            if let Some(parameter) = &parameter {
                init::uniform(parameter, -bound, bound)?;
            }
            state = state.parameter(name, parameter);
        }
        Module::of(layer, state)
    }

    /// The state to start from, as a batch.
    fn start(&self, given: Option<&Tensor>, input: &Tensor, batched: bool) -> Result<Tensor> {
        let Some(given) = given else {
            let batch = input.size().first().copied().unwrap_or(1);
            let options = (input.kind(), input.device());
            return Tensor::f_zeros([batch, self.hidden_size], options).or_torch();
        };
        if !(1..=2).contains(&given.dim()) {
            let text = format!("the hidden state has {} dimensions, not 1 or 2", given.dim());
            return Err(Error::invalid(text));
        }
        if batched { Ok(given.shallow_clone()) } else { given.f_unsqueeze(0).or_torch() }
    }
}

impl Layer for CellLayer {
    fn class(&self) -> &'static str {
        match self.cell {
            Cell::RnnTanh | Cell::RnnRelu => "RNNCell",
            Cell::Lstm => "LSTMCell",
            Cell::Gru => "GRUCell",
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
        let (Some(weight_ih), Some(weight_hh)) = (module.parameter_at(0), module.parameter_at(1))
        else {
            return Err(no_weight(self.class()));
        };
        let (bias_ih, bias_hh) = (module.parameter_at(2), module.parameter_at(3));
        if !(1..=2).contains(&input.dim()) {
            let text = format!("{} cannot take {} dimensions", self.class(), input.dim());
            return Err(Error::invalid(text));
        }
        let batched = input.dim() == 2;
        let input = match batched {
            true => input.shallow_clone(),
            false => input.f_unsqueeze(0).or_torch()?,
        };
        let hidden = self.start(hidden, &input, batched)?;
        let squeezed = |tensor: Tensor| match batched {
            true => Ok(tensor),
            false => tensor.f_squeeze_dim(0).or_torch(),
        };
        let next = match self.cell {
            Cell::Lstm => {
                let memory = self.start(memory, &input, batched)?;
                let (hidden, memory) = input
                    .f_lstm_cell(&[&hidden, &memory], weight_ih, weight_hh, bias_ih, bias_hh)
                    .or_torch()?;
                return Ok(Output::Many(vec![squeezed(hidden)?, squeezed(memory)?]));
            }
            Cell::Gru => input.f_gru_cell(&hidden, weight_ih, weight_hh, bias_ih, bias_hh),
            Cell::RnnRelu => input.f_rnn_relu_cell(&hidden, weight_ih, weight_hh, bias_ih, bias_hh),
            Cell::RnnTanh => input.f_rnn_tanh_cell(&hidden, weight_ih, weight_hh, bias_ih, bias_hh),
        };
        squeezed(next.or_torch()?).map(Output::One)
    }

    fn extra_repr(&self, _module: &Module) -> String {
        let mut text = format!("{}, {}", self.input_size, self.hidden_size);
        if !self.bias {
            text += ", bias=False";
        }
        if self.cell == Cell::RnnRelu {
            text += ", nonlinearity=relu";
        }
        text
    }
}
