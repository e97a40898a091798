//! Tensors as ONNX Runtime's values and back. Inputs are lent, not copied; results are copied, because the
//! memory that they are in is ONNX Runtime's.

use std::ffi::c_int;
use std::ptr::{self, NonNull};
use std::slice;

use ort::sys;
use runtime_core::{Error, Result};
use tch::{Device, Tensor};
use torch_shim::Value;

use super::interface::Element;
use crate::codes::{RT_ERROR_TORCH_ONNX, RT_ERROR_TORCH_ONNX_INPUT, RT_ERROR_TORCH_ONNX_OUTPUT};
use crate::error::OrTorch;

/// Turns a status of ONNX Runtime's into a result.
pub(super) fn done(status: sys::OrtStatusPtr) -> Result<()> {
    // SAFETY: the status comes from a function of ONNX Runtime's, and is handed over.
    unsafe { ort::Error::result_from_status(status) }.map_err(|error| refused(error.message()))
}

/// ONNX Runtime's reason in one line.
pub(super) fn refused(message: &str) -> Error {
    let lines: Vec<&str> = message.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    Error::new(RT_ERROR_TORCH_ONNX, lines.join("; "))
}

/// A value of ONNX Runtime's.
pub(super) struct OrtValue(NonNull<sys::OrtValue>);

impl OrtValue {
    /// The value in a pointer that is handed over; `None` for a null one.
    ///
    /// # Safety
    /// The pointer is null or a value that nobody else frees.
    pub(super) unsafe fn from_raw(value: *mut sys::OrtValue) -> Option<Self> {
        NonNull::new(value).map(Self)
    }

    pub(super) fn as_ptr(&self) -> *const sys::OrtValue {
        self.0.as_ptr()
    }
}

impl Drop for OrtValue {
    fn drop(&mut self) {
        // SAFETY: it is this object's own, and used no more.
        unsafe { (ort::api().ReleaseValue)(self.0.as_ptr()) };
    }
}

/// An input: the value, and the tensor whose memory it is.
pub(super) struct Input {
    pub(super) value: OrtValue,
    _tensor: Tensor,
}

impl Input {
    /// The tensor as a value. One that lies in memory as ONNX wants it is not copied.
    pub(super) fn of(name: &str, tensor: &Tensor) -> Result<Self> {
        let wrong = |reason: String| Error::new(RT_ERROR_TORCH_ONNX_INPUT, reason);
        let kind = tensor.f_kind().or_torch()?;
        let element = Element::of(kind).ok_or_else(|| {
            wrong(format!("input {name:?}: a tensor of {kind:?} is none of ONNX's"))
        })?;
        let tensor = plain(tensor)?;
        let sizes = tensor.size();
        let bytes = tensor.numel() * kind.elt_size_in_bytes();
        let data = tensor.data_ptr();
        // Without elements there is no memory, and ONNX Runtime wants an address all the same.
        static NOTHING: u64 = 0;
        let data = match (bytes, data.is_null()) {
            (0, _) => ptr::from_ref(&NOTHING).cast_mut().cast(),
            (_, true) => return Err(wrong(format!("input {name:?}: the tensor has no memory"))),
            _ => data,
        };
        let mut value = ptr::null_mut();
        // SAFETY: the memory is as long as shape and type say and stays while the tensor is kept, which is
        // as long as the value. The value is an input, which ONNX Runtime does not write to.
        done(unsafe {
            (ort::api().CreateTensorWithDataAsOrtValue)(
                cpu()?.0.as_ptr(),
                data,
                bytes,
                sizes.as_ptr(),
                sizes.len(),
                code(element),
                &raw mut value,
            )
        })?;
        // SAFETY: it was just made for this.
        let value = unsafe { OrtValue::from_raw(value) };
        let value = value.ok_or_else(|| refused("ONNX Runtime made no value"))?;
        Ok(Self { value, _tensor: tensor })
    }
}

/// The tensor with its elements one after the other in the CPU's memory, as they are meant: itself, when it
/// is so.
fn plain(tensor: &Tensor) -> Result<Tensor> {
    let is_plain = !tensor.is_sparse()
        && !tensor.is_mkldnn()
        && tensor.device() == Device::Cpu
        && tensor.is_contiguous()
        && !tensor.f_is_neg().or_torch()?
        && !tensor.f_is_conj().or_torch()?;
    if is_plain {
        return Ok(tensor.shallow_clone());
    }
    tensor
        .f_detach()
        .and_then(|tensor| tensor.f_to_device(Device::Cpu))
        .and_then(|tensor| tensor.f_resolve_conj())
        .and_then(|tensor| tensor.f_resolve_neg())
        .and_then(|tensor| tensor.f_contiguous())
        .or_torch()
}

/// ONNX Runtime's own number of an element type.
fn code(element: Element) -> sys::ONNXTensorElementDataType {
    use sys::ONNXTensorElementDataType::*;
    const CODES: [sys::ONNXTensorElementDataType; 17] = [
        ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED,
        ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT,
        ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8,
        ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8,
        ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16,
        ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16,
        ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32,
        ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64,
        ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING,
        ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL,
        ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16,
        ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE,
        ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32,
        ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64,
        ONNX_TENSOR_ELEMENT_DATA_TYPE_COMPLEX64,
        ONNX_TENSOR_ELEMENT_DATA_TYPE_COMPLEX128,
        ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16,
    ];
    // The numbers up to bfloat16 are those of the file.
    let index = usize::try_from(element.0).unwrap_or(0);
    CODES.get(index).copied().unwrap_or(ONNX_TENSOR_ELEMENT_DATA_TYPE_UNDEFINED)
}

/// Says that memory is the CPU's.
struct MemoryInfo(NonNull<sys::OrtMemoryInfo>);

// SAFETY: it is a description that nobody changes.
unsafe impl Send for MemoryInfo {}
// SAFETY: as above.
unsafe impl Sync for MemoryInfo {}

fn cpu() -> Result<&'static MemoryInfo> {
    static CPU: std::sync::OnceLock<MemoryInfo> = std::sync::OnceLock::new();
    if let Some(known) = CPU.get() {
        return Ok(known);
    }
    let mut info = ptr::null_mut();
    // SAFETY: the function writes the description's address, and is done with ours.
    done(unsafe {
        (ort::api().CreateCpuMemoryInfo)(
            sys::OrtAllocatorType::OrtDeviceAllocator,
            sys::OrtMemType::OrtMemTypeDefault,
            &raw mut info,
        )
    })?;
    let info = NonNull::new(info).ok_or_else(|| refused("ONNX Runtime describes no memory"))?;
    // Of two threads one is a little too late, and its description stays unused.
    Ok(CPU.get_or_init(|| MemoryInfo(info)))
}

/// A result as a value of PyTorch's: a tensor, a list of tensors for a sequence of them, nothing for an
/// optional result that is not there.
pub(super) fn decode(name: &str, value: Option<&OrtValue>) -> Result<Value> {
    let Some(value) = value else { return Ok(Value::None) };
    let wrong =
        |what: &str| Error::new(RT_ERROR_TORCH_ONNX_OUTPUT, format!("result {name:?} is {what}"));
    // The numbers of a newer library may be none that Rust's enums have.
    let mut kind: c_int = 0;
    // SAFETY: the value lives, and an int is written, which is what the enum is.
    done(unsafe { (ort::api().GetValueType)(value.as_ptr(), (&raw mut kind).cast()) })?;
    if kind == sys::ONNXType::ONNX_TYPE_TENSOR as c_int {
        return tensor(name, value).map(Value::Tensor);
    }
    if kind == sys::ONNXType::ONNX_TYPE_SEQUENCE as c_int {
        return sequence(name, value);
    }
    Err(wrong("neither a tensor nor a sequence of tensors"))
}

fn sequence(name: &str, value: &OrtValue) -> Result<Value> {
    let mut count = 0;
    // SAFETY: the value lives, and is a sequence.
    done(unsafe { (ort::api().GetValueCount)(value.as_ptr(), &raw mut count) })?;
    let mut allocator = ptr::null_mut();
    // SAFETY: it gives the allocator that is always there.
    done(unsafe { (ort::api().GetAllocatorWithDefaultOptions)(&raw mut allocator) })?;
    let item = |index| {
        let mut item = ptr::null_mut();
        let position = c_int::try_from(index).unwrap_or(c_int::MAX);
        // SAFETY: the value lives; the item is copied by the allocator and handed over.
        done(unsafe { (ort::api().GetValue)(value.as_ptr(), position, allocator, &raw mut item) })?;
        // SAFETY: as above.
        let item = unsafe { OrtValue::from_raw(item) };
        decode(&format!("{name}[{index}]"), item.as_ref())
    };
    (0..count).map(item).collect::<Result<_>>().map(Value::List)
}

/// What ONNX Runtime says about a tensor.
struct TensorInfo(NonNull<sys::OrtTensorTypeAndShapeInfo>);

impl Drop for TensorInfo {
    fn drop(&mut self) {
        // SAFETY: it is this object's own, and used no more.
        unsafe { (ort::api().ReleaseTensorTypeAndShapeInfo)(self.0.as_ptr()) };
    }
}

fn tensor(name: &str, value: &OrtValue) -> Result<Tensor> {
    let api = ort::api();
    let mut info = ptr::null_mut();
    // SAFETY: the value lives and is a tensor; what is written is handed over.
    done(unsafe { (api.GetTensorTypeAndShape)(value.as_ptr(), &raw mut info) })?;
    let info = NonNull::new(info).map(TensorInfo);
    let info = info.ok_or_else(|| refused("ONNX Runtime does not say what a result is"))?;
    let (mut element, mut rank) = (0, 0);
    // SAFETY: the description lives; an int and a number are written.
    done(unsafe {
        (api.GetTensorElementType)(info.0.as_ptr(), (&raw mut element).cast::<c_int>().cast())
    })?;
    // SAFETY: as above.
    done(unsafe { (api.GetDimensionsCount)(info.0.as_ptr(), &raw mut rank) })?;
    let mut sizes = vec![0_i64; rank];
    // SAFETY: the list has room for so many.
    done(unsafe { (api.GetDimensions)(info.0.as_ptr(), sizes.as_mut_ptr(), rank) })?;
    let element = Element(element);
    let kind = element.kind().ok_or_else(|| {
        let reason = format!("result {name:?} is of {element}, which tensors here do not have");
        Error::new(RT_ERROR_TORCH_ONNX_OUTPUT, reason)
    })?;
    let count: i64 = sizes.iter().product();
    let bytes = usize::try_from(count).unwrap_or(0) * kind.elt_size_in_bytes();
    if bytes == 0 {
        return Tensor::f_zeros(&sizes, (kind, Device::Cpu)).or_torch();
    }
    let mut data = ptr::null_mut();
    // SAFETY: the value is a tensor that is not of texts; the address stays its own.
    done(unsafe { (api.GetTensorMutableData)(value.as_ptr().cast_mut(), &raw mut data) })?;
    if data.is_null() {
        return Err(refused("ONNX Runtime has no memory for a result"));
    }
    // SAFETY: a tensor's memory is as long as its shape and type say, and lives as long as the value.
    let data = unsafe { slice::from_raw_parts(data.cast::<u8>(), bytes) };
    Tensor::f_from_data_size(data, &sizes, kind).or_torch()
}
