//! Any words to any function on tensors: no crash, no endless loop, no panic.
#![cfg(all(feature = "ffi", feature = "pytorch"))]
#![allow(clippy::unwrap_used, reason = "a test says what it expects by unwrapping")]

use std::env;

use runtime_core::error;
use runtime_core::error::codes::RT_ERROR_PANIC;
use runtime_torch::arguments::elements;
use runtime_torch::ffi::tensor::{
    arithmetic::*, compare::*, convert::*, create::*, elementwise::*, fft::*, index::*, inplace::*,
    linalg::*, read::*, reduce::*, shape::*,
};
use runtime_torch::ffi::{autograd::*, autograd_context::*, device::*};
use runtime_torch::objects::give_tensor;
use runtime_value::{Array, RuntimeValue, Tuple, View};
use tch::{Device, Kind, Tensor};

/// A fixed sequence of numbers without a pattern (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides as u64) as usize
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.roll(from.len())]
    }
}

const INTS: [i64; 16] = [
    0,
    1,
    -1,
    2,
    3,
    -2,
    4,
    7,
    100,
    i64::MAX,
    i64::MIN,
    i64::MIN + 1,
    1 << 40,
    -(1 << 40),
    1 << 50,
    1 << 62,
];
const FLOATS: [f64; 10] =
    [0.0, 1.0, -1.0, 0.5, 2.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e300, -1e-300];

/// What arguments are chosen from.
struct World {
    dice: Dice,
    words: Vec<RuntimeValue>,
    tensors: Vec<RuntimeValue>,
}

impl World {
    fn new(seed: u64) -> Self {
        let options = (Kind::Float, Device::Cpu);
        let ints = Tensor::from_slice(&[1_i64, 0, 2, -1]).reshape([2, 2]);
        let square = Tensor::eye(3, (Kind::Double, Device::Cpu)) * 2.5;
        let leaf = Tensor::from_slice(&[1.0_f32, 2.0]).set_requires_grad(true);
        let made = [
            Tensor::rand([2, 3], options),
            Tensor::rand([2, 2, 3], options),
            Tensor::from_slice(&[1.5_f32, f32::NAN, f32::INFINITY]),
            ints.shallow_clone(),
            Tensor::from_slice(&[i64::MIN, i64::MAX, -1, 0]),
            Tensor::from_slice(&[true, false]),
            Tensor::from_slice(&[0_u8, 255, 3]),
            Tensor::rand([3, 3], (Kind::ComplexFloat, Device::Cpu)),
            square,
            Tensor::zeros([0, 2], options),
            Tensor::zeros([0], (Kind::Int64, Device::Cpu)),
            Tensor::from(2.5),
            Tensor::from(1_i64),
            leaf.square(),
            leaf,
            Tensor::rand([4], (Kind::Half, Device::Cpu)),
            Tensor::rand([2, 3], options).transpose(0, 1),
        ];
        let tensors: Vec<RuntimeValue> =
            made.into_iter().map(|tensor| give_tensor(tensor).unwrap()).collect();
        let stale = give_tensor(ints).unwrap();
        assert_eq!(rt_torch_free(stale), 1);
        let array = |values: &[RuntimeValue]| Array::from_slice(values).unwrap().value();
        let mut words = vec![
            RuntimeValue::NIL,
            RuntimeValue::TRUE,
            RuntimeValue::FALSE,
            RuntimeValue::ERROR,
            stale,
            1.5.into(),
            f64::NAN.into(),
            "ij,jk->ik".into(),
            "...".into(),
            ":".into(),
            "".into(),
            array(&[]),
            array(&[0.into()]),
            array(&[1.into(), 0.into()]),
            array(&[2.into(), 3.into()]),
            array(&[(-1).into()]),
            array(&[(-1).into(), 2.into()]),
            array(&[RuntimeValue::int(i64::MIN).unwrap(), 1.into()]),
            array(&[RuntimeValue::int(i64::MAX).unwrap(), 2.into()]),
            array(&[(1_i64 << 40).into(), 0.into()]),
            array(&[1.into(); 70]),
            array(&[RuntimeValue::NIL, tensors[0]]),
            array(&[tensors[0], tensors[0]]),
            array(&[tensors[3], tensors[3]]),
            array(&[tensors[0], tensors[8]]),
            array(&[tensors[13]]),
            array(&[tensors[14]]),
            Tuple::from_slice(&[1.into(), RuntimeValue::NIL]).unwrap().value(),
            Tuple::from_slice(&[0.into(), 9.into(), 2.into()]).unwrap().value(),
            rt_torch_autograd_context_new(),
        ];
        words.extend(INTS.map(|int| RuntimeValue::int(int).unwrap()));
        Self { dice: Dice(seed | 1), words, tensors }
    }
}

/// An argument out of the world.
trait Argument {
    fn pick(world: &mut World) -> Self;
}

impl Argument for i64 {
    fn pick(world: &mut World) -> Self {
        world.dice.pick(&INTS)
    }
}

impl Argument for f64 {
    fn pick(world: &mut World) -> Self {
        world.dice.pick(&FLOATS)
    }
}

impl Argument for RuntimeValue {
    fn pick(world: &mut World) -> Self {
        // SAFETY: any word may be given to any function.
        let forged = unsafe { Self::from_bits(world.dice.0) };
        match world.dice.roll(16) {
            0 => forged,
            1..6 => world.dice.pick(&world.words),
            _ => world.dice.pick(&world.tensors),
        }
    }
}

/// What a function returned, given back.
trait Returned {
    fn give_back(self);
}

impl Returned for i64 {
    fn give_back(self) {}
}

impl Returned for f64 {
    fn give_back(self) {}
}

impl Returned for RuntimeValue {
    fn give_back(self) {
        rt_torch_free(self);
        for element in elements("result", self).unwrap_or_default() {
            rt_torch_free(element);
        }
    }
}

type Call = Box<dyn Fn(&mut World)>;

trait Adapt<Marker> {
    fn adapt(self) -> Call;
}

macro_rules! adapts {
    ($($argument:ident)*) => {
        impl<$($argument: Argument + 'static,)* R: Returned + 'static>
            Adapt<($($argument,)* R)> for extern "C" fn($($argument),*) -> R
        {
            fn adapt(self) -> Call {
                Box::new(move |world| self($($argument::pick(world)),*).give_back())
            }
        }
    };
}

adapts!(A);
adapts!(A B);
adapts!(A B C);
adapts!(A B C D);
adapts!(A B C D E);
adapts!(A B C D E F);
adapts!(A B C D E F G);

macro_rules! calls {
    ($($arguments:tt [$($name:ident)*];)*) => {
        vec![$($((stringify!($name), ($name as extern "C" fn $arguments -> _).adapt()),)*)*]
    };
}

#[test]
fn no_words_are_a_disaster() {
    // SIMPLE_HOSTILE_ROUNDS=1000 looks longer; SIMPLE_HOSTILE_SHOW=1 names the function that ends it.
    let rounds = env::var("SIMPLE_HOSTILE_ROUNDS").ok().and_then(|text| text.parse().ok());
    let show = env::var_os("SIMPLE_HOSTILE_SHOW").is_some();
    for (index, (name, call)) in functions().iter().enumerate() {
        if show {
            eprintln!("{name}");
        }
        let mut world = World::new(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(index as u64 + 1));
        for _ in 0..rounds.unwrap_or(40) {
            error::clear_last();
            call(&mut world);
            let text = error::last_message();
            assert_ne!(error::last_code(), RT_ERROR_PANIC, "{name}: {text:?}");
            rt_torch_set_grad_enabled(1);
        }
        for tensor in world.tensors {
            rt_torch_free(tensor);
        }
    }
}

fn functions() -> Vec<(&'static str, Call)> {
    calls! {
        (_) [
            rt_torch_abs rt_torch_abs_ rt_torch_acos rt_torch_acosh rt_torch_all
            rt_torch_angle rt_torch_any rt_torch_argmax rt_torch_argmin
            rt_torch_asin rt_torch_asinh rt_torch_atan rt_torch_atanh
            rt_torch_autograd_context_free
            rt_torch_autograd_context_get_saved_tensors rt_torch_backward
            rt_torch_bitwise_not rt_torch_ceil rt_torch_clone rt_torch_conj
            rt_torch_contiguous rt_torch_cos rt_torch_cosh rt_torch_count_nonzero
            rt_torch_cuda_max_memory_allocated rt_torch_cuda_memory_allocated
            rt_torch_cuda_reset_peak_memory_stats rt_torch_cuda_synchronize
            rt_torch_detach rt_torch_device rt_torch_dtype rt_torch_element_size
            rt_torch_empty_like rt_torch_erf rt_torch_erfc rt_torch_exp
            rt_torch_exp2 rt_torch_exp_ rt_torch_expm1 rt_torch_fftshift_all
            rt_torch_floor rt_torch_frac rt_torch_free rt_torch_grad
            rt_torch_has_inf rt_torch_has_nan rt_torch_ifftshift_all rt_torch_imag
            rt_torch_is_complex rt_torch_is_contiguous rt_torch_is_floating_point
            rt_torch_is_leaf rt_torch_isfinite rt_torch_isinf rt_torch_isnan
            rt_torch_item rt_torch_item_int rt_torch_linalg_cholesky
            rt_torch_linalg_det rt_torch_linalg_eig rt_torch_linalg_eigh
            rt_torch_linalg_inv rt_torch_linalg_matrix_rank rt_torch_linalg_pinv
            rt_torch_linalg_qr rt_torch_linalg_slogdet rt_torch_log rt_torch_log10
            rt_torch_log1p rt_torch_log2 rt_torch_logical_not rt_torch_manual_seed
            rt_torch_max rt_torch_mean rt_torch_median rt_torch_meshgrid
            rt_torch_min rt_torch_ndim rt_torch_neg rt_torch_neg_ rt_torch_nonzero
            rt_torch_nonzero_tuple rt_torch_norm rt_torch_numel rt_torch_ones_like
            rt_torch_prod rt_torch_rand_like rt_torch_randn_like rt_torch_real
            rt_torch_reciprocal rt_torch_requires_grad rt_torch_retain_grad
            rt_torch_round rt_torch_rsqrt rt_torch_set_grad_enabled
            rt_torch_shallow_clone rt_torch_shape rt_torch_sign rt_torch_sin
            rt_torch_sinh rt_torch_sqrt rt_torch_sqrt_ rt_torch_square
            rt_torch_squeeze_all rt_torch_std rt_torch_strides rt_torch_sum
            rt_torch_t rt_torch_tan rt_torch_tensor_empty rt_torch_tensor_eye
            rt_torch_tensor_new rt_torch_tensor_ones rt_torch_tensor_rand
            rt_torch_tensor_randn rt_torch_tensor_zeros rt_torch_to_array
            rt_torch_to_cpu rt_torch_to_string rt_torch_trace rt_torch_trunc
            rt_torch_unique rt_torch_unique_counts rt_torch_var
            rt_torch_view_as_complex rt_torch_view_as_real rt_torch_zero_
            rt_torch_zero_grad rt_torch_zeros_like
        ];
        (_, _) [
            rt_torch_add rt_torch_add_ rt_torch_add_scalar rt_torch_add_scalar_
            rt_torch_atan2 rt_torch_autograd_context_get_value
            rt_torch_autograd_context_save_tensor rt_torch_bernoulli_
            rt_torch_bitwise_and rt_torch_bitwise_or rt_torch_bitwise_xor
            rt_torch_bmm rt_torch_broadcast_to rt_torch_cat rt_torch_clamp_max
            rt_torch_clamp_min rt_torch_clip_grad_value rt_torch_complex
            rt_torch_copy_ rt_torch_cummax rt_torch_cummin rt_torch_cumprod
            rt_torch_cumsum rt_torch_diag rt_torch_div rt_torch_div_
            rt_torch_div_scalar rt_torch_div_scalar_ rt_torch_dot rt_torch_einsum
            rt_torch_eq rt_torch_eq_scalar rt_torch_equal rt_torch_expand
            rt_torch_fft2 rt_torch_fftshift rt_torch_fill_ rt_torch_flip
            rt_torch_floor_divide rt_torch_fmod rt_torch_fmod_scalar
            rt_torch_full_like rt_torch_ge rt_torch_ge_scalar rt_torch_gt
            rt_torch_gt_scalar rt_torch_hypot rt_torch_ifft2 rt_torch_ifftshift
            rt_torch_index rt_torch_kron rt_torch_le rt_torch_le_scalar
            rt_torch_linalg_lstsq rt_torch_linalg_matrix_power rt_torch_linalg_solve
            rt_torch_linalg_svd rt_torch_logical_and rt_torch_logical_or
            rt_torch_logical_xor rt_torch_lt rt_torch_lt_scalar
            rt_torch_masked_select rt_torch_matmul rt_torch_maximum rt_torch_minimum
            rt_torch_mm rt_torch_mul rt_torch_mul_ rt_torch_mul_scalar
            rt_torch_mul_scalar_ rt_torch_mv rt_torch_ne rt_torch_ne_scalar
            rt_torch_one_hot rt_torch_outer rt_torch_permute rt_torch_polar
            rt_torch_pow rt_torch_pow_ rt_torch_pow_tensor rt_torch_remainder
            rt_torch_remainder_scalar rt_torch_repeat rt_torch_requires_grad_
            rt_torch_reshape rt_torch_rfft2 rt_torch_set_grad
            rt_torch_set_requires_grad rt_torch_squeeze rt_torch_stack rt_torch_sub
            rt_torch_sub_ rt_torch_sub_scalar rt_torch_sub_scalar_ rt_torch_take
            rt_torch_tensor_from_data rt_torch_tensor_full rt_torch_tile
            rt_torch_to_cuda rt_torch_to_device rt_torch_to_dtype rt_torch_tril
            rt_torch_triu rt_torch_unbind rt_torch_unique_dim rt_torch_unsqueeze
            rt_torch_view
        ];
        (_, _, _) [
            rt_torch_addmm rt_torch_all_dim rt_torch_amax rt_torch_amin
            rt_torch_any_dim rt_torch_argmax_dim rt_torch_argmin_dim
            rt_torch_argsort rt_torch_autograd_context_save_value rt_torch_bincount
            rt_torch_chunk rt_torch_clamp rt_torch_clamp_ rt_torch_clip_grad_norm
            rt_torch_cross rt_torch_empty rt_torch_fftn rt_torch_flatten
            rt_torch_gather rt_torch_grad_of rt_torch_ifftn rt_torch_index_select
            rt_torch_irfft2 rt_torch_lerp rt_torch_logsumexp rt_torch_masked_fill
            rt_torch_masked_fill_ rt_torch_masked_scatter rt_torch_max_dim
            rt_torch_mean_dim rt_torch_median_dim rt_torch_min_dim rt_torch_mode
            rt_torch_movedim rt_torch_normal_ rt_torch_ones rt_torch_ones_1d
            rt_torch_prod_dim rt_torch_rand rt_torch_randint_like rt_torch_randn
            rt_torch_randn_1d rt_torch_randperm rt_torch_repeat_interleave
            rt_torch_rfftn rt_torch_roll rt_torch_select rt_torch_sort
            rt_torch_split rt_torch_split_sizes rt_torch_sum_dim
            rt_torch_take_along_dim rt_torch_tensor rt_torch_tensor_arange
            rt_torch_tensor_linspace rt_torch_transpose rt_torch_unflatten
            rt_torch_uniform_ rt_torch_where rt_torch_zeros rt_torch_zeros_1d
        ];
        (_, _, _, _) [
            rt_torch_allclose rt_torch_backward_with rt_torch_diagonal rt_torch_eye
            rt_torch_fft rt_torch_fftfreq rt_torch_full rt_torch_hfft rt_torch_ifft
            rt_torch_ihfft rt_torch_index_add rt_torch_index_fill
            rt_torch_index_put_ rt_torch_irfft rt_torch_irfftn rt_torch_isclose
            rt_torch_kthvalue rt_torch_linalg_norm rt_torch_nan_to_num
            rt_torch_narrow rt_torch_norm_dim rt_torch_ones_2d rt_torch_quantile
            rt_torch_randn_2d rt_torch_rfft rt_torch_rfftfreq rt_torch_rot90
            rt_torch_scatter rt_torch_scatter_add rt_torch_scatter_value
            rt_torch_std_dim rt_torch_var_dim rt_torch_zeros_2d
        ];
        (_, _, _, _, _) [
            rt_torch_arange rt_torch_arange_float rt_torch_linspace rt_torch_ones_3d
            rt_torch_randint rt_torch_randn_3d rt_torch_slice rt_torch_topk
            rt_torch_zeros_3d
        ];
        (_, _, _, _, _, _) [
            rt_torch_logspace
        ];
    }
}
