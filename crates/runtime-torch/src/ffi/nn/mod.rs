//! Modules, and the functions behind them.

pub mod activation;
pub mod attention;
pub mod conv;
pub mod embedding;
pub mod functional;
pub mod init;
pub mod linear;
pub mod module;
pub mod norm;
pub mod pool;
pub mod recurrent;
pub mod state;
pub mod transformer;
