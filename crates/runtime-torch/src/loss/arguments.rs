//! The arguments of PyTorch's loss classes, out of options.

use runtime_core::Result;
use tch::{Reduction, Tensor};

use crate::options::Options;

/// A struct of a class's arguments, with the class's defaults.
pub trait Arguments: Default {
    /// PyTorch's class, for errors.
    const CLASS: &'static str;

    /// The arguments given, and the defaults for the rest.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` for a value that the option does not take.
    fn read(options: &Options) -> Result<Self>;
}

/// An argument that an option can be.
pub(super) trait Argument: Sized {
    fn read(options: &Options, name: &'static str, default: Self) -> Result<Self>;
}

impl Argument for f64 {
    fn read(options: &Options, name: &'static str, default: Self) -> Result<Self> {
        options.float(name, default)
    }
}

impl Argument for i64 {
    fn read(options: &Options, name: &'static str, default: Self) -> Result<Self> {
        options.int(name, default)
    }
}

impl Argument for bool {
    fn read(options: &Options, name: &'static str, default: Self) -> Result<Self> {
        options.bool(name, default)
    }
}

impl Argument for Option<Tensor> {
    fn read(options: &Options, name: &'static str, _: Self) -> Result<Self> {
        options.tensor(name)
    }
}

impl Argument for Reduction {
    fn read(options: &Options, name: &'static str, _: Self) -> Result<Self> {
        Ok(match options.choice(name, "mean", &["none", "mean", "sum"])? {
            "none" => Self::None,
            "sum" => Self::Sum,
            _ => Self::Mean,
        })
    }
}

/// Declares a struct of arguments: name, PyTorch's class, and each argument with its default.
macro_rules! arguments {
    ($(
        $(#[$about:meta])*
        $name:ident($class:literal) {
            $($(#[$what:meta])* $argument:ident: $kind:ty = $default:expr,)*
        }
    )*) => { $(
        $(#[$about])*
        #[derive(Debug)]
        pub struct $name {
            $($(#[$what])* pub $argument: $kind,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($argument: $default,)* }
            }
        }

        impl $crate::loss::Arguments for $name {
            const CLASS: &'static str = $class;

            fn read(options: &$crate::options::Options) -> runtime_core::Result<Self> {
                use $crate::loss::arguments::Argument;
                Ok(Self { $($argument: <$kind>::read(options, stringify!($argument), $default)?,)* })
            }
        }
    )* };
}

pub(super) use arguments;
