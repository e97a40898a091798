//! What is exported to ONNX in tests and by `examples/export_onnx.rs`: every class of layers, operations in
//! scripts, and whole networks.
#![allow(dead_code, unreachable_pub, reason = "each program uses a part of this")]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

#[path = "onnx_layers.rs"]
mod layers;
#[path = "onnx_scripts.rs"]
mod scripts;

use layers::LAYERS;
use runtime_torch::jit;
use runtime_torch::nn::{self, Module, Sequential};
use runtime_torch::onnx::export::{DynamicAxis, Settings, Source};
use runtime_torch::options::Options;
use runtime_value::{Array, Dict, RuntimeValue, View};
use scripts::SCRIPTS;
use tch::{Device, Kind, Tensor};
use torch_shim::Value;

/// The batch in the trace, and another one.
pub const BATCHES: [i64; 2] = [2, 5];

/// Something to export.
pub struct Case {
    /// Its name, which is a file's too.
    pub name: String,
    /// What it is.
    pub model: Model,
    /// Its inputs, as in [`input`].
    pub inputs: Vec<&'static str>,
    /// How it is exported.
    pub settings: Settings,
}

/// A module of one of both kinds.
pub enum Model {
    /// Of layers.
    Module(Module),
    /// Of a script.
    Script(jit::Module),
}

impl Case {
    /// The inputs for a batch, the same ones at each call.
    pub fn tensors(&self, batch: i64) -> Vec<Tensor> {
        tch::manual_seed(batch);
        self.inputs.iter().map(|text| input(text, batch)).collect()
    }

    /// Whether the batch is a dynamic axis of the exported model. A traced module of layers has the batch
    /// of its trace in it, where the layers read it.
    pub fn is_dynamic(&self) -> bool {
        let baked = ["traced_network_encoder", "frozen_network_encoder"];
        self.inputs.iter().any(|text| text.contains('B')) && !baked.contains(&self.name.as_str())
    }

    /// What to export.
    pub fn source(&self) -> Source<'_> {
        match &self.model {
            Model::Module(module) => Source::Module(module),
            Model::Script(module) => Source::Script(module),
        }
    }

    /// What the model gives in evaluation mode.
    pub fn outputs(&self, inputs: &[Tensor]) -> Vec<Tensor> {
        let _no_gradients = tch::no_grad_guard();
        match &self.model {
            Model::Module(module) => {
                let before = module.is_training();
                module.train(false);
                let inputs: Vec<Option<&Tensor>> = inputs.iter().map(Some).collect();
                let output = module.forward_all(&inputs).unwrap();
                module.train(before);
                match output {
                    nn::Output::One(tensor) => vec![tensor],
                    nn::Output::Many(tensors) => tensors,
                }
            }
            Model::Script(module) => {
                let inputs: Vec<Value> =
                    inputs.iter().map(|input| Value::Tensor(input.shallow_clone())).collect();
                let before = module.is_training();
                module.train(false).unwrap();
                let output = module.call("forward", &inputs).unwrap();
                module.train(before).unwrap();
                flat(output)
            }
        }
    }
}

/// The tensors of a result, whatever they are in.
fn flat(output: Value) -> Vec<Tensor> {
    match output {
        Value::Tensor(tensor) => vec![tensor],
        Value::Tuple(items) | Value::List(items) => items.into_iter().flat_map(flat).collect(),
        other => panic!("{other:?}"),
    }
}

/// "B,3,8" are random floats of this shape, where B is the batch; "ids10:B,7" are ints from 0 to 9;
/// "bool:B,7" are bools.
pub fn input(text: &str, batch: i64) -> Tensor {
    let (kind, shape) = text.split_once(':').unwrap_or(("", text));
    let size = |word: &str| if word == "B" { batch } else { word.parse().unwrap() };
    let shape: Vec<i64> = shape.split(',').filter(|word| !word.is_empty()).map(size).collect();
    let float = (Kind::Float, Device::Cpu);
    match kind {
        "" => Tensor::randn(&shape, float),
        "double" => Tensor::randn(&shape, (Kind::Double, Device::Cpu)),
        "share" => Tensor::rand(&shape, float),
        "bool" => Tensor::rand(&shape, float).gt(0.5),
        ids => Tensor::randint(
            ids.trim_start_matches("ids").parse::<i64>().unwrap(),
            &shape,
            (Kind::Int64, Device::Cpu),
        ),
    }
}

/// A module by its class and its options, "in_features=4 bias=false kernel_size=3,2".
pub fn layer(class: &str, options: &str) -> Module {
    let dict = Dict::new(0).unwrap();
    for pair in options.split(' ').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap();
        dict.insert(name.into(), word(value)).unwrap();
    }
    let options = Options::of(class, "options", dict.value()).unwrap();
    Module::new(class, options).unwrap_or_else(|error| panic!("{class}: {error}"))
}

fn word(text: &str) -> RuntimeValue {
    if text.contains(',') {
        let items: Vec<RuntimeValue> =
            text.split(',').filter(|item| !item.is_empty()).map(word).collect();
        return Array::from_slice(&items).unwrap().value();
    }
    match (text, text.parse::<i64>(), text.parse::<f64>()) {
        ("true", ..) => true.into(),
        ("false", ..) => false.into(),
        (_, Ok(int), _) => int.into(),
        (.., Ok(float)) => float.into(),
        (text, ..) => text.into(),
    }
}

/// The tensors of a module become such that nothing is 0 or 1 by its beginning.
pub fn stirred(module: Module) -> Module {
    for (name, tensor) in module.named_parameters().into_iter().chain(module.named_buffers()) {
        if tensor.kind() == Kind::Float || tensor.kind() == Kind::Double {
            let _no_gradients = tch::no_grad_guard();
            let mut tensor = tensor.detach();
            // Variances are above 0.
            let new = match name.ends_with("running_var") {
                true => tensor.rand_like() + 0.5,
                false => tensor.randn_like() * 0.4,
            };
            tensor.copy_(&new);
        }
    }
    module
}

const HELPER: &str = "
def helper(x, times: int):
    if x.dim() == 2:
        for i in range(times):
            x = x * (i + 1)
    else:
        x = x - 1
    return x
";

/// A script from a table entry.
pub fn script(text: &str) -> jit::Module {
    let (arguments, body) = text.split_once(':').unwrap();
    let body = body.trim_start_matches(' ').trim_start_matches('\n');
    let source = format!("def forward({arguments}):\n    {}\n", body.trim_start());
    let source = if body.contains("helper") { format!("{HELPER}{source}") } else { source };
    jit::script(&source).unwrap_or_else(|error| panic!("{source}\n{error}"))
}

fn sequence(parts: &[(&str, &str)]) -> Module {
    Sequential::module(parts.iter().map(|(class, options)| layer(class, options)).collect())
        .unwrap()
}

fn networks() -> Vec<(&'static str, Module, Vec<&'static str>)> {
    let mlp = sequence(&[
        ("Linear", "in_features=10 out_features=16"),
        ("BatchNorm1d", "num_features=16"),
        ("ReLU", "inplace=true"),
        ("Dropout", "p=0.5"),
        ("Linear", "in_features=16 out_features=8"),
        ("GELU", ""),
        ("Linear", "in_features=8 out_features=3"),
        ("Softmax", "dim=1"),
    ]);
    let cnn = sequence(&[
        ("Conv2d", "in_channels=1 out_channels=4 kernel_size=3 padding=1"),
        ("BatchNorm2d", "num_features=4"),
        ("ReLU", "inplace=true"),
        ("MaxPool2d", "kernel_size=2"),
        ("Conv2d", "in_channels=4 out_channels=8 kernel_size=3"),
        ("SiLU", ""),
        ("AdaptiveAvgPool2d", "output_size=2"),
        ("Flatten", ""),
        ("Linear", "in_features=32 out_features=10"),
        ("LogSoftmax", "dim=1"),
    ]);
    let encoder = Sequential::module(vec![
        layer("Embedding", "num_embeddings=20 embedding_dim=16"),
        layer("PositionalEncoding", "d_model=16 max_len=32"),
        layer("TransformerEncoderLayer", "d_model=16 nhead=4 dim_feedforward=32 batch_first=true"),
        layer(
            "TransformerEncoderLayer",
            "d_model=16 nhead=4 dim_feedforward=32 batch_first=true activation=gelu",
        ),
        layer("LayerNorm", "normalized_shape=16"),
        layer("Linear", "in_features=16 out_features=5"),
    ])
    .unwrap();
    vec![
        ("network_mlp", mlp, vec!["B,10"]),
        ("network_cnn", cnn, vec!["B,1,12,12"]),
        ("network_encoder", encoder, vec!["ids20:B,7"]),
    ]
}

/// An axis of an input with a name.
pub fn axis(value: &str, dim: i64, name: &str) -> DynamicAxis {
    DynamicAxis { value: value.into(), dim, name: Some(name.into()) }
}

/// The places of the batch, when it is not what comes first.
fn batch_axes(inputs: &[&str]) -> Option<Vec<DynamicAxis>> {
    let place = |text: &&str| {
        text.split([':', ','])
            .filter(|word| !word.contains(char::is_lowercase))
            .position(|word| word == "B")
    };
    let places: Vec<Option<usize>> = inputs.iter().map(place).collect();
    if !places.iter().flatten().any(|place| *place != 0) {
        return None;
    }
    let axis = |(position, place): (usize, Option<usize>)| {
        let name = match inputs.len() {
            1 => String::from("input"),
            _ => format!("input_{position}"),
        };
        place.map(|place| axis(&name, place as i64, "batch"))
    };
    Some(places.into_iter().enumerate().filter_map(axis).collect())
}

/// All cases.
pub fn all() -> Vec<Case> {
    tch::manual_seed(7);
    let mut cases: Vec<Case> = Vec::new();
    for (name, class, options, inputs) in LAYERS {
        let module = stirred(layer(class, options));
        cases.push(Case {
            name: (*name).into(),
            model: Model::Module(module),
            inputs: inputs.to_vec(),
            settings: Settings { dynamic_axes: batch_axes(inputs), ..Settings::default() },
        });
    }
    for (name, text, inputs) in SCRIPTS {
        cases.push(Case {
            name: (*name).into(),
            model: Model::Script(script(text)),
            inputs: inputs.to_vec(),
            settings: Settings::default(),
        });
    }
    for (name, module, inputs) in networks() {
        let settings = Settings::default();
        let model = Model::Module(stirred(module));
        cases.push(Case { name: name.into(), model, inputs, settings });
    }
    // Traced modules, and the other opsets.
    for (name, module, inputs) in networks() {
        let module = stirred(module);
        let dummy: Vec<Value> = inputs.iter().map(|text| Value::Tensor(input(text, 2))).collect();
        module.train(false);
        let function = runtime_torch::callable::Function::Module(module.clone());
        let traced = jit::trace(function, &dummy, jit::Registered::default()).unwrap();
        let frozen = traced.freeze().unwrap();
        for (kind, model) in [("traced", traced), ("frozen", frozen)] {
            cases.push(Case {
                name: format!("{kind}_{name}"),
                model: Model::Script(model),
                inputs: inputs.clone(),
                settings: Settings::default(),
            });
        }
        for opset_version in [17, 18, 19, 21] {
            cases.push(Case {
                name: format!("{name}_opset{opset_version}"),
                model: Model::Module(module.clone()),
                inputs: inputs.clone(),
                settings: Settings { opset_version, ..Settings::default() },
            });
        }
    }
    cases
}
