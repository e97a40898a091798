//! Writes model files into a folder, for `oracle/check_files.py` to load in Python and compare.
//!
//!     cargo run -p runtime-torch --features pytorch --example save_files -- FOLDER

use std::path::PathBuf;
use std::{env, fs};

use runtime_core::{Error, Result};
use runtime_torch::error::OrTorch;
use runtime_torch::model_file::{self, Value, safetensors};
use runtime_torch::nn::Module;
use runtime_torch::optim::Optimizer;
use runtime_torch::options::Options;
use runtime_torch::values::{Type, decode};
use runtime_torch::{kinds, objects};
use runtime_value::{Array, Dict, RuntimeValue, View};
use tch::{Device, Kind, Tensor};

fn main() -> Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or_else(|| Error::invalid("usage: save_files FOLDER"))?;
    fs::create_dir_all(&folder).map_err(|error| Error::system("folder", &error))?;
    let save = |name: &str, value: &Value| {
        println!("{name}");
        model_file::save(&folder.join(name), value)
    };

    save("single.pt", &Value::Tensor(counted(&[2, 3], Kind::Float)?))?;
    let dtypes = (0..12).map(|number| {
        let kind = kinds::dtype("dtype", number)?;
        Ok((number.to_string(), counted(&[2, 3], kind)?))
    });
    let dtypes = dtypes.collect::<Result<Vec<_>>>()?;
    let pairs = dtypes.iter().map(|(name, tensor)| (text(name), shared(tensor))).collect();
    save("dtypes.pt", &Value::Dict(pairs))?;
    save("views.pt", &views()?)?;
    save("values.pt", &values())?;
    network(&folder.join("network.pt"), &folder.join("optimizer.pt"))?;

    let mut plain: Vec<_> =
        dtypes.into_iter().filter(|(_, t)| t.kind() != Kind::ComplexDouble).collect();
    plain.push((String::from("number"), Tensor::from(3.25_f32)));
    plain.push((String::from("empty"), counted(&[2, 0], Kind::Float)?));
    plain.push((String::from("transposed"), plain[0].1.f_transpose(0, 1).or_torch()?));
    let texts = [(String::from("by"), String::from("Rust"))].into();
    println!("plain.safetensors");
    safetensors::save(&folder.join("plain.safetensors"), &plain, texts)
}

fn text(text: &str) -> Value {
    Value::Text(String::from(text))
}

fn shared(tensor: &Tensor) -> Value {
    Value::Tensor(tensor.shallow_clone())
}

/// 0, 1, 2 and so on, which every dtype has.
fn counted(size: &[i64], kind: Kind) -> Result<Tensor> {
    let count = size.iter().product::<i64>();
    let numbers = Tensor::f_arange(count, (Kind::Int64, Device::Cpu)).or_torch()?;
    numbers.f_to_kind(kind).and_then(|numbers| numbers.f_reshape(size)).or_torch()
}

/// Parts of storages: Python checks which memory they share.
fn views() -> Result<Value> {
    let base = counted(&[2, 3, 4], Kind::Float)?;
    let [real, imaginary] = [counted(&[3], Kind::Float)?, counted(&[3], Kind::Float)?];
    let complex = Tensor::f_complex(&real, &imaginary).or_torch()?;
    let leaf = counted(&[2], Kind::Float)?.f_set_requires_grad(true).or_torch()?;
    let views = [
        ("base", base.shallow_clone()),
        ("row", base.f_select(0, 1).or_torch()?),
        ("transposed", base.f_transpose(0, 2).or_torch()?),
        ("again", base.shallow_clone()),
        ("expanded", Tensor::from(7.0_f32).f_expand([3, 2], false).or_torch()?),
        ("number", Tensor::from(3.25_f64)),
        ("empty", counted(&[2, 0, 3], Kind::Float)?),
        ("leaf", leaf),
        ("conjugated", complex.f_conj().or_torch()?),
    ];
    Ok(Value::Dict(views.iter().map(|(name, tensor)| (text(name), shared(tensor))).collect()))
}

fn values() -> Value {
    let ints = [0, 255, 256, 65535, 65536, -1, i64::from(i32::MIN), 1 << 31, i64::MIN, i64::MAX];
    let tuple = |count: i64| Value::Tuple((0..count).map(Value::Int).collect());
    let keys = vec![
        (Value::Int(3), text("int")),
        (Value::Tuple(vec![Value::Int(1), text("a")]), text("tuple")),
        (Value::None, Value::Float(0.5)),
        (Value::Float(2.5), Value::Bool(false)),
        (Value::Bool(true), Value::None),
    ];
    Value::Dict(vec![
        (text("ints"), Value::List(ints.into_iter().map(Value::Int).collect())),
        (text("floats"), Value::List(vec![Value::Float(-1.5), Value::Float(f64::INFINITY)])),
        (text("texts"), Value::List(vec![text(""), text("Grüße, 世界"), text(&"x".repeat(300))])),
        (text("tuples"), Value::List((0..5).map(tuple).collect())),
        (text("keys"), Value::Dict(keys)),
        (text("empty"), Value::Tuple(vec![Value::List(vec![]), Value::Dict(vec![])])),
    ])
}

/// A layer after three steps of Adam, and the optimizer: Python goes on with both.
fn network(weights: &std::path::Path, state: &std::path::Path) -> Result<()> {
    let options = Dict::new(2)?;
    options.insert("in_features".into(), 3.into())?;
    options.insert("out_features".into(), 2.into())?;
    let layer = Module::new("Linear", Options::of("Linear", "options", options.value())?)?;
    let parameters = Array::new(2)?;
    for tensor in layer.parameters() {
        parameters.push(objects::give_tensor(tensor)?)?;
    }
    let mut adam = Optimizer::from_values("Adam", parameters.value(), RuntimeValue::NIL)?;
    for _ in 0..3 {
        let input = counted(&[4, 3], Kind::Float)?;
        let loss = layer.forward(&input)?.f_sum(None).or_torch()?;
        loss.f_backward().or_torch()?;
        adam.step()?;
    }
    println!("network.pt\noptimizer.pt");
    model_file::save_state_dict(weights, &layer.state_dict()?)?;
    model_file::save(state, &decode("state", adam.state_dict()?, &Type::Other)?)
}
