//! Multi-head attention.

use runtime_core::{Error, Result};
use tch::{Kind, Tensor};

use super::dropout::check_probability;
use super::factory::Factory;
use super::linear::{Linear, no_weight};
use super::module::{Layer, Module, Output, State, wrong_inputs};
use crate::error::OrTorch;
use crate::init;
use crate::memory;
use crate::options::Options;
use crate::scalar;

/// The places of the parameters. The first three are there when keys or values have a size of their own,
/// else the fourth.
const Q_WEIGHT: usize = 0;
const K_WEIGHT: usize = 1;
const V_WEIGHT: usize = 2;
const IN_WEIGHT: usize = 3;
const IN_BIAS: usize = 4;
const BIAS_K: usize = 5;
const BIAS_V: usize = 6;

/// `MultiheadAttention`.
pub struct MultiheadAttention {
    embed_dim: i64,
    num_heads: i64,
    kdim: i64,
    vdim: i64,
    dropout: f64,
    batch_first: bool,
    add_zero_attn: bool,
}

/// What an attention may not look at. A mask is either of bools, where true hides, or of floats, which
/// are added to the scores.
#[derive(Default)]
pub struct Masks {
    /// `[L, S]`, or `[N * heads, L, S]`, for `L` queries and `S` keys.
    pub attention: Option<Tensor>,
    /// `[N, S]`: keys that are padding.
    pub key_padding: Option<Tensor>,
    /// Hides from each query the keys that come after it; also when there is another mask.
    pub is_causal: bool,
}

impl Masks {
    /// The masks among the options under these names.
    ///
    /// # Errors
    /// `RT_ERROR_TORCH_OPTION` and those of tensor arguments.
    pub fn of(
        options: &Options,
        attention: &'static str,
        key_padding: &'static str,
        is_causal: &'static str,
    ) -> Result<Self> {
        Ok(Self {
            attention: options.tensor(attention)?,
            key_padding: options.tensor(key_padding)?,
            is_causal: options.bool(is_causal, false)?,
        })
    }
}

/// What an attention tells of where it looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weights {
    /// Nothing, which is faster.
    None,
    /// The mean of all heads.
    Averaged,
    /// Each head by itself.
    Heads,
}

impl MultiheadAttention {
    /// An attention of 32-bit floats on the CPU with PyTorch's defaults.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` when sizes are not above 0 or `num_heads` does not divide
    /// `embed_dim`, `RT_ERROR_TORCH_TOO_LARGE`.
    pub fn module(embed_dim: i64, num_heads: i64, batch_first: bool) -> Result<Module> {
        Self::plain(embed_dim, num_heads, 0.0, batch_first).build(true, false, Factory::default())
    }

    pub(super) fn plain(embed_dim: i64, num_heads: i64, dropout: f64, batch_first: bool) -> Self {
        Self {
            embed_dim,
            num_heads,
            kdim: embed_dim,
            vdim: embed_dim,
            dropout,
            batch_first,
            add_zero_attn: false,
        }
    }

    pub(crate) fn from_options(options: Options) -> Result<Module> {
        let embed_dim = options.required_int("embed_dim")?;
        let layer = Self {
            embed_dim,
            num_heads: options.required_int("num_heads")?,
            kdim: options.int("kdim", embed_dim)?,
            vdim: options.int("vdim", embed_dim)?,
            dropout: options.float("dropout", 0.0)?,
            batch_first: options.bool("batch_first", false)?,
            add_zero_attn: options.bool("add_zero_attn", false)?,
        };
        let bias = options.bool("bias", true)?;
        let bias_kv = options.bool("add_bias_kv", false)?;
        let factory = Factory::of(&options)?;
        options.finish()?;
        layer.build(bias, bias_kv, factory)
    }

    pub(super) fn build(self, bias: bool, bias_kv: bool, factory: Factory) -> Result<Module> {
        let (size, heads) = (self.embed_dim, self.num_heads);
        if size <= 0 || heads <= 0 || size % heads != 0 || size > i64::from(i32::MAX) {
            return Err(Error::invalid(format!(
                "embed_dim {size} and num_heads {heads} have to be above 0, and one to divide the other"
            )));
        }
        check_probability("dropout", self.dropout)?;
        let separate = self.kdim != size || self.vdim != size;
        let weights = [
            ("q_proj_weight", [size, size], separate),
            ("k_proj_weight", [size, self.kdim], separate),
            ("v_proj_weight", [size, self.vdim], separate),
            ("in_proj_weight", [3 * size, size], !separate),
        ];
        let mut state = State::new();
        for (name, shape, wanted) in weights {
            state = state.parameter(name, factory.parameter_if(wanted, name, &shape)?);
        }
        // In Python's order, so that the numbers for a seed are the same.
        let out = Linear::build("NonDynamicallyQuantizableLinear", size, size, bias, factory)?;
        for (_, weight) in &state.parameters {
            weight.as_ref().map_or(Ok(()), |weight| init::xavier_uniform(weight, 1.0))?;
        }
        let in_bias = factory.parameter_if(bias, "in_proj_bias", &[3 * size])?;
        for zero in in_bias.iter().chain(out.parameter("bias")) {
            init::constant(zero, 0.0)?;
        }
        state = state.parameter("in_proj_bias", in_bias);
        for name in ["bias_k", "bias_v"] {
            let parameter = factory.parameter_if(bias_kv, name, &[1, 1, size])?;
            parameter.as_ref().map_or(Ok(()), |bias| init::xavier_normal(bias, 1.0))?;
            state = state.parameter(name, parameter);
        }
        Module::of(self, state.child("out_proj", out))
    }

    /// Attention of `query` to `key`, of which `value` is taken; and where it looked, if asked.
    ///
    /// # Errors
    /// `RT_ERROR_INVALID_ARGUMENT` for shapes that do not fit, `RT_ERROR_TORCH`.
    pub fn attend(
        &self,
        module: &Module,
        [query, key, value]: [&Tensor; 3],
        masks: &Masks,
        weights: Weights,
    ) -> Result<(Tensor, Option<Tensor>)> {
        self.check_inputs(query, key, value)?;
        let batched = query.dim() == 3;
        let dtype = query.kind();
        let (q, k, v) = self.project(module, query, key, value)?;
        let (queries, batch) = (q.size()[0], q.size()[1]);
        let keys = k.size()[0];
        let heads = self.num_heads;

        let mut mask = match &masks.attention {
            Some(mask) => {
                let mask = additive("attn_mask", mask, dtype)?;
                Some(self.shaped(mask, queries, keys, batch)?)
            }
            None => None,
        };
        let mut padding = match &masks.key_padding {
            Some(padding) => {
                let padding = additive("key_padding_mask", padding, dtype)?;
                let padding = if batched { padding } else { padding.f_unsqueeze(0).or_torch()? };
                if padding.size() != [batch, keys] {
                    return Err(Error::invalid(format!(
                        "key_padding_mask is {:?}, not {:?}",
                        padding.size(),
                        [batch, keys]
                    )));
                }
                Some(padding)
            }
            None => None,
        };
        let extra = self.add_zero_attn || module.parameter_at(BIAS_K).is_some();
        // LibTorch's own way is faster where there is nothing else to hide.
        let only_causal = masks.is_causal
            && mask.is_none()
            && padding.is_none()
            && !extra
            && weights == Weights::None;
        if masks.is_causal && !only_causal {
            let causal = causal_mask(queries, keys, (dtype, query.device()))?;
            let causal = causal.f_unsqueeze(0).or_torch()?;
            mask = Some(match mask {
                Some(mask) => mask.f_add(&causal).or_torch()?,
                None => causal,
            });
        }

        let (mut k, mut v) = (k, v);
        if let (Some(bias_k), Some(bias_v)) =
            (module.parameter_at(BIAS_K), module.parameter_at(BIAS_V))
        {
            let repeated = |bias: &Tensor| bias.f_repeat([1, batch, 1]).or_torch();
            k = Tensor::f_cat(&[k, repeated(bias_k)?], 0).or_torch()?;
            v = Tensor::f_cat(&[v, repeated(bias_v)?], 0).or_torch()?;
            (mask, padding) = (one_more(mask)?, one_more(padding)?);
        }
        let split = |tensor: &Tensor| {
            let head = self.embed_dim / heads;
            let parts = tensor.f_reshape([tensor.size()[0], batch * heads, head]);
            parts.and_then(|parts| parts.f_transpose(0, 1)).or_torch()
        };
        let (q, mut k, mut v) = (split(&q)?, split(&k)?, split(&v)?);
        if self.add_zero_attn {
            let zero =
                Tensor::f_zeros([batch * heads, 1, self.embed_dim / heads], (k.kind(), k.device()));
            let zero = zero.or_torch()?;
            k = Tensor::f_cat(&[&k, &zero], 1).or_torch()?;
            v = Tensor::f_cat(&[&v, &zero], 1).or_torch()?;
            (mask, padding) = (one_more(mask)?, one_more(padding)?);
        }
        let keys = k.size()[1];
        if let Some(padding) = padding {
            let wide = padding.f_reshape([batch, 1, 1, keys]).or_torch()?;
            let wide = wide.f_expand([batch, heads, 1, keys], false).or_torch()?;
            let wide = wide.f_reshape([batch * heads, 1, keys]).or_torch()?;
            mask = Some(match mask {
                Some(mask) => mask.f_add(&wide).or_torch()?,
                None => wide,
            });
        }

        let dropout = if module.is_training() { self.dropout } else { 0.0 };
        let (attended, looked) = match weights {
            Weights::None => {
                let attended = self.fast([&q, &k, &v], mask, dropout, only_causal, batch)?;
                (attended, None)
            }
            weights => {
                let (attended, looked) = self.explicit([&q, &k, &v], mask, dropout)?;
                let looked = looked.f_reshape([batch, heads, queries, keys]).or_torch()?;
                let looked = match weights {
                    Weights::Heads => looked,
                    _ => looked.f_mean_dim(1, false, None::<Kind>).or_torch()?,
                };
                (attended, Some(looked))
            }
        };
        let output = module.child("out_proj")?.forward(&attended)?;
        let output = output.f_reshape([queries, batch, self.embed_dim]).or_torch()?;
        if !batched {
            let looked = looked.map(|looked| looked.f_squeeze_dim(0)).transpose().or_torch()?;
            return Ok((output.f_squeeze_dim(1).or_torch()?, looked));
        }
        let output = if self.batch_first { output.f_transpose(0, 1).or_torch()? } else { output };
        Ok((output, looked))
    }

    /// LibTorch's attention: `[L * N, E]`.
    fn fast(
        &self,
        tensors: [&Tensor; 3],
        mask: Option<Tensor>,
        dropout: f64,
        is_causal: bool,
        batch: i64,
    ) -> Result<Tensor> {
        let heads = self.num_heads;
        let unfolded = |tensor: &Tensor| {
            let size = tensor.size();
            tensor.f_reshape([batch, heads, size[1], size[2]]).or_torch()
        };
        let [q, k, v] = tensors;
        let (queries, keys) = (q.size()[1], k.size()[1]);
        let mask = match mask {
            Some(mask) if mask.size()[0] == 1 => Some(mask.f_unsqueeze(0).or_torch()?),
            Some(mask) => Some(mask.f_reshape([batch, heads, -1, keys]).or_torch()?),
            None => None,
        };
        let attended = Tensor::f_scaled_dot_product_attention(
            &unfolded(q)?,
            &unfolded(k)?,
            &unfolded(v)?,
            mask,
            dropout,
            is_causal,
            None::<f64>,
            false,
        );
        let attended = attended.and_then(|attended| attended.f_permute([2, 0, 1, 3])).or_torch()?;
        attended.f_reshape([batch * queries, self.embed_dim]).or_torch()
    }

    /// Attention step by step, for the weights: `[L * N, E]` and `[N * heads, L, S]`.
    fn explicit(
        &self,
        [q, k, v]: [&Tensor; 3],
        mask: Option<Tensor>,
        dropout: f64,
    ) -> Result<(Tensor, Tensor)> {
        let head = (self.embed_dim / self.num_heads) as f64;
        let scaled = scalar::mul(q, (1.0 / head).sqrt()).or_torch()?;
        let turned = k.f_transpose(-2, -1).or_torch()?;
        let scores = match mask {
            Some(mask) => scalar::baddbmm(&mask, &scaled, &turned, 1_i64, 1_i64).or_torch()?,
            None => scaled.f_bmm(&turned).or_torch()?,
        };
        let mut weights = scores.f_softmax(-1, None::<Kind>).or_torch()?;
        if dropout > 0.0 {
            weights = weights.f_dropout(dropout, true).or_torch()?;
        }
        let attended = weights.f_bmm(v).and_then(|out| out.f_transpose(0, 1)).or_torch()?;
        Ok((attended.f_reshape([-1, self.embed_dim]).or_torch()?, weights))
    }

    fn check_inputs(&self, query: &Tensor, key: &Tensor, value: &Tensor) -> Result<()> {
        let (q, k, v) = (query.size(), key.size(), value.size());
        let wrong = |why: &str| {
            let text = format!("query {q:?}, key {k:?} and value {v:?} do not fit: {why}");
            Err(Error::invalid(text))
        };
        let dims = q.len();
        if !(2..=3).contains(&dims) || k.len() != dims || v.len() != dims {
            return wrong("all have 3 dimensions, or 2 without a batch");
        }
        if q[dims - 1] != self.embed_dim || k[dims - 1] != self.kdim || v[dims - 1] != self.vdim {
            let sizes = (self.embed_dim, self.kdim, self.vdim);
            return wrong(&format!("the last sizes have to be {sizes:?}"));
        }
        if k[..dims - 1] != v[..dims - 1] {
            return wrong("key and value have to be equally many");
        }
        let batch = usize::from(!self.batch_first);
        if dims == 3 && q[batch] != k[batch] {
            return wrong("the batches differ");
        }
        Ok(())
    }

    /// Queries, keys and values as the heads take them: `[L, N, E]`.
    fn project(
        &self,
        module: &Module,
        query: &Tensor,
        key: &Tensor,
        value: &Tensor,
    ) -> Result<(Tensor, Tensor, Tensor)> {
        let place = |tensor: &Tensor| match (tensor.dim(), self.batch_first) {
            (3, true) => tensor.f_transpose(0, 1).or_torch(),
            (3, false) => Ok(tensor.shallow_clone()),
            _ => tensor.f_unsqueeze(1).or_torch(),
        };
        let size = self.embed_dim;
        let bias = module.parameter_at(IN_BIAS);
        let part = |at: i64| bias.map(|bias| bias.f_narrow(0, at * size, size)).transpose();
        let Some(weight) = module.parameter_at(IN_WEIGHT) else {
            let (Some(q), Some(k), Some(v)) = (
                module.parameter_at(Q_WEIGHT),
                module.parameter_at(K_WEIGHT),
                module.parameter_at(V_WEIGHT),
            ) else {
                return Err(no_weight("MultiheadAttention"));
            };
            return Ok((
                place(query)?.f_linear(q, part(0).or_torch()?).or_torch()?,
                place(key)?.f_linear(k, part(1).or_torch()?).or_torch()?,
                place(value)?.f_linear(v, part(2).or_torch()?).or_torch()?,
            ));
        };
        if std::ptr::eq(query, key) && std::ptr::eq(key, value) {
            // One multiplication for all three.
            let all = place(query)?.f_linear(weight, bias).or_torch()?;
            let part = |at: i64| all.f_narrow(-1, at * size, size).or_torch();
            return Ok((part(0)?, part(1)?, part(2)?));
        }
        let rows = |at: i64| weight.f_narrow(0, at * size, size).or_torch();
        Ok((
            place(query)?.f_linear(&rows(0)?, part(0).or_torch()?).or_torch()?,
            place(key)?.f_linear(&rows(1)?, part(1).or_torch()?).or_torch()?,
            place(value)?.f_linear(&rows(2)?, part(2).or_torch()?).or_torch()?,
        ))
    }

    /// A mask for all heads, of three dimensions.
    fn shaped(&self, mask: Tensor, queries: i64, keys: i64, batch: i64) -> Result<Tensor> {
        let size = mask.size();
        if size == [queries, keys] {
            return mask.f_unsqueeze(0).or_torch();
        }
        let all = [batch * self.num_heads, queries, keys];
        if size == all {
            return Ok(mask);
        }
        let text = format!("attn_mask is {size:?}, not {:?} or {all:?}", [queries, keys]);
        Err(Error::invalid(text))
    }
}

impl Layer for MultiheadAttention {
    fn class(&self) -> &'static str {
        "MultiheadAttention"
    }

    fn forward_all(&self, module: &Module, inputs: &[Option<&Tensor>]) -> Result<Output> {
        let [Some(query), Some(key), Some(value)] = *inputs else {
            return Err(wrong_inputs(self.class(), "3", inputs.len()));
        };
        let inputs = [query, key, value];
        both(self.attend(module, inputs, &Masks::default(), Weights::Averaged)?)
    }

    fn forward_with(
        &self,
        module: &Module,
        inputs: &[Option<&Tensor>],
        options: Options,
    ) -> Result<Output> {
        let [Some(query), Some(key), Some(value)] = *inputs else {
            return Err(wrong_inputs(self.class(), "3", inputs.len()));
        };
        let masks = Masks::of(&options, "attn_mask", "key_padding_mask", "is_causal")?;
        let needed = options.bool("need_weights", true)?;
        let weights = match (needed, options.bool("average_attn_weights", true)?) {
            (false, _) => Weights::None,
            (true, true) => Weights::Averaged,
            (true, false) => Weights::Heads,
        };
        options.finish()?;
        both(self.attend(module, [query, key, value], &masks, weights)?)
    }
}

fn both((output, weights): (Tensor, Option<Tensor>)) -> Result<Output> {
    Ok(Output::Many(std::iter::once(output).chain(weights).collect()))
}

/// The mask that hides what comes later: 0 where a query may look, minus infinity elsewhere.
///
/// # Errors
/// `RT_ERROR_INVALID_ARGUMENT` for a negative size, `RT_ERROR_TORCH_TOO_LARGE`, `RT_ERROR_TORCH`.
pub fn causal_mask(queries: i64, keys: i64, options: (Kind, tch::Device)) -> Result<Tensor> {
    memory::check("size", &[queries, keys], options.0, options.1)?;
    let mask =
        scalar::full(&[queries, keys], f64::NEG_INFINITY, options.0, options.1).or_torch()?;
    mask.f_triu(1).or_torch()
}

/// A mask as what is added to the scores.
fn additive(name: &str, mask: &Tensor, dtype: Kind) -> Result<Tensor> {
    match mask.kind() {
        Kind::Bool => {
            let zeros = Tensor::f_zeros(mask.size(), (dtype, mask.device())).or_torch()?;
            scalar::masked_fill(&zeros, mask, f64::NEG_INFINITY).or_torch()
        }
        Kind::Float | Kind::Double | Kind::Half | Kind::BFloat16 => Ok(mask.shallow_clone()),
        other => Err(Error::invalid(format!("{name} is of {other:?}, not of bools or floats"))),
    }
}

/// A mask with a place for one more key, which is not hidden.
fn one_more(mask: Option<Tensor>) -> Result<Option<Tensor>> {
    mask.map(|mask| mask.f_pad([0, 1], "constant", 0.0)).transpose().or_torch()
}
