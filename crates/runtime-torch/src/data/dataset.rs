//! Data sets: tensors whose rows belong together.

use runtime_core::{Error, Result};
use tch::Tensor;

use crate::error::OrTorch;
use crate::memory;

/// Tensors with one row for each sample: features and labels, and whatever else there is.
pub struct Dataset {
    tensors: Vec<Tensor>,
    len: i64,
}

// SAFETY: a data set is never changed, LibTorch counts references atomically, and reading a tensor in
// several threads at once is safe there. Who changes a tensor that a data set was made of is to see to
// it that nobody reads meanwhile, as everywhere in LibTorch.
unsafe impl Sync for Dataset {}

impl Dataset {
    /// A data set of these tensors, which are not copied. No gradients flow into it.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` when there is none, one has no dimensions, or they do not have the
    /// same number of rows.
    pub fn new(tensors: &[Tensor]) -> Result<Self> {
        let rows = |tensor: &Tensor| tensor.size().first().copied();
        let Some(first) = tensors.first() else {
            return Err(Error::invalid("a data set has at least one tensor"));
        };
        let len = rows(first).ok_or_else(|| Error::invalid("tensor 0 has no dimensions"))?;
        for (index, tensor) in tensors.iter().enumerate() {
            match rows(tensor) {
                None => return Err(Error::invalid(format!("tensor {index} has no dimensions"))),
                Some(other) if other != len => {
                    return Err(Error::invalid(format!(
                        "size mismatch between tensors: tensor {index} has {other} rows, and the \
                         first one {len}"
                    )));
                }
                Some(_) => {}
            }
        }
        let own = tensors.iter().map(|tensor| tensor.f_detach().or_torch());
        Ok(Self { tensors: own.collect::<Result<_>>()?, len })
    }

    /// How many samples there are.
    pub fn len(&self) -> i64 {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The tensors with all rows.
    pub fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    /// One sample: its row of each tensor. Negative positions count from the end.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` when there is no such sample.
    pub fn sample(&self, index: i64) -> Result<Vec<Tensor>> {
        let position = if index < 0 { index.saturating_add(self.len) } else { index };
        if !(0..self.len).contains(&position) {
            let len = self.len;
            return Err(Error::invalid(format!("index {index} is out of a data set of {len}")));
        }
        self.tensors.iter().map(|tensor| tensor.f_select(0, position).or_torch()).collect()
    }

    /// The samples at these positions, in copies.
    pub(super) fn gather(&self, positions: &[i64]) -> Result<Vec<Tensor>> {
        self.check_copies(positions.len() as i64)?;
        let positions = Tensor::f_from_slice(positions).or_torch()?;
        let rows = |tensor: &Tensor| {
            let positions = positions.f_to_device(tensor.device())?;
            tensor.f_index_select(0, &positions)
        };
        self.tensors.iter().map(|tensor| rows(tensor).or_torch()).collect()
    }

    /// So many samples from `start` on, in copies.
    pub(super) fn range(&self, start: i64, count: i64) -> Result<Vec<Tensor>> {
        self.check_copies(count)?;
        let rows = |tensor: &Tensor| {
            let view = tensor.f_narrow(0, start, count).or_torch()?;
            let mut copy = view.f_empty_like().or_torch()?;
            copy.f_copy_(&view).or_torch()?;
            Ok(copy)
        };
        self.tensors.iter().map(rows).collect()
    }

    /// Refuses copies of so many samples when memory does not hold them. A tensor can be larger than
    /// memory: one that repeats its elements.
    fn check_copies(&self, count: i64) -> Result<()> {
        self.tensors.iter().try_for_each(|tensor| {
            let mut shape = tensor.size();
            shape[0] = count;
            memory::check("batch", &shape, tensor.f_kind().or_torch()?, tensor.device())
        })
    }
}
