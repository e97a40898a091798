/* Tensors from C: every case of the fixtures through its function, then what a case cannot say:
 * buffers, handles, gradients, bad input. */
#include "fixtures.h"
#include "harness.h"

#include <math.h>

/* ---- functions by their names and the types that they take ----------------------------------- */

typedef RuntimeValue (*form_v_i)(int64_t);
typedef RuntimeValue (*form_v_v)(RuntimeValue);
typedef RuntimeValue (*form_v_vd)(RuntimeValue, double);
typedef RuntimeValue (*form_v_vi)(RuntimeValue, int64_t);
typedef RuntimeValue (*form_v_vv)(RuntimeValue, RuntimeValue);
typedef RuntimeValue (*form_v_ddd)(double, double, double);
typedef RuntimeValue (*form_v_ddi)(double, double, int64_t);
typedef RuntimeValue (*form_v_iii)(int64_t, int64_t, int64_t);
typedef RuntimeValue (*form_v_vdd)(RuntimeValue, double, double);
typedef RuntimeValue (*form_v_vii)(RuntimeValue, int64_t, int64_t);
typedef RuntimeValue (*form_v_viv)(RuntimeValue, int64_t, RuntimeValue);
typedef RuntimeValue (*form_v_vvd)(RuntimeValue, RuntimeValue, double);
typedef RuntimeValue (*form_v_vvi)(RuntimeValue, RuntimeValue, int64_t);
typedef RuntimeValue (*form_v_vvv)(RuntimeValue, RuntimeValue, RuntimeValue);
typedef RuntimeValue (*form_v_idii)(int64_t, double, int64_t, int64_t);
typedef RuntimeValue (*form_v_iiii)(int64_t, int64_t, int64_t, int64_t);
typedef RuntimeValue (*form_v_vddd)(RuntimeValue, double, double, double);
typedef RuntimeValue (*form_v_vdii)(RuntimeValue, double, int64_t, int64_t);
typedef RuntimeValue (*form_v_vdvi)(RuntimeValue, double, RuntimeValue, int64_t);
typedef RuntimeValue (*form_v_viii)(RuntimeValue, int64_t, int64_t, int64_t);
typedef RuntimeValue (*form_v_vivd)(RuntimeValue, int64_t, RuntimeValue, double);
typedef RuntimeValue (*form_v_vivv)(RuntimeValue, int64_t, RuntimeValue, RuntimeValue);
typedef RuntimeValue (*form_v_vvdd)(RuntimeValue, RuntimeValue, double, double);
typedef RuntimeValue (*form_v_vvii)(RuntimeValue, RuntimeValue, int64_t, int64_t);
typedef RuntimeValue (*form_v_vvvi)(RuntimeValue, RuntimeValue, RuntimeValue, int64_t);
typedef RuntimeValue (*form_v_dddii)(double, double, double, int64_t, int64_t);
typedef RuntimeValue (*form_v_ddiii)(double, double, int64_t, int64_t, int64_t);
typedef RuntimeValue (*form_v_iiiii)(int64_t, int64_t, int64_t, int64_t, int64_t);
typedef RuntimeValue (*form_v_viiii)(RuntimeValue, int64_t, int64_t, int64_t, int64_t);
typedef RuntimeValue (*form_v_ddidii)(double, double, int64_t, double, int64_t, int64_t);
typedef double (*form_d_v)(RuntimeValue);
typedef int64_t (*form_i_v)(RuntimeValue);
typedef int64_t (*form_i_vd)(RuntimeValue, double);
typedef int64_t (*form_i_vv)(RuntimeValue, RuntimeValue);
typedef int64_t (*form_i_vdd)(RuntimeValue, double, double);
typedef int64_t (*form_i_vvd)(RuntimeValue, RuntimeValue, double);
typedef int64_t (*form_i_vvdd)(RuntimeValue, RuntimeValue, double, double);
typedef int64_t (*form_i_vvvi)(RuntimeValue, RuntimeValue, RuntimeValue, int64_t);

enum form {
    FORM_v_i, FORM_v_v, FORM_v_vd, FORM_v_vi, FORM_v_vv, FORM_v_ddd, FORM_v_ddi, FORM_v_iii,
    FORM_v_vdd, FORM_v_vii, FORM_v_viv, FORM_v_vvd, FORM_v_vvi, FORM_v_vvv, FORM_v_idii,
    FORM_v_iiii, FORM_v_vddd, FORM_v_vdii, FORM_v_vdvi, FORM_v_viii, FORM_v_vivd,
    FORM_v_vivv, FORM_v_vvdd, FORM_v_vvii, FORM_v_vvvi, FORM_v_dddii, FORM_v_ddiii,
    FORM_v_iiiii, FORM_v_viiii, FORM_v_ddidii, FORM_d_v, FORM_i_v, FORM_i_vd, FORM_i_vv,
    FORM_i_vdd, FORM_i_vvd, FORM_i_vvdd, FORM_i_vvvi
};

struct function {
    const char *name;
    enum form form;
    void (*code)(void);
};

#define F(form, name) {#name, FORM_##form, (void (*)(void))rt_torch_##name},

static const struct function functions[] = {
    F(v_i, tensor_eye) F(v_v, abs) F(v_v, acos) F(v_v, acosh) F(v_v, all) F(v_v, angle)
    F(v_v, any) F(v_v, argmax) F(v_v, argmin) F(v_v, asin) F(v_v, asinh) F(v_v, atan)
    F(v_v, atanh) F(v_v, bitwise_not) F(v_v, ceil) F(v_v, clone) F(v_v, conj)
    F(v_v, contiguous) F(v_v, cos) F(v_v, cosh) F(v_v, count_nonzero) F(v_v, erf)
    F(v_v, erfc) F(v_v, exp) F(v_v, exp2) F(v_v, expm1) F(v_v, fftshift_all) F(v_v, floor)
    F(v_v, frac) F(v_v, ifftshift_all) F(v_v, imag) F(v_v, isfinite) F(v_v, isinf)
    F(v_v, isnan) F(v_v, linalg_cholesky) F(v_v, linalg_det) F(v_v, linalg_inv)
    F(v_v, linalg_matrix_rank) F(v_v, linalg_pinv) F(v_v, linalg_slogdet) F(v_v, log)
    F(v_v, log10) F(v_v, log1p) F(v_v, log2) F(v_v, logical_not) F(v_v, max) F(v_v, mean)
    F(v_v, median) F(v_v, meshgrid) F(v_v, min) F(v_v, neg) F(v_v, nonzero)
    F(v_v, nonzero_tuple) F(v_v, norm) F(v_v, ones_like) F(v_v, prod) F(v_v, real)
    F(v_v, reciprocal) F(v_v, round) F(v_v, rsqrt) F(v_v, shallow_clone) F(v_v, sign)
    F(v_v, sin) F(v_v, sinh) F(v_v, sqrt) F(v_v, square) F(v_v, squeeze_all) F(v_v, std)
    F(v_v, sum) F(v_v, t) F(v_v, tan) F(v_v, tensor_new) F(v_v, tensor_ones)
    F(v_v, tensor_zeros) F(v_v, to_cpu) F(v_v, trace) F(v_v, trunc) F(v_v, unique)
    F(v_v, unique_counts) F(v_v, var) F(v_v, view_as_complex) F(v_v, view_as_real)
    F(v_v, zeros_like) F(v_vd, add_scalar) F(v_vd, clamp_max) F(v_vd, clamp_min)
    F(v_vd, div_scalar) F(v_vd, eq_scalar) F(v_vd, fmod_scalar) F(v_vd, full_like)
    F(v_vd, ge_scalar) F(v_vd, gt_scalar) F(v_vd, le_scalar) F(v_vd, lt_scalar)
    F(v_vd, mul_scalar) F(v_vd, ne_scalar) F(v_vd, pow) F(v_vd, remainder_scalar)
    F(v_vd, sub_scalar) F(v_vd, tensor_full) F(v_vi, cat) F(v_vi, cummax) F(v_vi, cummin)
    F(v_vi, cumprod) F(v_vi, cumsum) F(v_vi, diag) F(v_vi, fft2) F(v_vi, fftshift)
    F(v_vi, ifft2) F(v_vi, ifftshift) F(v_vi, linalg_matrix_power) F(v_vi, one_hot)
    F(v_vi, rfft2) F(v_vi, squeeze) F(v_vi, stack) F(v_vi, to_device) F(v_vi, to_dtype)
    F(v_vi, tril) F(v_vi, triu) F(v_vi, unbind) F(v_vi, unique_dim) F(v_vi, unsqueeze)
    F(v_vv, add) F(v_vv, atan2) F(v_vv, bitwise_and) F(v_vv, bitwise_or)
    F(v_vv, bitwise_xor) F(v_vv, bmm) F(v_vv, broadcast_to) F(v_vv, complex) F(v_vv, div)
    F(v_vv, dot) F(v_vv, einsum) F(v_vv, eq) F(v_vv, expand) F(v_vv, flip)
    F(v_vv, floor_divide) F(v_vv, fmod) F(v_vv, ge) F(v_vv, gt) F(v_vv, hypot)
    F(v_vv, index) F(v_vv, kron) F(v_vv, le) F(v_vv, linalg_solve) F(v_vv, logical_and)
    F(v_vv, logical_or) F(v_vv, logical_xor) F(v_vv, lt) F(v_vv, masked_select)
    F(v_vv, matmul) F(v_vv, maximum) F(v_vv, minimum) F(v_vv, mm) F(v_vv, mul) F(v_vv, mv)
    F(v_vv, ne) F(v_vv, outer) F(v_vv, permute) F(v_vv, polar) F(v_vv, pow_tensor)
    F(v_vv, remainder) F(v_vv, repeat) F(v_vv, reshape) F(v_vv, sub) F(v_vv, take)
    F(v_vv, tensor_from_data) F(v_vv, tile) F(v_vv, view) F(v_ddd, tensor_arange)
    F(v_ddi, tensor_linspace) F(v_iii, ones_1d) F(v_iii, zeros_1d) F(v_vdd, clamp)
    F(v_vii, argmax_dim) F(v_vii, argmin_dim) F(v_vii, argsort) F(v_vii, chunk)
    F(v_vii, flatten) F(v_vii, max_dim) F(v_vii, median_dim) F(v_vii, min_dim)
    F(v_vii, mode) F(v_vii, ones) F(v_vii, prod_dim) F(v_vii, repeat_interleave)
    F(v_vii, select) F(v_vii, sort) F(v_vii, split) F(v_vii, tensor) F(v_vii, transpose)
    F(v_vii, zeros) F(v_viv, gather) F(v_viv, index_select) F(v_viv, unflatten)
    F(v_vvd, lerp) F(v_vvd, masked_fill) F(v_vvi, all_dim) F(v_vvi, amax) F(v_vvi, amin)
    F(v_vvi, any_dim) F(v_vvi, bincount) F(v_vvi, cross) F(v_vvi, fftn) F(v_vvi, ifftn)
    F(v_vvi, irfft2) F(v_vvi, logsumexp) F(v_vvi, mean_dim) F(v_vvi, rfftn)
    F(v_vvi, split_sizes) F(v_vvi, sum_dim) F(v_vvi, take_along_dim) F(v_vvv, addmm)
    F(v_vvv, masked_scatter) F(v_vvv, movedim) F(v_vvv, roll) F(v_vvv, where)
    F(v_idii, fftfreq) F(v_idii, rfftfreq) F(v_iiii, eye) F(v_iiii, ones_2d)
    F(v_iiii, zeros_2d) F(v_vddd, nan_to_num) F(v_vdii, full) F(v_vdvi, linalg_norm)
    F(v_vdvi, norm_dim) F(v_viii, diagonal) F(v_viii, fft) F(v_viii, hfft) F(v_viii, ifft)
    F(v_viii, ihfft) F(v_viii, irfft) F(v_viii, kthvalue) F(v_viii, narrow) F(v_viii, rfft)
    F(v_viii, rot90) F(v_vivd, index_fill) F(v_vivd, scatter_value) F(v_vivv, index_add)
    F(v_vivv, scatter) F(v_vivv, scatter_add) F(v_vvdd, isclose) F(v_vvii, std_dim)
    F(v_vvii, var_dim) F(v_vvvi, irfftn) F(v_vvvi, quantile) F(v_dddii, arange_float)
    F(v_ddiii, linspace) F(v_iiiii, arange) F(v_iiiii, ones_3d) F(v_iiiii, zeros_3d)
    F(v_viiii, slice) F(v_viiii, topk) F(v_ddidii, logspace) F(d_v, item) F(i_v, abs_)
    F(i_v, device) F(i_v, dtype) F(i_v, element_size) F(i_v, exp_) F(i_v, has_inf)
    F(i_v, has_nan) F(i_v, is_complex) F(i_v, is_contiguous) F(i_v, is_floating_point)
    F(i_v, item_int) F(i_v, ndim) F(i_v, neg_) F(i_v, numel) F(i_v, sqrt_) F(i_v, zero_)
    F(i_vd, add_scalar_) F(i_vd, div_scalar_) F(i_vd, fill_) F(i_vd, mul_scalar_)
    F(i_vd, pow_) F(i_vd, sub_scalar_) F(i_vv, add_) F(i_vv, copy_) F(i_vv, div_)
    F(i_vv, equal) F(i_vv, mul_) F(i_vv, sub_) F(i_vdd, clamp_) F(i_vvd, masked_fill_)
    F(i_vvdd, allclose) F(i_vvvi, index_put_)
};

/* ---- arguments: texts as oracle/calls.py writes them ----------------------------------------- */

struct argument {
    const char *text;
    const struct fixture_case *from;
    RuntimeValue made[32]; /* What the text made, to be freed. */
    int count;
};

static RuntimeValue keep(struct argument *argument, RuntimeValue made) {
    if (argument->count < 32) {
        argument->made[argument->count++] = made;
    }
    return made;
}

static RuntimeValue literal(struct argument *argument, const char **rest) {
    char word[96];
    size_t length = 0;
    if (**rest == '[' || **rest == '(') {
        const char end = **rest == '[' ? ']' : ')';
        const RuntimeValue array = keep(argument, rt_array_new(4));
        do {
            *rest += 1;
            if (**rest != end) {
                rt_array_push(array, literal(argument, rest));
            }
        } while (**rest == ',');
        *rest += 1;
        if (end == ']') {
            return array;
        }
        const RuntimeValue tuple = keep(argument, rt_tuple_new((uint64_t)rt_array_len(array)));
        for (int64_t i = 0; i < rt_array_len(array); i++) {
            rt_tuple_set(tuple, (uint64_t)i, rt_array_get(array, i));
        }
        return tuple;
    }
    if (**rest == '"') {
        const char *from = ++*rest;
        while (**rest != '"') {
            *rest += 1;
        }
        const uint64_t bytes = (uint64_t)(*rest - from);
        *rest += 1;
        return keep(argument, rt_string_new((const uint8_t *)from, bytes));
    }
    while (**rest && !strchr(",])", **rest) && length + 1 < sizeof word) {
        word[length++] = *(*rest)++;
    }
    word[length] = 0;
    if (word[0] == '$') {
        return fixture_tensor(argument->from, word + 1);
    }
    if (strcmp(word, "nil") == 0) {
        return RT_NIL;
    }
    if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0) {
        return word[0] == 't' ? RT_TRUE : RT_FALSE;
    }
    if (strspn(word, "-0123456789") == length) {
        return keep(argument, rt_value_int(strtoll(word, NULL, 10)));
    }
    return keep(argument, rt_value_float(strtod(word, NULL)));
}

static RuntimeValue value(struct argument *argument) {
    const char *rest = argument->text;
    return literal(argument, &rest);
}

static int64_t integer(struct argument *argument) {
    return strtoll(argument->text, NULL, 10);
}

static double real(struct argument *argument) {
    return strtod(argument->text, NULL);
}

/* ---- calls, and what they return ------------------------------------------------------------- */

struct returned {
    RuntimeValue word;
    int64_t integer;
    double real;
};

static struct returned call(const struct function *function, struct argument *arguments) {
    struct returned returned = {RT_NIL, 0, 0.0};
    switch (function->form) {
    case FORM_v_i:
        returned.word = ((form_v_i)function->code)(integer(&arguments[0]));
        break;
    case FORM_v_v:
        returned.word = ((form_v_v)function->code)(value(&arguments[0]));
        break;
    case FORM_v_vd:
        returned.word = ((form_v_vd)function->code)(value(&arguments[0]), real(&arguments[1]));
        break;
    case FORM_v_vi:
        returned.word = ((form_v_vi)function->code)(value(&arguments[0]), integer(&arguments[1]));
        break;
    case FORM_v_vv:
        returned.word = ((form_v_vv)function->code)(value(&arguments[0]), value(&arguments[1]));
        break;
    case FORM_v_ddd:
        returned.word = ((form_v_ddd)function->code)(real(&arguments[0]), real(&arguments[1]), real(&arguments[2]));
        break;
    case FORM_v_ddi:
        returned.word = ((form_v_ddi)function->code)(real(&arguments[0]), real(&arguments[1]), integer(&arguments[2]));
        break;
    case FORM_v_iii:
        returned.word = ((form_v_iii)function->code)(integer(&arguments[0]), integer(&arguments[1]), integer(&arguments[2]));
        break;
    case FORM_v_vdd:
        returned.word = ((form_v_vdd)function->code)(value(&arguments[0]), real(&arguments[1]), real(&arguments[2]));
        break;
    case FORM_v_vii:
        returned.word = ((form_v_vii)function->code)(value(&arguments[0]), integer(&arguments[1]), integer(&arguments[2]));
        break;
    case FORM_v_viv:
        returned.word = ((form_v_viv)function->code)(value(&arguments[0]), integer(&arguments[1]), value(&arguments[2]));
        break;
    case FORM_v_vvd:
        returned.word = ((form_v_vvd)function->code)(value(&arguments[0]), value(&arguments[1]), real(&arguments[2]));
        break;
    case FORM_v_vvi:
        returned.word = ((form_v_vvi)function->code)(value(&arguments[0]), value(&arguments[1]), integer(&arguments[2]));
        break;
    case FORM_v_vvv:
        returned.word = ((form_v_vvv)function->code)(value(&arguments[0]), value(&arguments[1]), value(&arguments[2]));
        break;
    case FORM_v_idii:
        returned.word = ((form_v_idii)function->code)(integer(&arguments[0]), real(&arguments[1]), integer(&arguments[2]), integer(&arguments[3]));
        break;
    case FORM_v_iiii:
        returned.word = ((form_v_iiii)function->code)(integer(&arguments[0]), integer(&arguments[1]), integer(&arguments[2]), integer(&arguments[3]));
        break;
    case FORM_v_vddd:
        returned.word = ((form_v_vddd)function->code)(value(&arguments[0]), real(&arguments[1]), real(&arguments[2]), real(&arguments[3]));
        break;
    case FORM_v_vdii:
        returned.word = ((form_v_vdii)function->code)(value(&arguments[0]), real(&arguments[1]), integer(&arguments[2]), integer(&arguments[3]));
        break;
    case FORM_v_vdvi:
        returned.word = ((form_v_vdvi)function->code)(value(&arguments[0]), real(&arguments[1]), value(&arguments[2]), integer(&arguments[3]));
        break;
    case FORM_v_viii:
        returned.word = ((form_v_viii)function->code)(value(&arguments[0]), integer(&arguments[1]), integer(&arguments[2]), integer(&arguments[3]));
        break;
    case FORM_v_vivd:
        returned.word = ((form_v_vivd)function->code)(value(&arguments[0]), integer(&arguments[1]), value(&arguments[2]), real(&arguments[3]));
        break;
    case FORM_v_vivv:
        returned.word = ((form_v_vivv)function->code)(value(&arguments[0]), integer(&arguments[1]), value(&arguments[2]), value(&arguments[3]));
        break;
    case FORM_v_vvdd:
        returned.word = ((form_v_vvdd)function->code)(value(&arguments[0]), value(&arguments[1]), real(&arguments[2]), real(&arguments[3]));
        break;
    case FORM_v_vvii:
        returned.word = ((form_v_vvii)function->code)(value(&arguments[0]), value(&arguments[1]), integer(&arguments[2]), integer(&arguments[3]));
        break;
    case FORM_v_vvvi:
        returned.word = ((form_v_vvvi)function->code)(value(&arguments[0]), value(&arguments[1]), value(&arguments[2]), integer(&arguments[3]));
        break;
    case FORM_v_dddii:
        returned.word = ((form_v_dddii)function->code)(real(&arguments[0]), real(&arguments[1]), real(&arguments[2]), integer(&arguments[3]), integer(&arguments[4]));
        break;
    case FORM_v_ddiii:
        returned.word = ((form_v_ddiii)function->code)(real(&arguments[0]), real(&arguments[1]), integer(&arguments[2]), integer(&arguments[3]), integer(&arguments[4]));
        break;
    case FORM_v_iiiii:
        returned.word = ((form_v_iiiii)function->code)(integer(&arguments[0]), integer(&arguments[1]), integer(&arguments[2]), integer(&arguments[3]), integer(&arguments[4]));
        break;
    case FORM_v_viiii:
        returned.word = ((form_v_viiii)function->code)(value(&arguments[0]), integer(&arguments[1]), integer(&arguments[2]), integer(&arguments[3]), integer(&arguments[4]));
        break;
    case FORM_v_ddidii:
        returned.word = ((form_v_ddidii)function->code)(real(&arguments[0]), real(&arguments[1]), integer(&arguments[2]), real(&arguments[3]), integer(&arguments[4]), integer(&arguments[5]));
        break;
    case FORM_d_v:
        returned.real = ((form_d_v)function->code)(value(&arguments[0]));
        break;
    case FORM_i_v:
        returned.integer = ((form_i_v)function->code)(value(&arguments[0]));
        break;
    case FORM_i_vd:
        returned.integer = ((form_i_vd)function->code)(value(&arguments[0]), real(&arguments[1]));
        break;
    case FORM_i_vv:
        returned.integer = ((form_i_vv)function->code)(value(&arguments[0]), value(&arguments[1]));
        break;
    case FORM_i_vdd:
        returned.integer = ((form_i_vdd)function->code)(value(&arguments[0]), real(&arguments[1]), real(&arguments[2]));
        break;
    case FORM_i_vvd:
        returned.integer = ((form_i_vvd)function->code)(value(&arguments[0]), value(&arguments[1]), real(&arguments[2]));
        break;
    case FORM_i_vvdd:
        returned.integer = ((form_i_vvdd)function->code)(value(&arguments[0]), value(&arguments[1]), real(&arguments[2]), real(&arguments[3]));
        break;
    case FORM_i_vvvi:
        returned.integer = ((form_i_vvvi)function->code)(value(&arguments[0]), value(&arguments[1]), value(&arguments[2]), integer(&arguments[3]));
        break;
    }
    return returned;
}

/* Shape, dtype and elements are those of the wanted tensor; frees the actual one. */
static void check_tensor(const char *what, RuntimeValue actual, RuntimeValue wanted) {
    const RuntimeValue shapes[] = {rt_torch_shape(actual), rt_torch_shape(wanted)};
    bool same = rt_value_eq(shapes[0], shapes[1]) && rt_torch_dtype(actual) == rt_torch_dtype(wanted);
    rt_value_free(shapes[0]);
    rt_value_free(shapes[1]);
    if (same) {
        /* NaN equals NaN here, so each side's are made a number of their own. */
        const int64_t dtype = rt_torch_dtype(wanted);
        const bool ints = dtype == RT_TORCH_BOOL || dtype == RT_TORCH_INT64;
        const RuntimeValue left = ints ? rt_torch_shallow_clone(actual)
                                       : rt_torch_nan_to_num(actual, 9.0, 1e30, -1e30);
        const RuntimeValue right = ints ? rt_torch_shallow_clone(wanted)
                                        : rt_torch_nan_to_num(wanted, 9.0, 1e30, -1e30);
        same = ints ? rt_torch_equal(left, right) : rt_torch_allclose(left, right, 1e-5, 1e-6);
        rt_torch_free(left);
        rt_torch_free(right);
    }
    CHECK(same);
    if (!same) {
        fprintf(stderr, "  in %s\n", what);
    }
}

static void check_results(const struct fixture_case *c, struct returned returned) {
    char name[16];
    if (fixture_text(c, "inplace")) {
        CHECK_INT(returned.integer, 1);
        check_tensor(c->name, fixture_tensor(c, "x0"), fixture_tensor(c, "out"));
    } else if (fixture_text(c, "results")) {
        const int64_t count = (int64_t)fixture_number(c, "results");
        for (int64_t i = 0; i < count; i++) {
            const bool tuple = rt_tuple_len(returned.word) == count;
            const RuntimeValue part = tuple ? rt_tuple_get(returned.word, (uint64_t)i)
                                            : rt_array_get(returned.word, i);
            snprintf(name, sizeof name, "out%d", (int)i);
            check_tensor(c->name, part, fixture_tensor(c, name));
            rt_torch_free(part);
        }
        rt_value_free(returned.word);
    } else if (fixture_text(c, "value")) {
        const double wanted = fixture_number(c, "value");
        CHECK((double)returned.integer == wanted || returned.real == wanted);
    } else {
        check_tensor(c->name, returned.word, fixture_tensor(c, "out"));
        rt_torch_free(returned.word);
    }
}

static void check_case(const struct fixture_case *c) {
    char texts[256];
    struct argument arguments[8];
    int count = 0;
    const struct function *function = NULL;
    for (size_t i = 0; i < sizeof functions / sizeof functions[0]; i++) {
        if (strcmp(functions[i].name, c->name) == 0) {
            function = &functions[i];
        }
    }
    CHECK(function != NULL);
    if (!function) {
        fprintf(stderr, "  no function %s\n", c->name);
        return;
    }
    strcpy(texts, fixture_text(c, "args"));
    for (char *text = strtok(texts, " "); text && count < 8; text = strtok(NULL, " ")) {
        arguments[count].text = text;
        arguments[count].from = c;
        arguments[count++].count = 0;
    }
    rt_last_error_clear();
    const struct returned returned = call(function, arguments);
    CHECK_NO_ERROR();
    check_results(c, returned);
    for (int i = 0; i < count; i++) {
        while (arguments[i].count > 0) {
            rt_value_free(arguments[i].made[--arguments[i].count]);
        }
    }
    rt_last_error_clear();
}

static void fixtures(const char *folder) {
    char path[512];
    struct fixture_case c;
    snprintf(path, sizeof path, "%s/tensors.txt", folder);
    fixture_open(&c, path);
    while (next_case(&c)) {
        check_case(&c);
    }
    CHECK_INT(rt_torch_live_count(), 0);
}

/* ---- what cases cannot say ------------------------------------------------------------------- */

static RuntimeValue vector(const float *numbers, int64_t count) {
    const RuntimeValue shape = rt_array_new(1);
    rt_array_push(shape, rt_value_int(count));
    const RuntimeValue tensor = rt_torch_tensor_from_buffer(
        numbers, (uint64_t)count * sizeof *numbers, shape, RT_TORCH_FLOAT32, 0);
    rt_value_free(shape);
    return tensor;
}

static void values_and_texts(void) {
    const float numbers[] = {2, 3, 4};
    const RuntimeValue values = rt_array_new(3);
    for (int i = 0; i < 3; i++) {
        rt_array_push(values, rt_value_int(i + 2));
    }
    const RuntimeValue made = rt_torch_tensor_new(values), copied = vector(numbers, 3);
    CHECK_INT(rt_torch_equal(made, copied), 1);
    const RuntimeValue text = rt_torch_to_string(made);
    CHECK_STR(text, "tensor([2., 3., 4.])");
    const RuntimeValue back = rt_torch_to_array(made);
    CHECK_INT(rt_array_len(back), 3);
    CHECK_FLOAT(rt_value_as_float(rt_array_get(back, 2)), 4.0);
    rt_value_free(text);
    rt_value_free(back);
    rt_value_free(values);
    float out[3] = {0};
    CHECK_INT(rt_torch_copy_data_to_cpu(made, out, sizeof out), sizeof out);
    CHECK_FLOAT((double)out[1], 3.0);
    CHECK_INT(rt_torch_copy_data_to_cpu(made, out, sizeof out - 1), 0);
    CHECK_LAST_ERROR(RT_ERROR_LENGTH, "rt_torch_copy_data_to_cpu");
    CHECK_INT(rt_torch_free(made), 1);
    CHECK_INT(rt_torch_free(copied), 1);
    CHECK_INT(rt_torch_free(copied), 0);
    CHECK_LAST_ERROR(RT_ERROR_STALE_HANDLE, "rt_torch_free");
}

/* (x + y)^2 at 2 and 3 is 25, and grows by 10 with each. */
static void gradients(void) {
    const float two[] = {2}, three[] = {3};
    const RuntimeValue x = vector(two, 1), y = vector(three, 1);
    CHECK_INT(rt_torch_requires_grad_(x, 1), 1);
    CHECK_INT(rt_torch_requires_grad_(y, 1), 1);
    CHECK_NIL(rt_torch_grad(x));
    CHECK_NO_ERROR();
    const RuntimeValue sum = rt_torch_add(x, y), square = rt_torch_mul(sum, sum);
    CHECK_FLOAT(rt_torch_item(square), 25.0);
    CHECK_INT(rt_torch_backward(square), 1);
    const RuntimeValue gradient = rt_torch_grad(y);
    CHECK_FLOAT(rt_torch_item(gradient), 10.0);
    CHECK_INT(rt_torch_backward(square), 0);
    CHECK_LAST_ERROR(RT_ERROR_TORCH, "rt_torch_backward");
    CHECK_INT(rt_torch_zero_grad(x), 1);
    CHECK_NIL(rt_torch_grad(x));
    CHECK_INT(rt_torch_autograd_no_grad_begin(), 1);
    CHECK_INT(rt_torch_is_grad_enabled(), 0);
    CHECK_INT(rt_torch_autograd_no_grad_end(), 1);
    CHECK_INT(rt_torch_is_grad_enabled(), 1);
    const RuntimeValue all[] = {x, y, sum, square, gradient};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        CHECK_INT(rt_torch_free(all[i]), 1);
    }
}

static void contexts(void) {
    const float one[] = {1};
    const RuntimeValue context = rt_torch_autograd_context_new(), tensor = vector(one, 1);
    const RuntimeValue key = str("alpha"), same = str("alpha");
    CHECK_INT(rt_torch_autograd_context_save_tensor(context, tensor), 1);
    CHECK_INT(rt_torch_autograd_context_save_value(context, key, rt_value_int(5)), 1);
    CHECK_INT(rt_torch_free(tensor), 1);
    CHECK_WORD(rt_torch_autograd_context_get_value(context, same), rt_value_int(5));
    const RuntimeValue saved = rt_torch_autograd_context_get_saved_tensors(context);
    CHECK_INT(rt_array_len(saved), 1);
    CHECK_FLOAT(rt_torch_item(rt_array_get(saved, 0)), 1.0);
    CHECK_INT(rt_torch_free(rt_array_get(saved, 0)), 1);
    CHECK_INT(rt_torch_autograd_context_free(context), 1);
    rt_value_free(saved);
    rt_value_free(key);
    rt_value_free(same);
}

static void bad_input(void) {
    const RuntimeValue shape = rt_array_new(1);
    rt_array_push(shape, rt_value_int(INT64_C(1) << 40));
    CHECK_NIL(rt_torch_zeros(shape, RT_TORCH_FLOAT32, 0));
    CHECK_LAST_ERROR(RT_ERROR_TORCH_TOO_LARGE, "rt_torch_zeros");
    CHECK_NIL(rt_torch_zeros(shape, 99, 0));
    CHECK_LAST_ERROR(RT_ERROR_TORCH_DTYPE, "rt_torch_zeros");
    CHECK_NIL(rt_torch_add(shape, shape));
    CHECK_LAST_ERROR(RT_ERROR_WRONG_TYPE, "rt_torch_add");
    for (size_t i = 0; i < HARNESS_FORGED_WORDS; i++) {
        CHECK_NIL(rt_torch_neg(harness_forged_words[i]));
        CHECK_INT(rt_torch_free(harness_forged_words[i]), 0);
    }
    rt_last_error_clear();
    rt_value_free(shape);
}

int main(int count, char **arguments) {
    fixtures(count > 1 ? arguments[1] : "crates/runtime-torch/tests/fixtures");
    values_and_texts();
    gradients();
    contexts();
    bad_input();
    CHECK_INT(rt_torch_live_count(), 0);
    return harness_report("torch_tensor");
}
