//! Modules as ONNX models: what is in the files, what ONNX Runtime makes of them compared with LibTorch, and
//! what cannot be exported. `oracle/check_onnx_export.py` checks the same models with the official packages.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

#[path = "common/onnx_cases.rs"]
mod cases;

use std::collections::HashSet;
use std::path::Path;

use cases::{BATCHES, Case, Model, axis, input, layer, script};
use runtime_torch::codes::{
    RT_ERROR_TORCH, RT_ERROR_TORCH_ONNX_EXPORT, RT_ERROR_TORCH_ONNX_OPERATOR,
};
use runtime_torch::jit;
use runtime_torch::nn::{Module, Sequential};
use runtime_torch::onnx::export::{DynamicAxis, Settings, Source, export, operators, write};
use runtime_torch::onnx::proto::{
    DataType, DimensionValue, GraphProto, ModelProto, TypeValue, ValueInfoProto,
};
use runtime_torch::onnx::{Session, SessionOptions, check, library};
use tch::{Kind, Tensor};
use torch_shim::Value;
use torch_shim::graph::Graph;

fn names(ports: &[ValueInfoProto]) -> Vec<&str> {
    ports.iter().map(|port| port.name.as_str()).collect()
}

/// The lengths and names of a port's axes.
fn shape(port: &ValueInfoProto) -> Vec<String> {
    let Some(TypeValue::TensorType(tensor)) = port.r#type.as_ref().unwrap().value.as_ref() else {
        panic!("{} is no tensor", port.name);
    };
    let dims = tensor.shape.as_ref().unwrap().dim.iter();
    let dim = |value: &Option<DimensionValue>| match value {
        Some(DimensionValue::DimValue(length)) => length.to_string(),
        Some(DimensionValue::DimParam(name)) => name.clone(),
        None => String::from("?"),
    };
    dims.map(|axis| dim(&axis.value)).collect()
}

fn kinds(graph: &GraphProto) -> Vec<&str> {
    graph.node.iter().map(|node| node.op_type.as_str()).collect()
}

fn exported(module: &Module, inputs: &[&str], settings: &Settings) -> ModelProto {
    let dummy: Vec<Tensor> = inputs.iter().map(|text| input(text, 2)).collect();
    export(&Source::Module(module), &dummy, settings).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn refused(source: &Source<'_>, inputs: &[&str], settings: &Settings) -> (i64, String) {
    let dummy: Vec<Tensor> = inputs.iter().map(|text| input(text, 2)).collect();
    match export(source, &dummy, settings) {
        Ok(_) => panic!("it was exported"),
        Err(error) => (error.code(), String::from(error.reason())),
    }
}

#[track_caller]
fn refused_script(text: &str, inputs: &[&str]) -> (i64, String) {
    refused(&Source::Script(&script(text)), inputs, &Settings::default())
}

/// One model: what its file has to be, and the same results as LibTorch for each batch.
fn compare(case: &Case, folder: &Path) {
    let name = &case.name;
    let dummy = case.tensors(BATCHES[0]);
    let model = export(&case.source(), &dummy, &case.settings)
        .unwrap_or_else(|error| panic!("{name}: {error}"));
    assert!(model.opset_import.iter().all(|opset| opset.domain.is_empty()), "{name}");
    let graph = model.graph.as_ref().unwrap();
    let weights: HashSet<&str> = graph.initializer.iter().map(|t| t.name.as_str()).collect();
    assert!(names(&graph.input).iter().all(|input| !weights.contains(input)), "{name}");
    let is_named = |port: &ValueInfoProto| shape(port).iter().any(|axis| axis == "batch");
    assert!(graph.input.iter().any(is_named) || !case.is_dynamic(), "{name}");

    let path = folder.join(format!("{name}.onnx"));
    write(&model, &path).unwrap();
    check(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
    let options = SessionOptions { intra_op_num_threads: 1, ..SessionOptions::default() };
    let session = Session::load(&path, &options).unwrap_or_else(|error| panic!("{name}: {error}"));
    for batch in BATCHES {
        if batch != BATCHES[0] && !case.is_dynamic() {
            continue;
        }
        let inputs = case.tensors(batch);
        // A layer may work in place, on what is ONNX Runtime's input as well.
        let kept: Vec<Tensor> = inputs.iter().map(Tensor::copy).collect();
        let wanted = case.outputs(&inputs);
        let results = session.run(&kept, None).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(results.len(), wanted.len(), "{name}");
        for (place, (result, wanted)) in results.into_iter().zip(wanted).enumerate() {
            let Value::Tensor(result) = result else { panic!("{name}: {result:?}") };
            let what = format!("{name}, batch {batch}, output {place}");
            assert_eq!(result.kind(), wanted.kind(), "{what}");
            assert_eq!(result.size(), wanted.size(), "{what}");
            let close = result.allclose(&wanted, 1e-5, 1e-5, true);
            assert!(close, "{what}:\nis     {result}\nwanted {wanted}");
        }
    }
}

#[test]
fn onnx_runtime_gives_what_libtorch_gives() {
    // Without the library nothing here can be tested, and a test that says nothing is worse than none.
    library::runtime().unwrap_or_else(|error| panic!("this test runs models: {error}"));
    let folder = tempfile::tempdir().unwrap();
    let cases = cases::all();
    assert!(cases.len() > 180, "{}", cases.len());
    for case in &cases {
        compare(case, folder.path());
    }
}

#[test]
fn every_class_of_layers_is_exported() {
    let covered: HashSet<&str> = cases::all()
        .iter()
        .filter_map(|case| match &case.model {
            Model::Module(module) => Some(module.class()),
            Model::Script(_) => None,
        })
        .collect();
    // A list is not run; stacks are run as a part of a whole transformer.
    let others = ["ModuleList", "TransformerDecoder", "TransformerEncoder"];
    for class in runtime_torch::nn::class_names() {
        assert!(covered.contains(class) || others.contains(&class), "{class} is in no case");
    }
}

#[test]
fn weights_keep_their_names_and_nodes_say_their_module() {
    let module = Sequential::module(vec![
        layer("Linear", "in_features=4 out_features=8"),
        layer("LSTM", "input_size=8 hidden_size=3"),
    ])
    .unwrap();
    let model = exported(&module, &["B,5,4"], &Settings::default());
    let graph = model.graph.unwrap();
    let weights: HashSet<&str> = graph.initializer.iter().map(|t| t.name.as_str()).collect();
    for (name, tensor) in module.named_parameters() {
        let weight = graph.initializer.iter().find(|weight| weight.name == name).expect(&name);
        assert_eq!(weight.dims, tensor.size(), "{name}");
        assert!(weights.contains(name.as_str()));
    }
    assert_eq!(names(&graph.input), ["input"]);
    assert_eq!(names(&graph.output), ["output_0", "output_1", "output_2"]);
    let lstm = graph.node.iter().find(|node| node.op_type == "LSTM").unwrap();
    assert!(lstm.name.starts_with("1/"), "{}", lstm.name);
    assert_eq!(model.producer_name, "simple-runtime");
    assert_eq!((model.ir_version, model.opset_import[0].version), (9, 20));
}

#[test]
fn a_module_stays_in_its_mode() {
    let module = Sequential::module(vec![
        layer("Linear", "in_features=4 out_features=8"),
        layer("Dropout", "p=0.9"),
        layer("BatchNorm1d", "num_features=8"),
    ])
    .unwrap();
    module.child("0").unwrap().train(false);
    let statistics = module.named_buffers().iter().map(|(_, t)| t.copy()).collect::<Vec<_>>();
    let graph = exported(&module, &["B,4"], &Settings::default()).graph.unwrap();
    assert_eq!(kinds(&graph), ["Gemm", "BatchNormalization"]);
    let modes: Vec<bool> = module.named_modules().iter().map(|(_, m)| m.is_training()).collect();
    assert_eq!(modes, [true, false, true, true]);
    for ((name, now), before) in module.named_buffers().iter().zip(&statistics) {
        assert_eq!(now, before, "{name}");
    }

    let script = jit::script("def forward(x):\n    return torch.dropout(x, 0.9, True)\n").unwrap();
    let (code, reason) = refused(&Source::Script(&script), &["B,4"], &Settings::default());
    assert_eq!(code, RT_ERROR_TORCH_ONNX_OPERATOR);
    assert!(reason.contains("aten::dropout (source, line 2, column 12)"), "{reason}");
    assert!(script.is_training());
}

#[test]
fn axes_have_names() {
    let relu = layer("ReLU", "");
    let model = exported(&relu, &["B,3"], &Settings::default());
    let graph = model.graph.unwrap();
    assert_eq!(shape(&graph.input[0]), ["batch", "3"]);
    assert_eq!(shape(&graph.output[0]), ["batch", "3"]);

    // Names of both, and an axis that is more than the first.
    let settings = Settings {
        input_names: vec!["image".into()],
        output_names: vec!["wide".into()],
        dynamic_axes: Some(vec![
            axis("image", 0, "n"),
            axis("image", -1, "w"),
            axis("wide", 1, "rows"),
        ]),
        ..Settings::default()
    };
    let graph =
        exported(&layer("Flatten", "start_dim=0 end_dim=1"), &["B,3,4"], &settings).graph.unwrap();
    assert_eq!(shape(&graph.input[0]), ["n", "3", "w"]);
    // Three times n has no name.
    assert_eq!(shape(&graph.output[0]), ["?", "rows"]);
    assert_eq!((names(&graph.input), names(&graph.output)), (vec!["image"], vec!["wide"]));

    // Nothing is dynamic when that is asked for, and what cannot be is not.
    let fixed = Settings { dynamic_axes: Some(Vec::new()), ..Settings::default() };
    assert_eq!(shape(&exported(&relu, &["B,3"], &fixed).graph.unwrap().input[0]), ["2", "3"]);
    let linear = layer("Linear", "in_features=5 out_features=3");
    let graph = exported(&linear, &["5"], &Settings::default()).graph.unwrap();
    assert_eq!(shape(&graph.input[0]), ["5"]);

    // First axes of different lengths are different axes.
    let text = "x, y: return torch.cat([x, y], 0)";
    let dummy = [input("2,3", 2), input("4,3", 2)];
    let module = script(text);
    let graph =
        export(&Source::Script(&module), &dummy, &Settings::default()).unwrap().graph.unwrap();
    assert_eq!(shape(&graph.input[0]), ["batch", "3"]);
    assert_eq!(shape(&graph.input[1]), ["input_1_dim_0", "3"]);

    // Arrays of dimensions have names of our own.
    let unnamed = |value: &str, dim| DynamicAxis { value: value.into(), dim, name: None };
    let settings = Settings {
        dynamic_axes: Some(vec![
            unnamed("input_0", 0),
            unnamed("input_1", 0),
            unnamed("input_0", 1),
            unnamed("input_1", 1),
        ]),
        ..Settings::default()
    };
    let module = script("x, y: return x + y");
    let dummy = [input("2,3", 2), input("2,3", 2)];
    let graph = export(&Source::Script(&module), &dummy, &settings).unwrap().graph.unwrap();
    assert_eq!(shape(&graph.input[0]), ["batch", "input_0_dim_1"]);
    assert_eq!(shape(&graph.input[1]), ["batch", "input_0_dim_1"]);
}

#[test]
fn several_dynamic_axes_at_once() {
    library::runtime().unwrap_or_else(|error| panic!("this test runs models: {error}"));
    let folder = tempfile::tempdir().unwrap();
    let module = cases::stirred(layer(
        "TransformerEncoderLayer",
        "d_model=8 nhead=2 dim_feedforward=12 batch_first=true",
    ));
    module.train(false);
    let settings = Settings {
        dynamic_axes: Some(vec![axis("input", 0, "batch"), axis("input", 1, "length")]),
        ..Settings::default()
    };
    let model = exported(&module, &["B,5,8"], &settings);
    assert_eq!(shape(&model.graph.as_ref().unwrap().output[0]), ["batch", "length", "8"]);
    let path = folder.path().join("encoder.onnx");
    write(&model, &path).unwrap();
    let session = Session::load(&path, &SessionOptions::default()).unwrap();
    for (batch, length) in [(1, 1), (3, 9), (7, 2)] {
        let input = input(&format!("B,{length},8"), batch);
        let wanted = module.forward(&input).unwrap().detach();
        let results = session.run(&[input], None).unwrap();
        let [Value::Tensor(result)] = results.as_slice() else { panic!("{results:?}") };
        assert!(result.allclose(&wanted, 1e-5, 1e-5, false), "{batch} {length}");
    }
}

/// What Python traced and scripted takes any batch.
#[test]
fn archives_of_python_are_exported() {
    library::runtime().unwrap_or_else(|error| panic!("this test runs models: {error}"));
    let folder = tempfile::tempdir().unwrap();
    for (archive, shape) in [("jit_cnn.pt", "B,1,8,8"), ("jit_methods.pt", "B,3")] {
        let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
        let module = jit::load(&fixtures.join(archive), tch::Device::Cpu).unwrap();
        let source = Source::Script(&module);
        let model = export(&source, &[input(shape, 2)], &Settings::default()).unwrap();
        let path = folder.path().join(archive);
        write(&model, &path).unwrap();
        let session = Session::load(&path, &SessionOptions::default()).unwrap();
        let input = input(shape, 3);
        let wanted = module.call("forward", &[Value::Tensor(input.shallow_clone())]).unwrap();
        let Value::Tensor(wanted) = wanted else { panic!("{wanted:?}") };
        let results = session.run(&[input], None).unwrap();
        let [Value::Tensor(result)] = results.as_slice() else { panic!("{results:?}") };
        assert!(result.allclose(&wanted.detach(), 1e-5, 1e-5, false), "{archive}");
    }
}

#[test]
fn sixty_four_bit_modules_and_weights_as_results() {
    let double = layer("Linear", "in_features=4 out_features=3 dtype=1");
    let graph = exported(&double, &["double:B,4"], &Settings::default()).graph.unwrap();
    assert!(graph.initializer.iter().all(|weight| weight.data_type == DataType::Double as i32));

    let module = jit::Module::new().unwrap();
    module.register_parameter("weight", &input("3", 2)).unwrap();
    module.define("def forward(self, x):\n    return x, self.weight, self.weight\n").unwrap();
    let model = export(&Source::Script(&module), &[input("B,3", 2)], &Settings::default()).unwrap();
    let graph = model.graph.unwrap();
    assert_eq!(kinds(&graph), ["Identity"; 3]);
    assert_eq!(names(&graph.output), ["output_0", "output_1", "output_2"]);
}

#[test]
fn what_is_not_covered_is_named_with_its_origin() {
    let text = "x: return torch.linalg_inv(x)";
    let (code, reason) = refused_script(text, &["3,3"]);
    assert_eq!(code, RT_ERROR_TORCH_ONNX_OPERATOR);
    assert!(reason.starts_with("aten::linalg_inv"), "{reason}");
    assert!(reason.contains("source, line 2, column 12"), "{reason}");

    let projected = layer("LSTM", "input_size=4 hidden_size=5 proj_size=2");
    let module = Sequential::module(vec![layer("Identity", ""), projected]).unwrap();
    let (code, reason) = refused(&Source::Module(&module), &["3,B,4"], &Settings::default());
    assert_eq!(code, RT_ERROR_TORCH_ONNX_OPERATOR);
    assert!(reason.starts_with("aten::lstm (in 1 (LSTM)): projections"), "{reason}");

    let limited = layer("Embedding", "num_embeddings=10 embedding_dim=4 max_norm=1");
    let (code, reason) = refused(&Source::Module(&limited), &["ids10:B,3"], &Settings::default());
    assert_eq!(code, RT_ERROR_TORCH_ONNX_OPERATOR, "{reason}");
    assert!(reason.contains("aten::embedding_renorm_ (in Embedding)"), "{reason}");

    let pool = layer("MaxPool1d", "kernel_size=2 ceil_mode=true");
    let wide = Settings { dynamic_axes: Some(vec![axis("input", 2, "w")]), ..Settings::default() };
    let (code, reason) = refused(&Source::Module(&pool), &["B,2,8"], &wide);
    assert!(
        code == RT_ERROR_TORCH_ONNX_OPERATOR || reason.contains("cannot be followed"),
        "{reason}"
    );

    // What a model gives and ONNX does not.
    let pool = layer("AdaptiveMaxPool2d", "output_size=2 return_indices=true");
    let (code, reason) = refused(&Source::Module(&pool), &["B,2,4,4"], &Settings::default());
    assert_eq!(code, RT_ERROR_TORCH_ONNX_OPERATOR, "{reason}");
}

#[test]
fn what_depends_on_elements_is_refused() {
    for (text, operation) in [
        ("x: return x * 2 if bool(x.sum() > 0) else x", "aten::Bool"),
        ("x: return x * float(x.sum())", "aten::Float"),
        ("x: return x * int(x.max().item())", "aten::item"),
        ("x:\n    while bool((x < 100).all()):\n        x = x * 2\n    return x", "aten::Bool"),
        (
            "x:\n    y = x\n    for i in range(3):\n        if bool(y.sum() > 1):\n            y = y + 1\n    return y",
            "aten::Bool",
        ),
    ] {
        let (code, reason) = refused_script(text, &["B,3"]);
        assert_eq!(code, RT_ERROR_TORCH_ONNX_EXPORT, "{text}: {reason}");
        assert!(reason.starts_with(operation), "{text}: {reason}");
    }
    // Sizes and what is not an input may be looked at.
    let module = script("x: return x * 2 if x.size(1) > 2 else x");
    export(&Source::Script(&module), &[input("B,3", 2)], &Settings::default()).unwrap();
}

#[test]
fn changes_in_place_that_somebody_sees_are_refused() {
    for text in [
        "x:\n    y = x * 2\n    z = y[0]\n    z.add_(1)\n    return y",
        "x:\n    y = x * 2\n    z = y.view(-1)\n    y.add_(1)\n    return z",
        "x:\n    y = x * 2\n    z = y.t()\n    z.relu_()\n    return y + 1",
        "x:\n    y = x * 2\n    parts = torch.chunk(y, 3, 1)\n    parts[0].add_(1)\n    return y",
    ] {
        let (code, reason) = refused_script(text, &["B,3"]);
        assert_eq!(code, RT_ERROR_TORCH_ONNX_OPERATOR, "{text}: {reason}");
        assert!(reason.contains("changes a tensor that is used in another way"), "{reason}");
    }
}

#[test]
fn bad_inputs_and_names_are_errors() {
    let linear = layer("Linear", "in_features=5 out_features=3");
    let source = Source::Module(&linear);
    let default = Settings::default;
    let refused = |inputs: &[&str], settings: &Settings| refused(&source, inputs, settings);
    let clashes = [
        Settings { input_names: vec!["weight".into()], ..default() },
        Settings { output_names: vec!["weight".into()], ..default() },
        Settings { input_names: vec!["x".into()], output_names: vec!["x".into()], ..default() },
        Settings { input_names: vec![String::new()], ..default() },
        Settings { input_names: vec!["x".into(), "y".into()], ..default() },
        Settings { output_names: vec!["x".into(), "y".into()], ..default() },
        Settings { dynamic_axes: Some(vec![axis("inputs", 0, "n")]), ..default() },
        Settings { dynamic_axes: Some(vec![axis("input", 2, "n")]), ..default() },
        Settings { dynamic_axes: Some(vec![axis("input", -3, "n")]), ..default() },
        Settings { dynamic_axes: Some(vec![axis("input", i64::MIN, "n")]), ..default() },
        Settings { dynamic_axes: Some(vec![axis("output", 2, "n")]), ..default() },
        Settings {
            dynamic_axes: Some(vec![axis("input", 0, "n"), axis("input", 0, "m")]),
            ..default()
        },
        Settings {
            dynamic_axes: Some(vec![axis("input", 0, "n"), axis("input", 1, "n")]),
            ..default()
        },
        Settings { dynamic_axes: Some(vec![axis("input", 0, "")]), ..default() },
    ];
    for settings in &clashes {
        let (code, reason) = refused(&["B,5"], settings);
        assert_eq!(code, RT_ERROR_TORCH_ONNX_EXPORT, "{settings:?}: {reason}");
    }
    // The features are no dynamic axis.
    let features = Settings { dynamic_axes: Some(vec![axis("input", 1, "n")]), ..default() };
    assert_ne!(refused(&["B,5"], &features).0, 0);
    // The module's own errors.
    assert!(refused(&["B,4"], &default()).1.contains("shapes cannot be multiplied"));
    refused(&["B,5", "B,5"], &default());
    refused(&[], &default());
    for opset_version in [i64::MIN, -1, 0, 16, 22, i64::MAX] {
        refused(&["B,5"], &Settings { opset_version, ..default() });
    }
    // Dtypes that ONNX's operators do not have.
    let complex = Tensor::zeros([2, 5], (Kind::ComplexFloat, tch::Device::Cpu));
    let error = export(&source, &[complex], &default()).unwrap_err();
    assert_eq!(error.code(), RT_ERROR_TORCH_ONNX_EXPORT);
    // Nothing is exported of no elements but what is fixed.
    let empty = exported(&linear, &["0,5"], &default());
    assert_eq!(shape(&empty.graph.unwrap().input[0]), ["0", "5"]);
}

#[test]
fn results_that_are_no_tensors_are_errors() {
    // What LibTorch's tracer refuses has its error.
    for text in ["x: return (x, 3)", "x: return 'text'", "x: return x.size(0)"] {
        let (code, reason) = refused_script(text, &["B,3"]);
        assert_eq!(code, RT_ERROR_TORCH, "{text}: {reason}");
        assert!(reason.contains("can be output from traced functions"), "{text}: {reason}");
    }
    for text in ["x: return {'a': x}", "x: return {'a': x * 2, 'b': x}"] {
        let (code, reason) = refused_script(text, &["B,3"]);
        assert_eq!(code, RT_ERROR_TORCH_ONNX_EXPORT, "{text}: {reason}");
    }
    let without =
        jit::script("def other(x):\n    return x\n\ndef another(x):\n    return x\n").unwrap();
    assert!(
        refused(&Source::Script(&without), &["B,3"], &Settings::default()).1.contains("forward")
    );
}

#[test]
fn the_inputs_stay_as_they_are() {
    let dummy = input("B,5", 2);
    let before = dummy.copy();
    let relu = layer("ReLU", "inplace=true");
    export(&Source::Module(&relu), &[dummy.shallow_clone()], &Settings::default()).unwrap();
    assert_eq!(dummy, before);
    let tracked = dummy.set_requires_grad(true);
    export(&Source::Module(&relu), &[tracked], &Settings::default()).unwrap();
}

#[test]
fn a_module_laid_out_for_this_machine_is_refused() {
    let conv = layer("Conv2d", "in_channels=3 out_channels=4 kernel_size=3");
    let dummy = [Value::Tensor(input("B,3,8,8", 2))];
    let function = runtime_torch::callable::Function::Module(conv);
    let traced = jit::trace(function, &dummy, jit::Registered::default()).unwrap();
    traced.train(false).unwrap();
    let optimized = traced.optimize_for_inference().unwrap();
    let (code, reason) = refused(&Source::Script(&optimized), &["B,3,8,8"], &Settings::default());
    assert!([RT_ERROR_TORCH, RT_ERROR_TORCH_ONNX_OPERATOR].contains(&code), "{code} {reason}");
}

/// What a table says and no case needs is not known to be right.
#[test]
fn every_operator_is_in_a_case() {
    let mut seen: HashSet<String> = HashSet::new();
    for case in cases::all() {
        let inputs = case.tensors(BATCHES[0]);
        let graph = match &case.model {
            Model::Script(module) => Graph::trace_method(module, "forward", &inputs),
            Model::Module(module) => {
                module.train(false);
                module.requires_grad(false).unwrap();
                let function = runtime_torch::callable::Function::Module(module.clone());
                let run = move |inputs| function.call(inputs).map_err(|error| error.to_string());
                Graph::trace(&jit::Module::new().unwrap(), Box::new(run), &inputs)
            }
        };
        for node in graph.unwrap().nodes {
            let name = node.kind.strip_prefix("aten::").unwrap_or(&node.kind);
            seen.insert(String::from(name));
            seen.extend(name.strip_suffix('_').map(String::from));
        }
    }
    for (family, names) in operators() {
        for name in names {
            assert!(seen.contains(name), "{family}: no case has {name}");
        }
    }
}

#[test]
fn a_weight_that_is_used_twice_is_there_once() {
    let shared = layer("Linear", "in_features=4 out_features=4");
    let module = Sequential::module(vec![shared.clone(), layer("ReLU", ""), shared]).unwrap();
    let graph = exported(&module, &["B,4"], &Settings::default()).graph.unwrap();
    assert_eq!(kinds(&graph), ["Gemm", "Relu", "Gemm"]);
    let weights: Vec<&str> = graph.initializer.iter().map(|t| t.name.as_str()).collect();
    assert_eq!(weights, ["0.weight", "0.bias"]);
}

#[test]
fn the_page_names_the_operators() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/onnx-export.md");
    let page = std::fs::read_to_string(page).unwrap();
    let lines: Vec<&str> = page.lines().filter(|line| line.starts_with("| ")).collect();
    for (family, names) in operators() {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        let row = format!("| {family} | {} |", names.join(", "));
        assert!(lines.contains(&row.as_str()), "docs/onnx-export.md should have this row:\n{row}");
    }
}
