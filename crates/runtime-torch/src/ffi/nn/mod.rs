//! Modules, and the functions behind them.

pub mod linear;
pub mod module;
pub mod state;
