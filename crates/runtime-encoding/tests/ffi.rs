//! The C functions, called as C calls them.
#![cfg(feature = "ffi")]

use std::ptr;

use runtime_core::error::{self, codes as core_codes};
use runtime_core::handle;
use runtime_encoding::base64::{RT_BASE64_NOPAD, RT_BASE64_STANDARD};
use runtime_encoding::codes;
use runtime_encoding::ffi::*;
use runtime_value::{RuntimeValue, Str, View};

type FromBytes = unsafe extern "C" fn(*const u8, u64) -> RuntimeValue;

fn call(function: FromBytes, input: &[u8]) -> RuntimeValue {
    // SAFETY: a live slice with its own length.
    unsafe { function(input.as_ptr(), input.len() as u64) }
}

fn bytes(value: RuntimeValue) -> Vec<u8> {
    Str::of("result", value).expect("the call succeeds").as_bytes().to_vec()
}

#[test]
fn strings() {
    let cases: [(FromBytes, &[u8], &[u8]); 13] = [
        (rt_base64_encode, b"", b""),
        (rt_base64_encode, b"fooba", b"Zm9vYmE="),
        (rt_base64_encode_url, b"\xff\xfe", b"__4="),
        (rt_base64_encode_nopad, b"\xff\xfe", b"//4"),
        (rt_base64_encode_url_nopad, b"\xff\xfe", b"__4"),
        (rt_base64_decode, b"SGVs bG8=\n", b"Hello"),
        (rt_base64_decode, b"QQA=", b"A\0"),
        (rt_base64_decode_url, b"__4=", b"\xff\xfe"),
        (rt_base64_decode_nopad, b"//4", b"\xff\xfe"),
        (rt_base64_decode_url_nopad, b"__4", b"\xff\xfe"),
        (rt_hex_encode, b"\xab", b"ab"),
        (rt_hex_encode_upper, b"\xab", b"AB"),
        (rt_hex_decode, b"aBFF", b"\xab\xff"),
    ];
    for (function, input, output) in cases {
        assert_eq!(bytes(call(function, input)), output);
        assert_eq!(bytes(null(function, 0)), b"");
        error::clear_last();
        assert_eq!(null(function, 1), RuntimeValue::NIL);
        assert_eq!(error::last_code(), core_codes::RT_ERROR_NULL_POINTER);
    }
}

fn null(function: FromBytes, length: u64) -> RuntimeValue {
    // SAFETY: null is documented for every length.
    unsafe { function(ptr::null(), length) }
}

#[test]
fn refusals_name_the_function_and_the_position() {
    assert_eq!(call(rt_base64_decode, b"QQ-="), RuntimeValue::NIL);
    assert_eq!(error::last_code(), codes::RT_ERROR_BASE64_CHARACTER);
    assert_eq!(
        error::last_message().unwrap(),
        "rt_base64_decode: input has '-' at position 2, which is no base64 character"
    );
    assert_eq!(call(rt_hex_decode, b"0"), RuntimeValue::NIL);
    assert_eq!(error::last_code(), codes::RT_ERROR_HEX_ODD);
}

#[test]
fn finding_is_no_failure() {
    error::clear_last();
    let find = |text: &[u8], variant| {
        // SAFETY: a live slice with its own length.
        unsafe { rt_base64_find_malformed(text.as_ptr(), text.len() as u64, variant) }
    };
    assert_eq!(find(b"QQ==", RT_BASE64_STANDARD), -1);
    assert_eq!(find(b"QQ=", RT_BASE64_STANDARD), 3);
    assert_eq!(find(b"QQ==", RT_BASE64_NOPAD), 2);
    assert_eq!(error::last_code(), core_codes::RT_ERROR_NONE);
    for variant in [-1, 4, i64::MIN, i64::MAX] {
        assert_eq!(find(b"QQ==", variant), -2);
        assert_eq!(error::last_code(), core_codes::RT_ERROR_INVALID_ARGUMENT);
    }
}

#[test]
fn the_callers_memory() {
    let mut output = [0_u8; 8];
    let (at, room) = (output.as_mut_ptr(), output.len() as u64);
    // SAFETY: live arrays with their own lengths, or null.
    unsafe {
        assert_eq!(rt_base64_encode_into(b"foobar".as_ptr(), 6, at, room, RT_BASE64_STANDARD), 8);
        assert_eq!(rt_base64_decode_into(b"Zm9v".as_ptr(), 4, at, room, RT_BASE64_STANDARD), 3);
        assert_eq!(rt_base64_encode_into(ptr::null(), 0, ptr::null_mut(), 0, RT_BASE64_NOPAD), 0);
        assert_eq!(rt_base64_encode_into(b"foobar!".as_ptr(), 7, at, room, RT_BASE64_STANDARD), -1);
        assert_eq!(error::last_code(), core_codes::RT_ERROR_LENGTH);
        for (input, length) in [(at.cast_const(), 8), (at.add(7), 1), (at.cast_const(), u64::MAX)] {
            assert_eq!(rt_base64_encode_into(input, length, at, room, RT_BASE64_STANDARD), -1);
            assert_eq!(error::last_code(), core_codes::RT_ERROR_INVALID_ARGUMENT);
        }
        assert_eq!(rt_base64_decode_into(b"Zm9v".as_ptr(), 4, ptr::null_mut(), 3, 0), -1);
        assert_eq!(error::last_code(), core_codes::RT_ERROR_NULL_POINTER);
    }
    assert_eq!(&output[..3], b"foo");
}

#[test]
fn streams() {
    let update = |stream, input: &[u8]| {
        // SAFETY: a live slice with its own length.
        unsafe { rt_base64_stream_update(stream, input.as_ptr(), input.len() as u64) }
    };
    let encoder = rt_base64_stream_new_encoder(RT_BASE64_STANDARD);
    assert_eq!(bytes(update(encoder, b"Hell")), b"SGVs");
    assert_eq!(bytes(update(encoder, b"o")), b"");
    assert_eq!(bytes(rt_base64_stream_finish(encoder)), b"bG8=");
    assert_eq!(rt_base64_stream_free(encoder), 1);

    let decoder = rt_base64_stream_new_decoder(RT_BASE64_STANDARD);
    assert_eq!(bytes(update(decoder, b"SGVsb")), b"Hel");
    assert_eq!(update(decoder, b"G*"), RuntimeValue::NIL);
    assert!(error::last_message().unwrap().contains("at position 6"));
    assert_eq!(update(decoder, b"8="), RuntimeValue::NIL);
    assert_eq!(rt_base64_stream_finish(decoder), RuntimeValue::NIL);
    assert_eq!(bytes(update(decoder, b"QQ==")), b"A");
    assert_eq!(bytes(rt_base64_stream_finish(decoder)), b"");

    assert_eq!(handle::live_count(20), 1);
    assert_eq!(rt_base64_stream_free(decoder), 1);
    assert_eq!(rt_base64_stream_free(decoder), 0);
    assert_eq!(error::last_code(), core_codes::RT_ERROR_STALE_HANDLE);
    assert_eq!(handle::live_count(20), 0);
    for forged in [0, 1, -1, i64::MIN, i64::MAX] {
        assert_eq!(update(forged, b"QQ=="), RuntimeValue::NIL);
        assert_eq!(error::last_code(), core_codes::RT_ERROR_NOT_A_HANDLE);
        assert_eq!(rt_base64_stream_finish(forged), RuntimeValue::NIL);
        assert_eq!(rt_base64_stream_free(forged), 0);
        assert_eq!(rt_base64_stream_new_encoder(forged | 1 << 62), 0);
        assert_eq!(error::last_code(), core_codes::RT_ERROR_INVALID_ARGUMENT);
    }
}

#[test]
fn hashes() {
    // SAFETY: live arrays with their own lengths, or null.
    unsafe {
        assert_eq!(rt_fnv_hash(b"Hello".as_ptr(), 5), 0x63f0_bfac_f2c0_0f6b);
        assert_eq!(rt_fnv_hash(ptr::null(), 0), 0xcbf2_9ce4_8422_2325);
        assert_eq!(rt_fnv_hash(ptr::null(), 10), 0);
        assert_eq!(error::last_code(), core_codes::RT_ERROR_NULL_POINTER);
        assert_eq!(rt_fnv_hash_32(b"foobar".as_ptr(), 6), 0xbf9c_f968);
        assert_eq!(rt_fnv_hash_32(ptr::null(), 10), 0);
    }
}
