/* Tests of the functions of runtime-encoding from C, on the vectors of RFC 4648 and of the FNV page. */
#include "harness.h"

#define BYTES(text) (const uint8_t *)(text), (uint64_t)strlen(text)

/* Checks a string against a C string, and frees it. */
static void check_text(RuntimeValue actual, const char *expected) {
    CHECK_STR(actual, expected);
    rt_string_free(actual);
}

static void vectors(void) {
    static const char *pairs[][2] = {
        {"", ""},         {"f", "Zg=="},         {"fo", "Zm8="},         {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="}, {"fooba", "Zm9vYmE="}, {"foobar", "Zm9vYmFy"}, {"Hello", "SGVsbG8="},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        check_text(rt_base64_encode(BYTES(pairs[i][0])), pairs[i][1]);
        check_text(rt_base64_decode(BYTES(pairs[i][1])), pairs[i][0]);
    }
    check_text(rt_base64_encode(NULL, 0), "");
    check_text(rt_base64_decode(BYTES("SGVs\r\n bG8=\n")), "Hello");
    check_text(rt_base64_encode_url((const uint8_t *)"\xfb\xff", 2), "-_8=");
    check_text(rt_base64_encode_nopad(BYTES("f")), "Zg");
    check_text(rt_base64_decode_nopad(BYTES("Zg")), "f");
    check_text(rt_base64_encode_url_nopad((const uint8_t *)"\xfb\xff", 2), "-_8");
    check_text(rt_hex_encode((const uint8_t *)"\x00\xff", 2), "00ff");
    check_text(rt_hex_encode_upper((const uint8_t *)"\x00\xff", 2), "00FF");
    check_text(rt_hex_decode(BYTES("48656c6C6F")), "Hello");
    CHECK(rt_fnv_hash(NULL, 0) == UINT64_C(0xcbf29ce484222325));
    CHECK(rt_fnv_hash(BYTES("a")) == UINT64_C(0xaf63dc4c8601ec8c));
    CHECK(rt_fnv_hash(BYTES("foobar")) == UINT64_C(0x85944171f73967e8));
    CHECK(rt_fnv_hash_32(BYTES("foobar")) == UINT32_C(0xbf9cf968));
}

/* What ends in zero bytes, and what is no text, comes back as it was. */
static void binary_data(void) {
    const RuntimeValue zero = rt_base64_decode(BYTES("QQA="));
    CHECK_INT(rt_string_len(zero), 2);
    CHECK(memcmp(rt_string_data(zero), "A\0", 2) == 0);
    rt_string_free(zero);
    const RuntimeValue bytes = rt_base64_decode(BYTES("//79"));
    CHECK_INT(rt_string_len(bytes), 3);
    CHECK(memcmp(rt_string_data(bytes), "\xff\xfe\xfd", 3) == 0);
    rt_string_free(bytes);
}

static void malformed(void) {
    CHECK_NIL(rt_base64_decode(BYTES("SGV$bG8=")));
    CHECK_ERROR(RT_ERROR_BASE64_CHARACTER);
    CHECK_NIL(rt_base64_decode(BYTES("-_8=")));
    CHECK_ERROR(RT_ERROR_BASE64_CHARACTER);
    CHECK_NIL(rt_base64_decode(BYTES("Q===")));
    CHECK_ERROR(RT_ERROR_BASE64_PADDING);
    CHECK_NIL(rt_base64_decode(BYTES("Zg")));
    CHECK_ERROR(RT_ERROR_BASE64_PADDING);
    CHECK_NIL(rt_base64_decode(BYTES("Z")));
    CHECK_ERROR(RT_ERROR_BASE64_TRUNCATED);
    CHECK_NIL(rt_base64_decode(BYTES("QR==")));
    CHECK_ERROR(RT_ERROR_BASE64_BITS);
    CHECK_NIL(rt_base64_decode(NULL, 4));
    CHECK_ERROR(RT_ERROR_NULL_POINTER);
    CHECK_NIL(rt_base64_encode(NULL, UINT64_MAX));
    CHECK_ERROR(RT_ERROR_NULL_POINTER);
    CHECK_NIL(rt_hex_decode(BYTES("0g")));
    CHECK_ERROR(RT_ERROR_HEX_CHARACTER);
    CHECK_NIL(rt_hex_decode(BYTES("000")));
    CHECK_ERROR(RT_ERROR_HEX_ODD);
    CHECK(rt_fnv_hash(NULL, 10) == 0);
    CHECK_ERROR(RT_ERROR_NULL_POINTER);
}

static void in_pieces(void) {
    const int64_t stream = rt_base64_stream_new_encoder(0);
    CHECK(stream > 0);
    check_text(rt_base64_stream_update(stream, BYTES("foob")), "Zm9v");
    check_text(rt_base64_stream_update(stream, BYTES("ar")), "YmFy");
    check_text(rt_base64_stream_finish(stream), "");
    /* A finished stream begins anew. */
    check_text(rt_base64_stream_update(stream, BYTES("foo")), "Zm9v");
    CHECK_INT(rt_base64_stream_free(stream), 1);
    CHECK_NIL(rt_base64_stream_update(stream, BYTES("x")));
    CHECK_ERROR(RT_ERROR_STALE_HANDLE);
    const int64_t freed = rt_base64_stream_new_decoder(0);
    CHECK_INT(rt_base64_stream_free(freed), 1);
    CHECK_INT(rt_base64_stream_free(freed), 0);
    CHECK_ERROR(RT_ERROR_STALE_HANDLE);
    CHECK_INT(rt_handle_live_count(RT_HANDLE_KIND_BASE64_STREAM), 0);
}

int main(void) {
    vectors();
    binary_data();
    malformed();
    in_pieces();
    return harness_report("encoding");
}
