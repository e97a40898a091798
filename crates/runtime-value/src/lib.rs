#![doc = include_str!("../README.md")]

pub mod array;
mod boxes;
pub mod codes;
pub mod collection;
mod convert;
pub mod copy;
pub mod dict;
pub mod display;
pub mod enumeration;
pub mod equality;
#[cfg(feature = "ffi")]
pub mod ffi;
mod fields;
pub mod hash;
pub mod heap;
mod nesting;
pub mod number;
pub mod order;
mod room;
mod sort;
pub mod string;
pub mod types;
mod value;
pub mod view;
pub mod word;

pub use number::Number;
pub use types::ObjectType;
pub use view::{
    Array, Closure, Dict, Enum, Handle, Object, Shared, Str, Tuple, Unique, View, Weak,
};
pub use word::RuntimeValue;
