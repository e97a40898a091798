//! Broken and forged ONNX files: cut off at every byte, with bytes changed, and with the messages themselves
//! changed. Each is refused or works; none ends the process.
//!
//! ONNX_ROUNDS sets how many of the changed ones are tried, for a longer search.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::fs;
use std::path::{Path, PathBuf};

use prost::Message;
use prost::bytes::Bytes;
use runtime_core::Error;
use runtime_torch::codes::*;
use runtime_torch::onnx::proto::*;
use runtime_torch::onnx::{Length, PortType, Session, SessionOptions, check, library};
use tch::{Device, Kind, Tensor};

const MODELS: [&str; 9] = [
    "mlp",
    "several",
    "dtypes",
    "optional",
    "branches",
    "functions",
    "sequence",
    "strings",
    "sparse",
];

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/onnx");
    fs::read(folder.join(format!("{name}.onnx"))).unwrap()
}

fn rounds(default: usize) -> usize {
    std::env::var("ONNX_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Numbers that look random and are the same in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }
}

/// A file of its own for each test, which they do not share.
struct Place {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("model.onnx");
        Self { _folder: folder, path }
    }

    /// Checks, loads and runs a file, and accepts every error that there is for it.
    fn try_all(&self, bytes: &[u8]) -> Result<(), Error> {
        fs::write(&self.path, bytes).unwrap();
        let judged = |result: Result<(), Error>| {
            if let Err(error) = &result {
                let known = [
                    RT_ERROR_TORCH,
                    RT_ERROR_TORCH_ONNX,
                    RT_ERROR_TORCH_ONNX_MODEL,
                    RT_ERROR_TORCH_ONNX_INPUT,
                    RT_ERROR_TORCH_ONNX_OUTPUT,
                    RT_ERROR_TORCH_TOO_LARGE,
                ];
                assert!(known.contains(&error.code()), "{error}");
                assert!(!error.reason().is_empty());
            }
            result
        };
        let _ = judged(check(&self.path));
        if library::runtime().is_err() {
            return Ok(());
        }
        let options = SessionOptions { intra_op_num_threads: 1, ..SessionOptions::default() };
        judged(Session::load(&self.path, &options).and_then(|session| run(&session)))
    }
}

/// Runs a model on inputs of the shapes that it says.
fn run(session: &Session) -> Result<(), Error> {
    let input = |kind: &PortType| {
        let PortType::Tensor(element, shape) = kind else { return None };
        let length = |length: &Length| match length {
            Length::Fixed(length) => *length,
            _ => 2,
        };
        let shape: Vec<i64> = shape.as_ref()?.iter().map(length).collect();
        let count = shape.iter().try_fold(1_i64, |count, length| count.checked_mul(*length))?;
        if count > 1 << 20 {
            return None;
        }
        let numbers =
            Tensor::arange(count, (Kind::Int64, Device::Cpu)).reshape(&shape).remainder(7) - 2;
        Some(numbers.to_kind(element.kind()?))
    };
    let inputs = session.interface().inputs.iter().map(|port| input(&port.kind));
    match inputs.collect::<Option<Vec<_>>>() {
        Some(inputs) => session.run(&inputs, None).map(|_| ()),
        None => Ok(()),
    }
}

#[test]
fn files_that_are_cut_off_are_refused() {
    let place = Place::new();
    for name in MODELS {
        let bytes = fixture(name);
        place.try_all(&bytes).unwrap_or_else(|error| assert!(name == "strings", "{name}: {error}"));
        let mut whole = Vec::new();
        for length in 0..bytes.len() {
            fs::write(&place.path, &bytes[..length]).unwrap();
            if check(&place.path).is_ok() {
                whole.push(length);
            }
        }
        // The properties and the last set of operators come after all that a model needs.
        assert!(whole.len() <= 4, "{name} is taken up to {whole:?}");
        assert!(whole.iter().all(|length| bytes.len() - length < 64), "{name}: {whole:?}");
    }
}

#[test]
fn files_with_changed_bytes_do_no_harm() {
    let place = Place::new();
    let mut numbers = Numbers(1);
    let (mut refused, all) = (0, rounds(700));
    for round in 0..all {
        let mut bytes = fixture(MODELS[round % MODELS.len()]);
        for _ in 0..=numbers.below(3) {
            let at = numbers.below(bytes.len());
            match numbers.below(5) {
                0 => bytes[at] ^= 1 << numbers.below(8),
                1 => bytes[at] = numbers.next() as u8,
                2 => bytes[at] = [0, 0x7f, 0x80, 0xff][numbers.below(4)],
                3 => drop(bytes.remove(at)),
                _ => bytes.insert(at, numbers.next() as u8),
            }
        }
        refused += usize::from(place.try_all(&bytes).is_err());
    }
    assert!(refused > all / 3, "{refused} of {all}");
}

/// Numbers that code forgets about.
const AWKWARD: [i64; 12] =
    [0, 1, -1, 2, 3, 7, i64::MIN, i64::MAX, i32::MAX as i64, 1 << 32, -(1 << 31), 65];

/// Operators with attributes or shapes that may go wrong. `Div` is not among them: docs/onnx.md says what
/// ONNX Runtime does not survive of it when a model is run.
const OPERATORS: [&str; 32] = [
    "Add",
    "Sub",
    "Mul",
    "Neg",
    "MatMul",
    "Gemm",
    "Concat",
    "Reshape",
    "Transpose",
    "Gather",
    "Slice",
    "Flatten",
    "Conv",
    "MaxPool",
    "Softmax",
    "Cast",
    "Shape",
    "Squeeze",
    "Unsqueeze",
    "Split",
    "Tile",
    "TopK",
    "ArgMax",
    "ReduceSum",
    "CumSum",
    "DepthToSpace",
    "OneHot",
    "Scatter",
    "GatherND",
    "Trilu",
    "EyeLike",
    "Einsum",
];

/// Attributes that operators have, with a number in them.
const ATTRIBUTES: [&str; 12] = [
    "axis",
    "to",
    "keepdims",
    "group",
    "perm",
    "kernel_shape",
    "pads",
    "strides",
    "dilations",
    "blocksize",
    "k",
    "upper",
];

/// Changes something in a model.
fn change(model: &mut ModelProto, numbers: &mut Numbers) {
    let awkward = |numbers: &mut Numbers| AWKWARD[numbers.below(AWKWARD.len())];
    let Some(graph) = model.graph.as_mut() else { return };
    let names: Vec<String> = graph
        .input
        .iter()
        .map(|input| input.name.clone())
        .chain(graph.initializer.iter().map(|initializer| initializer.name.clone()))
        .chain(graph.node.iter().flat_map(|node| node.output.clone()))
        .collect();
    let name = |numbers: &mut Numbers| names[numbers.below(names.len())].clone();
    let count = graph.node.len();
    let choice = numbers.below(10);
    match choice {
        0..=3 if count > 0 => {
            let at = numbers.below(count);
            let node = &mut graph.node[at];
            match choice {
                0 => node.op_type = String::from(OPERATORS[numbers.below(OPERATORS.len())]),
                1 => {
                    let (many, one) = (numbers.below(2) == 0, awkward(numbers));
                    let count = numbers.below(4);
                    let ints = (0..count).map(|_| awkward(numbers)).collect();
                    node.attribute.push(AttributeProto {
                        name: String::from(ATTRIBUTES[numbers.below(ATTRIBUTES.len())]),
                        r#type: if many { AttributeType::Ints } else { AttributeType::Int } as i32,
                        i: (!many).then_some(one),
                        ints: if many { ints } else { Vec::new() },
                        ..AttributeProto::default()
                    });
                }
                2 => {
                    let name = name(numbers);
                    match (node.input.is_empty(), numbers.below(3)) {
                        (false, 0) => drop(node.input.pop()),
                        (false, 1) => {
                            let at = numbers.below(node.input.len());
                            node.input[at] = name;
                        }
                        _ => node.input.push(name),
                    }
                }
                _ => {
                    for attribute in &mut node.attribute {
                        attribute.i = attribute.i.map(|_| awkward(numbers));
                        attribute.ints.iter_mut().for_each(|int| *int = awkward(numbers));
                    }
                }
            }
        }
        4 | 5 if !graph.initializer.is_empty() => {
            let at = numbers.below(graph.initializer.len());
            let initializer = &mut graph.initializer[at];
            match numbers.below(3) {
                0 => {
                    let axes = numbers.below(4);
                    initializer.dims = (0..axes).map(|_| awkward(numbers)).collect();
                }
                1 => initializer.data_type = numbers.below(30) as i32,
                _ => {
                    // As many bytes as the dims say, of anything.
                    let size = initializer.raw_data.as_ref().map_or(0, Bytes::len);
                    let bytes: Vec<u8> = (0..size).map(|_| numbers.next() as u8).collect();
                    initializer.raw_data =
                        initializer.raw_data.as_ref().map(|_| Bytes::from(bytes));
                }
            }
        }
        6 => {
            let value = awkward(numbers);
            let numbers: Vec<i64> = (0..numbers.below(3)).map(|_| awkward(numbers)).collect();
            graph.initializer.push(TensorProto {
                name: format!("more{}", graph.initializer.len()),
                dims: vec![numbers.len() as i64 + 1],
                data_type: DataType::Int64 as i32,
                int64_data: [vec![value], numbers].concat(),
                ..TensorProto::default()
            });
        }
        7 if !graph.input.is_empty() => {
            let at = numbers.below(graph.input.len());
            if let Some(TypeProto { value: Some(TypeValue::TensorType(tensor)), .. }) =
                graph.input[at].r#type.as_mut()
            {
                match (numbers.below(2), tensor.shape.as_mut()) {
                    (0, Some(shape)) if !shape.dim.is_empty() => {
                        shape.dim[0].value = Some(DimensionValue::DimValue(awkward(numbers)));
                    }
                    _ => tensor.elem_type = numbers.below(24) as i32,
                }
            }
        }
        8 => {
            if let Some(set) = model.opset_import.first_mut() {
                set.version = 1 + numbers.below(30) as i64;
            }
        }
        _ => {
            let output = format!("added{count}");
            graph.node.push(NodeProto {
                input: (0..=numbers.below(3)).map(|_| name(numbers)).collect(),
                output: vec![output.clone()],
                op_type: String::from(OPERATORS[numbers.below(OPERATORS.len())]),
                ..NodeProto::default()
            });
            let mut shown = graph.output[0].clone();
            shown.name = output;
            graph.output.push(shown);
        }
    }
}

#[test]
fn models_with_changed_messages_do_no_harm() {
    let place = Place::new();
    let mut numbers = Numbers(2);
    let (mut ran, all) = (0, rounds(700));
    for round in 0..all {
        let bytes = Bytes::from(fixture(MODELS[round % MODELS.len()]));
        let mut model = ModelProto::decode(bytes).unwrap();
        for _ in 0..=numbers.below(4) {
            change(&mut model, &mut numbers);
        }
        ran += usize::from(place.try_all(&model.encode_to_vec()).is_ok());
    }
    assert!(ran > 0 && ran < all, "{ran} of {all}");
}
