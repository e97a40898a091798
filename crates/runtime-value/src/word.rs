//! The value word: 64 bits that are an int, a float, a special value or a reference to a heap
//! object.
//!
//! ```text
//! ...000  int       the upper 61 bits, signed
//! ...001  heap      the object's address
//! ...010  float     the upper 61 bits of the IEEE 754 double, whose lower three are zero
//! ...011  special   NIL, TRUE, FALSE, ERROR, then symbols
//! ...1xx  float     the double rotated left by four, its second bit dropped (see `pack_float`)
//! ```
//!
//! Ints outside of 61 bits and the few floats that fit neither float form are heap objects; see
//! [`crate::number`].

use std::fmt;
use std::marker::PhantomData;

/// A value of the Simple language as one 64-bit word.
///
/// The word is `Copy`, like the machine word that compiled code passes around. Words that refer to
/// heap objects own nothing: objects live until they are freed ([`RuntimeValue::free`], a
/// [scope](crate::heap::scope)). A word of a freed object is refused by every accessor.
///
/// A word stays on its thread (`!Send`), because heap objects are not locked: what one thread
/// changes no other thread may use at the same time. Whoever hands a word over to another thread
/// does it as [bits](Self::to_bits), and promises that in [`RuntimeValue::from_bits`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(transparent)]
pub struct RuntimeValue(u64, PhantomData<*const ()>);

/// The low three bits of a word.
pub mod tag {
    /// A 61-bit int.
    pub const RT_TAG_INT: u8 = 0b000;
    /// A reference to a heap object.
    pub const RT_TAG_HEAP: u8 = 0b001;
    /// A float whose three lowest bits are zero.
    pub const RT_TAG_FLOAT: u8 = 0b010;
    /// NIL, TRUE, FALSE, ERROR and symbols.
    pub const RT_TAG_SPECIAL: u8 = 0b011;
    /// Set in the tag of every float of the other inline form.
    pub const RT_TAG_FLOAT_ROTATED: u8 = 0b100;
}

use tag::{RT_TAG_FLOAT, RT_TAG_FLOAT_ROTATED, RT_TAG_HEAP, RT_TAG_INT, RT_TAG_SPECIAL};

pub(crate) const TAG_MASK: u64 = 0b111;
const FLOAT: u64 = RT_TAG_FLOAT as u64;
const ROTATED: u64 = RT_TAG_FLOAT_ROTATED as u64;
const HEAP: u64 = RT_TAG_HEAP as u64;
const SPECIAL: u64 = RT_TAG_SPECIAL as u64;

/// The smallest int that a word holds itself.
pub const MIN_INLINE_INT: i64 = -(1 << 60);
/// The largest int that a word holds itself.
pub const MAX_INLINE_INT: i64 = (1 << 60) - 1;

impl RuntimeValue {
    /// The absence of a value.
    pub const NIL: Self = Self::special(0);
    /// True.
    pub const TRUE: Self = Self::special(1);
    /// False.
    pub const FALSE: Self = Self::special(2);
    /// The special value that stands for a failed call in compiled code.
    pub const ERROR: Self = Self::special(3);

    const fn special(id: u64) -> Self {
        Self::raw(id << 3 | SPECIAL)
    }

    pub(crate) const fn raw(bits: u64) -> Self {
        Self(bits, PhantomData)
    }

    /// The word with these bits. Any bits are allowed: accessors refuse what is not a live value.
    ///
    /// # Safety
    /// While this thread uses the word, no other thread changes or frees the heap object it may
    /// refer to. Bits that were made on this thread, or handed over by a thread that does not use
    /// the object any more, are fine, and so are bits that refer to no object.
    #[inline(always)]
    pub const unsafe fn from_bits(bits: u64) -> Self {
        Self::raw(bits)
    }

    /// The word's bits.
    #[inline(always)]
    pub const fn to_bits(self) -> u64 {
        self.0
    }

    /// The low three bits, a constant of [`tag`].
    #[inline(always)]
    pub const fn tag(self) -> u8 {
        (self.0 & TAG_MASK) as u8
    }

    /// TRUE or FALSE.
    #[inline(always)]
    pub const fn bool(value: bool) -> Self {
        if value { Self::TRUE } else { Self::FALSE }
    }

    /// Whether this is NIL.
    #[inline(always)]
    pub const fn is_nil(self) -> bool {
        self.0 == Self::NIL.0
    }

    /// Whether this is TRUE or FALSE.
    #[inline(always)]
    pub const fn is_bool(self) -> bool {
        self.0 == Self::TRUE.0 || self.0 == Self::FALSE.0
    }

    /// Whether this is the ERROR special.
    #[inline(always)]
    pub const fn is_error(self) -> bool {
        self.0 == Self::ERROR.0
    }

    /// The int that the word itself holds.
    #[inline(always)]
    pub const fn inline_int(self) -> Option<i64> {
        if self.tag() == RT_TAG_INT { Some(self.0 as i64 >> 3) } else { None }
    }

    /// The word that holds `int` itself, if 61 bits are enough.
    #[inline(always)]
    pub const fn pack_int(int: i64) -> Option<Self> {
        if int << 3 >> 3 == int { Some(Self::raw((int << 3) as u64)) } else { None }
    }

    /// The float that the word itself holds.
    #[inline(always)]
    pub const fn inline_float(self) -> Option<f64> {
        if self.0 & ROTATED != 0 {
            let rotated = (self.0 & !ROTATED).rotate_right(4);
            Some(f64::from_bits(rotated | (!rotated & EXPONENT_NEXT) << 1))
        } else if self.0 & TAG_MASK == FLOAT {
            Some(f64::from_bits(self.0 & !TAG_MASK))
        } else {
            None
        }
    }

    /// The word that holds `float` itself, bit for bit, if one of the two forms does.
    ///
    /// Three zero bits at the low end make room for a tag: that form is what compiled code makes.
    /// Else, when the two top bits of the exponent differ (magnitudes from about 1e-154 to 1e154),
    /// the first of them follows from the second. Rotating left by four puts it on bit 2, where a
    /// one in its place tells this form from all others.
    #[inline(always)]
    pub const fn pack_float(float: f64) -> Option<Self> {
        let bits = float.to_bits();
        if bits & TAG_MASK == 0 {
            Some(Self::raw(bits | FLOAT))
        } else if cfg!(feature = "compat-floats") {
            Some(Self::raw(bits & !TAG_MASK | FLOAT))
        } else if (bits ^ bits << 1) & EXPONENT_TOP != 0 {
            Some(Self::raw(bits.rotate_left(4) | ROTATED))
        } else {
            None
        }
    }

    /// The id of a special value: 0 NIL, 1 TRUE, 2 FALSE, 3 ERROR, from 4 symbols.
    #[inline(always)]
    pub const fn special_id(self) -> Option<u64> {
        if self.0 & TAG_MASK == SPECIAL { Some(self.0 >> 3) } else { None }
    }

    /// The address in a word of the heap form, live or not.
    #[inline(always)]
    pub(crate) const fn heap_address(self) -> Option<usize> {
        if self.0 & TAG_MASK == HEAP { Some((self.0 & !TAG_MASK) as usize) } else { None }
    }

    /// The word that refers to the object at `address`.
    #[inline(always)]
    pub(crate) const fn from_address(address: usize) -> Self {
        Self::raw(address as u64 | HEAP)
    }
}

/// The top bit of a double's exponent.
const EXPONENT_TOP: u64 = 1 << 62;
/// The bit below it.
const EXPONENT_NEXT: u64 = 1 << 61;

impl fmt::Debug for RuntimeValue {
    /// The bits, and the text of what the word means.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "RuntimeValue({:#x}: {})", self.0, crate::display::Quoted(*self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fixed_words() {
        assert_eq!(RuntimeValue::NIL.to_bits(), 0x03);
        assert_eq!(RuntimeValue::TRUE.to_bits(), 0x0B);
        assert_eq!(RuntimeValue::FALSE.to_bits(), 0x13);
        assert_eq!(RuntimeValue::ERROR.to_bits(), 0x1B);
        assert_eq!(RuntimeValue::pack_int(-1).unwrap().to_bits(), 0xFFFF_FFFF_FFFF_FFF8);
        assert_eq!(
            RuntimeValue::pack_int(MAX_INLINE_INT).unwrap().inline_int(),
            Some(MAX_INLINE_INT)
        );
        assert_eq!(
            RuntimeValue::pack_int(MIN_INLINE_INT).unwrap().inline_int(),
            Some(MIN_INLINE_INT)
        );
        assert_eq!(RuntimeValue::pack_int(MAX_INLINE_INT + 1), None);
        assert_eq!(RuntimeValue::pack_int(MIN_INLINE_INT - 1), None);
        assert_eq!(RuntimeValue::pack_float(1.5).unwrap().to_bits(), 1.5_f64.to_bits() | 2);
    }

    #[test]
    #[cfg(not(feature = "compat-floats"))]
    fn floats_keep_every_bit() {
        let check = |bits: u64| match RuntimeValue::pack_float(f64::from_bits(bits)) {
            Some(word) => {
                assert_eq!(word.inline_float().unwrap().to_bits(), bits);
                assert_eq!(word.inline_int(), None);
                assert_eq!(word.special_id(), None);
                assert_eq!(word.heap_address(), None);
                1
            }
            None => 0,
        };
        let mut inline = 0;
        let mut bits = 0x9E37_79B9_7F4A_7C15_u64;
        for _ in 0..100_000 {
            bits ^= bits << 13;
            bits ^= bits >> 7;
            bits ^= bits << 17;
            inline += check(bits);
        }
        assert!(inline > 50_000);
        for float in [0.1, -0.1, 3.14, 1e154, 1e-154, f64::MAX, f64::MIN_POSITIVE, f64::NAN, -0.0] {
            check(float.to_bits());
        }
        for float in [0.1, 3.14, -2.7e100, 1e-100] {
            assert!(RuntimeValue::pack_float(float).is_some());
        }
        assert!(RuntimeValue::pack_float(1.7976931348623157e308).is_none());
    }

    #[test]
    #[cfg(feature = "compat-floats")]
    fn compatible_floats_lose_three_bits() {
        assert_eq!(RuntimeValue::pack_float(3.14).unwrap().to_bits(), 0x4009_1EB8_51EB_851A);
        assert_eq!(RuntimeValue::pack_float(3.14).unwrap().inline_float(), Some(3.139999999999997));
    }
}
