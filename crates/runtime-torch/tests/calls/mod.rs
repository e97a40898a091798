//! Cases that name a C function and its arguments (oracle/calls.py), and running them.

use std::collections::HashMap;

use runtime_core::error;
use runtime_torch::arguments::elements;
use runtime_torch::ffi::tensor::{
    arithmetic::*, compare::*, convert::*, create::*, elementwise::*, fft::*, index::*, inplace::*,
    linalg::*, read::*, reduce::*, shape::*,
};
use runtime_torch::objects::{free_tensor, give_tensor, tensor};
use runtime_value::{Array, RuntimeValue, Tuple, View};
use tch::Tensor;

use crate::common::{Case, assert_close};

/// An argument of a C function out of its text.
trait Argument {
    fn parse(text: &str, handles: &Handles) -> Self;
}

impl Argument for i64 {
    fn parse(text: &str, _: &Handles) -> Self {
        text.parse().unwrap_or_else(|_| panic!("{text} is no int"))
    }
}

impl Argument for f64 {
    fn parse(text: &str, _: &Handles) -> Self {
        text.parse().unwrap_or_else(|_| panic!("{text} is no float"))
    }
}

impl Argument for RuntimeValue {
    fn parse(text: &str, handles: &Handles) -> Self {
        let mut rest = text;
        let value = literal(&mut rest, handles);
        assert!(rest.is_empty(), "{text}: {rest} is left over");
        value
    }
}

/// The value that the front of the text stands for; the text becomes what follows it.
fn literal(rest: &mut &str, handles: &Handles) -> RuntimeValue {
    let first = rest.chars().next().unwrap();
    match first {
        '[' => Array::from_slice(&list(rest, ']', handles)).unwrap().value(),
        '(' => Tuple::from_slice(&list(rest, ')', handles)).unwrap().value(),
        '"' => {
            let (text, after) = rest[1..].split_once('"').unwrap();
            *rest = after;
            text.into()
        }
        _ => {
            let end = rest.find([',', ']', ')']).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            *rest = after;
            match word {
                "nil" => RuntimeValue::NIL,
                "true" => RuntimeValue::TRUE,
                "false" => RuntimeValue::FALSE,
                word => match (word.strip_prefix('$'), word.parse::<i64>()) {
                    (Some(name), _) => handles.get(name),
                    (None, Ok(int)) => int.into(),
                    (None, Err(_)) => word.parse::<f64>().unwrap().into(),
                },
            }
        }
    }
}

fn list(rest: &mut &str, end: char, handles: &Handles) -> Vec<RuntimeValue> {
    let mut values = Vec::new();
    loop {
        *rest = &rest[1..];
        if rest.starts_with(end) {
            break;
        }
        values.push(literal(rest, handles));
        if rest.starts_with(end) {
            break;
        }
        assert!(rest.starts_with(','));
    }
    *rest = &rest[1..];
    values
}

/// The tensors of a case, as handles.
pub(crate) struct Handles(HashMap<String, RuntimeValue>);

impl Handles {
    fn of(case: &Case) -> Self {
        let give = |(name, tensor): &(String, Tensor)| {
            (name.clone(), give_tensor(tensor.shallow_clone()).unwrap())
        };
        Self(case.tensors.iter().filter(|(name, _)| name.starts_with('x')).map(give).collect())
    }

    fn get(&self, name: &str) -> RuntimeValue {
        *self.0.get(name).unwrap_or_else(|| panic!("no tensor {name}"))
    }
}

impl Drop for Handles {
    fn drop(&mut self) {
        for handle in self.0.values() {
            free_tensor("tensor", *handle).unwrap();
        }
    }
}

/// What a C function returned.
#[derive(Clone, Copy)]
pub(crate) enum Returned {
    Value(RuntimeValue),
    Number(f64),
    Int(i64),
}

impl From<RuntimeValue> for Returned {
    fn from(value: RuntimeValue) -> Self {
        Self::Value(value)
    }
}

impl From<f64> for Returned {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<i64> for Returned {
    fn from(int: i64) -> Self {
        Self::Int(int)
    }
}

type Call = Box<dyn Fn(&[&str], &Handles) -> Returned>;

/// C functions by their names, each one's arguments parsed out of texts.
macro_rules! calls {
    ($($arguments:tt [$($name:ident)*];)*) => {{
        let mut table: HashMap<&'static str, Call> = HashMap::new();
        $($(table.insert(stringify!($name), adapt($name as extern "C" fn $arguments -> _));)*)*
        table
    }};
}

trait Adapt<Marker> {
    fn adapt(self) -> Call;
}

macro_rules! adapts {
    ($($argument:ident)*) => {
        impl<$($argument: Argument + 'static,)* R: Into<Returned> + 'static>
            Adapt<($($argument,)* R)> for extern "C" fn($($argument),*) -> R
        {
            fn adapt(self) -> Call {
                Box::new(move |texts, handles| {
                    let mut texts = texts.iter();
                    let returned = self($({
                        let text = texts.next().expect("an argument is missing");
                        <$argument as Argument>::parse(text, handles)
                    }),*);
                    assert!(texts.next().is_none(), "an argument is left over");
                    returned.into()
                })
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

fn adapt<Marker>(function: impl Adapt<Marker>) -> Call {
    function.adapt()
}

/// All functions that the fixtures name.
pub(crate) fn functions() -> HashMap<&'static str, Call> {
    calls! {
        (_) [
            rt_torch_abs rt_torch_abs_ rt_torch_acos rt_torch_acosh rt_torch_all
            rt_torch_angle rt_torch_any rt_torch_argmax rt_torch_argmin
            rt_torch_asin rt_torch_asinh rt_torch_atan rt_torch_atanh
            rt_torch_bitwise_not rt_torch_ceil rt_torch_clone rt_torch_conj
            rt_torch_contiguous rt_torch_cos rt_torch_cosh rt_torch_count_nonzero
            rt_torch_device rt_torch_dtype rt_torch_element_size rt_torch_erf
            rt_torch_erfc rt_torch_exp rt_torch_exp2 rt_torch_exp_ rt_torch_expm1
            rt_torch_fftshift_all rt_torch_floor rt_torch_frac rt_torch_has_inf
            rt_torch_has_nan rt_torch_ifftshift_all rt_torch_imag
            rt_torch_is_complex rt_torch_is_contiguous rt_torch_is_floating_point
            rt_torch_isfinite rt_torch_isinf rt_torch_isnan rt_torch_item
            rt_torch_item_int rt_torch_linalg_cholesky rt_torch_linalg_det
            rt_torch_linalg_inv rt_torch_linalg_matrix_rank rt_torch_linalg_pinv
            rt_torch_linalg_slogdet rt_torch_log rt_torch_log10 rt_torch_log1p
            rt_torch_log2 rt_torch_logical_not rt_torch_max rt_torch_mean
            rt_torch_median rt_torch_meshgrid rt_torch_min rt_torch_ndim
            rt_torch_neg rt_torch_neg_ rt_torch_nonzero rt_torch_nonzero_tuple
            rt_torch_norm rt_torch_numel rt_torch_ones_like rt_torch_prod
            rt_torch_real rt_torch_reciprocal rt_torch_round rt_torch_rsqrt
            rt_torch_shallow_clone rt_torch_sign rt_torch_sin rt_torch_sinh
            rt_torch_sqrt rt_torch_sqrt_ rt_torch_square rt_torch_squeeze_all
            rt_torch_std rt_torch_sum rt_torch_t rt_torch_tan rt_torch_tensor_eye
            rt_torch_tensor_new rt_torch_tensor_ones rt_torch_tensor_zeros
            rt_torch_to_cpu rt_torch_trace rt_torch_trunc rt_torch_unique
            rt_torch_unique_counts rt_torch_var rt_torch_view_as_complex
            rt_torch_view_as_real rt_torch_zero_ rt_torch_zeros_like
        ];
        (_, _) [
            rt_torch_add rt_torch_add_ rt_torch_add_scalar rt_torch_add_scalar_
            rt_torch_atan2 rt_torch_bitwise_and rt_torch_bitwise_or
            rt_torch_bitwise_xor rt_torch_bmm rt_torch_broadcast_to rt_torch_cat
            rt_torch_clamp_max rt_torch_clamp_min rt_torch_complex rt_torch_copy_
            rt_torch_cummax rt_torch_cummin rt_torch_cumprod rt_torch_cumsum
            rt_torch_diag rt_torch_div rt_torch_div_ rt_torch_div_scalar
            rt_torch_div_scalar_ rt_torch_dot rt_torch_einsum rt_torch_eq
            rt_torch_eq_scalar rt_torch_equal rt_torch_expand rt_torch_fft2
            rt_torch_fftshift rt_torch_fill_ rt_torch_flip rt_torch_floor_divide
            rt_torch_fmod rt_torch_fmod_scalar rt_torch_full_like rt_torch_ge
            rt_torch_ge_scalar rt_torch_gt rt_torch_gt_scalar rt_torch_hypot
            rt_torch_ifft2 rt_torch_ifftshift rt_torch_index rt_torch_kron
            rt_torch_le rt_torch_le_scalar rt_torch_linalg_matrix_power
            rt_torch_linalg_solve rt_torch_logical_and rt_torch_logical_or
            rt_torch_logical_xor rt_torch_lt rt_torch_lt_scalar
            rt_torch_masked_select rt_torch_matmul rt_torch_maximum rt_torch_minimum
            rt_torch_mm rt_torch_mul rt_torch_mul_ rt_torch_mul_scalar
            rt_torch_mul_scalar_ rt_torch_mv rt_torch_ne rt_torch_ne_scalar
            rt_torch_one_hot rt_torch_outer rt_torch_permute rt_torch_polar
            rt_torch_pow rt_torch_pow_ rt_torch_pow_tensor rt_torch_remainder
            rt_torch_remainder_scalar rt_torch_repeat rt_torch_reshape
            rt_torch_rfft2 rt_torch_squeeze rt_torch_stack rt_torch_sub
            rt_torch_sub_ rt_torch_sub_scalar rt_torch_sub_scalar_ rt_torch_take
            rt_torch_tensor_from_data rt_torch_tensor_full rt_torch_tile
            rt_torch_to_device rt_torch_to_dtype rt_torch_tril rt_torch_triu
            rt_torch_unbind rt_torch_unique_dim rt_torch_unsqueeze rt_torch_view
        ];
        (_, _, _) [
            rt_torch_addmm rt_torch_all_dim rt_torch_amax rt_torch_amin
            rt_torch_any_dim rt_torch_argmax_dim rt_torch_argmin_dim
            rt_torch_argsort rt_torch_bincount rt_torch_chunk rt_torch_clamp
            rt_torch_clamp_ rt_torch_cross rt_torch_fftn rt_torch_flatten
            rt_torch_gather rt_torch_ifftn rt_torch_index_select rt_torch_irfft2
            rt_torch_lerp rt_torch_logsumexp rt_torch_masked_fill
            rt_torch_masked_fill_ rt_torch_masked_scatter rt_torch_max_dim
            rt_torch_mean_dim rt_torch_median_dim rt_torch_min_dim rt_torch_mode
            rt_torch_movedim rt_torch_ones rt_torch_ones_1d rt_torch_prod_dim
            rt_torch_repeat_interleave rt_torch_rfftn rt_torch_roll rt_torch_select
            rt_torch_sort rt_torch_split rt_torch_split_sizes rt_torch_sum_dim
            rt_torch_take_along_dim rt_torch_tensor rt_torch_tensor_arange
            rt_torch_tensor_linspace rt_torch_transpose rt_torch_unflatten
            rt_torch_where rt_torch_zeros rt_torch_zeros_1d
        ];
        (_, _, _, _) [
            rt_torch_allclose rt_torch_diagonal rt_torch_eye rt_torch_fft
            rt_torch_fftfreq rt_torch_full rt_torch_hfft rt_torch_ifft
            rt_torch_ihfft rt_torch_index_add rt_torch_index_fill
            rt_torch_index_put_ rt_torch_irfft rt_torch_irfftn rt_torch_isclose
            rt_torch_kthvalue rt_torch_linalg_norm rt_torch_nan_to_num
            rt_torch_narrow rt_torch_norm_dim rt_torch_ones_2d rt_torch_quantile
            rt_torch_rfft rt_torch_rfftfreq rt_torch_rot90 rt_torch_scatter
            rt_torch_scatter_add rt_torch_scatter_value rt_torch_std_dim
            rt_torch_var_dim rt_torch_zeros_2d
        ];
        (_, _, _, _, _) [
            rt_torch_arange rt_torch_arange_float rt_torch_linspace rt_torch_ones_3d
            rt_torch_slice rt_torch_topk rt_torch_zeros_3d
        ];
        (_, _, _, _, _, _) [
            rt_torch_logspace
        ];
    }
}

/// Calls the function of a case; the handles of its tensors live as long as the second result.
#[track_caller]
pub(crate) fn call(functions: &HashMap<&'static str, Call>, case: &Case) -> (Returned, Handles) {
    let name = format!("rt_torch_{}", case.name);
    let function = functions.get(name.as_str()).unwrap_or_else(|| panic!("{name} is not listed"));
    let texts: Vec<&str> =
        case.attribute("args").unwrap().split(' ').filter(|w| !w.is_empty()).collect();
    let handles = Handles::of(case);
    error::clear_last();
    let returned = function(&texts, &handles);
    assert_eq!(error::last_message(), None, "{name}({})", texts.join(", "));
    (returned, handles)
}

/// Compares what a call returned, and takes the returned handles' tensors.
#[track_caller]
pub(crate) fn results(case: &Case, returned: Returned) -> Vec<Tensor> {
    let what = format!("{}({})", case.name, case.attribute("args").unwrap());
    let take = |value: RuntimeValue| {
        let taken = tensor(&what, value).unwrap().shallow_clone();
        free_tensor(&what, value).unwrap();
        taken
    };
    match returned {
        Returned::Value(value) => {
            let taken: Vec<Tensor> = match case.attribute("results") {
                None => vec![take(value)],
                Some(_) => elements(&what, value).unwrap().into_iter().map(take).collect(),
            };
            if let Some(count) = case.attribute("results") {
                assert_eq!(taken.len().to_string(), count, "{what}");
            }
            taken
        }
        Returned::Int(int) => {
            let wanted = case.attribute("value").or(case.attribute("returns")).unwrap();
            assert_eq!(int.to_string(), wanted, "{what}");
            vec![]
        }
        Returned::Number(number) => {
            assert_eq!(number, case.parse::<f64>("value"), "{what}");
            vec![]
        }
    }
}

/// Runs a case and compares everything that it says.
#[track_caller]
pub(crate) fn check(functions: &HashMap<&'static str, Call>, case: &Case) {
    let what = format!("{}({})", case.name, case.attribute("args").unwrap());
    let (returned, handles) = call(functions, case);
    let taken = results(case, returned);
    if let Some(changed) = case.attribute("inplace") {
        let changed = tensor(&what, handles.get(changed)).unwrap();
        assert_close(&what, &changed, case.tensor("out"), 1e-5, 1e-6);
    } else if let [only] = taken.as_slice()
        && case.attribute("results").is_none()
    {
        assert_close(&what, only, case.tensor("out"), 1e-5, 1e-6);
    } else {
        for (index, tensor) in taken.iter().enumerate() {
            assert_close(&what, tensor, case.tensor(&format!("out{index}")), 1e-5, 1e-6);
        }
    }
}
