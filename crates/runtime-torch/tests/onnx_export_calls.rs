//! The ONNX export through the C functions: options, handles of all kinds, paths.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

#[path = "common/modules.rs"]
mod modules;

use std::fs;
use std::path::{Path, PathBuf};

use modules::{NIL, array, dict, give, ints, new, randn, text};
use runtime_core::error::{clear_last, codes as core_codes, last_code};
use runtime_torch::codes::*;
use runtime_torch::ffi::jit::{rt_torch_jit_free, rt_torch_jit_script, rt_torch_jit_trace};
use runtime_torch::ffi::nn::module::{rt_torch_module_free, rt_torch_module_new};
use runtime_torch::ffi::onnx::{
    rt_torch_onnx_free, rt_torch_onnx_inputs, rt_torch_onnx_load, rt_torch_onnx_run,
};
use runtime_torch::ffi::onnx_export::{rt_torch_onnx_export, rt_torch_onnx_export_with};
use runtime_torch::onnx::check;
use runtime_torch::onnx::model::Model;
use runtime_value::codes::RT_ERROR_WRONG_TYPE;
use runtime_value::{RuntimeValue, display};
use tch::Tensor;

fn export(module: RuntimeValue, input: RuntimeValue, path: &Path) -> i64 {
    let bytes = path.as_os_str().as_encoded_bytes();
    // SAFETY: bytes and their number.
    unsafe { rt_torch_onnx_export(module, input, bytes.as_ptr(), bytes.len() as u64) }
}

fn export_with(
    module: RuntimeValue,
    input: RuntimeValue,
    path: &Path,
    options: RuntimeValue,
) -> i64 {
    let bytes = path.as_os_str().as_encoded_bytes();
    // SAFETY: bytes and their number.
    unsafe { rt_torch_onnx_export_with(module, input, bytes.as_ptr(), bytes.len() as u64, options) }
}

#[track_caller]
fn failed(result: i64, code: i64) -> String {
    let why = text();
    assert_eq!((result, last_code()), (0, code), "{why}");
    clear_last();
    why
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.onnx");
    (folder, path)
}

fn linear() -> RuntimeValue {
    new("Linear", &[("in_features", 4.into()), ("out_features", 2.into())])
}

#[test]
fn modules_of_all_kinds_are_exported() {
    let (_folder, path) = folder();
    let module = linear();
    let input = give(randn(&[3, 4]));
    let wanted =
        modules::held(runtime_torch::ffi::nn::module::rt_torch_module_forward(module, input));
    // SAFETY: a module is no address.
    let traced = unsafe { rt_torch_jit_trace(module, input) };
    assert_ne!(traced, NIL, "{}", text());
    for module in [module, traced] {
        assert_eq!(export(module, input, &path), 1, "{}", text());
        check(&path).unwrap();
        let bytes = path.as_os_str().as_encoded_bytes();
        // SAFETY: bytes and their number.
        let session = unsafe { rt_torch_onnx_load(bytes.as_ptr(), bytes.len() as u64) };
        let result = rt_torch_onnx_run(session, input);
        assert_ne!(result, NIL, "{}", text());
        assert!(modules::held(result).allclose(&wanted, 1e-5, 1e-6, false));
        rt_torch_onnx_free(session);
    }
    // An array of one input is the same.
    assert_eq!(export(module, array(&[input]), &path), 1, "{}", text());
    assert_eq!(rt_torch_jit_free(traced), 1);
    assert_eq!(rt_torch_module_free(module), 1);
}

#[test]
fn options_name_inputs_outputs_and_axes() {
    let (_folder, path) = folder();
    let module = linear();
    let input = give(randn(&[3, 4]));
    let options = dict(&[
        ("input_names", array(&["rows".into()])),
        ("output_names", array(&["scores".into()])),
        (
            "dynamic_axes",
            dict(&[("rows", axes(&[(0, "count")])), ("scores", axes(&[(0, "count")]))]),
        ),
        ("opset_version", 17.into()),
    ]);
    assert_eq!(export_with(module, input, &path, options), 1, "{}", text());
    let bytes = path.as_os_str().as_encoded_bytes();
    // SAFETY: bytes and their number.
    let session = unsafe { rt_torch_onnx_load(bytes.as_ptr(), bytes.len() as u64) };
    let told =
        String::from_utf8(display::to_bytes(rt_torch_onnx_inputs(session)).unwrap()).unwrap();
    assert!(told.contains("rows") && told.contains("count"), "{told}");
    rt_torch_onnx_free(session);
    // An array of dimensions, and no options at all.
    let options = dict(&[("dynamic_axes", dict(&[("input", ints(&[0]))]))]);
    assert_eq!(export_with(module, input, &path, options), 1, "{}", text());
    assert_eq!(export_with(module, input, &path, NIL), 1, "{}", text());
}

/// A dict from dimensions to names.
fn axes(names: &[(i64, &str)]) -> RuntimeValue {
    let dict = runtime_value::Dict::new(0).unwrap();
    for (dim, name) in names {
        dict.insert((*dim).into(), (*name).into()).unwrap();
    }
    runtime_value::View::value(dict)
}

#[test]
fn options_that_will_not_do_are_refused() {
    let (_folder, path) = folder();
    let module = linear();
    let input = give(randn(&[3, 4]));
    let wrong: &[(&str, RuntimeValue)] = &[
        ("names", NIL),
        ("input_names", 3.into()),
        ("input_names", array(&[3.into()])),
        ("output_names", "output".into()),
        ("dynamic_axes", ints(&[0])),
        ("dynamic_axes", dict(&[("input", 0.into())])),
        ("dynamic_axes", dict(&[("input", array(&["batch".into()]))])),
        ("dynamic_axes", dict(&[("input", dict(&[("0", "batch".into())]))])),
        ("dynamic_axes", dict(&[("input", axes_of(0, 3.into()))])),
        ("opset_version", 16.into()),
        ("opset_version", 22.into()),
        ("opset_version", (-1).into()),
        ("opset_version", RuntimeValue::int(i64::MAX).unwrap()),
        ("opset_version", "20".into()),
    ];
    for (option, value) in wrong {
        let result = export_with(module, input, &path, dict(&[(option, *value)]));
        failed(result, RT_ERROR_TORCH_OPTION);
    }
    assert_eq!(export_with(module, input, &path, 3.into()), 0);
    assert_eq!(last_code(), RT_ERROR_WRONG_TYPE);
    assert!(!path.exists());
}

fn axes_of(dim: i64, name: RuntimeValue) -> RuntimeValue {
    let dict = runtime_value::Dict::new(0).unwrap();
    dict.insert(dim.into(), name).unwrap();
    runtime_value::View::value(dict)
}

#[test]
fn what_stood_at_the_path_stays_when_it_fails() {
    let (folder, path) = folder();
    fs::write(&path, "before").unwrap();
    let source = "def forward(x):\n    return torch.linalg_inv(x)\n";
    let script = rt_torch_jit_script(source.into());
    let input = give(randn(&[3, 3]));
    let why = failed(export(script, input, &path), RT_ERROR_TORCH_ONNX_OPERATOR);
    assert!(why.contains("aten::linalg_inv (source, line 2, column 12)"), "{why}");
    assert_eq!(fs::read_to_string(&path).unwrap(), "before");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    let module = linear();
    let input = give(randn(&[3, 4]));
    assert_eq!(export(module, input, &path), 1);
    assert!(Model::read(&path, runtime_torch::onnx::check::Rigour::Checker).is_ok());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn paths_that_cannot_be_written_are_errors() {
    let (folder, _) = folder();
    let (module, input) = (linear(), give(randn(&[3, 4])));
    let missing = folder.path().join("no/such/folder/model.onnx");
    failed(export(module, input, &missing), core_codes::RT_ERROR_SYSTEM);
    failed(export(module, input, folder.path()), core_codes::RT_ERROR_SYSTEM);
    failed(export(module, input, Path::new("")), core_codes::RT_ERROR_INVALID_ARGUMENT);
    failed(export(module, input, Path::new("a\0b")), core_codes::RT_ERROR_INVALID_ARGUMENT);
    // SAFETY: NULL is looked at.
    let result = unsafe { rt_torch_onnx_export(module, input, std::ptr::null(), 5) };
    failed(result, core_codes::RT_ERROR_NULL_POINTER);
}

#[test]
fn words_that_are_no_modules_or_inputs_are_errors() {
    let (_folder, path) = folder();
    let (module, input) = (linear(), give(randn(&[3, 4])));
    failed(export(input, input, &path), core_codes::RT_ERROR_WRONG_KIND);
    failed(export(NIL, input, &path), RT_ERROR_WRONG_TYPE);
    failed(export("Linear".into(), input, &path), RT_ERROR_WRONG_TYPE);
    let freed = rt_torch_module_new("ReLU".into(), NIL);
    assert_eq!(rt_torch_module_free(freed), 1);
    failed(export(freed, input, &path), core_codes::RT_ERROR_STALE_HANDLE);
    let freed = rt_torch_jit_script("def forward(x):\n    return x\n".into());
    assert_eq!(rt_torch_jit_free(freed), 1);
    failed(export(freed, input, &path), core_codes::RT_ERROR_STALE_HANDLE);

    failed(export(module, NIL, &path), RT_ERROR_TORCH_ONNX_EXPORT);
    failed(export(module, "text".into(), &path), RT_ERROR_TORCH_ONNX_EXPORT);
    failed(export(module, array(&[input, NIL]), &path), RT_ERROR_TORCH_ONNX_EXPORT);
    failed(export(module, array(&[array(&[input])]), &path), RT_ERROR_TORCH_ONNX_EXPORT);
    failed(export(module, dict(&[("input", input)]), &path), RT_ERROR_TORCH_ONNX_EXPORT);
    failed(export(module, array(&[input, input]), &path), core_codes::RT_ERROR_INVALID_ARGUMENT);
    failed(export(module, array(&[]), &path), core_codes::RT_ERROR_INVALID_ARGUMENT);
    let complex = give(Tensor::zeros([3, 4], (tch::Kind::ComplexFloat, tch::Device::Cpu)));
    failed(export(module, complex, &path), RT_ERROR_TORCH_ONNX_EXPORT);
    let huge =
        Tensor::zeros([1], (tch::Kind::Float, tch::Device::Cpu)).expand([1_i64 << 50], false);
    failed(export(module, give(huge), &path), RT_ERROR_TORCH_TOO_LARGE);
    let wrong = give(Tensor::zeros([3, 4], (tch::Kind::Int64, tch::Device::Cpu)));
    failed(export(module, wrong, &path), RT_ERROR_TORCH);
    assert!(!path.exists());
}

#[test]
fn threads_export_together() {
    let (folder, _) = folder();
    let (module, input) = (linear().to_bits(), give(randn(&[3, 4])).to_bits());
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let path = folder.path().join(format!("{thread}.onnx"));
            scope.spawn(move || {
                // SAFETY: handles are ints, which belong to no thread.
                let (module, input) =
                    unsafe { (RuntimeValue::from_bits(module), RuntimeValue::from_bits(input)) };
                for _ in 0..3 {
                    assert_eq!(export(module, input, &path), 1, "{}", text());
                }
                check(&path).unwrap();
            });
        }
    });
}
