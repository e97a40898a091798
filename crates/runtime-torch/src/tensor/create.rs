//! Making tensors: out of values and bytes, filled, counted up, drawn at random.

use runtime_core::error::codes::RT_ERROR_LENGTH;
use runtime_core::{Error, Result};
use runtime_value::number::Number;
use runtime_value::{Array, RuntimeValue, Tuple, View, view};
use tch::{Device, Kind, Tensor};

use super::shape;
use crate::error::OrTorch;
use crate::{arguments, memory, scalar};

/// What a new tensor holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// Whatever the memory held.
    Nothing,
    /// Zeros.
    Zeros,
    /// Ones.
    Ones,
    /// Samples from 0 to below 1, all equally likely.
    Uniform,
    /// Samples of the standard normal distribution.
    Normal,
}

/// A tensor of this shape.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` for a negative size, `RT_ERROR_TORCH_TOO_LARGE`, and `RT_ERROR_TORCH`
/// for samples in a dtype that has none.
///
/// # Example
/// ```
/// use runtime_torch::tensor::create::{Fill, filled};
/// use tch::{Device, Kind};
///
/// let ones = filled(Fill::Ones, &[2, 3], Kind::Float, Device::Cpu)?;
/// assert_eq!(ones.size(), [2, 3]);
/// assert!(filled(Fill::Zeros, &[1 << 40], Kind::Float, Device::Cpu).is_err());
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn filled(fill: Fill, shape: &[i64], kind: Kind, device: Device) -> Result<Tensor> {
    memory::check("shape", shape, kind, device)?;
    let options = (kind, device);
    match fill {
        Fill::Nothing => Tensor::f_empty(shape, options),
        Fill::Zeros => Tensor::f_zeros(shape, options),
        Fill::Ones => Tensor::f_ones(shape, options),
        Fill::Uniform => Tensor::f_rand(shape, options),
        Fill::Normal => Tensor::f_randn(shape, options),
    }
    .or_torch()
}

/// A tensor of this shape with one number everywhere.
///
/// # Errors
/// As [`filled`], and `RT_ERROR_TORCH` for a number that the dtype does not have.
pub fn full(shape: &[i64], value: f64, kind: Kind, device: Device) -> Result<Tensor> {
    memory::check("shape", shape, kind, device)?;
    scalar::full(shape, value, kind, device).or_torch()
}

/// The ints from `start` to before `end` by `step`.
///
/// # Errors
/// `RT_ERROR_TORCH` for a step of 0 or away from the end, `RT_ERROR_TORCH_TOO_LARGE`.
pub fn arange(start: i64, end: i64, step: i64, kind: Kind, device: Device) -> Result<Tensor> {
    if step != 0 {
        let (distance, step) = (i128::from(end) - i128::from(start), i128::from(step));
        let count = (distance + step - step.signum()) / step;
        check_count("the range", i64::try_from(count).unwrap_or(i64::MAX), kind, device)?;
    }
    scalar::arange(start, end, step, kind, device).or_torch()
}

/// The numbers from `start` to before `end` by `step`.
///
/// # Errors
/// As [`arange`].
pub fn arange_float(start: f64, end: f64, step: f64, kind: Kind, device: Device) -> Result<Tensor> {
    let count = ((end - start) / step).ceil();
    if count.is_finite() {
        // The conversion stops at the largest int, which is too large as well.
        check_count("the range", count as i64, kind, device)?;
    }
    scalar::arange(start, end, step, kind, device).or_torch()
}

/// `steps` numbers from `start` to `end`, both included, at equal distances.
///
/// # Errors
/// `RT_ERROR_TORCH` for a negative count, `RT_ERROR_TORCH_TOO_LARGE`.
pub fn linspace(start: f64, end: f64, steps: i64, kind: Kind, device: Device) -> Result<Tensor> {
    check_count("steps", steps, kind, device)?;
    scalar::linspace(start, end, steps, kind, device).or_torch()
}

/// The powers of `base` at the exponents of [`linspace`].
///
/// # Errors
/// As [`linspace`].
pub fn logspace(
    start: f64,
    end: f64,
    steps: i64,
    base: f64,
    kind: Kind,
    device: Device,
) -> Result<Tensor> {
    check_count("steps", steps, kind, device)?;
    scalar::logspace(start, end, steps, base, kind, device).or_torch()
}

/// Ones on the diagonal of `rows` by `columns`, zeros elsewhere.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` for a negative size, `RT_ERROR_TORCH_TOO_LARGE`.
pub fn eye(rows: i64, columns: i64, kind: Kind, device: Device) -> Result<Tensor> {
    memory::check("shape", &[rows, columns], kind, device)?;
    Tensor::f_eye_m(rows, columns, (kind, device)).or_torch()
}

/// Ints from `low` to below `high`, all equally likely.
///
/// # Errors
/// `RT_ERROR_TORCH` for an empty range, and the errors of [`filled`].
pub fn randint(low: i64, high: i64, shape: &[i64], kind: Kind, device: Device) -> Result<Tensor> {
    memory::check("shape", shape, kind, device)?;
    Tensor::f_randint_low(low, high, shape, (kind, device)).or_torch()
}

/// The ints from 0 to before `count` in a random order.
///
/// # Errors
/// `RT_ERROR_TORCH` for a negative count, `RT_ERROR_TORCH_TOO_LARGE`.
pub fn randperm(count: i64, kind: Kind, device: Device) -> Result<Tensor> {
    check_count("n", count, kind, device)?;
    Tensor::f_randperm(count, (kind, device)).or_torch()
}

/// `torch.nn.functional.one_hot`; -1 classes stands for as many as there are.
///
/// # Errors
/// `RT_ERROR_TORCH` for a tensor that is no int64 one, or elements that are no class,
/// `RT_ERROR_TORCH_TOO_LARGE`.
pub fn one_hot(tensor: &Tensor, classes: i64) -> Result<Tensor> {
    let mut sizes = tensor.size();
    let wanted = match classes {
        -1 if super::numel(tensor) > 0 => {
            let most = tensor.f_max().and_then(|most| most.f_int64_value(&[])).or_torch()?;
            most.saturating_add(1)
        }
        classes => classes,
    };
    sizes.push(wanted.max(0));
    memory::check("the one-hot tensor", &sizes, Kind::Int64, tensor.device())?;
    tensor.f_one_hot(classes).or_torch()
}

/// `torch.bincount`.
///
/// # Errors
/// `RT_ERROR_TORCH` for elements that are no count's index, `RT_ERROR_TORCH_TOO_LARGE`.
pub fn bincount(tensor: &Tensor, weights: Option<&Tensor>, minlength: i64) -> Result<Tensor> {
    let mut count = minlength;
    if super::numel(tensor) > 0 {
        let most = tensor.f_max().and_then(|most| most.f_int64_value(&[])).or_torch()?;
        count = count.max(most.saturating_add(1));
    }
    check_count("the counts", count, Kind::Int64, tensor.device())?;
    tensor.f_bincount(weights, minlength).or_torch()
}

/// A tensor with a copy of these bytes, which are elements of the dtype in the machine's order.
///
/// # Errors
/// `RT_ERROR_LENGTH` when they are not as many as the shape needs, and the errors of [`filled`].
pub fn from_bytes(bytes: &[u8], shape: &[i64], kind: Kind, device: Device) -> Result<Tensor> {
    memory::check("shape", shape, kind, device)?;
    let wanted = shape::product(shape).saturating_mul(kind.elt_size_in_bytes() as u64);
    if bytes.len() as u64 != wanted {
        return Err(Error::new(
            RT_ERROR_LENGTH,
            format!(
                "shape {shape:?} of this dtype needs {wanted} bytes, and data has {}",
                bytes.len()
            ),
        ));
    }
    // A byte other than 0 and 1 would be an invalid bool.
    let raw = if kind == Kind::Bool { Kind::Uint8 } else { kind };
    let tensor = Tensor::f_from_data_size(bytes, shape, raw).or_torch()?;
    tensor.f_to_kind(kind).and_then(|tensor| tensor.f_to_device(device)).or_torch()
}

/// A tensor out of a number, or of arrays (or tuples) of numbers nested to any depth up to 64. Bools
/// are numbers too. In a complex dtype a tuple of two numbers is one element.
///
/// # Errors
/// `RT_ERROR_WRONG_TYPE` or `RT_ERROR_NOT_A_VALUE` for an element that is none,
/// `RT_ERROR_INVALID_ARGUMENT` for arrays of different lengths side by side, for too deep ones, and
/// for a number that the dtype does not have.
pub fn from_values(data: RuntimeValue, kind: Kind, device: Device) -> Result<Tensor> {
    let complex = matches!(kind, Kind::ComplexFloat | Kind::ComplexDouble);
    let shape = shape_of(data, complex)?;
    // The numbers are collected, and made a tensor, and converted: each a copy.
    memory::check("data", &[shape.as_slice(), &[3]].concat(), Kind::Double, Device::Cpu)?;
    let mut reader = Reader { shape: &shape, path: Vec::new() };
    let tensor = if complex {
        let mut numbers = Vec::new();
        reader.read(data, &mut |value, _| {
            numbers.extend(complex_of(value)?);
            Some(())
        })?;
        let sizes = [shape.as_slice(), &[2]].concat();
        let pairs = Tensor::f_from_slice(&numbers).and_then(|numbers| numbers.f_reshape(sizes));
        pairs.and_then(|pairs| pairs.f_view_as_complex()).or_torch()?
    } else if kind == Kind::Bool {
        let mut bools = Vec::new();
        reader.read(data, &mut |value, _| {
            bools.push(number_of(value)?.to_f64() != 0.0);
            Some(())
        })?;
        Tensor::f_from_slice(&bools).and_then(|flat| flat.f_reshape(&shape)).or_torch()?
    } else if let Some(range) = int_range(kind) {
        let mut ints = Vec::new();
        let mut outside = None;
        reader.read(data, &mut |value, path| {
            let number = number_of(value)?;
            let int = int_of(number).filter(|int| range.contains(int));
            if int.is_none() && outside.is_none() {
                outside = Some(format!("{} is no number of the dtype", at(path)));
            }
            ints.push(int.unwrap_or(0));
            Some(())
        })?;
        if let Some(reason) = outside {
            return Err(Error::invalid(reason));
        }
        Tensor::f_from_slice(&ints).and_then(|flat| flat.f_reshape(&shape)).or_torch()?
    } else {
        let mut floats = Vec::new();
        reader.read(data, &mut |value, _| {
            floats.push(number_of(value)?.to_f64());
            Some(())
        })?;
        Tensor::f_from_slice(&floats).and_then(|flat| flat.f_reshape(&shape)).or_torch()?
    };
    tensor.f_to_kind(kind).and_then(|tensor| tensor.f_to_device(device)).or_torch()
}

/// Refuses a count of elements that the memory does not hold. A negative one is PyTorch's to refuse.
///
/// # Errors
/// `RT_ERROR_TORCH_TOO_LARGE`.
pub fn check_count(name: &str, count: i64, kind: Kind, device: Device) -> Result<()> {
    memory::check(name, &[count.max(0)], kind, device)
}

/// The sizes along the first elements; the others are compared with them as they are read.
fn shape_of(data: RuntimeValue, complex: bool) -> Result<Vec<i64>> {
    let mut shape = Vec::new();
    let mut value = data;
    while is_list(value) && !(complex && complex_of(value).is_some()) {
        if shape.len() == shape::MOST_DIMS {
            return Err(Error::invalid(format!(
                "data is nested more than {} deep",
                shape::MOST_DIMS
            )));
        }
        let elements = arguments::elements("data", value)?;
        shape.push(i64::try_from(elements.len()).unwrap_or(i64::MAX));
        match elements.first() {
            Some(first) => value = *first,
            None => break,
        }
    }
    Ok(shape)
}

/// Walks through nested arrays of one shape.
struct Reader<'s> {
    shape: &'s [i64],
    path: Vec<usize>,
}

impl Reader<'_> {
    /// Gives every element to `take`, which returns `None` for what is none.
    fn read(
        &mut self,
        value: RuntimeValue,
        take: &mut impl FnMut(RuntimeValue, &[usize]) -> Option<()>,
    ) -> Result<()> {
        let depth = self.path.len();
        let Some(&size) = self.shape.get(depth) else {
            return take(value, &self.path)
                .ok_or_else(|| view::wrong_type(&at(&self.path), value, "number"));
        };
        let elements = arguments::elements(&at(&self.path), value)?;
        if i64::try_from(elements.len()) != Ok(size) {
            return Err(Error::invalid(format!(
                "{} has {} elements, and those before it have {size}",
                at(&self.path),
                elements.len()
            )));
        }
        for (index, element) in elements.into_iter().enumerate() {
            self.path.push(index);
            self.read(element, take)?;
            self.path.pop();
        }
        Ok(())
    }
}

/// The place of an element: `data[1][0]`.
fn at(path: &[usize]) -> String {
    path.iter().fold(String::from("data"), |text, index| format!("{text}[{index}]"))
}

fn is_list(value: RuntimeValue) -> bool {
    Array::find(value).is_some() || Tuple::find(value).is_some()
}

fn number_of(value: RuntimeValue) -> Option<Number> {
    match value {
        RuntimeValue::TRUE => Some(Number::Int(1)),
        RuntimeValue::FALSE => Some(Number::Int(0)),
        value => Number::of(value),
    }
}

fn complex_of(value: RuntimeValue) -> Option<[f64; 2]> {
    if let Some(number) = number_of(value) {
        return Some([number.to_f64(), 0.0]);
    }
    let parts: Vec<RuntimeValue> = Tuple::find(value)?.iter().collect();
    match parts.as_slice() {
        [real, imaginary] => Some([number_of(*real)?.to_f64(), number_of(*imaginary)?.to_f64()]),
        _ => None,
    }
}

/// The int that Python's PyTorch makes of a number: a float loses its fraction.
fn int_of(number: Number) -> Option<i64> {
    match number {
        Number::Int(int) => Some(int),
        Number::UInt(_) => None,
        Number::Float(float) => {
            let whole = float.trunc();
            // 2^63 is the first float above all ints.
            (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0)
                .contains(&whole)
                .then_some(whole as i64)
        }
    }
}

/// The ints that a dtype of ints takes. As in PyTorch a negative one wraps around in an unsigned.
fn int_range(kind: Kind) -> Option<std::ops::RangeInclusive<i64>> {
    Some(match kind {
        Kind::Uint8 => -i64::from(u8::MAX)..=u8::MAX.into(),
        Kind::Int8 => i8::MIN.into()..=i8::MAX.into(),
        Kind::Int16 => i16::MIN.into()..=i16::MAX.into(),
        Kind::Int => i32::MIN.into()..=i32::MAX.into(),
        Kind::Int64 => i64::MIN..=i64::MAX,
        _ => return None,
    })
}
