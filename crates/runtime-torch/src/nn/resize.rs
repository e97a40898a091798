//! Layers that make planes larger or smaller, or turn channels into planes.

use runtime_core::{Error, Result};
use runtime_value::RuntimeValue;
use tch::Tensor;

use super::adaptive_pool::adaptive_avg_pool;
use super::module::{Layer, Module, State};
use super::repr::{float, tuple};
use crate::arguments;
use crate::error::OrTorch;
use crate::memory;
use crate::options::Options;

/// `Upsample`, `UpsamplingNearest2d`, `UpsamplingBilinear2d`.
pub struct Upsample {
    class: &'static str,
    target: Target,
    mode: &'static str,
    align_corners: Option<bool>,
    recompute: bool,
}

/// How large the result is to be; one number stands for all dimensions.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// So large.
    Sizes(Vec<i64>),
    /// So many times larger.
    Scales(Vec<f64>),
}

const MODES: [&str; 7] =
    ["nearest", "nearest-exact", "linear", "bilinear", "bicubic", "trilinear", "area"];

impl Upsample {
    pub(crate) fn from_options(class: &'static str, options: Options) -> Result<Module> {
        let (mode, align_corners) = match class {
            "UpsamplingNearest2d" => ("nearest", None),
            "UpsamplingBilinear2d" => ("bilinear", Some(true)),
            _ => {
                let mode = options.choice("mode", "nearest", &MODES)?;
                let corners = options.has("align_corners")?;
                let align = options.bool("align_corners", false)?;
                (mode, corners.then_some(align))
            }
        };
        let smooth = !matches!(mode, "nearest" | "nearest-exact" | "area");
        if align_corners.is_some() && !smooth {
            return Err(options.refuse("align_corners", format!("has no meaning for {mode}")));
        }
        let recompute = class == "Upsample" && options.bool("recompute_scale_factor", false)?;
        let target = Target::of(&options)?;
        options.finish()?;
        Module::of(Self { class, target, mode, align_corners, recompute }, State::new())
    }
}

impl Target {
    /// The options `size` or `scale_factor`, of which one has to be there.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION`, `RT_ERROR_WRONG_TYPE`.
    pub fn of(options: &Options) -> Result<Self> {
        let given = |option| -> Result<Option<RuntimeValue>> {
            Ok(options.value(option)?.filter(|value| *value != RuntimeValue::NIL))
        };
        match (given("size")?, given("scale_factor")?) {
            (Some(size), None) => {
                let sizes = match size.to_int() {
                    Ok(single) => vec![single],
                    Err(_) => arguments::ints("size", size)?,
                };
                Ok(Self::Sizes(sizes))
            }
            (None, Some(scale)) => {
                let scales = match scale.to_float() {
                    Ok(single) => vec![single],
                    Err(_) => {
                        let scales = arguments::elements("scale_factor", scale)?.into_iter();
                        scales.map(RuntimeValue::to_float).collect::<Result<_>>()?
                    }
                };
                if scales.iter().any(|scale| !scale.is_finite() || *scale <= 0.0) {
                    return Err(options.refuse("scale_factor", "has to be above 0"));
                }
                Ok(Self::Scales(scales))
            }
            _ => Err(options.refuse("size", "or scale_factor has to be given, and not both")),
        }
    }

    /// The extents for an input of these, and the scales if they are what was given.
    fn extents(&self, spatial: &[i64]) -> Result<(Vec<i64>, Option<Vec<f64>>)> {
        let wrong = |count: usize| {
            let text = format!("{count} numbers do not fit {} spatial dimensions", spatial.len());
            Err(Error::invalid(text))
        };
        let dims = spatial.len();
        match self {
            Self::Sizes(sizes) if sizes.len() == 1 => Ok((vec![sizes[0]; dims], None)),
            Self::Sizes(sizes) if sizes.len() == dims => Ok((sizes.clone(), None)),
            Self::Sizes(sizes) => wrong(sizes.len()),
            Self::Scales(scales) => {
                let scales = match scales.as_slice() {
                    [single] => vec![*single; dims],
                    scales if scales.len() == dims => scales.to_vec(),
                    scales => return wrong(scales.len()),
                };
                // A float too large for an int becomes the largest one, which is refused later.
                let extents =
                    spatial.iter().zip(&scales).map(|(n, scale)| (*n as f64 * scale) as i64);
                Ok((extents.collect(), Some(scales)))
            }
        }
    }
}

/// The input in another size, as Python's `interpolate` does.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` for a mode that does not fit the dimensions, `RT_ERROR_TORCH_TOO_LARGE`,
/// `RT_ERROR_TORCH`.
pub fn interpolate(
    input: &Tensor,
    target: &Target,
    mode: &str,
    align_corners: bool,
    recompute: bool,
) -> Result<Tensor> {
    let size = input.size();
    if !(3..=5).contains(&size.len()) {
        let text = format!("input has {} dimensions: those are 3 to 5 with a batch", size.len());
        return Err(Error::invalid(text));
    }
    let (extents, scales) = target.extents(&size[2..])?;
    let shape = [&size[..2], &extents].concat();
    memory::check("the result", &shape, input.kind(), input.device())?;
    let scales = scales.filter(|_| !recompute);
    let scale = |at: usize| scales.as_ref().and_then(|scales| scales.get(at).copied());
    let corners = align_corners;
    let (x, out) = (input, extents.as_slice());
    match (mode, size.len()) {
        ("nearest", 3) => x.f_upsample_nearest1d(out, scale(0)),
        ("nearest", 4) => x.f_upsample_nearest2d(out, scale(0), scale(1)),
        ("nearest", _) => x.f_upsample_nearest3d(out, scale(0), scale(1), scale(2)),
        ("nearest-exact", 3) => x.f_internal_upsample_nearest_exact1d(out, scale(0)),
        ("nearest-exact", 4) => x.f_internal_upsample_nearest_exact2d(out, scale(0), scale(1)),
        ("nearest-exact", _) => {
            x.f_internal_upsample_nearest_exact3d(out, scale(0), scale(1), scale(2))
        }
        ("linear", 3) => x.f_upsample_linear1d(out, corners, scale(0)),
        ("bilinear", 4) => x.f_upsample_bilinear2d(out, corners, scale(0), scale(1)),
        ("bicubic", 4) => x.f_upsample_bicubic2d(out, corners, scale(0), scale(1)),
        ("trilinear", 5) => x.f_upsample_trilinear3d(out, corners, scale(0), scale(1), scale(2)),
        ("area", _) => return adaptive_avg_pool(x, out),
        (mode, dims) => {
            let text = format!("the mode {mode:?} does not take an input of {dims} dimensions");
            return Err(Error::invalid(text));
        }
    }
    .or_torch()
}

impl Layer for Upsample {
    fn class(&self) -> &'static str {
        self.class
    }

    fn forward(&self, _module: &Module, input: &Tensor) -> Result<Tensor> {
        let corners = self.align_corners.unwrap_or(false);
        interpolate(input, &self.target, self.mode, corners, self.recompute)
    }

    fn extra_repr(&self, _module: &Module) -> String {
        let target = match &self.target {
            Target::Sizes(sizes) if sizes.len() == 1 => format!("size={}", sizes[0]),
            Target::Sizes(sizes) => format!("size={}", tuple(sizes)),
            Target::Scales(scales) if scales.len() == 1 => {
                format!("scale_factor={}", float(scales[0]))
            }
            Target::Scales(scales) => {
                let scales: Vec<String> = scales.iter().map(|scale| float(*scale)).collect();
                format!("scale_factor=({})", scales.join(", "))
            }
        };
        format!("{target}, mode='{}'", self.mode)
    }
}

/// `PixelShuffle`, `PixelUnshuffle` and `ChannelShuffle`.
pub struct Shuffle {
    form: Form,
    factor: i64,
}

/// What is moved where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Channels into larger planes.
    Pixels,
    /// Planes into more channels.
    BackToChannels,
    /// Channels among groups.
    Channels,
}

impl Shuffle {
    pub(crate) fn from_options(form: Form, options: Options) -> Result<Module> {
        let option = match form {
            Form::Pixels => "upscale_factor",
            Form::BackToChannels => "downscale_factor",
            Form::Channels => "groups",
        };
        let factor = options.required_int(option)?;
        if !(1..=i64::from(i32::MAX)).contains(&factor) {
            return Err(options.refuse(option, format!("{factor} is out of range")));
        }
        options.finish()?;
        Module::of(Self { form, factor }, State::new())
    }
}

impl Layer for Shuffle {
    fn class(&self) -> &'static str {
        match self.form {
            Form::Pixels => "PixelShuffle",
            Form::BackToChannels => "PixelUnshuffle",
            Form::Channels => "ChannelShuffle",
        }
    }

    fn forward(&self, _module: &Module, input: &Tensor) -> Result<Tensor> {
        match self.form {
            Form::Pixels => input.f_pixel_shuffle(self.factor),
            Form::BackToChannels => input.f_pixel_unshuffle(self.factor),
            Form::Channels => input.f_channel_shuffle(self.factor),
        }
        .or_torch()
    }

    fn extra_repr(&self, _module: &Module) -> String {
        match self.form {
            Form::Pixels => format!("upscale_factor={}", self.factor),
            Form::BackToChannels => format!("downscale_factor={}", self.factor),
            Form::Channels => format!("groups={}", self.factor),
        }
    }
}
