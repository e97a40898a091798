//! What a method of optimization is: its hyper-parameters by PyTorch's names, the state that it
//! keeps for each parameter, and the update.

use runtime_core::{Error, Result};
use runtime_value::{Dict, RuntimeValue, Tuple, View};
use tch::{Kind, Tensor};

use crate::codes;
use crate::error::OrTorch;
use crate::options::Options;
use crate::scalar;

/// A method with its hyper-parameters.
pub(super) trait Method: Send {
    /// PyTorch's class.
    fn class(&self) -> &'static str;

    /// The hyper-parameters, in the order in which PyTorch's state dict has them.
    fn fields(&mut self) -> Vec<(&'static str, Field<'_>)>;

    /// Refuses values that PyTorch's class refuses.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION`.
    fn check(&self) -> Result<()>;

    /// The tensors that may be kept for each parameter.
    fn slots(&self) -> &'static [Slot];

    /// Whether the hyper-parameters make use of `slots()[slot]`.
    fn uses(&self, _slot: usize) -> bool {
        true
    }

    /// Whether the state is there before the first step.
    fn starts_at_once(&self) -> bool {
        false
    }

    /// Whether a sparse gradient does.
    fn takes_sparse(&self) -> bool {
        false
    }

    /// Takes one step with each of the parameters, while nothing is recorded.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH`.
    fn update(&self, entries: &mut [Entry<'_>]) -> Result<()>;

    /// The same method once more, for another group.
    fn copy(&self) -> Box<dyn Method>;
}

/// A hyper-parameter.
pub(super) enum Field<'m> {
    Float(&'m mut f64),
    Bool(&'m mut bool),
    /// `betas`
    Pair(&'m mut [f64; 2]),
    /// One of PyTorch's hints on speed, which change nothing here.
    Hint,
    /// A way of working that is not there, and so must be off.
    Off,
    /// What makes this class the class that it is, and so must be on.
    On,
}

impl Field<'_> {
    /// Takes the option over, if it is given.
    fn read(self, name: &'static str, options: &Options) -> Result<()> {
        match self {
            Self::Float(number) => *number = options.float(name, *number)?,
            Self::Bool(flag) => *flag = options.bool(name, *flag)?,
            Self::Pair(numbers) => *numbers = options.floats(name, *numbers)?,
            Self::Hint => {
                options.bool(name, false)?;
            }
            Self::Off if options.bool(name, false)? => {
                return Err(options.refuse(name, "is not there in this runtime"));
            }
            Self::On if !options.bool(name, true)? => {
                return Err(options.refuse(name, "cannot be switched off"));
            }
            Self::Off | Self::On => {}
        }
        Ok(())
    }

    fn value(&self) -> Result<RuntimeValue> {
        Ok(match self {
            Self::Float(number) => RuntimeValue::float(**number)?,
            Self::Bool(flag) => RuntimeValue::bool(**flag),
            Self::Pair(numbers) => {
                let [first, second] = **numbers;
                let values = [RuntimeValue::float(first)?, RuntimeValue::float(second)?];
                Tuple::from_slice(&values)?.value()
            }
            Self::Hint => RuntimeValue::NIL,
            Self::Off => RuntimeValue::FALSE,
            Self::On => RuntimeValue::TRUE,
        })
    }
}

impl dyn Method + '_ {
    /// Takes over what the options give.
    pub(super) fn read(&mut self, options: &Options) -> Result<()> {
        self.fields().into_iter().try_for_each(|(name, field)| field.read(name, options))
    }

    /// Puts all hyper-parameters into a dict.
    pub(super) fn write(&mut self, dict: Dict) -> Result<()> {
        for (name, field) in self.fields() {
            dict.insert(RuntimeValue::string(name)?, field.value()?)?;
        }
        Ok(())
    }

    /// The float of this name, if there is one.
    pub(super) fn float(&mut self, wanted: &str) -> Option<&mut f64> {
        self.fields().into_iter().find_map(|(name, field)| match field {
            Field::Float(number) if name == wanted => Some(number),
            _ => None,
        })
    }

    /// Sets the betas, where there are any.
    pub(super) fn set_betas(&mut self, betas: [f64; 2]) {
        for (name, field) in self.fields() {
            if let ("betas", Field::Pair(numbers)) = (name, field) {
                *numbers = betas;
            }
        }
    }

    /// The momentum, or what goes for it: the first of the betas.
    pub(super) fn momentum(&mut self) -> Option<&mut f64> {
        self.fields().into_iter().find_map(|(name, field)| match (name, field) {
            ("momentum", Field::Float(number)) => Some(number),
            ("betas", Field::Pair(numbers)) => Some(&mut numbers[0]),
            _ => None,
        })
    }
}

/// A tensor that a method keeps for each parameter.
pub(super) struct Slot {
    /// Its name in PyTorch's state dict.
    pub(super) name: &'static str,
    /// What it is before the first step.
    pub(super) start: Start,
}

/// How a slot begins.
#[derive(Clone, Copy)]
pub(super) enum Start {
    /// A number: a 32-bit float without dimensions on the CPU.
    Number(f64),
    /// A tensor like the parameter, of zeros.
    Zeros,
    /// A tensor like the parameter, filled with the hyper-parameter of this name.
    Filled(&'static str),
    /// Nothing: the update makes it.
    Nothing,
}

/// How many steps there were: the first slot of most methods.
pub(super) const STEP: Slot = Slot { name: "step", start: Start::Number(0.0) };

/// A slot of zeros.
pub(super) const fn zeros(name: &'static str) -> Slot {
    Slot { name, start: Start::Zeros }
}

/// A parameter in an update.
pub(super) struct Entry<'p> {
    /// The parameter.
    pub(super) parameter: Tensor,
    /// Its gradient, dense.
    pub(super) gradient: Tensor,
    state: &'p mut [Option<Tensor>],
}

impl<'p> Entry<'p> {
    pub(super) fn new(
        parameter: Tensor,
        gradient: Tensor,
        state: &'p mut [Option<Tensor>],
    ) -> Self {
        Self { parameter, gradient, state }
    }

    /// The tensor in a slot.
    pub(super) fn slot(&self, slot: usize) -> Option<&Tensor> {
        self.state[slot].as_ref()
    }

    /// The tensor in a slot, to be changed in place: of complex numbers their parts.
    pub(super) fn kept(&self, slot: usize) -> Result<Tensor> {
        let kept = self.state[slot].as_ref().expect("slots in use are filled before an update");
        if complex(kept) { kept.f_view_as_real().or_torch() } else { Ok(kept.shallow_clone()) }
    }

    /// Puts a tensor into a slot.
    pub(super) fn keep(&mut self, slot: usize, tensor: Tensor) {
        self.state[slot] = Some(tensor);
    }

    /// Counts the step in slot 0, and returns how many there were with this one.
    pub(super) fn advance(&mut self) -> Result<f64> {
        let step = self.kept(0)?;
        let _ = scalar::add_(&step, 1.0).or_torch()?;
        step.f_double_value(&[]).or_torch()
    }

    /// The parameter, to be changed in place: of complex numbers their parts.
    pub(super) fn parts(&self) -> Result<Tensor> {
        let parameter = &self.parameter;
        if complex(parameter) {
            parameter.f_view_as_real().or_torch()
        } else {
            Ok(parameter.shallow_clone())
        }
    }

    /// The gradient in the form of [`parts`](Self::parts), turned round when the method ascends, with
    /// `decay` times the parameter.
    pub(super) fn slope(&self, maximize: bool, decay: f64) -> Result<Tensor> {
        let mut gradient = self.gradient.shallow_clone();
        if maximize {
            gradient = gradient.f_neg().or_torch()?;
        }
        if decay != 0.0 {
            gradient = add(&gradient, &self.parameter, decay)?;
        }
        if complex(&gradient) {
            gradient = gradient.f_resolve_conj().and_then(|g| g.f_view_as_real()).or_torch()?;
        }
        Ok(gradient)
    }
}

/// A tensor of its own with the same elements.
pub(super) fn duplicate(tensor: &Tensor) -> Result<Tensor> {
    let mut copy = tensor.f_empty_like().or_torch()?;
    copy.f_copy_(tensor).or_torch()?;
    Ok(copy)
}

/// Whether a tensor is of complex numbers.
pub(super) fn complex(tensor: &Tensor) -> bool {
    matches!(tensor.f_kind(), Ok(Kind::ComplexFloat | Kind::ComplexDouble | Kind::ComplexHalf))
}

/// `tensor + factor * other`
pub(super) fn add(tensor: &Tensor, other: &Tensor, factor: f64) -> Result<Tensor> {
    torch_shim::optim::add(tensor, other, factor).or_torch()
}

/// `tensor += factor * other`
pub(super) fn add_in_place(tensor: &Tensor, other: &Tensor, factor: f64) -> Result<()> {
    torch_shim::optim::add_in_place(tensor, other, factor).or_torch()
}

/// `tensor += factor * left * right`
pub(super) fn add_product(t: &Tensor, left: &Tensor, right: &Tensor, factor: f64) -> Result<()> {
    torch_shim::optim::add_product(t, left, right, factor).or_torch()
}

/// `tensor += factor * left / right`
pub(super) fn add_quotient(t: &Tensor, left: &Tensor, right: &Tensor, factor: f64) -> Result<()> {
    torch_shim::optim::add_quotient(t, left, right, factor).or_torch()
}

/// `mean` moves towards `of` by what `stay` leaves.
pub(super) fn average(mean: &Tensor, of: &Tensor, stay: f64) -> Result<()> {
    let _ = scalar::lerp_(mean, of, 1.0 - stay).or_torch()?;
    Ok(())
}

/// `mean` moves towards the square of `of` by what `stay` leaves.
pub(super) fn average_square(mean: &Tensor, of: &Tensor, stay: f64) -> Result<()> {
    let _ = scalar::mul_(mean, stay).or_torch()?;
    add_product(mean, of, of, 1.0 - stay)
}

/// Refuses a hyper-parameter below 0, in PyTorch's words.
pub(super) fn not_negative(what: &str, number: f64) -> Result<()> {
    if number >= 0.0 {
        return Ok(());
    }
    Err(refused(format!("Invalid {what}: {number:?}")))
}

/// Refuses betas that are not from 0 up to, but not including, 1.
pub(super) fn check_betas(betas: [f64; 2]) -> Result<()> {
    for (index, beta) in betas.into_iter().enumerate() {
        if !(0.0..1.0).contains(&beta) {
            return Err(refused(format!("Invalid beta parameter at index {index}: {beta:?}")));
        }
    }
    Ok(())
}

/// The error for a hyper-parameter.
#[cold]
pub(super) fn refused(text: impl Into<String>) -> Error {
    Error::new(codes::RT_ERROR_TORCH_OPTION, text.into())
}
