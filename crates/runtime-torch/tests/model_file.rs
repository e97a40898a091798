//! Model files through the C functions: what Python wrote, and what is written here and read again.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;
#[path = "common/values.rs"]
mod values;

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use common::{Case, assert_close};
use runtime_core::error::codes::*;
use runtime_core::error::last_code;
use runtime_torch::codes::*;
use runtime_torch::ffi::model_file::*;
use runtime_torch::ffi::nn::module::rt_torch_module_new;
use runtime_torch::ffi::nn::state::*;
use runtime_torch::ffi::optimizer::*;
use runtime_torch::model_file::{self, Value};
use runtime_torch::objects;
use runtime_value::codes::RT_ERROR_WRONG_TYPE;
use runtime_value::{Array, Dict, RuntimeValue, Str, Tuple, View, equality};
use tch::{Device, Kind, Tensor};
use tempfile::TempDir;
use torch_shim::autograd::is_same;
use values::{array, dict, give, look, refusal, under};

const NIL: RuntimeValue = RuntimeValue::NIL;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/files").join(name)
}

fn bytes(path: &Path) -> (*const u8, u64) {
    let text = path.to_str().unwrap();
    (text.as_ptr(), text.len() as u64)
}

fn load(path: &Path) -> RuntimeValue {
    let (pointer, length) = bytes(path);
    // SAFETY: a text and its length.
    unsafe { rt_torch_load(pointer, length) }
}

fn load_with(path: &Path, options: RuntimeValue) -> RuntimeValue {
    let (pointer, length) = bytes(path);
    // SAFETY: a text and its length.
    unsafe { rt_torch_load_with(pointer, length, options) }
}

fn save(value: RuntimeValue, path: &Path) -> i64 {
    let (pointer, length) = bytes(path);
    // SAFETY: a text and its length.
    unsafe { rt_torch_save(value, pointer, length) }
}

fn safetensors_save(value: RuntimeValue, path: &Path, metadata: RuntimeValue) -> i64 {
    let (pointer, length) = bytes(path);
    // SAFETY: a text and its length.
    unsafe {
        match metadata {
            NIL => rt_torch_safetensors_save(value, pointer, length),
            metadata => rt_torch_safetensors_save_with(value, pointer, length, metadata),
        }
    }
}

fn safetensors_load(path: &Path) -> RuntimeValue {
    let (pointer, length) = bytes(path);
    // SAFETY: a text and its length.
    unsafe { rt_torch_safetensors_load(pointer, length) }
}

fn safetensors_metadata(path: &Path) -> RuntimeValue {
    let (pointer, length) = bytes(path);
    // SAFETY: a text and its length.
    unsafe { rt_torch_safetensors_metadata(pointer, length) }
}

#[track_caller]
fn loaded(name: &str) -> RuntimeValue {
    let value = load(&fixture(name));
    assert_ne!(value, NIL, "{name}: {:?}", refusal());
    value
}

fn case(name: &str) -> Case {
    let mut cases = ["files.txt", "file_dtypes.txt"].into_iter().flat_map(common::read);
    cases.find(|case| case.name == name).unwrap()
}

fn text(value: RuntimeValue) -> String {
    String::from(Str::of("text", value).unwrap().text("text").unwrap())
}

fn list(value: RuntimeValue) -> Vec<RuntimeValue> {
    Array::of("list", value).unwrap().to_vec().unwrap()
}

/// The same memory, whatever part of it.
fn shares(a: &Tensor, b: &Tensor) -> bool {
    let kept = a.copy();
    let zero = b.zeros_like();
    let saved = b.copy();
    b.detach().copy_(&zero);
    let changed = !a.equal(&kept);
    b.detach().copy_(&saved);
    changed
}

#[test]
fn every_dtype_of_python_is_read() {
    let value = loaded("dtypes.pt");
    let case = case("dtypes");
    assert_eq!(case.tensors.len(), 12);
    for (name, expected) in &case.tensors {
        assert_close(name, &look(under(value, name.as_str())), expected, 0.0, 0.0);
    }
}

#[test]
fn views_of_python_are_views() {
    let value = loaded("views.pt");
    let tensor = |name: &str| look(under(value, name));
    for (name, expected) in &case("views").tensors {
        assert_close(name, &tensor(name), expected, 0.0, 0.0);
    }
    let base = tensor("base");
    for name in ["row", "column", "transposed", "steps"] {
        assert!(shares(&base, &tensor(name)), "{name} has a memory of its own");
    }
    assert!(!shares(&base, &tensor("channels_last")));
    assert!(is_same(&base, &tensor("again")) && !is_same(&base, &tensor("row")));
    assert_eq!(tensor("transposed").stride(), [1, 4, 12]);
    assert_eq!(tensor("expanded").stride(), [0, 0]);
    assert_eq!(tensor("channels_last").stride(), [16, 1, 8, 2]);
    assert!(tensor("conjugated").is_conj() && tensor("negated").is_neg());
    for (name, wanted) in [("parameter", true), ("leaf", true), ("base", false)] {
        assert_eq!(tensor(name).requires_grad(), wanted, "{name}");
    }
    (tensor("leaf") * 3.0).sum(None).backward();
    assert_eq!(Vec::<f32>::try_from(tensor("leaf").grad()).unwrap(), [3.0, 3.0]);
    // Each is a tensor of its own: a change in place is no change of a view that is recorded.
    let _ = tensor("row").f_fill_(9.0).unwrap();
    assert_eq!(base.double_value(&[1, 0, 0]), 9.0);
}

#[test]
fn plain_values_of_python_are_read() {
    let value = loaded("values.pt");
    let entry = |name: &str| under(value, name);
    assert_eq!(entry("none"), NIL);
    assert!(bool::try_from(entry("true")).unwrap());
    assert!(!bool::try_from(entry("false")).unwrap());
    let ints: Vec<i64> = list(entry("ints")).into_iter().map(|i| i.to_int().unwrap()).collect();
    let (least, most) = (i64::MIN, i64::MAX);
    let small = [0, 1, 255, 256, 65535, 65536, 2_147_483_647, -1, -2_147_483_648, 2_147_483_648];
    assert_eq!(ints, [&small[..], &[1 << 62, least, most]].concat());
    let floats: Vec<f64> = list(entry("floats")).iter().map(|f| f.to_float().unwrap()).collect();
    assert_eq!(floats, [0.5, -1.5, 1e300, f64::INFINITY]);
    let texts: Vec<String> = list(entry("texts")).into_iter().map(text).collect();
    assert_eq!(texts, ["", "plain", "Grüße, 世界", &"x".repeat(300)]);
    let lengths = list(entry("tuples")).into_iter().map(|t| Tuple::of("t", t).unwrap().len());
    assert_eq!(lengths.collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    let nested = entry("nested");
    assert_eq!(text(under(nested, 3)), "int key");
    let key = Tuple::from_slice(&[1.into(), "a".into()]).unwrap().value();
    assert_eq!(text(under(nested, key)), "tuple key");
    assert_eq!(under(nested, NIL).to_int().unwrap(), 0);
    assert!(!bool::try_from(under(nested, 2.5)).unwrap());
    assert_eq!(list(list(list(under(nested, "list"))[1])[0])[0].to_int().unwrap(), 2);
    let size: Vec<_> = Tuple::of("size", entry("size")).unwrap().iter().collect();
    assert_eq!(size, [RuntimeValue::from(2), 3.into()]);
    assert_eq!(text(entry("device")), "cuda:1");
    assert_eq!(entry("dtype").to_int().unwrap(), RT_TORCH_FLOAT16);
    let tensors = list(entry("tensors"));
    assert_eq!(look(tensors[0]).double_value(&[]), 1.0);
    assert_eq!(Vec::<i64>::try_from(look(under(tensors[1], "inner"))).unwrap(), [2, 3]);
}

#[test]
fn other_ways_to_write_are_read() {
    let expected = case("single");
    let expected = expected.tensor("x");
    assert_close("single", &look(loaded("single.pt")), expected, 0.0, 0.0);
    for name in ["protocol4.pt", "no_checksums.pt"] {
        assert_close(name, &look(under(loaded(name), "x")), expected, 0.0, 0.0);
    }
}

#[test]
fn a_network_of_python_goes_on_here() {
    let value = loaded("network.pt");
    let names: Vec<String> =
        Dict::of("d", value).unwrap().iter().map(|(key, _)| text(key)).collect();
    let case_network = case("network");
    let expected: Vec<&String> = case_network.tensors.iter().map(|(name, _)| name).collect();
    assert_eq!(names.iter().collect::<Vec<_>>(), expected);
    let options = dict(&[("num_features", 4.into())]);
    let norm = rt_torch_module_new("BatchNorm1d".into(), options);
    let own: Vec<_> = ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]
        .map(|name| (name, under(value, format!("1.{name}").as_str())))
        .into();
    assert_ne!(rt_torch_module_load_state_dict(norm, dict(&own), 1), NIL, "{:?}", refusal());
    let state = rt_torch_module_state_dict(norm);
    let mean = look(under(state, "running_mean"));
    assert_close("mean", &mean, case_network.tensor("1.running_mean"), 0.0, 0.0);
    assert_eq!(look(under(state, "num_batches_tracked")).int64_value(&[]), 3);
}

#[test]
fn the_state_of_an_optimizer_goes_both_ways() {
    let python = loaded("optimizer.pt");
    let names = ["0.weight", "0.bias", "1.weight", "1.bias", "3.weight", "3.bias"];
    let network = case("network");
    let params: Vec<_> =
        names.map(|name| give(&network.tensor(name).set_requires_grad(true))).into();
    let adam =
        |lr: f64| rt_torch_optimizer_new("Adam".into(), array(&params), dict(&[("lr", lr.into())]));
    let first = adam(0.5);
    assert_eq!(rt_torch_optimizer_load_state_dict(first, python), 1, "{:?}", refusal());
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("optimizer.pt");
    assert_eq!(save(rt_torch_optimizer_state_dict(first), &path), 1, "{:?}", refusal());
    let second = adam(0.25);
    assert_eq!(rt_torch_optimizer_load_state_dict(second, load(&path)), 1, "{:?}", refusal());
    let state = rt_torch_optimizer_state_dict(second);
    for (name, expected) in &case("optimizer").tensors {
        let (index, name) = name.split_once('.').unwrap();
        let kept = under(under(state, "state"), index.parse::<i64>().unwrap());
        assert_close(name, &look(under(kept, name)), expected, 0.0, 0.0);
    }
    let group = list(under(state, "param_groups"))[0];
    assert_eq!(under(group, "lr").to_float().unwrap(), 0.01);
    let betas = under(group, "betas");
    assert!(Tuple::find(betas).is_some() || Array::find(betas).is_some());
}

#[test]
fn what_is_saved_is_loaded() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("all.pt");
    let base = Tensor::arange(24, (Kind::Float, Device::Cpu)).reshape([2, 3, 4]);
    let complex = Tensor::complex(&base, &base.ones_like());
    let leaf = base.copy().set_requires_grad(true);
    let tensors = [
        ("base", base.shallow_clone()),
        ("row", base.get(1)),
        ("transposed", base.transpose(0, 2)),
        ("again", base.shallow_clone()),
        ("expanded", Tensor::from(7_i32).expand([3, 2], false)),
        ("empty", base.slice(0, 2, 2, 1)),
        ("conj", complex.conj()),
        ("neg", complex.conj().imag()),
        ("leaf", leaf.shallow_clone()),
        ("made", &leaf * 2.0),
    ];
    let given: Vec<_> = tensors.iter().map(|(name, tensor)| (*name, give(tensor))).collect();
    let plain = array(&["text".into(), 2.5.into(), (1_i64 << 60).into(), NIL, true.into()]);
    let pair = Tuple::from_slice(&[plain, array(&[])]).unwrap().value();
    let value = dict(&[("tensors", dict(&given)), ("plain", pair), ("none", dict(&[]))]);
    assert_eq!(save(value, &path), 1, "{:?}", refusal());
    let found = load(&path);
    assert!(equality::equal(under(found, "plain"), pair).unwrap());
    assert!(equality::equal(under(found, "none"), dict(&[])).unwrap());
    let tensor = |name: &str| look(under(under(found, "tensors"), name));
    for (name, expected) in &tensors {
        assert_close(
            name,
            &tensor(name),
            &expected.detach().resolve_conj().resolve_neg(),
            0.0,
            0.0,
        );
        assert_eq!(tensor(name).requires_grad(), expected.requires_grad(), "{name}");
    }
    assert!(is_same(&tensor("base"), &tensor("again")));
    assert!(
        shares(&tensor("base"), &tensor("row")) && shares(&tensor("base"), &tensor("transposed"))
    );
    assert!(!shares(&tensor("base"), &tensor("leaf")) && !shares(&base, &tensor("base")));
    assert_eq!(tensor("transposed").stride(), [1, 4, 12]);
    for number in 0..12 {
        let kind = runtime_torch::kinds::dtype("dtype", number).unwrap();
        let tensor = Tensor::arange(5, (Kind::Int64, Device::Cpu)).to_kind(kind);
        assert_eq!(save(give(&tensor), &path), 1);
        let found = look(load(&path));
        assert!(found.kind() == kind && found.equal(&tensor), "{kind:?}");
    }
    for plain in [NIL, 5.into(), "only a text".into(), false.into(), array(&[])] {
        assert_eq!(save(plain, &path), 1);
        assert!(equality::equal(load(&path), plain).unwrap());
        assert_eq!(last_code(), RT_ERROR_NONE);
    }
}

#[test]
fn an_archive_has_the_form_of_pythons() {
    let folder = TempDir::new().unwrap();
    let ours = folder.path().join("ours.pt");
    let value = model_file::load(&fixture("network.pt")).unwrap();
    model_file::save(&ours, &value).unwrap();
    let records = |path: &Path| {
        let mut archive = zip::ZipArchive::new(File::open(path).unwrap()).unwrap();
        let count = archive.len();
        let record = |index| {
            let entry = archive.by_index_raw(index).unwrap();
            let name = entry.name().unwrap().into_owned();
            let name = String::from(name.split_once('/').unwrap().1);
            assert!(!name.starts_with("data/") || entry.data_start().unwrap() % 64 == 0, "{name}");
            (name, entry.crc32(), entry.size())
        };
        let mut records: Vec<_> = (0..count).map(record).collect();
        records.retain(|(name, _, _)| name != "data.pkl" && name != ".data/serialization_id");
        records.sort();
        records
    };
    assert_eq!(records(&ours), records(&fixture("network.pt")));
}

#[test]
fn what_is_no_plain_data_is_refused_by_its_name() {
    for (file, code, part) in [
        ("code.pt", RT_ERROR_TORCH_FILE_GLOBAL, "posix.system"),
        ("module.pt", RT_ERROR_TORCH_FILE_GLOBAL, "torch.nn.modules.linear.Linear"),
        ("set.pt", RT_ERROR_TORCH_FILE_GLOBAL, "__builtin__.set"),
        ("bytes.pt", RT_ERROR_TORCH_FILE_GLOBAL, "_codecs.encode"),
        ("complex.pt", RT_ERROR_TORCH_FILE_GLOBAL, "__builtin__.complex"),
        ("sparse.pt", RT_ERROR_TORCH_FILE_GLOBAL, "torch._utils._rebuild_sparse_tensor"),
        ("quantized.pt", RT_ERROR_TORCH_FILE_GLOBAL, "torch._utils._rebuild_qtensor"),
        ("meta.pt", RT_ERROR_TORCH_FILE_GLOBAL, "_rebuild_meta_tensor_no_storage"),
        ("large_int.pt", RT_ERROR_TORCH_FILE, "longer than 64 bits"),
        ("uint16.pt", RT_ERROR_TORCH_DTYPE, "torch.uint16"),
        ("float8.pt", RT_ERROR_TORCH_DTYPE, "torch.float8_e4m3fn"),
        ("legacy.pt", RT_ERROR_TORCH_FILE, "before 1.6"),
        ("script.pt", RT_ERROR_TORCH_FILE, "rt_torch_jit_load"),
        ("plain.safetensors", RT_ERROR_TORCH_FILE, "no archive"),
    ] {
        assert_eq!(load(&fixture(file)), NIL, "{file}");
        let (found, text) = refusal();
        assert_eq!(found, code, "{file}: {text}");
        assert!(text.starts_with("rt_torch_load: ") && text.contains(part), "{file}: {text}");
    }
}

#[test]
fn a_device_is_chosen_or_missing() {
    let path = fixture("single.pt");
    for device in [NIL, 0.into(), "cpu".into()] {
        let value = load_with(&path, dict(&[("map_location", device)]));
        assert_eq!(look(value).device(), Device::Cpu);
    }
    assert_eq!(look(load_with(&path, NIL)).device(), Device::Cpu);
    for (options, code) in [
        (dict(&[("map_location", "moon".into())]), RT_ERROR_TORCH_DEVICE),
        (dict(&[("map_location", "cuda:4000".into())]), RT_ERROR_TORCH_DEVICE),
        (dict(&[("map_location", (-1).into())]), RT_ERROR_TORCH_DEVICE),
        (dict(&[("map_location", array(&[]))]), RT_ERROR_TORCH_OPTION),
        (dict(&[("weights_only", false.into())]), RT_ERROR_TORCH_OPTION),
        (5.into(), RT_ERROR_WRONG_TYPE),
    ] {
        assert_eq!(load_with(&path, options), NIL);
        assert_eq!(refusal().0, code);
    }
}

#[test]
fn values_without_a_counterpart_are_refused_and_the_file_stays() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("kept.pt");
    assert_eq!(save(1.into(), &path), 1);
    let before = fs::read(&path).unwrap();
    let pairs = |pairs: &[(RuntimeValue, RuntimeValue)]| {
        let dict = Dict::new(0).unwrap();
        for (key, value) in pairs {
            dict.insert(*key, *value).unwrap();
        }
        dict.value()
    };
    let freed = give(&Tensor::from(1.0));
    objects::free_tensor("tensor", freed).unwrap();
    let module = rt_torch_module_new("ReLU".into(), NIL);
    let itself = Array::new(1).unwrap();
    itself.push(itself.value()).unwrap();
    let mut doubled = array(&[]);
    for _ in 0..60 {
        doubled = array(&[doubled, doubled]);
    }
    let sparse = Tensor::eye(2, (Kind::Float, Device::Cpu)).to_sparse(None, None::<i64>, None);
    let other = Tensor::from_slice(&[1.0_f32, 2.0]);
    let as_ints = other.view_dtype(Kind::Int);
    let tensor = give(&other);
    for (value, code) in [
        (pairs(&[(array(&[]), NIL)]), RT_ERROR_TORCH_FILE_VALUE),
        (pairs(&[(1.into(), NIL), (true.into(), NIL)]), RT_ERROR_TORCH_FILE_VALUE),
        (pairs(&[(tensor, NIL)]), RT_ERROR_TORCH_FILE_VALUE),
        (array(&[tensor, give(&as_ints)]), RT_ERROR_TORCH_FILE_VALUE),
        (freed, RT_ERROR_STALE_HANDLE),
        (array(&[module]), RT_ERROR_WRONG_KIND),
        (itself.value(), RT_ERROR_INVALID_ARGUMENT),
        (doubled, RT_ERROR_INVALID_ARGUMENT),
        (give(&sparse), RT_ERROR_TORCH),
        (RuntimeValue::bytes(b"\xff").unwrap(), RT_ERROR_NOT_UTF8),
        (RuntimeValue::ERROR, RT_ERROR_WRONG_TYPE),
    ] {
        assert_eq!(save(value, &path), 0);
        let (found, text) = refusal();
        assert_eq!(found, code, "{text}");
        assert_eq!(fs::read(&path).unwrap(), before, "{text}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn paths_that_are_none_are_errors() {
    let folder = TempDir::new().unwrap();
    let missing = folder.path().join("no/file.pt");
    let value = dict(&[("x", give(&Tensor::from(1.0)))]);
    let blocked = folder.path().join("blocked");
    fs::create_dir(&blocked).unwrap();
    for (path, errno) in [(&missing, 2), (&blocked, 21)] {
        assert_eq!(save(value, path), 0);
        assert_eq!(runtime_core::error::last_errno(), errno);
        assert_eq!(refusal().0, RT_ERROR_SYSTEM);
        assert_eq!(safetensors_save(value, path, NIL), 0);
        assert_eq!(refusal().0, RT_ERROR_SYSTEM);
    }
    for load in [load, safetensors_load, safetensors_metadata] {
        assert_eq!(load(&missing), NIL);
        assert_eq!(refusal().0, RT_ERROR_SYSTEM);
        for path in [&blocked, Path::new("/dev/zero")] {
            assert_eq!(load(path), NIL);
            assert_eq!(refusal().0, RT_ERROR_INVALID_ARGUMENT);
        }
        assert_eq!(load(Path::new("")), NIL);
        assert_eq!(refusal().0, RT_ERROR_INVALID_ARGUMENT);
    }
    // SAFETY: null is refused.
    let null =
        unsafe { (rt_torch_load(std::ptr::null(), 3), rt_torch_save(NIL, std::ptr::null(), 3)) };
    assert_eq!(null, (NIL, 0));
    assert_eq!(refusal().0, RT_ERROR_NULL_POINTER);
}

#[test]
fn safetensors_go_both_ways() {
    let expected = case("safetensors");
    let python = safetensors_load(&fixture("plain.safetensors"));
    for (name, expected) in &expected.tensors {
        assert_close(name, &look(under(python, name.as_str())), expected, 0.0, 0.0);
    }
    let texts = safetensors_metadata(&fixture("plain.safetensors"));
    let texts: Vec<_> =
        Dict::of("d", texts).unwrap().iter().map(|(key, value)| (text(key), text(value))).collect();
    let pair = |name, value| (String::from(name), String::from(value));
    assert_eq!(texts, [pair("by", "Python"), pair("format", "pt")]);

    let folder = TempDir::new().unwrap();
    let path = folder.path().join("ours.safetensors");
    let about = dict(&[("format", "pt".into()), ("by", "Python".into())]);
    assert_eq!(safetensors_save(python, &path, about), 1, "{:?}", refusal());
    let again = safetensors_load(&path);
    for (name, expected) in &expected.tensors {
        assert_close(name, &look(under(again, name.as_str())), expected, 0.0, 0.0);
    }
    assert!(equality::equal(safetensors_metadata(&path), about).unwrap());

    let base = Tensor::arange(6, (Kind::Float, Device::Cpu)).reshape([2, 3]);
    let leaf = base.copy().set_requires_grad(true);
    let parts = dict(&[
        ("transposed", give(&base.transpose(0, 1))),
        ("expanded", give(&Tensor::from(2.0_f32).expand([2, 2], false))),
        ("leaf", give(&leaf)),
    ]);
    assert_eq!(safetensors_save(parts, &path, NIL), 1, "{:?}", refusal());
    let found = safetensors_load(&path);
    assert!(look(under(found, "transposed")).equal(&base.transpose(0, 1)));
    assert!(look(under(found, "transposed")).is_contiguous());
    assert!(look(under(found, "expanded")).equal(&Tensor::full(
        [2, 2],
        2.0,
        (Kind::Float, Device::Cpu)
    )));
    assert!(!look(under(found, "leaf")).requires_grad());
    assert!(equality::equal(safetensors_metadata(&path), dict(&[])).unwrap());
    assert_eq!(safetensors_save(dict(&[]), &path, NIL), 1);
    assert!(equality::equal(safetensors_load(&path), dict(&[])).unwrap());
}

#[test]
fn safetensors_refuse_what_they_cannot_hold() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("kept.safetensors");
    let tensor = give(&Tensor::from(1.0_f32));
    assert_eq!(safetensors_save(dict(&[("x", tensor)]), &path, NIL), 1);
    let before = fs::read(&path).unwrap();
    let double = give(&Tensor::from(1.0).to_kind(Kind::ComplexDouble));
    let huge = give(&Tensor::from(1.0_f32).expand([1 << 40], false));
    for (value, about, code) in [
        (tensor, NIL, RT_ERROR_WRONG_TYPE),
        (array(&[tensor]), NIL, RT_ERROR_WRONG_TYPE),
        (dict(&[("x", "text".into())]), NIL, RT_ERROR_WRONG_TYPE),
        (dict(&[("x", double)]), NIL, RT_ERROR_TORCH_DTYPE),
        (dict(&[("x", huge)]), NIL, RT_ERROR_TORCH_TOO_LARGE),
        (dict(&[("__metadata__", tensor)]), NIL, RT_ERROR_TORCH_FILE_VALUE),
        (dict(&[]), dict(&[("x", 1.into())]), RT_ERROR_WRONG_TYPE),
        (dict(&[]), 1.into(), RT_ERROR_WRONG_TYPE),
    ] {
        assert_eq!(safetensors_save(value, &path, about), 0);
        let (found, text) = refusal();
        assert_eq!(found, code, "{text}");
    }
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(safetensors_load(&fixture("float8.safetensors")), NIL);
    let (code, text) = refusal();
    assert!(code == RT_ERROR_TORCH_DTYPE && text.contains("F8_E4M3"), "{text}");
    assert_eq!(safetensors_load(&fixture("single.pt")), NIL);
    assert_eq!(refusal().0, RT_ERROR_TORCH_FILE);
}

#[test]
fn threads_load_one_file_together() {
    let path = fixture("views.pt");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..20 {
                    let Value::Dict(pairs) = model_file::load(&path).unwrap() else { panic!() };
                    assert_eq!(pairs.len(), 16);
                }
            });
        }
    });
}

#[test]
fn large_storages_are_read_in_pieces() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("large.pt");
    // More than is read by one thread, and no multiple of what one reads at a time.
    let large = Tensor::arange((9 << 20) / 8 + 3, (Kind::Int64, Device::Cpu));
    let small = Tensor::from_slice(&[1_i8, 2, 3]);
    let value = Value::Tuple(vec![
        Value::Tensor(large.shallow_clone()),
        Value::Tensor(small.shallow_clone()),
    ]);
    model_file::save(&path, &value).unwrap();
    let Value::Tuple(found) = model_file::load(&path).unwrap() else { panic!() };
    let [Value::Tensor(a), Value::Tensor(b)] = &found[..] else { panic!() };
    assert!(a.equal(&large) && b.equal(&small));
    // One wrong bit in a later piece.
    let mut bytes = fs::read(&path).unwrap();
    bytes[7 << 20] ^= 1;
    let error = model_file::load_bytes(&bytes, model_file::LoadOptions::default()).unwrap_err();
    assert!(error.reason().contains("storage 0 has the checksum"), "{error}");
}
