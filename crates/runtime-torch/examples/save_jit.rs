//! Saves TorchScript modules into a folder, each with inputs and results as text, for
//! `oracle/check_jit.py` to compare with what Python makes of them.
//!
//!     cargo run -p runtime-torch --features pytorch --example save_jit -- FOLDER

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

use runtime_core::{Error, Result};
use runtime_torch::callable::Function;
use runtime_torch::error::OrTorch;
use runtime_torch::jit::{self, Module, Registered};
use runtime_torch::nn;
use runtime_torch::options::Options;
use runtime_value::{Dict, RuntimeValue, View};
use tch::{Device, Kind, Tensor};
use torch_shim::Value;

fn main() -> Result<()> {
    let folder = env::args_os().nth(1).map(PathBuf::from);
    let folder = folder.ok_or_else(|| Error::invalid("usage: save_jit FOLDER"))?;
    fs::create_dir_all(&folder).map_err(|error| Error::system("folder", &error))?;
    tch::manual_seed(3);

    let source = "
def helper(x, scale: float):
    return torch.relu(x) * scale

def forward(x, scale: float = 2.0):
    return helper(x, scale) + math.pi
";
    save(&folder, "functions", &jit::script(source)?, &[3, 4])?;

    let module = Module::new().or_torch()?;
    let mut weight = Tensor::f_randn([4, 2], (Kind::Float, Device::Cpu)).or_torch()?;
    let _ = weight.f_requires_grad_(true).or_torch()?;
    module.register_parameter("layer.0.weight", &weight).or_torch()?;
    module
        .define("def forward(self, x):\n    return x @ getattr(self.layer, '0').weight\n")
        .or_torch()?;
    save(&folder, "parameters", &module, &[3, 4])?;

    let net = nn::Sequential::module(vec![
        layer("Conv2d", &[("in_channels", 1), ("out_channels", 4), ("kernel_size", 3)])?,
        layer("BatchNorm2d", &[("num_features", 4)])?,
        layer("ReLU", &[])?,
        layer("MaxPool2d", &[("kernel_size", 2)])?,
        layer("Flatten", &[])?,
        layer("Linear", &[("in_features", 36), ("out_features", 3)])?,
    ])?;
    net.train(false);
    let input = Tensor::f_randn([2, 1, 8, 8], (Kind::Float, Device::Cpu)).or_torch()?;
    let traced = jit::trace(Function::Module(net), &[Value::Tensor(input)], Registered::default())?;
    save(&folder, "traced", &traced, &[2, 1, 8, 8])?;
    let frozen = traced.freeze().or_torch()?;
    save(&folder, "frozen", &frozen, &[2, 1, 8, 8])
}

fn layer(class: &str, options: &[(&str, i64)]) -> Result<nn::Module> {
    let dict = Dict::new(0)?;
    for (name, number) in options {
        dict.insert(RuntimeValue::string(name)?, RuntimeValue::int(*number)?)?;
    }
    nn::Module::new(class, Options::of(class, "options", dict.value())?)
}

/// NAME.pt, and NAME.txt: the shape, the elements of an input, the elements of the result.
fn save(folder: &Path, name: &str, module: &Module, shape: &[i64]) -> Result<()> {
    jit::save(module, &folder.join(format!("{name}.pt")))?;
    let input = Tensor::f_randn(shape, (Kind::Float, Device::Cpu)).or_torch()?;
    let result = module.call("forward", &[Value::Tensor(input.shallow_clone())]);
    let Value::Tensor(result) = result.or_torch()? else {
        return Err(Error::invalid("forward gave no tensor"));
    };
    let mut text = format!("{}\n", shape.iter().map(i64::to_string).collect::<Vec<_>>().join(" "));
    for tensor in [input, result.f_detach().or_torch()?] {
        let numbers = Vec::<f32>::try_from(tensor.f_reshape([-1]).or_torch()?).or_torch()?;
        for number in numbers {
            let _ = write!(text, "{number} ");
        }
        text.push('\n');
    }
    fs::write(folder.join(format!("{name}.txt")), text)
        .map_err(|error| Error::system("folder", &error))?;
    println!("{name}");
    Ok(())
}
