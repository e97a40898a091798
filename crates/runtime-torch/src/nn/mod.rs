//! Layers and containers with the names, options, initialisation and results of `torch.nn`.

mod classes;
mod container;
mod factory;
pub mod handles;
mod linear;
mod module;
mod repr;
mod state;

pub use classes::names as class_names;
pub use container::{ModuleList, Sequential};
pub use factory::Factory;
pub use linear::{Bilinear, Flatten, Identity, Linear, Unflatten};
pub use module::{Layer, Module, Output, State};
pub use state::{Loaded, StateDict};
