//! Files that are cut off, changed, or made to harm: each is an error or a value, and nothing stays behind.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::Path;

use runtime_core::handle;
use runtime_torch::codes::*;
use runtime_torch::ffi::model_file::{rt_torch_load, rt_torch_safetensors_load};
use runtime_torch::model_file::{LoadOptions, Value, load_bytes, safetensors};
use runtime_torch::values::discard;
use runtime_value::RuntimeValue;
use runtime_value::heap::statistics;
use tch::{Kind, Tensor};
use zip::write::SimpleFileOptions;

const FILES: [&str; 7] = [
    "dtypes.pt",
    "views.pt",
    "values.pt",
    "network.pt",
    "optimizer.pt",
    "protocol4.pt",
    "no_checksums.pt",
];

fn fixture(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/files").join(name)).unwrap()
}

fn load(bytes: &[u8]) -> runtime_core::Result<Value> {
    load_bytes(bytes, LoadOptions::default())
}

/// Reads every element, as a program would that was given the tensors.
fn touch(value: &Value) {
    match value {
        Value::Tensor(tensor) => {
            let sum = tensor.f_to_kind(tch::Kind::ComplexDouble).unwrap().f_sum(None).unwrap();
            assert_eq!(sum.numel(), 1);
        }
        Value::List(items) | Value::Tuple(items) => items.iter().for_each(touch),
        Value::Dict(pairs) => pairs.iter().for_each(|(_, item)| touch(item)),
        _ => {}
    }
}

/// Numbers that look like chance and are the same in every run.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % bound as u64) as usize
    }

    /// The bytes with a few of them changed.
    fn changed(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.below(3) {
            let at = self.below(bytes.len());
            match self.below(5) {
                0 => bytes[at] ^= 1 << self.below(8),
                1 => bytes[at] = [0, 1, 0x7f, 0x80, 0xff][self.below(5)],
                2 => bytes[at] = self.below(256) as u8,
                3 => {
                    let from = self.below(bytes.len());
                    let count = self.below(16).min(bytes.len() - from).min(bytes.len() - at);
                    bytes.copy_within(from..from + count, at);
                }
                _ => {
                    let count = self.below(8).min(bytes.len() - at);
                    bytes[at..at + count].fill(0xff);
                }
            }
        }
        bytes
    }
}

/// An archive of these records.
fn stored(records: impl IntoIterator<Item = (String, Vec<u8>)>) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in records {
        zip.start_file(name, options).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// An archive with this pickle, as torch.save would write it.
fn archive(pickle: &[u8], storage: &[u8]) -> Vec<u8> {
    let records: [(&str, &[u8]); 4] =
        [("data.pkl", pickle), ("data/0", storage), ("byteorder", b"little"), ("version", b"3\n")];
    stored(records.iter().map(|(name, bytes)| (format!("a/{name}"), bytes.to_vec())))
}

/// The records of an archive, of which the first is the pickle.
fn records_of(file: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut zip = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let count = zip.len();
    let record = |index| {
        let mut entry = zip.by_index(index).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        (entry.name().unwrap().into_owned(), bytes)
    };
    (0..count).map(record).collect()
}

#[test]
fn a_file_that_is_cut_off_is_an_error() {
    for name in FILES {
        let whole = fixture(name);
        touch(&load(&whole).unwrap());
        for length in (0..whole.len()).step_by(7) {
            let error = load(&whole[..length]).unwrap_err();
            assert_eq!(error.code(), RT_ERROR_TORCH_FILE, "{name}, {length} bytes: {error}");
        }
    }
    let whole = fixture("plain.safetensors");
    for length in 0..whole.len() {
        let error = safetensors::load_bytes(&whole[..length], LoadOptions::default()).unwrap_err();
        assert_eq!(error.code(), RT_ERROR_TORCH_FILE, "{length} bytes: {error}");
    }
}

#[test]
fn changed_archives_are_errors_or_values() {
    let mut chance = Chance(0x9e37_79b9_7f4a_7c15);
    let (mut errors, mut values) = (0, 0);
    for name in FILES {
        let whole = fixture(name);
        for _ in 0..400 {
            match load(&chance.changed(&whole)) {
                Ok(value) => {
                    touch(&value);
                    values += 1;
                }
                Err(_) => errors += 1,
            }
        }
    }
    assert!(errors > 1000 && values > 50, "{errors} errors and {values} values");
}

#[test]
fn changed_pickles_are_errors_or_values() {
    let mut chance = Chance(0x2545_f491_4f6c_dd1d);
    let (mut errors, mut values) = (0, 0);
    for name in ["views.pt", "values.pt", "optimizer.pt", "single.pt", "protocol4.pt"] {
        let records = records_of(&fixture(name));
        for _ in 0..1000 {
            let mut records = records.clone();
            records[0].1 = chance.changed(&records[0].1);
            match load(&stored(records)) {
                Ok(value) => {
                    touch(&value);
                    values += 1;
                }
                Err(_) => errors += 1,
            }
        }
    }
    assert!(errors > 1000 && values > 50, "{errors} errors and {values} values");
}

#[test]
fn changed_safetensors_are_errors_or_values() {
    let mut chance = Chance(0x1234_5678_9abc_def1);
    let whole = fixture("plain.safetensors");
    let (mut errors, mut values) = (0, 0);
    for _ in 0..3000 {
        match safetensors::load_bytes(&chance.changed(&whole), LoadOptions::default()) {
            Ok(tensors) => {
                tensors.into_iter().for_each(|(_, tensor)| touch(&Value::Tensor(tensor)));
                values += 1;
            }
            Err(_) => errors += 1,
        }
    }
    assert!(errors > 500 && values > 50, "{errors} errors and {values} values");
}

const TENSOR: &[u8] = b"ctorch._utils\n_rebuild_tensor_v2\n";
const STORAGE: &[u8] = b"X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpu";
const HOOKS: &[u8] = b"ccollections\nOrderedDict\n)R";

/// A pickle of a tensor in a storage of `count` floats; the numbers are opcodes.
fn tensor(count: &[u8], offset: &[u8], sizes: &[u8], strides: &[u8], rest: &[u8]) -> Vec<u8> {
    [b"\x80\x02", TENSOR, b"((", STORAGE, count, b"tQ", offset, sizes, strides, rest, b"tR."]
        .concat()
}

#[test]
fn tensors_outside_of_their_storage_are_errors() {
    let rest = [b"\x89", HOOKS].concat();
    let good = tensor(b"K\x04", b"K\x00", b"K\x02K\x02\x86", b"K\x02K\x01\x86", &rest);
    touch(&load(&archive(&good, &[0; 16])).unwrap());
    let most = b"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f";
    let minus = b"J\xff\xff\xff\xff";
    let pair = |a: &[u8], b: &[u8]| [a, b, b"\x86"].concat();
    let (sizes, strides) = (pair(b"K\x02", b"K\x02"), pair(b"K\x02", b"K\x01"));
    for (what, pickle) in [
        ("offset", tensor(b"K\x04", b"K\x01", &sizes, &strides, &rest)),
        ("negative offset", tensor(b"K\x04", minus, &sizes, &strides, &rest)),
        ("largest offset", tensor(b"K\x04", most, &sizes, &strides, &rest)),
        ("size", tensor(b"K\x04", b"K\x00", &pair(b"K\x03", b"K\x02"), &strides, &rest)),
        ("negative size", tensor(b"K\x04", b"K\x00", &pair(minus, b"K\x02"), &strides, &rest)),
        ("largest size", tensor(b"K\x04", b"K\x00", &pair(most, most), &strides, &rest)),
        (
            "size of none",
            tensor(b"K\x04", b"K\x00", &pair(most, b"K\x00"), &pair(most, most), &rest),
        ),
        ("stride", tensor(b"K\x04", b"K\x00", &sizes, &pair(b"K\x03", b"K\x01"), &rest)),
        ("negative stride", tensor(b"K\x04", b"K\x00", &sizes, &pair(minus, b"K\x01"), &rest)),
        ("largest stride", tensor(b"K\x04", b"K\x00", &sizes, &pair(most, most), &rest)),
        ("fewer strides", tensor(b"K\x04", b"K\x00", &sizes, b"K\x01\x85", &rest)),
        ("no count", tensor(minus, b"K\x00", &sizes, &strides, &rest)),
        ("largest count", tensor(most, b"K\x00", &sizes, &strides, &rest)),
        ("longer than its record", tensor(b"K\x05", b"K\x00", &sizes, &strides, &rest)),
        ("hooks", tensor(b"K\x04", b"K\x00", &sizes, &strides, b"\x89}K\x01K\x02s")),
        (
            "metadata",
            tensor(b"K\x04", b"K\x00", &sizes, &strides, &[&rest[..], b"}K\x01K\x02s"].concat()),
        ),
        ("arguments", tensor(b"K\x04", b"K\x00", &sizes, &strides, b"")),
        ("texts", tensor(b"K\x04", b"X\0\0\0\0", &sizes, &strides, &rest)),
    ] {
        let error = load(&archive(&pickle, &[0; 16])).expect_err(what);
        assert_eq!(error.code(), RT_ERROR_TORCH_FILE, "{what}: {error}");
    }
    // One element that is shown more often than memory holds.
    let shown = tensor(b"K\x04", b"K\x00", b"\x8a\x06\0\0\0\0\0\x7f\x85", b"K\x00\x85", &rest);
    let error = load(&archive(&shown, &[0; 16])).unwrap_err();
    assert_eq!(error.code(), RT_ERROR_TORCH_TOO_LARGE, "{error}");
    let dims = tensor(
        b"K\x04",
        b"K\x00",
        &[b"(", &b"K\x01".repeat(65)[..], b"t"].concat(),
        &[b"(", &b"K\x01".repeat(65)[..], b"t"].concat(),
        &rest,
    );
    assert!(load(&archive(&dims, &[0; 16])).unwrap_err().reason().contains("65 dimensions"));
}

#[test]
fn bytes_that_are_no_bools_become_some() {
    let rest = [b"\x89", HOOKS].concat();
    let floats = tensor(b"K\x03", b"K\x00", b"K\x03\x85", b"K\x01\x85", &rest);
    let class = floats.windows(12).position(|bytes| bytes == b"FloatStorage").unwrap();
    let bools = [&floats[..class], b"BoolStorage", &floats[class + 12..]].concat();
    let loaded = load(&archive(&bools, &[2, 0, 255])).unwrap();
    let Value::Tensor(found) = loaded else { panic!("{loaded:?}") };
    let wanted = Tensor::from_slice(&[true, false, true]);
    assert!(found.view_dtype(Kind::Uint8).equal(&wanted.view_dtype(Kind::Uint8)));
    let header = br#"{"x":{"dtype":"BOOL","shape":[3],"data_offsets":[0,3]}}"#;
    let file = [&(header.len() as u64).to_le_bytes(), &header[..], &[2, 0, 255]].concat();
    let found = safetensors::load_bytes(&file, LoadOptions::default()).unwrap().remove(0).1;
    assert!(found.view_dtype(Kind::Uint8).equal(&wanted.view_dtype(Kind::Uint8)));
}

#[test]
fn pickles_that_are_none_are_errors() {
    let deep = [&b"]".repeat(200)[..], &b"a".repeat(199)[..], b"."].concat();
    let mut doubled = b"]q\x00".to_vec();
    for _ in 0..60 {
        // A list that holds the last one twice.
        doubled.extend(b"]h\x00ah\x00aq\x00");
    }
    doubled.push(b'.');
    for (what, pickle) in [
        ("nothing", &b""[..]),
        ("only an end", b"."),
        ("no end", b"K\x01"),
        ("a mark's contents", b"K\x01(."),
        ("no mark", b"t."),
        ("an item of nothing", b"K\x01K\x02a."),
        ("a key of nothing", b"K\x01K\x02K\x03s."),
        ("a key without a value", b"}(K\x01u."),
        ("a key twice", b"}(K\x01NK\x01Nu."),
        ("a key twice, in two ways", b"}(K\x01N\x88Nu."),
        ("a key that is a list", b"}(]Nu."),
        ("a text that goes on", b"X\xff\xff\xff\xff."),
        ("a long text that goes on", b"\x8d\xff\xff\xff\xff\xff\xff\xff\xffa."),
        ("a text that is none", b"X\x01\0\0\0\xff."),
        ("an unknown number", b"h\x05."),
        ("a call of a number", b"K\x01)R."),
        ("a call without arguments", b"ccollections\nOrderedDict\nNR."),
        ("a call with too many", b"ccollections\nOrderedDict\nK\x01\x85R."),
        ("a name alone", b"ccollections\nOrderedDict\n."),
        ("a storage that is none", b"K\x01Q."),
        ("attributes of a list", b"]}b."),
        ("a list in itself", b"]q\x00h\x00a."),
        ("a name that goes on", b"ccollections"),
        ("the opcode of an object", b"ccollections\nOrderedDict\n)\x81."),
        ("the opcode of an extension", b"\x82\x01."),
        ("depth", &deep),
        ("a number of values that grows", &doubled),
    ] {
        let error = load(&archive(pickle, b"")).expect_err(what);
        assert_eq!(error.code(), RT_ERROR_TORCH_FILE, "{what}: {error}");
    }
    for opcode in [&b"N"[..], b"(", b"]"] {
        let error = load(&archive(&opcode.repeat(5 << 20), b"")).unwrap_err();
        assert!(error.reason().contains("more than"), "{error}");
    }
    for (pickle, name) in [
        (&b"cos\nsystem\nX\x02\0\0\0ls\x85R."[..], "os.system"),
        (b"\x8c\x08builtins\x8c\x04eval\x93.", "builtins.eval"),
        (b"ctorch\nload\n.", "torch.load"),
        (b"ctorch.storage\n_load_from_bytes\n.", "torch.storage._load_from_bytes"),
        (b"c\xff\n\xfe\n.", "."),
    ] {
        let error = load(&archive(pickle, b"")).unwrap_err();
        assert_eq!(error.code(), RT_ERROR_TORCH_FILE_GLOBAL);
        assert!(error.reason().contains(name), "{error}");
    }
}

#[test]
fn archives_that_promise_too_much_are_errors() {
    let list = b"\x80\x02]q\x00.";
    touch(&load(&archive(list, b"")).unwrap());
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let deflated =
        SimpleFileOptions::default().compression_method(zip::CompressionMethod::Deflated);
    for name in ["data.pkl", "version"] {
        zip.start_file(format!("a/{name}"), deflated).unwrap();
        zip.write_all(&[0; 1000]).unwrap();
    }
    let error = load(&zip.finish().unwrap().into_inner()).unwrap_err();
    assert!(error.reason().contains("compressed"), "{error}");
    // Sizes in the list of records that the file does not have.
    let whole = archive(list, b"");
    let entry = whole.windows(4).position(|bytes| bytes == b"PK\x01\x02").unwrap();
    let mut large = whole.clone();
    large[entry + 20..entry + 28].fill(0x7f);
    assert_eq!(load(&large).unwrap_err().code(), RT_ERROR_TORCH_FILE);
    for bytes in [&b"PK\x05\x06"[..], &[0; 22], &[0xff; 100], b"PK\x03\x04"] {
        assert_eq!(load(bytes).unwrap_err().code(), RT_ERROR_TORCH_FILE);
    }
    for (length, header) in [
        (u64::MAX, &b"{}"[..]),
        (1 << 62, b"{}"),
        (3, b"{}"),
        (2, b"[]"),
        (2, b"{}more"),
        (58, br#"{"x":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0]}}"#),
        (73, br#"{"x":{"dtype":"F32","shape":[0,9223372036854775808],"data_offsets":[0,0]}}"#),
        (20000, &b"[".repeat(20000)),
    ] {
        let bytes = [&length.to_le_bytes()[..], header].concat();
        let error = safetensors::load_bytes(&bytes, LoadOptions::default()).unwrap_err();
        assert_eq!(error.code(), RT_ERROR_TORCH_FILE, "{error}");
    }
}

/// Alone in using handles in this program, so that it can count them.
#[test]
fn nothing_stays_behind() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let text = path.to_str().unwrap();
    let mut chance = Chance(0x0123_4567_89ab_cdef);
    let before = (handle::live_count(0), statistics::total_live_count());
    let mut made = 0;
    for name in ["views.pt", "values.pt", "optimizer.pt", "no_checksums.pt", "plain.safetensors"] {
        let whole = fixture(name);
        for round in 0..60 {
            let bytes = if round == 0 { whole.clone() } else { chance.changed(&whole) };
            fs::write(&path, bytes).unwrap();
            let (pointer, length) = (text.as_ptr(), text.len() as u64);
            for load in [rt_torch_load, rt_torch_safetensors_load] {
                // SAFETY: a text and its length.
                let value = unsafe { load(pointer, length) };
                made += i32::from(value != RuntimeValue::NIL);
                // SAFETY: the value is ours.
                unsafe { discard(value) };
            }
        }
    }
    assert!(made > 20, "{made} values");
    assert_eq!((handle::live_count(0), statistics::total_live_count()), before);
}
