//! Reading the fixtures that oracle/*.py wrote, and comparing with them.
#![allow(dead_code, unreachable_pub, reason = "each test program uses a part of this")]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use tch::{Device, Kind, Tensor};

/// One case of a file of fixtures.
pub struct Case {
    /// What it is about.
    pub name: String,
    attributes: HashMap<String, String>,
    /// The tensors, in the order of the file.
    pub tensors: Vec<(String, Tensor)>,
}

impl Case {
    /// The attribute as text, if it is there.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.get(name).map(String::as_str)
    }

    /// All attributes, in no order.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The attribute as a number (or whatever parses), which must be there.
    pub fn parse<T: std::str::FromStr>(&self, name: &str) -> T {
        let text = self.attribute(name).unwrap_or_else(|| panic!("{}: no {name}", self.name));
        text.parse().unwrap_or_else(|_| panic!("{}: {name} is {text}", self.name))
    }

    /// The attribute as a list of numbers.
    pub fn list<T: std::str::FromStr>(&self, name: &str) -> Vec<T> {
        let text = self.attribute(name).unwrap_or_else(|| panic!("{}: no {name}", self.name));
        let item = |item: &str| {
            item.trim().parse().unwrap_or_else(|_| panic!("{}: {name} is {text}", self.name))
        };
        text.split(',').filter(|item| !item.is_empty()).map(item).collect()
    }

    /// The tensor of this name, if it is there.
    pub fn find(&self, name: &str) -> Option<&Tensor> {
        self.tensors.iter().find(|(known, _)| known == name).map(|(_, tensor)| tensor)
    }

    /// The tensor of this name, which must be there.
    pub fn tensor(&self, name: &str) -> &Tensor {
        self.find(name).unwrap_or_else(|| panic!("{}: no tensor {name}", self.name))
    }
}

/// All cases of `tests/fixtures/FILE`.
pub fn read(file: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(file);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut cases: Vec<Case> = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let mut words = line.splitn(3, ' ');
        match (words.next().unwrap(), words.next(), words.next()) {
            ("case", Some(name), _) => cases.push(Case {
                name: String::from(name),
                attributes: HashMap::new(),
                tensors: Vec::new(),
            }),
            ("attribute", Some(name), value) => {
                let case = cases.last_mut().unwrap();
                case.attributes.insert(String::from(name), String::from(value.unwrap_or("")));
            }
            ("tensor", Some(name), Some(kind)) => {
                let (dtype, shape) = kind.split_once(' ').unwrap();
                let tensor = tensor(dtype, shape, lines.next().unwrap());
                cases.last_mut().unwrap().tensors.push((String::from(name), tensor));
            }
            _ => {}
        }
    }
    assert!(!cases.is_empty(), "{file} has no cases");
    cases
}

fn tensor(dtype: &str, shape: &str, elements: &str) -> Tensor {
    let shape: Vec<i64> = match shape {
        "-" => vec![],
        sizes => sizes.split(',').map(|size| size.parse().unwrap()).collect(),
    };
    let words = elements.split_ascii_whitespace();
    if dtype.contains("int") || dtype == "bool" {
        let ints: Vec<i64> = words.map(|word| word.parse().unwrap()).collect();
        return Tensor::from_slice(&ints).to_kind(kind(dtype)).reshape(shape);
    }
    let floats: Vec<f64> = words.map(|word| word.parse().unwrap()).collect();
    let floats = Tensor::from_slice(&floats);
    if dtype.starts_with("complex") {
        let pairs = floats.reshape([shape.as_slice(), &[2]].concat());
        return pairs.view_as_complex().to_kind(kind(dtype));
    }
    floats.to_kind(kind(dtype)).reshape(shape)
}

fn kind(dtype: &str) -> Kind {
    match dtype {
        "float32" => Kind::Float,
        "float64" => Kind::Double,
        "float16" => Kind::Half,
        "bfloat16" => Kind::BFloat16,
        "int8" => Kind::Int8,
        "uint8" => Kind::Uint8,
        "int16" => Kind::Int16,
        "int32" => Kind::Int,
        "int64" => Kind::Int64,
        "bool" => Kind::Bool,
        "complex64" => Kind::ComplexFloat,
        "complex128" => Kind::ComplexDouble,
        other => panic!("unknown dtype {other}"),
    }
}

/// Fails when shapes or dtypes differ, or an element by more than `absolute + relative * |wanted|`.
/// NaN equals NaN.
#[track_caller]
pub fn assert_close(what: &str, actual: &Tensor, wanted: &Tensor, relative: f64, absolute: f64) {
    assert_eq!(actual.size(), wanted.size(), "{what}: shape");
    assert_eq!(actual.kind(), wanted.kind(), "{what}: dtype");
    let close = actual.detach().to_device(Device::Cpu).allclose(wanted, relative, absolute, true);
    assert!(close, "{what}:\nis     {actual}\nwanted {wanted}");
}
