//! Modules, and the functions behind them.

pub mod activation;
pub mod conv;
pub mod init;
pub mod linear;
pub mod module;
pub mod pool;
pub mod state;
