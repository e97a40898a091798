/* Tests of the functions of runtime-hash from C, on the examples of FIPS 180 and of the XXH3
 * reference. */
#include "harness.h"

#define BYTES(text) (const uint8_t *)(text), (uint64_t)strlen(text)

/* Checks a string against a C string, and frees it. */
static void check_text(RuntimeValue actual, const char *expected) {
    CHECK_STR(actual, expected);
    rt_string_free(actual);
}

/* The three functions that a hash in pieces needs, by their common shape. */
typedef struct {
    int64_t (*start)(void);
    int64_t (*write)(int64_t handle, const uint8_t *data, uint64_t length);
    RuntimeValue (*finish)(int64_t handle);
} Digest;

static const Digest sha1 = {rt_sha1_new, rt_sha1_write, rt_sha1_finish};
static const Digest sha256 = {rt_sha256_new, rt_sha256_write, rt_sha256_finish};
static const Digest sha512 = {rt_sha512_new, rt_sha512_write, rt_sha512_finish};

/* A million letters a in pieces of a size that divides no block. */
static void check_a_million(Digest digest, const char *expected) {
    uint8_t piece[1009];
    memset(piece, 'a', sizeof piece);
    const int64_t handle = digest.start();
    CHECK(handle > 0);
    int failed = 0;
    for (uint64_t left = 1000000, length; left > 0; left -= length) {
        length = left < sizeof piece ? left : sizeof piece;
        failed += digest.write(handle, piece, length) == 1 ? 0 : 1;
    }
    CHECK_INT(failed, 0);
    check_text(digest.finish(handle), expected);
    CHECK_NIL(digest.finish(handle));
    CHECK_ERROR(RT_ERROR_STALE_HANDLE);
}

static void the_examples_of_the_standard(void) {
    check_text(rt_sha1_hash(BYTES("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
    check_text(rt_sha1_hash(NULL, 0), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    check_text(rt_sha256_hash(BYTES("abc")),
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check_text(rt_sha256_hash(NULL, 0),
               "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check_text(rt_sha512_hash(BYTES("abc")),
               "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
               "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f");
    check_a_million(sha1, "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
    check_a_million(sha256, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    check_a_million(sha512, "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973eb"
                            "de0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b");
}

static void other_forms_of_a_digest(void) {
    const RuntimeValue text = str("abc");
    check_text(rt_sha256_hash_string(text),
               "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    rt_string_free(text);
    const int64_t handle = rt_sha1_new();
    rt_sha1_write(handle, BYTES("abc"));
    check_text(rt_sha1_finish_base64(handle), "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=");
    const RuntimeValue bytes = rt_sha1_hash_bytes(BYTES("abc"));
    CHECK_BYTES(bytes, "\xa9\x99\x3e\x36\x47\x06\x81\x6a\xba\x3e\x25\x71\x78\x50\xc2\x6c\x9c\xd0"
                       "\xd8\x9d", 20);
    rt_string_free(bytes);
}

static void xxh3(void) {
    CHECK_UINT(rt_xxhash_hash(NULL, 0, 0), UINT64_C(0x2d06800538d394c2));
    const int64_t handle = rt_xxhash_new_with_seed(42);
    CHECK_INT(rt_xxhash_write(handle, BYTES("wrong")), 1);
    CHECK_INT(rt_xxhash_reset(handle), 1);
    CHECK_INT(rt_xxhash_write(handle, BYTES("hel")), 1);
    CHECK_INT(rt_xxhash_write(handle, BYTES("lo")), 1);
    CHECK_UINT(rt_xxhash_finish(handle), rt_xxhash_hash(BYTES("hello"), 42));
    CHECK(rt_xxhash_hash(BYTES("hello"), 42) != rt_xxhash_hash(BYTES("hello"), 43));
}

static void bad_arguments(void) {
    const int64_t handle = rt_sha256_new();
    CHECK_INT(rt_sha256_write(handle, NULL, 3), 0);
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_sha256_write");
    CHECK_INT(rt_sha256_write(handle, (const uint8_t *)"x", UINT64_MAX), 0);
    CHECK_LAST_ERROR(RT_ERROR_LENGTH, "rt_sha256_write");
    CHECK_INT(rt_sha1_write(handle, NULL, 0), 0);
    CHECK_LAST_ERROR(RT_ERROR_WRONG_KIND, "rt_sha1_write");
    CHECK_NIL(rt_sha256_finish(999999));
    CHECK_LAST_ERROR(RT_ERROR_NOT_A_HANDLE, "rt_sha256_finish");
    CHECK_LIVE_HANDLES(RT_HANDLE_KIND_SHA256, 1);
    CHECK_INT(rt_sha256_free(handle), 1);
    CHECK_INT(rt_sha256_free(handle), 0);
    CHECK_LAST_ERROR(RT_ERROR_STALE_HANDLE, "rt_sha256_free");
    CHECK_UINT(rt_xxhash_finish(0), 0);
    CHECK_LAST_ERROR(RT_ERROR_NOT_A_HANDLE, "rt_xxhash_finish");
}

int main(void) {
    the_examples_of_the_standard();
    other_forms_of_a_digest();
    xxh3();
    bad_arguments();
    CHECK_NO_ERROR();
    CHECK_LIVE_HANDLES(RT_HANDLE_KIND_ALL, 0);
    CHECK_INT(rt_heap_live_count_by_kind(RT_TYPE_STRING), 0);
    return harness_report("hash");
}
