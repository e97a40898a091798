//! A stable sort whose comparison may fail. Those of the standard library take no such comparison, and
//! end the process when there is no memory for their buffer.

use std::cmp::Ordering;
use std::hint::select_unpredictable;

use runtime_core::Result;

use crate::room::Room;

/// Up to this many items are sorted by insertion.
const SHORT: usize = 8;

/// Sorts `items`; equal ones keep their order. When this fails, they are in no order, and some may be
/// there twice.
///
/// # Errors
/// What `compare` fails with, `RT_ERROR_OUT_OF_MEMORY`.
pub(crate) fn sort<T: Copy>(
    items: &mut [T],
    compare: impl Fn(T, T) -> Result<Ordering>,
) -> Result<()> {
    let before = |a: T, b: T| Ok(compare(a, b)?.is_lt());
    let Some((&first, rest)) = items.split_first() else { return Ok(()) };
    let (mut last, mut falls) = (first, true);
    for &item in rest {
        falls = before(item, last)?;
        if !falls {
            break;
        }
        last = item;
    }
    if falls {
        // No two are equal, so none change places with their equals.
        items.reverse();
        return Ok(());
    }
    let mut buffer = Vec::new();
    if items.len() > SHORT {
        buffer.make_room(items.len() / 2)?;
    }
    merge_sort(items, &mut buffer, &before)
}

/// `buffer` has room for half of the items.
fn merge_sort<T: Copy>(
    items: &mut [T],
    buffer: &mut Vec<T>,
    before: &impl Fn(T, T) -> Result<bool>,
) -> Result<()> {
    if items.len() <= SHORT {
        return insertion_sort(items, before);
    }
    let middle = items.len() / 2;
    let (left, right) = items.split_at_mut(middle);
    merge_sort(left, buffer, before)?;
    merge_sort(right, buffer, before)?;
    if before(items[middle], items[middle - 1])? {
        merge(items, middle, buffer, before)?;
    }
    Ok(())
}

fn insertion_sort<T: Copy>(items: &mut [T], before: &impl Fn(T, T) -> Result<bool>) -> Result<()> {
    for end in 1..items.len() {
        let item = items[end];
        let mut place = end;
        while place > 0 && before(item, items[place - 1])? {
            items[place] = items[place - 1];
            place -= 1;
        }
        items[place] = item;
    }
    Ok(())
}

/// Merges what is sorted before and from `middle` on.
fn merge<T: Copy>(
    items: &mut [T],
    middle: usize,
    buffer: &mut Vec<T>,
    before: &impl Fn(T, T) -> Result<bool>,
) -> Result<()> {
    buffer.clear();
    buffer.extend_from_slice(&items[..middle]);
    let (mut left, mut right, mut end) = (0, middle, 0);
    while left < buffer.len() && right < items.len() {
        // Of equal ones the left comes first.
        let takes_right = before(items[right], buffer[left])?;
        items[end] = select_unpredictable(takes_right, items[right], buffer[left]);
        right += usize::from(takes_right);
        left += usize::from(!takes_right);
        end += 1;
    }
    let rest = &buffer[left..];
    items[end..end + rest.len()].copy_from_slice(rest);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sorts_as_the_standard_library_does() {
        let mut state = 1_u64;
        let mut random = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        for len in (0..70).chain([1000, 4097]) {
            for below in [2, 10, 1 << 20] {
                let mut ours: Vec<_> = (0..len).map(|place| (random(below), place)).collect();
                let mut theirs = ours.clone();
                theirs.sort_by_key(|item| item.0);
                sort(&mut ours, |a, b| Ok(a.0.cmp(&b.0))).unwrap();
                assert_eq!(ours, theirs);
                // What is in order already, and what is in the opposite one.
                ours.reverse();
                theirs.reverse();
                theirs.sort_by_key(|item| item.0);
                sort(&mut ours, |a, b| Ok(a.0.cmp(&b.0))).unwrap();
                assert_eq!(ours, theirs);
                sort(&mut ours, |a, b| Ok(a.0.cmp(&b.0))).unwrap();
                assert_eq!(ours, theirs);
            }
        }
    }
}
