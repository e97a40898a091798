//! The numbers of this area's errors and of its codes in C.

/// LibTorch refused: the message is the first line of its own.
pub const RT_ERROR_TORCH: i64 = 2000;
/// The library was built without PyTorch.
pub const RT_ERROR_TORCH_UNAVAILABLE: i64 = 2001;
/// A number that is no dtype.
pub const RT_ERROR_TORCH_DTYPE: i64 = 2002;
/// A number that is no device, or a device that is not there.
pub const RT_ERROR_TORCH_DEVICE: i64 = 2003;
/// An option that the class does not have, or one with a value that it does not take.
pub const RT_ERROR_TORCH_OPTION: i64 = 2004;
/// A tensor that would be larger than this machine's memory.
pub const RT_ERROR_TORCH_TOO_LARGE: i64 = 2005;
/// A file of data that is not in its format, is cut off, or goes on after its end.
pub const RT_ERROR_TORCH_DATA: i64 = 2030;
/// No mirror gave a file of data as it should be.
pub const RT_ERROR_TORCH_DOWNLOAD: i64 = 2031;
/// TorchScript source that does not compile: the message begins with its line and column.
pub const RT_ERROR_TORCH_SCRIPT: i64 = 2060;
/// A file that is no TorchScript archive, or a broken one.
pub const RT_ERROR_TORCH_ARCHIVE: i64 = 2061;
/// A method that a TorchScript module does not have.
pub const RT_ERROR_TORCH_METHOD: i64 = 2062;
/// A callback returned what it must not, or the error value without an error.
pub const RT_ERROR_TORCH_CALLBACK: i64 = 2063;
/// A file that is no model file, or a broken one.
pub const RT_ERROR_TORCH_FILE: i64 = 2070;
/// A model file with an object that loading never makes: the message names it.
pub const RT_ERROR_TORCH_FILE_GLOBAL: i64 = 2071;
/// A value that model files cannot hold.
pub const RT_ERROR_TORCH_FILE_VALUE: i64 = 2072;
/// ONNX Runtime refused a model or a run: the message is its own.
pub const RT_ERROR_TORCH_ONNX: i64 = 2080;
/// There is no ONNX Runtime, or what is there cannot be used: the message says what gets one.
pub const RT_ERROR_TORCH_ONNX_LIBRARY: i64 = 2081;
/// A file that is no ONNX model, or a wrong one: the message says what is wrong, and where.
pub const RT_ERROR_TORCH_ONNX_MODEL: i64 = 2082;
/// An input that an ONNX model does not have or cannot take, or one that is missing.
pub const RT_ERROR_TORCH_ONNX_INPUT: i64 = 2083;
/// A result of an ONNX model that is nothing the runtime has values for, or no result of it at all.
pub const RT_ERROR_TORCH_ONNX_OUTPUT: i64 = 2084;
/// An operation that the ONNX export does not cover: the message names it and the module or the place in the
/// source that it came from.
pub const RT_ERROR_TORCH_ONNX_OPERATOR: i64 = 2085;
/// What an ONNX model cannot be, for another reason than an operation: results that are no tensors, names
/// that clash, an axis that is not dynamic, too many weights.
pub const RT_ERROR_TORCH_ONNX_EXPORT: i64 = 2086;

/// Something of a process group before there is one, after it was destroyed, or on a rank that is no member.
pub const RT_ERROR_TORCH_DIST_NO_GROUP: i64 = 2090;
/// The ranks did not meet: an address, port or rank that is none, a port in use, ranks that did not come.
pub const RT_ERROR_TORCH_DIST_INIT: i64 = 2091;
/// Another rank did not take part in a collective within the time-out. The group is of no use after it.
pub const RT_ERROR_TORCH_DIST_TIMEOUT: i64 = 2092;
/// The connection to another rank broke: it died, left, or had failed itself. The group is of no use after it.
pub const RT_ERROR_TORCH_DIST_PEER: i64 = 2093;
/// A backend that there is not, or that this library was built without.
pub const RT_ERROR_TORCH_DIST_BACKEND: i64 = 2094;
/// The ranks were in different collectives, or with different dtypes or sizes. The group is of no use after it.
pub const RT_ERROR_TORCH_DIST_MISMATCH: i64 = 2095;

/// 32-bit floats.
pub const RT_TORCH_FLOAT32: i64 = 0;
/// 64-bit floats.
pub const RT_TORCH_FLOAT64: i64 = 1;
/// 32-bit ints.
pub const RT_TORCH_INT32: i64 = 2;
/// 64-bit ints.
pub const RT_TORCH_INT64: i64 = 3;
/// Booleans, one byte each.
pub const RT_TORCH_BOOL: i64 = 4;
/// Unsigned bytes.
pub const RT_TORCH_UINT8: i64 = 5;
/// Signed bytes.
pub const RT_TORCH_INT8: i64 = 6;
/// 16-bit ints.
pub const RT_TORCH_INT16: i64 = 7;
/// IEEE half precision.
pub const RT_TORCH_FLOAT16: i64 = 8;
/// bfloat16: the upper half of a 32-bit float.
pub const RT_TORCH_BFLOAT16: i64 = 9;
/// Pairs of 32-bit floats.
pub const RT_TORCH_COMPLEX64: i64 = 10;
/// Pairs of 64-bit floats.
pub const RT_TORCH_COMPLEX128: i64 = 11;
