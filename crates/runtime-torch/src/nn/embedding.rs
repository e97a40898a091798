//! Tables of vectors, looked up by number.

use runtime_core::{Error, Result};
use tch::{Tensor, no_grad_guard};

use super::factory::Factory;
use super::linear::no_weight;
use super::module::{Layer, Module, State};
use super::repr::{boolean, float};
use crate::error::OrTorch;
use crate::init;
use crate::options::Options;

const WEIGHT: usize = 0;

/// `Embedding`.
pub struct Embedding {
    num_embeddings: i64,
    embedding_dim: i64,
    padding_idx: Option<i64>,
    max_norm: Option<f64>,
    norm_type: f64,
    scale_grad_by_freq: bool,
    sparse: bool,
}

impl Embedding {
    /// Whether the table's gradients are sparse.
    pub fn is_sparse(&self) -> bool {
        self.sparse
    }

    /// A table of `num_embeddings` vectors of 32-bit floats on the CPU, normally distributed; the one
    /// at `padding_idx` (counted from the end when negative) is 0 and not trained.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for a negative size or an index out of range,
    /// `RT_ERROR_TORCH_TOO_LARGE`.
    pub fn module(
        num_embeddings: i64,
        embedding_dim: i64,
        padding_idx: Option<i64>,
    ) -> Result<Module> {
        let layer = Self::plain(num_embeddings, embedding_dim, padding_idx)?;
        layer.build(None, false, Factory::default())
    }

    /// A table of the vectors in `weight`, which it shares with it; `freeze` says that it is not
    /// trained.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` when `weight` has not two dimensions or `padding_idx` is out of
    /// range, `RT_ERROR_TORCH`.
    pub fn from_pretrained(
        weight: &Tensor,
        freeze: bool,
        padding_idx: Option<i64>,
    ) -> Result<Module> {
        let (rows, columns) = table(weight)?;
        let layer = Self::plain(rows, columns, padding_idx)?;
        layer.build(Some(weight), freeze, Factory::default())
    }

    fn plain(rows: i64, columns: i64, padding_idx: Option<i64>) -> Result<Self> {
        Ok(Self {
            num_embeddings: rows,
            embedding_dim: columns,
            padding_idx: checked(padding_idx, rows)?,
            max_norm: None,
            norm_type: 2.0,
            scale_grad_by_freq: false,
            sparse: false,
        })
    }

    /// Besides Python's options, `_weight` and `_freeze` as `from_pretrained` gives them on.
    pub(crate) fn from_options(options: Options) -> Result<Module> {
        let weight = options.tensor("_weight")?;
        let freeze = options.bool("_freeze", false)?;
        let (rows, columns) = match &weight {
            Some(weight) => {
                let (rows, columns) = table(weight)?;
                for (name, size) in [("num_embeddings", rows), ("embedding_dim", columns)] {
                    if options.int(name, size)? != size {
                        return Err(options.refuse(name, format!("is not the weight's {size}")));
                    }
                }
                (rows, columns)
            }
            None => {
                (options.required_int("num_embeddings")?, options.required_int("embedding_dim")?)
            }
        };
        let layer = Self {
            max_norm: options.optional_float("max_norm")?,
            norm_type: options.float("norm_type", 2.0)?,
            scale_grad_by_freq: options.bool("scale_grad_by_freq", false)?,
            sparse: options.bool("sparse", false)?,
            ..Self::plain(rows, columns, options.optional_int("padding_idx")?)?
        };
        let factory = Factory::of(&options)?;
        options.finish()?;
        layer.build(weight.as_ref(), freeze, factory)
    }

    fn build(self, given: Option<&Tensor>, freeze: bool, factory: Factory) -> Result<Module> {
        let weight = match given {
            Some(weight) => weight.f_detach().or_torch()?,
            None => {
                let shape = [self.num_embeddings, self.embedding_dim];
                let weight = factory.parameter("weight", &shape)?;
                init::normal(&weight, 0.0, 1.0)?;
                if let Some(row) = self.padding_idx {
                    init::constant(
                        &weight.f_detach().and_then(|w| w.f_select(0, row)).or_torch()?,
                        0.0,
                    )?;
                }
                weight
            }
        };
        let weight = weight.f_set_requires_grad(!freeze).or_torch()?;
        Module::of(self, State::new().parameter("weight", weight))
    }
}

impl Layer for Embedding {
    fn class(&self) -> &'static str {
        "Embedding"
    }

    fn forward(&self, module: &Module, input: &Tensor) -> Result<Tensor> {
        let Some(weight) = module.parameter_at(WEIGHT) else { return Err(no_weight("Embedding")) };
        let indices = input.f_contiguous().or_torch()?;
        if let Some(most) = self.max_norm {
            // Vectors that are looked up and longer than that are shortened, for good.
            let _guard = no_grad_guard();
            let mut weight = weight.f_detach().or_torch()?;
            weight.f_embedding_renorm_(&indices, most, self.norm_type).or_torch().map(drop)?;
        }
        let padding = self.padding_idx.unwrap_or(-1);
        Tensor::f_embedding(weight, &indices, padding, self.scale_grad_by_freq, self.sparse)
            .or_torch()
    }

    fn extra_repr(&self, _module: &Module) -> String {
        let mut text = format!("{}, {}", self.num_embeddings, self.embedding_dim);
        if let Some(index) = self.padding_idx {
            text += &format!(", padding_idx={index}");
        }
        if let Some(norm) = self.max_norm {
            text += &format!(", max_norm={}", float(norm));
        }
        if self.norm_type != 2.0 {
            text += &format!(", norm_type={}", float(self.norm_type));
        }
        if self.scale_grad_by_freq {
            text += &format!(", scale_grad_by_freq={}", boolean(true));
        }
        if self.sparse {
            text += ", sparse=True";
        }
        text
    }
}

/// The rows and columns of a table of vectors.
fn table(weight: &Tensor) -> Result<(i64, i64)> {
    match weight.size()[..] {
        [rows, columns] => Ok((rows, columns)),
        _ => Err(Error::invalid(format!(
            "weight has {} dimensions: a table of vectors has 2",
            weight.dim()
        ))),
    }
}

/// The index from the start, if there is a vector.
fn checked(index: Option<i64>, rows: i64) -> Result<Option<i64>> {
    let Some(index) = index else { return Ok(None) };
    let from_start = if index < 0 { index.saturating_add(rows) } else { index };
    if (0..rows).contains(&from_start) {
        return Ok(Some(from_start));
    }
    Err(Error::invalid(format!("padding_idx {index} is not within {rows} vectors")))
}
