//! ONNX models on ONNX Runtime and the checker of models, through the C functions, against what Python's
//! packages say.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;
#[path = "common/values.rs"]
mod values;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use common::{Case, assert_close, read};
use runtime_core::error::codes as core_codes;
use runtime_core::error::{clear_last, last_code, last_message};
use runtime_torch::codes::*;
use runtime_torch::ffi::onnx::*;
use runtime_torch::onnx::library;
use runtime_value::{Array, Dict, RuntimeValue, Str, Tuple, View};
use tch::{Kind, Tensor};
use values::{array, dict, give, look, refusal, take, under};

const NIL: RuntimeValue = RuntimeValue::NIL;

fn models() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/onnx")
}

fn model(name: &str) -> PathBuf {
    models().join(format!("{name}.onnx"))
}

/// Without the library nothing here can be tested, and a test that says nothing is worse than none.
#[track_caller]
fn need_library() {
    if let Err(error) = library::runtime() {
        panic!("these tests run models: {}", error.reason());
    }
}

fn load_path(path: &Path) -> RuntimeValue {
    let bytes = path.as_os_str().as_encoded_bytes();
    // SAFETY: bytes and their number.
    unsafe { rt_torch_onnx_load(bytes.as_ptr(), bytes.len() as u64) }
}

fn load_with(path: &Path, options: RuntimeValue) -> RuntimeValue {
    let bytes = path.as_os_str().as_encoded_bytes();
    // SAFETY: bytes and their number.
    unsafe { rt_torch_onnx_load_with(bytes.as_ptr(), bytes.len() as u64, options) }
}

#[track_caller]
fn load(name: &str) -> RuntimeValue {
    need_library();
    let session = load_path(&model(name));
    assert_ne!(session, NIL, "{name}: {:?}", last_message());
    session
}

fn check_path(path: &Path) -> i64 {
    let bytes = path.as_os_str().as_encoded_bytes();
    clear_last();
    // SAFETY: bytes and their number.
    unsafe { rt_torch_onnx_check(bytes.as_ptr(), bytes.len() as u64) }
}

#[track_caller]
fn run(session: RuntimeValue, inputs: RuntimeValue) -> RuntimeValue {
    let result = rt_torch_onnx_run(session, inputs);
    assert_ne!(result, NIL, "{:?}", last_message());
    result
}

/// The results of a run, an item for each.
fn items(result: RuntimeValue) -> Vec<RuntimeValue> {
    match (Tuple::find(result), Array::find(result)) {
        (Some(tuple), _) => tuple.iter().collect(),
        (_, Some(array)) => array.to_vec().unwrap(),
        _ => vec![result],
    }
}

fn text(value: RuntimeValue) -> String {
    String::from(Str::of("value", value).unwrap().text("value").unwrap())
}

fn floats(numbers: &[f32]) -> RuntimeValue {
    give(&Tensor::from_slice(numbers))
}

/// The tensors of a case whose names begin so, without that.
fn named<'c>(case: &'c Case, start: &str) -> Vec<(&'c str, &'c Tensor)> {
    let named = |(name, tensor): &'c (String, Tensor)| Some((name.strip_prefix(start)?, tensor));
    case.tensors.iter().filter_map(named).collect()
}

#[test]
fn models_give_what_they_give_in_python() {
    let mut count = 0;
    let cases = [read("onnx.txt"), read("onnx_dtypes.txt")].into_iter().flatten();
    for case in cases.filter(|case| case.attribute("model").is_some()) {
        let session = load(case.attribute("model").unwrap());
        let inputs: Vec<_> =
            named(&case, "in.").into_iter().map(|(name, tensor)| (name, give(tensor))).collect();
        let wanted = named(&case, "out.");
        let only = case.name == "strings";
        let outputs = if only { array(&["same".into()]) } else { NIL };
        let result = rt_torch_onnx_run_with(session, dict(&inputs), outputs);
        assert_ne!(result, NIL, "{}: {:?}", case.name, last_message());
        let results = items(result);
        assert_eq!(results.len(), wanted.len(), "{}", case.name);
        for (result, (name, wanted)) in results.into_iter().zip(wanted) {
            let what = format!("{}: {name}", case.name);
            assert_close(&what, &take(result), wanted, 1e-5, 1e-6);
        }
        assert_eq!(rt_torch_onnx_free(session), 1);
        count += 1;
    }
    assert!(count > 12);
}

#[test]
fn inputs_come_in_order_by_name_or_alone() {
    let session = load("several");
    let (a, b) = (Tensor::from_slice(&[1_f32, 5.0, 3.0]), Tensor::from_slice(&[2_f32, 2.0, 2.0]));
    let (a, b) = (a.reshape([1, 3]), b.reshape([1, 3]));
    let in_order = run(session, array(&[give(&a), give(&b)]));
    let in_tuple = run(session, Tuple::from_slice(&[give(&a), give(&b)]).unwrap().value());
    let by_name = run(session, dict(&[("b", give(&b)), ("a", give(&a))]));
    for results in [in_order, in_tuple, by_name] {
        let results = Tuple::find(results).unwrap();
        assert_close("sum", &take(results.get(0).unwrap()), &(&a + &b), 0.0, 0.0);
        let total = take(results.get(1).unwrap());
        assert_eq!((total.size(), f64::try_from(total).unwrap()), (vec![], 15.0));
        assert_eq!(Vec::<i64>::try_from(take(results.get(2).unwrap())).unwrap(), [1]);
        let greater = take(results.get(3).unwrap());
        assert_eq!(greater.kind(), Kind::Bool);
    }
    let session = load("mlp");
    let alone = run(session, give(&Tensor::zeros([2, 4], (Kind::Float, tch::Device::Cpu))));
    assert_eq!(take(alone).size(), [2, 3]);
}

#[test]
fn tensors_of_any_layout_are_taken() {
    let session = load("mlp");
    let x = Tensor::from_slice(&[0.5_f32, -1.0, 2.0, 0.25, 1.0, 3.0, -2.0, 0.125]).reshape([4, 2]);
    let plain = take(run(session, give(&x.transpose(0, 1).contiguous())));
    let strided = x.transpose(0, 1);
    assert!(!strided.is_contiguous());
    assert_close("transposed", &take(run(session, give(&strided))), &plain, 0.0, 0.0);
    let tracked = strided.contiguous().set_requires_grad(true);
    let result = take(run(session, give(&tracked)));
    assert!(!result.requires_grad());
    assert_close("with gradient", &result, &plain, 0.0, 0.0);
    let wide = Tensor::from_slice(&[9_f32; 20]).reshape([2, 10]);
    wide.narrow(1, 3, 4).copy_(&strided);
    assert_close("a part", &take(run(session, give(&wide.narrow(1, 3, 4)))), &plain, 0.0, 0.0);
    let wanted = take(run(session, give(&strided.expand([2, 4], false))));
    assert_close("expanded", &wanted, &plain, 0.0, 0.0);
}

#[test]
fn results_are_named() {
    let session = load("several");
    let inputs = || {
        let tensor = || give(&Tensor::from_slice(&[1_f32, 2.0, 3.0]).reshape([1, 3]));
        array(&[tensor(), tensor()])
    };
    let alone = rt_torch_onnx_run_with(session, inputs(), "total".into());
    assert_eq!(f64::try_from(take(alone)).unwrap(), 12.0);
    let names = array(&["at".into(), "total".into(), "at".into()]);
    let several = rt_torch_onnx_run_with(session, inputs(), names);
    let several = Tuple::find(several).unwrap();
    assert_eq!(several.len(), 3);
    assert_eq!(Vec::<i64>::try_from(take(several.get(2).unwrap())).unwrap(), [2]);
    let none = rt_torch_onnx_run_with(session, inputs(), array(&[]));
    assert_eq!(Tuple::find(none).unwrap().len(), 0);
    let wrong = rt_torch_onnx_run_with(session, inputs(), "totals".into());
    assert_eq!(wrong, NIL);
    let (code, reason) = refusal();
    assert_eq!(code, RT_ERROR_TORCH_ONNX_OUTPUT);
    assert!(reason.contains("no result \"totals\"; it has sum, total, at, greater"), "{reason}");
}

#[test]
fn what_is_no_tensor_of_ours_is_said() {
    let session = load("strings");
    for (name, words) in [("text", "is of string"), ("wide", "is of uint32")] {
        let result = rt_torch_onnx_run_with(session, floats(&[1.0, 2.0]), name.into());
        assert_eq!(result, NIL);
        let (code, reason) = refusal();
        assert_eq!(code, RT_ERROR_TORCH_ONNX_OUTPUT);
        assert!(reason.contains(words), "{reason}");
    }
    let outputs = items(rt_torch_onnx_outputs(session));
    assert_eq!(text(under(outputs[0], "dtype")), "string");
    assert_eq!(text(under(outputs[1], "dtype")), "uint32");
    assert_eq!(under(outputs[2], "dtype"), RT_TORCH_FLOAT32.into());
}

#[test]
fn inputs_that_do_not_fit_are_refused() {
    let session = load("several");
    let good = || give(&Tensor::from_slice(&[1_f32, 2.0, 3.0]).reshape([1, 3]));
    let long = || give(&Tensor::from_slice(&[1_i64, 2, 3]).reshape([1, 3]));
    let short = || give(&Tensor::from_slice(&[1_f32, 2.0]).reshape([1, 2]));
    let complex = good();
    let complex = give(&look(complex).to_kind(Kind::ComplexFloat));
    let input = RT_ERROR_TORCH_ONNX_INPUT;
    let cases = [
        (array(&[good()]), input, "1 inputs are given, and the model takes 2"),
        (array(&[good(), good(), good()]), input, "3 inputs are given"),
        (array(&[]), input, "0 inputs are given"),
        (good(), input, "1 inputs are given"),
        (array(&[good(), long()]), input, "input \"b\" is of int64, and the model takes float32"),
        (array(&[complex, good()]), input, "input \"a\" is of complex64"),
        (dict(&[("a", good())]), input, "input \"b\" is missing"),
        (dict(&[("a", good()), ("c", good())]), input, "no input \"c\"; it has a, b"),
        (array(&[short(), good()]), RT_ERROR_TORCH_ONNX, "Expected: 3"),
        (NIL, runtime_value::codes::RT_ERROR_WRONG_TYPE, "inputs is the nil nil, not a tensor"),
        (
            array(&[good(), NIL]),
            runtime_value::codes::RT_ERROR_WRONG_TYPE,
            "inputs[1] is the nil nil",
        ),
    ];
    for (inputs, wanted, words) in cases {
        assert_eq!(rt_torch_onnx_run(session, inputs), NIL);
        let (code, reason) = refusal();
        assert_eq!(code, wanted, "{reason}");
        assert!(reason.contains(words), "{reason}");
        assert!(!reason.contains('\n'), "{reason}");
    }
    let rank = give(&Tensor::from_slice(&[1_f32, 2.0, 3.0]));
    assert_eq!(rt_torch_onnx_run(session, array(&[rank, good()])), NIL);
    assert_eq!(last_code(), RT_ERROR_TORCH_ONNX);
    let key = Dict::new(0).unwrap();
    key.insert(7.into(), good()).unwrap();
    assert_eq!(rt_torch_onnx_run(session, key.value()), NIL);
    assert_eq!(last_code(), runtime_value::codes::RT_ERROR_WRONG_TYPE);
}

#[test]
fn a_model_says_what_it_is() {
    let session = load("mlp");
    let inputs = items(rt_torch_onnx_inputs(session));
    assert_eq!(inputs.len(), 1);
    assert_eq!(text(under(inputs[0], "name")), "x");
    assert_eq!(under(inputs[0], "dtype"), RT_TORCH_FLOAT32.into());
    let shape = items(under(inputs[0], "shape"));
    assert_eq!((text(shape[0]).as_str(), shape[1]), ("batch", 4.into()));
    let about = rt_torch_onnx_metadata(session);
    let word = |key: &str| text(under(about, key));
    assert_eq!(word("producer_name"), "make_onnx");
    assert_eq!(word("producer_version"), "1.2");
    assert_eq!(word("domain"), "com.example");
    assert_eq!(word("graph_name"), "perceptron");
    assert_eq!(word("description"), "A perceptron.");
    assert_eq!(under(about, "version"), 7.into());
    assert_eq!(under(about, "ir_version"), 10.into());
    assert_eq!(under(under(about, "opsets"), ""), 20.into());
    let properties = under(about, "properties");
    assert_eq!(text(under(properties, "classes")), "a,b,c");
    assert_eq!(text(under(properties, "größe")), "klein");

    let session = load("dtypes");
    let dtypes: Vec<_> =
        items(rt_torch_onnx_inputs(session)).into_iter().map(|port| under(port, "dtype")).collect();
    let wanted = [0, 1, 6, 7, 2, 3, 5, 4, 8, 9].map(RuntimeValue::from);
    assert_eq!(dtypes, wanted);
    let shape = under(items(rt_torch_onnx_outputs(session))[0], "shape");
    assert_eq!(items(shape), [NIL]);

    let session = load("optional");
    let names = |ports| items(ports).into_iter().map(|port| text(under(port, "name")));
    assert!(names(rt_torch_onnx_inputs(session)).eq(["x"]));
    assert!(names(rt_torch_onnx_optional_inputs(session)).eq(["bias"]));

    let parts = items(rt_torch_onnx_outputs(load("sequence")));
    assert_eq!(text(under(parts[0], "dtype")), "sequence(tensor(float32))");
    assert_eq!(under(parts[0], "shape"), NIL);
}

#[test]
fn options_are_taken_and_refused() {
    need_library();
    let path = model("mlp");
    let all = dict(&[
        ("intra_op_num_threads", 2.into()),
        ("inter_op_num_threads", 1.into()),
        ("execution_mode", "ORT_PARALLEL".into()),
        ("graph_optimization_level", "ORT_ENABLE_BASIC".into()),
        ("enable_cpu_mem_arena", false.into()),
        ("enable_mem_pattern", false.into()),
        ("use_deterministic_compute", true.into()),
        ("log_severity_level", 4.into()),
        ("free_dimension_overrides", dict(&[("batch", 2.into())])),
        ("config_entries", dict(&[("session.intra_op.allow_spinning", "0".into())])),
    ]);
    let session = load_with(&path, all);
    assert_ne!(session, NIL, "{:?}", last_message());
    let two = give(&Tensor::zeros([2, 4], (Kind::Float, tch::Device::Cpu)));
    assert_eq!(take(run(session, two)).size(), [2, 3]);
    let three = give(&Tensor::zeros([3, 4], (Kind::Float, tch::Device::Cpu)));
    assert_eq!(rt_torch_onnx_run(session, three), NIL, "the batch was set to 2");

    let option = RT_ERROR_TORCH_OPTION;
    let refused = [
        (dict(&[("threads", 1.into())]), option, "no option \"threads\""),
        (dict(&[("intra_op_num_threads", (-1).into())]), option, "is not in 0 to"),
        (dict(&[("intra_op_num_threads", 1_000_000_000.into())]), option, "is not in 0 to"),
        (dict(&[("inter_op_num_threads", "two".into())]), option, "inter_op_num_threads"),
        (dict(&[("graph_optimization_level", "all".into())]), option, "ORT_ENABLE_ALL"),
        (dict(&[("execution_mode", 1.into())]), option, "execution_mode"),
        (dict(&[("log_severity_level", 9.into())]), option, "0 to 4"),
        (dict(&[("free_dimension_overrides", dict(&[("batch", NIL)]))]), option, "wrong type"),
        (dict(&[("config_entries", dict(&[("a", 1.into())]))]), option, "wrong type"),
        (7.into(), runtime_value::codes::RT_ERROR_WRONG_TYPE, "options"),
    ];
    for (options, wanted, words) in refused {
        assert_eq!(load_with(&path, options), NIL);
        let (code, reason) = refusal();
        assert_eq!(code, wanted, "{reason}");
        assert!(reason.contains(words), "{reason}");
    }
}

#[test]
fn paths_that_lead_nowhere_are_refused() {
    need_library();
    assert_eq!(load_path(&models().join("nowhere.onnx")), NIL);
    assert_eq!(last_code(), core_codes::RT_ERROR_SYSTEM);
    assert_eq!(load_path(&models()), NIL);
    assert_eq!(last_code(), core_codes::RT_ERROR_INVALID_ARGUMENT);
    // What never ends, and what nobody writes to.
    assert_eq!(load_path(Path::new("/dev/zero")), NIL);
    assert_eq!(last_code(), core_codes::RT_ERROR_INVALID_ARGUMENT);
    assert_eq!(load_path(Path::new("")), NIL);
    assert_eq!(last_code(), core_codes::RT_ERROR_INVALID_ARGUMENT);
    assert_eq!(check_path(&models().join("nowhere.onnx")), 0);
    assert_eq!(last_code(), core_codes::RT_ERROR_SYSTEM);
    // SAFETY: null with no length is an empty path.
    assert_eq!(unsafe { rt_torch_onnx_check(std::ptr::null(), 0) }, 0);
    assert_eq!(last_code(), core_codes::RT_ERROR_INVALID_ARGUMENT);
}

#[test]
fn what_python_takes_is_right_and_what_it_refuses_is_wrong() {
    for entry in fs::read_dir(models()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "onnx") {
            assert_eq!(check_path(&path), 1, "{}: {:?}", path.display(), last_message());
        }
    }
    let has_library = library::runtime().is_ok();
    let mut count = 0;
    for case in read("onnx.txt").iter().filter(|case| case.name.starts_with("broken/")) {
        let path = model(&case.name);
        // What types fit an operator is ONNX Runtime's to say.
        if case.name.ends_with("that_do_not_fit") && !has_library {
            continue;
        }
        assert_eq!(check_path(&path), 0, "{}", case.name);
        let (code, reason) = refusal();
        assert_eq!(code, RT_ERROR_TORCH_ONNX_MODEL, "{}: {reason}", case.name);
        assert!(!reason.contains('\n') && reason.len() > 10, "{}: {reason}", case.name);
        // Where ONNX Runtime refuses in Python, or the file is dangerous, it is not loaded here either.
        if has_library && (case.parse::<i64>("runtime") == 1 || case.parse::<i64>("checker") == 0) {
            assert_eq!(load_path(&path), NIL, "{}", case.name);
            assert!([RT_ERROR_TORCH_ONNX_MODEL, RT_ERROR_TORCH_ONNX].contains(&last_code()));
        }
        count += 1;
    }
    assert!(count > 55);
}

#[test]
fn the_reason_says_what_and_where() {
    need_library();
    let reasons = [
        ("no_ir_version", "it has no ir_version"),
        ("no_opset", "no set of operators is imported"),
        ("unsorted", "node 0 (Mul \"second\"): input \"h\" is not defined before it"),
        ("undefined_input", "node 1 (Mul \"second\"): input \"nowhere\" is not defined"),
        ("two_definitions", "node 1 (Neg \"\"): output \"h\" is defined already"),
        ("double_input", "input \"x\" comes twice"),
        ("undefined_output", "output \"nowhere\" of the graph is not defined in it"),
        ("unknown_operator", "no operator Frobnicate in version 20 of ai.onnx"),
        ("operator_of_later_version", "no operator GridSample in version 9"),
        ("removed_operator", "operator Upsample is not any more in version 20"),
        ("domain_not_imported", "no version of its domain \"com.example\" is imported"),
        ("too_many_inputs", "it has 3 inputs, and the operator takes 2"),
        ("needed_input_left_out", "inputs[1] is left out"),
        ("attribute_of_wrong_type", "attribute \"alpha\" is not of the type"),
        ("attribute_missing", "attribute \"to\" is missing"),
        ("too_little_data", "float_data has 2 entries, and its dims and element type ask for 3"),
        ("too_much_raw_data", "raw_data has 12 bytes"),
        ("negative_dims", "the negative size -2"),
        ("external_missing", "\"nowhere.bin\", and there is no such file"),
        ("external_outside", "\"../external.bin\", and that is not inside of the model's folder"),
        ("external_absolute", "\"/etc/passwd\", and that is not inside"),
        ("external_in_memory", "that names no file"),
        ("external_too_short", "is 8 bytes from byte 4 on, and \"short.bin\" has 8"),
        ("function_calls_itself", "function \"F\" calls itself"),
        ("functions_without_end", "more than 10000000 nodes"),
        ("types_that_do_not_fit", "first"),
        ("shapes_that_do_not_fit", "first"),
        ("inner_graph_undefined", "graph \"inner\": node 0 (Neg \"\"): input \"nowhere\""),
    ];
    for (name, words) in reasons {
        assert_eq!(check_path(&model(&format!("broken/{name}"))), 0, "{name}");
        let (_, reason) = refusal();
        assert!(reason.contains(words), "{name}: {reason}");
    }
}

#[test]
fn loading_divides_nothing_that_ends_the_process() {
    // The quotient of two constants, which would be computed when the model is loaded.
    assert_eq!(rt_torch_onnx_free(load("smallest")), 1);
    let switched_off = [("optimization.disable_specified_optimizers", "MatMulAddFusion".into())];
    let options = dict(&[("config_entries", dict(&switched_off))]);
    let session = load_with(&model("smallest"), options);
    assert_ne!(session, NIL, "{:?}", last_message());
}

#[test]
fn a_link_does_not_lead_out_of_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("inside");
    fs::create_dir(&inside).unwrap();
    fs::copy(model("external"), inside.join("external.onnx")).unwrap();
    let weights = models().join("external.bin");
    fs::copy(&weights, folder.path().join("secret.bin")).unwrap();
    std::os::unix::fs::symlink("../secret.bin", inside.join("external.bin")).unwrap();
    assert_eq!(check_path(&inside.join("external.onnx")), 0);
    let (_, reason) = refusal();
    assert!(reason.contains("a link out of the model's folder"), "{reason}");
    // As caches of models have it: model and weights are links, into one folder.
    let links = folder.path().join("links");
    fs::create_dir(&links).unwrap();
    fs::remove_file(inside.join("external.bin")).unwrap();
    fs::copy(&weights, inside.join("blob")).unwrap();
    std::os::unix::fs::symlink("../inside/external.onnx", links.join("external.onnx")).unwrap();
    std::os::unix::fs::symlink("../inside/blob", links.join("external.bin")).unwrap();
    assert_eq!(check_path(&links.join("external.onnx")), 1, "{:?}", last_message());
    need_library();
    assert_ne!(load_path(&links.join("external.onnx")), NIL, "{:?}", last_message());
}

#[test]
fn threads_run_one_session_together() {
    let case = read("onnx.txt").into_iter().find(|case| case.name == "cnn").unwrap();
    let session = load("cnn");
    let handle = session.to_int().unwrap();
    let (x, y) = (case.tensor("in.x"), case.tensor("out.y"));
    thread::scope(|scope| {
        for worker in 0..4_i64 {
            let (x, y) = (x.shallow_clone(), y.shallow_clone());
            scope.spawn(move || {
                let session = RuntimeValue::int(handle).unwrap();
                for round in 0..20 {
                    // A batch of its own in every run.
                    let first = (worker + round) % 3;
                    let batch = x.narrow(0, first, 3 - first);
                    let result = take(run(session, give(&batch)));
                    let wanted = y.narrow(0, first, 3 - first);
                    assert_close("cnn", &result, &wanted, 1e-4, 1e-5);
                }
            });
        }
    });
    assert_eq!(rt_torch_onnx_free(session), 1);
}

#[test]
fn a_session_that_is_freed_ends_with_its_last_run() {
    let session = load("cnn");
    let handle = session.to_int().unwrap();
    let x = Tensor::zeros([64, 1, 28, 28], (Kind::Float, tch::Device::Cpu));
    let done = thread::scope(|scope| {
        let worker = scope.spawn(move || {
            let session = RuntimeValue::int(handle).unwrap();
            let mut done = 0;
            loop {
                let input = give(&x);
                let result = rt_torch_onnx_run(session, input);
                let _ = take(input);
                if result == NIL {
                    break (done, last_code());
                }
                assert_eq!(take(result).size(), [64, 10]);
                done += 1;
            }
        });
        thread::sleep(std::time::Duration::from_millis(30));
        assert_eq!(rt_torch_onnx_free(session), 1);
        worker.join().unwrap()
    });
    assert_eq!(done.1, core_codes::RT_ERROR_STALE_HANDLE);
    assert_eq!(rt_torch_onnx_free(session), 0);
}

#[test]
fn what_is_no_session_is_refused() {
    let tensor = floats(&[1.0]);
    for word in [NIL, 0.into(), 12345.into(), tensor, "session".into(), array(&[])] {
        assert_eq!(rt_torch_onnx_run(word, tensor), NIL);
        assert_ne!(refusal().0, 0);
        assert_eq!(rt_torch_onnx_run_with(word, tensor, NIL), NIL);
        assert_eq!(rt_torch_onnx_inputs(word), NIL);
        assert_eq!(rt_torch_onnx_outputs(word), NIL);
        assert_eq!(rt_torch_onnx_optional_inputs(word), NIL);
        assert_eq!(rt_torch_onnx_metadata(word), NIL);
        assert_ne!(refusal().0, 0);
        assert_eq!(rt_torch_onnx_free(word), 0);
        assert_ne!(refusal().0, 0);
    }
}
