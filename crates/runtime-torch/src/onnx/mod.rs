//! ONNX models: what is in their files, checking them, and running them on ONNX Runtime.

pub mod export;
pub mod proto;
