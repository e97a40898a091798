//! Data sets, files of them and loaders through the C functions.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

mod common;
#[path = "common/values.rs"]
mod values;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use common::assert_close;
use flate2::Compression;
use flate2::write::GzEncoder;
use runtime_core::error::{codes, last_code};
use runtime_core::handle::{kinds, live_count};
use runtime_torch::codes::{RT_ERROR_TORCH_DATA, RT_ERROR_TORCH_OPTION, RT_ERROR_TORCH_TOO_LARGE};
use runtime_torch::ffi::dataloader::*;
use runtime_torch::ffi::dataset::*;
use runtime_value::{Array, RuntimeValue, Tuple, View};
use tch::{Device, Kind, Tensor};
use values::{array, dict, give, look, refusal, take};

/// The tensors of a tuple, whose handles end.
#[track_caller]
fn parts(value: RuntimeValue) -> Vec<Tensor> {
    let tuple = Tuple::find(value).unwrap_or_else(|| panic!("{value}: {:?}", last_code()));
    tuple.iter().map(take).collect()
}

fn numbers(count: i64) -> (Tensor, Tensor) {
    let labels = Tensor::arange(count, (Kind::Int64, Device::Cpu));
    let features = labels.to_kind(Kind::Float).unsqueeze(1).repeat([1, 3]);
    (features, labels)
}

fn numbered(count: i64) -> RuntimeValue {
    let (features, labels) = numbers(count);
    let (features, labels) = (give(&features), give(&labels));
    let dataset = rt_torch_tensor_dataset_new(features, labels);
    // The data set does not take the handles over.
    drop((take(features), take(labels)));
    dataset
}

fn ints(tensor: &Tensor) -> Vec<i64> {
    Vec::<i64>::try_from(tensor).unwrap()
}

#[test]
fn samples_are_rows() {
    let dataset = numbered(4);
    assert_eq!(rt_torch_dataset_len(dataset), 4);
    for (index, row) in [(0, 0), (3, 3), (-1, 3), (-4, 0)] {
        let sample = parts(rt_torch_dataset_get(dataset, index));
        assert_eq!(sample[0].size(), [3]);
        assert_eq!(sample[1].size(), [0_i64; 0]);
        assert_eq!(sample[1].int64_value(&[]), row);
        assert_eq!(sample[0].double_value(&[2]), row as f64);
    }
    for index in [4, -5, i64::MAX, i64::MIN] {
        assert_eq!(rt_torch_dataset_get(dataset, index), RuntimeValue::NIL);
        assert_eq!(refusal().0, codes::RT_ERROR_INVALID_ARGUMENT);
    }
    let all = Array::find(rt_torch_dataset_tensors(dataset)).unwrap();
    assert_eq!(ints(&take(all.get(1).unwrap())), [0, 1, 2, 3]);
    assert_eq!(take(all.get(0).unwrap()).size(), [4, 3]);
    assert_eq!(rt_torch_dataset_free(dataset), 1);
    assert_eq!(rt_torch_dataset_len(dataset), -1);
    assert_eq!(refusal().0, codes::RT_ERROR_STALE_HANDLE);

    let three = rt_torch_dataset_new(array(&[
        give(&Tensor::zeros([2, 3], (Kind::Float, Device::Cpu))),
        give(&Tensor::zeros([2], (Kind::Bool, Device::Cpu))),
        give(&Tensor::zeros([2, 0], (Kind::Double, Device::Cpu))),
    ]));
    assert_eq!(parts(rt_torch_dataset_get(three, 1)).len(), 3);
}

#[test]
fn tensors_that_are_no_data_set() {
    let zeros = |shape: &[i64]| give(&Tensor::zeros(shape, (Kind::Float, Device::Cpu)));
    let two = zeros(&[2, 3]);
    for (other, wanted) in
        [(zeros(&[3]), "tensor 1 has 3 rows"), (zeros(&[]), "tensor 1 has no dimensions")]
    {
        assert_eq!(rt_torch_tensor_dataset_new(two, other), RuntimeValue::NIL);
        let (_, text) = refusal();
        assert!(text.contains(wanted), "{text}");
    }
    assert_eq!(rt_torch_dataset_new(array(&[])), RuntimeValue::NIL);
    refusal();
    for word in [RuntimeValue::NIL, RuntimeValue::TRUE, 7.into(), 0.5.into(), array(&[])] {
        assert_eq!(rt_torch_tensor_dataset_new(two, word), RuntimeValue::NIL);
        refusal();
        assert_eq!(rt_torch_dataset_len(word), -1);
        refusal();
        assert_eq!(rt_torch_dataset_free(word), 0);
        refusal();
        assert_eq!(rt_torch_dataloader_next(word), RuntimeValue::NIL);
        refusal();
        assert_eq!(rt_torch_dataloader_len(word), -1);
        refusal();
        assert_eq!(rt_torch_dataloader_reset(word), 0);
        refusal();
    }
    // A tensor that needs a gradient does not pass it on.
    let leaf = Tensor::ones([2], (Kind::Float, Device::Cpu)).set_requires_grad(true);
    let dataset = rt_torch_dataset_new(array(&[give(&leaf)]));
    assert!(!parts(rt_torch_dataset_get(dataset, 0))[0].requires_grad());
}

/// The orders of the epochs of a case, from a loader with these options.
fn epochs(case: &common::Case, loader: RuntimeValue) {
    let left_after: usize = case.parse("left_after");
    for epoch in 0..3 {
        let (mut order, mut sizes) = (Vec::new(), Vec::new());
        loop {
            let batch = rt_torch_dataloader_next(loader);
            if batch == RuntimeValue::NIL {
                assert_eq!(last_code(), 0);
                // The end stays the end.
                assert_eq!(rt_torch_dataloader_next(loader), RuntimeValue::NIL);
                break;
            }
            let batch = parts(batch);
            sizes.push(batch[1].size()[0]);
            assert_eq!(ints(&batch[0].select(1, 2)), ints(&batch[1]), "{}", case.name);
            order.extend(ints(&batch[1]));
            if sizes.len() == left_after {
                break;
            }
        }
        let wanted = |name: &str| ints(case.tensor(&format!("{name}_{epoch}")));
        assert_eq!(order, wanted("order"), "{} epoch {epoch}", case.name);
        assert_eq!(sizes, wanted("sizes"), "{} epoch {epoch}", case.name);
        assert_eq!(rt_torch_dataloader_reset(loader), 1);
    }
}

#[test]
fn orders_are_those_of_pytorchs_loader() {
    for case in common::read("loader.txt") {
        if case.attribute("global_seed").is_some() {
            continue;
        }
        let dataset = numbered(case.parse("count"));
        for prefetch in [0, 1, 3, i64::MAX] {
            let mut pairs = vec![
                ("batch_size", case.parse::<i64>("batch_size").into()),
                ("drop_last", case.parse::<i64>("drop_last").into()),
                ("shuffle", case.parse::<i64>("shuffle").into()),
                ("prefetch", RuntimeValue::int(prefetch.min(1 << 50)).unwrap()),
            ];
            if case.attribute("seed").is_some() {
                // Ints of the language are a little shorter than 64 bits.
                match RuntimeValue::int(case.parse("seed")) {
                    Ok(seed) => pairs.push(("seed", seed)),
                    Err(_) => pairs.push(("seed", (-1).into())),
                }
            }
            let loader = rt_torch_dataloader_new_with(dataset, dict(&pairs));
            assert_ne!(loader, RuntimeValue::NIL, "{:?}", refusal());
            epochs(&case, loader);
            assert_eq!(rt_torch_dataloader_free(loader), 1);
        }
        assert_eq!(rt_torch_dataset_free(dataset), 1);
    }
}

/// The generator of the whole process is shared with tests that run meanwhile, so this one has a
/// process of its own.
#[test]
fn orders_follow_from_the_seed_of_the_process() {
    const MARK: &str = "RUNTIME_TORCH_TEST_ALONE";
    if std::env::var_os(MARK).is_none() {
        let test = "orders_follow_from_the_seed_of_the_process";
        let mut alone = Command::new(std::env::current_exe().unwrap());
        assert!(alone.args(["--exact", test]).env(MARK, "1").status().unwrap().success());
        return;
    }
    let mut found = 0;
    for case in common::read("loader.txt") {
        let Some(seed) = case.attribute("global_seed") else { continue };
        tch::manual_seed(seed.parse().unwrap());
        let dataset = numbered(case.parse("count"));
        let (batch_size, drop_last) = (case.parse("batch_size"), case.parse("drop_last"));
        let loader = rt_torch_dataloader_new(dataset, batch_size, 1, drop_last);
        epochs(&case, loader);
        let after = Tensor::randint(1 << 30, [1], (Kind::Int64, Device::Cpu));
        assert_eq!(ints(&after), ints(case.tensor("after")));
        found += 1;
    }
    assert_eq!(found, 2);
}

#[test]
fn loaders_count_their_batches() {
    for (count, size, drop_last, batches) in [
        (35, 10, 1, 3),
        (35, 10, 0, 4),
        (32, 8, 0, 4),
        (3, 8, 1, 0),
        (3, 8, 0, 1),
        (5, i64::MAX, 0, 1),
    ] {
        let dataset = numbered(count);
        let loader = rt_torch_dataloader_new(dataset, size, 0, drop_last);
        assert_eq!(rt_torch_dataloader_len(loader), batches);
        // The data set's handle may go first.
        assert_eq!(rt_torch_dataset_free(dataset), 1);
        let taken = std::iter::repeat_with(|| rt_torch_dataloader_next(loader))
            .take_while(|batch| *batch != RuntimeValue::NIL);
        assert_eq!(taken.map(parts).count() as i64, batches);
    }
    let empty = numbered(0);
    let loader = rt_torch_dataloader_new(empty, 4, 0, 0);
    assert_eq!(rt_torch_dataloader_len(loader), 0);
    assert_eq!(rt_torch_dataloader_next(loader), RuntimeValue::NIL);
    assert_eq!(last_code(), 0);
    assert_eq!(rt_torch_dataloader_new(empty, 4, 1, 0), RuntimeValue::NIL);
    refusal();
    for size in [0, -1, i64::MIN] {
        assert_eq!(rt_torch_dataloader_new(empty, size, 0, 0), RuntimeValue::NIL);
        assert!(refusal().1.contains("batch_size should be a positive integer value"));
    }
    for (option, value) in [("batch", 1.into()), ("seed", 0.5.into()), ("shuffle", "x".into())] {
        let options = dict(&[(option, value)]);
        assert_eq!(rt_torch_dataloader_new_with(empty, options), RuntimeValue::NIL);
        assert_eq!(refusal().0, RT_ERROR_TORCH_OPTION);
    }
    let options = dict(&[("prefetch", (-1).into())]);
    assert_eq!(rt_torch_dataloader_new_with(empty, options), RuntimeValue::NIL);
    refusal();
}

#[test]
fn a_set_that_repeats_itself_beyond_memory() {
    let zero = Tensor::zeros([1], (Kind::Float, Device::Cpu));
    let dataset = rt_torch_dataset_new(array(&[give(&zero.expand([1 << 45], false))]));
    assert_eq!(rt_torch_dataset_len(dataset), 1 << 45);
    let loader = rt_torch_dataloader_new(dataset, 3, 0, 0);
    assert_eq!(parts(rt_torch_dataloader_next(loader))[0].size(), [3]);
    for (size, shuffle) in [(i64::MAX, 0), (3, 1)] {
        let loader = rt_torch_dataloader_new(dataset, size, shuffle, 0);
        assert_eq!(rt_torch_dataloader_next(loader), RuntimeValue::NIL);
        assert_eq!(refusal().0, RT_ERROR_TORCH_TOO_LARGE);
    }
}

#[test]
fn batches_are_copies() {
    let (features, labels) = numbers(4);
    let dataset = rt_torch_tensor_dataset_new(give(&features), give(&labels));
    for shuffle in [0, 1] {
        let loader = rt_torch_dataloader_new(dataset, 4, shuffle, 0);
        let _ = parts(rt_torch_dataloader_next(loader))[0].fill_(7.0);
        assert_eq!(features.double_value(&[0, 0]), 0.0);
    }
}

#[test]
fn a_loader_may_go_while_its_thread_works() {
    let dataset = numbered(1000);
    for taken in [0, 1, 5] {
        for prefetch in [1, 4] {
            let options = dict(&[("prefetch", prefetch.into()), ("batch_size", 2.into())]);
            let loader = rt_torch_dataloader_new_with(dataset, options);
            for _ in 0..taken {
                drop(parts(rt_torch_dataloader_next(loader)));
            }
            if taken == 5 {
                assert_eq!(rt_torch_dataloader_reset(loader), 1);
                assert_eq!(ints(&parts(rt_torch_dataloader_next(loader))[1]), [0, 1]);
            }
            assert_eq!(rt_torch_dataloader_free(loader), 1);
            assert_eq!(rt_torch_dataloader_next(loader), RuntimeValue::NIL);
            assert_eq!(refusal().0, codes::RT_ERROR_STALE_HANDLE);
        }
    }
    assert_eq!(rt_torch_dataset_free(dataset), 1);
    assert!(live_count(kinds::DATALOADER.number().into()) >= 0);
}

#[test]
fn threads_share_a_loader() {
    let dataset = numbered(999);
    let options = dict(&[
        ("prefetch", 2.into()),
        ("batch_size", 10.into()),
        ("shuffle", true.into()),
        ("seed", 1.into()),
    ]);
    let loader = rt_torch_dataloader_new_with(dataset, options).to_bits();
    let collect = move || {
        let mut seen = Vec::new();
        loop {
            // SAFETY: a handle is an int, and those are values in every thread.
            let batch = rt_torch_dataloader_next(unsafe { RuntimeValue::from_bits(loader) });
            if batch == RuntimeValue::NIL {
                return seen;
            }
            seen.extend(ints(&parts(batch)[1]));
        }
    };
    let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(collect)).collect();
    let mut seen: Vec<i64> =
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect();
    seen.sort_unstable();
    assert_eq!(seen, (0..999).collect::<Vec<_>>());
}

// ---- files -------------------------------------------------------------------------------------

fn idx(code: u8, shape: &[u32], bytes: &[u8]) -> Vec<u8> {
    let mut file = vec![0, 0, code, shape.len() as u8];
    shape.iter().for_each(|size| file.extend(size.to_be_bytes()));
    file.extend(bytes);
    file
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn idx_load(path: &Path) -> RuntimeValue {
    let path = path.to_str().unwrap();
    // SAFETY: a text and its length.
    unsafe { rt_torch_idx_load(path.as_ptr(), path.len() as u64) }
}

fn mnist_load(folder: &Path, train: i64) -> RuntimeValue {
    let path = folder.to_str().unwrap();
    // SAFETY: a text and its length.
    unsafe { rt_torch_mnist_load(path.as_ptr(), path.len() as u64, train) }
}

fn cifar_load(folder: &Path, train: i64) -> RuntimeValue {
    let path = folder.to_str().unwrap();
    // SAFETY: a text and its length.
    unsafe { rt_torch_cifar10_load(path.as_ptr(), path.len() as u64, train) }
}

#[test]
fn idx_files_of_all_types() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("numbers");
    let minus_two_and_three = |size: usize| match size {
        1 => vec![0xfe, 3],
        2 => vec![0xff, 0xfe, 0, 3],
        _ => vec![0xff, 0xff, 0xff, 0xfe, 0, 0, 0, 3],
    };
    let floats = [(-2.0_f32).to_be_bytes(), 3.0_f32.to_be_bytes()].concat();
    let doubles = [(-2.0_f64).to_be_bytes(), 3.0_f64.to_be_bytes()].concat();
    for (code, kind, bytes) in [
        (0x08, Kind::Uint8, minus_two_and_three(1)),
        (0x09, Kind::Int8, minus_two_and_three(1)),
        (0x0b, Kind::Int16, minus_two_and_three(2)),
        (0x0c, Kind::Int, minus_two_and_three(4)),
        (0x0d, Kind::Float, floats),
        (0x0e, Kind::Double, doubles),
    ] {
        let wanted: &[f64] = if code == 8 { &[254.0, 3.0] } else { &[-2.0, 3.0] };
        for file in [idx(code, &[2], &bytes), gzip(&idx(code, &[2], &bytes))] {
            fs::write(&path, file).unwrap();
            let tensor = take(idx_load(&path));
            assert_eq!((tensor.kind(), tensor.size()), (kind, vec![2]));
            assert_close(
                "elements",
                &tensor.to_kind(Kind::Double),
                &Tensor::from_slice(wanted),
                0.0,
                0.0,
            );
        }
    }
    for (shape, count) in [(&[][..], 1), (&[0, 7], 0), (&[2, 1, 3], 6)] {
        fs::write(&path, idx(8, shape, &vec![1; count])).unwrap();
        let wanted: Vec<i64> = shape.iter().map(|size| i64::from(*size)).collect();
        assert_eq!(take(idx_load(&path)).size(), wanted);
    }
}

#[test]
fn idx_files_that_lie() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("numbers");
    let whole = idx(8, &[2, 3], &[1, 2, 3, 4, 5, 6]);
    let packed = gzip(&whole);
    let mut flipped = packed.clone();
    let middle = flipped.len() - 6;
    flipped[middle] ^= 0x55;
    let cases = [
        (vec![], "is cut off"),
        (vec![0, 0, 8], "is cut off"),
        (whole[..9].to_vec(), "is cut off"),
        (whole[..whole.len() - 1].to_vec(), "6 bytes should follow its header, and 5 do"),
        ([&whole[..], &[0]].concat(), "more than the 6 bytes"),
        (vec![1, 0, 8, 1, 0, 0, 0, 0], "two zeros"),
        (idx(7, &[1], &[1]), "no type has the code 7"),
        (idx(8, &[1; 65], &[1]), "has 65 dimensions"),
        (packed[..packed.len() - 9].to_vec(), "is cut off"),
        (flipped, "cannot be decompressed"),
        (gzip(&whole[..12]), "and 0 do"),
    ];
    for (file, wanted) in cases {
        fs::write(&path, file).unwrap();
        assert_eq!(idx_load(&path), RuntimeValue::NIL, "{wanted}");
        let (code, text) = refusal();
        assert!(text.contains(wanted), "{text}");
        assert_eq!(code, RT_ERROR_TORCH_DATA);
    }
    for shape in [&[u32::MAX, u32::MAX, u32::MAX][..], &[1 << 31, 1 << 20]] {
        fs::write(&path, idx(8, shape, &[1])).unwrap();
        assert_eq!(idx_load(&path), RuntimeValue::NIL);
        assert_eq!(refusal().0, RT_ERROR_TORCH_TOO_LARGE);
    }
    // Much less than memory, and yet more than the file has: nothing is taken for it.
    fs::write(&path, idx(8, &[1 << 29], &[1])).unwrap();
    assert_eq!(idx_load(&path), RuntimeValue::NIL);
    assert_eq!(refusal().0, RT_ERROR_TORCH_DATA);

    assert_eq!(idx_load(folder.path()), RuntimeValue::NIL);
    assert!(refusal().1.contains("is no file"));
    assert_eq!(idx_load(&folder.path().join("none")), RuntimeValue::NIL);
    assert_eq!(refusal().0, codes::RT_ERROR_SYSTEM);
    assert_eq!(idx_load(Path::new("")), RuntimeValue::NIL);
    refusal();
    assert_eq!(idx_load(Path::new("nul\0byte")), RuntimeValue::NIL);
    refusal();
    // SAFETY: null is refused, and a text that is none is read to its end.
    unsafe {
        assert_eq!(rt_torch_idx_load(std::ptr::null(), 4), RuntimeValue::NIL);
        assert_eq!(refusal().0, codes::RT_ERROR_NULL_POINTER);
        assert_eq!(rt_torch_idx_load([0xff_u8].as_ptr(), 1), RuntimeValue::NIL);
        assert_eq!(refusal().0, codes::RT_ERROR_NOT_UTF8);
    }
}

#[test]
fn mnist_files_in_all_their_places() {
    let images = idx(8, &[3, 2, 4], &(0..24).map(|n| n * 10).collect::<Vec<u8>>());
    let labels = idx(8, &[3], &[7, 0, 9]);
    for (inner, dot, packed) in
        [("", '-', false), ("", '.', true), ("raw", '-', true), ("MNIST/raw", '-', false)]
    {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join(inner);
        fs::create_dir_all(&folder).unwrap();
        let end = if packed { ".gz" } else { "" };
        let write = |name: &str, bytes: &[u8]| {
            let bytes = if packed { gzip(bytes) } else { bytes.to_vec() };
            fs::write(folder.join(format!("{name}{end}")), bytes).unwrap();
        };
        write(&format!("t10k-images{dot}idx3-ubyte"), &images);
        write(&format!("t10k-labels{dot}idx1-ubyte"), &labels);
        let dataset = mnist_load(root.path(), 0);
        assert_ne!(dataset, RuntimeValue::NIL, "{inner} {:?}", refusal());
        let tensors = Array::find(rt_torch_dataset_tensors(dataset)).unwrap();
        let (features, labels) = (look(tensors.get(0).unwrap()), look(tensors.get(1).unwrap()));
        assert_eq!((features.size(), features.kind()), (vec![3, 1, 2, 4], Kind::Float));
        assert_eq!((ints(&labels), labels.kind()), (vec![7, 0, 9], Kind::Int64));
        assert_eq!(features.double_value(&[2, 0, 1, 3]) as f32, 230.0 / 255.0);
        // The other split is not there, and need not be.
        assert_eq!(mnist_load(root.path(), 1), RuntimeValue::NIL);
        let (code, text) = refusal();
        assert_eq!(code, codes::RT_ERROR_SYSTEM);
        assert!(text.contains("train-images-idx3-ubyte"), "{text}");
    }
}

#[test]
fn mnist_files_that_lie() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: Vec<u8>| fs::write(folder.path().join(name), bytes).unwrap();
    let good_images = || idx(8, &[2, 1, 1], &[1, 2]);
    let good_labels = || idx(8, &[2], &[1, 2]);
    for (images, labels, wanted) in [
        (idx(8, &[2], &[1, 2]), good_labels(), "has not three dimensions"),
        (idx(9, &[2, 1, 1], &[1, 2]), good_labels(), "is not images of bytes"),
        (good_images(), idx(8, &[3], &[1, 2, 3]), "has 3 labels for 2 images"),
        (good_images(), idx(8, &[2, 1], &[1, 2]), "is not a list of bytes"),
        (good_images(), idx(9, &[2], &[1, 2]), "is not a list of bytes"),
        (good_images(), idx(8, &[2], &[1]), "is cut off"),
        (idx(8, &[2, 1, 2], &[1, 2]), good_labels(), "is cut off"),
        (idx(8, &[1, 1, 1], &[1, 2]), good_labels(), "more than the 1 bytes"),
    ] {
        write("train-images-idx3-ubyte", images);
        write("train-labels-idx1-ubyte", labels);
        assert_eq!(mnist_load(folder.path(), 1), RuntimeValue::NIL, "{wanted}");
        let (code, text) = refusal();
        assert!(text.contains(wanted), "{text}");
        assert_eq!(code, RT_ERROR_TORCH_DATA);
    }
}

#[test]
fn cifar_10_files() {
    let root = tempfile::tempdir().unwrap();
    let folder = root.path().join("cifar-10-batches-bin");
    fs::create_dir(&folder).unwrap();
    let record = |label: u8, first: u8| {
        let mut record = vec![label];
        record.extend((0..3072_u32).map(|pixel| (pixel % 200) as u8));
        record[1] = first;
        record
    };
    for batch in 1..=5_u8 {
        let bytes = [record(batch, batch), record(9, 100 + batch)].concat();
        let (end, bytes) = if batch == 2 { (".gz", gzip(&bytes)) } else { ("", bytes) };
        fs::write(folder.join(format!("data_batch_{batch}.bin{end}")), bytes).unwrap();
    }
    let dataset = cifar_load(root.path(), 1);
    assert_ne!(dataset, RuntimeValue::NIL, "{:?}", refusal());
    let tensors = Array::find(rt_torch_dataset_tensors(dataset)).unwrap();
    let (features, labels) = (look(tensors.get(0).unwrap()), look(tensors.get(1).unwrap()));
    assert_eq!(features.size(), [10, 3, 32, 32]);
    assert_eq!(ints(&labels), [1, 9, 2, 9, 3, 9, 4, 9, 5, 9]);
    assert_eq!(features.double_value(&[3, 0, 0, 0]) as f32, 102.0 / 255.0);
    assert_eq!(features.double_value(&[0, 1, 0, 5]) as f32, ((1024 + 5) % 200) as f32 / 255.0);

    assert_eq!(cifar_load(root.path(), 0), RuntimeValue::NIL);
    assert!(refusal().1.contains("test_batch.bin"));
    let whole = record(3, 0);
    for (bytes, wanted) in [
        (vec![], "is cut off: 0 bytes"),
        (whole[..3072].to_vec(), "is cut off: 3072 bytes are not whole records of 3073"),
        ([&whole[..], &[1]].concat(), "is cut off"),
        ([&whole[..], &record(10, 0)].concat(), "has the label 10 in record 1"),
    ] {
        fs::write(folder.join("test_batch.bin"), bytes).unwrap();
        assert_eq!(cifar_load(root.path(), 0), RuntimeValue::NIL);
        let (code, text) = refusal();
        assert!(text.contains(wanted), "{text}");
        assert_eq!(code, RT_ERROR_TORCH_DATA);
    }
}
