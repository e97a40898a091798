/* Tests of the functions of runtime-value from C. The answers are those of the language's own
 * rules: exact numbers, Python's slices, equality by structure. */
#include "harness.h"

#include <math.h>

/* An array of small ints that ends before the first zero. */
static RuntimeValue ints(const int64_t *numbers) {
    const RuntimeValue array = rt_array_new(0);
    for (; *numbers != 0; numbers++) {
        CHECK(rt_array_push(array, rt_value_int(*numbers)));
    }
    return array;
}

/* Checks an array against ints that end before the first zero, and frees it. */
#define CHECK_INTS(actual, ...) check_ints((actual), (const int64_t[]){__VA_ARGS__, 0})

static void check_ints(RuntimeValue actual, const int64_t *expected) {
    const RuntimeValue wanted = ints(expected);
    CHECK_INT(rt_value_eq(actual, wanted), 1);
    rt_value_free_deep(actual);
    rt_value_free_deep(wanted);
}

static void words_are_what_compiled_code_makes(void) {
    CHECK_WORD(rt_value_int(0), 0);
    CHECK_WORD(rt_value_int(1), 8);
    CHECK_WORD(rt_value_int(-1), UINT64_C(0xfffffffffffffff8));
    CHECK_WORD(rt_value_float(1.5), UINT64_C(0x3ff8000000000002));
    CHECK_WORD(rt_value_nil(), 0x03);
    CHECK_WORD(rt_value_bool(true), 0x0b);
    CHECK_WORD(rt_value_bool(false), 0x13);
    CHECK(rt_value_truthy(RT_TRUE) && !rt_value_truthy(RT_NIL) && !rt_value_truthy(0));
    CHECK(rt_value_truthy(rt_value_float(NAN)) && !rt_value_truthy(rt_value_float(-0.0)));
    CHECK(!rt_value_is_heap(RT_NIL) && !rt_value_is_int(RT_NIL) && rt_value_is_nil(RT_NIL));
}

static void numbers_are_exact(void) {
    const RuntimeValue large = rt_value_int(INT64_MAX);
    const RuntimeValue larger = rt_value_u64(-1);
    CHECK_INT(rt_value_as_int(large), INT64_MAX);
    CHECK_UINT((uint64_t)rt_value_as_u64(larger), UINT64_MAX);
    CHECK(rt_value_is_int(large) && rt_value_is_heap(large));
    CHECK_INT(rt_value_compare(large, larger), -1);
    CHECK_INT(rt_value_eq(rt_value_int(2), rt_value_float(2.0)), 1);
    /* 2^53 + 1 is no double: the int above is not equal to the double below. */
    CHECK_INT(rt_value_eq(rt_value_int(9007199254740993), rt_value_float(9007199254740992.0)), 0);
    const RuntimeValue nan = rt_value_float(NAN);
    CHECK_INT(rt_value_eq(nan, nan), 0);
    CHECK_INT(rt_value_compare(nan, nan), 0);
    CHECK_INT(rt_value_compare(nan, rt_value_float(INFINITY)), 1);
    CHECK_NO_ERROR();
    CHECK_INT(rt_value_as_int(rt_value_float(1.0)), 0);
    CHECK_ERROR(RT_ERROR_WRONG_TYPE);
    CHECK_FLOAT(rt_value_as_float(rt_value_int(7)), 7.0);
    rt_value_free(large);
    rt_value_free(larger);
}

static void strings(void) {
    const RuntimeValue hello = str("hello");
    const RuntimeValue world = str(" world");
    const RuntimeValue both = rt_string_concat(hello, world);
    CHECK_STR(both, "hello world");
    CHECK_INT(rt_string_starts_with(both, hello), 1);
    CHECK_INT(rt_string_ends_with(both, world), 1);
    CHECK_INT(rt_string_ends_with(both, hello), 0);
    const RuntimeValue olleh = rt_slice(hello, -1, -6, -1);
    CHECK_STR(olleh, "olleh");
    const RuntimeValue empty = rt_string_new(NULL, 0);
    CHECK_INT(rt_string_len(empty), 0);
    CHECK_NO_ERROR();
    CHECK_NIL(rt_string_new(NULL, 3));
    CHECK_LAST_ERROR(RT_ERROR_NULL_POINTER, "rt_string_new");
    CHECK_NIL(rt_string_new((const uint8_t *)"x", UINT64_MAX));
    CHECK_LAST_ERROR(RT_ERROR_LENGTH, "rt_string_new");
    const RuntimeValue zero_inside = rt_string_new((const uint8_t *)"a\0b", 3);
    CHECK_BYTES(zero_inside, "a\0b", 3);
    const RuntimeValue all[] = {hello, world, both, olleh, empty, zero_inside};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        rt_string_free(all[i]);
    }
}

static void arrays(void) {
    const RuntimeValue array = ints((const int64_t[]){3, 1, 2, 0});
    CHECK_INT(rt_array_len(array), 3);
    CHECK_INT(rt_value_as_int(rt_array_get(array, -1)), 2);
    CHECK_NIL(rt_array_get(array, 3));
    CHECK_NO_ERROR();
    CHECK(!rt_array_set(array, 3, RT_NIL));
    CHECK_LAST_ERROR(RT_ERROR_INDEX, "rt_array_set");
    CHECK_INTS(rt_array_sorted(array), 1, 2, 3);
    CHECK_INTS(rt_slice(array, 0, 3, 2), 3, 2);
    CHECK_INTS(rt_array_concat(array, array), 3, 1, 2, 3, 1, 2);
    CHECK_INTS(rt_array_range(1, 10, 4), 1, 5, 9);
    CHECK_INT(rt_value_as_int(rt_array_sum(array)), 6);
    CHECK_INT(rt_value_as_int(rt_array_pop(array)), 2);
    CHECK(rt_array_insert(array, 0, rt_value_int(9)));
    CHECK_INTS(array, 9, 3, 1);
    CHECK_NIL(rt_array_new(UINT64_C(1) << 61));
    CHECK(rt_last_error_code() != RT_ERROR_NONE);
    rt_last_error_clear();
}

static void dicts_take_any_key(void) {
    const RuntimeValue dict = rt_dict_new(0);
    const RuntimeValue name = str("name"), same_name = str("name");
    CHECK(rt_dict_set(dict, name, rt_value_int(1)));
    CHECK(rt_dict_set(dict, rt_value_int(2), rt_value_int(3)));
    CHECK(rt_dict_set(dict, RT_NIL, rt_value_int(4)));
    CHECK(rt_dict_set(dict, rt_value_float(NAN), rt_value_int(5)));
    CHECK_INT(rt_dict_len(dict), 4);
    CHECK_INT(rt_value_as_int(rt_dict_get(dict, same_name)), 1);
    CHECK_INT(rt_value_as_int(rt_dict_get(dict, rt_value_float(2.0))), 3);
    CHECK_INT(rt_value_as_int(rt_dict_get(dict, RT_NIL)), 4);
    CHECK_INT(rt_value_as_int(rt_dict_get(dict, rt_value_float(NAN))), 5);
    CHECK_NIL(rt_dict_get(dict, rt_value_int(77)));
    CHECK_NO_ERROR();
    CHECK_INT(rt_value_as_int(rt_dict_remove(dict, rt_value_int(2))), 3);
    CHECK_INT(rt_dict_len(dict), 3);
    CHECK_INT(rt_len(dict), 3);
    rt_string_free(same_name);
    rt_value_free_deep(dict);
}

static RuntimeValue add_capture(RuntimeValue closure, RuntimeValue argument) {
    return rt_value_int(rt_value_as_int(rt_closure_get_capture(closure, 0)) +
                        rt_value_as_int(argument));
}

static void other_objects(void) {
    const RuntimeValue tuple = rt_tuple_new(2);
    CHECK(rt_tuple_set(tuple, 1, RT_TRUE) && !rt_tuple_set(tuple, 2, RT_TRUE));
    CHECK_ERROR(RT_ERROR_INDEX);
    CHECK_NIL(rt_tuple_get(tuple, 0));
    const RuntimeValue object = rt_object_new(7, 1);
    CHECK_INT(rt_object_class_id(object), 7);
    CHECK(rt_object_field_set(object, 0, tuple));
    CHECK_WORD(rt_object_field_get(object, 0), tuple);
    const RuntimeValue variant = rt_enum_new(3, 4, object);
    CHECK_INT(rt_enum_id(variant), 3);
    CHECK_INT(rt_enum_discriminant(variant), 4);
    CHECK_INT(rt_value_free_deep(variant), 3);

    const RuntimeValue closure = rt_closure_new((const uint8_t *)(uintptr_t)&add_capture, 1);
    CHECK(rt_closure_set_capture(closure, 0, rt_value_int(40)));
    CHECK(rt_closure_func_ptr(closure) == (const uint8_t *)(uintptr_t)&add_capture);
    CHECK_INT(rt_value_as_int(add_capture(closure, rt_value_int(2))), 42);
    rt_closure_free(closure);
}

static void no_word_is_followed(void) {
    const RuntimeValue freed = rt_array_new(0);
    CHECK_INT(rt_value_free(freed), 1);
    CHECK_INT(rt_value_free(freed), 0);
    CHECK_LAST_ERROR(RT_ERROR_NOT_A_VALUE, "rt_value_free");
    CHECK_INT(rt_array_len(freed), -1);
    CHECK_LAST_ERROR(RT_ERROR_NOT_A_VALUE, "rt_array_len");
    for (size_t i = 0; i < HARNESS_FORGED_WORDS; i++) {
        CHECK_INT(rt_array_len(harness_forged_words[i]), -1);
        CHECK_LAST_ERROR(RT_ERROR_NOT_A_VALUE, "rt_array_len");
        CHECK(!rt_value_truthy(harness_forged_words[i]));
        CHECK_NO_ERROR();
    }
    const RuntimeValue text = str("no array");
    CHECK_INT(rt_array_len(text), -1);
    CHECK_LAST_ERROR(RT_ERROR_WRONG_TYPE, "rt_array_len");
    rt_string_free(text);
}

static void scopes_free_what_is_not_kept(void) {
    CHECK_INT(rt_scope_begin(), 1);
    const RuntimeValue kept = rt_array_new(0);
    const RuntimeValue inner = str("inner");
    rt_array_push(kept, inner);
    str("lost");
    CHECK_INT(rt_scope_end(kept), 1);
    CHECK_STR(rt_array_get(kept, 0), "inner");
    CHECK_INT(rt_value_free_deep(kept), 2);
    CHECK_INT(rt_scope_end(RT_NIL), -1);
    CHECK_LAST_ERROR(RT_ERROR_NO_SCOPE, "rt_scope_end");
}

static void compiled_code_reads_the_layout(void) {
    const RuntimeValue text = str("layout");
    const uint8_t *object = rt_value_to_ptr(text);
    uint64_t length;
    CHECK(object == (const uint8_t *)(uintptr_t)(text & ~UINT64_C(7)));
    CHECK_INT(object[0], RT_TYPE_STRING);
    memcpy(&length, object + 8, sizeof length);
    CHECK_UINT(length, 6);
    CHECK(memcmp(object + 24, "layout", 6) == 0);
    CHECK_WORD(rt_ptr_to_value(object), text);
    rt_string_free(text);
}

static void nothing_is_left(void) {
    for (int64_t kind = 0; kind < 32; kind++) {
        CHECK_INT(rt_heap_live_count_by_kind(kind), 0);
    }
    CHECK_INT(rt_heap_alloc_count(), rt_heap_free_count());
}

int main(void) {
    words_are_what_compiled_code_makes();
    numbers_are_exact();
    strings();
    arrays();
    dicts_take_any_key();
    other_objects();
    no_word_is_followed();
    scopes_free_what_is_not_kept();
    compiled_code_reads_the_layout();
    nothing_is_left();
    return harness_report("value");
}
