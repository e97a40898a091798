//! Base64, hexadecimal and FNV-1a of 1 MiB, beside what one would use instead: OpenSSL's
//! `EVP_EncodeBlock` and `EVP_DecodeBlock` where libcrypto is installed. Python's side of the
//! comparison is `benches/python_base64.py`.
#![allow(clippy::unwrap_used, reason = "a benchmark ends when its set-up fails")]

use std::ffi::c_int;
use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use libloading::Library;
use runtime_encoding::base64::{self, Variant};
use runtime_encoding::ffi::{rt_base64_decode, rt_base64_encode};
use runtime_encoding::{fnv, hex};
use runtime_value::RuntimeValue;

const SIZE: usize = 1 << 20;

/// `EVP_EncodeBlock` and `EVP_DecodeBlock`: output, input, input length.
type Block = unsafe extern "C" fn(*mut u8, *const u8, c_int) -> c_int;

/// `rt_base64_encode` and `rt_base64_decode`: input, input length.
type Coder = unsafe extern "C" fn(*const u8, u64) -> RuntimeValue;

fn open_ssl() -> Option<Library> {
    ["libcrypto.so.3", "libcrypto.so", "libcrypto.3.dylib"].into_iter().find_map(|name| {
        // SAFETY: libcrypto's initialisers are harmless.
        unsafe { Library::new(name) }.ok()
    })
}

fn encoding(criterion: &mut Criterion) {
    let bytes: Vec<u8> =
        (0..SIZE as u64).map(|i| (i.wrapping_mul(0x9e37_79b9) >> 16) as u8).collect();
    let text = base64::encode(&bytes, Variant::Standard).unwrap().into_bytes();
    let lines: Vec<u8> = text.chunks(76).collect::<Vec<_>>().join(&b"\n"[..]);
    let digits = hex::encode_lower(&bytes).unwrap().into_bytes();
    let mut output = vec![0; 2 * SIZE];
    let open_ssl = open_ssl();

    let mut group = criterion.benchmark_group("1 MiB of bytes");
    group.throughput(Throughput::Bytes(SIZE as u64));
    group.bench_function("base64 encode", |bencher| {
        bencher.iter(|| base64::encode(black_box(&bytes), Variant::Standard).unwrap());
    });
    group.bench_function("base64 encode into", |bencher| {
        bencher.iter(|| base64::encode_into(black_box(&bytes), &mut output, Variant::Standard));
    });
    group.bench_function("base64 decode", |bencher| {
        bencher.iter(|| base64::decode(black_box(&text), Variant::Standard).unwrap());
    });
    group.bench_function("base64 decode into", |bencher| {
        bencher.iter(|| base64::decode_into(black_box(&text), &mut output, Variant::Standard));
    });
    group.bench_function("base64 decode, lines of 76", |bencher| {
        bencher.iter(|| base64::decode(black_box(&lines), Variant::Standard).unwrap());
    });
    for (name, function, input) in [
        ("rt_base64_encode and free", rt_base64_encode as Coder, &bytes),
        ("rt_base64_decode and free", rt_base64_decode, &text),
    ] {
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                // SAFETY: the bytes are those of the input; the string is not used any more.
                let freed =
                    unsafe { function(black_box(input.as_ptr()), input.len() as u64).free() };
                freed.unwrap();
            });
        });
    }
    if let Some(library) = &open_ssl {
        for (name, symbol, input) in [
            ("OpenSSL encode into", &b"EVP_EncodeBlock"[..], &bytes),
            ("OpenSSL decode into", b"EVP_DecodeBlock", &text),
        ] {
            // SAFETY: the type is that of OpenSSL's manual.
            let block = unsafe { library.get::<Block>(symbol) }.unwrap();
            let length = c_int::try_from(input.len()).unwrap();
            group.bench_function(name, |bencher| {
                // SAFETY: the output is larger than the text of all bytes.
                bencher.iter(|| unsafe {
                    block(output.as_mut_ptr(), black_box(input.as_ptr()), length)
                });
            });
        }
    }
    group.bench_function("hex encode", |bencher| {
        bencher.iter(|| hex::encode_lower(black_box(&bytes)).unwrap());
    });
    group.bench_function("hex decode", |bencher| {
        bencher.iter(|| hex::decode(black_box(&digits)).unwrap());
    });
    group.bench_function("FNV-1a 64", |bencher| {
        bencher.iter(|| fnv::hash_64(black_box(&bytes)));
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .sample_size(20);
    targets = encoding
}
criterion_main!(benches);
