//! Sizes that depend on the lengths of dynamic axes: sums of products of them, found from several traces.

use std::collections::BTreeMap;

/// A sum of products of lengths: `12`, `4 * batch`, `batch * length + 1`. No length occurs twice in a
/// product.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Size(BTreeMap<u32, i64>);

/// For each dynamic axis the length that the traces begin with. The others have it and the one above it.
pub(super) type Lengths = Vec<i64>;

impl Size {
    pub(super) fn known(number: i64) -> Self {
        Self(BTreeMap::from([(0, number)]).into_iter().filter(|(_, factor)| *factor != 0).collect())
    }

    #[cfg(test)]
    fn axis(axis: usize) -> Self {
        Self(BTreeMap::from([(1 << axis, 1)]))
    }

    /// The number, when it depends on no axis.
    pub(super) fn number(&self) -> Option<i64> {
        match self.0.len() {
            0 => Some(0),
            1 => self.0.get(&0).copied(),
            _ => None,
        }
    }

    /// The axis, when it is the length of that axis itself.
    pub(super) fn as_axis(&self) -> Option<usize> {
        let (product, factor) = self.0.first_key_value()?;
        let alone = self.0.len() == 1 && *factor == 1 && product.is_power_of_two();
        alone.then(|| product.trailing_zeros() as usize)
    }

    pub(super) fn is(&self, number: i64) -> bool {
        self.number() == Some(number)
    }

    /// The products: which axes, and the factor.
    pub(super) fn products(&self) -> impl Iterator<Item = (Vec<usize>, i64)> {
        let axes = |product: u32| (0..32).filter(|axis| product >> axis & 1 == 1).collect();
        self.0.iter().map(move |(product, factor)| (axes(*product), *factor))
    }

    pub(super) fn plus(&self, other: &Self) -> Option<Self> {
        let mut sum = self.0.clone();
        for (product, factor) in &other.0 {
            let entry = sum.entry(*product).or_insert(0);
            *entry = entry.checked_add(*factor)?;
        }
        sum.retain(|_, factor| *factor != 0);
        Some(Self(sum))
    }

    pub(super) fn times(&self, other: &Self) -> Option<Self> {
        let mut result = BTreeMap::new();
        for (left, by) in &self.0 {
            for (right, factor) in &other.0 {
                if left & right != 0 {
                    return None;
                }
                let entry = result.entry(left | right).or_insert(0_i64);
                *entry = entry.checked_add(by.checked_mul(*factor)?)?;
            }
        }
        result.retain(|_, factor| *factor != 0);
        Some(Self(result))
    }

    /// The product of all.
    pub(super) fn product<'s>(sizes: impl IntoIterator<Item = &'s Self>) -> Option<Self> {
        sizes.into_iter().try_fold(Self::known(1), |product, size| product.times(size))
    }

    /// What it is for these lengths.
    pub(super) fn at(&self, lengths: &[i64]) -> Option<i64> {
        self.products().try_fold(0_i64, |sum, (axes, factor)| {
            let product = axes.iter().try_fold(factor, |product, axis| {
                product.checked_mul(lengths.get(*axis).copied()?)
            });
            sum.checked_add(product?)
        })
    }

    /// The size that is `values[subset]` when the axes of the subset have one more than their first length.
    /// None when there is no such sum of products.
    pub(super) fn fit(values: &[i64], first: &Lengths) -> Option<Self> {
        let mut differences = values.to_vec();
        for axis in 0..first.len() {
            for subset in 0..values.len() {
                if subset >> axis & 1 == 1 {
                    let lower = differences.get(subset ^ (1 << axis)).copied()?;
                    let entry = differences.get_mut(subset)?;
                    *entry = entry.checked_sub(lower)?;
                }
            }
        }
        let mut size = Self::known(0);
        for (subset, factor) in differences.into_iter().enumerate() {
            let mut term = Self::known(factor);
            for (axis, length) in first.iter().enumerate() {
                if subset >> axis & 1 == 1 {
                    let beyond = Self(BTreeMap::from([(0, length.checked_neg()?), (1 << axis, 1)]));
                    term = term.times(&beyond)?;
                }
            }
            size = size.plus(&term)?;
        }
        Some(size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_of_products_are_found() {
        let (batch, length) = (Size::axis(0), Size::axis(1));
        let wanted = batch.times(&length).unwrap().times(&Size::known(4)).unwrap();
        let wanted = wanted.plus(&batch).unwrap().plus(&Size::known(-7)).unwrap();
        let first = vec![2, 5];
        let values: Vec<i64> = [[2, 5], [3, 5], [2, 6], [3, 6]]
            .iter()
            .map(|lengths| wanted.at(lengths).unwrap())
            .collect();
        let found = Size::fit(&values, &first).unwrap();
        assert_eq!(found, wanted);
        assert_eq!(found.at(&[10, 20]), Some(803));
        assert_eq!(Size::fit(&[3, 3], &vec![2]).unwrap().number(), Some(3));
        assert_eq!(Size::fit(&[2, 3], &vec![2]).unwrap().as_axis(), Some(0));
        assert_eq!(Size::fit(&[4, 6], &vec![2]).unwrap().as_axis(), None);
    }

    #[test]
    fn what_is_too_large_is_refused() {
        assert!(Size::fit(&[i64::MIN, 1], &vec![2]).is_none());
        assert!(Size::axis(0).times(&Size::axis(0)).is_none());
        assert!(Size::known(i64::MAX).plus(&Size::known(1)).is_none());
    }
}
