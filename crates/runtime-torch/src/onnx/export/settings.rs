//! How a model is exported: names, dynamic axes, the version of the operators.

use runtime_core::{Error, Result};
use runtime_value::{Dict, RuntimeValue, Str, View};
use tch::Tensor;

use super::trace::Axis;
use super::{BATCH, refuse};
use crate::arguments::{elements, ints, text};
use crate::options::Options;

/// The opsets that the export knows.
const OPSETS: std::ops::RangeInclusive<i64> = 17..=21;

/// How a model is exported. The default is one opset, names of our own, and a first axis that is dynamic.
///
/// # Example
/// ```
/// use runtime_torch::onnx::export::Settings;
///
/// let settings = Settings { input_names: vec![String::from("image")], ..Settings::default() };
/// assert_eq!(settings.opset_version, 20);
/// ```
#[derive(Clone, Debug)]
pub struct Settings {
    /// The names of the inputs; empty for "input", or "input_0" and so on.
    pub input_names: Vec<String>,
    /// The names of the outputs; empty for "output", or "output_0" and so on.
    pub output_names: Vec<String>,
    /// The dynamic axes; `None` makes the first axis of each input dynamic where the module takes other
    /// lengths.
    pub dynamic_axes: Option<Vec<DynamicAxis>>,
    /// The version of ONNX's operators, from 17 to 21.
    pub opset_version: i64,
}

/// A dynamic axis of an input, or the name of one of an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DynamicAxis {
    /// The name of the input or output.
    pub value: String,
    /// Which dimension; negative ones count from the end.
    pub dim: i64,
    /// The name of the axis. Axes of one name are always as long as each other. Without a name, axes of
    /// the same dimension and length are one.
    pub name: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            input_names: Vec::new(),
            output_names: Vec::new(),
            dynamic_axes: None,
            opset_version: 20,
        }
    }
}

impl Settings {
    /// The options "input_names", "output_names", "dynamic_axes" and "opset_version".
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` for others, and for values that will not do.
    pub fn of(options: Options) -> Result<Self> {
        let names = |option: &'static str| -> Result<Vec<String>> {
            let Some(value) = given(&options, option)? else { return Ok(Vec::new()) };
            let wrong = |_| options.refuse(option, "is no array of texts");
            let items = elements(option, value).map_err(wrong)?;
            items.into_iter().map(|item| text(option, item).map_err(wrong)).collect()
        };
        let (input_names, output_names) = (names("input_names")?, names("output_names")?);
        let dynamic_axes = match given(&options, "dynamic_axes")? {
            Some(value) => Some(axes_of(&options, value)?),
            None => None,
        };
        let opset_version = options.int("opset_version", Self::default().opset_version)?;
        if !OPSETS.contains(&opset_version) {
            let text =
                format!("{opset_version} is not from {} to {}", OPSETS.start(), OPSETS.end());
            return Err(options.refuse("opset_version", text));
        }
        options.finish()?;
        Ok(Self { input_names, output_names, dynamic_axes, opset_version })
    }

    /// The version of the file's format for the opset.
    pub(super) fn ir_version(&self) -> Result<i64> {
        match self.opset_version {
            17 | 18 => Ok(8),
            19 | 20 => Ok(9),
            21 => Ok(10),
            other => Err(Error::invalid(format!("opset_version {other} is not from 17 to 21"))),
        }
    }

    /// The names of the inputs.
    pub(super) fn inputs(&self, count: usize) -> Result<Vec<String>> {
        if self.input_names.is_empty() {
            return Ok(match count {
                1 => vec![String::from("input")],
                _ => (0..count).map(|position| format!("input_{position}")).collect(),
            });
        }
        if self.input_names.len() != count {
            let text = format!("there are {} names for {count} inputs", self.input_names.len());
            return Err(refuse(text));
        }
        Ok(self.input_names.clone())
    }

    /// The axes of inputs that the user asks for.
    pub(super) fn axes(
        &self,
        asked: &[DynamicAxis],
        inputs: &[String],
        dummy: &[Tensor],
    ) -> Result<Vec<Axis>> {
        let mut axes: Vec<Axis> = Vec::new();
        let mut unnamed: Vec<(usize, i64, String)> = Vec::new();
        for axis in asked {
            let Some(input) = inputs.iter().position(|name| *name == axis.value) else { continue };
            let sizes = dummy.get(input).map(Tensor::size).unwrap_or_default();
            let dim = within(axis, sizes.len())?;
            let length = sizes.get(dim).copied().unwrap_or(0);
            let name = match &axis.name {
                Some(name) => name.clone(),
                None => {
                    let known = unnamed.iter().find(|(of, long, _)| (*of, *long) == (dim, length));
                    let name = known.map_or_else(
                        || match dim {
                            0 if unnamed.iter().all(|(of, ..)| *of != 0) => String::from(BATCH),
                            _ => format!("{}_dim_{dim}", axis.value),
                        },
                        |(.., name)| name.clone(),
                    );
                    unnamed.push((dim, length, name.clone()));
                    name
                }
            };
            if name.is_empty() {
                return Err(refuse(format!(
                    "dynamic_axes: an axis of {:?} has an empty name",
                    axis.value
                )));
            }
            match axes.iter_mut().find(|known| known.name == name) {
                Some(known) if known.places.contains(&(input, dim)) => {
                    return Err(refuse(format!(
                        "dynamic_axes names dimension {dim} of {:?} twice",
                        axis.value
                    )));
                }
                Some(known) => known.places.push((input, dim)),
                None => axes.push(Axis { name, places: vec![(input, dim)] }),
            }
        }
        let places: Vec<(usize, usize)> =
            axes.iter().flat_map(|axis| axis.places.clone()).collect();
        for (position, place) in places.iter().enumerate() {
            if places.iter().skip(position + 1).any(|other| other == place) {
                return Err(refuse("dynamic_axes gives one dimension of an input two names"));
            }
        }
        Ok(axes)
    }
}

/// The dimension as one from 0 on.
pub(super) fn within(axis: &DynamicAxis, dims: usize) -> Result<usize> {
    let dim = if axis.dim < 0 { axis.dim.saturating_add(dims as i64) } else { axis.dim };
    usize::try_from(dim).ok().filter(|dim| *dim < dims).ok_or_else(|| {
        refuse(format!(
            "dynamic_axes: {:?} has no dimension {}, but {dims} of them",
            axis.value, axis.dim
        ))
    })
}

fn given(options: &Options, option: &'static str) -> Result<Option<RuntimeValue>> {
    Ok(options.value(option)?.filter(|value| *value != RuntimeValue::NIL))
}

/// A dict from names to dicts from dimensions to names, or to arrays of dimensions.
fn axes_of(options: &Options, value: RuntimeValue) -> Result<Vec<DynamicAxis>> {
    const OPTION: &str = "dynamic_axes";
    let wrong = |why: &str| options.refuse(OPTION, why);
    let dict = Dict::find(value).ok_or_else(|| wrong("is no dict"))?;
    let mut axes = Vec::new();
    for (key, item) in dict.iter() {
        let name = Str::find(key).map(|_| text(OPTION, key)).transpose()?;
        let name = name.ok_or_else(|| wrong("has a key that is no text"))?;
        if let Some(named) = Dict::find(item) {
            for (dim, axis) in named.iter() {
                let dim = dim.to_int().map_err(|_| wrong("has a dimension that is no int"))?;
                let axis =
                    text(OPTION, axis).map_err(|_| wrong("has an axis whose name is no text"))?;
                axes.push(DynamicAxis { value: name.clone(), dim, name: Some(axis) });
            }
            continue;
        }
        let dims = ints(OPTION, item);
        let dims =
            dims.map_err(|_| wrong("has neither a dict nor an array of dimensions for a name"))?;
        axes.extend(dims.into_iter().map(|dim| DynamicAxis {
            value: name.clone(),
            dim,
            name: None,
        }));
    }
    Ok(axes)
}
