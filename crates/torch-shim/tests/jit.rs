//! TorchScript modules from source, from tracing and from files.
#![cfg(feature = "pytorch")]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::path::PathBuf;
use std::thread;

use tch::{Device, Kind, Tensor, no_grad};
use torch_shim::jit::{Module, Type};
use torch_shim::{Callback, Value};

fn vector(numbers: &[f32]) -> Value {
    Value::Tensor(Tensor::from_slice(numbers))
}

fn floats(value: &Value) -> Vec<f32> {
    let Value::Tensor(tensor) = value else { panic!("{value:?} is no tensor") };
    Vec::<f32>::try_from(tensor.detach()).unwrap()
}

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("torch-shim-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn functions_call_each_other_and_have_defaults() {
    let source = "
def helper(x, bias: float):
    return torch.relu(x + bias)

def forward(x, bias: float = 1.0):
    y = helper(x, bias)
    return y, [y.sum(), y.max()], {'scale': math.pi, 'n': 2.0}
";
    let module = Module::script(source).unwrap();
    assert_eq!(module.method_names().unwrap(), ["helper", "forward"]);
    let arguments = module.arguments("forward").unwrap();
    assert_eq!(arguments[0].declared, Type::Tensor);
    assert_eq!((arguments[1].name.as_str(), &arguments[1].declared), ("bias", &Type::Float));
    assert!(arguments[1].optional && !arguments[0].optional);

    let result = module.call("forward", &[vector(&[-3.0, 2.0])]).unwrap();
    let Value::Tuple(parts) = result else { panic!("{result:?}") };
    assert_eq!(floats(&parts[0]), [0.0, 3.0]);
    assert!(matches!(&parts[1], Value::List(items) if items.len() == 2));
    let Value::Dict(pairs) = &parts[2] else { panic!() };
    assert!(
        matches!(&pairs[0], (Value::Text(key), Value::Float(pi)) if key == "scale" && *pi > 3.14)
    );

    let result = module.call("helper", &[vector(&[-3.0, 2.0]), Value::Int(5)]).unwrap();
    assert_eq!(floats(&result), [2.0, 7.0]);
}

#[test]
fn a_module_has_parameters_and_methods() {
    let module = Module::new().unwrap();
    let weight = Tensor::from_slice(&[2f32, 3.0]).set_requires_grad(true);
    module.register_parameter("layer.0.weight", &weight).unwrap();
    module.register_buffer("offset", &Tensor::from(1f32)).unwrap();
    assert!(module.register_buffer("offset", &weight).is_err());
    assert!(module.register_buffer("offset.x", &weight).is_err());
    assert!(module.register_buffer("", &weight).is_err());
    module
        .define(
            "
def scale(self, x):
    return x * getattr(self.layer, '0').weight

def forward(self, x):
    y = self.scale(x) + self.offset
    if self.training:
        y = -y
    return y
",
        )
        .unwrap();
    assert_eq!(floats(&module.call("forward", &[vector(&[1.0, 1.0])]).unwrap()), [-3.0, -4.0]);
    assert!(module.is_training());
    module.train(false).unwrap();
    assert!(!module.is_training());
    let result = module.call("forward", &[vector(&[1.0, 1.0])]).unwrap();
    assert_eq!(floats(&result), [3.0, 4.0]);
    let Value::Tensor(result) = result else { unreachable!() };
    result.sum(Kind::Float).backward();
    assert_eq!(Vec::<f32>::try_from(weight.grad()).unwrap(), [1.0, 1.0]);

    let names = |pairs: Vec<(String, Tensor)>| pairs.into_iter().map(|(name, _)| name);
    assert!(names(module.named_parameters().unwrap()).eq(["layer.0.weight"]));
    assert!(names(module.named_buffers().unwrap()).eq(["offset"]));
    assert!(names(module.state_dict().unwrap()).eq(["offset", "layer.0.weight"]));

    let copy = module.try_clone().unwrap();
    let parameter = copy.named_parameters().unwrap().remove(0).1;
    assert!(parameter.requires_grad() && parameter.is_leaf());
    let _ = no_grad(|| parameter.shallow_clone().zero_());
    assert_eq!(floats(&copy.call("forward", &[vector(&[1.0, 1.0])]).unwrap()), [1.0, 1.0]);
    assert_eq!(floats(&module.call("forward", &[vector(&[1.0, 1.0])]).unwrap()), [3.0, 4.0]);
    copy.define("def more(x):\n    return x").unwrap();
    assert!(module.arguments("more").is_err());

    module.to(Device::Cpu, Some(Kind::Double)).unwrap();
    assert_eq!(weight.kind(), Kind::Double);
    assert!(module.to(Device::Cpu, Some(Kind::Int64)).is_err());
}

#[test]
fn errors_in_source_name_the_place() {
    let cases = [
        ("def f(x):\n    return y\n", "line 2, column 12: undefined value y"),
        ("def f(x):\n    return x +\n", "line 2, column 15: expected ident but found 'newline'"),
        ("\n\ndef f(x\n", "line 3, column 8: expected "),
        ("def f(x):\n    return torch.nonesuch(x)\n", "line 2, column 12: Unknown builtin op"),
        ("x = 1\n", "line 1, column 1: expected a function"),
        ("class A:\n    pass\n", "line 1, column 1: expected a function"),
        ("", "the source defines no function"),
        (
            "def f(self, x):\n    return self.nonesuch\n",
            "line 2, column 12: '__torch__.Module' object has no attribute or method 'nonesuch'",
        ),
        ("def f(x: int):\n    return x.foo\n", "line 2, column 12: 'int' object has no attribute"),
        ("def f(x):\n  return x\ndef f(x):\n  return x\n", "method '__torch__.f' already defined"),
        ("def f(x):\n    return f(x)\n", "recursive"),
    ];
    for (source, text) in cases {
        let error = Module::script(source).err().unwrap_or_else(|| panic!("{source} compiles"));
        assert!(error.contains(text), "{source}\n{error}\nwanted {text}");
    }
}

#[test]
fn a_definition_that_fails_leaves_nothing() {
    let module = Module::script("def first(x):\n    return x + 1").unwrap();
    let source = "def fine(x):\n    return x\ndef f(self, x):\n    return self.g(x)\ndef g(self, x):\n    return y\n";
    module.define(source).unwrap_err();
    assert_eq!(module.method_names().unwrap(), ["first", "forward"]);
    module.define("def fine(x):\n    return first(x) * 2\n").unwrap();
    assert_eq!(floats(&module.call("fine", &[vector(&[1.0])]).unwrap()), [4.0]);
    assert!(module.define("def first(x):\n    return x").is_err());
}

#[test]
fn inputs_that_do_not_fit_are_refused() {
    let module = Module::script(
        "def f(x, sizes: List[int], pair: Tuple[float, Optional[Tensor]], names: Dict[str, Tensor]):
    return x",
    )
    .unwrap();
    let list = || Value::List(vec![Value::Int(1)]);
    let pair = || Value::List(vec![Value::Int(1), Value::None]);
    let names = || Value::Dict(vec![(Value::Text("a".into()), vector(&[1.0]))]);
    let call = |inputs: &[Value]| module.call("f", inputs);
    call(&[vector(&[1.0]), list(), pair(), names()]).unwrap();
    call(&[vector(&[1.0]), Value::List(vec![]), pair(), Value::Dict(vec![])]).unwrap();
    for inputs in [
        vec![],
        vec![vector(&[1.0])],
        vec![Value::Int(1), list(), pair(), names()],
        vec![Value::None, list(), pair(), names()],
        vec![vector(&[1.0]), Value::List(vec![Value::Text("x".into())]), pair(), names()],
        vec![vector(&[1.0]), list(), Value::Int(3), names()],
        vec![vector(&[1.0]), list(), list(), names()],
        vec![vector(&[1.0]), list(), pair(), Value::Dict(vec![(Value::Int(1), vector(&[1.0]))])],
        vec![vector(&[1.0]), list(), pair(), names(), Value::Int(1)],
    ] {
        let error = call(&inputs).err().unwrap_or_else(|| panic!("{inputs:?} pass"));
        assert!(!error.contains('\n'), "{error}");
    }
    let error = module.call("g", &[]).unwrap_err();
    assert_eq!(error, "the module has no method \"g\"");
    assert!(module.call("f\0", &[]).is_err());
}

#[test]
fn what_a_method_raises_comes_out() {
    let module = Module::script(
        "def check(x):
    assert x.dim() == 2, 'two dimensions, please'
    return x

def multiply(x):
    return torch.mm(x, x)

def complain(x):
    raise ValueError('no')
",
    )
    .unwrap();
    let error = module.call("check", &[vector(&[1.0])]).unwrap_err();
    assert_eq!(error, "AssertionError: two dimensions, please");
    let error = module.call("multiply", &[vector(&[1.0])]).unwrap_err();
    assert_eq!(error, "self must be a matrix");
    let error = module.call("complain", &[vector(&[1.0])]).unwrap_err();
    assert!(error.contains("no"), "{error}");
}

#[test]
fn a_traced_function_keeps_its_parameters() {
    let weight = Tensor::from_slice(&[2f32, 3.0]).set_requires_grad(true);
    let module = Module::new().unwrap();
    module.register_parameter("weight", &weight).unwrap();
    let w = std::sync::Mutex::new(weight.shallow_clone());
    let run: Callback = Box::new(move |inputs| {
        let [Value::Tensor(x), Value::Tensor(y)] = &inputs[..] else { return Err("two".into()) };
        let product = x * &*w.lock().unwrap();
        Ok(Value::Tuple(vec![Value::Tensor(&product + y), Value::Tensor(product)]))
    });
    module.trace(run, &[vector(&[1.0, 1.0]), vector(&[0.0, 1.0])]).unwrap();
    let inputs = [vector(&[10.0, 100.0]), vector(&[1.0, 1.0])];
    let Value::Tuple(parts) = module.call("forward", &inputs).unwrap() else { panic!() };
    assert_eq!(floats(&parts[0]), [21.0, 301.0]);
    let Value::Tensor(product) = &parts[1] else { panic!() };
    product.sum(Kind::Float).backward();
    assert_eq!(Vec::<f32>::try_from(weight.grad()).unwrap(), [10.0, 100.0]);
    assert!(module.graph("forward").unwrap().contains("prim::GetAttr[name=\"weight\"]"));
    assert!(module.code("forward").unwrap().contains("def forward(self,"));

    let path = folder("traced").join("traced.pt");
    module.save(&path).unwrap();
    let loaded = Module::load(&path, Device::Cpu).unwrap();
    let Value::Tuple(again) = loaded.call("forward", &inputs).unwrap() else { panic!() };
    assert_eq!(floats(&again[0]), [21.0, 301.0]);
    std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
}

#[test]
fn tracing_that_fails_says_why_and_ends() {
    let module = Module::new().unwrap();
    let run: Callback = Box::new(|_| Err(String::from("not today")));
    assert_eq!(module.trace(run, &[vector(&[1.0])]).unwrap_err(), "not today");
    let run: Callback = Box::new(|_| panic!("out of luck"));
    let error = module.trace(run, &[vector(&[1.0])]).unwrap_err();
    assert_eq!(error, "a callback panicked: out of luck");
    let run: Callback = Box::new(|_| Ok(Value::Text("text".into())));
    module.trace(run, &[vector(&[1.0])]).unwrap_err();
    let weight = Tensor::from_slice(&[2f32]).set_requires_grad(true);
    let weight = std::sync::Mutex::new(weight);
    let run: Callback = Box::new(move |inputs| {
        let Value::Tensor(x) = &inputs[0] else { unreachable!() };
        Ok(Value::Tensor(x * &*weight.lock().unwrap()))
    });
    let error = module.trace(run, &[vector(&[1.0])]).unwrap_err();
    assert!(error.contains("requires grad"), "{error}");
    // The thread is not tracing any more, and the module has not become half of something.
    assert!(module.method_names().unwrap().is_empty());
    let run: Callback = Box::new(|mut inputs| Ok(inputs.remove(0)));
    module.trace(run, &[vector(&[1.0])]).unwrap();
}

#[test]
fn frozen_modules_compute_the_same() {
    let module = Module::new().unwrap();
    module.register_parameter("weight", &Tensor::from_slice(&[2f32, 3.0])).unwrap();
    let source = "def forward(self, x):\n    return x * self.weight\ndef other(self, x):\n    return x + self.weight\n";
    module.define(source).unwrap();
    assert!(module.freeze().err().unwrap().contains("eval"));
    module.train(false).unwrap();
    let frozen = module.freeze().unwrap();
    let fast = module.optimize_for_inference().unwrap();
    let faster = frozen.optimize_for_inference().unwrap();
    for module in [&module, &frozen, &fast, &faster] {
        for _ in 0..3 {
            let result = module.call("forward", &[vector(&[1.0, 2.0])]).unwrap();
            assert_eq!(floats(&result), [2.0, 6.0]);
            assert_eq!(floats(&module.call("other", &[vector(&[1.0, 2.0])]).unwrap()), [3.0, 5.0]);
        }
    }
    assert!(frozen.named_parameters().unwrap().is_empty());
    assert!(!frozen.is_training());
    frozen.train(true).unwrap();
}

#[test]
fn many_threads_run_one_module() {
    let source = "
def forward(x):
    for i in range(3):
        x = torch.tanh(x @ x) + i
    return x
";
    let module = Module::script(source).unwrap();
    let options = (Kind::Float, Device::Cpu);
    let expected = floats_of(&module, &Tensor::ones([4, 4], options));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    assert_eq!(floats_of(&module, &Tensor::ones([4, 4], options)), expected);
                }
            });
        }
        scope.spawn(|| (0..20).for_each(|step| module.train(step % 2 == 0).unwrap()));
    });
}

fn floats_of(module: &Module, x: &Tensor) -> Vec<f32> {
    let Value::Tensor(y) = module.call("forward", &[Value::Tensor(x.shallow_clone())]).unwrap()
    else {
        panic!()
    };
    Vec::<f32>::try_from(y.reshape([-1])).unwrap()
}

#[test]
fn deep_nesting_is_refused_and_less_works() {
    let chains = [("(", ")"), ("-", ""), ("not ", ""), ("[", "]"), ("x + (", ")"), ("", " + x")];
    for (open, close) in chains {
        let source = |depth| {
            let (open, close) = (open.repeat(depth), close.repeat(depth));
            format!("def f(x: int):\n    return {open}x{close}\n")
        };
        let module = Module::script(&source(150)).unwrap();
        module.call("f", &[Value::Int(1)]).unwrap();
        let error = Module::script(&source(20_000)).err().unwrap();
        assert!(error.contains("within each other"), "{error}");
    }
    let elifs = |count| {
        let branch = |step| format!("    elif x == {step}:\n        y = {step}\n");
        let branches: String = (0..count).map(branch).collect();
        format!("def f(x: int):\n    y = 0\n    if x < 0:\n        y = 1\n{branches}    return y\n")
    };
    assert!(Module::script(&elifs(1001)).is_err());
    let module = Module::script(&elifs(900)).unwrap();
    let path = folder("elifs").join("elifs.pt");
    module.save(&path).unwrap();
    let loaded = Module::load(&path, Device::Cpu).unwrap();
    assert!(matches!(loaded.call("f", &[Value::Int(899)]).unwrap(), Value::Int(899)));
    std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
    assert!(Module::script(&" ".repeat(2 << 20)).is_err());
}

#[test]
fn files_that_are_no_archives_are_refused() {
    let folder = folder("files");
    let path = folder.join("file.pt");
    assert!(Module::load(&folder.join("nonesuch.pt"), Device::Cpu).is_err());
    assert!(Module::load(&folder, Device::Cpu).is_err());
    for content in [&b""[..], b"x", b"PK\x03\x04", &[0; 4096]] {
        std::fs::write(&path, content).unwrap();
        assert!(Module::load(&path, Device::Cpu).is_err());
    }
    let module = Module::script("def f(x):\n    return x").unwrap();
    assert!(module.save(&folder.join("no/such/folder.pt")).is_err());
    std::fs::remove_dir_all(&folder).unwrap();
}
