//! Memory orders as numbers, and which operation can have which.

use std::sync::atomic::Ordering;

use runtime_core::{Error, Result};

use crate::codes;

/// No order between this operation and others, only atomicity. The numbers are those of C11's
/// `memory_order`.
pub const RT_MEMORY_ORDER_RELAXED: i32 = 0;
/// As acquire, which is how every compiler treats it.
pub const RT_MEMORY_ORDER_CONSUME: i32 = 1;
/// What the thread that released wrote before is seen after this. For loads.
pub const RT_MEMORY_ORDER_ACQUIRE: i32 = 2;
/// What this thread wrote before is seen by who acquires. For stores.
pub const RT_MEMORY_ORDER_RELEASE: i32 = 3;
/// Both. For operations that read and write.
pub const RT_MEMORY_ORDER_ACQ_REL: i32 = 4;
/// Both, and all such operations have one order that every thread sees.
pub const RT_MEMORY_ORDER_SEQ_CST: i32 = 5;

/// The order of a load: any that does not release.
///
/// # Errors
/// `RT_ERROR_MEMORY_ORDER`.
pub fn load(order: i32) -> Result<Ordering> {
    match any("order", order)? {
        Ordering::Release | Ordering::AcqRel => Err(unfit("order", order, "a load")),
        fit => Ok(fit),
    }
}

/// The order of a store: any that does not acquire.
///
/// # Errors
/// `RT_ERROR_MEMORY_ORDER`.
pub fn store(order: i32) -> Result<Ordering> {
    match any("order", order)? {
        Ordering::Acquire | Ordering::AcqRel => Err(unfit("order", order, "a store")),
        fit => Ok(fit),
    }
}

/// The order of an operation that reads and writes: every order is one.
///
/// # Errors
/// `RT_ERROR_MEMORY_ORDER` for a number that is no order.
pub fn read_write(order: i32) -> Result<Ordering> {
    any("order", order)
}

/// The two orders of a comparison with exchange: any when it succeeds, that of a load when it
/// fails. As in C17 and C++17, the second need not be weaker than the first.
///
/// # Errors
/// `RT_ERROR_MEMORY_ORDER`.
pub fn compare_exchange(success: i32, failure: i32) -> Result<(Ordering, Ordering)> {
    let on_success = any("success", success)?;
    match any("failure", failure)? {
        Ordering::Release | Ordering::AcqRel => {
            Err(unfit("failure", failure, "the load that a failed exchange is"))
        }
        on_failure => Ok((on_success, on_failure)),
    }
}

fn any(name: &str, order: i32) -> Result<Ordering> {
    match order {
        RT_MEMORY_ORDER_RELAXED => Ok(Ordering::Relaxed),
        RT_MEMORY_ORDER_CONSUME | RT_MEMORY_ORDER_ACQUIRE => Ok(Ordering::Acquire),
        RT_MEMORY_ORDER_RELEASE => Ok(Ordering::Release),
        RT_MEMORY_ORDER_ACQ_REL => Ok(Ordering::AcqRel),
        RT_MEMORY_ORDER_SEQ_CST => Ok(Ordering::SeqCst),
        _ => Err(Error::new(
            codes::RT_ERROR_MEMORY_ORDER,
            format!("{name} {order} is no memory order"),
        )),
    }
}

#[cold]
fn unfit(name: &str, order: i32, operation: &str) -> Error {
    Error::new(
        codes::RT_ERROR_MEMORY_ORDER,
        format!("{name} {order} is no memory order for {operation}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operation_has_its_orders() {
        // C17, 7.17.7: a load has no release, a store has no acquire.
        let fit = |check: fn(i32) -> Result<Ordering>| -> Vec<i32> {
            (-1..=6).filter(|&order| check(order).is_ok()).collect()
        };
        assert_eq!(fit(load), [0, 1, 2, 5]);
        assert_eq!(fit(store), [0, 3, 5]);
        assert_eq!(fit(read_write), [0, 1, 2, 3, 4, 5]);
        assert_eq!(
            fit(|order| compare_exchange(0, order).map(|(_, failure)| failure)),
            [0, 1, 2, 5]
        );
        assert_eq!(
            fit(|order| compare_exchange(order, 5).map(|(success, _)| success)),
            [0, 1, 2, 3, 4, 5]
        );
    }

    #[test]
    fn refusals_say_why() {
        let refused = load(4).unwrap_err();
        assert_eq!(refused.code(), codes::RT_ERROR_MEMORY_ORDER);
        assert_eq!(refused.reason(), "order 4 is no memory order for a load");
        assert_eq!(
            compare_exchange(5, i32::MIN).unwrap_err().reason(),
            "failure -2147483648 is no memory order"
        );
    }
}
