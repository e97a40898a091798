//! Tensors as text, as Python's PyTorch prints them with its default options.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use runtime_core::{Error, Result};
use tch::{Device, Kind, Tensor};
use torch_shim::gradient::grad_fn;

use super::read;
use crate::error::OrTorch;

/// Digits after the point.
const PRECISION: usize = 4;
/// A tensor with more elements is summarized.
const THRESHOLD: u64 = 1000;
/// So many elements of each end of a dimension are in a summary.
const EDGE: i64 = 3;
/// Characters in a line.
const LINE_WIDTH: usize = 80;
const PREFIX: &str = "tensor(";

/// The text of `print(tensor)` in Python.
///
/// # Errors
/// `RT_ERROR_TORCH`.
///
/// # Example
/// ```
/// use runtime_torch::tensor::print;
/// use tch::Tensor;
///
/// let tensor = Tensor::f_from_slice(&[1.0_f32, 2.5]).expect("two numbers fit");
/// assert_eq!(print::text(&tensor)?, "tensor([1.0000, 2.5000])");
/// # Ok::<(), runtime_core::Error>(())
/// ```
pub fn text(tensor: &Tensor) -> Result<String> {
    let kind = tensor.f_kind().or_torch()?;
    let sizes = tensor.size();
    let empty = super::numel(tensor) == 0;
    let mut suffixes = Vec::new();
    match tensor.device() {
        Device::Cpu => {}
        Device::Cuda(index) => suffixes.push(format!("device='cuda:{index}'")),
        other => suffixes.push(format!("device='{other:?}'").to_lowercase()),
    }
    if empty && sizes.len() != 1 {
        suffixes.push(format!("size={}", tuple(&sizes)));
    }
    // Elements tell these dtypes apart; those of an empty tensor tell nothing.
    let told = matches!(kind, Kind::Float)
        || !empty && matches!(kind, Kind::ComplexFloat | Kind::Int64 | Kind::Bool);
    if !told {
        suffixes.push(format!("dtype=torch.{}", name_of(kind)));
    }
    match grad_fn(tensor) {
        Ok(Some(node)) => suffixes.push(format!("grad_fn=<{node}>")),
        Ok(None) if tensor.requires_grad() => suffixes.push(String::from("requires_grad=True")),
        Ok(None) => {}
        Err(_) => suffixes.push(String::from("grad_fn=<Invalid>")),
    }
    let elements = if empty { String::from("[]") } else { elements(tensor, kind)? };
    Ok(with_suffixes(format!("{PREFIX}{elements}"), &suffixes))
}

/// Prints the text and a line end.
///
/// # Errors
/// `RT_ERROR_TORCH`, `RT_ERROR_SYSTEM` when standard output cannot be written.
pub fn to_stdout(tensor: &Tensor) -> Result<()> {
    let line = text(tensor)? + "\n";
    let mut out = io::stdout().lock();
    out.write_all(line.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| Error::system("standard output", &error))
}

/// The elements in their brackets.
fn elements(tensor: &Tensor, kind: Kind) -> Result<String> {
    let sizes = tensor.size();
    let summarize = super::numel(tensor) > THRESHOLD;
    let mut shown = read::plain(tensor)?;
    if summarize {
        for (dim, &size) in (0..).zip(&sizes) {
            if size > 2 * EDGE {
                let edges: Vec<i64> = (0..EDGE).chain(size - EDGE..size).collect();
                let edges = Tensor::f_from_slice(&edges).or_torch()?;
                shown = shown.f_index_select(dim, &edges).or_torch()?;
            }
        }
    }
    let (words, width) = words(&shown, kind)?;
    let mut layout = Layout { words: words.into_iter(), width, summarize, text: String::new() };
    layout.write(&sizes, PREFIX.len());
    Ok(layout.text)
}

/// Every element as a word, and the width that a word takes beside others.
fn words(tensor: &Tensor, kind: Kind) -> Result<(Vec<String>, usize)> {
    let (words, width) = match kind {
        Kind::Bool => {
            let word = |bool: i64| String::from(if bool != 0 { "True" } else { "False" });
            padded(read::ints(tensor)?.into_iter().map(word).collect())
        }
        Kind::Uint8 | Kind::Int8 | Kind::Int16 | Kind::Int | Kind::Int64 => {
            padded(read::ints(tensor)?.iter().map(i64::to_string).collect())
        }
        Kind::ComplexHalf | Kind::ComplexFloat | Kind::ComplexDouble => {
            let pairs = read::floats(&tensor.f_view_as_real().or_torch()?)?;
            let part = |which: usize| pairs.iter().copied().skip(which).step_by(2).collect();
            let (real, imaginary): (Vec<f64>, Vec<f64>) = (part(0), part(1));
            let (real_style, imaginary_style) = (Style::of(&real), Style::of(&imaginary));
            let word = |(real, imaginary): (&f64, &f64)| {
                let imaginary = imaginary_style.word(*imaginary);
                let imaginary = imaginary.trim_start();
                let sign = if imaginary.starts_with(['+', '-']) { "" } else { "+" };
                format!("{}{sign}{imaginary}j", real_style.word(*real))
            };
            let words = real.iter().zip(&imaginary).map(word).collect();
            (words, real_style.width + imaginary_style.width + 1)
        }
        _ => {
            let floats = read::floats(tensor)?;
            let style = Style::of(&floats);
            (floats.iter().map(|float| style.word(*float)).collect(), style.width)
        }
    };
    Ok((words, width))
}

/// Words of one width, those that are shorter behind spaces.
fn padded(words: Vec<String>) -> (Vec<String>, usize) {
    let width = words.iter().map(String::len).max().unwrap_or(1);
    (words.into_iter().map(|word| format!("{word:>width$}")).collect(), width)
}

/// How the floats of a tensor are written: all alike.
struct Style {
    form: Form,
    width: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// All are whole: `2.`
    Whole,
    /// `2.5000`
    Fixed,
    /// `2.5000e-07`
    Scientific,
}

impl Style {
    fn of(floats: &[f64]) -> Self {
        let telling = || floats.iter().copied().filter(|float| float.is_finite() && *float != 0.0);
        let least = telling().map(f64::abs).fold(f64::INFINITY, f64::min);
        let most = telling().map(f64::abs).fold(0.0, f64::max);
        if most == 0.0 {
            return Self { form: Form::Whole, width: 1 };
        }
        let form = if most / least > 1000.0 || most > 1.0e8 || least < 1.0e-4 {
            Form::Scientific
        } else if telling().all(|float| float == float.ceil()) {
            Form::Whole
        } else {
            Form::Fixed
        };
        let style = Self { form, width: 1 };
        let width = telling().map(|float| style.word(float).len()).max().unwrap_or(1);
        Self { form, width }
    }

    fn word(&self, float: f64) -> String {
        let word = if float.is_nan() {
            String::from("nan")
        } else if float.is_infinite() {
            String::from(if float > 0.0 { "inf" } else { "-inf" })
        } else {
            match self.form {
                Form::Whole => format!("{float:.0}."),
                Form::Fixed => format!("{float:.PRECISION$}"),
                Form::Scientific => scientific(float),
            }
        };
        format!("{word:>width$}", width = self.width)
    }
}

/// As C and Python write it: a sign and at least two digits in the exponent.
fn scientific(float: f64) -> String {
    let text = format!("{float:.PRECISION$e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = match exponent.strip_prefix('-') {
        Some(exponent) => ('-', exponent),
        None => ('+', exponent),
    };
    format!("{digits}e{sign}{exponent:0>2}")
}

/// Puts words into brackets and lines.
struct Layout {
    words: std::vec::IntoIter<String>,
    width: usize,
    summarize: bool,
    text: String,
}

impl Layout {
    fn write(&mut self, sizes: &[i64], indent: usize) {
        let Some((&size, inner)) = sizes.split_first() else {
            self.text.extend(self.words.next());
            return;
        };
        let shortened = self.summarize && size > 2 * EDGE;
        if inner.is_empty() {
            self.write_line(if shortened { 2 * EDGE } else { size }, shortened, indent);
            return;
        }
        let newlines = "\n".repeat(inner.len());
        let shown = if shortened { 2 * EDGE } else { size };
        self.text.push('[');
        for position in 0..shown {
            if position > 0 {
                self.separate(&newlines, indent);
            }
            if shortened && position == EDGE {
                self.text.push_str("...");
                self.separate(&newlines, indent);
            }
            self.write(inner, indent + 1);
        }
        self.text.push(']');
    }

    fn separate(&mut self, newlines: &str, indent: usize) {
        // Writing to a text cannot fail.
        let _ = write!(self.text, ",{newlines}{:1$}", "", indent + 1);
    }

    /// One row, in as many lines as it needs.
    fn write_line(&mut self, count: i64, shortened: bool, indent: usize) {
        let fitting = LINE_WIDTH.saturating_sub(indent) / (self.width + 2);
        let mut words: Vec<String> = (0..count).filter_map(|_| self.words.next()).collect();
        if shortened {
            words.insert(words.len() / 2, String::from(" ..."));
        }
        let lines: Vec<String> = words.chunks(fitting.max(1)).map(|line| line.join(", ")).collect();
        let between = format!(",\n{:1$}", "", indent + 1);
        let _ = write!(self.text, "[{}]", lines.join(&between));
    }
}

/// Adds what stands behind the elements, in new lines where it does not fit.
fn with_suffixes(mut text: String, suffixes: &[String]) -> String {
    // PyTorch counts one more than the last line has when it is the first, two otherwise.
    let last = text.rfind('\n').map_or(text.len() + 2, |newline| text.len() - newline + 1);
    let mut column = last;
    for suffix in suffixes {
        if column + suffix.len() + 2 > LINE_WIDTH {
            let _ = write!(text, ",\n{:1$}{suffix}", "", PREFIX.len());
            column = PREFIX.len() + suffix.len();
        } else {
            let _ = write!(text, ", {suffix}");
            column += suffix.len() + 2;
        }
    }
    text.push(')');
    text
}

/// Sizes as Python writes a tuple.
fn tuple(sizes: &[i64]) -> String {
    let list = sizes.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
    if sizes.len() == 1 { format!("({list},)") } else { format!("({list})") }
}

/// PyTorch's name of a dtype.
pub fn name_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Uint8 => "uint8",
        Kind::Int8 => "int8",
        Kind::Int16 => "int16",
        Kind::Int => "int32",
        Kind::Int64 => "int64",
        Kind::Half => "float16",
        Kind::Float => "float32",
        Kind::Double => "float64",
        Kind::ComplexHalf => "complex32",
        Kind::ComplexFloat => "complex64",
        Kind::ComplexDouble => "complex128",
        Kind::Bool => "bool",
        Kind::QInt8 => "qint8",
        Kind::QUInt8 => "quint8",
        Kind::QInt32 => "qint32",
        Kind::BFloat16 => "bfloat16",
        Kind::Float8e5m2 => "float8_e5m2",
        Kind::Float8e4m3fn => "float8_e4m3fn",
        Kind::Float8e5m2fnuz => "float8_e5m2fnuz",
        Kind::Float8e4m3fnuz => "float8_e4m3fnuz",
    }
}
